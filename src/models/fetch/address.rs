//! A file at an address. What arrived stays in a `.part` file, and the next try asks for the rest only.

use std::path::{Path, PathBuf};
use std::time::Duration;

use ureq::http::{Response, StatusCode};

use super::{CopyFault, Fault, ModelError, Progress, Wanted, copy, store};

/// Tries in a row that bring nothing new before the address is given up.
const PATIENCE: u32 = 3;

/// Downloads to `part` until it holds the wanted bytes, and verifies them.
pub fn fetch(address: &str, wanted: Wanted, part: &Path, progress: &dyn Progress) -> Result<PathBuf, Fault> {
    let agent = agent();
    // Bytes left over from an earlier try may be wrong, and are then given up once.
    for fresh in [false, true] {
        if fresh || length(part) > wanted.bytes {
            let _ = std::fs::remove_file(part);
        }
        let resumed = length(part) > 0;
        let done = download(&agent, address, wanted, part, progress);
        progress.end();
        done?;
        let found = store::hash_file(part)?;
        if found == wanted.sha256 {
            return Ok(part.into());
        }
        let _ = std::fs::remove_file(part);
        if !resumed {
            return Err(Fault::Source(format!("the contents are not what was published (sha256 {found})")));
        }
    }
    Err(Fault::Source("the contents are not what was published".into()))
}

fn agent() -> ureq::Agent {
    ureq::Agent::config_builder()
        .timeout_resolve(Some(Duration::from_secs(10)))
        .timeout_connect(Some(Duration::from_secs(10)))
        .timeout_recv_response(Some(Duration::from_secs(30)))
        // A line that says nothing for so long is broken; one that is slow is not.
        .timeout_per_read(Some(Duration::from_secs(30)))
        .http_status_as_error(false)
        .user_agent(concat!("saycart/", env!("CARGO_PKG_VERSION")))
        .accept_encoding("identity")
        .build()
        .into()
}

fn download(
    agent: &ureq::Agent,
    address: &str,
    wanted: Wanted,
    part: &Path,
    progress: &dyn Progress,
) -> Result<(), Fault> {
    let mut in_vain = 0;
    loop {
        let before = length(part);
        if before == wanted.bytes {
            return Ok(());
        }
        let why = match request(agent, address, before, wanted, part, progress) {
            Ok(()) => "the connection was closed too early".to_string(),
            Err(Try::Again(why)) => why,
            Err(Try::Fault(fault)) => return Err(fault),
        };
        let after = length(part);
        in_vain = if after > before { 0 } else { in_vain + 1 };
        if in_vain == PATIENCE {
            return Err(Fault::Source(format!("{why}, after {after} of {} bytes", wanted.bytes)));
        }
    }
}

enum Try {
    /// May pass.
    Again(String),
    Fault(Fault),
}

fn no_connection(why: &str) -> Try {
    Try::Fault(Fault::NoConnection(format!("{why}; is there a network?")))
}

fn give_up(why: impl Into<String>) -> Try {
    Try::Fault(Fault::Source(why.into()))
}

/// One request for what is still missing; what arrives is added to `part`.
fn request(
    agent: &ureq::Agent,
    address: &str,
    have: u64,
    wanted: Wanted,
    part: &Path,
    progress: &dyn Progress,
) -> Result<(), Try> {
    let mut request = agent.get(address);
    if have > 0 {
        request = request.header("Range", format!("bytes={have}-"));
    }
    let response = request.call().map_err(|error| match error {
        ureq::Error::HostNotFound | ureq::Error::ConnectionFailed => no_connection("no connection"),
        ureq::Error::Timeout(ureq::Timeout::Connect | ureq::Timeout::Resolve) => no_connection("no answer"),
        ureq::Error::Io(e) if may_pass(e.kind()) => Try::Again(e.to_string()),
        ureq::Error::Io(e) => no_connection(&e.to_string()),
        ureq::Error::Timeout(which) => Try::Again(format!("no answer in time ({which})")),
        other => give_up(other.to_string()),
    })?;
    let start = match response.status() {
        StatusCode::OK => 0,
        StatusCode::PARTIAL_CONTENT if range_start(&response) == Some(have) => have,
        // Our part and the server's file do not fit together: start anew.
        StatusCode::PARTIAL_CONTENT | StatusCode::RANGE_NOT_SATISFIABLE => {
            let _ = std::fs::remove_file(part);
            return Err(Try::Again("the server does not continue where we stopped".into()));
        }
        status if status.is_server_error() => return Err(Try::Again(format!("the server says {status}"))),
        status => return Err(give_up(format!("the server says {status}"))),
    };
    let offered = response.body().content_length().map(|rest| start + rest);
    if let Some(offered) = offered.filter(|offered| *offered != wanted.bytes) {
        return Err(give_up(format!("it offers {offered} bytes, and {} were published", wanted.bytes)));
    }
    let failed = |e| Try::Fault(Fault::Here(ModelError::io("write", part, e)));
    let mut file = match start {
        0 => std::fs::File::create(part),
        _ => std::fs::File::options().append(true).open(part),
    }
    .map_err(failed)?;
    let mut at = |copied| progress.at(start + copied, wanted.bytes);
    match copy(response.into_body().into_reader(), &mut file, wanted.bytes - start, &mut at) {
        Ok(_) => file.sync_all().map_err(failed),
        Err(CopyFault::Write(e)) => Err(failed(e)),
        Err(CopyFault::Read(e)) => Err(Try::Again(format!("the connection broke: {e}"))),
        Err(CopyFault::TooLong) => Err(give_up(format!("it sends more than the {} bytes published", wanted.bytes))),
    }
}

/// A connection that stood and broke; one that could not be made will not be better the next second.
fn may_pass(kind: std::io::ErrorKind) -> bool {
    use std::io::ErrorKind::{BrokenPipe, ConnectionAborted, ConnectionReset, TimedOut, UnexpectedEof};
    matches!(kind, BrokenPipe | ConnectionAborted | ConnectionReset | TimedOut | UnexpectedEof)
}

/// The first byte's place in a partial answer: `Content-Range: bytes 100-199/200`.
fn range_start<B>(response: &Response<B>) -> Option<u64> {
    let range = response.headers().get("content-range")?.to_str().ok()?;
    range.strip_prefix("bytes ")?.split('-').next()?.parse().ok()
}

fn length(path: &Path) -> u64 {
    std::fs::metadata(path).map_or(0, |meta| meta.len())
}
