//! Pages: a view rendered whole into a document, with the frame of the request around it.

use std::sync::Arc;

use axum::{
    body::Body,
    extract::FromRequestParts,
    http::{HeaderValue, StatusCode, header, request::Parts},
    response::{IntoResponse, Response},
};
use hydration_context::{SharedContext, SsrSharedContext};
use leptos::prelude::*;

use crate::{
    shared::{error::AppError, rights::Right},
    ui::{self, Frame, texts::shell as w},
};

impl<S: Sync> FromRequestParts<S> for Frame {
    type Rejection = AppError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, AppError> {
        Ok(parts.extensions.get::<Self>().cloned().unwrap_or_default())
    }
}

/// Renders a page inside the shell.
pub fn page(frame: &Frame, title: &str, view: impl FnOnce() -> AnyView) -> Response {
    render(frame, StatusCode::OK, title, false, view)
}

/// Renders a page whose form was refused: the same page, 422.
pub fn refused_page(frame: &Frame, title: &str, view: impl FnOnce() -> AnyView) -> Response {
    render(frame, StatusCode::UNPROCESSABLE_ENTITY, title, false, view)
}

/// Renders a page with a status of its own; `bare` leaves the shell away.
pub fn render(frame: &Frame, status: StatusCode, title: &str, bare: bool, view: impl FnOnce() -> AnyView) -> Response {
    let html = to_html(frame, || ui::document::document(frame, title, bare, view()));
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8")),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
        (header::CONTENT_LANGUAGE, HeaderValue::from_static(frame.lang.tag())),
    ];
    (status, headers, Body::from(format!("<!DOCTYPE html>{html}"))).into_response()
}

/// Renders a view to HTML, islands included.
pub fn to_html(frame: &Frame, view: impl FnOnce() -> AnyView) -> String {
    let context = SsrSharedContext::new_islands();
    // Outside islands nothing is hydrated, so nothing needs its data serialised.
    context.set_is_hydrating(false);
    let owner = Owner::new_root(Some(Arc::new(context)));
    let frame = frame.clone();
    let html = owner.with(|| {
        provide_context(frame);
        view().to_html()
    });
    owner.cleanup();
    html
}

/// 303 to another page, with a sentence to show there about what was done.
pub fn done(to: &str, flash: Option<&str>) -> Response {
    let mut response = (StatusCode::SEE_OTHER, [(header::LOCATION, to.to_owned())]).into_response();
    if let Some(text) = flash {
        let text: String = url::form_urlencoded::byte_serialize(text.as_bytes()).take(600).collect();
        if let Ok(cookie) = HeaderValue::from_str(&format!("flash={text}; Path=/; Max-Age=60; HttpOnly; SameSite=Lax")) {
            response.headers_mut().append(header::SET_COOKIE, cookie);
        }
    }
    response
}

/// A path of ours to go back to, or `/`: one slash first, no backslash, no control characters (an open redirect otherwise).
pub fn own_path(wanted: &str) -> &str {
    let safe = wanted.starts_with('/')
        && !wanted.starts_with("//")
        && !wanted.contains('\\')
        && !wanted.chars().any(char::is_control)
        && !wanted.starts_with("/%5c")
        && !wanted.starts_with("/%2f")
        && !wanted.starts_with("/%5C")
        && !wanted.starts_with("/%2F");
    if safe { wanted } else { "/" }
}

/// The page of a failure.
pub fn error_page(frame: &Frame, error: &AppError) -> Response {
    let no_account = error.code == "no_account";
    let title = match error.status {
        _ if no_account => w::NO_ACCOUNT,
        404 => w::NO_PAGE,
        403 => w::NO_RIGHT,
        500 => w::BROKEN,
        _ => w::FAILED,
    };
    let lang = frame.lang;
    let bare = frame.person.is_none();
    let status = StatusCode::from_u16(error.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let detail = error.detail.get(lang).to_owned();
    let fields: Vec<_> = error.fields.iter().map(|field| format!("{}: {}", field.field, field.detail.get(lang))).collect();
    let wechat = error.refusal.as_ref().map(|refusal| (refusal.hint.get(lang).to_owned(), refusal.errcode));
    let reference = error.reference.clone();
    render(frame, status, title.get(lang), bare, || {
        view! {
            <main id="main" class="page error-page">
                <h1>{title.get(lang)}</h1>
                <p>{detail}</p>
                {(!fields.is_empty()).then(|| view! { <ul>{fields.into_iter().map(|line| view! { <li>{line}</li> }).collect_view()}</ul> })}
                {wechat.map(|(hint, errcode)| view! { <p class="muted">{hint}" "<code>{errcode}</code></p> })}
                {reference.map(|text| view! { <p class="faint">{w::REFERENCE.get(lang)}" "<code>{text}</code></p> })}
                <p class="row">
                    {(no_account && frame.may(Right::Administer)).then(|| view! { <a class="btn btn-primary" href="/accounts/new">{w::CONNECT.get(lang)}</a> })}
                    <a class="btn" href="/">{w::BACK_HOME.get(lang)}</a>
                </p>
            </main>
        }
        .into_any()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_paths_of_ours_are_gone_back_to() {
        assert_eq!(own_path("/media?state=stored"), "/media?state=stored");
        for evil in ["//evil.example", "/\\evil", "https://evil.example", "/%5cevil", "/%2Fevil", "", "javascript:alert(1)", "/a\nb"] {
            assert_eq!(own_path(evil), "/", "{evil}");
        }
    }

    #[test]
    fn texts_are_escaped_and_the_language_is_marked() {
        let frame = Frame { assets: "/assets/x", ..Frame::default() };
        let response = page(&frame, "<b>", || view! { <main id="main">{"<script>"}</main> }.into_any());
        let html =
            futures_util::FutureExt::now_or_never(axum::body::to_bytes(response.into_body(), 100_000)).expect("ready").expect("body");
        let html = String::from_utf8_lossy(&html);
        assert!(html.starts_with("<!DOCTYPE html><html lang=\"zh-CN\""), "{html}");
        assert!(html.contains("&lt;script&gt;") && !html.contains("<main id=\"main\"><script>"), "{html}");
    }
}
