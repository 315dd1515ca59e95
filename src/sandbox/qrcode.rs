//! QR codes with a scene (docs/wechat-api.md §9).

use serde_json::{Value, json};

use super::{
    call::Call,
    reply::{Fail, Reply},
};

const LONGEST: i64 = 2_592_000;
/// What a temporary code lives where nothing is said.
const USUAL: i64 = 30;

/// `POST /cgi-bin/qrcode/create`.
pub(super) fn create(call: &mut Call<'_, '_>) -> Result<Reply, Fail> {
    let ask: Value = call.json()?;
    let scene = &ask["action_info"]["scene"];
    let (lasting, text) = match ask["action_name"].as_str() {
        Some("QR_SCENE") => (false, false),
        Some("QR_STR_SCENE") => (false, true),
        Some("QR_LIMIT_SCENE") => (true, false),
        Some("QR_LIMIT_STR_SCENE") => (true, true),
        _ => return Err(40035.into()),
    };
    let fits = if text {
        scene["scene_str"].as_str().is_some_and(|text| (1..=64).contains(&text.chars().count()))
    } else {
        scene["scene_id"].as_i64().is_some_and(|id| (1..=if lasting { 100_000 } else { i64::from(u32::MAX) }).contains(&id))
    };
    let seconds = ask["expire_seconds"].as_i64().unwrap_or(USUAL);
    if !fits || (!lasting && !(1..=LONGEST).contains(&seconds)) {
        return Err(40035.into());
    }
    let (ticket, url) = (call.change.chance.text(60), format!("http://weixin.qq.com/q/{}", call.change.chance.text(22)));
    let mut answer = json!({ "ticket": ticket, "url": url });
    if !lasting {
        answer["expire_seconds"] = json!(seconds);
    }
    Ok(Reply::Json(answer))
}
