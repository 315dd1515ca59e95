//! SQL of the history. The most selective filter leads, each over an index of its own that ends in the id; the id sorts by time. A batch
//! has one template and one sender, so that neither is asked for beside it (`Messages::list`).
//!
//! The index is named: without statistics SQLite takes the account's own index for each of these, and walks all of its messages to find
//! the few that failed.

use sqlx::SqlitePool;

use super::Filter;
use crate::features::messages::{
    model::MessageState,
    server::store::{Message, rows},
};

/// One page of messages below `before`, newest first, at most `limit`.
pub(super) async fn page(
    pool: &SqlitePool,
    app_id: &str,
    filter: &Filter,
    before: &str,
    from: &str,
    limit: i64,
) -> Result<Vec<Message>, sqlx::Error> {
    let (state, template, touser) = (filter.state.map(|state| state.word()), filter.template_id.as_deref(), filter.touser.as_deref());
    let (batch, draft, actor) = (filter.batch_id.as_deref(), filter.draft_id.as_deref(), filter.actor.as_deref());
    let ended = state.filter(|state| matches!(*state, "failed" | "unknown" | "cancelled"));
    // What nearly every message is in the end tells less than who sent it, or by which template.
    let usual = filter.state.is_some_and(|state| matches!(state, MessageState::Accepted | MessageState::Delivered));
    let found = if let Some(draft) = draft {
        rows!(
            "where draft_id = ?1 and app_id = ?2 and id < ?3 and id >= ?4 and (?5 is null or state = ?5) and (?6 is null or template_id = ?6)
                and (?7 is null or touser = ?7) and (?8 is null or actor = ?8) order by id desc limit ?9",
            draft,
            app_id,
            before,
            from,
            state,
            template,
            touser,
            actor,
            limit
        )
        .fetch_all(pool)
        .await?
    } else if let Some((batch, people)) = batch.zip(filter.people.as_ref()) {
        let people = serde_json::to_string(people).unwrap_or_else(|_| "[]".into());
        // A person has few messages, a batch many.
        rows!(
            "indexed by messages_by_touser where app_id = ?1 and touser in (select value from json_each(?2)) and batch_id = ?3 and id < ?4
                and id >= ?5 and (?6 is null or state = ?6) order by id desc limit ?7",
            app_id,
            people,
            batch,
            before,
            from,
            state,
            limit
        )
        .fetch_all(pool)
        .await?
    } else if let Some(touser) = touser {
        // A person has few messages, whatever else is asked.
        let (reason, errcode) = filter.cause.as_ref().map(|cause| (cause.reason.as_str(), cause.errcode)).unzip();
        rows!(
            "indexed by messages_by_touser where app_id = ?1 and touser = ?2 and id < ?3 and id >= ?4 and (?5 is null or state = ?5)
                and (?6 is null or template_id = ?6) and (?7 is null or actor = ?7) and (?8 is null or batch_id = ?8)
                and (?9 is null or (reason = ?9 and errcode is ?10)) order by id desc limit ?11",
            app_id,
            touser,
            before,
            from,
            state,
            template,
            actor,
            batch,
            reason,
            errcode.flatten(),
            limit
        )
        .fetch_all(pool)
        .await?
    } else if let Some(((batch, state), cause)) = batch.zip(state).zip(filter.cause.as_ref()) {
        // The list of states is the partial index's own.
        rows!(
            "indexed by messages_of_batch_by_cause where batch_id = ?1 and state in ('failed', 'unknown') and state = ?2 and reason = ?3
                and errcode is ?4 and app_id = ?5 and id < ?6 and id >= ?7 order by id desc limit ?8",
            batch,
            state,
            cause.reason,
            cause.errcode,
            app_id,
            before,
            from,
            limit
        )
        .fetch_all(pool)
        .await?
    } else if let Some((batch, state)) = batch.zip(state) {
        rows!(
            "indexed by messages_of_batch_by_state where batch_id = ?1 and state = ?2 and app_id = ?3 and id < ?4 and id >= ?5
             order by id desc limit ?6",
            batch,
            state,
            app_id,
            before,
            from,
            limit
        )
        .fetch_all(pool)
        .await?
    } else if let Some(batch) = batch {
        rows!(
            "indexed by messages_by_batch where batch_id = ?1 and app_id = ?2 and id < ?3 and id >= ?4 order by id desc limit ?5",
            batch,
            app_id,
            before,
            from,
            limit
        )
        .fetch_all(pool)
        .await?
    } else if let Some((state, template)) = ended.zip(template) {
        // The list of states is the partial index's own.
        rows!(
            "indexed by messages_ended_by_template where app_id = ?1 and template_id = ?2 and state in ('failed', 'unknown', 'cancelled')
                and state = ?3 and id < ?4 and id >= ?5 and (?6 is null or actor = ?6) order by id desc limit ?7",
            app_id,
            template,
            state,
            before,
            from,
            actor,
            limit
        )
        .fetch_all(pool)
        .await?
    } else if let Some((state, actor)) = ended.zip(actor) {
        rows!(
            "indexed by messages_ended_by_actor where app_id = ?1 and actor = ?2 and state in ('failed', 'unknown', 'cancelled')
                and state = ?3 and id < ?4 and id >= ?5 order by id desc limit ?6",
            app_id,
            actor,
            state,
            before,
            from,
            limit
        )
        .fetch_all(pool)
        .await?
    } else if let Some(state) = state.filter(|_| !usual || template.is_none() && actor.is_none()) {
        rows!(
            "indexed by messages_by_state where app_id = ?1 and state = ?2 and id < ?3 and id >= ?4 and (?5 is null or template_id = ?5)
                and (?6 is null or actor = ?6) order by id desc limit ?7",
            app_id,
            state,
            before,
            from,
            template,
            actor,
            limit
        )
        .fetch_all(pool)
        .await?
    } else if let Some(template) = template {
        rows!(
            "indexed by messages_by_template where app_id = ?1 and template_id = ?2 and id < ?3 and id >= ?4 and (?5 is null or actor = ?5)
                and (?6 is null or state = ?6) order by id desc limit ?7",
            app_id,
            template,
            before,
            from,
            actor,
            state,
            limit
        )
        .fetch_all(pool)
        .await?
    } else if let Some(actor) = actor {
        rows!(
            "indexed by messages_by_actor where app_id = ?1 and actor = ?2 and id < ?3 and id >= ?4 and (?5 is null or state = ?5)
             order by id desc limit ?6",
            app_id,
            actor,
            before,
            from,
            state,
            limit
        )
        .fetch_all(pool)
        .await?
    } else {
        rows!("where app_id = ?1 and id < ?2 and id >= ?3 order by id desc limit ?4", app_id, before, from, limit).fetch_all(pool).await?
    };
    Ok(found.into_iter().map(Into::into).collect())
}

/// Followers whose remark or nickname fits a pattern, whether they still follow or not.
pub(super) async fn named(pool: &SqlitePool, app_id: &str, pattern: &str) -> Result<Vec<String>, sqlx::Error> {
    sqlx::query_scalar!(
        r"select openid from followers where app_id = ?1 and (remark like ?2 escape '\' or nickname like ?2 escape '\') limit 200",
        app_id,
        pattern
    )
    .fetch_all(pool)
    .await
}

/// Who ever sent, found by leaping from one to the next in the index: however many messages each sent, each costs one step.
pub(super) async fn senders(pool: &SqlitePool, app_id: &str) -> Result<Vec<String>, sqlx::Error> {
    sqlx::query_scalar!(
        r#"with recursive senders (actor) as (
            select min(actor) from messages indexed by messages_by_actor where app_id = ?1
            union all
            select (select min(actor) from messages indexed by messages_by_actor where app_id = ?1 and actor > senders.actor)
            from senders where senders.actor is not null
        ) select actor as "actor!: String" from senders where actor is not null limit 200"#,
        app_id
    )
    .fetch_all(pool)
    .await
}
