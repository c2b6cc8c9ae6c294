//! The loudspeaker: sounds queue up, play one after the other, and stop at once when told.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use rtrb::Producer;
use rubato::audioadapter_buffers::direct::SequentialSlice;
use rubato::{Fft, FixedSync, Resampler};

use crate::message::Sound;
use crate::telemetry::{self, Count, Device, pulse};

use super::stream::{self, Health, Open, Playing};
use super::{AudioError, Backoff, Direction, Opened, at_once, sooner_or_later, told_apart};
use crate::sound::{Sink as Sounding, Tap};

/// An open loudspeaker; dropping it closes the device, whatever is still queued.
pub struct Loudspeaker {
    shared: Arc<Shared>,
    orders: Option<Sender<Order>>,
    thread: Option<JoinHandle<()>>,
}

enum Order {
    Play(Sound),
    Stop,
}

#[derive(Default)]
struct Shared {
    present: AtomicBool,
    /// Sounds that the thread has not looked at yet.
    unseen: AtomicU64,
    /// Frames still to be put into the ring, and those ever put there.
    waiting: AtomicU64,
    given: AtomicU64,
    xruns: AtomicU64,
    playing: Arc<Playing>,
}

/// How often the ring is filled up; it holds a second.
const LOOK: Duration = Duration::from_millis(20);
/// Input frames of a resampling step.
const CHUNK: usize = 512;

impl Loudspeaker {
    /// Open the loudspeaker of that name ("default" is the system's). A device that vanishes later is opened again as
    /// soon as it is back; what was to be played meanwhile is dropped, for nobody wants to hear it late.
    pub fn open(name: &str) -> Result<Loudspeaker, AudioError> {
        at_once(Direction::Loudspeaker, |opened| Loudspeaker::begin(name, opened))
    }

    /// The same where it may be plugged in, or let go by another program, only later: what is missing is told, and waited for.
    pub fn wait_for(name: &str) -> Result<Loudspeaker, AudioError> {
        Loudspeaker::begin(name, sooner_or_later("saycart speaks as soon as it can"))
    }

    fn begin(name: &str, goes_on: Opened) -> Result<Loudspeaker, AudioError> {
        let shared = Arc::new(Shared::default());
        let (orders, inbox) = mpsc::channel();
        let (name, state) = (name.to_string(), shared.clone());
        let thread = std::thread::Builder::new()
            .name("loudspeaker".into())
            .spawn(move || {
                let _vital = pulse::vital("loudspeaker");
                let (sink, found) = told_apart(Sink::open(&name, &state));
                if goes_on(found)
                    && let Some(sink) = sink.or_else(|| reopen(&name, &inbox, &state))
                {
                    run(&name, sink, &inbox, &state);
                }
            })
            .map_err(AudioError::Thread)?;
        Ok(Loudspeaker { shared, orders: Some(orders), thread: Some(thread) })
    }

    fn order(&self, order: Order) {
        if self.orders.as_ref().is_none_or(|orders| orders.send(order).is_err()) {
            self.shared.unseen.store(0, Ordering::Release);
        }
    }

    /// Wait until all that is queued has been heard.
    pub fn wait(&self) {
        while self.is_playing() {
            std::thread::sleep(LOOK);
        }
    }

    /// Whether the device is there now.
    pub fn is_present(&self) -> bool {
        self.shared.present.load(Ordering::Relaxed)
    }

    /// Times that the device ran dry in the midst of a sound or of silence.
    pub fn xruns(&self) -> u64 {
        self.shared.xruns.load(Ordering::Relaxed)
    }
}

impl Sounding for Loudspeaker {
    fn play(&self, sound: Sound) {
        self.shared.unseen.fetch_add(1, Ordering::AcqRel);
        self.order(Order::Play(sound));
    }

    fn stop(&self) {
        self.shared.unseen.fetch_add(1, Ordering::AcqRel);
        self.order(Order::Stop);
    }

    fn hold(&self, held: bool) {
        self.shared.playing.wish.hold(held);
    }

    fn is_playing(&self) -> bool {
        self.shared.is_playing()
    }

    fn left(&self) -> Duration {
        self.shared.left()
    }

    fn tap(&self) -> Option<Arc<Tap>> {
        Some(self.shared.playing.tap.clone())
    }
}

impl Drop for Loudspeaker {
    fn drop(&mut self) {
        self.orders = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

impl Shared {
    fn is_playing(&self) -> bool {
        // In the order in which a sound passes them, so that it is always seen in one.
        self.unseen.load(Ordering::Acquire) > 0
            || self.waiting.load(Ordering::Acquire) > 0
            || self.given.load(Ordering::Acquire) > self.playing.taken.load(Ordering::Acquire)
            || self.playing.silent.load(Ordering::Acquire) < self.playing.latency.load(Ordering::Relaxed)
    }

    /// Counted in frames of the open device; a sound that the thread has not looked at yet is as good as endless.
    fn left(&self) -> Duration {
        if self.unseen.load(Ordering::Acquire) > 0 {
            return Duration::MAX;
        }
        let waiting = self.waiting.load(Ordering::Acquire);
        let given = self.given.load(Ordering::Acquire).saturating_sub(self.playing.taken.load(Ordering::Acquire));
        Duration::from_secs(waiting + given) / self.playing.tap.rate().max(1)
    }

    /// Nothing is to be heard any more.
    fn clear(&self) {
        self.waiting.store(0, Ordering::Release);
        self.playing.wish.forget(0);
        self.given.store(self.playing.taken.load(Ordering::Acquire), Ordering::Release);
        self.playing.silent.store(u64::MAX / 2, Ordering::Release);
    }
}

/// One opening of the device.
struct Sink {
    open: Open,
    ring: Producer<f32>,
    health: Arc<Health>,
    queue: VecDeque<f32>,
}

impl Sink {
    fn open(name: &str, shared: &Shared) -> Result<Sink, AudioError> {
        let health = Arc::new(Health::new());
        shared.clear();
        let (open, ring) = stream::play(name, &health, &shared.playing)?;
        Ok(Sink { open, ring, health, queue: VecDeque::new() })
    }

    fn obey(&mut self, order: Order, shared: &Shared) {
        match order {
            Order::Play(sound) => match at_rate(&sound, self.open.rate) {
                Ok(samples) => self.queue.extend(samples),
                Err(reason) => tracing::warn!("cannot play a sound of {} Hz: {reason}", sound.rate),
            },
            Order::Stop => {
                self.queue.clear();
                shared.playing.wish.forget(shared.given.load(Ordering::Acquire));
            }
        }
        shared.waiting.store(self.queue.len() as u64, Ordering::Release);
    }

    fn fill(&mut self, shared: &Shared) {
        let frames = self.ring.slots().min(self.queue.len());
        if frames == 0 {
            return;
        }
        shared.given.fetch_add(frames as u64, Ordering::AcqRel);
        shared.playing.silent.store(0, Ordering::Release);
        if let Ok(chunk) = self.ring.write_chunk_uninit(frames) {
            chunk.fill_from_iter(self.queue.drain(..frames));
        }
        shared.waiting.store(self.queue.len() as u64, Ordering::Release);
    }
}

fn run(name: &str, mut sink: Sink, inbox: &Receiver<Order>, shared: &Shared) {
    loop {
        shared.present.store(true, Ordering::Relaxed);
        telemetry::device(Device::Loudspeaker, true);
        if !serve(&mut sink, inbox, shared) {
            return;
        }
        shared.present.store(false, Ordering::Relaxed);
        // The device must be let go before it can be opened again.
        drop(sink);
        shared.clear();
        telemetry::device(Device::Loudspeaker, false);
        tracing::warn!("the loudspeaker `{name}` is gone: plug it in again, saycart speaks as soon as it is back");
        match reopen(name, inbox, shared) {
            Some(found) => sink = found,
            None => return,
        }
    }
}

/// Play what is ordered until the device is lost (true) or nobody orders any more (false).
fn serve(sink: &mut Sink, inbox: &Receiver<Order>, shared: &Shared) -> bool {
    let (mut beats, mut alive) = (0, Instant::now());
    let mut xruns = 0;
    loop {
        match inbox.recv_timeout(LOOK) {
            Ok(order) => {
                sink.obey(order, shared);
                sink.fill(shared);
                shared.unseen.fetch_sub(1, Ordering::AcqRel);
            }
            Err(RecvTimeoutError::Timeout) => sink.fill(shared),
            Err(RecvTimeoutError::Disconnected) => return false,
        }
        let seen = sink.health.xruns.load(Ordering::Relaxed);
        shared.xruns.fetch_add(seen - xruns, Ordering::Relaxed);
        telemetry::counted(Count::Xrun(Device::Loudspeaker), seen - xruns);
        xruns = seen;
        let now = sink.health.beats.load(Ordering::Relaxed);
        if now != beats {
            (beats, alive) = (now, Instant::now());
        }
        if let Some(reason) = sink.health.lost_since(alive) {
            tracing::debug!("{reason}");
            return true;
        }
    }
}

/// Try until the device is back, or nobody orders any more (`None`). Orders meanwhile are dropped.
fn reopen(name: &str, inbox: &Receiver<Order>, shared: &Shared) -> Option<Sink> {
    let mut backoff = Backoff::new();
    loop {
        let until = Instant::now() + backoff.next();
        loop {
            match inbox.recv_timeout(until.saturating_duration_since(Instant::now())) {
                Ok(_) => drop(shared.unseen.fetch_sub(1, Ordering::AcqRel)),
                Err(RecvTimeoutError::Timeout) => break,
                Err(RecvTimeoutError::Disconnected) => return None,
            }
        }
        match Sink::open(name, shared) {
            Ok(sink) => {
                tracing::info!("the loudspeaker `{name}` is back");
                return Some(sink);
            }
            Err(error) => tracing::debug!("{error}"),
        }
    }
}

/// `sound` at `rate`, of the same length to the sample.
fn at_rate(sound: &Sound, rate: u32) -> Result<Vec<f32>, String> {
    if sound.rate == rate || sound.samples.is_empty() {
        return Ok(sound.samples.clone());
    }
    let mut filter =
        Fft::new(sound.rate as usize, rate as usize, CHUNK, 1, FixedSync::Input).map_err(|error| error.to_string())?;
    let input = SequentialSlice::new(&sound.samples, 1, sound.samples.len()).map_err(|error| error.to_string())?;
    let output = filter.process_all(&input, sound.samples.len(), None).map_err(|error| error.to_string())?;
    Ok(output.take_data())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sound_keeps_its_length_at_the_devices_rate() {
        let sound = Sound { samples: vec![0.25; 22_050], rate: 22_050 };
        let played = at_rate(&sound, 48_000).unwrap();
        assert!(played.len().abs_diff(48_000) <= 1, "{}", played.len());
        assert!((played[24_000] - 0.25).abs() < 0.01);
        assert!(at_rate(&Sound::default(), 48_000).unwrap().is_empty());
    }
}
