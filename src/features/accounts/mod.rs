//! Official accounts (公众号): AppID, secret, domains, callback settings, and the check whether all of it works.

pub mod model;

#[cfg(feature = "ssr")]
pub mod pages;
#[cfg(feature = "ssr")]
pub mod server;
