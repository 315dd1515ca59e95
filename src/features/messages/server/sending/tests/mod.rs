//! The protocol of intents and outcomes, walked through in every order: two workers, a crash, an answer that gets lost, a late receipt;
//! and a worker whose lease runs out while it sleeps, and which wakes up again.
//! The statements are the real ones; only WeChat is a few lines. Where somebody could get a message twice, or one could be called
//! delivered that never left, the order of steps that leads there is printed.

mod world;

use std::collections::{HashSet, VecDeque};

use sqlx::{SqlitePool, sqlite::SqlitePoolOptions};

use world::{Fault, Story, World};

/// Walks every order of steps, shortest first; the first that breaks something, or how many different worlds were seen.
async fn explore(pool: &SqlitePool, story: Story, fault: Fault) -> Result<usize, String> {
    let mut seen = HashSet::new();
    let mut queue = VecDeque::from([Vec::new()]);
    while let Some(path) = queue.pop_front() {
        let mut world = World::new(pool, story, fault).await;
        for step in &path {
            world.take(*step).await;
        }
        if let Some(why) = world.broken().await {
            return Err(format!("{why}: {path:?}"));
        }
        if path.len() == story.deepest() || !seen.insert(world.signature().await) {
            continue;
        }
        queue.extend(world.steps().into_iter().map(|step| [path.clone(), vec![step]].concat()));
    }
    Ok(seen.len())
}

async fn pool() -> SqlitePool {
    let pool = SqlitePoolOptions::new().max_connections(1).connect("sqlite::memory:").await.expect("opens");
    sqlx::migrate!().run(&pool).await.expect("migrates");
    let account =
        "insert into accounts (app_id, name, secret, api_base, created_at, updated_at) values ('wx1', 'a', x'00', 'http://x', 0, 0)";
    sqlx::query(account).execute(&pool).await.expect("adds");
    pool
}

#[tokio::test]
async fn no_order_of_steps_sends_twice_or_calls_delivered_what_never_left() {
    let pool = pool().await;
    for (story, fewest) in [(Story::Crashes, 1000), (Story::Leases, 500)] {
        let seen = explore(&pool, story, Fault::None).await.unwrap_or_else(|path| panic!("{story:?}: {path}"));
        assert!(seen > fewest, "{story:?}: only {seen} different worlds: the walk has become too short to mean anything");
    }
}

#[tokio::test]
async fn each_way_to_break_the_protocol_is_noticed() {
    let pool = pool().await;
    let crashes = [Fault::FreshId, Fault::NoIntent, Fault::UnnotedCall, Fault::LateRepeat].map(|fault| (Story::Crashes, fault));
    let leases = [Fault::LateCall, Fault::Unfenced].map(|fault| (Story::Leases, fault));
    for (story, fault) in crashes.into_iter().chain(leases) {
        let path = explore(&pool, story, fault).await.expect_err("broken");
        assert!(path.starts_with("the person got it twice"), "{fault:?}: {path}");
    }
}
