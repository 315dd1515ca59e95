//! `/messages`.

use std::collections::HashMap;

use axum::{
    extract::{Path, State},
    response::Response,
};

use super::{
    super::{
        Message, Messages,
        history::Filter,
        http::state_of,
        reasons,
        record::with_hold,
        sending::{Standstill, WAITS_FOR_RECEIPT},
        templates::Template,
    },
    doubts,
};
use crate::{
    features::{
        audit::{
            model::action_text,
            server::{self as audit, about},
        },
        messages::{
            model::{BatchAct, Channel, MessageState, masked, short_id},
            pages::{
                card::Card,
                history::{self as list_view, Choices, Filters, Held, History, Line},
                message::{self as one_view, Event, One},
            },
        },
    },
    infra::{
        fields::{Form, Query},
        guard::Operator,
        page as answer,
    },
    shared::{error::AppError, lang::Lang, rights::Right},
    ui::{Frame, texts::messages as w},
};

/// Rows on a page.
const ROWS: i64 = 50;
/// What people did to one message, at most.
const ACTS: i64 = 30;

/// The history with its filters.
pub(super) async fn list(
    State(messages): State<Messages>,
    frame: Frame,
    operator: Operator,
    mut query: Query,
) -> Result<Response, AppError> {
    let account = messages.account_of(&frame)?;
    let openids = operator.role.may(Right::Openids);
    let (filters, filter) = read(&mut query, openids);
    let cursor = query.take("cursor");
    query.done()?;
    let hold = messages.standstill(&account.app_id).await?;
    let listed = messages.list(&account.app_id, &filter, cursor.as_deref(), ROWS).await?;
    let templates = messages.every_template(&account.app_id).await?;
    let names = if openids { messages.names(&account.app_id, &listed.items).await? } else { HashMap::new() };
    let titles: HashMap<&str, &str> = templates.iter().map(|template| (template.template_id.as_str(), template.title.as_str())).collect();
    let lines = listed.items.iter().map(|message| line(message.clone(), hold.as_ref(), &titles, &names, openids, frame.lang)).collect();
    let view = History {
        lines,
        choices: choices(&messages, &account.app_id, &templates, openids, frame.lang).await?,
        may_send: operator.role.may(Right::Compose),
        first: cursor.is_some().then(|| link(&frame, "/messages", &filters, None)),
        next: listed.next_cursor.map(|cursor| link(&frame, "/messages", &filters, Some(&cursor))),
        held: hold.map(|hold| held(&hold, frame.lang)),
        locked: messages.is_locked().await?,
        batch: of_batch(&messages, &account.app_id, &frame, &filters).await?,
        export: link(&frame, "/messages/export.csv", &filters, None),
        filters,
    };
    Ok(answer::page(&frame, w::TITLE.get(frame.lang), || list_view::page(view)))
}

/// The filters of the history, as they stand in its address and as the list takes them.
pub(super) fn read(query: &mut Query, openids: bool) -> (Filters, Filter) {
    let mut filters = typed(query);
    // Whoever sees no openids asks for none, nor carries one along into links.
    if !openids {
        filters.touser.clear();
    }
    let filters = Filters { batch: query.take("batch").unwrap_or_default(), draft: query.take("draft").unwrap_or_default(), ..filters };
    let filter = Filter {
        state: state_of(query, MessageState::parse),
        template_id: some(&filters.template),
        touser: touser(&filters, openids),
        batch_id: some(&filters.batch),
        people: None,
        cause: None,
        actor: some(&filters.actor),
        draft_id: some(&filters.draft),
        from: query.time("from", false),
        to: query.time("to", true),
    };
    (filters, filter)
}

/// The name of the batch whose messages are shown, and the list without that filter.
async fn of_batch(messages: &Messages, app_id: &str, frame: &Frame, filters: &Filters) -> Result<Option<(String, String)>, AppError> {
    if filters.batch.is_empty() {
        return Ok(None);
    }
    let found = messages.batches_of(app_id, std::slice::from_ref(&filters.batch)).await?.pop();
    let name = found.map_or_else(|| short_id(&filters.batch), |batch| batch.name);
    Ok(Some((name, link(frame, "/messages", &Filters { batch: String::new(), ..filters.clone() }, None))))
}

/// Lets one message probe whether a hold's cause is gone.
pub(super) async fn act(State(messages): State<Messages>, frame: Frame, form: Form) -> Result<Response, AppError> {
    let account = messages.account_of(&frame)?;
    if form.get("intent") != "try_again" {
        return Err(AppError::not_found());
    }
    messages.try_again(&account.app_id).await?;
    Ok(answer::done(&frame.href("/messages"), Some(w::TRYING.get(frame.lang))))
}

/// One message.
pub(super) async fn one(
    State(messages): State<Messages>,
    frame: Frame,
    operator: Operator,
    Path(id): Path<String>,
    mut query: Query,
) -> Result<Response, AppError> {
    let ask = query.take("ask");
    query.done()?;
    let account = messages.account_of(&frame)?;
    let hold = messages.standstill(&account.app_id).await?;
    let message = with_hold(messages.get_of(&account.app_id, &id).await?, hold.as_ref());
    let template = messages.any_template(&account.app_id, &message.template_id).await?;
    let openids = operator.role.may(Right::Openids);
    let names = if openids { messages.names(&account.app_id, std::slice::from_ref(&message)).await? } else { HashMap::new() };
    let again = (operator.role.may(Right::Compose) && template.as_ref().is_some_and(|template| template.gone_at.is_none()))
        .then(|| format!("{}?template={}", frame.href("/send"), message.template_id));
    let name = names.get(&message.touser).cloned();
    let batch = match &message.batch_id {
        Some(id) => messages.batches_of(&account.app_id, std::slice::from_ref(id)).await?.pop(),
        None => None,
    };
    let may_again = batch.as_ref().is_none_or(|batch| batch.state.takes(BatchAct::Retry));
    let may = operator.role.may(Right::Compose);
    if may && may_again && message.state == MessageState::Unknown {
        let who = name.clone().unwrap_or_else(|| shown_openid(&message, openids));
        if let Some(question) = doubts::asked_of_message(&frame, &id, who, ask.as_deref()) {
            return Ok(question);
        }
    }
    let acts = about(messages.core.db.read(), &format!("message:{id}"), ACTS).await?;
    let mut shown = detail(message, template.as_ref(), openids, frame.lang);
    shown.events.extend(acts.into_iter().map(|done| done_by(&done, frame.lang)));
    shown.events.sort_by_key(|event| std::cmp::Reverse(event.at));
    let (may_undo, batch) = (may && batch.is_none(), batch.map(|batch| (batch.id, batch.name)));
    let view = One { again, name, batch, rules: (may, may_again), may_undo, ..shown };
    Ok(answer::page(&frame, w::ONE_TITLE.get(frame.lang), || one_view::page(view)))
}

/// The filters of a list as they stand in its address.
pub(super) fn typed(query: &mut Query) -> Filters {
    let mut word = |name| query.take(name).unwrap_or_default();
    Filters {
        state: word("state"),
        template: word("template"),
        touser: word("touser"),
        from: word("from"),
        to: word("to"),
        actor: word("by"),
        ..Filters::default()
    }
}

pub(super) fn some(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}

/// The openid searched for; searching by one that may not be seen would tell whether it is there.
pub(super) fn touser(filters: &Filters, openids: bool) -> Option<String> {
    if openids { some(filters.touser.trim()) } else { None }
}

/// What the filters of a list offer.
pub(super) async fn choices(
    messages: &Messages,
    app_id: &str,
    templates: &[Template],
    openids: bool,
    lang: Lang,
) -> Result<Choices, AppError> {
    Ok(Choices {
        templates: templates.iter().map(|template| (template.template_id.clone(), template.title.clone())).collect(),
        senders: messages.senders(app_id).await?.into_iter().map(|actor| (super::by(&actor, lang), actor)).collect(),
        openids,
    })
}

/// A page of a list, filtered.
pub(super) fn link(frame: &Frame, place: &str, filters: &Filters, cursor: Option<&str>) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    let pairs = [
        ("state", filters.state.as_str()),
        ("template", &filters.template),
        ("touser", &filters.touser),
        ("from", &filters.from),
        ("to", &filters.to),
        ("by", &filters.actor),
        ("batch", &filters.batch),
        ("draft", &filters.draft),
        ("cursor", cursor.unwrap_or_default()),
    ];
    query.extend_pairs(pairs.into_iter().filter(|(_, value)| !value.is_empty()));
    format!("{}?{}", frame.href(place), query.finish())
}

pub(super) fn held(hold: &Standstill, lang: Lang) -> Held {
    Held {
        meaning: hold.meaning().get(lang).to_owned(),
        hint: hold.hint().get(lang).to_owned(),
        errcode: hold.refusal().map(|(errcode, _)| errcode),
        try_again_at: hold.try_again_at(),
    }
}

pub(super) fn shown_openid(message: &Message, openids: bool) -> String {
    if openids { message.touser.clone() } else { masked(&message.touser) }
}

pub(super) fn line(
    message: Message,
    hold: Option<&Standstill>,
    titles: &HashMap<&str, &str>,
    names: &HashMap<String, String>,
    openids: bool,
    lang: Lang,
) -> Line {
    let message = with_hold(message, hold);
    Line {
        explanation: explanation(&message, lang).0,
        name: names.get(&message.touser).cloned(),
        openid: shown_openid(&message, openids),
        template: named(&message, titles.get(message.template_id.as_str()).copied(), lang),
        state: message.state,
        errcode: message.errcode,
        msgid: message.msgid,
        by: super::by(&message.actor, lang),
        at: message.created_at,
        id: message.id,
    }
}

/// What its template is called. Notifications are marked as what they are.
fn named(message: &Message, title: Option<&str>, lang: Lang) -> String {
    match (message.channel, title) {
        (Channel::Subscribe, Some(title)) => format!("{} · {title}", w::NOTIFICATION.get(lang)),
        (Channel::Subscribe, None) => format!("{} · {}", w::NOTIFICATION.get(lang), short_id(&message.template_id)),
        (Channel::Template, Some(title)) => title.to_owned(),
        (Channel::Template, None) => short_id(&message.template_id),
    }
}

/// Why it stands where it does, and what to do.
fn explanation(message: &Message, lang: Lang) -> (String, Option<String>) {
    if let Some(reason) = &message.reason {
        let meaning = reasons::meaning(reason, message.errcode, message.errmsg.as_deref());
        let hint = reasons::hint_of(message);
        return (meaning.get(lang).to_owned(), hint.map(|said| said.get(lang).to_owned()));
    }
    let text = match message.state {
        // Not called yet, and not due: what a person sent can be taken back for some seconds.
        MessageState::Queued if message.attempts == 0 && message.not_before > message.created_at => w::RESTS,
        MessageState::Queued => w::WAITS_TURN,
        MessageState::Sending => w::CALLING,
        MessageState::Accepted => w::WAITS_RECEIPT,
        MessageState::Delivered => w::RECEIPT_SUCCESS,
        MessageState::Cancelled => w::TAKEN_BACK,
        MessageState::Failed | MessageState::Unknown => w::EVENT_END,
    };
    (text.get(lang).to_owned(), None)
}

/// What somebody did, for a timeline.
fn done_by(done: &audit::Line, lang: Lang) -> Event {
    let name = action_text(&done.action).map_or_else(|| done.action.clone(), |text| text.get(lang).to_owned());
    Event { class: "", name, at: done.at, line: Some(super::by(&format!("{}:{}", done.actor_kind, done.actor), lang)) }
}

fn detail(message: Message, template: Option<&Template>, openids: bool, lang: Lang) -> One {
    let opens = message.url.is_some() || message.miniprogram.is_some();
    let title = named(&message, template.map(|template| template.title.as_str()), lang);
    let card = match template {
        Some(template) => Card::new(title.clone(), &template.fields(), &message.data, opens),
        None => Card::unknown(title.clone(), &message.data, opens),
    };
    let place = message.miniprogram.as_ref().map(|mini| format!("{} {}", mini.appid, mini.pagepath));
    One {
        id: message.id.clone(),
        template: title,
        again: None,
        name: None,
        openid: shown_openid(&message, openids),
        card,
        opens: place.or_else(|| message.url.clone()).unwrap_or_else(|| w::OPENS_NOTHING.get(lang).to_owned()),
        state: message.state,
        why: Some(explanation(&message, lang)),
        waits_until: (message.state == MessageState::Unknown).then(|| message.intent_at.unwrap_or(message.created_at) + WAITS_FOR_RECEIPT),
        errcode: message.errcode,
        errmsg: message.errmsg.clone(),
        msgid: message.msgid,
        client_msg_id: message.client_msg_id.clone(),
        attempts: message.attempts,
        expires_at: message.expires_at,
        by: super::by(&message.actor, lang),
        events: events(&message, lang),
        batch: None,
        rules: (false, false),
        may_undo: false,
        since: message.sent_at.unwrap_or(message.not_before),
    }
}

/// Its way, newest first.
fn events(message: &Message, lang: Lang) -> Vec<Event> {
    let event = |class, name: &'static str, at: i64, line| Event { class, name: name.to_owned(), at, line };
    let mut events = vec![event("", w::EVENT_CREATED.get(lang), message.created_at, None)];
    if let Some(at) = message.intent_at {
        let calls = format!("{} {}", w::ATTEMPTS.get(lang), message.attempts);
        events.push(event("", w::EVENT_INTENT.get(lang), at, Some(calls)));
    }
    if let Some(at) = message.sent_at {
        events.push(event("", w::EVENT_SENT.get(lang), at, message.msgid.map(|id| id.to_string())));
    }
    if let Some(at) = message.settled_at {
        let class = match message.state {
            MessageState::Delivered => "ok",
            _ => "warn",
        };
        events.push(event(class, message.state.name().get(lang), at, Some(explanation(message, lang).0)));
    }
    if message.state == MessageState::Queued && message.not_before > message.created_at {
        let name = if message.attempts == 0 { w::EVENT_FIRST } else { w::EVENT_NEXT };
        events.push(event("now", name.get(lang), message.not_before, None));
    }
    events.reverse();
    events
}
