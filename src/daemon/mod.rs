//! The live assistant: the composition root, the conversation's loop, and the ordered end.

mod counter;
mod ear;
mod signals;

use std::time::{Duration, Instant};

use tokio::time::sleep;

use crate::assistant::{Assistant, AssistantError};
use crate::channel::local::{AudioError, Loudspeaker};
use crate::config::Config;
use crate::dialogue::TimerId;
use crate::message::Utterance;
use crate::reply::Reply;
use crate::stt::{Bias, RecogniserThread};
use crate::tts::Speaker;

use counter::{Answer, Counter, Happening};
use ear::Ear;
pub use signals::Signals;

/// After the last sample was played the room still rings, and the sound card still has some to say.
const ECHO: Duration = Duration::from_millis(250);
/// Speech of less voice than this that was not understood is a cough or a door, and not worth asking about.
const WORTH_ASKING: f32 = 0.5;

#[derive(Debug, thiserror::Error)]
pub enum DaemonError {
    #[error(transparent)]
    Assistant(#[from] AssistantError),
    #[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\nsaycart: "))]
    Audio(Vec<AudioError>),
    #[error("cannot start: {0}. Free some memory, or raise the limit of processes.")]
    Start(#[from] std::io::Error),
    #[error("a part of saycart ended by itself; the log above says why. Start it again: the cart is kept.")]
    Broken,
}

/// Serve customers until a signal comes. The ordered end: hearing stops, the turn at hand is committed, unsaid speech
/// is dropped, the threads end. A second signal returns at once, which loses nothing: what was said aloud is committed.
pub async fn serve(config: &Config, mut signals: Signals) -> Result<(), DaemonError> {
    let begun = Instant::now();
    let to_build = config.clone();
    let building = tokio::task::spawn_blocking(move || Parts::build(&to_build));
    let mut parts = tokio::select! {
        built = building => built.map_err(|_| DaemonError::Broken)??,
        () = signals.next() => return Ok(()),
    };
    tracing::info!("listening after {:.1} s; end with Ctrl-C", begun.elapsed().as_secs_f32());
    let _ = sd_notify::notify(&[sd_notify::NotifyState::Ready]);

    let served = tokio::select! {
        served = parts.converse() => served,
        () = signals.next() => Ok(()),
    };

    tracing::info!("ending");
    let _ = sd_notify::notify(&[sd_notify::NotifyState::Stopping]);
    tokio::select! {
        _ = tokio::task::spawn_blocking(move || parts.end()) => {}
        () = signals.next() => tracing::warn!("ending at once"),
    }
    served
}

/// Everything that lives as long as the daemon.
struct Parts {
    ear: Ear,
    recogniser: RecogniserThread,
    counter: Counter,
    speaker: Speaker,
    loudspeaker: Loudspeaker,
    assistant: Assistant,
    /// What the recogniser is to expect next.
    bias: Bias,
    /// The greeting, or where the conversation stood when the process last ended.
    opening: Reply,
    turn: u64,
    timer: Option<(TimerId, Instant)>,
}

impl Parts {
    fn build(config: &Config) -> Result<Parts, DaemonError> {
        let assistant = Assistant::open(config)?;
        let conversation = assistant.conversation("local", false)?;
        // Both devices are tried before either complaint is made, so that one run tells all that is missing.
        let audio = &config.values.audio;
        let loudspeaker = Loudspeaker::open(&audio.loudspeaker);
        let ear = Ear::open(&audio.microphone, assistant.endpointer()?);
        let (loudspeaker, ear) = match (loudspeaker, ear) {
            (Ok(loudspeaker), Ok(ear)) => (loudspeaker, ear),
            (loudspeaker, ear) => {
                return Err(DaemonError::Audio(loudspeaker.err().into_iter().chain(ear.err()).collect()));
            }
        };
        let recogniser = assistant.recogniser()?;
        let speaker = Speaker::start(assistant.voice()?).map_err(AssistantError::from)?;
        let bias = assistant.bias(&conversation.expect());
        Ok(Parts {
            ear,
            recogniser,
            opening: conversation.opening(),
            counter: Counter::start(conversation)?,
            speaker,
            loudspeaker,
            assistant,
            bias,
            turn: 0,
            timer: None,
        })
    }

    /// Listen and answer, for ever. Dropping the future between two steps loses nothing that was said aloud.
    async fn converse(&mut self) -> Result<(), DaemonError> {
        let opening = std::mem::take(&mut self.opening);
        self.speak(&opening).await;
        loop {
            let timer = self.timer;
            let happening = tokio::select! {
                utterance = self.ear.next() => self.recognise(utterance.ok_or(DaemonError::Broken)?).await,
                id = run_out(timer) => Some(Happening::Timer(id)),
            };
            if let Some(happening) = happening {
                self.answer(happening).await?;
            }
        }
    }

    async fn recognise(&self, utterance: Utterance) -> Option<Happening> {
        let begun = Instant::now();
        let voiced = utterance.voiced_seconds;
        match self.recogniser.transcribe(utterance, self.bias.clone()).await {
            Ok(transcript) if transcript.text.is_empty() => (voiced >= WORTH_ASKING).then_some(Happening::Unheard),
            Ok(transcript) => {
                tracing::info!("heard: {} ({} ms)", transcript.text, begun.elapsed().as_millis());
                Some(Happening::Heard(transcript.text))
            }
            Err(error) => {
                tracing::error!("{error}");
                Some(Happening::Unheard)
            }
        }
    }

    async fn answer(&mut self, happening: Happening) -> Result<(), DaemonError> {
        self.timer = None;
        let Answer { reply, timer, expect } = self.counter.tell(happening).await.ok_or(DaemonError::Broken)?;
        self.bias = self.assistant.bias(&expect);
        self.speak(&reply).await;
        self.timer = timer.map(|(id, seconds)| (id, Instant::now() + Duration::from_secs(seconds.into())));
        Ok(())
    }

    /// Say the reply, deaf to our own voice meanwhile.
    async fn speak(&mut self, reply: &Reply) {
        if reply.text.is_empty() {
            return;
        }
        tracing::info!("reply: {}", reply.text);
        self.turn += 1;
        self.ear.set_deaf(true);
        match self.speaker.say(self.turn, self.assistant.sentences(reply)) {
            Ok(mut speech) => {
                // What is said now may come from the cache; the next reply should not have to wait for the model.
                let _ = self.speaker.warm_up();
                while let Some(spoken) = speech.recv().await {
                    match spoken {
                        Ok(spoken) => self.loudspeaker.play(spoken.sound),
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
    }

    /// The ordered end, told as a story.
    fn end(self) {
        drop(self.ear);
        self.loudspeaker.stop();
        self.speaker.advance_to(u64::MAX);
        self.recogniser.shutdown();
        drop(self.counter);
        drop(self.speaker);
        drop(self.loudspeaker);
    }
}

async fn run_out(timer: Option<(TimerId, Instant)>) -> TimerId {
    match timer {
        Some((id, when)) => {
            tokio::time::sleep_until(when.into()).await;
            id
        }
        None => std::future::pending().await,
    }
}
