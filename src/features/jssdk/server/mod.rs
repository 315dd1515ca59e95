//! The signature endpoint and the signature doctor.

mod cors;
pub mod forms;
pub mod http;
mod query;
mod sign;
pub mod url;

pub use http::Signer;
pub use sign::sign;
