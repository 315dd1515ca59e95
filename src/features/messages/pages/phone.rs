//! The drawn phone around a card.

use leptos::prelude::*;

use super::card::{Card, card};
use crate::ui::{icon, t, texts::compose as w};

/// A phone showing a card in the account's conversation.
pub fn phone(account: String, drawn: Card) -> AnyView {
    view! {
        <div class="phone" data-theme="light" data-phone="">
            <div class="phone-screen">
                <div class="phone-status">
                    <span>"9:41"</span>
                    <svg viewBox="0 0 52 12" aria-hidden="true">
                        <rect x="0" y="7" width="3" height="5" rx="1"/><rect x="4.5" y="4.5" width="3" height="7.5" rx="1"/>
                        <rect x="9" y="2" width="3" height="10" rx="1"/>
                        <rect x="27" y="1" width="22" height="10" rx="3" fill="none" stroke="currentColor"/>
                        <rect x="29" y="3" width="15" height="6" rx="1.5"/>
                    </svg>
                </div>
                <div class="phone-nav">{icon("left")}<span>{account}</span>{icon("user")}</div>
                <div class="phone-chat"><span class="phone-time">{t(w::PHONE_TIME)}</span>{card(drawn)}</div>
            </div>
        </div>
    }
    .into_any()
}
