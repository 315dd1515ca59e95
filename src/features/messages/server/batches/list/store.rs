//! SQL of the list of batches. The filter that leaves the fewest leads, each over an index of its own that ends in the id; the id sorts by
//! time.

use sqlx::SqlitePool;

use super::BatchFilter;
use crate::features::messages::{
    model::BatchState,
    server::batches::{Batch, store::rows},
};

/// One page below `before`, newest first, at most `limit`.
pub(super) async fn page(
    pool: &SqlitePool,
    app_id: &str,
    filter: &BatchFilter,
    before: &str,
    from: &str,
    limit: i64,
) -> Result<Vec<Batch>, sqlx::Error> {
    let (state, template, actor) = (filter.state.map(BatchState::word), filter.template_id.as_deref(), filter.actor.as_deref());
    // The plus keeps the account's index out: a person has few batches, the account many.
    let found = if let Some(touser) = filter.touser.as_deref() {
        rows!(
            "where id in (select batch_id from messages indexed by messages_by_touser where app_id = ?1 and touser = ?2)
                and +app_id = ?1 and id < ?3 and id >= ?4 and (?5 is null or state = ?5) and (?6 is null or template_id = ?6)
                and (?7 is null or actor = ?7) order by id desc limit ?8",
            app_id,
            touser,
            before,
            from,
            state,
            template,
            actor,
            limit
        )
        .fetch_all(pool)
        .await?
    } else if let Some(template) = template {
        rows!(
            "indexed by batches_by_template where app_id = ?1 and template_id = ?2 and id < ?3 and id >= ?4 and (?5 is null or state = ?5)
                and (?6 is null or actor = ?6) order by id desc limit ?7",
            app_id,
            template,
            before,
            from,
            state,
            actor,
            limit
        )
        .fetch_all(pool)
        .await?
    } else if let Some(actor) = actor {
        rows!(
            "indexed by batches_by_actor where app_id = ?1 and actor = ?2 and id < ?3 and id >= ?4 and (?5 is null or state = ?5)
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
    } else if let Some(state) = state {
        rows!(
            "indexed by batches_by_state where app_id = ?1 and state = ?2 and id < ?3 and id >= ?4 order by id desc limit ?5",
            app_id,
            state,
            before,
            from,
            limit
        )
        .fetch_all(pool)
        .await?
    } else {
        rows!(
            "indexed by batches_of_account where app_id = ?1 and id < ?2 and id >= ?3 order by id desc limit ?4",
            app_id,
            before,
            from,
            limit
        )
        .fetch_all(pool)
        .await?
    };
    Ok(found.into_iter().map(Into::into).collect())
}
