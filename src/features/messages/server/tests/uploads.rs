//! Recipients by what they have sent, as another feature tells it.

use futures_util::future::{BoxFuture, ready};

use super::{
    super::{Expected, RecipientSource},
    pages::{get, post},
    recipients::{form, with},
    *,
};
use crate::features::messages::model::{Question, Upload, Uploads};

/// Two titles; of the first, question `3` has people of all kinds.
struct Class(String);

impl Class {
    fn standing(&self, state: Upload) -> Vec<Expected> {
        let person = |user_id: &str, name: &str, openid: Option<&str>| Expected {
            user_id: user_id.into(),
            name: name.into(),
            openid: openid.map(str::to_owned),
        };
        match state {
            Upload::Missing => vec![
                person("u1", "小满", Some(&self.0)),
                person("u2", "小禾", None),
                person("u3", "阿树", Some("oLeft")),
                person("u4", "小满的妈妈", Some(&self.0)),
                person("u5", "", None),
            ],
            Upload::Rejected => vec![person("u6", "叶子", Some("oLeaf"))],
            Upload::Coming | Upload::Stored => Vec::new(),
        }
    }
}

impl RecipientSource for Class {
    fn titles<'a>(&'a self, _: &'a str) -> BoxFuture<'a, Result<Vec<String>, sqlx::Error>> {
        Box::pin(ready(Ok(vec!["第二周".into(), "第一周".into()])))
    }

    fn questions<'a>(&'a self, _: &'a str, title: &'a str) -> BoxFuture<'a, Result<Vec<Question>, sqlx::Error>> {
        let question = |name: &str| Question {
            question: name.into(),
            counts: Upload::ALL.map(|state| if name == "3" { self.standing(state).len() as i64 } else { 0 }),
        };
        Box::pin(ready(Ok(if title == "第二周" { vec![question("1"), question("3")] } else { vec![question("7")] })))
    }

    fn people<'a>(&'a self, _: &'a str, chosen: &'a Uploads, most: usize) -> BoxFuture<'a, Result<Vec<Expected>, sqlx::Error>> {
        let asked = chosen.title == "第二周" && chosen.question == "3";
        let found = chosen.states.iter().filter(|_| asked).flat_map(|state| self.standing(*state)).take(most);
        Box::pin(ready(Ok(found.collect())))
    }
}

async fn house() -> House {
    let mut house = House::new().await;
    let class = Class(house.friend());
    house.messages = house.messages.clone().choosing_from(Arc::new(class));
    execute(
        &house.messages.core,
        "insert into followers (app_id, openid, following, updated_at) values ('wxsandbox0000001', 'oLeft', 0, 0)",
    )
    .await;
    house
}

#[tokio::test]
async fn the_choice_is_there_only_where_there_is_something_to_choose() {
    let tab = |page: &super::pages::Seen| page.all(".tabs button").contains(&"按交图情况".to_owned());
    assert!(!tab(&get(&House::new().await, "/send").await));
    assert!(tab(&get(&house().await, "/send").await));
}

#[tokio::test]
async fn who_lacks_a_question_is_counted_checked_and_sent_to() {
    let house = house().await;
    let (friend, template) = (house.friend(), house.new_message("").template_id);
    let mut base = form(&template, "{{name}}的作业", "", "to:uploads");
    base[3].1 = "前台";
    let first = post(&house, "/send", &base).await;
    assert_eq!(
        (first.all("#title option").len(), first.all("#question option")),
        (2, vec!["1 · 没交 0".to_owned(), "3 · 没交 5".to_owned()])
    );
    assert_eq!(
        (first.attribute("#uploads input[checked]", "value").as_deref(), first.all("[data-tally=good]")[0].as_str()),
        (Some("missing"), "0")
    );
    let draft = first.attribute("input[name=draft]", "value").expect("kept");
    (base[6].1, base[7].1) = (draft.as_str(), "uploads");
    let chosen = [("tab", "uploads"), ("title", "第二周"), ("question", "3"), ("upload", "missing")];
    let page = post(&house, "/send", &with(base.clone(), &chosen)).await;
    assert_eq!(page.all("#uploads .faint"), ["5", "0", "0", "1"], "each way to stand says how many, chosen or not");
    let tally = |page: &super::pages::Seen, name: &str| page.all(&format!("[data-tally={name}]")).first().cloned();
    for (name, count) in [("good", "1"), ("merged", "1"), ("left", "1"), ("unreached", "2"), ("malformed", "0")] {
        assert_eq!(tally(&page, name).as_deref(), Some(count), "{name}");
    }
    assert!(page.html.contains("小禾、u5"), "those without an openid are named");
    assert_eq!(page.all(".phone [data-preview=thing2]"), ["小满的作业"]);
    let both = post(&house, "/send", &with(base.clone(), &[&chosen[..], &[("upload", "rejected")]].concat())).await;
    assert_eq!(tally(&both, "good").as_deref(), Some("2"));
    // Another title has no such question: its own first one is taken.
    let other =
        post(&house, "/send", &with(base.clone(), &[("tab", "uploads"), ("title", "第一周"), ("question", "3"), ("upload", "missing")]))
            .await;
    assert_eq!((other.all("#question option").len(), tally(&other, "good").as_deref()), (1, Some("0")));
    let mut none = form(&template, "x", &draft, "review");
    none[3].1 = "前台";
    let none = with(none, &[("tab", "uploads"), ("title", "第二周"), ("question", "3")]);
    let refused = post(&house, "/send", &none).await;
    assert_eq!((refused.status.as_u16(), refused.attribute("#refused a", "href").as_deref()), (422, Some("#uploads")));

    base[7].1 = "review";
    let saved = post(&house, "/send", &with(base, &chosen)).await;
    assert_eq!(saved.status, 303, "{:?}", saved.all("#refused"));
    let review = get(&house, &saved.place).await;
    assert_eq!(review.all(".kv dd")[..7], ["5", "1", "0", "1", "2", "0", "1"]);
    let sent = post(&house, &saved.place, &[("intent", "send")]).await;
    assert_eq!(sent.status, 303);
    house.pass(11);
    house.tick().await;
    assert!(format!("{:?}", house.accepted(&friend)).contains("小满的作业"));
    // The choice comes back with the draft.
    let back = get(&house, &format!("/send?draft={draft}")).await;
    assert_eq!(back.attribute("input[name=tab]", "value").as_deref(), Some("paste"), "what went out stays; this is another beginning");
}

#[tokio::test]
async fn the_choice_waits_while_another_way_is_looked_at() {
    let house = house().await;
    let template = house.new_message("").template_id;
    let chosen = [("tab", "uploads"), ("title", "第二周"), ("question", "3"), ("upload", "rejected"), ("upload", "stored")];
    let page = post(&house, "/send", &with(form(&template, "x", "", "uploads"), &chosen)).await;
    let draft = page.attribute("input[name=draft]", "value").expect("kept");
    post(&house, "/send", &with(form(&template, "x", &draft, "to:tags"), &chosen)).await;
    post(&house, "/send", &with(form(&template, "x", &draft, "to:paste"), &[("tab", "tags")])).await;
    let back = post(&house, "/send", &with(form(&template, "x", &draft, "to:uploads"), &[("tab", "paste"), ("recipients", "oZ")])).await;
    assert_eq!(back.attribute("#question option[selected]", "value").as_deref(), Some("3"));
    assert_eq!(back.all("[data-tally=good]")[0], "1");
    let again = get(&house, &format!("/send?draft={draft}")).await;
    assert_eq!(
        (again.attribute("input[name=tab]", "value").as_deref(), again.all("[data-tally=good]")[0].as_str()),
        (Some("uploads"), "1")
    );
}
