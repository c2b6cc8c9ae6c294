//! Whether the threads that a conversation needs still work. One that waits for work is well for ever; one that is at the same
//! piece for longer than any piece takes is stuck. What watches the process hears of it by not being told that all is well.
//! One that has fallen, by a panic that nobody caught, takes the process with it, to be started anew.

use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::Notify;

/// What is being worked at: by whom, and until when at the latest.
struct Piece {
    id: u64,
    who: &'static str,
    until: Instant,
}

#[derive(Default)]
struct Pieces {
    last: u64,
    at_work: Vec<Piece>,
}

static PIECES: LazyLock<Mutex<Pieces>> = LazyLock::new(Mutex::default);

fn pieces() -> MutexGuard<'static, Pieces> {
    PIECES.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A piece of work under way. Dropped when it is done, also by a panic.
#[derive(Debug)]
#[must_use = "the work is over when this is dropped"]
pub struct Work(u64);

/// Somebody begins a piece of work, and would be stuck if it took longer than `most`.
pub fn work(who: &'static str, most: Duration) -> Work {
    let mut pieces = pieces();
    pieces.last += 1;
    let id = pieces.last;
    pieces.at_work.push(Piece { id, who, until: Instant::now() + most });
    Work(id)
}

impl Work {
    /// It goes on, and has as long again: for a thread that never waits for work.
    pub fn goes_on(&self, most: Duration) {
        if let Some(piece) = pieces().at_work.iter_mut().find(|piece| piece.id == self.0) {
            piece.until = Instant::now() + most;
        }
    }
}

impl Drop for Work {
    fn drop(&mut self) {
        pieces().at_work.retain(|piece| piece.id != self.0);
    }
}

/// A thread that nobody else misses soon enough: held as long as it runs.
#[derive(Debug)]
#[must_use = "the thread is no longer watched when this is dropped"]
pub struct Vital(&'static str);

static FALLEN: Mutex<Option<&'static str>> = Mutex::new(None);
static FALLS: Notify = Notify::const_new();

/// From here on this thread is not to fall.
pub fn vital(who: &'static str) -> Vital {
    Vital(who)
}

impl Drop for Vital {
    fn drop(&mut self) {
        if std::thread::panicking() {
            *FALLEN.lock().unwrap_or_else(PoisonError::into_inner) = Some(self.0);
            FALLS.notify_one();
        }
    }
}

/// Resolves when a vital thread has fallen: which. Cancel safe.
pub async fn fallen() -> &'static str {
    loop {
        let falls = FALLS.notified();
        if let Some(who) = *FALLEN.lock().unwrap_or_else(PoisonError::into_inner) {
            return who;
        }
        falls.await;
    }
}

/// Who is stuck.
pub fn stuck() -> Vec<String> {
    stuck_at(Instant::now())
}

fn stuck_at(now: Instant) -> Vec<String> {
    pieces().at_work.iter().filter(|piece| piece.until < now).map(|piece| piece.who.to_string()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const MOST: Duration = Duration::from_secs(20);

    fn is_stuck(who: &str, after: Duration) -> bool {
        stuck_at(Instant::now() + after).iter().any(|stuck| stuck == who)
    }

    #[test]
    fn who_takes_longer_than_any_piece_takes_is_stuck_until_it_is_done() {
        let work = work("one who dawdles", MOST);
        assert!(!is_stuck("one who dawdles", MOST / 2));
        assert!(is_stuck("one who dawdles", MOST * 2));
        work.goes_on(MOST * 4);
        assert!(!is_stuck("one who dawdles", MOST * 2));
        drop(work);
        assert!(!is_stuck("one who dawdles", MOST * 9));
    }

    #[tokio::test]
    async fn a_vital_thread_that_falls_is_missed_and_one_that_ends_is_not() {
        let ends = std::thread::spawn(|| drop(vital("one who goes home")));
        assert!(ends.join().is_ok());
        let falls = std::thread::spawn(|| {
            let _vital = vital("one who falls");
            panic!("as it should");
        });
        assert_eq!(fallen().await, "one who falls");
        assert!(falls.join().is_err());
    }

    #[test]
    fn a_panic_ends_the_work() {
        let broken = std::thread::spawn(|| {
            let _work = work("one who falls", MOST);
            panic!("as it should");
        });
        assert!(broken.join().is_err());
        assert!(!is_stuck("one who falls", MOST * 9));
    }
}
