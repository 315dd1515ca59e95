//! Signing in by one's own WeChat: the computer shows a *code*, the phone opens it in WeChat, the computer is signed in.
//!
//! A code belongs to the browser that asked for it (by a cookie), works once and for three minutes, and lives in memory only. The phone
//! goes through web authorization, is told who would be signed in where, and types the number that the computer shows by then: a code
//! that somebody else passes on is of no use without it. Only a WeChat that its owner has bound and let sign in opens anything, and only
//! where an administrator has chosen an account for it; whatever is missing, the phone hears the same.

#[cfg(feature = "ssr")]
pub mod page;
#[cfg(feature = "ssr")]
pub mod server;
