//! `POST /preferences`: language, look and single keys, kept in cookies so that pages come right from the first byte.

use axum::{
    Extension,
    extract::State,
    http::{HeaderValue, header},
    response::Response,
};

use super::app::App;
use crate::{
    infra::{fields::Form, guard::Operator, page},
    shared::{error::AppError, lang::Lang},
    ui::frame::Look,
};

/// Sets the language, the look or the single keys, and goes back to the page the form stood on.
pub async fn save(State(app): State<App>, operator: Option<Extension<Operator>>, form: Form) -> Result<Response, AppError> {
    let mut response = page::done(page::own_path(form.get("back")), None);
    let secure = if app.core.settings.secure() { "; Secure" } else { "" };
    let lang = Lang::parse(form.get("lang")).map(|lang| ("lang", lang.word()));
    let look = Look::parse(form.get("theme"));
    // Without a cookie the system decides.
    let theme = look.map(|look| ("theme", if look == Look::System { "" } else { look.word() }));
    // Single keys are for this keyboard, so they are the browser's affair and not the person's.
    let keys = match form.get("keys") {
        "off" => Some(("keys", "off")),
        "on" => Some(("keys", "")),
        _ => None,
    };
    if let Some(Extension(operator)) = operator {
        app.users.prefer(&operator, Lang::parse(form.get("lang")), look).await?;
    }
    for (name, word) in [lang, theme, keys].into_iter().flatten() {
        let age = if word.is_empty() { 0 } else { 31_536_000 };
        let cookie = format!("{name}={word}; Path=/; Max-Age={age}; SameSite=Lax{secure}");
        if let Ok(cookie) = HeaderValue::from_str(&cookie) {
            response.headers_mut().append(header::SET_COOKIE, cookie);
        }
    }
    Ok(response)
}
