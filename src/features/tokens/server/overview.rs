//! Everything the tokens page shows, without a single value.

use super::{Tokens, keeper::needs_ticket, schedule, store};
use crate::{
    features::{
        accounts::server::Account,
        tokens::model::{Kind, LastError, Refresh, Standing, TokenView, TokensView, early_death},
    },
    shared::{
        lang::{Said, Text},
        list::Listed,
        time::{DAY, day_number, day_start},
    },
    wechat::codes,
};

/// How many lines of the history the page shows.
const SHOWN: usize = 20;
/// So many tokens back an early death is looked for; more in a day are none's business.
const LIFETIMES: i64 = 40;

impl Tokens {
    /// What the page shows about an account's tokens.
    ///
    /// # Errors
    /// The database.
    pub async fn overview(&self, account: &Account) -> Result<TokensView, sqlx::Error> {
        let (now, app_id, pool) = (self.core.now(), account.app_id.as_str(), self.core.db.read());
        let keeper = self.keeper(app_id);
        let history = self.history(app_id, i64::MAX, SHOWN).await?;
        let lifetimes = store::lifetimes(pool, app_id, LIFETIMES).await?;
        let last_error = store::last_failure(pool, app_id).await?.filter(|(line, _)| now - line.at < 7 * DAY).map(|(line, mended_at)| {
            let next_at = if mended_at.is_none() { keeper.slot(line.kind).next_at() } else { None };
            explain(line, mended_at, next_at)
        });
        let (given_up_at, ration, asked_at) = {
            let memory = keeper.memory();
            (memory.given_up_at, memory.ration, memory.asked_at)
        };
        let token = self.view(account, Kind::AccessToken, now).await?;
        let mut ticket = self.view(account, Kind::JsapiTicket, now).await?;
        if !needs_ticket(account) {
            (ticket.standing, ticket.next_at) = (Standing::Unneeded, None);
        }
        let card = if account.card_ticket { Some(self.view(account, Kind::CardTicket, now).await?) } else { None };
        Ok(TokensView {
            mode: account.token_mode,
            token,
            ticket,
            card,
            early_death: early_death(&lifetimes, now - DAY),
            history: history.items,
            older: history.next_cursor,
            last_error,
            given_up_at,
            forced_left: ration.left(schedule::FORCED_A_DAY, now),
            force_at: ration.ready_at(now),
            refresh_at: if asked_at > now { now } else { asked_at + schedule::ASKED_APART },
            users: self.usage.of(app_id, now),
            mirror: self.mirror(app_id),
        })
    }

    /// Lines of an account's history before the number `before`, newest first.
    pub(super) async fn history(&self, app_id: &str, before: i64, rows: usize) -> Result<Listed<Refresh>, sqlx::Error> {
        let limit = i64::try_from(rows).unwrap_or(i64::MAX - 1) + 1;
        let lines = store::history(self.core.db.read(), app_id, before, limit).await?;
        Ok(Listed::cut(lines, rows, |line| line.id.to_string()))
    }

    async fn view(&self, account: &Account, kind: Kind, now: i64) -> Result<TokenView, sqlx::Error> {
        let keeper = self.keeper(&account.app_id);
        let slot = keeper.slot(kind);
        let held = slot.held().filter(|held| now < held.expires_at);
        Ok(TokenView {
            kind,
            standing: slot.standing(now),
            fetched_at: held.as_ref().map(|held| held.fetched_at),
            expires_at: held.as_ref().map(|held| held.expires_at),
            next_at: slot.next_at(),
            today: store::succeeded(self.core.db.read(), &account.app_id, kind, day_start(day_number(now))).await?,
        })
    }
}

const UNREACHED: Text = Text::new("没有连上微信", "WeChat could not be reached");
const UNREACHED_HINT: Text = Text::new(
    "会自动重试。一直出现就检查服务器的网络和防火墙",
    "It is tried again by itself. If it stays, check this server's network and firewall",
);

fn explain(line: Refresh, mended_at: Option<i64>, next_at: Option<i64>) -> LastError {
    let errmsg = line.errmsg.unwrap_or_default();
    let (reason, hint) = match line.errcode {
        Some(errcode) => (
            Said::new(codes::reason(errcode, &errmsg, true), codes::reason(errcode, &errmsg, false)),
            Said::new(codes::hint(errcode, true), codes::hint(errcode, false)),
        ),
        None => (UNREACHED.into(), UNREACHED_HINT.into()),
    };
    let address = line.errcode.filter(|errcode| *errcode == 40164).and_then(|_| codes::ip_in(&errmsg)).map(|ip| ip.to_string());
    LastError { at: line.at, kind: line.kind, reason, hint, errcode: line.errcode, errmsg, address, mended_at, next_at }
}
