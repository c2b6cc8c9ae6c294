//! What can be wrong with the database, and what to do about each.

use std::path::{Path, PathBuf};

use rusqlite::ffi::ErrorCode;

#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    #[error("there is no database {path} yet; `saycart chat` or `saycart run` makes it with the first conversation")]
    Missing { path: PathBuf },
    #[error(
        "cannot make the directory {path} for the database: {source}. Make it, or name another file with --database"
    )]
    Directory { path: PathBuf, source: std::io::Error },
    #[error(
        "the database {path} is of version {found}, written by a newer saycart; this one knows up to {known}. Update saycart, or name another file with --database"
    )]
    Newer { path: PathBuf, found: i64, known: i64 },
    #[error(
        "the database {path} or its directory cannot be written. Give the user that runs saycart write access to both, or name another file with --database"
    )]
    ReadOnly { path: PathBuf },
    #[error("the database {path} may not be opened. Give the user that runs saycart read and write access to it")]
    Permission { path: PathBuf },
    #[error(
        "the database {path} is in use by another saycart{}; there can be only one. Stop that one, or name another file with --database", holder(*.pid)
    )]
    Held { path: PathBuf, pid: Option<u32> },
    #[error("another program has locked the database {path}. Close it (an sqlite3 shell, a backup) and try again")]
    Busy { path: PathBuf },
    #[error("{path} is not a saycart database{}. Name another file with --database, or move this one away", if *.foreign { " but another program's" } else { "" })]
    NotADatabase { path: PathBuf, foreign: bool },
    #[error(
        "the database {path} is damaged ({detail}). With a copy that `saycart backup` made it is mended at start; without one move it away and start again, or try `sqlite3 {path} .recover`. A failing card or disk is the usual cause"
    )]
    Corrupt { path: PathBuf, detail: String },
    #[error("the disk is full: {path} cannot grow. Free some space; nothing already saved is lost")]
    Full { path: PathBuf },
    #[error("reading or writing {path} failed ({detail}). Check the disk and its free space")]
    Io { path: PathBuf, detail: String },
    #[error("conversation {conversation} has {turns} turns, so the next is {}, not {asked}; load the conversation again", .turns + 1)]
    WrongTurn { conversation: i64, turns: u32, asked: u32 },
    #[error("there is no conversation {0} in the database; begin a new one")]
    NoConversation(i64),
    #[error("the idempotency key `{0}` belongs to another conversation; make keys that are never used twice")]
    KeyReused(String),
    #[error("there is no order {0}; `saycart orders list` prints those that there are")]
    NoOrder(i64),
    #[error("something of this order has been sold meanwhile; look at the stock again")]
    SoldMeanwhile,
    #[error("the account has not so much on it any more; look at it again")]
    SpentMeanwhile,
    #[error("this code stands for another account already; choose another")]
    CodeTaken,
    #[error("there is no account {0}; `saycart accounts list` prints those that there are")]
    NoAccount(i64),
    #[error("there is no payment {0}; `saycart payments list` prints those that there are")]
    NoPayment(String),
    #[error("nothing of order {0} waits to be paid at the counter; `saycart payments show {0}` says how it was paid")]
    NothingDue(i64),
    #[error(
        "nothing of order {0} is on record as paid, or all of it has been given back; see `saycart payments show {0}`"
    )]
    NothingPaid(i64),
    /// In minor units.
    #[error("of order {order} so much cannot be given back; see `saycart payments show {order}` for what is left")]
    RefundTooMuch { order: i64, asked: i64, left: i64 },
    #[error(transparent)]
    Payment(#[from] crate::commerce::payment::IllegalStep),
    #[error("there is no hand-over {0}; `saycart handovers list` prints those that there are")]
    NoHandover(i64),
    #[error(transparent)]
    Handover(#[from] crate::commerce::handover::HandoverError),
    #[error(transparent)]
    Order(#[from] crate::commerce::order::OrderError),
    #[error("the database {path} did not do as asked ({source}); this is a fault in saycart, please report it")]
    Sql { path: PathBuf, source: rusqlite::Error },
}

fn holder(pid: Option<u32>) -> String {
    pid.map(|pid| format!(" (process {pid})")).unwrap_or_default()
}

impl StoreError {
    /// Sort an error of SQLite by its code, never by its words.
    pub(super) fn sqlite(path: &Path, error: rusqlite::Error) -> StoreError {
        let path = path.to_path_buf();
        let detail = error.to_string();
        let Some(code) = error.sqlite_error_code() else {
            // A value that is there but cannot be read as what we wrote. It may be what somebody said, and is not told.
            return match error {
                rusqlite::Error::FromSqlConversionFailure(column, ..) => {
                    let detail = format!("column {column} has what nobody wrote there");
                    StoreError::Corrupt { path, detail }
                }
                rusqlite::Error::IntegralValueOutOfRange(..) | rusqlite::Error::InvalidColumnType(..) => {
                    StoreError::Corrupt { path, detail }
                }
                source => StoreError::Sql { path, source },
            };
        };
        match code {
            ErrorCode::ReadOnly => StoreError::ReadOnly { path },
            ErrorCode::PermissionDenied | ErrorCode::CannotOpen => StoreError::Permission { path },
            ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => StoreError::Busy { path },
            ErrorCode::NotADatabase => StoreError::NotADatabase { path, foreign: false },
            ErrorCode::DatabaseCorrupt => StoreError::Corrupt { path, detail },
            ErrorCode::DiskFull => StoreError::Full { path },
            ErrorCode::SystemIoFailure => StoreError::Io { path, detail },
            _ => StoreError::Sql { path, source: error },
        }
    }

    pub(super) fn file(path: &Path, error: std::io::Error) -> StoreError {
        use std::io::ErrorKind;
        let path = path.to_path_buf();
        match error.kind() {
            ErrorKind::ReadOnlyFilesystem | ErrorKind::PermissionDenied => StoreError::ReadOnly { path },
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded => StoreError::Full { path },
            _ => StoreError::Io { path, detail: error.to_string() },
        }
    }
}
