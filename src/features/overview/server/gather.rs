//! What one person may see of one account.

use std::collections::HashMap;

use super::{Overview, id_floor, part, store};
use crate::{
    features::{
        accounts::{
            model::TokenMode,
            server::{Account, sending_locked},
        },
        messages::{
            model::{DAILY_QUOTA, reasons::RECEIPT_FAILED},
            server::reasons,
        },
        overview::{
            model::{Day, Followers, Outcome, Part, Pictures, Recent, Shown, Steps, Thumb, Token},
            todo::{Facts, Trouble, todos},
        },
        tokens::model::{Kind, Standing, TokensView},
        webhooks::server as webhooks,
    },
    shared::{
        lang::Said,
        rights::{Right, Role},
        time::{self, DAY, HOUR, day_number, day_start},
    },
    wechat::codes,
};

/// WeChat keeps uploaded pictures this long (milliseconds).
const KEPT: i64 = 3 * DAY;
/// Below this (milliseconds) a picture that is not here yet is urgent.
const URGENT: i64 = 6 * HOUR;
/// Messages looked at for the table of the last sends.
const LOOKED_AT: i64 = 200;
/// Rows of that table.
const ROWS: usize = 5;
/// Pictures of the strip.
const THUMBS: i64 = 6;
/// A stranger's forwarding header is mentioned for this long (milliseconds).
const MENTIONED: i64 = DAY;

impl Overview {
    /// What somebody (`who`, as in `actor`) in `role` may see of `account`; without one, the first steps.
    pub(super) async fn gather(&self, role: Role, who: &str, account: Option<&Account>) -> Shown {
        let may = |right| role.may(right);
        let Some(account) = account else { return self.before_the_first(role) };
        let (history, pictures) = (may(Right::History), may(Right::Pictures));
        let days = if history { Some(part(self.days(&account.app_id).await)) } else { None };
        let tokens = if may(Right::Tokens) || may(Right::Compose) { part(self.tokens.overview(account).await).ok() } else { None };
        let sent = part(store::ever_sent(self.core.db.read(), &account.app_id).await);
        let steps = Steps { connected: true, templates: account.templates_synced_at.is_some(), sent: sent.unwrap_or(true) };
        Shown {
            steps: (!steps.sent).then_some(steps),
            sends: days.as_ref().map(|days| days.as_ref().map(|days| today_and_yesterday(days)).map_err(|unread| *unread)),
            quota: self.messages.quota(&account.app_id),
            pictures: if pictures { Some(part(self.pictures(&account.app_id).await)) } else { None },
            followers: if may(Right::People) { Some(self.followers(&account.app_id).await) } else { None },
            todos: part(self.facts(role, who, account, tokens.as_ref()).await).map(|facts| todos(&facts)),
            trend: days,
            recent: if history { Some(part(self.recent(&account.app_id, may(Right::Openids)).await)) } else { None },
            token: if may(Right::Tokens) { tokens.as_ref().map(token) } else { None },
            newest: if pictures { Some(part(self.newest(&account.app_id).await)) } else { None },
        }
    }

    fn before_the_first(&self, role: Role) -> Shown {
        let may = |right, part| role.may(right).then_some(part);
        let facts = Facts { strange_proxy: self.strange_proxy(role), ..Facts::default() };
        Shown {
            steps: Some(Steps { connected: false, templates: false, sent: false }),
            sends: may(Right::History, ()).map(|()| Ok((Day::default(), Day::default()))),
            quota: DAILY_QUOTA,
            pictures: may(Right::Pictures, ()).map(|()| Ok(Pictures::default())),
            followers: may(Right::People, ()).map(|()| Ok(Followers::default())),
            todos: Ok(todos(&facts)),
            trend: None,
            recent: None,
            token: None,
            newest: None,
        }
    }

    async fn pictures(&self, app_id: &str) -> Result<Pictures, sqlx::Error> {
        let midnight = day_start(day_number(self.core.now()));
        store::pictures(self.core.db.read(), app_id, &id_floor(midnight - DAY), &id_floor(midnight)).await
    }

    async fn newest(&self, app_id: &str) -> Result<Vec<Thumb>, sqlx::Error> {
        store::newest(self.core.db.read(), app_id, THUMBS).await
    }

    async fn followers(&self, app_id: &str) -> Part<Followers> {
        part(self.people.counts(app_id).await).map(|counts| Followers { following: counts.following, week: counts.week })
    }

    fn strange_proxy(&self, role: Role) -> bool {
        role.may(Right::Administer) && self.proxies.strangers_at().is_some_and(|at| self.core.now() - at < MENTIONED)
    }

    async fn facts(&self, role: Role, who: &str, account: &Account, tokens: Option<&TokensView>) -> Result<Facts, sqlx::Error> {
        let (pool, app_id, now) = (self.core.db.read(), account.app_id.as_str(), self.core.now());
        let mut facts = Facts {
            strange_proxy: self.strange_proxy(role),
            may_tokens: role.may(Right::Tokens),
            administers: role.may(Right::Administer),
            ..Facts::default()
        };
        facts.no_callback = facts.administers && account.callback_token.is_none();
        facts.stopped_hooks = if facts.administers { webhooks::stopped(pool, app_id).await? } else { 0 };
        facts.requested = if role.may(Right::Review) { store::requested(pool, app_id, who).await? } else { 0 };
        facts.token = tokens.and_then(token_trouble);
        facts.foreign = tokens.filter(|_| facts.may_tokens).and_then(foreign);
        facts.mirror = tokens.filter(|_| facts.may_tokens).and_then(|view| Some(view.mirror.trouble.as_ref()?.0.said()));
        if role.may(Right::History) {
            let midnight = id_floor(day_start(day_number(now)));
            facts.locked = sending_locked(pool).await?;
            if let Some((errcode, errmsg)) = store::hold(pool, app_id).await? {
                facts.hold = Some((trouble_of(Some(errcode), &errmsg), store::waiting(pool, app_id).await?));
            }
            let failures = store::failures(pool, app_id, &midnight).await?;
            facts.failed_messages = failures
                .iter()
                .map(|failed| {
                    (
                        failed.count,
                        reasons::meaning(failed.reason.as_deref().unwrap_or(RECEIPT_FAILED), failed.errcode, failed.errmsg.as_deref()),
                    )
                })
                .collect();
        }
        if role.may(Right::Pictures) {
            let oldest = id_floor(now - KEPT);
            facts.account_full = store::account_full(pool, app_id, &oldest).await?;
            facts.failed_pictures = store::failed_pictures(pool, app_id, &oldest, now, now + URGENT).await?;
            facts.dying = store::dying(pool, app_id, &oldest, now, now + URGENT).await?;
            // The two spans meet: from `expires_at > ?` of the later one nothing is counted twice.
            facts.dying_later = store::dying(pool, app_id, &oldest, now + URGENT - 1, now + DAY).await?;
        }
        Ok(facts)
    }

    async fn recent(&self, app_id: &str, openids: bool) -> Result<Vec<Recent>, sqlx::Error> {
        let rows = store::last_sent(self.core.db.read(), app_id, LOOKED_AT).await?;
        Ok(grouped(rows, openids))
    }
}

fn today_and_yesterday(days: &[Day]) -> (Day, Day) {
    match days {
        [.., yesterday, today] => (*today, *yesterday),
        [today] => (*today, Day::default()),
        [] => (Day::default(), Day::default()),
    }
}

fn trouble_of(errcode: Option<i64>, errmsg: &str) -> Trouble {
    match errcode {
        Some(code) => Trouble {
            errcode,
            reason: Said::new(codes::reason(code, errmsg, true), codes::reason(code, errmsg, false)),
            hint: Said::new(codes::hint(code, true), codes::hint(code, false)),
        },
        None => Trouble {
            errcode: None,
            reason: Said::new("连不上微信", "WeChat cannot be reached"),
            hint: Said::new("检查服务器的网络，会自动再试", "Check the server's network; it is tried again by itself"),
        },
    }
}

/// When another program was found to have ended the token, and whether that can happen again by the way it is fetched.
fn foreign(view: &TokensView) -> Option<(String, bool)> {
    let death = view.early_death.as_ref()?;
    Some((time::clock(death.refused_at), view.mode == TokenMode::Classic))
}

/// The ring's numbers.
fn token(view: &TokensView) -> Token {
    Token {
        token: view.token.fetched_at.zip(view.token.expires_at),
        ticket_until: view.ticket.expires_at,
        next_at: view.token.next_at,
        failing: matches!(view.token.standing, Standing::Soon | Standing::Failed),
    }
}

/// Why the access token is not renewed, while it is not.
fn token_trouble(view: &TokensView) -> Option<Trouble> {
    let error = view.last_error.as_ref().filter(|error| error.kind == Kind::AccessToken && error.mended_at.is_none())?;
    Some(Trouble { errcode: error.errcode, reason: error.reason.clone(), hint: error.hint.clone() })
}

/// Messages that were sent together become one row; the newest [`ROWS`] rows remain.
fn grouped(rows: Vec<store::Sent>, openids: bool) -> Vec<Recent> {
    let mut order: Vec<String> = Vec::new();
    let mut groups: HashMap<String, Vec<store::Sent>> = HashMap::new();
    for row in rows {
        let key = row.together.clone().unwrap_or_else(|| row.id.clone());
        if !groups.contains_key(&key) {
            if order.len() == ROWS {
                continue;
            }
            order.push(key.clone());
        }
        groups.entry(key).or_default().push(row);
    }
    order.into_iter().filter_map(|key| one(&groups.remove(&key)?, openids)).collect()
}

fn one(group: &[store::Sent], openids: bool) -> Option<Recent> {
    let newest = group.first()?;
    let count = |states: &[&str]| group.iter().filter(|row| states.contains(&row.state.as_str())).count();
    let (total, delivered, failed) = (group.len(), count(&["delivered"]), count(&["failed", "unknown"]));
    let outcome = match () {
        () if count(&["queued", "sending"]) > 0 => Outcome::Running,
        () if failed == total => Outcome::Failed,
        () if failed > 0 => Outcome::Partly,
        () if count(&["cancelled"]) == total => Outcome::Cancelled,
        () if delivered + count(&["cancelled"]) == total => Outcome::Done,
        () => Outcome::Taken,
    };
    let recipient = match (&newest.name, openids) {
        (_, false) => masked(&newest.touser),
        (Some(name), true) => name.clone(),
        (None, true) => newest.touser.clone(),
    };
    let whole = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
    Some(Recent {
        id: newest.id.clone(),
        title: newest.title.clone().unwrap_or_default(),
        recipient,
        total: whole(total),
        delivered: whole(delivered),
        outcome,
        actor: newest.actor.clone(),
        at: newest.created_at,
    })
}

/// An openid for somebody who may not see openids.
fn masked(openid: &str) -> String {
    let end: String = openid.chars().rev().take(4).collect::<Vec<_>>().into_iter().rev().collect();
    format!("…{end}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sent(id: &str, together: Option<&str>, state: &str) -> store::Sent {
        store::Sent {
            id: id.into(),
            together: together.map(str::to_owned),
            touser: "oABCDEFGH".into(),
            name: Some("林小满".into()),
            title: Some("活动开始提醒".into()),
            state: state.into(),
            actor: "user:周敏".into(),
            created_at: 5,
        }
    }

    #[test]
    fn what_was_sent_together_is_one_row() {
        let rows = vec![
            sent("9", Some("d"), "delivered"),
            sent("8", None, "failed"),
            sent("7", Some("d"), "failed"),
            sent("6", Some("e"), "accepted"),
            sent("5", Some("e"), "delivered"),
            sent("4", None, "queued"),
            sent("3", None, "cancelled"),
            sent("2", None, "delivered"),
            sent("1", Some("d"), "delivered"),
        ];
        let recent = grouped(rows, true);
        let told: Vec<_> = recent.iter().map(|row| (row.id.as_str(), row.delivered, row.total, row.outcome)).collect();
        assert_eq!(
            told,
            [
                ("9", 2, 3, Outcome::Partly),
                ("8", 0, 1, Outcome::Failed),
                ("6", 1, 2, Outcome::Taken),
                ("4", 0, 1, Outcome::Running),
                ("3", 0, 1, Outcome::Cancelled),
            ]
        );
    }

    #[test]
    fn who_may_not_see_openids_sees_neither_them_nor_names() {
        assert_eq!(grouped(vec![sent("1", None, "delivered")], false)[0].recipient, "…EFGH");
        assert_eq!(grouped(vec![sent("1", None, "delivered")], true)[0].recipient, "林小满");
    }
}
