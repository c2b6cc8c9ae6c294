//! Who listens in a room where it hears itself, without a conversation: what is played and said passes faster than life, and
//! the same each time.

use std::sync::Arc;
use std::time::Duration;

use saycart::assistant::Assistant;
use saycart::config::Interrupt;
use saycart::hear::{Canceller, Endpointer, Event, Holder, arrange};
use saycart::message::{HEARING_RATE, Sound, Utterance};
use saycart::sound::{Capture, Sink, Source};

use super::Failure;
use super::room::{Echo, Microphone, Room};

pub struct Listener {
    pub room: Room,
    loudspeaker: Arc<dyn Sink>,
    source: Microphone,
    canceller: Option<Canceller>,
    endpointer: Endpointer,
    holder: Holder,
}

/// What came of something said.
#[derive(Default)]
pub struct Heard {
    pub utterances: Vec<Utterance>,
    /// Samples from its first audible one until the loudspeaker was silent, where it was not before.
    pub stopped: Option<usize>,
    /// The loudspeaker was held, and went on.
    pub dips: usize,
}

/// Seconds after the last sound in which somebody might still be heard.
const STILL: f32 = 1.5;

impl Listener {
    pub fn open(assistant: &Assistant, echo: Echo) -> Result<Listener, Failure> {
        let (room, microphone, loudspeaker) = Room::untimed(echo);
        let loudspeaker: Arc<dyn Sink> = Arc::new(loudspeaker);
        let (_, canceller) = arrange(Interrupt::Always, "none", &*loudspeaker);
        let (endpointer, holder) = (assistant.endpointer()?, Holder::new(loudspeaker.clone()));
        Ok(Listener { room, loudspeaker, source: microphone, canceller, endpointer, holder })
    }

    /// This is said to whoever listens while nothing is played.
    pub fn say(&mut self, words: &[f32]) -> Result<Heard, Failure> {
        self.room.say(words);
        self.rest()
    }

    /// This is played to its end, and nobody says anything.
    pub fn play(&mut self, reply: &Sound) -> Result<Heard, Failure> {
        self.loudspeaker.play(reply.clone());
        self.rest()
    }

    /// This is played, and after so many seconds somebody says that over it. When they have, what is left is not played.
    pub fn play_and_say(&mut self, reply: &Sound, after: f32, words: &[f32]) -> Result<Heard, Failure> {
        self.loudspeaker.play(reply.clone());
        let mut heard = Heard::default();
        let begins = self.room.now() + (after * HEARING_RATE as f32) as usize;
        while self.room.now() < begins {
            self.step(&mut heard)?;
        }
        let onset = self.room.say(words);
        let over = self.room.now() + words.len();
        while self.room.now() < over {
            self.step(&mut heard)?;
        }
        let rest = self.rest()?;
        heard.utterances.extend(rest.utterances);
        heard.stopped = self.room.stops_after(onset);
        self.loudspeaker.stop();
        self.loudspeaker.hold(false);
        self.rest()?;
        Ok(heard)
    }

    fn rest(&mut self) -> Result<Heard, Failure> {
        let mut heard = Heard::default();
        let still = (STILL * HEARING_RATE as f32) as usize;
        let mut since = self.room.now();
        while self.room.now() - since < still {
            self.step(&mut heard)?;
            if (self.loudspeaker.is_playing() && !self.room.is_held()) || self.room.is_said() {
                since = self.room.now();
            }
        }
        Ok(heard)
    }

    fn step(&mut self, heard: &mut Heard) -> Result<(), Failure> {
        let Capture::Samples(samples) = self.source.next(Duration::ZERO)? else { return Ok(()) };
        let held = self.room.is_held();
        let cleaned = self.canceller.as_mut().map(|canceller| canceller.clean(&samples)).unwrap_or_default();
        let events = self.endpointer.push_cleaned(&cleaned)?;
        self.holder.heard(samples.len(), &self.endpointer);
        heard.dips += usize::from(held && !self.room.is_held());
        heard.utterances.extend(events.into_iter().filter_map(|event| match event {
            Event::Utterance(utterance) => Some(utterance),
            Event::SpeechStarted | Event::SpeechPaused(..) | Event::SpeechResumed => None,
        }));
        Ok(())
    }
}
