//! The day's quota as the simulator tells it.

use std::collections::BTreeMap;

use super::*;
use crate::features::messages::model::{Allowance, DAILY_QUOTA};

#[tokio::test]
async fn the_quota_is_the_accounts_own_and_asked_for_seldom() {
    let house = House::new().await;
    assert_eq!(house.messages.quota(SANDBOX_APP_ID), DAILY_QUOTA, "nobody asked yet");
    let limits = BTreeMap::from([("/cgi-bin/message/template/send".to_owned(), 500)]);
    house.wechat.set_dials(Dials { daily_limits: limits, ..Dials::default() });
    house.file_to(&house.friend()).await;
    house.tick().await;
    let told = house.messages.allowance(&house.account()).await.expect("reads");
    assert_eq!(told, Allowance { limit: 500, used: 1, told: true });
    house.messages.allowance(&house.account()).await.expect("reads");
    let asked = || house.wechat.ledger().iter().filter(|entry| entry.path.ends_with("/openapi/quota/get")).count();
    assert_eq!((asked(), house.messages.quota(SANDBOX_APP_ID)), (1, 500));
    // Later WeChat has nothing to say: the last word stands.
    house.pass(301);
    house.wechat.set_dials(Dials { path: Some("/cgi-bin/openapi".into()), busy: 1, ..Dials::default() });
    let kept = house.messages.allowance(&house.account()).await.expect("reads");
    assert_eq!((kept.limit, kept.told, asked()), (500, true, 2));
}

#[tokio::test]
async fn without_an_answer_our_own_count_has_to_do() {
    let house = House::new().await;
    house.wechat.set_dials(Dials { path: Some("/cgi-bin/openapi".into()), busy: 9, ..Dials::default() });
    let guessed = house.messages.allowance(&house.account()).await.expect("reads");
    assert_eq!(guessed, Allowance::default());
}
