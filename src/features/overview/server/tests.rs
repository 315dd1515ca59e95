//! What each role sees of a living account, and of none.

use scraper::{Html, Selector};
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;

use super::*;
use crate::{
    features::{
        accounts::server::store::identity,
        overview::{model::Outcome, pages},
    },
    infra::{
        id_at, page,
        trial::{self, NOON},
    },
    jobs::Crew,
    shared::{
        lang::Lang,
        rights::Role,
        time::{HOUR, SECOND},
    },
    ui::{
        Frame,
        frame::{AccountName, Person},
    },
};

struct Desk {
    _folder: TempDir,
    overview: Overview,
}

impl Desk {
    async fn open() -> Self {
        let folder = tempfile::tempdir().expect("folder");
        let core = trial::core(folder.path()).await;
        let accounts = Accounts::open(core.clone()).await.expect("reads");
        let tokens = Tokens::open(core.clone(), accounts.clone()).await.expect("opens");
        let crew = Crew::new(core.clock.clone(), CancellationToken::new());
        let people = People::open(core.clone(), accounts.clone(), tokens.clone(), crew);
        let messages = Messages::new(core.clone(), accounts.clone(), tokens.clone());
        let overview = Overview::new(core, accounts, tokens, people, messages, Arc::new(Proxies::new(vec![])));
        Self { _folder: folder, overview }
    }

    async fn run(&self, sql: String) {
        let core = &self.overview.core;
        core.db
            .write(move |connection| Box::pin(async move { sqlx::query(sqlx::AssertSqlSafe(sql)).execute(connection).await.map(|_| ()) }))
            .await
            .expect("writes");
    }

    async fn connect(&self) {
        let secret = self.overview.core.vault.seal(&identity("wx1", "secret"), &"secret".to_owned().into());
        self.run(format!(
            "insert into accounts (app_id, name, secret, api_base, created_at, updated_at) values ('wx1', '青禾', x'{}', 'http://127.0.0.1:9', 0, 0)",
            hex::encode(secret)
        ))
        .await;
        self.overview.accounts.reload().await.expect("reads");
    }

    async fn message(&self, at: i64, state: &str, errcode: Option<i64>) {
        let id = id_at(at, &self.overview.core.chance);
        let errcode = errcode.map_or_else(|| "null".into(), |code| code.to_string());
        self.run(format!(
            "insert into messages (id, app_id, touser, template_id, data, state, client_msg_id, errcode, not_before, expires_at, actor, created_at)
             values ('{id}', 'wx1', 'oSecretOpenid9', 't', '{{}}', '{state}', '{id}', {errcode}, 0, 0, 'key:erp', {at})"
        ))
        .await;
    }

    async fn picture(&self, at: i64, state: &str, user: &str) {
        let id = id_at(at, &self.overview.core.chance);
        self.run(format!(
            "insert into media (id, app_id, media_id, user_id, answer_title, question_id, state, next_attempt_at, actor, created_at, expires_at)
             values ('{id}', 'wx1', '{id}', '{user}', '<b>叶子', 'q', '{state}', 0, 'key:erp', {at}, {})",
            at + 3 * DAY
        ))
        .await;
    }

    async fn page(&self, role: Role, lang: Lang) -> (crate::features::overview::model::Shown, Html) {
        let account = self.overview.accounts.get("wx1");
        let shown = self.overview.gather(role, "user:周敏", account.as_deref()).await;
        let name =
            account.map(|account| AccountName { app_id: account.app_id.clone(), name: account.name.clone(), ..AccountName::default() });
        let person = Some(Person { name: "周敏".into(), role });
        let frame = Frame { lang, now: NOON, account: name, person, assets: "/assets/x", ..Frame::default() };
        let html = page::to_html(&frame, || pages::overview(shown.clone()));
        (shown, Html::parse_fragment(&html))
    }
}

fn texts(html: &Html, css: &str) -> Vec<String> {
    let selector = Selector::parse(css).expect("a selector");
    html.select(&selector).map(|element| element.text().collect::<String>()).collect()
}

#[tokio::test]
async fn without_an_account_the_first_steps_are_all_there_is() {
    let desk = Desk::open().await;
    let (shown, html) = desk.page(Role::Admin, Lang::Zh).await;
    assert_eq!(shown.todos, Ok(vec![]));
    assert_eq!(texts(&html, ".stat .num"), ["—", "—", "0", "—"]);
    assert_eq!(texts(&html, ".todo h3"), ["连接公众号", "同步模板", "发一条测试消息"]);
    assert_eq!(texts(&html, "h2"), ["开始使用"]);
    assert_eq!(texts(&html, "h1"), ["总览"]);
    let (_, html) = desk.page(Role::Reviewer, Lang::En).await;
    assert_eq!(texts(&html, ".todo a"), [""; 0], "nobody is sent where they may not go");
}

async fn living() -> Desk {
    let desk = Desk::open().await;
    desk.connect().await;
    for state in ["delivered", "delivered", "delivered", "accepted", "queued"] {
        desk.message(NOON - HOUR, state, None).await;
    }
    desk.message(NOON - 2 * HOUR, "failed", Some(43004)).await;
    // The last second of yesterday, the first of today.
    desk.message(NOON - 12 * HOUR - SECOND, "delivered", None).await;
    desk.message(NOON - 12 * HOUR, "delivered", None).await;
    desk.message(NOON - 13 * DAY - 13 * HOUR, "delivered", None).await;
    for user in ["u1", "u1", "u2"] {
        desk.picture(NOON - HOUR, "stored", user).await;
    }
    desk.picture(NOON - DAY, "stored", "u1").await;
    desk.picture(NOON - 3 * DAY + HOUR, "pending", "u1").await;
    desk.picture(NOON - HOUR, "failed", "u1").await;
    desk.picture(NOON - 4 * DAY, "failed", "u1").await;
    desk
}

#[tokio::test]
async fn numbers_are_those_of_the_day_in_china() {
    let desk = living().await;
    let (shown, html) = desk.page(Role::Admin, Lang::Zh).await;
    let (today, yesterday) = shown.sends.expect("an admin's affair").expect("read");
    assert_eq!((today.delivered, today.accepted, today.failed, today.sent()), (4, 1, 1, 6));
    assert_eq!((yesterday.delivered, yesterday.sent()), (1, 1));
    let trend = shown.trend.expect("an admin's affair").expect("read");
    assert_eq!(trend.len(), 14);
    assert_eq!(trend.iter().map(|day| day.delivered).sum::<i64>(), 5, "the day before the first of the chart is left out");
    assert_eq!(trend.last().expect("today").start, NOON - 12 * HOUR);
    let pictures = shown.pictures.expect("an admin's affair").expect("read");
    assert_eq!((pictures.today, pictures.yesterday, pictures.people), (4, 1, 2));
    assert_eq!(texts(&html, ".stat .num"), ["6", "80.0", "4", "0"]);
    assert_eq!(texts(&html, "h1"), ["总览"]);
    assert_eq!(texts(&html, ".raw tbody tr").len(), 14);
}

#[tokio::test]
async fn what_needs_somebody_is_said_the_worst_first() {
    let desk = living().await;
    desk.run("insert into sending_holds (app_id, errcode, errmsg, since, try_again_at) values ('wx1', 45009, 'x', 0, 0)".into()).await;
    desk.run(format!(
        "insert into token_refreshes (app_id, kind, cause, ok, errcode, errmsg, elapsed_ms, at)
         values ('wx1', 'access_token', 'ahead', 0, 40164, 'invalid ip 203.0.113.7, not in whitelist', 1, {NOON})"
    ))
    .await;
    let (shown, html) = desk.page(Role::Admin, Lang::Zh).await;
    let todos = shown.todos.expect("read");
    let titles: Vec<_> = todos.iter().map(|todo| todo.title.zh.to_string()).collect();
    assert_eq!(titles.len(), 5, "{titles:?}");
    assert!(titles[0].contains("令牌") && todos[0].line.zh.contains("203.0.113.7") && todos[0].line.zh.contains("40164"), "{todos:?}");
    assert!(titles[1].contains("发送停住了") && todos[1].line.zh.starts_with("1 条"), "{todos:?}");
    assert!(titles[2].contains("1 张图片 6 小时内"), "{titles:?}");
    assert!(titles[3].contains("1 张图片没能下载"), "what WeChat dropped long ago is no longer named: {titles:?}");
    assert_eq!(titles[4], "今天有 1 条消息没送达");
    assert_eq!(texts(&html, ".todo h3"), titles);
    assert_eq!(texts(&html, ".todo a").len(), 5);
    assert!(texts(&html, ".page-head p")[0].contains("今天有 5 件事"));
    desk.run(
        "insert into token_refreshes (app_id, kind, cause, ok, elapsed_ms, at) values ('wx1', 'access_token', 'retry', 1, 1, 1795320000000)".into(),
    )
    .await;
    let (shown, _) = desk.page(Role::Admin, Lang::Zh).await;
    assert!(!shown.todos.expect("read")[0].title.zh.contains("令牌"), "mended");
}

#[tokio::test]
async fn everybody_sees_only_what_their_role_may_see() {
    let desk = living().await;
    let headings = async |role| texts(&desk.page(role, Lang::En).await.1, "h2");
    assert_eq!(headings(Role::Admin).await, ["Needs attention", "Sent in 14 days", "Last sends", "Access token", "New pictures"]);
    assert_eq!(headings(Role::Sender).await, ["Needs attention", "Sent in 14 days", "Last sends", "New pictures"]);
    assert_eq!(headings(Role::Developer).await, ["Needs attention", "Sent in 14 days", "Last sends", "Access token"]);
    assert_eq!(headings(Role::Reviewer).await, ["Needs attention", "New pictures"]);
    let (shown, html) = desk.page(Role::Reviewer, Lang::Zh).await;
    assert!(shown.sends.is_none() && shown.followers.is_none() && shown.token.is_none());
    assert_eq!(texts(&html, ".stat dt"), ["今日新增图片"]);
    let (shown, html) = desk.page(Role::Developer, Lang::Zh).await;
    let recent = shown.recent.expect("seen").expect("read");
    assert_eq!(recent.iter().filter(|row| row.outcome == Outcome::Running).count(), 1);
    assert!(!html.html().contains("oSecretOpenid9"), "a developer sees the history without openids");
    assert!(desk.page(Role::Sender, Lang::Zh).await.1.html().contains("oSecretOpenid9"));
}

#[tokio::test]
async fn a_part_that_cannot_be_read_takes_no_other_with_it() {
    let desk = living().await;
    desk.run("alter table media rename to elsewhere".into()).await;
    let (shown, html) = desk.page(Role::Admin, Lang::Zh).await;
    assert!(shown.pictures.expect("an admin's affair").is_err() && shown.newest.expect("an admin's affair").is_err());
    assert!(shown.sends.expect("an admin's affair").is_ok());
    assert_eq!(texts(&html, ".stat .num"), ["6", "80.0", "—", "0"]);
    assert!(html.html().contains("暂时读不出来") && !html.html().contains("no such table"));
}

#[tokio::test]
async fn names_from_outside_stay_text() {
    let desk = living().await;
    desk.run("insert into contents (sha256, bytes, content_type, thumb, created_at) values (x'01', 1, 'image/jpeg', 1, 0)".into()).await;
    desk.run("update media set sha256 = x'01' where state = 'stored'".into()).await;
    let (shown, html) = desk.page(Role::Admin, Lang::Zh).await;
    assert_eq!(shown.newest.expect("an admin's affair").expect("read").len(), 4);
    let selector = Selector::parse(".strip img").expect("a selector");
    let alts: Vec<_> = html.select(&selector).filter_map(|image| image.value().attr("alt")).collect();
    assert!(alts.len() == 4 && alts.iter().all(|alt| alt.starts_with("<b>叶子，u")), "{alts:?}");
}

#[test]
fn floors_of_ids_sort_with_the_ids_of_their_moment() {
    let chance = crate::infra::clock::Chance::system();
    for at in [0, 1, NOON, NOON + 1] {
        assert!(id_floor(at) <= id_at(at, &chance));
        assert!(id_at(at, &chance) < id_floor(at + 1));
    }
}
