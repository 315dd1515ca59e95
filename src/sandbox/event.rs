//! What can happen, and the file that remembers it.

use std::{
    fs::{File, OpenOptions},
    io::{self, Read, Seek, SeekFrom, Write},
    os::unix::fs::OpenOptionsExt,
    path::Path,
};

use serde::{Deserialize, Serialize};

use super::{CallbackTarget, Dials, LedgerEntry, SentMessage, Template, push::Push, token::Kind};

/// One thing that happened. Times are Unix seconds unless named `_ms`.
#[derive(Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub(super) enum Event {
    AppOpened { app_id: String, at: i64 },
    CallbackSet { app_id: String, target: CallbackTarget },
    DialsSet { dials: Box<Dials> },
    Asked { entry: LedgerEntry },
    TokenIssued { app_id: String, kind: Kind, token: String, at: i64, forced: bool },
    TicketIssued { app_id: String, kind: String, ticket: String, at: i64 },
    MediaStored { app_id: String, media_id: String, kind: String, at: i64, base64: String },
    TemplateAdded { app_id: String, template: Template },
    TemplateRemoved { app_id: String, template_id: String },
    IndustrySet { app_id: String, first: String, second: String, at: i64 },
    QuotaCleared { app_id: String, at: i64 },
    Accepted { message: Box<SentMessage> },
    CodeIssued { code: String, app_id: String, openid: String, scope: String, snapshot: bool, at: i64 },
    CodeUsed { code: String },
    UserTokenIssued { token: String, refresh: String, app_id: String, openid: String, scope: String, at: i64, first_at: i64 },
    PersonChosen { openid: String },
    Joined { app_id: String, count: usize, at: i64 },
    Followed { app_id: String, openid: String, follows: bool, at: i64 },
    PushQueued { push: Push },
    PushTried { id: u64, done: bool, due_ms: i64 },
}

/// The append-only file, one event a line; without a path it remembers nothing.
pub(super) struct Journal {
    file: Option<File>,
    /// False once a write failed: from then on nothing may be answered as done.
    pub(super) healthy: bool,
}

impl Journal {
    /// Opens the file and reads back what happened. A last line cut short by a kill was never answered and is removed.
    pub(super) fn open(path: Option<&Path>) -> io::Result<(Self, Vec<Event>)> {
        let Some(path) = path else { return Ok((Self { file: None, healthy: true }, Vec::new())) };
        // Tokens and callback keys stand in it, so it is for the owner's eyes only.
        let mut file = OpenOptions::new().create(true).read(true).append(true).mode(0o600).open(path)?;
        let mut text = Vec::new();
        file.read_to_end(&mut text)?;
        let whole = text.iter().rposition(|byte| *byte == b'\n').map_or(0, |last| last + 1);
        if whole < text.len() {
            file.set_len(whole as u64)?;
            file.seek(SeekFrom::End(0))?;
        }
        let lines = text[..whole].split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
        let events = lines.map(serde_json::from_slice).collect::<Result<_, _>>()?;
        Ok((Self { file: Some(file), healthy: true }, events))
    }

    /// Writes events in one go, so that a call and its effects are there together or not at all.
    pub(super) fn append(&mut self, events: &[Event]) {
        let Some(file) = self.file.as_mut().filter(|_| !events.is_empty()) else { return };
        let mut lines = Vec::new();
        for event in events {
            if serde_json::to_writer(&mut lines, event).is_err() {
                self.healthy = false;
            }
            lines.push(b'\n');
        }
        if let Err(error) = file.write_all(&lines) {
            tracing::error!(%error, "the simulator's journal cannot be written; it answers -1 from now on");
            self.healthy = false;
        }
    }
}
