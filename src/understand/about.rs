//! Amounts of which it is not said how many exactly.

use super::amounts::Reader;
use crate::lang::cue::Cue;

impl Reader<'_, '_> {
    /// "a few lemons": how many is not said. "A lot of" is so only of things: of an option it says how much.
    pub(super) fn vague(&self) -> bool {
        let Some(sense) = self.sense(0).filter(|s| s.cues.has(Cue::Vague)) else { return false };
        let next = self.sense(1).filter(|_| self.joined(1));
        if sense.cues.any(&[Cue::Extra, Cue::Light, Cue::Portion]) {
            let plural = self.chunks.get(self.at + 1).is_some_and(|c| self.tokens.list[c.tokens.end - 1].plural);
            return plural && next.is_some_and(|s| !s.items.is_empty() && s.options.is_empty());
        }
        !self.joined(1) || next.is_some_and(|s| s.is_thing() || s.cues.any(&[Cue::More, Cue::OfThem, Cue::Classifier]))
    }

    /// "七八个", "二三十斤", "十几个", "十块钱的": how many exactly is not said.
    pub(super) fn about(&self) -> bool {
        let Some(number) = self.number(0).filter(|_| self.joined(1)) else { return false };
        let counts = self.joined(2) && (self.is(2, Cue::Classifier) || self.measures(2));
        let next = self.number(1).filter(|_| self.is_sign(0) && self.is_sign(1) && counts);
        let follows = next.is_some_and(|next| next == number + 1000 && next < 10_000 || next == (number + 1000) * 10);
        follows || self.is(1, Cue::Vague) && self.is_sign(1)
    }
}
