//! Who may do what: the table of the pages (four roles) and the scopes of the API.

use serde::{Deserialize, Serialize};

use super::lang::Text;

/// What a person is here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// 管理员: everything.
    Admin,
    /// 发送者: composes and sends, sees history and pictures.
    Sender,
    /// 看图员: looks at pictures and judges them.
    Reviewer,
    /// 开发者: tokens, signatures, own keys.
    Developer,
}

impl Role {
    /// All roles, in the order pages show them.
    pub const ALL: [Self; 4] = [Self::Admin, Self::Sender, Self::Reviewer, Self::Developer];

    /// The word kept in the database and taken by the command line.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Admin => "admin",
            Self::Sender => "sender",
            Self::Reviewer => "reviewer",
            Self::Developer => "developer",
        }
    }

    /// Reads [`Role::word`].
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.word() == word)
    }

    /// The role's name for people.
    pub const fn name(self) -> Text {
        match self {
            Self::Admin => Text::new("管理员", "Admin"),
            Self::Sender => Text::new("发送者", "Sender"),
            Self::Reviewer => Text::new("看图员", "Reviewer"),
            Self::Developer => Text::new("开发者", "Developer"),
        }
    }

    /// Whether this role holds a right.
    pub const fn may(self, right: Right) -> bool {
        use Right::*;
        match self {
            Self::Admin => true,
            Self::Sender => matches!(right, Overview | History | Openids | Templates | People | Compose | TestSend | Pictures),
            Self::Reviewer => matches!(right, Overview | Pictures | Download | Review),
            Self::Developer => matches!(right, Overview | History | TestSend | Tokens | Signatures | OwnKeys),
        }
    }
}

/// One right of the table in section 4 of the contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Right {
    /// The overview, one's own profile and sessions.
    Overview,
    /// The history of messages.
    History,
    /// Openids inside the history; without it they are masked.
    Openids,
    /// The template library.
    Templates,
    /// Followers.
    People,
    /// Compose, send, pause, retry.
    Compose,
    /// Let a large sending of somebody else's go.
    Approve,
    /// A test message to oneself.
    TestSend,
    /// See pictures, as thumbnails.
    Pictures,
    /// Download pictures: originals, and many as one ZIP.
    Download,
    /// Judge pictures and ask again.
    Review,
    /// Delete pictures, set retention.
    Retention,
    /// The tokens page and refreshing.
    Tokens,
    /// Signature doctor and documentation.
    Signatures,
    /// Make and revoke one's own API keys.
    OwnKeys,
    /// See and revoke everybody's API keys.
    AllKeys,
    /// Accounts, users, settings, audit, backup.
    Administer,
}

impl Right {
    /// Every right, for tests that walk the table.
    pub const ALL: [Self; 17] = [
        Self::Overview,
        Self::History,
        Self::Openids,
        Self::Templates,
        Self::People,
        Self::Compose,
        Self::Approve,
        Self::TestSend,
        Self::Pictures,
        Self::Download,
        Self::Review,
        Self::Retention,
        Self::Tokens,
        Self::Signatures,
        Self::OwnKeys,
        Self::AllKeys,
        Self::Administer,
    ];
}

/// What an API key may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Scope {
    /// File uploaded pictures.
    MediaWrite,
    /// List and fetch pictures.
    MediaRead,
    /// Judge pictures.
    MediaReview,
    /// Send messages.
    MessagesSend,
    /// Read the history.
    MessagesRead,
    /// Turn OAuth codes into openids.
    UsersRead,
    /// Fetch the access token.
    TokenRead,
    /// Call through to WeChat.
    WxCall,
}

impl Scope {
    /// All scopes, in the order pages show them.
    pub const ALL: [Self; 8] = [
        Self::MediaWrite,
        Self::MediaRead,
        Self::MediaReview,
        Self::MessagesSend,
        Self::MessagesRead,
        Self::UsersRead,
        Self::TokenRead,
        Self::WxCall,
    ];

    /// The word of the contract, such as `media:write`.
    pub const fn word(self) -> &'static str {
        match self {
            Self::MediaWrite => "media:write",
            Self::MediaRead => "media:read",
            Self::MediaReview => "media:review",
            Self::MessagesSend => "messages:send",
            Self::MessagesRead => "messages:read",
            Self::UsersRead => "users:read",
            Self::TokenRead => "token:read",
            Self::WxCall => "wx:call",
        }
    }

    /// Reads [`Scope::word`].
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|scope| scope.word() == word)
    }

    /// One line of meaning, for the form that makes keys.
    pub const fn meaning(self) -> Text {
        match self {
            Self::MediaWrite => Text::new("登记用户上传的图片", "File pictures that users uploaded"),
            Self::MediaRead => Text::new("查看和下载图片", "List and download pictures"),
            Self::MediaReview => Text::new("给图片判定结果", "Judge pictures"),
            Self::MessagesSend => Text::new("发送模板消息", "Send template messages"),
            Self::MessagesRead => Text::new("查看发送记录", "Read the message history"),
            Self::UsersRead => Text::new("用授权码换 openid", "Turn OAuth codes into openids"),
            Self::TokenRead => Text::new("取得 access_token（中控）", "Fetch the access token"),
            Self::WxCall => Text::new("代为调用微信接口", "Call WeChat through wxdesk"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_the_contract_s() {
        let holders = |right| Role::ALL.into_iter().filter(|role| role.may(right)).map(Role::word).collect::<Vec<_>>().join(" ");
        assert_eq!(holders(Right::Overview), "admin sender reviewer developer");
        assert_eq!(holders(Right::History), "admin sender developer");
        assert_eq!(holders(Right::Openids), "admin sender");
        assert_eq!(holders(Right::Compose), "admin sender");
        assert_eq!(holders(Right::Approve), "admin");
        assert_eq!(holders(Right::TestSend), "admin sender developer");
        assert_eq!(holders(Right::Pictures), "admin sender reviewer");
        assert_eq!(holders(Right::Download), "admin reviewer");
        assert_eq!(holders(Right::Review), "admin reviewer");
        assert_eq!(holders(Right::Tokens), "admin developer");
        assert_eq!(holders(Right::OwnKeys), "admin developer");
        assert_eq!(holders(Right::Administer), "admin");
    }

    #[test]
    fn words_read_back() {
        assert!(Role::ALL.into_iter().all(|role| Role::parse(role.word()) == Some(role)));
        assert!(Scope::ALL.into_iter().all(|scope| Scope::parse(scope.word()) == Some(scope)));
    }
}
