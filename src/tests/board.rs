//! The completeness board as people of each role use it: the table, the list of people, the files, the way to the composer.

use reqwest::{Response, header};
use scraper::{Html, Selector};
use secrecy::SecretString;
use wxdesk::{
    features::{
        media::{model::State, server::SeedPicture},
        users::server::people::By,
    },
    infra::clock::Clock,
    sandbox::{SANDBOX_APP_ID, scenes},
    shared::rights::Role,
};

use super::house::{House, NOON, PASSWORD};

const BOARD: &str = "/media/board?title=%E7%AC%AC%E4%B8%80%E5%91%A8";

struct Desk {
    house: House,
    cookie: String,
}

impl Desk {
    /// `u1` has sent q1 and q2, `u2` only q1, which could not be fetched; q2 of `u3` is on its way.
    async fn build() -> Self {
        let house = House::build_with(&[], Clock::manual(NOON)).await;
        for (name, role) in [("admin", Role::Admin), ("lin", Role::Reviewer), ("sender", Role::Sender)] {
            house.app.users.add(&By::command(), name, SecretString::from(PASSWORD), role).await.unwrap().unwrap();
        }
        let all = [("u1", "q1", State::Stored), ("u1", "q2", State::Stored), ("u2", "q1", State::Failed), ("u3", "q2", State::Stored)];
        let seeds = all.into_iter().enumerate().map(|(at, (user_id, question_id, state))| SeedPicture {
            user_id: user_id.into(),
            answer_title: "第一周".into(),
            question_id: question_id.into(),
            created_at: NOON - 60_000,
            bytes: scenes()[at].1,
            media_id: format!("m{at}"),
            state,
        });
        house.app.media.seed(SANDBOX_APP_ID, seeds.collect()).await.unwrap();
        let mut desk = Self { house, cookie: String::new() };
        desk.sign_in("admin").await;
        desk
    }

    async fn sign_in(&mut self, name: &str) {
        let response = self.post("/login", &[("name", name), ("password", PASSWORD)]).await;
        self.cookie = response.headers()[header::SET_COOKIE].to_str().unwrap().split(';').next().unwrap().to_owned();
    }

    /// Somebody of the simulator's who is known to follow.
    async fn follower(&self) -> String {
        let openid = self.house.sandbox.followers()[0].openid.clone();
        let (people, known) = (self.house.app.people.clone(), openid.clone());
        let came = self.house.app.core.db.write(move |c| Box::pin(async move { people.came(c, SANDBOX_APP_ID, &known, NOON).await }));
        came.await.unwrap();
        openid
    }

    async fn get(&self, path: &str) -> Response {
        self.house.http.get(format!("{}{path}", self.house.base)).header(header::COOKIE, &self.cookie).send().await.unwrap()
    }

    async fn page(&self, path: &str) -> Html {
        Html::parse_document(&self.get(path).await.text().await.unwrap())
    }

    async fn post(&self, path: &str, form: &[(&str, &str)]) -> Response {
        let request = self.house.http.post(format!("{}{path}", self.house.base)).header(header::COOKIE, &self.cookie);
        request.form(form).send().await.unwrap()
    }
}

fn texts(page: &Html, selector: &str) -> Vec<String> {
    page.select(&Selector::parse(selector).unwrap()).map(|one| one.text().collect::<String>().trim().to_owned()).collect()
}

fn to(response: &Response) -> String {
    assert_eq!(response.status(), 303);
    response.headers()[header::LOCATION].to_str().unwrap().to_owned()
}

fn flash(response: &Response) -> String {
    let cookie = response.headers()[header::SET_COOKIE].to_str().unwrap();
    url::form_urlencoded::parse(cookie.split(';').next().unwrap().as_bytes()).next().unwrap().1.into_owned()
}

#[tokio::test]
async fn everybody_stands_with_every_question() {
    let desk = Desk::build().await;
    let list = "user_id,openid,name\nu1,,小满\nu9,oListed,小禾\nu9,,\n";
    let saved = desk.post("/media/board/list", &[("title", "第一周"), ("list", list)]).await;
    assert!(flash(&saved).contains("2 人") && flash(&saved).contains("1 行"), "{}", flash(&saved));
    assert_eq!(to(&saved), BOARD);
    let page = desk.page(BOARD).await;
    let rows: Vec<_> = page.select(&Selector::parse(".board tbody tr").unwrap()).collect();
    let row = |at: usize| rows[at].text().collect::<Vec<_>>().join("|");
    assert_eq!(rows.len(), 4);
    assert!(row(0).contains("小满") && row(0).contains("2 / 2") && row(0).matches("待审").count() == 2, "{}", row(0));
    assert!(row(1).contains("u2") && row(1).contains("名单外") && row(1).matches('缺').count() == 2, "{}", row(1));
    assert!(row(2).contains("1 / 2") && row(2).matches("待审").count() == 1, "{}", row(2));
    assert!(row(3).contains("小禾") && row(3).contains("0 / 2") && !row(3).contains("名单外"), "{}", row(3));
    assert_eq!(texts(&page, ".board thead .faint"), ["1 / 4 · 缺 3", "2 / 4 · 缺 2"]);
    assert_eq!(texts(&page, ".stats .num"), ["1", "3", "0", "0", "5"]);
    let open = desk.page(&format!("{BOARD}&open=1")).await;
    assert_eq!(texts(&open, ".board tbody th small").len(), 3, "who is complete is left out");
    let rest = desk.page(&format!("{BOARD}&after=u2")).await;
    assert_eq!(texts(&rest, ".board tbody th small").len(), 2, "pages go by key");

    let verdict = texts(&desk.page(BOARD).await, ".board a.cell");
    assert_eq!(verdict.len(), 4);
    let link = page.select(&Selector::parse(".board a.cell").unwrap()).next().unwrap().attr("href").unwrap().to_owned();
    let judged = desk.post(&link, &[("intent", "reject"), ("reason", "看不清"), ("seen", "0")]).await;
    assert_eq!(judged.status(), 303);
    let page = desk.page(BOARD).await;
    assert_eq!(texts(&page, ".c-bad"), ["已退回"]);
    assert_eq!(texts(&page, ".stats .num"), ["0", "2", "0", "1", "5"]);
}

/// The page has a hundred columns; the sums and the file know of all questions.
#[tokio::test]
async fn what_has_no_column_counts_all_the_same() {
    let desk = Desk::build().await;
    let seed = |user: &str, at: usize| SeedPicture {
        user_id: user.into(),
        answer_title: "一百零一题".into(),
        question_id: format!("q{at}"),
        created_at: NOON - 60_000,
        bytes: scenes()[0].1,
        media_id: format!("{user}-{at}"),
        state: State::Stored,
    };
    let all = (0..101).map(|at| seed("whole", at)).chain((0..100).map(|at| seed("nearly", at)));
    desk.house.app.media.seed(SANDBOX_APP_ID, all.collect()).await.unwrap();
    let title = "title=%E4%B8%80%E7%99%BE%E9%9B%B6%E4%B8%80%E9%A2%98";
    let page = desk.page(&format!("/media/board?{title}")).await;
    assert_eq!(texts(&page, ".board thead th").len(), 101, "the name and a hundred questions");
    assert_eq!(texts(&page, ".stats .num"), ["1", "201", "0", "0", "1"]);
    assert!(texts(&page, "main").concat().contains("一共 101 道题"));
    let open = texts(&desk.page(&format!("/media/board?{title}&open=1")).await, ".board tbody th").concat();
    assert!(open.contains("nearly") && !open.contains("whole"), "{open}");
    let file = desk.get(&format!("/media/board/export.csv?{title}")).await.text().await.unwrap();
    assert!(file.lines().next().unwrap().contains(",q100,"), "{file}");
}

/// q0 is listed before anybody has sent it, q2 although somebody has.
#[tokio::test]
async fn a_question_nobody_has_sent_has_a_column() {
    let mut desk = Desk::build().await;
    desk.post("/media/board/list", &[("title", "第一周"), ("list", "u1,oOne,小满\n")]).await;
    let saved = desk.post("/media/board/questions", &[("title", "第一周"), ("questions", "q2\r\n q0 \r\n\r\nq0")]).await;
    assert_eq!(to(&saved), BOARD);
    assert!(flash(&saved).contains("2 道"), "{}", flash(&saved));
    let page = desk.page(BOARD).await;
    assert_eq!(texts(&page, ".board thead th > a"), ["q0", "q1", "q2"]);
    assert_eq!(texts(&page, ".board thead .faint")[0], "0 / 3 · 缺 3");
    assert_eq!(texts(&page, ".stats .num"), ["0", "3", "0", "0", "6"], "nobody is complete any more");
    assert_eq!(texts(&desk.page(&format!("{BOARD}&open=1")).await, ".board tbody tr").len(), 3);
    let file = desk.get(&BOARD.replace("/board", "/board/export.csv")).await.text().await.unwrap();
    assert!(file.contains("user_id,name,on_list,q0,q1,q2,here") && file.contains("u1,小满,是,缺,待审,待审,2"), "{file}");
    assert_eq!(texts(&desk.page(&BOARD.replace("/board", "/board/questions")).await, "textarea#questions"), ["q0\nq2"]);

    let long = "长".repeat(129);
    let refused = desk.post("/media/board/questions", &[("title", "第一周"), ("questions", &format!("q0\n{long}"))]).await;
    assert_eq!(refused.status(), 422);
    let again = Html::parse_document(&refused.text().await.unwrap());
    assert!(texts(&again, "#refused li")[0].starts_with("第 2 行："));
    assert_eq!(texts(&again, "textarea#questions"), [format!("q0\n{long}")]);

    desk.sign_in("sender").await;
    assert_eq!(desk.post("/media/board/questions", &[("title", "第一周"), ("questions", "")]).await.status(), 403);
    let composer = desk.page(&to(&desk.post(BOARD, &[("lacking", "q0")]).await)).await;
    assert_eq!(texts(&composer, "#question option")[..2], ["q0 · 没交 3", "q1 · 没交 2"]);
    assert_eq!(texts(&composer, "[data-tally=good]")[0], "1");
    desk.sign_in("admin").await;
    desk.post("/media/board/questions", &[("title", "第一周"), ("questions", "")]).await;
    assert_eq!(texts(&desk.page(BOARD).await, ".board thead th > a"), ["q1", "q2"]);
    desk.post("/media/board/questions", &[("title", "第二周"), ("questions", "q7")]).await;
    assert!(texts(&desk.page(BOARD).await, "#title option").contains(&"第二周".to_owned()), "a title may begin with its questions");
}

#[tokio::test]
async fn a_faulty_list_comes_back_as_typed() {
    let desk = Desk::build().await;
    let list = "u1,oA\n,oB\nu3,不是\n</textarea><b>";
    let refused = desk.post("/media/board/list", &[("title", ""), ("list", list)]).await;
    assert_eq!(refused.status(), 422);
    let page = Html::parse_document(&refused.text().await.unwrap());
    let said = texts(&page, "#refused li");
    assert_eq!(said.len(), 3, "{said:?}");
    assert!(said[1].starts_with("第 2 行：") && said[2].starts_with("第 3 行："), "{said:?}");
    assert_eq!(texts(&page, "textarea#list"), [list]);
    assert_eq!(texts(&desk.page(BOARD).await, ".board tbody tr").len(), 3, "nothing of it is kept");
}

#[tokio::test]
async fn those_who_lack_a_question_become_recipients() {
    let mut desk = Desk::build().await;
    let openid = desk.follower().await;
    let list = format!("u1,oOne,小满\nu8,oListed,小禾\nu9,,阿树\n{openid}\n");
    desk.post("/media/board/list", &[("title", "第一周"), ("list", &list)]).await;
    desk.sign_in("sender").await;
    let sent = desk.post(BOARD, &[("lacking", "q1")]).await;
    let draft = to(&sent);
    assert!(draft.starts_with("/send?draft="), "{draft}");
    assert!(flash(&sent).contains("已把 2 人") && flash(&sent).contains("3 人") && flash(&sent).contains("阿树"), "{}", flash(&sent));
    let composer = desk.page(&draft).await;
    assert_eq!(texts(&composer, "#question option").first().map(String::as_str), Some("q1 · 没交 5"));
    assert_eq!(
        (texts(&composer, "[data-tally=good]")[0].as_str(), texts(&composer, "[data-tally=unreached]")),
        ("2", vec!["3".to_owned()])
    );

    let chosen = desk.post(BOARD, &[("user", "u1"), ("user", "u8"), ("user", "u8")]).await;
    assert!(flash(&chosen).contains("2 人"));
    let nobody = desk.post(BOARD, &[]).await;
    assert_eq!(nobody.status(), 422);
    let unreached = desk.post(BOARD, &[("user", "u9")]).await;
    assert_eq!(unreached.status(), 422);
    assert!(unreached.text().await.unwrap().contains("阿树"));
}

#[tokio::test]
async fn the_files_hold_what_the_page_shows() {
    let mut desk = Desk::build().await;
    desk.post("/media/board/list", &[("title", "第一周"), ("list", "=cmd(),oSecret,+1\n")]).await;
    let csv = desk.get(&BOARD.replace("/board", "/board/export.csv")).await.text().await.unwrap();
    let lines: Vec<_> = csv.trim_start_matches('\u{feff}').lines().collect();
    assert_eq!(lines[0], "user_id,name,on_list,q1,q2,here");
    assert_eq!(lines[1..], ["'=cmd(),'+1,是,缺,缺,0", "u1,,,待审,待审,2", "u2,,,缺,缺,0", "u3,,,缺,待审,1"]);
    assert!(!csv.contains("oSecret"), "openids stay inside");
    let made = desk.post("/media?title=%E7%AC%AC%E4%B8%80%E5%91%A8", &[("zip", "shown")]).await;
    let zip = desk.get(&to(&made)).await;
    assert_eq!(zip.headers()[header::CONTENT_TYPE], "application/zip");
    assert!(zip.headers()[header::CONTENT_DISPOSITION].to_str().unwrap().contains("-3.zip"));
    let made = desk.post("/media?title=%E7%AC%AC%E4%B8%80%E5%91%A8", &[("zip", "best")]).await;
    let zip = desk.get(&to(&made)).await;
    assert!(zip.headers()[header::CONTENT_DISPOSITION].to_str().unwrap().contains("-3.zip"), "each of them is the best of its cell");
    assert_eq!(desk.post("/media", &[("zip", "best")]).await.status(), 422, "no title, nothing to pack");
    let log = desk.page("/audit").await;
    let acts = texts(&log, "main").concat();
    assert!(acts.contains("保存收图名单") && acts.contains("导出收集进度"), "{acts}");

    desk.sign_in("sender").await;
    let page = desk.page(BOARD).await;
    assert!(texts(&page, "button").iter().any(|text| text.contains("提醒选中的人")));
    assert!(!texts(&page, "button").iter().any(|text| text == "ZIP" || text == "每格一张"), "who may not download gets no ZIP");
    assert_eq!(desk.get("/media/board/list").await.status(), 403);
    desk.sign_in("lin").await;
    let page = desk.page(BOARD).await;
    assert!(!texts(&page, "button").iter().any(|text| text.contains("提醒")), "who may not compose writes to nobody");
    assert!(["ZIP", "每格一张"].iter().all(|name| texts(&page, "button").iter().any(|text| text == name)));
}

#[tokio::test]
async fn the_composer_chooses_people_by_what_they_have_sent() {
    let mut desk = Desk::build().await;
    let openid = desk.follower().await;
    desk.sign_in("sender").await;
    let composer = async |more: &[(&str, &str)]| {
        let template = wxdesk::sandbox::demo::template_id(SANDBOX_APP_ID, 4);
        let form = [&[("template", template.as_str()), ("target", "none")][..], more].concat();
        Html::parse_document(&desk.post("/send", &form).await.text().await.unwrap())
    };
    desk.get("/send").await;
    let page = composer(&[("intent", "to:uploads")]).await;
    assert_eq!(texts(&page, "#title option"), ["第一周"]);
    assert_eq!(texts(&page, "#question option"), ["q1 · 没交 2", "q2 · 没交 1"]);
    assert_eq!(texts(&page, "[data-tally=unreached]"), ["2"], "nobody said where they are reached");
    desk.sign_in("admin").await;
    let list = format!("u1,oOne,小满\nu2,oTwo,小禾\nu9,{openid},阿树\n");
    desk.post("/media/board/list", &[("title", "第一周"), ("list", &list)]).await;
    desk.sign_in("sender").await;
    let composer = async |more: &[(&str, &str)]| {
        let template = wxdesk::sandbox::demo::template_id(SANDBOX_APP_ID, 4);
        let chosen = [("template", template.as_str()), ("target", "none"), ("intent", "uploads"), ("tab", "uploads"), ("title", "第一周")];
        Html::parse_document(&desk.post("/send", &[&chosen[..], more].concat()).await.text().await.unwrap())
    };
    for (question, upload, good, unreached) in
        [("q1", "missing", "2", Some("1")), ("q1", "stored", "1", None), ("q2", "stored", "1", Some("1")), ("q1", "rejected", "0", None)]
    {
        let page = composer(&[("question", question), ("upload", upload)]).await;
        let unreached: Vec<String> = unreached.into_iter().map(str::to_owned).collect();
        assert_eq!(
            (texts(&page, "[data-tally=good]")[0].as_str(), texts(&page, "span:not([hidden]) > [data-tally=unreached]")),
            (good, unreached),
            "{question} {upload}"
        );
    }
    let all =
        composer(&[("question", "q2"), ("upload", "missing"), ("upload", "stored"), ("upload", "coming"), ("upload", "rejected")]).await;
    assert_eq!(texts(&all, "[data-tally=good]")[0], "3");
}
