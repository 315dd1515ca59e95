//! One call of the platform: what was asked, who asks, and the table of calls.

use std::collections::HashMap;

use bytes::Bytes;
use serde::de::DeserializeOwned;

use super::{
    dials::Sort,
    event::Event,
    media, oauth, people, qrcode, quota,
    reply::{Fail, Reply},
    send,
    state::{Account, Change},
    template, token,
};

/// What was asked.
pub(super) struct Ask {
    pub post: bool,
    pub query: HashMap<String, String>,
    pub body: Bytes,
    /// The multipart field `media`, where one came.
    pub file: Option<Bytes>,
    /// The host the caller asked, for addresses that lead back here.
    pub host: String,
    /// The caller's address, for texts that name it.
    pub from: String,
}

/// A call being worked on.
pub(super) struct Call<'a, 'b> {
    pub change: &'a mut Change<'b>,
    pub ask: &'a Ask,
    /// The account; empty until known.
    pub app_id: String,
    /// Short facts for the ledger.
    pub detail: String,
}

impl Call<'_, '_> {
    /// A query parameter; an empty one counts as missing.
    pub(super) fn query(&self, name: &str) -> Option<&str> {
        self.ask.query.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }

    /// A query parameter that must be there; `missing` is the code otherwise.
    pub(super) fn need(&self, name: &str, missing: i64) -> Result<String, Fail> {
        self.query(name).map(str::to_owned).ok_or_else(|| missing.into())
    }

    /// The JSON body.
    pub(super) fn json<T: DeserializeOwned>(&self) -> Result<T, Fail> {
        if self.ask.body.is_empty() {
            return Err(44002.into());
        }
        serde_json::from_slice(&self.ask.body).map_err(|_| 47001.into())
    }

    /// The account's side of the state.
    pub(super) fn account(&self) -> Result<&Account, Fail> {
        self.change.state.accounts.get(&self.app_id).ok_or_else(|| 40013.into())
    }

    /// Makes something happen.
    pub(super) fn record(&mut self, event: Event) {
        self.change.record(event);
    }

    /// Now, Unix seconds.
    pub(super) fn now(&self) -> i64 {
        self.change.now()
    }
}

/// Carries out one call.
pub(super) type Run = fn(&mut Call<'_, '_>) -> Result<Reply, Fail>;

/// One call of the platform.
pub(super) struct Route {
    pub path: &'static str,
    /// `Some(true)` = POST only, `Some(false)` = GET only.
    pub post: Option<bool>,
    pub sort: Sort,
    /// Answers under `text/plain`.
    pub plain: bool,
    pub run: Run,
}

const fn route(path: &'static str, post: Option<bool>, sort: Sort, run: Run) -> Route {
    Route { path, post, sort, plain: false, run }
}

const fn plain(path: &'static str, post: Option<bool>, sort: Sort, run: Run) -> Route {
    Route { path, post, sort, plain: true, run }
}

const GET: Option<bool> = Some(false);
const POST: Option<bool> = Some(true);

/// Every call the simulator answers.
pub(super) static ROUTES: &[Route] = &[
    route("/cgi-bin/token", GET, Sort::Fetch, token::classic),
    route("/cgi-bin/stable_token", POST, Sort::Fetch, token::stable),
    route("/cgi-bin/ticket/getticket", GET, Sort::Token, token::ticket),
    plain("/cgi-bin/media/get", GET, Sort::Token, media::get),
    plain("/cgi-bin/media/get/jssdk", GET, Sort::Token, media::get_jssdk),
    plain("/cgi-bin/media/upload", POST, Sort::Token, media::upload),
    plain("/cgi-bin/template/get_all_private_template", GET, Sort::Token, template::list),
    route("/cgi-bin/template/api_add_template", POST, Sort::Token, template::add),
    route("/cgi-bin/template/del_private_template", POST, Sort::Token, template::remove),
    route("/cgi-bin/template/get_industry", GET, Sort::Token, template::industry),
    route("/cgi-bin/template/api_set_industry", POST, Sort::Token, template::set_industry),
    route("/wxaapi/newtmpl/gettemplate", GET, Sort::Token, template::notifications),
    route(send::TEMPLATE, POST, Sort::Send, send::template),
    route("/cgi-bin/message/subscribe/bizsend", POST, Sort::Send, send::subscribe),
    plain("/sns/oauth2/access_token", None, Sort::Open, oauth::access_token),
    plain("/sns/oauth2/refresh_token", None, Sort::Open, oauth::refresh_token),
    plain("/sns/userinfo", GET, Sort::Open, oauth::userinfo),
    plain("/sns/auth", GET, Sort::Open, oauth::auth),
    route("/cgi-bin/user/get", GET, Sort::Token, people::list),
    route("/cgi-bin/user/info", GET, Sort::Token, people::info),
    route("/cgi-bin/user/info/batchget", POST, Sort::Token, people::batch),
    route("/cgi-bin/tags/get", GET, Sort::Token, people::tags),
    route("/cgi-bin/user/tag/get", POST, Sort::Token, people::by_tag),
    route("/cgi-bin/qrcode/create", POST, Sort::Token, qrcode::create),
    route("/cgi-bin/get_api_domain_ip", GET, Sort::Token, quota::api_addresses),
    route("/cgi-bin/getcallbackip", GET, Sort::Token, quota::callback_addresses),
    route("/cgi-bin/callback/check", POST, Sort::Token, quota::callback_check),
    route("/cgi-bin/clear_quota", POST, Sort::Token, quota::clear),
    route("/cgi-bin/clear_quota/v2", POST, Sort::Open, quota::clear_v2),
    route("/cgi-bin/openapi/quota/get", POST, Sort::Token, quota::get),
];
