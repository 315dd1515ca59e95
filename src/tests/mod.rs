//! Integration tests: one binary, the real router and workers on a real port, the simulator as WeChat, a real database file.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on may say so by panicking")]

mod accounts;
mod allowance;
mod api;
mod architecture;
mod asked;
mod asking;
mod batches;
mod binding;
mod board;
mod bulk;
mod commands;
mod crash;
mod failures;
mod gallery;
mod h5;
mod house;
mod jssdk;
mod leaks;
mod links;
mod media;
mod next_token;
mod oauth;
mod ops;
mod preferences;
mod process;
mod punctuation;
mod relay;
mod reviews;
mod rights;
mod setup_steps;
mod sign_in;
mod sockets;
mod token_pages;
mod tokens;
mod webhooks;
