//! The page 签名调试. Its form is posted although it changes nothing: the address of an H5 page may carry a code, which belongs in no
//! history and no log.

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
        fields::Form,
        guard::{Access, Routes, Table},
        page,
    },
    shared::rights::Right,
    ui::{Frame, texts::shell},
};

/// Of what is pasted, no more than this is read (bytes).
const MOST_PASTED: usize = 8192;

/// The page's route.
pub(super) fn routes(signer: &Arc<Signer>) -> Table {
    Routes::new(signer.clone())
        .get("/jssdk", Access::Right(Right::Signatures), show)
        .post("/jssdk", Access::Right(Right::Signatures), check)
        .table()
}

async fn show(State(signer): State<Arc<Signer>>, frame: Frame) -> Response {
    answer(&signer, &frame, String::new(), String::new())
}

async fn check(State(signer): State<Arc<Signer>>, frame: Frame, form: Form) -> Response {
    let (mut url, mut pasted) = (form.get("url").to_owned(), form.get("given").to_owned());
    shorten(&mut url, LONGEST + 1);
    shorten(&mut pasted, MOST_PASTED);
    answer(&signer, &frame, url, pasted)
}

fn answer(signer: &Signer, frame: &Frame, url: String, pasted: String) -> Response {
    let title = shell::JSSDK.get(frame.lang);
    let Some(account) = signer.accounts.get(frame.app_id()) else {
        return page::page(frame, title, pages::no_account);
    };
    let ticket = signer.tokens.ticket(&account.app_id);
    let found = (!url.trim().is_empty()).then(|| {
        let around =
            Surroundings { account: &account, ticket: ticket.as_deref(), now: signer.core.now(), nonce: signer.core.chance.text(16) };
        examine(&url, &pasted, &around)
    });
    let shown = pages::Shown { url, pasted, found, sample: official_sample() };
    page::page(frame, title, || pages::doctor(shown))
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
