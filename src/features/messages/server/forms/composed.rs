//! The composer's form read, and its page filled.

use super::super::{
    Messages,
    audience::Look,
    drafts::{Draft, Named},
    templates::Template,
};
use super::templates;
use crate::{
    features::{
        accounts::server::Account,
        audit::model::Actor,
        messages::{
            model::{Channel, Content, Data, Miniprogram, Source, Target, Upload, Uploads},
            pages::{
                compose::{Chosen, Compose, Shown},
                picker::{Choice, Picker},
                recipients::{People, Tab},
            },
        },
    },
    infra::{fields::Form, guard::Operator},
    shared::{error::AppError, rights::Right},
    ui::{Frame, form::Refused, texts::compose as w},
};

/// How many drafts are offered.
const DRAFTS: i64 = 5;
/// How many lines of a file are shown.
const ROWS: usize = 5;
/// How many lines without an openid are named.
const MALFORMED: usize = 10;

/// The longest title or question that is read, in characters.
const LONGEST_WORD: usize = 128;
/// How many people without an openid are named.
const UNREACHED: usize = 5;

/// What of the page is asked for.
#[derive(Clone, Debug, Default)]
pub(super) struct Wanted {
    /// The open tab.
    pub(super) tab: Tab,
    /// Whose message the preview shows.
    pub(super) at: usize,
    /// What followers are searched for.
    pub(super) text: String,
    /// Where their page begins.
    pub(super) after: String,
}

/// What the pressed button asks for. A template's row is one as well, and Enter in the list of templates searches it.
pub(super) fn intent(form: &Form) -> &str {
    match form.get("intent") {
        _ if !form.trimmed("choose").is_empty() => "template",
        "preview" if !form.trimmed("find").is_empty() => "pick",
        intent => intent,
    }
}

/// The list of templates as the pressed button leaves it; asked for, it is fetched anew first.
pub(super) async fn picker(messages: &Messages, frame: &Frame, account: &Account, form: &Form) -> Picker {
    let find: String = form.trimmed("find").chars().take(LONGEST_WORD).collect();
    match intent(form) {
        "pick" => Picker { open: true, find, told: None },
        "sync" if frame.may(Right::Templates) => {
            let actor = frame.person.as_ref().map_or(Actor::System, |person| Actor::User(person.name.clone()));
            let told = match messages.sync_templates(account, actor).await {
                Ok(found) => (false, templates::told(&found, frame.lang)),
                Err(error) => (true, format!("{}{}", w::SYNC_FAILED.get(frame.lang), error.detail.get(frame.lang))),
            };
            Picker { open: true, find, told: Some(told) }
        }
        _ => Picker::default(),
    }
}

/// What the form holds.
pub(super) struct Posted {
    /// The draft.
    pub(super) draft: Draft,
    /// Values of keys that its template does not have.
    pub(super) aside: Vec<(String, String)>,
    /// What to show.
    pub(super) wanted: Wanted,
    /// The draft named by the form went out already.
    pub(super) was_sent: bool,
}

/// Reads the form. An id that is neither the person's own open draft nor fresh from a page of theirs counts as none.
pub(super) async fn read(messages: &Messages, account: &Account, operator: &Operator, form: &Form) -> Result<Posted, AppError> {
    let id = form.trimmed("draft");
    let named = messages.named(&account.app_id, &operator.id, id).await?;
    let was_sent = matches!(&named, Named::Own(draft) if draft.sent_at.is_some());
    let known = match named {
        Named::Own(draft) if !was_sent => *draft,
        Named::Fresh => Draft { id: id.to_owned(), ..Draft::default() },
        Named::Own(_) | Named::Nothing => Draft::default(),
    };
    let template_id =
        [form.trimmed("choose"), form.trimmed("template")].into_iter().find(|id| !id.is_empty()).unwrap_or_default().to_owned();
    let values = form.0.iter().filter_map(|(name, value)| Some((name.strip_prefix("data.")?.to_owned(), value.clone())));
    let (mut data, mut aside) = (Data(values.collect()), Vec::new());
    if let Some(template) = messages.any_template(&account.app_id, &template_id).await? {
        let fields = template.fields();
        // Of another template: not sent with this one, and not lost should that one be chosen again.
        aside = data.0.iter().filter(|(key, value)| !value.is_empty() && fields.iter().all(|field| field.key != *key)).cloned().collect();
        let keep = fields.into_iter().map(|field| {
            let value = data.get(&field.key).to_owned();
            (field.key, value)
        });
        data = Data(keep.collect());
    }
    let wanted = asked(form, known.source);
    let mut draft = Draft {
        app_id: account.app_id.clone(),
        user_id: operator.id.clone(),
        content: Content {
            template_id,
            data,
            target: Target::parse(form.get("target")).unwrap_or_default(),
            url: form.get("url").to_owned(),
            mini: Miniprogram {
                appid: form.trimmed("miniprogram.appid").to_owned(),
                pagepath: form.trimmed("miniprogram.pagepath").to_owned(),
            },
        },
        source: wanted.tab.source(),
        ..known
    };
    // Each tab brings its own fields; those of the others wait with the draft.
    if form.0.iter().any(|(name, _)| name == "recipients") {
        form.get("recipients").clone_into(&mut draft.recipients);
    }
    if wanted.tab == Tab::Tags {
        draft.origin.tags = form.all("tag").filter_map(|id| id.parse().ok()).collect();
        draft.origin.every = form.get("every") == "all";
    }
    if wanted.tab == Tab::Uploads && form.0.iter().any(|(name, _)| name == "title") {
        let text = |name| form.get(name).chars().take(LONGEST_WORD).collect();
        let states = Upload::ALL.into_iter().filter(|state| form.all("upload").any(|word| word == state.word())).collect();
        draft.origin.uploads = Uploads { title: text("title"), question: text("question"), states };
    }
    if wanted.tab == Tab::Followers && form.get("intent") != "save" {
        add_picked(&mut draft.recipients, form.all("pick"));
    }
    Ok(Posted { draft, aside, wanted, was_sent })
}

fn asked(form: &Form, source: Source) -> Wanted {
    let at: usize = form.trimmed("at").parse().unwrap_or(0);
    Wanted {
        tab: Tab::parse(form.get("tab")).unwrap_or_else(|| Tab::of(source)),
        at: match form.get("intent") {
            "prev" => at.saturating_sub(1),
            "next" => at.saturating_add(1),
            _ => at,
        },
        text: form.trimmed("q").chars().take(64).collect(),
        after: if form.get("intent") == "more" { form.trimmed("after").to_owned() } else { String::new() },
    }
}

/// Adds openids to a pasted list, each once.
fn add_picked<'a>(pasted: &mut String, picked: impl Iterator<Item = &'a str>) {
    let known: std::collections::HashSet<String> = crate::features::messages::model::entries(pasted).map(str::to_owned).collect();
    for openid in picked.filter(|openid| crate::features::messages::model::is_openid(openid) && !known.contains(*openid)) {
        if !pasted.is_empty() && !pasted.ends_with('\n') {
            pasted.push('\n');
        }
        pasted.push_str(openid);
    }
}

fn choice(template: &Template) -> Choice {
    let name = |field: crate::features::messages::model::TemplateField| if field.label.is_empty() { field.key } else { field.label };
    Choice {
        template_id: template.template_id.clone(),
        title: template.title.clone(),
        industry: super::industry(template),
        labels: template.fields().into_iter().map(name).collect(),
        last_used_at: template.last_used_at,
        notification: template.channel() == Channel::Subscribe,
        legacy: template.is_legacy(),
    }
}

/// The page of a draft.
pub(super) async fn prepared(
    messages: &Messages,
    account: &Account,
    operator: &Operator,
    mut draft: Draft,
    wanted: Wanted,
) -> Result<Compose, AppError> {
    let templates = messages.every_template(&account.app_id).await?;
    let named = templates.iter().find(|template| template.template_id == draft.content.template_id);
    let chosen = named.or_else(|| templates.iter().find(|template| template.gone_at.is_none() && template.channel() == Channel::Template));
    if let Some(template) = chosen {
        draft.content.template_id.clone_from(&template.template_id);
    }
    let fields = chosen.map(Template::fields).unwrap_or_default();
    let look = messages.look(&draft, &fields).await?;
    let offered = |template: &&Template| template.gone_at.is_none() || template.template_id == draft.content.template_id;
    let drafts = messages.open_drafts(&account.app_id, &operator.id, DRAFTS + 1).await?.into_iter();
    let drafts = drafts.filter(|other| other.id != draft.id).take(DRAFTS as usize).map(|other| (other.id, other.title, other.updated_at));
    let people = people(messages, &draft, &look, &wanted).await?;
    Ok(Compose {
        account: account.name.clone(),
        testing: false,
        saved_at: (draft.updated_at > 0).then_some(draft.updated_at),
        choices: templates.iter().filter(offered).map(choice).collect(),
        chosen: chosen.map(|template| Chosen {
            template_id: template.template_id.clone(),
            title: template.title.clone(),
            industry: super::industry(template),
            fields,
            legacy: template.is_legacy(),
        }),
        shown: shown(&draft, &look, wanted.at),
        lengths: look.survey.lengths,
        people,
        drafts: drafts.collect(),
        pasted: draft.recipients,
        content: draft.content,
        aside: Vec::new(),
        picker: Picker::default(),
        // A form that nobody kept yet has the id of the draft it will become.
        draft: if draft.id.is_empty() { messages.core.new_id() } else { draft.id },
        refused: Refused::none(),
        can_test: messages.own_openid(&operator.id, &draft.app_id).await?.is_some(),
        sync_failed: None,
    })
}

fn shown(draft: &Draft, look: &Look, at: usize) -> Shown {
    let people = &look.audience.people;
    let at = at.min(people.len().saturating_sub(1));
    match people.get(at) {
        Some(person) => Shown { name: person.name().to_owned(), at, of: people.len(), data: look.recipe.fill(&person.facts).data },
        // Nobody to fill the variables for: they show as they are.
        None => Shown { data: draft.content.data.clone(), ..Shown::default() },
    }
}

async fn people(messages: &Messages, draft: &Draft, look: &Look, wanted: &Wanted) -> Result<People, AppError> {
    let (audience, origin) = (&look.audience, &draft.origin);
    let foreign = look.fit().filter(|openid| look.foreign.contains(*openid)).count();
    let mut shown = People {
        tab: wanted.tab,
        good: look.fit().count() - foreign,
        left: look.left.len(),
        foreign,
        unreached: audience.unreached.len(),
        unreached_names: audience.unreached.iter().take(UNREACHED).cloned().collect(),
        titles: messages.upload_titles(&draft.app_id).await?,
        merged: audience.repeats.len(),
        malformed: audience.malformed.len(),
        malformed_lines: audience.malformed.iter().take(MALFORMED).cloned().collect(),
        refused: look.survey.refused.len(),
        refusals: look.survey.refusals.clone(),
        every: origin.every,
        text: wanted.text.clone(),
        ..People::default()
    };
    match wanted.tab {
        Tab::Paste => {}
        Tab::File => {
            (shown.file, shown.columns, shown.openids) = (origin.file.clone(), origin.columns.clone(), origin.openids.clone());
            if !origin.columns.is_empty() {
                shown.rows = messages.first_lines(draft, ROWS).await?;
            }
        }
        Tab::Tags => {
            let tags = messages.tags_to_choose(&draft.app_id).await?;
            shown.tags = tags.into_iter().map(|tag| (tag.id, tag.name, tag.count, origin.tags.contains(&tag.id))).collect();
        }
        Tab::Uploads => {
            shown.questions = messages.upload_questions(&draft.app_id, &origin.uploads.title).await?;
            shown.uploads = origin.uploads.clone();
            if !shown.uploads.title.is_empty() && !shown.titles.contains(&shown.uploads.title) {
                shown.titles.insert(0, shown.uploads.title.clone());
            }
        }
        Tab::Followers => {
            let listed = messages.followers_to_pick(&draft.app_id, &wanted.text, &wanted.after).await?;
            let known: std::collections::HashSet<&str> = audience.people.iter().map(|person| person.openid.as_str()).collect();
            let row = |one: super::super::audience::Pickable| {
                let name = if one.remark.trim().is_empty() { one.nickname } else { one.remark };
                let on_it = known.contains(one.openid.as_str());
                (one.openid, name, on_it)
            };
            shown.next = listed.next_cursor;
            shown.followers = listed.items.into_iter().map(row).collect();
        }
    }
    Ok(shown)
}
