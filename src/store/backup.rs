//! Copies of the database, and what is done with them when it is damaged. A copy is made while the shop serves, read whole
//! before it counts as one, and moved into place in one step. A damaged database is set aside, never thrown away.

use std::fs::File;
use std::path::{Path, PathBuf};

use rusqlite::{Connection, OpenFlags};

use super::error::StoreError;
use super::lock::Lock;
use super::{Store, accounts, connect, leftover, make_private, migrate};

/// A copy that was read whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Backup {
    pub path: PathBuf,
    pub bytes: u64,
    pub orders: u32,
    /// Older ones that went for it.
    pub removed: Vec<PathBuf>,
}

/// What became of a damaged database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Restored {
    /// What is wrong with it.
    pub damage: String,
    pub set_aside: PathBuf,
    /// The copy that is served from now.
    pub backup: PathBuf,
    /// Gift cards and accounts that nothing can be paid with until the owner has looked: what was spent of them since is not in
    /// the copy.
    pub blocked: usize,
}

/// Up to this many bytes a database is read whole at every start; that takes a tenth of a second.
const READ_AT_ONCE: u64 = 50_000_000;

/// Write a copy beside others in `directory`, and let all but the newest `keep` go. `now`: milliseconds since 1970, UTC.
///
/// # Errors
/// Where there is no database; where it is damaged, so that no good copy can be made of it; where the directory cannot be
/// written or is full. Then nothing has been removed.
pub fn back_up(database: &Path, directory: &Path, keep: usize, now: i64) -> Result<Backup, StoreError> {
    // Says what is wrong with it, and brings an older one to this version.
    drop(Store::open_for_reading(database)?);
    make_private(directory).map_err(|source| StoreError::Directory { path: directory.into(), source })?;
    let path = directory.join(format!("{}{}.db", prefix(database), stamp(now)));
    let unfinished = directory.join(format!(".{}-{}", prefix(database), std::process::id()));
    let made = copy_and_read(database, &unfinished).and_then(|orders| {
        std::fs::rename(&unfinished, &path).map_err(|error| StoreError::file(&path, error))?;
        sync_directory(directory);
        let bytes = std::fs::metadata(&path).map_err(|error| StoreError::file(&path, error))?.len();
        Ok((orders, bytes))
    });
    let (orders, bytes) = made.inspect_err(|_| drop(std::fs::remove_file(&unfinished)))?;
    let removed = backups(database, directory).into_iter().skip(keep.max(1));
    let removed = removed.filter(|old| std::fs::remove_file(old).is_ok()).collect();
    Ok(Backup { path, bytes, orders, removed })
}

/// The newest first.
pub fn backups(database: &Path, directory: &Path) -> Vec<PathBuf> {
    let prefix = prefix(database);
    let is_one = |path: &PathBuf| {
        let name = path.file_name().and_then(|name| name.to_str());
        let stamp = name.and_then(|name| name.strip_prefix(&prefix)?.strip_suffix(".db"));
        stamp.is_some_and(|stamp| stamp.len() == STAMP && stamp.bytes().all(|b| b.is_ascii_digit() || b == b'-'))
    };
    let entries = std::fs::read_dir(directory).into_iter().flatten();
    let mut found: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).filter(is_one).collect();
    found.sort_by(|a, b| b.cmp(a));
    found
}

/// At start: where the database is damaged, set it aside and put the newest good backup in its place. A large one that was
/// closed in order is not read whole here, for that takes its time: see [`Store::suspect`]. `None`: nothing is wrong with it.
///
/// # Errors
/// Where it is damaged and no backup is good: then all is as it was. Or another saycart has it open.
pub fn mend(database: &Path, directory: &Path, now: i64) -> Result<Option<Restored>, StoreError> {
    let Ok(found) = std::fs::metadata(database) else { return Ok(None) };
    let suspected = suspicion(database).exists();
    if is_large(database) && !leftover(database) && !suspected {
        return Ok(None);
    }
    let lock = Lock::take(database)?;
    let damage = match read_whole(database) {
        // An empty file is a new database, unless there was more before.
        Ok(_) if found.len() > 0 || backups(database, directory).is_empty() => None,
        Ok(_) => Some(StoreError::Corrupt { path: database.into(), detail: "it is empty".into() }),
        Err(error @ (StoreError::Corrupt { .. } | StoreError::NotADatabase { foreign: false, .. })) => Some(error),
        // Nothing that a backup could mend: opening it says what it is.
        Err(_) => None,
    };
    let mended = damage.map(|damage| replace(database, directory, damage, now)).transpose()?;
    drop(lock);
    if suspected {
        std::fs::remove_file(suspicion(database)).map_err(|error| StoreError::file(database, error))?;
    }
    Ok(mended)
}

/// Too large to be read whole while somebody waits.
pub fn is_large(database: &Path) -> bool {
    std::fs::metadata(database).is_ok_and(|found| found.len() > READ_AT_ONCE)
}

impl Store {
    /// Read a large database whole beside who serves from it. Where it is damaged, the next start reads it whole and mends it.
    pub fn suspect(database: &Path) -> Result<(), StoreError> {
        let read = read_whole(database);
        if let Err(StoreError::Corrupt { .. }) = read {
            File::create(suspicion(database)).map_err(|error| StoreError::file(database, error))?;
        }
        read.map(|_| ())
    }
}

fn copy_and_read(database: &Path, copy: &Path) -> Result<u32, StoreError> {
    let source = connect(database, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    let into = copy.display().to_string();
    let _ = std::fs::remove_file(copy);
    source.execute("VACUUM INTO ?1", [&into]).map_err(|error| match StoreError::sqlite(database, error) {
        StoreError::Full { .. } => StoreError::Full { path: copy.into() },
        other => other,
    })?;
    private(copy).and_then(|()| File::open(copy)?.sync_all()).map_err(|error| StoreError::file(copy, error))?;
    read_whole(copy)
}

/// Every page and every row; the number of orders.
fn read_whole(path: &Path) -> Result<u32, StoreError> {
    let sqlite = |error| StoreError::sqlite(path, error);
    let connection = connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    let version = migrate::version(&connection, path)?;
    let said: String = connection.query_row("PRAGMA integrity_check(1)", [], |row| row.get(0)).map_err(sqlite)?;
    if said != "ok" {
        return Err(StoreError::Corrupt { path: path.into(), detail: said });
    }
    if version == 0 {
        return Ok(0);
    }
    let orphans = orphans(&connection).map_err(sqlite)?;
    if let Some(table) = orphans {
        let detail = format!("rows of {table} belong to nothing");
        return Err(StoreError::Corrupt { path: path.into(), detail });
    }
    connection.query_row("SELECT count(*) FROM orders", [], |row| row.get(0)).map_err(sqlite)
}

fn orphans(connection: &Connection) -> rusqlite::Result<Option<String>> {
    let mut check = connection.prepare("PRAGMA foreign_key_check")?;
    let mut rows = check.query([])?;
    rows.next()?.map(|row| row.get(0)).transpose()
}

/// A kill at any moment leaves either the damaged database or the restored one under its name.
fn replace(database: &Path, directory: &Path, damage: StoreError, now: i64) -> Result<Restored, StoreError> {
    let good = backups(database, directory).into_iter().find(|backup| read_whole(backup).is_ok());
    let Some(backup) = good else { return Err(damage) };
    let file = |path: &Path, work: std::io::Result<()>| work.map_err(|error| StoreError::file(path, error));
    let incoming = beside(database, ".restoring");
    let copy = || {
        std::fs::copy(&backup, &incoming)?;
        private(&incoming)?;
        File::open(&incoming)?.sync_all()
    };
    file(&incoming, copy())?;
    let blocked = block_accounts(&incoming)?;
    let set_aside = beside(database, &format!(".damaged-{}", stamp(now)));
    let keep = || std::fs::hard_link(database, &set_aside).or_else(|_| std::fs::copy(database, &set_aside).map(|_| ()));
    file(&set_aside, keep())?;
    for part in ["-wal", "-shm"] {
        let left = beside(database, part);
        if left.exists() {
            file(&left, std::fs::rename(&left, beside(&set_aside, part)))?;
        }
    }
    file(database, std::fs::rename(&incoming, database))?;
    if let Some(directory) = database.parent() {
        sync_directory(directory);
    }
    Ok(Restored { damage: damage.to_string(), set_aside, backup, blocked })
}

/// In the copy, before it is served from.
fn block_accounts(copy: &Path) -> Result<usize, StoreError> {
    let connection = connect(copy, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    let blocked = accounts::block_all(&connection).map_err(|error| StoreError::sqlite(copy, error))?;
    // Nothing may lie beside it when it is moved.
    let whole = connection.query_row("PRAGMA journal_mode = DELETE", [], |_| Ok(()));
    whole.map_err(|error| StoreError::sqlite(copy, error))?;
    drop(connection);
    File::open(copy).and_then(|file| file.sync_all()).map_err(|error| StoreError::file(copy, error))?;
    Ok(blocked)
}

/// Where it is noted that a database was seen to be damaged.
fn suspicion(database: &Path) -> PathBuf {
    beside(database, ".suspect")
}

fn beside(path: &Path, end: &str) -> PathBuf {
    let mut name = path.as_os_str().to_os_string();
    name.push(end);
    name.into()
}

fn private(path: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600))
}

/// What was renamed is there after a power cut, where the file system can promise that.
fn sync_directory(directory: &Path) {
    let directory = if directory.as_os_str().is_empty() { Path::new(".") } else { directory };
    let _ = File::open(directory).and_then(|directory| directory.sync_all());
}

/// Backups of several databases may lie in one directory.
fn prefix(database: &Path) -> String {
    let stem = database.file_stem().map(|stem| stem.to_string_lossy().into_owned());
    format!("{}-", stem.unwrap_or_default())
}

/// Digits of "20261126-033000".
const STAMP: usize = 15;

/// UTC, so that the order of names is the order of time.
fn stamp(now: i64) -> String {
    let format = time::macros::format_description!("[year][month][day]-[hour][minute][second]");
    let when = time::OffsetDateTime::from_unix_timestamp(now.div_euclid(1_000)).ok();
    when.and_then(|when| when.format(format).ok()).unwrap_or_else(|| "00000000-000000".into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::commerce::sample::shop;
    use crate::commerce::saved::Channel;
    use crate::store::Place;

    const NOW: i64 = 1_800_000_000_000;
    const HOUR: i64 = 3_600_000;

    struct House {
        _directory: tempfile::TempDir,
        database: PathBuf,
        backups: PathBuf,
    }

    /// A database with a conversation in it.
    fn house() -> House {
        let directory = tempfile::tempdir().unwrap();
        let (database, backups) = (directory.path().join("saycart.db"), directory.path().join("backups"));
        begin(&database, "first");
        House { _directory: directory, database, backups }
    }

    fn begin(database: &Path, point: &str) {
        let place = Place { shop: "corner", channel: Channel::Voice, point };
        Store::open(database).unwrap().begin(place, &shop(), NOW).unwrap();
    }

    fn conversations(database: &Path) -> u32 {
        let connection = Connection::open(database).unwrap();
        connection.query_row("SELECT count(*) FROM conversations", [], |row| row.get(0)).unwrap()
    }

    /// As a failing card leaves it.
    fn damage(path: &Path) {
        use std::os::unix::fs::FileExt;
        let length = std::fs::metadata(path).unwrap().len();
        let file = File::options().write(true).open(path).unwrap();
        // The first page says what it is; all behind it is gone.
        file.write_all_at(&vec![0xA5; usize::try_from(length - 4096).unwrap()], 4096).unwrap();
    }

    #[test]
    fn a_backup_is_made_beside_who_serves_and_the_oldest_goes() {
        let house = house();
        let serving = Store::open(&house.database).unwrap();
        let at = |n: i64| back_up(&house.database, &house.backups, 2, NOW + n * HOUR).unwrap();
        let [first, second, third] = [0, 1, 2].map(at);
        drop(serving);
        assert_eq!((first.removed.len(), second.removed.len(), &third.removed), (0, 0, &vec![first.path]));
        assert_eq!(backups(&house.database, &house.backups), [third.path.clone(), second.path]);
        assert_eq!(conversations(&third.path), 1);
        let left = std::fs::read_dir(&house.backups).unwrap().count();
        assert_eq!(left, 2, "nothing unfinished lies about");
    }

    #[test]
    fn a_damaged_database_is_set_aside_and_the_newest_good_backup_restored() {
        let house = house();
        let good = back_up(&house.database, &house.backups, 9, NOW).unwrap();
        begin(&house.database, "second");
        let spoilt = back_up(&house.database, &house.backups, 9, NOW + HOUR).unwrap();
        damage(&spoilt.path);
        damage(&house.database);
        let restored = mend(&house.database, &house.backups, NOW + 2 * HOUR).unwrap().expect("it is damaged");
        assert_eq!(restored.backup, good.path, "the newest is damaged as well");
        assert_eq!(conversations(&house.database), 1);
        assert!(restored.set_aside.exists(), "{restored:?}");
        assert_eq!(mend(&house.database, &house.backups, NOW + 2 * HOUR).unwrap(), None);
        Store::open(&house.database).unwrap().check().unwrap();
    }

    #[test]
    fn a_database_that_lost_its_head_or_all_of_it_is_damaged_too() {
        for remains in [&b"not what it was"[..], b""] {
            let house = house();
            back_up(&house.database, &house.backups, 9, NOW).unwrap();
            std::fs::write(&house.database, remains).unwrap();
            let restored = mend(&house.database, &house.backups, NOW).unwrap();
            assert!(restored.is_some() && conversations(&house.database) == 1, "{remains:?}: {restored:?}");
        }
    }

    #[test]
    fn without_a_good_backup_all_stays_as_it_is() {
        let house = house();
        damage(&house.database);
        let before = std::fs::read(&house.database).unwrap();
        let refused = mend(&house.database, &house.backups, NOW).unwrap_err();
        assert!(matches!(refused, StoreError::Corrupt { .. }), "{refused}");
        assert!(refused.to_string().contains("saycart backup"), "{refused}");
        assert_eq!(std::fs::read(&house.database).unwrap(), before);
        assert!(back_up(&house.database, &house.backups, 9, NOW).is_err(), "no copy of what is damaged");
        assert_eq!(backups(&house.database, &house.backups), [] as [PathBuf; 0]);
    }

    #[test]
    fn a_database_in_use_is_left_alone() {
        let house = house();
        let _serving = Store::open(&house.database).unwrap();
        assert!(matches!(mend(&house.database, &house.backups, NOW), Err(StoreError::Held { .. })));
    }

    #[test]
    fn damage_that_was_seen_while_serving_is_mended_at_the_next_start() {
        let house = house();
        back_up(&house.database, &house.backups, 9, NOW).unwrap();
        Store::suspect(&house.database).unwrap();
        assert!(!suspicion(&house.database).exists(), "nothing is wrong with it");
        damage(&house.database);
        assert!(Store::suspect(&house.database).is_err() && suspicion(&house.database).exists());
        assert!(mend(&house.database, &house.backups, NOW).unwrap().is_some());
        assert!(!suspicion(&house.database).exists());
    }
}
