//! The check WeChat makes when the callback is saved in its console, made by ourselves (docs/wechat-api.md §10.2).

use std::time::Duration;

use reqwest::{Client, redirect::Policy};
use secrecy::{ExposeSecret, SecretString};

use super::line as said_line;
use crate::{
    features::accounts::{
        model::{CallbackMode, CheckLine, CheckState},
        server::Account,
    },
    infra::Core,
    shared::lang::{Said, Text},
    ui::texts::accounts as w,
    wechat::{crypt::Crypt, signature},
};

/// WeChat itself waits 5 s.
const PATIENCE: Duration = Duration::from_secs(5);
/// More than this (bytes) is not our echo.
const MOST_BYTES: usize = 4096;

/// What came back.
enum Echo {
    Right,
    Wrong(u16),
    Silent,
}

/// The line about the callback.
pub(super) async fn line(core: &Core, account: &Account, public_url: &str) -> CheckLine {
    let Some(token) = &account.callback_token else {
        return said(CheckState::Skipped, w::CHECK_CALLBACK_OFF);
    };
    let key_fits = account.aes_key.as_ref().map(|key| Crypt::new(&account.app_id, token, key).is_ok());
    if key_fits == Some(false) || (key_fits.is_none() && account.callback_mode != CallbackMode::Plain) {
        return said(CheckState::Bad, w::CHECK_CALLBACK_KEY);
    }
    let address = format!("{public_url}/callback/{}", account.app_id);
    match shake(core, token, &address).await {
        Echo::Right => said_line(w::CHECK_CALLBACK, CheckState::Ok, about(w::CHECK_CALLBACK_OK, &address)),
        Echo::Wrong(status) => {
            let mut line = said_line(w::CHECK_CALLBACK, CheckState::Bad, about(w::CHECK_CALLBACK_WRONG, &address));
            line.hint = Some(Said::new(
                format!("这个地址回了 HTTP {status}，但不是本服务的回答。请检查反向代理和 --public-url"),
                format!("The address answered HTTP {status}, but not with our answer. Check the proxy and --public-url"),
            ));
            line
        }
        Echo::Silent => {
            let mut line = said_line(w::CHECK_CALLBACK, CheckState::Skipped, about(w::CHECK_CALLBACK_SILENT, &address));
            line.hint = Some(w::CHECK_CALLBACK_SILENT_HINT.into());
            line
        }
    }
}

fn said(state: CheckState, text: Text) -> CheckLine {
    said_line(w::CHECK_CALLBACK, state, text)
}

fn about(text: Text, address: &str) -> Said {
    Said::new(text.zh.replace("{}", address), text.en.replace("{}", address))
}

async fn shake(core: &Core, token: &SecretString, address: &str) -> Echo {
    // Fails only if a provider stands already, which is as good.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let Ok(client) = Client::builder().redirect(Policy::none()).no_proxy().referer(false).timeout(PATIENCE).build() else {
        return Echo::Silent;
    };
    let (timestamp, nonce, echo) = (core.clock.now().to_string(), core.chance.text(16), core.chance.text(24));
    let signed = signature::callback(&[token.expose_secret(), &timestamp, &nonce]);
    let query = [("signature", signed.as_str()), ("timestamp", &timestamp), ("nonce", &nonce), ("echostr", &echo)];
    let Ok(mut response) = client.get(address).query(&query).send().await else { return Echo::Silent };
    let status = response.status();
    let mut body = Vec::new();
    while let Ok(Some(piece)) = response.chunk().await {
        body.extend_from_slice(&piece);
        if body.len() > MOST_BYTES {
            break;
        }
    }
    if status.is_success() && body == echo.as_bytes() { Echo::Right } else { Echo::Wrong(status.as_u16()) }
}
