//! Pictures (and voices) that users uploaded in WeChat: filed by media id, downloaded by a worker while WeChat still keeps them (three
//! days), stored once by content, shown by day.
//!
//! What users name things by (`user_id`, `answer_title`, `question_id`) is data and never part of a path; files are named by the
//! SHA-256 of what is in them. A row tells the truth before and after every step, so a crash leaves nothing to guess.

pub mod model;
pub mod review;

#[cfg(feature = "ssr")]
pub mod asked;
#[cfg(feature = "ssr")]
pub mod asking;
#[cfg(feature = "ssr")]
pub mod bin;
#[cfg(feature = "ssr")]
pub mod board;
#[cfg(feature = "ssr")]
pub mod desk;
#[cfg(feature = "ssr")]
pub mod expected;
#[cfg(feature = "ssr")]
mod filters;
#[cfg(feature = "ssr")]
pub mod gallery;
#[cfg(feature = "ssr")]
pub mod judge;
#[cfg(feature = "ssr")]
pub mod kinds;
#[cfg(feature = "ssr")]
pub mod lightbox;
#[cfg(feature = "ssr")]
pub mod opinion;
#[cfg(feature = "ssr")]
pub mod picked;
#[cfg(feature = "ssr")]
pub mod picture;
#[cfg(feature = "ssr")]
pub mod reasons;
#[cfg(feature = "ssr")]
pub mod requested;
#[cfg(feature = "ssr")]
pub mod retention;
#[cfg(feature = "ssr")]
pub mod selection;
#[cfg(feature = "ssr")]
pub mod server;
#[cfg(feature = "ssr")]
pub mod sharing;
#[cfg(feature = "ssr")]
pub mod standing;
#[cfg(feature = "ssr")]
pub mod verdict;
#[cfg(feature = "ssr")]
pub mod views;
#[cfg(feature = "ssr")]
pub mod views_by;
#[cfg(feature = "ssr")]
pub mod wanted;
#[cfg(feature = "ssr")]
pub mod zips;
