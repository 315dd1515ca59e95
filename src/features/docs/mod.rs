//! The description of the HTTP API: as OpenAPI 3.1 for programs, and as the page 接口文档 for people.

pub mod model;

#[cfg(feature = "ssr")]
pub mod pages;
#[cfg(feature = "ssr")]
pub mod server;
