//! `saycart status`: how the running assistant is.

use std::fmt::Write;

use super::*;
use crate::config::ListenMode;
use crate::control::Status;
use crate::service::{Clock, SystemClock};
use crate::telemetry::Kept;

#[derive(Debug, Args)]
pub struct StatusArgs {
    /// Print one JSON object
    #[arg(long)]
    pub json: bool,
}

pub fn run(sockets: &[PathBuf], args: &StatusArgs) -> Result<(), CliError> {
    let status = ask(&mut Client::connect(sockets).map_err(CliError::new)?)?;
    if args.json {
        return print::line(serde_json::to_string(&status).map_err(CliError::new)?);
    }
    print::text(page(&status, ahead_of_utc()) + &times(&status))
}

pub fn ask(client: &mut Client) -> Result<Status, CliError> {
    client.ask(&Request::Status).map_err(CliError::new)
}

/// Seconds that the clocks on the wall are ahead of UTC.
pub fn ahead_of_utc() -> i64 {
    let clock = SystemClock::new();
    (clock.local() - clock.now()).div_euclid(1_000)
}

/// As a person reads it, without the times of the stages. `ahead`: see [`ahead_of_utc`].
pub fn page(status: &Status, ahead: i64) -> String {
    let now = &status.now;
    let mut rows: Vec<(&str, String)> = vec![
        ("saycart", format!("{}, process {}", status.version, status.process)),
        ("since", format!("{} ({})", moment(now.started, ahead), lasted(now.now.saturating_sub(now.started)))),
        ("shop", shop_of(status, ahead)),
        ("state", format!("{}{}", now.doing.name(), if now.ready { "" } else { ", not ready" })),
    ];
    if !now.stuck.is_empty() {
        rows.push(("stuck", now.stuck.join(", ")));
    }
    rows.push(("listens", listens(status)));
    rows.extend(status.uses.iter().map(|(role, name)| (role.as_str(), format!("{name}{}", condition(status, role)))));
    let (orders, waiting) = (status.orders_today, now.waiting);
    rows.push(("today", shop::count(orders as usize, "order", "orders")));
    rows.push(("outbox", if waiting == 0 { "nothing waits".into() } else { format!("{waiting} wait") }));
    rows.push(("log", status.log_level.clone()));
    if !status.at_next_start.is_empty() {
        rows.push(("next start", status.at_next_start.join(", ")));
    }
    let kept = |kept: &Option<Kept>| kept.as_ref().map(|Kept { at, text }| format!("{}: {text}", moment(*at, ahead)));
    rows.extend(kept(&now.refused).map(|why| ("refused", why)));
    rows.push(("last error", kept(&now.last_error).unwrap_or_else(|| "none".into())));
    let width = rows.iter().map(|(name, _)| name.len()).max().unwrap_or(0);
    let mut page = String::new();
    for (name, text) in rows {
        let text = text.replace('\n', &format!("\n{:width$}  ", ""));
        let _ = writeln!(page, "{name:width$}  {text}");
    }
    page
}

fn shop_of(status: &Status, ahead: i64) -> String {
    let shop = &status.shop;
    format!("{} ({}), read {}", shop.name, shop.directory.display(), moment(shop.read_at, ahead))
}

/// When what is said is meant for it.
fn listens(status: &Status) -> String {
    let when = match (status.listens.mode, &status.listens.phrase) {
        (ListenMode::Open, _) => "open: all that is said".to_string(),
        (ListenMode::Wake, phrase) => format!("wake: after \"{}\"", phrase.as_deref().unwrap_or_default()),
        (ListenMode::Push, _) => "push: after its key".into(),
    };
    if status.now.muted { when + ", but MUTED" } else { when }
}

/// What is known of a model or a device besides its name.
fn condition(status: &Status, role: &str) -> &'static str {
    match (status.now.models.get(role), status.now.devices.get(role)) {
        (Some(false), _) => ", loading",
        (_, Some(false)) => ", GONE",
        _ => "",
    }
}

/// The stages that were measured, below an empty line.
fn times(status: &Status) -> String {
    let mut table = String::new();
    if status.now.stages.is_empty() {
        return table;
    }
    let _ = writeln!(table, "\n{:14}{:>8}{:>10}{:>10}", "STAGE", "TIMES", "P50 ms", "P95 ms");
    for (stage, of) in &status.now.stages {
        let _ = writeln!(table, "{stage:14}{:>8}{:>10.0}{:>10.0}", of.count, of.p50_ms, of.p95_ms);
    }
    table
}

fn moment(at: u64, ahead: i64) -> String {
    use time::macros::format_description;
    let local = i64::try_from(at).unwrap_or(i64::MAX).saturating_add(ahead);
    let when = time::OffsetDateTime::from_unix_timestamp(local).ok();
    let format = format_description!("[year]-[month]-[day] [hour]:[minute]:[second]");
    when.and_then(|when| when.format(&format).ok()).unwrap_or_else(|| at.to_string())
}

pub fn lasted(seconds: u64) -> String {
    match (seconds / 86_400, seconds / 3_600 % 24, seconds / 60 % 60) {
        (0, 0, 0) => format!("{seconds} s"),
        (0, 0, minutes) => format!("{minutes} min"),
        (0, hours, minutes) => format!("{hours} h {minutes} min"),
        (days, hours, _) => format!("{days} d {hours} h"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::control::Listens;
    use crate::telemetry::{Doing, Snapshot, Summary};

    #[test]
    fn a_page_says_what_is_wrong_and_since_when() {
        let refused = Kept { at: 1_800_000_300, text: "shop.toml:3: no price\nmend it".into() };
        let now = Snapshot {
            started: 1_800_000_000,
            now: 1_800_008_040,
            doing: Doing::Speaking,
            muted: true,
            devices: [("microphone".to_string(), false)].into(),
            models: [("voice".to_string(), false)].into(),
            refused: Some(refused),
            waiting: 2,
            stages: [("stt".to_string(), Summary { count: 3, p50_ms: 431.2, p95_ms: 890.0 })].into(),
            ..Snapshot::default()
        };
        let uses = [("microphone", "default"), ("voice", "joe")].map(|(a, b)| (a.to_string(), b.to_string()));
        let listens = Listens { mode: ListenMode::Wake, phrase: Some("hey barista".into()) };
        let status = Status { now, listens, uses: uses.into(), orders_today: 1, ..Status::default() };
        let page = page(&status, 3_600) + &times(&status);
        for expected in [
            "since       2027-01-15 09:00:00 (2 h 14 min)",
            "state       speaking, not ready",
            "listens     wake: after \"hey barista\", but MUTED",
            "microphone  default, GONE",
            "voice       joe, loading",
            "today       1 order",
            "outbox      2 wait",
            "refused     2027-01-15 09:05:00: shop.toml:3: no price\n            mend it",
            "last error  none",
            "stt                  3       431       890",
        ] {
            assert!(page.contains(expected), "{expected:?} in:\n{page}");
        }
    }
}
