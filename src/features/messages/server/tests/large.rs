//! What a stolen session cannot do: a large sending asks for the number and the password, says who sent it, and can be taken back.

use super::{
    pages::{PASSWORD, get, post},
    *,
};
use crate::features::messages::model::{BatchAct, BatchState};

#[tokio::test]
async fn a_large_sending_asks_for_the_number_and_the_password() {
    let house = House::new().await;
    let template = house.new_message("").template_id;
    let crowd: Vec<String> = (0..1001).map(|number| format!("oLarge{number:022}")).collect();
    let form = |recipients: &str| -> Vec<(String, String)> {
        let pairs = [
            ("template", template.as_str()),
            ("data.character_string1", "A-3071"),
            ("data.thing2", "自然笔记套装"),
            ("data.thing3", "前台"),
            ("data.phone_number4", "0571-88880000"),
            ("target", "none"),
            ("recipients", recipients),
            ("intent", "review"),
        ];
        pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec()
    };
    let save = async |people: &[String]| {
        let pairs = form(&people.join("\n"));
        let pairs: Vec<_> = pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        post(&house, "/send", &pairs).await.place
    };
    // A thousand is not large yet.
    let small = get(&house, &save(&crowd[..1000]).await).await;
    assert!(small.all("input[name=password]").is_empty() && small.all("input[name=count]").is_empty());

    let place = save(&crowd).await;
    let page = get(&house, &place).await;
    assert_eq!(page.attribute("input[name=password]", "autocomplete").as_deref(), Some("current-password"));
    for (count, password, field) in
        [("", PASSWORD, "count"), ("1000", PASSWORD, "count"), ("1001", "", "password"), ("1,001", "guess", "password")]
    {
        let refused = post(&house, &place, &[("count", count), ("password", password)]).await;
        assert_eq!(refused.status, 422, "{count} {password}");
        assert_eq!(refused.attribute(&format!("input[name={field}]"), "aria-invalid").as_deref(), Some("true"), "{count} {password}");
        assert_eq!(refused.attribute("input[name=password]", "value").unwrap_or_default(), "", "never sent back");
        assert_eq!(refused.attribute("input[name=count]", "value").as_deref(), Some(count), "what was typed stays");
    }
    let sent = post(&house, &place, &[("count", "1,001"), ("password", PASSWORD)]).await;
    assert_eq!(sent.status, 303);
    let id = sent.place.trim_start_matches("/batches/").to_owned();
    let logged: Vec<(String, String)> = sqlx::query_as("select actor, action from audit where object = ?")
        .bind(format!("batch:{id}"))
        .fetch_all(house.messages.core.db.read())
        .await
        .expect("reads");
    assert!(logged.iter().any(|(actor, _)| actor.contains("周敏")), "{logged:?}");
    // There are ten seconds to take it back.
    house.tick().await;
    assert_eq!(house.calls().len(), 0);
    let batch = house.batch(&id).await;
    house.messages.turn_batch(&batch, BatchAct::Cancel, Actor::User("周敏".into())).await.expect("taken back");
    house.pass(60);
    house.tick().await;
    assert_eq!((house.batch(&id).await.state, house.calls().len()), (BatchState::Cancelled, 0));
}
