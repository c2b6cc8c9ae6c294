//! What can be wrong with a model, and what to do about it.

use std::path::{Path, PathBuf};

use super::runtime::RuntimeError;

/// A model that cannot be used or fetched.
#[derive(Debug, thiserror::Error)]
pub enum ModelError {
    #[error("there is no model `{name}`{}. `saycart models list` shows those there are.", near.as_ref().map(|n| format!("; did you mean `{n}`?")).unwrap_or_default())]
    Unknown { name: String, near: Option<String> },
    #[error("the model `{name}` has no file `{role}`")]
    NoSuchFile { name: String, role: String },
    #[error("the model `{name}` has no file for this processor ({arch}). Choose another model, or another machine.", arch = std::env::consts::ARCH)]
    NoFileHere { name: String },
    #[error("the model `{name}` is not there ({path} is missing): run `saycart models fetch {name}`")]
    Missing { name: String, path: PathBuf },
    #[error(
        "the model `{name}` is broken: {path} has {has} bytes and should have {wants}. Run `saycart models fetch {name}` to get it anew."
    )]
    Truncated { name: String, path: PathBuf, has: u64, wants: u64 },
    #[error(
        "the model `{name}` is broken: the contents of {path} are not what its author published. Run `saycart models fetch {name}` to get it anew."
    )]
    Corrupt { name: String, path: PathBuf },
    #[error("could not fetch {what}:\n{}\nWhat has arrived is kept: run the same command again once this is mended.", tried.iter().map(|t| format!("  - {t}")).collect::<Vec<_>>().join("\n"))]
    NoSource { what: String, tried: Vec<String> },
    #[error("the disk is full: {dir} has {} free and {} more are needed. Free some space, or set `models_dir` in the configuration to a place with more.", human(*free), human(*wants))]
    TooLittleSpace { dir: PathBuf, free: u64, wants: u64 },
    #[error(
        "the disk is full: writing {path} failed. Free some space, or set `models_dir` in the configuration to a place with more; then run the same command again."
    )]
    DiskFull { path: PathBuf },
    #[error("cannot {doing} {path}: {source}. Check that the directory exists and may be written.")]
    Io { doing: &'static str, path: PathBuf, source: std::io::Error },
    #[error(
        "could not make `{name}` from its weights: {why}. This build and the published weights do not fit: please report it."
    )]
    Making { name: String, why: String },
    #[error(transparent)]
    Runtime(#[from] RuntimeError),
}

impl ModelError {
    /// An I/O error with its place; a full disk gets its own words.
    pub(super) fn io(doing: &'static str, path: &Path, source: std::io::Error) -> ModelError {
        use std::io::ErrorKind::{QuotaExceeded, StorageFull};
        match source.kind() {
            StorageFull | QuotaExceeded => ModelError::DiskFull { path: path.into() },
            _ => ModelError::Io { doing, path: path.into(), source },
        }
    }
}

/// Bytes for people: `77.7 MB`.
pub fn human(bytes: u64) -> String {
    match bytes {
        0..1_000 => format!("{bytes} B"),
        1_000..1_000_000 => format!("{:.1} kB", bytes as f64 / 1e3),
        1_000_000..1_000_000_000 => format!("{:.1} MB", bytes as f64 / 1e6),
        _ => format!("{:.1} GB", bytes as f64 / 1e9),
    }
}
