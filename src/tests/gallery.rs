//! The pages of the pictures as people of each role see them.

use reqwest::{Response, header};
use scraper::{Html, Selector};
use secrecy::SecretString;
use wxdesk::{
    features::{
        media::{
            model::{Filter, State},
            server::SeedPicture,
        },
        users::server::people::By,
    },
    sandbox::{SANDBOX_APP_ID, scenes},
    shared::rights::Role,
};

use super::house::{House, PASSWORD};

const HOUR: i64 = 3_600_000;

/// A house with a picture of each sort, an admin and a sender.
async fn house() -> House {
    let house = House::build().await;
    for (name, role) in [("admin", Role::Admin), ("sender", Role::Sender), ("reviewer", Role::Reviewer)] {
        house.app.users.add(&By::command(), name, SecretString::from(PASSWORD), role).await.unwrap().unwrap();
    }
    let now = house.app.core.now();
    let states = [State::Stored, State::Failed, State::Expired, State::Stored];
    let seeds = states.into_iter().enumerate().map(|(at, state)| SeedPicture {
        user_id: format!("<b>小满</b>{at}"),
        answer_title: "第一周".into(),
        question_id: format!("q{}", at % 2),
        created_at: now - i64::try_from(at).unwrap() * 30 * HOUR,
        bytes: scenes()[at].1,
        media_id: format!("m{at}"),
        state,
    });
    house.app.media.seed(SANDBOX_APP_ID, seeds.collect()).await.unwrap();
    house
}

pub async fn cookie(house: &House, name: &str) -> String {
    let form = [("name", name), ("password", PASSWORD)];
    let response = house.http.post(format!("{}/login", house.base)).form(&form).send().await.unwrap();
    response.headers()[header::SET_COOKIE].to_str().unwrap().split(';').next().unwrap().to_owned()
}

pub async fn get(house: &House, cookie: &str, path: &str) -> Response {
    house.http.get(format!("{}{path}", house.base)).header(header::COOKIE, cookie).send().await.unwrap()
}

pub async fn page(house: &House, cookie: &str, path: &str) -> Html {
    let response = get(house, cookie, path).await;
    assert_eq!(response.status(), 200, "{path}");
    Html::parse_document(&response.text().await.unwrap())
}

pub fn texts(page: &Html, selector: &str) -> Vec<String> {
    page.select(&Selector::parse(selector).unwrap()).map(|element| element.text().collect::<String>()).collect()
}

pub fn attributes(page: &Html, selector: &str, name: &str) -> Vec<String> {
    page.select(&Selector::parse(selector).unwrap()).filter_map(|element| element.attr(name)).map(str::to_owned).collect()
}

/// The id of the picture in a state.
async fn id_of(house: &House, state: State) -> String {
    let filter = Filter { app_id: SANDBOX_APP_ID.into(), state: Some(state), ..Filter::default() };
    house.app.media.list(&filter, None, 1).await.unwrap().items[0].id.clone()
}

#[tokio::test]
async fn the_gallery_shows_each_picture_as_it_is() {
    let house = house().await;
    let admin = cookie(&house, "admin").await;
    let all = page(&house, &admin, "/media").await;
    assert_eq!(texts(&all, "h1"), ["图片"]);
    assert_eq!(attributes(&all, ".tile img", "src").len(), 2);
    assert_eq!(texts(&all, ".tile .cap b").len(), 4);
    assert!(texts(&all, ".tile .cap b")[0].starts_with("<b>小满</b>0 · "), "what users wrote is text");
    assert_eq!(texts(&all, ".said b"), ["下载失败", "已过期"]);
    assert_eq!(attributes(&all, ".tile form", "action").len(), 1, "only what failed can be tried again");
    assert_eq!(texts(&all, ".day h2")[0], "今天");

    let failed = page(&house, &admin, "/media?state=failed").await;
    assert_eq!((texts(&failed, ".tile").len(), texts(&failed, ".chip-on").len()), (1, 1));
    let none = page(&house, &admin, "/media?q=nobody").await;
    assert_eq!(texts(&none, ".empty p"), ["没有符合的图片"]);
    let narrow = page(&house, &admin, "/media?question=q1&state=expired").await;
    assert_eq!(texts(&narrow, ".tile").len(), 0);

    let sender = cookie(&house, "sender").await;
    let seen = page(&house, &sender, "/media").await;
    assert_eq!((texts(&seen, ".tile").len(), texts(&seen, ".tile form").len()), (4, 0), "a sender sees, and asks for nothing again");
    assert_eq!(texts(&seen, "button[name=zip], a[href^='/media/judge']").len(), 0, "nor takes anything along, nor judges");
    let stored = id_of(&house, State::Stored).await;
    let one = page(&house, &sender, &format!("/media/{stored}")).await;
    assert_eq!(attributes(&one, ".viewer-image img", "src"), [format!("/media/{stored}/thumb")]);
    assert_eq!(
        (texts(&one, "a[download]").len(), get(&house, &sender, &format!("/media/{stored}/file")).await.status().as_u16()),
        (0, 403)
    );
}

#[tokio::test]
async fn one_picture_tells_what_is_known_and_leads_to_its_neighbours() {
    let house = house().await;
    let admin = cookie(&house, "admin").await;
    let failed = id_of(&house, State::Failed).await;
    let one = page(&house, &admin, &format!("/media/{failed}")).await;
    assert_eq!(texts(&one, "h1").len(), 1);
    assert!(texts(&one, ".notice").concat().contains("请对方重新上传"));
    assert_eq!((attributes(&one, "a[rel=prev]", "href").len(), attributes(&one, "a[rel=next]", "href").len()), (1, 1));
    let alone = page(&house, &admin, &format!("/media/{failed}?state=failed")).await;
    assert!(attributes(&alone, "a[rel]", "href").is_empty(), "neighbours keep to the filter");
    let stored = id_of(&house, State::Stored).await;
    let one = page(&house, &admin, &format!("/media/{stored}")).await;
    let source = attributes(&one, ".viewer-image img", "src");
    let file = get(&house, &admin, &source[0]).await;
    assert_eq!(file.headers()[header::CONTENT_SECURITY_POLICY], "default-src 'none'; sandbox");
    assert_eq!(file.bytes().await.unwrap(), scenes()[0].1);
    let saved = get(&house, &admin, &attributes(&one, "a[download]", "href")[0]).await;
    assert!(saved.headers()[header::CONTENT_DISPOSITION].to_str().unwrap().starts_with("attachment; filename=\"b____"));
}

#[tokio::test]
async fn trying_again_is_for_those_who_may_and_leaves_a_trace() {
    let house = house().await;
    let (admin, sender, failed) = (cookie(&house, "admin").await, cookie(&house, "sender").await, id_of(&house, State::Failed).await);
    let press = |cookie: String, back: &'static str| {
        let form = [("intent", "retry"), ("back", back)];
        house.http.post(format!("{}/media/{failed}", house.base)).header(header::COOKIE, cookie).form(&form).send()
    };
    assert_eq!(press(sender, "/media").await.unwrap().status(), 403);
    assert_eq!(house.app.media.get(&failed).await.unwrap().state, State::Failed);
    let pressed = press(admin.clone(), "/media?state=failed").await.unwrap();
    assert_eq!((pressed.status().as_u16(), pressed.headers()[header::LOCATION].to_str().unwrap()), (303, "/media?state=failed"));
    // The simulator never heard of it, so it fails again; that it was asked at all is what counts.
    let again = house.app.media.wait_for(&failed, std::time::Duration::from_secs(30)).await.unwrap();
    assert_eq!((again.state, again.attempts), (State::Failed, 2));
    assert_eq!(press(admin.clone(), "//evil.example").await.unwrap().headers()[header::LOCATION], "/");
    let log = get(&house, &admin, "/audit.csv").await.text().await.unwrap();
    assert!(log.contains("media.retried") && log.contains(&failed), "{log}");
}

#[tokio::test]
async fn unknown_pictures_all_look_alike() {
    let house = house().await;
    let admin = cookie(&house, "admin").await;
    let mut bodies = Vec::new();
    for id in ["0".repeat(32), "x".into(), "..%2f..%2fetc%2fpasswd".into(), "%00".into(), "a".repeat(4096)] {
        for part in ["", "/file", "/thumb"] {
            let response = get(&house, &admin, &format!("/media/{id}{part}")).await;
            assert_eq!(response.status(), 404, "{id}{part}");
            // The forms of the shell name the page they come back to; everything else must be equal.
            bodies.push(response.text().await.unwrap().replace(&format!("/media/{id}{part}"), "HERE"));
        }
    }
    assert!(bodies.iter().all(|body| body == &bodies[0]), "{}", bodies.iter().find(|body| *body != &bodies[0]).unwrap());
}

#[tokio::test]
async fn pictures_are_picked_without_a_script_and_come_as_one_zip() {
    let house = house().await;
    let (admin, reviewer) = (cookie(&house, "admin").await, cookie(&house, "reviewer").await);
    let all = page(&house, &reviewer, "/media?size=l").await;
    let picks = attributes(&all, ".tile .pick input[type=checkbox][form=zip]", "value");
    assert_eq!(picks.len(), 2, "only what is stored can be taken along");
    assert_eq!(attributes(&all, "form#zip", "action"), ["/media?size=l"]);
    let press = |cookie: &str, path: &str, form: Vec<(&'static str, String)>| {
        house.http.post(format!("{}{path}", house.base)).header(header::COOKIE, cookie).form(&form).send()
    };
    let made = press(&reviewer, "/media?size=l", vec![("id", picks[0].clone()), ("id", picks[1].clone()), ("zip", "picked".into())])
        .await
        .unwrap();
    assert_eq!(made.status(), 303);
    let path = made.headers()[header::LOCATION].to_str().unwrap();
    let zip = get(&house, &reviewer, path).await;
    assert_eq!(zip.status(), 200);
    assert!(zip.headers().get(header::CONTENT_ENCODING).is_none() && zip.headers()[header::CONTENT_TYPE] == "application/zip");
    let (length, mark) = (zip.headers()[header::CONTENT_LENGTH].clone(), zip.headers()[header::ETAG].clone());
    let bytes = zip.bytes().await.unwrap();
    assert!(bytes.starts_with(b"PK\x03\x04") && length.to_str().unwrap() == bytes.len().to_string());
    let rest = house.http.get(format!("{}{path}", house.base)).header(header::COOKIE, &reviewer).header(header::IF_RANGE, &mark);
    let rest = rest.header(header::RANGE, "bytes=1000-").send().await.unwrap();
    let told = format!("bytes 1000-{}/{}", bytes.len() - 1, bytes.len());
    assert_eq!((rest.status().as_u16(), rest.headers()[header::CONTENT_RANGE].to_str().unwrap()), (206, &*told));
    assert_eq!(rest.bytes().await.unwrap(), bytes[1000..]);
    assert_eq!(get(&house, &admin, path).await.status(), 404, "it is for whoever asked");
    let none = press(&reviewer, "/media?size=l", vec![("zip", "picked".into())]).await.unwrap();
    assert_eq!(none.status(), 422);
    let again = Html::parse_document(&none.text().await.unwrap());
    assert!(texts(&again, "[role=alert]").concat().contains("先勾选") && texts(&again, ".tile").len() == 4);
    let day = attributes(&all, ".day button[name=zip]", "value");
    assert_eq!(day.len(), 2, "each day with something stored");
    assert_eq!(press(&reviewer, "/media", vec![("zip", day[0].clone())]).await.unwrap().status(), 303);
    assert_eq!(press(&reviewer, "/media?state=failed", vec![("zip", "shown".into())]).await.unwrap().status(), 422);
    let log = get(&house, &admin, "/audit.csv").await.text().await.unwrap();
    assert_eq!(log.matches("media.bundled").count(), 2, "{log}");
}
