//! How the kinds are called and drawn.

use super::model::Kind;
use crate::{shared::lang::Text, ui::texts::media as w};

/// A kind's name for people.
pub const fn name(kind: Kind) -> Text {
    match kind {
        Kind::Image => w::IMAGE,
        Kind::Voice => w::VOICE,
        Kind::Video => w::VIDEO,
    }
}

/// A kind's icon.
pub const fn drawn(kind: Kind) -> &'static str {
    match kind {
        Kind::Image => "image",
        Kind::Voice => "voice",
        Kind::Video => "video",
    }
}

/// The button that gives the file out.
pub const fn file(kind: Kind) -> Text {
    match kind {
        Kind::Image => w::ORIGINAL,
        Kind::Voice => w::VOICE_FILE,
        Kind::Video => w::VIDEO_FILE,
    }
}
