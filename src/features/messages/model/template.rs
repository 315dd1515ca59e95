//! What a template's content says about its fields (docs/wechat-api.md §6.2).

use serde::{Deserialize, Serialize};

use super::{Data, Kind};

/// One placeholder of a template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TemplateField {
    /// The words before it; empty where old templates have none.
    pub label: String,
    /// The key, such as `thing1`.
    pub key: String,
    /// What it may hold.
    pub kind: Kind,
}

/// What a synchronisation found, kept until one finds something else.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Found {
    /// When (Unix milliseconds).
    pub at: i64,
    /// Template by template.
    pub differences: Vec<Difference>,
}

/// What a synchronisation found out about a template.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Difference {
    /// Its title.
    pub title: String,
    /// What is different.
    pub change: Change,
}

/// What is different about a template.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// WeChat lists it for the first time, or again.
    Added,
    /// It has other fields or another title.
    Changed {
        /// Keys it did not have.
        more: Vec<String>,
        /// Keys it has no more.
        less: Vec<String>,
        /// Its former title, where that changed.
        was: Option<String>,
    },
    /// WeChat lists it no more.
    Gone,
}

/// Finds the placeholders of a content such as `商品名称:{{thing1.DATA}}`, in order, each key once. Blanks inside the braces are
/// tolerated, because some copies of WeChat's own texts have them.
pub fn fields(content: &str) -> Vec<TemplateField> {
    let mut found: Vec<TemplateField> = Vec::new();
    let mut label_from = 0;
    let mut at = 0;
    while let Some(open) = content[at..].find('{').map(|offset| at + offset) {
        let Some((key, end)) = placeholder(&content[open..]) else {
            at = open + 1;
            continue;
        };
        let before = &content[label_from..open];
        let label = before.rsplit('\n').next().unwrap_or_default().trim().trim_end_matches([':', '：']).trim();
        if !found.iter().any(|field| field.key == key) {
            found.push(TemplateField { label: label.to_owned(), key: key.to_owned(), kind: Kind::of(key) });
        }
        at = open + end;
        label_from = at;
    }
    found
}

/// Reads `{{key.DATA}}` at the start of a text: the key, and where it ends.
fn placeholder(text: &str) -> Option<(&str, usize)> {
    let rest = text.strip_prefix('{')?.trim_start_matches(' ').strip_prefix('{')?;
    let close = rest.find('}')?;
    let inner = rest[..close].trim();
    let (key, word) = inner.rsplit_once('.')?;
    let key = key.trim();
    let known = word.trim().eq_ignore_ascii_case("data") && !key.is_empty() && key.chars().all(|c| c.is_alphanumeric() || c == '_');
    let after = rest[close + 1..].trim_start_matches(' ').strip_prefix('}')?;
    (known && key.len() <= 64).then_some((key, text.len() - after.len()))
}

/// The values of WeChat's own example, found by their labels; old templates have their first and last line without one.
pub fn example_values(fields: &[TemplateField], example: &str) -> Data {
    let lines: Vec<&str> = example.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    let labelled = |label: &str| lines.iter().find_map(|line| line.strip_prefix(label)?.trim_start().strip_prefix([':', '：']));
    let value = |field: &TemplateField| match field.kind {
        Kind::First => lines.first().copied(),
        Kind::Remark => lines.last().copied(),
        _ if field.label.is_empty() => None,
        _ => labelled(&field.label),
    };
    Data(fields.iter().map(|field| (field.key.clone(), value(field).unwrap_or_default().trim().to_owned())).collect())
}

/// Whether the template is from before the category library: WeChat shows it in a reduced form until it removes it.
pub fn is_legacy(fields: &[TemplateField]) -> bool {
    fields.iter().any(|field| field.kind.is_old())
}

/// A template id as short as people tell them apart: `vT7kP2…mQ4`.
pub fn short_id(id: &str) -> String {
    let count = id.chars().count();
    if count <= 12 {
        return id.to_owned();
    }
    let (head, tail): (String, String) = (id.chars().take(6).collect(), id.chars().skip(count - 3).collect());
    format!("{head}…{tail}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(content: &str) -> Vec<(String, String)> {
        fields(content).into_iter().map(|field| (field.label, field.key)).collect()
    }

    fn pairs(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
        pairs.iter().map(|(label, key)| ((*label).to_owned(), (*key).to_owned())).collect()
    }

    #[test]
    fn contents_old_and_new_are_read() {
        assert_eq!(read("商品名称:{{thing1.DATA}}\n下单时间：{{time4.DATA}}\n"), pairs(&[("商品名称", "thing1"), ("下单时间", "time4")]));
        let old = "{{first.DATA}}\n课程名称：{{keyword1.DATA}}\n{{remark.DATA}}";
        assert_eq!(read(old), pairs(&[("", "first"), ("课程名称", "keyword1"), ("", "remark")]));
        assert!(is_legacy(&fields(old)) && !is_legacy(&fields("a:{{thing1.DATA}}")));
        assert_eq!(read("结果:{ {result.DATA} }\n金额: {{ amount3 . DATA }} 元"), pairs(&[("结果", "result"), ("金额", "amount3")]));
        assert_eq!(read("甲:{{thing1.DATA}} 乙:{{thing2.DATA}} 又:{{thing1.DATA}}"), pairs(&[("甲", "thing1"), ("乙", "thing2")]));
    }

    #[test]
    fn nonsense_holds_no_field_and_does_not_panic() {
        for content in
            ["", "{", "{{", "{{}}", "{{thing1}}", "{{thing1.DATA}", "{{.DATA}}", "{{a b.DATA}}", "{{\"><script>.DATA}}", "{{字{{.DATA"]
        {
            assert_eq!(read(content), [], "{content}");
        }
        assert_eq!(read("{{{thing1.DATA}}}").len(), 1);
    }

    #[test]
    fn examples_are_read_by_their_labels() {
        let known = fields("{{first.DATA}}\n课程名称：{{keyword1.DATA}}\n时间:{{keyword2.DATA}}\n{{remark.DATA}}");
        let values = example_values(&known, "您好\n课程名称：周末观鸟班\n再见");
        assert_eq!(["first", "keyword1", "keyword2", "remark"].map(|key| values.get(key)), ["您好", "周末观鸟班", "", "再见"]);
    }

    #[test]
    fn ids_are_shortened_only_when_long() {
        assert_eq!(short_id("vT7kP2abcdefghijklmnmQ4"), "vT7kP2…mQ4");
        assert_eq!(short_id("short"), "short");
    }
}
