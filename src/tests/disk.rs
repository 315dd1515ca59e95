//! A disk that is really full (R8): the real binary, its data on a small file system of its own. Where that cannot be mounted, no file of the
//! process may grow instead, which is what SQLite and the content store meet in the same places.

use std::{
    fs,
    io::Write,
    path::{Path, PathBuf},
    process::Command,
    time::{Duration, Instant},
};

use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use wxdesk::{
    sandbox::{SANDBOX_APP_ID, demo::template_id, scenes},
    wechat::signature,
};

use super::{
    crash::Scene,
    house::{answer, client},
    process::{Desk, Running},
};

/// The callback token of the account.
const TOKEN: &str = "CallbackToken1";
/// Messages a second while the disk fills: slow enough that it fills in the middle of a batch.
const RATE: &str = "10";
/// Bytes of the small file system.
const SIZE: &str = "size=48m,mode=700";
/// More pushes than a full disk takes before it says so: the log may still have pages to be written over.
const PUSHES: usize = 4000;

/// How the disk is filled.
enum Disk {
    /// A file system of its own, with a file that takes what is left.
    Mounted(PathBuf),
    /// No file may grow.
    Limited,
}

impl Drop for Disk {
    fn drop(&mut self) {
        if let Self::Mounted(data) = self {
            Command::new("umount").arg("-l").arg(&*data).status().ok();
        }
    }
}

impl Disk {
    fn under(data: &Path) -> Self {
        fs::create_dir_all(data).unwrap();
        let mounted = Command::new("mount").args(["-t", "tmpfs", "-o", SIZE, "tmpfs"]).arg(data).output();
        if mounted.is_ok_and(|done| done.status.success()) {
            return Self::Mounted(data.to_owned());
        }
        eprintln!("SKIPPED: the part with a small file system (mount is not permitted here); a limit to the size of files takes its place");
        Self::Limited
    }

    fn filler(data: &Path) -> PathBuf {
        data.join("filler")
    }

    fn fill(&self, server: &Running) {
        match self {
            Self::Limited => limit(server, "1024:unlimited"),
            Self::Mounted(data) => {
                let mut filler = fs::OpenOptions::new().create(true).append(true).open(Self::filler(data)).unwrap();
                let mut piece = 1 << 20;
                while piece > 0 {
                    if filler.write_all(&vec![7; piece]).is_err() {
                        piece /= 4;
                    }
                }
            }
        }
    }

    fn free(&self, server: &Running) {
        match self {
            Self::Limited => limit(server, "unlimited:unlimited"),
            Self::Mounted(data) => fs::remove_file(Self::filler(data)).unwrap(),
        }
    }
}

fn limit(server: &Running, size: &str) {
    let done = Command::new("prlimit").arg("--pid").arg(server.pid().to_string()).arg(format!("--fsize={size}")).status().unwrap();
    assert!(done.success(), "prlimit");
}

/// WeChat tells that somebody follows: the status of our answer.
async fn push(scene: &Scene, server: &Running, number: usize) -> u16 {
    let (timestamp, nonce) = ("1795320000", number.to_string());
    let signed = signature::callback(&[TOKEN, timestamp, &nonce]);
    let xml = format!(
        "<xml><ToUserName><![CDATA[gh_x]]></ToUserName><FromUserName><![CDATA[oPerson{number}]]></FromUserName>\
         <CreateTime>{}</CreateTime><MsgType><![CDATA[event]]></MsgType><Event><![CDATA[subscribe]]></Event></xml>",
        1_795_320_000 + number
    );
    let url = server.url(&format!("/callback/{SANDBOX_APP_ID}?signature={signed}&timestamp={timestamp}&nonce={nonce}"));
    scene.http.post(url).body(xml).send().await.unwrap().status().as_u16()
}

async fn signs(scene: &Scene, server: &Running) -> u16 {
    scene.http.get(server.url("/api/v1/jssdk/signature?url=http%3A%2F%2Flocalhost%2Fp")).send().await.unwrap().status().as_u16()
}

async fn ready(server: &Running) -> (u16, Value) {
    answer(client().get(format!("http://{}/readyz", server.ops))).await
}

/// Waits for something that comes by itself.
async fn until<F: AsyncFn() -> bool>(what: &str, come: F) {
    let late = Instant::now() + Duration::from_secs(90);
    while !come().await {
        assert!(Instant::now() < late, "{what} did not come");
        tokio::time::sleep(Duration::from_millis(250)).await;
    }
}

/// Every file of the media folder is named by what is in it, and nothing is left on its way.
fn nothing_is_half(data: &Path) {
    let mut found = 0;
    for folder in fs::read_dir(data.join("media")).unwrap().map(|entry| entry.unwrap().path()) {
        for file in fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()) {
            let name = file.file_name().unwrap().to_str().unwrap();
            assert!(!folder.ends_with("tmp"), "{name} is left on its way");
            if !name.contains('.') {
                assert_eq!(hex::encode(Sha256::digest(fs::read(&file).unwrap())), name);
                found += 1;
            }
        }
    }
    assert!(found > 0);
}

/// A batch to everybody whom the simulator delivers to: its id, and they.
async fn batch(scene: &Scene, server: &Running) -> (String, Vec<String>) {
    let people = scene.simulator_json("/sandbox/followers").await;
    let reached = |one: &&Value| one["subscribed"] == true && one["receipt"] == "success";
    let people: Vec<String> =
        people.as_array().unwrap().iter().filter(reached).map(|one| one["openid"].as_str().unwrap().to_owned()).collect();
    let data = json!({"thing1": "春季自然笔记班", "amount2": "1280.00元", "date3": "2026年12月05日"});
    let recipients: Vec<Value> = people.iter().map(|openid| json!({"touser": openid})).collect();
    let body = json!({"template_id": template_id(SANDBOX_APP_ID, 2), "data": data, "recipients": recipients});
    let (status, filed) = scene.post(server, "/api/v1/batches", body).await.unwrap();
    assert_eq!(status, 202, "{filed}");
    (filed["id"].as_str().unwrap().to_owned(), people)
}

/// How many messages the simulator has taken in.
async fn taken(scene: &Scene) -> usize {
    scene.simulator_json("/sandbox/messages").await.as_array().unwrap().len()
}

/// While the disk is full, nothing more of the batch goes out, and whoever asks is told why.
async fn sending_waits(scene: &Scene, server: &Running, batch: &str) {
    until("the reason", async || {
        let queued = scene.read(server, &format!("/api/v1/batches/{batch}/messages?state=queued&limit=1")).await;
        queued["items"][0]["reason"] == "disk_full"
    })
    .await;
    // What was claimed before still goes: its intent is on disk, and its outcome stays in hand.
    let (mut before, late) = (taken(scene).await, Instant::now() + Duration::from_secs(30));
    loop {
        tokio::time::sleep(Duration::from_secs(3)).await;
        let now = taken(scene).await;
        if now == before {
            return;
        }
        assert!(Instant::now() < late, "whose intent cannot be written down is not called: {before}, then {now}");
        before = now;
    }
}

/// Everybody got it once, and the batch knows it.
async fn sent_once(scene: &Scene, server: &Running, batch: &str, people: &[String]) {
    until("the end of the batch", async || scene.read(server, &format!("/api/v1/batches/{batch}")).await["state"] == "done").await;
    for openid in people {
        let got = scene.simulator_json(&format!("/sandbox/messages?openid={openid}")).await;
        assert_eq!(got.as_array().unwrap().len(), 1, "{openid}");
    }
    let uncertain = scene.read(server, &format!("/api/v1/batches/{batch}/messages?state=unknown")).await;
    assert_eq!(uncertain["items"], json!([]), "nobody is in doubt");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_stops_what_writes_and_nothing_else_and_ends_by_itself() {
    let desk = Desk::new();
    let data = desk.data();
    let disk = Disk::under(&data);
    let scene = Scene::on(desk, &["--callback-token", TOKEN]);
    let server = scene.desk.serve(&["--send-rate", RATE]);
    until("the ticket", async || signs(&scene, &server).await == 200).await;
    assert_eq!((push(&scene, &server, 0).await, ready(&server).await.1["disk"].clone()), (200, json!("ok")));
    let mut waiting = Vec::new();
    for at in 0..3 {
        let uploaded = scene.upload(scenes()[at].1).await;
        let names = json!({"media_id": uploaded, "user_id": "u1", "answer_title": "第一周", "question_id": format!("q{at}")});
        // The first is stored before; the others are filed while there is room for them and fetched when there is none.
        if at == 1 {
            scene.dials(json!({"path": "/cgi-bin/media/get", "delay_ms": 3000})).await;
        }
        let (status, record) = scene.post(&server, "/api/v1/media", names).await.unwrap();
        assert_eq!(status, 202, "{record}");
        let id = record["id"].as_str().unwrap().to_owned();
        if at == 0 {
            until("the first picture", async || scene.read(&server, &format!("/api/v1/media/{id}")).await["state"] == "stored").await;
        } else {
            waiting.push(id);
        }
    }
    let (batch, people) = batch(&scene, &server).await;
    until("the first messages", async || taken(&scene).await >= 5).await;
    disk.fill(&server);

    // Nothing that cannot be written down is taken, and everybody is told so.
    let mut refused = None;
    for number in 1..PUSHES {
        let status = push(&scene, &server, number).await;
        assert!(status == 200 || status == 503, "{status}");
        if status == 503 {
            refused = Some(number);
            break;
        }
    }
    let refused = refused.expect("a full disk refuses a push, so that WeChat repeats it");
    let uploaded = json!({"media_id": "late", "user_id": "u1", "answer_title": "第一周", "question_id": "q9"});
    let (status, said) = scene.post(&server, "/api/v1/media", uploaded).await.unwrap();
    assert_eq!((status, &said["code"]), (503, &json!("disk_full")), "{said}");
    let (status, said) = ready(&server).await;
    assert_eq!((status, &said["database"]), (503, &json!(false)), "{said}");
    if matches!(disk, Disk::Mounted(_)) {
        assert_eq!(said["disk"], "disk", "{said}");
    }
    sending_waits(&scene, &server, &batch).await;
    assert!(taken(&scene).await < people.len(), "it filled in the middle of the batch");
    // Signatures need no disk, and none of the pictures has come.
    for _ in 0..50 {
        assert_eq!(signs(&scene, &server).await, 200);
    }
    tokio::time::sleep(Duration::from_secs(4)).await;
    for id in &waiting {
        let state = scene.read(&server, &format!("/api/v1/media/{id}")).await["state"].clone();
        assert!(state == "pending" || state == "downloading", "{state}");
    }
    assert_eq!(signs(&scene, &server).await, 200);

    // Room again: nobody has to do anything.
    disk.free(&server);
    scene.dials(json!({"path": "/cgi-bin/media/get"})).await;
    until("the push", async || push(&scene, &server, refused).await == 200).await;
    until("health", async || ready(&server).await.0 == 200).await;
    for id in &waiting {
        until("a picture", async || scene.read(&server, &format!("/api/v1/media/{id}")).await["state"] == "stored").await;
    }
    sent_once(&scene, &server, &batch, &people).await;
    assert_eq!(server.stop(), 0);
    nothing_is_half(&data);
    assert_eq!(scene.desk.text("pragma integrity_check").await, "ok");
    let people = format!("select group_concat(n) from (select count(*) as n from followers where openid = 'oPerson{refused}')");
    assert_eq!(scene.desk.text(&people).await, "1", "the push that was repeated had its effect once");
    drop(scene);
    drop(disk);
}
