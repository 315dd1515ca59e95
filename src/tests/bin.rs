//! Deleting pictures as people and programs meet it: the question, the bin, what the API says meanwhile, the end.

use std::time::Duration;

use reqwest::{Response, header};
use scraper::{Html, Selector};
use secrecy::SecretString;
use serde_json::{Value, json};
use wxdesk::{
    features::{
        media::{
            model::{Filter, Picture, State},
            server::SeedPicture,
        },
        users::server::people::By,
    },
    infra::clock::Clock,
    sandbox::{SANDBOX_APP_ID, scenes},
    shared::rights::{Role, Scope},
};

use super::house::{House, NOON, PASSWORD, answer};

/// Seven days, in milliseconds.
const KEPT: u64 = 7 * 86_400_000;

struct Desk {
    house: House,
    clock: Clock,
    cookie: String,
}

impl Desk {
    /// Two stored pictures of one question's title and one that failed.
    async fn build() -> Self {
        let clock = Clock::manual(NOON);
        let house = House::build_with(&[], clock.clone()).await;
        for (name, role) in [("admin", Role::Admin), ("lin", Role::Reviewer), ("sender", Role::Sender)] {
            house.app.users.add(&By::command(), name, SecretString::from(PASSWORD), role).await.unwrap().unwrap();
        }
        let seeds = (0..3).map(|at| SeedPicture {
            user_id: format!("<i>u{at}</i>"),
            answer_title: "第一周".into(),
            question_id: format!("q{at}"),
            created_at: NOON - i64::try_from(at).unwrap() * 60_000,
            bytes: scenes()[at].1,
            media_id: format!("m{at}"),
            state: if at == 2 { State::Failed } else { State::Stored },
        });
        house.app.media.seed(SANDBOX_APP_ID, seeds.collect()).await.unwrap();
        let mut desk = Self { house, clock, cookie: String::new() };
        desk.sign_in("admin").await;
        desk
    }

    async fn sign_in(&mut self, name: &str) {
        let response = self.post("/login", &[("name", name), ("password", PASSWORD)]).await;
        self.cookie = response.headers()[header::SET_COOKIE].to_str().unwrap().split(';').next().unwrap().to_owned();
    }

    async fn get(&self, path: &str) -> Response {
        self.house.http.get(format!("{}{path}", self.house.base)).header(header::COOKIE, &self.cookie).send().await.unwrap()
    }

    async fn page(&self, path: &str) -> Html {
        let response = self.get(path).await;
        assert_eq!(response.status(), 200, "{path}");
        Html::parse_document(&response.text().await.unwrap())
    }

    async fn post(&self, path: &str, form: &[(&str, &str)]) -> Response {
        let request = self.house.http.post(format!("{}{path}", self.house.base)).header(header::COOKIE, &self.cookie);
        request.form(form).send().await.unwrap()
    }

    /// All pictures, the newest first.
    async fn pictures(&self) -> Vec<Picture> {
        let filter = Filter { app_id: SANDBOX_APP_ID.into(), ..Filter::default() };
        self.house.app.media.list(&filter, None, 10).await.unwrap().items
    }
}

fn texts(page: &Html, selector: &str) -> Vec<String> {
    page.select(&Selector::parse(selector).unwrap()).map(|one| one.text().collect::<String>().trim().to_owned()).collect()
}

fn attributes(page: &Html, selector: &str, name: &str) -> Vec<String> {
    page.select(&Selector::parse(selector).unwrap()).filter_map(|one| one.attr(name)).map(str::to_owned).collect()
}

fn to(response: &Response) -> &str {
    assert_eq!(response.status(), 303);
    response.headers()[header::LOCATION].to_str().unwrap()
}

#[tokio::test]
async fn a_picture_is_deleted_after_a_question_and_comes_back_by_a_button() {
    let mut desk = Desk::build().await;
    let picture = desk.pictures().await.remove(0);
    let (here, ask) = (format!("/media/{}", picture.id), format!("/media/{}/delete", picture.id));
    desk.sign_in("lin").await;
    assert!(attributes(&desk.page(&here).await, "main a", "href").iter().all(|link| !link.contains("delete")));
    assert!(attributes(&desk.page("/media").await, "main a", "href").iter().all(|link| link != "/media/bin"));
    for (status, path) in [(403, ask.as_str()), (403, "/media/bin")] {
        assert_eq!(desk.get(path).await.status(), status);
        assert_eq!(desk.post(path, &[("id", &picture.id)]).await.status(), status);
    }
    desk.sign_in("admin").await;
    assert!(attributes(&desk.page("/media").await, "main a", "href").contains(&"/media/bin".to_owned()));
    let links = attributes(&desk.page(&format!("{here}?question=q0")).await, "main a", "href");
    assert!(links.contains(&format!("{ask}?question=q0")), "{links:?}");
    let question = desk.page(&format!("{ask}?question=q0")).await;
    assert!(texts(&question, "main").concat().contains("7 天内可以恢复") && texts(&question, "dd").concat().contains("<i>u0</i>"));
    assert_eq!(attributes(&question, "main form", "action"), [format!("{ask}?question=q0")]);
    assert_eq!(desk.pictures().await.len(), 3, "asking deletes nothing");

    for _ in 0..2 {
        assert_eq!(to(&desk.post(&format!("{ask}?question=q0"), &[]).await), "/media?question=q0", "pressed twice, done once");
    }
    assert_eq!(desk.pictures().await.len(), 2);
    assert!(!texts(&desk.page("/media").await, "main").concat().contains("u0"));
    assert!(!texts(&desk.page("/media/board?title=%E7%AC%AC%E4%B8%80%E5%91%A8").await, "main").concat().contains("u0"));
    assert_eq!(desk.post("/media", &[("zip", "picked"), ("id", &picture.id)]).await.status(), 422, "nothing to pack");
    let bin = desk.page("/media/bin").await;
    assert_eq!(texts(&bin, "tbody tr").len(), 1);
    let row = texts(&bin, "tbody tr").concat();
    assert!(row.contains("<i>u0</i>") && row.contains("第一周") && row.contains("admin"), "{row}");
    let face = attributes(&bin, "tbody img", "src").remove(0);
    assert_eq!(desk.get(&face).await.headers()[header::CONTENT_TYPE], "image/jpeg");
    for gone in ["", "/file", "/thumb"] {
        let response = desk.get(&format!("{here}{gone}")).await;
        match gone {
            "" => {
                let bin = to(&response).to_owned();
                assert_eq!(texts(&desk.page(&bin).await, "tbody tr").len(), 1, "an administrator is led to where it lies");
            }
            _ => assert_eq!(response.status(), 404),
        }
    }
    desk.sign_in("lin").await;
    assert_eq!(desk.get(&here).await.status(), 404);
    assert_eq!(desk.get(&face).await.status(), 403);
    desk.sign_in("admin").await;

    assert_eq!(to(&desk.post("/media/bin", &[("id", &picture.id)]).await), here);
    assert_eq!(desk.get(&here).await.status(), 200);
    assert_eq!(desk.pictures().await[0], picture);
    assert_eq!(desk.post("/media/bin", &[("id", &picture.id)]).await.status(), 404);
    assert!(texts(&desk.page("/media/bin").await, ".empty").concat().contains("回收站是空的"));
    let log = texts(&desk.page("/audit").await, "main").concat();
    assert!(log.contains("删除图片（移到回收站）") && log.contains("从回收站恢复图片"), "{log}");
}

#[tokio::test]
async fn a_program_is_told_what_became_of_it_and_brings_nothing_back() {
    let desk = Desk::build().await;
    let pictures = desk.pictures().await;
    for picture in &pictures {
        desk.post(&format!("/media/{}/delete", picture.id), &[]).await;
    }
    let key = desk.house.key(&[Scope::MediaRead, Scope::MediaWrite, Scope::MediaReview], None).await;
    let (status, listed) = desk.house.get_with(&key, "/api/v1/media").await;
    assert_eq!((status, listed["items"].as_array().map(Vec::len)), (200, Some(0)));
    let one = format!("/api/v1/media/{}", pictures[0].id);
    let (status, record) = desk.house.get_with(&key, &one).await;
    let deleted = (&record["state"], &record["deleted_at"], &record["file_url"], &record["thumb_url"]);
    assert_eq!((status, deleted), (200, (&json!("stored"), &json!("2026-11-22T04:00:00.000Z"), &Value::Null, &Value::Null)));
    for bytes in ["/file", "/thumb"] {
        let (status, problem) = desk.house.get_with(&key, &format!("{one}{bytes}")).await;
        assert_eq!((status, &problem["code"]), (410, &json!("media_deleted")));
    }
    let post = async |path: &str, body: Value, wait: &str| {
        let request = desk.house.http.post(format!("{}{path}", desk.house.base)).bearer_auth(&key).json(&body);
        answer(if wait.is_empty() { request } else { request.header("prefer", wait) }).await
    };
    let (status, problem) = post(&format!("{one}/review"), json!({"verdict": "pass"}), "").await;
    assert_eq!((status, &problem["code"]), (410, &json!("media_deleted")));
    let body = |at: usize| json!({"media_id": format!("m{at}"), "user_id": format!("<i>u{at}</i>"), "answer_title": "第一周", "question_id": format!("q{at}")});
    for (at, state) in [(0, "stored"), (2, "failed")] {
        let (status, again) = post("/api/v1/media", body(at), "").await;
        assert_eq!((status, &again["id"], &again["state"]), (202, &json!(pictures[at].id), &json!(state)));
        let (status, waited) = post("/api/v1/media", body(at), "wait=30").await;
        assert_eq!((status, &waited), (201, &again), "nothing will settle it, so nothing is waited for");
    }
    let mut other = body(0);
    other["question_id"] = json!("q9");
    assert_eq!(post("/api/v1/media", other, "").await.1["code"], "media_filed_otherwise");
    assert!(desk.pictures().await.is_empty());
}

#[tokio::test]
async fn after_seven_days_the_worker_removes_row_and_bytes() {
    let desk = Desk::build().await;
    let pictures = desk.pictures().await;
    let sha256 = &pictures[0].content.as_ref().unwrap().sha256;
    let file = desk.house.folder.path().join("data/media").join(&sha256[..2]).join(sha256);
    desk.post(&format!("/media/{}/delete", pictures[0].id), &[]).await;
    assert!(file.exists());
    desk.clock.advance(Duration::from_millis(KEPT));
    // Ends because the worker works; it may begin to sleep a moment after the clock was moved.
    while file.exists() {
        desk.clock.advance(Duration::from_secs(60));
        tokio::task::yield_now().await;
    }
    let key = desk.house.key(&[Scope::MediaRead], None).await;
    assert_eq!(desk.house.get_with(&key, &format!("/api/v1/media/{}", pictures[0].id)).await.0, 404);
    let other = pictures[1].content.as_ref().unwrap();
    assert!(desk.house.folder.path().join("data/media").join(&other.sha256[..2]).join(&other.sha256).exists());
}
