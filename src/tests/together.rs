//! All that a filter shows, as one selection that names no ids: judged, undone, deleted, restored, packed, with what comes later left out.

use reqwest::{Response, header};
use secrecy::SecretString;
use wxdesk::{
    features::{
        media::{
            model::{Filter, State},
            review::Judged,
            server::SeedPicture,
        },
        users::server::people::By,
    },
    infra::clock::Clock,
    sandbox::{SANDBOX_APP_ID, scenes},
    shared::rights::Role,
};

use super::{
    gallery::{attributes, cookie, get, page, texts},
    house::{House, NOON, PASSWORD},
};

/// More than whose number need not be typed, and more than one group.
const MANY: i64 = 1203;

fn seed(at: i64) -> SeedPicture {
    SeedPicture {
        user_id: format!("u{}", at % 7),
        answer_title: "第一周".into(),
        question_id: format!("q{}", at % 3),
        created_at: NOON - (at + 1) * 1000,
        bytes: scenes()[0].1,
        media_id: format!("m{at}"),
        state: State::Stored,
    }
}

async fn house() -> House {
    let house = House::build_with(&[], Clock::manual(NOON)).await;
    for (name, role) in [("admin", Role::Admin), ("reviewer", Role::Reviewer)] {
        house.app.users.add(&By::command(), name, SecretString::from(PASSWORD), role).await.unwrap().unwrap();
    }
    house.app.media.seed(SANDBOX_APP_ID, (0..MANY).map(seed).collect()).await.unwrap();
    house
}

async fn post(house: &House, cookie: &str, path: &str, form: &[(&str, &str)]) -> Response {
    house.http.post(format!("{}{path}", house.base)).header(header::COOKIE, cookie).form(form).send().await.unwrap()
}

fn to(response: &Response) -> String {
    response.headers()[header::LOCATION].to_str().unwrap().to_owned()
}

async fn count(house: &House, judged: Option<Judged>) -> usize {
    let filter = Filter { app_id: SANDBOX_APP_ID.into(), review: judged, ..Filter::default() };
    let (mut all, mut cursor) = (0, None);
    loop {
        let found = house.app.media.list(&filter, cursor.as_deref(), 200).await.unwrap();
        all += found.items.len();
        cursor = found.next_cursor;
        if cursor.is_none() {
            return all;
        }
    }
}

#[tokio::test]
async fn a_rule_is_judged_in_groups_and_undone_as_one() {
    let house = house().await;
    let (reviewer, admin) = (cookie(&house, "reviewer").await, cookie(&house, "admin").await);
    let first = page(&house, &reviewer, "/media?title=%E7%AC%AC%E4%B8%80%E5%91%A8").await;
    let whole = attributes(&first, "details.menu a[href*='sel=all-']", "href").remove(0);
    let shown = page(&house, &reviewer, &whole).await;
    assert!(texts(&shown, ".selbar strong").concat().contains("全部 1,203 张"), "{:?}", texts(&shown, ".selbar strong"));
    assert_eq!(attributes(&shown, ".pick input", "value").len(), 0, "there is none to choose");
    assert_eq!(attributes(&shown, "input[name=kept]", "value"), [format!("all-{NOON}")]);
    let filters = attributes(&shown, ".filters a", "href");
    assert!(filters.iter().all(|link| !link.contains("sel=")), "another filter selects nothing: {filters:?}");
    let judge = attributes(&shown, ".selbar button[name=turn]", "value").into_iter().find(|to| to.starts_with("/media/judge")).unwrap();
    let carried = post(&house, &reviewer, "/media/picked?title=x", &[("kept", &format!("all-{NOON}")), ("turn", &judge)]).await;
    let path = to(&carried);
    assert!(path.ends_with(&format!("sel=all-{NOON}")), "{path}");

    // What comes after the moment of the rule is none of it.
    house.app.core.clock.advance(std::time::Duration::from_secs(60));
    let late = SeedPicture { created_at: NOON + 30_000, media_id: "late".into(), ..seed(0) };
    house.app.media.seed(SANDBOX_APP_ID, vec![late]).await.unwrap();
    let asked = page(&house, &reviewer, &path).await;
    assert_eq!((texts(&asked, "h1"), texts(&asked, ".tile").len()), (vec!["一起审 1,203 张".to_owned()], 60));
    let seen = attributes(&asked, "#verdict input[name=seen]", "value").remove(0);
    assert_eq!(attributes(&asked, "#verdict input[name=count]", "name").len(), 1, "so many ask for their number");
    assert_eq!(post(&house, &reviewer, &path, &[("intent", "pass"), ("seen", &seen)]).await.status(), 422);
    assert_eq!(count(&house, Some(Judged::Passed)).await, 0);
    house.app.core.clock.advance(std::time::Duration::from_secs(1));
    let done = post(&house, &reviewer, &path, &[("intent", "pass"), ("seen", &seen), ("count", "1,203")]).await;
    assert_eq!(done.status(), 303);
    assert_eq!((count(&house, Some(Judged::Passed)).await, count(&house, Some(Judged::Unreviewed)).await), (1203, 1));

    // A colleague has another word on one of them; then the act is undone, but for that one.
    let one =
        house.app.media.list(&Filter { app_id: SANDBOX_APP_ID.into(), ..Filter::default() }, None, 5).await.unwrap().items.pop().unwrap();
    house.app.core.clock.advance(std::time::Duration::from_secs(1));
    let at = one.review.unwrap().at.to_string();
    let judged = post(&house, &admin, &format!("/media/{}", one.id), &[("intent", "reject"), ("reason", "看不清"), ("seen", &at)]).await;
    assert_eq!(judged.status(), 303);
    let gallery = page(&house, &reviewer, "/media").await;
    assert!(texts(&gallery, "form.recent").concat().contains("已一起通过 1,203 张图片"));
    let undone = post(&house, &reviewer, "/media/desk", &[("intent", "undo"), ("back", "/media?size=s")]).await;
    assert_eq!((undone.status().as_u16(), to(&undone).as_str()), (303, "/media?size=s"));
    let stand = [Judged::Passed, Judged::Rejected, Judged::Unreviewed].map(|judged| count(&house, Some(judged)));
    let [passed, rejected, waiting] = futures_util::future::join_all(stand).await.try_into().unwrap();
    assert_eq!((passed, rejected, waiting), (0, 1, 1203));
    assert!(texts(&page(&house, &reviewer, "/media").await, "form.recent").is_empty(), "nothing is left to undo");
}

#[tokio::test]
async fn a_rule_goes_into_the_bin_comes_back_and_is_packed() {
    let house = house().await;
    let admin = cookie(&house, "admin").await;
    let path = format!("/media/picked/delete?sel=all-{NOON}");
    let asked = page(&house, &admin, &path).await;
    assert!(texts(&asked, "h1").concat().contains("1,203") && texts(&asked, "main form").concat().contains("1,203"));
    assert_eq!(post(&house, &admin, &path, &[("count", "12")]).await.status(), 422);
    assert_eq!(count(&house, None).await, 1203);
    assert_eq!(to(&post(&house, &admin, &path, &[("count", "1203")]).await), "/media");
    assert_eq!(count(&house, None).await, 0);
    let gallery = page(&house, &admin, "/media").await;
    assert!(texts(&gallery, "form.recent").concat().contains("已一起删除 1,203 张图片"));
    let [at, by] = ["at", "by"].map(|name| attributes(&gallery, &format!("form.recent input[name={name}]"), "value").remove(0));
    assert_eq!(to(&post(&house, &admin, "/media/bin", &[("at", &at), ("by", &by), ("back", "/media")]).await), "/media");
    assert_eq!(count(&house, None).await, 1203, "all of them, in one go");

    let made = post(&house, &admin, "/media?question=q0", &[("kept", &format!("all-{NOON}")), ("zip", "picked")]).await;
    let listed = page(&house, &admin, "/media/zips").await;
    assert!(texts(&listed, ".zips tbody tr").concat().contains("401 张") && texts(&listed, ".zips").concat().contains("还没下载"));
    assert_eq!(attributes(&listed, ".zips a[download]", "href"), [to(&made)]);
    let zip = get(&house, &admin, &to(&made)).await.bytes().await.unwrap();
    assert!(zip.starts_with(b"PK"));
    for _ in 0..100 {
        if texts(&page(&house, &admin, "/media/zips").await, ".zips").concat().contains("已下载完") {
            return;
        }
        tokio::task::yield_now().await;
    }
    panic!("how far it was fetched is not told");
}
