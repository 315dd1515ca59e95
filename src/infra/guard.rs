//! Every route is a public door: it is registered with the right it asks for, and that right is proved before its handler runs.
//!
//! The table of all routes is kept, so that a test can walk it and fail for one it does not know.

use std::convert::Infallible;

use axum::{
    Router,
    body::Body,
    extract::{FromRequestParts, OptionalFromRequestParts, Request, State},
    handler::Handler,
    http::{HeaderMap, Method, StatusCode, header, request::Parts},
    middleware::{self, Next},
    response::{IntoResponse, Response},
    routing::{MethodFilter, on},
};

use super::kept::Kept;
use crate::shared::{
    error::AppError,
    lang::Text,
    rights::{Right, Role, Scope},
};

/// What a route asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Anybody. Reads no cookie, or only shows a page.
    Public,
    /// Anybody, but a browser must post it from our own pages (login, set-up, language).
    OwnForm,
    /// A signed-in person.
    SignedIn,
    /// A signed-in person whose role holds the right.
    Right(Right),
    /// A program whose API key holds the scope.
    Scope(Scope),
}

/// One registered route.
#[derive(Clone, Debug)]
pub struct Entry {
    /// GET or POST; GET answers HEAD too.
    pub method: Method,
    /// axum's path pattern.
    pub path: &'static str,
    /// What it asks for.
    pub access: Access,
}

/// Routes with their rights.
#[derive(Default)]
pub struct Table {
    /// The routes, guarded.
    pub router: Router,
    /// The list of them.
    pub entries: Vec<Entry>,
}

impl Table {
    /// Both tables' routes.
    pub fn merge(mut self, other: Self) -> Self {
        self.entries.extend(other.entries);
        Self { router: self.router.merge(other.router), entries: self.entries }
    }
}

/// Collects the routes of one feature around its state.
pub struct Routes<S> {
    state: S,
    table: Table,
}

impl<S: Clone + Send + Sync + 'static> Routes<S> {
    /// No routes yet.
    pub fn new(state: S) -> Self {
        Self { state, table: Table::default() }
    }

    /// A read. Must change nothing.
    pub fn get<H, T>(self, path: &'static str, access: Access, handler: H) -> Self
    where
        H: Handler<T, S>,
        T: 'static,
    {
        self.route(Method::GET, MethodFilter::GET, path, access, handler)
    }

    /// A write.
    pub fn post<H, T>(self, path: &'static str, access: Access, handler: H) -> Self
    where
        H: Handler<T, S>,
        T: 'static,
    {
        self.route(Method::POST, MethodFilter::POST, path, access, handler)
    }

    fn route<H, T>(mut self, method: Method, filter: MethodFilter, path: &'static str, access: Access, handler: H) -> Self
    where
        H: Handler<T, S>,
        T: 'static,
    {
        let guarded = on(filter, handler).with_state(self.state.clone()).route_layer(middleware::from_fn_with_state(access, enforce));
        self.table.router = self.table.router.route(path, guarded);
        self.table.entries.push(Entry { method, path, access });
        self
    }

    /// The finished table.
    pub fn table(self) -> Table {
        self.table
    }
}

/// A signed-in person. In the extensions of every request that carries a living session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Operator {
    /// The user's id.
    pub id: String,
    /// The name signed in with.
    pub name: String,
    /// What they are here.
    pub role: Role,
}

impl Operator {
    /// Proves a right beyond the route's own.
    ///
    /// # Errors
    /// 403.
    pub fn prove(&self, right: Right) -> Result<(), AppError> {
        if self.role.may(right) { Ok(()) } else { Err(AppError::forbidden()) }
    }
}

impl<S: Sync> FromRequestParts<S> for Operator {
    type Rejection = AppError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, AppError> {
        parts.extensions.get::<Self>().cloned().ok_or_else(AppError::sign_in)
    }
}

/// A signed-in person, if there is one; for pages that anybody may open.
impl<S: Sync> OptionalFromRequestParts<S> for Operator {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Option<Self>, Infallible> {
        Ok(parts.extensions.get::<Self>().cloned())
    }
}

/// A program with a valid API key. In the extensions of every request that carries one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiCaller {
    /// The key's id.
    pub key_id: String,
    /// The key's name.
    pub name: String,
    /// What it may do.
    pub scopes: Vec<Scope>,
    /// The one account it may act for, if it is bound to one.
    pub account: Option<String>,
}

impl<S: Sync> FromRequestParts<S> for ApiCaller {
    type Rejection = AppError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, AppError> {
        parts.extensions.get::<Self>().cloned().ok_or_else(AppError::no_key)
    }
}

/// Why a request came without [`Operator`] or [`ApiCaller`] although it tried (a key used from elsewhere, say); told to it where a
/// right is asked for.
#[derive(Clone, Debug)]
pub struct NotProved(pub AppError);

/// The host under which browsers know us, from the public URL; `host[:port]`.
#[derive(Clone, Debug)]
pub struct PublicHost(pub String);

async fn enforce(State(access): State<Access>, request: Request<Body>, next: Next) -> Response {
    match proved(access, &request) {
        Ok(()) => next.run(request).await,
        Err(error) if error.code == "sign_in" && request.method() == Method::GET => to_login(&request),
        // A session that ended while somebody typed: the form goes along to the sign-in.
        Err(error) if error.code == "sign_in" && request.method() == Method::POST => {
            let kept = Kept::of(request).await;
            let mut response = error.into_response();
            if let Some(kept) = kept {
                response.extensions_mut().insert(kept);
            }
            response
        }
        Err(error) => error.into_response(),
    }
}

fn proved(access: Access, request: &Request<Body>) -> Result<(), AppError> {
    let own_form = || match request.method() {
        &Method::GET | &Method::HEAD => Ok(()),
        _ => same_origin(request.headers(), request.extensions().get::<PublicHost>()),
    };
    let instead = |usual: fn() -> AppError| request.extensions().get::<NotProved>().map_or_else(usual, |why| why.0.clone());
    let operator = || request.extensions().get::<Operator>().ok_or_else(|| instead(AppError::sign_in));
    match access {
        Access::Public => Ok(()),
        Access::OwnForm => own_form(),
        Access::SignedIn => own_form().and_then(|()| operator().map(|_| ())),
        Access::Right(right) => own_form().and_then(|()| operator()?.prove(right)),
        Access::Scope(scope) => {
            let caller = request.extensions().get::<ApiCaller>().ok_or_else(|| instead(AppError::no_key))?;
            if caller.scopes.contains(&scope) {
                Ok(())
            } else {
                let detail = Text::new("这个 API 密钥没有所需的权限。", "This API key lacks the scope for it.");
                Err(AppError::new(403, "scope_missing", detail))
            }
        }
    }
}

/// Refuses what a browser posts from elsewhere. A caller that sends neither header is no browser and has no ambient cookie.
fn same_origin(headers: &HeaderMap, public: Option<&PublicHost>) -> Result<(), AppError> {
    let text = |name: &str| headers.get(name).map(|value| value.to_str().unwrap_or("?"));
    let refused = || {
        let detail = Text::new("这个请求不是从本站页面发出的，已拒绝。", "This request did not come from our own pages and was refused.");
        Err(AppError::new(403, "cross_site", detail))
    };
    match text("sec-fetch-site") {
        Some("same-origin" | "none") => return Ok(()),
        Some(_) => return refused(),
        None => {}
    }
    let Some(origin) = text("origin") else { return Ok(()) };
    let Some((_, authority)) = origin.split_once("://") else { return refused() };
    let known = text("host") == Some(authority) || public.is_some_and(|public| public.0 == authority);
    if known { Ok(()) } else { refused() }
}

fn to_login(request: &Request<Body>) -> Response {
    let wanted = request.extensions().get::<Shown>().map_or_else(|| request.uri().to_string(), |shown| shown.0.clone());
    let next: String = url::form_urlencoded::byte_serialize(wanted.as_bytes()).collect();
    let to = if wanted == "/" { "/login".to_owned() } else { format!("/login?next={next}") };
    (StatusCode::SEE_OTHER, [(header::LOCATION, to)]).into_response()
}

/// The path and query as the browser shows them, before an account prefix was taken off.
#[derive(Clone, Debug)]
pub struct Shown(pub String);

#[cfg(test)]
mod tests {
    use super::*;

    fn posted(pairs: &[(&'static str, &'static str)]) -> bool {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.insert(*name, value.parse().expect("header"));
        }
        same_origin(&headers, Some(&PublicHost("wx.example.com".into()))).is_ok()
    }

    #[test]
    fn only_our_own_pages_may_post() {
        assert!(posted(&[("sec-fetch-site", "same-origin")]));
        assert!(!posted(&[("sec-fetch-site", "same-site"), ("origin", "https://wx.example.com")]));
        assert!(!posted(&[("sec-fetch-site", "cross-site")]));
        assert!(posted(&[("origin", "https://wx.example.com")]));
        assert!(posted(&[("origin", "http://127.0.0.1:3000"), ("host", "127.0.0.1:3000")]));
        assert!(!posted(&[("origin", "https://evil.example.com"), ("host", "wx.example.com")]));
        assert!(!posted(&[("origin", "null")]));
        assert!(posted(&[]));
    }
}
