//! Every text of the pages, one line each, in both languages; a missing side does not compile. One file a feature.

pub mod accounts;
pub mod audit;
pub mod batches;
pub mod compose;
pub mod docs;
pub mod jssdk;
pub mod keys;
pub mod media;
pub mod messages;
pub mod oauth;
pub mod overview;
pub mod people;
pub mod person;
pub mod recipients;
pub mod review;
pub mod rules;
pub mod settings;
pub mod shell;
pub mod shortcuts;
pub mod templates;
pub mod tokens;
pub mod users;
pub mod webhooks;
