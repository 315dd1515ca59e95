//! What the product does, one folder a noun.

pub mod accounts;
pub mod audit;
pub mod jssdk;
pub mod tokens;
