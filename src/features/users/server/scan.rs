//! Signing in by one's own WeChat, as far as people are concerned: by which account, who may, and who switched it on. The codes
//! themselves stand on a higher floor.

use std::sync::Arc;

use serde_json::json;

use super::{User, Users, people::By, store};
use crate::{
    features::audit::server::record_in,
    infra::{net::Caller, settings},
    shared::error::AppError,
};

/// The row of `settings` that names the account.
const ACCOUNT: &str = "scan_sign_in";

impl Users {
    /// The account by which people sign in, where an administrator chose one and it is still there.
    ///
    /// # Errors
    /// The database.
    pub async fn scan_account(&self) -> Result<Option<String>, sqlx::Error> {
        let kept = settings::get(self.core.db.read(), ACCOUNT).await?;
        Ok(kept.filter(|app_id| self.knows_account(app_id)))
    }

    /// Chooses that account, or none.
    ///
    /// # Errors
    /// 404 for an account that is not there; the database.
    pub async fn choose_scan_account(&self, by: &By, app_id: Option<&str>) -> Result<(), AppError> {
        if app_id.is_some_and(|app_id| !self.knows_account(app_id)) {
            return Err(AppError::not_found());
        }
        let act = by.act("scan.changed", "settings:scan".into()).detail(json!({"account": app_id}).to_string());
        let (app_id, now) = (app_id.map(str::to_owned), self.core.now());
        let written = self.core.db.write(move |c| {
            Box::pin(async move {
                match app_id {
                    Some(app_id) => settings::put(c, ACCOUNT, &app_id).await?,
                    None => settings::remove(c, ACCOUNT).await.map(|_| ())?,
                }
                record_in(c, now, &act).await
            })
        });
        written.await?;
        Ok(())
    }

    /// Whether the WeChat a person bound signs them in.
    ///
    /// # Errors
    /// The database.
    pub async fn signs_in_by_wechat(&self, id: &str) -> Result<bool, sqlx::Error> {
        store::signs_in_by_wechat(self.core.db.read(), id).await
    }

    /// Lets the WeChat a person bound sign them in, or takes that back. The caller has asked for the password before it is let.
    ///
    /// # Errors
    /// The database.
    pub async fn let_wechat_sign_in(&self, by: &By, id: &str, on: bool) -> Result<(), sqlx::Error> {
        let Some(user) = self.get(id) else { return Ok(()) };
        let action = if on { "user.wechat_sign_in_on" } else { "user.wechat_sign_in_off" };
        let act = by.act(action, format!("user:{}", user.row.name));
        let (id, now) = (id.to_owned(), self.core.now());
        let written = self.core.db.write(move |c| {
            Box::pin(async move {
                let changed =
                    if on { store::wechat_sign_in_on(&mut *c, &id).await? } else { store::wechat_sign_in_off(&mut *c, &id).await? };
                if changed { record_in(c, now, &act).await.map(|_| ()) } else { Ok(()) }
            })
        });
        written.await
    }

    /// Who signs in by an openid of an account; nobody who is switched off.
    ///
    /// # Errors
    /// The database.
    pub async fn by_wechat(&self, app_id: &str, openid: &str) -> Result<Option<Arc<User>>, sqlx::Error> {
        let id = store::id_by_wechat(self.core.db.read(), app_id, openid).await?;
        Ok(id.and_then(|id| self.living(&id)))
    }

    /// Counts a guess at a person's number with those at their password.
    ///
    /// # Errors
    /// The wait in milliseconds.
    pub fn admit_guess(&self, caller: Caller, name: &str) -> Result<(), i64> {
        self.throttle.admit(caller.0, name, self.core.now())
    }

    /// The guess was right: it does not count.
    pub fn guessed_right(&self, caller: Caller, name: &str) {
        self.throttle.welcome(caller.0, name);
    }
}
