//! The page 搜索: where to go from a few letters, or from a whole openid or user_id.

pub mod model;

#[cfg(feature = "ssr")]
pub mod pages;
#[cfg(feature = "ssr")]
pub mod server;
