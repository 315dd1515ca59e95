//! `/batches` and `/batches/{id}`.

use std::collections::HashMap;

use axum::{
    extract::{Path, State},
    response::Response,
};

use super::{
    super::{
        Messages,
        batches::{Again, Batch, list::BatchFilter, store::Outcome, worth_it},
        history::{Cause, Filter},
        http::state_of,
        reasons,
        sending::WAITS_FOR_RECEIPT,
        templates::Template,
    },
    doubts,
    history::{choices, held, line, link as page_of, some, touser, typed},
    timeline,
};
use crate::{
    features::{
        accounts::server::Account,
        audit::model::Actor,
        messages::{
            model::{BatchAct, BatchState, MessageState, Ruling, short_id},
            pages::{
                batch::{self as one_view, BatchView, Reason},
                batches::{self as list_view, Batches, Line},
                card::Card,
                progress::Progress,
            },
        },
    },
    infra::{
        fields::{Form, Query},
        guard::Operator,
        page as answer,
    },
    shared::{
        error::AppError,
        lang::{Lang, Text},
        rights::Right,
    },
    ui::{
        Frame,
        blocks::number,
        texts::{batches as w, messages as mw, rules},
    },
};

/// Rows on a page.
const ROWS: i64 = 50;

/// The account's batches.
pub(super) async fn list(
    State(messages): State<Messages>,
    frame: Frame,
    operator: Operator,
    mut query: Query,
) -> Result<Response, AppError> {
    let account = messages.account_of(&frame)?;
    let openids = operator.role.may(Right::Openids);
    let (filters, cursor) = (typed(&mut query), query.take("cursor"));
    let filter = BatchFilter {
        state: state_of(&mut query, BatchState::parse),
        template_id: some(&filters.template),
        actor: some(&filters.actor),
        touser: touser(&filters, openids),
        from: query.time("from", false),
        to: query.time("to", true),
    };
    query.done()?;
    let listed = messages.batches(&account.app_id, &filter, cursor.as_deref(), ROWS).await?;
    let templates = messages.every_template(&account.app_id).await?;
    let titles: HashMap<&str, &str> = templates.iter().map(|template| (template.template_id.as_str(), template.title.as_str())).collect();
    let lines = listed.items.into_iter().map(|batch| Line {
        template: titles.get(batch.template_id.as_str()).map_or_else(|| short_id(&batch.template_id), |title| (*title).to_owned()),
        by: super::by(&batch.actor, frame.lang),
        progress: progress(&batch, None),
        id: batch.id,
        name: batch.name,
    });
    let view = Batches {
        lines: lines.collect(),
        may_send: operator.role.may(Right::Compose),
        may_rule: operator.role.may(Right::Administer),
        first: cursor.is_some().then(|| page_of(&frame, "/batches", &filters, None)),
        next: listed.next_cursor.as_deref().map(|cursor| page_of(&frame, "/batches", &filters, Some(cursor))),
        choices: choices(&messages, &account.app_id, &templates, openids, frame.lang).await?,
        filters,
    };
    Ok(answer::page(&frame, mw::TITLE.get(frame.lang), || list_view::page(view)))
}

/// One batch.
pub(super) async fn show(
    State(messages): State<Messages>,
    frame: Frame,
    operator: Operator,
    Path(id): Path<String>,
    mut query: Query,
) -> Result<Response, AppError> {
    let account = messages.account_of(&frame)?;
    let batch = messages.batch_of(&account.app_id, &id).await?;
    let ask = query.take("ask");
    if let Some(question) = doubts::asked(&frame, &operator, &batch, ask.as_deref()) {
        return Ok(question);
    }
    if ask.as_deref() == Some("cancel") && operator.role.may(Right::Compose) && batch.state.takes(BatchAct::Cancel) {
        let title = w::CONFIRM_CANCEL.get(frame.lang);
        return Ok(answer::page(&frame, title, || one_view::ask_cancel(&id, batch.name, batch.counts.queued)));
    }
    let tab = state_of(&mut query, MessageState::parse);
    let shown = Shown { cursor: query.take("cursor"), ..Shown::read(&mut query, tab, operator.role.may(Right::Openids)) };
    query.done()?;
    let name = batch.name.clone();
    let view = prepared(&messages, &account, &frame, &operator, batch, shown).await?;
    Ok(answer::page(&frame, &name, || one_view::page(view)))
}

/// Which rows somebody looks at.
#[derive(Default)]
pub(super) struct Shown {
    tab: Option<MessageState>,
    cause: Option<Cause>,
    touser: String,
    cursor: Option<String>,
}

impl Shown {
    /// Reads everything but the cursor. A cause without a state is one of failures.
    pub(super) fn read(query: &mut Query, tab: Option<MessageState>, openids: bool) -> Self {
        let touser = query.take("touser").filter(|_| openids).map(|text| text.trim().to_owned()).unwrap_or_default();
        let (reason, code) = (query.take("reason"), query.take("errcode"));
        let errcode = code.as_deref().and_then(|code| code.parse().ok());
        if code.is_some() && (errcode.is_none() || reason.is_none()) {
            let detail = Text::new("应是数字，并和 reason 一起用。", "Must be a number, and goes with reason.");
            query.refuse("errcode", "not_a_number", detail);
        }
        let cause = reason.map(|reason| Cause { reason, errcode });
        Self { tab: tab.or(cause.is_some().then_some(MessageState::Failed)), cause, touser, cursor: None }
    }

    /// The same rows as the history knows them.
    pub(super) async fn filter(&self, messages: &Messages, app_id: &str, batch_id: &str) -> Result<Filter, sqlx::Error> {
        let people = match self.touser.as_str() {
            "" => None,
            text => Some(messages.people_meant(app_id, text).await?),
        };
        Ok(Filter { state: self.tab, cause: self.cause.clone(), people, batch_id: Some(batch_id.to_owned()), ..Filter::default() })
    }
}

async fn prepared(
    messages: &Messages,
    account: &Account,
    frame: &Frame,
    operator: &Operator,
    batch: Batch,
    shown: Shown,
) -> Result<BatchView, AppError> {
    let (openids, lang) = (operator.role.may(Right::Openids), frame.lang);
    let listed =
        messages.list(&account.app_id, &shown.filter(messages, &account.app_id, &batch.id).await?, shown.cursor.as_deref(), ROWS).await?;
    let hold = messages.standstill(&account.app_id).await?;
    let template = messages.any_template(&account.app_id, &batch.template_id).await?;
    let title = template.as_ref().map_or_else(|| short_id(&batch.template_id), |template| template.title.clone());
    let titles = HashMap::from([(batch.template_id.as_str(), title.as_str())]);
    let names = if openids { messages.names(&account.app_id, &listed.items).await? } else { HashMap::new() };
    let outcomes = messages.batch_outcomes(&batch.id).await?;
    let worth = worth_it();
    let retryable = outcomes.iter().filter(|outcome| is_worth_it(outcome, &worth)).map(|outcome| outcome.count).sum();
    let path = frame.href(&format!("/batches/{}", batch.id));
    let link = |cursor: Option<&str>| link(&path, &shown, cursor);
    let opens = batch.miniprogram.as_ref().map(|mini| format!("{} {}", mini.appid, mini.pagepath)).or_else(|| batch.url.clone());
    let may_send = operator.role.may(Right::Compose);
    Ok(BatchView {
        lines: listed.items.iter().map(|message| line(message.clone(), hold.as_ref(), &titles, &names, openids, lang)).collect(),
        first: shown.cursor.is_some().then(|| link(None)),
        next: listed.next_cursor.as_deref().map(|cursor| link(Some(cursor))),
        progress: progress(&batch, None),
        paused: batch
            .why()
            .map(|(meaning, hint)| (meaning.get(lang).to_owned(), hint.map(|hint| hint.get(lang).to_owned()), batch.errcode)),
        held: hold.as_ref().map(|hold| held(hold, lang)),
        skipped: (batch.duplicates, batch.rejected.len()),
        reasons: reasons_of(outcomes, &worth, lang),
        retryable,
        card: card(title.clone(), template.as_ref(), &batch),
        opens: opens.unwrap_or_else(|| mw::OPENS_NOTHING.get(lang).to_owned()),
        latest: batch.send_at.saturating_add(batch.ttl),
        events: timeline::events(messages, &batch, lang).await?,
        again: (may_send && template.is_some()).then(|| format!("{}?template={}", frame.href("/send"), batch.template_id)),
        may_approve: operator.role.may(Right::Approve) && batch.actor != Actor::User(operator.name.clone()).tag(),
        by: super::by(&batch.actor, lang),
        template: title,
        tab: shown.tab,
        cause: shown.cause.as_ref().map(|cause| reasons::meaning(&cause.reason, cause.errcode, None).get(lang).to_owned()),
        export: self::link(&format!("{path}/export.csv"), &shown, None),
        touser: shown.touser,
        openids,
        may_send,
        id: batch.id,
        name: batch.name,
    })
}

fn link(path: &str, shown: &Shown, cursor: Option<&str>) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    let state = shown.tab.map(MessageState::word).unwrap_or_default();
    let reason = shown.cause.as_ref().map(|cause| cause.reason.as_str()).unwrap_or_default();
    let code = shown.cause.as_ref().and_then(|cause| cause.errcode).map(|code| code.to_string()).unwrap_or_default();
    let pairs =
        [("state", state), ("reason", reason), ("errcode", &code), ("touser", &shown.touser), ("cursor", cursor.unwrap_or_default())];
    query.extend_pairs(pairs.into_iter().filter(|(_, value)| !value.is_empty()));
    format!("{path}?{}", query.finish())
}

/// How a batch goes, as its page and whoever watches see it.
pub(super) fn progress(batch: &Batch, speed: Option<f64>) -> Progress {
    Progress {
        state: batch.state,
        counts: batch.counts,
        total: batch.total,
        canary: batch.canary.as_ref().filter(|ahead| ahead.ended_at.is_none()).map(|ahead| ahead.rule),
        created_at: batch.created_at,
        send_at: batch.send_at,
        started_at: batch.started_at,
        ended_at: batch.ended_at,
        speed,
    }
}

fn is_worth_it(outcome: &Outcome, worth: &[String]) -> bool {
    outcome.state == MessageState::Failed.word() && outcome.reason.as_ref().is_some_and(|reason| worth.contains(reason))
}

/// Causes as the page shows them. All that is uncertain is one row: the same is to be done about it.
fn reasons_of(outcomes: Vec<Outcome>, worth: &[String], lang: Lang) -> Vec<Reason> {
    let mut rows: Vec<Reason> = Vec::new();
    for row in outcomes.into_iter().map(|outcome| reason(outcome, worth, lang)) {
        match rows.iter_mut().find(|other| row.state == MessageState::Unknown && other.state == row.state) {
            Some(other) => (other.count, other.waits_until) = (other.count + row.count, other.waits_until.max(row.waits_until)),
            None => rows.push(row),
        }
    }
    rows
}

fn reason(outcome: Outcome, worth: &[String], lang: Lang) -> Reason {
    let word = outcome.reason.as_deref().unwrap_or_default();
    Reason {
        state: MessageState::parse(&outcome.state).unwrap_or(MessageState::Failed),
        meaning: reasons::meaning(word, outcome.errcode, outcome.errmsg.as_deref()).get(lang).to_owned(),
        hint: reasons::hint(word, outcome.errcode).map(|hint| hint.get(lang).to_owned()),
        worth_it: is_worth_it(&outcome, worth),
        errcode: outcome.errcode,
        count: outcome.count,
        waits_until: (outcome.state == MessageState::Unknown.word()).then(|| outcome.called_at + WAITS_FOR_RECEIPT),
        word: word.to_owned(),
    }
}

fn card(title: String, template: Option<&Template>, batch: &Batch) -> Card {
    let opens = batch.url.is_some() || batch.miniprogram.is_some();
    match template {
        Some(template) => Card::new(title, &template.fields(), &batch.data, opens),
        None => Card::unknown(title, &batch.data, opens),
    }
}

/// Pauses, resumes, cancels, retries.
pub(super) async fn act(
    State(messages): State<Messages>,
    frame: Frame,
    operator: Operator,
    Path(id): Path<String>,
    form: Form,
) -> Result<Response, AppError> {
    let account = messages.account_of(&frame)?;
    let batch = messages.batch_of(&account.app_id, &id).await?;
    let place = frame.href(&format!("/batches/{id}"));
    if let Some(ruling) = Ruling::parse(form.get("intent")) {
        let done = doubts::rule(&messages, &batch, ruling, &operator, frame.lang).await;
        return Ok(answer::done(&place, Some(&done.or_else(|error| said(error, frame.lang))?)));
    }
    let act = BatchAct::parse(form.get("intent")).ok_or_else(AppError::not_found)?;
    let actor = Actor::User(operator.name.clone());
    let done = match act {
        BatchAct::Approve => {
            operator.prove(Right::Approve)?;
            messages.approve_batch(&batch, actor).await.map(|()| (0, batch))
        }
        BatchAct::Retry => messages.retry_batch(&batch, again(&form)?, actor).await,
        _ => messages.turn_batch(&batch, act, actor).await,
    };
    let told = match done {
        Ok((count, _)) => flash(act, count, frame.lang),
        Err(error) => said(error, frame.lang)?,
    };
    Ok(answer::done(&place, Some(&told)))
}

/// Somebody was faster, or the last message went out meanwhile: the page shows how it stands now.
fn said(error: AppError, lang: Lang) -> Result<String, AppError> {
    let shown = matches!(error.status, 409 | 423) || error.code == "own_batch";
    if shown { Ok(error.detail.get(lang).to_owned()) } else { Err(error) }
}

/// What a retry takes: those with one cause, or what a second try can mend.
fn again(form: &Form) -> Result<Again, AppError> {
    if form.get("reason").is_empty() {
        return Ok(Again::default());
    }
    let errcode = match form.get("errcode") {
        "" => None,
        code => Some(code.parse().map_err(|_| AppError::not_found())?),
    };
    Ok(Again { cause: Some(Cause { reason: form.get("reason").to_owned(), errcode }), ..Again::default() })
}

fn flash(act: BatchAct, count: u64, lang: Lang) -> String {
    let count = number(i64::try_from(count).unwrap_or(0));
    match (act, lang) {
        (BatchAct::Approve, _) => rules::APPROVED.get(lang).to_owned(),
        (BatchAct::Pause, Lang::Zh) => format!("已暂停，剩 {count} 人没发"),
        (BatchAct::Pause, Lang::En) => format!("Paused with {count} left"),
        (BatchAct::Resume, Lang::Zh) => format!("继续发给 {count} 人"),
        (BatchAct::Resume, Lang::En) => format!("Sending goes on to {count}"),
        (BatchAct::Cancel, Lang::Zh) => format!("已取消 {count} 人"),
        (BatchAct::Cancel, Lang::En) => format!("Cancelled {count}"),
        (BatchAct::Retry, Lang::Zh) => format!("正在重试 {count} 人"),
        (BatchAct::Retry, Lang::En) => format!("Retrying {count}"),
    }
}
