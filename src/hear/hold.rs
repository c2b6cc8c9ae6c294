//! Somebody speaks over the assistant: its loudspeaker falls silent at their first sign, before anybody knows what they say.

use std::sync::Arc;

use super::Endpointer;
use crate::message::HEARING_RATE;
use crate::sound::Sink;

/// Seconds without a voice after which a reply goes on, should nobody have said what is to become of it: longer than any
/// recognition that is still waited for.
const LEFT_ALONE: usize = 3;

/// Holds a loudspeaker while somebody speaks over it, from the thread that listens: it falls silent at once however busy the
/// conversation is.
pub struct Holder {
    loudspeaker: Arc<dyn Sink>,
    /// Set while the loudspeaker may be held.
    hold: Option<Hold>,
}

struct Hold {
    /// Samples since somebody was last heard.
    still: usize,
    /// Speech came of it.
    meant: bool,
}

impl Holder {
    pub fn new(loudspeaker: Arc<dyn Sink>) -> Holder {
        Holder { loudspeaker, hold: None }
    }

    /// So many samples were heard. Where no speech comes of a sign of it, the loudspeaker goes on at once; else the
    /// conversation says what is to become of it.
    pub fn heard(&mut self, samples: usize, endpointer: &Endpointer) {
        let (voice, meant) = (endpointer.hears_voice(), endpointer.is_speech());
        if voice && self.loudspeaker.is_playing() {
            self.loudspeaker.hold(true);
            self.hold = Some(Hold { still: 0, meant });
        }
        let Some(hold) = &mut self.hold else { return };
        hold.meant |= meant;
        hold.still = if voice { 0 } else { hold.still + samples };
        let noise = !hold.meant && endpointer.is_idle();
        if noise || hold.still > LEFT_ALONE * HEARING_RATE as usize {
            self.let_go();
        }
    }

    /// Nobody will be heard: it goes on.
    pub fn let_go(&mut self) {
        if self.hold.take().is_some() {
            self.loudspeaker.hold(false);
        }
    }
}
