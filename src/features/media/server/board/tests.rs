use super::{
    Narrow,
    store::{people, people_counted, tallies},
};
use crate::features::media::server::tests::Bed;

/// The same sums, counted from the pictures and the list themselves: people, and of each question here, on the way, rejected.
const COUNTED: &str = "select question_id, sum(rank >= 4), sum(rank = 3), sum(rank = 2) from (
        select user_id, question_id, max(case when state = 'stored' and review = 'pass' then 5 when state = 'stored' and review = 'none' then 4
            when state in ('pending', 'downloading') then 3 when state = 'stored' then 2 else 1 end) as rank
        from media where app_id = 'wx1' and answer_title = ?1 group by user_id, question_id
    ) group by question_id order by question_id";
const PEOPLE: &str = "select p.user_id, exists (select 1 from media_rosters r where r.answer_title = ?1 and r.user_id = p.user_id),
        (select count(distinct question_id) from media m where m.answer_title = ?1 and m.user_id = p.user_id and m.state = 'stored'
            and m.review <> 'reject')
    from (select user_id from media_rosters where answer_title = ?1 union select user_id from media where answer_title = ?1) p order by 1";

/// The next of a row of numbers that look like chance and are the same each time (Knuth's constants).
fn next(seed: &mut u64, below: u64) -> u64 {
    *seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    (*seed >> 33) % below
}

/// Something that happens to pictures or lists.
fn step(seed: &mut u64, nth: usize) -> String {
    const STATES: [(&str, &str); 7] = [
        ("pending", "none"),
        ("downloading", "none"),
        ("stored", "none"),
        ("stored", "pass"),
        ("stored", "reject"),
        ("failed", "none"),
        ("expired", "none"),
    ];
    let (user, question, title) = (next(seed, 5), next(seed, 3), next(seed, 2));
    let (state, review) = STATES[usize::try_from(next(seed, 7)).expect("small")];
    let one = next(seed, 40);
    match next(seed, 20) {
        0..8 => format!(
            "insert into media (id, app_id, media_id, user_id, answer_title, question_id, state, review, next_attempt_at, actor, created_at,
                expires_at) values ('i{nth}', 'wx1', 'm{nth}', 'u{user}', 't{title}', 'q{question}', '{state}', '{review}', 0, 'x', 0, 0)"
        ),
        8..14 => format!("update media set state = '{state}', review = '{review}' where id in (select id from media limit 1 offset {one})"),
        14..17 => format!("delete from media where id in (select id from media limit 2 offset {one})"),
        17..19 => format!(
            "insert into media_rosters (app_id, answer_title, user_id) values ('wx1', 't{title}', 'u{user}') on conflict do nothing"
        ),
        _ => format!("delete from media_rosters where answer_title = 't{title}'"),
    }
}

#[tokio::test]
async fn the_kept_sums_are_those_of_the_pictures() {
    let bed = Bed::new().await;
    let (db, mut seed) = (&bed.media.core.db, 7);
    for nth in 0..600 {
        let sql = step(&mut seed, nth);
        db.write(move |c| Box::pin(async move { sqlx::query(sqlx::AssertSqlSafe(sql)).execute(c).await })).await.expect("writes");
        if nth % 3 != 0 {
            continue;
        }
        for title in ["t0", "t1"] {
            let counted: Vec<(String, i64, i64, i64)> = sqlx::query_as(COUNTED).bind(title).fetch_all(db.read()).await.expect("counts");
            let kept = tallies(db.read(), "wx1", title).await.expect("reads");
            let kept: Vec<_> = kept.into_iter().map(|tally| (tally.question_id, tally.here, tally.coming, tally.rejected)).collect();
            assert_eq!(kept, counted, "step {nth}");
            let all: Vec<(String, bool, i64)> = sqlx::query_as(PEOPLE).bind(title).fetch_all(db.read()).await.expect("counts");
            for questions in 1..4 {
                let complete = all.iter().filter(|person| person.2 >= questions).count();
                let expected = (i64::try_from(all.len()).expect("few"), i64::try_from(complete).expect("few"));
                assert_eq!(people_counted(db.read(), "wx1", title, questions).await.expect("reads"), expected, "step {nth}");
                let narrow = Narrow { app_id: "wx1", title, open_of: Some(questions), standing: None };
                let open = people(db.read(), &narrow, "", 100).await.expect("reads");
                let open: Vec<_> = open.into_iter().map(|person| (person.user_id, person.listed)).collect();
                let expected = all.iter().filter(|person| person.2 < questions).map(|person| (person.0.clone(), person.1));
                assert_eq!(open, expected.collect::<Vec<_>>(), "step {nth}");
            }
        }
    }
}
