//! Upload tickets: a business system asks for one by its key, a page hands a picture in by it, and no key is in the page.
//!
//! A ticket is sealed under the master key and kept nowhere. It names the person, and the work and question as far as the business
//! system fixes them; what it leaves open the page says.

use axum::{
    Json,
    extract::{Request, State as Of},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};

use super::{
    Media, NewMedia,
    bodies::{TicketBody, TicketedBody},
};
use crate::{
    features::{
        audit::model::Actor,
        jssdk::server::cors,
        media::model::{MEDIA_ID_MAX, NAME_MAX},
    },
    infra::{
        body::body_bytes,
        fields::Fields,
        guard::{Access, ApiCaller, Routes, Table},
        secrets::Vault,
    },
    shared::{
        error::AppError,
        lang::Text,
        rights::Scope,
        time::{self, MINUTE},
    },
};

/// How long a ticket works (milliseconds).
const LIFE: i64 = 10 * MINUTE;
const HEAD: &str = "wxu_";
/// The longest ticket (bytes).
const LONGEST: usize = 4096;
const LARGEST: usize = 64 << 10;

/// What a ticket says.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Ticket {
    account: String,
    user_id: String,
    answer_title: Option<String>,
    question_id: Option<String>,
    /// The name of the key that asked for it.
    key: String,
    /// Its id; none of the simulator's own. A ticket made before it was written down is good for ten minutes at most.
    #[serde(default)]
    key_id: Option<String>,
    /// Unix milliseconds.
    end: i64,
}

impl Ticket {
    fn write(&self, vault: &Vault) -> String {
        let text = SecretString::from(serde_json::to_string(self).unwrap_or_default());
        format!("{HEAD}{}", URL_SAFE_NO_PAD.encode(vault.seal(HEAD, &text)))
    }

    fn read(vault: &Vault, text: &str) -> Option<Self> {
        let sealed = URL_SAFE_NO_PAD.decode(text.strip_prefix(HEAD)?).ok()?;
        serde_json::from_str(vault.open_sealed(HEAD, &sealed).ok()?.expose_secret()).ok()
    }
}

pub(super) fn routes(media: Media) -> Table {
    Routes::new(media)
        .post("/api/v1/media/tickets", Access::Scope(Scope::MediaWrite), give)
        .post("/api/v1/media/ticketed", Access::Public, take)
        .table()
}

impl Media {
    /// A ticket for a page of this very process, which needs no key. `work`: its title and question, as far as they are fixed.
    pub fn ticket_of_ours(&self, app_id: &str, user_id: &str, work: (Option<String>, Option<String>)) -> String {
        let (account, user_id, end) = (app_id.to_owned(), user_id.to_owned(), self.core.now() + LIFE);
        let (answer_title, question_id) = work;
        let ticket = Ticket { account, user_id, answer_title, question_id, key: "sandbox".into(), key_id: None, end };
        ticket.write(&self.core.vault)
    }
}

/// A ticket for a page.
#[derive(Serialize, utoipa::ToSchema)]
pub struct TicketAnswer {
    /// Until when it works, RFC 3339, UTC.
    expires_at: String,
    /// Whole seconds until then.
    expires_in: i64,
    /// The ticket.
    ticket: String,
}

/// What a page learns of a picture it has handed in.
#[derive(Serialize, utoipa::ToSchema)]
pub struct TicketedAnswer {
    /// The record's id.
    id: String,
    /// `pending downloading stored failed expired`.
    state: &'static str,
}

/// Gives a page the right to hand in pictures of one person for 10 minutes.
#[utoipa::path(
    post,
    path = "/api/v1/media/tickets",
    tag = "media",
    request_body(content = TicketBody, description = "`user_id`; optionally `answer_title` and `question_id`, which the page says otherwise, and `account`"),
    responses((status = 201, description = "`ticket`, `expires_at`, `expires_in`", body = TicketAnswer), (status = 422, description = "Invalid or unknown fields")),
    security(("key" = ["media:write"]))
)]
async fn give(Of(media): Of<Media>, caller: ApiCaller, mut body: Fields) -> Result<Response, AppError> {
    let account = body.optional_text("account", 1, 64);
    let user_id = body.text("user_id", 1, NAME_MAX);
    let (answer_title, question_id) = (body.optional_text("answer_title", 1, NAME_MAX), body.optional_text("question_id", 1, NAME_MAX));
    body.done()?;
    let account = media.accounts.for_caller(&caller, account.as_deref())?.app_id.clone();
    let end = media.core.now() + LIFE;
    let ticket =
        Ticket { account, user_id, answer_title, question_id, key: caller.name, key_id: Some(caller.key_id), end }.write(&media.core.vault);
    let answer = TicketAnswer { expires_at: time::rfc3339(end), expires_in: LIFE / 1000, ticket };
    Ok((StatusCode::CREATED, [(header::CACHE_CONTROL, "no-store")], Json(answer)).into_response())
}

/// Takes a picture in by a ticket, from an H5 page.
#[utoipa::path(
    post,
    path = "/api/v1/media/ticketed",
    tag = "media",
    request_body(content = TicketedBody, description = "`ticket`, `media_id` (serverId of wx.uploadImage), and what the ticket leaves open of `answer_title` and `question_id`. Any content type is read as JSON, so that pages need no preflight."),
    responses((status = 202, description = "`id` and `state` of the picture", body = TicketedAnswer), (status = 409, description = "`media_filed_otherwise`"),
        (status = 410, description = "`ticket_gone`: older than 10 minutes, of a key that was revoked, or no ticket of ours"),
        (status = 422, description = "Invalid or unknown fields")),
    security(())
)]
async fn take(Of(media): Of<Media>, headers: HeaderMap, request: Request) -> Response {
    let mut account = None;
    let outcome = filed(&media, request, &mut account).await;
    // A ticket that is no good names no account: then whoever lists the page's origin lets it read that.
    let origin = match account.and_then(|app_id| media.accounts.get(&app_id)) {
        Some(account) => cors::allowed(&account, &headers),
        None => media.accounts.all().iter().find_map(|account| cors::allowed(account, &headers)),
    };
    let mut response = outcome.into_response();
    cors::mark(response.headers_mut(), origin);
    response
}

async fn filed(media: &Media, request: Request, account: &mut Option<String>) -> Result<Response, AppError> {
    let mut body = Fields::parse(body_bytes(request, LARGEST).await?)?;
    let text = body.text("ticket", 1, LONGEST);
    let ticket = Ticket::read(&media.core.vault, &text).filter(|ticket| media.core.now() < ticket.end);
    *account = ticket.as_ref().map(|ticket| ticket.account.clone());
    let good = |ticket: &Ticket| {
        media.accounts.get(&ticket.account).is_some() && ticket.key_id.as_deref().is_none_or(|key| media.users.keys.living(key).is_some())
    };
    let Some(ticket) = ticket.filter(good) else {
        let gone = Text::new(
            "这个上传凭据无效、已过期（10 分钟），或要它的密钥已撤销。请重新获取。",
            "This upload ticket is no good, older than 10 minutes, or its key was revoked. Get a new one.",
        );
        return Err(if text.is_empty() { body.done().err() } else { None }.unwrap_or_else(|| AppError::new(410, "ticket_gone", gone)));
    };
    let user_id = name(&mut body, "user_id", Some(ticket.user_id));
    let answer_title = name(&mut body, "answer_title", ticket.answer_title);
    let question_id = name(&mut body, "question_id", ticket.question_id);
    let media_id = body.text("media_id", 1, MEDIA_ID_MAX);
    body.done()?;
    let new = NewMedia { account: ticket.account, media_id, user_id, answer_title, question_id, actor: Actor::Key(ticket.key) };
    let picture = media.accept(new).await?;
    // The page learns no more than it needs: what was filed about the person is the business system's.
    let answer = TicketedAnswer { state: picture.state.word(), id: picture.id };
    Ok((StatusCode::ACCEPTED, [(header::CACHE_CONTROL, "no-store")], Json(answer)).into_response())
}

/// What the ticket fixes, the page may repeat but not say otherwise.
fn name(body: &mut Fields, field: &'static str, fixed: Option<String>) -> String {
    let Some(fixed) = fixed else { return body.text(field, 1, NAME_MAX) };
    if body.optional_text(field, 1, NAME_MAX).is_some_and(|said| said != fixed) {
        body.refuse(field, "fixed_by_ticket", Text::new("上传凭据里已定为另一个值。", "The upload ticket says otherwise."));
    }
    fixed
}

/// What this file adds to the description of the API.
#[derive(utoipa::OpenApi)]
#[openapi(paths(give, take))]
pub struct Api;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::infra::clock::Chance;

    #[test]
    fn a_ticket_reads_back_and_nothing_else_does() {
        let vault = Vault::new(&[7; 32], Chance::seeded(7));
        let ticket = || Ticket {
            account: "wx1".into(),
            user_id: "42".into(),
            answer_title: Some("观鸟".into()),
            question_id: None,
            key: "shop".into(),
            key_id: Some("k1".into()),
            end: 1,
        };
        let text = ticket().write(&vault);
        assert!(!text.contains("shop") && Ticket::read(&vault, &text) == Some(ticket()));
        for wrong in ["", "wxu_", "wxu_AAAA", &text[..text.len() - 2], &format!("{text}A")] {
            assert_eq!(Ticket::read(&vault, wrong), None);
        }
        let longest =
            Ticket { user_id: "字".repeat(128), answer_title: Some("字".repeat(128)), question_id: Some("字".repeat(128)), ..ticket() };
        assert!(longest.write(&vault).len() <= LONGEST);
    }
}
