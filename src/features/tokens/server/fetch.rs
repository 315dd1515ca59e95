//! One fetch: ask WeChat, write it down, publish it.

use std::sync::Arc;

use secrecy::{ExposeSecret, SecretString};

use super::{
    keeper::{Ask, Keeper, stamp},
    refusals::{Refusal, Who},
    schedule::{self, Step},
    slot::{Held, Landed, Trouble},
    store,
};
use crate::{
    features::{
        accounts::{model::TokenMode, server::Account},
        audit::{
            model::{Act, Actor},
            server::record_in,
        },
        tokens::model::{Cause, EARLY, Kind, Part, Refresh, Skipped},
    },
    shared::time::{DAY, SECOND},
    wechat::{self, Client, Fetched, TicketKind},
};

/// How long refreshes are remembered.
const HISTORY: i64 = 30 * DAY;

/// One question to WeChat and its answer.
struct Asked {
    kind: Kind,
    cause: Cause,
    /// The person who wanted it.
    actor: Option<Actor>,
    /// The refusal that led to it.
    refusal: Option<Refusal>,
    /// Who had none.
    by: Option<Who>,
    at: i64,
    /// The settings it was asked with.
    stamp: String,
}

impl Keeper {
    /// Fetches an access token for the reason given.
    pub(super) async fn fetch_token(&self, ask: &Ask) -> Landed {
        let account = self.account()?;
        let held = self.token.held();
        let mut step = match ask {
            Ask::Refused { .. } => self.after_refusal(&account, held.as_ref().is_some_and(|held| held.confirmed)),
            Ask::ByHand { force: true, .. } if account.token_mode == TokenMode::Stable => Step::Force,
            _ => Step::Fetch,
        };
        if step == Step::GiveUp {
            if let Ask::Refused { by, .. } = ask {
                self.skip(by, Skipped::GivenUp);
            }
            return Err(refused_again(self.core.now()));
        }
        if matches!(ask, Ask::Refused { .. }) {
            self.token.write().refused = true;
        }
        let landed = self.ask_token(&account, ask, step).await;
        // Nobody will try the same value again for us: if it came back, force another while the ration lasts.
        if let (Ask::Refused { insist: true, .. }, Step::Fetch, Ok(held)) = (ask, step, &landed)
            && held.confirmed
        {
            step = self.after_refusal(&account, true);
            if step == Step::Force {
                return self.ask_token(&account, ask, step).await;
            }
        }
        landed
    }

    async fn ask_token(&self, account: &Account, ask: &Ask, step: Step) -> Landed {
        let force = step == Step::Force;
        let asked = self.question(account, Kind::AccessToken, ask, force);
        let outcome = match Client::new(&account.api_base) {
            Err(error) => Err(error),
            Ok(client) if account.token_mode == TokenMode::Classic => client.token(&account.app_id, &account.secret).await,
            Ok(client) => client.stable_token(&account.app_id, &account.secret, force).await,
        };
        self.settle(asked, outcome).await
    }

    /// Fetches a ticket; a token that is refused on the way is replaced once.
    pub(super) async fn fetch_ticket(self: &Arc<Self>, kind: Kind, ask: &Ask) -> Landed {
        let account = self.account()?;
        let mut token = match self.ready(Kind::AccessToken, &ask.by()).await {
            Ok(token) => token,
            // No question about the ticket was asked, so there is no line about one; but it stands still as long as the token does.
            Err(trouble) => {
                self.slot(kind).write().trouble = Some(trouble.clone());
                return Err(trouble);
            }
        };
        let asked = self.question(&account, kind, ask, false);
        let wanted = if kind == Kind::CardTicket { TicketKind::WxCard } else { TicketKind::Jsapi };
        let client = match Client::new(&account.api_base) {
            Ok(client) => client,
            Err(error) => return self.settle(asked, Err(error)).await,
        };
        let mut outcome = client.ticket(token.secret(), wanted).await;
        if outcome.as_ref().is_err_and(wechat::Error::is_stale_token)
            && let Ok(next) = self.refused(token.generation, false, &own(&outcome)).await
        {
            token = next;
            outcome = client.ticket(token.secret(), wanted).await;
        }
        self.settle(asked, outcome).await
    }

    fn question(&self, account: &Account, kind: Kind, ask: &Ask, force: bool) -> Asked {
        let cause = match ask {
            _ if force => Cause::Forced,
            Ask::Missing { .. } => Cause::Start,
            Ask::Due(cause) => *cause,
            Ask::Refused { .. } => Cause::Stale,
            Ask::ByHand { .. } => Cause::Asked,
        };
        let (actor, refusal) = match ask {
            Ask::ByHand { actor, .. } => (Some(actor.clone()), None),
            Ask::Refused { by, .. } => (None, Some(by.clone())),
            _ => (None, None),
        };
        let by = matches!(ask, Ask::Missing { .. }).then(|| ask.by());
        Asked { kind, cause, actor, refusal, by, at: self.core.now(), stamp: stamp(account, kind) }
    }

    async fn settle(&self, asked: Asked, outcome: Result<Fetched, wechat::Error>) -> Landed {
        let now = self.core.now();
        let held = match &outcome {
            Ok(fetched) => Ok(self.compose(&asked, fetched)),
            Err(error) => Err(error.clone()),
        };
        self.write_down(&asked, held.as_ref(), now).await;
        let slot = self.slot(asked.kind);
        let mut state = slot.write();
        if state.stamp != asked.stamp {
            // The settings changed meanwhile: what came back belongs to the old ones.
            return Err(Trouble::passing(now));
        }
        state.refused = false;
        match held {
            Ok(held) => {
                let held = Arc::new(held);
                state.generation = held.generation;
                let due_at = state.held.as_ref().map(|old| old.expires_at);
                let another = state.replace(held.clone(), now);
                state.trouble = None;
                drop(state);
                slot.tell();
                self.news.ring();
                if asked.kind == Kind::AccessToken && another {
                    self.replaced(&asked, due_at, now);
                }
                Ok(held)
            }
            Err(error) => {
                let failures = state.trouble.as_ref().map_or(0, |trouble| trouble.failures) + 1;
                let chance = i64::try_from(self.core.chance.below(1000)).unwrap_or(0);
                let pause = schedule::pause(&error, failures, now, chance);
                tracing::warn!(app_id = self.app_id, kind = asked.kind.word(), failures, %error, "A refresh failed");
                let trouble = Trouble { error, until: pause.until, closed: pause.closed, failures };
                // A question too many, while the present one is in its prime, is no trouble of that one's.
                let prime = state.held.as_ref().is_some_and(|held| now < slot.next_ask(held));
                if !(asked.actor.is_some() && prime) {
                    state.trouble = Some(trouble.clone());
                }
                Err(trouble)
            }
        }
    }

    /// Another token stands in the place of one that was good until `due_at`.
    fn replaced(&self, asked: &Asked, due_at: Option<i64>, now: i64) {
        self.memory().given_up_at = None;
        if asked.cause == Cause::Stale && due_at.is_some_and(|due_at| due_at - now > EARLY) {
            tracing::warn!(
                app_id = self.app_id,
                "WeChat refused our access token long before its end: another program uses this AppSecret"
            );
        }
    }

    /// What was fetched, joined with what is known of the one before.
    fn compose(&self, asked: &Asked, fetched: &Fetched) -> Held {
        let state = self.slot(asked.kind).read();
        let told = asked.at + fetched.expires_in * SECOND;
        let same = state.held.as_ref().filter(|held| held.is(fetched.value.expose_secret()) && held.stamp == asked.stamp);
        let expires_at = match same {
            // A ticket given again may come with a full life that it no longer has (docs/wechat-api.md §3).
            Some(old) if asked.kind != Kind::AccessToken && asked.at < old.expires_at => told.min(old.expires_at),
            _ => told,
        };
        let keeps = same.is_some() && asked.refusal.is_none();
        Held {
            value: fetched.value.clone(),
            generation: if keeps { state.generation } else { state.generation + 1 },
            fetched_at: same.map_or(asked.at, |old| old.fetched_at),
            asked_at: asked.at,
            expires_at,
            jitter: i64::try_from(self.core.chance.below(schedule::JITTER.unsigned_abs() + 1)).unwrap_or(0),
            confirmed: same.is_some() && asked.refusal.is_some(),
            stamp: asked.stamp.clone(),
        }
    }

    async fn write_down(&self, asked: &Asked, held: Result<&Held, &wechat::Error>, now: i64) {
        let (kind, app_id) = (asked.kind, self.app_id.clone());
        let line = store::Line { refresh: asked.line(held, now), generation: held.ok().map(|held| held.generation) };
        let kept = held.ok().map(|held| (self.seal(kind, held), held.clone()));
        let act = asked.act(&app_id, held.is_ok());
        let written = self.core.db.write(move |connection| {
            Box::pin(async move {
                store::log(&mut *connection, &app_id, &line).await?;
                if let Some((sealed, held)) = &kept {
                    store::save(&mut *connection, &app_id, kind, sealed, held).await?;
                    store::forget(&mut *connection, &app_id, now - HISTORY).await?;
                }
                if let Some(act) = &act {
                    record_in(connection, now, act).await?;
                }
                Ok(())
            })
        });
        if let Err(error) = written.await {
            // What is in memory still serves; after a restart it is fetched again.
            tracing::error!(app_id = self.app_id, kind = kind.word(), %error, "A refresh could not be written down");
        }
    }

    /// The sealed row: the settings' stamp and the value.
    pub(super) fn seal(&self, kind: Kind, held: &Held) -> Vec<u8> {
        let text = SecretString::from(format!("{} {}", held.stamp, held.expose()));
        self.core.vault.seal(&identity(&self.app_id, kind), &text)
    }

    /// Takes a sealed row into memory.
    pub(super) fn unseal(&self, kind: Kind, row: &store::Row) -> anyhow::Result<()> {
        let text = self.core.vault.open_sealed(&identity(&self.app_id, kind), &row.value)?;
        let (stamp, value) = text.expose_secret().split_once(' ').unwrap_or_default();
        let mut state = self.slot(kind).write();
        state.generation = row.generation;
        state.stamp = stamp.to_owned();
        // One from the future was fetched before the clock was set back: nobody knows how old it is.
        if !value.is_empty() && row.fetched_at <= self.core.now() {
            state.held = Some(Arc::new(Held {
                value: value.into(),
                generation: row.generation,
                fetched_at: row.fetched_at,
                asked_at: row.fetched_at,
                expires_at: row.expires_at,
                jitter: i64::try_from(self.core.chance.below(schedule::JITTER.unsigned_abs() + 1)).unwrap_or(0),
                confirmed: false,
                stamp: stamp.to_owned(),
            }));
        }
        Ok(())
    }

    /// The clock jumped back by `span` milliseconds: lifetimes do not get longer by that.
    pub(super) async fn clock_set_back(&self, span: i64) {
        for kind in Kind::ALL {
            let Some(held) = self.slot(kind).shift(span) else { continue };
            let (app_id, sealed) = (self.app_id.clone(), self.seal(kind, &held));
            let saved =
                self.core.db.write(move |connection| Box::pin(async move { store::save(connection, &app_id, kind, &sealed, &held).await }));
            if let Err(error) = saved.await {
                tracing::error!(app_id = self.app_id, %error, "A token's end could not be corrected on disk");
            }
        }
    }
}

impl Ask {
    /// Who is behind it.
    fn by(&self) -> Who {
        match self {
            Self::Missing { by } => by.clone(),
            Self::Refused { by, .. } => by.who.clone(),
            Self::ByHand { actor, .. } => Who::Named(actor.name().to_owned()),
            Self::Due(_) => Who::Own(Part::Keeper),
        }
    }
}

impl Asked {
    fn line(&self, held: Result<&Held, &wechat::Error>, now: i64) -> Refresh {
        let error = held.err();
        let words = error.map(|error| match error {
            wechat::Error::Platform { errmsg, .. } => errmsg.clone(),
            other => other.to_string(),
        });
        let (part, named) = match self.refusal.as_ref().map(|refusal| &refusal.who).or(self.by.as_ref()) {
            Some(Who::Own(part)) => (Some(*part), None),
            Some(Who::Named(name)) => (None, Some(name.clone())),
            None => (None, None),
        };
        Refresh {
            id: 0,
            at: now,
            kind: self.kind,
            cause: self.cause,
            actor: self.actor.as_ref().map(|actor| actor.name().to_owned()).or(named),
            ok: held.is_ok(),
            errcode: error.and_then(wechat::Error::errcode),
            errmsg: words,
            elapsed_ms: (now - self.at).max(0),
            expires_at: held.ok().map(|held| held.expires_at),
            part,
            skipped: None,
            times: 1,
        }
    }

    fn act(&self, app_id: &str, ok: bool) -> Option<Act> {
        let action = if self.cause == Cause::Forced { "token.forced" } else { "token.refreshed" };
        let detail = serde_json::json!({ "kind": self.kind.word(), "ok": ok }).to_string();
        self.actor.clone().map(|actor| Act::new(actor, action, format!("account:{app_id}")).detail(detail))
    }
}

/// The vault's name for a row.
fn identity(app_id: &str, kind: Kind) -> String {
    format!("tokens/{app_id}/{}", kind.word())
}

/// The refusal of a call of the keeper's own.
fn own(outcome: &Result<Fetched, wechat::Error>) -> Refusal {
    Refusal { who: Who::Own(Part::Keeper), errcode: outcome.as_ref().err().and_then(wechat::Error::errcode) }
}

fn refused_again(now: i64) -> Trouble {
    let error = wechat::Error::Platform { errcode: 40001, errmsg: "refused again after a refresh".into(), rid: None };
    Trouble { error, until: now + 30 * SECOND, closed: true, failures: 1 }
}
