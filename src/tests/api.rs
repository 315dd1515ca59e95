//! What holds for every route of the API: which account is meant, and that every failure is a problem document.

use serde_json::json;
use wxdesk::{sandbox::SANDBOX_APP_ID, shared::rights::Scope};

use super::house::{House, answer};

const OTHER: &str = "wx-second_account";

#[tokio::test]
async fn one_record_is_shown_under_its_own_account_only() {
    let house = House::build().await;
    house.second_account(OTHER).await;
    let key = house.key(&[Scope::MediaWrite, Scope::MediaRead, Scope::MessagesSend, Scope::MessagesRead], None).await;
    let post = async |path: &str, body: &serde_json::Value| {
        let (_, record) = answer(house.http.post(format!("{}{path}", house.base)).bearer_auth(&key).json(body)).await;
        record["id"].as_str().unwrap().to_owned()
    };
    let picture = json!({"account": SANDBOX_APP_ID, "media_id": "m", "user_id": "u", "answer_title": "t", "question_id": "q"});
    let picture = post("/api/v1/media", &picture).await;
    let message = json!({"account": SANDBOX_APP_ID, "touser": "oA", "template_id": "t", "data": {}});
    let message = post("/api/v1/messages", &message).await;
    for path in [format!("/api/v1/media/{picture}"), format!("/api/v1/messages/{message}")] {
        for (query, status) in [
            ("", 200),
            (&*format!("?account={SANDBOX_APP_ID}"), 200),
            (&*format!("?account={OTHER}"), 404),
            ("?account=wx0", 404),
            ("?size=1", 422),
        ] {
            assert_eq!(house.get_with(&key, &format!("{path}{query}")).await.0, status, "{path}{query}");
        }
    }
    for part in ["file", "thumb"] {
        // Not stored yet; what is asked about the account comes first.
        let path = format!("/api/v1/media/{picture}/{part}");
        assert_eq!(house.get_with(&key, &format!("{path}?account=wx0")).await.1["code"], "unknown_account");
        assert_eq!(house.get_with(&key, &format!("{path}?account={OTHER}")).await.1["code"], "not_found");
        assert_eq!(house.get_with(&key, &format!("{path}?v=1")).await.0, 422);
    }
}

#[tokio::test]
async fn an_account_must_be_named_where_several_exist_and_be_the_key_s_own() {
    let house = House::build().await;
    house.second_account(OTHER).await;
    let open = house.key(&[Scope::MessagesRead, Scope::MediaRead, Scope::TokenRead, Scope::UsersRead], None).await;
    let bound = house.key(&[Scope::MessagesRead, Scope::MediaRead, Scope::TokenRead, Scope::UsersRead], Some(OTHER)).await;
    for path in ["/api/v1/messages?", "/api/v1/media?", "/api/v1/access-token?", "/api/v1/openid?code=c&"] {
        let (status, problem) = house.get_with(&open, path).await;
        assert_eq!(
            (status, &problem["code"], &problem["errors"][0]["field"]),
            (422, &json!("account_required"), &json!("account")),
            "{path}"
        );
        for foreign in [SANDBOX_APP_ID, "wx0"] {
            let (status, problem) = house.get_with(&bound, &format!("{path}account={foreign}")).await;
            assert_eq!((status, &problem["code"]), (403, &json!("account_not_allowed")), "{path} for {foreign}");
        }
    }
    assert_eq!(house.get_with(&bound, "/api/v1/messages").await.0, 200);
    assert_eq!(house.get_with(&bound, &format!("/api/v1/messages?account={OTHER}")).await.0, 200);
    let unnamed = house.get("/api/v1/jssdk/signature?url=https%3A%2F%2Fh5.example.com%2F").await.1;
    assert_eq!((&unnamed["code"], &unnamed["errors"][0]["field"]), (&json!("account_required"), &json!("account")));
}
