//! Filters of the history, several at once.

use super::{
    super::history::Filter,
    lists::{all, seeded},
    *,
};
use crate::features::messages::model::MessageState;

#[tokio::test]
async fn any_filters_together_show_what_fits_all_of_them() {
    let house = seeded().await;
    let everything = all(&house, &Filter::default(), 200).await;
    for state in MessageState::ALL.into_iter().map(Some).chain([None]) {
        for template in ["template0", "template1"].into_iter().map(Some).chain([None]) {
            for actor in ["key:erp", "user:周敏"].into_iter().map(Some).chain([None]) {
                for touser in ["oPerson1", "oNobody"].into_iter().map(Some).chain([None]) {
                    let filter = Filter {
                        state,
                        template_id: template.map(str::to_owned),
                        actor: actor.map(str::to_owned),
                        touser: touser.map(str::to_owned),
                        ..Filter::default()
                    };
                    let wanted = |message: &&Message| {
                        state.is_none_or(|state| message.state == state)
                            && template.is_none_or(|template| message.template_id == template)
                            && actor.is_none_or(|actor| message.actor == actor)
                            && touser.is_none_or(|touser| message.touser == touser)
                    };
                    let expected: Vec<&Message> = everything.iter().filter(wanted).collect();
                    assert_eq!(all(&house, &filter, 7).await.iter().collect::<Vec<_>>(), expected, "{filter:?}");
                }
            }
        }
    }
}

#[tokio::test]
async fn beside_a_batch_other_filters_hold() {
    let house = House::new().await;
    let openids = house.followers(3);
    let batch = house.file_batch(house.new_batch(), &openids).await;
    house.file_to(&openids[0]).await;
    let count = async |template: Option<&str>, actor: Option<&str>, touser: Option<&str>| {
        let owned = |word: Option<&str>| word.map(str::to_owned);
        let filter = Filter {
            batch_id: Some(batch.id.clone()),
            template_id: owned(template),
            actor: owned(actor),
            touser: owned(touser),
            ..Filter::default()
        };
        all(&house, &filter, 2).await.len()
    };
    assert_eq!(count(None, None, None).await, 3);
    assert_eq!((count(Some(&batch.template_id), Some(&batch.actor), None).await, count(Some("other"), None, None).await), (3, 0));
    assert_eq!((count(None, Some("key:other"), None).await, count(None, None, Some(&openids[0])).await), (0, 1));
}
