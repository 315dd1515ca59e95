//! The people of the demo data.

use sha1::{Digest, Sha1};

/// A person an account knows: a follower, or one who left.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Follower {
    /// 28 characters.
    pub openid: String,
    /// 28 characters.
    pub unionid: String,
    /// The account's remark for the person: a name.
    pub name: String,
    /// Tag ids, see [`super::demo::TAGS`].
    pub tags: Vec<u32>,
    /// Unix seconds.
    pub subscribe_time: i64,
    /// False for those who left.
    pub subscribed: bool,
    /// Refuses the account's messages: receipts say `failed:user block`.
    pub blocks: bool,
    /// Cannot be reached: receipts say `failed: system failed`.
    pub fails: bool,
}

impl Follower {
    /// What receipts of messages to this person say.
    pub(super) fn receipt_status(&self) -> &'static str {
        match (self.blocks, self.fails) {
            (true, _) => "failed:user block",
            (_, true) => "failed: system failed",
            _ => "success",
        }
    }
}

const FOLLOWERS: usize = 200;
const LEFT: usize = 6;

const FAMILY: &[&str] = &[
    "林", "陈", "周", "李", "王", "张", "刘", "黄", "吴", "徐", "孙", "朱", "何", "郭", "罗", "梁", "宋", "郑", "谢", "韩", "唐", "冯",
    "于", "董", "萧", "程", "沈", "许", "苏", "顾", "陆", "叶",
];
const GIVEN: &[&str] = &[
    "小满", "思远", "若溪", "一诺", "子涵", "嘉禾", "木子", "清扬", "知夏", "晓棠", "雨桐", "明轩", "书瑶", "安然", "星野", "允之", "静姝",
    "景行", "沐阳", "佳宁", "云舒", "致远", "念慈", "昕怡", "皓宇", "南乔", "初晴", "怀瑾", "梓萱", "秋实", "阿树", "望舒", "语彤", "承泽",
    "芷兰", "闻笛", "彦希",
];

/// 20 letters and digits that belong to an account and a number.
fn letters(app_id: &str, what: &str, number: usize) -> String {
    const ALPHABET: &[u8; 62] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    let digest = Sha1::digest(format!("{app_id}/{what}/{number}"));
    digest.iter().map(|byte| char::from(ALPHABET[usize::from(*byte) % 62])).collect()
}

/// The followers of an account's start at `at` (Unix seconds), and six who left; always the same for the same two.
pub fn followers(app_id: &str, at: i64) -> Vec<Follower> {
    let prefix = if app_id == super::SANDBOX_APP_ID { "oSandbox".to_owned() } else { format!("o{}", &letters(app_id, "prefix", 0)[..7]) };
    (0..FOLLOWERS + LEFT)
        .map(|number| {
            let (family, given) = (FAMILY[number * 7 % FAMILY.len()], GIVEN[number * 11 % GIVEN.len()]);
            // More people joined lately than long ago.
            let days = (number * number * 365 / (FOLLOWERS * FOLLOWERS)).min(364);
            Follower {
                openid: format!("{prefix}{}", letters(app_id, "openid", number)),
                unionid: format!("oUnion_0{}", letters(app_id, "unionid", number)),
                name: format!("{family}{given}"),
                tags: tags(number),
                subscribe_time: at - i64::try_from(days * 86_400 + number * 433 % 40_000 + 600).unwrap_or_default(),
                subscribed: number < FOLLOWERS,
                blocks: number % 67 == 41,
                fails: number % 83 == 58,
            }
        })
        .collect()
}

/// People who follow later, all at `at` (Unix seconds), for rehearsals of large sends; `first` is the number of the first of them.
pub fn crowd(app_id: &str, first: usize, count: usize, at: i64) -> impl Iterator<Item = Follower> {
    let app_id = app_id.to_owned();
    (first..first + count).map(move |number| Follower {
        openid: format!("oCrowd00{}", letters(&app_id, "openid", number)),
        unionid: format!("oUnion_0{}", letters(&app_id, "unionid", number)),
        name: format!("{}{}", FAMILY[number * 7 % FAMILY.len()], GIVEN[number * 11 % GIVEN.len()]),
        tags: tags(number),
        subscribe_time: at,
        subscribed: true,
        blocks: false,
        fails: false,
    })
}

fn tags(number: usize) -> Vec<u32> {
    let rules: [(u32, bool); 5] =
        [(2, number % 17 == 3), (100, number.is_multiple_of(3)), (101, number % 4 == 1), (102, number % 9 == 4), (103, number % 25 == 7)];
    rules.into_iter().filter(|(_, has)| *has).map(|(id, _)| id).collect()
}
