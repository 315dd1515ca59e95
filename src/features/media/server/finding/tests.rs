use sqlx::Row as _;

use super::*;
use crate::features::media::{
    model::{Kind, Picture, State},
    review::{Judged, Verdict},
    server::{
        store::{list, list_up},
        tests::Bed,
    },
};

const ROWS: u64 = 2000;
/// Pictures of a page of the tests, and how many are looked at for one.
const PAGE: i64 = 40;
const FEW: i64 = 150;
const TITLES: [&str; 4] = ["第一周 作业", "第二周", "OA一周", "oab"];
const STANDS: [(&str, &str, Option<&str>); 9] = [
    ("stored", "none", Some("image")),
    ("stored", "pass", Some("image")),
    ("stored", "reject", Some("image")),
    ("stored", "none", Some("voice")),
    ("stored", "pass", Some("video")),
    ("failed", "none", None),
    ("failed", "none", Some("video")),
    ("pending", "none", None),
    ("expired", "reject", None),
];

/// The next of a row of numbers that look like chance and are the same each time (Knuth's constants).
fn next(seed: &mut u64, below: u64) -> u64 {
    *seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    (*seed >> 33) % below
}

fn any<T: Clone>(seed: &mut u64, of: &[T]) -> T {
    of[usize::try_from(next(seed, of.len() as u64)).expect("small")].clone()
}

/// A picture of one of some senders, titles and questions, at one of some moments, standing somehow: many of one sender, more senders than a
/// search merges.
fn another(seed: &mut u64, nth: u64) -> String {
    let (at, user) = (1_000_000 + next(seed, 1000) * 90_000, next(seed, 1200));
    let user = if user % 3 == 0 { format!("员工小满{}", user % 2) } else { format!("oABc{user}%_ZZ") };
    let (title, question) = (any(seed, &TITLES), next(seed, 12));
    let (state, review, kind) = any(seed, &STANDS);
    let kind = kind.map_or_else(|| "null".to_owned(), |kind| format!("'{kind}'"));
    // A title and some questions never meet.
    let title = if question > 9 { TITLES[0] } else { title };
    format!(
        "(printf('%012x%020x', {at}, {nth}), 'wx1', 'm{nth}', '{user}', '{title}', 'q{question}', '{state}', '{review}', {kind}, 0, 'x', {at}, 0,
            iif('{review}' = 'none', null, 'user:r'), iif('{review}' = 'none', null, 1))"
    )
}

async fn filled() -> (Bed, Vec<Picture>) {
    let (bed, mut seed) = (Bed::new().await, 11);
    let rows: Vec<String> = (0..ROWS).map(|nth| another(&mut seed, nth)).collect();
    let sql = format!(
        "insert into media (id, app_id, media_id, user_id, answer_title, question_id, state, review, kind, next_attempt_at, actor, created_at,
            expires_at, reviewer, reviewed_at) values {}",
        rows.join(", ")
    );
    let write = bed.media.core.db.write(move |c| Box::pin(async move { sqlx::query(sqlx::AssertSqlSafe(sql)).execute(c).await }));
    write.await.expect("writes");
    let ids = sqlx::query("select id from media order by id desc").fetch_all(bed.media.core.db.read()).await.expect("reads");
    let ids: Vec<String> = ids.iter().map(|row| row.get("id")).collect();
    let all = super::super::store::among(bed.media.core.db.read(), &serde_json::json!(ids).to_string()).await.expect("reads");
    assert_eq!(all.len(), usize::try_from(ROWS).expect("few"));
    (bed, all)
}

/// Whether a filter shows a picture.
fn shows(f: &Filter, picture: &Picture) -> bool {
    let q = f.q.as_deref().unwrap_or_default().to_ascii_lowercase();
    let has = |text: &str| text.to_ascii_lowercase().contains(&q);
    let review = picture.review.as_ref().map(|review| review.verdict);
    (has(&picture.user_id) || has(&picture.answer_title) || has(&picture.question_id))
        && f.user_id.as_ref().is_none_or(|user| *user == picture.user_id)
        && f.answer_title.as_ref().is_none_or(|title| *title == picture.answer_title)
        && f.question_id.as_ref().is_none_or(|question| *question == picture.question_id)
        && f.state.is_none_or(|state| state == picture.state)
        && f.kind.is_none_or(|kind| Some(kind) == picture.kind)
        && f.from.is_none_or(|from| picture.created_at >= from)
        && f.to.is_none_or(|to| picture.created_at <= to)
        && match f.review {
            None => true,
            Some(Judged::Unreviewed) => review.is_none() && (f.state.is_some() || picture.state == State::Stored),
            Some(Judged::Passed) => review == Some(Verdict::Pass),
            Some(Judged::Rejected) => review == Some(Verdict::Reject),
        }
}

/// Any filters side by side.
fn filter(seed: &mut u64) -> Filter {
    let words =
        ["满", "小满1", "oabc", "OABC1", "bc17%_z", "%", "q1", "Q", "1", "周", "一周", "第一周 作业", "没有的", "\u{0}", "\u{10ffff}"];
    let one = |of: u64, seed: &mut u64| next(seed, of) == 0;
    Filter {
        app_id: "wx1".into(),
        user_id: one(4, seed).then(|| any(seed, &["员工小满0", "员工小满1", "oABc1%_ZZ", "nobody"]).into()),
        answer_title: one(3, seed).then(|| any(seed, &TITLES).into()),
        question_id: one(3, seed).then(|| format!("q{}", next(seed, 13))),
        state: one(4, seed).then(|| any(seed, &State::ALL)),
        kind: one(4, seed).then(|| any(seed, &Kind::ALL)),
        review: one(4, seed).then(|| any(seed, &Judged::ALL)),
        q: one(2, seed).then(|| any(seed, &words).into()),
        from: one(5, seed).then(|| 1_000_000 + 90_000 * next(seed, 500) as i64),
        to: one(5, seed).then(|| 1_000_000 + 90_000 * (400 + next(seed, 600)) as i64),
    }
}

fn ids<'p>(pictures: impl IntoIterator<Item = &'p Picture>) -> Vec<String> {
    pictures.into_iter().map(|picture| picture.id.clone()).collect()
}

/// All that is found by pages that look at next to nothing each: every page goes on where the one before ended.
async fn by_looks(pool: &SqlitePool, f: &Filter, way: Way) -> Vec<String> {
    let (mut all, mut span) = (Vec::new(), Span::of(f));
    loop {
        let found = find(pool, f, (&span, way), PAGE, FEW).await.expect("finds");
        assert!(found.ids.len() <= 40, "{f:?}");
        let next = match (&found.looked, found.ids.len()) {
            (Some(looked), _) => looked.clone(),
            (None, 40) => found.ids[39].clone(),
            _ => return [all, found.ids].concat(),
        };
        all.extend(found.ids);
        span = beyond(span, way, &next);
    }
}

#[tokio::test]
async fn any_filters_side_by_side_show_what_a_plain_filter_would() {
    let ((bed, everything), mut seed) = (filled().await, 5);
    let (pool, middle) = (bed.media.core.db.read(), everything[everything.len() / 2].id.clone());
    let mut bounded = 0;
    for nth in 0..300 {
        let f = filter(&mut seed);
        let (span, shown) = (Span::of(&f), ids(everything.iter().filter(|picture| shows(&f, picture))));
        assert_eq!(ids(&list(pool, &f, &span, 5000).await.expect("lists")), shown, "{nth}: {f:?}");
        let count = i64::try_from(shown.len()).expect("few");
        for most in [3, 5000] {
            assert_eq!(counted(pool, &f, &span, most).await.expect("counts"), count.min(most), "{nth}: {f:?}");
        }
        let older: Vec<_> = shown.iter().filter(|id| **id < middle).take(7).cloned().collect();
        assert_eq!(ids(&list(pool, &f, &span.clone().before(Some(&middle)), 7).await.expect("lists")), older, "{nth}: {f:?}");
        let mut newer: Vec<_> = shown.iter().rev().filter(|id| **id > middle).take(7).cloned().collect();
        assert_eq!(ids(&list_up(pool, &f, &span.clone().after(&middle), 7).await.expect("lists")), newer, "{nth}: {f:?}");
        newer.clone_from(&shown);
        assert_eq!(by_looks(pool, &f, Way::Down).await, newer, "{nth}: {f:?}");
        newer.reverse();
        assert_eq!(by_looks(pool, &f, Way::Up).await, newer, "{nth}: {f:?}");
        bounded += usize::from(parts(pool, &f).await.expect("parts").iter().any(|part| part.thin.is_some()));
    }
    assert!((30..270).contains(&bounded), "both ways are gone: {bounded}");
}

#[tokio::test]
async fn filters_are_runs_but_for_rare_senders_and_frequent_names() {
    let (bed, _) = filled().await;
    let (pool, bare) = (bed.media.core.db.read(), Filter { app_id: "wx1".into(), ..Filter::default() });
    let with = |user: bool, title: bool, question: bool, failed: bool| Filter {
        user_id: user.then(|| "员工小满0".into()),
        answer_title: title.then(|| TITLES[0].into()),
        question_id: question.then(|| "q1".into()),
        state: failed.then_some(State::Failed),
        ..bare.clone()
    };
    for (f, index, thin) in [
        (with(false, false, false, false), Index::Account, false),
        (with(true, false, false, false), Index::User, false),
        (with(false, true, false, false), Index::Title, false),
        (with(false, false, true, false), Index::Question, false),
        (with(false, true, true, false), Index::TitlesFacet, false),
        (with(true, true, false, false), Index::UsersTitle, false),
        (with(true, false, true, false), Index::UsersQuestion, false),
        (with(true, true, true, false), Index::UsersQuestion, true),
        (with(false, false, false, true), Index::Facet, false),
        (with(true, false, false, true), Index::UserFacet, false),
        (with(false, true, false, true), Index::TitleFacet, false),
        (with(false, false, true, true), Index::QuestionFacet, false),
        (with(false, true, true, true), Index::TitlesFacet, false),
        (with(true, true, false, true), Index::UsersTitle, true),
        (Filter { q: Some("oabc".into()), ..bare.clone() }, Index::Account, true),
        (Filter { q: Some("oabc1".into()), ..bare.clone() }, Index::User, false),
        (Filter { q: Some("OABC1".into()), ..with(false, true, false, false) }, Index::UsersTitle, false),
        (Filter { q: Some("Q1".into()), ..with(false, true, false, true) }, Index::QuestionsFacet, false),
        (Filter { q: Some("作业".into()), ..with(false, true, false, false) }, Index::Title, false),
    ] {
        let parts = parts(pool, &f).await.expect("parts");
        assert_eq!((parts[0].runs.index, parts[0].thin.is_some()), (index, thin), "{f:?}");
    }
    let none = parts(pool, &Filter { state: Some(State::Downloading), ..bare }).await.expect("parts");
    assert!(none.is_empty(), "nothing stands so: {none:?}");
}

#[tokio::test]
async fn a_page_that_is_not_full_says_how_far_it_looked() {
    let (bed, everything) = filled().await;
    let f = Filter { app_id: "wx1".into(), q: Some("zz".into()), ..Filter::default() };
    let shown = ids(everything.iter().filter(|picture| shows(&f, picture)));
    let (mut seen, mut cursor, mut looks) = (Vec::new(), None, 0);
    loop {
        let (page, looked) = bed.media.look(&f, cursor.as_deref(), 1000).await.expect("looks");
        seen.extend(ids(&page.items));
        assert_eq!(looked.is_some(), page.next_cursor.is_some(), "no page is full");
        let Some(next) = page.next_cursor else { break };
        let last = page.items.last().expect("some").created_at;
        assert!(looked.is_some_and(|looked| looked <= last), "{looked:?} {last}");
        (cursor, looks) = (Some(next), looks + 1);
    }
    assert!(looks >= 2, "{looks}");
    assert_eq!(seen, shown);
}
