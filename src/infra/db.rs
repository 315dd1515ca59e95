//! The database: one writer that groups commits, and a read-only pool beside it.
//!
//! Every write goes through [`Db::write`]. Units that arrive while a commit is under way share the next one; each runs in its own
//! SAVEPOINT, so a bad one takes no neighbour with it, and its caller hears of success only after COMMIT. What a SAVEPOINT may have to give
//! back is kept in memory (`temp_store`): in a file it was most of what the disk was asked to write. A unit that changes very much goes
//! without one, in a transaction of its own ([`Db::write_alone`]).

use std::{
    fs::OpenOptions,
    io,
    os::unix::fs::{MetadataExt, OpenOptionsExt},
    path::{Path, PathBuf},
    str::FromStr,
    sync::Arc,
    time::Duration,
};

use futures_util::{FutureExt, future::BoxFuture};
use sqlx::{
    Connection, SqliteConnection, SqlitePool,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};
use tokio::sync::{mpsc, oneshot};

/// How many units of work share one commit at most.
const GROUP: usize = 64;

/// The writer's page cache, wider than SQLite's usual 2 MB, so that the indexes of a growing history stay in it. What that saves a message
/// was less than the noise of the benches.
const WIDE_CACHE: &str = "pragma cache_size = -16384";
/// The same for a unit on its own, which touches each page once; what does not fit goes to the write-ahead log early.
const NARROW_CACHE: &str = "pragma cache_size = -2048";

/// Handles to the one database. Cheap to clone.
#[derive(Clone)]
pub struct Db {
    readers: SqlitePool,
    units: mpsc::Sender<Unit>,
    file: Arc<(PathBuf, Identity)>,
}

/// Device and inode: what a file is, whatever it is called.
type Identity = (u64, u64);

fn identity(file: &Path) -> io::Result<Identity> {
    std::fs::metadata(file).map(|found| (found.dev(), found.ino()))
}

type Finish = Box<dyn FnOnce(Result<(), sqlx::Error>) + Send>;
type Ran = Result<Finish, Finish>;
type Work = Box<dyn for<'c> FnOnce(&'c mut SqliteConnection) -> BoxFuture<'c, Ran> + Send>;

struct Unit {
    work: Work,
    alone: bool,
}

impl Db {
    /// Opens (and creates, and migrates) the database file. Errors: unreadable file, newer schema, full disk.
    pub async fn open(file: &Path) -> anyhow::Result<Self> {
        make_private(file)?;
        let options = options(file);
        let mut writer = SqliteConnection::connect_with(&options).await?;
        migrate(&mut writer).await?;
        sqlx::query(WIDE_CACHE).execute(&mut writer).await?;
        let readers = SqlitePoolOptions::new()
            .max_connections(4)
            .acquire_timeout(Duration::from_secs(10))
            // A file does not hang up: asking before each query whether it is still there would only cost two switches of thread.
            .test_before_acquire(false)
            .connect_with(options.read_only(true))
            .await?;
        let (units, queue) = mpsc::channel(1024);
        tokio::spawn(write_for_ever(writer, queue));
        let file = Arc::new((file.to_owned(), identity(file)?));
        Ok(Self { readers, units, file })
    }

    /// Whether the file that was opened is still the one at its path. One that was replaced takes writes that nobody will ever read.
    pub fn in_place(&self) -> bool {
        let (file, opened) = &*self.file;
        identity(file).is_ok_and(|there| there == *opened)
    }

    /// The read-only pool, for every query that changes nothing.
    pub fn read(&self) -> &SqlitePool {
        &self.readers
    }

    /// Runs `work` inside the writer's next transaction and answers once that is committed.
    ///
    /// # Errors
    /// What `work` returned (its changes are rolled back alone), or what kept the transaction from committing (disk full, say).
    pub async fn write<T, F>(&self, work: F) -> Result<T, sqlx::Error>
    where
        T: Send + 'static,
        F: for<'c> FnOnce(&'c mut SqliteConnection) -> BoxFuture<'c, Result<T, sqlx::Error>> + Send + 'static,
    {
        self.put(work, false).await
    }

    /// The same in a transaction that no other unit shares; for work that changes thousands of rows.
    ///
    /// # Errors
    /// As for [`Db::write`].
    pub async fn write_alone<T, F>(&self, work: F) -> Result<T, sqlx::Error>
    where
        T: Send + 'static,
        F: for<'c> FnOnce(&'c mut SqliteConnection) -> BoxFuture<'c, Result<T, sqlx::Error>> + Send + 'static,
    {
        self.put(work, true).await
    }

    async fn put<T, F>(&self, work: F, alone: bool) -> Result<T, sqlx::Error>
    where
        T: Send + 'static,
        F: for<'c> FnOnce(&'c mut SqliteConnection) -> BoxFuture<'c, Result<T, sqlx::Error>> + Send + 'static,
    {
        let (answer, heard) = oneshot::channel::<Result<T, sqlx::Error>>();
        let work: Work = Box::new(move |connection| {
            Box::pin(async move {
                let ran = std::panic::AssertUnwindSafe(work(connection)).catch_unwind().await;
                match ran {
                    Ok(Ok(value)) => Ok(Box::new(move |committed: Result<(), sqlx::Error>| {
                        answer.send(committed.map(|()| value)).ok();
                    }) as Finish),
                    Ok(Err(error)) => Err(Box::new(move |_| {
                        answer.send(Err(error)).ok();
                    }) as Finish),
                    Err(_) => Err(Box::new(move |_| {
                        answer.send(Err(sqlx::Error::Protocol("a unit of work panicked".into()))).ok();
                    }) as Finish),
                }
            })
        });
        self.units.send(Unit { work, alone }).await.map_err(|_| sqlx::Error::PoolClosed)?;
        heard.await.map_err(|_| sqlx::Error::PoolClosed)?
    }

    /// Folds the write-ahead log into the file and closes the readers; the last step of an orderly stop.
    pub async fn close(&self) {
        self.write(|connection| Box::pin(async move { sqlx::query("select 1").execute(connection).await.map(|_| ()) })).await.ok();
        self.readers.close().await;
    }
}

/// Connection options shared by the server and the commands that open the file beside it.
pub fn options(file: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::from_str("sqlite::memory:")
        .unwrap_or_default()
        .in_memory(false)
        .shared_cache(false)
        .filename(file)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(Duration::from_secs(5))
        .pragma("trusted_schema", "off")
        .pragma("temp_store", "memory")
        .pragma("journal_size_limit", "67108864")
}

/// Makes the file if it is missing: SQLite would let others read it, and what it puts beside it has the same mode. One that is there is not
/// even opened, because closing it again would give back the locks that this process holds on it.
fn make_private(file: &Path) -> io::Result<()> {
    match OpenOptions::new().write(true).create_new(true).mode(0o600).open(file) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error),
        _ => Ok(()),
    }
}

async fn migrate(writer: &mut SqliteConnection) -> anyhow::Result<()> {
    sqlx::migrate!().run(writer).await.map_err(|error| match error {
        sqlx::migrate::MigrateError::VersionMissing(version) => {
            anyhow::anyhow!("The database was made by a newer wxdesk (schema {version}). Install that version or a later one.")
        }
        other => anyhow::Error::new(other).context("The database could not be brought to this version"),
    })
}

async fn write_for_ever(mut connection: SqliteConnection, mut queue: mpsc::Receiver<Unit>) {
    let mut group = Vec::with_capacity(GROUP);
    while queue.recv_many(&mut group, GROUP).await > 0 {
        let mut together = Vec::with_capacity(group.len());
        for unit in group.drain(..) {
            if unit.alone {
                write_group(&mut connection, &mut together).await;
                sqlx::query(NARROW_CACHE).execute(&mut connection).await.ok();
                write_one(&mut connection, unit).await;
                sqlx::query(WIDE_CACHE).execute(&mut connection).await.ok();
            } else {
                together.push(unit);
            }
        }
        write_group(&mut connection, &mut together).await;
    }
    connection.close().await.ok();
}

/// One unit in a transaction of its own.
async fn write_one(connection: &mut SqliteConnection, unit: Unit) {
    if let Err(error) = sqlx::query("begin immediate").execute(&mut *connection).await {
        // Dropping the unit drops its sender: the caller hears that the writer could not take it.
        tracing::error!(error = %error, "A write could not begin");
        return;
    }
    match (unit.work)(connection).await {
        Ok(finish) => {
            let outcome = commit(connection).await;
            if let Err(error) = &outcome {
                tracing::error!(error = %error, "A write could not be committed");
                sqlx::query("rollback").execute(&mut *connection).await.ok();
            }
            finish(outcome);
        }
        Err(finish) => {
            // A full disk makes SQLite roll back by itself.
            sqlx::query("rollback").execute(&mut *connection).await.ok();
            finish(Ok(()));
        }
    }
}

async fn commit(connection: &mut SqliteConnection) -> Result<(), sqlx::Error> {
    metrics::counter!("wxdesk_commits_total").increment(1);
    sqlx::query("commit").execute(connection).await.map(|_| ())
}

async fn write_group(connection: &mut SqliteConnection, group: &mut Vec<Unit>) {
    if group.len() < 2 {
        if let Some(unit) = group.pop() {
            write_one(connection, unit).await;
        }
        return;
    }
    let mut done: Vec<Finish> = Vec::with_capacity(group.len());
    let begun = sqlx::query("begin immediate").execute(&mut *connection).await;
    let mut broken = begun.err();
    for unit in group.drain(..) {
        if broken.is_some() {
            // Dropping the unit drops its sender: the caller hears that the writer could not take it.
            drop(unit);
            continue;
        }
        match run_unit(connection, unit).await {
            Ok(finish) => done.push(finish),
            Err(error) => broken = Some(error),
        }
    }
    let outcome = match broken {
        None => commit(connection).await,
        Some(error) => Err(error),
    };
    if let Err(error) = &outcome {
        tracing::error!(error = %error, units = done.len(), "A group of writes could not be committed");
        sqlx::query("rollback").execute(&mut *connection).await.ok();
    }
    let why = outcome.err().map(|error| error.to_string());
    for finish in done {
        finish(why.clone().map_or(Ok(()), |why| Err(sqlx::Error::Protocol(why))));
    }
}

/// Runs one unit in its SAVEPOINT. `Err` means that the whole transaction is lost.
async fn run_unit(connection: &mut SqliteConnection, unit: Unit) -> Result<Finish, sqlx::Error> {
    sqlx::query("savepoint unit").execute(&mut *connection).await?;
    match (unit.work)(connection).await {
        Ok(finish) => {
            sqlx::query("release unit").execute(&mut *connection).await?;
            Ok(finish)
        }
        Err(finish) => {
            let undone = async {
                sqlx::query("rollback to unit").execute(&mut *connection).await?;
                sqlx::query("release unit").execute(&mut *connection).await
            };
            let undone = undone.await;
            finish(Ok(()));
            // A full disk makes SQLite roll back everything by itself; then the savepoint is gone as well.
            undone.map(|_| Box::new(|_| ()) as Finish)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn put(db: &Db, name: &'static str, fail: bool) -> Result<(), sqlx::Error> {
        db.write(move |connection| {
            Box::pin(async move {
                sqlx::query("insert into settings (name, value) values (?, 'x')").bind(name).execute(connection).await?;
                if fail { Err(sqlx::Error::RowNotFound) } else { Ok(()) }
            })
        })
        .await
    }

    async fn count(db: &Db) -> i64 {
        sqlx::query_scalar("select count(*) from settings where value = 'x'").fetch_one(db.read()).await.expect("counts")
    }

    #[tokio::test]
    async fn a_bad_unit_takes_no_neighbour_with_it() {
        let folder = tempfile::tempdir().expect("folder");
        let db = Db::open(&folder.path().join("t.db")).await.expect("opens");
        let (a, b, c) = tokio::join!(put(&db, "a", false), put(&db, "b", true), put(&db, "c", false));
        assert!(a.is_ok() && b.is_err() && c.is_ok());
        assert_eq!(count(&db).await, 2);
        assert!(put(&db, "a", false).await.is_err(), "a unique violation is the caller's own");
        assert_eq!(count(&db).await, 2);
    }

    #[tokio::test]
    async fn units_that_want_to_be_alone_stand_and_fall_by_themselves() {
        let folder = tempfile::tempdir().expect("folder");
        let db = Db::open(&folder.path().join("t.db")).await.expect("opens");
        let alone = |name: &'static str, fail: bool| {
            db.write_alone(move |connection| {
                Box::pin(async move {
                    sqlx::query("insert into settings (name, value) values (?, 'x')").bind(name).execute(connection).await?;
                    if fail { Err(sqlx::Error::RowNotFound) } else { Ok(()) }
                })
            })
        };
        let (a, b, c, d) = tokio::join!(put(&db, "a", false), alone("b", true), alone("c", false), put(&db, "d", true));
        assert!(a.is_ok() && b.is_err() && c.is_ok() && d.is_err());
        assert_eq!(count(&db).await, 2);
    }

    #[tokio::test]
    async fn a_panicking_unit_leaves_the_writer_alive() {
        let folder = tempfile::tempdir().expect("folder");
        let db = Db::open(&folder.path().join("t.db")).await.expect("opens");
        let lost = db.write::<(), _>(|_| Box::pin(async { panic!("on purpose") })).await;
        assert!(lost.is_err());
        put(&db, "a", false).await.expect("still writes");
    }

    #[tokio::test]
    async fn readers_cannot_write_and_a_newer_schema_is_refused() {
        let folder = tempfile::tempdir().expect("folder");
        let file = folder.path().join("t.db");
        let db = Db::open(&file).await.expect("opens");
        let mode = std::os::unix::fs::PermissionsExt::mode(&std::fs::metadata(&file).expect("there").permissions());
        assert_eq!(mode & 0o777, 0o600);
        assert!(sqlx::query("delete from settings").execute(db.read()).await.is_err());
        db.write(|connection| {
            Box::pin(async move {
                sqlx::query("insert into _sqlx_migrations (version, description, success, checksum, execution_time) values (9999, 'later', 1, x'00', 0)")
                    .execute(connection)
                    .await
                    .map(|_| ())
            })
        })
        .await
        .expect("writes");
        let refused = Db::open(&file).await.err().expect("refuses").to_string();
        assert!(refused.contains("newer wxdesk"), "{refused}");
    }
}
