//! Followers and tags (docs/wechat-api.md §9).

use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    Follower,
    call::Call,
    demo,
    reply::{Fail, Reply},
};

const PAGE: usize = 10_000;
const BATCH: usize = 100;

/// `GET /cgi-bin/user/get`.
pub(super) fn list(call: &mut Call<'_, '_>) -> Result<Reply, Fail> {
    let after = call.query("next_openid").unwrap_or_default().to_owned();
    let openids: Vec<&str> = subscribed(call)?.map(|person| person.openid.as_str()).collect();
    let mut answer = page(&openids, &after)?;
    answer["total"] = json!(openids.len());
    Ok(Reply::Json(answer))
}

fn subscribed<'a>(call: &'a Call<'_, '_>) -> Result<impl Iterator<Item = &'a Follower>, Fail> {
    Ok(call.account()?.followers.iter().filter(|person| person.subscribed))
}

/// One page after an openid. `data` is absent where the page is empty, as at WeChat.
fn page(openids: &[&str], after: &str) -> Result<Value, Fail> {
    let from = match after {
        "" => 0,
        known => openids.iter().position(|openid| *openid == known).ok_or(Fail::from(40003))? + 1,
    };
    let page = &openids[from..openids.len().min(from + PAGE)];
    let mut answer = json!({ "count": page.len(), "next_openid": page.last().copied().unwrap_or_default() });
    if !page.is_empty() {
        answer["data"] = json!({ "openid": page });
    }
    Ok(answer)
}

fn describe(person: &Follower) -> Value {
    if !person.subscribed {
        return json!({ "subscribe": 0, "openid": person.openid, "unionid": person.unionid });
    }
    json!({
        "subscribe": 1,
        "openid": person.openid,
        "nickname": "",
        "sex": 0,
        "language": "zh_CN",
        "city": "",
        "province": "",
        "country": "",
        "headimgurl": "",
        "subscribe_time": person.subscribe_time,
        "unionid": person.unionid,
        "remark": person.name,
        "groupid": person.tags.first().copied().unwrap_or_default(),
        "tagid_list": person.tags,
        "subscribe_scene": "ADD_SCENE_QR_CODE",
        "qr_scene": 0,
        "qr_scene_str": "",
    })
}

/// `GET /cgi-bin/user/info`.
pub(super) fn info(call: &mut Call<'_, '_>) -> Result<Reply, Fail> {
    let openid = call.need("openid", 41009)?;
    let person = call.account()?.person(&openid).ok_or(Fail::from(40003))?;
    Ok(Reply::Json(describe(person)))
}

#[derive(Deserialize)]
struct BatchAsk {
    user_list: Vec<BatchItem>,
}

#[derive(Deserialize)]
struct BatchItem {
    openid: String,
}

/// `POST /cgi-bin/user/info/batchget`: at most 100.
pub(super) fn batch(call: &mut Call<'_, '_>) -> Result<Reply, Fail> {
    let ask: BatchAsk = call.json()?;
    if ask.user_list.is_empty() || ask.user_list.len() > BATCH {
        return Err(40097.into());
    }
    let account = call.account()?;
    let one = |item: &BatchItem| account.person(&item.openid).map(describe).ok_or(Fail::from(40003));
    let people = ask.user_list.iter().map(one).collect::<Result<Vec<_>, _>>()?;
    Ok(Reply::Json(json!({ "user_info_list": people })))
}

/// `GET /cgi-bin/tags/get`.
pub(super) fn tags(call: &mut Call<'_, '_>) -> Result<Reply, Fail> {
    let count = |id: u32| subscribed(call).map(|people| people.filter(|person| person.tags.contains(&id)).count());
    let tags = demo::TAGS
        .iter()
        .map(|(id, name)| Ok(json!({ "id": id, "name": name, "count": count(*id)? })))
        .collect::<Result<Vec<_>, Fail>>()?;
    Ok(Reply::Json(json!({ "tags": tags })))
}

#[derive(Deserialize)]
struct TagAsk {
    tagid: u32,
    #[serde(default)]
    next_openid: String,
}

/// `POST /cgi-bin/user/tag/get`.
pub(super) fn by_tag(call: &mut Call<'_, '_>) -> Result<Reply, Fail> {
    let ask: TagAsk = call.json()?;
    if !demo::TAGS.iter().any(|(id, _)| *id == ask.tagid) {
        return Err(Fail::with(45159, "invalid tag id"));
    }
    let openids: Vec<&str> =
        subscribed(call)?.filter(|person| person.tags.contains(&ask.tagid)).map(|person| person.openid.as_str()).collect();
    Ok(Reply::Json(page(&openids, &ask.next_openid)?))
}
