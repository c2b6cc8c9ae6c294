//! What is taken off a line rather than out of the cart: "the egg off", "one of the red ones", "the pickle off the turkey".

use std::ops::Range;

use crate::commerce::cart::{Choice, Quantity};
use crate::lang::cue::Cue;
use crate::shop::OptionId;

use super::act::*;
use super::lexicon::{Sense, quality};
use super::loose::{Loose, LooseKind};
use super::order::Order;
use super::part::Part;
use super::tokens::Break;
use super::utterance::Utterance;

impl Utterance<'_, '_> {
    /// "take the egg off", of a burger with a fried egg: what is only called so, and is no item that stands in the cart.
    pub(super) fn takes_out(&self, range: &Range<usize>) -> Option<ActKind> {
        let parts = &self.parts[range.clone()];
        let named = |p: &&Part| p.amount().is_some() || p.sense().is_some_and(Sense::is_thing) || !p.nouns.is_empty();
        let mut all = parts.iter().filter(named);
        let (only, None) = (all.next()?, all.next()) else { return None };
        // "Scratch the cookie", of a cookie that stands, where an ice cream can have cookie too.
        let off = parts.iter().any(|p| p.cues().any(&[Cue::From, Cue::Off]));
        let item = only.sense().and_then(|s| match *s.items {
            [item] if s.items_quality >= quality::NAME && !s.options.is_empty() => Some(item),
            _ => None,
        });
        if let Some(item) = item.filter(|item| !off && self.expect.cart.contains(item)) {
            let target = Target::Described { which: Some(Which::Item(item)), choices: Vec::new() };
            return Some(ActKind::Remove { target, quantity: None });
        }
        // "Scratch the cookie", ordered last, where a sub can be had as a meal with a cookie.
        let last = self.expect.cart.last().copied().filter(|_| !off);
        let of_last = only.sense().filter(|s| !s.options.is_empty()).zip(last);
        if let Some((_, item)) = of_last
            .filter(|(s, item)| s.items.contains(item) && !s.options.iter().any(|o| self.menu().offers(*item, *o)))
        {
            let target = Target::Described { which: Some(Which::Item(item)), choices: Vec::new() };
            return Some(ActKind::Remove { target, quantity: None });
        }
        let offered = |o: &OptionId| self.expect.cart.iter().any(|item| self.menu().offers(*item, *o));
        let options: Vec<OptionId> = only.nouns.iter().copied().filter(offered).collect();
        let itself = only.sense().is_some_and(|s| {
            let in_cart = s.items.iter().any(|item| self.expect.cart.contains(item));
            let option = s.options_quality >= quality::NAME && options.iter().all(|o| s.options.contains(o));
            in_cart || option || s.items_quality >= quality::VARIANT || s.category.is_some() || s.list.is_some()
        });
        if options.is_empty() || itself {
            return None;
        }
        let edits = vec![Edit::Without(Without { options, words: String::new() })];
        Some(ActKind::Change { target: self.pointer(range).unwrap_or(Target::Last), edits })
    }

    /// "I didn't say two": how many it should be is not said.
    pub(super) fn denies_count(&self, range: &Range<usize>) -> bool {
        let several = |p: &Part| p.amount().is_some_and(|a| !a.article && a.unit.is_none() && a.value >= 2000);
        let told = self.parts[range.start].tokens.len() > 1 && self.is_telling(&self.parts[range.start]);
        told && self.parts[range.clone()].iter().any(several)
    }

    /// "one less of everything", "two fewer of each": of each line so many.
    pub(super) fn one_less_of_all(&mut self, range: &Range<usize>) -> bool {
        let parts = &self.parts[range.clone()];
        let fewer = parts.iter().any(|p| p.cues().any(&[Cue::Fewer, Cue::Lessen]));
        let all = |p: &Part| p.cues().any(&[Cue::Everything, Cue::Both, Cue::Apiece]);
        let named = |p: &Part| !all(p) && p.sense().is_some_and(Sense::names_something);
        if !fewer || !parts.iter().any(all) || parts.iter().any(named) {
            return false;
        }
        let count = parts.iter().find_map(Part::amount).and_then(|a| a.count()).unwrap_or(1);
        let mut items = self.expect.cart.clone();
        items.sort();
        items.dedup();
        for item in items {
            let target = Target::Described { which: Some(Which::Item(item)), choices: Vec::new() };
            self.act(ActKind::Remove { target, quantity: Some(Quantity::Count(count)) }, range.clone());
        }
        true
    }

    /// "the price sticker off it": something that is no line of its own.
    pub(super) fn comes_off(&self, at: usize) -> bool {
        let clause = &self.parts[at..self.stop(at + 1)];
        let off = |p: &Part| p.cues().any(&[Cue::Off, Cue::From]);
        let it = |p: Option<&Part>| p.is_some_and(|p| p.before == Break::None && p.cues().any(&[Cue::It, Cue::Them]));
        let ends = |n: usize| clause.get(n).is_none_or(|p| p.before != Break::None);
        (1..clause.len())
            .any(|n| off(&clause[n]) && (clause[n].tokens.len() > 1 || it(clause.get(n + 1)) || ends(n + 1)))
    }

    /// "take off one of the red ones", "one of the red off", "one less of the red": so many of those that are described.
    pub(super) fn removes_some(&self, range: &Range<usize>, order: &Order) -> Option<ActKind> {
        let of_the = |p: &Part| p.is(Cue::Of) && p.is(Cue::Definite);
        let of_them = |p: &Part| p.is(Cue::One) && p.amount().is_none() || of_the(p);
        let of_them = self.parts[range.clone()].iter().any(of_them);
        let [Loose { kind: LooseKind::Amount(amount), parts }, described @ ..] = &order.loose[..] else { return None };
        if !of_them || described.is_empty() || !order.lines.is_empty() || !order.refused.is_empty() {
            return None;
        }
        let so = |l: Loose| self.chosen(l).map(|choice| Choice::plain(choice.option));
        let choices = described.iter().cloned().map(so).collect::<Option<Vec<_>>>()?;
        let quantity = self.so_much(*amount, parts);
        Some(ActKind::Remove { target: Target::Described { which: None, choices }, quantity })
    }

    /// "奶茶都不要了": all of that kind that stands.
    pub(super) fn removes_kind(&mut self, range: &Range<usize>, order: &Order) -> bool {
        let [line] = &[&order.lines[..], &order.refused[..]].concat()[..] else { return false };
        let Some(Which::OneOf(items)) = self.standing(line).filter(|_| line.generic) else { return false };
        for item in items {
            let target = Target::Described { which: Some(Which::Item(item)), choices: Vec::new() };
            self.act(ActKind::Remove { target, quantity: None }, range.clone());
        }
        true
    }

    /// "milk in my latte": what nobody has on a list by that name, or nobody knows, before what it is not to be in.
    pub(super) fn kept_out(&self, range: Range<usize>) -> Option<Edit> {
        let plain = |p: &Part| !p.sense().is_some_and(Sense::is_thing);
        let on = range.clone().find(|n| self.parts[*n].cues().any(&[Cue::On, Cue::From]) && plain(&self.parts[*n]))?;
        let before = &self.parts[range.start..on];
        let thing = |p: &Part| p.sense().is_some_and(|s| s.items_quality > s.options_quality);
        if before.iter().any(thing) || !self.parts[on..range.end].iter().any(thing) {
            return None;
        }
        let list = before.iter().filter_map(Part::sense).find_map(|s| s.list);
        let option = before.iter().filter_map(Part::sense).any(|s| !s.options.is_empty() && s.list.is_none());
        let unknown = before.iter().any(|p| p.is_unknown() && !p.common);
        match list {
            Some(list) if !option => Some(Edit::NoneOf(list)),
            None if unknown => Some(Edit::Note(self.note(&(range.start.saturating_sub(1)..on)))),
            _ => None,
        }
    }

    /// "the pickle off the turkey": an option, what takes it from something, and the thing that it is taken from.
    pub(super) fn is_taken_from(&self, range: Range<usize>) -> bool {
        let parts = &self.parts[range];
        let thing = |p: &Part| p.sense().is_some_and(|s| s.items_quality > s.options_quality);
        let Some(at) = parts.iter().position(|p| p.cues().any(&[Cue::From, Cue::On])) else { return false };
        // "The onions", which are in the name of the onion rings too.
        let option = |p: &Part| p.sense().is_some_and(|s| s.options_quality > s.items_quality);
        let small = |p: &&Part| p.is_filler() || p.amount().is_some() || p.cues().any(&[Cue::Article, Cue::Definite]);
        parts[..at].iter().any(option)
            && !parts[..at].iter().any(thing)
            && parts[at + 1..].iter().find(|p| !small(p)).is_some_and(thing)
    }
}
