//! A person's own WeChat: bound from the profile page, so that test messages reach their own phone.
//!
//! The desktop shows a one-time *link* as a QR code; the phone opens it in WeChat and goes through web authorization; the desktop says
//! whose WeChat it was and asks before anything is kept. A link is one person's, works once and for ten minutes, and lives in memory only.

#[cfg(feature = "ssr")]
pub mod page;
#[cfg(feature = "ssr")]
pub mod server;
