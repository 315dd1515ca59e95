//! Lists from files, tags and followers, as a browser without scripts meets them.

use axum::{body::Body, http::Request};

use super::{
    super::tables::xlsx::tests::book,
    pages::{Seen, ask, get, post},
    *,
};
use crate::shared::rights::Role;

/// Posts the composer as multipart, with a file.
async fn upload(house: &House, pairs: &[(&str, &str)], file: &[u8]) -> Seen {
    let mut body = Vec::new();
    for (name, value) in pairs {
        body.extend_from_slice(format!("--x\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n").as_bytes());
    }
    body.extend_from_slice(
        b"--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"list.csv\"\r\nContent-Type: text/csv\r\n\r\n",
    );
    body.extend_from_slice(file);
    body.extend_from_slice(b"\r\n--x--\r\n");
    let request = Request::post("/send").header("content-type", "multipart/form-data; boundary=x").body(Body::from(body)).expect("request");
    ask(house, Role::Sender, request).await
}

pub(super) fn form<'a>(template: &'a str, thing2: &'a str, draft: &'a str, intent: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![
        ("template", template),
        ("data.character_string1", "A-3071"),
        ("data.thing2", thing2),
        ("data.thing3", ""),
        ("data.phone_number4", "0571-88880000"),
        ("target", "none"),
        ("draft", draft),
        ("intent", intent),
    ]
}

pub(super) fn with<'a>(mut form: Vec<(&'a str, &'a str)>, more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    form.extend_from_slice(more);
    form
}

async fn follow(house: &House) {
    execute(
        &house.messages.core,
        "insert into follower_tags (app_id, id, name) values ('wxsandbox0000001', 1, '家长'), ('wxsandbox0000001', 2, '老师')",
    )
    .await;
    execute(
        &house.messages.core,
        "insert into followers (app_id, openid, following, nickname, remark, tags, followed_at, updated_at) values
         ('wxsandbox0000001', 'oOne', 1, '小满', '满妈', '[1]', 1, 0), ('wxsandbox0000001', 'oTwo', 1, '', '', '[1,2]', 2, 0),
         ('wxsandbox0000001', 'oThree', 1, '小禾', '', '[2]', 3, 0), ('wxsandbox0000001', 'oLeft', 0, '', '', '[1,2]', 4, 0)",
    )
    .await;
}

#[tokio::test]
async fn a_file_with_a_variable_goes_from_the_upload_to_each_phone() {
    let house = House::new().await;
    let (friend, template) = (house.friend(), house.new_message("").template_id);
    let page = post(&house, "/send", &form(&template, "{{姓名}}的套装", "", "to:file")).await;
    assert_eq!((page.status.as_u16(), page.attribute("#composer", "enctype").as_deref()), (200, Some("multipart/form-data")));
    let draft = page.attribute("input[name=draft]", "value").expect("kept");
    let file = format!(
        "姓名,OpenID,thing3\r\n小满,{friend},前台\r\n小禾,oOther,图书馆\r\n坏的,不是,x\r\n{},oLong,后台\r\n小满,{friend},x\r\n",
        "长".repeat(20)
    );
    let page = upload(&house, &with(form(&template, "{{姓名}}的套装", &draft, "upload"), &[("tab", "file")]), file.as_bytes()).await;
    assert_eq!(page.status, 200, "{:?}", page.all("#refused"));
    assert_eq!((page.all("[data-tally=good]")[0].as_str(), page.all("[data-tally=merged]")[0].as_str()), ("2", "1"));
    assert_eq!(page.all(".bad-lines tbody td.mono"), ["4", "不是", "5", &format!("{}的套装", "长".repeat(20))]);
    assert_eq!(page.all(".source .table tbody tr").len(), 5);
    assert_eq!(page.all(".phone [data-preview=thing2]"), ["小满的套装"]);
    assert_eq!(page.all(".phone [data-preview=thing3]"), ["前台"], "an empty field takes the column of its name");
    let next = post(&house, "/send", &with(form(&template, "{{姓名}}的套装", &draft, "next"), &[("tab", "file"), ("at", "0")])).await;
    assert_eq!(next.all(".phone [data-preview=thing2]"), ["小禾的套装"]);

    // What is typed and the list are still there after leaving.
    let back = get(&house, &format!("/send?draft={draft}")).await;
    assert_eq!(
        (back.attribute("[id='data.thing2']", "value").as_deref(), back.all("[data-tally=good]")[0].as_str()),
        (Some("{{姓名}}的套装"), "2")
    );

    let saved =
        post(&house, "/send", &with(form(&template, "{{姓名}}的套装", &draft, "review"), &[("tab", "file"), ("column", "OpenID")])).await;
    assert_eq!(saved.status, 303, "{:?}", saved.all("#refused"));
    let review = get(&house, &saved.place).await;
    assert_eq!((review.all(".pv").len(), review.all(".kv dd")[..6].concat()), (2, "511012".into()));
    assert!(review.all(".sendbar button").contains(&"发送给 2 人".to_owned()), "{:?}", review.all(".sendbar"));
    let sent = post(&house, &saved.place, &[("intent", "send")]).await;
    assert_eq!((sent.status.as_u16(), post(&house, &saved.place, &[("intent", "send")]).await.place), (303, sent.place.clone()));
    let page = get(&house, &sent.place).await;
    assert!(page.all(".timeline p").concat().contains("名单来自 list.csv"), "{:?}", page.all(".timeline p"));
    house.pass(11);
    house.tick().await;
    let got = house.accepted(&friend);
    assert_eq!(got.len(), 1);
    assert!(format!("{:?}", got[0]).contains("小满的套装"), "{:?}", got[0]);
    let batch = house.messages.batch(sent.place.trim_start_matches("/batches/")).await.expect("filed");
    assert_eq!((batch.total, batch.rejected.len(), batch.rejected[0].index), (2, 1, 5));
}

#[tokio::test]
async fn the_column_is_asked_for_when_nothing_looks_like_it() {
    let house = House::new().await;
    let template = house.new_message("").template_id;
    let bytes = book(&[&["名", "号"], &["小满", "oA"], &["小禾", "oB"]]);
    let page = upload(&house, &with(form(&template, "{{名}}", "", "review"), &[("tab", "file")]), &bytes).await;
    assert_eq!((page.status.as_u16(), page.attribute("#column", "aria-invalid").as_deref()), (422, Some("true")));
    let draft = page.attribute("input[name=draft]", "value").expect("kept");
    let chosen = post(&house, "/send", &with(form(&template, "{{名}}", &draft, "column"), &[("tab", "file"), ("column", "号")])).await;
    assert_eq!(chosen.all("[data-tally=good]")[0], "2");
    let unknown = post(&house, "/send", &with(form(&template, "{{姓}}", &draft, "review"), &[("tab", "file")])).await;
    assert_eq!((unknown.status.as_u16(), unknown.attribute("[id='data.thing2']", "aria-invalid").as_deref()), (422, Some("true")));
    // Looking at another tab costs neither the file nor what is pasted.
    let paste = post(&house, "/send", &with(form(&template, "x", &draft, "to:paste"), &[("tab", "file")])).await;
    assert_eq!(paste.all("[data-tally=good]")[0], "0");
    let tags = post(&house, "/send", &with(form(&template, "x", &draft, "to:tags"), &[("tab", "paste"), ("recipients", "oZ")])).await;
    assert_eq!(tags.all("[data-tally=good]")[0], "0");
    let again = post(&house, "/send", &with(form(&template, "x", &draft, "to:file"), &[("tab", "tags")])).await;
    assert_eq!(again.all("[data-tally=good]")[0], "2");
    let gone = post(&house, "/send", &with(form(&template, "x", &draft, "unfile"), &[("tab", "file")])).await;
    assert_eq!(gone.all("[data-tally=good]")[0], "0");
    let pasted = post(&house, "/send", &with(form(&template, "x", &draft, "to:paste"), &[("tab", "file")])).await;
    assert_eq!(pasted.all("#recipients"), ["oZ"]);
    let broken = upload(&house, &with(form(&template, "x", &draft, "upload"), &[("tab", "file")]), b"PK\x03\x04nonsense").await;
    assert_eq!((broken.status.as_u16(), broken.attribute("#file", "aria-invalid").as_deref()), (422, Some("true")));
}

#[tokio::test]
async fn a_paste_too_long_for_a_field_is_kept_as_a_list() {
    let house = House::new().await;
    let template = house.new_message("").template_id;
    let mut base = form(&template, "x", "", "review");
    base[3].1 = "前台";
    let at_most: String = (0..10_000).map(|at| format!("o{at:027}\n")).collect();
    let pasted = post(&house, "/send", &with(base.clone(), &[("tab", "paste"), ("recipients", &at_most)])).await;
    let page = get(&house, &pasted.place.replace("/review", "").replace("/send/", "/send?draft=")).await;
    assert_eq!((page.attribute("input[name=tab]", "value").as_deref(), page.all("#recipients")[0].len()), (Some("paste"), 10_000 * 29 - 1));
    let more = format!("{at_most}o1\no1\n不是\n");
    base[7].1 = "preview";
    let page = post(&house, "/send", &with(base.clone(), &[("tab", "paste"), ("recipients", &more)])).await;
    assert_eq!((page.status.as_u16(), page.attribute("input[name=tab]", "value").as_deref()), (200, Some("file")));
    assert_eq!((page.all("[data-tally=good]")[0].as_str(), page.all("[data-tally=merged]")[0].as_str()), ("10,001", "1"));
    assert_eq!(page.all(".bad-lines tbody td.mono"), ["10,003", "不是"]);
    assert!(page.html.len() < 200_000, "the page carries the first lines only");
    let draft = page.attribute("input[name=draft]", "value").expect("kept");
    (base[6].1, base[7].1) = (draft.as_str(), "review");
    let saved = post(&house, "/send", &with(base.clone(), &[("tab", "file"), ("column", "openid")])).await;
    assert_eq!(saved.status, 303, "{:?}", saved.all("#refused"));
    assert!(get(&house, &saved.place).await.all(".sendbar button").contains(&"发送给 10,001 人".to_owned()));
    // As many as go out at once, and one more.
    let all: String = (0..100_000).map(|at| format!("o{at:027}\n")).collect();
    let saved = post(&house, "/send", &with(base.clone(), &[("tab", "paste"), ("recipients", &all)])).await;
    assert_eq!(saved.status, 303, "{:?}", saved.all("#refused"));
    let saved = post(&house, "/send", &with(base, &[("tab", "paste"), ("recipients", &format!("{all}o1"))])).await;
    assert_eq!((saved.status.as_u16(), saved.attribute("#recipients", "aria-invalid").as_deref()), (422, Some("true")));
    assert_eq!(saved.all("#recipients")[0].len(), 100_000 * 29 + 2, "nothing of it is lost");
}

#[tokio::test]
async fn tags_are_resolved_when_chosen_and_again_at_the_review() {
    let house = House::new().await;
    follow(&house).await;
    let template = house.new_message("").template_id;
    let mut base = form(&template, "{{昵称}}你好", "", "tags");
    base[3].1 = "前台";
    let any = post(&house, "/send", &with(base.clone(), &[("tab", "tags"), ("tag", "1"), ("tag", "2"), ("every", "any")])).await;
    assert_eq!((any.all("[data-tally=good]")[0].as_str(), any.all(".picks label").len()), ("3", 2));
    let draft = any.attribute("input[name=draft]", "value").expect("kept");
    base[6].1 = &draft;
    let every = post(&house, "/send", &with(base.clone(), &[("tab", "tags"), ("tag", "1"), ("tag", "2"), ("every", "all")])).await;
    assert_eq!(every.all("[data-tally=good]")[0], "1");
    let again = post(&house, "/send", &with(base.clone(), &[("tab", "tags"), ("tag", "1"), ("every", "any")])).await;
    assert_eq!(again.all("[data-tally=good]")[0], "2");
    // One leaves, one comes.
    execute(&house.messages.core, "update followers set following = 0 where openid = 'oOne'").await;
    execute(&house.messages.core, "update followers set tags = '[1]' where openid = 'oThree'").await;
    base[7].1 = "review";
    let saved = post(&house, "/send", &with(base, &[("tab", "tags"), ("tag", "1"), ("every", "any")])).await;
    assert_eq!(saved.status, 303, "{:?}", saved.all("#refused"));
    let review = get(&house, &saved.place).await;
    assert_eq!(review.all(".kv dd")[..6], ["3", "0", "0", "1", "0", "2"]);
    assert!(review.all(".checks .is-warn h3").iter().any(|line| line.contains("变量是空的")), "{:?}", review.all(".checks h3"));
    let sent = post(&house, &saved.place, &[("intent", "send")]).await;
    let batch = house.messages.batch(sent.place.trim_start_matches("/batches/")).await.expect("filed");
    assert_eq!(batch.total, 2);
}

#[tokio::test]
async fn followers_are_searched_and_join_the_pasted_list() {
    let house = House::new().await;
    follow(&house).await;
    let template = house.new_message("").template_id;
    let page = post(&house, "/send", &with(form(&template, "x", "", "to:followers"), &[("recipients", "oTwo")])).await;
    assert_eq!((page.all(".picks label").len(), page.all("[data-tally=good]")[0].as_str()), (3, "1"), "who left is not offered");
    let draft = page.attribute("input[name=draft]", "value").expect("kept");
    let found = post(&house, "/send", &with(form(&template, "x", &draft, "find"), &[("tab", "followers"), ("q", "满")])).await;
    assert_eq!(found.all(".picks .mono"), ["oOne"]);
    let added =
        post(&house, "/send", &with(form(&template, "x", &draft, "add"), &[("tab", "followers"), ("pick", "oOne"), ("pick", "not one")]))
            .await;
    assert_eq!(added.all("[data-tally=good]")[0], "2");
    let pasted = post(&house, "/send", &with(form(&template, "x", &draft, "to:paste"), &[("tab", "followers")])).await;
    assert_eq!(pasted.all("#recipients"), ["oTwo\noOne"]);
}

#[tokio::test]
async fn drafts_save_themselves_are_listed_and_deleted() {
    let house = House::new().await;
    let template = house.new_message("").template_id;
    let typed = |draft: &str| {
        let form = with(form(&template, "x", "", "save"), &[("tab", "paste"), ("recipients", "oA")]);
        let owned: Vec<(String, String)> = form
            .into_iter()
            .map(|(name, value)| (name.to_owned(), if name == "draft" { draft.to_owned() } else { value.to_owned() }))
            .collect();
        owned
    };
    let save = async |draft: &str| {
        let typed = typed(draft);
        let pairs: Vec<_> = typed.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let answer: serde_json::Value = serde_json::from_str(&post(&house, "/send", &pairs).await.html).expect("JSON");
        answer
    };
    let first = save("").await;
    assert_eq!(first["line"], "草稿已自动保存于 12:00");
    let id = first["draft"].as_str().expect("an id").to_owned();
    assert_eq!(save(&id).await["draft"], id.as_str(), "the same draft");
    assert_eq!(get(&house, "/send").await.all(".drafts a").len(), 1);
    assert!(get(&house, &format!("/send?draft={id}")).await.all(".drafts a").is_empty(), "not itself");
    execute(&house.messages.core, "update drafts set sent_at = 1").await;
    assert!(save(&id).await["draft"].is_null(), "what went out is not begun anew");
    assert_eq!(post(&house, "/send", &[("intent", "delete"), ("draft", &id)]).await.status, 303);
    assert_eq!(house.messages.draft(SANDBOX_APP_ID, "u1", &id).await.expect("history stays").sent_at, Some(1));
    let other = save("").await["draft"].as_str().expect("an id").to_owned();
    post(&house, "/send", &[("intent", "delete"), ("draft", &other)]).await;
    assert_eq!(house.messages.draft(SANDBOX_APP_ID, "u1", &other).await.err().map(|error| error.status), Some(404));
    let example = get(&house, &format!("/send/example.csv?template={template}")).await;
    assert!(example.html.starts_with("\u{feff}touser,姓名,character_string1,"), "{}", example.html);
}

#[tokio::test]
async fn a_save_under_way_and_a_button_make_one_draft() {
    let house = House::new().await;
    let template = house.new_message("").template_id;
    let first = get(&house, "/send").await.attribute("input[name=draft]", "value").expect("a new page names its draft");
    assert_ne!(get(&house, "/send").await.attribute("input[name=draft]", "value").as_ref(), Some(&first), "each page its own");
    let count = async || {
        sqlx::query_scalar::<_, i64>("select count(*) from drafts").fetch_one(house.messages.core.db.read()).await.expect("counts")
    };
    let more = [("tab", "paste"), ("recipients", "oA")];
    let bare = post(&house, "/send", &with(form(&template, "x", &first, "preview"), &more)).await;
    assert_eq!(
        (count().await, bare.attribute("input[name=draft]", "value").as_deref()),
        (0, Some(first.as_str())),
        "a bare look keeps nothing"
    );
    let (save, button) = (with(form(&template, "x", &first, "save"), &more), with(form(&template, "x", &first, "to:file"), &more));
    let (save, button) = tokio::join!(post(&house, "/send", &save), post(&house, "/send", &button));
    assert!(save.html.contains(&first), "{}", save.html);
    assert_eq!((button.attribute("input[name=draft]", "value").as_deref(), count().await), (Some(first.as_str()), 1));

    // What lies around for days, or was made up, names no draft.
    for other in [first.replace(&first[..12], "018000000000"), "../x".into(), "0".repeat(32)] {
        let page = post(&house, "/send", &with(form(&template, "x", &other, "to:tags"), &more)).await;
        let given = page.attribute("input[name=draft]", "value").expect("kept");
        assert!(given != other && given.len() == 32, "{other}");
    }
    // Somebody else's is not taken over.
    execute(&house.messages.core, "insert into users (id, name, password_hash, role, created_at) values ('u2', '林', 'x', 'sender', 0)")
        .await;
    execute(&house.messages.core, "update drafts set user_id = 'u2'").await;
    let page = post(&house, "/send", &with(form(&template, "x", &first, "to:tags"), &more)).await;
    assert_ne!(page.attribute("input[name=draft]", "value").as_deref(), Some(first.as_str()));
}
