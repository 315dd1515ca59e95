//! The record of a picture as the API gives it (CONTRACT "Media record").

use serde::{Deserialize, Serialize};

use super::{reasons, store::Row};
use crate::{
    features::media::{
        model::{Kind, Picture, State},
        requested::Request,
        review::{Review, name_of},
    },
    shared::{lang::Lang, time::rfc3339},
};

/// All fields, always; `null` where there is nothing to say.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
#[schema(as = MediaRecord)]
pub struct Record {
    /// Our id.
    pub id: String,
    /// AppID.
    pub account: String,
    /// WeChat's id.
    pub media_id: String,
    /// Who sent it.
    pub user_id: String,
    /// Title of the work.
    pub answer_title: String,
    /// Which question it answers.
    pub question_id: String,
    /// `pending downloading stored failed expired`.
    pub state: &'static str,
    /// `image voice video`.
    pub kind: Option<&'static str>,
    /// By our own judgement.
    pub content_type: Option<String>,
    /// Size.
    pub bytes: Option<i64>,
    /// As shown, in pixels.
    pub width: Option<i64>,
    /// As shown, in pixels.
    pub height: Option<i64>,
    /// Lower-case hex.
    pub sha256: Option<String>,
    /// The name WeChat gave; for display only.
    pub file_name: Option<String>,
    /// How often it was fetched.
    pub attempts: i64,
    /// WeChat's return code.
    pub errcode: Option<i64>,
    /// WeChat's own words.
    pub errmsg: Option<String>,
    /// A stable word.
    pub reason: Option<String>,
    /// A sentence in the caller's language.
    pub hint: Option<String>,
    /// RFC 3339, UTC.
    pub created_at: String,
    /// RFC 3339, UTC.
    pub stored_at: Option<String>,
    /// RFC 3339, UTC.
    pub expires_at: String,
    /// RFC 3339, UTC; set while the picture lies in the bin.
    pub deleted_at: Option<String>,
    /// Where the original is.
    pub file_url: Option<String>,
    /// Where the thumbnail is.
    pub thumb_url: Option<String>,
    /// How it was judged.
    pub review: Option<Judgement>,
    /// The second opinion that somebody asks for.
    pub opinion_request: Option<OpinionRequest>,
    /// Where a video lies that could not be kept.
    pub video_link: Option<String>,
}

/// A second opinion that somebody asks for, as the API gives it.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct OpinionRequest {
    /// The name of the person who asks.
    pub by: String,
    /// What colleagues should know.
    pub note: Option<String>,
    /// RFC 3339, UTC.
    pub at: String,
}

impl From<Request> for OpinionRequest {
    fn from(request: Request) -> Self {
        Self { by: name_of(&request.by).to_owned(), note: request.note, at: rfc3339(request.at) }
    }
}

/// How a picture was judged, as the API gives it.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct Judgement {
    /// `pass reject`.
    pub verdict: &'static str,
    /// Why it was rejected.
    pub reason: Option<String>,
    /// What colleagues should know.
    pub comment: Option<String>,
    /// The name of the person or API key that judged.
    pub reviewer: String,
    /// RFC 3339, UTC.
    pub at: String,
}

impl From<Review> for Judgement {
    fn from(review: Review) -> Self {
        let reviewer = review.name().to_owned();
        Self { verdict: review.verdict.word(), reason: review.reason, comment: review.comment, reviewer, at: rfc3339(review.at) }
    }
}

/// What was noted beside a row.
#[derive(Deserialize)]
struct Beside {
    #[serde(default)]
    video_link: Option<String>,
    #[serde(default)]
    opinion: Option<Asked>,
}

/// A second opinion as it was noted.
#[derive(Deserialize)]
struct Asked {
    by: String,
    note: Option<String>,
    at: i64,
}

/// The link of a video that is not kept; only what a browser may be led to.
pub(super) fn shown_link(picture: &Picture, link: Option<String>) -> Option<String> {
    let wanted = picture.kind == Some(Kind::Video) && picture.state != State::Stored;
    link.filter(|link| wanted && url::Url::parse(link).is_ok_and(|url| matches!(url.scheme(), "http" | "https")))
}

/// The record of a row that was noted for webhooks (a JSON object of columns), in the language of callers that name none.
pub fn of_noted(row: &str, public_url: &str) -> Option<serde_json::Value> {
    let beside: Beside = serde_json::from_str(row).ok()?;
    let row: Row = serde_json::from_str(row).ok()?;
    let picture = Picture::from(row);
    let video_link = shown_link(&picture, beside.video_link);
    let asked = beside.opinion.map(|asked| OpinionRequest { by: name_of(&asked.by).to_owned(), note: asked.note, at: rfc3339(asked.at) });
    let record = Record { opinion_request: asked, video_link, ..Record::new(picture, Lang::default(), public_url) };
    serde_json::to_value(record).ok()
}

impl Record {
    /// The record of a picture, its addresses below `public_url`.
    pub fn new(picture: Picture, lang: Lang, public_url: &str) -> Self {
        let url = |what: &str| format!("{public_url}/api/v1/media/{}/{what}", picture.id);
        let (file_url, thumb_url) = match &picture.content {
            Some(content) if picture.deleted_at.is_none() => (Some(url("file")), content.thumb.then(|| url("thumb"))),
            _ => (None, None),
        };
        // While it is being fetched, how the last fetch ended says nothing about this one.
        let told = picture.state != State::Downloading;
        let (errcode, errmsg) = (picture.errcode.filter(|_| told), picture.errmsg.filter(|_| told));
        let reason = picture.reason.filter(|_| told);
        let hint = reason.as_deref().map(|word| reasons::hint(word, errcode, errmsg.as_deref(), lang).into_owned());
        let content = picture.content;
        Self {
            id: picture.id,
            account: picture.account,
            media_id: picture.media_id,
            user_id: picture.user_id,
            answer_title: picture.answer_title,
            question_id: picture.question_id,
            state: picture.state.word(),
            kind: picture.kind.map(Kind::word),
            bytes: content.as_ref().map(|content| content.bytes),
            width: content.as_ref().and_then(|content| content.width),
            height: content.as_ref().and_then(|content| content.height),
            sha256: content.as_ref().map(|content| content.sha256.clone()),
            content_type: content.map(|content| content.content_type),
            file_name: picture.file_name,
            attempts: picture.attempts,
            errcode,
            errmsg,
            reason,
            hint,
            created_at: rfc3339(picture.created_at),
            stored_at: picture.stored_at.map(rfc3339),
            expires_at: rfc3339(picture.expires_at),
            deleted_at: picture.deleted_at.map(rfc3339),
            file_url,
            thumb_url,
            review: picture.review.map(Judgement::from),
            opinion_request: None,
            video_link: None,
        }
    }
}
