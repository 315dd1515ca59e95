//! What is kept of a call that was handed on.

/// A line of the log. Times in Unix milliseconds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Its number; 0 before it is written down.
    pub id: i64,
    /// The account called for.
    pub app_id: String,
    /// Id of the key that called.
    pub key_id: String,
    /// The key's name at that time.
    pub name: String,
    /// When the call came.
    pub at: i64,
    /// Its method.
    pub method: String,
    /// The path of WeChat's without its query; none where it is not among those that may be called.
    pub path: Option<String>,
    /// The HTTP status that was answered; 0 where the caller had gone.
    pub status: i64,
    /// The code WeChat refused with.
    pub errcode: Option<i64>,
    /// Our own word where the refusal was ours.
    pub code: Option<String>,
    /// How long it took, in milliseconds.
    pub elapsed_ms: i64,
}

/// Which lines are wanted; `None` means any.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    /// Of this key, by its id.
    pub key: Option<String>,
    /// Refused by WeChat with this code.
    pub errcode: Option<i64>,
}
