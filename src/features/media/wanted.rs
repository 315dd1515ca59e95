//! What a visitor wants to see: the query of the gallery, read leniently (a page shows something) and written back into links.

use super::{
    model::{Filter, Kind, State},
    picked::Selection,
    review::Judged,
};
use crate::shared::{
    lang::Text,
    time::{DAY, day_number, day_start, parse_date},
};
use crate::ui::texts::media as w;

/// How large tiles are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TileSize {
    /// Many.
    Small,
    /// As a rule.
    #[default]
    Medium,
    /// Few.
    Large,
}

impl TileSize {
    /// All sizes with their names.
    pub const ALL: [(Self, Text); 3] = [(Self::Small, w::SMALL), (Self::Medium, w::MEDIUM), (Self::Large, w::LARGE)];

    const fn word(self) -> &'static str {
        match self {
            Self::Small => "s",
            Self::Medium => "",
            Self::Large => "l",
        }
    }

    /// The gallery's class.
    pub const fn class(self) -> &'static str {
        match self {
            Self::Small => "gallery gallery-s",
            Self::Medium => "gallery",
            Self::Large => "gallery gallery-l",
        }
    }
}

/// Ready-made spans of days.
pub const DATES: [(&str, i64, Text); 3] = [("today", 1, w::TODAY), ("7d", 7, w::WEEK), ("30d", 30, w::MONTH)];

/// The query of the gallery. Dates are texts such as `2026-11-22`, checked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    /// A part of sender, title or question.
    pub q: Option<String>,
    /// Sender.
    pub user: Option<String>,
    /// Title.
    pub title: Option<String>,
    /// Question.
    pub question: Option<String>,
    /// State.
    pub state: Option<State>,
    /// Picture, voice or video.
    pub kind: Option<Kind>,
    /// Where it stands in review.
    pub review: Option<Judged>,
    /// A word of [`DATES`].
    pub date: Option<&'static str>,
    /// First day.
    pub from: Option<String>,
    /// Last day.
    pub to: Option<String>,
    /// Size of tiles.
    pub size: TileSize,
    /// Only what is older than this picture.
    pub before: Option<String>,
    /// What is selected, as [`Selection::write()`] has it. Goes along, narrows nothing.
    pub selection: Option<String>,
}

impl Wanted {
    /// Reads a query string. What it does not know is passed over.
    pub fn parse(query: &str) -> Self {
        let pairs: Vec<_> = url::form_urlencoded::parse(query.as_bytes()).collect();
        let get = |name: &str| {
            let value = pairs.iter().find(|(known, _)| known == name).map(|(_, value)| value.trim().chars().take(128).collect::<String>());
            value.filter(|value| !value.is_empty())
        };
        let day = |name: &str| get(name).filter(|text| parse_date(text).is_some());
        Self {
            q: get("q"),
            user: get("user"),
            title: get("title"),
            question: get("question"),
            state: get("state").and_then(|word| State::parse(&word)),
            kind: get("kind").and_then(|word| Kind::parse(&word)),
            review: get("review").and_then(|word| Judged::parse(&word)),
            date: get("date").and_then(|word| DATES.iter().map(|(known, ..)| *known).find(|known| *known == word)),
            from: day("from"),
            to: day("to"),
            size: TileSize::ALL
                .into_iter()
                .map(|(size, _)| size)
                .find(|size| Some(size.word()) == get("size").as_deref())
                .unwrap_or_default(),
            selection: pairs.iter().find(|(name, _)| name == "sel").and_then(|(_, text)| Selection::read(text).write()),
            before: get("before").filter(|id| id.len() == 32 && id.bytes().all(|byte| byte.is_ascii_hexdigit())),
        }
    }

    /// The filters of a query string that say nothing that is known, as they stand there: they were passed over.
    pub fn misread(query: &str) -> Vec<String> {
        let read = Self::parse(query);
        let known = |name: &str| match name {
            "state" => read.state.is_some(),
            "kind" => read.kind.is_some(),
            "review" => read.review.is_some(),
            "date" => read.date.is_some(),
            "from" => read.from.is_some(),
            "to" => read.to.is_some(),
            _ => true,
        };
        let pairs = url::form_urlencoded::parse(query.as_bytes());
        let wrong = pairs.filter(|(name, value)| !value.trim().is_empty() && !known(name));
        wrong.map(|(name, value)| format!("{name}={}", value.trim().chars().take(40).collect::<String>())).collect()
    }

    /// The pairs of the query, without the empty ones.
    pub fn pairs(&self) -> Vec<(&'static str, &str)> {
        let all = [
            ("q", self.q.as_deref()),
            ("user", self.user.as_deref()),
            ("title", self.title.as_deref()),
            ("question", self.question.as_deref()),
            ("state", self.state.map(State::word)),
            ("kind", self.kind.map(Kind::word)),
            ("review", self.review.map(Judged::word)),
            ("date", self.date),
            ("from", self.from.as_deref()),
            ("to", self.to.as_deref()),
            ("size", Some(self.size.word()).filter(|word| !word.is_empty())),
            ("before", self.before.as_deref()),
            ("sel", self.selection.as_deref()),
        ];
        all.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()
    }

    /// A path with this query.
    pub fn link(&self, path: &str) -> String {
        let pairs = self.pairs();
        if pairs.is_empty() {
            return path.to_owned();
        }
        format!("{path}?{}", url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish())
    }

    /// The same with a change, from its newest page on.
    pub fn with(&self, change: impl FnOnce(&mut Self)) -> Self {
        let mut other = Self { before: None, ..self.clone() };
        change(&mut other);
        other
    }

    /// What is selected.
    pub fn selected(&self) -> Selection {
        self.selection.as_deref().map(Selection::read).unwrap_or_default()
    }

    /// The same without a rule: under another filter it would select something else.
    pub fn unruled(&self) -> Self {
        let selection = self.selection.clone().filter(|_| self.selected().rule().is_none());
        Self { selection, ..self.clone() }
    }

    /// The same with all selected that it shows at a moment.
    pub fn whole(&self, moment: i64) -> Self {
        self.with(|other| other.selection = Selection::All(moment).write())
    }

    /// What the store is asked for where all is selected that was shown at a moment.
    pub fn filter_at(&self, app_id: &str, moment: i64) -> Filter {
        let filter = self.filter(app_id, moment);
        Filter { to: Some(filter.to.map_or(moment, |to| to.min(moment))), ..filter }
    }

    /// Whether anything is filtered.
    pub fn filters(&self) -> bool {
        *self != Self { size: self.size, before: self.before.clone(), selection: self.selection.clone(), ..Self::default() }
    }

    /// What the store is asked for.
    pub fn filter(&self, app_id: &str, now: i64) -> Filter {
        let days = DATES.iter().find(|(word, ..)| Some(*word) == self.date).map(|(_, days, _)| *days);
        let from = days.map(|days| day_start(day_number(now) - days + 1)).or_else(|| self.from.as_deref().and_then(parse_date));
        let to = self.to.as_deref().filter(|_| days.is_none()).and_then(parse_date);
        Filter {
            app_id: app_id.to_owned(),
            user_id: self.user.clone(),
            answer_title: self.title.clone(),
            question_id: self.question.clone(),
            state: self.state,
            kind: self.kind,
            review: self.review,
            q: self.q.clone(),
            from,
            to: to.map(|start| start + DAY - 1),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_reads_back_as_written() {
        let wanted =
            Wanted::parse("user=%E5%B0%8F%E6%BB%A1%26x&state=failed&review=rejected&kind=voice&date=7d&size=l&q=+&stray=1&before=..%2f");
        assert_eq!(wanted.user.as_deref(), Some("小满&x"));
        assert_eq!(
            (wanted.state, wanted.date, wanted.size, &wanted.q, &wanted.before),
            (Some(State::Failed), Some("7d"), TileSize::Large, &None, &None)
        );
        let link = wanted.link("/media");
        assert_eq!(Wanted::parse(link.strip_prefix("/media?").expect("query")), wanted);
        assert_eq!((wanted.review, wanted.kind), (Some(Judged::Rejected), Some(Kind::Voice)));
        assert!(wanted.filters() && !Wanted::parse("size=s").filters());
        assert_eq!(Wanted::default().link("/media"), "/media");
        assert_eq!(Wanted::parse("state=nonsense&date=9d&from=2026-13-01"), Wanted::default());
    }

    #[test]
    fn days_are_china_s_and_whole() {
        // 2026-11-22 14:06:09 in China.
        let now = 1_795_327_569_000;
        let today = Wanted::parse("date=today").filter("a", now);
        assert_eq!((today.from, today.to), (parse_date("2026-11-22"), None));
        let week = Wanted::parse("date=7d").filter("a", now);
        assert_eq!(week.from, parse_date("2026-11-16"));
        let span = Wanted::parse("from=2026-11-20&to=2026-11-21").filter("a", now);
        assert_eq!((span.from, span.to), (parse_date("2026-11-20"), parse_date("2026-11-22").map(|start| start - 1)));
    }
}
