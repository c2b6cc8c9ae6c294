//! Where the socket is.

use std::path::PathBuf;

use crate::config::{Config, data_dir};

const NAME: &str = "control.sock";
/// Where the service unit's daemon has it.
const SERVICE: &str = "/run/saycart";

/// Where the daemon listens: where the configuration says, else in `$RUNTIME_DIRECTORY` under systemd, else in the user's own
/// directory for that, else where the rest is kept.
pub fn socket(config: &Config) -> PathBuf {
    let named = &config.values.control.socket;
    if named.as_os_str().is_empty() { runtime_dir().join(NAME) } else { named.clone() }
}

/// Where a daemon may be found, likeliest first. A configuration that cannot be read (`None`) is no reason not to find it.
pub fn sockets(config: Option<&Config>) -> Vec<PathBuf> {
    let named = config.map(|config| &config.values.control.socket).filter(|named| !named.as_os_str().is_empty());
    if let Some(named) = named {
        return vec![named.clone()];
    }
    let mut all: Vec<PathBuf> = [runtime_dir(), SERVICE.into()].into_iter().map(|dir| dir.join(NAME)).collect();
    all.dedup();
    all
}

fn runtime_dir() -> PathBuf {
    let set = |name: &str| std::env::var_os(name).map(PathBuf::from);
    let users = || set("XDG_RUNTIME_DIR").map(|dir| dir.join("saycart"));
    set("RUNTIME_DIRECTORY").or_else(users).unwrap_or_else(data_dir)
}
