//! Who may come in: people with passwords and roles, their sessions, and programs with API keys.
//!
//! People and keys are known from memory; the database is asked only whether a session lives. Passwords are kept as Argon2id hashes,
//! session ids and API keys as SHA-256. There is always at least one administrator who can sign in.

pub mod key_model;
pub mod model;

#[cfg(feature = "ssr")]
pub mod keys_page;
#[cfg(feature = "ssr")]
pub mod list_page;
#[cfg(feature = "ssr")]
pub mod login_page;
#[cfg(feature = "ssr")]
pub mod more_page;
#[cfg(feature = "ssr")]
pub mod profile_page;
#[cfg(feature = "ssr")]
pub mod rotate_page;
#[cfg(feature = "ssr")]
pub mod server;
#[cfg(feature = "ssr")]
mod setup_page;
pub mod shortcuts_page;
#[cfg(feature = "ssr")]
pub mod user_page;
