//! Whoever wants something calls first, where that is asked for: what the loop does about it.

use std::sync::mpsc::Receiver;

use super::Voice;
use super::ear::Heard;
use super::earcon::earcon;
use super::gate::Spots;
use super::leds::Light;
use super::listening::Sign;
use crate::service::Happening;
use crate::stt::{Bias, Called};

/// What finds the wake phrase: an ear, when it has been learnt, and the words.
pub struct Wake {
    pub phrase: String,
    pub called: Called,
    pub learnt: Receiver<Box<dyn Spots>>,
}

impl Wake {
    /// The ear goes to whoever listens, once.
    pub(super) fn learnt(&mut self) -> Receiver<Box<dyn Spots>> {
        let (_, none) = std::sync::mpsc::channel();
        std::mem::replace(&mut self.learnt, none)
    }
}

/// Whether the speech that is being heard has to call first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Call {
    /// It is meant in any case.
    #[default]
    None,
    /// It has to, and only its words can tell.
    Wanted,
    /// The ear has heard the phrase in it.
    Spotted,
}

impl Voice {
    /// Whether nothing that is said can be meant: muted, or closed with no phrase that opens it. Nothing is recognised then.
    pub(super) fn shuts_out(&mut self) -> bool {
        let shut = !self.listening.hears() && !self.listening.can_be_called();
        if shut {
            self.ahead = Default::default();
            self.recognition = None;
        }
        shut
    }

    /// What the ear tells.
    pub(super) fn notice(&mut self, heard: &Heard) {
        match heard {
            Heard::Called => {
                self.call = Call::Spotted;
                self.lights.show(Light::WakeWordDetected);
            }
            Heard::Started if self.listening.hears() => {
                self.call = Call::None;
                self.lights.show(Light::Listening);
            }
            Heard::Started if self.call != Call::Spotted => self.call = Call::Wanted,
            Heard::Ended { .. } => self.lights.show(Light::Thinking),
            Heard::Started | Heard::Paused(..) | Heard::Resumed => {}
        }
    }

    /// What the recogniser is to expect: the phrase too, where somebody has to say it.
    pub(super) fn expected(&self) -> Bias {
        match &self.wake {
            Some(wake) if self.call != Call::None => self.bias.clone().led_by([&wake.phrase]),
            _ => self.bias.clone(),
        }
    }

    /// What of a text is meant for the assistant, without the phrase that called it; `None` where nothing is.
    pub(super) fn meant(&self, text: String) -> Option<String> {
        let Some(wake) = &self.wake else { return (self.call == Call::None).then_some(text) };
        let after = wake.called.after(&text, self.call == Call::Spotted).map(str::to_string);
        match self.call {
            // Whoever is heard already need not call, and may.
            Call::None => Some(after.filter(|after| !after.is_empty()).unwrap_or(text)),
            Call::Wanted | Call::Spotted => after,
        }
    }

    /// What has been said, if it is meant; whoever has called and said nothing else is waited for.
    pub(super) fn is_called(&mut self, happening: Happening) -> Option<Happening> {
        let asleep = self.call != Call::None;
        let meant = match happening {
            Happening::Heard(text) => self.meant(text).map(Happening::Heard),
            Happening::Unheard => (!asleep).then_some(Happening::Unheard),
            other => Some(other),
        };
        self.call = Call::None;
        match &meant {
            None => {
                tracing::debug!("speech that was not meant");
                self.rests();
            }
            Some(Happening::Heard(text)) if asleep => {
                let only = text.is_empty();
                let sign = self.listening.called(self.clock.ticks());
                self.ear.set_asleep(!self.listening.hears());
                if only {
                    self.sign(sign);
                }
            }
            Some(_) => {}
        }
        meant.filter(|happening| !matches!(happening, Happening::Heard(text) if text.is_empty()))
    }

    pub(super) fn begins_to_answer(&mut self) {
        self.listening.answering();
        self.rests();
    }

    /// All has been said.
    pub(super) fn has_answered(&mut self) {
        let sign = self.listening.answered(self.clock.ticks(), self.meant_something);
        self.sign(sign);
    }

    /// Nobody has said anything for as long as it stays open.
    pub(super) fn goes_to_sleep(&mut self) {
        let sign = self.listening.passed(self.clock.ticks());
        self.sign(sign);
    }

    /// Let people know, and the ear.
    pub(super) fn sign(&mut self, sign: Option<Sign>) {
        self.ear.set_asleep(!self.listening.hears());
        if let Some(sign) = sign {
            tracing::info!("listening: {sign:?}");
            self.mouth.sound(earcon(sign));
        }
        self.rests();
    }

    /// Something failed, and is said or tried again.
    pub(super) fn failed(&self) {
        self.lights.show(Light::PipelineError);
    }

    /// How it stands when nobody is being heard or thought about.
    pub(super) fn rests(&self) {
        self.lights.show(match (self.listening.is_muted(), self.mouth.is_speaking(), self.listening.hears()) {
            (true, ..) => Light::Muted { muted: true },
            (_, true, _) => Light::TtsSpeaking,
            (_, _, true) => Light::Listening,
            (_, _, false) => Light::Idle,
        });
    }
}
