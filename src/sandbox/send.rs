//! Sending template and subscribe messages (docs/wechat-api.md §6.3, §7).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{
    Template,
    call::Call,
    demo,
    event::Event,
    push,
    reply::{Fail, Reply},
    rules,
};

/// Path of the template call.
pub(super) const TEMPLATE: &str = "/cgi-bin/message/template/send";
/// How long an openid and client_msg_id are remembered, in seconds.
const WINDOW: i64 = 600;
/// A text with this in it is refused as unlawful, so that 40249 can be tried.
const UNLAWFUL: &str = "违规示例";
/// Message ids start where today's are: 19 digits, beyond what a browser's number holds.
const FIRST_MSGID: i64 = 4_021_563_108_000_000_000;

/// One field of a message as the card shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    /// Key, such as `thing1`.
    pub key: String,
    /// Label of the line; may be empty in old templates.
    pub label: String,
    /// The value.
    pub value: String,
}

/// An accepted message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SentMessage {
    /// 64-bit id, 19 digits.
    pub msgid: i64,
    /// The account.
    pub app_id: String,
    /// Who it is for.
    pub openid: String,
    /// Which template.
    pub template_id: String,
    /// The template's title.
    pub title: String,
    /// The fields in the template's order.
    pub rows: Vec<Row>,
    /// Page that opens on a tap.
    pub url: Option<String>,
    /// Mini program page that opens on a tap.
    pub pagepath: Option<String>,
    /// The sender's own id.
    pub client_msg_id: Option<String>,
    /// When it was accepted, Unix milliseconds.
    pub at_ms: i64,
    /// What the receipt says: `success`, `failed:user block`, `failed: system failed`.
    pub status: String,
    /// Whether it is a subscribe notification.
    #[serde(default)]
    pub notification: bool,
}

#[derive(Deserialize)]
struct SendAsk {
    #[serde(default)]
    touser: String,
    #[serde(default)]
    template_id: String,
    #[serde(default)]
    url: Option<String>,
    #[serde(default)]
    page: Option<String>,
    #[serde(default)]
    miniprogram: Option<MiniProgram>,
    #[serde(default)]
    client_msg_id: Option<String>,
    #[serde(default)]
    data: BTreeMap<String, Value>,
}

#[derive(Deserialize)]
struct MiniProgram {
    #[serde(default)]
    appid: String,
    #[serde(default)]
    pagepath: String,
}

/// `POST /cgi-bin/message/template/send`.
pub(super) fn template(call: &mut Call<'_, '_>) -> Result<Reply, Fail> {
    let ask: SendAsk = call.json()?;
    note(call, &ask, None);
    let msgid = accept(call, ask, false)?;
    let percent = u64::from(call.change.state.dials.msgid_zero_percent);
    // Without the dial nothing is drawn: what chance gives afterwards stays the same.
    let zero = percent > 0 && call.change.chance.below(100) < percent;
    Ok(Reply::Json(json!({ "errcode": 0, "errmsg": "ok", "msgid": if zero { 0 } else { msgid } })))
}

/// `POST /cgi-bin/message/subscribe/bizsend`: here every follower counts as having ticked the template.
pub(super) fn subscribe(call: &mut Call<'_, '_>) -> Result<Reply, Fail> {
    let mut ask: SendAsk = call.json()?;
    note(call, &ask, None);
    ask.url = ask.page.take();
    // It is known by no number of the sender's.
    ask.client_msg_id = None;
    match accept(call, ask, true) {
        // No description promises a msgid, so none is told; the report has one.
        Ok(_) => Ok(Reply::ok()),
        Err(fail) if fail.code == 43004 => Err(43101.into()),
        Err(fail) => Err(fail),
    }
}

fn note(call: &mut Call<'_, '_>, ask: &SendAsk, msgid: Option<i64>) {
    let id = ask.client_msg_id.as_deref().unwrap_or("-");
    call.detail = format!("openid={} client_msg_id={id}", ask.touser);
    if let Some(msgid) = msgid {
        call.detail += &format!(" msgid={msgid}");
    }
}

fn accept(call: &mut Call<'_, '_>, ask: SendAsk, notification: bool) -> Result<i64, Fail> {
    if ask.touser.is_empty() {
        return Err(41009.into());
    }
    let account = call.account()?;
    let person = account.person(&ask.touser).ok_or(Fail::from(40003))?;
    let (subscribed, status) = (person.subscribed, person.receipt_status());
    if ask.template_id.len() != 43 {
        return Err(40036.into());
    }
    let own = account.templates.iter().find(|known| known.template_id == ask.template_id).cloned();
    // For tests' sake any template does for a notification, not only those that are listed for them.
    let listed =
        || demo::notifications(&call.app_id).into_iter().map(|(known, _)| known).find(|known| known.template_id == ask.template_id);
    let template = own.or_else(|| if notification { listed() } else { None }).ok_or(Fail::from(40037))?;
    if !subscribed {
        return Err(43004.into());
    }
    check_page(&ask)?;
    let rows = rows(&template, &ask.data)?;
    if rows.iter().any(|row| row.value.contains(UNLAWFUL)) {
        return Err(40249.into());
    }
    if let Some(msgid) = repeated(call, &ask) {
        note(call, &ask, Some(msgid));
        call.detail += " repeated";
        return Ok(msgid);
    }
    let msgid = call.change.state.last_msgid.max(FIRST_MSGID) + 1 + i64::try_from(call.change.chance.below(4096)).unwrap_or_default();
    note(call, &ask, Some(msgid));
    let message = SentMessage {
        msgid,
        app_id: call.app_id.clone(),
        openid: ask.touser,
        template_id: ask.template_id,
        title: template.title,
        rows,
        url: ask.url.filter(|url| !url.is_empty()),
        pagepath: ask.miniprogram.map(|program| program.pagepath),
        client_msg_id: ask.client_msg_id.filter(|id| !id.is_empty()),
        at_ms: call.change.now_ms,
        status: status.into(),
        notification,
    };
    push::queue_receipt(call.change, &message);
    call.record(Event::Accepted { message: Box::new(message) });
    Ok(msgid)
}

/// The earlier message with this openid and client_msg_id, inside the window.
fn repeated(call: &Call<'_, '_>, ask: &SendAsk) -> Option<i64> {
    if call.change.state.dials.ignore_client_msg_id {
        return None;
    }
    let key = (ask.touser.clone(), ask.client_msg_id.clone()?);
    let (msgid, at) = call.change.state.by_client.get(&key)?;
    (call.now() - at < WINDOW).then_some(*msgid)
}

fn check_page(ask: &SendAsk) -> Result<(), Fail> {
    let Some(program) = &ask.miniprogram else { return Ok(()) };
    if !program.appid.starts_with("wx") {
        return Err(40013.into());
    }
    // None at all opens the program's first page.
    let path = &program.pagepath;
    if path.len() > 1024 || path.starts_with("http") || path.contains(char::is_whitespace) {
        return Err(40165.into());
    }
    Ok(())
}

/// The card's rows. Category templates want exactly their keys and fitting values; old ones cut long values and drop first and remark.
fn rows(template: &Template, data: &BTreeMap<String, Value>) -> Result<Vec<Row>, Fail> {
    let fields = template.fields();
    let legacy = template.legacy();
    let invalid = |key: &str| Fail::with(47003, format!("argument invalid! data.{key}.value invalid"));
    if !legacy && let Some(foreign) = data.keys().find(|key| !fields.iter().any(|(known, _)| known == *key)) {
        return Err(invalid(foreign));
    }
    let mut rows = Vec::with_capacity(fields.len());
    for (key, label) in fields {
        let value = data.get(key).and_then(|field| field["value"].as_str());
        let value = match (rules::kind(key), value) {
            (Some(kind), Some(value)) if rules::fits(kind, value) => value.to_owned(),
            (None, value) => value.unwrap_or_default().chars().filter(|letter| !letter.is_control()).take(20).collect(),
            _ => return Err(invalid(key)),
        };
        if !matches!(key, "first" | "remark") {
            rows.push(Row { key: key.into(), label: label.into(), value });
        }
    }
    Ok(rows)
}
