//! Bytes on their way from a source to the disk.

use std::io::Write;

use sha2::{Digest, Sha256};

use super::store;

/// Counts and hashes what passes through.
pub struct Hashing<W> {
    out: W,
    hash: Sha256,
    pub bytes: u64,
}

impl<W: Write> Hashing<W> {
    pub fn new(out: W) -> Self {
        Hashing { out, hash: Sha256::new(), bytes: 0 }
    }

    /// Flushes; the count of bytes and the sha256 in hexadecimal.
    pub fn finish(mut self) -> std::io::Result<(u64, String)> {
        self.out.flush()?;
        Ok((self.bytes, store::hex(&self.hash.finalize())))
    }
}

impl<W: Write> Write for Hashing<W> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let n = self.out.write(bytes)?;
        self.hash.update(&bytes[..n]);
        self.bytes += n as u64;
        Ok(n)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.out.flush()
    }
}

/// Which end of a copy failed.
pub enum CopyFault {
    Read(std::io::Error),
    Write(std::io::Error),
    TooLong,
}

/// Copies to the end of `from`, at most `limit` bytes; tells `at` how far it is.
pub fn copy(
    mut from: impl std::io::Read,
    mut to: impl Write,
    limit: u64,
    at: &mut dyn FnMut(u64),
) -> Result<u64, CopyFault> {
    let mut buffer = vec![0; 1 << 16];
    let mut copied = 0;
    loop {
        let n = match from.read(&mut buffer) {
            Ok(0) => return Ok(copied),
            Ok(n) => n,
            Err(e) if e.kind() == std::io::ErrorKind::Interrupted => continue,
            Err(e) => return Err(CopyFault::Read(e)),
        };
        copied += n as u64;
        if copied > limit {
            return Err(CopyFault::TooLong);
        }
        to.write_all(&buffer[..n]).map_err(CopyFault::Write)?;
        at(copied);
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::super::{ModelError, space};
    use super::*;

    /// A disk with room for so many bytes.
    struct Disk(usize);

    impl Write for Disk {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            if self.0 == 0 {
                return Err(std::io::ErrorKind::StorageFull.into());
            }
            let fits = bytes.len().min(self.0);
            self.0 -= fits;
            Ok(fits)
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_disk_that_fills_up_half_way_is_the_disks_fault_and_not_the_sources() {
        let mut seen = 0;
        let full = copy(&[7; 300_000][..], Disk(100_000), 300_000, &mut |at| seen = at);
        let Err(CopyFault::Write(error)) = full else { panic!("the disk was full") };
        assert!((1..100_000).contains(&seen));
        let shown = ModelError::io("write", Path::new("/models/x"), error).to_string();
        assert!(shown.contains("the disk is full") && shown.contains("models_dir"), "{shown}");
    }

    #[test]
    fn a_source_that_sends_more_than_it_should_is_stopped() {
        assert!(matches!(copy(std::io::repeat(1), std::io::sink(), 1_000_000, &mut |_| {}), Err(CopyFault::TooLong)));
    }

    #[test]
    fn more_than_any_disk_has_is_refused_before_it_is_fetched() {
        let dir = tempfile::tempdir().unwrap();
        space::check(dir.path(), 1).unwrap();
        let error = space::check(dir.path(), u64::MAX / 2).unwrap_err();
        assert!(matches!(error, ModelError::TooLittleSpace { .. }));
        assert!(error.to_string().contains("Free some space"));
    }
}
