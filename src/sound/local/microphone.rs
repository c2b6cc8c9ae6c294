//! The microphone: a stream of mono sound at the recogniser's rate that outlives its device.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, SyncSender, TrySendError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use rtrb::Consumer;

use crate::sound::Resampler;
use crate::telemetry::{self, Count, Device};

use super::stream::{self, Health, Open};
use super::{AudioError, Backoff, Direction, Opened, at_once, sooner_or_later, told_apart};
use crate::sound::{Capture, Source as Hearing};

/// An open microphone; dropping it closes the device and ends the stream of captures.
pub struct Microphone {
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

#[derive(Default)]
struct Shared {
    closing: AtomicBool,
    present: AtomicBool,
    /// Samples that were lost on the way, and times the system lost some.
    overruns: AtomicU64,
    xruns: AtomicU64,
}

/// How often the ring is looked at: the latency it adds, against wake-ups of an idle machine.
const LOOK: Duration = Duration::from_millis(10);
/// What goes wrong all the time is said no more often.
const SAID_AGAIN: Duration = Duration::from_secs(60);
/// Captures that may wait: some 2.5 s. A listener further behind loses the newest.
const WAITING: usize = 64;

impl Microphone {
    /// Open the microphone of that name ("default" is the system's). A device that vanishes later is opened again as
    /// soon as it is back.
    pub fn open(name: &str) -> Result<(Microphone, Receiver<Capture>), AudioError> {
        at_once(Direction::Microphone, |opened| Microphone::begin(name, opened))
    }

    /// The same where it may be plugged in, or let go by another program, only later: what is missing is told, and waited for.
    pub fn wait_for(name: &str) -> Result<(Microphone, Receiver<Capture>), AudioError> {
        Microphone::begin(name, sooner_or_later("saycart listens as soon as it can"))
    }

    fn begin(name: &str, goes_on: Opened) -> Result<(Microphone, Receiver<Capture>), AudioError> {
        let shared = Arc::new(Shared::default());
        let (captures, receiver) = mpsc::sync_channel(WAITING);
        let (name, state) = (name.to_string(), shared.clone());
        let thread = std::thread::Builder::new()
            .name("microphone".into())
            .spawn(move || {
                let (source, found) = told_apart(Source::open(&name));
                if goes_on(found)
                    && let Some(source) = source.or_else(|| reopen(&name, &state))
                {
                    run(&name, source, &captures, &state);
                }
            })
            .map_err(AudioError::Thread)?;
        Ok((Microphone { shared, thread: Some(thread) }, receiver))
    }

    /// Whether the device is there now.
    pub fn is_present(&self) -> bool {
        self.shared.present.load(Ordering::Relaxed)
    }

    /// Samples lost because nobody took them in time.
    pub fn overruns(&self) -> u64 {
        self.shared.overruns.load(Ordering::Relaxed)
    }

    /// Times that the sound system itself lost samples.
    pub fn xruns(&self) -> u64 {
        self.shared.xruns.load(Ordering::Relaxed)
    }
}

/// What [`Microphone::open`] gives.
impl Hearing for (Microphone, Receiver<Capture>) {
    fn next(&mut self, patience: Duration) -> Result<Capture, RecvTimeoutError> {
        self.1.recv_timeout(patience)
    }
}

impl Drop for Microphone {
    fn drop(&mut self) {
        self.shared.closing.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            thread.thread().unpark();
            let _ = thread.join();
        }
    }
}

/// One opening of the device.
struct Source {
    _open: Open,
    ring: Consumer<f32>,
    health: Arc<Health>,
    resampler: Resampler,
}

impl Source {
    fn open(name: &str) -> Result<Source, AudioError> {
        let health = Arc::new(Health::new());
        let (open, ring) = stream::capture(name, &health)?;
        let resampler = Resampler::new(open.rate).map_err(|error| AudioError::Unusable {
            direction: Direction::Microphone,
            name: name.into(),
            reason: error.to_string(),
        })?;
        Ok(Source { _open: open, ring, health, resampler })
    }

    /// What came since the last look, at the recogniser's rate.
    fn take(&mut self) -> Vec<f32> {
        let mut samples = Vec::new();
        if let Ok(chunk) = self.ring.read_chunk(self.ring.slots()) {
            let (first, second) = chunk.as_slices();
            for part in [first, second] {
                if let Err(error) = self.resampler.push(part, &mut samples) {
                    tracing::warn!("{error}");
                }
            }
            chunk.commit_all();
        }
        samples
    }
}

fn run(name: &str, mut source: Source, captures: &SyncSender<Capture>, shared: &Shared) {
    loop {
        shared.present.store(true, Ordering::Relaxed);
        if !listen(name, &mut source, captures, shared) {
            return;
        }
        shared.present.store(false, Ordering::Relaxed);
        // The device must be let go before it can be opened again.
        drop(source);
        tracing::warn!("the microphone `{name}` is gone: plug it in again, saycart goes on as soon as it is back");
        if captures.send(Capture::Lost).is_err() {
            return;
        }
        match reopen(name, shared) {
            Some(found) => source = found,
            None => return,
        }
    }
}

/// Hand on what is heard until the device is lost (true) or nobody wants to hear (false).
fn listen(name: &str, source: &mut Source, captures: &SyncSender<Capture>, shared: &Shared) -> bool {
    let (mut beats, mut alive) = (0, Instant::now());
    let (mut told, mut said, mut lost) = (0, None, (0, 0));
    loop {
        std::thread::park_timeout(LOOK);
        if shared.closing.load(Ordering::Relaxed) {
            return false;
        }
        let samples = source.take();
        let length = samples.len() as u64;
        if length > 0 {
            match captures.try_send(Capture::Samples(samples)) {
                Ok(()) => {}
                Err(TrySendError::Full(_)) => drop(shared.overruns.fetch_add(length, Ordering::Relaxed)),
                Err(TrySendError::Disconnected(_)) => return false,
            }
        }
        let health = &source.health;
        let (overruns, xruns) = (health.overruns.load(Ordering::Relaxed), health.xruns.load(Ordering::Relaxed));
        shared.overruns.fetch_add(overruns - lost.0, Ordering::Relaxed);
        shared.xruns.fetch_add(xruns - lost.1, Ordering::Relaxed);
        telemetry::counted(Count::Xrun(Device::Microphone), xruns - lost.1);
        lost = (overruns, xruns);
        let missed = shared.overruns.load(Ordering::Relaxed);
        if missed >= told + 16_000 && said.is_none_or(|at: Instant| at.elapsed() > SAID_AGAIN) {
            tracing::warn!("the microphone `{name}` lost {} samples: the machine is too busy", missed - told);
            (told, said) = (missed, Some(Instant::now()));
        }
        let now = health.beats.load(Ordering::Relaxed);
        if now != beats {
            (beats, alive) = (now, Instant::now());
        }
        if let Some(reason) = health.lost_since(alive) {
            tracing::debug!("{reason}");
            return true;
        }
    }
}

/// Try until the device is back, or nobody waits for it (`None`).
fn reopen(name: &str, shared: &Shared) -> Option<Source> {
    let mut backoff = Backoff::new();
    loop {
        let until = Instant::now() + backoff.next();
        while Instant::now() < until {
            if shared.closing.load(Ordering::Relaxed) {
                return None;
            }
            std::thread::park_timeout(until.saturating_duration_since(Instant::now()));
        }
        match Source::open(name) {
            Ok(source) => {
                tracing::info!("the microphone `{name}` is back");
                return Some(source);
            }
            Err(error) => tracing::debug!("{error}"),
        }
    }
}
