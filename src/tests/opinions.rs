//! Second opinions: beside a judgement, listed where they differ, decided by an administrator, counted.

use reqwest::{Response, header};
use secrecy::SecretString;
use serde_json::json;
use wxdesk::{
    features::{
        media::{
            model::{Filter, Picture, State},
            review::Verdict,
            server::SeedPicture,
        },
        users::server::people::By,
    },
    infra::clock::Clock,
    sandbox::{SANDBOX_APP_ID, scenes},
    shared::rights::{Role, Scope},
};

use super::{
    gallery::{attributes, cookie, page, texts},
    house::{House, NOON, PASSWORD, answer},
};

struct Desk {
    house: House,
    zhou: String,
    lin: String,
    admin: String,
    pictures: Vec<Picture>,
}

impl Desk {
    async fn build() -> Self {
        let house = House::build_with(&[], Clock::manual(NOON)).await;
        for (name, role) in [("周敏", Role::Reviewer), ("lin", Role::Reviewer), ("admin", Role::Admin)] {
            house.app.users.add(&By::command(), name, SecretString::from(PASSWORD), role).await.unwrap().unwrap();
        }
        let seed = |at: i64| SeedPicture {
            user_id: format!("u{at}"),
            answer_title: "第一周".into(),
            question_id: "q1".into(),
            created_at: NOON - (at + 1) * 60_000,
            bytes: scenes()[0].1,
            media_id: format!("m{at}"),
            state: State::Stored,
        };
        house.app.media.seed(SANDBOX_APP_ID, (0..3).map(seed).collect()).await.unwrap();
        let filter = Filter { app_id: SANDBOX_APP_ID.into(), ..Filter::default() };
        let pictures = house.app.media.list(&filter, None, 10).await.unwrap().items;
        let (zhou, lin, admin) = (cookie(&house, "周敏").await, cookie(&house, "lin").await, cookie(&house, "admin").await);
        Self { house, zhou, lin, admin, pictures }
    }

    /// Posts to a picture's page; time goes on by a second each time.
    async fn post(&self, cookie: &str, path: &str, form: &[(&str, &str)]) -> Response {
        self.house.app.core.clock.advance(std::time::Duration::from_secs(1));
        self.house.http.post(format!("{}{path}", self.house.base)).header(header::COOKIE, cookie).form(form).send().await.unwrap()
    }

    async fn judge(&self, cookie: &str, at: usize, form: &[(&str, &str)]) {
        let seen = self.now(at).await.review.map_or(0, |review| review.at).to_string();
        let form = [form, &[("seen", seen.as_str())]].concat();
        assert_eq!(self.post(cookie, &format!("/media/{}", self.pictures[at].id), &form).await.status(), 303);
    }

    async fn second(&self, cookie: &str, at: usize, form: &[(&str, &str)]) -> u16 {
        self.post(cookie, &format!("/media/{}/opinion", self.pictures[at].id), form).await.status().as_u16()
    }

    async fn now(&self, at: usize) -> Picture {
        self.house.app.media.get(&self.pictures[at].id).await.unwrap()
    }

    async fn verdict(&self, at: usize) -> Option<(Verdict, Option<String>, String)> {
        self.now(at).await.review.map(|review| (review.verdict, review.reason, review.reviewer))
    }

    /// The names of the listed disagreements.
    async fn listed(&self, query: &str) -> Vec<String> {
        texts(&page(&self.house, &self.admin, &format!("/media/opinions{query}")).await, ".opinion-name > a")
    }
}

#[tokio::test]
async fn two_who_differ_are_listed_and_an_administrator_decides() {
    let desk = Desk::build().await;
    let here = format!("/media/{}", desk.pictures[0].id);
    assert_eq!(desk.second(&desk.lin, 0, &[("intent", "agree")]).await, 422, "there is no judgement yet");
    desk.judge(&desk.zhou, 0, &[("intent", "pass")]).await;
    assert_eq!(desk.second(&desk.zhou, 0, &[("intent", "agree")]).await, 422, "one's own is no second opinion");
    assert!(attributes(&page(&desk.house, &desk.zhou, &here).await, "form[action$='/opinion']", "action").is_empty());
    let shown = page(&desk.house, &desk.lin, &here).await;
    assert_eq!(attributes(&shown, "form[action$='/opinion']", "action"), [format!("{here}/opinion")]);
    assert_eq!(desk.second(&desk.lin, 0, &[("intent", "differ"), ("comment", "糊")]).await, 422, "a rejection needs a reason");
    assert_eq!(desk.second(&desk.lin, 0, &[("intent", "differ"), ("reason", "看不清"), ("seen", "7")]).await, 422, "not what was seen");
    let given = [("intent", "differ"), ("reason", "看不清"), ("comment", "糊")];
    assert_eq!(desk.second(&desk.lin, 0, &given).await, 303);
    assert_eq!(desk.verdict(0).await, Some((Verdict::Pass, None, "user:周敏".into())), "the verdict stands");
    assert_eq!(desk.second(&desk.admin, 0, &[("intent", "agree")]).await, 422, "one is enough");
    let said = texts(&page(&desk.house, &desk.zhou, &here).await, "section[aria-labelledby=second]").concat();
    assert!(said.contains("意见不一") && said.contains("看不清") && said.contains("lin"), "{said}");

    assert_eq!(desk.listed("").await, ["u0 · 第一周 · q1"]);
    assert_eq!((desk.listed("?reviewer=user:lin").await.len(), desk.listed("?reviewer=user:admin").await.len()), (1, 0));
    let reviewer = page(&desk.house, &desk.lin, "/media/opinions").await;
    assert!(attributes(&reviewer, "button[name=decision]", "value").is_empty(), "who differs does not decide");
    let list = page(&desk.house, &desk.admin, "/media/opinions").await;
    let hidden = |name: &str| attributes(&list, &format!(".opinion input[name={name}]"), "value").remove(0);
    let (id, first, second) = (hidden("id"), hidden("first"), hidden("second"));
    let form = [("id", id.as_str()), ("first", &first), ("second", &second), ("decision", "reject")];
    assert_eq!(desk.post(&desk.lin, "/media/opinions", &form).await.status(), 403);
    let stale = [("id", id.as_str()), ("first", "1"), ("second", &second), ("decision", "reject")];
    assert_eq!(desk.post(&desk.admin, "/media/opinions", &stale).await.status(), 422);
    assert_eq!(desk.post(&desk.admin, "/media/opinions", &form).await.status(), 303);
    assert_eq!(desk.post(&desk.admin, "/media/opinions", &form).await.status(), 422, "once");
    assert_eq!(desk.verdict(0).await, Some((Verdict::Reject, Some("看不清".into()), "user:admin".into())));
    assert_eq!((desk.listed("").await.len(), desk.listed("?state=decided").await), (0, vec!["u0 · 第一周 · q1".to_owned()]));
    let said = texts(&page(&desk.house, &desk.admin, "/media/opinions?state=decided").await, ".opinion").concat();
    assert!(said.contains("admin 定为已退回"), "{said}");

    let counts = texts(&page(&desk.house, &desk.admin, "/media/opinions?days=7").await, "tbody tr").join("|");
    let digits = |name: &str| {
        counts.split('|').find(|row| row.starts_with(name)).map(|row| row.chars().filter(char::is_ascii_digit).collect::<String>())
    };
    // Passed, rejected, second opinions, differing, overturned.
    assert_eq!([digits("周敏"), digits("lin"), digits("admin")].map(Option::unwrap), ["10001", "00110", "01000"], "{counts}");
    let log: Vec<String> =
        sqlx::query_scalar("select action from audit where action in ('media.second_opinion', 'media.decided') order by id")
            .fetch_all(desk.house.app.core.db.read())
            .await
            .unwrap();
    assert_eq!(log, ["media.second_opinion", "media.decided"]);
}

#[tokio::test]
async fn a_disagreement_follows_the_judgement_it_stands_beside() {
    let desk = Desk::build().await;
    desk.judge(&desk.zhou, 1, &[("intent", "reject"), ("reason", "重复")]).await;
    assert_eq!(desk.second(&desk.lin, 1, &[("intent", "differ")]).await, 303, "passing needs no reason");
    assert_eq!(desk.listed("").await.len(), 1);
    assert_eq!(desk.second(&desk.lin, 1, &[("intent", "agree")]).await, 303, "one's own opinion may change");
    assert_eq!(desk.listed("").await.len(), 0);
    assert_eq!(desk.second(&desk.lin, 1, &[("intent", "differ")]).await, 303);
    desk.judge(&desk.zhou, 1, &[("intent", "pass")]).await;
    assert_eq!(desk.listed("").await.len(), 0, "whoever comes round ends it");
    desk.judge(&desk.zhou, 1, &[("intent", "reject"), ("reason", "重复")]).await;
    assert_eq!(desk.listed("").await.len(), 1);
    desk.judge(&desk.zhou, 1, &[("intent", "clear")]).await;
    assert_eq!(desk.listed("").await.len(), 0, "without a judgement there is nothing to differ from");
    let counts = texts(&page(&desk.house, &desk.admin, "/media/opinions").await, "tbody tr").join("|");
    assert!(counts.contains("lin"), "{counts}");
    assert_eq!(desk.post(&desk.zhou, "/media/desk", &[("intent", "undo")]).await.status(), 303);
    assert_eq!(desk.listed("").await.len(), 1, "undoing brings it back");
}

#[tokio::test]
async fn a_program_gives_a_second_opinion_too() {
    let desk = Desk::build().await;
    let key = desk.house.key(&[Scope::MediaReview], None).await;
    let review = async |at: usize, body: serde_json::Value| {
        let url = format!("{}/api/v1/media/{}/review", desk.house.base, desk.pictures[at].id);
        answer(desk.house.http.post(url).bearer_auth(&key).json(&body)).await
    };
    assert_eq!(review(2, json!({"verdict": "pass", "second": true})).await.1["code"], "not_judged");
    assert_eq!(review(2, json!({"verdict": "clear", "second": true})).await.1["errors"][0]["code"], "second_without_verdict");
    assert_eq!(review(2, json!({"verdict": "pass", "second": 1})).await.1["errors"][0]["code"], "not_a_boolean");
    desk.judge(&desk.zhou, 2, &[("intent", "pass")]).await;
    let (status, record) = review(2, json!({"verdict": "reject", "reason": "有人脸", "second": true})).await;
    assert_eq!((status, &record["review"]["verdict"]), (200, &json!("pass")), "{record}");
    assert_eq!(desk.listed("").await.len(), 1);
    let (_, own) = review(1, json!({"verdict": "pass", "second": false})).await;
    assert_eq!(own["review"]["verdict"], "pass");
    assert_eq!(review(1, json!({"verdict": "pass", "second": true})).await.1["code"], "own_judgement");
}

#[tokio::test]
async fn the_next_one_for_a_second_opinion_is_somebody_else_s() {
    let desk = Desk::build().await;
    let next = async |cookie: &str, query: &str| {
        let url = format!("{}/media/opinions/next{query}", desk.house.base);
        let answer = desk.house.http.get(url).header(header::COOKIE, cookie).send().await.unwrap();
        assert_eq!(answer.status(), 303);
        answer.headers()[header::LOCATION].to_str().unwrap().to_owned()
    };
    let at = |at: usize| format!("/media/{}", desk.pictures[at].id);
    assert_eq!(next(&desk.lin, "").await, "/media/opinions", "nothing is judged yet");
    desk.judge(&desk.zhou, 0, &[("intent", "pass")]).await;
    desk.judge(&desk.lin, 1, &[("intent", "pass")]).await;
    desk.judge(&desk.zhou, 2, &[("intent", "reject"), ("reason", "看不清")]).await;
    assert_eq!((next(&desk.lin, "").await, next(&desk.zhou, "").await), (at(0), at(1)), "one's own is passed over");
    let after = |one: usize| format!("?after={}", desk.pictures[one].id);
    assert_eq!(next(&desk.lin, &after(0)).await, at(2));
    assert_eq!(next(&desk.lin, &after(2)).await, at(0), "behind the last it begins anew");
    assert_eq!(next(&desk.lin, "?after=x").await, at(0));
    let shown = page(&desk.house, &desk.lin, &at(0)).await;
    assert_eq!(attributes(&shown, "a[href*='/media/opinions/next']", "href"), [format!("/media/opinions/next{}", after(0))]);
    assert_eq!(desk.second(&desk.lin, 0, &[("intent", "agree")]).await, 303);
    assert_eq!((next(&desk.lin, "").await, next(&desk.admin, "").await), (at(2), at(1)));
    desk.judge(&desk.zhou, 2, &[("intent", "clear")]).await;
    assert_eq!(next(&desk.lin, "").await, "/media/opinions");
    let list = page(&desk.house, &desk.lin, "/media/opinions").await;
    assert_eq!(attributes(&list, "a[href='/media/opinions/next']", "href").len(), 1);
}

/// u0 and u1 were passed by 周敏, u2 by lin. 周敏 asks about u1, which then comes first, until somebody has given an opinion or it is withdrawn.
#[tokio::test]
async fn what_somebody_asks_for_comes_first_and_goes_away_when_answered() {
    let desk = Desk::build().await;
    let next = async |cookie: &str, query: &str| {
        let url = format!("{}/media/opinions/next{query}", desk.house.base);
        let answer = desk.house.http.get(url).header(header::COOKIE, cookie).send().await.unwrap();
        answer.headers()[header::LOCATION].to_str().unwrap().to_owned()
    };
    let request = async |cookie: &str, at: usize, form: &[(&str, &str)]| {
        desk.post(cookie, &format!("/media/{}/opinion/request", desk.pictures[at].id), form).await
    };
    let at = |at: usize| format!("/media/{}", desk.pictures[at].id);
    assert_eq!(request(&desk.zhou, 1, &[("intent", "ask")]).await.status(), 422, "nobody has judged it");
    desk.judge(&desk.zhou, 0, &[("intent", "pass")]).await;
    desk.judge(&desk.zhou, 1, &[("intent", "pass")]).await;
    desk.judge(&desk.lin, 2, &[("intent", "pass")]).await;
    assert_eq!(next(&desk.lin, "").await, at(0));

    let door = "form[action$='/opinion/request']";
    let desk_page = format!("/media/desk?at={}", desk.pictures[1].id);
    assert_eq!(attributes(&page(&desk.house, &desk.zhou, &desk_page).await, door, "action"), [format!("{}/opinion/request", at(1))]);
    let last = attributes(&page(&desk.house, &desk.lin, &desk_page).await, "aside a[href$='#request']", "href");
    assert!(last.is_empty(), "the picture in sight is asked about in its own form: {last:?}");
    let long = "长".repeat(501);
    assert_eq!(request(&desk.zhou, 1, &[("intent", "ask"), ("note", &long)]).await.status(), 422);
    let asked = request(&desk.zhou, 1, &[("intent", "ask"), ("note", "这算不算<模糊>？"), ("back", &desk_page)]).await;
    assert_eq!((asked.status().as_u16(), asked.headers()[header::LOCATION].to_str().unwrap()), (303, &*desk_page));
    assert_eq!(request(&desk.lin, 1, &[("intent", "ask")]).await.status(), 422, "once");
    let away = request(&desk.lin, 2, &[("intent", "ask"), ("back", "//evil.example")]).await;
    assert_eq!(away.headers()[header::LOCATION], "/");

    assert_eq!([next(&desk.lin, "").await, next(&desk.admin, "").await, next(&desk.zhou, "").await], [at(1), at(1), at(2)]);
    assert_eq!(next(&desk.admin, &format!("?after={}", desk.pictures[1].id)).await, at(2));
    let after_unasked = format!("?after={}", desk.pictures[0].id);
    assert_eq!(next(&desk.lin, &after_unasked).await, at(1), "what is asked for goes before what nobody asked for");
    let past = format!("{}; asked={}", desk.lin, desk.house.app.core.now() + 1);
    assert_eq!(next(&past, &after_unasked).await, at(0), "what was passed over is not forced on anybody");
    assert_eq!(next(&past, "").await, at(1), "who begins anew passes nothing over");
    let key = desk.house.key(&[Scope::MediaRead], None).await;
    let read = async |path: &str| answer(desk.house.http.get(format!("{}/api/v1{path}", desk.house.base)).bearer_auth(&key)).await.1;
    let told = read(&at(1)).await;
    assert_eq!((&told["opinion_request"]["by"], &told["opinion_request"]["note"]), (&json!("周敏"), &json!("这算不算<模糊>？")), "{told}");
    let listed = read("/media?review=passed").await;
    let asked: Vec<_> = listed["items"].as_array().unwrap().iter().map(|one| one["opinion_request"].is_null()).collect();
    assert_eq!(asked, [true, false, false], "{listed}");
    let overview = texts(&page(&desk.house, &desk.lin, "/").await, "main").concat();
    assert!(overview.contains("1 张图片等你给第二意见"), "{overview}");
    let overview = texts(&page(&desk.house, &desk.zhou, "/").await, "main").concat();
    assert!(overview.contains("1 张图片等你给第二意见"), "lin asks about hers: {overview}");
    let shown = page(&desk.house, &desk.lin, &at(1)).await;
    let said = texts(&shown, "section[aria-labelledby=second]").concat();
    assert!(said.contains("等第二意见") && said.contains("周敏 请求") && said.contains("这算不算<模糊>？"), "{said}");
    assert!(attributes(&shown, "button[value=withdraw]", "name").is_empty(), "only whoever asked, and administrators");
    assert_eq!(attributes(&page(&desk.house, &desk.zhou, &at(1)).await, "button[value=withdraw]", "name").len(), 1);
    for (cookie, count) in [(&desk.lin, "1 张有人请求"), (&desk.admin, "2 张有人请求")] {
        let said = texts(&page(&desk.house, cookie, "/media/opinions").await, "a[href='/media/opinions/next']").concat();
        assert!(said.contains(count), "{said}");
    }
    let listed = texts(&page(&desk.house, &desk.lin, "/media/opinions?state=requested").await, ".opinion-name > a");
    assert_eq!(listed, ["u1 · 第一周 · q1", "u2 · 第一周 · q1"]);

    assert_eq!(request(&desk.admin, 1, &[("intent", "what")]).await.status(), 400);
    assert_eq!(request(&desk.zhou, 2, &[("intent", "withdraw")]).await.status(), 422, "somebody else's");
    assert_eq!(request(&desk.admin, 2, &[("intent", "withdraw")]).await.status(), 303);
    assert_eq!(request(&desk.admin, 2, &[("intent", "withdraw")]).await.status(), 422, "gone already");
    assert_eq!(desk.second(&desk.lin, 1, &[("intent", "agree")]).await, 303);
    assert_eq!(request(&desk.zhou, 1, &[("intent", "ask")]).await.status(), 422, "an opinion was given");
    assert_eq!(request(&desk.zhou, 0, &[("intent", "ask")]).await.status(), 303);
    desk.judge(&desk.zhou, 0, &[("intent", "clear")]).await;
    let left = texts(&page(&desk.house, &desk.admin, "/media/opinions?state=requested").await, "main").concat();
    assert!(left.contains("没有人请求第二意见"), "answered, withdrawn, or nothing to ask about any more: {left}");
    let log: Vec<String> = sqlx::query_scalar("select action from audit where action like 'media.opinion_%' order by id")
        .fetch_all(desk.house.app.core.db.read())
        .await
        .unwrap();
    assert_eq!(log.join(" ").replace("media.opinion_", ""), "requested requested withdrawn requested");
}
