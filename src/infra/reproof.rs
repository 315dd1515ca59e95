//! A signed-in person shows once more that it is they: a stolen session alone must not do what cannot be undone.

use std::{net::IpAddr, sync::Arc};

use axum::{extract::FromRequestParts, http::request::Parts};
use futures_util::future::BoxFuture;
use secrecy::SecretString;

use super::guard::Operator;
use crate::shared::error::AppError;

/// Whoever knows how a person proves who they are.
pub trait Proves: Send + Sync {
    /// Whether the password is the person's own. Guesses are counted with those at the sign-in.
    fn password<'a>(&'a self, operator: &'a Operator, address: IpAddr, typed: SecretString) -> BoxFuture<'a, Result<bool, AppError>>;
}

/// In the extensions of every request with a living session. Where it is missing, nothing is proved.
#[derive(Clone)]
pub struct Reproof(pub Option<Arc<dyn Proves>>);

impl Reproof {
    /// Whether the password is the person's own.
    ///
    /// # Errors
    /// 429 after too many guesses; the database.
    pub async fn password(&self, operator: &Operator, address: IpAddr, typed: &str) -> Result<bool, AppError> {
        match &self.0 {
            Some(proves) => proves.password(operator, address, SecretString::from(typed)).await,
            None => Ok(false),
        }
    }
}

impl<S: Sync> FromRequestParts<S> for Reproof {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        Ok(parts.extensions.get::<Self>().cloned().unwrap_or(Self(None)))
    }
}
