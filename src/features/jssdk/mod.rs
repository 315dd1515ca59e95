//! Signatures that let an H5 page use WeChat's JS-SDK, and the doctor that finds out why one is refused.
//!
//! The address is signed byte for byte as the page has it, up to the first `#`; its host must be one of the account's JS domains. The
//! road touches memory only: ticket, host check, SHA-1, JSON.

pub mod model;

#[cfg(feature = "ssr")]
mod checks;
#[cfg(feature = "ssr")]
mod failure;
#[cfg(feature = "ssr")]
mod failures;
#[cfg(feature = "ssr")]
mod found;
#[cfg(feature = "ssr")]
pub mod pages;
#[cfg(feature = "ssr")]
mod pasted;
#[cfg(feature = "ssr")]
pub mod server;
