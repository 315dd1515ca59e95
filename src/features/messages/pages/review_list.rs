//! What the page before sending shows of the list: some of the messages, and the lines that are skipped or cut.

use leptos::prelude::*;

use super::{
    card::{Card, card},
    recipients::more,
    review::{Preview, Review},
};
use crate::{
    features::messages::model::{Source, Target, TemplateField, shown},
    ui::{
        blocks::number,
        lang, t,
        texts::{compose as w, recipients as r},
    },
};

/// Some of the messages, with real values.
pub fn previews(data: &Review) -> AnyView {
    let note = if data.varies { t(r::REAL_VALUES) } else { t(w::SAME_FOR_ALL) };
    let figures = data.previews.iter().map(|preview| figure(data, preview)).collect_view();
    let one = data.previews.len() < 2;
    view! {
        <section class="block" aria-labelledby="head-preview">
            <header><h2 id="head-preview">{t(w::THEY_SEE)}</h2><span class="faint">{note}</span></header>
            {if one { figures.into_any() } else {
                view! { <div class="pvs" tabindex="0" role="region" aria-label=t(r::PREVIEWS)>{figures}</div> }.into_any()
            }}
        </section>
    }
    .into_any()
}

fn figure(data: &Review, preview: &Preview) -> AnyView {
    let drawn = Card::new(data.template.clone(), &data.fields, &preview.data, data.content.target != Target::None);
    let class = if data.previews.len() > 1 { "pv" } else { "pv pv-one" };
    let line = (data.source == Source::File).then(|| format!(" · {} {}", t(r::LINE), number(preview.line)));
    view! {
        <figure class=class>
            <figcaption><b>{t(preview.caption)}</b><span class="faint">{preview.name.clone()}{line}</span></figcaption>
            <div class="wx-stage">{card(drawn)}</div>
        </figure>
    }
    .into_any()
}

/// Lines whose values break a rule.
pub fn refused(data: &Review) -> AnyView {
    let survey = &data.survey;
    if survey.refusals.is_empty() {
        return ().into_any();
    }
    let rows = survey.refusals.iter().map(|one| {
        view! {
            <tr>
                <td class="mono">{number(one.line)}</td><td>{one.name.clone()}</td><td><code>{one.key.clone()}</code></td>
                <td>{one.value.clone()}</td><td class="to-end">{one.fault.said().get(lang()).to_owned()}</td>
            </tr>
        }
    });
    let head = [r::LINE, r::PERSON, w::FIELD, r::VALUE, r::WHY].map(|name| view! { <th scope="col">{t(name)}</th> });
    view! {
        <section class="block" aria-labelledby="head-refused">
            <header>
                <h2 id="head-refused">{t(r::REFUSED_LINES)}</h2>
                <span class="faint">{number(i64::try_from(survey.refused.len()).unwrap_or(i64::MAX))}" "{t(w::PEOPLE)}</span>
            </header>
            <table class="table table-cards">
                <caption class="sr-only">{t(r::REFUSED_LINES)}</caption>
                <thead><tr>{head.collect_view()}</tr></thead>
                <tbody>{rows.collect_view()}</tbody>
            </table>
            {more(survey.refused.len() - survey.refusals.len(), None)}
        </section>
    }
    .into_any()
}

/// What WeChat will leave out; only old templates have such. First what everybody gets, then the lines with texts of their own.
pub fn cut(data: &Review) -> AnyView {
    let value = |field: &&TemplateField| !data.survey.lengths.iter().any(|(key, _)| *key == field.key);
    let same = data.fields.iter().filter(value).filter_map(|field| row(None, field, data.content.data.get(&field.key)));
    let own = data.survey.cuts.iter().filter_map(|one| row(Some((one.line, one.name.clone())), &one.field, &one.value));
    let rows: Vec<_> = same.chain(own).collect();
    if rows.is_empty() {
        return ().into_any();
    }
    let head = [r::LINE, r::PERSON, w::FIELD, w::SHOWN].map(|name| view! { <th scope="col">{t(name)}</th> });
    let count = (data.survey.cut > 0).then(|| {
        view! { <span class="faint">{number(i64::try_from(data.survey.cut).unwrap_or(i64::MAX))}" "{t(w::PEOPLE)}</span> }
    });
    view! {
        <section class="block" aria-labelledby="head-cut">
            <header><h2 id="head-cut">{t(w::CUT)}</h2>{count}</header>
            <table class="table table-cards">
                <caption class="sr-only">{t(w::CUT)}</caption>
                <thead><tr>{head.collect_view()}<th scope="col" class="num">{t(w::LENGTH)}</th></tr></thead>
                <tbody>{rows}</tbody>
            </table>
            {more(data.survey.cut.saturating_sub(data.survey.cuts.len()), None)}
        </section>
    }
    .into_any()
}

fn row(who: Option<(i64, String)>, field: &TemplateField, value: &str) -> Option<AnyView> {
    let pieces = shown(field.kind, value);
    let kept: usize = pieces.iter().filter(|piece| piece.kept).map(|piece| piece.text.chars().count()).sum();
    let all: usize = pieces.iter().map(|piece| piece.text.chars().count()).sum();
    if kept == all {
        return None;
    }
    let text = pieces.into_iter().map(|piece| {
        if piece.kept { view! { <span>{piece.text}</span> }.into_any() } else { view! { <del>{piece.text}</del> }.into_any() }
    });
    let (line, name) = who.map_or_else(|| ("—".to_owned(), "—".to_owned()), |(line, name)| (number(line), name));
    let key = field.key.clone();
    Some(
        view! {
            <tr>
                <td class="mono">{line}</td><td>{name}</td><td><code>{key}</code></td>
                <td>{text.collect_view()}</td><td class="num to-end">{format!("{all} → {kept}")}</td>
            </tr>
        }
        .into_any(),
    )
}
