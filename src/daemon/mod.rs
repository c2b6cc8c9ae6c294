//! The live assistant: the composition root, the conversation's loop, and the ordered end.

mod ahead;
mod counter;
mod ear;
mod signals;
mod turn;

use std::time::Instant;

use crate::assistant::{Assistant, AssistantError};
use crate::config::{Audio, Config};
use crate::reply::Reply;
use crate::sound::local::{AudioError, Loudspeaker, Microphone};
use crate::sound::{Sink, Source};
use crate::stt::{Bias, RecogniserThread};
use crate::tts::Speaker;

use ahead::Ahead;
use counter::Counter;
use ear::Ear;
pub use signals::Signals;
use turn::{Recognition, Timer};
pub use turn::{Times, Turn};

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
    let building = tokio::task::spawn_blocking(move || Daemon::open(&to_build, local));
    let mut daemon = tokio::select! {
        built = building => built.map_err(|_| DaemonError::Broken)??,
        () = signals.next() => return Ok(()),
    };
    tracing::info!("listening after {:.1} s; end with Ctrl-C", begun.elapsed().as_secs_f32());
    let _ = sd_notify::notify(&[sd_notify::NotifyState::Ready]);

    let served = tokio::select! {
        served = daemon.converse() => served,
        () = signals.next() => Ok(()),
    };

    tracing::info!("ending");
    let _ = sd_notify::notify(&[sd_notify::NotifyState::Stopping]);
    tokio::select! {
        _ = tokio::task::spawn_blocking(move || daemon.end()) => {}
        () = signals.next() => tracing::warn!("ending at once"),
    }
    served
}

/// Everything that lives as long as the daemon.
pub struct Daemon {
    ear: Ear,
    recogniser: RecogniserThread,
    counter: Counter,
    speaker: Speaker,
    loudspeaker: Box<dyn Sink>,
    assistant: Assistant,
    /// What the recogniser is to expect next.
    bias: Bias,
    /// The greeting, or where the conversation stood when the process last ended.
    opening: Reply,
    /// Counts the replies.
    replies: u64,
    timer: Option<Timer>,
    /// The speech that is being heard, and what of it is being recognised.
    ahead: Ahead,
    recognition: Option<Recognition>,
}

/// What hears and what is heard.
pub type Devices = (Box<dyn Source>, Box<dyn Sink>);

/// Microphone and loudspeaker of this machine. Both are tried before either complaint is made, so that one run tells all
/// that is missing.
fn local(audio: &Audio) -> Result<Devices, DaemonError> {
    match (Loudspeaker::open(&audio.loudspeaker), Microphone::open(&audio.microphone)) {
        (Ok(loudspeaker), Ok(microphone)) => Ok((Box::new(microphone), Box::new(loudspeaker))),
        (loudspeaker, microphone) => {
            Err(DaemonError::Audio(loudspeaker.err().into_iter().chain(microphone.err()).collect()))
        }
    }
}

impl Daemon {
    /// Load everything, and listen through the devices that are opened on the way.
    pub fn open(
        config: &Config,
        devices: impl FnOnce(&Audio) -> Result<Devices, DaemonError>,
    ) -> Result<Daemon, DaemonError> {
        let assistant = Assistant::open(config)?;
        let conversation = assistant.conversation("local", false)?;
        let (source, loudspeaker) = devices(&config.values.audio)?;
        let ear = Ear::open(source, assistant.endpointer()?)?;
        let recogniser = assistant.recogniser()?;
        let speaker = Speaker::start(assistant.voice()?).map_err(AssistantError::from)?;
        let bias = assistant.bias(&conversation.expect());
        Ok(Daemon {
            ear,
            recogniser,
            opening: conversation.opening(),
            counter: Counter::start(conversation)?,
            speaker,
            loudspeaker,
            assistant,
            bias,
            replies: 0,
            timer: None,
            ahead: Ahead::default(),
            recognition: None,
        })
    }

    /// Listen and answer, for ever. Dropping the future between two steps loses nothing that was said aloud.
    async fn converse(&mut self) -> Result<(), DaemonError> {
        self.greet().await;
        loop {
            self.turn().await?;
        }
    }

    /// The ordered end, told as a story.
    pub fn end(self) {
        drop(self.ear);
        self.loudspeaker.stop();
        self.speaker.advance_to(u64::MAX);
        drop(self.recognition);
        self.recogniser.shutdown();
        drop(self.counter);
        drop(self.speaker);
        drop(self.loudspeaker);
    }
}
