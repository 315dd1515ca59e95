//! Machinery without business words: clock, database, secrets, files, limits, answers.

pub mod clock;
