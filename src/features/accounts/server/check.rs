//! Whether an account works: its secret, the allow-list, the right to templates, the callback. The command line and the page show
//! the same lines.

mod handshake;

use super::Account;
use crate::{
    features::accounts::model::{CheckLine, CheckState},
    infra::Core,
    shared::lang::{Said, Text},
    ui::texts::accounts as w,
    wechat::{self, Client, Fetched, codes},
};

/// Switching the callback on has a price that nobody expects (docs/wechat-api.md §10.1).
pub const CALLBACK_SILENCES: Text = w::CALLBACK_SILENCES;

/// Tries everything that can be tried from here. `public_url` is how WeChat reaches us, without a final slash.
///
/// The stable token is asked for whatever the account's own way is: it stands beside the classic one and ends nobody's
/// (docs/wechat-api.md §2.2), so a check never takes the running server's token away.
pub async fn check(core: &Core, account: &Account, public_url: &str) -> Vec<CheckLine> {
    let client = Client::new(&account.api_base);
    let token = token(&client, account).await;
    let template = match (&client, &token) {
        (Ok(client), Ok(fetched)) => Some(client.templates(&fetched.value).await.map(|templates| templates.len())),
        _ => None,
    };
    vec![token_line(&token), address_line(&token), template_line(template), handshake::line(core, account, public_url).await]
}

/// Tries the first half only, what set-up asks on the spot: the secret and the allow-list.
pub async fn connect(account: &Account) -> Vec<CheckLine> {
    let token = token(&Client::new(&account.api_base), account).await;
    vec![token_line(&token), address_line(&token)]
}

async fn token(client: &Result<Client, wechat::Error>, account: &Account) -> Result<Fetched, Option<wechat::Error>> {
    match (client, account.has_secret()) {
        (_, false) => Err(None),
        (Err(error), _) => Err(Some(error.clone())),
        (Ok(client), true) => client.stable_token(&account.app_id, &account.secret, false).await.map_err(Some),
    }
}

fn line(what: Text, state: CheckState, text: impl Into<Said>) -> CheckLine {
    CheckLine { what, state, text: text.into(), hint: None, errcode: None, address: None }
}

/// A refusal in plain words, with what to do and, for 40164, the address to allow.
fn refused(what: Text, error: &wechat::Error) -> CheckLine {
    match error {
        wechat::Error::Platform { errcode, errmsg, .. } => {
            let said = Said::new(codes::reason(*errcode, errmsg, true), codes::reason(*errcode, errmsg, false));
            CheckLine {
                hint: Some(Said::new(codes::hint(*errcode, true), codes::hint(*errcode, false))),
                errcode: Some(*errcode),
                address: if *errcode == NOT_ALLOWED { codes::ip_in(errmsg).map(|ip| ip.to_string()) } else { None },
                ..line(what, CheckState::Bad, said)
            }
        }
        wechat::Error::Timeout | wechat::Error::Network(_) => line(what, CheckState::Bad, w::CHECK_SILENT),
        wechat::Error::Unreadable(_) | wechat::Error::TooLarge => line(what, CheckState::Bad, w::CHECK_UNREADABLE),
    }
}

/// What WeChat says to an address that is not on the account's allow-list.
const NOT_ALLOWED: i64 = 40164;

fn token_line(token: &Result<Fetched, Option<wechat::Error>>) -> CheckLine {
    match token {
        Ok(fetched) => {
            let minutes = fetched.expires_in / 60;
            let said = Said::new(
                format!("取到了 access_token，还有 {minutes} 分钟有效"),
                format!("Got an access_token, good for {minutes} more minutes"),
            );
            line(w::CHECK_TOKEN, CheckState::Ok, said)
        }
        Err(None) => line(w::CHECK_TOKEN, CheckState::Bad, w::CHECK_NO_SECRET),
        // From this call both can only mean the secret (docs/wechat-api.md §2.1).
        Err(Some(error)) if matches!(error.errcode(), Some(40001 | 40125)) => {
            let mut line = refused(w::CHECK_TOKEN, error);
            line.text = w::CHECK_WRONG_SECRET.into();
            line.hint = Some(Said::new(codes::hint(40125, true), codes::hint(40125, false)));
            line
        }
        Err(Some(error)) => refused(w::CHECK_TOKEN, error),
    }
}

fn address_line(token: &Result<Fetched, Option<wechat::Error>>) -> CheckLine {
    match token {
        Ok(_) => line(w::CHECK_ADDRESS, CheckState::Ok, w::CHECK_ADDRESS_OK),
        Err(Some(error)) if error.errcode() == Some(NOT_ALLOWED) => refused(w::CHECK_ADDRESS, error),
        Err(_) => line(w::CHECK_ADDRESS, CheckState::Skipped, w::CHECK_NEEDS_TOKEN),
    }
}

fn template_line(templates: Option<Result<usize, wechat::Error>>) -> CheckLine {
    match templates {
        Some(Ok(count)) => {
            let said = Said::new(
                format!("可以发模板消息，账号里有 {count} 个模板"),
                format!("Template messages are open to it; templates: {count}"),
            );
            line(w::CHECK_TEMPLATES, CheckState::Ok, said)
        }
        Some(Err(error)) => refused(w::CHECK_TEMPLATES, &error),
        None => line(w::CHECK_TEMPLATES, CheckState::Skipped, w::CHECK_NEEDS_TOKEN),
    }
}

#[cfg(test)]
mod tests;
