//! The live assistant: the composition root, signals, and the ordered end.

mod keeper;
pub mod keys;
mod memory;
mod signals;
mod watch;

use std::sync::Arc;
use std::time::Instant;

use crate::assistant::{Assistant, AssistantError};
use crate::channel::voice::{Engines, Mute, TRIES, Voice, VoiceError};
use crate::config::{Audio, Config};
use crate::control::{self, ControlError, Page, Server};
use crate::service::{Clock, Desk, Service, SystemClock};
use crate::sound::local::{AudioError, Loudspeaker, Microphone};
use crate::telemetry::{self, Model, Spans, SpansError};
use crate::tts::Speaker;

use keeper::Keeper;

pub use crate::channel::voice::{Devices, Hand, Hearing, Times, Told, Turn};
pub use signals::{Hangups, Hints, Signals};

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
    #[error(transparent)]
    Control(#[from] ControlError),
    #[error(transparent)]
    Spans(#[from] SpansError),
    #[error("the thread `{0}` has fallen; the log above says where. Start saycart again: the cart is kept.")]
    Fallen(&'static str),
}

/// Serve customers until a signal comes. The ordered end: hearing stops, the turn at hand is committed, unsaid speech
/// is dropped, the threads end. A second signal returns at once, which loses nothing: what was said aloud is committed.
pub async fn serve(
    config: &Config,
    mut signals: Signals,
    mut hangups: Hangups,
    mut hints: Hints,
) -> Result<(), DaemonError> {
    let begun = Instant::now();
    memory::share();
    let spans = spans(config)?;
    Model::ALL.into_iter().for_each(telemetry::will_warm);
    let watch = watch::watch();
    tokio::pin!(watch);
    let to_build = config.clone();
    let building = tokio::task::spawn_blocking(move || Daemon::open(&to_build, local));
    let mut daemon = tokio::select! {
        built = building => built.map_err(|_| VoiceError::Broken)??,
        fallen = &mut watch => return Err(DaemonError::Fallen(fallen)),
        () = signals.next() => return Ok(()),
    };
    let heard = hear(config, &daemon.keeper).await?;
    tracing::info!("listening after {:.1} s; end with Ctrl-C", begun.elapsed().as_secs_f32());

    let keeper = daemon.keeper.clone();
    let reloading = async {
        loop {
            hangups.next().await;
            // What is wrong stands in the log and in the status.
            let _ = keeper.reload().await;
        }
    };
    let hand = daemon.hand();
    let hinting = async {
        loop {
            let told = hints.next().await;
            // Nobody waits for how it hears then: it lets people know itself.
            let _ = hand.tell(told).await;
        }
    };
    let pressing = keys::heed(&config.values.listen, &hand);
    let served = tokio::select! {
        served = daemon.voice.converse() => served.map_err(DaemonError::from),
        fallen = &mut watch => Err(DaemonError::Fallen(fallen)),
        () = reloading => Ok(()),
        () = hinting => Ok(()),
        () = pressing => Ok(()),
        () = signals.next() => Ok(()),
    };

    tracing::info!("ending");
    let _ = sd_notify::notify(&[sd_notify::NotifyState::Stopping]);
    drop(heard);
    tokio::select! {
        _ = tokio::task::spawn_blocking(move || (daemon.end(), drop(spans))) => {}
        () = signals.next() => tracing::warn!("ending at once"),
    }
    served
}

fn spans(config: &Config) -> Result<Option<Spans>, SpansError> {
    let address = config.values.metrics.traces.as_str();
    (!address.is_empty()).then(|| Spans::start(address)).transpose()
}

/// Begin to hear the owner's commands, and whoever wants figures. The assistant serves though it could not be asked how it is; a
/// wrong address is a mistake that somebody must mend.
async fn hear(config: &Config, keeper: &Arc<Keeper>) -> Result<(Option<Server>, Option<Page>), DaemonError> {
    let server = Server::start(control::socket(config), Arc::new(keeper.clone()));
    let server = server.inspect_err(|error| tracing::warn!("{error}")).ok();
    let page = match config.values.metrics.address.as_str() {
        "" => None,
        address => {
            let keeper = keeper.clone();
            let page = Page::start(address, move || {
                let _ = keeper.look();
            })
            .await?;
            tracing::info!("figures at http://{}/metrics", page.address());
            Some(page)
        }
    };
    Ok((server, page))
}

/// Everything that lives as long as the daemon.
pub struct Daemon {
    voice: Voice,
    keeper: Arc<Keeper>,
}

/// Microphone and loudspeaker of this machine; one that is not there yet is waited for.
fn local(audio: &Audio) -> Result<Devices, DaemonError> {
    let loudspeaker = Loudspeaker::wait_for(&audio.loudspeaker)?;
    let microphone = Microphone::wait_for(&audio.microphone)?;
    Ok((Box::new(microphone), Box::new(loudspeaker)))
}

/// The desk. Another program that holds the database, as a backup does, is waited for.
fn desk(assistant: &Assistant, clock: &Arc<dyn Clock>) -> Result<Desk, AssistantError> {
    for _ in 1..TRIES {
        match assistant.desk(clock.clone()) {
            Err(AssistantError::Service(error)) if error.is_passing() => tracing::warn!("{error}; trying again"),
            opened => return opened,
        }
    }
    assistant.desk(clock.clone())
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
        // The voice's model loads beside the recogniser's, and nobody waits for it with the first sentence.
        let speaker = Speaker::start(assistant.voice()?).map_err(AssistantError::from)?;
        speaker.warm_up().map_err(AssistantError::from)?;
        let desk = desk(&assistant, &clock)?;
        let devices = devices(&config.values.audio)?;
        let engines = Engines {
            endpointer: assistant.endpointer()?,
            recogniser: assistant.recogniser()?,
            speaker,
            phrases: assistant.phrases(),
            hear: config.values.hear.clone(),
            listen: config.values.listen.clone(),
            wake: assistant.wake()?,
            mute: Mute::at(config.muted()),
            microphone: config.values.audio.microphone.clone(),
        };
        let service = Arc::new(Service::start(desk)?);
        let voice = Voice::open(service.clone(), clock, engines, devices)?;
        let keeper = Keeper::new(config, &assistant.setting, &service, &voice);
        Ok(Daemon { voice, keeper: Arc::new(keeper) })
    }

    /// Say what opens the conversation.
    pub async fn greet(&mut self) -> Result<(), DaemonError> {
        Ok(self.voice.greet().await?)
    }

    /// Where it is told what keys and commands say.
    pub fn hand(&self) -> Hand {
        self.voice.hand()
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
