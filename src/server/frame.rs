//! The frame of each request: language, look, person, account; and the last word on failures, as a page or a problem document.

use std::sync::Arc;

use axum::{
    body::Body,
    extract::{Request, State},
    http::{HeaderValue, StatusCode, Uri, header},
    middleware::Next,
    response::{IntoResponse, Response},
};

use super::{app::App, assets};
use crate::{
    features::{
        accounts::server::Account,
        users::server::{Chosen, interrupted},
    },
    infra::{
        cookie::cookie,
        guard::{Operator, Shown},
        kept::Kept,
        page, respond,
    },
    shared::{
        error::AppError,
        lang::{Lang, Said},
    },
    ui::{
        Frame,
        frame::{AccountKind, AccountName, Person, Theme},
    },
};

/// Whether an address belongs to programs: their failures are problem documents, not pages.
pub fn for_programs(path: &str) -> bool {
    ["/api/", "/callback/", "/wx/", "/assets/", "/h5/"].iter().any(|prefix| path.starts_with(prefix))
}

/// Takes `/a/{app_id}` off the path, builds the frame, and turns failures into pages or problem documents.
pub async fn frame(State(app): State<Arc<App>>, mut request: Request<Body>, next: Next) -> Response {
    if for_programs(request.uri().path()) {
        let lang = respond::asked_lang(request.headers());
        let response = next.run(request).await;
        return match response.extensions().get::<AppError>().cloned() {
            Some(error) => respond::problem(&error, lang, response),
            None => response,
        };
    }
    let shown = Shown(request.uri().path_and_query().map_or_else(|| "/".into(), ToString::to_string));
    let prefixed = take_prefix(request.uri());
    if let Some((_, uri)) = &prefixed {
        *request.uri_mut() = uri.clone();
    }
    let wanted = prefixed.map(|(app_id, _)| app_id);
    if wanted.as_deref().is_some_and(|app_id| app.accounts.get(app_id).is_none()) {
        let frame = build(&app, &request, None);
        return page::error_page(&frame, &AppError::not_found());
    }
    let frame = build(&app, &request, wanted.as_deref());
    if let Some(to) = short_path(&app, &request, &frame, wanted.is_none()) {
        return to;
    }
    let flashed = frame.flash.is_some();
    request.extensions_mut().insert(shown);
    request.extensions_mut().insert(frame.clone());
    let response = next.run(request).await;
    let extensions = response.extensions();
    let mut response = match (extensions.get::<Kept>(), extensions.get::<AppError>().cloned()) {
        (Some(kept), _) => interrupted(&frame, kept),
        (None, Some(error)) => with_headers_of(page::error_page(&frame, &whom_to_ask(&app, &frame, error)), &response),
        (None, None) => response,
    };
    if flashed && response.status() == StatusCode::OK {
        response.headers_mut().append(header::SET_COOKIE, HeaderValue::from_static("flash=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax"));
    }
    if let (Some(app_id), StatusCode::OK) = (wanted, response.status())
        && let Ok(cookie) = HeaderValue::from_str(&format!("account={app_id}; Path=/; Max-Age=31536000; HttpOnly; SameSite=Lax"))
    {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}

/// Somebody who may not do a thing is told who may let them.
fn whom_to_ask(app: &App, frame: &Frame, mut error: AppError) -> AppError {
    let names = app.users.admins();
    if error.code == "forbidden" && frame.person.is_some() && !names.is_empty() {
        error.detail = Said::new(
            format!("你没有权限看这里。请联系管理员 {}。", names.join("、")),
            format!("You may not see this. Ask an administrator: {}.", names.join(", ")),
        );
    }
    error
}

fn with_headers_of(mut page: Response, bare: &Response) -> Response {
    for name in [header::RETRY_AFTER, header::CONTENT_RANGE] {
        if let Some(value) = bare.headers().get(&name) {
            page.headers_mut().insert(name, value.clone());
        }
    }
    page
}

/// `/a/{app_id}/rest` as the AppID and the address without the prefix.
fn take_prefix(uri: &Uri) -> Option<(String, Uri)> {
    let (app_id, rest) = uri.path().strip_prefix("/a/")?.split_once('/')?;
    let query = uri.query().map(|query| format!("?{query}")).unwrap_or_default();
    Some((app_id.to_owned(), format!("/{rest}{query}").parse().ok()?))
}

/// Pages that belong to one account; with several accounts their short paths lead to the last used.
const ACCOUNT_PAGES: [&str; 10] =
    ["/send", "/messages", "/batches", "/templates", "/media", "/people", "/tokens", "/jssdk", "/search", "/webhooks"];

fn short_path(app: &App, request: &Request<Body>, frame: &Frame, short: bool) -> Option<Response> {
    let path = request.uri().path();
    let of_account =
        path == "/" || ACCOUNT_PAGES.iter().any(|page| path == *page || path.strip_prefix(page).is_some_and(|rest| rest.starts_with('/')));
    let several = app.accounts.all().len() > 1;
    if !(short && several && of_account && request.method() == axum::http::Method::GET) {
        return None;
    }
    let query = request.uri().query().map(|query| format!("?{query}")).unwrap_or_default();
    Some((StatusCode::SEE_OTHER, [(header::LOCATION, format!("/a/{}{path}{query}", frame.app_id()))]).into_response())
}

fn build(app: &App, request: &Request<Body>, wanted: Option<&str>) -> Frame {
    let headers = request.headers();
    let chosen_look = request.extensions().get::<Chosen>().copied().unwrap_or_default();
    let all = app.accounts.all();
    let last_used = cookie(headers, "account");
    let chosen = wanted.or(last_used.as_deref()).and_then(|app_id| app.accounts.get(app_id)).or_else(|| all.first().cloned());
    let named = |account: &Arc<Account>| AccountName {
        app_id: account.app_id.clone(),
        name: account.name.clone(),
        kind: kind(account),
        token: app.tokens.health(&account.app_id),
    };
    let account = chosen.as_ref().map(named);
    let base = match (&account, all.len()) {
        (Some(account), 2..) => format!("/a/{}", account.app_id),
        _ => String::new(),
    };
    let token = account.as_ref().map(|account| account.token);
    Frame {
        lang: chosen_look
            .lang
            .or_else(|| cookie(headers, "lang").as_deref().and_then(Lang::parse))
            .unwrap_or_else(|| respond::asked_lang(headers)),
        theme: chosen_look.theme.or_else(|| cookie(headers, "theme").as_deref().and_then(Theme::parse)),
        person: request.extensions().get::<Operator>().map(|person| Person { name: person.name.clone(), role: person.role }),
        accounts: all.iter().map(named).collect(),
        account,
        base,
        path: request.uri().path().to_owned(),
        query: request.uri().query().unwrap_or_default().to_owned(),
        token,
        sandbox: app.core.settings.sandbox,
        flash: cookie(headers, "flash").map(|text| {
            url::form_urlencoded::parse(format!("v={text}").as_bytes()).next().map(|(_, v)| v.into_owned()).unwrap_or_default()
        }),
        now: app.core.now(),
        assets: assets::ROOT,
        public_url: app.core.settings.public_url(),
        no_keys: cookie(headers, "keys").as_deref() == Some("off"),
    }
}

/// What an account is. Its templates have been fetched, so template messages are open to it: it is a verified service account.
fn kind(account: &Account) -> Option<AccountKind> {
    if account.sandbox { Some(AccountKind::Sandbox) } else { account.templates_synced_at.map(|_| AccountKind::Service) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_account_prefix_comes_off() {
        let (app_id, rest) = take_prefix(&"/a/wx1/media?state=stored".parse().expect("uri")).expect("prefixed");
        assert_eq!((app_id.as_str(), rest.to_string().as_str()), ("wx1", "/media?state=stored"));
        let (_, root) = take_prefix(&"/a/wx1/".parse().expect("uri")).expect("prefixed");
        assert_eq!(root.to_string(), "/");
        assert!(take_prefix(&"/audit".parse().expect("uri")).is_none());
    }
}
