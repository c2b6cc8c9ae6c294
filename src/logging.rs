//! The log: to standard error, or to the journal with its fields where that is what standard error is. How much of it there is
//! can be changed while the program runs. What went wrong last is remembered, for who asks how it is.

use std::backtrace::Backtrace;
use std::io::IsTerminal;
use std::os::unix::fs::MetadataExt;
use std::panic::PanicHookInfo;
use std::sync::OnceLock;

use tracing::field::{Field, Visit};
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt};
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, Registry, reload};

use crate::telemetry::{self, Count};

const LEVELS: [&str; 5] = ["error", "warn", "info", "debug", "trace"];

#[derive(Debug, thiserror::Error)]
pub enum LogError {
    #[error("`{0}` is no level of the log. Say one of {list}, or a filter as in RUST_LOG, like `warn,saycart=trace`", list = LEVELS.join(", "))]
    Level(String),
    #[error("this program's log cannot be changed; restart it with RUST_LOG set")]
    Fixed,
}

static FILTER: OnceLock<reload::Handle<EnvFilter, Registry>> = OnceLock::new();

/// Begin to log. `RUST_LOG` overrides how verbose the command line wants it.
pub fn init(verbose: u8) {
    let level = ["warn,saycart=info", "info,saycart=debug", "debug"][usize::from(verbose.min(2))];
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| level.into());
    let (filter, handle) = reload::Layer::new(filter);
    let registry = tracing_subscriber::registry().with(filter).with(Remembers);
    let journal = is_journal().then(tracing_journald::layer).and_then(Result::ok);
    let told = match journal {
        Some(journal) => registry.with(journal.with_syslog_identifier("saycart".into())).try_init(),
        None => {
            let lines = tracing_subscriber::fmt::layer()
                .with_writer(std::io::stderr)
                .with_ansi(std::io::stderr().is_terminal())
                .with_target(false);
            registry.with(lines).try_init()
        }
    };
    if told.is_ok() {
        let _ = FILTER.set(handle);
    }
    std::panic::set_hook(Box::new(tell));
}

/// A panic stands in the log like any other error, by its place alone: a text that was being cut stands in its message.
fn tell(panic: &PanicHookInfo<'_>) {
    let (thread, place) = (std::thread::current(), panic.location().map(ToString::to_string));
    let (thread, place) = (thread.name().unwrap_or("without a name"), place.unwrap_or_default());
    tracing::error!("a fault in saycart, please report it: the thread `{thread}` panicked at {place}");
    tracing::debug!("{panic}\n{}", Backtrace::force_capture());
}

/// Log from now on at this level: one of five words, or a filter as in `RUST_LOG`. Returns what holds.
pub fn set(level: &str) -> Result<String, LogError> {
    let level = level.trim();
    let is_word = !level.contains(['=', ',']);
    let wanted = match LEVELS.iter().find(|known| level.eq_ignore_ascii_case(known)) {
        // As loud as that for ourselves; of the libraries only what is wrong, unless everything is wanted.
        Some(&known @ ("error" | "trace")) => known.to_string(),
        Some(known) => format!("warn,saycart={known}"),
        None if is_word => return Err(LogError::Level(level.into())),
        None => level.to_string(),
    };
    let filter = EnvFilter::builder().parse(&wanted).map_err(|_| LogError::Level(level.into()))?;
    let handle = FILTER.get().ok_or(LogError::Fixed)?;
    handle.reload(filter).map_err(|_| LogError::Fixed)?;
    tracing::info!("the log is at {wanted} from now on");
    Ok(wanted)
}

/// What holds.
pub fn level() -> String {
    FILTER.get().and_then(|handle| handle.with_current(ToString::to_string).ok()).unwrap_or_default()
}

/// systemd names the stream that it connected to the journal; whoever sends it elsewhere means that.
fn is_journal() -> bool {
    let Some(named) = std::env::var("JOURNAL_STREAM").ok() else { return false };
    let Ok(standard_error) = std::fs::metadata("/proc/self/fd/2") else { return false };
    named == format!("{}:{}", standard_error.dev(), standard_error.ino())
}

/// Counts errors of ours, and keeps the last.
struct Remembers;

impl<S: Subscriber> Layer<S> for Remembers {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let about = event.metadata();
        if *about.level() == Level::ERROR && about.target().starts_with(env!("CARGO_PKG_NAME")) {
            let mut message = Message(String::new());
            event.record(&mut message);
            telemetry::count(Count::Error);
            telemetry::trouble(telemetry::Event::Error, Some(message.0));
        }
    }
}

struct Message(String);

impl Visit for Message {
    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        if field.name() == "message" {
            self.0 = format!("{value:?}");
        }
    }
}

/// What this leaves in the log as it usually is.
#[cfg(test)]
pub fn left_by(work: impl FnOnce()) -> String {
    let (mut written, to) = std::io::pipe().unwrap();
    let to = std::sync::Arc::new(to);
    let lines = tracing_subscriber::fmt().with_max_level(Level::INFO).with_ansi(false).with_writer(to);
    tracing::subscriber::with_default(lines.finish(), work);
    std::io::read_to_string(&mut written).unwrap()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_told_by_its_place_and_not_by_what_was_said() {
        std::panic::set_hook(Box::new(tell));
        let log = left_by(|| {
            let said = String::from("two lattes for Ann");
            let cut = std::panic::catch_unwind(|| said[..100].len());
            assert!(cut.is_err());
        });
        drop(std::panic::take_hook());
        assert!(log.contains("panicked at src/logging.rs") && !log.contains("Ann"), "{log}");
    }

    #[test]
    fn a_level_that_there_is_not_names_those_that_there_are() {
        let refused = set("loud").unwrap_err().to_string();
        assert!(refused.contains("`loud`") && refused.contains("debug"), "{refused}");
        assert!(set("saycart=shouting").is_err());
    }

    #[test]
    fn what_goes_wrong_is_remembered_and_what_goes_well_is_not() {
        let subscriber = tracing_subscriber::registry().with(Remembers);
        tracing::subscriber::with_default(subscriber, || {
            tracing::error!("the kettle is broken");
            tracing::info!("the kettle is hot");
        });
        let now = telemetry::snapshot();
        assert_eq!(now.last_error.unwrap().text, "the kettle is broken");
        assert!(now.counts["errors"] >= 1);
    }
}
