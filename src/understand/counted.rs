//! Amounts with no item: of what was asked about, of what was spoken of last, or of the line that comes so ("make that two
//! loaves").

use std::ops::Range;

use crate::commerce::cart::{Choice, Quantity};
use crate::lang::cue::Cue;
use crate::shop::{ItemId, OptionId, Unit};

use super::act::*;
use super::element::{Element, ElementKind, State};
use super::lexicon::Sense;
use super::line::Line;
use super::loose::{Loose, LooseKind};
use super::menu::Menu;
use super::order::Order;
use super::part::{Amount, Part};
use super::tokens::Break;
use super::utterance::Utterance;

impl Utterance<'_, '_> {
    /// The item whose unit a bare amount is in.
    pub(super) fn last_item(&self) -> Option<ItemId> {
        self.expect.items.first().copied().or(self.expect.topic).or(self.expect.cart.last().copied())
    }

    /// The item of the cart that comes in what the amount counts ("loaves", "pairs"), where the last one does not.
    fn comes_in(&self, amount: Amount, parts: &Range<usize>) -> Option<ItemId> {
        if !self.expect.items.is_empty() || self.expect.topic.is_some() {
            return None;
        }
        let words = self.tokens_of(parts);
        let comes = |item: &ItemId| {
            let packing = self.menu().packing(*item);
            let unit = amount.unit.or(amount.by.map(|(unit, _)| unit));
            let called = unit.is_some_and(|unit| packing.is_called(unit));
            let measured = match self.menu().unit(*item) {
                Unit::Measure(key) => amount.unit.and_then(|at| self.lexicon.unit_keys.get(at as usize)) == Some(key),
                Unit::Each | Unit::Pack(_) => false,
            };
            let named = amount.packs && packing.words.iter().any(|word| words.contains(&word.as_str()));
            called || measured || named
        };
        let last = self.expect.cart.last().is_some_and(comes);
        self.expect.cart.iter().rev().copied().find(comes).filter(|_| !last)
    }

    fn tokens_of(&self, parts: &Range<usize>) -> Vec<&str> {
        let tokens = self.parts[parts.clone()].iter().flat_map(|part| part.tokens.clone());
        tokens.map(|at| self.tokens.key(at)).collect()
    }

    /// How much that is, of the item that it is of.
    pub(super) fn so_much(&self, amount: Amount, parts: &Range<usize>) -> Option<Quantity> {
        let item = self.comes_in(amount, parts).or(self.last_item());
        let mut line = Line::new(item.map_or(Which::OneOf(Vec::new()), Which::Item), parts.clone());
        line.amount = Some(amount);
        let request = self.request(line);
        // How many of which pieces is said by whoever knows of what.
        if request.choices.is_empty() { request.quantity } else { amount.count().map(Quantity::Count) }
    }

    pub(super) fn counts(&self, amount: Amount, parts: &Range<usize>) -> Option<Edit> {
        let quantity = self.so_much(amount, parts)?;
        Some(if amount.more { Edit::More(quantity) } else { Edit::Quantity(quantity) })
    }

    /// "Twelve wings", which are had in sixes and twelves, is one of these.
    pub(super) fn in_pieces(&self, line: &Line, quantity: Option<Quantity>) -> Option<OptionId> {
        let (Which::Item(item), Some(Quantity::Count(count))) = (&line.which, quantity) else { return None };
        line.amount.filter(|a| !(a.packs || a.more))?;
        let option = self.menu().pieces(*item, count)?;
        let chosen = line.choices.iter().any(|choice| choice.option.list == option.list);
        (!chosen && count > 1).then_some(option)
    }

    /// The same where a number is said of what stands: "make the buffalo ones twelve".
    pub(super) fn as_pieces(&self, of: Option<ItemId>, edit: Edit) -> Edit {
        match (of, &edit) {
            (Some(item), Edit::Quantity(Quantity::Count(count))) if *count > 1 => {
                let option = self.menu().pieces(item, *count);
                option.map_or(edit, |option| Edit::Choose(Choice::plain(option)))
            }
            _ => edit,
        }
    }

    /// "再来两包番茄酱": more of what several are had of, for what stands.
    fn further_parts(&self, amount: Amount, parts: &Range<usize>, rest: &[Loose]) -> Option<Vec<Edit>> {
        let [Loose { kind: LooseKind::Choice { options, choice, .. }, parts: said }] = rest else { return None };
        let choice = self.fitting(options, choice.clone());
        let list = choice.option.list;
        let nominal = self.parts.get(said.end).is_some_and(|p| p.before == Break::None && p.is(Cue::Nominal));
        let part = amount.another && amount.classified && said.start == parts.end && !nominal && !choice.negated;
        let count = amount.count().filter(|n| (1..=20).contains(n) && part && !self.menu().chooses_one(list))?;
        Some(vec![Edit::Choose(Choice { count: count as u8, ..choice })])
    }

    /// "another one but iced", "another twenty feet", "two more with oat milk": further ones beside what stands.
    pub(super) fn further_ones(&mut self, loose: &[Loose]) -> bool {
        let [Loose { kind: LooseKind::Amount(amount), parts }, rest @ ..] = loose else { return false };
        let number = |l: &Loose| matches!(l.kind, LooseKind::Amount(a) if a.classified && !a.more);
        let end = rest.iter().position(number).unwrap_or(rest.len());
        let (rest, next) = rest.split_at(end);
        let chosen = rest.iter().any(|l| matches!(&l.kind, LooseKind::Choice { choice, .. } if !choice.negated));
        if !(amount.another || amount.more && chosen) {
            return false;
        }
        if let Some(edits) = self.further_parts(*amount, parts, rest).filter(|_| next.is_empty()) {
            self.act(ActKind::Fragment { edits, all: false }, parts.start..self.parts.len());
            return true;
        }
        let quantity = self.so_much(*amount, parts);
        let target = self.comes_in(*amount, parts).map_or(Target::Last, described);
        let edits = rest.iter().cloned().filter_map(|l| self.chosen(l)).map(Edit::Choose).collect();
        let parts = parts.start..rest.last().map_or(parts.end, |l| l.parts.end).max(parts.end);
        self.act(ActKind::Again { target, quantity, edits }, parts);
        // "再要一支蓝的一支黑的": and so many more.
        if let [Loose { kind: LooseKind::Amount(amount), parts }, more @ ..] = next {
            let further = Amount { another: true, ..*amount };
            let first = Loose { kind: LooseKind::Amount(further), parts: parts.clone() };
            self.further_ones(&[&[first], more].concat());
        }
        true
    }

    /// "also one in lemon", "a small one too", "and a large": one more of the line spoken of last, and so.
    pub(super) fn besides(&mut self, loose: &[Loose]) -> bool {
        let choices: Vec<Choice> = loose
            .iter()
            .filter_map(|l| match &l.kind {
                LooseKind::Choice { options, choice, .. } => Some(self.fitting(options, choice.clone())),
                _ => None,
            })
            .collect();
        let Some(first) = loose.iter().map(|l| l.parts.start).min() else { return false };
        let asked = self.expect.list.is_some_and(|list| choices.iter().any(|c| c.option.list == list));
        let refused = choices.iter().any(|c| c.negated);
        let takes = |item: &&ItemId| choices.iter().all(|c| self.menu().offers(**item, c.option));
        let taken = self.expect.cart.iter().rev().find(takes);
        let amounts: Vec<Amount> = loose.iter().filter_map(Loose::amount).collect();
        let said = self.parts.iter().any(|p| p.is(Cue::Besides));
        // "My husband wants one as well", "… one too but without oat milk"
        let besides = |l: &Loose| self.parts.get(l.parts.end).is_some_and(|p| p.is(Cue::Besides));
        let first_of = loose.iter().min_by_key(|l| l.parts.start);
        let alone = first_of.is_some_and(|l| l.amount().is_some_and(|amount| !amount.article) && besides(l));
        // "With a card as well" is said of what stands.
        let with = first.checked_sub(1).is_some_and(|at| self.parts[at].is_plainly(Cue::With)) && amounts.is_empty();
        let Some(taken) = taken.copied().filter(|_| !with) else { return false };
        if asked || (choices.is_empty() || refused) && !alone {
            return false;
        }
        // "and a flake" goes into what stands.
        let one = choices.iter().any(|c| self.menu().chooses_one(c.option.list));
        let amount = match amounts[..] {
            [amount] if said || one && (self.joins(first) || self.puts_one(loose)) => amount,
            [] if one && self.some_ones(loose) && (said || self.joins(first)) => {
                Amount { value: 1000, article: true, ..Amount::default() }
            }
            [] if !said => match first.checked_sub(1).and_then(|at| Some((at, self.parts[at].amount()?))) {
                Some((at, article)) if one && article.article && self.joins(at) => article,
                _ => return false,
            },
            // "A blue one too"
            [] if one => match first.checked_sub(1).and_then(|at| self.parts[at].amount()) {
                Some(article) if article.article => article,
                _ => return false,
            },
            _ => return false,
        };
        let last = loose.iter().map(|l| l.parts.end).max().unwrap_or(first);
        let of_them = self.parts[first..].iter().any(|p| p.is(Cue::OfThem));
        if amount.more || amount.another || amount.unit.is_some() || of_them {
            return false;
        }
        let edits = choices.into_iter().map(Edit::Choose).collect();
        let quantity = amount.count().map(Quantity::Count);
        let of_last = self.expect.cart.last() == Some(&taken);
        let target = if of_last { Target::Last } else { described(taken) };
        self.act(ActKind::Again { target, quantity, edits }, first..last);
        true
    }

    /// "A blue one too": none of those that stand.
    pub(super) fn one_too(&mut self, range: &Range<usize>, loose: &[Loose]) -> bool {
        let too = self.parts[range.clone()].iter().any(|p| p.is(Cue::Besides));
        let first = loose.iter().map(|l| l.parts.start).min().unwrap_or(0);
        (too || self.some_ones(loose) && self.joins(first))
            && self.is_pointed(range, loose)
            && self.some_of(range).is_none()
            && self.besides(loose)
    }

    /// "And barbecue ones too": behind what describes them, and none that stand.
    fn some_ones(&self, loose: &[Loose]) -> bool {
        let start = loose.iter().map(|l| l.parts.start).min().unwrap_or(0);
        let end = loose.iter().map(|l| l.parts.end).max().unwrap_or(0);
        let ones = |p: &Part| p.is(Cue::One) && p.before == Break::None && self.tokens.list[p.tokens.start].plural;
        let definite = start.checked_sub(1).is_some_and(|at| self.parts[at].is(Cue::Definite));
        self.parts.get(end).is_some_and(ones) && !definite
    }

    /// "add a navy one"
    fn puts_one(&self, loose: &[Loose]) -> bool {
        let start = loose.iter().map(|l| l.parts.start).min().unwrap_or(0);
        let end = loose.iter().map(|l| l.parts.end).max().unwrap_or(0);
        let one = self.parts.get(end).is_some_and(|p| p.is(Cue::One) && p.before == Break::None);
        one && start.checked_sub(1).is_some_and(|at| self.parts[at].is_plainly(Cue::Put))
    }

    /// Whether what begins here is joined to what was ordered before this sentence, by its first word.
    fn joins(&self, at: usize) -> bool {
        let small = |p: &&Part| p.is_filler() || p.cues().any(&[Cue::Want, Cue::Yes, Cue::Fine]) && !p.is(Cue::And);
        let mut back = self.parts[..at].iter().rev().skip_while(small);
        let and = back.next().is_some_and(|p| p.is(Cue::And) && !p.sense().is_some_and(Sense::is_thing));
        and && back.all(|p| small(&p))
    }

    /// "make that two loaves", with bread and ham in the cart: said of the bread.
    pub(super) fn of_counted(&mut self, loose: &[Loose]) -> bool {
        let [Loose { kind: LooseKind::Amount(amount), parts }] = loose else { return false };
        let Some(item) = self.comes_in(*amount, parts) else { return false };
        let edits: Vec<Edit> = self.counts(*amount, parts).into_iter().collect();
        if edits.is_empty() {
            return false;
        }
        self.act(ActKind::Change { target: described(item), edits }, parts.clone());
        true
    }

    /// "Take one ball off", with wool and a pair of needles in the cart: of the wool.
    pub(super) fn removes_packs(&self, order: &Order) -> Option<ActKind> {
        let [Loose { kind: LooseKind::Amount(amount), parts }] = &order.loose[..] else { return None };
        let bare = order.lines.is_empty() && order.refused.is_empty();
        let item = self.comes_in(*amount, parts).filter(|_| bare)?;
        Some(ActKind::Remove { target: described(item), quantity: self.so_much(*amount, parts) })
    }

    /// Whether so many stand in the cart.
    pub(super) fn is_all(&self, amount: Amount) -> bool {
        let lines = self.expect.cart.len() as u32;
        let stand = |number: u32| number == self.expect.pieces || number == lines && lines > 1;
        !amount.article && !amount.more && amount.count().is_some_and(stand)
    }

    /// "Two of the dark and one of the light", with one in the cart: what goes beyond it is further ones.
    pub(super) fn beyond_those(&mut self, from: usize) {
        let answer = |act: &Act| match &act.kind {
            ActKind::Fragment { edits, all: false } => match edits[..] {
                [Edit::Quantity(Quantity::Count(number)), Edit::Choose(_)] => Some(number),
                _ => None,
            },
            _ => None,
        };
        let said: Option<Vec<u32>> = self.acts[from..].iter().map(answer).collect();
        let Some(said) = said.filter(|said| said.len() > 1 && self.expect.list.is_some()) else { return };
        // "One red, no wait, one yellow"
        if self.parts.iter().any(|p| p.cues().any(&[Cue::Correct, Cue::No])) {
            return;
        }
        if said.iter().sum::<u32>() <= self.expect.pieces {
            return;
        }
        for (act, number) in self.acts[from..].iter_mut().zip(said).skip(1) {
            if let ActKind::Fragment { edits, .. } = &act.kind {
                let (target, quantity, edits) = (Target::Last, Some(Quantity::Count(number)), edits[1..].to_vec());
                act.kind = ActKind::Again { target, quantity, edits };
            }
        }
    }

    /// "Six please, and two brackets", of what was asked about: a number before the first item, which is joined to it, is said
    /// before it is ordered.
    pub(super) fn ahead_of_lines(&mut self, order: &mut Order) {
        let Some(first) = order.lines.first().map(|line| line.parts.start) else { return };
        let and = |at: &usize| self.parts[*at].is(Cue::And) && !self.parts[*at].sense().is_some_and(Sense::is_thing);
        let [Loose { kind: LooseKind::Amount(amount), parts }, ..] = &order.loose[..] else { return };
        let joined = (parts.end..first).any(|at| and(&at));
        if parts.end <= first && joined && !amount.article && self.expect.topic.is_some() {
            let ahead = order.loose.remove(0);
            self.edits(vec![ahead], false);
        }
    }

    /// "just the three", with three in the cart: that is all of it, and a number of nothing.
    pub(super) fn counts_all(&mut self, loose: &[Loose]) -> bool {
        let [Loose { kind: LooseKind::Amount(amount), parts }] = loose else { return false };
        let [.., only, the] = &self.parts[..parts.start] else { return false };
        let all = only.is(Cue::Only) && the.is(Cue::Definite) && self.is_all(*amount);
        if all {
            self.act(ActKind::Done, parts.clone());
        }
        all
    }

    /// "one of each", "two of each colour": of all that there is to choose from, or of all that was spoken of.
    pub(super) fn of_each(&mut self, range: &Range<usize>) -> bool {
        let thing = |at: &usize| {
            let part = &self.parts[*at];
            let list = part.sense().is_some_and(|s| s.list.is_some() && !s.names_something());
            part.sense().is_some_and(|s| s.is_thing()) && !list || part.is_unknown() && !part.common
        };
        let Some(each) = range.clone().find(|at| self.parts[*at].is(Cue::Apiece)) else { return false };
        let before = range.start..each;
        // "每样一支"
        let behind = (each + 1..range.end).filter(|_| self.lexicon.bare);
        let amount = before.rev().chain(behind).find_map(|at| Some((at, self.parts[at].amount()?)));
        let Some((at, amount)) = amount.filter(|(_, a)| !a.article && !a.vague) else { return false };
        if range.clone().any(|at| thing(&at)) {
            return false;
        }
        let list = self.parts[each..range.end].iter().filter_map(|p| p.sense()).find_map(|s| s.list);
        let Some(quantity) = self.so_much(amount, &(at..at + 1)) else { return false };
        let more = amount.another || amount.more;
        self.act(ActKind::Each { quantity, more, list }, range.clone());
        true
    }

    /// "a bunch of celery", which is sold by the bunch.
    pub(super) fn says_pack(&self, line: &Line) -> bool {
        let Which::Item(item) = line.which else { return false };
        let words = &self.menu().packing(item).words;
        // "几包" is how many.
        if self.lexicon.bare {
            return false;
        }
        let vague = self.parts[line.parts.clone()].iter().find(|p| p.amount().is_some_and(|a| a.vague));
        vague.is_some_and(|p| p.tokens.clone().any(|at| words.iter().any(|word| word == self.tokens.key(at))))
    }

    /// "bacon on one of them": so many of the line are to be so.
    pub(super) fn is_share(&self, amount: &Range<usize>) -> bool {
        let before = amount.start.checked_sub(1).map(|at| self.parts[at].cues());
        let inside = self.tokens.list[self.parts[amount.start].tokens.clone()].len() > 1;
        let on = before.is_some_and(|c| c.any(&[Cue::On, Cue::Beside, Cue::Inside]));
        self.parts.get(amount.end).map_or(on, |p| p.is(Cue::OfThem) || on && p.before != Break::None)
            && (inside || before.is_some_and(|c| c.any(&[Cue::On, Cue::To, Cue::Role, Cue::Inside, Cue::Beside])))
    }

    /// "and the same of muenster": no more of what was said before; how much of the other is to be asked.
    pub(super) fn same_of_another(&mut self, range: &Range<usize>, lines: &mut [Line]) {
        let again = |act: &Act| matches!(&act.kind, ActKind::Again { target: Target::Last, quantity: None, edits } if edits.is_empty());
        let opened = range.start.saturating_sub(1)..range.start + 1;
        let of = self.parts[opened].iter().any(|p| p.is(Cue::Of)) && !self.acts.is_empty();
        if let Some(line) = lines.first_mut().filter(|line| of && line.amount.is_none())
            && self.acts.last().is_some_and(again)
        {
            self.acts.pop();
            line.amount = Some(Amount { value: 1000, vague: true, ..Amount::default() });
        }
    }

    /// "the same length of chain but three eighths": as much of it as before, where it is what was spoken of last.
    pub(super) fn as_much_again(&mut self, lines: &[Line]) -> bool {
        let Some(Act { kind: ActKind::Again { target: Target::Last, quantity: None, edits }, .. }) = self.acts.last()
        else {
            return false;
        };
        let last = self.expect.cart.last().map(|item| Which::Item(*item));
        let of_it = |l: &Line| {
            let plain = l.amount.is_none_or(|a| a.same || a.article);
            Some(&l.which) == last.as_ref() && plain && !l.negated && !l.gone && l.unknown.is_none()
        };
        if !edits.is_empty() || lines.is_empty() || !lines.iter().all(of_it) {
            return false;
        }
        let said = lines.iter().flat_map(|l| l.choices.iter().cloned()).map(Edit::Choose);
        let said: Vec<Edit> = said.collect();
        if let Some(Act { kind: ActKind::Again { edits, .. }, .. }) = self.acts.last_mut() {
            edits.extend(said);
        }
        true
    }
}

fn described(item: ItemId) -> Target {
    Target::Described { which: Some(Which::Item(item)), choices: Vec::new() }
}

impl State<'_> {
    /// The kind of which several were counted, where nothing but things of that kind was named since.
    pub(super) fn counted_kind(&self, menu: &Menu) -> Option<Which> {
        let mut kinds = vec![];
        for (at, element) in self.out.iter().enumerate().rev() {
            let ElementKind::Head(head) = &element.kind else { continue };
            let several = match &head.which {
                Which::Category(_) => head.generic,
                Which::OneOf(_) => head.plural,
                Which::Item(_) => {
                    kinds.push(head.which.clone());
                    continue;
                }
            };
            let counted =
                matches!(self.out[..at].last(), Some(Element { kind: ElementKind::Amount(a), .. }) if a.value >= 2000);
            let same = kinds.iter().all(|which| menu.same_kind(which, &head.which));
            return (several && counted && same).then(|| head.which.clone());
        }
        None
    }
}
