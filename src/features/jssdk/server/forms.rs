//! The page 签名调试. Its form is posted although it changes nothing: the address of an H5 page may carry a code, which belongs in no
//! history and no log.

use std::sync::Arc;

use axum::{extract::State, http::StatusCode, response::Response};

use super::{
    Signer,
    doctor::{MASK, Surroundings, examine},
    sign::sign,
};
use crate::{
    features::{
        accounts::server::{Account, verify_files},
        jssdk::{failure::Failure, failures::Reported, found::Diagnosis, model::LONGEST, pages, pasted::Pasted},
    },
    infra::{
        fields::{Form, Query},
        guard::{Access, Routes, Table},
        page,
    },
    shared::{error::AppError, rights::Right},
    ui::{Frame, texts::shell},
};

/// Of what is pasted, no more than this is read (bytes).
const MOST_PASTED: usize = 8192;
/// Reports on one page of the list.
const SHOWN: usize = 20;

/// The page's route.
pub(super) fn routes(signer: &Arc<Signer>) -> Table {
    Routes::new(signer.clone())
        .get("/jssdk", Access::Right(Right::Signatures), show)
        .post("/jssdk", Access::Right(Right::Signatures), check)
        .table()
}

async fn show(State(signer): State<Arc<Signer>>, frame: Frame, mut query: Query) -> Result<Response, AppError> {
    let (cursor, failure) = (query.take("cursor"), query.take("failure"));
    let opened = match failure.map(|id| id.parse()) {
        None => None,
        Some(Err(_)) => Some(None),
        Some(Ok(id)) => Some(signer.failure(frame.app_id(), id).await?),
    };
    let ticket_since = signer.tokens.ticket(frame.app_id()).map_or(i64::MAX, |ticket| ticket.fetched_at);
    let (url, pasted) = opened.as_ref().and_then(Option::as_ref).map(|failure| as_typed(failure, ticket_since)).unwrap_or_default();
    answer(&signer, &frame, Typed { url, pasted, cursor, opened, nothing: false }).await
}

/// A report as one would have typed it. The signature stays away where it can no longer be compared: something was cut out of an
/// address, or the ticket is a later one.
fn as_typed(failure: &Failure, ticket_since: i64) -> (String, String) {
    let mut lines = Vec::new();
    lines.extend(failure.signed.as_ref().map(|signed| format!("url: \"{signed}\"")));
    if !failure.cut && failure.last_at >= ticket_since {
        lines.extend(failure.timestamp.map(|timestamp| format!("timestamp: {timestamp}")));
        lines.extend(failure.nonce.as_ref().map(|nonce| format!("nonceStr: \"{nonce}\"")));
        lines.extend(failure.signature.as_ref().map(|signature| format!("signature: \"{signature}\"")));
    }
    lines.extend(Some(&failure.message).filter(|words| !words.is_empty()).map(|words| format!("errMsg: \"{words}\"")));
    (failure.url.clone(), lines.join(",\n"))
}

/// What was typed, or comes from a report.
#[derive(Default)]
struct Typed {
    url: String,
    pasted: String,
    cursor: Option<String>,
    opened: Option<Option<Failure>>,
    /// The form was sent with nothing in it.
    nothing: bool,
}

async fn check(State(signer): State<Arc<Signer>>, frame: Frame, form: Form) -> Result<Response, AppError> {
    let (mut url, mut pasted) = (form.get("url").to_owned(), form.get("given").to_owned());
    shorten(&mut url, LONGEST + 1);
    shorten(&mut pasted, MOST_PASTED);
    // Whatever was pasted into the field of the address.
    if !url.trim_start().get(..4).is_some_and(|head| head.eq_ignore_ascii_case("http")) && Pasted::read(&url).is_more_than_an_address() {
        pasted = [url.trim(), pasted.trim()].join("\n").trim().to_owned();
        url.clear();
    }
    let nothing = url.trim().is_empty() && pasted.trim().is_empty();
    answer(&signer, &frame, Typed { url, pasted, nothing, ..Typed::default() }).await
}

async fn answer(signer: &Signer, frame: &Frame, typed: Typed) -> Result<Response, AppError> {
    let title = shell::JSSDK.get(frame.lang);
    let Some(account) = signer.accounts.get(frame.app_id()) else {
        return Ok(page::page(frame, title, pages::no_account));
    };
    let Typed { url, mut pasted, cursor, opened, nothing } = typed;
    let (list, (today, all), shares) = tokio::try_join!(
        signer.failures(&account.app_id, cursor.as_deref(), SHOWN),
        signer.tallies(&account.app_id),
        signer.shares(&account.app_id)
    )?;
    let reported = Reported { list, first: cursor.is_none(), today, all, shares };
    let found = (!url.trim().is_empty() || !pasted.trim().is_empty()).then(|| {
        let read = Pasted::read(&pasted);
        // A ticket goes back to no page, not even to the one that it came from.
        if let Some(string) = read.string.as_ref().filter(|string| !string.ticket.is_empty()) {
            pasted = pasted.replace(&string.ticket, MASK);
        }
        diagnose(signer, &account, &url, &read)
    });
    let files = verify_files::all(&signer.core).await?.into_iter().map(|(name, _)| name).collect();
    let shown = pages::Shown { url, pasted, found, nothing, files, sample: official_sample(), reported, opened };
    let status = if nothing { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    Ok(page::render(frame, status, title, false, || pages::doctor(shown)))
}

fn diagnose(signer: &Signer, account: &Account, url: &str, pasted: &Pasted) -> Diagnosis {
    let ticket = signer.tokens.ticket(&account.app_id);
    let others: Vec<_> = signer.accounts.all().iter().filter(|other| other.app_id != account.app_id).cloned().collect();
    let around = Surroundings {
        account,
        ticket: ticket.as_deref(),
        past: signer.tokens.past_tickets(&account.app_id),
        trouble: signer.tokens.ticket_trouble(&account.app_id),
        others: others.iter().filter_map(|other| signer.tokens.ticket(&other.app_id)).collect(),
        now: signer.core.now(),
        nonce: signer.core.chance.text(16),
    };
    examine(url, pasted, &around)
}

fn shorten(text: &mut String, most: usize) {
    text.truncate(text.floor_char_boundary(most));
}

/// The vector of WeChat's documentation (docs/wechat-api.md §11.2), computed by what signs every page.
fn official_sample() -> String {
    let ticket = "sM4AOVdWfPE4DxkXGEs8VMCPGGVi4C3VM0P37wVUCFvkVAy_90u5h9nbSlYy3-Sl-HhTdfl2fzFy1AOcHKP7qg";
    let signature = sign(ticket, "Wm3WZYTPz0wzccnW", "1414587457", "http://mp.weixin.qq.com?params=value");
    String::from_utf8_lossy(&signature).into_owned()
}
