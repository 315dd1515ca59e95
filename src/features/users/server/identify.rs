//! Who is behind a request: a signed-in person by the session cookie, or a program by its API key. Proving rights is the guard's work.

use std::{net::IpAddr, sync::Arc};

use axum::{
    body::Body,
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, header},
    middleware::Next,
    response::Response,
};
use futures_util::future::BoxFuture;
use secrecy::SecretString;
use tower_sessions::Session;

use super::{Chosen, Users, sessions::Sessions, store};
use crate::{
    infra::{
        guard::{NotProved, Operator},
        net::Caller,
        reproof::{Proves, Reproof},
        respond,
    },
    shared::error::AppError,
};

/// Puts an [`Operator`] (with what they [`Chosen`]) or an `ApiCaller` into the request's extensions, or why there is none. A request
/// with an API key is a program's, whatever cookie it carries.
pub async fn identify(State(users): State<Arc<Users>>, mut request: Request<Body>, next: Next) -> Response {
    let key = bearer(request.headers()).map(str::to_owned);
    match &key {
        Some(key) => {
            let address = request.extensions().get::<Caller>().map(|caller| caller.0);
            match users.keys.caller(key, address) {
                Ok(caller) => request.extensions_mut().insert(caller).map(|_| ()),
                Err(error) => request.extensions_mut().insert(NotProved(error)).map(|_| ()),
            };
        }
        None => recognise(&users, &mut request).await,
    }
    let mut response = next.run(request).await;
    if let Some(key) = &key {
        users.keys.tell_allowance(key, response.headers_mut());
    }
    if response.status() == axum::http::StatusCode::UNAUTHORIZED {
        response.headers_mut().entry(header::WWW_AUTHENTICATE).or_insert(HeaderValue::from_static("Bearer"));
    }
    response
}

async fn recognise(users: &Arc<Users>, request: &mut Request<Body>) {
    // Addresses of programs have no session layer around them; their cookies are not even read.
    let Some(session) = request.extensions().get::<Session>().cloned() else { return };
    match Sessions::user_of(&session).await {
        Ok(None) => {}
        Ok(Some(id)) => {
            let Some(user) = users.living(&id) else { return };
            request.extensions_mut().insert(Chosen { lang: user.lang, theme: user.theme });
            request.extensions_mut().insert(Reproof(Some(users.clone())));
            request.extensions_mut().insert(Operator { id, name: user.row.name.clone(), role: user.row.role });
        }
        Err(error) => {
            request.extensions_mut().insert(NotProved(respond::unexpected(&error)));
        }
    }
}

impl Proves for Users {
    fn password<'a>(&'a self, operator: &'a Operator, address: IpAddr, typed: SecretString) -> BoxFuture<'a, Result<bool, AppError>> {
        Box::pin(async move {
            // A stolen session must not become a password guesser.
            if let Err(wait) = self.throttle.admit(address, &operator.name, self.core.now()) {
                return Err(AppError::too_many(u64::try_from((wait + 999) / 1000).unwrap_or(60)));
            }
            let known = store::credentials(self.core.db.read(), &operator.name).await?;
            let hash = known.filter(|(id, ..)| *id == operator.id).map(|(_, hash, _)| hash);
            let fits = self.passwords.verify(typed, hash).await?;
            if fits {
                self.throttle.welcome(address, &operator.name);
            }
            Ok(fits)
        })
    }
}

/// The key in `Authorization: Bearer …`.
pub fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, key) = headers.get(header::AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| key.trim())
}
