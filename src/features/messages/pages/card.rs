//! A template message as WeChat draws it.

use leptos::prelude::*;

use crate::{
    features::messages::model::{Data, Kind, TemplateField, shown},
    ui::{icon::icon_small, t, texts::compose as w},
};

/// What WeChat shows of a value.
pub fn kept(kind: Kind, value: &str) -> String {
    shown(kind, value).into_iter().filter(|piece| piece.kept).map(|piece| piece.text).collect()
}

/// What the card shows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Card {
    /// The template's title.
    pub title: String,
    /// Key, label and the shown part of each value.
    pub rows: Vec<(String, String, String)>,
    /// Whether a tap opens something.
    pub opens: bool,
}

impl Card {
    /// The card of these values; `first` and `remark` of old templates are left out, as WeChat does.
    pub fn new(title: impl Into<String>, fields: &[TemplateField], data: &Data, opens: bool) -> Self {
        let visible = fields.iter().filter(|field| !field.kind.is_hidden());
        let rows = visible.map(|field| (field.key.clone(), field.label.clone(), kept(field.kind, data.get(&field.key))));
        Self { title: title.into(), rows: rows.collect(), opens }
    }

    /// The card of a message whose template we do not know: keys stand for labels.
    pub fn unknown(title: impl Into<String>, data: &Data, opens: bool) -> Self {
        let rows = data.0.iter().map(|(key, value)| (key.clone(), key.clone(), value.clone()));
        Self { title: title.into(), rows: rows.collect(), opens }
    }
}

/// Draws a card. The attributes let the composer's island put in what is being typed.
pub fn card(card: Card) -> AnyView {
    view! {
        <article class="wx-card">
            <h3>{card.title}</h3>
            <dl>
                {card.rows.into_iter().map(|(key, label, value)| view! {
                    <div><dt>{label}</dt><dd data-preview=key>{value}</dd></div>
                }).collect_view()}
            </dl>
            <footer data-preview-foot="" hidden=!card.opens><span>{t(w::DETAILS)}</span>{icon_small("right")}</footer>
        </article>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{features::messages::model::fields, infra::page::to_html, ui::Frame};

    #[test]
    fn hostile_titles_labels_keys_and_values_are_text() {
        let evil = "\"><script>alert(1)</script><img src=x onerror=alert(2)>";
        let content = format!("{evil}:{{{{thing1.DATA}}}}");
        let fields = fields(&content);
        let data = Data(vec![("thing1".into(), evil.into())]);
        for drawn in [Card::new(evil, &fields, &data, true), Card::unknown(evil, &Data(vec![(evil.into(), evil.into())]), true)] {
            let html = to_html(&Frame::default(), || card(drawn));
            assert!(!html.contains("<script") && !html.contains("<img"), "{html}");
            assert!(html.contains("&lt;script&gt;"), "{html}");
            let page = scraper::Html::parse_fragment(&html);
            let all = scraper::Selector::parse("[onerror], script, img").expect("selector");
            assert_eq!(page.select(&all).count(), 0);
        }
    }

    #[test]
    fn the_card_shows_what_wechat_shows() {
        let fields = fields("{{first.DATA}}\n课程：{{keyword1.DATA}}\n{{remark.DATA}}");
        let data = Data(vec![("first".into(), "您好".into()), ("keyword1".into(), format!("🌿{}尾", "字".repeat(20)))]);
        let drawn = Card::new("变更", &fields, &data, false);
        assert_eq!(drawn.rows, [("keyword1".to_owned(), "课程".to_owned(), "字".repeat(20))]);
        let html = to_html(&Frame::default(), || card(drawn));
        assert!(html.contains("hidden"), "nothing opens, so there is no foot: {html}");
    }
}
