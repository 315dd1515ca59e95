//! `POST /preferences`: language and look, kept in cookies so that pages come right from the first byte.

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
    ui::frame::Theme,
};

/// Sets the language or the look and goes back to the page the form stood on.
pub async fn save(State(app): State<App>, operator: Option<Extension<Operator>>, form: Form) -> Result<Response, AppError> {
    let mut response = page::done(page::own_path(form.get("back")), None);
    let secure = if app.core.settings.secure() { "; Secure" } else { "" };
    let lang = Lang::parse(form.get("lang")).map(|lang| ("lang", lang.word()));
    let theme = Theme::parse(form.get("theme")).map(|theme| ("theme", theme.word()));
    if let Some(Extension(operator)) = operator {
        app.users.prefer(&operator, Lang::parse(form.get("lang")), Theme::parse(form.get("theme"))).await?;
    }
    for (name, word) in [lang, theme].into_iter().flatten() {
        let cookie = format!("{name}={word}; Path=/; Max-Age=31536000; SameSite=Lax{secure}");
        if let Ok(cookie) = HeaderValue::from_str(&cookie) {
            response.headers_mut().append(header::SET_COOKIE, cookie);
        }
    }
    Ok(response)
}
