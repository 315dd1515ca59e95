//! `/send/{draft}/review`.

use std::{collections::HashSet, net::IpAddr};

use axum::{
    extract::{Path, State},
    response::Response,
};

use super::super::{
    Messages,
    audience::Look,
    drafts::{Draft, How, Sent, UNDO},
};
use crate::{
    features::{
        accounts::server::Account,
        messages::{
            model::Canary,
            pages::review::{Preview, Review, Typed, page},
        },
    },
    infra::{fields::Form, guard::Operator, net::Caller, page as answer, reproof::Reproof},
    shared::{
        error::{AppError, FieldError},
        lang::{Lang, Text},
        time::parse_local,
    },
    ui::{
        Frame,
        blocks::number,
        form::Refused,
        texts::{compose as w, recipients as r},
    },
};

/// How many lines without an openid are named.
const MALFORMED: usize = 50;

/// The last look.
pub(super) async fn show(
    State(messages): State<Messages>,
    frame: Frame,
    operator: Operator,
    Path(id): Path<String>,
) -> Result<Response, AppError> {
    let account = messages.account_of(&frame)?;
    let draft = messages.draft(&account.app_id, &operator.id, &id).await?;
    if draft.sent_at.is_some()
        && let Some(sent) = messages.sent(&account, &draft).await?
    {
        return Ok(answer::done(&frame.href(&place(&sent)), None));
    }
    let view = prepared(&messages, &account, &operator, &draft).await?;
    Ok(answer::page(&frame, w::REVIEW_TITLE.get(frame.lang), || page(view)))
}

/// Sends what was seen, or shows it again. Submitted twice it lands on the same messages.
pub(super) async fn send(
    State(messages): State<Messages>,
    frame: Frame,
    operator: Operator,
    Caller(address): Caller,
    reproof: Reproof,
    Path(id): Path<String>,
    form: Form,
) -> Result<Response, AppError> {
    let account = messages.account_of(&frame)?;
    let draft = messages.draft(&account.app_id, &operator.id, &id).await?;
    let view = typed(prepared(&messages, &account, &operator, &draft).await?, &form);
    let open = draft.sent_at.is_none();
    if open && form.get("intent") == "look" {
        return Ok(answer::page(&frame, w::REVIEW_TITLE.get(frame.lang), || page(view)));
    }
    let canary = Canary::read(("canary_first", &view.typed.canary.0), ("canary_percent", &view.typed.canary.1));
    let (canary, wrong) = canary.map_or_else(|wrong| (None, wrong), |canary| (canary, Vec::new()));
    let how = How {
        skip_got_today: view.skips_today(),
        send_foreign: view.typed.send_foreign,
        send_at: send_at(&form, messages.core.now()),
        canary,
        seen: unhex(form.get("seen")),
    };
    let mut refused = if open { [view.refused(form.get("seen"), how.send_at), wrong].concat() } else { Vec::new() };
    // Last, and only where all else is in order: each try counts.
    if refused.is_empty() && open && view.is_large() {
        refused.extend(not_proved(&reproof, &operator, address, form.get("password")).await?);
    }
    if !refused.is_empty() {
        let view = Review { refused: Refused(refused), ..view };
        return Ok(answer::refused_page(&frame, w::REVIEW_TITLE.get(frame.lang), || page(view)));
    }
    let sent = match messages.send_draft(&account, &operator, &draft, how).await {
        Ok(sent) => sent,
        // What was in order when the page was shown may not be any more: the template went, somebody locked the sending.
        Err(error) if matches!(error.status, 422 | 423) => {
            let draft = messages.draft(&account.app_id, &operator.id, &id).await?;
            let view = typed(prepared(&messages, &account, &operator, &draft).await?, &form);
            let view = Review { refused: Refused(error.fields.clone()), ..view };
            return Ok(answer::refused_page(&frame, w::REVIEW_TITLE.get(frame.lang), || page(view)));
        }
        Err(error) => return Err(error),
    };
    let flash = flash(&sent, frame.lang);
    Ok(answer::done(&frame.href(&place(&sent)), Some(&flash)))
}

/// The page with what was typed into it. A choice it did not ask for stays open.
fn typed(view: Review, form: &Form) -> Review {
    let typed = Typed {
        count: form.trimmed("count").to_owned(),
        skip_today: match form.get("got_today") {
            "skip" => Some(true),
            "send" => Some(false),
            _ => None,
        },
        send_foreign: form.get("foreign") == "send",
        at: form.trimmed("at").to_owned(),
        canary: (form.trimmed("canary_first").to_owned(), form.trimmed("canary_percent").to_owned()),
    };
    Review { starts: send_at(form, view.now).unwrap_or(view.starts), typed, ..view }
}

fn unhex(text: &str) -> Option<[u8; 32]> {
    // What is no such number is another than any page's.
    Some(hex::decode(text).ok().and_then(|bytes| bytes.try_into().ok()).unwrap_or_default())
}

/// What is wrong with the password typed for a large sending.
async fn not_proved(reproof: &Reproof, operator: &Operator, address: IpAddr, typed: &str) -> Result<Option<FieldError>, AppError> {
    match reproof.password(operator, address, typed).await {
        Ok(true) => Ok(None),
        Ok(false) => Ok(Some(FieldError::new("password", "wrong", w::PASSWORD_WRONG))),
        Err(error) if error.status == 429 => Ok(Some(FieldError::new("password", "too_many", error.detail.clone()))),
        Err(error) => Err(error),
    }
}

fn place(sent: &Sent) -> String {
    match sent {
        Sent::Message(message) => format!("/messages/{}", message.id),
        Sent::Batch(batch) => format!("/batches/{}", batch.id),
    }
}

fn flash(sent: &Sent, lang: Lang) -> String {
    let count = match sent {
        Sent::Message(_) => 1,
        Sent::Batch(batch) => batch.total,
    };
    match (lang, count) {
        (Lang::Zh, _) => format!("已提交，发送给 {} 人", number(count)),
        (Lang::En, 1) => "Submitted; sending to 1 recipient".into(),
        (Lang::En, _) => format!("Submitted; sending to {} recipients", number(count)),
    }
}

/// A moment as the field gives it, in China; a past one is now.
fn send_at(form: &Form, now: i64) -> Option<i64> {
    parse_local(form.trimmed("at")).filter(|at| *at > now)
}

async fn prepared(messages: &Messages, account: &Account, operator: &Operator, draft: &Draft) -> Result<Review, AppError> {
    let template = messages.any_template(&account.app_id, &draft.content.template_id).await?;
    let fields = template.as_ref().map(|template| template.fields()).unwrap_or_default();
    let look = messages.look_closely(draft, &fields).await?;
    let known = messages.known(draft, &look).await?;
    let faults = messages.draft_faults(draft, template.as_ref(), &look).await?;
    let rules = messages.rules(&account.app_id).await?;
    let left = known.not_following.iter().chain(&known.foreign).map(String::as_str).collect();
    let previews = previews(messages, &look, &left);
    let both = {
        let foreign: HashSet<&String> = known.foreign.iter().collect();
        known.got_today.iter().filter(|openid| foreign.contains(openid)).count()
    };
    let (allowance, now) = (messages.allowance(account).await?, messages.core.now());
    Ok(Review {
        draft: draft.id.clone(),
        account: account.name.clone(),
        faults,
        seen_at: template.as_ref().map(|template| template.seen_at),
        fields,
        template: template.map(|template| template.title).unwrap_or_default(),
        content: draft.content.clone(),
        source: draft.source,
        over_cap: match rules.weekly_cap {
            Some(cap) => messages.over_cap(draft, &look, cap).await?,
            None => Vec::new(),
        },
        approvers: if rules.approve_above.is_some() { messages.approvers(&operator.id).await? } else { Vec::new() },
        entries: look.audience.entries(),
        people: look.audience.people.len(),
        merged: look.audience.repeats.len(),
        malformed_count: look.audience.malformed.len(),
        malformed: look.audience.malformed.into_iter().take(MALFORMED).collect(),
        unreached: look.audience.unreached.len(),
        varies: look.recipe.varies_at_all(),
        previews,
        survey: look.survey,
        both,
        not_following: known.not_following,
        got_today: known.got_today,
        foreign: known.foreign,
        pace: messages.pace(&account.app_id, rules.quiet, allowance).await?,
        allowance,
        now,
        starts: now + UNDO,
        seen: look.seen.map(hex::encode).unwrap_or_default(),
        locked: messages.is_locked().await?,
        held: messages.standstill(&account.app_id).await?.map(|hold| hold.meaning()),
        typed: Typed {
            canary: rules.canary.map(|canary| (canary.first.to_string(), canary.percent.to_string())).unwrap_or_default(),
            ..Typed::default()
        },
        rules,
        refused: Refused::none(),
    })
}

/// Up to three messages that go out, each to somebody else: the first, the longest (the last, where all are the same) and a random one.
fn previews(messages: &Messages, look: &Look, left: &HashSet<&str>) -> Vec<Preview> {
    let people = &look.audience.people;
    let going = |at: &usize| !look.survey.refused.contains(at) && !left.contains(people[*at].openid.as_str());
    let mut fit: Vec<usize> = (0..people.len()).filter(going).collect();
    let longest = look.survey.longest.filter(|_| look.recipe.varies_at_all()).map(|at| (r::LONGEST, at));
    let second = longest.or_else(|| fit.last().map(|at| (w::LAST, *at)));
    let mut chosen = Vec::with_capacity(3);
    for (caption, at) in fit.first().map(|at| (w::FIRST, *at)).into_iter().chain(second) {
        if fit.contains(&at) {
            fit.retain(|other| *other != at);
            chosen.push((caption, at));
        }
    }
    let random = messages.core.chance.below(u64::try_from(fit.len()).unwrap_or(0));
    chosen.extend(usize::try_from(random).ok().and_then(|random| fit.get(random)).map(|at| (r::RANDOM, *at)));
    let preview = |(caption, at): (Text, usize)| {
        let person = &people[at];
        Preview { caption, name: person.name().to_owned(), line: person.line, data: look.recipe.fill(&person.facts).data }
    };
    chosen.into_iter().map(preview).collect()
}
