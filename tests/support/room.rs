//! A made-up room with a loudspeaker, a microphone that hears it, and a customer: barge-in is tried and measured in it, to
//! the sample. The room is decaying noise (after Schroeder and Polack): the direct sound, then noise that falls by 60 dB in
//! [`REVERBERATION`] seconds, 3 dB below the direct sound all in all.

use std::collections::VecDeque;
use std::sync::mpsc::RecvTimeoutError;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use saycart::message::{HEARING_RATE, Sound};
use saycart::sound::fade::{Fader, Wish};
use saycart::sound::{Capture, Sink, Source, Tap, to_hearing_rate};

use super::sounds::Random;

const RATE: usize = HEARING_RATE as usize;
/// Samples that a sound card gives and takes at a time: 10 ms.
const CHUNK: usize = RATE / 100;
/// Seconds.
const REVERBERATION: f32 = 0.3;
/// Of what the customer says at the microphone, of full scale.
const CUSTOMER: f32 = 0.4;
/// −50 dBFS: what people call audible.
const AUDIBLE: f32 = 0.003_162;

/// How a loudspeaker comes to the microphone.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Echo {
    /// From the callback to the microphone.
    pub delay: Duration,
    /// How much louder than the customer, in dB.
    pub level: f32,
}

/// Three delays and two levels.
pub fn echoes() -> Vec<Echo> {
    let delays = [30, 120, 300].map(Duration::from_millis);
    delays.iter().flat_map(|&delay| [-10.0, 6.0].map(|level| Echo { delay, level })).collect()
}

struct Shared {
    /// Given to the loudspeaker and not drawn yet.
    queue: VecDeque<f32>,
    given: u64,
    taken: u64,
    /// All that the loudspeaker ever played, from the first sample of the room's time.
    played: Vec<f32>,
    customer: VecDeque<f32>,
}

/// The room as those see it who measure in it.
#[derive(Clone)]
pub struct Room {
    shared: Arc<Mutex<Shared>>,
    wish: Arc<Wish>,
    tap: Arc<Tap>,
}

impl Room {
    /// The room, its microphone and its loudspeaker, at the pace of the clock.
    pub fn new(echo: Echo) -> (Room, Microphone, Loudspeaker) {
        Room::at_pace(echo, Some(Instant::now()))
    }

    /// The same where time passes as fast as it is listened to.
    pub fn untimed(echo: Echo) -> (Room, Microphone, Loudspeaker) {
        Room::at_pace(echo, None)
    }

    fn at_pace(echo: Echo, due: Option<Instant>) -> (Room, Microphone, Loudspeaker) {
        let shared =
            Shared { queue: VecDeque::new(), given: 0, taken: 0, played: Vec::new(), customer: VecDeque::new() };
        let room = Room { shared: Arc::new(Mutex::new(shared)), wish: Arc::default(), tap: Arc::default() };
        room.tap.open(HEARING_RATE);
        let microphone = Microphone {
            room: room.clone(),
            fader: Fader::new(HEARING_RATE),
            response: response(echo),
            hiss: Random::seeded(7),
            due,
        };
        (room.clone(), microphone, Loudspeaker(room))
    }

    fn shared(&self) -> MutexGuard<'_, Shared> {
        self.shared.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The customer says this now; the sample of the room's time at which it becomes audible.
    pub fn say(&self, samples: &[f32]) -> usize {
        let mut shared = self.shared();
        let begins = shared.played.len() + shared.customer.len();
        shared.customer.extend(samples.iter().map(|sample| sample * CUSTOMER));
        begins + samples.iter().position(|sample| (sample * CUSTOMER).abs() > AUDIBLE).unwrap_or(0)
    }

    /// The room's time, in samples.
    pub fn now(&self) -> usize {
        self.shared().played.len()
    }

    pub fn is_held(&self) -> bool {
        self.wish.is_held()
    }

    /// Whether the customer is speaking.
    pub fn is_said(&self) -> bool {
        !self.shared().customer.is_empty()
    }

    /// Seconds since the loudspeaker was last audible after this sample; `None` where it was not.
    pub fn still_for(&self, since: usize) -> Option<f32> {
        let shared = self.shared();
        let last = shared.played[since..].iter().rposition(|sample| sample.abs() > AUDIBLE)?;
        Some((shared.played.len() - since - last) as f32 / RATE as f32)
    }

    /// Samples from this one until the loudspeaker is silent for a quarter of a second; `None` where it was before, or is
    /// not yet.
    pub fn stops_after(&self, since: usize) -> Option<usize> {
        let shared = self.shared();
        let audible = |sample: &f32| sample.abs() > AUDIBLE;
        let lately = since.saturating_sub(RATE / 20);
        shared.played.get(lately..since)?.iter().any(audible).then_some(())?;
        let mut last = 0;
        for (at, sample) in shared.played.get(since..)?.iter().enumerate() {
            if audible(sample) {
                last = at;
            } else if at - last > RATE / 4 {
                return Some(last);
            }
        }
        None
    }

    /// Wait until the loudspeaker has been audible for so long after this sample. False where it is not within `patience`.
    pub fn wait_for_speech(&self, since: usize, seconds: f32, patience: Duration) -> bool {
        let until = Instant::now() + patience;
        while Instant::now() < until {
            let begun =
                self.shared().played.get(since..).and_then(|played| played.iter().position(|s| s.abs() > AUDIBLE));
            if begun.is_some_and(|begun| self.now() > since + begun + (seconds * RATE as f32) as usize) {
                return true;
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        false
    }
}

fn response(echo: Echo) -> Vec<f32> {
    let mut noise = Random::seeded(11);
    let decay = 1000f32.ln() / (REVERBERATION * RATE as f32);
    let tail: Vec<f32> = (0..(REVERBERATION * RATE as f32) as usize)
        .map(|at| if at < RATE / 500 { 0.0 } else { noise.signed() * (-decay * at as f32).exp() })
        .collect();
    let energy: f32 = tail.iter().map(|sample| sample * sample).sum();
    let gain = CUSTOMER * 10f32.powf(echo.level / 20.0);
    let mut response = vec![0.0; (echo.delay.as_secs_f32() * RATE as f32) as usize];
    response.push(gain);
    response.extend(tail.iter().skip(1).map(|sample| gain * sample * (0.5 / energy).sqrt()));
    response
}

/// Hears the customer, the loudspeaker through the room, and the room's hiss.
pub struct Microphone {
    room: Room,
    fader: Fader,
    response: Vec<f32>,
    hiss: Random,
    due: Option<Instant>,
}

impl Source for Microphone {
    fn next(&mut self, _patience: Duration) -> Result<Capture, RecvTimeoutError> {
        if let Some(due) = &mut self.due {
            *due += Duration::from_secs(1) * CHUNK as u32 / HEARING_RATE;
            std::thread::sleep(due.saturating_duration_since(Instant::now()));
        }
        let mut shared = self.room.shared();
        let Shared { queue, taken, played, customer, .. } = &mut *shared;
        let from = played.len();
        let mut drawn = std::iter::from_fn(|| queue.pop_front());
        played.extend((0..CHUNK).map(|_| self.fader.next(&self.room.wish, &mut drawn, taken)));
        self.room.tap.write(played[from..].iter().copied());
        let delay = self.response.iter().position(|tap| *tap != 0.0).unwrap_or(0);
        let samples = (from..from + CHUNK).map(|at| {
            let reach = at.saturating_sub(self.response.len() - 1);
            let echo: f32 = match at.checked_sub(delay) {
                Some(latest) => {
                    let taps = self.response[delay..].iter();
                    played[reach..=latest].iter().rev().zip(taps).map(|(sample, tap)| sample * tap).sum()
                }
                None => 0.0,
            };
            echo + customer.pop_front().unwrap_or(0.0) + 5.5e-4 * self.hiss.signed()
        });
        Ok(Capture::Samples(samples.collect()))
    }
}

/// What the microphone of the same room hears.
pub struct Loudspeaker(Room);

impl Sink for Loudspeaker {
    fn play(&self, sound: Sound) {
        let Ok(samples) = to_hearing_rate(&sound) else { return };
        let mut shared = self.0.shared();
        shared.given += samples.len() as u64;
        shared.queue.extend(samples);
    }

    fn stop(&self) {
        let given = self.0.shared().given;
        self.0.wish.forget(given);
    }

    fn hold(&self, held: bool) {
        self.0.wish.hold(held);
    }

    fn is_playing(&self) -> bool {
        !self.0.shared().queue.is_empty()
    }

    fn left(&self) -> Duration {
        Duration::from_secs(self.0.shared().queue.len() as u64) / HEARING_RATE
    }

    fn tap(&self) -> Option<Arc<Tap>> {
        Some(self.0.tap.clone())
    }
}
