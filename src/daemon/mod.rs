//! The live assistant: the composition root, signals, and the ordered end.

mod signals;

use std::sync::Arc;
use std::time::Instant;

use crate::assistant::{Assistant, AssistantError};
use crate::channel::voice::{Engines, Voice, VoiceError};
use crate::config::{Audio, Config};
use crate::service::{Clock, Service, SystemClock};
use crate::sound::local::{AudioError, Loudspeaker, Microphone};
use crate::tts::Speaker;

pub use crate::channel::voice::{Devices, Times, Turn};
pub use signals::Signals;

#[derive(Debug, thiserror::Error)]
pub enum DaemonError {
    #[error(transparent)]
    Assistant(#[from] AssistantError),
    #[error(transparent)]
    Audio(#[from] AudioError),
    #[error("cannot start: {0}. Free some memory, or raise the limit of processes.")]
    Start(#[from] std::io::Error),
    #[error(transparent)]
    Voice(#[from] VoiceError),
}

/// Serve customers until a signal comes. The ordered end: hearing stops, the turn at hand is committed, unsaid speech
/// is dropped, the threads end. A second signal returns at once, which loses nothing: what was said aloud is committed.
pub async fn serve(config: &Config, mut signals: Signals) -> Result<(), DaemonError> {
    let begun = Instant::now();
    let to_build = config.clone();
    let building = tokio::task::spawn_blocking(move || Daemon::open(&to_build, local));
    let mut daemon = tokio::select! {
        built = building => built.map_err(|_| VoiceError::Broken)??,
        () = signals.next() => return Ok(()),
    };
    tracing::info!("listening after {:.1} s; end with Ctrl-C", begun.elapsed().as_secs_f32());
    let _ = sd_notify::notify(&[sd_notify::NotifyState::Ready]);

    let served = tokio::select! {
        served = daemon.voice.converse() => served,
        () = signals.next() => Ok(()),
    };

    tracing::info!("ending");
    let _ = sd_notify::notify(&[sd_notify::NotifyState::Stopping]);
    tokio::select! {
        _ = tokio::task::spawn_blocking(move || daemon.end()) => {}
        () = signals.next() => tracing::warn!("ending at once"),
    }
    Ok(served?)
}

/// Everything that lives as long as the daemon.
pub struct Daemon {
    voice: Voice,
}

/// Microphone and loudspeaker of this machine; one that is not there yet is waited for.
fn local(audio: &Audio) -> Result<Devices, DaemonError> {
    let loudspeaker = Loudspeaker::wait_for(&audio.loudspeaker)?;
    let microphone = Microphone::wait_for(&audio.microphone)?;
    Ok((Box::new(microphone), Box::new(loudspeaker)))
}

impl Daemon {
    /// Load everything, and listen through the devices that are opened on the way.
    pub fn open(
        config: &Config,
        devices: impl FnOnce(&Audio) -> Result<Devices, DaemonError>,
    ) -> Result<Daemon, DaemonError> {
        Daemon::open_at(config, Arc::new(SystemClock::new()), devices)
    }

    /// The same by another clock.
    pub fn open_at(
        config: &Config,
        clock: Arc<dyn Clock>,
        devices: impl FnOnce(&Audio) -> Result<Devices, DaemonError>,
    ) -> Result<Daemon, DaemonError> {
        let assistant = Assistant::open(config)?;
        let desk = assistant.desk(clock.clone())?;
        let devices = devices(&config.values.audio)?;
        let engines = Engines {
            endpointer: assistant.endpointer()?,
            recogniser: assistant.recogniser()?,
            speaker: Speaker::start(assistant.voice()?).map_err(AssistantError::from)?,
            phrases: assistant.phrases(),
            hear: config.values.hear.clone(),
        };
        let service = Arc::new(Service::start(desk)?);
        Ok(Daemon { voice: Voice::open(service, clock, engines, devices)? })
    }

    /// Say what opens the conversation.
    pub async fn greet(&mut self) -> Result<(), DaemonError> {
        Ok(self.voice.greet().await?)
    }

    /// The next turn of the conversation; see [`Voice::turn`].
    pub async fn turn(&mut self) -> Result<Turn, DaemonError> {
        Ok(self.voice.turn().await?)
    }

    /// The ordered end.
    pub fn end(self) {
        self.voice.end();
    }
}
