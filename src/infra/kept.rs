//! What somebody sent from a page after their session had ended: kept through the sign-in, so that nothing typed is lost.
//!
//! It travels inside the pages themselves. Nothing is done with it until the person, signed in again, presses once more.

use axum::{body::Body, extract::Request, http::header};

use super::{body::whole, fields::Form, guard::Shown};

/// The largest form that is kept (bytes as sent). Inside another form it grows, at worst by two thirds, and that one may have 1 MiB.
const MOST_BYTES: usize = 512 * 1024;

/// A form that was not taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// The path and query it was sent to, as the browser shows them.
    pub action: String,
    /// Its fields, encoded as a form sends them, without secrets.
    pub fields: String,
}

impl Kept {
    /// Takes it out of a request; `None` where there is nothing typed that could be kept.
    pub async fn of(request: Request<Body>) -> Option<Self> {
        let action = request.extensions().get::<Shown>()?.0.clone();
        let kind = request.headers().get(header::CONTENT_TYPE)?.to_str().ok()?.to_ascii_lowercase();
        if !kind.starts_with("application/x-www-form-urlencoded") {
            return None;
        }
        let body = whole(request, MOST_BYTES).await.ok()?;
        let open = url::form_urlencoded::parse(&body).filter(|(name, _)| !is_secret(name));
        let fields = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(open).finish();
        (!fields.is_empty()).then_some(Self { action, fields })
    }

    /// The fields one by one.
    pub fn form(&self) -> Form {
        Form(url::form_urlencoded::parse(self.fields.as_bytes()).into_owned().collect())
    }
}

/// Passwords and keys are typed again: a page that is not signed in must not carry them around.
fn is_secret(name: &str) -> bool {
    ["password", "secret", "token", "aes"].iter().any(|word| name.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn posted(kind: &str, body: String) -> Request<Body> {
        let mut request = Request::post("/send").header(header::CONTENT_TYPE, kind).body(Body::from(body)).expect("request");
        request.extensions_mut().insert(Shown("/a/wx1/send?x=1".into()));
        request
    }

    const FORM: &str = "application/x-www-form-urlencoded";

    #[tokio::test]
    async fn what_was_typed_is_kept_and_secrets_are_not() {
        let kept = Kept::of(posted(FORM, "a=%E6%98%8E+b&password=x&app_secret=y&a=2%26".into())).await.expect("kept");
        assert_eq!((kept.action.as_str(), kept.fields.as_str()), ("/a/wx1/send?x=1", "a=%E6%98%8E+b&a=2%26"));
        assert_eq!(kept.form().all("a").collect::<Vec<_>>(), ["明 b", "2&"]);
    }

    #[tokio::test]
    async fn other_bodies_are_not() {
        assert_eq!(Kept::of(posted("application/json", "{}".into())).await, None);
        assert_eq!(Kept::of(posted(FORM, String::new())).await, None);
        assert_eq!(Kept::of(posted(FORM, format!("a={}", "x".repeat(MOST_BYTES)))).await, None);
    }
}
