//! Access tokens and tickets (docs/wechat-api.md §2, §3).

use secrecy::ExposeSecret;
use serde::{Deserialize, Serialize};
use serde_json::json;
use subtle::ConstantTimeEq;

use super::{
    call::Call,
    event::Event,
    quota,
    reply::{Fail, Reply},
    state::{State, day},
};

/// How long a token and a ticket live, in seconds.
const LIFE: i64 = 7200;
/// How long a replaced token still works, in seconds; also the stretch before its end in which stable_token changes.
const GRACE: i64 = 300;
/// A ticket this close to its end (s) is replaced when asked for. Nothing published says when WeChat does it.
const TICKET_RENEWAL: i64 = 600;
const FORCED_A_DAY: usize = 20;
const FORCED_APART: i64 = 30;

/// Which call issued a token; the two kinds do not end each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Kind {
    Classic,
    Stable,
}

/// An issued token.
pub(super) struct Token {
    pub app_id: String,
    pub kind: Kind,
    /// When it ends by age, Unix seconds.
    pub expires: i64,
    /// When it ends because another took its place, Unix seconds.
    pub replaced: i64,
}

/// `GET /cgi-bin/token`: every fetch replaces the last.
pub(super) fn classic(call: &mut Call<'_, '_>) -> Result<Reply, Fail> {
    if call.query("grant_type") != Some("client_credential") {
        return Err(40002.into());
    }
    let (app_id, secret) = (call.need("appid", 41002)?, call.need("secret", 41004)?);
    know(call, &app_id, &secret)?;
    quota::count(call, "/cgi-bin/token")?;
    let token = issue(call, Kind::Classic, false);
    Ok(Reply::Json(json!({ "access_token": token, "expires_in": dialled(call) })))
}

#[derive(Deserialize)]
struct StableAsk {
    #[serde(default)]
    grant_type: String,
    #[serde(default)]
    appid: String,
    #[serde(default)]
    secret: String,
    #[serde(default)]
    force_refresh: bool,
}

/// `POST /cgi-bin/stable_token`: the same string until five minutes before its end; forcing is rationed.
pub(super) fn stable(call: &mut Call<'_, '_>) -> Result<Reply, Fail> {
    let ask: StableAsk = call.json()?;
    if ask.grant_type != "client_credential" {
        return Err(40002.into());
    }
    if ask.appid.is_empty() || ask.secret.is_empty() {
        return Err(if ask.appid.is_empty() { 41002 } else { 41004 }.into());
    }
    know(call, &ask.appid, &ask.secret)?;
    quota::count(call, "/cgi-bin/stable_token")?;
    let now = call.now();
    let account = call.account()?;
    let too_soon = account.forced.last().is_some_and(|last| now - last < FORCED_APART);
    let today = account.forced.iter().filter(|at| day(**at) == day(now)).count();
    if ask.force_refresh && !too_soon && today >= FORCED_A_DAY {
        return Err(45009.into());
    }
    let force = ask.force_refresh && !too_soon;
    let current = account.stable.clone().filter(|_| !force);
    let left = current.as_ref().and_then(|token| call.change.state.tokens.get(token)).map_or(0, |token| token.expires - now);
    call.detail = format!("force={}", ask.force_refresh);
    Ok(Reply::Json(match current.filter(|_| left > GRACE) {
        Some(token) => json!({ "access_token": token, "expires_in": left }),
        None => json!({ "access_token": issue(call, Kind::Stable, force), "expires_in": dialled(call) }),
    }))
}

/// Checks AppID and AppSecret and makes them the call's account.
pub(super) fn know(call: &mut Call<'_, '_>, app_id: &str, secret: &str) -> Result<(), Fail> {
    let app = call.change.state.apps.get(app_id).ok_or(Fail::from(40013))?;
    if !bool::from(app.secret.expose_secret().as_bytes().ct_eq(secret.as_bytes())) {
        return Err(40125.into());
    }
    call.app_id = app_id.to_owned();
    Ok(())
}

/// The usual life, for journals from before it could be dialled.
pub(super) fn life() -> i64 {
    LIFE
}

/// How long what is issued now lives, in seconds.
fn dialled(call: &Call<'_, '_>) -> i64 {
    call.change.state.dials.life_s.map_or(LIFE, i64::from)
}

fn issue(call: &mut Call<'_, '_>, kind: Kind, forced: bool) -> String {
    let token = format!("90_{}", call.change.chance.text(133));
    let (at, life) = (call.now(), dialled(call));
    call.record(Event::TokenIssued { app_id: call.app_id.clone(), kind, token: token.clone(), at, forced, life });
    token
}

/// The account behind the call's `access_token`.
pub(super) fn check(call: &Call<'_, '_>) -> Result<String, Fail> {
    let token = call.query("access_token").ok_or(Fail::from(41001))?;
    let now = call.now();
    match call.change.state.tokens.get(token) {
        Some(known) if now >= known.replaced => Err(40001.into()),
        Some(known) if now >= known.expires => Err(42001.into()),
        Some(known) => Ok(known.app_id.clone()),
        None if token.len() < 64 || token.contains(|letter: char| !letter.is_ascii_graphic()) => Err(40014.into()),
        None => Err(40001.into()),
    }
}

/// `GET /cgi-bin/ticket/getticket`.
pub(super) fn ticket(call: &mut Call<'_, '_>) -> Result<Reply, Fail> {
    let kind = call.need("type", 40097)?;
    if !matches!(kind.as_str(), "jsapi" | "wx_card") {
        return Err(40097.into());
    }
    let now = call.now();
    let current = call.account()?.tickets.iter().rev().find(|ticket| ticket.0 == kind && ticket.2 - now > TICKET_RENEWAL);
    let (ticket, left) = match current {
        Some((_, ticket, end)) => (ticket.clone(), end - now),
        None => {
            let ticket = format!("{}-{}", call.change.chance.text(42), call.change.chance.text(43));
            let life = dialled(call);
            call.record(Event::TicketIssued { app_id: call.app_id.clone(), kind, ticket: ticket.clone(), at: now, life });
            (ticket, life)
        }
    };
    Ok(Reply::Json(json!({ "errcode": 0, "errmsg": "ok", "ticket": ticket, "expires_in": left })))
}

impl State {
    /// The account's `jsapi` tickets that are alive at `now` (Unix seconds), newest first.
    pub(super) fn live_tickets(&self, app_id: &str, now: i64) -> impl Iterator<Item = &str> {
        let tickets = self.accounts.get(app_id).map(|account| account.tickets.as_slice()).unwrap_or_default();
        tickets.iter().rev().filter(move |ticket| ticket.0 == "jsapi" && now < ticket.2).map(|ticket| ticket.1.as_str())
    }

    /// Takes in a new token: the one before keeps a grace time; after a forced refresh those before that one are dead.
    pub(super) fn apply_token(&mut self, event: &Event) {
        let Event::TokenIssued { app_id, kind, token, at, forced, life } = event else { return };
        let Some(account) = self.accounts.get_mut(app_id) else { return };
        let current = if *kind == Kind::Classic { &mut account.classic } else { &mut account.stable };
        let last = current.replace(token.clone());
        if *forced {
            account.forced.push(*at);
        }
        for (value, known) in self.tokens.iter_mut().filter(|(_, known)| known.app_id == *app_id && known.kind == *kind) {
            let end = if Some(value) == last.as_ref() || !*forced { at + GRACE } else { *at };
            known.replaced = known.replaced.min(end);
        }
        self.tokens.retain(|_, known| at - known.expires < 86_400);
        self.tokens.insert(token.clone(), Token { app_id: app_id.clone(), kind: *kind, expires: at + life, replaced: i64::MAX });
    }
}
