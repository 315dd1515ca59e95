//! Messages against the simulator, and what a crash leaves behind.

mod allowance;
mod api;
mod batches;
mod canary;
mod crashes;
mod doubts;
mod drafts;
mod filters;
mod large;
mod leases;
mod library;
mod lists;
mod pages;
mod plans;
mod receipts;
mod recipients;
mod review;
mod rules;
mod sending;
mod taking_back;
mod uploads;
mod watching;

use std::{path::Path, sync::Arc, time::Duration};

use clap::Parser;
use tokio_util::sync::CancellationToken;

use super::{
    Message, Messages, NewMessage,
    sending::{Company, Sender},
};
use crate::{
    features::{
        accounts::server::{Account, Accounts, store::identity},
        audit::model::{Act, Actor},
        messages::model::{Data, MessageState},
        tokens::server::Tokens,
    },
    infra::{
        Core, Ground,
        clock::{Chance, Clock},
        config::{Place, Settings},
        db::Db,
        secrets::Vault,
    },
    jobs::{Crew, Worker},
    sandbox::{self, App, Dials, Follower, LedgerEntry, Options, SANDBOX_APP_ID, SANDBOX_SECRET, Sandbox, SentMessage},
};

/// Noon in China on 2026-11-22.
const NOON: i64 = 1_795_320_000_000;

#[derive(Parser)]
struct Defaults {
    #[command(flatten)]
    settings: Settings,
}

/// A house with a simulator in front of it.
struct House {
    folder: tempfile::TempDir,
    clock: Clock,
    wechat: Sandbox,
    api_base: String,
    stop: CancellationToken,
    args: Vec<&'static str>,
    messages: Messages,
    sender: Sender,
}

impl House {
    async fn new() -> Self {
        Self::with(&[]).await
    }

    async fn with(args: &[&'static str]) -> Self {
        let folder = tempfile::tempdir().expect("folder");
        let clock = Clock::manual(NOON);
        let options = Options { clock: clock.clone(), chance: Chance::seeded(5), journal: None, app: App::sandbox() };
        let wechat = Sandbox::open(options).expect("simulator");
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("port");
        let api_base = format!("http://{}", listener.local_addr().expect("address"));
        let stop = CancellationToken::new();
        tokio::spawn(wechat.clone().serve(listener, stop.clone()));
        let (messages, sender) = open(folder.path(), &clock, args, Some(&api_base)).await;
        let house = Self { folder, clock, wechat, api_base, stop, args: args.to_vec(), messages, sender };
        house.messages.sync_templates(&house.account(), Actor::System).await.expect("templates");
        house
    }

    /// The process ends where it stands and starts anew on the same database.
    async fn restart(&mut self) {
        self.messages.core.db.close().await;
        let (messages, sender) = open(self.folder.path(), &self.clock, &self.args, None).await;
        (self.messages, self.sender) = (messages, sender);
    }

    fn account(&self) -> Arc<Account> {
        self.messages.accounts.get(SANDBOX_APP_ID).expect("account")
    }

    fn follower(&self, wanted: impl Fn(&Follower) -> bool) -> String {
        self.wechat.followers().into_iter().find(|person| wanted(person)).expect("such a follower").openid
    }

    fn friend(&self) -> String {
        self.follower(|person| person.subscribed && !person.blocks && !person.fails)
    }

    fn new_message(&self, touser: &str) -> NewMessage {
        NewMessage {
            touser: touser.into(),
            template_id: sandbox::demo::template_id(SANDBOX_APP_ID, 4),
            data: data(&[
                ("character_string1", "A-3071"),
                ("thing2", "自然笔记套装"),
                ("thing3", "前台"),
                ("phone_number4", "0571-88880000"),
            ]),
            actor: "user:周敏".into(),
            ..NewMessage::default()
        }
    }

    async fn file(&self, new: NewMessage) -> Message {
        let act = Act::new(Actor::System, "messages.sent", "test");
        self.messages.accept(&self.account(), vec![new], act).await.expect("filed").remove(0)
    }

    async fn file_to(&self, touser: &str) -> Message {
        self.file(self.new_message(touser)).await
    }

    /// One unit of the sender and the end of every call it began.
    async fn tick(&self) {
        self.sender.tick().await.expect("ticks");
        self.sender.idle().await;
    }

    async fn get(&self, id: &str) -> Message {
        self.messages.get(id).await.expect("message")
    }

    /// State and reason.
    async fn stands(&self, id: &str) -> (MessageState, Option<String>) {
        let message = self.get(id).await;
        (message.state, message.reason)
    }

    fn pass(&self, seconds: u64) {
        self.clock.advance(Duration::from_secs(seconds));
    }

    fn dial(&self, turn: impl FnOnce(&mut Dials)) {
        let mut dials = Dials { path: Some("/cgi-bin/message".into()), ..Dials::default() };
        turn(&mut dials);
        self.wechat.set_dials(dials);
    }

    fn calls(&self) -> Vec<LedgerEntry> {
        self.wechat.ledger().into_iter().filter(|entry| entry.path.ends_with("/template/send")).collect()
    }

    fn accepted(&self, openid: &str) -> Vec<SentMessage> {
        self.wechat.accepted(openid)
    }
}

impl Drop for House {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

async fn open(folder: &Path, clock: &Clock, args: &[&'static str], new_at: Option<&str>) -> (Messages, Sender) {
    let place = Place { data: folder.to_owned(), master_key_file: None, log: "info".into() };
    // The clock stands still, so an even pace would let one message go and no more.
    let unpaced: &[&str] = if args.contains(&"--send-rate") { &[] } else { &["--send-rate", "0"] };
    let settings = Defaults::parse_from(["wxdesk"].iter().chain(unpaced).chain(args)).settings;
    let chance = Chance::system();
    let db = Db::open(&place.database()).await.expect("opens");
    let vault = Vault::new(&[7; 32], chance.clone());
    let core = Core::new(Ground { db, clock: clock.clone(), chance, vault, place, settings });
    if let Some(api_base) = new_at {
        add_account(&core, api_base).await;
    }
    let accounts = Accounts::open(core.clone()).await.expect("accounts");
    let tokens = Tokens::open(core.clone(), accounts.clone()).await.expect("tokens");
    let messages = Messages::new(core, accounts, tokens);
    let crew = Crew::new(clock.clone(), CancellationToken::new());
    (messages.clone(), Sender::new(messages, crew, Company::None))
}

async fn add_account(core: &Core, api_base: &str) {
    let secret = core.vault.seal(&identity(SANDBOX_APP_ID, "secret"), &SANDBOX_SECRET.into());
    let (api_base, now) = (api_base.to_owned(), core.now() - 1000);
    let put = core.db.write(move |connection| {
        Box::pin(async move {
            sqlx::query(
                "insert into accounts (app_id, name, secret, api_base, created_at, updated_at) values (?, '青禾自然教育', ?, ?, ?, ?)",
            )
            .bind(SANDBOX_APP_ID)
            .bind(secret)
            .bind(api_base)
            .bind(now)
            .bind(now)
            .execute(connection)
            .await
            .map(|_| ())
        })
    });
    put.await.expect("account");
}

fn data(pairs: &[(&str, &str)]) -> Data {
    Data(pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect())
}

/// Runs a statement of the test's own.
async fn execute(core: &Core, sql: &'static str) {
    core.db.write(move |connection| Box::pin(async move { sqlx::query(sql).execute(connection).await.map(|_| ()) })).await.expect("runs");
}
