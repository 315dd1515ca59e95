//! What happened before the demo starts: pictures over a week, messages over two.

use std::collections::BTreeMap;

use super::{SANDBOX_APP_ID, Template, demo, rules, scenes::scenes};
use crate::infra::clock::Chance;

/// A picture that was handed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DemoUpload {
    /// Media id, 64 characters; unknown to the simulator, as its three days may be over.
    pub media_id: String,
    /// Name of the person.
    pub person: String,
    /// The person in the business's own words, one per name.
    pub user_id: String,
    /// Title of the work.
    pub answer_title: String,
    /// Which question it answers.
    pub question_id: String,
    /// Name of the picture in [`super::scenes`].
    pub scene: &'static str,
    /// How long ago, in seconds.
    pub age_seconds: i64,
}

/// A message that was sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DemoSend {
    /// Who it was for.
    pub openid: String,
    /// Which template.
    pub template_id: String,
    /// Values by key.
    pub data: BTreeMap<String, String>,
    /// How long ago, in seconds.
    pub age_seconds: i64,
    /// How it ended: `success`, `failed:user block`, `failed: system failed`, an errcode in digits,
    /// `unknown` (no answer came) or `accepted` (no receipt came).
    pub outcome: &'static str,
}

const UPLOADS: u64 = 300;
const SENDS: u64 = 900;
const DAY: u64 = 86_400;

const TITLES: &[&str] = &["第一周·身边的鸟", "第二周·水边的植物", "第三周·叶子的形状", "第四周·我的自然笔记"];
const NAMES: &[&str] = &[
    "小满", "阿树", "木子", "知夏", "云朵", "豆豆", "一一", "青青", "石头", "小鹿", "果果", "安安", "禾苗", "桃子", "星星", "乐乐", "小北",
    "米粒", "阿远", "芽芽",
];
const GROUPS: &[&str] = &["", "妈妈", "爸爸"];

/// 300 pictures of the last week by about 60 people, more by day than by night; a few people hand in most.
pub fn demo_uploads(chance: &Chance) -> Vec<DemoUpload> {
    let mut uploads: Vec<DemoUpload> = (0..UPLOADS)
        .map(|_| {
            // The smaller of two draws: some people take part far more than others.
            let person = chance.below(60).min(chance.below(60)) as usize;
            let question = chance.below(8).min(chance.below(8)) as usize;
            DemoUpload {
                media_id: chance.text(64),
                person: format!("{}{}", NAMES[person % NAMES.len()], GROUPS[person / NAMES.len()]),
                user_id: format!("u{:04}", 1001 + person * 37),
                answer_title: TITLES[question / 2].into(),
                question_id: format!("q{}", question + 1),
                scene: scenes()[chance.below(scenes().len() as u64) as usize].0,
                age_seconds: age(chance, 7),
            }
        })
        .collect();
    uploads.sort_by_key(|upload| -upload.age_seconds);
    uploads
}

/// An age within `days`, of which nine in ten of those that fall into the night are moved to the day before.
/// Ages count back from an evening, so hours 2 to 11 back are the day.
fn age(chance: &Chance, days: u64) -> i64 {
    let mut age = 60 + chance.below(days * DAY - 60);
    let hour = age % DAY / 3600;
    if (12..22).contains(&hour) && chance.below(10) > 0 {
        age -= (hour - 1 - chance.below(10)) * 3600;
    }
    i64::try_from(age).unwrap_or_default()
}

/// About 900 messages of the last 14 days, with failures of each sort.
pub fn demo_sends(chance: &Chance) -> Vec<DemoSend> {
    let (people, templates) = (demo::followers(SANDBOX_APP_ID, 0), demo::templates(SANDBOX_APP_ID));
    let mut sends: Vec<DemoSend> = (0..SENDS)
        .map(|_| {
            let person = &people[chance.below(people.len() as u64) as usize];
            let template = &templates[chance.below(6).min(chance.below(6)) as usize];
            let age_seconds = age(chance, 14);
            let outcome = match (person.subscribed, chance.below(1000)) {
                (false, _) => "43004",
                // Whoever is told so has a day to wait; the youngest are not yet at that end.
                (_, 0..12) if age_seconds > 86_400 => "45009",
                (_, 12..19) => "47003",
                (_, 19..24) => "unknown",
                (_, 24..30) => "accepted",
                (_, 30..33) => "40003",
                _ => person.receipt_status(),
            };
            let mut data = values(template);
            if outcome == "47003"
                && let Some(value) = data.values_mut().next()
            {
                *value = "这个活动的名字太长了，长得超过了二十个字的限制".into();
            }
            DemoSend { openid: person.openid.clone(), template_id: template.template_id.clone(), data, age_seconds, outcome }
        })
        .collect();
    sends.sort_by_key(|send| -send.age_seconds);
    sends
}

fn values(template: &Template) -> BTreeMap<String, String> {
    let example = |label: &str| template.example.lines().find_map(|line| line.strip_prefix(label)?.strip_prefix([':', '：']));
    template
        .fields()
        .into_iter()
        .map(|(key, label)| {
            let value = if label.is_empty() { None } else { example(label) };
            let value = value.unwrap_or(if key == "first" { "您好，您的课程有变更" } else { "如有疑问请联系我们" });
            debug_assert!(rules::kind(key).is_none_or(|kind| rules::fits(kind, value)));
            (key.to_owned(), value.to_owned())
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn uploads_fill_a_week_and_repeat() {
        let uploads = demo_uploads(&Chance::seeded(3));
        assert_eq!(uploads, demo_uploads(&Chance::seeded(3)));
        assert_eq!(uploads.len(), 300);
        assert!(uploads.iter().all(|upload| (1..=7 * 86_400).contains(&upload.age_seconds)));
        let people: HashSet<_> = uploads.iter().map(|upload| (&upload.user_id, &upload.person)).collect();
        assert!((45..=60).contains(&people.len()), "{}", people.len());
        let ids: HashSet<_> = uploads.iter().map(|upload| &upload.user_id).collect();
        assert_eq!(ids.len(), people.len());
        assert_eq!(uploads.iter().map(|upload| &upload.answer_title).collect::<HashSet<_>>().len(), 4);
        assert_eq!(uploads.iter().map(|upload| &upload.question_id).collect::<HashSet<_>>().len(), 8);
        let night = uploads.iter().filter(|upload| (12..22).contains(&(upload.age_seconds % 86_400 / 3600))).count();
        assert!(night < 40, "{night}");
    }

    #[test]
    fn sends_hold_failures_of_each_sort() {
        let sends = demo_sends(&Chance::seeded(3));
        let outcomes: HashSet<_> = sends.iter().map(|send| send.outcome).collect();
        for wanted in ["success", "43004", "47003", "45009", "40003", "unknown", "accepted", "failed:user block", "failed: system failed"] {
            assert!(outcomes.contains(wanted), "{wanted}");
        }
        let good = sends.iter().filter(|send| send.outcome == "success").count();
        assert!(good > 780, "{good}");
        assert!(sends.iter().all(|send| (1..=14 * 86_400).contains(&send.age_seconds)));
    }
}
