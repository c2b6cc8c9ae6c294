//! Bringing a database to this version. Migrations are only ever appended.

use std::path::Path;

use rusqlite::{Connection, TransactionBehavior};

use super::error::StoreError;

/// One file a version, in order.
const MIGRATIONS: &[&str] = &[
    include_str!("migrations/0001_first.sql"),
    include_str!("migrations/0002_service.sql"),
    include_str!("migrations/0003_needs.sql"),
    include_str!("migrations/0004_pricing.sql"),
    include_str!("migrations/0005_measures.sql"),
    include_str!("migrations/0006_stock.sql"),
    include_str!("migrations/0007_outbox.sql"),
    include_str!("migrations/0008_approval.sql"),
    include_str!("migrations/0009_payment.sql"),
    include_str!("migrations/0010_fulfilment.sql"),
    include_str!("migrations/0011_customer.sql"),
];

/// Marks the file as ours in SQLite's header: "SayC".
const APPLICATION_ID: i64 = 0x5361_7943;

pub(super) const VERSION: i64 = MIGRATIONS.len() as i64;

/// The version of the file, once it is known to be ours and not from the future. 0 is an empty file.
pub(super) fn version(connection: &Connection, path: &Path) -> Result<i64, StoreError> {
    let sqlite = |error| StoreError::sqlite(path, error);
    let pragma = |name: &str| connection.pragma_query_value(None, name, |row| row.get::<_, i64>(0)).map_err(sqlite);
    let found = pragma("user_version")?;
    let tables: i64 =
        connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0)).map_err(sqlite)?;
    if tables > 0 && pragma("application_id")? != APPLICATION_ID {
        return Err(StoreError::NotADatabase { path: path.into(), foreign: true });
    }
    if found > VERSION {
        return Err(StoreError::Newer { path: path.into(), found, known: VERSION });
    }
    Ok(found)
}

/// Each step in its own transaction, so that a kill between two leaves a whole version.
pub(super) fn migrate(connection: &mut Connection, path: &Path) -> Result<(), StoreError> {
    let sqlite = |error| StoreError::sqlite(path, error);
    let from = version(connection, path)?;
    for (next, script) in (1i64..).zip(MIGRATIONS).skip(from as usize) {
        let step = connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(sqlite)?;
        step.execute_batch(script).map_err(sqlite)?;
        step.pragma_update(None, "application_id", APPLICATION_ID).map_err(sqlite)?;
        step.pragma_update(None, "user_version", next).map_err(sqlite)?;
        step.commit().map_err(sqlite)?;
    }
    Ok(())
}
