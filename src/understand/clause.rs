//! Clauses whose verb stands behind what it speaks of: "薯条不要了", "珍珠的那杯换成中杯", "拿铁多少钱".

use std::ops::Range;

use super::act::*;
use super::lexicon::{Sense, quality};
use super::loose::{Loose, LooseKind};
use super::part::{self, Part};
use super::tokens::Break;
use super::utterance::{Mode, Utterance};
use crate::commerce::cart::{Choice, Quantity};
use crate::lang::cue::Cue;
use crate::shop::OptionId;

pub(super) const VERBS: [Cue; 3] = [Cue::RemoveBehind, Cue::Becomes, Cue::AskBehind];

impl Utterance<'_, '_> {
    /// What the clause does that begins here, where a verb further on tells, and where it ends.
    pub(super) fn verb_behind(&self, at: usize) -> Option<(Mode, usize)> {
        if !self.lexicon.verbs_behind {
            return None;
        }
        if let Some(end) = self.lessened_behind(at) {
            return Some((Mode::Remove, end));
        }
        let opens = |p: &Part| p.cues().any(&[Cue::Want, Cue::Put]) && !p.sense().is_some_and(Sense::is_thing);
        let mut end = at + 1;
        while end < self.parts.len()
            && self.parts[end].before == Break::None
            && (!opens(&self.parts[end]) || self.pointed_out(at, end))
            && !self.reopens(at, end)
        {
            end += 1;
        }
        let clause = at..end;
        let asking = |p: &Part| p.is(Cue::AskBehind) && !p.sense().is_some_and(Sense::is_thing);
        // "两杯，不，三杯": a word that refuses too asks only where the clause ends with it.
        let refuses = |p: &Part| p.cues().any(&[Cue::No, Cue::Correct]);
        let asks = |n: &usize| {
            asking(&self.parts[*n]) && !self.some_are(*n) && (!refuses(&self.parts[*n]) || *n > at && *n + 1 == end)
        };
        let asked = clause.clone().find(asks);
        if let Some(asked) = asked
            && !self.parts[at..asked].iter().any(opens)
            && !self.asked_for(&clause, asked)
        {
            // "我对花生过敏" tells something, and no shop answers it.
            let told = self.parts[asked].is(Cue::AskOther);
            return Some(if told { (Mode::Other, end) } else { (Mode::Ask, self.end(at, Mode::Ask).max(asked + 1)) });
        }
        let found = clause.clone().find(|n| self.is_verb(at, *n) && !asking(&self.parts[*n]))?;
        let ordered = self.parts[at..found].iter().any(opens);
        let known = self.parts[at..found].iter().filter_map(Part::sense);
        let known = known.filter(|s| !s.items.is_empty() && s.items_quality >= s.options_quality);
        let said = |s: &Sense| self.parts[..at].iter().filter_map(Part::sense).any(|p| p.items == s.items);
        let standing = !self.expect.cart.is_empty()
            || self.acts.iter().any(|a| matches!(a.kind, ActKind::Add(_)))
            || known.clone().any(said)
            || self.parts[at].is(Cue::OfThem)
                && self.parts[..at].iter().any(|p| p.sense().is_some_and(|s| !s.items.is_empty()));
        let counts = |p: &Part| p.amount().is_some_and(|a| a.classified && !a.another);
        let some = (at..found).all(|n| {
            let part = &self.parts[n];
            part.is_filler() || part.is(Cue::OfThem) || counts(part) || self.some_are(n)
        });
        let speaks = self.parts[at..found].iter().any(|p| self.points_or_names(p) || some && counts(p));
        let turns = !self.refuses_behind(found);
        let opens = found == at && (turns || self.parts[at].is(Cue::Remove) && clause.len() == 1);
        if ordered || !standing || !(speaks || opens) {
            return None;
        }
        let mut known = known;
        let of_kind =
            |s: &Sense| s.category.is_some_and(|c| self.expect.cart.iter().any(|i| self.menu().category(*i) == c));
        let in_cart = known.all(|s| said(s) || of_kind(s) || s.items.iter().any(|i| self.stands(*i)));
        match (turns, in_cart) {
            (true, true) => {
                let end = self.end(at, Mode::Change).max(found + 1);
                let another = |n: &usize| {
                    self.speaks_of_another(*n)
                        || self.reopens(at, *n)
                        || self.runs_on(found, *n)
                        || self.describes_another(at..found, *n)
                };
                let end = (found + 1..end).find(another).unwrap_or(end);
                Some((Mode::Becomes, end))
            }
            (false, true) => Some((Mode::Remove, found + 1)),
            _ => None,
        }
    }

    /// "四季春换热的，薯条加甜辣酱", "珍珠那杯去冰，红豆那杯热的": a clause that opens with another thing that stands.
    fn speaks_of_another(&self, n: usize) -> bool {
        let part = &self.parts[n];
        let Some(sense) = part.sense().filter(|_| part.before != Break::None) else { return false };
        let named = sense.items_quality >= sense.options_quality;
        let pointed = self.parts.get(n + 1).is_some_and(|p| p.is(Cue::One) && p.before == Break::None);
        let of_it = |at: usize| self.parts.get(at).is_some_and(|p| p.before == Break::None && p.is(Cue::One));
        (named || pointed || of_it(n + 2)) && sense.items.iter().any(|item| self.expect.cart.contains(item))
            || sense.ordinal.is_some() && !sense.is_thing()
    }

    /// The item that is called so by its name and stands, or was said in this sentence since `start`.
    fn known_item(&self, start: usize, n: usize) -> Option<crate::shop::ItemId> {
        let named = |p: &Part| {
            let sense =
                p.sense().filter(|s| s.items_quality >= quality::NAME && s.items_quality >= s.options_quality)?;
            sense.items.first().copied()
        };
        let item = named(&self.parts[n])?;
        let said = self.parts[start..n].iter().any(|p| named(p) == Some(item));
        (said || self.stands(item)).then_some(item)
    }

    /// "两根油条一碗白粥油条改三根", "牛肉面加蛋可乐换成豆浆": without a pause, what stands or was said is named again, and right
    /// behind it what becomes of it.
    pub(super) fn reopens(&self, start: usize, n: usize) -> bool {
        let joined = |at: usize| self.parts.get(at).filter(|p| p.before == Break::None);
        // "肉包和菜包都不要了"
        let listed = n > start + 1 && joined(n - 1).is_some_and(|p| p.is_plainly(Cue::And));
        if n <= start || listed || joined(n).is_none() || self.known_item(start, n).is_none() {
            return false;
        }
        let named =
            |p: &Part| p.sense().is_some_and(|s| s.items_quality >= quality::NAME && s.options_quality < quality::NAME);
        let small = |at: &usize| joined(*at).is_some_and(|p| p.is_filler() && !p.cues().any(&VERBS));
        let verb = (n + 1..self.parts.len()).find(|at| !small(at)).filter(|at| joined(*at).is_some());
        let turns = |at: usize| {
            let part = &self.parts[at];
            let thing = part.sense().is_some_and(Sense::is_thing);
            !thing && (part.is(Cue::Becomes) || part.is(Cue::RemoveBehind) && !part.is(Cue::Not))
        };
        self.lexicon.verbs_behind && self.parts[start..n].iter().any(named) && verb.is_some_and(turns)
    }

    /// "毛巾换成粉的香皂要柠檬的": behind what something becomes, another thing that stands is named, which cannot be had so.
    fn runs_on(&self, verb: usize, n: usize) -> bool {
        let Some(item) = self.known_item(n, n).filter(|_| self.parts[n].before == Break::None) else { return false };
        let said = self.parts[verb + 1..n].iter().filter_map(Part::sense);
        let said: Vec<_> = said.filter(|s| !s.options.is_empty() && s.options_quality > s.items_quality).collect();
        let own = |s: &&Sense| s.options.iter().any(|o| self.menu().offers(item, *o));
        !said.is_empty() && !said.iter().any(own) && self.parts.get(n + 1).is_some_and(|p| p.before == Break::None)
    }

    /// "微辣的那碗加个蛋特辣的加腐竹": behind what was done to the one, another is described of which something is said.
    fn describes_another(&self, first: Range<usize>, n: usize) -> bool {
        let of = |p: &Part| {
            p.sense().filter(|s| s.options_quality > s.items_quality).and_then(|s| s.options.first().copied())
        };
        let Some(option) = of(&self.parts[n]).filter(|o| self.menu().chooses_one(o.list)) else { return false };
        let same = self.parts[first.clone()].iter().filter_map(of).any(|o| o.list == option.list && o != option);
        let small = |at: &usize| self.parts[*at].is_filler();
        let joined = |at: &usize| self.parts[*at].before == Break::None;
        let turned = (first.end..n).rev().find(|at| !small(at)).is_none_or(|at| self.parts[at].is(Cue::Becomes));
        let next = (n + 1..self.parts.len()).take_while(joined).find(|at| !small(at));
        let done = next
            .is_some_and(|at| self.parts[at].verbal || self.parts[at].cues().any(&[Cue::With, Cue::Not, Cue::Becomes]));
        same && !turned && done && joined(&n)
    }

    /// "薯条减一份", "薯条少一份": so many fewer of what stands.
    fn lessened_behind(&self, at: usize) -> Option<usize> {
        let named = self.parts[at].sense().filter(|s| s.items_quality >= s.options_quality)?;
        if !named.items.iter().any(|item| self.expect.cart.contains(item)) {
            return None;
        }
        // "香皂给我减一块"
        let less = |p: &Part| p.cues().any(&[Cue::Remove, Cue::Fewer, Cue::Lessen]);
        let small = |p: &&Part| p.before == Break::None && !less(p) && (p.is_filler() || p.is_plainly(Cue::Want));
        let verb = at + 1 + self.parts[at + 1..].iter().take_while(small).count();
        let joined = |n: usize| self.parts.get(n).filter(|p| p.before == Break::None);
        let less = joined(verb).filter(|p| less(p))?;
        if less.is(Cue::Fewer) {
            return Some(verb + 1);
        }
        joined(verb + 1).and_then(Part::amount).map(|_| verb + 2)
    }

    /// "有一杯去冰", of several: it asks for nothing that could be had.
    pub(super) fn some_are(&self, at: usize) -> bool {
        let joined = |n: usize| self.parts.get(n).filter(|p| p.before == Break::None);
        let have = self.lexicon.verbs_behind && self.parts[at].cues().any(&[Cue::AskHave, Cue::AskIngredients]);
        let counted = || joined(at + 1).and_then(Part::amount).is_some_and(|a| a.classified && !a.another);
        let rest = || (at + 2..self.parts.len()).map_while(joined);
        let option = |p: &Part| p.sense().is_some_and(|s| !s.options.is_empty() && s.options_quality > s.items_quality);
        let named = |p: &Part| p.sense().is_some_and(|s| !s.items.is_empty() && s.items_quality >= s.options_quality);
        let asks = |p: &Part| p.is(Cue::AskBehind) && !p.is(Cue::Not);
        let turned = || joined(at + 2).is_some_and(|p| p.is(Cue::Becomes));
        if have && !self.expect.cart.is_empty() && counted() && turned() {
            return true;
        }
        let other = |p: &Part| asks(p) || named(p);
        have && !self.expect.cart.is_empty() && counted() && rest().any(option) && !rest().any(other)
    }

    /// "洋葱帮我去掉": of what is being ordered, the option right before it is not wanted.
    pub(super) fn takes_off_last(&self, at: usize) -> bool {
        let part = &self.parts[at];
        let last = self.parts[..at].iter().rev().find(|p| !p.is_filler()).and_then(Part::sense);
        let option = |s: &Sense| s.options_quality > s.items_quality || s.calls_list() && s.options.is_empty();
        let behind = self.lexicon.verbs_behind && part.is(Cue::RemoveBehind) && part.before == Break::None;
        behind && last.is_some_and(option) && !self.thing_next(at + 1)
    }

    /// A word that tells what the clause from `at` does, or what is said of one that is pointed out.
    fn is_verb(&self, at: usize, n: usize) -> bool {
        let part = &self.parts[n];
        let verb = part.cues().any(&VERBS) && !part.sense().is_some_and(Sense::is_thing);
        let removes = part.is(Cue::RemoveBehind) && self.thing_next(n + 1);
        verb && !removes || n > at && self.refuses_behind(n) && !removes || self.pointed_out(at, n)
    }

    /// "薯条不要了", and "薯条不要" where nothing follows that it could refuse.
    fn refuses_behind(&self, n: usize) -> bool {
        self.parts[n].is(Cue::RemoveBehind) || part::refuses_last(self.parts, n)
    }

    /// "大杯的那个加珍珠", "椰果那杯少冰": behind what is pointed out by its description stands what is to be done to it.
    fn pointed_out(&self, at: usize, n: usize) -> bool {
        let one = n > at && self.parts[n - 1].is(Cue::One) && self.parts[n].before == Break::None;
        let described = |p: &Part| p.sense().is_some_and(|s| s.names_something());
        one && self.parts[at..n - 1].iter().any(described)
            && !self.parts[n].cues().any(&[Cue::Becomes, Cue::RemoveBehind, Cue::AskBehind])
    }

    /// "能加珍珠吗", with something ordered, asks for it to be done, and for no answer.
    fn asked_for(&self, clause: &Range<usize>, verb: usize) -> bool {
        let own = [Cue::AskPrice, Cue::AskHave, Cue::AskIngredients, Cue::AskTotal, Cue::AskHours, Cue::AskStatus];
        let own = own.iter().any(|cue| self.parts[clause.clone()].iter().any(|p| p.is(*cue)));
        let done = [Cue::With, Cue::Not, Cue::Becomes, Cue::RemoveBehind];
        let before = &self.parts[clause.start..verb];
        // "能换成茉莉绿茶吗": what it is to become need not stand.
        let stays = before.iter().take_while(|p| !p.is(Cue::Becomes));
        let named = stays.filter_map(Part::sense).flat_map(|s| s.items.first()).copied();
        let standing = !self.expect.cart.is_empty() && named.clone().all(|item| self.stands(item));
        !own && standing && before.iter().any(|p| p.cues().any(&done) && !p.is(Cue::Filler))
    }

    /// Whether it stands in the cart, or was just said.
    fn stands(&self, item: crate::shop::ItemId) -> bool {
        let said = |act: &Act| matches!(&act.kind, ActKind::Add(request) if request.which == Which::Item(item));
        self.expect.cart.contains(&item) || self.acts.iter().any(said)
    }

    /// Whether what was said before the verb can become nothing of what was said behind it.
    fn of_other_lists(&self, before: &[Loose], behind: &[Loose]) -> bool {
        let list = |l: &Loose| match &l.kind {
            LooseKind::Choice { choice, .. } => Some(choice.option.list),
            _ => None,
        };
        let one = |l: &Loose| list(l).is_some_and(|list| self.menu().chooses_one(list));
        let apart = |l: &Loose| list(l).is_some_and(|of| behind.iter().all(|other| list(other) != Some(of)));
        let asked = self.expect.list.is_some();
        !asked
            && !before.is_empty()
            && behind.iter().any(|l| list(l).is_some())
            && before.iter().all(|l| one(l) && apart(l))
    }

    /// "薄脆换油条": what an option becomes is one of the same list, whatever else is called so.
    fn of_same_list(&self, dropped: &[Loose], second: &Range<usize>) -> Option<OptionId> {
        let [Loose { kind: LooseKind::Choice { choice: old, .. }, .. }] = dropped else { return None };
        let small = |p: &&Part| !p.is_filler();
        let mut named = self.parts[second.clone()].iter().filter(small);
        let sense = named.next().filter(|p| p.amount().is_none())?.sense().filter(|s| !s.items.is_empty())?;
        let same = sense.options.iter().find(|o| o.list == old.option.list && **o != old.option);
        same.copied().filter(|option| named.next().is_none() && self.menu().chooses_one(option.list))
    }

    /// "糖浆换成焦糖的": of a list of which several are had, what was had of it goes.
    fn list_becomes(&self, first: &Range<usize>, loose: &[Loose]) -> Option<Vec<Edit>> {
        let list = self.parts[first.clone()].iter().filter_map(Part::sense).find_map(|s| s.list)?;
        let chosen: Vec<_> = loose.iter().cloned().filter_map(|l| self.chosen(l)).collect();
        let of_it = chosen.iter().all(|choice| choice.option.list == list && !choice.negated);
        if chosen.is_empty() || chosen.len() < loose.len() || !of_it || self.menu().chooses_one(list) {
            return None;
        }
        Some(std::iter::once(Edit::NoneOf(list)).chain(chosen.into_iter().map(Edit::Choose)).collect())
    }

    fn points_or_names(&self, part: &Part) -> bool {
        let points = [Cue::It, Cue::Them, Cue::One, Cue::Last, Cue::Other, Cue::Both, Cue::Everything];
        part.cues().any(&points)
            || part.sense().is_some_and(|s| s.is_thing() || s.list.is_some() || s.ordinal.is_some())
    }

    /// "珍珠的那杯换成中杯", "布丁奶茶换红豆奶茶": what stands before the verb becomes what stands behind it.
    pub(super) fn becomes(&mut self, range: Range<usize>) {
        let Some(verb) = range.clone().find(|at| self.is_verb(range.start, *at)) else { return };
        let turns = usize::from(self.parts[verb].is(Cue::Becomes));
        let (first, second) = (range.start..verb, verb + turns..range.end);
        let said = |cue| self.parts[first.clone()].iter().any(|p| p.is(cue) && p.amount().is_none());
        let (pointed, both) = (said(Cue::One), said(Cue::Both));
        let mut target = self.pointer(&first);
        let named = self.one_standing(&first);
        let order = self.read(first.clone());
        let mut dropped = order.loose;
        if let Some(mut line) = order.lines.into_iter().chain(order.refused).next() {
            line.which = self.standing(&line).unwrap_or(line.which);
            let request = self.request(line);
            let described = Target::Described { which: Some(request.which), choices: request.choices };
            target = target.filter(|t| matches!(t, Target::Ordinal(_))).or(Some(described));
        } else if pointed && (!dropped.is_empty() || named.is_some()) {
            let choices: Vec<_> = dropped.drain(..).filter_map(|l| self.chosen(l)).collect();
            let described = match named {
                Some(item) => Target::Described { which: Some(Which::Item(item)), choices: Vec::new() },
                None => Target::Described { which: None, choices },
            };
            target = target.or(Some(described));
        }
        dropped.retain(|loose| matches!(loose.kind, LooseKind::Choice { .. }));
        let removed = matches!(self.acts.last(), Some(Act { kind: ActKind::Remove { .. }, .. }));
        if removed && target.is_none() && dropped.is_empty() {
            // "薯条不要了，换成烤肠": what went has made room already.
            return self.order(second);
        }
        let some = self.parts[first.clone()].iter().find_map(Part::amount).and_then(|a| a.count());
        let order = self.read(second.clone());
        if let (Some(count), None, true) = (some, &target, dropped.is_empty()) {
            // "其中一杯换成红豆奶茶", "一杯改成中杯": so many of them.
            let quantity = Quantity::Count(count);
            if !order.lines.is_empty() {
                self.act(ActKind::Remove { target: Target::Last, quantity: Some(quantity) }, first);
                return self.order(second);
            }
            let choices = order.loose.iter().cloned().map(|l| self.chosen(l)).collect::<Option<Vec<_>>>();
            if let Some(choices) = choices.filter(|all| !all.is_empty()) {
                let edits = std::iter::once(Edit::Quantity(quantity)).chain(choices.into_iter().map(Edit::Choose));
                return self.act(ActKind::Change { target: Target::Last, edits: edits.collect() }, range);
            }
        }
        let chosen = |l: &Loose| matches!(&l.kind, LooseKind::Choice { choice, .. } if self.menu().chooses_one(choice.option.list));
        let of_several = self.expect.cart.len() > 1 && self.expect.list.is_none() && !dropped.is_empty();
        let told = of_several && dropped.iter().all(chosen) || self.of_other_lists(&dropped, &order.loose);
        if target.is_none() && order.lines.is_empty() && told {
            // "大杯的改成三分糖", "把大杯的换成中杯": which one it is that becomes so.
            let choices = dropped.drain(..).filter_map(|l| self.chosen(l)).collect();
            target = Some(Target::Described { which: None, choices });
        }
        let asked = |l: &Loose| matches!(&l.kind, LooseKind::Choice { choice, .. } if Some(choice.option.list) == self.expect.list);
        if order.lines.is_empty() && dropped.iter().any(asked) {
            // "大杯冰的换燕麦奶", said to a question: its answer, and more.
            return self.edits([dropped, order.loose].concat(), false);
        }
        if both && order.lines.is_empty() {
            return self.edits(order.loose, true);
        }
        if let Some(option) = self.of_same_list(&dropped, &second).filter(|_| target.is_none()) {
            let edits = vec![Edit::Choose(Choice::plain(option))];
            return self.act(ActKind::Change { target: Target::Last, edits }, range);
        }
        if let Some(edits) = self.list_becomes(&first, &order.loose).filter(|_| order.lines.is_empty()) {
            return self.act(ActKind::Change { target: target.unwrap_or(Target::Last), edits }, range);
        }
        self.carry_out(order, target.unwrap_or(Target::Last), dropped, range);
    }
}
