//! Lists and figures of the gallery at a thousand and at a million pictures, by the same calls its page makes.

use std::time::Instant;

use clap::Parser;
use tokio_util::sync::CancellationToken;
use wxdesk::{
    features::media::{
        model::{Filter, Kind, State},
        review::Judged,
    },
    infra::{
        clock::{Chance, Clock},
        config::{Place, Settings},
    },
    server::app::{self, App},
};

#[derive(Parser)]
struct Only {
    #[command(flatten)]
    settings: Settings,
}

const ACCOUNT: &str = "wxbench";
/// Tiles of a page.
const PAGE: i64 = 60;
/// Noon in China on 2026-11-22, in Unix milliseconds, and the time between two pictures: 2,880 a day.
const NOON: i64 = 1_795_320_000_000;
const APART: i64 = 30_000;

pub async fn measure() -> anyhow::Result<()> {
    let (few, many) = (Gallery::of(1_000).await?, Gallery::of(1_000_000).await?);
    for (name, filter) in filters() {
        let (small, large) = (few.page(&filter).await?, many.page(&filter).await?);
        println!("| gallery page, {name}, at 1,000,000 rows | {large:.2} ms, {:.2} × that at 1,000 | 2 ms, 1.2 |", large / small);
    }
    let (small, large) = (few.head().await?, many.head().await?);
    println!(
        "| head of the gallery (totals, offered filters) at 1,000,000 rows | {large:.2} ms, {:.2} × that at 1,000 | 2 ms, 1.2 |",
        large / small
    );
    Ok(())
}

fn filters() -> Vec<(&'static str, Filter)> {
    let mut all = single();
    all.extend(together());
    all.extend(searched());
    all
}

fn all() -> Filter {
    Filter { app_id: ACCOUNT.into(), ..Filter::default() }
}

fn titled(title: &str) -> Filter {
    Filter { answer_title: Some(title.into()), ..all() }
}

fn asked(question: &str) -> Filter {
    Filter { question_id: Some(question.into()), ..all() }
}

fn sent(user: &str) -> Filter {
    Filter { user_id: Some(user.into()), ..all() }
}

fn called(q: &str) -> Filter {
    Filter { q: Some(q.into()), ..all() }
}

fn failed(f: Filter) -> Filter {
    Filter { state: Some(State::Failed), ..f }
}

fn judged(f: Filter, review: Judged) -> Filter {
    Filter { review: Some(review), ..f }
}

fn voices(f: Filter) -> Filter {
    Filter { kind: Some(Kind::Voice), ..f }
}

/// One filter, or none.
fn single() -> Vec<(&'static str, Filter)> {
    vec![
        ("no filter", all()),
        ("sender", sent("u7")),
        ("title", titled("t3")),
        ("question", asked("q3")),
        ("failed", failed(all())),
        ("unreviewed", judged(all(), Judged::Unreviewed)),
        ("passed", judged(all(), Judged::Passed)),
        ("rejected, of which there is nothing", judged(all(), Judged::Rejected)),
        ("voices", voices(all())),
    ]
}

/// Filters side by side; many of them hardly meet.
fn together() -> Vec<(&'static str, Filter)> {
    let both = |title: &str, question: &str| Filter { question_id: Some(question.into()), ..titled(title) };
    vec![
        ("title and failed", failed(titled("t3"))),
        ("title none of whose pictures failed", failed(titled("t4"))),
        ("question none of whose pictures failed", failed(asked("q4"))),
        ("title and unreviewed", judged(titled("t3"), Judged::Unreviewed)),
        ("title and question", both("t3", "q3")),
        ("title and question that never meet", both("t3", "q4")),
        ("title, question and failed", failed(both("t3", "q3"))),
        ("title without voices", voices(titled("t4"))),
        ("voices that nobody judged", judged(voices(all()), Judged::Unreviewed)),
        ("failed and passed, which never meet", judged(failed(all()), Judged::Passed)),
        ("sender and title", Filter { user_id: Some("u7".into()), ..titled("t7") }),
        ("sender of 125,000 and failed, who never meet", failed(sent("big"))),
        ("sender of 125,000 and title that never meet", Filter { user_id: Some("big".into()), ..titled("t4") }),
        ("sender of 125,000 and question", Filter { user_id: Some("big".into()), ..asked("q1") }),
        ("sender of 125,000 and unreviewed", judged(sent("big"), Judged::Unreviewed)),
    ]
}

/// A search, alone and beside other filters.
fn searched() -> Vec<(&'static str, Filter)> {
    vec![
        ("search for a sender", called("u19")),
        ("search for a question", called("Q7")),
        ("search for one letter", called("t")),
        ("search for a letter of all senders", called("u")),
        ("search for a figure", called("1")),
        ("search for what nothing is called", called("nobody")),
        ("search for 500 senders whose pictures are all old", called("alt")),
        ("the same, and failed", failed(called("alt"))),
        ("the same, and title", Filter { q: Some("alt".into()), ..titled("t3") }),
        ("search for ten of them", called("alt7")),
        ("search for some senders, and failed", failed(called("u77"))),
        ("search for some senders, and title", Filter { q: Some("u77".into()), ..titled("t3") }),
        ("search for some senders, and question", Filter { q: Some("u77".into()), ..asked("q3") }),
        ("search for some senders, and unreviewed", judged(called("u77"), Judged::Unreviewed)),
        ("search for a sender, and failed", failed(called("u19"))),
        ("search for a question, and failed", failed(called("q3"))),
        ("search for a question, and title it never meets", Filter { q: Some("q4".into()), ..titled("t3") }),
        ("search for one letter, and unreviewed", judged(called("t"), Judged::Unreviewed)),
        ("search for a letter of all senders, and failed", failed(called("u"))),
        ("search for a figure, and voices", voices(called("1"))),
        ("search for the title that is chosen", Filter { q: Some("T3".into()), ..titled("t3") }),
    ]
}

struct Gallery {
    app: App,
    _folder: tempfile::TempDir,
}

impl Gallery {
    /// So many pictures of fifty for each sender, ten titles, twelve questions; one in 200 failed, one in 500 is a voice. One sender has an
    /// eighth of all, and the oldest are of senders who sent nothing since.
    async fn of(rows: i64) -> anyhow::Result<Self> {
        let folder = tempfile::tempdir()?;
        let place = Place { data: folder.path().join("data"), master_key_file: None, log: "warn".into() };
        let settings = Only::parse_from(["wxdesk"]).settings;
        let core = app::open_core(place, settings, Clock::manual(NOON), Chance::system()).await?;
        let app = App::open(core, CancellationToken::new()).await?;
        let filled = app.core.db.write(move |c| {
            Box::pin(async move {
                let statement = sqlx::query(
                    "insert into accounts (app_id, name, secret, api_base, created_at, updated_at) values (?, 'bench', x'00', 'http://127.0.0.1:9', 0, 0)",
                );
                statement.bind(ACCOUNT).execute(&mut *c).await?;
                sqlx::query(FILL_CONTENTS).execute(&mut *c).await?;
                sqlx::query(FILL).bind(rows).bind(NOON).bind(APART).bind(ACCOUNT).execute(c).await
            })
        });
        filled.await?;
        Ok(Self { app, _folder: folder })
    }

    /// Milliseconds for a page of tiles.
    async fn page(&self, filter: &Filter) -> anyhow::Result<f64> {
        self.timed(async |app: &App| app.media.look(filter, None, PAGE).await.map(|(listed, _)| listed.items.len())).await
    }

    /// Milliseconds for what stands above them.
    async fn head(&self) -> anyhow::Result<f64> {
        self.timed(async |app: &App| {
            app.media.offered(ACCOUNT).await?;
            app.media.totals(ACCOUNT).await.map(|totals| usize::try_from(totals.filed).unwrap_or_default())
        })
        .await
    }

    /// The median of many, after a few that warm the cache.
    async fn timed<T>(&self, work: impl AsyncFn(&App) -> Result<T, sqlx::Error>) -> anyhow::Result<f64> {
        let mut took = Vec::new();
        for round in 0..60 {
            let began = Instant::now();
            work(&self.app).await?;
            if round >= 10 {
                took.push(began.elapsed().as_secs_f64() * 1000.0);
            }
        }
        took.sort_by(f64::total_cmp);
        Ok(took[took.len() / 2])
    }
}

const FILL_CONTENTS: &str = "with recursive n (at) as (select 1 union all select at + 1 from n where at < 1000)
    insert into contents (sha256, bytes, content_type, width, height, thumb, created_at)
    select cast(printf('%032d', at) as blob), 40000, 'image/jpeg', 1080, 810, 1, 0 from n";

const FILL: &str = "with recursive n (at) as (select 1 union all select at + 1 from n where at < ?1)
    insert into media (id, app_id, media_id, user_id, answer_title, question_id, state, kind, sha256, attempts, next_attempt_at, actor,
        created_at, stored_at, expires_at, review, reviewer, reviewed_at)
    select printf('%012x%020x', ?2 - (?1 - at) * ?3, at), ?4, 'm' || at, iif(at <= ?1 / 500, 'alt' || (at % 500), iif(at % 8 = 5, 'big', 'u' || (at % (?1 / 50)))), 't' || (at % 10), 'q' || (at % 12),
        iif(at % 200 = 3, 'failed', 'stored'), iif(at % 500 = 3, 'voice', 'image'),
        iif(at % 200 = 3, null, cast(printf('%032d', 1 + at % 1000) as blob)), 1, 0, 'key:bench', ?2 - (?1 - at) * ?3, 0, 0,
        iif(at % 3 = 0 or at % 200 = 3, 'none', 'pass'), iif(at % 3 = 0 or at % 200 = 3, null, 'user:bench'),
        iif(at % 3 = 0 or at % 200 = 3, null, 1) from n";
