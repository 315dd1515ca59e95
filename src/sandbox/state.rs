//! What the simulator knows: the fold over all events.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::Arc,
};

use super::{
    App, CallbackTarget, Dials, Follower, LedgerEntry, SentMessage, Template, demo,
    event::Event,
    media::Media,
    oauth::{Code, UserToken},
    push::Push,
    token::Token,
};
use crate::infra::clock::Chance;

/// Everything the simulator knows.
#[derive(Default)]
pub(super) struct State {
    /// Secrets and callbacks as configured at start; not part of the journal.
    pub apps: BTreeMap<String, App>,
    pub accounts: BTreeMap<String, Account>,
    pub tokens: HashMap<String, Token>,
    pub media: HashMap<String, Media>,
    pub messages: Vec<SentMessage>,
    /// Places in `messages`, by openid.
    pub by_openid: HashMap<String, Vec<usize>>,
    /// msgid and time (s) of the last message with this openid and client_msg_id.
    pub by_client: HashMap<(String, String), (i64, i64)>,
    pub last_msgid: i64,
    pub codes: HashMap<String, Code>,
    pub user_tokens: HashMap<String, UserToken>,
    pub refresh_tokens: HashMap<String, UserToken>,
    pub pushes: BTreeMap<u64, Push>,
    /// Due time (Unix milliseconds) and id of every push in `pushes`.
    pub push_order: BTreeSet<(i64, u64)>,
    pub last_push: u64,
    pub person: Option<String>,
    pub dials: Dials,
    pub ledger: Vec<LedgerEntry>,
}

/// One account's side of the state.
pub(super) struct Account {
    pub followers: Vec<Follower>,
    /// Places in `followers`, by openid.
    pub places: HashMap<String, usize>,
    pub templates: Vec<Template>,
    /// Tickets by kind, oldest first, each with its end (s).
    pub tickets: Vec<(String, String, i64)>,
    pub classic: Option<String>,
    pub stable: Option<String>,
    /// Times of forced refreshes (s).
    pub forced: Vec<i64>,
    /// Successful calls by day (Beijing) and path.
    pub used: HashMap<(i64, String), u64>,
    /// Industry codes and when they were set (s).
    pub industry: Option<(String, String, i64)>,
    /// Times of clear_quota (s).
    pub cleared: Vec<i64>,
    pub callback: Option<CallbackTarget>,
}

impl Account {
    fn new(app_id: &str, at: i64) -> Self {
        let followers = demo::followers(app_id, at);
        let places = followers.iter().enumerate().map(|(place, follower)| (follower.openid.clone(), place)).collect();
        Self {
            followers,
            places,
            templates: demo::templates(app_id),
            tickets: Vec::new(),
            classic: None,
            stable: None,
            forced: Vec::new(),
            used: HashMap::new(),
            industry: None,
            cleared: Vec::new(),
            callback: None,
        }
    }

    /// A crowd follows at once.
    fn join(&mut self, app_id: &str, count: usize, at: i64) {
        for person in demo::crowd(app_id, self.followers.len(), count, at) {
            self.places.insert(person.openid.clone(), self.followers.len());
            self.followers.push(person);
        }
    }

    /// The person behind an openid of this account.
    pub(super) fn person(&self, openid: &str) -> Option<&Follower> {
        self.places.get(openid).map(|place| &self.followers[*place])
    }
}

/// Access to the state for one piece of work; `now_ms` stands still meanwhile.
pub(super) struct Change<'a> {
    pub state: &'a mut State,
    pub events: Vec<Event>,
    pub now_ms: i64,
    pub chance: &'a Chance,
}

impl Change<'_> {
    /// Makes something happen.
    pub(super) fn record(&mut self, event: Event) {
        self.state.apply(&event);
        self.events.push(event);
    }

    /// Now, Unix seconds.
    pub(super) fn now(&self) -> i64 {
        self.now_ms.div_euclid(1000)
    }
}

/// The day a quota belongs to: days since 1970 in Beijing.
pub(super) fn day(at: i64) -> i64 {
    (at + 8 * 3600).div_euclid(86_400)
}

impl State {
    /// Messages accepted for an openid, oldest first.
    pub(super) fn messages_of(&self, openid: &str) -> impl DoubleEndedIterator<Item = &SentMessage> {
        self.by_openid.get(openid).map(Vec::as_slice).unwrap_or_default().iter().map(|place| &self.messages[*place])
    }

    /// Applies one event; the only way state changes.
    pub(super) fn apply(&mut self, event: &Event) {
        match event {
            Event::AppOpened { app_id, at } => {
                self.accounts.insert(app_id.clone(), Account::new(app_id, *at));
            }
            Event::DialsSet { dials } => self.dials = (**dials).clone(),
            Event::Asked { entry } => self.asked(entry),
            Event::MediaStored { app_id, media_id, kind, at, base64 } => {
                let bytes: Arc<[u8]> = super::media::decode(base64).into();
                self.media.insert(media_id.clone(), Media { app_id: app_id.clone(), kind: kind.clone(), at: *at, bytes });
            }
            Event::Accepted { message } => self.accepted(message),
            Event::PersonChosen { openid } => self.person = Some(openid.clone()),
            Event::PushQueued { push } => {
                self.last_push = self.last_push.max(push.id);
                self.push_order.insert((push.due_ms, push.id));
                self.pushes.insert(push.id, push.clone());
            }
            Event::PushTried { id, done, due_ms } => self.tried(*id, *done, *due_ms),
            Event::CodeIssued { .. } | Event::CodeUsed { .. } | Event::UserTokenIssued { .. } => self.apply_oauth(event),
            Event::TokenIssued { .. } => self.apply_token(event),
            _ => self.apply_account(event),
        }
    }

    fn apply_account(&mut self, event: &Event) {
        let (Event::CallbackSet { app_id, .. }
        | Event::TicketIssued { app_id, .. }
        | Event::TemplateAdded { app_id, .. }
        | Event::TemplateRemoved { app_id, .. }
        | Event::IndustrySet { app_id, .. }
        | Event::QuotaCleared { app_id, .. }
        | Event::Joined { app_id, .. }
        | Event::Followed { app_id, .. }) = event
        else {
            return;
        };
        let Some(account) = self.accounts.get_mut(app_id) else { return };
        match event {
            Event::CallbackSet { target, .. } => account.callback = Some(target.clone()),
            Event::TicketIssued { kind, ticket, at, life, .. } => account.tickets.push((kind.clone(), ticket.clone(), at + life)),
            Event::TemplateAdded { template, .. } => account.templates.push(template.clone()),
            Event::TemplateRemoved { template_id, .. } => account.templates.retain(|template| template.template_id != *template_id),
            Event::IndustrySet { first, second, at, .. } => account.industry = Some((first.clone(), second.clone(), *at)),
            Event::QuotaCleared { at, .. } => {
                account.used.clear();
                account.cleared.push(*at);
            }
            Event::Joined { count, at, .. } => account.join(app_id, *count, *at),
            Event::Followed { openid, follows, at, .. } => {
                if let Some(place) = account.places.get(openid) {
                    let follower = &mut account.followers[*place];
                    follower.subscribed = *follows;
                    follower.subscribe_time = if *follows { *at } else { follower.subscribe_time };
                }
            }
            _ => {}
        }
    }

    fn tried(&mut self, id: u64, done: bool, due_ms: i64) {
        let Some(mut push) = self.pushes.remove(&id) else { return };
        self.push_order.remove(&(push.due_ms, id));
        if !done {
            push.tries += 1;
            push.due_ms = due_ms;
            self.push_order.insert((due_ms, id));
            self.pushes.insert(id, push);
        }
    }

    fn asked(&mut self, entry: &LedgerEntry) {
        self.ledger.push(entry.clone());
        if entry.errcode == 0
            && let Some(account) = self.accounts.get_mut(&entry.app_id)
        {
            *account.used.entry((day(entry.at_ms.div_euclid(1000)), entry.path.clone())).or_default() += 1;
        }
    }

    fn accepted(&mut self, message: &SentMessage) {
        self.last_msgid = message.msgid;
        if let Some(id) = &message.client_msg_id {
            self.by_client.insert((message.openid.clone(), id.clone()), (message.msgid, message.at_ms.div_euclid(1000)));
        }
        self.by_openid.entry(message.openid.clone()).or_default().push(self.messages.len());
        self.messages.push(message.clone());
    }
}
