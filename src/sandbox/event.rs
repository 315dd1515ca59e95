//! What can happen, and the file that remembers it.

use std::{
    fs::{File, OpenOptions},
    io::{Read, Seek, SeekFrom, Write},
    os::unix::fs::OpenOptionsExt,
    path::Path,
};

use anyhow::Context;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};

use super::{CallbackTarget, Dials, LedgerEntry, SentMessage, Template, push::Push, token::Kind};
use crate::infra::{clock::Chance, secrets::Vault};

/// What the sealed lines are bound to.
const IDENTITY: &str = "sandbox/journal";

/// One thing that happened. Times are Unix seconds unless named `_ms`.
#[derive(Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub(super) enum Event {
    AppOpened {
        app_id: String,
        at: i64,
    },
    CallbackSet {
        app_id: String,
        target: CallbackTarget,
    },
    DialsSet {
        dials: Box<Dials>,
    },
    Asked {
        entry: LedgerEntry,
    },
    TokenIssued {
        app_id: String,
        kind: Kind,
        token: String,
        at: i64,
        forced: bool,
        #[serde(default = "super::token::life")]
        life: i64,
    },
    TicketIssued {
        app_id: String,
        kind: String,
        ticket: String,
        at: i64,
        #[serde(default = "super::token::life")]
        life: i64,
    },
    MediaStored {
        app_id: String,
        media_id: String,
        kind: String,
        at: i64,
        base64: String,
    },
    TemplateAdded {
        app_id: String,
        template: Template,
    },
    TemplateRemoved {
        app_id: String,
        template_id: String,
    },
    IndustrySet {
        app_id: String,
        first: String,
        second: String,
        at: i64,
    },
    QuotaCleared {
        app_id: String,
        at: i64,
    },
    Accepted {
        message: Box<SentMessage>,
    },
    CodeIssued {
        code: String,
        app_id: String,
        openid: String,
        scope: String,
        snapshot: bool,
        at: i64,
    },
    CodeUsed {
        code: String,
    },
    UserTokenIssued {
        token: String,
        refresh: String,
        app_id: String,
        openid: String,
        scope: String,
        at: i64,
        first_at: i64,
    },
    PersonChosen {
        openid: String,
    },
    Joined {
        app_id: String,
        count: usize,
        at: i64,
    },
    Followed {
        app_id: String,
        openid: String,
        follows: bool,
        at: i64,
    },
    PushQueued {
        push: Push,
    },
    PushTried {
        id: u64,
        done: bool,
        due_ms: i64,
    },
}

impl Event {
    /// Whether a token, ticket, code or callback key stands in it.
    const fn is_secret(&self) -> bool {
        matches!(
            self,
            Self::CallbackSet { .. }
                | Self::TokenIssued { .. }
                | Self::TicketIssued { .. }
                | Self::CodeIssued { .. }
                | Self::CodeUsed { .. }
                | Self::UserTokenIssued { .. }
        )
    }
}

/// A line that holds a secret. Sealed rather than hashed: after a restart the same token and ticket have to be given again.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Sealed {
    sealed: String,
}

/// The append-only file, one event a line; without a path it remembers nothing.
pub(super) struct Journal {
    file: Option<(File, Vault)>,
    /// False once a write failed: from then on nothing may be answered as done.
    pub(super) healthy: bool,
}

impl Journal {
    /// Opens the file and reads back what happened. A last line cut short by a kill was never answered and is removed. The key of the
    /// sealed lines lies beside it, with the ending `.key`.
    pub(super) fn open(path: Option<&Path>) -> anyhow::Result<(Self, Vec<Event>)> {
        let Some(path) = path else { return Ok((Self { file: None, healthy: true }, Vec::new())) };
        let key = path.with_extension("key");
        // Chance of its own: a seeded one would otherwise give other tokens with a journal than without.
        let vault = Vault::open(&key, Chance::system())?;
        let mut file = OpenOptions::new().create(true).read(true).append(true).mode(0o600).open(path)?;
        let mut text = Vec::new();
        file.read_to_end(&mut text)?;
        let whole = text.iter().rposition(|byte| *byte == b'\n').map_or(0, |last| last + 1);
        if whole < text.len() {
            file.set_len(whole as u64)?;
            file.seek(SeekFrom::End(0))?;
        }
        let lines = text[..whole].split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
        let events = lines.map(|line| read(line, &vault)).collect::<anyhow::Result<_>>();
        let events =
            events.with_context(|| format!("{} and {} belong together; remove both to begin anew", path.display(), key.display()))?;
        Ok((Self { file: Some((file, vault)), healthy: true }, events))
    }

    /// Writes events in one go, so that a call and its effects are there together or not at all.
    pub(super) fn append(&mut self, events: &[Event]) {
        let Some((file, vault)) = self.file.as_mut().filter(|_| !events.is_empty()) else { return };
        let mut lines = Vec::new();
        for event in events {
            if write(&mut lines, event, vault).is_err() {
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

fn write(lines: &mut Vec<u8>, event: &Event, vault: &Vault) -> serde_json::Result<()> {
    if !event.is_secret() {
        return serde_json::to_writer(lines, event);
    }
    let text = SecretString::from(serde_json::to_string(event)?);
    serde_json::to_writer(lines, &Sealed { sealed: hex::encode(vault.seal(IDENTITY, &text)) })
}

/// Reads a line. Those of versions that sealed nothing are read as they are.
fn read(line: &[u8], vault: &Vault) -> anyhow::Result<Event> {
    let Ok(Sealed { sealed }) = serde_json::from_slice(line) else { return Ok(serde_json::from_slice(line)?) };
    let text = vault.open_sealed(IDENTITY, &hex::decode(sealed)?).map_err(|_| anyhow::anyhow!("a line does not open with this key"))?;
    Ok(serde_json::from_str(text.expose_secret())?)
}
