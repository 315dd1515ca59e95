//! `/accounts/new`: the form that adds an account.

use leptos::prelude::*;

use super::parts::{callback_modes, choice, token_modes};
use crate::{
    features::accounts::model::Filled,
    ui::{
        blocks::{Tone, notice, page_head},
        form::{Field, Refused, error_summary, lines},
        t,
        texts::{accounts as w, shell},
    },
};

/// The page. `sandbox` says that accounts here belong to the simulator.
pub fn new(filled: Filled, refused: Refused, sandbox: bool) -> AnyView {
    let hidden = ["callback_token", "aes_key", "callback_mode", "original_id", "forward_callback", "api_base", "token_mode"];
    let open = hidden.iter().any(|field| refused.of(field).is_some());
    let base_hint = if sandbox { w::API_BASE_SANDBOX } else { w::API_BASE_HINT };
    view! {
        <main id="main" class="page">
            {page_head(t(shell::ADD_ACCOUNT), Some(t(w::NEW_LINE).to_owned()), ())}
            {error_summary(&refused)}
            <form class="account-form" method="post" action="/accounts/new">
                {Field::new("app_id", w::APP_ID).value(filled.app_id).hint(w::APP_ID_HINT).placeholder("wx…").view(&refused)}
                {Field::new("secret", w::SECRET).kind("password").autocomplete("new-password").hint(w::SECRET_HINT).view(&refused)}
                {Field::new("name", w::NAME).value(filled.name).hint(w::NAME_HINT).view(&refused)}
                {lines("js_domains", w::JS_DOMAINS, filled.js_domains, w::JS_DOMAINS_HINT, &refused)}
                {lines("h5_origins", w::H5_ORIGINS, filled.h5_origins, w::H5_ORIGINS_HINT, &refused)}
                <details class="more" open=open>
                    <summary>{t(w::ADVANCED)}</summary>
                    <div class="account-form">
                        {choice("token_mode", w::TOKEN_MODE, &filled.token_mode, token_modes(), &refused)}
                        {notice(Tone::Warn, t(w::CALLBACK_SILENCES))}
                        {Field::new("callback_token", w::CALLBACK_TOKEN).hint(w::CALLBACK_TOKEN_HINT).secret().optional().view(&refused)}
                        {Field::new("aes_key", w::AES_KEY).hint(w::AES_KEY_HINT).secret().optional().view(&refused)}
                        {choice("callback_mode", w::CALLBACK_MODE, &filled.callback_mode, modes(), &refused)}
                        {Field::new("original_id", w::ORIGINAL_ID).value(filled.original_id).hint(w::ORIGINAL_ID_HINT).optional().view(&refused)}
                        {Field::new("forward_callback", w::FORWARD).kind("url").value(filled.forward_callback).hint(w::FORWARD_HINT).optional()
                            .view(&refused)}
                        {Field::new("api_base", w::API_BASE).kind("url").value(filled.api_base).hint(base_hint).optional().view(&refused)}
                    </div>
                </details>
                <div class="row">
                    <button class="btn btn-primary" type="submit">{t(w::SAVE_AND_CHECK)}</button>
                    <a class="btn btn-ghost" href="/accounts">{t(w::CANCEL)}</a>
                </div>
            </form>
        </main>
    }
    .into_any()
}

fn modes() -> Vec<(&'static str, crate::shared::lang::Text)> {
    let mut modes = vec![("", w::MODE_FITTING)];
    modes.extend(callback_modes());
    modes
}
