//! What a key, a signal or a command tells the voice: to listen now, or to nothing.

use tokio::sync::{mpsc, oneshot};

use super::{Voice, VoiceError};
use crate::channel::voice::leds::Light;
use crate::telemetry::{self, Count};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Told {
    /// Hear whoever pressed; while heard, hear them no longer.
    Pressed,
    Mute(bool),
    /// Muted it is heard again, and the other way round.
    OtherMute,
}

/// How it hears.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hearing {
    pub muted: bool,
    /// What is said now is meant for it.
    pub listening: bool,
}

/// Tells the voice; any number may.
#[derive(Debug, Clone)]
pub struct Hand(mpsc::Sender<(Told, oneshot::Sender<Hearing>)>);

/// The voice's end.
pub(super) type Hands = mpsc::Receiver<(Told, oneshot::Sender<Hearing>)>;

impl Hand {
    pub(super) fn new() -> (Hand, Hands) {
        let (hand, hands) = mpsc::channel(1);
        (Hand(hand), hands)
    }

    /// Tell it, and how it hears when it has heeded that; `None` when it has ended. It heeds between two steps of a turn.
    pub async fn tell(&self, told: Told) -> Option<Hearing> {
        let (answer, answered) = oneshot::channel();
        self.0.send((told, answer)).await.ok()?;
        answered.await.ok()
    }
}

impl Voice {
    /// Where it is told what a key, a signal or a command says.
    pub fn hand(&self) -> Hand {
        self.hand.clone()
    }

    /// Heed what it was told; how it hears then.
    pub(super) async fn heed(&mut self, told: Told) -> Result<Hearing, VoiceError> {
        match told {
            Told::Pressed => self.pressed().await?,
            Told::Mute(muted) => self.mute(muted),
            Told::OtherMute => self.mute(!self.listening.is_muted()),
        }
        Ok(Hearing { muted: self.listening.is_muted(), listening: self.listening.hears() })
    }

    /// Who presses while it speaks wants to say something: it falls silent, and hears them when the room is quiet.
    async fn pressed(&mut self) -> Result<(), VoiceError> {
        if self.mouth.is_speaking() && !self.listening.is_muted() {
            let unheard = self.mouth.left();
            self.mouth.hush();
            self.is_interrupted(unheard).await?;
            self.meant_something = true;
            return Ok(());
        }
        let sign = self.listening.pressed(self.clock.ticks());
        self.sign(sign);
        Ok(())
    }

    /// What was being said is not said on; the dialogue is told what of it was not heard, before anything is answered.
    pub(super) async fn is_interrupted(&mut self, unheard: std::time::Duration) -> Result<(), VoiceError> {
        telemetry::count(Count::Interruption);
        if let Some(answered) = &mut self.answered {
            answered.cut = true;
        }
        if unheard > super::over::ANSWERED {
            self.service.unheard(&self.point).await?;
        }
        Ok(())
    }

    /// Listen to nothing, or again; so also after a restart.
    fn mute(&mut self, muted: bool) {
        if self.listening.is_muted() != muted {
            tracing::info!("{}", if muted { "muted" } else { "heard again" });
            self.set_muted(muted);
            self.mute.set(muted);
        }
    }

    pub(super) fn set_muted(&mut self, muted: bool) {
        let sign = self.listening.mute(muted);
        self.ear.set_muted(muted);
        if muted {
            self.ahead = Default::default();
            self.recognition = None;
            self.over = None;
            self.mouth.go_on();
        } else {
            self.lights.show(Light::Muted { muted });
        }
        self.sign(sign);
    }
}
