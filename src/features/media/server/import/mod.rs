//! Taking over the pictures of an old folder tree, `{user}/{title}/{question}/{file}`, beside a running server.
//!
//! A file goes the road of a download: told by its first bytes, hashed as it comes, decoded, kept under its hash. Done again it takes over
//! what is new alone.

mod store;
mod walk;

use std::{
    collections::HashSet,
    io,
    path::{Path, PathBuf},
    time::UNIX_EPOCH,
};

use futures_util::{StreamExt, stream};
use serde_json::json;

use self::walk::{Found, Place, Reading, Walk};
use super::{
    content::{self, ContentStore},
    download::{self, Outcome},
    reasons, store as pictures,
};
use crate::{
    features::{
        audit::{
            model::{Act, Actor},
            server::record_in,
        },
        media::model::{Content, Kind, LIFE, Picture, State},
    },
    infra::{Core, id_at, secrets::sha256},
    shared::lang::Lang,
};

/// Files looked at side by side; more would not be decoded at once.
const AT_ONCE: usize = 2;
/// Pictures written down in one transaction.
const GROUP: usize = 50;

/// What an import is told.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// AppID of the account that the pictures become part of.
    pub account: String,
    /// The folder of the senders' folders.
    pub folder: PathBuf,
    /// Whether it is only said what would be done.
    pub dry_run: bool,
}

/// How many files came to which end.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// Taken over.
    pub imported: u64,
    /// There already: the same bytes at the same place.
    pub there: u64,
    /// No picture that is kept here.
    pub refused: u64,
    /// Not where pictures lie, or not plain files.
    pub strays: u64,
    /// What could not be read.
    pub unreadable: u64,
}

/// Why a file was passed over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Passed {
    /// No picture that is kept here.
    Refused,
    /// Not where pictures lie, or no plain file.
    Stray,
    /// It could not be read.
    Unreadable,
}

/// What became of one file.
enum Looked {
    Picture(Box<Picture>),
    There,
    Passed(Passed, PathBuf, String),
}

/// Takes over a folder. `tell` hears of each file that is passed over, by its path below the folder, with the reason in English.
///
/// # Errors
/// A sentence for the operator where it cannot go on: a full disk, a database or data folder that cannot be written. What was counted
/// until then is written down.
pub async fn import(core: &Core, wanted: &Wanted, mut tell: impl FnMut(Passed, &Path, &str)) -> anyhow::Result<Report> {
    let contents = ContentStore::open(core.place.media())
        .map_err(|error| anyhow::anyhow!("The media folder cannot be made ({}). Check --data and its rights.", error.kind()))?;
    let (mut report, mut seen, mut group) = (Report::default(), HashSet::new(), Vec::new());
    let looked = stream::iter(Walk::of(&wanted.folder)).map(|found| look(core, &contents, wanted, found)).buffered(AT_ONCE);
    tokio::pin!(looked);
    while let Some(looked) = looked.next().await {
        let looked = match looked {
            Ok(looked) => looked,
            Err(error) => {
                write(core, &contents, wanted, std::mem::take(&mut group), &mut report).await?;
                return Err(error);
            }
        };
        match looked {
            Looked::There => report.there += 1,
            // Twice the same in one folder is one picture.
            Looked::Picture(picture) if !seen.insert(picture.media_id.clone()) => report.there += 1,
            Looked::Picture(_) if wanted.dry_run => report.imported += 1,
            Looked::Picture(picture) => group.push(*picture),
            Looked::Passed(passed, path, why) => {
                match passed {
                    Passed::Refused => report.refused += 1,
                    Passed::Stray => report.strays += 1,
                    Passed::Unreadable => report.unreadable += 1,
                }
                tell(passed, path.strip_prefix(&wanted.folder).unwrap_or(&path), &why);
            }
        }
        if group.len() >= GROUP {
            write(core, &contents, wanted, std::mem::take(&mut group), &mut report).await?;
        }
    }
    write(core, &contents, wanted, group, &mut report).await?;
    Ok(report)
}

async fn look(core: &Core, contents: &ContentStore, wanted: &Wanted, found: Found) -> anyhow::Result<Looked> {
    let place = match found {
        Found::File(place) => place,
        Found::Stray(path, why) => return Ok(Looked::Passed(Passed::Stray, path, why.to_owned())),
        Found::Unreadable(path, kind) => return Ok(unreadable(path, kind)),
    };
    // A server that starts sweeps what lies half done; the file is there to be read once more.
    match take(core, contents, wanted, &place).await? {
        Taken::Swept => match take(core, contents, wanted, &place).await? {
            Taken::Swept => anyhow::bail!("A picture could not be written to the data folder. Check --data, its rights and its disk."),
            Taken::Looked(looked) => Ok(looked),
        },
        Taken::Looked(looked) => Ok(looked),
    }
}

fn unreadable(path: PathBuf, kind: io::ErrorKind) -> Looked {
    Looked::Passed(Passed::Unreadable, path, kind.to_string())
}

enum Taken {
    Looked(Looked),
    Swept,
}

/// Reads one file to its end, or to where it is clear that it is none for us.
async fn take(core: &Core, contents: &ContentStore, wanted: &Wanted, place: &Place) -> anyhow::Result<Taken> {
    anyhow::ensure!(contents.has_room(), "The disk is nearly full. Free some space and run it again: it goes on where it stopped.");
    let (mut reading, facts) = match Reading::open(&place.path) {
        Ok(opened) => opened,
        Err(error) => return Ok(Taken::Looked(unreadable(place.path.clone(), error.kind()))),
    };
    let modified = facts
        .modified()
        .map_or(core.now(), |at| at.duration_since(UNIX_EPOCH).ok().and_then(|since| i64::try_from(since.as_millis()).ok()).unwrap_or(0));
    let looked = match road(core, contents, wanted, place, &mut reading).await {
        Ok(Ok(None)) => Looked::There,
        Ok(Ok(Some((content, kind)))) => Looked::Picture(Box::new(row(core, wanted, place, content, kind, modified))),
        Ok(Err(error)) => return Err(error.into()),
        Err(outcome) => match (reading.failed, outcome) {
            (Some(kind), _) => unreadable(place.path.clone(), kind),
            (None, Outcome::Again(why)) if why.reason == "disk_full" => {
                anyhow::bail!("The disk is full. Free some space and run it again: it goes on where it stopped.")
            }
            (None, Outcome::Again(_) | Outcome::Held(_)) => return Ok(Taken::Swept),
            (None, Outcome::Doubtful(why) | Outcome::Failed(why, _) | Outcome::Unknown(why)) => {
                let said = reasons::short(&why.reason, None, None, Lang::En).into_owned();
                Looked::Passed(Passed::Refused, place.path.clone(), said)
            }
            (None, Outcome::Stored(..) | Outcome::Link(_)) => Looked::There,
        },
    };
    Ok(Taken::Looked(looked))
}

/// The road of a download: what the file is, kept unless it is only tried; nothing where it is here already.
async fn road(
    core: &Core,
    contents: &ContentStore,
    wanted: &Wanted,
    place: &Place,
    reading: &mut Reading,
) -> Result<Result<Option<(Content, Kind)>, sqlx::Error>, Outcome> {
    let received = download::receive(contents, &core.new_id(), reading).await?;
    match store::there(core.db.read(), &wanted.account, &place.names, &received.sha256).await {
        Ok(false) => {}
        Ok(true) => return Ok(Ok(None)),
        Err(error) => return Ok(Err(error)),
    }
    let content = match download::judge(contents, &received).await {
        // What was swept away is no picture either, but for another reason.
        Err(_) if !received.lies() => return Err(Outcome::Again(reasons::own("storage_error"))),
        judged => judged?,
    };
    let kind = received.kind();
    if !wanted.dry_run {
        download::keep(contents, received, content.clone()).await?;
    }
    Ok(Ok(Some((content, kind))))
}

/// The picture as it is filed. Its media id is made of where it lies and what is in it, so that none is filed twice.
fn row(core: &Core, wanted: &Wanted, place: &Place, content: Content, kind: Kind, modified: i64) -> Picture {
    let now = core.now();
    let created_at = modified.clamp(0, now);
    let [user_id, answer_title, question_id] = place.names.clone();
    // No name holds a control character, so the pieces cannot run into each other.
    let mark = sha256(format!("{}\0{}", place.names.join("\0"), content.sha256).as_bytes());
    let name = place.path.file_name().unwrap_or_default().to_string_lossy();
    Picture {
        deleted_at: None,
        id: id_at(created_at, &core.chance),
        account: wanted.account.clone(),
        media_id: format!("import-{}", hex::encode(mark)),
        user_id,
        answer_title,
        question_id,
        state: State::Stored,
        kind: Some(kind),
        file_name: Some(name.chars().filter(|c| !c.is_control()).take(255).collect()),
        content: Some(content),
        attempts: 0,
        doubts: 0,
        next_attempt_at: now,
        errcode: None,
        errmsg: None,
        reason: None,
        created_at,
        stored_at: Some(now),
        expires_at: created_at + LIFE,
        review: None,
    }
}

/// Writes pictures down, with one line in the audit log.
async fn write(core: &Core, contents: &ContentStore, wanted: &Wanted, group: Vec<Picture>, report: &mut Report) -> anyhow::Result<()> {
    if group.is_empty() {
        return Ok(());
    }
    let (now, count) = (core.now(), group.len() as u64);
    let (object, contents) = (format!("account:{}", wanted.account), contents.clone());
    let written = core.db.write(move |c| {
        Box::pin(async move {
            let (mut new, mut lost) = (0_u64, 0_u64);
            for picture in &group {
                if let Some(content) = &picture.content {
                    // A server beside this may have removed the same bytes for good since they were written.
                    if !contents.holds(&content.sha256) {
                        lost += 1;
                        continue;
                    }
                    content::store::put(c, content, now).await?;
                }
                new += u64::from(pictures::file(c, picture, &Actor::Command.tag()).await?);
            }
            if new > 0 {
                let act = Act::new(Actor::Command, "media.imported", object).detail(json!({ "pictures": new }).to_string());
                record_in(c, now, &act).await?;
            }
            Ok((new, lost))
        })
    });
    let (new, lost) = written.await?;
    report.imported += new;
    report.there += count - new - lost;
    anyhow::ensure!(
        lost == 0,
        "The server removed {lost} of these pictures at the same moment. Run it again: it goes on where it stopped."
    );
    Ok(())
}
