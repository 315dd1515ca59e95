//! Taking a batch in: every recipient checked, and all of them frozen with the batch in one transaction.

use std::collections::HashSet;

use super::{Ahead, Batch, Rejected, store, upload::Recipient};
use crate::{
    features::{
        accounts::server::Account,
        audit::{model::Act, server::record_in},
        messages::{
            model::{BatchState, Canary, Channel, Counts, Data, Miniprogram, TemplateField, check_values, is_openid},
            server::{
                Messages,
                accept::locked,
                drafts::{self, OF_DRAFT},
                templates::{self, Template},
            },
        },
        users::server::keys::spend_in,
    },
    infra::{clock::Chance, fields::check_text},
    shared::{
        error::{AppError, FieldError},
        lang::Text,
    },
};

/// How many messages one statement files.
const CHUNK: usize = 1000;
/// The longest value of a template we know nothing about.
const LONGEST_VALUE: usize = 2000;

/// A batch to be filed; what all recipients share is checked already.
#[derive(Clone, Debug, Default)]
pub struct NewBatch {
    /// What people call it.
    pub name: String,
    /// The template's long id.
    pub template_id: String,
    /// The values all recipients share.
    pub data: Data,
    /// The page a tap opens.
    pub url: Option<String>,
    /// The mini program a tap opens.
    pub miniprogram: Option<Miniprogram>,
    /// Milliseconds its messages may wait; the setting `--message-ttl` without.
    pub ttl: Option<i64>,
    /// When it may start; now without.
    pub send_at: Option<i64>,
    /// Whether a second person has to agree first.
    pub approval: bool,
    /// How many go first, and how many of them must have received it before the others follow.
    pub canary: Option<Canary>,
    /// Who makes it.
    pub actor: String,
    /// What makes a second submission land on the same batch.
    pub request: Option<String>,
    /// The API key whose daily limit its messages count against.
    pub key_id: Option<String>,
    /// By which call its messages go out; that of its template without.
    pub channel: Option<Channel>,
    /// What its list of people is called, for its timeline.
    pub list: Option<String>,
}

/// Recipients after the check.
#[derive(Debug, Default)]
pub(super) struct Checked {
    /// Messages as JSON arrays of `[id, touser, data]`, some in each.
    pub(super) chunks: Vec<String>,
    /// How many messages those are.
    pub(super) total: usize,
    /// The id of the last message among those that go first, where others follow.
    pub(super) last_of_first: Option<String>,
    /// How many recipients were named again.
    pub(super) duplicates: i64,
    /// Recipients that cannot be sent to.
    pub(super) rejected: Vec<Rejected>,
}

impl Messages {
    /// Files a batch with its recipients; a request that was filed before gives that batch.
    ///
    /// # Errors
    /// 422 when nobody is left to send to, or for a link to a host that is not listed; 423 `sending_locked`; 429 `daily_limit` of the key; the database.
    pub async fn file_batch(&self, account: &Account, new: NewBatch, recipients: Vec<Recipient>, act: Act) -> Result<Batch, AppError> {
        if self.is_locked().await? {
            return Err(locked());
        }
        if let Some(fault) = self.link_fault(&account.app_id, new.url.as_deref().as_slice()).await? {
            return Err(AppError::invalid(vec![fault]));
        }
        let template = self.any_template(&account.app_id, &new.template_id).await?;
        let channel = new.channel.or_else(|| template.as_ref().map(Template::channel)).unwrap_or_default();
        let fields = template.filter(|template| template.channel() == channel).map(|template| template.fields());
        let (now, chance, shared) = (self.core.now(), self.core.chance.clone(), new.data.clone());
        let first = new.canary.and_then(|canary| usize::try_from(canary.first).ok());
        let check = move || checked(recipients, &shared, fields.as_deref(), first, now, &chance);
        let mut checked = tokio::task::spawn_blocking(check).await.map_err(anyhow::Error::from)?;
        if checked.total == 0 {
            return Err(nobody(&checked.rejected));
        }
        let (key_id, list) = (new.key_id.clone(), new.list.clone());
        let batch = self.frame_of(account, new, &mut checked, now);
        let filed = self.core.db.write_alone(move |connection| {
            Box::pin(async move {
                if let Some(request) = &batch.request
                    && let Some(known) = store::by_request(connection, request).await?
                {
                    return Ok(Ok(known));
                }
                if let Some(key_id) = key_id
                    && let Err(spent) = spend_in(connection, &key_id, batch.total, now).await?
                {
                    return Ok(Err(spent));
                }
                store::insert(connection, &batch).await?;
                for chunk in checked.chunks {
                    store::insert_messages(connection, &batch, channel, &chunk).await?;
                }
                templates::store::used(connection, &batch.app_id, &batch.template_id, now).await?;
                if let Some(draft) = batch.request.as_deref().and_then(|request| request.strip_prefix(OF_DRAFT)) {
                    drafts::store::sent(connection, draft, now).await?;
                }
                let facts = serde_json::json!({ "template_id": batch.template_id, "recipients": batch.total, "list": list });
                record_in(connection, now, &Act { object: format!("batch:{}", batch.id), ..act.detail(facts.to_string()) }).await?;
                Ok(Ok(batch))
            })
        });
        let filed = filed.await?.map_err(|spent| spent.refusal(now))?;
        self.bell.ring();
        Ok(filed)
    }

    fn frame_of(&self, account: &Account, new: NewBatch, checked: &mut Checked, now: i64) -> Batch {
        let total = i64::try_from(checked.total).unwrap_or(i64::MAX);
        let send_at = new.send_at.unwrap_or(now).max(now);
        let started = send_at <= now && !new.approval;
        Batch {
            id: self.core.new_id(),
            app_id: account.app_id.clone(),
            name: new.name,
            template_id: new.template_id,
            data: new.data,
            url: new.url,
            miniprogram: new.miniprogram,
            state: match started {
                _ if new.approval => BatchState::AwaitingApproval,
                true => BatchState::Running,
                false => BatchState::Scheduled,
            },
            reason: None,
            errcode: None,
            errmsg: None,
            ttl: new.ttl.unwrap_or_else(|| i64::try_from(self.core.settings.message_ttl.as_millis()).unwrap_or(i64::MAX)),
            send_at,
            actor: new.actor,
            request: new.request,
            canary: new.canary.zip(checked.last_of_first.take()).map(|(rule, last)| Ahead { rule, last, ended_at: None }),
            duplicates: checked.duplicates,
            rejected: std::mem::take(&mut checked.rejected),
            total,
            counts: Counts { queued: total, ..Counts::default() },
            created_at: now,
            started_at: started.then_some(now),
            ended_at: None,
        }
    }
}

/// What is wrong with the values all recipients share; what is missing there, a recipient may bring.
pub(super) fn shared_faults(fields: &[TemplateField], data: &Data) -> Vec<FieldError> {
    check_values(fields, data).into_iter().filter(|fault| fault.code != "missing").collect()
}

fn checked(
    recipients: Vec<Recipient>,
    shared: &Data,
    fields: Option<&[TemplateField]>,
    first: Option<usize>,
    now: i64,
    chance: &Chance,
) -> Checked {
    let (mut checked, mut last_of_first) = (Checked::default(), None);
    let mut known: HashSet<Box<str>> = HashSet::with_capacity(recipients.len());
    let order: Vec<&str> = fields.unwrap_or_default().iter().map(|field| field.key.as_str()).collect();
    let mut rows = Vec::with_capacity(CHUNK.min(recipients.len()));
    for Recipient { index, touser, data } in recipients {
        if known.contains(&touser) {
            checked.duplicates += 1;
            continue;
        }
        let whole = overlaid(shared, data).ordered(&order);
        match fault(&touser, &whole, fields) {
            Some((code, field)) => {
                let touser = touser.chars().take(128).collect();
                checked.rejected.push(Rejected { index, touser, code: code.to_owned(), field });
            }
            None => {
                let id = serial_id(now, checked.total, chance);
                checked.total += 1;
                if Some(checked.total) == first {
                    last_of_first = Some(id.clone());
                } else if checked.last_of_first.is_none() {
                    // Only now is it known that others follow.
                    checked.last_of_first = last_of_first.take();
                }
                rows.push((id, touser.clone(), whole));
                known.insert(touser);
            }
        }
        if rows.len() == CHUNK {
            checked.chunks.push(serde_json::to_string(&rows).unwrap_or_default());
            rows.clear();
        }
    }
    if !rows.is_empty() {
        checked.chunks.push(serde_json::to_string(&rows).unwrap_or_default());
    }
    checked
}

fn fault(touser: &str, data: &Data, fields: Option<&[TemplateField]>) -> Option<(&'static str, Option<String>)> {
    if !is_openid(touser) {
        return Some(("openid_malformed", None));
    }
    if let Some(fields) = fields {
        return check_values(fields, data).into_iter().next().map(|fault| (fault.code, Some(fault.field)));
    }
    let wrong = |(key, value): &(String, String)| {
        let code = check_text(key, 1, 64).and_then(|()| check_text(&value.replace('\n', " "), 0, LONGEST_VALUE)).err()?.0;
        Some((code, Some(format!("data.{}", key.chars().filter(|c| !c.is_control()).take(64).collect::<String>()))))
    };
    data.0.iter().find_map(wrong)
}

/// A recipient's own values over the shared ones.
fn overlaid(shared: &Data, own: Data) -> Data {
    let mut whole = shared.clone();
    for (key, value) in own.0 {
        match whole.0.iter_mut().find(|(known, _)| *known == key) {
            Some((_, kept)) => *kept = value,
            None => whole.0.push((key, value)),
        }
    }
    whole
}

/// The id of the `at`-th message of a batch: as unguessable as any, and in the order of the list, so that filing them only appends.
fn serial_id(now: i64, at: usize, chance: &Chance) -> String {
    let mut bytes = chance.bytes::<10>();
    let low = |bits: usize| u8::try_from((at >> bits) & 0xff).unwrap_or(0);
    // A version 7 id leaves 4 + 8 + 6 bits here, in this order.
    (bytes[0], bytes[1], bytes[2]) = (low(14) & 0x0f, low(6), low(0) & 0x3f);
    let id = uuid::Builder::from_unix_timestamp_millis(u64::try_from(now).unwrap_or(0), &bytes);
    id.into_uuid().simple().to_string()
}

fn nobody(rejected: &[Rejected]) -> AppError {
    let mut faults: Vec<FieldError> = rejected.iter().take(50).map(refusal).collect();
    if faults.is_empty() {
        faults.push(FieldError::new("recipients", "missing", Text::new("至少要有一个收件人。", "Add at least one recipient.")));
    }
    AppError::invalid(faults)
}

fn refusal(rejected: &Rejected) -> FieldError {
    let field = rejected.field.as_deref().unwrap_or("touser");
    let code = REFUSALS.iter().find(|known| **known == rejected.code).copied().unwrap_or("refused");
    FieldError::new(
        format!("recipients[{}].{field}", rejected.index),
        code,
        Text::new("这个收件人的 OpenID 或内容不符合要求。", "This recipient's openid or values break a rule."),
    )
}

/// Codes that an answer with nobody left repeats by name.
const REFUSALS: [&str; 6] = ["openid_malformed", "missing", "empty", "too_long", "unknown_key", "control_character"];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::features::messages::model::fields;

    fn recipient(index: u64, touser: &str, pairs: &[(&str, &str)]) -> Recipient {
        let data = Data(pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect());
        Recipient { index, touser: touser.into(), data }
    }

    #[test]
    fn each_person_once_and_whoever_breaks_a_rule_is_named() {
        let known = fields("名称:{{thing1.DATA}}\n金额:{{amount2.DATA}}");
        let shared = Data(vec![("thing1".into(), "冬季营".into())]);
        let list = vec![
            recipient(0, "oA", &[("amount2", "9元")]),
            recipient(1, "oB", &[]),
            recipient(2, "o A", &[("amount2", "9元")]),
            recipient(3, "oA", &[("amount2", "8元")]),
            recipient(4, "oC", &[("amount2", "9元"), ("thing1", "一二三四五六七八九十一二三四五六七八九十一")]),
            recipient(5, "oD", &[("amount2", "9元"), ("nothing", "x")]),
        ];
        let checked = checked(list, &shared, Some(&known), None, 1, &Chance::seeded(1));
        assert_eq!((checked.total, checked.duplicates), (1, 1));
        let refused: Vec<_> = checked.rejected.iter().map(|one| (one.index, one.code.as_str(), one.field.as_deref())).collect();
        assert_eq!(
            refused,
            [
                (1, "missing", Some("data.amount2")),
                (2, "openid_malformed", None),
                (4, "too_long", Some("data.thing1")),
                (5, "unknown_key", Some("data.nothing")),
            ]
        );
        assert!(checked.chunks[0].contains(r#""oA",{"thing1":"冬季营","amount2":"9元"}"#), "{:?}", checked.chunks);
    }

    #[test]
    fn whoever_goes_first_goes_before_somebody() {
        let last = |people: u64, first| {
            let list = (0..people).map(|at| recipient(at, &format!("o{at}"), &[])).collect();
            checked(list, &Data::default(), None, first, 1_795_320_000_000, &Chance::seeded(1))
        };
        assert_eq!(last(3, Some(3)).last_of_first, None, "nobody is left to follow");
        assert_eq!(last(3, None).last_of_first, None);
        let some = last(3, Some(2));
        let rows: Vec<(String, String, Data)> = serde_json::from_str(&some.chunks[0]).expect("rows");
        assert_eq!(some.last_of_first.as_deref(), Some(rows[1].0.as_str()));
    }

    #[test]
    fn ids_follow_the_list() {
        let chance = Chance::seeded(1);
        let ids: Vec<_> = (0..100_000).step_by(999).map(|at| serial_id(1_795_320_000_000, at, &chance)).collect();
        assert!(ids.windows(2).all(|pair| pair[0] < pair[1]));
    }
}
