//! QR codes with a scene: whoever scans one is told to us with the scene (docs/wechat-api.md §9).

use secrecy::SecretString;
use serde_json::{Value, json};

use super::{
    client::{Client, judged},
    error::Error,
    reply,
};

/// The longest life of a temporary code, in seconds.
pub const LONGEST: i64 = 2_592_000;
/// The longest scene (characters).
pub const SCENE_MAX: usize = 64;

/// A code as WeChat makes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SceneCode {
    /// What the picture holds.
    pub url: String,
    /// How long it works, in seconds; for ever without.
    pub expires_in: Option<i64>,
}

impl Client {
    /// Makes a code for a scene; one that works for ever without `seconds`. WeChat keeps 100,000 of those for an account.
    ///
    /// # Errors
    /// 40035 and its like: bad parameters; 48001: no right.
    pub async fn scene_code(&self, token: &SecretString, scene: &str, seconds: Option<i64>) -> Result<SceneCode, Error> {
        let path = "/cgi-bin/qrcode/create";
        judged(path, read_code(&self.post_with(path, token, &request(scene, seconds)).await?))
    }
}

fn request(scene: &str, seconds: Option<i64>) -> Value {
    let info = json!({"scene": {"scene_str": scene}});
    match seconds {
        Some(seconds) => json!({"expire_seconds": seconds, "action_name": "QR_STR_SCENE", "action_info": info}),
        None => json!({"action_name": "QR_LIMIT_STR_SCENE", "action_info": info}),
    }
}

fn read_code(body: &[u8]) -> Result<SceneCode, Error> {
    let reply = reply::read(body)?;
    let url = reply.text_or_empty("url");
    if url.is_empty() {
        return Err(reply::unreadable("url is missing"));
    }
    Ok(SceneCode { url, expires_in: reply.optional_integer("expire_seconds").filter(|seconds| *seconds > 0) })
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test that fails may panic")]
mod tests {
    use super::*;

    #[test]
    fn a_temporary_code_has_an_end_and_a_lasting_one_none() {
        assert_eq!(
            request("门店 3", Some(60)),
            json!({"expire_seconds": 60, "action_name": "QR_STR_SCENE", "action_info": {"scene": {"scene_str": "门店 3"}}})
        );
        assert_eq!(request("a", None), json!({"action_name": "QR_LIMIT_STR_SCENE", "action_info": {"scene": {"scene_str": "a"}}}));
        let code =
            read_code(br#"{"ticket":"gQH47joAAA","expire_seconds":60,"url":"http://weixin.qq.com/q/kZgfwMTm72WWPkovabbI"}"#).unwrap();
        assert_eq!(code, SceneCode { url: "http://weixin.qq.com/q/kZgfwMTm72WWPkovabbI".into(), expires_in: Some(60) });
        assert_eq!(read_code(br#"{"ticket":"t","url":"http://weixin.qq.com/q/a"}"#).unwrap().expires_in, None);
        assert!(read_code(br#"{"ticket":"t"}"#).is_err());
        assert_eq!(read_code(br#"{"errcode":48001,"errmsg":"api unauthorized"}"#).unwrap_err().errcode(), Some(48001));
    }
}
