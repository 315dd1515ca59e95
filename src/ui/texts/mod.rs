//! Every text of the pages, one line each, in both languages; a missing side does not compile. One file a feature.

pub mod compose;
pub mod messages;
pub mod shell;
pub mod templates;
