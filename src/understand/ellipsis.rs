//! "black and pinto beans", "soy or oat milk", "a chocolate and a vanilla shake": the noun is said once, behind the last. "A
//! chocolate croissant and an almond one", "two pizzas, one pepperoni": or it is said once, before the others.

use super::lattice::Chunk;
use super::lexicon::{Sense, Trie, quality};
use super::menu::Menu;
use super::tokens::{Break, Tokens};
use crate::lang::cue::Cue;

/// Give what stands before "and" or "or" the noun of what stands behind it, where the two together are a name.
pub(super) fn complete<'l>(chunks: &mut [Chunk<'l>], tokens: &Tokens, trie: &'l Trie) {
    for at in 0..chunks.len() {
        let own = chunks[at].sense.map_or(0, |s| s.items_quality.max(s.options_quality));
        if own >= quality::NAME || chunks[at].inner.is_some() || tokens.list[chunks[at].tokens.start].number.is_some() {
            continue;
        }
        if let Some(sense) = completed(chunks, at, tokens, trie) {
            chunks[at].sense = Some(sense);
            chunks[at].slips = 0;
        }
    }
}

fn completed<'l>(chunks: &[Chunk<'l>], at: usize, tokens: &Tokens, trie: &'l Trie) -> Option<&'l Sense> {
    let joins = |chunk: &Chunk| chunk.sense.is_some_and(|s| !s.is_thing() && s.cues.any(&[Cue::And, Cue::Or]));
    let small =
        |chunk: &Chunk| chunk.sense.is_some_and(|s| !s.is_thing() && s.cues.any(&[Cue::Article, Cue::Definite]));
    chunks.get(at + 1).filter(|chunk| joins(chunk))?;
    let next = at + 2 + usize::from(chunks.get(at + 2).is_some_and(small));
    let full = chunks.get(next).filter(|chunk| chunk.tokens.len() > 1)?;
    let unbroken = chunks[at + 1..=next].iter().all(|chunk| tokens.list[chunk.tokens.start].before != Break::Stop);
    let named = full.sense.filter(|s| unbroken && s.items_quality.max(s.options_quality) >= quality::EXCHANGED)?;
    (full.tokens.start + 1..full.tokens.end).find_map(|tail| {
        let words = chunks[at].tokens.clone().chain(tail..full.tokens.end);
        trie.phrase(words.map(|word| tokens.key(word))).filter(|sense| alike(sense, named))
    })
}

/// Whether both name options of one list, or items.
fn alike(a: &Sense, b: &Sense) -> bool {
    let options = |s: &Sense| s.options_quality >= quality::EXCHANGED;
    let list = a.options.iter().any(|o| b.options.iter().any(|other| o.list == other.list));
    let items = |s: &Sense| s.items_quality >= quality::EXCHANGED;
    options(a) && options(b) && list || items(a) && items(b)
}

/// No more phrases than these stand for the rest of a name.
const REST: usize = 3;

/// Give what is counted behind a name the noun of that name, where the two together are another's.
pub(super) fn go_on<'l>(chunks: &mut Vec<Chunk<'l>>, tokens: &Tokens, trie: &'l Trie, menu: &Menu) {
    let mut goes_on = GoesOn { tokens, trie, menu, made: Vec::new() };
    let mut at = 1;
    while at < chunks.len() {
        if let Some((end, sense)) = goes_on.from(chunks, at) {
            let words = chunks[at].tokens.start..chunks[end - 1].tokens.end;
            let whole = Chunk { tokens: words.clone(), sense: Some(sense), inner: None, slips: 0 };
            goes_on.made.push(words.start);
            chunks.splice(at..end, [whole]);
        }
        at += 1;
    }
}

struct GoesOn<'a, 'l> {
    tokens: &'a Tokens,
    trie: &'l Trie,
    menu: &'a Menu,
    /// Where the names begin that were made so: the noun is not said there.
    made: Vec<usize>,
}

impl<'l> GoesOn<'_, 'l> {
    /// What the phrases from here on name with the noun before them, and where they end.
    fn from(&self, chunks: &[Chunk<'l>], at: usize) -> Option<(usize, &'l Sense)> {
        let counts = |chunk: &Chunk| {
            let number = chunk.tokens.len() == 1 && self.tokens.list[chunk.tokens.start].number.is_some();
            number || chunk.sense.is_some_and(|s| s.cues.has(Cue::Article) && !s.is_thing())
        };
        let joins = |chunk: &Chunk| chunk.sense.is_some_and(|s| s.cues.has(Cue::And) && !s.is_thing());
        let count = at.checked_sub(1).filter(|count| counts(&chunks[*count]) && self.joined(chunks, at))?;
        let parted = !self.joined(chunks, count) || count.checked_sub(1).is_some_and(|and| joins(&chunks[and]));
        if !parted || chunks[at].sense.is_some_and(|s| s.items_quality >= quality::VARIANT || s.category.is_some()) {
            return None;
        }
        let longest = (at + 1..chunks.len()).take(REST - 1).take_while(|n| self.joined(chunks, *n)).count();
        let mut ends = (at + 1..=at + 1 + longest).rev().filter(|end| self.ends(chunks, *end));
        let sentence =
            (0..count).rev().take_while(|n| self.tokens.list[chunks[n + 1].tokens.start].before != Break::Stop);
        let thing =
            |chunk: &&Chunk| chunk.sense.is_some_and(|s| s.items_quality >= quality::VARIANT || s.category.is_some());
        let said = |chunk: &&Chunk| !self.made.contains(&chunk.tokens.start);
        let noun = sentence.map(|n| &chunks[n]).filter(said).find(thing)?;
        // "Two iced coffees, one black": of what was counted, one, and nothing else.
        let article = chunks[count].sense.is_some_and(|s| s.cues.has(Cue::Article));
        if !article && noun.sense.is_some_and(|s| s.items.len() == 1 && s.items_quality >= quality::NAME) {
            return None;
        }
        let (end, sense) = ends.find_map(|end| Some((end, self.named(&chunks[at..end], noun)?)))?;
        let one = end < chunks.len() && self.is_one(chunks, end);
        Some((end + usize::from(one), sense))
    }

    /// The item that the words name with the end of `noun`; what the one before can have itself is said of it.
    fn named(&self, rest: &[Chunk], noun: &Chunk) -> Option<&'l Sense> {
        let said = rest[0].tokens.start..rest[rest.len() - 1].tokens.end;
        let own = noun.sense.map_or(&[][..], |s| &s.items);
        let offered = |s: &Sense| s.options.iter().any(|o| own.iter().any(|item| self.menu.offers(*item, *o)));
        if rest.iter().filter_map(|chunk| chunk.sense).any(offered) {
            return None;
        }
        (noun.tokens.start..noun.tokens.end).find_map(|tail| {
            let words = said.clone().chain(tail..noun.tokens.end);
            self.trie
                .phrase(words.map(|word| self.tokens.key(word)))
                .filter(|s| s.items_quality >= quality::VARIANT && !s.items.is_empty())
        })
    }

    /// Whether nothing more of the name can follow.
    fn ends(&self, chunks: &[Chunk], end: usize) -> bool {
        let closes = [Cue::And, Cue::With, Cue::Not, Cue::Or, Cue::Filler, Cue::On];
        end >= chunks.len()
            || !self.joined(chunks, end)
            || self.is_one(chunks, end)
            || chunks[end].sense.is_some_and(|s| s.cues.any(&closes) && !s.is_thing())
    }

    /// "one", behind what describes it.
    fn is_one(&self, chunks: &[Chunk], at: usize) -> bool {
        let one = chunks[at].sense.is_some_and(|s| s.cues.has(Cue::One) && !s.is_thing());
        one && chunks[at].tokens.len() == 1 && self.joined(chunks, at)
    }

    fn joined(&self, chunks: &[Chunk], at: usize) -> bool {
        self.tokens.list[chunks[at].tokens.start].before == Break::None
    }
}
