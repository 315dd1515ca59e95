//! wxdesk (服务台): the server side of a WeChat Official Account (公众号) in one binary.
//!
//! The house, from the top down. Nothing imports what stands above it.
//!
//! - `server`: commands, router, middleware; the one place where everything is put together.
//! - `features/<noun>`: what the product does. `model` holds plain types and rules, pages are views of data they are given, `server/`
//!   holds use cases, SQL (`store.rs` only), page handlers, API routes and workers.
//! - `wechat`: the client of the platform. `sandbox`: the platform's simulator. `jobs`: how background work runs.
//! - `infra`: database, secrets, clock, guards, answers, without business words.
//! - `ui`: components and texts. `shared`: words that both sides agree on.
//!
//! What is absent on purpose: a second writer to the database, a WeChat call on the signature path, user input in a file path, an
//! inline script or style, a route without a right.

// Views are types; a section with a copy button inside is nested deeper than the compiler's default allows.
#![recursion_limit = "512"]

pub mod features;
pub mod shared;
pub mod ui;

#[cfg(feature = "ssr")]
pub mod infra;
#[cfg(feature = "ssr")]
pub mod jobs;
#[cfg(feature = "ssr")]
pub mod sandbox;
#[cfg(feature = "ssr")]
pub mod server;
#[cfg(feature = "ssr")]
pub mod wechat;

#[cfg(all(target_family = "wasm", feature = "ssr"))]
compile_error!("the browser half is built with --no-default-features --features hydrate");

/// Starts the browser half: islands are woken one by one afterwards.
#[cfg(feature = "hydrate")]
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    console_error_panic_hook::set_once();
    leptos::mount::hydrate_islands();
}
