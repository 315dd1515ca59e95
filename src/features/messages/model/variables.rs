//! Variables in values: `{{姓名}}` becomes, person by person, what the list or the follower's data says.

use super::{Data, Fault, TemplateField, check};
use crate::shared::{error::FieldError, lang::Said};

/// Names that follower data answers to.
const NICKNAME: [&str; 2] = ["昵称", "nickname"];
const REMARK: [&str; 2] = ["备注", "remark"];

/// What is known about one person.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    /// The cells of the person's line, by column.
    pub cells: Data,
    /// The nickname; blank for most.
    pub nickname: String,
    /// The operator's remark.
    pub remark: String,
}

impl Facts {
    /// A column goes before follower data of the same name: whoever writes a list knows better.
    fn get(&self, name: &str) -> &str {
        match self.cells.0.iter().find(|(column, _)| column == name) {
            Some((_, cell)) => cell.trim(),
            None if NICKNAME.contains(&name) => self.nickname.trim(),
            None if REMARK.contains(&name) => self.remark.trim(),
            None => "",
        }
    }
}

/// A piece of a value.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    Text(String),
    Variable(String),
}

/// Cuts a value at its variables. Braces that name nothing stay what they are.
fn parts(value: &str) -> Vec<Part> {
    let (mut found, mut rest) = (Vec::new(), value);
    while let Some((before, inside)) = rest.split_once("{{") {
        let Some((name, after)) = inside.split_once("}}") else { break };
        if name.trim().is_empty() || name.contains(['{', '}']) {
            // The second brace may open the next one, as in `{{{姓名}}`.
            let cut = before.len() + 1;
            push_text(&mut found, &rest[..cut]);
            rest = &rest[cut..];
            continue;
        }
        push_text(&mut found, before);
        found.push(Part::Variable(name.trim().to_owned()));
        rest = after;
    }
    push_text(&mut found, rest);
    found
}

fn push_text(found: &mut Vec<Part>, text: &str) {
    match found.last_mut() {
        _ if text.is_empty() => {}
        Some(Part::Text(before)) => before.push_str(text),
        _ => found.push(Part::Text(text.to_owned())),
    }
}

/// Whether a value names a variable.
pub fn has_variables(value: &str) -> bool {
    parts(value).iter().any(|part| matches!(part, Part::Variable(_)))
}

/// How a value comes about.
#[derive(Clone, Debug, PartialEq, Eq)]
enum How {
    /// The same for everybody, as typed.
    Same(String),
    /// Put together for each.
    Filled(Vec<Part>),
    /// The column of the same name, because nothing is typed.
    Column,
}

/// How the values of a template come about for each person.
#[derive(Clone, Debug, Default)]
pub struct Recipe {
    lines: Vec<(TemplateField, How)>,
    columns: Vec<String>,
}

/// What a person's message would be.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filled {
    /// All values, in the template's order.
    pub data: Data,
    /// Whether a variable was blank.
    pub blank: bool,
}

impl Recipe {
    /// From what is typed, for a list with these columns.
    pub fn new(fields: &[TemplateField], typed: &Data, columns: &[String]) -> Self {
        let how = |field: &TemplateField| {
            let value = typed.get(&field.key);
            if value.trim().is_empty() && columns.contains(&field.key) {
                return How::Column;
            }
            let parts = parts(value);
            if parts.iter().any(|part| matches!(part, Part::Variable(_))) { How::Filled(parts) } else { How::Same(value.to_owned()) }
        };
        Self { lines: fields.iter().map(|field| (field.clone(), how(field))).collect(), columns: columns.to_vec() }
    }

    /// Whether a field differs from person to person.
    pub fn varies(&self, key: &str) -> bool {
        self.lines.iter().any(|(field, how)| field.key == key && !matches!(how, How::Same(_)))
    }

    /// Whether any field does.
    pub fn varies_at_all(&self) -> bool {
        self.lines.iter().any(|(_, how)| !matches!(how, How::Same(_)))
    }

    /// Whether follower data is asked for.
    pub fn asks_followers(&self) -> bool {
        self.variables().any(|(_, name)| !self.columns.iter().any(|column| column == name))
    }

    /// The columns that a value is filled from.
    pub fn asked(&self) -> Vec<&str> {
        let columns = self.lines.iter().filter(|(_, how)| matches!(how, How::Column)).map(|(field, _)| field.key.as_str());
        let mut asked: Vec<&str> = columns.chain(self.variables().map(|(_, name)| name)).collect();
        asked.sort_unstable();
        asked.dedup();
        asked
    }

    fn variables(&self) -> impl Iterator<Item = (&TemplateField, &str)> {
        self.lines.iter().flat_map(|(field, how)| {
            let parts = if let How::Filled(parts) = how { parts.as_slice() } else { &[] };
            parts.iter().filter_map(move |part| if let Part::Variable(name) = part { Some((field, name.as_str())) } else { None })
        })
    }

    /// Variables that nothing answers to. What is the same for everybody is judged by [`super::check_content`].
    pub fn faults(&self) -> Vec<FieldError> {
        let known = |name: &str| NICKNAME.contains(&name) || REMARK.contains(&name) || self.columns.iter().any(|column| column == name);
        let mut faults: Vec<FieldError> = Vec::new();
        for (field, name) in self.variables().filter(|(_, name)| !known(name)) {
            let place = format!("data.{}", field.key);
            if faults.iter().all(|fault| fault.field != place) {
                faults.push(FieldError::new(place, "unknown_variable", labelled(&field.label, unknown(name))));
            }
        }
        faults
    }

    /// The values of one person.
    pub fn fill(&self, facts: &Facts) -> Filled {
        let mut blank = false;
        let values = self.lines.iter().map(|(field, how)| {
            let value = match how {
                How::Same(value) => value.clone(),
                How::Column => facts.get(&field.key).to_owned(),
                How::Filled(parts) => parts
                    .iter()
                    .map(|part| match part {
                        Part::Text(text) => text.as_str(),
                        Part::Variable(name) => {
                            let value = facts.get(name);
                            blank |= value.is_empty();
                            value
                        }
                    })
                    .collect(),
            };
            (field.key.clone(), value)
        });
        let data = Data(values.collect());
        Filled { data, blank }
    }

    /// The first value of a person's own that breaks its rule.
    pub fn broken(&self, data: &Data) -> Option<(&TemplateField, Fault)> {
        let own = self.lines.iter().filter(|(_, how)| !matches!(how, How::Same(_)));
        own.map(|(field, _)| field).find_map(|field| check(field.kind, data.get(&field.key)).err().map(|fault| (field, fault)))
    }

    /// Of a person's values those that are not everybody's.
    pub fn own(&self, data: &Data) -> Data {
        Data(data.0.iter().filter(|(key, _)| self.varies(key)).cloned().collect())
    }
}

fn unknown(name: &str) -> Said {
    let name: String = name.chars().take(32).collect();
    Said::new(format!("名单里没有“{name}”这一列"), format!("The list has no column “{name}”"))
}

/// A sentence that names its field, so that a list of them can be read.
fn labelled(label: &str, said: Said) -> Said {
    if label.is_empty() { said } else { Said::new(format!("{label}：{}", said.zh), format!("{label}: {}", said.en)) }
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::*;
    use crate::features::messages::model::fields;

    fn data(pairs: &[(&str, &str)]) -> Data {
        Data(pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect())
    }

    fn facts(cells: &[(&str, &str)]) -> Facts {
        Facts { cells: data(cells), nickname: "小满".into(), remark: "三年级".into() }
    }

    fn recipe(content: &str, typed: &[(&str, &str)], columns: &[&str]) -> Recipe {
        let columns: Vec<_> = columns.iter().map(|column| (*column).to_owned()).collect();
        Recipe::new(&fields(content), &data(typed), &columns)
    }

    #[test]
    fn variables_are_filled_from_the_line_and_from_the_follower() {
        let made = recipe(
            "甲:{{thing1.DATA}}\n乙:{{thing2.DATA}}\n丙:{{amount3.DATA}}",
            &[("thing1", "{{ 昵称 }}（{{备注}}）你好"), ("thing2", "{{班级}}班"), ("amount3", "")],
            &["班级", "amount3"],
        );
        assert_eq!(made.faults(), []);
        let filled = made.fill(&facts(&[("班级", " 二 "), ("amount3", "128元")]));
        assert_eq!(
            filled,
            Filled { data: data(&[("thing1", "小满（三年级）你好"), ("thing2", "二班"), ("amount3", "128元")]), blank: false }
        );
        assert!(made.asks_followers() && made.varies("amount3"));
        assert_eq!(made.asked(), ["amount3", "备注", "昵称", "班级"]);
        let english = recipe("甲:{{thing1.DATA}}", &[("thing1", "{{nickname}} {{remark}}")], &[]).fill(&facts(&[]));
        assert_eq!(english.data.get("thing1"), "小满 三年级");
    }

    #[test]
    fn a_column_goes_before_follower_data_and_a_typed_value_before_its_column() {
        let made = recipe("甲:{{thing1.DATA}}\n乙:{{thing2.DATA}}", &[("thing1", "{{昵称}}"), ("thing2", "写好的")], &["昵称", "thing2"]);
        let filled = made.fill(&facts(&[("昵称", "名单里的"), ("thing2", "不用")]));
        assert_eq!(filled.data, data(&[("thing1", "名单里的"), ("thing2", "写好的")]));
        assert!(!made.asks_followers() && !made.varies("thing2"));
        assert_eq!(made.own(&filled.data), data(&[("thing1", "名单里的")]));
    }

    #[test]
    fn unknown_names_are_a_fault_of_their_field() {
        let made = recipe("名称:{{thing1.DATA}}\n时间:{{time2.DATA}}", &[("thing1", "{{姓名}}{{另一个}}"), ("time2", "明天")], &["班级"]);
        let named: Vec<_> = made.faults().into_iter().map(|fault| (fault.field, fault.code, fault.detail.zh)).collect();
        assert_eq!(named, [("data.thing1".into(), "unknown_variable", "名称：名单里没有“姓名”这一列".into())]);
    }

    #[test]
    fn what_comes_out_is_judged_by_the_rule_of_the_kind() {
        let made = recipe(
            "名称:{{thing1.DATA}}\n状态:{{phrase2.DATA}}",
            &[("thing1", "{{姓名}}，记得带上望远镜"), ("phrase2", "{{状态}}")],
            &["姓名", "状态"],
        );
        assert_eq!(made.faults(), [], "what varies is judged person by person");
        let broken = |name: &str, state: &str| {
            let filled = made.fill(&facts(&[("姓名", name), ("状态", state)]));
            (made.broken(&filled.data).map(|(field, fault)| (field.key.clone(), fault.code())), filled.blank)
        };
        assert_eq!(broken("小满", "已确认"), (None, false));
        assert_eq!(broken("听雨楼主人和她的两只小花猫", "已确认"), (Some(("thing1".into(), "too_long")), false));
        assert_eq!(broken("小满", "ok"), (Some(("phrase2".into(), "not_a_phrase")), false));
        assert_eq!(broken("", ""), (Some(("phrase2".into(), "empty")), true));
    }

    #[test]
    fn braces_that_name_nothing_stay() {
        for plain in ["{{", "}}", "{{}}", "{{ }}", "{姓名}", "{{a", "a}}", "{{{{", "{{a{b}}"] {
            assert!(!has_variables(plain), "{plain}");
            let made = recipe("甲:{{thing1.DATA}}", &[("thing1", plain)], &["a", "b", "姓名"]);
            assert_eq!(made.fill(&facts(&[])).data.get("thing1"), plain);
        }
        let made = recipe("甲:{{thing1.DATA}}", &[("thing1", "{{{a}}}{{a}}")], &["a"]);
        assert_eq!(made.fill(&facts(&[("a", "x{{a}}")])).data.get("thing1"), "{x{{a}}}x{{a}}", "what comes in is not filled again");
    }
}
