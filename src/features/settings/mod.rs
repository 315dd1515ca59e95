//! The page 设置: what this server runs with and how much it keeps. Settings themselves are options of the command line; the one thing
//! that is changed here is the lock on sending.

pub mod model;

#[cfg(feature = "ssr")]
pub mod pages;
#[cfg(feature = "ssr")]
pub mod server;
