//! Every text of the pages, one line each, in both languages; a missing side does not compile. One file a feature.

pub mod accounts;
pub mod asking;
pub mod audit;
pub mod batches;
pub mod binding;
pub mod board;
pub mod compose;
pub mod docs;
pub mod failures;
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
