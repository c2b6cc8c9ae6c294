//! Words that sound like numbers: "to lattes".

use super::amounts::Reader;
use super::tokens::Break;
use crate::lang::cue::Cue;

/// No more phrases than these are looked at before it.
const FAR: usize = 8;

impl Reader<'_, '_> {
    /// The phrases before this one in its sentence, the next one first.
    fn sentence_before(&self) -> impl Iterator<Item = usize> {
        let in_it = |at: &usize| self.tokens.list[self.chunks[at + 1].tokens.start].before != Break::Stop;
        (0..self.at).rev().take_while(in_it).take(FAR)
    }

    /// Whether the rest of what was counted before follows: "three bunches, to pink and one white".
    pub(super) fn homophone_counts_part(&self, value: u32) -> bool {
        let number = |at: usize| self.tokens.list[self.chunks[at].tokens.start].number;
        let Some(all) = self.sentence_before().find_map(number) else { return false };
        let is_option =
            |ahead: &usize| self.joined(*ahead) && self.sense(*ahead).is_some_and(|s| !s.options.is_empty());
        let options = (1..5).take_while(is_option).count();
        let rest = 1 + options + usize::from(self.is(1 + options, Cue::And));
        options > 0 && self.number(rest).is_some_and(|rest| all == value.saturating_add(rest))
    }

    /// Whether a number makes sense here and the usual word does not: right before a thing in the plural.
    pub(super) fn homophone_fits(&self) -> bool {
        // "swap the limes for lemons"
        if self.sentence_before().any(|at| self.chunks[at].sense.is_some_and(|s| s.cues.any(&[Cue::Swap, Cue::Change])))
        {
            return false;
        }
        let mut ahead = 1;
        while self.joined(ahead) && ahead < 5 {
            let Some(chunk) = self.chunks.get(self.at + ahead) else { return false };
            let Some(sense) = chunk.sense else { return false };
            // "cups of coffee" may be one name, and "orders of" stands before one.
            let plural = self.tokens.list[chunk.tokens.clone()].iter().any(|token| token.plural);
            if !sense.items.is_empty() || sense.cues.has(Cue::Portion) && plural {
                return plural;
            }
            if sense.options.is_empty() && !sense.cues.has(Cue::Plain) {
                return false;
            }
            ahead += 1;
        }
        false
    }
}
