//! Daily limits, and the calls about limits and addresses (docs/wechat-api.md §4).

use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    call::{Call, ROUTES},
    event::Event,
    reply::{Fail, Reply},
    state::{Account, day},
    token,
};

const CLEARS_A_MONTH: usize = 10;

/// The daily limit of a call; nothing published for some, so a round number stands there.
fn limit(call: &Call<'_, '_>, path: &str) -> u64 {
    if let Some(set) = call.change.state.dials.daily_limits.get(path) {
        return *set;
    }
    match path {
        "/cgi-bin/token" => 2_000,
        "/cgi-bin/stable_token" => 500_000,
        "/cgi-bin/ticket/getticket" => 1_000,
        "/cgi-bin/media/get" => 200_000,
        "/cgi-bin/user/get" => 500,
        "/cgi-bin/user/info" => 5_000_000,
        "/cgi-bin/message/template/send" | "/cgi-bin/message/subscribe/bizsend" | "/cgi-bin/media/upload" => 100_000,
        _ => 100_000,
    }
}

fn used(account: &Account, now: i64, path: &str) -> u64 {
    account.used.get(&(day(now), path.to_owned())).copied().unwrap_or_default()
}

/// Refuses with 45009 where today's limit is reached. Successful calls count (the ledger counts them).
pub(super) fn count(call: &Call<'_, '_>, path: &str) -> Result<(), Fail> {
    if used(call.account()?, call.now(), path) >= limit(call, path) { Err(45009.into()) } else { Ok(()) }
}

/// `GET /cgi-bin/get_api_domain_ip`. Documentation addresses (RFC 5737): nobody's real ones.
pub(super) fn api_addresses(_: &mut Call<'_, '_>) -> Result<Reply, Fail> {
    Ok(Reply::Json(json!({ "ip_list": ["192.0.2.18", "192.0.2.34", "198.51.100.129"] })))
}

/// `GET /cgi-bin/getcallbackip`: where the simulator's pushes come from, and a range as WeChat gives some.
pub(super) fn callback_addresses(_: &mut Call<'_, '_>) -> Result<Reply, Fail> {
    Ok(Reply::Json(json!({ "ip_list": ["127.0.0.1", "203.0.113.0/25"] })))
}

/// `POST /cgi-bin/callback/check`.
pub(super) fn callback_check(call: &mut Call<'_, '_>) -> Result<Reply, Fail> {
    let ask: Value = call.json()?;
    let action = ask["action"].as_str().unwrap_or("all");
    if !matches!(action, "all" | "dns" | "ping") {
        return Err(40097.into());
    }
    let target = call.account()?.callback.as_ref().or_else(|| call.change.state.apps.get(&call.app_id)?.callback.as_ref());
    if target.is_none() {
        return Err(Fail::with(40201, "invalid url, not set callback url"));
    }
    let mut answer = json!({});
    if action != "ping" {
        answer["dns"] = json!([{ "ip": "127.0.0.1", "real_operator": "UNICOM" }]);
    }
    if action != "dns" {
        answer["ping"] = json!([{ "ip": "127.0.0.1", "from_operator": "UNICOM", "package_loss": "0%", "time": "0.431ms" }]);
    }
    Ok(Reply::Json(answer))
}

#[derive(Deserialize)]
struct ClearAsk {
    #[serde(default)]
    appid: String,
    #[serde(default)]
    appsecret: String,
}

/// `POST /cgi-bin/clear_quota`.
pub(super) fn clear(call: &mut Call<'_, '_>) -> Result<Reply, Fail> {
    let ask: ClearAsk = call.json()?;
    if ask.appid != call.app_id {
        return Err(40013.into());
    }
    clear_now(call)
}

/// `POST /cgi-bin/clear_quota/v2`: AppSecret instead of a token, in the body or the query.
pub(super) fn clear_v2(call: &mut Call<'_, '_>) -> Result<Reply, Fail> {
    let ask = if call.ask.body.is_empty() {
        ClearAsk { appid: call.need("appid", 41002)?, appsecret: call.need("appsecret", 41004)? }
    } else {
        call.json()?
    };
    token::know(call, &ask.appid, &ask.appsecret)?;
    clear_now(call)
}

fn clear_now(call: &mut Call<'_, '_>) -> Result<Reply, Fail> {
    let now = call.now();
    if call.account()?.cleared.iter().filter(|at| now - **at < 30 * 86_400).count() >= CLEARS_A_MONTH {
        return Err(48006.into());
    }
    call.record(Event::QuotaCleared { app_id: call.app_id.clone(), at: now });
    Ok(Reply::ok())
}

/// `POST /cgi-bin/openapi/quota/get`.
pub(super) fn get(call: &mut Call<'_, '_>) -> Result<Reply, Fail> {
    let ask: Value = call.json()?;
    let path = ask["cgi_path"].as_str().unwrap_or_default();
    if !ROUTES.iter().any(|route| route.path == path) {
        return Err(76021.into());
    }
    if path.starts_with("/sns/") {
        return Err(76022.into());
    }
    let (limit, used) = (limit(call, path), used(call.account()?, call.now(), path));
    Ok(Reply::Json(json!({
        "errcode": 0,
        "errmsg": "ok",
        "quota": { "daily_limit": limit, "used": used, "remain": limit.saturating_sub(used) },
        "rate_limit": { "call_count": 10_000, "refresh_second": 60 },
    })))
}
