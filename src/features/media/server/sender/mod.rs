//! One sender as a whole, for whoever exports or erases a person.

mod store;

use sqlx::SqliteConnection;

use super::Media;
use crate::shared::error::AppError;

impl Media {
    /// How many pictures a sender has, here and in the bin; counting stops at `most`.
    ///
    /// # Errors
    /// The database.
    pub async fn count_of(&self, app_id: &str, user_id: &str, most: i64) -> Result<i64, sqlx::Error> {
        store::count(self.core.db.read(), app_id, user_id, most).await
    }

    /// Other names of a person, as the lists of people have them: openids of a user_id and user_ids of an openid; at most so many.
    ///
    /// # Errors
    /// The database.
    pub async fn other_names(&self, app_id: &str, id: &str, most: i64) -> Result<Vec<String>, sqlx::Error> {
        store::other_names(self.core.db.read(), app_id, id, most).await
    }

    /// Inside the caller's transaction: removes all pictures of a person for good, takes them off all lists, and puts `name` in the
    /// place of their openid. How many pictures they were. The bytes go by [`Media::erased`], once that is committed.
    ///
    /// # Errors
    /// The database.
    pub async fn erase(c: &mut SqliteConnection, app_id: &str, id: &str, name: &str) -> Result<u64, sqlx::Error> {
        store::forget(c, app_id, id, name).await?;
        store::erase(c, app_id, id).await
    }

    /// Removes the bytes of what was erased just now.
    ///
    /// # Errors
    /// A disk or database that cannot be written; the worker of the bin goes on then.
    pub async fn erased(&self) -> Result<(), AppError> {
        self.bin_bell.ring();
        while self.remove_leaving().await? {}
        Ok(())
    }
}
