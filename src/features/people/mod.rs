//! Openids, followers and their tags.
//!
//! Nouns: a follower (who may be reached, or could be before), a tag (of WeChat's console), a code (by which an H5 page learns who
//! looks). Rules: WeChat's list is the truth and pushes keep it fresh; nobody is deleted, who left is marked; a snapshot visitor's
//! made-up openid is never kept.

pub mod model;

#[cfg(feature = "ssr")]
pub mod oauth_page;
#[cfg(feature = "ssr")]
pub mod pages;
#[cfg(feature = "ssr")]
pub mod qr_page;
#[cfg(feature = "ssr")]
pub mod server;
