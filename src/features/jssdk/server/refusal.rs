//! The answer to whom there is no time for, made ready: writing it must cost less than signing would.

use axum::{
    body::{Body, Bytes},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::Response,
};

use crate::{
    infra::respond,
    shared::{
        error::AppError,
        lang::{Lang, Text},
    },
};

/// How soon to come back, in seconds.
const SOON: u64 = 1;

/// 503 `overloaded`.
pub(super) fn overloaded() -> AppError {
    AppError::unavailable("overloaded", Text::new("请求太多，请稍后再试。", "Too much to do at once. Try again shortly."), SOON)
}

/// A problem document in both languages, with its headers.
pub struct Refusal {
    zh: Bytes,
    en: Bytes,
    headers: HeaderMap,
}

impl Refusal {
    /// 503 `overloaded`, with the headers that every answer has.
    pub fn overloaded(common: &HeaderMap) -> Self {
        let said = |lang| Bytes::from(respond::document(&overloaded(), lang).to_string());
        let mut headers = common.clone();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        headers.insert(header::RETRY_AFTER, HeaderValue::from(SOON));
        Self { zh: said(Lang::Zh), en: said(Lang::En), headers }
    }

    /// The answer for whoever sent these headers.
    pub fn answer(&self, asked: &HeaderMap) -> Response {
        let body = match respond::asked_lang(asked) {
            Lang::Zh => &self.zh,
            Lang::En => &self.en,
        };
        let mut response = Response::new(Body::from(body.clone()));
        *response.status_mut() = StatusCode::SERVICE_UNAVAILABLE;
        *response.headers_mut() = self.headers.clone();
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn whoever_there_is_no_time_for_hears_so_and_when_to_come_back() {
        let common = HeaderMap::from_iter([(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"))]);
        let refusal = Refusal::overloaded(&common);
        for (lang, words) in [("zh-CN", "请求太多"), ("en", "Too much to do")] {
            let response = refusal.answer(&HeaderMap::from_iter([(header::ACCEPT_LANGUAGE, HeaderValue::from_static(lang))]));
            assert_eq!(response.status(), 503);
            for (name, value) in [("retry-after", "1"), ("content-type", "application/problem+json"), ("x-content-type-options", "nosniff")]
            {
                assert_eq!(response.headers()[name], value);
            }
            let body = axum::body::to_bytes(response.into_body(), 4096).await.expect("reads");
            let body: serde_json::Value = serde_json::from_slice(&body).expect("JSON");
            assert_eq!((body["code"].as_str(), body["status"].as_u64()), (Some("overloaded"), Some(503)));
            assert!(body["detail"].as_str().is_some_and(|detail| detail.starts_with(words)), "{body}");
        }
    }
}
