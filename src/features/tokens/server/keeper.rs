//! The keeper of one account: who may ask WeChat, and what callers get meanwhile.

use std::{
    sync::{Arc, Mutex, MutexGuard, atomic::AtomicU64},
    time::Duration,
};

use secrecy::ExposeSecret;

use super::{
    refusals::{Noted, Refusal, Who},
    schedule::{self, Ration, Refusals, Step},
    slot::{Landed, Pilot, Slot, Trouble, landing},
};
use crate::{
    features::{
        accounts::server::{Account, Accounts},
        audit::model::Actor,
        tokens::model::{Cause, Kind, Skipped},
    },
    infra::{Core, secrets::sha256},
    jobs::Bell,
    shared::time::{MINUTE, SECOND},
    wechat,
};

/// How long a caller waits for the first token or ticket.
const PATIENCE: Duration = Duration::from_secs(5);

/// Why WeChat should be asked.
#[derive(Clone, Debug)]
pub(super) enum Ask {
    /// A caller, named here, has none.
    Missing { by: Who },
    /// The worker's plan.
    Due(Cause),
    /// A call was refused with this generation. `insist`: nobody will try the same value again, so it is not worth keeping. `by`: who
    /// said so, and how.
    Refused { generation: i64, insist: bool, by: Refusal },
    /// A person.
    ByHand { force: bool, actor: Actor },
}

/// What is remembered between fetches.
#[derive(Debug, Default)]
pub(super) struct Memory {
    pub refusals: Refusals,
    pub ration: Ration,
    /// Since when refusals lead to nothing any more.
    pub given_up_at: Option<i64>,
    /// When a person last asked.
    pub asked_at: i64,
    heeded: Option<Arc<Account>>,
}

/// Token and tickets of one account.
pub(super) struct Keeper {
    pub core: Core,
    accounts: Accounts,
    pub app_id: String,
    pub token: Arc<Slot>,
    pub ticket: Arc<Slot>,
    /// Kept only where the account asks for it.
    pub card: Arc<Slot>,
    /// Pages signed with the ticket since it was last asked.
    pub signed: AtomicU64,
    /// Rung when a new value stands in memory.
    pub news: Bell,
    noted: Arc<Noted>,
    memory: Mutex<Memory>,
}

impl Keeper {
    pub fn new(core: Core, accounts: Accounts, app_id: &str, ration: Ration, news: Bell, noted: Arc<Noted>) -> Arc<Self> {
        Arc::new(Self {
            core,
            accounts,
            app_id: app_id.to_owned(),
            token: Slot::new(Kind::AccessToken),
            ticket: Slot::new(Kind::JsapiTicket),
            card: Slot::new(Kind::CardTicket),
            signed: AtomicU64::new(0),
            news,
            noted,
            memory: Mutex::new(Memory { ration, ..Memory::default() }),
        })
    }

    pub fn slot(&self, kind: Kind) -> &Arc<Slot> {
        match kind {
            Kind::AccessToken => &self.token,
            Kind::JsapiTicket => &self.ticket,
            Kind::CardTicket => &self.card,
        }
    }

    pub fn memory(&self) -> MutexGuard<'_, Memory> {
        self.memory.lock().unwrap_or_else(|broken| broken.into_inner())
    }

    /// The account as it is set now. What belongs to other settings is forgotten on the way.
    pub fn account(&self) -> Result<Arc<Account>, Trouble> {
        let Some(account) = self.accounts.get(&self.app_id) else {
            let error = wechat::Error::Unreadable("the account is gone".into());
            return Err(Trouble { error, until: self.core.now() + MINUTE, closed: true, failures: 1 });
        };
        let mut memory = self.memory();
        if memory.heeded.as_ref().is_none_or(|heeded| !Arc::ptr_eq(heeded, &account)) {
            memory.heeded = Some(account.clone());
            drop(memory);
            for kind in Kind::ALL {
                self.slot(kind).heed(&stamp(&account, kind));
            }
        }
        Ok(account)
    }

    /// One that may be used now; waits at most 5 s for the first, which the history then says `by` whom was asked for.
    pub async fn ready(self: &Arc<Self>, kind: Kind, by: &Who) -> Landed {
        self.account()?;
        if let Some(held) = self.slot(kind).usable(self.core.now()) {
            return Ok(held);
        }
        tokio::select! {
            biased;
            landed = self.obtain(kind, by) => landed,
            () = self.core.clock.sleep(PATIENCE) => Err(Trouble::passing(self.core.now() + SECOND)),
        }
    }

    async fn obtain(self: &Arc<Self>, kind: Kind, by: &Who) -> Landed {
        let slot = self.slot(kind);
        loop {
            let now = self.core.now();
            if let Some(held) = slot.usable(now) {
                return Ok(held);
            }
            if let Some(trouble) = slot.trouble().filter(|_| !slot.flying()) {
                if trouble.closed {
                    return Err(trouble);
                }
                self.core.clock.sleep(millis(trouble.until - now)).await;
            }
            match landing(self.start(kind, Ask::Missing { by: by.clone() }), self.core.now()).await {
                Err(trouble) if !trouble.closed => {}
                landed => return landed,
            }
        }
    }

    /// Replaces a token that WeChat refused, once however many report it. `Err` where nothing better is to be had.
    pub async fn refused(self: &Arc<Self>, generation: i64, insist: bool, by: &Refusal) -> Landed {
        let mut why = Skipped::Replaced;
        loop {
            if let Some(held) = self.token.usable(self.core.now()).filter(|held| held.generation != generation) {
                self.skip(by, why);
                return Ok(held);
            }
            match self.token.board() {
                Ok(pilot) => {
                    let seat = pilot.ticket();
                    self.send(pilot, Ask::Refused { generation, insist, by: by.clone() });
                    return landing(seat, self.core.now()).await;
                }
                Err(seat) => {
                    why = Skipped::Joined;
                    if let Err(trouble) = landing(seat, self.core.now()).await {
                        self.skip(by, why);
                        return Err(trouble);
                    }
                }
            }
        }
    }

    /// The token that took the place of a refused one is refused too: sets another fetch off, without waiting for it.
    pub fn refused_again(self: &Arc<Self>, generation: i64, by: Refusal) {
        match self.token.board() {
            Ok(pilot) => self.send(pilot, Ask::Refused { generation, insist: false, by }),
            Err(_) => self.skip(&by, Skipped::Joined),
        }
    }

    /// Notes a refusal that leads to no fetch.
    pub fn skip(&self, by: &Refusal, why: Skipped) {
        self.noted.note(&self.app_id, by, why, self.core.now());
    }

    /// Starts a fetch, or gives the one under way.
    pub fn start(self: &Arc<Self>, kind: Kind, ask: Ask) -> tokio::sync::watch::Receiver<Option<Landed>> {
        match self.slot(kind).board() {
            Ok(pilot) => {
                let seat = pilot.ticket();
                self.send(pilot, ask);
                seat
            }
            Err(seat) => seat,
        }
    }

    /// A fetch that a person wants; waits for one under way first.
    pub async fn by_hand(self: &Arc<Self>, kind: Kind, force: bool, actor: &Actor) -> Landed {
        loop {
            match self.slot(kind).board() {
                Ok(pilot) => {
                    let seat = pilot.ticket();
                    self.send(pilot, Ask::ByHand { force, actor: actor.clone() });
                    return landing(seat, self.core.now()).await;
                }
                Err(seat) => drop(landing(seat, self.core.now()).await),
            }
        }
    }

    /// In a task of its own: a caller that goes away takes nothing with it.
    fn send(self: &Arc<Self>, pilot: Pilot, ask: Ask) {
        let keeper = self.clone();
        let kind = pilot.kind();
        tokio::spawn(async move {
            let landed = match keeper.needless(kind, &ask) {
                Some(landed) => landed,
                None if kind == Kind::AccessToken => keeper.fetch_token(&ask).await,
                None => keeper.fetch_ticket(kind, &ask).await,
            };
            pilot.land(landed);
        });
    }

    /// What was true before boarding may no longer be: a flight may have landed in between.
    fn needless(&self, kind: Kind, ask: &Ask) -> Option<Landed> {
        let (now, slot) = (self.core.now(), self.slot(kind));
        if let Err(trouble) = self.account() {
            return Some(Err(trouble));
        }
        match ask {
            Ask::ByHand { .. } => None,
            Ask::Due(_) => slot.due(now).is_none().then(|| slot.usable(now).ok_or(Trouble::passing(now))),
            Ask::Missing { .. } => match (slot.usable(now), slot.trouble()) {
                (Some(held), _) => Some(Ok(held)),
                (None, Some(trouble)) if trouble.closed || trouble.until > now => Some(Err(trouble)),
                _ => None,
            },
            Ask::Refused { generation, by, .. } => match (slot.usable(now), slot.trouble()) {
                (Some(held), _) if held.generation != *generation => {
                    self.skip(by, Skipped::Replaced);
                    Some(Ok(held))
                }
                (_, Some(trouble)) if trouble.closed || trouble.until > now => {
                    self.skip(by, Skipped::Pause);
                    Some(Err(trouble))
                }
                _ => None,
            },
        }
    }

    /// What a refusal of the present token leads to, noted down.
    pub fn after_refusal(&self, account: &Account, confirmed: bool) -> Step {
        let now = self.core.now();
        let mut memory = self.memory();
        let step = schedule::after_refusal(account.token_mode, confirmed, &memory.refusals, &memory.ration, now);
        match step {
            Step::Fetch => memory.refusals.note(now),
            // Spent where it was found to be left, before anybody else can look.
            Step::Force => {
                memory.refusals.note(now);
                memory.ration.spend(now);
            }
            Step::GiveUp if memory.given_up_at.is_none() => {
                memory.given_up_at = Some(now);
                tracing::error!(app_id = self.app_id, "WeChat keeps refusing our access token; no further refresh is tried for now");
            }
            Step::GiveUp => {}
        }
        step
    }

    /// Sets off what is due, without waiting for it.
    pub fn mind(self: &Arc<Self>) {
        let Ok(account) = self.account() else { return };
        let now = self.core.now();
        if let Some(cause) = self.token.due(now).filter(|_| !self.token.flying()) {
            self.start(Kind::AccessToken, Ask::Due(cause));
        }
        for kind in tickets(&account) {
            let slot = self.slot(kind);
            if let Some(cause) = slot.due(now).filter(|_| !slot.flying()) {
                self.start(kind, Ask::Due(cause));
            }
        }
    }
}

/// Without a JS domain nothing is ever signed, and accounts without the right would only be refused.
pub(super) fn needs_ticket(account: &Account) -> bool {
    !account.js_domains.is_empty()
}

/// The tickets that are kept for an account.
pub(super) fn tickets(account: &Account) -> impl Iterator<Item = Kind> + use<> {
    let wanted = [(Kind::JsapiTicket, needs_ticket(account)), (Kind::CardTicket, account.card_ticket)];
    wanted.into_iter().filter_map(|(kind, needed)| needed.then_some(kind))
}

/// The settings that a token or ticket was fetched with, as 16 hex digits.
pub(super) fn stamp(account: &Account, kind: Kind) -> String {
    let settings = match kind {
        Kind::AccessToken => format!("{}\n{}\n{}", account.token_mode.word(), account.api_base, account.secret.expose_secret()),
        Kind::JsapiTicket | Kind::CardTicket => account.api_base.clone(),
    };
    hex::encode(&sha256(settings.as_bytes())[..8])
}

fn millis(span: i64) -> Duration {
    Duration::from_millis(u64::try_from(span).unwrap_or(0))
}
