//! One writer: a lock on a file beside the database. The system lets go of it when the process ends, however it ends.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use super::error::StoreError;

/// Held as long as it lives.
#[derive(Debug)]
pub(super) struct Lock {
    _file: File,
}

impl Lock {
    pub fn take(database: &Path) -> Result<Lock, StoreError> {
        let path = beside(database);
        let file = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(&path);
        let mut file = file.map_err(|error| StoreError::file(database, error))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let mut holder = String::new();
                // Who holds it is a help only: a file just made is still empty.
                let _ = file.read_to_string(&mut holder);
                return Err(StoreError::Held { path: database.into(), pid: holder.trim().parse().ok() });
            }
            Err(TryLockError::Error(error)) => return Err(StoreError::file(database, error)),
        }
        let written = file.set_len(0).and_then(|()| writeln!(file, "{}", std::process::id()));
        written.map_err(|error| StoreError::file(database, error))?;
        Ok(Lock { _file: file })
    }
}

fn beside(database: &Path) -> PathBuf {
    let mut name = database.as_os_str().to_os_string();
    name.push(".lock");
    name.into()
}
