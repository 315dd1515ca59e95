//! Asking for a rejected picture again: one message per ask, to whom it is known, and the record that turns by itself.

use std::time::Duration;

use reqwest::{Response, header};
use scraper::{Html, Selector};
use secrecy::SecretString;
use wxdesk::{
    features::{
        audit::model::Actor,
        media::{
            model::{Filter, Picture, State},
            server::{NewMedia, SeedPicture},
        },
        users::server::people::By,
    },
    infra::clock::Clock,
    sandbox::{SANDBOX_APP_ID, scenes},
    shared::rights::Role,
};

use super::house::{House, NOON, PASSWORD};

const LINK: &str = "https://h5.example.com/upload?u={user}&t={title}&q={question}";

struct Desk {
    house: House,
    cookie: String,
    openid: String,
}

impl Desk {
    /// A follower's picture and a stranger's, neither judged, and templates to ask with.
    async fn build() -> Self {
        let house = House::build_with(&[], Clock::manual(NOON)).await;
        for (name, role) in [("admin", Role::Admin), ("lin", Role::Reviewer), ("sender", Role::Sender)] {
            house.app.users.add(&By::command(), name, SecretString::from(PASSWORD), role).await.unwrap().unwrap();
        }
        let account = house.app.accounts.get(SANDBOX_APP_ID).unwrap();
        house.app.messages.sync_templates(&account, Actor::System).await.unwrap();
        let followers = house.sandbox.followers();
        let openid = followers.iter().find(|one| one.subscribed).unwrap().openid.clone();
        let (people, known) = (house.app.people.clone(), openid.clone());
        let came = house.app.core.db.write(move |c| Box::pin(async move { people.came(c, SANDBOX_APP_ID, &known, NOON).await }));
        came.await.unwrap();
        let seed = |at: usize, user_id: &str| SeedPicture {
            user_id: user_id.into(),
            answer_title: "第一周 & 二".into(),
            question_id: "q/3".into(),
            created_at: NOON - 60_000,
            bytes: scenes()[at].1,
            media_id: format!("m{at}"),
            state: State::Stored,
        };
        house.app.media.seed(SANDBOX_APP_ID, vec![seed(0, &openid), seed(1, "stranger")]).await.unwrap();
        let mut desk = Self { house, cookie: String::new(), openid };
        desk.sign_in("admin").await;
        desk
    }

    async fn sign_in(&mut self, name: &str) {
        let response = self.post("/login", &[("name", name), ("password", PASSWORD)]).await;
        self.cookie = response.headers()[header::SET_COOKIE].to_str().unwrap().split(';').next().unwrap().to_owned();
    }

    async fn page(&self, path: &str) -> (u16, Html) {
        let request = self.house.http.get(format!("{}{path}", self.house.base)).header(header::COOKIE, &self.cookie);
        let response = request.send().await.unwrap();
        (response.status().as_u16(), Html::parse_document(&response.text().await.unwrap()))
    }

    async fn post(&self, path: &str, form: &[(&str, &str)]) -> Response {
        let request = self.house.http.post(format!("{}{path}", self.house.base)).header(header::COOKIE, &self.cookie);
        request.form(form).send().await.unwrap()
    }

    /// Sets up the message; its last value is longer than its field takes, and cut.
    async fn set_up(&self) -> String {
        let templates = self.house.app.messages.templates(SANDBOX_APP_ID).await.unwrap();
        let template = templates.iter().find(|one| one.content.contains("点评老师")).unwrap().clone();
        let values = ["{{标题}} {{question}}", "周老师", "2026年12月01日", "{{理由}}，请{{name}}重新上传这道题的图片"];
        let keys: Vec<_> = template.fields().iter().map(|field| format!("data.{}", field.key)).collect();
        let mut form = vec![("template", template.template_id.as_str()), ("link", LINK), ("intent", "save")];
        form.extend(keys.iter().map(String::as_str).zip(values));
        assert_eq!(self.post("/media/asking", &form).await.status(), 303);
        template.template_id
    }

    async fn picture(&self, user_id: &str) -> Picture {
        let filter = Filter { app_id: SANDBOX_APP_ID.into(), user_id: Some(user_id.into()), ..Filter::default() };
        self.house.app.media.list(&filter, None, 10).await.unwrap().items.pop().unwrap()
    }

    async fn reject(&self, id: &str) {
        let form = [("intent", "reject"), ("reason", "看不清"), ("seen", "0")];
        assert_eq!(self.post(&format!("/media/{id}"), &form).await.status(), 303);
    }

    /// Lets time pass until something has arrived.
    async fn arrived(&self, openid: &str) {
        while self.house.sandbox.accepted(openid).is_empty() {
            // Step by step: the sender may be about to go to sleep.
            self.house.app.core.clock.advance(Duration::from_millis(100));
            tokio::task::yield_now().await;
        }
    }

    /// Messages that have not gone out.
    async fn resting(&self) -> i64 {
        let count = sqlx::query_scalar("select count(*) from messages where state in ('queued', 'sending')");
        count.fetch_one(self.house.app.core.db.read()).await.unwrap()
    }

    async fn messages(&self) -> i64 {
        sqlx::query_scalar("select count(*) from messages").fetch_one(self.house.app.core.db.read()).await.unwrap()
    }
}

fn texts(page: &Html, selector: &str) -> Vec<String> {
    page.select(&Selector::parse(selector).unwrap()).map(|one| one.text().collect::<String>().trim().to_owned()).collect()
}

#[tokio::test]
async fn one_message_goes_out_and_the_next_picture_settles_it() {
    let mut desk = Desk::build().await;
    desk.set_up().await;
    let (openid, picture) = (desk.openid.clone(), desk.picture(&desk.openid).await);
    let (here, ask) = (format!("/media/{}", picture.id), format!("/media/{}/ask", picture.id));
    assert_eq!(desk.post(&ask, &[("number", "1")]).await.status(), 422, "what was not rejected is not asked for");
    desk.reject(&picture.id).await;
    desk.sign_in("lin").await;
    let (status, question) = desk.page(&ask).await;
    let said = texts(&question, "main").concat();
    assert!(status == 200 && said.contains(&openid) && said.contains("看不清"), "{said}");
    assert!(said.contains(&format!("?u={openid}&t=%E7%AC%AC%E4%B8%80%E5%91%A8%20%26%20%E4%BA%8C&q=q%2F3")), "{said}");
    assert_eq!(desk.messages().await, 0, "looking sends nothing");

    let form = [("number", "1")];
    let (first, second) = tokio::join!(desk.post(&ask, &form), desk.post(&ask, &form));
    assert_eq!((first.status().as_u16(), second.status().as_u16()), (303, 303));
    assert_eq!(desk.post(&ask, &form).await.status(), 303);
    assert_eq!(desk.messages().await, 1, "one message, however often it is pressed");
    assert!(desk.house.sandbox.accepted(&openid).is_empty(), "it rests");
    desk.arrived(&openid).await;
    let arrived = &desk.house.sandbox.accepted(&openid)[0];
    assert!(arrived.url.as_deref().unwrap_or_default().ends_with("&q=q%2F3"), "{:?}", arrived.url);
    let section = texts(&desk.page(&here).await.1, "section[aria-labelledby=again]").concat();
    assert!(section.contains("等重传") && section.contains("lin"), "{section}");
    let at_desk = format!("/media/desk?at={}", picture.id);
    assert_eq!(texts(&desk.page("/media").await.1, ".tile .mark-waits"), ["等重传"], "seen in the gallery");
    assert!(texts(&desk.page(&at_desk).await.1, ".judge").concat().contains("等重传"), "and where it is judged");
    assert!(!section.contains("看消息"), "a reviewer has no history to be led to");

    let new = |media_id: &str, question_id: &str| NewMedia {
        account: SANDBOX_APP_ID.into(),
        media_id: media_id.into(),
        user_id: openid.clone(),
        answer_title: "第一周 & 二".into(),
        question_id: question_id.into(),
        actor: Actor::Command,
    };
    desk.house.app.media.accept(new("other", "q/4")).await.unwrap();
    assert!(
        texts(&desk.page(&here).await.1, "section[aria-labelledby=again]").concat().contains("等重传"),
        "another question's is no answer"
    );
    let fresh = desk.house.app.media.accept(new(&desk.house.sandbox.upload(scenes()[2].1), "q/3")).await.unwrap();
    let waits = |page: &Html| texts(page, "section[aria-labelledby=again]").concat().contains("等重传");
    assert!(waits(&desk.page(&here).await.1), "it is announced, not here");
    while desk.house.app.media.get(&fresh.id).await.unwrap().state != State::Stored {
        tokio::task::yield_now().await;
    }
    let (_, old) = desk.page(&here).await;
    let section = texts(&old, "section[aria-labelledby=again]").concat();
    assert!(section.contains("已重传") && !section.contains("等重传"), "{section}");
    assert!(texts(&desk.page("/media").await.1, ".tile .mark-waits").is_empty());
    assert!(!texts(&desk.page(&at_desk).await.1, ".judge").concat().contains("等重传"));
    let links = |page: &Html| {
        let all = Selector::parse("section[aria-labelledby=again] a").unwrap();
        page.select(&all).filter_map(|one| one.attr("href")).map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(links(&old), [format!("/media/{}", fresh.id)]);
    assert_eq!(links(&desk.page(&format!("/media/{}", fresh.id)).await.1), [here]);
    assert_eq!(desk.post(&ask, &[("number", "2")]).await.status(), 422, "it has come");
    desk.sign_in("admin").await;
    let log = texts(&desk.page("/audit").await.1, "main").concat();
    assert!(log.contains("请人重新上传图片") && log.contains("修改重传消息"), "{log}");
}

#[tokio::test]
async fn while_it_rests_an_ask_is_taken_back_and_the_picture_waits_no_more() {
    let mut desk = Desk::build().await;
    desk.set_up().await;
    let (openid, picture) = (desk.openid.clone(), desk.picture(&desk.openid).await);
    let (here, ask) = (format!("/media/{}", picture.id), format!("/media/{}/ask", picture.id));
    let undo = format!("{ask}/undo");
    desk.reject(&picture.id).await;
    desk.sign_in("lin").await;
    assert_eq!(desk.post(&ask, &[("number", "1")]).await.status(), 303);
    let buttons = |page: &Html| texts(page, "form.ask-rests button");
    let section = |page: &Html| texts(page, "section[aria-labelledby=again]").concat();
    for place in [&here, &ask, &format!("/media/desk?at={}", picture.id)] {
        let (_, page) = desk.page(place).await;
        assert_eq!(buttons(&page), ["撤销请求"], "{place}");
    }
    assert!(section(&desk.page(&here).await.1).contains("等重传"));

    // Pressed twice, it is taken back once; the record is as it was, and nothing goes out.
    for _ in 0..2 {
        assert_eq!(desk.post(&undo, &[("number", "1"), ("back", &here)]).await.headers()[header::LOCATION], here.as_str());
    }
    let (_, page) = desk.page(&here).await;
    assert!(buttons(&page).is_empty() && !section(&page).contains("等重传") && section(&page).contains("已取消"), "{}", section(&page));
    assert!(texts(&desk.page("/media").await.1, ".tile .mark-waits").is_empty());
    desk.house.app.core.clock.advance(Duration::from_secs(11));
    assert_eq!(desk.post(&undo, &[("number", "9")]).await.status(), 404, "there is no such ask");

    // Asked anew it is another message; once that has gone out it cannot be taken back.
    let said = texts(&desk.page(&ask).await.1, "main").concat();
    assert!(!said.contains("已经请过"), "what was taken back is no ask: {said}");
    assert_eq!(desk.post(&ask, &[("number", "2")]).await.status(), 303);
    assert_eq!(desk.messages().await, 2);
    desk.arrived(&openid).await;
    assert_eq!(desk.house.sandbox.accepted(&openid).len(), 1, "the first never went");
    assert_eq!(desk.post(&undo, &[("number", "2")]).await.status(), 303);
    assert!(section(&desk.page(&here).await.1).contains("等重传"), "it still waits");

    // The message's own page takes an ask back as well, and what lies in the bin meanwhile comes back as it should be.
    assert_eq!(desk.post(&ask, &[("number", "3")]).await.status(), 303);
    desk.sign_in("admin").await;
    let messages = sqlx::query_scalar::<_, String>("select message_id from media_asks where number = 3");
    let third = messages.fetch_one(desk.house.app.core.db.read()).await.unwrap();
    assert_eq!(desk.post(&format!("/media/{}/delete", picture.id), &[]).await.status(), 303);
    assert_eq!(desk.post(&format!("/messages/{third}"), &[("intent", "take_back")]).await.status(), 303);
    assert_eq!(desk.post("/media/bin", &[("id", &picture.id)]).await.status(), 303);
    let open: Vec<i64> = sqlx::query_scalar("select number from media_asks where taken_back_at is null")
        .fetch_all(desk.house.app.core.db.read())
        .await
        .unwrap();
    assert_eq!(open, [2]);
}

#[tokio::test]
async fn a_stranger_is_reached_by_what_is_typed_or_listed() {
    let desk = Desk::build().await;
    desk.set_up().await;
    let picture = desk.picture("stranger").await;
    let ask = format!("/media/{}/ask", picture.id);
    desk.reject(&picture.id).await;
    let (_, question) = desk.page(&ask).await;
    assert!(texts(&question, "main").concat().contains("不知道这个人的 openid"));
    let refused = desk.post(&ask, &[("number", "1"), ("openid", "不是 <b>")]).await;
    assert_eq!(refused.status(), 422);
    let page = Html::parse_document(&refused.text().await.unwrap());
    let typed = page.select(&Selector::parse("#openid").unwrap()).next().unwrap().attr("value").unwrap().to_owned();
    assert_eq!(typed, "不是 <b>");
    // Two openids for the same ask at once: one of them is the ask.
    let (a, b) = tokio::join!(
        desk.post(&ask, &[("number", "1"), ("openid", "oTypedA")]),
        desk.post(&ask, &[("number", "1"), ("openid", "oTypedB")])
    );
    let mut codes = [a.status().as_u16(), b.status().as_u16()];
    codes.sort_unstable();
    assert_eq!((codes, desk.messages().await), ([303, 422], 1), "whose openid was not used is told so");
    // It goes out, whatever becomes of it: until then it is taken back rather than asked once more.
    while desk.resting().await > 0 {
        desk.house.app.core.clock.advance(Duration::from_millis(100));
        tokio::task::yield_now().await;
    }
    let list = format!("stranger,{},小满\n", desk.openid);
    desk.post("/media/board/list", &[("title", "第一周 & 二"), ("list", &list)]).await;
    let said = texts(&desk.page(&ask).await.1, "main").concat();
    assert!(said.contains(&desk.openid) && said.contains("小满") && said.contains("已经请过 1 次"), "{said}");
    assert_eq!(desk.post(&ask, &[("number", "3")]).await.status(), 422, "no number is left out");
    assert_eq!(desk.post(&ask, &[("number", "2")]).await.status(), 303);
    assert_eq!(desk.messages().await, 2);
}

#[tokio::test]
async fn a_newer_picture_is_looked_at_first() {
    let desk = Desk::build().await;
    desk.set_up().await;
    let picture = desk.picture("stranger").await;
    let ask = format!("/media/{}/ask", picture.id);
    desk.reject(&picture.id).await;
    let form = |newer: &str| [("number", "1".to_owned()), ("openid", "oTyped".to_owned()), ("newer", newer.to_owned())];
    let post = async |newer: &str| {
        let form = form(newer);
        let form: Vec<(&str, &str)> = form.iter().map(|(name, value)| (*name, value.as_str())).collect();
        desk.post(&ask, &form).await
    };
    // Between the question and its answer a picture for the same question comes in.
    let new = NewMedia {
        account: SANDBOX_APP_ID.into(),
        media_id: desk.house.sandbox.upload(scenes()[2].1),
        user_id: "stranger".into(),
        answer_title: "第一周 & 二".into(),
        question_id: "q/3".into(),
        actor: Actor::Command,
    };
    let newer = desk.house.app.media.accept(new).await.unwrap();
    let refused = post("").await;
    assert_eq!((refused.status().as_u16(), desk.messages().await), (422, 0));
    let page = Html::parse_document(&refused.text().await.unwrap());
    assert!(texts(&page, "main").concat().contains("刚刚来了新的图片"), "{:?}", texts(&page, "main"));
    let link = Selector::parse(&format!("main a[href='/media/{}']", newer.id)).unwrap();
    assert!(page.select(&link).next().is_some(), "it is led to");
    assert_eq!(page.select(&Selector::parse("input[name=newer]").unwrap()).next().unwrap().attr("value"), Some(newer.id.as_str()));
    // Whoever has seen it may still ask.
    assert_eq!((post(&newer.id).await.status().as_u16(), desk.messages().await), (303, 1));
}

#[tokio::test]
async fn how_to_ask_is_set_with_care() {
    let mut desk = Desk::build().await;
    let picture = desk.picture("stranger").await;
    desk.reject(&picture.id).await;
    let (_, unset) = desk.page(&format!("/media/{}/ask", picture.id)).await;
    assert!(texts(&unset, "main").concat().contains("还没有设置怎么请人重传"));
    let template = desk.set_up().await;
    for (link, code) in [("https://evil.example/?q={question}", 422), ("https://h5.example.com/?u={user}", 422), (LINK, 422)] {
        // No value is given, so even a good link is not enough.
        let refused = desk.post("/media/asking", &[("template", &template), ("link", link), ("intent", "save")]).await;
        assert_eq!(refused.status().as_u16(), code, "{link}");
    }
    let unknown = desk.post("/media/asking", &[("template", &template), ("link", LINK), ("data.thing1", "{{谁}}")]).await;
    assert!(unknown.text().await.unwrap().contains("没有“谁”这一列"));
    let chosen = desk.post("/media/asking", &[("template", &template), ("intent", "choose")]).await;
    assert_eq!(chosen.status(), 200);
    let (_, page) = desk.page("/media/asking").await;
    assert!(texts(&page, "main").concat().contains("秋末自然观察"), "an example stands below what is saved");
    desk.sign_in("sender").await;
    assert_eq!(desk.page("/media/asking").await.0, 403);
    assert_eq!(desk.page(&format!("/media/{}/ask", picture.id)).await.0, 403);
    desk.sign_in("lin").await;
    assert_eq!(desk.page("/media/asking").await.0, 403);
    assert_eq!(desk.page(&format!("/media/{}/ask", "0".repeat(32))).await.0, 404);
}
