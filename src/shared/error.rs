//! What went wrong, as a caller or a person may see it. Never holds a secret, a token, SQL or a path.

use super::lang::{Said, Text};

/// One field that was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldError {
    /// The field's name as the caller wrote it.
    pub field: String,
    /// A stable word, such as `unknown_field` or `too_long`.
    pub code: &'static str,
    /// A sentence for people.
    pub detail: Said,
}

impl FieldError {
    /// A refused field.
    pub fn new(field: impl Into<String>, code: &'static str, detail: impl Into<Said>) -> Self {
        Self { field: field.into(), code, detail: detail.into() }
    }
}

/// The platform's own words when it refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// WeChat's `errcode`.
    pub errcode: i64,
    /// WeChat's `errmsg`, for the record and for searching; none for those who must not see it.
    pub errmsg: Option<String>,
    /// What to do about it.
    pub hint: Said,
}

/// Every failure that leaves the house, as a status, a stable word and a sentence. Boxed, so that results stay small.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AppError(Box<Failure>);

/// What an [`AppError`] says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// HTTP status.
    pub status: u16,
    /// Stable word, such as `url_not_allowed`.
    pub code: &'static str,
    /// What happened, why, and what to do next.
    pub detail: Said,
    /// Refused fields, for 422.
    pub fields: Vec<FieldError>,
    /// WeChat's words, where WeChat refused.
    pub refusal: Option<Refusal>,
    /// Seconds after which trying again makes sense (429 and 503).
    pub retry_after: Option<u64>,
    /// What the log knows this failure by (500).
    pub reference: Option<String>,
}

impl AppError {
    /// A failure without further parts.
    pub fn new(status: u16, code: &'static str, detail: impl Into<Said>) -> Self {
        let detail = detail.into();
        Self(Box::new(Failure { status, code, detail, fields: Vec::new(), refusal: None, retry_after: None, reference: None }))
    }

    /// 400: the request cannot be read.
    pub fn malformed(detail: impl Into<Said>) -> Self {
        Self::new(400, "malformed", detail)
    }

    /// 401: no key, or one that is not known.
    pub fn no_key() -> Self {
        Self::new(
            401,
            "no_key",
            Text::new("缺少有效的 API 密钥，请带上 Authorization: Bearer。", "No valid API key. Send Authorization: Bearer."),
        )
    }

    /// 401: a page that needs a signed-in person.
    pub fn sign_in() -> Self {
        Self::new(401, "sign_in", Text::new("请先登录。", "Sign in first."))
    }

    /// 403: known, but not allowed.
    pub fn forbidden() -> Self {
        Self::new(403, "forbidden", Text::new("你没有权限做这件事，请联系管理员。", "You may not do this. Ask an administrator."))
    }

    /// 404: no such thing, or none this caller may know of.
    pub fn not_found() -> Self {
        Self::new(404, "not_found", Text::new("没有找到。", "Not found."))
    }

    /// 409: it clashes with what is there.
    pub fn conflict(code: &'static str, detail: impl Into<Said>) -> Self {
        Self::new(409, code, detail)
    }

    /// 422: readable, but some fields are wrong.
    pub fn invalid(fields: Vec<FieldError>) -> Self {
        let mut error = Self::new(422, "invalid_fields", Text::new("有字段不符合要求。", "Some fields are not acceptable."));
        error.fields = fields;
        error
    }

    /// 503 with `Retry-After`.
    pub fn unavailable(code: &'static str, detail: impl Into<Said>, retry_after: u64) -> Self {
        let mut error = Self::new(503, code, detail);
        error.retry_after = Some(retry_after);
        error
    }

    /// 429 with `Retry-After`.
    pub fn too_many(retry_after: u64) -> Self {
        let mut error = Self::new(429, "too_many_requests", Text::new("请求太频繁，请稍后再试。", "Too many requests. Try again later."));
        error.retry_after = Some(retry_after);
        error
    }

    /// 500, known by `reference` in the log.
    pub fn internal(reference: impl Into<String>) -> Self {
        let mut error =
            Self::new(500, "internal", Text::new("服务出错了，不是你的操作问题。", "Something failed on our side; it is not your doing."));
        error.reference = Some(reference.into());
        error
    }

    /// The HTTP reason in English, used as the problem's `title`.
    pub fn title(&self) -> &'static str {
        match self.status {
            400 => "Bad request",
            401 => "Not signed in",
            403 => "Not allowed",
            404 => "Not found",
            405 => "Method not allowed",
            409 => "Conflict",
            410 => "Gone",
            413 => "Too large",
            415 => "Unsupported media type",
            416 => "Range not satisfiable",
            421 => "Misdirected request",
            422 => "Not acceptable as it is",
            423 => "Locked",
            429 => "Too many requests",
            502 => "WeChat refused",
            503 => "Not available now",
            504 => "WeChat did not answer",
            _ => "Internal error",
        }
    }
}

impl std::ops::Deref for AppError {
    type Target = Failure;

    fn deref(&self) -> &Failure {
        &self.0
    }
}

impl std::ops::DerefMut for AppError {
    fn deref_mut(&mut self) -> &mut Failure {
        &mut self.0
    }
}

impl std::fmt::Display for AppError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}: {}", self.status, self.code, self.detail.en)
    }
}

impl std::error::Error for AppError {}
