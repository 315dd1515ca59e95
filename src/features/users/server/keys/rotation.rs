//! A key gets a new secret; the old one stays good for a while, so that the systems that hold it can be changed one by one.

use secrecy::{ExposeSecret, SecretString};
use serde_json::json;

use super::{HEAD, Keys, LETTERS, PREFIX, store};
use crate::{
    features::{
        audit::server::record_in,
        users::{key_model::KeyRow, server::people::By},
    },
    infra::secrets::sha256,
};

impl Keys {
    /// Gives a living key a new secret, told here once. The old one is good for `overlap` milliseconds more, but not beyond its own end;
    /// the time of a key that ends begins anew. `None` where an old one is still good, or the key opens nothing any more.
    ///
    /// # Errors
    /// The database.
    pub async fn rotate(&self, by: &By, key: &KeyRow, overlap: i64) -> Result<Option<SecretString>, sqlx::Error> {
        // What was counted so far was the old one's.
        self.write_counts().await?;
        let now = self.core.now();
        let fresh = SecretString::from(format!("{HEAD}{}", self.core.chance.text(LETTERS)));
        let old_until = key.expires_at.map_or(now + overlap, |end| end.min(now + overlap));
        let row = store::Rotated {
            id: key.id.clone(),
            hash: sha256(fresh.expose_secret().as_bytes()),
            prefix: fresh.expose_secret()[..PREFIX].to_owned(),
            now,
            old_until,
            expires_at: key.expires_at.map(|end| now + (end - key.rotated_at.unwrap_or(key.created_at))),
        };
        let detail = json!({"prefix": row.prefix, "old_prefix": key.prefix, "old_until": old_until, "expires_at": row.expires_at});
        let act = by.act("key.rotated", format!("key:{}", key.name)).detail(detail.to_string());
        let rotated = self.core.db.write(move |c| {
            Box::pin(async move {
                let rotated = store::rotate(c, &row).await?;
                if rotated {
                    record_in(c, now, &act).await?;
                }
                Ok(rotated)
            })
        });
        let rotated = rotated.await?;
        self.reload().await?;
        Ok(rotated.then_some(fresh))
    }

    /// Ends the old secret of a key at once; `false` where none is good any more.
    ///
    /// # Errors
    /// The database.
    pub async fn end_old(&self, by: &By, key: &KeyRow) -> Result<bool, sqlx::Error> {
        let (id, now) = (key.id.clone(), self.core.now());
        let detail = json!({"prefix": key.prefix, "old_prefix": key.old.as_ref().map(|old| old.prefix.clone())});
        let act = by.act("key.old_ended", format!("key:{}", key.name)).detail(detail.to_string());
        let ended = self.core.db.write(move |c| {
            Box::pin(async move {
                let ended = store::end_old(c, &id, now).await?;
                if ended {
                    record_in(c, now, &act).await?;
                }
                Ok(ended)
            })
        });
        let ended = ended.await?;
        self.reload().await?;
        Ok(ended)
    }

    /// What a stand-in of a caller hangs on beside the key: the secret it came with. It names none.
    pub fn mark_of(&self, key: &str) -> Option<String> {
        let hash = sha256(key.as_bytes());
        self.snapshot().contains_key(&hash).then(|| mark(&hash))
    }

    /// Whether the secret of this mark still opens the key `id`.
    pub fn opens(&self, id: &str, mark_there: &str) -> bool {
        let now = self.core.now();
        self.snapshot()
            .iter()
            .any(|(hash, known)| known.id == id && known.good_until.is_none_or(|end| end > now) && mark(hash) == mark_there)
    }
}

/// The first four bytes of a secret's hash: enough to tell a key's two secrets apart, and of no use for anything else.
fn mark(hash: &[u8; 32]) -> String {
    hex::encode(&hash[..4])
}
