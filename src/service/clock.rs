//! The time, handed in: so that a test lets an hour pass in no time.

use std::pin::Pin;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use tokio::sync::watch;

/// Milliseconds.
pub type Time = i64;

/// Members: the [`SystemClock`], and one that is moved [by hand](HandClock).
pub trait Clock: Send + Sync + std::fmt::Debug {
    /// Milliseconds since 1970, UTC: for what is kept. It may jump, on a machine that is told the time late.
    fn now(&self) -> Time;

    /// Milliseconds since some moment, never back and never in jumps: for how long something lasts.
    fn ticks(&self) -> Time;

    /// As [`Clock::now`], but by the clocks on the wall: milliseconds since 1970 as they show it here.
    fn local(&self) -> Time;

    /// Resolves when so many ticks have passed. Cancel safe.
    fn reached(&self, ticks: Time) -> Pin<Box<dyn Future<Output = ()> + Send + '_>>;
}

#[derive(Debug, Clone, Copy)]
pub struct SystemClock {
    begun: Instant,
}

impl SystemClock {
    pub fn new() -> SystemClock {
        SystemClock { begun: Instant::now() }
    }
}

impl Default for SystemClock {
    fn default() -> Self {
        SystemClock::new()
    }
}

impl Clock for SystemClock {
    fn now(&self) -> Time {
        milliseconds(SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default())
    }

    fn ticks(&self) -> Time {
        milliseconds(self.begun.elapsed())
    }

    fn local(&self) -> Time {
        let now = self.now();
        now + offset(now)
    }

    fn reached(&self, ticks: Time) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        let wait = u64::try_from(ticks.saturating_sub(self.ticks())).unwrap_or(0);
        Box::pin(tokio::time::sleep(Duration::from_millis(wait)))
    }
}

/// Stands still until it is moved: for tests and simulations.
#[derive(Debug)]
pub struct HandClock(watch::Sender<Time>);

impl HandClock {
    pub fn new(now: Time) -> HandClock {
        HandClock(watch::Sender::new(now))
    }

    pub fn advance(&self, by: Duration) {
        self.0.send_modify(|now| *now = now.saturating_add(milliseconds(by)));
    }
}

impl Clock for HandClock {
    fn now(&self) -> Time {
        *self.0.borrow()
    }

    fn ticks(&self) -> Time {
        self.now()
    }

    fn local(&self) -> Time {
        self.now()
    }

    fn reached(&self, ticks: Time) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        let mut time = self.0.subscribe();
        Box::pin(async move {
            // The sender lives as long as this future borrows the clock.
            let _ = time.wait_for(|now| *now >= ticks).await;
        })
    }
}

/// How far the clocks of this machine's time zone are ahead of UTC at that moment.
fn offset(now: Time) -> Time {
    let seconds: libc::time_t = now.div_euclid(1_000);
    // SAFETY: `tm` is plain data, for which zeros are valid, and localtime_r writes to nothing else.
    let broken_down = unsafe {
        let mut broken_down: libc::tm = std::mem::zeroed();
        (!libc::localtime_r(&seconds, &mut broken_down).is_null()).then_some(broken_down)
    };
    broken_down.map_or(0, |time| time.tm_gmtoff * 1_000)
}

fn milliseconds(time: Duration) -> Time {
    i64::try_from(time.as_millis()).unwrap_or(i64::MAX)
}
