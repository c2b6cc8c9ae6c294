//! What outlives the process, in SQLite: conversations with their turns and carts, and the orders placed.
//!
//! One call is one transaction. A turn's cart, its record, the dialogue's state and the order it places are committed
//! together ([`Store::commit_turn`]), before anything is said; after a kill at any moment [`Store::conversation`] gives
//! back what was last committed. One process writes at a time; others may read.
//! Blocking: to be owned by a thread of its own.

mod accounts;
pub mod backup;
mod conversation;
mod error;
mod handovers;
mod lines;
mod lock;
mod migrate;
mod orders;
mod outbox;
mod paying;
mod payments;
mod put_aside;
mod queue;
mod refunds;
mod settling;
mod stock;
#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, OpenFlags, OptionalExtension};

pub use accounts::NewAccount;
pub use conversation::{Committed, ConversationId, Place, Saved, TurnCommit};
pub use error::StoreError;
pub use handovers::{NewHandover, SaidTurn};
pub use lines::Lost;
pub use orders::{OrderRef, PlacedAt, StoredOrder};
pub use outbox::{NewParcel, ParcelState, StoredParcel};
pub use paying::{OpenPayment, Unanswered};
pub use payments::{NewPayment, StoredPayment};
pub use put_aside::{Aside, Which};
pub use refunds::{RefundStatus, StoredRefund};
pub use settling::{Ending, Settling};
pub use stock::{FOR_EVER, StockChange, StockKey, StockLevel, Takes};

use std::collections::HashMap;

use crate::commerce::cart::Cart;

/// How long a commit waits for a stranger (a backup, an sqlite3 shell) that has locked the file.
const PATIENCE: Duration = Duration::from_secs(2);

/// What is due; or when something is, in milliseconds since 1970, UTC, where anything waits.
pub type Due<T> = Result<T, Option<i64>>;

#[derive(Debug)]
pub struct Store {
    connection: Connection,
    path: PathBuf,
    /// Carts as they stand in the database, so that turns that only talk do not write them again.
    written: HashMap<ConversationId, Cart>,
    // Last, so that the database is closed before another may open it.
    _lock: Option<lock::Lock>,
}

impl Store {
    /// Open for writing, as the only writer. Makes the file, and its directory, where there is none; brings an older
    /// database to this version.
    pub fn open(path: &Path) -> Result<Store, StoreError> {
        if let Some(directory) = path.parent().filter(|directory| !directory.as_os_str().is_empty()) {
            make_private(directory).map_err(|source| StoreError::Directory { path: directory.into(), source })?;
        }
        let lock = lock::Lock::take(path)?;
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE;
        let mut store = Store::on(connect(path, flags)?, path, Some(lock))?;
        // SQLite opens a file that it may not write without complaint, and fails at the first commit.
        if store.connection.is_readonly("main").map_err(|error| StoreError::sqlite(path, error))? {
            return Err(StoreError::ReadOnly { path: path.into() });
        }
        migrate::version(&store.connection, path)?;
        store.pragma("journal_mode", "WAL")?;
        migrate::migrate(&mut store.connection, path)?;
        Ok(store)
    }

    /// Open for reading, beside a writer or without one; never waits for it and never changes a database of this version.
    pub fn open_for_reading(path: &Path) -> Result<Store, StoreError> {
        if !path.exists() {
            return Err(StoreError::Missing { path: path.into() });
        }
        let plain = OpenFlags::SQLITE_OPEN_READ_WRITE;
        let opened = connect(path, plain).and_then(|connection| Ok((migrate::version(&connection, path)?, connection)));
        let (version, connection) = match opened {
            // SQLite wants to write beside the file even to read it. On a disk that cannot be written nobody else does
            // either, so what lies there is whole, unless a writer died on it.
            Err(StoreError::Permission { .. } | StoreError::ReadOnly { .. }) if !leftover(path) => {
                let unchanging = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI;
                let connection = connect(Path::new(&immutable(path)), unchanging)
                    .map_err(|_| StoreError::Permission { path: path.into() })?;
                (migrate::version(&connection, path)?, connection)
            }
            opened => opened?,
        };
        if version < migrate::VERSION {
            match Store::open(path) {
                Ok(brought_up) => {
                    drop((brought_up, connection));
                    return Store::open_for_reading(path);
                }
                // A backup on a disk that cannot be written: what this version had is still read.
                Err(StoreError::ReadOnly { .. } | StoreError::Permission { .. }) => {}
                Err(error) => return Err(error),
            }
        }
        let store = Store::on(connection, path, None)?;
        store.pragma("query_only", true)?;
        Ok(store)
    }

    /// Open for the small changes that people make beside the assistant (hand-overs): each a single transaction, in a
    /// database of this version. Conversations are the one writer's alone.
    pub fn open_beside(path: &Path) -> Result<Store, StoreError> {
        // Brings an older one to this version, and says what is wrong with it.
        drop(Store::open_for_reading(path)?);
        Store::on(connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?, path, None)
    }

    /// A store that is gone with the process: for scenarios and measurements, through the same code.
    pub fn in_memory() -> Result<Store, StoreError> {
        let path = Path::new(":memory:");
        let connection = Connection::open_in_memory().map_err(|error| StoreError::sqlite(path, error))?;
        let mut store = Store::on(connection, path, None)?;
        migrate::migrate(&mut store.connection, path)?;
        Ok(store)
    }

    /// Read the whole file for damage; takes a second for some hundred megabytes. For `saycart doctor`.
    pub fn check(&self) -> Result<(), StoreError> {
        let found: Result<String, _> = self.connection.pragma_query_value(None, "quick_check", |row| row.get(0));
        match found.map_err(|error| StoreError::sqlite(&self.path, error))? {
            ok if ok == "ok" => Ok(()),
            detail => Err(StoreError::Corrupt { path: self.path.clone(), detail }),
        }
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    fn on(connection: Connection, path: &Path, lock: Option<lock::Lock>) -> Result<Store, StoreError> {
        connection.set_prepared_statement_cache_capacity(64);
        let store = Store { connection, path: path.into(), written: HashMap::new(), _lock: lock };
        store.pragma("foreign_keys", true)?;
        // A commit is on the disk before it is spoken of, also when the power goes; a few milliseconds a turn.
        store.pragma("synchronous", "FULL")?;
        Ok(store)
    }

    /// What is to be done first of what waits, once it is due; else when it will be. `sql` gives that one alone; when it is due is
    /// its column `due_at`.
    fn first_due<T>(
        &self,
        sql: &str,
        values: impl rusqlite::Params,
        read: fn(&rusqlite::Row<'_>) -> rusqlite::Result<T>,
        now: i64,
    ) -> Result<Due<T>, StoreError> {
        let first = || {
            let both = |row: &rusqlite::Row<'_>| Ok((read(row)?, row.get::<_, i64>("due_at")?));
            self.connection.prepare_cached(sql)?.query_row(values, both).optional()
        };
        Ok(match first().map_err(|error| StoreError::sqlite(&self.path, error))? {
            Some((first, at)) if at <= now => Ok(first),
            later => Err(later.map(|(_, at)| at)),
        })
    }

    fn pragma(&self, name: &str, value: impl rusqlite::ToSql) -> Result<(), StoreError> {
        self.connection.pragma_update(None, name, value).map_err(|error| StoreError::sqlite(&self.path, error))
    }
}

fn connect(path: &Path, flags: OpenFlags) -> Result<Connection, StoreError> {
    let connect = || {
        let connection = Connection::open_with_flags(path, flags | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
        connection.busy_timeout(PATIENCE)?;
        Ok(connection)
    };
    connect().map_err(|error| StoreError::sqlite(path, error))
}

/// What people say at the counter is nobody else's to read.
fn make_private(directory: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(directory)
}

/// Whether a writer's log lies beside the file: then it was not closed in order, and is not whole without it.
fn leftover(path: &Path) -> bool {
    let mut log = path.as_os_str().to_os_string();
    log.push("-wal");
    Path::new(&log).exists()
}

fn immutable(path: &Path) -> String {
    let escaped = path.display().to_string().replace('%', "%25").replace('?', "%3f").replace('#', "%23");
    format!("file:{escaped}?immutable=1")
}
