//! What a page of the history costs in the database when there are ten million messages: the first page, one in the middle and the last,
//! under each filter. The server's own code and statements, on a database of its own. Figures are printed as measured.
//!
//! `cargo bench --bench lists`. `WXDESK_BENCH_ROWS` says how many messages; ten million take some 10 GB in the folder for temporary files
//! (`TMPDIR`) while it runs.

use std::{
    env,
    path::Path,
    time::{Duration, Instant},
};

use clap::Parser;
use tokio_util::sync::CancellationToken;
use wxdesk::{
    features::messages::{
        model::{BatchState, MessageState},
        server::{Messages, batches::list::BatchFilter, history::Filter},
    },
    infra::{
        clock::{Chance, Clock},
        config::{Place, Settings},
        db,
    },
    server::app::{self, App},
};

const APP_ID: &str = "wxsandbox0000001";
/// Messages of a batch.
const OF_BATCH: i64 = 100_000;
/// Rounds a figure is taken from.
const ROUNDS: usize = 200;
const PAGE: i64 = 50;

#[derive(Parser)]
struct Defaults {
    #[command(flatten)]
    settings: Settings,
}

fn main() -> anyhow::Result<()> {
    let rows = env::var("WXDESK_BENCH_ROWS").ok().and_then(|text| text.parse().ok()).unwrap_or(10_000_000);
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?.block_on(measure(rows))
}

async fn measure(rows: i64) -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let app = open(folder.path()).await?;
    let began = Instant::now();
    fill(&folder.path().join("wxdesk.db"), rows).await?;
    println!("{rows} messages in {} batches, filed in {:.0} s\n", rows / OF_BATCH, began.elapsed().as_secs_f64());
    println!("| list of {rows} messages, {PAGE} a page | first, median / p99 | middle | last | last ÷ first | bar |");
    println!("| --- | --- | --- | --- | --- | --- |");
    let batch = id(rows / OF_BATCH / 2 * OF_BATCH);
    let (failed, unknown) = (Some(MessageState::Failed), Some(MessageState::Unknown));
    let (template_id, actor) = (Some("template3".to_owned()), Some("user:周敏".to_owned()));
    let filters = [
        ("no filter", Filter::default()),
        ("state failed (1 in 100)", Filter { state: Some(MessageState::Failed), ..Filter::default() }),
        ("state unknown (1 in 10,000)", Filter { state: Some(MessageState::Unknown), ..Filter::default() }),
        ("one openid", Filter { touser: Some(openid(7)), ..Filter::default() }),
        ("one template", Filter { template_id: Some("template3".into()), ..Filter::default() }),
        ("one sender", Filter { actor: Some("key:erp".into()), ..Filter::default() }),
        ("one batch", Filter { batch_id: Some(batch.clone()), ..Filter::default() }),
        ("failed, one template", Filter { state: failed, template_id: template_id.clone(), ..Filter::default() }),
        (
            "unknown, one template, one sender",
            Filter { state: unknown, template_id: template_id.clone(), actor: actor.clone(), ..Filter::default() },
        ),
        ("failed, one sender", Filter { state: failed, actor: actor.clone(), ..Filter::default() }),
        ("delivered, one template, one sender", Filter { state: Some(MessageState::Delivered), template_id, actor, ..Filter::default() }),
        ("failed, one openid", Filter { state: failed, touser: Some(openid(7)), ..Filter::default() }),
        ("failed of one batch", Filter { batch_id: Some(batch), state: Some(MessageState::Failed), ..Filter::default() }),
    ];
    for (name, filter) in filters {
        let [first, middle, last] = [0, rows / 2, rows - PAGE].map(|from_end| id(rows - from_end));
        let ends = ends(&app.messages, &filter, [first, middle, last]).await?;
        let mut figures = Vec::new();
        for cursor in ends {
            figures.push(timed(&app.messages, &filter, cursor.as_deref()).await?);
        }
        row(name, &figures);
    }
    for (name, filter) in [
        ("batches, no filter", BatchFilter::default()),
        ("batches, state done", BatchFilter { state: Some(BatchState::Done), ..BatchFilter::default() }),
        ("batches with one openid", BatchFilter { touser: Some(openid(7)), ..BatchFilter::default() }),
    ] {
        let mut spans = Vec::new();
        for _ in 0..ROUNDS {
            let began = Instant::now();
            app.messages.batches(APP_ID, &filter, None, PAGE).await?;
            spans.push(began.elapsed());
        }
        let figure = Figure::of(spans);
        println!("| {name} | {} | – | – | – | 2 ms |", figure.words());
    }
    Ok(())
}

/// A page's time.
struct Figure {
    median: Duration,
    p99: Duration,
}

impl Figure {
    fn of(mut spans: Vec<Duration>) -> Self {
        spans.sort_unstable();
        Self { median: spans[spans.len() / 2], p99: spans[spans.len() * 99 / 100] }
    }

    fn words(&self) -> String {
        format!("{:.2} / {:.2} ms", self.median.as_secs_f64() * 1e3, self.p99.as_secs_f64() * 1e3)
    }
}

fn row(name: &str, figures: &[Figure]) {
    let words: Vec<_> = figures.iter().map(Figure::words).collect();
    let ratio = figures.last().zip(figures.first()).map_or(0.0, |(last, first)| last.median.as_secs_f64() / first.median.as_secs_f64());
    println!("| {name} | {} | {ratio:.2} | p99 2 ms, 1.5 |", words.join(" | "));
}

/// The cursors of the first, a middle and the last whole page under a filter.
async fn ends(messages: &Messages, filter: &Filter, around: [String; 3]) -> anyhow::Result<[Option<String>; 3]> {
    let [_, middle, last] = around;
    // The last whole page ends where the filter's own last messages are: walk back from the oldest by asking from below.
    let mut cursor = last;
    let mut step = PAGE * 4;
    loop {
        let page = messages.list(APP_ID, filter, Some(&cursor), PAGE).await?;
        if i64::try_from(page.items.len())? >= PAGE.min(2) {
            break;
        }
        cursor = id(step);
        step = step.saturating_mul(4);
    }
    Ok([None, Some(middle), Some(cursor)])
}

async fn timed(messages: &Messages, filter: &Filter, cursor: Option<&str>) -> anyhow::Result<Figure> {
    let mut spans = Vec::with_capacity(ROUNDS);
    for _ in 0..ROUNDS {
        let began = Instant::now();
        messages.list(APP_ID, filter, cursor, PAGE).await?;
        spans.push(began.elapsed());
    }
    Ok(Figure::of(spans))
}

/// Ids that sort by their number, as long as real ones.
fn id(number: i64) -> String {
    format!("019a0000-0000-7000-8000-{number:012x}")
}

fn openid(number: i64) -> String {
    format!("oBench{number:022}")
}

async fn open(folder: &Path) -> anyhow::Result<App> {
    let settings = Defaults::parse_from(["wxdesk"]).settings;
    let place = Place { data: folder.to_owned(), master_key_file: None, log: "warn".into() };
    let core = app::open_core(place, settings, Clock::system(), Chance::system()).await?;
    App::open(core, CancellationToken::new()).await
}

/// Files everything in one go: without the indexes, which are made afterwards, and without what hangs on single rows.
async fn fill(file: &Path, rows: i64) -> anyhow::Result<()> {
    use sqlx::{AssertSqlSafe, Connection, SqliteConnection};
    let mut connection = SqliteConnection::connect_with(&db::options(file)).await?;
    for pragma in ["pragma synchronous = off", "pragma cache_size = -1000000", "pragma foreign_keys = off"] {
        sqlx::query(pragma).execute(&mut connection).await?;
    }
    let hanging: Vec<(String, String)> = sqlx::query_as(
        "select name, type from sqlite_master where tbl_name in ('messages', 'batches') and type in ('index', 'trigger') and sql is not null",
    )
    .fetch_all(&mut connection)
    .await?;
    let made: Vec<String> = sqlx::query_scalar(
        "select sql from sqlite_master where tbl_name in ('messages', 'batches') and type in ('index', 'trigger') and sql is not null",
    )
    .fetch_all(&mut connection)
    .await?;
    for (name, kind) in hanging {
        sqlx::query(AssertSqlSafe(format!("drop {kind} {name}"))).execute(&mut connection).await?;
    }
    let account = "insert into accounts (app_id, name, secret, api_base, created_at, updated_at) values (?, 'bench', x'00', 'http://127.0.0.1:9', 0, 0)";
    sqlx::query(account).bind(APP_ID).execute(&mut connection).await?;
    sqlx::query(
        "with recursive n (n) as (values (0) union all select n + 1 from n where n + 1 < ?1)
         insert into batches (id, app_id, name, template_id, data, state, ttl, send_at, actor, total, created_at)
         select format('019a0000-0000-7000-8000-%012x', n * ?2), ?3, 'batch ' || n, 'template' || (n % 7), '{}', 'done', 1, n, 'key:erp', ?2, n
         from n",
    )
    .bind((rows / OF_BATCH).max(1))
    .bind(OF_BATCH)
    .bind(APP_ID)
    .execute(&mut connection)
    .await?;
    sqlx::query(
        "with recursive n (n) as (values (0) union all select n + 1 from n where n + 1 < ?1)
         insert into messages (id, app_id, batch_id, touser, template_id, data, state, msgid, client_msg_id, attempts, not_before, expires_at,
            actor, created_at, sent_at, settled_at)
         select format('019a0000-0000-7000-8000-%012x', n), ?3, format('019a0000-0000-7000-8000-%012x', n / ?2 * ?2),
            format('oBench%022d', n * 7919 % 200000), 'template' || (n / ?2 % 7), '{\"thing2\":\"自然笔记套装\"}',
            case when n % 10000 = 77 then 'unknown' when n % 100 = 3 then 'failed' else 'delivered' end, n, format('%032x', n), 1, 0, 1,
            case when n / ?2 % 3 = 0 then 'user:周敏' else 'key:erp' end, n, n, n
         from n",
    )
    .bind(rows)
    .bind(OF_BATCH)
    .bind(APP_ID)
    .execute(&mut connection)
    .await?;
    for sql in made {
        sqlx::query(AssertSqlSafe(sql)).execute(&mut connection).await?;
    }
    sqlx::query("pragma wal_checkpoint(truncate)").execute(&mut connection).await?;
    connection.close().await?;
    Ok(())
}
