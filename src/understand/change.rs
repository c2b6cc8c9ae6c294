//! Taking away, changing and exchanging what was ordered before.

use std::ops::Range;

use crate::commerce::cart::{Choice, Quantity};
use crate::shop::Unit;

use super::act::*;
use super::lexicon::{Sense, quality};
use super::line::Line;
use super::loose::{Loose, LooseKind};
use super::order::{Order, Rest};
use super::part::Part;
use super::tokens::Break;
use super::utterance::Utterance;
use crate::lang::cue::Cue;

/// A number or an article of its own.
fn amount_said(line: &Line) -> bool {
    line.amount.is_some_and(|a| !a.same)
}

impl Utterance<'_, '_> {
    /// "take off the fries", "remove the cheese", "cancel two of them".
    pub fn remove(&mut self, range: Range<usize>) {
        if self.denies_count(&range) {
            return self.act(ActKind::No, range);
        }
        if self.one_less_of_all(&range) {
            return;
        }
        if self.drops_to(&range) {
            return self.change(range);
        }
        let goes = self.keeps_rest(&range);
        if !goes.is_empty() {
            for item in goes {
                let target = Target::Described { which: Some(Which::Item(item)), choices: Vec::new() };
                self.act(ActKind::Remove { target, quantity: None }, range.clone());
            }
            return;
        }
        let pointer = self.pointer(&range);
        // "one latte less" begins with no word that takes away.
        let start = range.start + usize::from(self.parts[range.start].cues().any(&[Cue::Remove, Cue::Fewer]));
        if let Some(act) = self.takes_out(&(start..range.end)) {
            return self.act(act, range);
        }
        let order = self.read(start..range.end);
        let nothing = order.lines.is_empty() && order.loose.is_empty() && order.refused.is_empty();
        if pointer == Some(Target::All) && nothing {
            // "味精都不要放": what nobody knows is not to be on them, and they stay.
            let strange = |p: &Part| p.is_unknown() && !p.common || p.sense().is_some_and(|s| s.list.is_some());
            if self.lexicon.verbs_behind && self.parts[range.clone()].iter().any(strange) {
                return self.act(ActKind::Other, range);
            }
            self.act(ActKind::Remove { target: Target::All, quantity: None }, range);
            return;
        }
        if let Some(act) = self.removes_some(&range, &order).or_else(|| self.removes_packs(&order)) {
            return self.act(act, range);
        }
        if order.lines.is_empty() && order.refused.is_empty() && self.is_pointed(&range, &order.loose) {
            // "lose the small one"
            let chosen = order.loose.into_iter().filter_map(|l| self.chosen(l));
            let described = match self.one_standing(&range).filter(|_| self.lexicon.verbs_behind) {
                // "红豆的那杯去掉", of a red bean tea.
                Some(item) => Target::Described { which: Some(Which::Item(item)), choices: Vec::new() },
                // The verb behind them refuses none of them.
                None => {
                    Target::Described { which: None, choices: chosen.map(|c| Choice { negated: false, ..c }).collect() }
                }
            };
            return self.act(ActKind::Remove { target: pointer.unwrap_or(described), quantity: None }, range);
        }
        if self.wants_rather(&range, &order.lines) {
            return self.order(start..range.end);
        }
        if pointer == Some(Target::All) && self.removes_kind(&range, &order) {
            return;
        }
        let mut said = false;
        // "薯条少一份": where verbs stand behind, it may end the clause.
        let fewer = |at: &usize| self.parts[*at].is(Cue::Fewer) && (*at == range.start || self.lexicon.verbs_behind);
        let fewer = range.clone().any(|at| fewer(&at)).then_some(Quantity::Count(1));
        // "油条拿掉一根"
        let behind = range.end - 1;
        let led = self.lexicon.verbs_behind
            && behind > range.start
            && self.parts[behind - 1].cues().any(&[Cue::Remove, Cue::Lessen]);
        let number = self.parts[behind].amount().filter(|_| led);
        let fewer = fewer.or_else(|| self.so_much(number?, &(behind..range.end)));
        for line in order.lines.into_iter().chain(order.refused) {
            // "take the chorizo off again" takes off no further one.
            let measured =
                matches!(line.which, Which::Item(item) if matches!(self.menu().unit(item), Unit::Measure(_)));
            // "Remove a hammer", of three, is one.
            let amount = line.amount.filter(|a| !(a.same || a.article && measured));
            let ahead = self.parts[range.start..line.parts.start]
                .iter()
                .rev()
                .take_while(|p| p.is_filler() || p.cues().any(&[Cue::Only, Cue::Definite]));
            let only = ahead.chain(self.parts.get(line.parts.end)).any(|p| p.is(Cue::Only));
            if said && only {
                // "drop the dal, paneer only", "forget the coke, just the diet one"
                continue;
            }
            let mut line = line;
            // "never mind the lemonade, a water then": what stands nowhere, and was counted, is wanted.
            if said && (amount_said(&line) || !line.joined) && !line.definite && self.in_cart(&line.which).is_none() {
                self.line(line);
                continue;
            }
            // "never mind the burger", with a bacon cheeseburger in the cart
            line.which = self.standing(&line).unwrap_or(line.which);
            let parts = line.parts.clone();
            let request = self.request(line);
            let quantity = amount.and(request.quantity).or(fewer);
            let target = pointer.clone().filter(Target::is_counted);
            // "take the garlic out first" counts nothing.
            let counted =
                |p: &Part| p.sense().is_some_and(|s| s.ordinal.is_some()) || p.cues().any(&[Cue::Last, Cue::Other]);
            let target = target.filter(|_| self.parts[range.start..parts.end].iter().any(counted));
            // "布丁奶茶的椰果不要了": the verb reaches what stands right before it.
            let behind = self.parts[range.end - 1].is(Cue::RemoveBehind);
            let (refused, choices): (Vec<_>, Vec<_>) = request.choices.into_iter().partition(|c| behind && c.negated);
            let target = target.unwrap_or(Target::Described { which: Some(request.which), choices });
            if !refused.is_empty() {
                let edits = refused.into_iter().map(|choice| Edit::Unchoose(choice.option)).collect();
                self.act(ActKind::Change { target, edits }, parts);
                said = true;
                continue;
            }
            // "There shouldn't be milk in my latte": the latte stays.
            if let Some(edit) = self.kept_out(start..parts.end).filter(|_| amount.is_none()) {
                self.act(ActKind::Change { target, edits: vec![edit] }, parts);
                said = true;
                continue;
            }
            // "take the pickle off the turkey": the turkey stays.
            if let Target::Described { which, choices } = &target
                && !choices.is_empty()
                && self.is_taken_from(start..parts.end)
            {
                let off = choices.iter().map(|choice| Edit::Unchoose(choice.option));
                // "… off one of the turkeys"
                let edits = amount.and(quantity).map(Edit::Quantity).into_iter().chain(off).collect();
                let target = Target::Described { which: which.clone(), choices: Vec::new() };
                self.act(ActKind::Change { target, edits }, parts);
                said = true;
                continue;
            }
            self.act(ActKind::Remove { target, quantity }, parts);
            said = true;
        }
        let mut edits = Vec::new();
        let mut quantity = fewer;
        let puts_right = self.parts[range.start].is(Cue::Correct) && range.len() > 1;
        // "forget the milk", of a chocolate milk: no option of anything that stands there.
        let named = order.loose.iter().find_map(|loose| self.rather_an_item(loose)).filter(|_| !said);
        if let Some(which) = named {
            let target = Target::Described { which: Some(which), choices: Vec::new() };
            return self.act(ActKind::Remove { target, quantity }, range);
        }
        for loose in order.loose {
            match loose.kind {
                // "Actually no, fried", of poached eggs
                LooseKind::Choice { choice, .. } if puts_right && self.menu().chooses_one(choice.option.list) => {
                    edits.push(Edit::Rather(choice.option));
                }
                LooseKind::Choice { choice, .. } => edits.push(Edit::Unchoose(choice.option)),
                LooseKind::NoneOf(list) => edits.push(Edit::NoneOf(list)),
                LooseKind::Without(options) => edits.push(self.without(options, &loose.parts)),
                // "one pair less"
                LooseKind::Amount(amount) => quantity = self.so_much(amount, &loose.parts),
                LooseKind::Bare | LooseKind::Other => {}
            }
        }
        if !edits.is_empty() && !said {
            let target = pointer.unwrap_or(Target::Last);
            self.act(ActKind::Change { target, edits }, range);
            return;
        }
        if !said {
            // "take the warranty off"
            let list = |p: &Part| p.sense().filter(|s| !s.is_thing()).and_then(|s| s.list);
            if let Some(list) = self.parts[start..range.end].iter().find_map(list) {
                let target = pointer.unwrap_or(Target::Last);
                return self.act(ActKind::Change { target, edits: vec![Edit::NoneOf(list)] }, range);
            }
            // "Take one of those packs out"
            let pack = |rest: &Rest| self.parts[rest.parts.clone()].iter().all(|p| p.pack || !p.is_unknown());
            if let Some(rest) = order.unknown.iter().find(|rest| !pack(rest)) {
                if self.comes_off(range.start) {
                    let edits = vec![Edit::Note(self.note(&range))];
                    return self.act(ActKind::Change { target: pointer.unwrap_or(Target::Last), edits }, range);
                }
                let words = self.words(&rest.parts);
                let near = self.near(&rest.parts);
                self.act(ActKind::Unknown { words, near, edits: Vec::new() }, range);
                return;
            }
            if pointer.is_none() && self.names_other(&(start..range.end)) {
                return self.act(ActKind::Other, range);
            }
            let target = pointer.unwrap_or(Target::Last);
            self.act(ActKind::Remove { target, quantity }, range);
        }
    }

    /// "Leave the name off": what is to go is said, and is nothing that stands.
    fn names_other(&self, range: &Range<usize>) -> bool {
        self.parts[range.clone()].iter().any(|p| p.cues().any(&[Cue::NameIs, Cue::AskHours, Cue::AskOther, Cue::Human]))
    }

    /// "actually no, a hot chocolate instead", "never mind, a lemonade then": what is counted and stands nowhere is wanted.
    fn wants_rather(&self, range: &Range<usize>, lines: &[Line]) -> bool {
        let opens = &self.parts[range.start];
        let parted = self.parts.get(range.start + 1).is_some_and(|p| p.before != Break::None);
        let counted = |l: &Line| l.amount.is_some() && !l.definite && self.in_cart(&l.which).is_none();
        (opens.is(Cue::Cancel) || opens.is(Cue::Correct) || parted) && !lines.is_empty() && lines.iter().all(counted)
    }

    /// "make that a large", "change the latte to oat milk", "change it to a mocha", "make it two".
    pub fn change(&mut self, range: Range<usize>) {
        if let Some(next) = self.turns_another(&range) {
            self.change(range.start..next);
            return self.change(next..range.end);
        }
        if self.of_list_named(&range) || self.sets_size(&range) {
            return;
        }
        let pointer = self.pointer(&range);
        let all = self.parts[range.clone()].iter().any(|p| p.is(Cue::Both));
        // "Swap the latte for the mocha": "for the" says there what it is swapped for, where nothing else does.
        let swaps = self.parts[range.start].is(Cue::Swap);
        let for_the = |p: &Part| swaps && p.is_plainly(Cue::Purpose);
        let to = |at: &usize| self.parts[*at].is(Cue::To) && !self.parts[*at].is(Cue::Want);
        let split = range.clone().skip(1).find(to);
        let split = split.or_else(|| range.clone().skip(1).find(|at| for_the(&self.parts[*at])));
        let (first, second) = match split {
            Some(at) if self.says_what_becomes(&range, at) => (Some(range.start + 1..at), at + 1..range.end),
            _ => (None, range.start..range.end),
        };
        // "Swap those two for a set"
        let those = || self.those_counted(&range).filter(|_| self.parts[range.start].is(Cue::Swap));
        let mut target = pointer.clone().or_else(those);
        let mut dropped = Vec::new();
        // "make it two lattes with oat milk": where no such line stands, nothing of it can change.
        let known = |u: &Self, r: &Range<usize>| u.read(r.clone()).lines.iter().all(|l| u.in_cart(&l.which).is_some());
        let (first, second) = match first {
            Some(first) if swaps || pointer.is_some() || known(self, &first) => (Some(first), second),
            Some(_) => (None, range.clone()),
            None => (None, second),
        };
        let mut some = None;
        if let Some(first) = first {
            // "change two of them to cola"
            let mut parts = self.parts[first.clone()].iter();
            let amount = parts.find_map(|p| p.amount()).filter(|a| !a.article);
            let of_them = |p: &Part| p.is(Cue::OfThem) || p.is(Cue::Of) && p.tokens.len() > 1;
            let alone = self.parts[first.clone()].iter().all(|p| p.amount().is_some() || p.is_filler());
            some = amount.filter(|_| alone || parts.any(of_them)).and_then(|a| a.count()).map(Quantity::Count);
            let pointed = self.parts[first.clone()].iter().any(|p| p.is(Cue::One) && p.amount().is_none());
            let order = self.read(first);
            if let Some(mut line) = order.lines.into_iter().next() {
                line.which = self.standing(&line).unwrap_or(line.which);
                let request = self.request(line);
                // "swap both muffins for croissants" speaks of no other lines.
                target = target
                    .filter(Target::is_counted)
                    .or(Some(Target::Described { which: Some(request.which), choices: request.choices }));
                dropped = order.loose;
            } else if pointed {
                // "the large one"
                let choices = order.loose.into_iter().filter_map(Loose::choice).collect();
                target = target.or(Some(Target::Described { which: None, choices }));
            } else {
                dropped = order.loose;
            }
        }
        let mut order = self.read(second);
        self.of_the_same_kind(&mut order, target.as_ref());
        if all && !self.parts[range.clone()].iter().any(|p| p.is(Cue::Everything)) && order.lines.is_empty() {
            // "both" are those of the last exchange, not all of the cart.
            return self.edits(order.loose, true);
        }
        // "make the iced one large"
        if target.is_none() && dropped.is_empty() && order.lines.is_empty() && self.is_pointed(&range, &order.loose) {
            return self.pointed(order.loose, range);
        }
        // "swap the oat for almond" is said of the one that has it.
        let had: Vec<_> = dropped.iter().cloned().filter_map(Loose::choice).collect();
        let having = (!had.is_empty()).then_some(Target::Described { which: None, choices: had });
        let target = target.or(having).unwrap_or(if all { Target::All } else { Target::Last });
        if let Some(some) = some.filter(|_| order.lines.is_empty() && !order.loose.is_empty()) {
            let turned = self.is_instead(&range);
            let choices = order.loose.into_iter().filter_map(Loose::choice);
            let choices = choices.map(|choice| if turned { Edit::Turned(choice) } else { Edit::Choose(choice) });
            let edits = std::iter::once(Edit::Quantity(some)).chain(choices).collect();
            return self.act(ActKind::Change { target, edits }, range);
        }
        self.carry_out(order, target, dropped, range);
    }

    /// Whether what stands after `at` is what becomes of what stands before: "the latte to a mocha", "the large one with
    /// oat milk"; in "make it iced with vanilla" both are said of it.
    fn says_what_becomes(&self, range: &Range<usize>, at: usize) -> bool {
        let (first, second) = (range.start + 1..at, at + 1..range.end);
        if !self.names_thing(first.clone()) || !self.names_thing(second) {
            return false;
        }
        if !self.parts[at].is(Cue::With) || self.parts[range.start].is(Cue::Swap) {
            return true;
        }
        // "make it a mocha with oat milk" speaks of a new one.
        let first = &self.parts[first];
        let new = first.iter().any(|p| p.amount().is_some());
        first.iter().any(|p| {
            let named = |s: &Sense| s.items_quality > s.options_quality || s.category.is_some();
            p.is(Cue::One) && p.amount().is_none() || !new && p.sense().is_some_and(named)
        })
    }

    fn names_thing(&self, range: Range<usize>) -> bool {
        self.parts.get(range).is_some_and(|parts| {
            parts.iter().any(|p| {
                p.amount().is_some_and(|a| !a.article) || p.sense().is_some_and(|s| s.is_thing() || s.list.is_some())
            })
        })
    }

    /// "I don't want it", as one phrase.
    pub(super) fn ends_with_it(&self, part: &Part) -> bool {
        let key = part.tokens.clone().last().map(|at| self.tokens.key(at)).unwrap_or_default();
        self.lexicon.trie.alone(key).is_some_and(|s| s.cues.any(&[Cue::It, Cue::Them]))
    }

    /// The line's item that was said, if one stands in the cart: the one added last.
    pub(super) fn in_cart(&self, which: &Which) -> Option<crate::shop::ItemId> {
        self.expect.cart.iter().rev().find(|item| self.menu().is_of(**item, which)).copied()
    }

    /// "swap the fries for a salad", "replace the latte with a mocha".
    pub fn swap(&mut self, range: Range<usize>) {
        let Order { lines, loose, unknown, .. } = self.read(range.start + 1..range.end);
        let counts = |l: &Loose| matches!(l.kind, LooseKind::Amount(_));
        // "Swap the two" says not for what.
        if !loose.is_empty() && loose.iter().all(counts) && lines.is_empty() && unknown.is_empty() {
            return self.act(ActKind::Other, range);
        }
        self.change(range);
    }

    /// Whether a word is the shop's own name of something before it is a word of the language: a "sub" is a sandwich.
    pub(super) fn own_name(&self, at: usize) -> bool {
        let whole = |s: &Sense| s.category.is_some() || s.items_quality.max(s.options_quality) >= quality::NAME;
        // "eggplant parm sub": right behind an item a word out of its neighbours' names is its noun.
        let named = |p: &Part| p.sense().is_some_and(|s| !s.items.is_empty());
        let noun =
            at > 0 && self.parts[at].before == Break::None && named(&self.parts[at]) && named(&self.parts[at - 1]);
        noun || self.parts[at].sense().is_some_and(whole)
    }
}
