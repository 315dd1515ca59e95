//! One person, by openid or by the business's own user_id: every message, receipt, picture, push and web authorization on one line of
//! time. A *happening* is one entry of it. Everything about them can be exported, and erased.

pub mod model;

#[cfg(feature = "ssr")]
pub mod data;
#[cfg(feature = "ssr")]
pub mod page;
#[cfg(feature = "ssr")]
pub mod server;
