//! What the product does, one folder a noun.

pub mod accounts;
pub mod audit;
pub mod binding;
pub mod callback;
pub mod docs;
pub mod jssdk;
pub mod media;
pub mod messages;
pub mod overview;
pub mod people;
pub mod person;
pub mod relay;
pub mod scan;
pub mod search;
pub mod settings;
pub mod tokens;
pub mod users;
pub mod webhooks;
