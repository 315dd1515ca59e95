//! Plain types of followers, and the rules of searching and paging them.

/// A follower, or somebody who was one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Follower {
    /// The person, for this account.
    pub openid: String,
    /// Whether the person follows now.
    pub following: bool,
    /// Blank for most: WeChat tells no names since 2021-12-27.
    pub nickname: String,
    /// The operator's remark in WeChat's console.
    pub remark: String,
    /// Ids of the tags.
    pub tags: Vec<i64>,
    /// When the person came (Unix milliseconds); `None` for somebody of whom only the leaving was seen.
    pub followed_at: Option<i64>,
    /// When the person left (Unix milliseconds).
    pub unfollowed_at: Option<i64>,
}

impl Follower {
    /// What people know this person by: remark, else nickname; nothing where WeChat tells neither.
    pub fn name(&self) -> Option<&str> {
        [&self.remark, &self.nickname].into_iter().map(|name| name.trim()).find(|name| !name.is_empty())
    }

    /// The letter of the avatar.
    pub fn initial(&self) -> String {
        let of_openid = || self.openid.chars().last().map(|last| last.to_uppercase().to_string());
        self.name().and_then(|name| name.chars().next()).map(String::from).or_else(of_openid).unwrap_or_default()
    }
}

/// A tag with the number of followers who carry it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tag {
    /// WeChat's id.
    pub id: i64,
    /// Its name.
    pub name: String,
    /// How many followers carry it.
    pub count: i64,
}

/// How many follow.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Now.
    pub following: i64,
    /// Who left, and is still known.
    pub left: i64,
    /// More than a week's beginning (Monday 0:00 in China) ago; negative when more left than came.
    pub week: i64,
}

/// What a list of followers is narrowed to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    /// A whole openid, or the beginning of a remark or nickname; blank for all.
    pub text: String,
    /// Carrying this tag.
    pub tag: Option<i64>,
    /// Starting after this row.
    pub after: Option<Cursor>,
}

/// The place of a row in the list: newest first, then by openid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cursor {
    /// When the person came (Unix milliseconds).
    pub at: i64,
    /// The person.
    pub openid: String,
}

impl Cursor {
    /// The cursor as it stands in an address.
    pub fn write(&self) -> String {
        format!("{}.{}", self.at, self.openid)
    }

    /// Reads [`Cursor::write`].
    pub fn parse(text: &str) -> Option<Self> {
        let (at, openid) = text.split_once('.')?;
        Some(Self { at: at.parse().ok()?, openid: openid.to_owned() }).filter(|cursor| cursor.openid.len() <= 128)
    }
}

/// The pattern of texts that begin with `text`, for SQL `like … escape '\'`.
pub fn beginning(text: &str) -> String {
    let mut pattern = String::with_capacity(text.len() + 1);
    for letter in text.chars() {
        if matches!(letter, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(letter);
    }
    pattern.push('%');
    pattern
}

/// How a synchronisation with WeChat stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sync {
    /// Under way.
    Running {
        /// Followers read so far.
        done: i64,
        /// Followers that WeChat says there are; 0 until it said.
        total: i64,
    },
    /// The last one failed.
    Failed {
        /// What happened and what to do.
        said: crate::shared::lang::Said,
        /// WeChat's code, where it gave one.
        errcode: Option<i64>,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    fn follower(remark: &str, nickname: &str) -> Follower {
        Follower {
            openid: "oAbc-x".into(),
            following: true,
            nickname: nickname.into(),
            remark: remark.into(),
            tags: vec![],
            followed_at: None,
            unfollowed_at: None,
        }
    }

    #[test]
    fn a_remark_goes_before_a_nickname_and_blanks_are_no_name() {
        assert_eq!((follower("小满妈妈", "满").name(), follower("小满妈妈", "满").initial()), (Some("小满妈妈"), "小".into()));
        assert_eq!(follower(" ", "满").name(), Some("满"));
        assert_eq!((follower("", "").name(), follower("", "").initial()), (None, "X".into()));
    }

    #[test]
    fn cursors_read_back_and_nonsense_does_not() {
        let cursor = Cursor { at: 1_700_000_000_000, openid: "o.A_b-c".into() };
        assert_eq!(Cursor::parse(&cursor.write()), Some(cursor));
        for bad in ["", "x", "x.y", "1", &format!("1.{}", "o".repeat(200))] {
            assert_eq!(Cursor::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn signs_of_patterns_are_taken_literally() {
        assert_eq!(beginning("50%_a\\"), "50\\%\\_a\\\\%");
    }
}
