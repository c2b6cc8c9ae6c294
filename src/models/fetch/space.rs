//! Room on the disk, looked at before it is used up.

use std::path::Path;

use super::ModelError;

/// Refuses early what would fail late.
pub fn check(dir: &Path, wants: u64) -> Result<(), ModelError> {
    match free(dir) {
        Some(free) if free < wants => Err(ModelError::TooLittleSpace { dir: dir.into(), free, wants }),
        _ => Ok(()),
    }
}

/// Bytes that this user may still write there; none where the system does not say.
pub fn free(dir: &Path) -> Option<u64> {
    let stat = rustix::fs::statvfs(dir).ok()?;
    stat.f_bavail.checked_mul(stat.f_frsize)
}
