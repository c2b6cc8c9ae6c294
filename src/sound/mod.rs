//! Where sound comes from and goes to: microphone and loudspeaker of this machine, recordings in their place, WAV files; how
//! loud it is.

pub mod fade;
pub mod level;
pub mod local;
pub mod replay;
pub mod resample;
pub mod server;
pub mod tap;
pub mod wav;

use std::sync::Arc;
use std::sync::mpsc::RecvTimeoutError;
use std::time::Duration;

pub use level::Level;
pub use resample::{ResampleError, Resampler, to_hearing_rate};
pub use tap::Tap;

use crate::message::Sound;

/// What comes from a microphone, in order.
#[derive(Debug, Clone, PartialEq)]
pub enum Capture {
    /// Mono samples at [`crate::message::HEARING_RATE`], some tens of milliseconds of them.
    Samples(Vec<f32>),
    /// The device is gone; samples follow again when it is back. What was being heard is cut off.
    Lost,
}

/// Something that hears. Members: the [`local`] microphone, and a recording that is [`replay`]ed.
pub trait Source: Send {
    /// The next capture. Waits for it no longer than `patience`; `Disconnected` when there will be no more.
    fn next(&mut self, patience: Duration) -> Result<Capture, RecvTimeoutError>;
}

/// Something that can be heard. Members: the [`local`] loudspeaker, and one that only notes down ([`replay`]).
pub trait Sink: Send + Sync {
    /// Play `sound` after what is queued. Returns at once.
    fn play(&self, sound: Sound);
    /// Fall silent now, and forget what is queued.
    fn stop(&self);
    /// Fall silent now and keep what is queued, or go on with it. Where it cannot be held it is heard to its end.
    fn hold(&self, _held: bool) {}
    /// Whether something is queued or still to be heard.
    fn is_playing(&self) -> bool;
    /// How much of what it was given is still to be heard.
    fn left(&self) -> Duration {
        Duration::ZERO
    }
    /// What it truly plays, silence too, as it leaves for the ear; `None` where it does not tell.
    fn tap(&self) -> Option<Arc<Tap>> {
        None
    }
    /// How long after the last sample it is still heard: the sound card has some to say yet, and the room rings.
    fn rings(&self) -> Duration {
        Duration::from_millis(250)
    }
}
