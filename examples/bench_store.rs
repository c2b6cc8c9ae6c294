//! How long a turn's commit and a start take with many orders on record: `cargo run --release --example bench_store`.
//!
//! The orders are made by the desk once and then multiplied in the database, so that each has all that an order has. Turns
//! are held through the desk, as a channel holds them; what is timed is the commit that each reports, with everything on the
//! disk when it returns.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use clap::Parser;
use rusqlite::Connection;
use saycart::service::{Channel, Desk, Happening, Point, Setting, Staff, SystemClock, records};
use support::Failure;
use support::measure::percentile;

#[path = "../tests/support/mod.rs"]
mod support;

#[derive(Debug, Parser)]
struct Args {
    #[arg(long, default_value_t = 100_000)]
    orders: u32,
    /// Purchases that are timed, of five turns each
    #[arg(long, default_value_t = 400)]
    purchases: usize,
    #[arg(long, default_value_t = 20)]
    starts: usize,
    /// Where the database is made; a directory in memory would tell nothing of commits
    #[arg(long, default_value = "target")]
    dir: std::path::PathBuf,
}

const PURCHASE: [&str; 5] =
    ["two large lattes with oat milk and a blueberry muffin", "for here", "my name is Ann", "that's all", "yes"];

fn main() -> Result<(), Failure> {
    let args = Args::parse();
    let setting = support::cafe()?;
    let dir = tempfile::tempdir_in(&args.dir)?;
    let (database, backups) = (dir.path().join("saycart.db"), dir.path().join("backups"));
    buy(&mut open(&setting, &database)?)?;
    multiply(&database, args.orders)?;

    let mut starts = vec![];
    for _ in 0..args.starts {
        let begun = Instant::now();
        records::mend(&database, &backups, 0)?;
        drop(open(&setting, &database)?);
        starts.push(milliseconds(begun.elapsed()));
    }
    let mut desk = open(&setting, &database)?;
    let (mut talk, mut placed) = (vec![], vec![]);
    for _ in 0..args.purchases {
        for (n, ms) in buy(&mut desk)?.into_iter().enumerate() {
            if n + 1 == PURCHASE.len() { placed.push(ms) } else { talk.push(ms) }
        }
    }
    drop(desk);
    let bytes = std::fs::metadata(&database)?.len();
    println!("{} orders, {:.0} MB", args.orders, bytes as f64 / 1e6);
    for (what, times) in [("start", &mut starts), ("commit of a turn", &mut talk), ("commit of an order", &mut placed)]
    {
        let [p50, p99] = [0.5, 0.99].map(|share| percentile(times, share));
        println!("{what:<20} p50 {p50:>6.1} ms   p99 {p99:>6.1} ms   of {}", times.len());
    }
    let begun = Instant::now();
    records::read_whole(&database)?;
    println!("{:<20} {:>10.0} ms", "read whole", milliseconds(begun.elapsed()));
    let begun = Instant::now();
    records::back_up(&database, &backups, 1, 0)?;
    println!("{:<20} {:>10.0} ms", "backup, verified", milliseconds(begun.elapsed()));
    Ok(())
}

fn open(setting: &Setting, database: &Path) -> Result<Desk, Failure> {
    let clock = Arc::new(SystemClock::new());
    Ok(Desk::open(setting.clone(), database, Staff::default(), clock, Duration::from_secs(7_200))?)
}

/// Milliseconds of each turn's commit.
fn buy(desk: &mut Desk) -> Result<Vec<f64>, Failure> {
    let point = Point::only(Channel::Typed);
    desk.start_over(&point)?;
    let mut times = vec![];
    let mut order = None;
    for words in PURCHASE {
        let outcome = desk.tell(&point, Happening::Heard(words.into()))?;
        times.push(outcome.view.times_ms["store"]);
        order = outcome.order;
    }
    order.map(|_| times).ok_or_else(|| "the last turn places no order".into())
}

/// So many of what is there once.
fn multiply(database: &Path, orders: u32) -> Result<(), Failure> {
    let connection = Connection::open(database)?;
    let copies = format!("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {})", orders - 1);
    let columns = |table: &str| -> Result<Vec<String>, rusqlite::Error> {
        let mut info = connection.prepare("SELECT name FROM pragma_table_info(?1)")?;
        info.query_map([table], |row| row.get(0))?.collect()
    };
    let script = [("conversations", "id"), ("orders", "id"), ("order_lines", "order_id"), ("turns", "conversation_id")];
    connection.execute_batch("BEGIN")?;
    for (table, key) in script {
        let columns = columns(table)?;
        let moved = |column: &String| match column.as_str() {
            "id" | "conversation_id" | "order_id" => format!("{column} + i"),
            "number" if table == "orders" => "1 + i % 999".into(),
            "ended_at" => "updated_at".into(),
            other => other.to_string(),
        };
        let values: Vec<String> = columns.iter().map(moved).collect();
        let insert = format!(
            "{copies} INSERT INTO {table} ({}) SELECT {} FROM (SELECT * FROM {table} WHERE {key} = 1), n",
            columns.join(", "),
            values.join(", ")
        );
        connection.execute_batch(&insert)?;
    }
    connection.execute_batch("COMMIT; PRAGMA wal_checkpoint(TRUNCATE)")?;
    Ok(())
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}
