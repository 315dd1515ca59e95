//! Is everything well, and what needs me: today's numbers, a short list of things to do, the last sends, the token, new pictures.
//!
//! Rules: everybody sees only what their role may see; one part that cannot be read takes no other with it; at most five things to do,
//! the worst first, each with one action.

pub mod model;
pub mod todo;
pub mod trend;

#[cfg(feature = "ssr")]
pub mod pages;
#[cfg(feature = "ssr")]
pub mod server;
#[cfg(feature = "ssr")]
pub mod widgets;
