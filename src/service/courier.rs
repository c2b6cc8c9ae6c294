//! A thread that brings things elsewhere: what is due, whenever something new is there, and again when it is due again.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use crate::store::StoreError;

use super::ServiceError;
use super::clock::{Clock, Time};

/// How long the end may wait for what is on its way.
pub(super) const LEAVING: Duration = Duration::from_millis(700);

pub(super) trait Courier: Send + 'static {
    /// So often it is looked for what somebody did beside the assistant.
    const LOOK: Duration;
    /// Its thread's name.
    const NAME: &'static str;

    fn clock(&self) -> &dyn Clock;

    /// For the log.
    fn brings(&self) -> String;

    /// Bring all that is due. When the next is due, if anything waits.
    fn round(&mut self) -> Result<Option<Time>, StoreError>;

    fn work(&mut self, woken: &Receiver<()>) {
        let mut wait = Duration::ZERO;
        loop {
            let leaving = woken.recv_timeout(wait) == Err(RecvTimeoutError::Disconnected);
            // One that falls over what it carries gets up again: the rest is still to be brought.
            wait = match catch_unwind(AssertUnwindSafe(|| self.round())) {
                Ok(Ok(next)) => next.map_or(Self::LOOK, |at| self.until(at)),
                Ok(Err(error)) => {
                    tracing::error!("{} cannot be looked at: {error}", self.brings());
                    Self::LOOK
                }
                Err(_) => Self::LOOK,
            };
            if leaving {
                return;
            }
        }
    }

    fn until(&self, at: Time) -> Duration {
        let left = u64::try_from(at.saturating_sub(self.clock().now())).unwrap_or(0);
        Duration::from_millis(left).min(Self::LOOK)
    }
}

/// One at work. It ends when all that could wake it is gone.
#[derive(Debug)]
pub(super) struct AtWork {
    thread: JoinHandle<()>,
    ended: Receiver<()>,
}

impl AtWork {
    /// The other is what wakes it.
    pub fn hire<C: Courier>(mut courier: C) -> Result<(AtWork, SyncSender<()>), ServiceError> {
        let (wake, woken) = sync_channel(1);
        let (ending, ended) = sync_channel(0);
        let thread = std::thread::Builder::new().name(C::NAME.into()).spawn(move || {
            let _ending: SyncSender<()> = ending;
            courier.work(&woken);
        });
        Ok((AtWork { thread: thread.map_err(ServiceError::Thread)?, ended }, wake))
    }

    /// Wait for its end, no longer than that: what takes longer is taken up at the next start.
    pub fn leave(self, until: Instant) {
        let left = until.saturating_duration_since(Instant::now());
        let name = self.thread.thread().name().unwrap_or_default().to_string();
        if self.ended.recv_timeout(left) == Err(RecvTimeoutError::Disconnected) && self.thread.join().is_err() {
            tracing::error!("the thread `{name}` had panicked");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::clock::HandClock;
    use super::*;

    /// Falls over its first round, and tells of the second.
    struct Stumbles {
        clock: HandClock,
        rounds: u32,
        told: SyncSender<u32>,
    }

    impl Courier for Stumbles {
        const LOOK: Duration = Duration::from_millis(1);
        const NAME: &'static str = "one who stumbles";

        fn clock(&self) -> &dyn Clock {
            &self.clock
        }

        fn brings(&self) -> String {
            "nothing".into()
        }

        fn round(&mut self) -> Result<Option<Time>, StoreError> {
            self.rounds += 1;
            assert_ne!(self.rounds, 1, "a stone");
            let _ = self.told.try_send(self.rounds);
            Ok(None)
        }
    }

    #[test]
    fn a_courier_that_falls_gets_up_and_goes_its_next_round() {
        let (told, hears) = sync_channel(1);
        let (at_work, wake) = AtWork::hire(Stumbles { clock: HandClock::new(0), rounds: 0, told }).unwrap();
        assert_eq!(hears.recv().unwrap(), 2);
        drop(wake);
        at_work.leave(Instant::now() + LEAVING);
    }
}
