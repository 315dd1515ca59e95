//! Pictures selected over several pages without a script, and what is done with them.

use reqwest::{Response, header};
use scraper::Html;
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

/// Seventy stored pictures a minute apart, one more that failed; senders `u0` to `u6`, of whom `u0` is a follower's openid.
async fn house() -> (House, String) {
    let house = House::build_with(&[], Clock::manual(NOON)).await;
    for (name, role) in [("admin", Role::Admin), ("reviewer", Role::Reviewer), ("sender", Role::Sender)] {
        house.app.users.add(&By::command(), name, SecretString::from(PASSWORD), role).await.unwrap().unwrap();
    }
    let openid = house.sandbox.followers().iter().find(|one| one.subscribed).unwrap().openid.clone();
    let (people, known) = (house.app.people.clone(), openid.clone());
    house.app.core.db.write(move |c| Box::pin(async move { people.came(c, SANDBOX_APP_ID, &known, NOON).await })).await.unwrap();
    let seed = |at: i64, state| SeedPicture {
        user_id: if at % 7 == 0 { openid.clone() } else { format!("u{}", at % 7) },
        answer_title: "第一周".into(),
        question_id: format!("q{}", at % 2),
        created_at: NOON - (at + 1) * 60_000,
        bytes: scenes()[0].1,
        media_id: format!("m{at}"),
        state,
    };
    let seeds = (0..70).map(|at| seed(at, State::Stored)).chain([seed(70, State::Failed)]);
    house.app.media.seed(SANDBOX_APP_ID, seeds.collect()).await.unwrap();
    (house, openid)
}

async fn post(house: &House, cookie: &str, path: &str, form: &[(&str, &str)]) -> Response {
    house.http.post(format!("{}{path}", house.base)).header(header::COOKIE, cookie).form(form).send().await.unwrap()
}

fn to(response: &Response) -> String {
    response.headers()[header::LOCATION].to_str().unwrap().to_owned()
}

async fn html(response: Response) -> Html {
    Html::parse_document(&response.text().await.unwrap())
}

async fn standing(house: &House, judged: Judged) -> usize {
    let filter = Filter { app_id: SANDBOX_APP_ID.into(), review: Some(judged), ..Filter::default() };
    house.app.media.list(&filter, None, 200).await.unwrap().items.len()
}

#[tokio::test]
async fn a_selection_goes_along_from_page_to_page() {
    let (house, _) = house().await;
    let reviewer = cookie(&house, "reviewer").await;
    let first = page(&house, &reviewer, "/media?state=stored&size=s").await;
    let picks = attributes(&first, ".pick input", "value");
    assert_eq!(picks.len(), 60);
    let older = attributes(&first, ".selbar button[name=turn]", "value").into_iter().find(|to| to.contains("before=")).unwrap();
    let turned = post(
        &house,
        &reviewer,
        "/media/picked?state=stored&size=s",
        &[("kept", ""), ("id", &picks[0]), ("id", &picks[3]), ("turn", &older)],
    )
    .await;
    assert_eq!(turned.status(), 303);
    let second = page(&house, &reviewer, &to(&turned)).await;
    assert_eq!(attributes(&second, ".pick input", "value").len(), 10, "the next page");
    assert!(texts(&second, ".selbar strong").concat().contains("别的页 2 张"), "{:?}", texts(&second, ".selbar strong"));
    let bytes: usize = attributes(&first, ".pick input", "data-bytes").remove(0).parse().unwrap();
    assert_eq!(attributes(&second, ".selbar [data-size]", "data-size"), [(2 * bytes).to_string()], "the same picture twice");
    assert_eq!((attributes(&first, ".pager[data-older]", "class").len(), attributes(&second, ".pager[data-older]", "class").len()), (1, 0));
    assert_eq!(attributes(&second, "main.picker-kept", "id"), ["main"], "so the bar is seen");
    let kept = attributes(&second, "input[name=kept]", "value").remove(0);
    let more = attributes(&second, ".pick input", "value").remove(0);

    // Links carry it as well: another size, another filter, and back.
    let sizes = attributes(&second, "nav.segmented a", "href");
    assert!(sizes.iter().all(|link| link.contains("sel=")), "{sizes:?}");
    let newest = attributes(&second, "a[rel=prev]", "href").remove(0);
    let back = page(&house, &reviewer, &newest).await;
    let checked = attributes(&back, ".pick input[checked]", "value");
    assert_eq!(checked, [picks[0].clone(), picks[3].clone()], "checked where they lie");
    assert_eq!(attributes(&back, "input[name=kept]", "value"), [""], "and not counted twice");
    let unpick = attributes(&back, "a[data-unpick]", "href").remove(0);
    assert!(attributes(&page(&house, &reviewer, &unpick).await, ".pick input[checked]", "value").is_empty());

    let made = post(&house, &reviewer, "/media?state=stored", &[("kept", &kept), ("id", &more), ("zip", "picked")]).await;
    let zip = get(&house, &reviewer, &to(&made)).await;
    assert_eq!(zip.headers()[header::CONTENT_DISPOSITION].to_str().unwrap().matches("-3.zip").count(), 2, "{:?}", zip.headers());

    // Nowhere else can it be led to.
    for elsewhere in ["https://evil.example/media", "//evil.example", "/users", "/media/../users", "/media/judge/x", ""] {
        let turned = post(&house, &reviewer, "/media/picked", &[("id", &more), ("turn", elsewhere)]).await;
        assert!(to(&turned).starts_with("/media?sel="), "{elsewhere}: {}", to(&turned));
    }
}

#[tokio::test]
async fn a_selection_that_grew_too_large_is_refused_and_kept() {
    let (house, _) = house().await;
    let reviewer = cookie(&house, "reviewer").await;
    let ids: Vec<String> = (0..201).map(|at| format!("{at:032x}")).collect();
    let form: Vec<(&str, &str)> = ids.iter().map(|id| ("id", id.as_str())).chain([("zip", "picked"), ("turn", "/media")]).collect();
    for path in ["/media", "/media/picked"] {
        let refused = post(&house, &reviewer, path, &form).await;
        assert_eq!(refused.status(), 422, "{path}");
        let page = html(refused).await;
        assert!(texts(&page, "[role=alert]").concat().contains("最多选 200 张，现在 201 张"));
        assert!(texts(&page, ".selbar strong").concat().contains("别的页 201 张"), "nothing is lost");
    }
}

#[tokio::test]
async fn a_selection_is_judged_in_one_go() {
    let (house, _) = house().await;
    let (reviewer, sender) = (cookie(&house, "reviewer").await, cookie(&house, "sender").await);
    let first = page(&house, &reviewer, "/media?state=stored").await;
    let picks = attributes(&first, ".pick input", "value");
    let judge = attributes(&first, ".selbar button[name=turn]", "value").into_iter().find(|to| to.starts_with("/media/judge")).unwrap();
    let turned =
        post(&house, &reviewer, "/media/picked?state=stored", &[("id", &picks[0]), ("id", &picks[1]), ("id", &picks[2]), ("turn", &judge)])
            .await;
    let path = to(&turned);
    assert!(path.starts_with("/media/judge?state=stored&sel="), "{path}");
    let shown = page(&house, &reviewer, &path).await;
    assert_eq!((texts(&shown, "h1"), texts(&shown, ".tile").len()), (vec!["一起审 3 张".to_owned()], 3));
    let seen = attributes(&shown, "#verdict input[name=seen]", "value").remove(0);
    assert_eq!(attributes(&shown, "#verdict", "action"), std::slice::from_ref(&path));

    let refused = post(&house, &reviewer, &path, &[("intent", "reject"), ("comment", "看这个"), ("seen", &seen)]).await;
    assert_eq!(refused.status(), 422);
    let again = html(refused).await;
    assert!(texts(&again, "[role=alert]").concat().contains("请选一个理由"));
    assert_eq!(attributes(&again, "input[name=comment]", "value"), ["看这个"], "nothing typed is lost");
    assert_eq!(post(&house, &sender, &path, &[("intent", "pass")]).await.status(), 403);

    // Meanwhile a colleague judges one of them and has another before them.
    house.app.core.clock.advance(std::time::Duration::from_secs(1));
    let own = post(&house, &cookie(&house, "admin").await, &format!("/media/{}", picks[0]), &[("intent", "pass"), ("seen", "0")]).await;
    assert_eq!(own.status(), 303);
    page(&house, &cookie(&house, "admin").await, &format!("/media/desk?at={}", picks[1])).await;
    let done = post(&house, &reviewer, &path, &[("intent", "reject"), ("reason", "看不清"), ("seen", &seen), ("over", "1")]).await;
    assert_eq!((done.status().as_u16(), to(&done).as_str()), (303, "/media?state=stored"));
    let flash = done.headers().get_all(header::SET_COOKIE).iter().map(|one| one.to_str().unwrap().to_owned()).collect::<String>();
    assert!(
        flash.contains(
            &"已退回 1 张。2 张没有改"
                .bytes()
                .map(|byte| if byte.is_ascii_alphanumeric() {
                    char::from(byte).to_string()
                } else if byte == b' ' {
                    "+".into()
                } else {
                    format!("%{byte:02X}")
                })
                .collect::<String>()
        ),
        "{flash}"
    );
    assert_eq!((standing(&house, Judged::Rejected).await, standing(&house, Judged::Passed).await), (1, 1));

    // All that a filter shows, those that were judged left alone unless wanted otherwise.
    house.app.core.clock.advance(std::time::Duration::from_secs(300));
    let all = attributes(&first, "a[href^='/media/judge']", "href").remove(0);
    assert_eq!(all, format!("/media/judge?state=stored&sel=all-{NOON}"));
    let shown = page(&house, &reviewer, &all).await;
    assert_eq!(texts(&shown, "h1"), ["一起审 70 张"]);
    assert!(
        texts(&shown, "main").concat().contains("还有 10 张没有显示") && texts(&shown, ".checkline").concat().contains("已经判过的 2 张")
    );
    let seen = attributes(&shown, "#verdict input[name=seen]", "value").remove(0);
    house.app.core.clock.advance(std::time::Duration::from_secs(1));
    post(&house, &reviewer, &all, &[("intent", "pass"), ("seen", &seen)]).await;
    assert_eq!((standing(&house, Judged::Rejected).await, standing(&house, Judged::Passed).await), (1, 69));
    post(&house, &reviewer, &all, &[("intent", "pass"), ("seen", &seen), ("over", "1")]).await;
    assert_eq!(standing(&house, Judged::Rejected).await, 0);
    let log: Vec<String> = sqlx::query_scalar("select json_remove(detail, '$.act') from audit where action = 'media.judged' order by id")
        .fetch_all(house.app.core.db.read())
        .await
        .unwrap();
    assert_eq!(
        log,
        [r#"{"pictures":1,"verdict":"reject"}"#, r#"{"pictures":68,"verdict":"pass"}"#, r#"{"pictures":2,"verdict":"pass"}"#],
        "what was judged since it was shown is left"
    );
    assert_eq!(page(&house, &reviewer, "/media/judge").await.select(&scraper::Selector::parse("#verdict").unwrap()).count(), 0);
}

#[tokio::test]
async fn the_senders_of_a_selection_become_recipients() {
    let (house, openid) = house().await;
    let (sender, reviewer) = (cookie(&house, "sender").await, cookie(&house, "reviewer").await);
    let shown = page(&house, &sender, "/media").await;
    let picks = attributes(&shown, ".pick input", "value");
    assert_eq!(
        attributes(&shown, ".selbar button[formaction]", "formaction").iter().filter(|to| to.starts_with("/media/recipients")).count(),
        1
    );
    // The second has a sender of whom no openid is known.
    let drafted = post(&house, &sender, "/media/recipients", &[("id", &picks[0]), ("id", &picks[1]), ("id", &picks[7])]).await;
    assert_eq!(drafted.status(), 303);
    assert!(to(&drafted).starts_with("/send?draft="), "{}", to(&drafted));
    let draft = page(&house, &sender, &to(&drafted)).await;
    assert_eq!(texts(&draft, "textarea[name=recipients]").concat().matches(&openid).count(), 1, "each person once");
    let nobody = post(&house, &sender, "/media/recipients?state=stored", &[("id", &picks[1])]).await;
    assert_eq!(nobody.status(), 422);
    let again = html(nobody).await;
    assert!(texts(&again, "[role=alert]").concat().contains("openid 都不知道"));
    assert_eq!(attributes(&again, ".pick input[checked]", "value"), [picks[1].clone()], "the selection stays");
    assert_eq!(post(&house, &sender, "/media/recipients", &[]).await.status(), 422);
    let all = post(&house, &sender, "/media/recipients?question=q0", &[("kept", &format!("all-{NOON}"))]).await;
    assert!(to(&all).starts_with("/send?draft="));
    assert_eq!(post(&house, &reviewer, "/media/recipients", &[("id", &picks[0])]).await.status(), 403);
}

#[tokio::test]
async fn a_selection_goes_into_the_bin_and_comes_back_together() {
    let (house, _) = house().await;
    let admin = cookie(&house, "admin").await;
    let first = page(&house, &admin, "/media").await;
    let ids: Vec<String> = attributes(&first, ".pick input", "value").into_iter().take(3).collect();
    let fields: Vec<(&str, &str)> =
        ids.iter().map(|id| ("id", id.as_str())).chain([("turn", "/media/picked/delete?user=nobody")]).collect();
    let ask = to(&post(&house, &admin, "/media/picked", &fields).await);
    assert!(ask.starts_with("/media/picked/delete?user=nobody&sel="), "{ask}");
    let question = page(&house, &admin, &ask).await;
    assert!(texts(&question, "h1").concat().contains("删除选中的 3 张图片"), "asked first");
    assert_eq!(attributes(&question, "main form[method=post]", "action").concat(), ask);
    let reviewer = cookie(&house, "reviewer").await;
    assert_eq!(post(&house, &reviewer, &ask, &[]).await.status(), 403);
    assert_eq!(to(&post(&house, &admin, &ask, &[]).await), "/media?user=nobody");
    assert_eq!(post(&house, &admin, &ask, &[]).await.status(), 303, "pressed twice, nothing more goes");
    let gone = page(&house, &admin, "/media/bin").await;
    assert_eq!((texts(&gone, ".bin tbody tr").len(), texts(&gone, ".bin input[name=at]").len()), (3, 1));
    let [at, by] = ["at", "by"].map(|name| attributes(&gone, &format!(".bin input[name={name}]"), "value").remove(0));
    assert_eq!(to(&post(&house, &admin, "/media/bin", &[("at", &at), ("by", &by)]).await), "/media/bin");
    assert!(texts(&page(&house, &admin, "/media/bin").await, ".bin tbody tr").is_empty());
    let back = attributes(&page(&house, &admin, "/media").await, ".pick input", "value");
    assert!(ids.iter().all(|id| back.contains(id)), "under their old ids");
    assert_eq!(post(&house, &admin, "/media/bin", &[("at", &at), ("by", &by)]).await.status(), 404);
}
