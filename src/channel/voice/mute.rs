//! Muted is muted, also after a restart or a power cut: while it is, a file stands beside the database.

use std::fs::File;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// The mark that it is muted.
#[derive(Debug)]
pub struct Mute(PathBuf);

impl Mute {
    /// The mark is this file.
    pub fn at(file: PathBuf) -> Mute {
        Mute(file)
    }

    /// Whether it was muted last. Where nobody can tell it was: who was muted must not be heard.
    pub fn is_set(&self) -> bool {
        self.0.try_exists().unwrap_or(true)
    }

    /// From now on it is, or is not; on the disk when this returns.
    pub(super) fn set(&self, muted: bool) {
        if let Err(error) = self.write(muted) {
            let (path, will) = (self.0.display(), if muted { "hear again" } else { "be muted" });
            tracing::error!(
                "that cannot be remembered in {path}: {error}. After a restart it will {will}; make room, or give that \
                 directory to the user that runs saycart"
            );
        }
    }

    fn write(&self, muted: bool) -> std::io::Result<()> {
        if muted {
            File::create(&self.0)?;
        } else {
            match std::fs::remove_file(&self.0) {
                Err(error) if error.kind() == ErrorKind::NotFound => {}
                removed => removed?,
            }
        }
        let directory = self.0.parent().filter(|directory| !directory.as_os_str().is_empty());
        File::open(directory.unwrap_or(Path::new(".")))?.sync_all()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_stands_until_it_is_taken_away_however_often_it_was_set() {
        let place = tempfile::tempdir().unwrap();
        let mute = Mute::at(place.path().join("muted"));
        assert!(!mute.is_set());
        mute.set(true);
        mute.set(true);
        assert!(Mute::at(place.path().join("muted")).is_set());
        mute.set(false);
        mute.set(false);
        assert!(!mute.is_set());
    }

    #[test]
    fn what_cannot_be_remembered_stops_nothing() {
        Mute::at("/proc/nowhere/muted".into()).set(true);
    }
}
