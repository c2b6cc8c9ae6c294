//! Recordings in place of a microphone, and a loudspeaker that only notes what it was given: to measure and to try out
//! the assistant on a machine without a sound card.

use std::collections::VecDeque;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::time::{Duration, Instant};

use super::{Capture, Sink, Source};
use crate::message::{HEARING_RATE, Sound};

/// Samples a capture: 10 ms, about what a sound card gives at a time.
const CHUNK: usize = HEARING_RATE as usize / 100;

/// A microphone in a quiet room, in which recordings are played at the pace of the clock.
pub struct Replay {
    recordings: Receiver<Order>,
    playing: VecDeque<f32>,
    /// When the next capture is complete.
    due: Instant,
    /// How many times faster than the clock.
    pace: u32,
    room: Room,
}

/// Plays recordings to a [`Replay`]. When it is dropped the microphone closes after the last of them.
pub struct Player(Sender<Order>);

struct Order {
    samples: Vec<f32>,
    begun: Sender<Instant>,
}

impl Replay {
    /// A microphone and what plays to it. Its room is not digitally silent: no room is.
    pub fn new() -> (Replay, Player) {
        Replay::at_pace(1)
    }

    /// The same where time goes by `pace` times faster: what nobody listens to live need not take as long as it sounds.
    pub fn at_pace(pace: u32) -> (Replay, Player) {
        let (orders, recordings) = mpsc::channel();
        let (due, room) = (Instant::now(), Room(0x2545_f491_4f6c_dd1d));
        let replay = Replay { recordings, playing: VecDeque::new(), due, pace: pace.max(1), room };
        (replay, Player(orders))
    }
}

impl Player {
    /// Play samples at [`HEARING_RATE`] after what is playing. Returns when the first of them sounded, as soon as it did;
    /// `None` when the microphone is gone.
    pub fn play(&self, samples: Vec<f32>) -> Option<Instant> {
        let (begun, begins) = mpsc::channel();
        self.0.send(Order { samples, begun }).ok()?;
        begins.recv().ok()
    }
}

impl Source for Replay {
    fn next(&mut self, _patience: Duration) -> Result<Capture, RecvTimeoutError> {
        let chunk = Duration::from_secs(1) * CHUNK as u32 / HEARING_RATE / self.pace;
        // Who listens too late for it hears it later than it was due.
        let begins = Instant::now().checked_sub(chunk).map_or(self.due, |late| self.due.max(late));
        self.due += chunk;
        std::thread::sleep(self.due.saturating_duration_since(Instant::now()));
        match self.recordings.try_recv() {
            Ok(Order { samples, begun }) => {
                let ahead = Duration::from_secs(1) * self.playing.len() as u32 / HEARING_RATE / self.pace;
                let _ = begun.send(begins + ahead);
                self.playing.extend(samples);
            }
            Err(mpsc::TryRecvError::Empty) => {}
            Err(mpsc::TryRecvError::Disconnected) if self.playing.is_empty() => {
                return Err(RecvTimeoutError::Disconnected);
            }
            Err(mpsc::TryRecvError::Disconnected) => {}
        }
        let samples = (0..CHUNK).map(|_| self.playing.pop_front().unwrap_or(0.0) + self.room.sample());
        Ok(Capture::Samples(samples.collect()))
    }
}

/// The hiss of a quiet room at −70 dBFS, always the same.
struct Room(u64);

impl Room {
    fn sample(&mut self) -> f32 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        ((self.0 >> 40) as f32 / (1u64 << 23) as f32 - 1.0) * 5.5e-4
    }
}

/// What a loudspeaker was given, and when.
#[derive(Debug, Clone)]
pub struct Played {
    pub at: Instant,
    pub sound: Sound,
}

/// A loudspeaker that takes no time: what it is given is noted down and counts as heard.
pub struct Notes(Sender<Played>);

impl Notes {
    pub fn new() -> (Notes, Receiver<Played>) {
        let (played, notes) = mpsc::channel();
        (Notes(played), notes)
    }
}

impl Sink for Notes {
    fn play(&self, sound: Sound) {
        let _ = self.0.send(Played { at: Instant::now(), sound });
    }

    fn stop(&self) {}

    fn is_playing(&self) -> bool {
        false
    }

    fn rings(&self) -> Duration {
        Duration::ZERO
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_recording_is_heard_whole_at_the_pace_of_the_clock_and_then_the_room() {
        let (mut microphone, player) = Replay::new();
        let begun = Instant::now();
        let hearing = std::thread::spawn(move || {
            let mut heard = Vec::new();
            while let Ok(Capture::Samples(samples)) = microphone.next(Duration::ZERO) {
                heard.extend(samples);
            }
            heard
        });
        let first = player.play(vec![0.5; 500]).unwrap();
        let second = player.play(vec![-0.5; 500]).unwrap();
        let gap = second - first;
        assert!(gap >= Duration::from_millis(31) && gap < Duration::from_millis(60), "{gap:?}");
        drop(player);
        let heard = hearing.join().unwrap();
        assert!(begun.elapsed().as_secs_f32() + 0.02 >= heard.len() as f32 / HEARING_RATE as f32);
        let loud = |sign: f32| heard.iter().filter(|sample| (*sample - 0.5 * sign).abs() < 0.01).count();
        assert_eq!(loud(1.0), 500);
        assert!(heard.iter().all(|sample| sample.abs() < 0.01 || sample.abs() > 0.49));
    }
}
