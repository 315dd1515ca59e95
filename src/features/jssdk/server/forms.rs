//! The page 签名调试: a form by GET that changes nothing.

use std::sync::Arc;

use axum::{extract::State, response::Response};

use super::{
    Signer,
    doctor::{Surroundings, examine},
    sign::sign,
};
use crate::{
    features::jssdk::{model::LONGEST, pages},
    infra::{
        fields::Query,
        guard::{Access, Routes, Table},
        page,
    },
    shared::{error::AppError, rights::Right},
    ui::{Frame, texts::shell},
};

/// Of what is pasted, no more than this is read (bytes).
const MOST_PASTED: usize = 8192;

/// The page's route.
pub(super) fn routes(signer: &Arc<Signer>) -> Table {
    Routes::new(signer.clone()).get("/jssdk", Access::Right(Right::Signatures), show).table()
}

async fn show(State(signer): State<Arc<Signer>>, frame: Frame, mut query: Query) -> Result<Response, AppError> {
    let title = shell::JSSDK.get(frame.lang);
    let Some(account) = signer.accounts.get(frame.app_id()) else {
        return Ok(page::page(&frame, title, pages::no_account));
    };
    let (mut url, mut pasted) = (query.take("url").unwrap_or_default(), query.take("given").unwrap_or_default());
    shorten(&mut url, LONGEST + 1);
    shorten(&mut pasted, MOST_PASTED);
    let ticket = signer.tokens.ticket(&account.app_id);
    let found = (!url.trim().is_empty()).then(|| {
        let around =
            Surroundings { account: &account, ticket: ticket.as_deref(), now: signer.core.now(), nonce: signer.core.chance.text(16) };
        examine(&url, &pasted, &around)
    });
    let shown = pages::Shown { url, pasted, found, sample: official_sample() };
    Ok(page::page(&frame, title, || pages::doctor(shown)))
}

fn shorten(text: &mut String, most: usize) {
    text.truncate(text.floor_char_boundary(most));
}

/// The vector of WeChat's documentation (docs/wechat-api.md §11.2), computed by what signs every page.
fn official_sample() -> String {
    let ticket = "sM4AOVdWfPE4DxkXGEs8VMCPGGVi4C3VM0P37wVUCFvkVAy_90u5h9nbSlYy3-Sl-HhTdfl2fzFy1AOcHKP7qg";
    let signature = sign(ticket, "Wm3WZYTPz0wzccnW", "1414587457", "http://mp.weixin.qq.com?params=value");
    String::from_utf8_lossy(&signature).into_owned()
}
