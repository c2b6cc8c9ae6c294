//! Lines of the cart that are pointed out rather than named: "the large one", "oat milk in the small one", "a brioche bun on
//! the other one", "just one latte".

use std::ops::Range;

use crate::commerce::cart::{Choice, Quantity};
use crate::lang::cue::Cue;
use crate::shop::{ItemId, OptionId};

use super::act::*;
use super::element::{ElementKind, State};
use super::lexicon::Sense;
use super::line::Line;
use super::loose::{Loose, LooseKind};
use super::part::Part;
use super::tokens::Break;
use super::utterance::Utterance;

impl Utterance<'_, '_> {
    /// Whether what is said without an item is said of one that is pointed out.
    pub(super) fn is_pointed(&self, range: &Range<usize>, loose: &[Loose]) -> bool {
        let some = self.some_of(range).map(|(at, _)| at);
        let one = self.one(range);
        let fits = |l: &Loose| match l.kind {
            LooseKind::Choice { .. } => true,
            // "Make the chocolate one two"
            LooseKind::Amount(_) if one.as_ref().is_some_and(|one| l.parts.start == one.end) => true,
            // "an Oakfield badge on one of the white ones"
            LooseKind::Amount(amount) => amount.article && some.is_some() || some == Some(l.parts.start),
            LooseKind::Bare | LooseKind::NoneOf(_) => some.is_some(),
            _ => false,
        };
        let choices = loose.iter().all(fits) && loose.iter().any(|l| matches!(l.kind, LooseKind::Choice { .. }));
        let other = !self.expect.cart.is_empty() && self.pointer(range) == Some(Target::Other);
        // "Mozzarella on the first"
        let few = matches!(self.pointer(range), Some(Target::Among(_)));
        let nth = || few || matches!(self.pointer(range), Some(Target::Ordinal(_))) && self.placed_on_nth(range);
        let own = || self.pointer(range) == Some(Target::Mine);
        choices && (one.is_some() || other || !self.expect.cart.is_empty() && (own() || nth()))
    }

    /// "Peppercorn for the rare one, garlic butter for the other": where what is said of another one begins.
    pub(super) fn points_to_another(&self, range: &Range<usize>) -> Option<usize> {
        let item = |p: &Part| p.sense().is_some_and(|s| s.items_quality > s.options_quality || s.category.is_some());
        if self.expect.cart.is_empty() || self.parts[range.clone()].iter().any(item) {
            return None;
        }
        let points = |at: &usize| {
            let part = &self.parts[*at];
            part.amount().is_none()
                && part.cues().any(&[Cue::One, Cue::Other])
                && !part.sense().is_some_and(Sense::is_thing)
        };
        let option =
            |range: Range<usize>| self.parts[range].iter().any(|p| p.sense().is_some_and(|s| !s.options.is_empty()));
        let first = range.clone().find(points)?;
        let parted = |at: &usize| self.parts[*at].is_plainly(Cue::And) || self.parts[*at].before != Break::None;
        let next = (first + 1..range.end).find(parted)?;
        let second = (next..range.end).find(points)?;
        (option(range.start..first) && option(next..second) && self.parts[first - 1].before == Break::None)
            .then_some(next)
    }

    /// "Fries with my chicken instead", where one chicken stands of several that are sold.
    pub(super) fn meant(&self, line: &Line) -> Option<Which> {
        let said = line.definite && line.amount.is_none() && !line.choices.is_empty();
        self.standing(line)
            .filter(|which| said && matches!(which, Which::Item(item) if self.expect.cart.contains(item)))
    }

    fn placed_on_nth(&self, range: &Range<usize>) -> bool {
        let pairs = self.parts[range.clone()].windows(2);
        let nth = |p: &Part| p.sense().is_some_and(|s| s.ordinal.is_some() && !s.is_thing());
        pairs.into_iter().any(|pair| pair[0].is(Cue::On) && nth(&pair[1]))
    }

    /// Where "one" stands for an item, or would.
    fn one(&self, range: &Range<usize>) -> Option<Range<usize>> {
        let from = self.some_of(range).map_or(range.start, |(at, _)| at + 1);
        let one = (from..range.end).find(|at| self.parts[*at].is(Cue::One) && self.parts[*at].amount().is_none());
        one.map(|at| at..at + 1).or_else(|| self.one_left_out(range))
    }

    /// "make the pink five litres", "make it two of the sage": where "one" is left out behind what describes it.
    fn one_left_out(&self, range: &Range<usize>) -> Option<Range<usize>> {
        let parts = &self.parts[..range.end];
        let opens = parts.get(range.start).filter(|p| p.is(Cue::Change) && !p.is(Cue::Want))?;
        let option = |p: &&Part| {
            let named = p.sense().is_some_and(|s| s.items.is_empty() && !s.options.is_empty());
            named && p.before == Break::None
        };
        let the = match self.some_of(range) {
            Some((at, _)) => at + 1,
            None => range.start + 1,
        };
        let counted = the > range.start + 1;
        let definite =
            parts.get(the).is_some_and(|p| p.is_plainly(Cue::Definite)) && (counted || !self.ends_with_it(opens));
        let described = parts.get(the + 1).filter(|_| definite).filter(option)?.sense()?;
        let lists = |s: &Sense| s.options.iter().map(|o| o.list).collect::<Vec<_>>();
        let other = |p: &Part| {
            p.sense().is_some_and(|s| !s.options.is_empty() && lists(s).iter().all(|l| !lists(described).contains(l)))
        };
        let next = parts.get(the + 2).filter(|p| p.before == Break::None);
        let becomes = next.is_some_and(|p| option(&p) && other(p) || p.amount().is_some_and(|a| !a.article));
        let ends = parts[the + 2..].iter().all(Part::is_filler);
        (becomes && !counted || counted && ends).then_some(the + 2..the + 2)
    }

    /// "one of the navy ones": where the number stands that says how many of them.
    pub(super) fn some_of(&self, range: &Range<usize>) -> Option<(usize, Quantity)> {
        range.clone().find_map(|at| {
            let of_them = |p: &Part| p.is(Cue::Of) && p.is(Cue::Definite) && p.before == Break::None;
            let number = match self.parts[at].amount() {
                Some(amount) => amount.count().filter(|_| !amount.article)?,
                // "in two of the large ones": the language says "in two" in one word.
                None if self.parts[at].is(Cue::Inside) => {
                    self.tokens.list[self.parts[at].tokens.end - 1].number.filter(|n| n % 1000 == 0)? / 1000
                }
                None => self.parts[at].is(Cue::One).then_some(1)?,
            };
            self.parts.get(at + 1).is_some_and(of_them).then_some((at, Quantity::Count(number)))
        })
    }

    /// "the large one" says which it is. What is said before "in the", or behind "one", is what becomes of it: "oat milk in
    /// the small one", "the small one with oat milk".
    pub(super) fn pointed(&mut self, loose: Vec<Loose>, range: Range<usize>) {
        let single = |t: &Target| t.is_counted() || *t == Target::Mine;
        if let Some(target) = self.pointer(&range).filter(single) {
            // "butter on the first one"
            let edits = loose.into_iter().filter_map(|l| self.chosen(l)).map(Edit::Choose).collect();
            return self.act(ActKind::Change { target, edits }, range);
        }
        let one = self.one(&range).unwrap_or(range.start..range.start);
        let end = one.start;
        let places = |p: &Part| p.cues().any(&[Cue::On, Cue::Definite]) && !p.sense().is_some_and(|s| s.is_thing());
        let start = (range.start..end).rev().find(|at| places(&self.parts[*at])).unwrap_or(range.start);
        let described = |l: &Loose| l.parts.start >= start && l.parts.end <= end;
        let (which, becomes): (Vec<Loose>, Vec<Loose>) = loose.into_iter().partition(described);
        let choices: Vec<Choice> = which.into_iter().filter_map(|l| self.of_cart(l)).collect();
        let some = self.some_of(&range).map(|(_, number)| Edit::Quantity(number));
        let becomes = becomes.into_iter().filter_map(|l| match l.kind {
            LooseKind::Bare => Some(Edit::Only(Vec::new())),
            LooseKind::NoneOf(list) => Some(Edit::NoneOf(list)),
            LooseKind::Amount(amount) if l.parts.start >= one.end => {
                let so = |item: &ItemId| choices.iter().all(|choice| self.menu().offers(*item, choice.option));
                let of = self.expect.cart.iter().rev().copied().find(so);
                self.counts(amount, &l.parts).map(|edit| self.as_pieces(of, edit))
            }
            _ => self.chosen(l).map(Edit::Choose),
        });
        let edits: Vec<Edit> = some.into_iter().chain(becomes).collect();
        if self.describes_answer(&choices) {
            // "The pepperoni one with ranch", where which it is to be was asked: none is so yet.
            let edits = choices.into_iter().map(Edit::Choose).chain(edits).collect();
            return self.act(ActKind::Fragment { edits, all: false }, range);
        }
        // "He doesn't want the blue one", but "not the blue one", which may set it apart.
        let unwanted = |p: &Part| p.is(Cue::Not) && !p.cues().any(&[Cue::InsteadOf, Cue::No]);
        let refused = edits.is_empty() && !choices.is_empty() && choices.iter().all(|choice| choice.negated);
        if refused && self.parts[range.clone()].iter().any(unwanted) {
            let choices = choices.into_iter().map(|choice| Choice { negated: false, ..choice }).collect();
            let target = Target::Described { which: None, choices };
            return self.act(ActKind::Remove { target, quantity: None }, range);
        }
        self.act(ActKind::Change { target: Target::Described { which: None, choices }, edits }, range);
    }

    /// Whether it is of the list that was asked about, and no line of the cart has one of that yet.
    fn describes_answer(&self, choices: &[Choice]) -> bool {
        let Some(list) = self.expect.list.filter(|_| self.expect.open) else { return false };
        let takes = self.expect.cart.iter().filter(|item| self.menu().takes(**item, list)).count();
        let waits = self.expect.missing.iter().filter(|missing| **missing == list).count();
        let of_list = choices.iter().any(|choice| choice.option.list == list && !choice.negated);
        of_list && waits > 0 && waits == takes
    }

    /// "make that latte a small", where "make that a latte" is another order.
    pub(super) fn is_pointed_at(&self, at: usize) -> bool {
        let that = at
            .checked_sub(1)
            .is_some_and(|before| self.parts[before].is(Cue::Change) && self.parts[before].is(Cue::Correct));
        that && self.parts[at].sense().is_some_and(Sense::is_thing)
    }

    /// The option that is meant where several are so called: one of what stands in the cart.
    fn of_cart(&self, loose: Loose) -> Option<Choice> {
        let LooseKind::Choice { options, choice, .. } = loose.kind else { return None };
        let stands = |o: &&OptionId| self.expect.cart.iter().any(|item| self.menu().offers(*item, **o));
        let option = options.iter().find(stands).copied().unwrap_or(choice.option);
        Some(Choice { option, ..choice })
    }

    /// "remove everything except the latte": what stands in the cart besides goes. Where the sentence ends that says so.
    pub(super) fn all_but(&mut self, at: usize) -> Option<usize> {
        let excepts = |p: &Part| p.cues().any(&[Cue::But, Cue::Except]) && !p.is(Cue::Only);
        let behind = self.lexicon.verbs_behind && excepts(&self.parts[at]);
        if self.expect.cart.is_empty() || !behind && !self.parts[at].cues().any(&[Cue::Cancel, Cue::Remove]) {
            return None;
        }
        let end = self.stop(at + 1);
        let but = if behind { at } else { (at + 1..end).find(|n| excepts(&self.parts[*n]))? };
        let all = |p: &Part| p.cues().any(&[Cue::Cancel, Cue::Everything, Cue::Both]);
        let named = self.parts[but + 1..end].iter().filter_map(Part::sense);
        let named = named.filter(|s| !behind || s.items_quality >= s.options_quality);
        let named = named.flat_map(|s| s.items.iter().copied());
        let kept: Vec<_> = named.filter(|item| self.expect.cart.contains(item)).collect();
        // "除了烤肠其他的都不要了": the verb stands at the end.
        let goes = |p: &Part| p.cues().any(&[Cue::Cancel, Cue::RemoveBehind, Cue::Not, Cue::Done]);
        let said = match behind {
            true => self.parts[at + 1..end].iter().any(goes),
            false => self.parts[at..but].iter().any(all),
        };
        if kept.is_empty() || !said {
            return None;
        }
        let mut rest: Vec<_> = self.expect.cart.iter().copied().filter(|item| !kept.contains(item)).collect();
        rest.sort();
        rest.dedup();
        for item in rest {
            let target = Target::Described { which: Some(Which::Item(item)), choices: Vec::new() };
            self.act(ActKind::Remove { target, quantity: None }, at..end);
        }
        Some(end)
    }

    /// "just one latte", "actually one latte", "one latte is enough", with two in the cart: so many, and no more of them.
    pub(super) fn recounts(&self, range: &Range<usize>, line: &Line) -> bool {
        let counted = line.amount.is_some_and(|a| !a.article && !a.more && !a.another);
        let first = range.start.saturating_sub(2)..range.end;
        let named = |p: &&Part| p.sense().is_some_and(|s| s.is_thing());
        let before = self.parts[first].iter().take_while(|p| !named(p));
        // "actually I'd also like two lattes" are more of them.
        let own = self.parts[range.clone()].iter().take_while(|p| !named(p));
        let joined = own.clone().any(|p| p.cues().any(&[Cue::And, Cue::Put]) && !p.is(Cue::Correct));
        let corrects = !joined && own.clone().any(|p| p.cues().any(&[Cue::Correct, Cue::No]));
        // "There's three of us, so three lattes"; "so three large lattes" may be others.
        let plain = line.choices.is_empty() && line.amount.is_some_and(|a| a.unit.is_none());
        let concludes =
            plain && line.parts.start.checked_sub(1).is_some_and(|before| self.parts[before].is_plainly(Cue::So));
        let ahead = before.clone().take(4).any(|p| p.is(Cue::Only)) || corrects || concludes;
        let behind = self.parts[range.clone()].iter().rev().take_while(|p| !named(p));
        let only = ahead
            || behind.clone().any(|p| p.cues().any(&[Cue::Only, Cue::Correct]))
            || self.denies_number(line, range.end);
        only && counted && self.recounted(line, corrects).is_some()
    }

    /// What stands and is counted anew: what is called so, or, where somebody puts right what was said ("sorry, just one
    /// tube", of scooter tubes), what has the word in its name.
    fn recounted(&self, line: &Line, corrects: bool) -> Option<ItemId> {
        self.in_cart(&line.which).or_else(|| match self.standing(line).filter(|_| corrects) {
            Some(Which::Item(item)) => Some(item),
            _ => None,
        })
    }

    /// "two lattes, not three"
    fn denies_number(&self, line: &Line, end: usize) -> bool {
        let rest = &self.parts[line.parts.end.min(end)..end];
        let not = rest.iter().position(|p| p.cues().any(&[Cue::Not, Cue::No]));
        not.is_some_and(|at| rest.get(at + 1).is_some_and(|p| p.amount().is_some()))
    }

    pub(super) fn recount(&mut self, line: Line) {
        let item = self.recounted(&line, true);
        let parts = line.parts.clone();
        let request = self.request(line);
        let edits = request.quantity.into_iter().map(Edit::Quantity);
        let edits = edits.chain(request.choices.into_iter().map(Edit::Choose)).collect();
        let target = Target::Described { which: item.map(Which::Item), choices: Vec::new() };
        self.act(ActKind::Change { target, edits }, parts);
    }

    /// "the first one thin, the second one thick": another is pointed at, after something was said of one.
    pub(super) fn points_anew(&self, start: usize, at: usize) -> bool {
        let points = |p: &Part| {
            let thing = p.sense().is_some_and(Sense::is_thing);
            !thing && (p.sense().is_some_and(|s| s.ordinal.is_some()) || p.cues().any(&[Cue::Other, Cue::Last]))
        };
        let definite = |p: &Part| p.is(Cue::Definite) && !p.sense().is_some_and(Sense::is_thing);
        let here = &self.parts[at];
        let opens = definite(here) && self.parts.get(at + 1).is_some_and(points)
            || points(here) && at > 0 && !definite(&self.parts[at - 1]);
        let before = &self.parts[start..at];
        opens && before.iter().any(points) && before.iter().any(|p| p.sense().is_some_and(Sense::names_something))
    }

    /// "the large one with ranch and the small one with salt": another is described, after something was said of one.
    pub(super) fn describes_anew(&self, start: usize, at: usize) -> bool {
        let one = |p: &Part| p.is(Cue::One) && p.amount().is_none();
        let definite = |p: &Part| p.is(Cue::Definite) && !p.sense().is_some_and(Sense::is_thing);
        let option = |p: &&Part| p.sense().is_some_and(|s| !s.options.is_empty() && s.items.is_empty());
        let from = at + usize::from(self.parts[at].is(Cue::And));
        let opens = from > at || self.parts[at].before != Break::None;
        let described = |from: usize| {
            let options = self.parts[from + 1..].iter().take_while(option).count();
            definite(&self.parts[from]) && options > 0 && self.parts.get(from + 1 + options).is_some_and(one)
        };
        opens && self.parts.get(from).is_some() && described(from) && (start..at).any(described)
    }

    /// "Swap the drink for a cola", of a combo that comes with a drink: another of its list, and nothing beside it. Only where
    /// nothing else is pointed at.
    pub(super) fn of_list_named(&mut self, range: &Range<usize>) -> bool {
        let points =
            [Cue::Both, Cue::Everything, Cue::Other, Cue::Last, Cue::And, Cue::One, Cue::With, Cue::It, Cue::Them];
        let parts = &self.parts[range.clone()];
        let pointed = |p: &Part| {
            p.cues().any(&points) && !p.sense().is_some_and(Sense::is_thing)
                || p.sense().is_some_and(|s| s.ordinal.is_some())
                || p.amount().is_some_and(|a| !a.article)
        };
        let senses = || parts.iter().filter_map(Part::sense);
        let mut lists = senses().filter_map(|s| Some((s.list?, s.category?)));
        let (Some((list, kind)), None) = (lists.next(), lists.next()) else { return false };
        let slot = |s: &Sense| s.options.iter().copied().find(|o| o.list == list && self.menu().chooses_one(o.list));
        let mut said = senses().filter_map(slot);
        let (Some(option), None) = (said.next(), said.next()) else { return false };
        let other = |s: &Sense| !s.items.is_empty() && slot(s).is_none() && s.list != Some(list);
        let cart = &self.expect.cart;
        let has = cart.iter().rev().find(|item| self.menu().offers(**item, option)).copied();
        let stands = cart.iter().any(|item| self.menu().category(*item) == kind);
        let Some(item) = has.filter(|_| !stands && !parts.iter().any(pointed) && !senses().any(other)) else {
            return false;
        };
        let target = Target::Described { which: Some(Which::Item(item)), choices: Vec::new() };
        let edits = vec![Edit::Choose(Choice::plain(option))];
        self.act(ActKind::Change { target, edits }, range.clone());
        true
    }

    /// "oat in the first, soy in the second": something is said of another, after something was said of one.
    pub(super) fn places_anew(&self, start: usize, at: usize) -> bool {
        let placed = |from: usize| {
            let option =
                |p: &&Part| p.sense().is_some_and(|s| !s.options.is_empty() && s.items_quality <= s.options_quality);
            let options = self.parts[from..].iter().take_while(option).count();
            let mut rest = self.parts[from + options..].iter().filter(|p| !p.is(Cue::Definite) || p.is(Cue::On));
            let (Some(on), Some(nth)) = (rest.next(), rest.next()) else { return false };
            let points = nth.sense().is_some_and(|s| s.ordinal.is_some() && !s.is_thing())
                || nth.cues().any(&[Cue::Other, Cue::Last]);
            options > 0 && on.cues().any(&[Cue::On, Cue::With, Cue::Beside, Cue::Inside]) && points
        };
        let from = at + usize::from(self.parts[at].is(Cue::And));
        let opens = from > at || self.parts[at].before != Break::None;
        opens && placed(from) && (start..at).any(placed)
    }

    /// "the chili is not mine", "that burger can go", with one in the cart.
    pub(super) fn is_gone(&self, at: usize) -> bool {
        let end = self.stop(at + 1);
        let Some(behind) = (at + 1..end.min(at + 8)).find(|p| self.parts[*p].is(Cue::Gone)) else { return false };
        let named = self.parts[at..behind].iter().filter(|p| p.sense().is_some_and(Sense::is_thing)).count() > 0;
        // "The cookie I don't want", but "the cookie I don't want nuts on", "the fries can go on the side".
        // … and "the latte I don't want too sweet".
        let breaks = |p: &Part| p.before != Break::None || p.cues().any(&[Cue::And, Cue::But, Cue::Want]);
        let mut rest = self.parts[behind + 1..].iter().take_while(|p| !breaks(p));
        if !rest.all(Part::is_filler) {
            return false;
        }
        let plain = |p: &Part| {
            let thing = p.sense().is_some_and(Sense::is_thing);
            thing || p.is_filler() || p.cues().any(&[Cue::Definite, Cue::One, Cue::It]) || p.amount().is_some()
        };
        !self.expect.cart.is_empty() && named && self.parts[at..behind].iter().all(plain)
    }

    /// "one latte less", with a latte in the cart.
    pub(super) fn lessens(&self, at: usize, end: usize) -> bool {
        let Some(behind) = (at + 1..end).find(|p| self.parts[*p].is(Cue::Lessen)) else { return false };
        let in_cart = |p: &Part| p.sense().is_some_and(|s| s.items.iter().any(|i| self.expect.cart.contains(i)));
        let small = |p: &Part| p.is_filler() || p.is(Cue::Fine);
        let counted = |p: &Part| p.amount().is_some_and(|a| a.packs || a.by.is_some());
        self.parts[at].amount().is_some()
            && (in_cart(&self.parts[behind - 1]) || behind == at + 1 && counted(&self.parts[at]))
            && self.parts[behind + 1..end].iter().all(small)
    }
}

impl State<'_> {
    /// "拿铁少冰": in a language without articles a bare name of what was ordered speaks of that one.
    pub(super) fn names_again(&self, which: &Which, in_cart: bool, before: Break) -> bool {
        for element in self.out.iter().rev().take_while(|_| before == Break::None) {
            match element.kind {
                ElementKind::Head(_) => break,
                // "牛肉面加个蛋排骨面不要葱": where what stands was spoken of before, this one is too.
                ElementKind::Choice(_) => return in_cart && self.speaks_of_standing(),
                ElementKind::Amount(_) | ElementKind::Want | ElementKind::With => return false,
                _ if element.before != Break::None => break,
                _ => {}
            }
        }
        in_cart || self.heads.contains(which)
    }

    /// Whether all items said so far were named as what stands in the cart.
    fn speaks_of_standing(&self) -> bool {
        let mut heads = self.out.iter().filter_map(|e| match &e.kind {
            ElementKind::Head(head) => Some(head.definite && head.in_cart),
            _ => None,
        });
        let first = heads.next().unwrap_or(false);
        first && heads.all(|of_it| of_it)
    }
}
