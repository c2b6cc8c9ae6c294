//! Phrases that are rather an amount: "ten feet of rope" where a "ten foot" cord is sold too, "two bunches of red tulips".

use super::Lexicon;
use super::lattice::Chunk;
use super::lexicon::{ROOT, Trie};
use super::menu::Menu;
use super::part::{Amount, Kind, Part};
use super::tokens::{Break, Tokens};
use crate::lang::UnitWords;
use crate::lang::cue::Cue;
use crate::shop::{ItemId, OptionListId, Unit};

/// What an amount may be of.
pub(super) struct Taken<'a> {
    pub trie: &'a Trie,
    pub menu: &'a Menu,
    /// Keys of the units, by their number.
    pub units: &'a [String],
    /// The item spoken of last.
    pub last: Option<ItemId>,
    /// The option list asked about.
    pub asked: Option<OptionListId>,
}

/// Take such phrases apart into their words.
pub(super) fn part<'l>(chunks: &mut Vec<Chunk<'l>>, tokens: &Tokens, trie: &'l Trie, taken: &Taken) {
    let mut at = 0;
    while at < chunks.len() {
        if chunks[at].tokens.len() > 1 && taken.is_amount(chunks, at, tokens) {
            let words = chunks[at].tokens.clone().map(|word| {
                let sense = trie.alone(tokens.key(word));
                Chunk { tokens: word..word + 1, sense, inner: None, slips: 0 }
            });
            let words: Vec<Chunk<'l>> = words.collect();
            chunks.splice(at..=at, words);
        }
        at += 1;
    }
}

impl Taken<'_> {
    fn is_amount(&self, chunks: &[Chunk], at: usize, tokens: &Tokens) -> bool {
        self.is_length(chunks, at, tokens) || self.is_pack(chunks, at, tokens) || self.is_packs(chunks, at, tokens)
    }

    /// "Loo roll please, two packs", where batteries are had in a pack of two.
    fn is_packs(&self, chunks: &[Chunk], at: usize, tokens: &Tokens) -> bool {
        let (words, sense) = (&chunks[at].tokens, chunks[at].sense);
        let Some(sense) = sense.filter(|s| s.items.is_empty() && !s.options.is_empty()) else { return false };
        let last = words.end - 1;
        let packs = tokens.list[last].plural && self.trie.alone(tokens.key(last)).is_some_and(|s| s.pack);
        if words.len() != 2 || tokens.list[words.start].number.is_none() || !packs {
            return false;
        }
        let offers = |item: &ItemId| sense.options.iter().any(|o| self.menu.offers(*item, *o));
        let named = |chunks: &[Chunk]| -> Vec<ItemId> {
            chunks.iter().filter_map(|chunk| chunk.sense).flat_map(|s| s.items.iter().copied()).collect()
        };
        let before = named(&chunks[..at]);
        let of = if before.is_empty() { self.last.into_iter().collect() } else { before };
        let asked = sense.options.iter().any(|o| self.asked == Some(o.list));
        !asked && !of.is_empty() && !of.iter().chain(&named(&chunks[at..])).any(offers)
    }

    /// "ten feet": the option of an item that nobody speaks of, where one that is sold by the foot is spoken of.
    fn is_length(&self, chunks: &[Chunk], at: usize, tokens: &Tokens) -> bool {
        let (words, sense) = (&chunks[at].tokens, chunks[at].sense);
        let Some(sense) = sense.filter(|s| s.items.is_empty() && !s.options.is_empty()) else { return false };
        if words.len() != 2 || tokens.list[words.start].number.is_none() {
            return false;
        }
        let Some(unit) = self.unit(tokens, words.end - 1) else { return false };
        let offers = |item: ItemId| sense.options.iter().any(|o| self.menu.offers(item, *o));
        let mut named = chunks.iter().filter_map(|chunk| chunk.sense).flat_map(|s| s.items.iter().copied()).peekable();
        if named.peek().is_some() {
            let named: Vec<ItemId> = named.collect();
            return !named.iter().any(|item| offers(*item)) && named.iter().any(|item| self.sold_by(*item, unit));
        }
        let asked = sense.options.iter().any(|o| self.asked == Some(o.list));
        !asked && self.last.is_some_and(|item| !offers(item) && self.sold_by(item, unit))
    }

    /// "two bunches of", and "a bunch of red tulips" where tulips are sold by the bunch.
    fn is_pack(&self, chunks: &[Chunk], at: usize, tokens: &Tokens) -> bool {
        let chunk = &chunks[at];
        if !chunk.sense.is_some_and(|s| s.cues.has(Cue::Vague)) {
            return false;
        }
        let portion = chunk.sense.is_some_and(|s| s.cues.has(Cue::Portion));
        let joined = tokens.list[chunk.tokens.start].before == Break::None;
        if portion && joined && at > 0 && tokens.list[chunks[at - 1].tokens.end - 1].number.is_some() {
            return true;
        }
        let Some(unit) = chunk.tokens.clone().find_map(|word| self.unit(tokens, word)) else { return false };
        let named = chunks[at + 1..].iter().filter_map(|chunk| chunk.sense).find(|s| !s.items.is_empty());
        named.is_some_and(|s| s.items.iter().any(|item| self.sold_by(*item, unit)))
    }

    fn unit(&self, tokens: &Tokens, word: usize) -> Option<u16> {
        self.trie.alone(tokens.key(word))?.unit
    }

    fn sold_by(&self, item: ItemId, unit: u16) -> bool {
        match self.menu.unit(item) {
            Unit::Measure(key) => self.units.get(unit as usize) == Some(key),
            Unit::Pack(_) => self.menu.packing(item).is_called(unit),
            Unit::Each => false,
        }
    }
}

impl Lexicon {
    /// "Half an inch thick": which way it is measured says nothing by itself.
    pub(super) fn common_dimensions(&self, parts: &mut [Part], tokens: &Tokens) {
        for at in 1..parts.len() {
            let says_which = |at: usize| self.dimensions.contains(tokens.key(at));
            let joined = parts[at].is_unknown() && parts[at].before == Break::None;
            let measured = joined && parts[at].tokens.clone().all(says_which) && self.measures(tokens, &parts[at - 1]);
            parts[at].common |= measured;
        }
    }

    /// "half inch", "two metres", "29": so much of something.
    fn measures(&self, tokens: &Tokens, part: &Part) -> bool {
        let unit = |key: &str| self.trie.alone(key).is_some_and(|s| s.unit.is_some() || s.fraction.is_some());
        let measure = |at: usize| tokens.list[at].number.is_some() || unit(tokens.key(at));
        part.amount().is_some_and(|a| !a.article) || part.tokens.clone().any(measure)
    }

    /// An option that is called by what is done ("不加糖", "去冰"): it is said behind what it is of.
    pub(super) fn opens_with_verb(&self, part: &Part, tokens: &Tokens) -> bool {
        let does = [Cue::With, Cue::Not, Cue::Extra, Cue::Light];
        let mut words =
            part.tokens.clone().map_while(|at| tokens.list[at].ideograph.then(|| self.trie.word(tokens.key(at))));
        let mut node = Some(ROOT);
        let mut opens = || {
            node = self.trie.step(node?, words.next()?);
            self.trie.sense(node?).map(|s| s.cues.any(&does) && !s.is_thing())
        };
        let option = part.sense().is_some_and(|s| !s.options.is_empty() && s.items.is_empty());
        option && part.tokens.len() > 1 && (opens() == Some(true) || part.tokens.len() > 2 && opens() == Some(true))
    }
}

/// "三斤二两", "two pounds three ounces": what is less than one of the unit before it goes on from that.
pub(super) fn summed<'l>(mut parts: Vec<Part<'l>>, units: &[UnitWords]) -> Vec<Part<'l>> {
    let measure = |part: &Part| {
        let amount = part.amount()?;
        Some((amount, units.get(usize::from(amount.unit?))?))
    };
    for at in (1..parts.len()).rev() {
        let (Some((whole, of)), Some((rest, by))) = (measure(&parts[at - 1]), measure(&parts[at])) else { continue };
        let rest = f64::from(rest.value) * by.base / of.base;
        if parts[at].before != Break::None || by.kind != of.kind || by.base >= of.base || rest >= 1000.0 {
            continue;
        }
        let value = whole.value.saturating_add(rest.round() as u32);
        parts[at - 1].kind = Kind::Amount(Amount { value, ..whole });
        parts[at - 1].tokens.end = parts[at].tokens.end;
        parts.remove(at);
    }
    parts
}
