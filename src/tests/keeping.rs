//! Keeping and letting go as an administrator does it: rules with a preview, one person's data exported and erased.

use std::time::Duration;

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
    infra::clock::Clock,
    sandbox::{SANDBOX_APP_ID, scenes},
    shared::rights::Role,
};

use super::house::{House, NOON, PASSWORD};

const DAY: i64 = 86_400_000;
const RULES: &str = "/media/retention";

struct Desk {
    house: House,
    clock: Clock,
    cookie: String,
}

impl Desk {
    /// Pictures of `u/0`, ten days apart, today's first.
    async fn build() -> Self {
        let clock = Clock::manual(NOON);
        let house = House::build_with(&[], clock.clone()).await;
        for (name, role) in [("admin", Role::Admin), ("lin", Role::Reviewer), ("sender", Role::Sender)] {
            house.app.users.add(&By::command(), name, SecretString::from(PASSWORD), role).await.unwrap().unwrap();
        }
        let seeds = (0..4).map(|at| SeedPicture {
            user_id: if at < 3 { "u/0" } else { "u1" }.into(),
            answer_title: "第一周 & <b>".into(),
            question_id: format!("q{at}"),
            created_at: NOON - 10 * DAY * i64::try_from(at).unwrap(),
            bytes: scenes()[at].1,
            media_id: format!("m{at}"),
            state: State::Stored,
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

    async fn left(&self) -> usize {
        let filter = Filter { app_id: SANDBOX_APP_ID.into(), ..Filter::default() };
        self.house.app.media.list(&filter, None, 10).await.unwrap().items.len()
    }
}

fn texts(page: &Html, selector: &str) -> Vec<String> {
    page.select(&Selector::parse(selector).unwrap()).map(|one| one.text().collect::<String>().trim().to_owned()).collect()
}

fn attributes(page: &Html, selector: &str, name: &str) -> Vec<String> {
    page.select(&Selector::parse(selector).unwrap()).filter_map(|one| one.attr(name)).map(str::to_owned).collect()
}

#[tokio::test]
async fn a_rule_is_previewed_set_carried_out_and_dropped() {
    let mut desk = Desk::build().await;
    let rules = desk.page(RULES).await;
    assert!(texts(&rules, ".empty").concat().contains("还没有规则"));
    assert_eq!(texts(&rules, "#title option"), ["第一周 & <b>"]);
    for (days, said) in [("0", "1 到 3650"), ("x", "1 到 3650"), ("3651", "1 到 3650"), ("", "1 到 3650")] {
        let refused = desk.get(&format!("{RULES}?title=%E7%AC%AC%E4%B8%80%E5%91%A8&days={days}")).await;
        assert_eq!(refused.status(), 422, "{days}");
        let page = Html::parse_document(&refused.text().await.unwrap());
        assert!(texts(&page, ".field-error").concat().contains(said));
        assert_eq!(attributes(&page, "#days", "value"), [days], "what was typed stays");
        assert_eq!(desk.post(RULES, &[("intent", "save"), ("title", "t"), ("days", days)]).await.status(), 422);
    }
    let preview = desk.page(&format!("{RULES}?title=%E7%AC%AC%E4%B8%80%E5%91%A8+%26+%3Cb%3E&days=15")).await;
    let told = texts(&preview, "section[aria-labelledby=head-preview]").concat();
    assert!(told.contains("“第一周 & <b>”只保留 15 天") && told.contains("现在会移到回收站2"), "{told}");
    assert_eq!(attributes(&preview, ".retention-faces img", "src").len(), 2);
    assert_eq!(desk.left().await, 4, "a preview moves nothing");
    desk.sign_in("sender").await;
    assert_eq!(desk.get(RULES).await.status(), 403);
    desk.sign_in("lin").await;
    assert_eq!(desk.post(RULES, &[("intent", "save"), ("title", "第一周 & <b>"), ("days", "15")]).await.status(), 403);
    desk.sign_in("admin").await;

    let fields: Vec<_> = attributes(&preview, "section[aria-labelledby=head-preview] input", "value");
    assert_eq!(desk.post(RULES, &[("intent", "save"), ("title", &fields[0]), ("days", &fields[1])]).await.status(), 303);
    desk.clock.advance(Duration::from_secs(3600));
    // Ends because the worker works; it may begin to sleep a moment after the clock was moved.
    while desk.left().await > 2 {
        desk.clock.advance(Duration::from_secs(60));
        tokio::task::yield_now().await;
    }
    // Time went by in which a session may have ended.
    desk.sign_in("admin").await;
    let bin = texts(&desk.page("/media/bin").await, "tbody tr");
    assert!(bin.len() == 2 && bin[0].contains("保留规则"), "{bin:?}");
    let rules = desk.page(RULES).await;
    let row = texts(&rules, "tbody tr").concat();
    assert!(row.contains("15 天") && row.contains("admin") && row.contains("去掉规则"), "{row}");
    assert_eq!(desk.post(RULES, &[("intent", "drop"), ("title", "第一周 & <b>")]).await.status(), 303);
    assert!(texts(&desk.page(RULES).await, ".empty").concat().contains("还没有规则"));
    let log = texts(&desk.page("/audit").await, "main").concat();
    assert!(log.contains("设置图片保留规则") && log.contains("按保留规则把图片移到回收站") && log.contains("去掉图片保留规则"), "{log}");
}

#[tokio::test]
async fn a_person_is_exported_and_erased_by_an_administrator_who_typed_it() {
    let mut desk = Desk::build().await;
    let here = "/people/u%2F0/data";
    desk.sign_in("sender").await;
    assert_eq!(desk.get(here).await.status(), 403);
    assert_eq!(desk.post(here, &[("intent", "erase")]).await.status(), 403);
    assert!(attributes(&desk.page("/people/u%2F0").await, "main a", "href").iter().all(|link| !link.ends_with("/data")));
    desk.sign_in("admin").await;
    assert!(attributes(&desk.page("/people/u%2F0").await, "main a", "href").contains(&here.to_owned()));
    assert_eq!(desk.get("/people/nobody/data").await.status(), 404);
    let page = desk.page(here).await;
    assert!(texts(&page, "dl").concat().contains("图片（含回收站）3"), "{:?}", texts(&page, "dl"));

    let zip = desk.post(here, &[("intent", "export")]).await;
    assert_eq!(zip.status(), 200);
    assert_eq!(zip.headers()[header::CONTENT_TYPE], "application/zip");
    let zip = zip::ZipArchive::new(std::io::Cursor::new(zip.bytes().await.unwrap())).unwrap();
    assert_eq!(zip.len(), 3 + 1 + 6, "pictures, their list, six tables");

    for typed in ["", "u0", "U/0"] {
        let refused = desk.post(here, &[("intent", "erase"), ("confirm", typed)]).await;
        assert_eq!(refused.status(), 422);
        let page = Html::parse_document(&refused.text().await.unwrap());
        assert!(texts(&page, "[role=alert]").concat().contains("什么都没有删除"));
        assert_eq!(attributes(&page, "#confirm", "value"), [typed]);
    }
    assert_eq!(desk.left().await, 4);
    assert_eq!(desk.post(here, &[("intent", "erase"), ("confirm", " u/0 "), ("also", "u1")]).await.status(), 303);
    assert_eq!(desk.left().await, 1, "a name that no list knows is not taken along");
    assert_eq!(desk.get(here).await.status(), 404);
    assert!(texts(&desk.page("/media/bin").await, ".empty").concat().contains("回收站是空的"), "not by the bin");
    let media = desk.house.folder.path().join("data/media");
    let files = std::fs::read_dir(&media).unwrap().flatten().filter(|one| one.file_name() != "tmp");
    let files: usize = files.map(|folder| std::fs::read_dir(folder.path()).unwrap().count()).sum();
    assert_eq!(files, 3, "the other person's picture and its thumbnails");
    let log = desk.page("/audit").await;
    let lines = texts(&log, "tbody tr").into_iter().filter(|line| line.contains("一个人的全部数据")).collect::<Vec<_>>();
    assert!(lines.len() == 2 && lines.iter().all(|line| line.contains("admin") && !line.contains("u/0")), "{lines:?}");
}
