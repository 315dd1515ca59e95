//! Page handlers: load, check, act, render.

mod batches;
mod compose;
mod composed;
mod doubts;
mod export;
mod history;
mod library;
mod live;
mod review;
mod rules;
mod saved;
mod skipped;
mod templates;
mod testing;
mod timeline;

use std::sync::Arc;

use super::{Messages, templates::Template};
use crate::{
    features::accounts::server::Account,
    infra::guard::{Access, Routes, Table},
    shared::{
        error::AppError,
        lang::{Lang, Text},
        rights::Right,
    },
    ui::Frame,
};

/// The pages of messages.
pub fn routes(messages: &Messages) -> Table {
    Routes::new(messages.clone())
        .get("/send", Access::Right(Right::Compose), compose::show)
        .post("/send", Access::Right(Right::Compose), compose::submit)
        .get("/send/example.csv", Access::Right(Right::Compose), compose::example)
        .get("/send/test", Access::Right(Right::TestSend), testing::show)
        .post("/send/test", Access::Right(Right::TestSend), testing::submit)
        .get("/send/{draft}/skipped.csv", Access::Right(Right::Compose), skipped::download)
        .get("/send/{draft}/review", Access::Right(Right::Compose), review::show)
        .post("/send/{draft}/review", Access::Right(Right::Compose), review::send)
        .get("/templates", Access::Right(Right::Templates), templates::list)
        .post("/templates", Access::Right(Right::Templates), templates::sync)
        .get("/templates/library", Access::Right(Right::Administer), library::show)
        .post("/templates/library", Access::Right(Right::Administer), library::submit)
        .post("/templates/{id}", Access::Right(Right::Administer), library::delete)
        .get("/templates/{id}", Access::Right(Right::Templates), templates::one)
        .get("/messages", Access::Right(Right::History), history::list)
        .post("/messages", Access::Right(Right::Compose), history::act)
        .get("/messages/export.csv", Access::Right(Right::History), export::history)
        .get("/messages/{id}", Access::Right(Right::History), history::one)
        .post("/messages/{id}", Access::Right(Right::Compose), doubts::act_on_one)
        .get("/batches", Access::Right(Right::History), batches::list)
        .get("/batches/live", Access::Right(Right::History), live::watch_list)
        .get("/batches/rules", Access::Right(Right::Administer), rules::show)
        .post("/batches/rules", Access::Right(Right::Administer), rules::save)
        .get("/batches/{id}", Access::Right(Right::History), batches::show)
        .post("/batches/{id}", Access::Right(Right::Compose), batches::act)
        .get("/batches/{id}/live", Access::Right(Right::History), live::watch)
        .get("/batches/{id}/export.csv", Access::Right(Right::Openids), export::download)
        .table()
}

impl Messages {
    /// The account the page is about.
    fn account_of(&self, frame: &Frame) -> Result<Arc<Account>, AppError> {
        self.accounts.get(frame.app_id()).ok_or_else(|| {
            AppError::new(
                404,
                "no_account",
                Text::new("还没有公众号，先在公众号设置里添加一个。", "There is no account yet. Add one in the settings first."),
            )
        })
    }
}

/// Industries as the pages show them: `教育 › 培训`.
fn industry(template: &Template) -> String {
    [template.primary_industry.as_str(), template.deputy_industry.as_str()]
        .into_iter()
        .filter(|name| !name.is_empty())
        .collect::<Vec<_>>()
        .join(" › ")
}

/// Who sent a message or batch, for people: `周敏`, `API · erp`.
fn by(actor: &str, lang: Lang) -> String {
    let (kind, name) = actor.split_once(':').unwrap_or(("", actor));
    match (kind, lang) {
        ("key", _) => format!("API · {name}"),
        ("command", Lang::Zh) => "命令行".into(),
        ("command", Lang::En) => "Command line".into(),
        ("system", Lang::Zh) => "自动".into(),
        ("system", Lang::En) => "By itself".into(),
        _ => name.to_owned(),
    }
}
