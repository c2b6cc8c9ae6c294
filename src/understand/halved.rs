//! Names that begin with a half, where the words around them look like an amount: "half a pint of slaw" where slaw comes in
//! half pints, "ribs and a half chicken" where half chickens are sold.

use std::ops::Range;

use super::lattice::Chunk;
use super::lexicon::{Sense, Trie, quality};
use super::menu::Menu;
use super::tokens::{Break, Tokens};
use crate::lang::cue::Cue;
use crate::shop::ItemId;

/// How many phrases ahead the item may be that an option is of.
const FAR: usize = 5;

/// Give such phrases back to the names.
pub(super) fn name<'l>(
    chunks: &mut Vec<Chunk<'l>>,
    tokens: &Tokens,
    trie: &'l Trie,
    menu: &Menu,
    last: Option<ItemId>,
) {
    let half = Half { tokens, trie, menu, last };
    let mut at = 0;
    while at < chunks.len() {
        if let Some(rest) = half.behind_and(chunks, at) {
            let end = half.end(chunks, rest.end);
            let words = chunks[at].tokens.start..rest.start;
            let words = words.map(|word| chunk(word..word + 1, trie.alone(tokens.key(word))));
            let name = chunk(rest.clone(), half.called(rest));
            let all: Vec<Chunk<'l>> = words.chain([name]).collect();
            chunks.splice(at..end, all);
        } else if let Some((sense, whole)) = half.of_one(chunks, at) {
            chunks[at].sense = Some(sense);
            if whole {
                chunks[at].tokens.end = chunks[at + 1].tokens.end;
                chunks.remove(at + 1);
            }
        }
        at += 1;
    }
}

fn chunk<'l>(tokens: Range<usize>, sense: Option<&'l Sense>) -> Chunk<'l> {
    Chunk { tokens, sense, inner: None, slips: 0 }
}

struct Half<'a, 'l> {
    tokens: &'a Tokens,
    trie: &'l Trie,
    menu: &'a Menu,
    /// The item spoken of last.
    last: Option<ItemId>,
}

impl<'l> Half<'_, 'l> {
    /// What is called by these words.
    fn called(&self, words: impl Iterator<Item = usize>) -> Option<&'l Sense> {
        self.trie
            .phrase(words.map(|word| self.tokens.key(word)))
            .filter(|sense| sense.is_thing() && sense.quality() >= quality::VARIANT)
    }

    /// "… and a half chicken": the words from "half" on, as far as they are a name, where no amount goes on.
    fn behind_and(&self, chunks: &[Chunk], at: usize) -> Option<Range<usize>> {
        let sense = chunks[at].sense.filter(|s| s.cues.has(Cue::AndHalf) && !s.is_thing())?;
        let half = chunks[at].tokens.end - 1;
        let measured = |c: &Chunk| {
            c.sense.is_some_and(|s| s.unit.is_some() || s.group.is_some())
                || self.tokens.list[c.tokens.end - 1].number.is_some()
        };
        if sense.cues.has(Cue::Of) || at == 0 || measured(&chunks[at - 1]) {
            return None;
        }
        let far = self.breath(half);
        let end = (half + 2..=far).rev().find(|end| self.called(half..*end).is_some())?;
        let named = self.called(half..end)?;
        let rest = &chunks[self.end(chunks, end)..];
        (!named.items.is_empty() || self.is_of(named, rest)).then_some(half..end)
    }

    /// "half a pint" of what comes in half pints, "half a rack of ribs": what it is then, and whether the phrase behind it is
    /// a part of that and nothing more.
    fn of_one(&self, chunks: &[Chunk], at: usize) -> Option<(&'l Sense, bool)> {
        let words = &chunks[at].tokens;
        let fraction = chunks[at].sense.is_some_and(|s| s.fraction.is_some() && !s.is_thing());
        let next = chunks.get(at + 1).filter(|_| fraction && words.len() > 1)?;
        if next.tokens.end > self.breath(words.start) {
            return None;
        }
        let mut ends = (next.tokens.start + 1..=next.tokens.end).rev();
        let (end, sense) = ends.find_map(|end| {
            let said = std::iter::once(words.start).chain(next.tokens.start..end);
            self.called(said).map(|sense| (end, sense))
        })?;
        let whole = end == next.tokens.end;
        let rest = &chunks[at + 1 + usize::from(whole)..];
        self.is_of(sense, rest).then_some((sense, whole))
    }

    /// Whether the item named next can be had so; where none is named, the one spoken of last.
    fn is_of(&self, sense: &Sense, rest: &[Chunk]) -> bool {
        let offers = |item: &ItemId| sense.options.iter().any(|o| self.menu.offers(*item, *o));
        let named = rest.iter().take(FAR).filter_map(|c| c.sense).find(|s| !s.items.is_empty());
        match named {
            Some(named) => named.items.iter().any(offers),
            None => self.last.is_some_and(|item| offers(&item)),
        }
    }

    /// Where the breath ends in which this word stands.
    fn breath(&self, word: usize) -> usize {
        (word + 1..self.tokens.len())
            .find(|at| self.tokens.list[*at].before != Break::None)
            .unwrap_or(self.tokens.len())
    }

    /// The first phrase that begins behind these words.
    fn end(&self, chunks: &[Chunk], words: usize) -> usize {
        chunks.partition_point(|c| c.tokens.start < words)
    }
}
