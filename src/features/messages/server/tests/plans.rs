//! Every statement over messages that the program has, as it was checked when it was built: none walks what grows with the years.

use std::{fs, path::Path};

use super::House;

/// Lists whose few rows are sorted on purpose: messages under one msgid, the newest of each sort on a person's line of time, and those of some people.
const SORTED: [&str; 3] = [
    "indexed by messages_by_msgid",
    "indexed by messages_by_touser left join templates",
    "and touser in (select value from json_each(?2))",
];
/// A count over messages is bounded by one of these: so many and no more, those since a moment, those of a batch.
const BOUNDS: [&str; 4] = [" limit ", "id >= ?", "id > ?", "batch_id = ?"];

fn statements() -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(".sqlx");
    let read = |entry: std::io::Result<fs::DirEntry>| {
        let file = fs::read(entry.expect("listed").path()).expect("readable");
        let described: serde_json::Value = serde_json::from_slice(&file).expect("JSON");
        described["query"].as_str().expect("a statement").split_whitespace().collect::<Vec<_>>().join(" ")
    };
    fs::read_dir(folder).expect("statements").map(read).collect()
}

#[tokio::test]
async fn no_list_skips_rows_and_none_of_messages_walks_or_sorts_them() {
    let house = House::new().await;
    let (mut counts, mut lists) = (0, 0);
    for sql in statements() {
        let told = sql.to_lowercase();
        assert!(!told.contains(" offset "), "{sql}");
        let over_messages = told.starts_with("select") && [" from messages", " join messages"].iter().any(|word| told.contains(word));
        if over_messages && told.contains("count(") {
            counts += 1;
            assert!(BOUNDS.iter().any(|bound| told.contains(bound)), "{sql}");
        }
        if !over_messages || told.contains("count(") || !told.contains(" order by ") || !told.contains(" limit ") {
            continue;
        }
        lists += 1;
        let explained = sqlx::AssertSqlSafe(format!("explain query plan {sql}"));
        let plan: Vec<(i64, i64, i64, String)> = sqlx::query_as(explained).fetch_all(house.messages.core.db.read()).await.expect("plans");
        for (.., step) in plan {
            assert!(!step.starts_with("SCAN messages") && !step.starts_with("SCAN m "), "{sql}\n{step}");
            let sorted = SORTED.iter().any(|known| told.contains(known));
            assert!(sorted || !step.contains("TEMP B-TREE"), "{sql}\n{step}");
        }
    }
    assert!(counts > 5 && lists > 10, "{counts} counts, {lists} lists");
}
