//! The signature endpoint and the signature doctor.

pub mod beacons;
pub mod card;
mod compare;
pub mod cors;
mod doctor;
mod forms;
mod helper;
pub mod http;
mod query;
mod refusal;
mod sign;
mod trial;
pub mod url;

pub use http::{PATH, Signer};
pub use refusal::Refusal;
pub use sign::sign;
pub use trial::Trial;

use std::sync::Arc;

use crate::infra::guard::Table;

/// The doctor's page, the helper for H5 pages, signatures of cards, and the signature route's line in the table of all routes.
pub fn routes(signer: &Arc<Signer>) -> Table {
    forms::routes(signer).merge(beacons::routes(signer)).merge(card::routes(signer)).merge(helper::routes()).merge(http::entry())
}
