//! How the running assistant is asked how it is, and told what to do: a socket of this machine, a line of JSON a question and a
//! line an answer; and a page for Prometheus and others that watch machines.
//!
//! `place` says where the socket is, `server` and `client` are its two ends, `page` is what is read over HTTP.

mod client;
mod page;
mod place;
mod server;

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::config::ListenMode;
use crate::telemetry::Snapshot;

pub use client::Client;
pub use page::Page;
pub use place::{socket, sockets};
pub use server::{Answers, Server};

/// What can be asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "ask", rename_all = "snake_case")]
pub enum Request {
    /// → [`Status`].
    Status,
    /// Read shop and configuration anew → [`Reloaded`].
    Reload,
    /// Hear who asks now, as by its key → [`Hears`].
    Listen,
    /// Listen to nothing → [`Hears`].
    Mute,
    /// Listen again → [`Hears`].
    Unmute,
    /// Log from now on at this level → the level that holds now, as text.
    Log { level: String },
}

/// What is answered: the matter, or what is wrong and what to do.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Line {
    Ok(serde_json::Value),
    Error(String),
}

/// How the assistant is. Times are seconds since 1970, UTC.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Status {
    pub version: String,
    pub process: u32,
    pub shop: ShopStatus,
    /// What is configured to be used: models by their names, devices by theirs.
    pub uses: BTreeMap<String, String>,
    pub listens: Listens,
    pub orders_today: u64,
    pub log_level: String,
    /// Changed in the configuration since the start, and in force at the next.
    pub at_next_start: Vec<String>,
    #[serde(flatten)]
    pub now: Snapshot,
}

/// When what is said is meant for it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Listens {
    pub mode: ListenMode,
    /// What wakes it, where that is asked for.
    pub phrase: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct ShopStatus {
    pub key: String,
    pub name: String,
    pub directory: PathBuf,
    /// When its description was read.
    pub read_at: u64,
}

/// What came of reading shop and configuration anew.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Reloaded {
    pub shop: String,
    /// See [`Status::at_next_start`].
    pub at_next_start: Vec<String>,
}

/// How it hears by now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hears {
    pub muted: bool,
    /// What is said now is meant for it.
    pub listening: bool,
}

#[derive(Debug, thiserror::Error)]
pub enum ControlError {
    #[error(
        "no assistant runs here: nobody listens at {}. Start it with `saycart run` or `systemctl start saycart`; where it \
         runs with another configuration, give the same --config, or --set control.socket=FILE",
        list(.0)
    )]
    NobodyThere(Vec<PathBuf>),
    #[error("{path} may not be opened: only root and the user that saycart runs as may (try `sudo saycart …`)")]
    Forbidden { path: PathBuf },
    #[error("the assistant at {path} does not answer: {source}. See its log, and `systemctl restart saycart`")]
    Mute { path: PathBuf, source: std::io::Error },
    #[error("the assistant at {path} answers in another way than this saycart asks; restart it after an upgrade")]
    Foreign { path: PathBuf },
    /// It says so itself.
    #[error("{0}")]
    Refused(String),
    #[error("{path} is the socket of another saycart that runs; give this one another with control.socket")]
    Taken { path: PathBuf },
    #[error("cannot listen at {path}: {source}. Make its directory writable, or name another with control.socket")]
    Listen { path: PathBuf, source: std::io::Error },
    #[error(
        "metrics.address `{0}` is no address with a port of this machine itself, like 127.0.0.1:9187 or [::1]:9187"
    )]
    Address(String),
    #[error("cannot serve figures at {address}: {source}. Name another as metrics.address, or end what uses it")]
    Page { address: String, source: std::io::Error },
}

fn list(paths: &[PathBuf]) -> String {
    paths.iter().map(|path| path.display().to_string()).collect::<Vec<_>>().join(" or ")
}
