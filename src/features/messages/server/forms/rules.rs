//! `/batches/rules`.

use axum::{extract::State, response::Response};

use super::super::{Messages, rules::links};
use crate::{
    features::{
        audit::model::Actor,
        messages::{
            model::TypedRules,
            pages::rules::{RulesView, page},
        },
    },
    infra::{fields::Form, guard::Operator, net::Caller, page as answer},
    shared::error::AppError,
    ui::{Frame, form::Refused, texts::rules as w},
};

/// The rules as they stand.
pub(super) async fn show(State(messages): State<Messages>, frame: Frame) -> Result<Response, AppError> {
    let account = messages.account_of(&frame)?;
    let typed = TypedRules::from(messages.rules(&account.app_id).await?);
    let view = RulesView { typed, alone: messages.administrators().await? < 2, refused: Refused::none() };
    Ok(answer::page(&frame, w::TITLE.get(frame.lang), || page(view)))
}

/// Lays them down.
pub(super) async fn save(
    State(messages): State<Messages>,
    frame: Frame,
    operator: Operator,
    Caller(address): Caller,
    form: Form,
) -> Result<Response, AppError> {
    let account = messages.account_of(&frame)?;
    let typed = TypedRules {
        quiet_from: form.trimmed("quiet_from").to_owned(),
        quiet_to: form.trimmed("quiet_to").to_owned(),
        weekly_cap: form.trimmed("weekly_cap").to_owned(),
        approve_above: form.trimmed("approve_above").to_owned(),
        canary_first: form.trimmed("canary_first").to_owned(),
        canary_percent: form.trimmed("canary_percent").to_owned(),
        brake_percent: form.trimmed("brake_percent").to_owned(),
        ask_unsure: form.trimmed("ask_unsure") == "1",
        link_hosts: form.trimmed("link_hosts").to_owned(),
    };
    match typed.read(links::read(&typed.link_hosts)) {
        Ok(rules) => {
            messages.set_rules(&account.app_id, rules, Actor::User(operator.name), address.to_string()).await?;
            Ok(answer::done(&frame.href("/batches/rules"), Some(w::SAVED.get(frame.lang))))
        }
        Err(faults) => {
            let view = RulesView { typed, alone: messages.administrators().await? < 2, refused: Refused(faults) };
            Ok(answer::refused_page(&frame, w::TITLE.get(frame.lang), || page(view)))
        }
    }
}
