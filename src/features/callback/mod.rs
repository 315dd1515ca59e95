//! WeChat's check and pushes: received, proved, decrypted, stored, and their effect had, before WeChat is told `success`.
//!
//! Nouns: a push (what WeChat sends), its key (by which it has its effect once, for good), its effect (a delivery report joined to
//! its message, a follower come or gone). Rules: the signature before everything; one wordless refusal; nothing is refused by time.

#[cfg(feature = "ssr")]
pub mod server;
