//! What a line of the audit log says.

/// Who acted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Actor {
    /// A signed-in person, by name.
    User(String),
    /// An API key, by name.
    Key(String),
    /// Somebody at the command line.
    Command,
    /// The server by itself.
    System,
}

impl Actor {
    /// The word of the kind, as stored.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::User(_) => "user",
            Self::Key(_) => "key",
            Self::Command => "command",
            Self::System => "system",
        }
    }

    /// The name, as stored and shown.
    pub fn name(&self) -> &str {
        match self {
            Self::User(name) | Self::Key(name) => name,
            Self::Command => "wxdesk",
            Self::System => "system",
        }
    }

    /// The one text kept with messages and pictures: `user:周敏`, `key:erp`, `command:wxdesk`.
    pub fn tag(&self) -> String {
        format!("{}:{}", self.kind(), self.name())
    }
}

/// One act, before it is written down.
#[derive(Clone, Debug)]
pub struct Act {
    /// Who.
    pub actor: Actor,
    /// A stable word such as `user.created`; texts for people hang on it.
    pub action: &'static str,
    /// What it was done to, such as `user:周敏` or `account:wx123`.
    pub object: String,
    /// Further facts as a JSON object without secrets.
    pub detail: String,
    /// The caller's address, where there was one.
    pub address: Option<String>,
}

impl Act {
    /// An act without further facts.
    pub fn new(actor: Actor, action: &'static str, object: impl Into<String>) -> Self {
        Self { actor, action, object: object.into(), detail: "{}".into(), address: None }
    }

    /// With facts, a JSON object as text.
    pub fn detail(mut self, json: String) -> Self {
        self.detail = json;
        self
    }

    /// With the caller's address.
    pub fn from_address(mut self, address: impl ToString) -> Self {
        self.address = Some(address.to_string());
        self
    }
}
