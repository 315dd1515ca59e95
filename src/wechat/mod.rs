//! The client of the WeChat platform: every call, signature, envelope and push, and nothing of our own business.
//!
//! It knows no database, no configuration and no retry: a call is made once, with the token it is given, and says plainly what came
//! back. Whether to refresh, wait, hold or give up is the caller's to decide, by the questions of [`Error`].

pub mod answer;
pub mod client;
pub mod codes;
pub mod crypt;
pub mod error;
pub mod events;
pub mod forward;
pub mod media;
pub mod oauth;
pub mod people;
pub mod platform;
pub mod qrcode;
mod reply;
pub mod signature;
pub mod subscribe;
pub mod template;
pub mod token;
mod video;
pub mod xml;

#[cfg(test)]
mod fixtures;
#[cfg(test)]
mod odd_replies;

pub use client::{API_BASE, Client};
pub use error::Error;
pub use media::{Download, Media};
pub use oauth::{OauthGrant, OauthUser};
pub use people::{FollowerPage, Tag, UserInfo};
pub use platform::Quota;
pub use template::{Miniprogram, Template, TemplateMessage};
pub use token::{Fetched, TicketKind};
