//! One turn of the live conversation: somebody speaks, or does not for long, and is answered.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use tokio::time::sleep;

use crate::dialogue::{Foresight, TimerId};
use crate::hear::PauseId;
use crate::message::{Transcript, Utterance};
use crate::reply::Reply;
use crate::stt::{Pending, SttError};
use crate::understand::Ending;

use super::ahead::{Said, Step};
use super::counter::{Answer, Happening};
use super::ear::Heard;
use super::{Daemon, DaemonError};

/// After the last sample was played the room still rings, and the sound card still has some to say.
const ECHO: Duration = Duration::from_millis(250);
/// Speech of less voice than this that was not understood is a cough or a door, and not worth asking about.
const WORTH_ASKING: f32 = 0.5;

/// To be told of when it has run out, unless something else happens first.
pub(super) type Timer = (TimerId, Instant);

/// A recognition under way.
pub(super) struct Recognition {
    begun: Instant,
    pending: Pending,
}

/// What came of a turn, when it has been answered.
#[derive(Debug, Clone)]
pub struct Turn {
    /// Empty where nothing usable was heard, and where a timer ran out.
    pub heard: String,
    pub reply: String,
    /// The order of the stages: `ended`, `known`, `answered`, `spoken`.
    pub times: Times,
}

/// When each stage of a turn was done with; those of speech are absent where a timer ran out.
#[derive(Debug, Clone, Default)]
pub struct Times {
    /// The recogniser's own time for the text that counted.
    pub recogniser: Option<Duration>,
    /// The text was recognised before the end was sure.
    pub ahead: bool,
    /// The end of speech was sure.
    pub ended: Option<Instant>,
    /// The end was sure, and what was said known.
    pub known: Option<Instant>,
    /// The turn was committed.
    pub answered: Option<Instant>,
    /// The first sound of the reply was given to the loudspeaker.
    pub spoken: Option<Instant>,
    /// What understanding, dialogue and store say of themselves, in milliseconds.
    pub stages_ms: BTreeMap<String, f64>,
}

impl Daemon {
    /// Say what opens the conversation, and make ready for the next replies.
    pub async fn greet(&mut self) {
        let opening = std::mem::take(&mut self.opening);
        self.speak(&opening).await;
        // Sentences that every conversation has are made while nobody speaks; what fails shows when it is needed.
        let _ = self.speaker.someday(self.assistant.common_sentences());
    }

    /// Wait for the next thing to answer, and answer it. Not cancel safe, but nothing that was said aloud is lost.
    pub async fn turn(&mut self) -> Result<Turn, DaemonError> {
        let mut times = Times::default();
        loop {
            // Nobody is asked whether they are still there while they speak.
            let timer = self.timer.filter(|_| self.ahead.is_quiet());
            let step = tokio::select! {
                heard = self.ear.next() => {
                    let heard = heard.ok_or(DaemonError::Broken)?;
                    if let Heard::Ended { at, .. } = &heard {
                        times.ended = Some(*at);
                    }
                    self.ahead.heard(heard)
                }
                result = recognised(&mut self.recognition) => {
                    times.recogniser = self.recognition.take().map(|recognition| recognition.begun.elapsed());
                    self.ahead.recognised(result)
                }
                id = run_out(timer) => return self.answer(Happening::Timer(id), Times::default()).await,
            };
            self.speaker.hold(!self.ahead.is_quiet());
            match step {
                Step::Nothing => {}
                Step::Recognise(utterance) => self.recognise(utterance),
                Step::Abandon => self.recognition = None,
                Step::Foresee(pause, text) => self.foresee(pause, text).await,
                Step::Conclude(said) => {
                    times.known = Some(Instant::now());
                    times.ahead = said.ahead;
                    if let Some(happening) = what_happened(said, &times) {
                        return self.answer(happening, times).await;
                    }
                }
            }
        }
    }

    fn recognise(&mut self, utterance: Utterance) {
        // What was under way is withdrawn first, so that it does not stand in the way.
        self.recognition = None;
        let begun = Instant::now();
        match self.recogniser.submit(utterance, self.bias.clone()) {
            Ok(pending) => self.recognition = Some(Recognition { begun, pending }),
            Err(error) => {
                // The end comes with the whole speech, which is tried again.
                tracing::error!("{error}");
                self.ahead = Default::default();
            }
        }
    }

    /// Somebody paused after these words: let their meaning say how long to wait for more, and get the reply ready.
    async fn foresee(&mut self, pause: PauseId, text: String) {
        let Some(Foresight { ending, reply }) = self.counter.foresee(text.clone()).await else { return };
        tracing::debug!(?ending, text, "foreseen");
        let hear = self.assistant.hearing();
        match ending {
            Ending::Complete => self.ear.wait(pause, hear.hangover_complete),
            Ending::Lacking => self.ear.wait(pause, hear.hangover_lacking),
            Ending::Open => self.ear.wait(pause, hear.hangover_open),
            Ending::Usual => {}
        }
        // The first sentence decides how long the silence is; the others are made while it is heard.
        let first = self.assistant.sentences(&reply).into_iter().take(1).collect();
        let _ = self.speaker.soon(first);
    }

    async fn answer(&mut self, happening: Happening, mut times: Times) -> Result<Turn, DaemonError> {
        let heard = match &happening {
            Happening::Heard(text) => text.clone(),
            Happening::Unheard | Happening::Timer(_) => String::new(),
        };
        self.timer = None;
        let answer = self.counter.tell(happening).await.ok_or(DaemonError::Broken)?;
        let Answer { reply, timer, expect, times_ms } = answer;
        times.answered = Some(Instant::now());
        times.stages_ms = times_ms;
        self.bias = self.assistant.bias(&expect);
        times.spoken = self.speak(&reply).await;
        self.timer = timer.map(|(id, seconds)| (id, Instant::now() + Duration::from_secs(seconds.into())));
        Ok(Turn { heard, reply: reply.text, times })
    }

    /// Say the reply, deaf to our own voice meanwhile. Returns when the first sound went out.
    async fn speak(&mut self, reply: &Reply) -> Option<Instant> {
        if reply.text.is_empty() {
            return None;
        }
        tracing::info!("reply: {}", reply.text);
        self.replies += 1;
        self.ear.set_deaf(true);
        let mut first = None;
        match self.speaker.say(self.replies, self.assistant.sentences(reply)) {
            Ok(mut speech) => {
                // What is said now may come from the cache; the next reply should not have to wait for the model.
                let _ = self.speaker.warm_up();
                while let Some(spoken) = speech.recv().await {
                    match spoken {
                        Ok(spoken) => {
                            self.loudspeaker.play(spoken.sound);
                            first.get_or_insert_with(Instant::now);
                        }
                        Err(error) => tracing::error!("{error}"),
                    }
                }
            }
            Err(error) => tracing::error!("{error}"),
        }
        while self.loudspeaker.is_playing() {
            sleep(Duration::from_millis(20)).await;
        }
        sleep(ECHO).await;
        self.ear.set_deaf(false);
        self.ahead = Default::default();
        self.recognition = None;
        self.speaker.hold(false);
        first
    }
}

/// The recognition's result; never comes while there is none. Cancel safe.
async fn recognised(recognition: &mut Option<Recognition>) -> Result<Transcript, SttError> {
    match recognition {
        Some(recognition) => (&mut recognition.pending).await,
        None => std::future::pending().await,
    }
}

async fn run_out(timer: Option<Timer>) -> TimerId {
    match timer {
        Some((id, when)) => {
            tokio::time::sleep_until(when.into()).await;
            id
        }
        None => std::future::pending().await,
    }
}

/// What the end of speech means for the conversation; nothing where it was a noise.
fn what_happened(said: Said, times: &Times) -> Option<Happening> {
    match said.result {
        Ok(transcript) if transcript.text.is_empty() => {
            (said.voiced_seconds >= WORTH_ASKING).then_some(Happening::Unheard)
        }
        Ok(transcript) => {
            let took = times.recogniser.unwrap_or_default().as_millis();
            tracing::info!("heard: {} ({took} ms{})", transcript.text, if said.ahead { ", ahead" } else { "" });
            Some(Happening::Heard(transcript.text))
        }
        Err(error) => {
            tracing::error!("{error}");
            Some(Happening::Unheard)
        }
    }
}
