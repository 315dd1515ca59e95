//! Access tokens and tickets: kept ahead of time, encrypted on disk, read from memory.

#[cfg(feature = "ssr")]
pub mod server;
