//! A whole list looked through: who would get what, and which lines break a rule.

use std::collections::HashSet;

use super::{Audience, Fault, Recipe, TemplateField, shown};

/// How many lines of each kind are named.
const MOST_NAMED: usize = 10;

/// A line whose values break a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// Its number.
    pub line: i64,
    /// What the person is called.
    pub name: String,
    /// The field.
    pub key: String,
    /// The value.
    pub value: String,
    /// What is wrong with it.
    pub fault: Fault,
}

/// A line of whose values WeChat leaves something out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cut {
    /// Its number.
    pub line: i64,
    /// What the person is called.
    pub name: String,
    /// The field.
    pub field: TemplateField,
    /// The value.
    pub value: String,
}

/// What came out of the look.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Survey {
    /// People whose values break a rule, by their place on the list.
    pub refused: HashSet<usize>,
    /// The worst of them: those furthest over a limit, then the first.
    pub refusals: Vec<Refusal>,
    /// How many people lose some of a text.
    pub cut: usize,
    /// Of their values those that lose most.
    pub cuts: Vec<Cut>,
    /// In how many messages a variable is blank.
    pub blank: usize,
    /// The person with the longest message, by place.
    pub longest: Option<usize>,
    /// The longest value of each field that varies, in characters.
    pub lengths: Vec<(String, usize)>,
}

/// Looks through a list. People in `left` get nothing and count for nothing. Where nothing varies there is nothing to see.
pub fn survey(fields: &[TemplateField], recipe: &Recipe, audience: &Audience, left: &HashSet<String>) -> Survey {
    let mut found = Survey::default();
    if !recipe.varies_at_all() {
        return found;
    }
    let own: Vec<&TemplateField> = fields.iter().filter(|field| recipe.varies(&field.key)).collect();
    found.lengths = own.iter().map(|field| (field.key.clone(), 0)).collect();
    let (mut refusals, mut cuts) = (Worst::default(), Worst::default());
    let mut most = 0;
    for (at, person) in audience.people.iter().enumerate().filter(|(_, person)| !left.contains(&person.openid)) {
        let filled = recipe.fill(&person.facts);
        if let Some((field, fault)) = recipe.broken(&filled.data) {
            found.refused.insert(at);
            refusals.keep(overrun(fault), || {
                let value = filled.data.get(&field.key).chars().take(64).collect();
                Refusal { line: person.line, name: person.name().to_owned(), key: field.key.clone(), value, fault }
            });
            continue;
        }
        found.blank += usize::from(filled.blank);
        let (mut length, mut loses) = (0, false);
        for (field, (_, longest)) in own.iter().zip(&mut found.lengths) {
            let value = filled.data.get(&field.key);
            let count = value.chars().count();
            length += count;
            *longest = count.max(*longest);
            let lost = shown(field.kind, value).iter().filter(|piece| !piece.kept).map(|piece| piece.text.chars().count()).sum();
            if lost > 0 {
                loses = true;
                cuts.keep(lost, || Cut {
                    line: person.line,
                    name: person.name().to_owned(),
                    field: (*field).clone(),
                    value: value.to_owned(),
                });
            }
        }
        found.cut += usize::from(loses);
        if found.longest.is_none() || length > most {
            (most, found.longest) = (length, Some(at));
        }
    }
    (found.refusals, found.cuts) = (refusals.done(), cuts.done());
    found
}

/// By how many characters a value is too long; nothing where another rule is broken.
const fn overrun(fault: Fault) -> usize {
    if let Fault::TooLong { most, now } = fault { now.saturating_sub(most) } else { 0 }
}

/// The few of many that are furthest over, the earlier first among equals.
struct Worst<T>(Vec<(usize, T)>);

impl<T> Default for Worst<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T> Worst<T> {
    fn keep(&mut self, over: usize, make: impl FnOnce() -> T) {
        let place = self.0.partition_point(|(other, _)| *other >= over);
        if place < MOST_NAMED {
            self.0.truncate(MOST_NAMED - 1);
            self.0.insert(place, (over, make()));
        }
    }

    fn done(self) -> Vec<T> {
        self.0.into_iter().map(|(_, one)| one).collect()
    }
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::*;
    use crate::features::messages::model::{Data, Line, fields};

    #[test]
    fn lines_that_break_are_named_and_the_longest_is_found() {
        let fields = fields("课程:{{thing1.DATA}}\n旧:{{keyword2.DATA}}");
        let typed = Data(vec![("thing1".into(), "{{名}}，你好".into()), ("keyword2".into(), "{{旧}}".into())]);
        let columns = ["名", "旧"].map(str::to_owned);
        let recipe = Recipe::new(&fields, &typed, &columns);
        let line = |line: i64, touser: &str, name: &str, old: &str| {
            let cells = Data(vec![("名".into(), name.into()), ("旧".into(), old.into())]);
            Line { line, touser: touser.into(), cells }
        };
        let long = "字".repeat(21);
        let audience = Audience::lines(vec![
            line(2, "oA", "小满", "x"),
            line(3, "oB", &long, "x"),
            line(4, "oC", "很长的名字", &long),
            line(5, "oD", &long, "x"),
            line(6, "oE", "", "x"),
        ]);
        let found = survey(&fields, &recipe, &audience, &HashSet::from(["oD".to_owned()]));
        assert_eq!(
            found.refusals.iter().map(|one| (one.line, one.key.as_str(), one.fault.code())).collect::<Vec<_>>(),
            [(3, "thing1", "too_long")]
        );
        assert_eq!((found.refused.len(), found.blank, found.longest), (1, 1, Some(2)));
        assert_eq!((found.cut, found.cuts[0].line, found.lengths[0].1), (1, 4, 8));
        // Of many the worst are named, wherever they stand.
        let value = |length: i64| "字".repeat(usize::try_from(length).expect("short"));
        let many = (1..=30).map(|at| line(at, &format!("o{at}"), &value(20 + at % 25), &value(if at == 29 { 60 } else { 21 }))).collect();
        let found = survey(&fields, &recipe, &Audience::lines(many), &HashSet::new());
        assert_eq!(found.refused.len(), 30);
        assert_eq!(found.refusals.iter().map(|one| one.line).collect::<Vec<_>>(), [24, 23, 22, 21, 20, 19, 18, 17, 16, 15]);
        let many = (1..=30).map(|at| line(at, &format!("o{at}"), "x", &value(if at == 29 { 60 } else { 21 }))).collect();
        let found = survey(&fields, &recipe, &Audience::lines(many), &HashSet::new());
        assert_eq!((found.cut, found.cuts.len(), found.cuts[0].line, found.cuts[1].line), (30, 10, 29, 1));
        let same = Recipe::new(&fields, &Data(vec![("thing1".into(), "一样".into())]), &[]);
        assert_eq!(survey(&fields, &same, &audience, &HashSet::new()), Survey::default());
    }
}
