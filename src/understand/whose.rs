//! "Two platters, mine with slaw and hers with beans": whose it is counts out one of several.

use super::amounts::Reader;
use super::lattice::Chunk;
use super::lexicon::Sense;
use crate::lang::cue::Cue;

impl Reader<'_, '_> {
    /// A word for somebody's own that is told how it is to be. "Mine" alone points to what the speaker has: it counts
    /// where somebody else's is told too, or several were counted.
    pub(super) fn counts_out(&self) -> bool {
        let theirs = self.is(0, Cue::Theirs);
        let mine = self.is(0, Cue::Mine) && !self.is(0, Cue::Filler);
        (theirs || mine && self.others_are_told()) && self.is_told_next()
    }

    /// Whether what stands behind says how it is to be.
    fn is_told_next(&self) -> bool {
        let option = |s: &Sense| !s.options.is_empty() && s.items.is_empty();
        let leads = |ahead: usize| self.is(ahead, Cue::With) || self.is(ahead, Cue::Not) || self.is(ahead, Cue::On);
        let next = self.sense(1).filter(|_| self.joined(1));
        next.is_some_and(|s| option(s) || leads(1)) && self.sense(1).is_none_or(|s| s.items.is_empty())
    }

    fn others_are_told(&self) -> bool {
        let other = |chunk: &Chunk| chunk.sense.is_some_and(|s| s.cues.has(Cue::Theirs));
        let item = |chunk: &Chunk| chunk.sense.is_some_and(|s| !s.items.is_empty() || s.category.is_some());
        let several = |pair: &[Chunk]| {
            let count =
                pair[0].tokens.len() == 1 && self.tokens.list[pair[0].tokens.start].number.is_some_and(|n| n >= 2000);
            count && item(&pair[1])
        };
        self.chunks.iter().any(other) || self.chunks[..self.at].windows(2).any(several)
    }
}
