//! Rows of the table `settings`: single facts that belong to no other table.

mod store;

pub use store::{get, named, put, remove};
