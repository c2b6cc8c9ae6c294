//! Opening cpal streams of any sample format, with callbacks that only touch rings and atomics.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use cpal::traits::{DeviceTrait, StreamTrait};
use cpal::{BufferSize, Error, ErrorKind, FromSample, Sample, SampleFormat, SizedSample, StreamConfig};
use rtrb::{Consumer, Producer, RingBuffer};

use crate::sound::Tap;
use crate::sound::fade::{Fader, Wish};

use super::{AudioError, Direction, find, quietly, refused};

/// Seconds a callback: two of them are the device's buffer. Shorter ones underran while the recogniser used all cores.
const PERIOD: f32 = 0.04;

/// A system that claims more is not believed.
const LONGEST_LATENCY: Duration = Duration::from_secs(3);

/// What the callbacks tell about the stream.
#[derive(Debug)]
pub(super) struct Health {
    /// Why the stream is to be dropped and the device opened again.
    lost: OnceLock<Error>,
    /// Times that the system lost samples, and samples that we had no room for.
    pub xruns: AtomicU64,
    pub overruns: AtomicU64,
    /// Callbacks since the stream began: none for long means a dead device that reports no error.
    pub beats: AtomicU64,
    begun: Instant,
    /// Milliseconds from then to the first error since the last callback, and one; 0 is no error.
    stumbled: AtomicU64,
}

/// A device that asks for nothing and gives nothing for so long is dead, whatever it says.
const DEAD: Duration = Duration::from_secs(3);
/// Errors for so long, with no sound between them, are no passing trouble.
const STUMBLING: u64 = 600;
/// cpal asks again at once after an error; this keeps it from taking a whole core.
const BREATH: Duration = Duration::from_millis(2);

impl Health {
    pub fn new() -> Health {
        let (lost, begun) = (OnceLock::new(), Instant::now());
        let [xruns, overruns, beats, stumbled] = Default::default();
        Health { lost, xruns, overruns, beats, begun, stumbled }
    }

    /// Sound flows.
    fn beat(&self) {
        self.beats.fetch_add(1, Ordering::Relaxed);
        self.stumbled.store(0, Ordering::Relaxed);
    }

    /// Why the stream is to be dropped, if it is; `alive` is when its last callback was seen.
    pub fn lost_since(&self, alive: Instant) -> Option<String> {
        let silent = || (alive.elapsed() > DEAD).then(|| format!("no callback for {} s", DEAD.as_secs()));
        self.lost.get().map(Error::to_string).or_else(silent)
    }

    /// Runs on the stream's thread, when there is no sound to hurry for.
    fn note(&self, error: Error) {
        match error.kind() {
            ErrorKind::Xrun => drop(self.xruns.fetch_add(1, Ordering::Relaxed)),
            ErrorKind::RealtimeDenied | ErrorKind::DeviceChanged => return,
            ErrorKind::DeviceNotAvailable | ErrorKind::StreamInvalidated | ErrorKind::HostUnavailable => {
                let _ = self.lost.set(error);
                return;
            }
            _ => {}
        }
        // Sound servers complain while a stream starts (PulseAudio knows no delay yet), and go on.
        let now = self.begun.elapsed().as_millis() as u64 + 1;
        match self.stumbled.load(Ordering::Relaxed) {
            0 => self.stumbled.store(now, Ordering::Relaxed),
            first if now - first > STUMBLING => drop(self.lost.set(error)),
            _ => {}
        }
        std::thread::sleep(BREATH);
    }
}

/// What playback callbacks and their thread share.
#[derive(Debug, Default)]
pub(super) struct Playing {
    /// Frames taken from the ring, whether played or dropped.
    pub taken: AtomicU64,
    /// Frames of silence since the last sound.
    pub silent: AtomicU64,
    /// Whether it is to be silent, and what is to be dropped unplayed.
    pub wish: Wish,
    /// What is played, for who wants to hear past it.
    pub tap: Arc<Tap>,
    /// Frames between callback and ear, as the system tells; a sound server may hold half a second.
    pub latency: AtomicU64,
}

/// A running stream; sound flows until it is dropped.
pub(super) struct Open {
    stream: Option<cpal::Stream>,
    /// Samples a second of the ring.
    pub rate: u32,
}

/// A device is closed in some tenths of a second; what takes longer hangs.
const CLOSING: Duration = Duration::from_secs(2);

impl Drop for Open {
    /// The thread that moves samples is waited for, but not for ever: in ALSA's PulseAudio plugin it may hang in a lock that
    /// nobody lets go of any more once the server is gone. Then it is left behind, so that the device can be opened anew.
    fn drop(&mut self) {
        let (stream, (closed, outcome)) = (self.stream.take(), mpsc::sync_channel(1));
        let closes = move || {
            drop(stream);
            let _ = closed.send(());
        };
        let closing = std::thread::Builder::new().name("closes a device".into()).spawn(closes);
        if closing.is_ok() && outcome.recv_timeout(CLOSING) == Err(RecvTimeoutError::Timeout) {
            tracing::warn!("the sound system does not let go of a device; its thread is left behind");
        }
    }
}

/// Capture from `name` into a ring of mono samples at the device's rate.
pub(super) fn capture(name: &str, health: &Arc<Health>) -> Result<(Open, Consumer<f32>), AudioError> {
    open(Direction::Microphone, name, |device, format, config| {
        let (ring, end) = RingBuffer::new(ring_size(config));
        let health = health.clone();
        let stream = match format {
            SampleFormat::I8 => capture_as::<i8>(device, config, ring, health),
            SampleFormat::I16 => capture_as::<i16>(device, config, ring, health),
            SampleFormat::I24 => capture_as::<cpal::I24>(device, config, ring, health),
            SampleFormat::I32 => capture_as::<i32>(device, config, ring, health),
            SampleFormat::U8 => capture_as::<u8>(device, config, ring, health),
            SampleFormat::U16 => capture_as::<u16>(device, config, ring, health),
            SampleFormat::U32 => capture_as::<u32>(device, config, ring, health),
            SampleFormat::F32 => capture_as::<f32>(device, config, ring, health),
            SampleFormat::F64 => capture_as::<f64>(device, config, ring, health),
            other => Err(unknown(other)),
        };
        stream.map(|stream| (stream, end))
    })
}

/// Play on `name` what is put into a ring of mono samples at the device's rate.
pub(super) fn play(
    name: &str,
    health: &Arc<Health>,
    playing: &Arc<Playing>,
) -> Result<(Open, Producer<f32>), AudioError> {
    open(Direction::Loudspeaker, name, |device, format, config| {
        let (end, ring) = RingBuffer::new(ring_size(config));
        let (health, playing) = (health.clone(), playing.clone());
        let stream = match format {
            SampleFormat::I8 => play_as::<i8>(device, config, ring, health, playing),
            SampleFormat::I16 => play_as::<i16>(device, config, ring, health, playing),
            SampleFormat::I24 => play_as::<cpal::I24>(device, config, ring, health, playing),
            SampleFormat::I32 => play_as::<i32>(device, config, ring, health, playing),
            SampleFormat::U8 => play_as::<u8>(device, config, ring, health, playing),
            SampleFormat::U16 => play_as::<u16>(device, config, ring, health, playing),
            SampleFormat::U32 => play_as::<u32>(device, config, ring, health, playing),
            SampleFormat::F32 => play_as::<f32>(device, config, ring, health, playing),
            SampleFormat::F64 => play_as::<f64>(device, config, ring, health, playing),
            other => Err(unknown(other)),
        };
        stream.map(|stream| (stream, end))
    })
}

/// With a buffer of our size, else with the device's own.
fn open<End>(
    direction: Direction,
    name: &str,
    build: impl Fn(&cpal::Device, SampleFormat, StreamConfig) -> Result<(cpal::Stream, End), Error>,
) -> Result<(Open, End), AudioError> {
    let (device, supported) = find(direction, name)?;
    let (format, rate) = (supported.sample_format(), supported.sample_rate());
    let period = (rate as f32 * PERIOD) as u32;
    let with = |buffer_size| build(&device, format, StreamConfig { buffer_size, ..supported.config() });
    let opened = quietly(|| match with(BufferSize::Fixed(period)) {
        Err(error) if error.kind() == ErrorKind::UnsupportedConfig => with(BufferSize::Default),
        opened => opened,
    });
    let (stream, end) = opened.map_err(|error| refused(direction, name, &error))?;
    stream.play().map_err(|error| refused(direction, name, &error))?;
    tracing::debug!(
        "opened {direction} `{name}`: {rate} Hz, {} channels, {format}, {period} frames a period",
        supported.channels()
    );
    Ok((Open { stream: Some(stream), rate }, end))
}

/// A second of sound: the thread at the other end looks every few milliseconds.
fn ring_size(config: StreamConfig) -> usize {
    config.sample_rate as usize
}

fn unknown(format: SampleFormat) -> Error {
    Error::with_message(ErrorKind::Other, format!("it offers its samples as {format} only"))
}

fn capture_as<T>(
    device: &cpal::Device,
    config: StreamConfig,
    mut ring: Producer<f32>,
    health: Arc<Health>,
) -> Result<cpal::Stream, Error>
where
    T: SizedSample,
    f32: FromSample<T>,
{
    let channels = usize::from(config.channels.max(1));
    let errors = health.clone();
    let callback = move |samples: &[T], _: &cpal::InputCallbackInfo| {
        health.beat();
        let frames = samples.len() / channels;
        let room = ring.slots().min(frames);
        if let Ok(chunk) = ring.write_chunk_uninit(room) {
            let mono = |frame: &[T]| frame.iter().map(|&s| f32::from_sample(s)).sum::<f32>() / channels as f32;
            chunk.fill_from_iter(samples.chunks_exact(channels).map(mono));
        }
        if room < frames {
            health.overruns.fetch_add((frames - room) as u64, Ordering::Relaxed);
        }
    };
    device.build_input_stream(config, callback, move |error| errors.note(error), None)
}

fn play_as<T>(
    device: &cpal::Device,
    config: StreamConfig,
    mut ring: Consumer<f32>,
    health: Arc<Health>,
    playing: Arc<Playing>,
) -> Result<cpal::Stream, Error>
where
    T: SizedSample + FromSample<f32>,
{
    let channels = usize::from(config.channels.max(1));
    let errors = health.clone();
    let mut fader = Fader::new(config.sample_rate);
    playing.tap.open(config.sample_rate);
    let callback = move |samples: &mut [T], info: &cpal::OutputCallbackInfo| {
        health.beat();
        let time = info.timestamp();
        let ahead = time.playback.duration_since(time.callback).min(LONGEST_LATENCY).as_secs_f32();
        playing.latency.store((ahead * config.sample_rate as f32) as u64, Ordering::Relaxed);
        let before = playing.taken.load(Ordering::Acquire);
        let (mut taken, mut ready, mut frames) = (before, 0, 0);
        if let Ok(chunk) = ring.read_chunk(ring.slots()) {
            let mut queue = chunk.into_iter();
            playing.tap.write(samples.chunks_mut(channels).map(|frame| {
                let seen = taken;
                let sample = fader.next(&playing.wish, &mut queue, &mut taken);
                frames += 1;
                if taken > seen {
                    ready = frames;
                }
                frame.fill(T::from_sample(sample));
                sample
            }));
        }
        // The silence is told before the sound is gone from the ring, so that nobody sees neither.
        if ready > 0 {
            playing.silent.store(frames - ready, Ordering::Release);
            playing.taken.fetch_add(taken - before, Ordering::AcqRel);
        } else {
            playing.silent.fetch_add(frames, Ordering::AcqRel);
        }
    };
    device.build_output_stream(config, callback, move |error| errors.note(error), None)
}
