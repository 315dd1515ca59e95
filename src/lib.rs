//! wxdesk (服务台): the server side of a WeChat Official Account (公众号) in one binary.

#[cfg(feature = "ssr")]
pub mod infra;
#[cfg(feature = "ssr")]
pub mod sandbox;
#[cfg(feature = "ssr")]
pub mod wechat;
