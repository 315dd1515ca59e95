//! The demo account: an organiser of nature classes, its tags, templates and people. Plain data, always the same.

use super::Template;

pub use super::demo_people::{crowd, followers};

/// The account's name as people see it.
pub const ACCOUNT_NAME: &str = "青禾自然教育";

/// Tag ids and names.
pub const TAGS: &[(u32, &str)] = &[(2, "星标组"), (100, "观鸟班"), (101, "自然笔记"), (102, "志愿者"), (103, "老师")];

/// Title, content and example; the id is made from the account and the place in this list.
const TEMPLATES: &[(&str, &str, &str)] = &[
    (
        "活动开始提醒",
        "活动名称:{{thing1.DATA}}\n开始时间:{{time2.DATA}}\n活动地点:{{thing3.DATA}}\n报名状态:{{phrase4.DATA}}\n温馨提示:{{thing5.DATA}}\n",
        "活动名称:秋末观鸟·湿地公园\n开始时间:2026年11月28日 08:30\n活动地点:西溪湿地北门集合\n报名状态:已确认\n温馨提示:记得带上望远镜\n",
    ),
    (
        "报名结果通知",
        "活动名称:{{thing1.DATA}}\n报名人:{{name2.DATA}}\n报名结果:{{phrase3.DATA}}\n通知时间:{{date4.DATA}}\n",
        "活动名称:冬令营·雪地追踪\n报名人:林小满\n报名结果:已录取\n通知时间:2026年11月20日\n",
    ),
    (
        "缴费通知",
        "缴费项目:{{thing1.DATA}}\n缴费金额:{{amount2.DATA}}\n截止日期:{{date3.DATA}}\n",
        "缴费项目:春季自然笔记班\n缴费金额:1280.00元\n截止日期:2026年12月05日\n",
    ),
    (
        "作业点评通知",
        "作业名称:{{thing1.DATA}}\n点评老师:{{name2.DATA}}\n点评时间:{{time3.DATA}}\n评语:{{thing4.DATA}}\n",
        "作业名称:第三周·叶子的形状\n点评老师:周敏\n点评时间:2026年11月21日 19:40\n评语:叶脉画得很细致\n",
    ),
    (
        "取件通知",
        "取件码:{{character_string1.DATA}}\n物品名称:{{thing2.DATA}}\n取件地点:{{thing3.DATA}}\n联系电话:{{phone_number4.DATA}}\n",
        "取件码:A-3071\n物品名称:自然笔记套装\n取件地点:青禾工作室前台\n联系电话:0571-88880000\n",
    ),
    (
        "课程变更提醒",
        "{{first.DATA}}\n课程名称:{{keyword1.DATA}}\n变更内容:{{keyword2.DATA}}\n{{remark.DATA}}",
        "您好，您的课程有变更\n课程名称：周末观鸟班\n变更内容：上课时间改为九点\n如有疑问请联系我们",
    ),
];

/// Templates of subscribe notifications: title, content, example, and whether one tick counts for good.
const NOTIFICATIONS: &[(&str, &str, &str, bool)] = &[
    (
        "活动报名成功通知",
        "活动名称:{{thing1.DATA}}\n活动时间:{{time2.DATA}}\n活动地点:{{thing3.DATA}}\n",
        "活动名称:冬季观鸟营\n活动时间:2026年12月12日 08:30\n活动地点:西溪湿地北门\n",
        false,
    ),
    (
        "课程余额提醒",
        "课程名称:{{thing1.DATA}}\n剩余课时:{{number2.DATA}}\n有效期至:{{date3.DATA}}\n",
        "课程名称:周末自然笔记\n剩余课时:3\n有效期至:2027年01月31日\n",
        true,
    ),
];

/// The templates of an account's subscribe notifications, each with whether one tick counts for good.
pub fn notifications(app_id: &str) -> Vec<(Template, bool)> {
    let one = |(number, (title, content, example, lasting)): (usize, &(&str, &str, &str, bool))| {
        let template = Template {
            template_id: template_id(app_id, 100 + number),
            title: (*title).into(),
            primary_industry: String::new(),
            deputy_industry: String::new(),
            content: (*content).into(),
            example: (*example).into(),
        };
        (template, *lasting)
    };
    NOTIFICATIONS.iter().enumerate().map(one).collect()
}

/// The templates of an account: five of today's kind and one of the old.
pub fn templates(app_id: &str) -> Vec<Template> {
    let one = |(number, (title, content, example)): (usize, &(&str, &str, &str))| {
        let old = content.starts_with("{{first");
        Template {
            template_id: template_id(app_id, number),
            title: (*title).into(),
            primary_industry: if old { "教育".into() } else { String::new() },
            deputy_industry: if old { "培训".into() } else { String::new() },
            content: (*content).into(),
            example: (*example).into(),
        }
    };
    TEMPLATES.iter().enumerate().map(one).collect()
}

/// The id of a demo template: 43 characters, as WeChat's are.
pub fn template_id(app_id: &str, number: usize) -> String {
    use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
    use sha2::{Digest, Sha256};
    URL_SAFE_NO_PAD.encode(Sha256::digest(format!("{app_id}/template/{number}")))
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::sandbox::{SANDBOX_APP_ID, rules};

    #[test]
    fn people_are_many_distinct_and_always_the_same() {
        let people = followers(SANDBOX_APP_ID, 1_800_000_000);
        assert_eq!(people, followers(SANDBOX_APP_ID, 1_800_000_000));
        assert_eq!(people.iter().filter(|person| person.subscribed).count(), 200);
        assert_eq!(people.iter().map(|person| &person.openid).collect::<HashSet<_>>().len(), 206);
        assert!(people.iter().all(|person| person.openid.len() == 28 && person.unionid.len() == 28));
        let blocking = people.iter().filter(|person| person.subscribed && person.blocks).count();
        assert!((1..=8).contains(&blocking), "{blocking}");
        assert!(people.iter().any(|person| person.subscribed && person.fails && !person.blocks));
        assert!(TAGS.iter().all(|(id, _)| people.iter().any(|person| person.subscribed && person.tags.contains(id))));
        let other = followers("wxother", 1_800_000_000);
        assert!(other.iter().all(|person| people.iter().all(|known| known.openid != person.openid)));
    }

    #[test]
    fn examples_keep_to_their_own_templates_rules() {
        let notifications = notifications(SANDBOX_APP_ID).into_iter().map(|(template, _)| template);
        for template in templates(SANDBOX_APP_ID).into_iter().chain(notifications) {
            assert_eq!(template.template_id.len(), 43);
            for (key, label) in template.fields() {
                let Some(kind) = rules::kind(key) else { continue };
                let line = template.example.lines().find_map(|line| line.strip_prefix(&format!("{label}:"))).expect("an example line");
                assert!(rules::fits(kind, line), "{key} {line}");
            }
        }
        assert_eq!(templates(SANDBOX_APP_ID).iter().filter(|template| template.legacy()).count(), 1);
    }
}
