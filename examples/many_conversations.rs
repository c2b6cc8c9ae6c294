//! Many conversations at once in one process, on one database: `cargo run --release --example many_conversations`.
//!
//! Each conversation is held twice with the same words: alone, at a desk of its own, and beside all the others at one desk,
//! from several threads. Every cart must come out the same. Times are of a turn as who asks the service meets it:
//! understood, decided, and committed to the disk; those of "alone" are of one conversation after the other on one database.

use std::alloc::{GlobalAlloc, Layout, System};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant};

use clap::Parser;
use saycart::chance::Chance;
use saycart::service::{Channel, Desk, Happening, Point, Service, Setting, Staff, SystemClock};
use support::Failure;
use support::measure::percentile;

#[path = "../tests/support/mod.rs"]
mod support;

#[derive(Debug, Parser)]
struct Args {
    #[arg(long, default_value_t = 200)]
    conversations: usize,
    /// Of each conversation
    #[arg(long, default_value_t = 20)]
    turns: usize,
    #[arg(long, default_value_t = 8)]
    threads: usize,
    /// Where the databases are made; a directory in memory would tell nothing of commits
    #[arg(long, default_value = "target")]
    dir: std::path::PathBuf,
}

/// What is allocated and not freed yet, in bytes.
struct Counting;

static LIVE: AtomicI64 = AtomicI64::new(0);

// SAFETY: hands everything on to the system's allocator and only counts.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        LIVE.fetch_add(layout.size() as i64, Ordering::Relaxed);
        // SAFETY: as the caller promises.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        LIVE.fetch_sub(layout.size() as i64, Ordering::Relaxed);
        // SAFETY: as the caller promises.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// Of each conversation the cart after each turn, and the milliseconds of all turns.
type Held = (Vec<Vec<u64>>, Vec<f64>);

fn main() -> Result<(), Failure> {
    let args = Args::parse();
    let setting = support::cafe()?;
    let scripts: Vec<Vec<String>> = (0..args.conversations).map(|n| script(&setting, n as u64, args.turns)).collect();
    let dir = tempfile::tempdir_in(&args.dir)?;

    let alone = held_apart(&setting, &scripts)?;
    let mut alone_ms = timed_alone(&setting, &dir.path().join("alone.db"), &scripts)?;
    let before = LIVE.load(Ordering::Relaxed);
    let service = Service::start(desk(&setting, &dir.path().join("together.db"))?)?;
    let (together, mut together_ms) = held_together(&service, &scripts, args.threads)?;
    let bytes = (LIVE.load(Ordering::Relaxed) - before) / args.conversations.max(1) as i64;

    let wrong = alone.iter().zip(&together).filter(|(alone, together)| alone != together).count();
    let turns = args.conversations * args.turns;
    println!(
        "conversations {} turns {turns} wrong {wrong} commit_ms p50 {:.2} p99 {:.2} alone_p99 {:.2} \
         kb_a_conversation {:.1}",
        args.conversations,
        percentile(&mut together_ms, 0.5),
        percentile(&mut together_ms, 0.99),
        percentile(&mut alone_ms, 0.99),
        bytes as f64 / 1024.0,
    );
    if wrong > 0 { Err("not every cart was as if its conversation had been alone".into()) } else { Ok(()) }
}

fn desk(setting: &Setting, database: &Path) -> Result<Desk, Failure> {
    let hour = Duration::from_secs(3600);
    Ok(Desk::open(setting.clone(), database, Staff::default(), Arc::new(SystemClock::new()), hour)?)
}

/// What a customer says who changes her mind now and then, always the same for the same number.
fn script(setting: &Setting, number: u64, turns: usize) -> Vec<String> {
    let mut chance = Chance(number + 1);
    let items: Vec<&str> = setting.shop.sold().map(|item| setting.shop.item(item).names.title.as_str()).collect();
    (0..turns)
        .map(|_| {
            let item = items[chance.below(items.len())];
            match chance.below(13) {
                0..=4 => format!("can I get {} {item}", 1 + chance.below(3)),
                5 => "make that two".into(),
                6 => "large".into(),
                7 => "undo that".into(),
                8 => "take off the last one".into(),
                9 => "that's all".into(),
                10 => "yes".into(),
                11 => "goodbye".into(),
                _ => "what do I have so far".into(),
            }
        })
        .collect()
}

/// Each at a desk that nobody else ever stood at: a digest of the cart after each turn.
fn held_apart(setting: &Setting, scripts: &[Vec<String>]) -> Result<Vec<Vec<u64>>, Failure> {
    let hour = Duration::from_secs(3600);
    let clock: Arc<SystemClock> = Arc::new(SystemClock::new());
    let carts = scripts.iter().enumerate().map(|(number, script)| {
        let desk = Desk::in_memory(setting.clone(), Staff::default(), clock.clone(), hour)?;
        Ok(hold(&Service::start(desk)?, &point(number), script)?.0)
    });
    carts.collect()
}

/// One conversation after the other on one database: what each turn took.
fn timed_alone(setting: &Setting, database: &Path, scripts: &[Vec<String>]) -> Result<Vec<f64>, Failure> {
    let service = Service::start(desk(setting, database)?)?;
    let mut times = Vec::new();
    for (number, script) in scripts.iter().enumerate() {
        times.extend(hold(&service, &point(number), script)?.1);
    }
    Ok(times)
}

/// All at once, each thread a share of them, turn by turn in each.
fn held_together(service: &Service, scripts: &[Vec<String>], threads: usize) -> Result<Held, Failure> {
    let share = scripts.len().div_ceil(threads.max(1)).max(1);
    let held: Vec<Result<_, String>> = std::thread::scope(|scope| {
        let threads: Vec<_> = scripts
            .chunks(share)
            .enumerate()
            .map(|(thread, scripts)| scope.spawn(move || interleaved(service, thread * share, scripts)))
            .collect();
        threads.into_iter().map(|thread| thread.join().unwrap_or_else(|_| Err("a thread panicked".into()))).collect()
    });
    let (mut carts, mut times) = (Vec::new(), Vec::new());
    for share in held {
        let (held, took) = share?;
        carts.extend(held);
        times.extend(took);
    }
    Ok((carts, times))
}

/// The first turn of each, then the second of each, and so on.
fn interleaved(service: &Service, first: usize, scripts: &[Vec<String>]) -> Result<Held, String> {
    let (mut carts, mut times) = (vec![Vec::new(); scripts.len()], Vec::new());
    let turns = scripts.iter().map(Vec::len).max().unwrap_or(0);
    for turn in 0..turns {
        for (number, script) in scripts.iter().enumerate() {
            let Some(words) = script.get(turn) else { continue };
            let (held, took) = hold(service, &point(first + number), std::slice::from_ref(words))
                .map_err(|error| error.to_string())?;
            carts[number].extend(held);
            times.extend(took);
        }
    }
    Ok((carts, times))
}

fn hold(service: &Service, point: &Point, script: &[String]) -> Result<(Vec<u64>, Vec<f64>), Failure> {
    let (mut carts, mut times) = (Vec::new(), Vec::new());
    for words in script {
        let begun = Instant::now();
        let answer = service.tell_blocking(point, Happening::Heard(words.clone()))?;
        times.push(begun.elapsed().as_secs_f64() * 1e3);
        // A digest: what is kept here counts as memory of the conversation otherwise.
        let mut digest = DefaultHasher::new();
        serde_json::to_string(&answer.outcome.view.cart)?.hash(&mut digest);
        carts.push(digest.finish());
    }
    Ok((carts, times))
}

fn point(number: usize) -> Point {
    Point { channel: Channel::Typed, name: number.to_string() }
}
