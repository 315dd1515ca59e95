//! Voices and videos: fetched, kept as they came, given out as files only, found by their kind. And an open gallery that hears of them.

use std::time::Duration;

use futures_util::StreamExt;
use reqwest::header;
use secrecy::SecretString;
use serde_json::{Value, json};
use wxdesk::{
    features::users::server::people::By,
    sandbox::scenes,
    shared::rights::{Role, Scope},
};

use super::{
    gallery::{cookie, get, page, texts},
    house::{House, PASSWORD, answer},
};

/// A second of AMR: 50 frames of 12.2 kbit/s.
fn amr() -> Vec<u8> {
    [b"#!AMR\n".to_vec(), [&[0x3c][..], &[0x5a; 31]].concat().repeat(50)].concat()
}

/// An Ogg page that begins a Speex stream of 16 kHz, its header packet whole.
fn speex() -> Vec<u8> {
    let mut packet = Vec::from(*b"Speex   1.2.0");
    packet.resize(28, 0);
    for number in [1_u32, 80, 16_000, 1, 4, 1, u32::MAX, 320, 0, 1, 0, 0, 0] {
        packet.extend(number.to_le_bytes());
    }
    let mut page = Vec::from(*b"OggS\0\x02");
    page.extend([0; 20]);
    page.extend([1, u8::try_from(packet.len()).unwrap()]);
    [page, packet].concat()
}

/// The boxes that begin every MP4.
fn mp4() -> Vec<u8> {
    b"\0\0\0\x18ftypmp42\0\0\0\0isommp42\0\0\0\x10mdat\0\0\0\0\0\0\0\0".to_vec()
}

async fn house() -> (House, String) {
    let house = House::build().await;
    for (name, role) in [("admin", Role::Admin), ("sender", Role::Sender)] {
        house.app.users.add(&By::command(), name, SecretString::from(PASSWORD), role).await.unwrap().unwrap();
    }
    let key = house.key(&[Scope::MediaRead, Scope::MediaWrite], None).await;
    (house, key)
}

/// Files what was uploaded, and gives the record once it has settled.
async fn filed(house: &House, key: &str, kind: &str, bytes: &[u8]) -> Value {
    let media_id = house.sandbox.upload_as(kind, bytes);
    let body = json!({"media_id": media_id, "user_id": "小满", "answer_title": "第一周", "question_id": "q1"});
    let ask = house.http.post(format!("{}/api/v1/media", house.base)).bearer_auth(key).header("prefer", "wait=30").json(&body);
    let (status, record) = answer(ask).await;
    assert_eq!(status, 201, "{record}");
    record
}

#[tokio::test]
async fn voices_and_videos_are_kept_as_they_came_and_given_out_as_files_only() {
    let (house, key) = house().await;
    let admin = cookie(&house, "admin").await;
    for (kind, bytes, content_type, end) in
        [("voice", amr(), "audio/amr", "amr"), ("voice", speex(), "audio/ogg", "ogg"), ("video", mp4(), "video/mp4", "mp4")]
    {
        let record = filed(&house, &key, kind, &bytes).await;
        assert_eq!((record["state"].as_str(), record["kind"].as_str()), (Some("stored"), Some(kind)), "{record}");
        assert_eq!((record["content_type"].as_str(), record["thumb_url"].is_null()), (Some(content_type), true), "{record}");
        let id = record["id"].as_str().unwrap();
        for answer in [
            house.http.get(format!("{}/api/v1/media/{id}/file", house.base)).bearer_auth(&key).send().await.unwrap(),
            get(&house, &admin, &format!("/media/{id}/file")).await,
        ] {
            let said = answer.headers().clone();
            assert!(said[header::CONTENT_DISPOSITION].to_str().unwrap().starts_with("attachment;"), "{said:?}");
            assert!(said[header::CONTENT_DISPOSITION].to_str().unwrap().ends_with(end), "{said:?}");
            assert_eq!(
                (&said[header::CONTENT_TYPE], &said["x-content-type-options"]),
                (&content_type.parse().unwrap(), &"nosniff".parse().unwrap())
            );
            assert_eq!(answer.bytes().await.unwrap(), bytes, "{content_type}");
        }
        assert_eq!(house.get_with(&key, &format!("/api/v1/media/{id}/thumb")).await.0, 404);
        assert_eq!(get(&house, &admin, &format!("/media/{id}/thumb")).await.status(), 404);
    }
    let fine = house.sandbox.ledger().into_iter().filter(|entry| entry.path == "/cgi-bin/media/get/jssdk").count();
    assert_eq!(fine, 2, "only voices are asked for twice");
    filed(&house, &key, "image", scenes()[0].1).await;
    for (kind, count) in [("voice", 2), ("video", 1), ("image", 1)] {
        let (_, listed) = house.get_with(&key, &format!("/api/v1/media?kind={kind}")).await;
        let items = listed["items"].as_array().unwrap();
        assert_eq!((items.len(), items.iter().all(|item| item["kind"] == kind)), (count, true), "{listed}");
        let gallery = page(&house, &admin, &format!("/media?kind={kind}")).await;
        assert_eq!(texts(&gallery, ".tile").len(), count, "{kind}");
        assert_eq!(texts(&gallery, ".tile-said b").iter().any(|word| word == "语音" || word == "视频"), kind != "image");
    }
    let (status, problem) = house.get_with(&key, "/api/v1/media?kind=music").await;
    assert_eq!((status, problem["errors"][0]["code"].as_str()), (422, Some("unknown_kind")));
}

#[tokio::test]
async fn a_video_elsewhere_is_a_link_for_those_who_may_have_originals() {
    let (house, key) = house().await;
    let record = filed(&house, &key, "video", b"no MP4, so its address leads to a host that is not WeChat's").await;
    assert_eq!(
        (record["state"].as_str(), record["kind"].as_str(), record["reason"].as_str()),
        (Some("failed"), Some("video"), Some("video_link"))
    );
    let path = format!("/media/{}", record["id"].as_str().unwrap());
    let link = "a[href^='http://video.sandbox.invalid/'][rel~=noreferrer]";
    let shown = page(&house, &cookie(&house, "admin").await, &path).await;
    assert_eq!(texts(&shown, link), ["打开微信给的视频链接"]);
    assert!(texts(&page(&house, &cookie(&house, "sender").await, &path).await, link).is_empty());
}

#[tokio::test]
async fn an_open_gallery_hears_of_new_pictures_and_a_stop_does_not_wait_for_it() {
    let (house, key) = house().await;
    let admin = cookie(&house, "admin").await;
    let first = filed(&house, &key, "image", scenes()[0].1).await;
    let gallery = get(&house, &admin, "/media?user=%E5%B0%8F%E6%BB%A1").await.text().await.unwrap();
    let watch = gallery.split("data-fresh=\"").nth(1).unwrap().split('"').next().unwrap().replace("&amp;", "&");
    assert!(watch.ends_with(&format!("&after={}", first["id"].as_str().unwrap())), "{watch}");
    let older = get(&house, &admin, &format!("/media?before={}", "f".repeat(32))).await.text().await.unwrap();
    assert!(!older.contains("data-fresh"), "only the newest page hears of newer ones");
    filed(&house, &key, "image", scenes()[1].1).await;
    filed(&house, &key, "image", scenes()[2].1).await;
    let answer = get(&house, &admin, &watch).await;
    assert_eq!((answer.status().as_u16(), &answer.headers()[header::CACHE_CONTROL]), (200, &"no-store".parse().unwrap()));
    let mut body = answer.bytes_stream();
    let said = body.next().await.unwrap().unwrap();
    assert_eq!(std::str::from_utf8(&said).unwrap().trim(), "data: 有 2 张新图片");
    drop(house);
    let rest = tokio::time::timeout(Duration::from_secs(5), body.collect::<Vec<_>>()).await;
    assert!(rest.is_ok(), "the stream ends with the server");
}
