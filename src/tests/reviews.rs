//! Judging pictures, by form and by API, as people of each role do it.

use reqwest::{Response, header};
use scraper::{Html, Selector};
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};
use wxdesk::{
    features::{
        media::{
            model::{Filter, Picture, State},
            server::SeedPicture,
        },
        users::server::{keys::NewKey, people::By},
    },
    sandbox::{SANDBOX_APP_ID, scenes},
    shared::rights::{Role, Scope},
};

use super::house::{House, answer};

const PASSWORD: &str = "correct horse battery";

/// A house with four stored pictures and one that failed, two people who may judge and one who may look.
async fn house() -> House {
    let house = House::build().await;
    for (name, role) in [("admin", Role::Admin), ("lin", Role::Reviewer), ("sender", Role::Sender)] {
        house.app.users.add(&By::command(), name, SecretString::from(PASSWORD), role).await.unwrap().unwrap();
    }
    let now = house.app.core.now();
    let seeds = (0..5).map(|at| SeedPicture {
        user_id: format!("<i>u{at}</i>"),
        answer_title: "第一周".into(),
        question_id: format!("q{at}"),
        created_at: now - i64::try_from(at).unwrap() * 60_000,
        bytes: scenes()[at].1,
        media_id: format!("m{at}"),
        state: if at == 4 { State::Failed } else { State::Stored },
    });
    house.app.media.seed(SANDBOX_APP_ID, seeds.collect()).await.unwrap();
    house
}

async fn cookie(house: &House, name: &str) -> String {
    let form = [("name", name), ("password", PASSWORD)];
    let response = house.http.post(format!("{}/login", house.base)).form(&form).send().await.unwrap();
    response.headers()[header::SET_COOKIE].to_str().unwrap().split(';').next().unwrap().to_owned()
}

async fn get(house: &House, cookie: &str, path: &str) -> Response {
    house.http.get(format!("{}{path}", house.base)).header(header::COOKIE, cookie).send().await.unwrap()
}

async fn post(house: &House, cookie: &str, path: &str, form: &[(&str, &str)]) -> Response {
    house.http.post(format!("{}{path}", house.base)).header(header::COOKIE, cookie).form(form).send().await.unwrap()
}

fn to(response: &Response) -> String {
    assert_eq!(response.status(), 303);
    response.headers()[header::LOCATION].to_str().unwrap().to_owned()
}

async fn page(response: Response) -> Html {
    Html::parse_document(&response.text().await.unwrap())
}

fn texts(page: &Html, selector: &str) -> Vec<String> {
    page.select(&Selector::parse(selector).unwrap()).map(|element| element.text().collect::<String>()).collect()
}

fn attributes(page: &Html, selector: &str, name: &str) -> Vec<String> {
    page.select(&Selector::parse(selector).unwrap()).filter_map(|element| element.attr(name)).map(str::to_owned).collect()
}

/// All pictures, the newest first.
async fn pictures(house: &House) -> Vec<Picture> {
    let filter = Filter { app_id: SANDBOX_APP_ID.into(), ..Filter::default() };
    house.app.media.list(&filter, None, 10).await.unwrap().items
}

#[tokio::test]
async fn the_desk_is_walked_by_links_and_forms_alone() {
    let house = house().await;
    let (admin, lin, sender) = (cookie(&house, "admin").await, cookie(&house, "lin").await, cookie(&house, "sender").await);
    assert_eq!(get(&house, &sender, "/media/desk").await.status(), 403);
    let ids: Vec<String> = pictures(&house).await.into_iter().map(|picture| picture.id).collect();
    let first = to(&get(&house, &admin, "/media/desk").await);
    assert_eq!(first, format!("/media/desk?at={}", ids[3]), "the oldest that is stored");
    let desk = page(get(&house, &admin, &first).await).await;
    assert_eq!((texts(&desk, "h1"), texts(&desk, ".who b")), (vec!["审图".into()], vec!["<i>u3</i>".into()]));
    assert_eq!(attributes(&desk, "#verdict", "action"), [first.as_str()]);
    assert_eq!(attributes(&desk, ".film [aria-current]", "href"), [first.as_str()]);
    assert_eq!(texts(&desk, ".film").len(), 4);
    assert_eq!(texts(&desk, ".choice").len(), 5);

    let second = to(&get(&house, &lin, "/media/desk").await);
    assert_eq!(second, format!("/media/desk?at={}", ids[2]), "not the one that lies before somebody else");
    let taken = page(get(&house, &lin, &first).await).await;
    assert!(texts(&taken, ".notice").concat().contains("admin 正在看这张") && texts(&taken, "#verdict").is_empty());

    let bare = post(&house, &admin, &first, &[("intent", "reject"), ("seen", "0"), ("comment", "</input>x")]).await;
    assert_eq!(bare.status(), 422);
    let bare = page(bare).await;
    assert!(texts(&bare, "[role=alert]").concat().contains("选一个理由"));
    assert_eq!(attributes(&bare, "input[name=comment]", "value"), ["</input>x"], "what was typed stays");
    let form = [("intent", "reject"), ("seen", "0"), ("reason", "看不清"), ("comment", "请重拍")];
    let next = to(&post(&house, &admin, &first, &form).await);
    assert!(next != first && next.contains("at="), "on to the next: {next}");
    let judged = &pictures(&house).await[3];
    let review = judged.review.as_ref().unwrap();
    assert_eq!((review.reason.as_deref(), review.comment.as_deref(), review.name()), (Some("看不清"), Some("请重拍"), "admin"));
    let desk = page(get(&house, &admin, &next).await).await;
    assert!(texts(&desk, ".desk-last").concat().contains("已退回 <i>u3</i> 的图片：看不清"));
    let back = to(&post(&house, &admin, &next, &[("intent", "undo")]).await);
    assert_eq!((back, &pictures(&house).await[3].review), (first, &None));
}

#[tokio::test]
async fn the_last_one_leads_to_an_empty_desk_and_filters_stay() {
    let house = house().await;
    let admin = cookie(&house, "admin").await;
    let mut at = to(&get(&house, &admin, "/media/desk?question=q1").await);
    assert!(at.starts_with("/media/desk?question=q1&at="), "{at}");
    let link = page(get(&house, &admin, &at).await).await;
    assert_eq!(texts(&link, ".film").len(), 1, "the strip keeps to the filter");
    at = to(&post(&house, &admin, &at, &[("intent", "pass"), ("seen", "0")]).await);
    assert_eq!(at, "/media/desk", "nothing left under the filter");
    for _ in 0..3 {
        at = to(&get(&house, &admin, "/media/desk").await);
        post(&house, &admin, &at, &[("intent", "pass"), ("seen", "0")]).await;
    }
    let done = get(&house, &admin, "/media/desk").await;
    assert_eq!(done.status(), 200);
    assert!(texts(&page(done).await, ".empty").concat().contains("都看完了"));
    let gallery = page(get(&house, &admin, "/media?review=passed").await).await;
    assert_eq!((texts(&gallery, ".tile").len(), texts(&gallery, ".mark").len()), (4, 4));
    assert_eq!(texts(&page(get(&house, &admin, "/media?review=unreviewed").await).await, ".tile").len(), 0);
}

#[tokio::test]
async fn a_picture_s_own_page_judges_too() {
    let house = house().await;
    let (admin, lin, sender) = (cookie(&house, "admin").await, cookie(&house, "lin").await, cookie(&house, "sender").await);
    let all = pictures(&house).await;
    let path = format!("/media/{}", all[0].id);
    assert_eq!(to(&post(&house, &lin, &path, &[("intent", "pass"), ("seen", "0")]).await), path);
    let late = post(&house, &admin, &path, &[("intent", "reject"), ("reason", "重复"), ("seen", "0")]).await;
    assert_eq!(late.status(), 422, "somebody was faster");
    assert!(texts(&page(late).await, "[role=alert]").concat().contains("刚刚被别人判断过"));
    let seen = page(get(&house, &sender, &path).await).await;
    assert!(texts(&seen, ".judged").concat().contains("lin") && texts(&seen, "#verdict").is_empty(), "a sender sees it");
    assert_eq!(post(&house, &sender, &path, &[("intent", "pass"), ("seen", "0")]).await.status(), 403);
    let failed = format!("/media/{}", all[4].id);
    assert!(texts(&page(get(&house, &admin, &failed).await).await, "#verdict").is_empty());
    assert_eq!(post(&house, &admin, &failed, &[("intent", "pass")]).await.status(), 422);
    assert_eq!(post(&house, &admin, &path, &[("intent", "burn")]).await.status(), 400);
}

#[tokio::test]
async fn reasons_are_the_admin_s_to_change() {
    let house = house().await;
    let (admin, lin) = (cookie(&house, "admin").await, cookie(&house, "lin").await);
    assert_eq!(get(&house, &lin, "/media/reasons").await.status(), 403);
    assert_eq!(to(&post(&house, &admin, "/media/reasons", &[("reasons", "糊了\r\n偏了")]).await), "/media/reasons");
    let wrong = post(&house, &admin, "/media/reasons", &[("reasons", " \n")]).await;
    assert_eq!(wrong.status(), 422);
    let at = to(&get(&house, &lin, "/media/desk").await);
    assert_eq!(texts(&page(get(&house, &lin, &at).await).await, ".choice"), ["糊了", "偏了"]);
    let log = get(&house, &admin, "/audit.csv").await.text().await.unwrap();
    assert!(log.contains("media.reasons_saved") && log.contains("偏了"));
}

#[tokio::test]
async fn a_reader_of_english_judges_with_english_reasons() {
    let house = house().await;
    let (admin, lin) = (cookie(&house, "admin").await, cookie(&house, "lin").await);
    let english = format!("{lin}; lang=en");
    let at = to(&get(&house, &english, "/media/desk").await);
    let choices = texts(&page(get(&house, &english, &at).await).await, ".choice");
    assert!(choices.contains(&"Not clear enough".to_owned()) && choices.iter().all(|choice| choice.is_ascii()), "{choices:?}");
    let next = to(&post(&house, &english, &at, &[("intent", "reject"), ("seen", "0"), ("reason", "看不清")]).await);
    let shown = get(&house, &english, &next).await.text().await.unwrap();
    assert!(shown.contains("Not clear enough") && !shown.contains("看不清</b>"), "what undoing would undo: {shown}");
    // Saving the list from an English page does not turn it English for everybody.
    let english = format!("{admin}; lang=en");
    let typed = texts(&page(get(&house, &english, "/media/reasons").await).await, "#reasons").remove(0);
    assert!(typed.contains("Not clear enough"), "{typed}");
    to(&post(&house, &english, "/media/reasons", &[("reasons", &format!("{typed}\r\nToo dark"))]).await);
    let at = to(&get(&house, &lin, "/media/desk").await);
    let choices = texts(&page(get(&house, &lin, &at).await).await, ".choice");
    assert!(choices.contains(&"看不清".to_owned()) && choices.contains(&"Too dark".to_owned()), "{choices:?}");
}

async fn key(house: &House, scope: Scope) -> String {
    let (name, scopes) = (scope.word().to_owned(), vec![scope]);
    let new = NewKey {
        name,
        scopes,
        account: None,
        addresses: vec![],
        owner_id: None,
        expires_at: None,
        daily_messages: None,
        daily_calls: None,
    };
    house.app.users.keys.create(&By::command(), new).await.unwrap().unwrap().expose_secret().to_owned()
}

#[tokio::test]
async fn programs_judge_and_read_judgements() {
    let house = house().await;
    let (judge, reader) = (key(&house, Scope::MediaReview).await, key(&house, Scope::MediaRead).await);
    let all = pictures(&house).await;
    let say = async |id: &str, body: Value| {
        answer(house.http.post(format!("{}/api/v1/media/{id}/review", house.base)).bearer_auth(&judge).json(&body)).await
    };
    let read = async |path: &str| answer(house.http.get(format!("{}/api/v1/media{path}", house.base)).bearer_auth(&reader)).await.1;
    assert_eq!(read(&format!("/{}", all[0].id)).await["review"], Value::Null);
    let (status, record) = say(&all[0].id, json!({ "verdict": "reject", "reason": "看不清", "comment": "x" })).await;
    assert_eq!((status, &record["id"], &record["state"]), (200, &json!(all[0].id), &json!("stored")));
    let review = &record["review"];
    assert_eq!((&review["verdict"], &review["reason"], &review["comment"]), (&json!("reject"), &json!("看不清"), &json!("x")));
    assert_eq!(review["reviewer"], "media:review");
    assert!(review["at"].as_str().unwrap().ends_with('Z'));
    assert_eq!(read("?review=rejected").await["items"].as_array().unwrap().len(), 1);
    assert_eq!(read("?review=unreviewed").await["items"].as_array().unwrap().len(), 3);
    let (status, record) = say(&all[0].id, json!({ "verdict": "clear" })).await;
    assert_eq!((status, &record["review"]), (200, &Value::Null));
    assert_eq!(say(&all[4].id, json!({ "verdict": "pass" })).await.1["code"], "not_stored");
    assert_eq!(say(&"0".repeat(32), json!({ "verdict": "pass" })).await.0, 404);
    for (body, field) in [
        (json!({}), "verdict"),
        (json!({ "verdict": "maybe" }), "verdict"),
        (json!({ "verdict": "pass", "reason": "x" }), "reason"),
        (json!({ "verdict": "reject", "reason": "长".repeat(65) }), "reason"),
        (json!({ "verdict": "pass", "stray": 1 }), "stray"),
    ] {
        let (status, problem) = say(&all[0].id, body).await;
        assert_eq!((status, &problem["errors"][0]["field"]), (422, &json!(field)));
    }
}
