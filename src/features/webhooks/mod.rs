//! Signed outgoing webhooks: other systems hear what became of messages, batches and pictures.
//!
//! Nouns: an endpoint (an address of somebody's, with the types it wants), an event (what happened, as the API would tell it), a delivery
//! (one event on its way to one endpoint). Rules: what happened and the note of it stand or fall together; an event is told at least once
//! and always under the same id; whoever receives is slow, dead or hostile until shown otherwise.

pub mod model;

#[cfg(feature = "ssr")]
pub mod pages;
#[cfg(feature = "ssr")]
pub mod server;
