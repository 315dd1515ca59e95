//! What the product does, one folder a noun.

pub mod accounts;
pub mod audit;
pub mod messages;
pub mod tokens;
