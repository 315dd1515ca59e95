//! Templates taken from the library and given up, at the simulator.

use super::*;
use crate::features::audit::server::about;

#[tokio::test]
async fn a_template_is_added_and_deleted_where_wechat_agrees() {
    let house = House::new().await;
    let (account, by) = (house.account(), || Actor::User("周敏".into()));
    let words = ["订单号".to_owned(), "下单时间".to_owned()];
    let id = house.messages.add_template(&account, "43216", &words, by()).await.expect("added");
    let added = house.messages.template(SANDBOX_APP_ID, &id).await.expect("reads").expect("known at once");
    let labels: Vec<_> = added.fields().into_iter().map(|field| field.label).collect();
    assert_eq!((labels, added.gone_at), (words.to_vec(), None));

    let refused = house.messages.add_template(&account, "nonsense", &[], by()).await.expect_err("refused");
    assert_eq!((refused.status, refused.refusal.as_ref().map(|refusal| refusal.errcode)), (502, Some(40037)));

    house.messages.delete_template(&account, &id, by()).await.expect("deleted");
    let gone = house.messages.template(SANDBOX_APP_ID, &id).await.expect("reads").expect("kept for the history");
    assert!(gone.gone_at.is_some());
    for id in [id.as_str(), "never"] {
        assert_eq!(house.messages.delete_template(&account, id, by()).await.expect_err("unknown").status, 404);
    }
    let trace = about(house.messages.core.db.read(), &format!("account:{SANDBOX_APP_ID}"), 9).await.expect("trace");
    let acts: Vec<_> = trace.iter().map(|line| line.action.as_str()).collect();
    assert!(acts.contains(&"templates.added") && acts.contains(&"templates.deleted"), "{acts:?}");
}
