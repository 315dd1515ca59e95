//! `/keys`.

use axum::{
    extract::{Path, State},
    response::Response,
};
use secrecy::ExposeSecret;

use super::by;
use crate::{
    features::users::{
        key_model::{self, CHOICES, KeyRow, MOST_DAILY, OVERLAPS},
        keys_page::{self, Fresh, Typed},
        rotate_page,
        server::{
            Users,
            keys::{NewKey, read_addresses},
        },
    },
    infra::{fields::Form, guard::Operator, net::Caller, page},
    shared::{
        error::AppError,
        lang::Said,
        rights::{Right, Scope},
        time::{DAY, HOUR},
    },
    ui::{
        Frame,
        form::Refused,
        texts::{keys as w, shell},
    },
};

/// `GET /keys`.
pub async fn list(State(users): State<Users>, frame: Frame, operator: Operator) -> Result<Response, AppError> {
    let (keys, all) = seen(&users, &operator).await?;
    Ok(page::page(&frame, shell::KEYS.get(frame.lang), || keys_page::view(&frame, keys, all, None, Typed::default())))
}

/// `POST /keys`: makes a key and shows it on the page itself, this once: it never rides in a cookie or an address.
pub async fn create(
    State(users): State<Users>,
    frame: Frame,
    operator: Operator,
    caller: Caller,
    form: Form,
) -> Result<Response, AppError> {
    let mut typed = typed(&form);
    let title = shell::KEYS.get(frame.lang);
    if let Some(new) = check(&users, &operator, &mut typed) {
        let name = new.name.clone();
        match users.keys.create(&by(&operator, caller), new).await? {
            Some(key) => {
                let fresh = Fresh { name, key: key.expose_secret().to_owned() };
                let (keys, all) = seen(&users, &operator).await?;
                return Ok(page::page(&frame, title, || keys_page::view(&frame, keys, all, Some(fresh), Typed::default())));
            }
            None => typed.refused.add("name", "taken", w::TAKEN),
        }
    }
    let (keys, all) = seen(&users, &operator).await?;
    Ok(page::refused_page(&frame, title, || keys_page::view(&frame, keys, all, None, typed)))
}

/// `GET /keys/{id}/revoke`: asks before a key is taken back.
pub async fn ask(State(users): State<Users>, frame: Frame, operator: Operator, Path(id): Path<String>) -> Result<Response, AppError> {
    let key = one(&users, &operator, &id).await?;
    Ok(page::page(&frame, &keys_page::revoke_title(&key, frame.lang), || keys_page::revoke(key.clone())))
}

/// `POST /keys/{id}/revoke`.
pub async fn revoke(
    State(users): State<Users>,
    frame: Frame,
    operator: Operator,
    caller: Caller,
    Path(id): Path<String>,
    _: Form,
) -> Result<Response, AppError> {
    let key = one(&users, &operator, &id).await?;
    users.keys.revoke(&by(&operator, caller), &key).await?;
    Ok(page::done("/keys", Some(w::DONE.get(frame.lang))))
}

/// `GET /keys/{id}/rotate`: asks how long the old secret shall stay good.
pub async fn ask_rotate(
    State(users): State<Users>,
    frame: Frame,
    operator: Operator,
    Path(id): Path<String>,
) -> Result<Response, AppError> {
    let key = one(&users, &operator, &id).await?;
    Ok(page::page(&frame, &rotate_page::title(&key, frame.lang), || rotate_page::ask(&key)))
}

/// `POST /keys/{id}/rotate`: makes the new secret and shows it on the page of keys, this once.
pub async fn rotate(
    State(users): State<Users>,
    frame: Frame,
    operator: Operator,
    caller: Caller,
    Path(id): Path<String>,
    form: Form,
) -> Result<Response, AppError> {
    let key = one(&users, &operator, &id).await?;
    let hours = form.trimmed("overlap").parse().ok().filter(|hours| OVERLAPS.contains(hours));
    let title = rotate_page::title(&key, frame.lang);
    let Some(hours) = hours else {
        return Ok(page::refused_page(&frame, &title, || rotate_page::ask(&key)));
    };
    let Some(fresh) = users.keys.rotate(&by(&operator, caller), &key, hours * HOUR).await? else {
        return Err(AppError::conflict("old_key_good", w::OLD_STILL_GOOD));
    };
    let fresh = Fresh { name: key.name, key: fresh.expose_secret().to_owned() };
    let (keys, all) = seen(&users, &operator).await?;
    Ok(page::page(&frame, shell::KEYS.get(frame.lang), || keys_page::view(&frame, keys, all, Some(fresh), Typed::default())))
}

/// `GET /keys/{id}/old`: asks before the old secret ends.
pub async fn ask_old(State(users): State<Users>, frame: Frame, operator: Operator, Path(id): Path<String>) -> Result<Response, AppError> {
    let key = one(&users, &operator, &id).await?;
    let old = key.old_at(users.core.now()).cloned().ok_or_else(AppError::not_found)?;
    Ok(page::page(&frame, &rotate_page::end_title(&key, frame.lang), || rotate_page::end(&key, old.clone())))
}

/// `POST /keys/{id}/old`: ends the old secret.
pub async fn end_old(
    State(users): State<Users>,
    frame: Frame,
    operator: Operator,
    caller: Caller,
    Path(id): Path<String>,
    _: Form,
) -> Result<Response, AppError> {
    let key = one(&users, &operator, &id).await?;
    users.keys.end_old(&by(&operator, caller), &key).await?;
    Ok(page::done("/keys", Some(w::OLD_ENDED.get(frame.lang))))
}

/// The keys a person may see, and whether those are everybody's.
async fn seen(users: &Users, operator: &Operator) -> Result<(Vec<KeyRow>, bool), AppError> {
    let all = operator.role.may(Right::AllKeys);
    let mut keys = users.keys.all().await?;
    keys.retain(|key| all || key.owner_id.as_deref() == Some(operator.id.as_str()));
    Ok((keys, all))
}

/// A foreign key is as unknown as a missing one.
async fn one(users: &Users, operator: &Operator, id: &str) -> Result<KeyRow, AppError> {
    let (keys, _) = seen(users, operator).await?;
    keys.into_iter().find(|key| key.id == id && key.revoked_at.is_none()).ok_or_else(AppError::not_found)
}

fn typed(form: &Form) -> Typed {
    Typed {
        name: form.trimmed("name").to_owned(),
        scopes: form.all("scope").filter_map(Scope::parse).collect(),
        account: form.trimmed("account").to_owned(),
        addresses: form.trimmed("addresses").to_owned(),
        days: form.trimmed("days").parse().unwrap_or(-1),
        daily: form.trimmed("daily_messages").to_owned(),
        daily_calls: form.trimmed("daily_calls").to_owned(),
        refused: Refused::none(),
    }
}

fn check(users: &Users, operator: &Operator, typed: &mut Typed) -> Option<NewKey> {
    if let Err(said) = key_model::check_name(&typed.name) {
        typed.refused.add("name", "malformed", said);
    }
    if typed.scopes.is_empty() {
        typed.refused.add("scope", "missing", w::NO_SCOPE);
    }
    let account = Some(typed.account.clone()).filter(|app_id| !app_id.is_empty());
    if account.as_deref().is_some_and(|app_id| !users.knows_account(app_id)) {
        typed.refused.add("account", "unknown_account", w::NO_ACCOUNT);
    }
    let addresses = read_addresses(&typed.addresses).unwrap_or_else(|wrong| {
        let said = Said::new(format!("“{wrong}”不是 IP 地址或网段。"), format!("“{wrong}” is no IP address or network."));
        typed.refused.add("addresses", "malformed", said);
        Vec::new()
    });
    if !CHOICES.contains(&typed.days) {
        typed.refused.add("days", "unknown", w::NO_DAYS);
    }
    let daily_messages = limit(&mut typed.refused, "daily_messages", &typed.daily);
    let daily_calls = limit(&mut typed.refused, "daily_calls", &typed.daily_calls);
    typed.refused.is_empty().then(|| NewKey {
        name: typed.name.clone(),
        scopes: typed.scopes.clone(),
        account,
        addresses,
        owner_id: Some(operator.id.clone()),
        expires_at: (typed.days > 0).then(|| users.core.now() + typed.days * DAY),
        daily_messages,
        daily_calls,
    })
}

/// A limit of a day as typed; empty is none.
fn limit(refused: &mut Refused, field: &'static str, typed: &str) -> Option<i64> {
    let read = typed.parse().ok().filter(|most| (1..=MOST_DAILY).contains(most));
    if read.is_none() && !typed.is_empty() {
        refused.add(field, "out_of_range", w::DAILY_RANGE);
    }
    read
}
