//! What callers send, as the description of the API tells it. Names are read a little more kindly than is told: numbers are taken as texts.
//! `src/tests/described.rs` holds the descriptions against what reads them.

use serde::Serialize;
use utoipa::ToSchema;

/// A picture that a page has uploaded to WeChat, for an account that is told elsewhere.
#[derive(Serialize, ToSchema)]
pub struct BulkItemBody {
    /// WeChat's id, the `serverId` of `wx.uploadImage`.
    #[schema(min_length = 1, max_length = 512)]
    pub media_id: String,
    /// Who sent it.
    #[schema(min_length = 1, max_length = 128)]
    pub user_id: String,
    /// Title of the work.
    #[schema(min_length = 1, max_length = 128)]
    pub answer_title: String,
    /// Which question it answers.
    #[schema(min_length = 1, max_length = 128)]
    pub question_id: String,
}

/// A picture that a page has uploaded to WeChat.
#[derive(Serialize, ToSchema)]
pub struct MediaBody {
    /// What it is.
    #[serde(flatten)]
    pub item: BulkItemBody,
    /// AppID; may be left out where only one account exists.
    #[schema(min_length = 1, max_length = 64)]
    pub account: Option<String>,
}

/// Many uploaded pictures.
#[derive(ToSchema)]
pub struct BulkBody {
    /// The pictures.
    #[schema(min_items = 1, max_items = 1000)]
    pub items: Vec<BulkItemBody>,
    /// AppID, for all of them; may be left out where only one account exists.
    #[schema(min_length = 1, max_length = 64)]
    pub account: Option<String>,
}

/// What a link shows, and for how long.
#[derive(ToSchema)]
pub struct LinkBody {
    /// `original` (if left out) or `thumb`.
    pub what: Option<String>,
    /// How long it works (seconds); an hour if left out.
    #[schema(minimum = 60, maximum = 604_800)]
    pub seconds: Option<i64>,
}

/// A judgement.
#[derive(ToSchema)]
pub struct ReviewBody {
    /// `pass`, `reject` or `clear`.
    pub verdict: String,
    /// Why; with `reject` only.
    #[schema(min_length = 1, max_length = 64)]
    pub reason: Option<String>,
    /// What colleagues should know.
    #[schema(min_length = 1, max_length = 500)]
    pub comment: Option<String>,
    /// Whether it stands beside somebody else's judgement as a second opinion.
    pub second: Option<bool>,
}

/// Whose pictures a page may hand in, and of which work.
#[derive(ToSchema)]
pub struct TicketBody {
    /// Who sends them.
    #[schema(min_length = 1, max_length = 128)]
    pub user_id: String,
    /// Title of the work; the page says it where this does not.
    #[schema(min_length = 1, max_length = 128)]
    pub answer_title: Option<String>,
    /// Which question they answer; the page says it where this does not.
    #[schema(min_length = 1, max_length = 128)]
    pub question_id: Option<String>,
    /// AppID; may be left out where only one account exists.
    #[schema(min_length = 1, max_length = 64)]
    pub account: Option<String>,
}

/// A picture handed in by a ticket. What the ticket fixes may be repeated, not changed.
#[derive(ToSchema)]
pub struct TicketedBody {
    /// The ticket.
    #[schema(min_length = 1, max_length = 4096)]
    pub ticket: String,
    /// WeChat's id, the `serverId` of `wx.uploadImage`.
    #[schema(min_length = 1, max_length = 512)]
    pub media_id: String,
    /// Who sent it; the ticket says it.
    #[schema(min_length = 1, max_length = 128)]
    pub user_id: Option<String>,
    /// Title of the work, where the ticket leaves it open.
    #[schema(min_length = 1, max_length = 128)]
    pub answer_title: Option<String>,
    /// Which question it answers, where the ticket leaves it open.
    #[schema(min_length = 1, max_length = 128)]
    pub question_id: Option<String>,
}
