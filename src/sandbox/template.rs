//! Template library and industries (docs/wechat-api.md §6.1, §6.2).

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{
    call::Call,
    demo,
    event::Event,
    reply::{Fail, Reply},
};

const MOST: usize = 25;

/// A template of an account, in the fields WeChat lists.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Template {
    /// Long id, 43 characters.
    pub template_id: String,
    /// Title, shown on top of the card.
    pub title: String,
    /// Empty for category templates.
    pub primary_industry: String,
    /// Empty for category templates.
    pub deputy_industry: String,
    /// Lines such as `活动名称:{{thing1.DATA}}`.
    pub content: String,
    /// The same with sample values.
    pub example: String,
}

impl Template {
    /// The fields in order: key and label (empty where the line has none).
    pub(super) fn fields(&self) -> Vec<(&str, &str)> {
        self.content
            .lines()
            .filter_map(|line| {
                let (before, rest) = line.split_once("{{")?;
                let (key, _) = rest.split_once(".DATA}}")?;
                Some((key.trim(), before.trim().trim_end_matches([':', '：'])))
            })
            .collect()
    }

    /// A template of the old kind, with `first`, `keyword1` … or free words for keys.
    pub(super) fn legacy(&self) -> bool {
        self.fields().iter().any(|(key, _)| super::rules::kind(key).is_none())
    }
}

/// `GET /cgi-bin/template/get_all_private_template`.
pub(super) fn list(call: &mut Call<'_, '_>) -> Result<Reply, Fail> {
    Ok(Reply::Json(json!({ "template_list": call.account()?.templates })))
}

/// `GET /wxaapi/newtmpl/gettemplate`: templates of subscribe notifications.
pub(super) fn notifications(call: &mut Call<'_, '_>) -> Result<Reply, Fail> {
    let one = |(template, lasting): (Template, bool)| {
        json!({
            "priTmplId": template.template_id, "title": template.title, "content": template.content, "example": template.example,
            "type": if lasting { 3 } else { 2 },
        })
    };
    let data: Vec<Value> = demo::notifications(&call.app_id).into_iter().map(one).collect();
    Ok(Reply::Json(json!({ "errcode": 0, "errmsg": "ok", "data": data })))
}

#[derive(Deserialize)]
struct AddAsk {
    #[serde(default)]
    template_id_short: String,
    #[serde(default)]
    keyword_name_list: Vec<String>,
}

/// `POST /cgi-bin/template/api_add_template`.
pub(super) fn add(call: &mut Call<'_, '_>) -> Result<Reply, Fail> {
    let ask: AddAsk = call.json()?;
    if call.account()?.templates.len() >= MOST {
        return Err(45026.into());
    }
    let short = ask.template_id_short.as_str();
    let category = !short.is_empty() && short.bytes().all(|byte| byte.is_ascii_digit());
    if !category && !short.starts_with("TM") && !short.starts_with("OPENTM") {
        return Err(40037.into());
    }
    if category && (ask.keyword_name_list.is_empty() || ask.keyword_name_list.iter().any(String::is_empty)) {
        return Err(40246.into());
    }
    let template_id = call.change.chance.text(43);
    let template = build(template_id.clone(), short, if category { &ask.keyword_name_list } else { &[] });
    call.record(Event::TemplateAdded { app_id: call.app_id.clone(), template });
    Ok(Reply::Json(json!({ "errcode": 0, "errmsg": "ok", "template_id": template_id })))
}

/// Makes up a template: the simulator has no library, so a label's ending decides its kind.
fn build(template_id: String, short: &str, labels: &[String]) -> Template {
    let mut content = String::new();
    for (place, label) in labels.iter().enumerate() {
        content += &format!("{label}:{{{{{}{}.DATA}}}}\n", guess(label), place + 1);
    }
    let industry = if labels.is_empty() { ("IT科技", "互联网|电子商务") } else { ("", "") };
    if labels.is_empty() {
        content = "{{first.DATA}}\n名称:{{keyword1.DATA}}\n时间:{{keyword2.DATA}}\n{{remark.DATA}}".into();
    }
    Template {
        template_id,
        title: format!("模板 {short}"),
        primary_industry: industry.0.into(),
        deputy_industry: industry.1.into(),
        example: String::new(),
        content,
    }
}

fn guess(label: &str) -> &'static str {
    let endings: &[(&str, &str)] = &[
        ("时间", "time"),
        ("日期", "date"),
        ("金额", "amount"),
        ("费用", "amount"),
        ("单号", "character_string"),
        ("编号", "character_string"),
        ("电话", "phone_number"),
        ("状态", "phrase"),
        ("结果", "phrase"),
        ("数量", "number"),
        ("姓名", "name"),
    ];
    endings.iter().find(|(ending, _)| label.ends_with(ending)).map_or("thing", |(_, kind)| kind)
}

/// `POST /cgi-bin/template/del_private_template`.
pub(super) fn remove(call: &mut Call<'_, '_>) -> Result<Reply, Fail> {
    let ask: Value = call.json()?;
    let template_id = ask["template_id"].as_str().unwrap_or_default().to_owned();
    if !call.account()?.templates.iter().any(|template| template.template_id == template_id) {
        return Err(40037.into());
    }
    call.record(Event::TemplateRemoved { app_id: call.app_id.clone(), template_id });
    Ok(Reply::ok())
}

const INDUSTRIES: &[(&str, &str, &str)] = &[
    ("1", "IT科技", "互联网|电子商务"),
    ("2", "IT科技", "IT软件与服务"),
    ("4", "IT科技", "电子技术"),
    ("10", "餐饮", "餐饮"),
    ("13", "运输与仓储", "快递"),
    ("16", "教育", "培训"),
    ("17", "教育", "院校"),
    ("38", "文体娱乐", "体育"),
    ("39", "文体娱乐", "娱乐休闲"),
];

fn industry_named(code: &str) -> Value {
    let known = INDUSTRIES.iter().find(|(known, _, _)| *known == code);
    let (first, second) = known.map_or(("其它", "其它"), |(_, first, second)| (first, second));
    json!({ "first_class": first, "second_class": second })
}

/// `GET /cgi-bin/template/get_industry`.
pub(super) fn industry(call: &mut Call<'_, '_>) -> Result<Reply, Fail> {
    let set = call.account()?.industry.as_ref();
    let (first, second) = set.map_or(("16", "1"), |(first, second, _)| (first, second));
    Ok(Reply::Json(json!({ "primary_industry": industry_named(first), "secondary_industry": industry_named(second) })))
}

#[derive(Deserialize)]
struct IndustryAsk {
    industry_id1: String,
    industry_id2: String,
}

/// `POST /cgi-bin/template/api_set_industry`: once a month.
pub(super) fn set_industry(call: &mut Call<'_, '_>) -> Result<Reply, Fail> {
    let IndustryAsk { industry_id1: first, industry_id2: second } = call.json()?;
    if ![&first, &second].iter().all(|code| code.parse::<u8>().is_ok_and(|code| (1..=41).contains(&code))) {
        return Err(40102.into());
    }
    let at = call.now();
    if call.account()?.industry.as_ref().is_some_and(|set| at - set.2 < 30 * 86_400) {
        return Err(43100.into());
    }
    call.record(Event::IndustrySet { app_id: call.app_id.clone(), first, second, at });
    Ok(Reply::ok())
}
