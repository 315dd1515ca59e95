//! `/templates/library`, and the end of a template.

use axum::{
    extract::{Path, State},
    response::Response,
};

use super::super::Messages;
use crate::{
    features::{
        audit::model::Actor,
        messages::pages::library::{Library, add, ask_delete},
    },
    infra::{fields::Form, guard::Operator, page as answer},
    shared::{
        error::{AppError, FieldError},
        lang::Text,
    },
    ui::{Frame, form::Refused, texts::templates as w},
};

/// WeChat takes five keywords at most in its own console; more are its to refuse.
const MOST_KEYWORDS: usize = 20;

/// The form.
pub(super) async fn show(State(messages): State<Messages>, frame: Frame) -> Result<Response, AppError> {
    messages.account_of(&frame)?;
    Ok(answer::page(&frame, w::ADD.get(frame.lang), || add(Library::default())))
}

/// Adds a template.
pub(super) async fn submit(State(messages): State<Messages>, frame: Frame, operator: Operator, form: Form) -> Result<Response, AppError> {
    let account = messages.account_of(&frame)?;
    let typed = Library {
        short_id: form.trimmed("short_id").to_owned(),
        keywords: form.get("keywords").to_owned(),
        failed: None,
        refused: Refused::none(),
    };
    let words: Vec<String> = typed.keywords.lines().map(str::trim).filter(|word| !word.is_empty()).map(str::to_owned).collect();
    let refused = faults(&typed.short_id, &words);
    let title = w::ADD.get(frame.lang);
    if !refused.is_empty() {
        return Ok(answer::refused_page(&frame, title, || add(Library { refused: Refused(refused), ..typed })));
    }
    match messages.add_template(&account, &typed.short_id, &words, Actor::User(operator.name)).await {
        Ok(id) => Ok(answer::done(&frame.href(&format!("/templates/{id}")), Some(w::IS_ADDED.get(frame.lang)))),
        Err(error) => Ok(answer::refused_page(&frame, title, || add(Library { failed: Some(error), ..typed }))),
    }
}

fn faults(short_id: &str, keywords: &[String]) -> Vec<FieldError> {
    let mut faults = Vec::new();
    let digits = !short_id.is_empty() && short_id.bytes().all(|byte| byte.is_ascii_digit());
    if short_id.is_empty() || short_id.len() > 32 || !short_id.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        let detail = Text::new("照公众平台上写的填，如 43216", "As the platform writes it, such as 43216");
        faults.push(FieldError::new("short_id", "malformed", detail));
    } else if digits && keywords.is_empty() {
        let detail = Text::new("类目模板要选关键词，一行一个", "A template of a category needs its keywords, one a line");
        faults.push(FieldError::new("keywords", "missing", detail));
    }
    if keywords.len() > MOST_KEYWORDS || keywords.iter().any(|word| word.chars().count() > 32) {
        let detail = Text::new("最多 20 个，每个最多 32 字", "At most 20, each of at most 32 characters");
        faults.push(FieldError::new("keywords", "too_many", detail));
    }
    faults
}

/// The question before a template is deleted.
pub(super) async fn ask(messages: &Messages, frame: &Frame, id: &str) -> Result<Response, AppError> {
    let account = messages.account_of(frame)?;
    let known = messages.template(&account.app_id, id).await?.filter(|template| template.gone_at.is_none());
    let template = known.ok_or_else(AppError::not_found)?;
    Ok(answer::page(frame, w::DELETE.get(frame.lang), || ask_delete(&template.template_id, template.title, None)))
}

/// Deletes a template.
pub(super) async fn delete(
    State(messages): State<Messages>,
    frame: Frame,
    operator: Operator,
    Path(id): Path<String>,
    form: Form,
) -> Result<Response, AppError> {
    let account = messages.account_of(&frame)?;
    if form.get("intent") != "delete" {
        return Err(AppError::not_found());
    }
    let title = messages.template(&account.app_id, &id).await?.ok_or_else(AppError::not_found)?.title;
    match messages.delete_template(&account, &id, Actor::User(operator.name)).await {
        Ok(()) => Ok(answer::done(&frame.href("/templates"), Some(w::IS_DELETED.get(frame.lang)))),
        Err(error) if error.status == 404 => Err(error),
        Err(error) => Ok(answer::refused_page(&frame, w::DELETE.get(frame.lang), || ask_delete(&id, title, Some(error)))),
    }
}

#[cfg(test)]
mod tests {
    use super::faults;

    #[test]
    fn a_category_template_needs_keywords_and_an_old_one_does_not() {
        let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
        assert!(faults("43216", &words(&["订单号"])).is_empty());
        assert!(faults("TM00015", &[]).is_empty());
        for (short_id, keywords, field) in
            [("", vec![], "short_id"), ("4 3", vec![], "short_id"), ("43216", vec![], "keywords"), ("43216", vec!["字"; 21], "keywords")]
        {
            assert_eq!(faults(short_id, &words(&keywords))[0].field, field, "{short_id}");
        }
    }
}
