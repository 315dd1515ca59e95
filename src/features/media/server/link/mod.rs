//! Links that show one picture to whoever has them, without a key and without signing in, for a while.
//!
//! A link is sealed under the master key and kept nowhere. It names the account, the picture, what of it is shown, the key or the person that
//! asked for it and its end; each time it is followed all of these must still hold.

pub(super) mod forms;

use axum::{
    Json,
    extract::{Request, State as Of},
    http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header},
    response::{IntoResponse, Response},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{Media, bodies::LinkBody, give::Part};
use crate::{
    features::{
        audit::{
            model::{Act, Actor},
            server::record,
        },
        media::{model::Picture, views::Way},
    },
    infra::{
        fields::{Fields, Query},
        guard::{Access, ApiCaller, Routes, Table},
        net::Caller,
        query::Id,
        secrets::Vault,
    },
    shared::{
        error::AppError,
        lang::Text,
        rights::{Right, Scope},
        time::{DAY, HOUR, MINUTE, SECOND, rfc3339},
    },
};

/// How long a link works (seconds): at least, at most, and where nothing is said.
const SHORTEST: i64 = MINUTE / SECOND;
const LONGEST: i64 = 7 * DAY / SECOND;
const USUAL: i64 = HOUR / SECOND;
const HEAD: &str = "wxm_";
/// Longer texts are no links (characters).
const LONGEST_TOKEN: usize = 1024;

/// What of a picture a link shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum What {
    Original,
    Thumb,
}

impl What {
    fn parse(word: &str) -> Option<Self> {
        match word {
            "original" => Some(Self::Original),
            "thumb" => Some(Self::Thumb),
            _ => None,
        }
    }

    const fn part(self) -> Part {
        match self {
            Self::Original => Part::Original,
            Self::Thumb => Part::Thumb,
        }
    }
}

/// Who asked for a link, by id.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
enum Maker {
    #[serde(rename = "key_id")]
    Key(String),
    #[serde(rename = "user_id")]
    User(String),
}

/// What a link says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Link {
    account: String,
    id: String,
    what: What,
    #[serde(flatten)]
    by: Maker,
    /// Unix milliseconds.
    end: i64,
}

impl Link {
    fn write(&self, vault: &Vault) -> String {
        let text = SecretString::from(serde_json::to_string(self).unwrap_or_default());
        format!("{HEAD}{}", URL_SAFE_NO_PAD.encode(vault.seal(HEAD, &text)))
    }

    fn read(vault: &Vault, token: &str) -> Option<Self> {
        let sealed = token.strip_prefix(HEAD).filter(|_| token.len() <= LONGEST_TOKEN)?;
        let sealed = URL_SAFE_NO_PAD.decode(sealed).ok()?;
        serde_json::from_str(vault.open_sealed(HEAD, &sealed).ok()?.expose_secret()).ok()
    }
}

pub(super) fn routes(media: Media) -> Table {
    Routes::new(media)
        .post("/api/v1/media/{id}/link", Access::Scope(Scope::MediaRead), make)
        .get("/m/{token}", Access::Public, follow)
        .post("/media/{id}/link", Access::Right(Right::Download), forms::make)
        .table()
}

/// A link to a picture.
#[derive(Serialize, utoipa::ToSchema)]
pub(super) struct LinkAnswer {
    /// The link. Whoever has it sees the picture.
    url: String,
    /// `original` or `thumb`.
    what: String,
    /// When it stops working.
    expires_at: String,
    /// How many seconds that is from now.
    expires_in: i64,
}

/// Makes a link that shows a picture without a key, for a while.
#[utoipa::path(
    post,
    path = "/api/v1/media/{id}/link",
    tag = "media",
    params(("id" = String, Path), ("account" = Option<String>, Query, description = "AppID; a picture of another account is not found")),
    request_body(content = Option<LinkBody>, description = "All optional, the body too: `what` (`original`, if left out, or `thumb`), `seconds` (60 to 604,800; 3,600 if left out)"),
    responses(
        (status = 201, description = "`url`, `what`, `expires_at`, `expires_in`. The link ends sooner when its key is revoked or the picture is deleted", body = LinkAnswer),
        (status = 400, description = "No JSON object"),
        (status = 404, description = "Unknown, or without a thumbnail"),
        (status = 409, description = "Not stored, so there is nothing to show (`not_stored`)"),
        (status = 410, description = "`media_deleted`: it lies in the bin"),
        (status = 413, description = "`too_large`"),
        (status = 415, description = "Not application/json"),
        (status = 422, description = "Invalid or unknown fields")
    ),
    security(("key" = ["media:read"]))
)]
pub(super) async fn make(
    Of(media): Of<Media>,
    caller: ApiCaller,
    Caller(address): Caller,
    Id(id): Id,
    query: Query,
    request: Request,
) -> Result<Response, AppError> {
    let mut body = Fields::read_optional(request).await?;
    let word = body.optional_text("what", 1, 16);
    let what = word.as_deref().map_or(Some(What::Original), What::parse);
    if what.is_none() {
        body.refuse("what", "unknown_what", Text::new("应是 original 或 thumb。", "Must be original or thumb."));
    }
    let seconds = body.optional_int("seconds", SHORTEST, LONGEST).unwrap_or(USUAL);
    body.done()?;
    let what = what.unwrap_or(What::Original);
    let picture = media.for_caller(&caller, &id, query).await?;
    let by = (Maker::Key(caller.key_id), Actor::Key(caller.name));
    let (url, end) = media.link_to(picture, what, seconds, by, address.to_string()).await?;
    let answer = LinkAnswer {
        url,
        what: if what == What::Thumb { "thumb" } else { "original" }.to_owned(),
        expires_at: rfc3339(end),
        expires_in: seconds,
    };
    Ok((StatusCode::CREATED, [(header::CACHE_CONTROL, "no-store")], Json(answer)).into_response())
}

impl Media {
    /// Makes a link to a picture, for so many seconds, and notes it; its address and its end.
    ///
    /// # Errors
    /// 404, 409 `not_stored` where there is nothing to show.
    async fn link_to(
        &self,
        picture: Picture,
        what: What,
        seconds: i64,
        (by, actor): (Maker, Actor),
        address: String,
    ) -> Result<(String, i64), AppError> {
        showable(&picture, what)?;
        let end = self.core.now() + seconds * SECOND;
        let facts = json!({ "what": what, "until": rfc3339(end) });
        let act = Act::new(actor, "media.linked", format!("media:{}", picture.id)).from_address(address).detail(facts.to_string());
        record(&self.core, act).await?;
        let token = Link { account: picture.account, id: picture.id, what, by, end }.write(&self.core.vault);
        Ok((format!("{}/m/{token}", self.core.settings.public_url()), end))
    }

    /// Who asked for a link, if they could ask for it now.
    fn standing_behind(&self, by: &Maker) -> Option<Actor> {
        match by {
            Maker::Key(id) => self.users.keys.living(id).map(Actor::Key),
            Maker::User(id) => {
                let user = self.users.living(id).filter(|user| user.row.role.may(Right::Download))?;
                Some(Actor::User(user.row.name.clone()))
            }
        }
    }
}

/// Whether there is what a link would show.
fn showable(picture: &Picture, what: What) -> Result<(), AppError> {
    match &picture.content {
        Some(content) if what == What::Original || content.thumb => Ok(()),
        Some(_) => Err(AppError::not_found()),
        None => {
            let detail = Text::new("图片还没有保存，没有可看的。", "The picture is not stored; there is nothing to show yet.");
            Err(AppError::conflict("not_stored", detail))
        }
    }
}

/// Shows the picture of a link.
#[utoipa::path(
    get,
    path = "/m/{token}",
    tag = "media",
    params(("token" = String, Path, description = "The end of a link that POST /media/{id}/link gave"), ("Range" = Option<String>, Header)),
    responses(
        (status = 200, description = "The bytes"),
        (status = 206, description = "A part"),
        (status = 304, description = "As the ETag says"),
        (status = 404, description = "No link of ours"),
        (status = 410, description = "`link_gone`: ended, its key was revoked, or the picture is gone; as a page"),
        (status = 416, description = "`range_not_satisfiable`")
    ),
    security(())
)]
pub(super) async fn follow(Of(media): Of<Media>, method: Method, headers: HeaderMap, Id(token): Id) -> Result<Response, AppError> {
    let link = Link::read(&media.core.vault, &token).ok_or_else(AppError::not_found)?;
    let living = media.core.now() < link.end && media.accounts.get(&link.account).is_some();
    let maker = media.standing_behind(&link.by).filter(|_| living).ok_or_else(gone)?;
    let picture = media.of_account(&link.account, &link.id).await.map_err(|error| if error.status == 404 { gone() } else { error })?;
    showable(&picture, link.what).map_err(|_| gone())?;
    let mut response = media.give(&picture, link.what.part(), &headers).await?;
    if link.what == What::Original {
        media.seen_by(&picture.id, &maker.tag(), Way::Link, &method, &response);
    }
    dress(response.headers_mut());
    Ok(response)
}

/// What sets a link apart from the routes behind a session: it may be shown inside other sites, tells no other site where it was followed
/// from, and is asked for each time, so that one that ended shows nothing more.
fn dress(headers: &mut HeaderMap) {
    let pairs: [(HeaderName, &str); 4] = [
        (header::CACHE_CONTROL, "private, no-cache"),
        (header::REFERRER_POLICY, "no-referrer"),
        (HeaderName::from_static("cross-origin-resource-policy"), "cross-origin"),
        (HeaderName::from_static("x-robots-tag"), "noindex"),
    ];
    for (name, value) in pairs {
        headers.insert(name, HeaderValue::from_static(value));
    }
}

fn gone() -> AppError {
    let detail = Text::new(
        "这个链接已过期，或图片已不在。请向给你链接的人要一个新的。",
        "This link has ended, or the picture is gone. Ask whoever gave it to you for a new one.",
    );
    AppError::new(410, "link_gone", detail)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::infra::clock::Chance;

    #[test]
    fn a_link_reads_back_and_nothing_else_does() {
        let vault = Vault::new(&[7; 32], Chance::seeded(7));
        let link = |by| Link { account: "w".repeat(64), id: "0".repeat(32), what: What::Thumb, by, end: i64::MAX };
        let person = link(Maker::User("u".repeat(32)));
        assert_eq!(Link::read(&vault, &person.write(&vault)), Some(person));
        let link = link(Maker::Key("k".repeat(32)));
        // Links that were given out before people could make them are read as ever.
        let plain = serde_json::to_value(&link).expect("JSON");
        assert_eq!(plain["key_id"], "k".repeat(32));
        let token = link.write(&vault);
        assert!(token.len() <= LONGEST_TOKEN && !token.contains("kkkk"), "{}", token.len());
        assert_eq!(Link::read(&vault, &token), Some(link));
        let mut other = token.clone().into_bytes();
        other[40] = if other[40] == b'A' { b'B' } else { b'A' };
        let other = String::from_utf8(other).expect("text");
        for wrong in ["", "wxm_", "wxm_AAAA", &token[4..], &token[..token.len() - 2], &format!("{token}A"), &other, &"x".repeat(5000)] {
            assert_eq!(Link::read(&vault, wrong), None, "{wrong}");
        }
        assert_eq!(Link::read(&Vault::new(&[8; 32], Chance::seeded(7)), &token), None);
    }
}
