//! One message, taken back before it is sent.

use super::{
    pages::{get, post},
    *,
};
use crate::features::messages::model::MessageState::*;

impl House {
    /// A message that a person sent from the page: it rests first.
    async fn rests(&self, touser: &str) -> (Message, String) {
        let filed = self.file(NewMessage { rest: 10_000, ..self.new_message(touser) }).await;
        let place = format!("/messages/{}", filed.id);
        (filed, place)
    }
}

#[tokio::test]
async fn within_its_window_a_message_can_be_taken_back() {
    let house = House::new().await;
    let friend = house.friend();
    let (filed, place) = house.rests(&friend).await;
    house.tick().await;
    assert_eq!(house.stands(&filed.id).await.0, Queued);
    let page = get(&house, &place).await;
    assert!(page.all("form button").contains(&"撤销发送".to_owned()) && page.html.contains("10 秒"), "{}", page.html);
    assert_eq!((page.all("#standing[data-poll]").len(), page.all("noscript").len()), (1, 1), "it follows by itself");
    assert_eq!(post(&house, &place, &[("intent", "take_back")]).await.status, 303);
    house.pass(11);
    house.tick().await;
    assert_eq!((house.stands(&filed.id).await.0, house.accepted(&friend).len()), (Cancelled, 0));
    let page = get(&house, &place).await;
    assert!(page.all(".timeline b").contains(&"撤销一条还没发出的消息".to_owned()), "{}", page.html);
    assert!(page.all("#standing[data-poll]").is_empty() && !page.html.contains("撤销发送"));
}

#[tokio::test]
async fn after_it_a_message_goes_out_and_stays_sent() {
    let house = House::new().await;
    let friend = house.friend();
    let (filed, place) = house.rests(&friend).await;
    house.pass(11);
    house.tick().await;
    assert_eq!((house.stands(&filed.id).await.0, house.accepted(&friend).len()), (Accepted, 1));
    let late = house.messages.take_back(&house.get(&filed.id).await, crate::features::audit::model::Actor::System).await;
    assert_eq!(late.expect_err("it went").code, "message_gone");
    assert_eq!(post(&house, &place, &[("intent", "take_back")]).await.status, 303);
    assert_eq!(house.stands(&filed.id).await.0, Accepted);
}

#[tokio::test]
async fn one_that_was_called_without_an_answer_is_uncertain_then() {
    let house = House::new().await;
    let filed = house.file_to(&house.friend()).await;
    house.dial(|dials| dials.cut = 1000);
    house.tick().await;
    assert_eq!(house.stands(&filed.id).await.0, Queued);
    post(&house, &format!("/messages/{}", filed.id), &[("intent", "take_back")]).await;
    assert_eq!(house.stands(&filed.id).await.0, Unknown);
}

#[tokio::test]
async fn one_of_a_batch_goes_with_its_batch() {
    let house = House::new().await;
    house.file_batch(house.new_batch(), &house.followers(2)).await;
    let row = house.messages.list(SANDBOX_APP_ID, &Default::default(), None, 1).await.expect("lists").items.remove(0);
    let place = format!("/messages/{}", row.id);
    assert!(!get(&house, &place).await.html.contains("撤销发送"));
    post(&house, &place, &[("intent", "take_back")]).await;
    assert_eq!(house.stands(&row.id).await.0, Queued);
}
