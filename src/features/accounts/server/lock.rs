//! The lock on all sending: a restored copy starts with it, so that nothing goes out twice by accident.

use sqlx::{SqliteConnection, SqlitePool};

use super::change::By;
use crate::{
    features::audit::server::record_in,
    infra::{Core, settings},
    shared::{error::AppError, lang::Text},
};

/// The row that locks sending, with the value `1`.
const NAME: &str = "sending_locked";

/// Whether all sending is locked.
pub async fn sending_locked(pool: &SqlitePool) -> Result<bool, sqlx::Error> {
    Ok(settings::get(pool, NAME).await?.as_deref() == Some("1"))
}

/// Lets sending go on only where it is not locked.
///
/// # Errors
/// 423 `sending_locked`.
pub async fn ensure_sending_unlocked(core: &Core) -> Result<(), AppError> {
    if sending_locked(core.db.read()).await? { Err(AppError::new(423, NAME, LOCKED)) } else { Ok(()) }
}

/// Locks all sending, inside the caller's write.
pub async fn lock_in(connection: &mut SqliteConnection) -> Result<(), sqlx::Error> {
    settings::put(connection, NAME, "1").await
}

/// Unlocks sending; whether it was locked.
pub async fn unlock(core: &Core, by: &By) -> Result<bool, sqlx::Error> {
    let (act, now) = (by.act("sending.unlocked", "sending"), core.now());
    core.db
        .write(move |connection| {
            Box::pin(async move {
                let was = settings::remove(connection, NAME).await?;
                if was {
                    record_in(connection, now, &act).await?;
                }
                Ok(was)
            })
        })
        .await
}

const LOCKED: Text = Text::new(
    "发送已锁定：这是一份恢复出来的数据。确认原来的服务不再发送后，请管理员在设置里解除锁定。",
    "Sending is locked: this data was restored from a backup. Once the old server sends no more, an administrator unlocks it in the settings.",
);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::infra::trial;

    #[tokio::test]
    async fn a_lock_holds_until_it_is_taken_off() {
        let folder = tempfile::tempdir().expect("folder");
        let core = trial::core(folder.path()).await;
        assert!(ensure_sending_unlocked(&core).await.is_ok());
        core.db.write(|connection| Box::pin(async move { lock_in(connection).await })).await.expect("locks");
        let refused = ensure_sending_unlocked(&core).await.expect_err("locked");
        assert_eq!((refused.status, refused.code), (423, "sending_locked"));
        assert!(unlock(&core, &By::command()).await.expect("unlocks"));
        assert!(ensure_sending_unlocked(&core).await.is_ok());
        assert!(!unlock(&core, &By::command()).await.expect("is unlocked"));
    }
}
