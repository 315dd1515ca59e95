//! Components without business words, the frame every page sits in, and the texts of both languages.

#[cfg(feature = "ssr")]
pub mod alone;
pub mod blocks;
pub mod confirm;
#[cfg(test)]
mod contrast;
pub mod copy;
pub mod countdown;
pub mod document;
pub mod form;
pub mod frame;
pub mod icon;
pub mod look;
#[cfg(feature = "ssr")]
pub mod qr;
#[cfg(feature = "ssr")]
pub mod snippets;
pub mod switcher;
pub mod texts;

pub use frame::{Frame, frame, href, lang, now, t};
pub use icon::icon;
