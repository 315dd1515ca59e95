//! Access tokens and tickets: kept ahead of time, encrypted on disk, read from memory.
//!
//! A *token* opens WeChat's API, a *ticket* signs pages; each is known by its *generation*, a number that grows with every refetch.
//! At most one fetch of each is under way per account, whoever asks; a refused generation is replaced once; WeChat is left alone after
//! errors that more calls make worse.

pub mod mirror_model;
pub mod model;
pub mod quota_model;

#[cfg(feature = "ssr")]
mod history;
#[cfg(feature = "ssr")]
mod mirror_page;
#[cfg(feature = "ssr")]
pub mod pages;
#[cfg(feature = "ssr")]
mod quota_page;
#[cfg(feature = "ssr")]
pub mod server;
