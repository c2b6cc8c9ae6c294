//! Lines told apart by an option, and what is to be done to each: "大杯的那杯去冰小杯的少冰", "甜的换大杯，咸的去掉".

use std::ops::Range;

use super::act::*;
use super::part::Part;
use super::tokens::Break;
use super::utterance::Utterance;
use crate::commerce::cart::Choice;
use crate::lang::cue::Cue;
use crate::shop::{ItemId, OptionId};

/// What stands right before an option that says how something is to be, and not which one it is.
const BECOMES: [Cue; 11] = [
    Cue::With,
    Cue::Not,
    Cue::Becomes,
    Cue::Correct,
    Cue::Instead,
    Cue::Want,
    Cue::Put,
    Cue::Light,
    Cue::Extra,
    Cue::And,
    Cue::Or,
];

impl Utterance<'_, '_> {
    /// Several lines that stand, or were just ordered, each pointed out by its option of one list. Where the last of them ends.
    pub(super) fn each_described(&mut self, at: usize) -> Option<usize> {
        let items = self.items_known();
        if !self.lexicon.bare || items.len() < 2 {
            return None;
        }
        let lead = |p: &&Part| p.is_filler() || p.is_plainly(Cue::Want);
        let at = at + self.parts[at..].iter().take_while(lead).count();
        let first = self.tells_apart_by(at, &items)?;
        let end = self.described_until(at);
        let same = |n: &usize| {
            let options = self.tells_apart_by(*n, &items).unwrap_or_default();
            self.opens_piece(at, *n) && options.iter().any(|o| o.list == first[0].list && !first.contains(o))
        };
        let mut starts: Vec<usize> = std::iter::once(at).chain((at + 1..end).filter(same)).collect();
        starts.push(end);
        let pieces: Vec<Range<usize>> = starts.windows(2).map(|pair| pair[0]..pair[1]).collect();
        let told = pieces.len() > 1 || self.just_ordered(&first) || self.stands_for_line(at);
        if !told || !pieces.iter().all(|piece| self.is_told(piece)) {
            return None;
        }
        for piece in pieces {
            let options = self.tells_apart_by(piece.start, &items).unwrap_or_default();
            let choices = options.first().copied().map(Choice::plain).into_iter().collect();
            self.told_of_described(Target::Described { which: None, choices }, piece);
        }
        Some(end)
    }

    /// "两碗牛肉面，一碗大碗一碗小碗，大碗的不要香菜": whether what was ordered so far is pointed out here.
    pub(super) fn points_to_ordered(&self, start: usize, at: usize) -> bool {
        let part = &self.parts[at];
        let said = |o: &OptionId| {
            let other = |s: &super::lexicon::Sense| s.options.iter().any(|other| other.list == o.list && other != o);
            let before = || self.parts[start..at].iter().filter_map(Part::sense);
            before().any(|s| s.options.contains(o)) && before().any(|s| !s.options.contains(o) && other(s))
        };
        let one = |o: &&OptionId| self.menu().chooses_one(o.list);
        let options = part.sense().filter(|s| s.options_quality > s.items_quality && s.items.is_empty());
        let counted = self.parts[start..at].iter().filter(|p| p.amount().is_some()).count() > 1;
        let piece = at..self.described_until(at);
        self.lexicon.bare
            && part.before != Break::None
            && !part.verbal
            && counted
            && options.is_some_and(|s| s.options.iter().filter(one).any(said))
            && self.is_told(&piece)
    }

    /// "点阵的加笔插", "切块的不要了", with several lines: one that is so, and something that is to be done to it.
    fn stands_for_line(&self, at: usize) -> bool {
        let last = self.parts[at].tokens.end - 1;
        let own = |key: &str| self.lexicon.trie.alone(key).is_some_and(|s| s.cues.has(Cue::Nominal));
        let next = self.parts.get(at + 1).filter(|p| p.before == Break::None);
        let inside = self.parts[at].tokens.len() > 1 && own(self.tokens.key(last));
        let behind = next.is_some_and(|p| p.is(Cue::Nominal));
        let done = self.parts.get(at + 1 + usize::from(behind)).filter(|p| p.before == Break::None);
        let does = |p: &Part| p.cues().any(&[Cue::With, Cue::Becomes, Cue::RemoveBehind]) || p.verbal;
        (inside || behind) && self.expect.cart.len() > 1 && done.is_some_and(does)
    }

    /// What the lines are of that stand, and those that were just ordered.
    fn items_known(&self) -> Vec<ItemId> {
        let added = self.acts.iter().filter_map(|act| match &act.kind {
            ActKind::Add(ItemRequest { which: Which::Item(item), .. }) => Some(*item),
            _ => None,
        });
        self.expect.cart.iter().copied().chain(added).collect()
    }

    /// The options of which a line has one that the part is called by.
    fn tells_apart_by(&self, n: usize, items: &[ItemId]) -> Option<Vec<OptionId>> {
        let part = self.parts.get(n)?;
        let sense = part
            .sense()
            .filter(|s| s.items.is_empty() && s.cues.names().all(|cue| cue == Cue::Wish) && !part.verbal)?;
        let fits = |o: &&OptionId| {
            let asked = self.expect.list == Some(o.list);
            self.menu().chooses_one(o.list) && !asked && items.iter().any(|item| self.menu().offers(*item, **o))
        };
        let options: Vec<OptionId> = sense.options.iter().filter(fits).copied().collect();
        (!options.is_empty()).then_some(options)
    }

    /// Where something else begins: another sentence, what is wanted besides, an item by its name.
    fn described_until(&self, at: usize) -> usize {
        let other = |n: &usize| {
            let part = &self.parts[*n];
            let named = part.sense().is_some_and(|s| !s.items.is_empty() && s.items_quality >= s.options_quality);
            let wants = part.is_plainly(Cue::Want) && part.before != Break::None;
            named || wants || part.before == Break::Stop
        };
        (at + 1..self.parts.len()).find(other).unwrap_or(self.parts.len())
    }

    fn opens_piece(&self, start: usize, n: usize) -> bool {
        if self.parts[n].before != Break::None {
            return true;
        }
        let before = self.parts[start..n].iter().rev().find(|p| !p.is_filler());
        before.is_some_and(|p| {
            p.amount().is_none() && (p.sense().is_some_and(|s| s.is_thing()) || !p.cues().any(&BECOMES))
        })
    }

    /// Something is said of the one that the piece begins with, and it is not how many of them there are.
    fn is_told(&self, piece: &Range<usize>) -> bool {
        let rest = piece.start + 1..piece.end;
        let does = |n: usize| {
            let part = &self.parts[n];
            part.sense().is_some_and(|s| s.is_thing() || s.list.is_some())
                || part.cues().any(&[Cue::RemoveBehind, Cue::AsItIs])
        };
        let counts = |n: usize| {
            let put = n.checked_sub(1).is_some_and(|before| self.parts[before].cues().any(&[Cue::With, Cue::Put]));
            self.parts[n].amount().is_some() && !put
        };
        rest.clone().any(does) && !rest.clone().any(counts)
    }

    fn just_ordered(&self, options: &[OptionId]) -> bool {
        let so = |act: &Act| match &act.kind {
            ActKind::Add(request) => request.choices.iter().any(|choice| options.contains(&choice.option)),
            _ => false,
        };
        let added = self.acts.iter().filter(|act| matches!(act.kind, ActKind::Add(_))).count();
        added > 1 && self.acts.iter().any(so)
    }

    fn told_of_described(&mut self, target: Target, piece: Range<usize>) {
        let small = |p: &Part| {
            let plain = !p.sense().is_some_and(|s| s.is_thing());
            plain && (p.is_filler() || p.cues().any(&[Cue::One, Cue::Definite, Cue::It, Cue::Becomes, Cue::Want]))
        };
        let skipped = self.parts[piece.start + 1..piece.end].iter().take_while(|p| small(p)).count();
        let rest = piece.start + 1 + skipped..piece.end;
        let says = |cue| self.parts[rest.clone()].iter().any(|p| p.is(cue));
        if says(Cue::AsItIs) {
            return self.act(ActKind::Keep { target }, piece);
        }
        let order = self.read(rest.clone());
        if says(Cue::RemoveBehind) && order.loose.is_empty() {
            return self.act(ActKind::Remove { target, quantity: None }, piece);
        }
        self.carry_out(order, target, Vec::new(), piece);
    }
}
