//! Who did what: an append-only list in which each line carries the hash of the one before it.

pub mod model;

#[cfg(feature = "ssr")]
pub mod pages;
#[cfg(feature = "ssr")]
pub mod server;
