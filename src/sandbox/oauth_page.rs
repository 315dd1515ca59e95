//! The authorize address and its consent page (docs/wechat-api.md §8.1).

use axum::{
    Form, Router,
    extract::{RawQuery, State as FromState},
    http::{HeaderMap, StatusCode, header},
    response::{Html, IntoResponse, Response},
    routing::get,
};
use percent_encoding::percent_decode_str;
use serde::Deserialize;

use super::{
    Sandbox, oauth,
    phone::{escape, head, person_of, seal},
};

/// The authorize address where WeChat has it.
pub(super) fn router(sandbox: &Sandbox) -> Router {
    Router::new().route("/connect/oauth2/authorize", get(ask).post(consent)).with_state(sandbox.clone())
}

/// What WeChat's pattern finds in the address; the order of the parameters is part of it.
struct Ask {
    app_id: String,
    redirect_uri: String,
    scope: String,
    state: String,
}

/// Reads the query in WeChat's order: appid, redirect_uri, response_type, scope, state, then anything.
fn read(query: &str) -> Result<Ask, &'static str> {
    let mut pairs = query.split('&').map(|pair| pair.split_once('=').unwrap_or((pair, "")));
    let mut next = |name: &str, error| match pairs.next() {
        Some((found, value)) if found == name && !value.is_empty() => Ok(value),
        _ => Err(error),
    };
    let app_id = next("appid", "10010 参数 appid 缺失或次序不对")?;
    let redirect = next("redirect_uri", "10011 参数 redirect_uri 缺失或次序不对")?;
    let kind = next("response_type", "10012 参数 response_type 缺失或次序不对")?;
    let scope = next("scope", "10013 参数 scope 缺失或次序不对")?;
    let state = pairs.next().filter(|(name, _)| *name == "state").map_or("", |(_, value)| value);
    let text = |raw: &str| percent_decode_str(raw).decode_utf8().map(|text| text.into_owned()).map_err(|_| "10016 参数编码有误");
    let (redirect_uri, state) = (text(redirect)?, text(state)?);
    if kind != "code" {
        return Err("10012 response_type 只能是 code");
    }
    if !matches!(scope, "snsapi_base" | "snsapi_userinfo") {
        return Err("10005 没有该 scope 的权限");
    }
    if !redirect_uri.starts_with("http://") && !redirect_uri.starts_with("https://") {
        return Err("10003 redirect_uri 与后台配置不一致");
    }
    if state.len() > 128 || !state.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return Err("10016 state 只能是 128 字节以内的字母和数字");
    }
    Ok(Ask { app_id: app_id.into(), redirect_uri, scope: scope.into(), state })
}

/// `GET …/authorize`: silent for snsapi_base, a consent page otherwise.
pub(super) async fn ask(FromState(sandbox): FromState<Sandbox>, RawQuery(query): RawQuery, headers: HeaderMap) -> Response {
    let ask = match read(query.as_deref().unwrap_or_default()) {
        Ok(ask) if sandbox.look(|state| state.accounts.contains_key(&ask.app_id)) => ask,
        Ok(_) => return error("40013 appid 不存在"),
        Err(text) => return error(text),
    };
    let person = sandbox.look(|state| person_of(state, &ask.app_id, &headers));
    let popup = query.is_some_and(|query| query.contains("forcePopup=true"));
    if ask.scope == "snsapi_base" && !popup {
        return send_back(&sandbox, &ask, &person, false);
    }
    seal(Html(consent_page(&sandbox, &ask, &person)).into_response())
}

fn error(text: &str) -> Response {
    let page =
        format!("{}<main class=\"sheet\"><h1>无法打开授权页</h1><p>{}</p></main></body></html>", head("zh-CN", "授权"), escape(text));
    seal(Html(page).into_response())
}

fn consent_page(sandbox: &Sandbox, ask: &Ask, person: &str) -> String {
    let options: String = sandbox.look(|state| {
        let people = state.accounts.get(&ask.app_id).map(|account| account.followers.as_slice()).unwrap_or_default();
        let one = |known: &super::Follower| {
            let chosen = if known.openid == person { " selected" } else { "" };
            format!("<option value=\"{}\"{chosen}>{}</option>", escape(&known.openid), escape(&known.name))
        };
        people.iter().map(one).collect()
    });
    let hidden = |name: &str, value: &str| format!("<input type=\"hidden\" name=\"{name}\" value=\"{}\">", escape(value));
    format!(
        "{head}<main class=\"sheet\"><p class=\"sim\">模拟微信</p><h1>授权登录</h1><p>该网页申请获取你的昵称、头像。</p>\
         <form method=\"post\">{a}{b}{c}{d}<label for=\"openid\">以谁的身份</label><select id=\"openid\" name=\"openid\">{options}</select>\
         <label class=\"check\"><input type=\"checkbox\" name=\"snapshot\" value=\"1\"> 快照页访客（虚拟 openid）</label>\
         <button type=\"submit\">同意</button></form></main></body></html>",
        head = head("zh-CN", "授权登录"),
        a = hidden("appid", &ask.app_id),
        b = hidden("redirect_uri", &ask.redirect_uri),
        c = hidden("scope", &ask.scope),
        d = hidden("state", &ask.state),
    )
}

#[derive(Deserialize)]
pub(super) struct Consent {
    appid: String,
    redirect_uri: String,
    scope: String,
    #[serde(default)]
    state: String,
    openid: String,
    #[serde(default)]
    snapshot: Option<String>,
}

/// `POST …/authorize`: the tester agreed.
pub(super) async fn consent(FromState(sandbox): FromState<Sandbox>, Form(form): Form<Consent>) -> Response {
    let Consent { appid: app_id, redirect_uri, scope, state, openid, snapshot } = form;
    let known = sandbox.look(|world| world.accounts.get(&app_id).is_some_and(|account| account.person(&openid).is_some()));
    if !known || !redirect_uri.starts_with("http") {
        return error("10003 参数有误");
    }
    send_back(&sandbox, &Ask { app_id, redirect_uri, scope, state }, &openid, snapshot.is_some())
}

fn send_back(sandbox: &Sandbox, ask: &Ask, openid: &str, snapshot: bool) -> Response {
    let code = sandbox.change(|change| {
        let snapshot = snapshot || change.state.dials.snapshot;
        oauth::issue_code(change, &ask.app_id, openid, &ask.scope, snapshot)
    });
    let (page, fragment) =
        ask.redirect_uri.split_once('#').map_or((ask.redirect_uri.as_str(), String::new()), |(page, rest)| (page, format!("#{rest}")));
    let sign = if page.contains('?') { '&' } else { '?' };
    let to = format!("{page}{sign}code={code}&state={}{fragment}", ask.state);
    match header::HeaderValue::from_str(&to) {
        Ok(to) => (StatusCode::FOUND, [(header::LOCATION, to)]).into_response(),
        Err(_) => error("10003 redirect_uri 含有不能用的字符"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_order_of_parameters_is_part_of_the_pattern() {
        let good = "appid=A&redirect_uri=https%3A%2F%2Fh.example%2Fa%3Fb%3D1&response_type=code&scope=snsapi_base&state=X1";
        let ask = read(good).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!((ask.redirect_uri.as_str(), ask.state.as_str()), ("https://h.example/a?b=1", "X1"));
        for bad in [
            "redirect_uri=https%3A%2F%2Fh.example&appid=A&response_type=code&scope=snsapi_base&state=X",
            "appid=A&redirect_uri=https%3A%2F%2Fh.example&scope=snsapi_base&response_type=code&state=X",
            "appid=A&redirect_uri=https%3A%2F%2Fh.example&response_type=code&scope=snsapi_login",
            "appid=A&redirect_uri=javascript%3Aalert&response_type=code&scope=snsapi_base",
            "appid=A&redirect_uri=https%3A%2F%2Fh.example&response_type=code&scope=snsapi_base&state=a%20b",
        ] {
            assert!(read(bad).is_err(), "{bad}");
        }
    }
}
