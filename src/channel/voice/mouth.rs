//! Speaking, as something that comes to pass: sentences go to the loudspeaker as they are made, and when the last has been
//! heard the room is quiet.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::time::{sleep, sleep_until};

use crate::message::{Sentence, Sound};
use crate::sound::Sink;
use crate::tts::{Speaker, Speech};

/// How often the loudspeaker is asked whether it has played all.
const LOOK: Duration = Duration::from_millis(20);

pub(super) struct Mouth {
    speaker: Speaker,
    loudspeaker: Arc<dyn Sink>,
    /// Counts the replies.
    replies: u64,
    speaking: Option<Speaking>,
}

struct Speaking {
    /// `None` when all sentences were given to the loudspeaker.
    speech: Option<Speech>,
    /// When the first of them was.
    first: Option<Instant>,
    /// When the room will be quiet, once that is known.
    quiet: Option<Instant>,
}

impl Mouth {
    pub fn new(speaker: Speaker, loudspeaker: Arc<dyn Sink>) -> Mouth {
        Mouth { speaker, loudspeaker, replies: 0, speaking: None }
    }

    /// Say this, and nothing that was being said before. [`Mouth::done`] tells when it has been said.
    pub fn say(&mut self, sentences: Vec<Sentence>) {
        self.replies += 1;
        let speech = match self.speaker.say(self.replies, sentences) {
            Ok(speech) => Some(speech),
            Err(error) => {
                tracing::error!("{error}");
                None
            }
        };
        // Should somebody speak just now, the ear holds it again.
        self.loudspeaker.hold(false);
        // What is said now may come from the cache; the next reply should not have to wait for the model.
        let _ = self.speaker.warm_up();
        self.speaking = Some(Speaking { speech, first: None, quiet: None });
    }

    /// A sound that is no speech, after what is being said.
    pub fn sound(&self, sound: Sound) {
        self.loudspeaker.play(sound);
    }

    pub fn is_speaking(&self) -> bool {
        self.speaking.is_some()
    }

    /// Resolves when all has been said and the room is quiet again, with the time of the first sound; never while nothing is
    /// said. Meanwhile it hands on what is made. Cancel safe.
    pub async fn done(&mut self) -> Option<Instant> {
        let Some(speaking) = &mut self.speaking else { return std::future::pending().await };
        while let Some(speech) = &mut speaking.speech {
            match speech.recv().await {
                Some(Ok(spoken)) => {
                    self.loudspeaker.play(spoken.sound);
                    speaking.first.get_or_insert_with(Instant::now);
                }
                Some(Err(error)) => tracing::error!("{error}"),
                None => speaking.speech = None,
            }
        }
        while speaking.quiet.is_none() {
            if self.loudspeaker.is_playing() {
                sleep(LOOK).await;
            } else {
                speaking.quiet = Some(Instant::now() + self.loudspeaker.rings());
            }
        }
        if let Some(quiet) = speaking.quiet {
            sleep_until(quiet.into()).await;
        }
        self.speaking.take().and_then(|speaking| speaking.first)
    }

    /// How much of what is being said is still to be heard; as good as endless while not all of it is made.
    pub fn left(&self) -> Duration {
        match &self.speaking {
            Some(Speaking { speech: Some(_), .. }) => Duration::MAX,
            Some(_) => self.loudspeaker.left(),
            None => Duration::ZERO,
        }
    }

    /// Say nothing more; [`Mouth::done`] tells when the room is quiet.
    pub fn hush(&mut self) {
        self.drop_rest();
        if let Some(speaking) = &mut self.speaking {
            speaking.speech = None;
        }
    }

    /// Whoever spoke over it meant nothing by it: go on.
    pub fn go_on(&self) {
        self.loudspeaker.hold(false);
    }

    /// Leave the rest of what is being said unsaid, and return when its first sound was heard.
    pub fn cut(&mut self) -> Option<Instant> {
        self.drop_rest();
        self.speaking.take().and_then(|speaking| speaking.first)
    }

    fn drop_rest(&mut self) {
        self.loudspeaker.stop();
        self.loudspeaker.hold(false);
        self.replies += 1;
        self.speaker.advance_to(self.replies);
    }

    /// Make these before anything else that may be wanted; where it fails it shows when they are needed.
    pub fn soon(&self, sentences: Vec<Sentence>) {
        let _ = self.speaker.soon(sentences);
    }

    /// Make these while there is nothing else to do.
    pub fn someday(&self, sentences: Vec<Sentence>) {
        let _ = self.speaker.someday(sentences);
    }

    /// Make nothing for some day while somebody is speaking.
    pub fn hold(&self, held: bool) {
        self.speaker.hold(held);
    }

    /// Fall silent, and forget what is still to be said.
    pub fn stop(&mut self) {
        self.loudspeaker.stop();
        self.speaker.advance_to(u64::MAX);
        self.speaking = None;
    }
}
