//! Web authorization: codes and user tokens (docs/wechat-api.md §8). The consent page is in `oauth_page`.

use serde_json::{Value, json};
use sha1::{Digest, Sha1};

use super::{
    call::Call,
    event::Event,
    reply::{Fail, Reply},
    state::{Change, State},
    token,
};

const CODE_LIFE: i64 = 300;
const TOKEN_LIFE: i64 = 7200;
const REFRESH_LIFE: i64 = 30 * 86_400;

/// An issued code.
pub(super) struct Code {
    pub app_id: String,
    pub openid: String,
    pub scope: String,
    pub snapshot: bool,
    pub at: i64,
    pub used: bool,
}

/// A user's token, under its access and its refresh string.
#[derive(Clone)]
pub(super) struct UserToken {
    pub app_id: String,
    pub openid: String,
    pub scope: String,
    pub refresh: String,
    /// Issue of the access token, Unix seconds.
    pub at: i64,
    /// Issue of the refresh token, Unix seconds.
    pub first_at: i64,
}

/// Makes a code for a person; a snapshot visitor gets a made-up openid.
pub(super) fn issue_code(change: &mut Change<'_>, app_id: &str, openid: &str, scope: &str, snapshot: bool) -> String {
    let code = change.chance.text(32);
    let openid = if snapshot { virtual_openid(openid) } else { openid.to_owned() };
    let at = change.now();
    change.record(Event::CodeIssued { code: code.clone(), app_id: app_id.into(), openid, scope: scope.into(), snapshot, at });
    code
}

fn virtual_openid(openid: &str) -> String {
    format!("oSnap{}", &hex::encode(Sha1::digest(openid))[..23])
}

/// `GET /sns/oauth2/access_token`.
pub(super) fn access_token(call: &mut Call<'_, '_>) -> Result<Reply, Fail> {
    let (app_id, secret) = (call.need("appid", 41002)?, call.need("secret", 41004)?);
    let code = call.need("code", 41008)?;
    if call.query("grant_type") != Some("authorization_code") {
        return Err(40002.into());
    }
    token::know(call, &app_id, &secret)?;
    let now = call.now();
    let known = call.change.state.codes.get(&code).filter(|known| known.app_id == app_id).ok_or(Fail::from(40029))?;
    if known.used {
        return Err(40163.into());
    }
    if now - known.at >= CODE_LIFE {
        return Err(40029.into());
    }
    let (openid, scope, snapshot) = (known.openid.clone(), known.scope.clone(), known.snapshot);
    call.detail = format!("openid={openid} scope={scope}");
    call.record(Event::CodeUsed { code });
    let refresh = call.change.chance.text(86);
    let mut answer = grant(call, openid, scope, refresh, now);
    if snapshot {
        answer["is_snapshotuser"] = json!(1);
    }
    Ok(Reply::Json(answer))
}

fn grant(call: &mut Call<'_, '_>, openid: String, scope: String, refresh: String, first_at: i64) -> Value {
    let token = format!("90_{}", call.change.chance.text(86));
    let mut answer = json!({ "access_token": token, "expires_in": TOKEN_LIFE, "refresh_token": refresh, "openid": openid, "scope": scope });
    if scope.contains("snsapi_userinfo")
        && let Some(person) = call.account().ok().and_then(|account| account.person(&openid))
    {
        answer["unionid"] = json!(person.unionid);
    }
    let (app_id, at) = (call.app_id.clone(), call.now());
    call.record(Event::UserTokenIssued { token, refresh, app_id, openid, scope, at, first_at });
    answer
}

/// `GET /sns/oauth2/refresh_token`.
pub(super) fn refresh_token(call: &mut Call<'_, '_>) -> Result<Reply, Fail> {
    let (app_id, refresh) = (call.need("appid", 41002)?, call.need("refresh_token", 41003)?);
    if call.query("grant_type") != Some("refresh_token") {
        return Err(40002.into());
    }
    if !call.change.state.apps.contains_key(&app_id) {
        return Err(40013.into());
    }
    let known = call.change.state.refresh_tokens.get(&refresh).filter(|known| known.app_id == app_id).cloned();
    let known = known.ok_or(Fail::from(40030))?;
    if call.now() - known.first_at >= REFRESH_LIFE {
        return Err(42002.into());
    }
    call.app_id = app_id;
    Ok(Reply::Json(grant(call, known.openid, known.scope, refresh, known.first_at)))
}

fn user(call: &mut Call<'_, '_>) -> Result<UserToken, Fail> {
    let token = call.need("access_token", 41001)?;
    let openid = call.need("openid", 41009)?;
    let known = call.change.state.user_tokens.get(&token).cloned().ok_or(Fail::from(40001))?;
    if call.now() - known.at >= TOKEN_LIFE {
        return Err(42001.into());
    }
    if known.openid != openid {
        return Err(40003.into());
    }
    call.app_id.clone_from(&known.app_id);
    Ok(known)
}

/// `GET /sns/userinfo`.
pub(super) fn userinfo(call: &mut Call<'_, '_>) -> Result<Reply, Fail> {
    let known = user(call)?;
    if !known.scope.split(',').any(|scope| scope == "snsapi_userinfo") {
        return Err(48001.into());
    }
    let person = call.account()?.person(&known.openid);
    let mut answer = json!({
        "openid": known.openid,
        "nickname": person.map_or("微信用户", |person| person.name.as_str()),
        "sex": 0,
        "province": "",
        "city": "",
        "country": "",
        "headimgurl": "https://thirdwx.sandbox.invalid/mmopen/vi_32/0/132",
        "privilege": [],
    });
    if let Some(person) = person {
        answer["unionid"] = json!(person.unionid);
    }
    Ok(Reply::Json(answer))
}

/// `GET /sns/auth`.
pub(super) fn auth(call: &mut Call<'_, '_>) -> Result<Reply, Fail> {
    user(call).map(|_| Reply::ok())
}

impl State {
    /// Takes in codes and user tokens.
    pub(super) fn apply_oauth(&mut self, event: &Event) {
        match event {
            Event::CodeIssued { code, app_id, openid, scope, snapshot, at } => {
                let known = Code {
                    app_id: app_id.clone(),
                    openid: openid.clone(),
                    scope: scope.clone(),
                    snapshot: *snapshot,
                    at: *at,
                    used: false,
                };
                self.codes.insert(code.clone(), known);
            }
            Event::CodeUsed { code } => {
                if let Some(known) = self.codes.get_mut(code) {
                    known.used = true;
                }
            }
            Event::UserTokenIssued { token, refresh, app_id, openid, scope, at, first_at } => {
                let known = UserToken {
                    app_id: app_id.clone(),
                    openid: openid.clone(),
                    scope: scope.clone(),
                    refresh: refresh.clone(),
                    at: *at,
                    first_at: *first_at,
                };
                self.refresh_tokens.insert(known.refresh.clone(), known.clone());
                self.user_tokens.insert(token.clone(), known);
            }
            _ => {}
        }
    }
}
