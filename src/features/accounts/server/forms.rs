//! Handlers of the pages 公众号.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use axum::{
    extract::{Path, State},
    response::Response,
};
use secrecy::SecretString;

use super::{Accounts, By, Typed, check, verify_files};
use crate::{
    features::{
        accounts::{
            model::{Checked, Filled},
            pages::{self, Edit},
        },
        audit::model::Actor,
    },
    infra::{fields::Form, guard::Operator, net::Caller, page},
    shared::{error::AppError, lang::Text},
    ui::{
        Frame,
        form::Refused,
        texts::{accounts as w, shell},
    },
};

/// What the handlers stand on. Cheap to clone.
#[derive(Clone)]
pub struct Desk {
    pub(super) accounts: Accounts,
    /// The last check of each account; after a restart there is none.
    checked: Arc<Mutex<HashMap<String, Checked>>>,
}

impl Desk {
    /// Nothing checked yet.
    pub fn new(accounts: Accounts) -> Self {
        Self { accounts, checked: Arc::default() }
    }

    async fn check(&self, app_id: &str, public_url: &str) -> Result<(), AppError> {
        let account = self.accounts.named(Some(app_id))?;
        let core = self.accounts.core();
        let lines = check(core, &account, public_url).await;
        let checked = Checked { at: core.now(), lines };
        self.checked.lock().unwrap_or_else(PoisonError::into_inner).insert(app_id.to_owned(), checked);
        Ok(())
    }

    async fn shown(&self, app_id: &str, frame: &Frame) -> Result<Edit, AppError> {
        let face = self.accounts.face(app_id).await?;
        let checked = self.checked.lock().unwrap_or_else(PoisonError::into_inner).get(app_id).cloned();
        Ok(Edit {
            filled: Filled::kept(&face),
            face,
            refused: Refused::none(),
            checked,
            files: verify_files::all(self.accounts.core()).await?,
            public_url: frame.public_url.clone(),
        })
    }
}

/// `GET /accounts`.
pub async fn list(State(desk): State<Desk>, frame: Frame) -> Response {
    let faces = desk.accounts.all().iter().map(|account| account.face(None)).collect();
    page::page(&frame, shell::ACCOUNTS.get(frame.lang), || pages::list(faces))
}

/// `GET /accounts/new`.
pub async fn new(frame: Frame) -> Response {
    let sandbox = frame.sandbox;
    page::page(&frame, shell::ADD_ACCOUNT.get(frame.lang), || pages::new(Filled::default(), Refused::none(), sandbox))
}

/// `POST /accounts/new`: keeps the account whatever WeChat says to it, and says what WeChat says.
pub async fn add(State(desk): State<Desk>, frame: Frame, operator: Operator, caller: Caller, form: Form) -> Result<Response, AppError> {
    let app_id = form.trimmed("app_id").to_owned();
    let typed = Typed { secret: Some(SecretString::from(form.get("secret"))), ..typed(&form) };
    match super::add(desk.accounts.core(), &by(operator, caller), &app_id, typed).await {
        Ok(()) => {
            desk.accounts.reload().await?;
            desk.check(&app_id, &frame.public_url).await?;
            Ok(page::done(&format!("/accounts/{app_id}"), Some(w::ADDED.get(frame.lang))))
        }
        Err(error) => {
            let (refused, filled) = (refused(error)?, Filled::default().over(|name| posted(&form, name)));
            let sandbox = frame.sandbox;
            Ok(page::refused_page(&frame, shell::ADD_ACCOUNT.get(frame.lang), || pages::new(filled, refused, sandbox)))
        }
    }
}

/// `GET /accounts/{app_id}`.
pub async fn one(State(desk): State<Desk>, frame: Frame, Path(app_id): Path<String>) -> Result<Response, AppError> {
    let shown = desk.shown(&app_id, &frame).await?;
    let title = shown.face.name.clone();
    Ok(page::page(&frame, &title, || pages::edit(shown)))
}

/// `POST /accounts/{app_id}`: saves one group, or checks, or makes token and key.
pub async fn change(
    State(desk): State<Desk>,
    frame: Frame,
    operator: Operator,
    caller: Caller,
    Path(app_id): Path<String>,
    form: Form,
) -> Result<Response, AppError> {
    desk.accounts.named(Some(&app_id))?;
    let (core, by) = (desk.accounts.core(), by(operator, caller));
    let outcome = match form.get("intent") {
        "check" => desk.check(&app_id, &frame.public_url).await.map(|()| w::CHECKED),
        "generate" => return generated(&desk, &frame, &app_id, &form).await,
        "file" => verify_files::put(core, &by, form.trimmed("file_name"), form.get("file_text")).await.map(|()| w::SAVED),
        "basics" | "secret" | "domains" | "callback" | "fetching" => save(&desk, &by, &app_id, group(&form), w::SAVED).await,
        _ => return Err(AppError::not_found()),
    };
    match outcome {
        Ok(said) => Ok(page::done(&format!("/accounts/{app_id}"), Some(said.get(frame.lang)))),
        Err(error) => {
            let refused = refused(error)?;
            let mut shown = desk.shown(&app_id, &frame).await?;
            shown.filled = shown.filled.over(|name| posted(&form, name));
            shown.refused = refused;
            let title = shown.face.name.clone();
            Ok(page::refused_page(&frame, &title, || pages::edit(shown)))
        }
    }
}

/// The same page with a token and a key just made in their fields; nothing is kept before 保存.
async fn generated(desk: &Desk, frame: &Frame, app_id: &str, form: &Form) -> Result<Response, AppError> {
    let chance = &desk.accounts.core().chance;
    let mut shown = desk.shown(app_id, frame).await?;
    shown.filled = shown.filled.over(|name| posted(form, name));
    shown.filled.callback_token = chance.text(32);
    shown.filled.aes_key = chance.text(43);
    shown.filled.callback_mode = "safe".into();
    let title = shown.face.name.clone();
    Ok(page::page(frame, &title, || pages::edit(shown)))
}

pub(super) async fn save(desk: &Desk, by: &By, app_id: &str, typed: Typed, said: Text) -> Result<Text, AppError> {
    super::set(desk.accounts.core(), by, app_id, typed).await?;
    desk.accounts.reload().await?;
    Ok(said)
}

pub(super) fn by(operator: Operator, caller: Caller) -> By {
    By { actor: Actor::User(operator.name), address: Some(caller.0.to_string()) }
}

/// A posted field as typed; secrets are never shown again.
fn posted(form: &Form, name: &str) -> Option<String> {
    form.0.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone())
}

/// What a form says, as far as it has the field. A token or key left empty stays as it is.
fn typed(form: &Form) -> Typed {
    let text = |name: &str| posted(form, name);
    let list = |name: &str| posted(form, name).map(|text| vec![text]);
    let hidden = |name: &str| posted(form, name).filter(|text| !text.trim().is_empty()).map(SecretString::from);
    Typed {
        name: text("name"),
        secret: None,
        api_base: text("api_base"),
        js_domains: list("js_domains"),
        h5_origins: list("h5_origins"),
        callback_token: hidden("callback_token"),
        aes_key: hidden("aes_key"),
        callback_mode: text("callback_mode").filter(|word| !word.is_empty()),
        original_id: text("original_id"),
        forward_callback: text("forward_callback"),
        token_mode: text("token_mode"),
        card_ticket: text("card_ticket"),
    }
}

fn group(form: &Form) -> Typed {
    Typed { secret: posted(form, "secret").map(SecretString::from), ..typed(form) }
}

/// The fields to mark on the page; anything but refused fields is a failure of its own.
fn refused(error: AppError) -> Result<Refused, AppError> {
    match error.status {
        422 => Ok(Refused(error.fields.clone())),
        409 => {
            let mut refused = Refused::none();
            refused.add("app_id", error.code, error.detail.clone());
            Ok(refused)
        }
        _ => Err(error),
    }
}
