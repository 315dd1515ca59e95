//! Calls of other systems, handed on to WeChat with our access token.
//!
//! Nouns: a road (a path of WeChat's that may be called through us), a stand-in (a token of ours that a program gets in WeChat's
//! place), the log (a line of every call). Rules: the host called is always the account's own; nothing passes that is not on the list;
//! the real token never leaves; what is sent and what is answered stays as it is, and none of it stands in the log.

pub mod model;

#[cfg(feature = "ssr")]
mod pages;
#[cfg(feature = "ssr")]
pub mod server;
