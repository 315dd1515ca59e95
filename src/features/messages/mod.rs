//! Template messages: the account's templates, composing, sending, receipts, history.
//!
//! Nouns: a *template* comes from WeChat and has fields; a *draft* is what somebody is composing; a *message* is one template to one
//! openid; a *receipt* is WeChat's word on what became of it; a *hold* says why an account's sending stands still.
//!
//! Rules: what leaves the house is on disk first, with its `client_msg_id`; whatever is doubtful is repeated with that same id within
//! nine minutes and never after; a message's state never goes back, but what a person said of an uncertain one yields to WeChat's word.

pub mod islands;
pub mod model;

#[cfg(feature = "ssr")]
pub mod pages;
#[cfg(feature = "ssr")]
pub mod server;
