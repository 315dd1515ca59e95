//! How a picture stands as one number: state, verdict and kind, each in bits of its own. The column `media.facet` (`0073_facets.sql`) counts the
//! same way; indexes that have it between what is asked for and the id hold a run in the order of time for each.

use crate::features::media::{
    model::{Filter, Kind, State},
    review::Judged,
};

const STATE: i64 = 0b00_00111;
const REVIEW: i64 = 0b00_11000;
const KIND: i64 = 0b11_00000;

/// Which facets a filter shows: those whose bits under `mask` are `bits`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Mask {
    pub mask: i64,
    pub bits: i64,
}

impl Mask {
    /// That of a filter's state, verdict and kind. Only what is stored can wait to be judged.
    pub fn of(f: &Filter) -> Self {
        let stored = (f.review == Some(Judged::Unreviewed)).then_some(State::Stored);
        let state = f.state.or(stored).map(|state| match state {
            State::Pending => 0,
            State::Downloading => 1,
            State::Stored => 2,
            State::Failed => 3,
            State::Expired => 4,
        });
        let review = f.review.map(|judged| match judged {
            Judged::Unreviewed => 0,
            Judged::Passed => 8,
            Judged::Rejected => 16,
        });
        let kind = f.kind.map(|kind| match kind {
            Kind::Image => 32,
            Kind::Voice => 64,
            Kind::Video => 96,
        });
        let parts = [(STATE, state), (REVIEW, review), (KIND, kind)];
        parts
            .into_iter()
            .filter_map(|(mask, bits)| Some((mask, bits?)))
            .fold(Self::default(), |all, (mask, bits)| Self { mask: all.mask | mask, bits: all.bits | bits })
    }

    /// Whether nothing is left out.
    pub const fn all(self) -> bool {
        self.mask == 0
    }

    /// Whether a facet is one of these.
    pub const fn has(self, facet: i64) -> bool {
        facet & self.mask == self.bits
    }
}
