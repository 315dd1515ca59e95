//! Every text of the pages, one line each, in both languages; a missing side does not compile. One file a feature.

pub mod overview;
pub mod media;
pub mod people;
pub mod shell;
