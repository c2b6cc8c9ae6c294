//! Words beside what is ordered: a wish in its own words, what they come near to, a number that counts something else.

use std::ops::Range;

use crate::lang::cue::Cue;
use crate::shop::ItemId;

use super::lexicon::{ROOT, Sense};
use super::loose::{Loose, LooseKind};
use super::part::Part;
use super::tokens::Break;
use super::utterance::Utterance;

impl Utterance<'_, '_> {
    /// A wish as it was said, without the politeness after it.
    pub fn note(&self, parts: &Range<usize>) -> String {
        let polite = |at: usize| {
            let cues = self.parts[at].cues();
            cues.has(Cue::Thanks) || cues.has(Cue::Fine) && cues.has(Cue::Filler)
        };
        let mut end = parts.end;
        while end > parts.start + 1 && polite(end - 1) {
            end -= 1;
        }
        self.words(&(parts.start..end))
    }

    /// "…, my teeth aren't what they were", "I'm not that hungry": a clause of its own that tells of something is no wish.
    pub(super) fn tells_of(&self, parts: &Range<usize>) -> bool {
        let start = (0..=parts.start).rev().find(|at| self.parts[*at].before != Break::None).unwrap_or(0);
        let clause = &self.parts[start..parts.end];
        let thing = |p: &Part| p.sense().is_some_and(Sense::is_thing);
        let asks = |p: &Part| p.cues().any(&[Cue::Want, Cue::Put, Cue::With, Cue::Change, Cue::NotToo, Cue::Wish]);
        let telling = |p: &Part| p.tokens.clone().any(|at| self.lexicon.telling.contains(self.tokens.key(at)));
        clause.iter().any(telling) && !clause.iter().any(|p| asks(p) || thing(p) || p.participle)
    }

    /// Items that share a word with what was said, best first.
    pub fn near(&self, parts: &Range<usize>) -> Vec<ItemId> {
        let mut found: Vec<(ItemId, u32)> = Vec::new();
        for part in &self.parts[parts.clone()] {
            for at in part.tokens.clone() {
                let key = self.tokens.key(at);
                let word = self.lexicon.trie.nearest(key).map_or(self.lexicon.trie.word(key), |(word, _)| word);
                let Some(sense) = self.lexicon.trie.step(ROOT, word).and_then(|node| self.lexicon.trie.sense(node))
                else {
                    continue;
                };
                for item in sense.items.iter().take(6) {
                    match found.iter_mut().find(|(known, _)| known == item) {
                        Some((_, score)) => *score += u32::from(sense.items_quality),
                        None => found.push((*item, u32::from(sense.items_quality))),
                    }
                }
            }
        }
        found.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
        found.truncate(3);
        found.into_iter().map(|(item, _)| item).collect()
    }

    /// "I have three kids": a number among words that nobody here knows is of what these say, and of no line.
    pub(super) fn counts_something_else(&self, range: &Range<usize>, loose: &[Loose]) -> bool {
        let counts = |l: &Loose| matches!(l.kind, LooseKind::Amount(a) if !a.another && !a.more && a.unit.is_none());
        let parts = &self.parts[range.clone()];
        let changes = |p: &Part| p.cues().any(&[Cue::Put, Cue::Change, Cue::Correct, Cue::Only, Cue::OfThem]);
        !loose.is_empty()
            && loose.iter().all(counts)
            && self.expect.cart.len() + usize::from(self.expect.quantity) > 0
            && parts.iter().any(Part::is_unknown)
            && !parts.iter().any(changes)
    }
}
