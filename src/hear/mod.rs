//! From a stream of samples to utterances: our own voice taken out, voice activity, endpointing, and a voice over ours.

pub mod echo;
pub mod endpoint;
pub mod hold;
pub mod vad;
pub mod wake;

use std::path::Path;

use ort::session::Session;

use crate::config::Hear;
use crate::message::{Sound, Utterance};
use crate::sound::{ResampleError, to_hearing_rate};

pub use echo::{Canceller, Cleaned, Duplex, arrange};
pub use endpoint::{Endpointer, Event, PAUSE, PauseId, Settings};
pub use hold::Holder;
pub use vad::{EnergyVad, SileroVad, Vad, VadError};

#[derive(Debug, thiserror::Error)]
pub enum HearError {
    #[error(transparent)]
    Resample(#[from] ResampleError),
    #[error(transparent)]
    Vad(#[from] VadError),
}

/// The endpointer that the daemon uses: Silero with the configured times. The runtime library must be loaded.
pub fn endpointer(silero: &Path, settings: &Hear) -> Result<Endpointer, VadError> {
    let endpointer = Endpointer::new(Box::new(SileroVad::load(silero)?), &Settings::from(settings));
    Ok(endpointer.past(Box::new(SileroVad::load(silero)?)))
}

/// Every utterance of a recording, in order: through the same stages as a live stream.
pub fn utterances(sound: &Sound, endpointer: &mut Endpointer) -> Result<Vec<Utterance>, HearError> {
    let samples = to_hearing_rate(sound)?;
    endpointer.reset();
    let mut events = endpointer.push(&samples)?;
    events.extend(endpointer.flush()?);
    Ok(events
        .into_iter()
        .filter_map(|event| match event {
            Event::Utterance(utterance) => Some(utterance),
            _ => None,
        })
        .collect())
}

/// A model that runs on the thread that asks it; or why there is none. The runtime library must have been initialised.
fn session(model: &Path) -> Result<Session, String> {
    if !model.is_file() {
        return Err("there is no such file".into());
    }
    let open = || -> ort::Result<Session> {
        Session::builder()?.with_intra_threads(1)?.with_inter_threads(1)?.commit_from_file(model)
    };
    open().map_err(|error| error.to_string())
}
