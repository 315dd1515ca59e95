//! What a page before sending shows, as one number: a page that carries it sends that and nothing else.

use sha2::{Digest, Sha256};

use crate::features::messages::model::{Audience, Content, Recipe, Source, TemplateField};

/// The content, where the people come from, and the people in no order, each with the values that are theirs alone.
pub(super) fn digest(fields: &[TemplateField], content: &Content, source: Source, recipe: &Recipe, audience: &Audience) -> [u8; 32] {
    let mut sum = Sum::default();
    let shared = [&content.template_id, &content.url, &content.mini.appid, &content.mini.pagepath];
    shared.into_iter().for_each(|text| sum.add(text));
    sum.add(content.target.word());
    sum.add(source.word());
    for field in fields {
        // What is typed for a key that the template does not have goes nowhere.
        sum.add(&field.key);
        sum.add(&field.label);
        sum.add(content.data.get(&field.key));
    }
    let mut people: Vec<_> = audience.people.iter().collect();
    people.sort_unstable_by(|one, other| one.openid.cmp(&other.openid));
    let varies = recipe.varies_at_all();
    for person in people {
        sum.add(&person.openid);
        if varies {
            recipe.own(&recipe.fill(&person.facts).data).0.iter().for_each(|(_, value)| sum.add(value));
        }
    }
    sum.0.finalize().into()
}

#[derive(Default)]
struct Sum(Sha256);

impl Sum {
    /// Adds a text so that no other row of texts comes to the same.
    fn add(&mut self, text: &str) {
        self.0.update(text.len().to_le_bytes());
        self.0.update(text.as_bytes());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::features::messages::model::{Data, Line, fields};

    #[test]
    fn whatever_would_go_out_otherwise_makes_another_number() {
        let fields = fields("课程:{{thing1.DATA}}");
        let line = |touser: &str, name: &str| Line { line: 1, touser: touser.into(), cells: Data(vec![("名".into(), name.into())]) };
        let content =
            |value: &str| Content { template_id: "t".into(), data: Data(vec![("thing1".into(), value.into())]), ..Content::default() };
        let of = |content: &Content, source: Source, lines: Vec<Line>| {
            let recipe = Recipe::new(&fields, &content.data, &["名".to_owned()]);
            digest(&fields, content, source, &recipe, &Audience::lines(lines))
        };
        let filled = content("{{名}}你好");
        let seen = of(&filled, Source::File, vec![line("oA", "小满"), line("oB", "小禾")]);
        assert_eq!(seen, of(&filled, Source::File, vec![line("oB", "小禾"), line("oA", "小满"), line("oA", "又来")]), "order and repeats");
        let others = [
            of(&filled, Source::Tags, vec![line("oA", "小满"), line("oB", "小禾")]),
            of(&filled, Source::File, vec![line("oA", "小满")]),
            of(&filled, Source::File, vec![line("oA", "小满"), line("oB", "小安")]),
            of(&content("{{名}}好"), Source::File, vec![line("oA", "小满"), line("oB", "小禾")]),
            of(&Content { url: "https://a.example".into(), ..filled.clone() }, Source::File, vec![line("oA", "小满"), line("oB", "小禾")]),
        ];
        assert!(others.iter().all(|other| *other != seen));
        // Where nothing varies the cells are nobody's business.
        let same = content("都一样");
        assert_eq!(of(&same, Source::File, vec![line("oA", "小满")]), of(&same, Source::File, vec![line("oA", "小安")]));
    }
}
