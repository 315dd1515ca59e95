//! Words both sides agree on: languages, rights, errors, times, pages of a list. No IO, no framework.

pub mod error;
pub mod lang;
pub mod list;
pub mod rights;
pub mod shown;
pub mod time;
