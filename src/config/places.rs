//! Where saycart finds its files, and keeps what it makes.

use std::path::{Path, PathBuf};

/// Where saycart keeps what it makes: `$STATE_DIRECTORY` under systemd, else the XDG data directory. What root asks is asked
/// of the service, once that has a database, unless `$XDG_DATA_HOME` says otherwise.
pub fn data_dir() -> PathBuf {
    use etcetera::BaseStrategy;
    if let Some(dir) = std::env::var_os("STATE_DIRECTORY") {
        return PathBuf::from(dir);
    }
    let own = etcetera::choose_base_strategy().map(|strategy| strategy.data_dir().join("saycart")).ok();
    let asks_service = rustix::process::geteuid().is_root() && std::env::var_os("XDG_DATA_HOME").is_none();
    data_of(asks_service, Path::new(SERVICE_DATA), own)
}

/// Where the service keeps its data (`StateDirectory=saycart`).
const SERVICE_DATA: &str = "/var/lib/saycart";
pub(super) const DATABASE: &str = "saycart.db";

fn data_of(asks_service: bool, service: &Path, own: Option<PathBuf>) -> PathBuf {
    match own {
        // Before the service has a database root makes none there, for the service could not write it.
        Some(own) if !(asks_service && service.join(DATABASE).is_file()) => own,
        _ => service.to_path_buf(),
    }
}

/// Where what can be made again is kept: `$CACHE_DIRECTORY` under systemd, else the XDG cache directory.
pub fn cache_dir() -> PathBuf {
    use etcetera::BaseStrategy;
    if let Some(dir) = std::env::var_os("CACHE_DIRECTORY") {
        return PathBuf::from(dir);
    }
    etcetera::choose_base_strategy()
        .map_or_else(|_| std::env::temp_dir().join("saycart"), |strategy| strategy.cache_dir().join("saycart"))
}

pub(super) fn standard_files() -> Vec<PathBuf> {
    use etcetera::BaseStrategy;
    let mut files = vec![PathBuf::from("/etc/saycart/config.toml")];
    if let Ok(strategy) = etcetera::choose_base_strategy() {
        files.push(strategy.config_dir().join("saycart/config.toml"));
    }
    files
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn root_asks_the_service_where_it_has_a_database_and_its_own_directory_elsewhere() {
        let service = tempfile::tempdir().unwrap();
        let own = || Some(PathBuf::from("/root/.local/share/saycart"));
        assert_eq!(
            data_of(true, service.path(), own()),
            own().unwrap(),
            "nothing is made for a service that has not run"
        );
        std::fs::write(service.path().join(DATABASE), "").unwrap();
        assert_eq!(data_of(true, service.path(), own()), service.path());
        assert_eq!(data_of(false, service.path(), own()), own().unwrap());
        assert_eq!(data_of(false, service.path(), None), service.path());
    }
}
