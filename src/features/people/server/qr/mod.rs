//! QR codes with a scene: made by WeChat, shown once, kept nowhere.

mod forms;
pub mod http;

pub(super) use forms::routes;

use super::People;
use crate::{
    features::{
        accounts::server::Account,
        audit::{
            model::{Act, Actor},
            server::record_in,
        },
    },
    shared::{error::AppError, time::SECOND},
};

/// A code, and when it ends (Unix milliseconds).
#[derive(Clone, Debug)]
pub(super) struct Code {
    pub url: String,
    pub expires_at: Option<i64>,
}

impl People {
    /// Has WeChat make a code for a scene, for `seconds` or for ever.
    ///
    /// # Errors
    /// What WeChat answered; the database.
    async fn make_code(&self, account: &Account, scene: &str, seconds: Option<i64>, actor: Actor) -> Result<Code, AppError> {
        let made = self.tokens.call(account, |client, token| async move { client.scene_code(&token, scene, seconds).await }).await?;
        let now = self.core.now();
        let code = Code { url: made.url, expires_at: made.expires_in.map(|seconds| now + seconds * SECOND) };
        let detail = serde_json::json!({"scene": scene, "expires_at": code.expires_at}).to_string();
        let act = Act::new(actor, "qrcode.created", format!("account:{}", account.app_id)).detail(detail);
        self.core.db.write(move |connection| Box::pin(async move { record_in(connection, now, &act).await })).await?;
        Ok(code)
    }
}
