//! Amounts read from phrases: "half a dozen", "a pound and a half of", "two more", "three packs".

use super::lattice::Chunk;
use super::lexicon::{Sense, quality};
use super::menu::Menu;
use super::part::Amount;
use super::tokens::{Break, Tokens};
use crate::lang::cue::Cue;
use crate::shop::Unit;

/// How many phrases ahead an item may be that an amount is of ("three gallons of white satin interior paint").
const FAR: usize = 7;

pub(super) struct Reader<'c, 'l> {
    pub chunks: &'c [Chunk<'l>],
    pub tokens: &'c Tokens,
    pub menu: &'c Menu,
    pub at: usize,
}

impl<'l> Reader<'_, 'l> {
    pub(super) fn sense(&self, ahead: usize) -> Option<&'l Sense> {
        self.chunks.get(self.at + ahead)?.sense
    }
    pub(super) fn is(&self, ahead: usize, cue: Cue) -> bool {
        self.sense(ahead).is_some_and(|s| s.cues.has(cue) && (!s.is_thing() || cue == Cue::One && self.ones(ahead)))
    }
    /// A bare number; a number that is part of a name is no amount.
    pub(super) fn number(&self, ahead: usize) -> Option<u32> {
        let chunk = self.chunks.get(self.at + ahead)?;
        let single = chunk.tokens.len() == 1 && chunk.sense.is_none_or(|s| !s.is_thing() && s.list.is_none());
        (single || ahead == 0 && self.counts()).then(|| self.tokens.list[chunk.tokens.start].number).flatten()
    }
    pub(super) fn joined(&self, ahead: usize) -> bool {
        let Some(chunk) = self.chunks.get(self.at + ahead) else { return false };
        self.tokens.list[chunk.tokens.start].before == Break::None
    }

    /// Whether it is of signs that are words by themselves.
    pub(super) fn is_sign(&self, ahead: usize) -> bool {
        self.chunks.get(self.at + ahead).is_some_and(|chunk| self.tokens.list[chunk.tokens.start].ideograph)
    }

    /// The amount that begins here, and how many chunks it takes.
    pub(super) fn amount(&self) -> Option<(Amount, usize)> {
        let named = self.sense(0).is_some_and(|s| s.is_thing() && s.quality() >= quality::NAME);
        if named && !self.counts() {
            return None;
        }
        let (mut amount, mut taken) = self.opening()?;
        // "切两半": where signs are words, a half goes on from a unit alone.
        if self.joined(taken) && self.is(taken, Cue::AndHalf) && !amount.article && !self.is_sign(taken) {
            amount.value += 500;
            taken += 1;
        } else if self.joined(taken) && self.is(taken, Cue::And) && self.is(taken + 1, Cue::Half) && !amount.article {
            // "two and half pounds", but not "two and half a pound".
            amount.value += 500;
            taken += 2;
        }
        while let Some((sense, group)) = self.group(taken) {
            amount.value = amount.value.saturating_mul(group);
            amount.by = sense.unit.map(|unit| (unit, group));
            amount.article = false;
            taken += 1;
            if self.joined(taken) && self.is(taken, Cue::AndHalf) {
                // "a dozen and a half"
                amount.value = amount.value.saturating_add(group * 500);
                taken += 1;
            }
            if self.joined(taken) && self.is(taken, Cue::Of) {
                taken += 1;
            }
        }
        // "two more pounds"
        if self.joined(taken)
            && !amount.article
            && self.is(taken, Cue::More)
            && self.joined(taken + 1)
            && self.measures(taken + 1)
        {
            amount.more = true;
            taken += 1;
        }
        // Where cups are sold a cup is no measure.
        let ends = !self.joined(taken + 1) || self.is(taken + 1, Cue::And) || self.number(taken + 1).is_some();
        let sold = |s: &Sense| {
            let named = s.items_quality.max(if ends { s.options_quality } else { 0 });
            named >= quality::NAME || s.category.is_some()
        };
        let joined = (taken == 0 || self.joined(taken)) && !self.counts_on(taken);
        let unit = self.sense(taken).filter(|s| joined && !sold(s) && !self.is_size(taken)).and_then(|s| s.unit);
        if let Some(unit) = unit {
            amount.unit = Some(unit);
            amount.article = false;
            // "香蕉再来一斤"
            amount.another |= self.is_sign(taken) && self.after(Cue::More);
            taken += 1;
            if let Some(rest) = self.told_on(taken) {
                amount.value = amount.value.saturating_add(rest);
                taken += 1;
            }
            if self.joined(taken) && self.is(taken, Cue::AndHalf) {
                amount.value += 500;
                taken += 1;
            }
            if self.joined(taken) && self.is(taken, Cue::Of) {
                taken += 1;
            } else if self.joined(taken) && self.is(taken, Cue::More) && !amount.another {
                // "five feet more"
                amount.more = true;
                taken += 1;
            }
        } else if self.joined(taken) && !amount.article && self.is(taken, Cue::Classifier) {
            amount.classified = true;
            amount.portion = self.is(taken, Cue::Portion);
            // "再来两杯": two more. "再加两份珍珠" counts what is put in.
            amount.another |= self.after(Cue::More) && !self.put_in(taken + 1);
            taken += 1;
        } else if self.joined(taken) && !amount.article {
            if self.is(taken, Cue::More) {
                amount.more = true;
                taken += 1;
            } else if self.is(taken, Cue::Times) {
                taken += 1;
            }
        }
        if amount.unit.is_none() && !amount.packs && self.joined(taken) && self.counts_packs(taken, amount) {
            (amount.packs, amount.by, amount.article) = (true, None, false);
            taken += 1;
            if self.joined(taken) && self.is(taken, Cue::Of) {
                taken += 1;
            }
        }
        Some((amount, taken))
    }

    /// Whether an option follows in the same breath, or nothing.
    pub(super) fn described_next(&self) -> bool {
        !self.joined(1) || self.sense(1).is_some_and(|s| !s.options.is_empty() && s.items.is_empty())
    }

    /// A number that is no measure here: "一双", and "三两个", where what is counted follows.
    fn counts_on(&self, ahead: usize) -> bool {
        let Some(chunk) = self.chunks.get(self.at + ahead) else { return false };
        let token = &self.tokens.list[chunk.tokens.start];
        let counted = || self.joined(ahead + 1) && self.is(ahead + 1, Cue::Classifier);
        token.number.is_some() && chunk.tokens.len() == 1 && (!token.measures || counted())
    }

    /// "… twice", and not "twice a day", "twice as much".
    pub(super) fn says_twice(&self) -> bool {
        let ends = !self.joined(1) || self.is(1, Cue::And) || self.is(1, Cue::Filler);
        self.is(0, Cue::Twice) && self.joined(0) && self.at > 0 && ends
    }

    /// "one metre fifty", "a kilo two hundred": the number behind a unit that goes on from it, in thousandths.
    fn told_on(&self, ahead: usize) -> Option<u32> {
        let parted = self.sense(ahead - 1).is_some_and(|s| s.parted);
        let number = self.number(ahead).filter(|_| parted && self.joined(ahead))? / 1000;
        // Behind "two litres" a dozen of something else may be next.
        let ends =
            self.chunks.get(self.at + ahead + 1).is_none() || !self.joined(ahead + 1) || self.is(ahead + 1, Cue::Of);
        // "一米五", "一斤二"
        let counts = |n: usize| self.joined(n) && (self.is(n, Cue::Classifier) || self.measures(n));
        match number {
            1..=9 if self.is_sign(ahead) && !counts(ahead + 1) => Some(number * 100),
            10..=99 if ends => Some(number * 10),
            100..=999 if ends => Some(number),
            _ => None,
        }
    }

    /// A counted group ("dozen"), also where the amount begins with it.
    fn group(&self, ahead: usize) -> Option<(&'l Sense, u32)> {
        let sense = self.sense(ahead).filter(|_| ahead == 0 || self.joined(ahead))?;
        Some((sense, sense.group?))
    }

    /// "two boxes", "one more pack", "a three-pack": the word behind the number is what things are counted by. "In two
    /// boxes" says how they are to be packed.
    fn counts_packs(&self, ahead: usize, amount: Amount) -> bool {
        let Some(chunk) = self.chunks.get(self.at + ahead) else { return false };
        // "two slices", where the only other thing so called is a "slice of lemon".
        let named = |s: &Sense| s.is_thing() && (s.category.is_some() || s.quality() >= super::lexicon::quality::PART);
        let own = |s: &Sense| named(s) && !self.is_pack_of_next(ahead);
        let Some(sense) = chunk.sense.filter(|s| s.pack && !own(s) && (s.list.is_none() || !amount.article)) else {
            return false;
        };
        let before = self.at.checked_sub(1).map(|at| &self.chunks[at]).filter(|_| self.joined(0));
        let inside = before.and_then(|c| c.sense).is_some_and(|s| s.cues.has(Cue::Inside));
        let plural = self.tokens.list[chunk.tokens.end - 1].plural;
        let small = sense.cues.names().all(|cue| matches!(cue, Cue::Container | Cue::Portion));
        // "a box": where it counts anything, "of" follows.
        let said = !amount.article || chunk.tokens.len() > 1;
        said && !inside && (plural || small)
    }

    /// "Two pouches of training treats", where cats have pouches: what is named behind it comes in these.
    fn is_pack_of_next(&self, ahead: usize) -> bool {
        let of = self.joined(ahead + 1) && self.is(ahead + 1, Cue::Of) && self.joined(ahead + 2);
        let next = self.chunks.get(self.at + ahead + 2).and_then(|chunk| chunk.sense).filter(|_| of);
        let word = self.tokens.key(self.chunks[self.at + ahead].tokens.start);
        let comes = |item: &crate::shop::ItemId| matches!(&self.menu.packing(*item).words[..], [own] if own == word);
        next.is_some_and(|next| !next.items.is_empty() && next.items.iter().all(comes))
    }

    /// "three packs" and "a three-pack", where that is what the pack is called: in the plural the number counts.
    fn numbered_pack(&self) -> Option<Amount> {
        let chunk = self.chunks.get(self.at)?;
        let (first, last) = (&self.tokens.list[chunk.tokens.start], &self.tokens.list[chunk.tokens.end - 1]);
        // "Three packs of tent pegs", where socks are had in a "pack of three".
        let of_other = || {
            let next = self.sense(2).filter(|_| self.joined(1) && self.joined(2) && self.is(1, Cue::Of));
            let options = chunk.sense.filter(|s| s.items.is_empty() && s.list.is_none()).map(|s| &*s.options);
            next.zip(options).is_some_and(|(next, options)| {
                let takes = |o: &crate::shop::OptionId| next.items.iter().any(|item| self.menu.offers(*item, *o));
                last.plural && !next.items.is_empty() && !options.is_empty() && !options.iter().any(takes)
            })
        };
        let counts = chunk.sense.is_some_and(Sense::only_counts) || of_other();
        let number = first.number.filter(|_| chunk.tokens.len() > 1 && counts)?;
        let value = if last.plural { number } else { 1000 };
        Some(Amount { value, packs: true, ..Amount::default() })
    }

    /// "two three packs of socks", where socks come in three-packs: the first number counts.
    pub(super) fn numbered_packs(&self) -> Option<u32> {
        let token = |ahead: usize| self.tokens.list.get(self.chunks.get(self.at + ahead)?.tokens.start);
        let (first, second) = (token(0)?.number?, token(1)?.number?);
        let joined = self.joined(1) && self.joined(2) && second > 1000;
        let pack = self.sense(2).is_some_and(|s| s.pack || s.cues.has(Cue::Portion));
        let word = self.tokens.key(self.chunks[self.at + 1].tokens.start);
        let comes = |item: &crate::shop::ItemId| self.menu.packing(*item).words.first().is_some_and(|w| w == word);
        let mut named = self.chunks[self.at + 2..].iter().filter_map(|chunk| chunk.sense).take(FAR);
        (joined && pack && named.any(|s| s.items.iter().any(comes))).then_some(first)
    }

    /// Whether what stands behind a number is what it counts.
    pub(super) fn counts_next(&self) -> bool {
        let Some(next) = self.chunks.get(self.at + 1).filter(|_| self.joined(1)) else { return false };
        next.sense.is_none_or(|s| {
            s.is_thing() || s.pack || self.measures(1) || s.cues.any(&[Cue::More, Cue::OfThem, Cue::AndHalf])
        })
    }

    /// A unit, or a group that is counted by.
    pub(super) fn measures(&self, ahead: usize) -> bool {
        self.sense(ahead).is_some_and(|s| s.unit.is_some() || s.group.is_some())
    }

    /// "two gallons of milk", where milk comes in gallons: the unit is an option of the thing.
    fn is_size(&self, ahead: usize) -> bool {
        let Some(unit) = self.sense(ahead).filter(|s| !s.options.is_empty()) else { return false };
        let same = |n: &usize| self.joined(*n) && !self.is(*n, Cue::And);
        let mut named = (ahead + 1..ahead + FAR).take_while(same).filter_map(|n| self.sense(n));
        named.any(|s| {
            let sold = |item: &crate::shop::ItemId| {
                !matches!(self.menu.unit(*item), Unit::Measure(_))
                    && unit.options.iter().any(|o| self.menu.offers(*item, *o))
            };
            s.items.iter().any(sold)
        })
    }

    /// A name of one sign, or one that is only nearly said, beside a sign that means nothing: "热狗" is not hot, "沙冰" no
    /// ice, and "血糖高" no "糖糕".
    pub(super) fn is_in_word(&self) -> bool {
        let sign = |chunk: &Chunk| chunk.tokens.len() == 1 && self.tokens.list[chunk.tokens.start].ideograph;
        let here = &self.chunks[self.at];
        let named = |s: &Sense| s.names_something() && s.cues.is_empty();
        let nearly = here.slips > 0 && self.is_sign(0);
        if !(sign(here) || nearly) || !here.sense.is_some_and(named) {
            return false;
        }
        let unknown = |chunk: &Chunk| {
            sign(chunk) && chunk.sense.is_none() && self.tokens.list[chunk.tokens.start].number.is_none()
        };
        let after = self.chunks.get(self.at + 1).is_some_and(|next| self.joined(1) && unknown(next));
        let before = self.at.checked_sub(1).is_some_and(|at| self.joined(0) && unknown(&self.chunks[at]));
        after || before
    }

    /// "两杯，我的加珍珠，他的加椰果": of several that were counted, one that is somebody's.
    fn says_whose(&self) -> bool {
        let here = &self.tokens.list[self.chunks[self.at].tokens.start];
        let sign = here.ideograph && self.is(0, Cue::Role);
        // "她的虾仁，她的不放葱": said again, it is of the same one.
        let words = |chunk: &Chunk| chunk.tokens.clone().map(|at| self.tokens.key(at)).collect::<Vec<_>>();
        let own = words(&self.chunks[self.at]);
        let numbered =
            self.at > 0 && self.joined(0) && self.tokens.list[self.chunks[self.at - 1].tokens.start].number.is_some();
        let sign = sign && !numbered && !self.chunks[..self.at].iter().any(|chunk| words(chunk) == own);
        let several = |chunk: &Chunk| {
            let number = self.tokens.list[chunk.tokens.start].number.is_some_and(|n| n >= 2000);
            number || chunk.sense.is_some_and(|s| s.cues.has(Cue::Apiece))
        };
        let next = self.sense(1).filter(|_| self.joined(1));
        let said =
            |s: &Sense| !s.options.is_empty() && s.items.is_empty() || s.cues.any(&[Cue::With, Cue::Not, Cue::Want]);
        sign && self.chunks[..self.at].iter().any(several) && next.is_some_and(said)
    }

    /// Whether what the amount is of is put in or on something ("再加一份珍珠").
    fn put_in(&self, next: usize) -> bool {
        self.after(Cue::With) && self.joined(next) && !self.is(next, Cue::Filler)
    }

    /// Whether "no" stands right before a chunk.
    fn denied_before(&self, at: usize) -> bool {
        let denies = |s: &Sense| s.cues.any(&[Cue::No, Cue::Correct]) && !s.is_thing();
        at.checked_sub(1).and_then(|before| self.chunks[before].sense).is_some_and(denies)
    }

    /// Whether such a word stands right before.
    pub(super) fn after(&self, cue: Cue) -> bool {
        let before = self.at.checked_sub(1).filter(|_| self.joined(0)).and_then(|at| self.chunks[at].sense);
        before.is_some_and(|s| s.cues.has(cue) && !s.is_thing())
    }

    fn opening(&self) -> Option<(Amount, usize)> {
        let plain = |value| Amount { value, ..Amount::default() };
        if let Some(packs) = self.numbered_pack() {
            return Some((packs, 1));
        }
        if self.vague() {
            return Some((Amount { vague: true, ..plain(1000) }, 1));
        }
        if let Some(n) = self.numbered_packs() {
            return Some((Amount { packs: true, ..plain(n) }, 3));
        }
        if self.is(0, Cue::One) && (self.after(Cue::Only) || self.is(1, Cue::Only)) && self.number(0).is_none() {
            // "just the one is enough"
            return Some((plain(1000), 1));
        }
        if self.about() {
            return Some((Amount { vague: true, ..plain(1000) }, 2));
        }
        if let Some(n) = self.number(0) {
            // "2 1/2" is rare; "three quarters" is a fraction.
            return Some((plain(n), 1));
        }
        if self.says_whose() {
            return Some((Amount { classified: true, whose: true, ..plain(1000) }, 1));
        }
        if self.counts_out() {
            return Some((plain(1000), 1));
        }
        let sense = self.sense(0)?;
        if sense.cues.has(Cue::Another) {
            let further = |value| Amount { another: true, ..plain(value) };
            // "another twenty feet", "another half pound"
            let joined = self.sense(1).filter(|_| self.joined(1));
            let part = joined.and_then(|s| s.fraction).filter(|_| self.joined(2) && self.measures(2));
            let number = self.number(1).filter(|_| self.joined(1) && !self.is(1, Cue::One));
            return Some(number.or(part).map_or((further(1000), 1), |value| (further(value), 2)));
        }
        if sense.cues.has(Cue::AndHalf) {
            // "… and a half pound of": begins the next amount where it ends none.
            let next = self.sense(1).filter(|_| self.joined(1))?;
            return (next.unit.is_some() || next.group.is_some() || self.is(1, Cue::Classifier))
                .then_some((plain(500), 1));
        }
        if let Some(fraction) = sense.fraction {
            // "half a lemon loaf": of the thing itself.
            let thing = self.sense(1).filter(|s| self.joined(1) && !s.items.is_empty() && s.options.is_empty());
            if self.chunks[self.at].tokens.len() > 1 && thing.is_some() {
                return Some((plain(fraction), 1));
            }
            let next = self.sense(1).filter(|_| self.joined(1))?;
            // "半个西瓜"
            let counts = next.unit.is_some() || next.group.is_some() || self.is(1, Cue::Classifier);
            return counts.then_some((plain(fraction), 1));
        }
        // "pound and a half of ham", "pound of ham": the article is swallowed.
        let whole = self.joined(1) && self.is(1, Cue::AndHalf) || self.is(1, Cue::Of) && self.joined(1);
        if sense.group.is_some() || sense.unit.is_some() && !sense.is_thing() && whole {
            return Some((plain(1000), 0));
        }
        // "in one of them", "throw in two stir sticks": a number, and nothing that it is put in.
        let counts = self.is(1, Cue::OfThem) || self.after(Cue::Put) && self.sense(1).is_some_and(Sense::is_thing);
        if sense.cues.has(Cue::Inside) && self.joined(1) && counts {
            let number = self.tokens.list[self.chunks[self.at].tokens.end - 1].number;
            return number.map(|n| (plain(n), 1));
        }
        if sense.cues.has(Cue::Classifier) && !sense.is_thing() {
            // "来杯", "加份": one. Behind anything else it counts nothing.
            let opens =
                [Cue::Want, Cue::Put, Cue::With, Cue::More, Cue::Becomes].into_iter().any(|cue| self.after(cue));
            let another = self.after(Cue::More) && !self.put_in(1);
            let classified = another;
            return opens.then_some((Amount { article: !another, another, classified, ..plain(1000) }, 1));
        }
        if sense.cues.has(Cue::Article) {
            // "a half pound", "a quarter of a pound"
            if let Some(fraction) = self.sense(1).and_then(|s| s.fraction)
                && self.sense(2).is_some_and(|s| s.unit.is_some() || s.group.is_some())
            {
                return Some((plain(fraction), 2));
            }
            if let Some(n) = self.number(1).filter(|_| self.joined(1)) {
                return Some((plain(n), 2));
            }
            // "Three scoops, no, just a single scoop"
            let stressed = self.at >= 2 && self.after(Cue::Only) && self.denied_before(self.at - 1);
            return Some((Amount { article: !stressed, ..plain(1000) }, 1));
        }
        let alike = sense.sound_alike.filter(|value| self.homophone_fits() || self.homophone_counts_part(*value));
        alike.map(|value| (Amount { doubtful: true, ..plain(value) }, 1))
    }
}
