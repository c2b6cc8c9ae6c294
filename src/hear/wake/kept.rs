//! What was learnt of a phrase, kept on disk: a file a phrase and the voices that taught it.

use std::io;
use std::path::PathBuf;

use sha2::{Digest, Sha256};

use super::judge::Judge;

/// Raise it when the same voices come to teach otherwise.
const FORMAT: u8 = 1;

/// A directory of judges.
pub struct Kept {
    dir: PathBuf,
}

impl Kept {
    pub fn new(dir: PathBuf) -> Kept {
        Kept { dir }
    }

    /// `taught_by` tells the voices and what they said from all others.
    fn path(&self, phrase: &str, taught_by: &str) -> PathBuf {
        let mut hash = Sha256::new();
        hash.update([FORMAT]);
        hash.update(phrase);
        hash.update([0]);
        hash.update(taught_by);
        let hex: String = hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
        self.dir.join(format!("{hex}.json"))
    }

    /// What was learnt, if it is there and whole.
    pub fn find(&self, phrase: &str, taught_by: &str) -> Option<Judge> {
        let path = self.path(phrase, taught_by);
        let bytes = std::fs::read(&path).ok()?;
        let judge: Option<Judge> = serde_json::from_slice(&bytes).ok().filter(Judge::is_whole);
        if judge.is_none() {
            tracing::warn!("what was learnt of the wake phrase is damaged and is learnt anew: {}", path.display());
        }
        judge
    }

    pub fn keep(&self, phrase: &str, taught_by: &str, judge: &Judge) -> io::Result<()> {
        std::fs::create_dir_all(&self.dir)?;
        let file = tempfile::NamedTempFile::new_in(&self.dir)?;
        serde_json::to_writer(io::BufWriter::new(file.as_file()), judge)?;
        file.persist(self.path(phrase, taught_by))?;
        Ok(())
    }
}
