//! One turn of the live conversation: somebody speaks, or does not for long, and is answered.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use crate::hear::PauseId;
use crate::message::{Transcript, Utterance};
use crate::service::{Answer, Clock, Foresight, Happening, ServiceError, Time, TimerId};
use crate::stt::{Pending, SttError};
use crate::understand::Ending;

use super::ahead::{Said, Step};
use super::{Voice, VoiceError, measure};

/// Speech of less voice than this that was not understood is a cough or a door, and not worth asking about.
pub const WORTH_ASKING: f32 = 0.5;
/// What cannot be done because another program holds the database is tried so often; each try waits for seconds.
pub const TRIES: usize = 6;
/// Seconds after which a timer is tried again whose turn could not be written.
const LATER: u32 = 30;

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
    /// The customer spoke over the reply, and the rest of it was left unsaid.
    pub cut: bool,
    /// The order of the stages: `ended`, `known`, `answered`, `spoken`.
    pub times: Times,
}

/// When each stage of a turn was done with; those of speech are absent where a timer ran out.
#[derive(Debug, Clone, Default)]
pub struct Times {
    /// The recogniser's own time for the text that counted.
    pub recogniser: Option<Duration>,
    /// When that text was there.
    pub recognised: Option<Instant>,
    /// The text was recognised before the end was sure.
    pub ahead: bool,
    /// The customer fell silent, for good as it turned out.
    pub silent: Option<Instant>,
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

impl Voice {
    /// Wait for the next thing to answer, and answer it; returns when the answer was said, or cut off. Not cancel safe, but
    /// nothing that was said aloud is lost.
    pub async fn turn(&mut self) -> Result<Turn, VoiceError> {
        if let Some(said) = self.said.take() {
            self.conclude(said).await?;
        }
        loop {
            // Nobody is asked whether they are still there while they speak, or we do.
            let timer = self.timer.filter(|_| self.ahead.is_quiet() && !self.mouth.is_speaking());
            let step = tokio::select! {
                first = self.mouth.done() => {
                    self.listen();
                    if let Some(mut turn) = self.answered.take() {
                        turn.times.spoken = first;
                        measure::answered(&turn.times);
                        return Ok(turn);
                    }
                    continue;
                }
                heard = self.ear.next() => {
                    let heard = heard.ok_or(VoiceError::Broken)?;
                    measure::heard(&heard, &mut self.times);
                    if self.shuts_out() {
                        continue;
                    }
                    self.notice(&heard);
                    self.overhears(&heard);
                    self.ahead.heard(heard)
                }
                result = recognised(&mut self.recognition) => {
                    self.times.recogniser = self.recognition.take().map(|recognition| recognition.begun.elapsed());
                    self.times.recognised = Some(Instant::now());
                    self.ahead.recognised(result)
                }
                Some((told, answer)) = self.hands.recv() => {
                    // Whoever asked may have gone.
                    let _ = answer.send(self.heed(told).await?);
                    Step::Nothing
                }
                Some(renewal) = self.renewals.recv(), if self.ahead.is_quiet() && self.answered.is_none() => {
                    self.renew(renewal).await;
                    continue;
                }
                () = reached(&*self.clock, self.listening.closes().filter(|_| self.ahead.is_quiet())) => {
                    self.goes_to_sleep();
                    Step::Nothing
                }
                id = run_out(&*self.clock, timer) => {
                    self.answered = Some(self.answer(Happening::Timer(id), Times::default()).await?);
                    Step::Nothing
                }
            };
            self.mouth.hold(!self.ahead.is_quiet());
            self.take(step).await?;
            if let Some(turn) = self.answered.take_if(|_| !self.mouth.is_speaking()) {
                // Nothing to say, or nothing more.
                self.rests();
                return Ok(turn);
            }
        }
    }

    async fn take(&mut self, step: Step) -> Result<(), VoiceError> {
        match step {
            Step::Nothing => {}
            Step::Recognise(utterance) => self.recognise(utterance),
            Step::Abandon => self.recognition = None,
            Step::Foresee(pause, text) => {
                self.so_far(&text).await?;
                if let Some(text) = self.meant(text) {
                    self.foresee(pause, text).await;
                }
            }
            Step::Conclude(said) => {
                self.times.known = Some(Instant::now());
                self.times.ahead = said.ahead;
                match self.all(said).await? {
                    // The turn whose answer it cut off is over first.
                    Some(said) if self.answered.is_some() => self.said = Some(said),
                    Some(said) => self.conclude(said).await?,
                    None => self.rests(),
                }
            }
        }
        Ok(())
    }

    async fn conclude(&mut self, said: Said) -> Result<(), VoiceError> {
        let meant = what_happened(said, &self.times).and_then(|happening| self.is_called(happening));
        match meant {
            Some(happening) => {
                let times = std::mem::take(&mut self.times);
                self.answered = Some(self.answer(happening, times).await?);
            }
            None => self.rests(),
        }
        Ok(())
    }

    fn recognise(&mut self, utterance: Utterance) {
        // What was under way is withdrawn first, so that it does not stand in the way.
        self.recognition = None;
        let begun = Instant::now();
        match self.recogniser.submit(utterance, self.expected()) {
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
        let Ok(Foresight { ending, reply }) = self.service.foresee(&self.point, text.clone()).await else { return };
        tracing::debug!(?ending, "foreseen");
        let hear = &self.hear;
        match ending {
            Ending::Complete => self.ear.wait(pause, hear.hangover_complete),
            Ending::Lacking => self.ear.wait(pause, hear.hangover_lacking),
            Ending::Open => self.ear.wait(pause, hear.hangover_open),
            Ending::Usual => {}
        }
        // The first sentence decides how long the silence is; the others are made while it is heard.
        let first = self.phrases.sentences(&reply).into_iter().take(1).collect();
        self.mouth.soon(first);
    }

    /// Tell the service, and begin to say what it answers.
    async fn answer(&mut self, happening: Happening, mut times: Times) -> Result<Turn, VoiceError> {
        let heard = match &happening {
            Happening::Heard(text) => text.clone(),
            Happening::Unheard | Happening::Timer(_) => String::new(),
        };
        let former = self.timer.take();
        let reply = match self.tell(happening).await {
            Ok(Answer { outcome, expect }) => {
                // A timer says nothing, and while a card is waited for it runs out every two seconds.
                if !outcome.view.transcript.is_empty() {
                    tracing::debug!("understood: {}", outcome.view.transcript);
                }
                self.bias = self.phrases.bias(&expect);
                times.stages_ms = outcome.view.times_ms;
                self.next_timer = outcome.timer;
                self.meant_something = !outcome.view.acts.is_empty();
                outcome.reply
            }
            Err(ServiceError::Ended) => return Err(VoiceError::Broken),
            // Nothing was committed, so nothing may be acknowledged.
            Err(error) => {
                tracing::error!("{error}");
                self.failed();
                // Nothing has changed, so the silence after it means what it meant before.
                self.next_timer = former.map(|(id, _)| (id, LATER));
                self.service.trouble(&self.point, error.is_full()).await?
            }
        };
        times.answered = Some(Instant::now());
        self.speak(&reply);
        Ok(Turn { heard, reply: reply.text, cut: false, times })
    }

    /// A turn that cannot be written yet is kept, and tried again while the customer is asked for a moment.
    async fn tell(&mut self, happening: Happening) -> Result<Answer, ServiceError> {
        let mut told = self.service.tell(&self.point, happening.clone()).await;
        for _ in 1..TRIES {
            match &told {
                Err(error) if error.is_passing() => tracing::warn!("{error}; trying again"),
                _ => break,
            }
            if !self.mouth.is_speaking() {
                self.say(self.phrases.one_moment());
            }
            let mut heard_out = false;
            told = {
                let again = self.service.tell(&self.point, happening.clone());
                tokio::pin!(again);
                loop {
                    tokio::select! {
                        told = &mut again => break told,
                        _ = self.mouth.done() => heard_out = true,
                    }
                }
            };
            if heard_out {
                self.listen();
            }
        }
        told
    }
}

/// The recognition's result; never comes while there is none. Cancel safe.
async fn recognised(recognition: &mut Option<Recognition>) -> Result<Transcript, SttError> {
    match recognition {
        Some(recognition) => (&mut recognition.pending).await,
        None => std::future::pending().await,
    }
}

async fn run_out(clock: &dyn Clock, timer: Option<(TimerId, Time)>) -> TimerId {
    let Some((id, at)) = timer else { return std::future::pending().await };
    clock.reached(at).await;
    id
}

async fn reached(clock: &dyn Clock, at: Option<Time>) {
    match at {
        Some(at) => clock.reached(at).await,
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
            // Its words are logged when they hold nothing any more that must not be kept.
            let took = times.recogniser.unwrap_or_default().as_millis();
            tracing::info!("heard ({took} ms{})", if said.ahead { ", ahead" } else { "" });
            Some(Happening::Heard(transcript.text))
        }
        Err(error) => {
            tracing::error!("{error}");
            Some(Happening::Unheard)
        }
    }
}
