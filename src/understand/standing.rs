//! Which of what stands in the cart a word speaks of: "the turkey one", "the burger" of a bacon cheeseburger, "the ramen"; and
//! whether what is said of it keeps it, lets it go, or orders another.

use std::ops::Range;

use crate::commerce::cart::Quantity;
use crate::lang::cue::Cue;
use crate::shop::{CategoryId, ItemId};

use super::act::*;
use super::lexicon::Sense;
use super::line::Line;
use super::loose::{Loose, LooseKind};
use super::order::Order;
use super::part::Part;
use super::tokens::Break;
use super::utterance::Utterance;

impl Utterance<'_, '_> {
    /// What of the cart has the name that was said, or a name of which it is a part, or is of that kind.
    pub(super) fn standing(&self, line: &Line) -> Option<Which> {
        let cart = &self.expect.cart;
        let among = |named: &[ItemId]| {
            let standing = named.iter().filter(|item| cart.contains(item)).copied().collect();
            Which::among(standing)
        };
        let named = match &line.which {
            Which::Item(item) => among(&[*item]),
            Which::OneOf(items) => among(items),
            Which::Category(category) => self.of_kind(*category),
        };
        let kind = || {
            let mut kinds = self.parts[line.parts.clone()].iter().filter_map(Part::sense).filter_map(|s| s.category);
            kinds.next_back().and_then(|category| self.of_kind(category))
        };
        named.or_else(|| among(&line.weaker)).or_else(kind)
    }

    /// "swap the turkey for roast beef", of a turkey sandwich: what comes is of the kind of what goes, where it can be.
    pub(super) fn of_the_same_kind(&self, order: &mut Order, goes: Option<&Target>) {
        let old = match goes {
            Some(Target::Described { which: Some(Which::Item(old)), .. }) => *old,
            None | Some(Target::Last) => match self.expect.cart.last() {
                Some(last) => *last,
                None => return,
            },
            _ => return,
        };
        let Some(line) = order.lines.first_mut() else { return };
        let kind = self.menu().category(old);
        // "I meant lamb", of a chicken kebab, where lamb is had on a plate too.
        if let Which::OneOf(items) = &line.which {
            let alike = items.iter().copied().filter(|item| self.menu().category(*item) == kind).collect();
            line.which = Which::among(alike).unwrap_or(line.which.clone());
            return;
        }
        if goes.is_none_or(|goes| *goes == Target::Last) {
            return;
        }
        let other = matches!(line.which, Which::Item(item) if self.menu().category(item) != kind);
        let alike = line.weaker.iter().copied().filter(|item| self.menu().category(*item) == kind).collect();
        if let Some(which @ Which::Item(_)) = Which::among(alike).filter(|_| other && line.amount.is_none()) {
            line.which = which;
        }
    }

    /// "One of the muffins should be banana nut": what fits nothing else is a part of the name of another of that kind.
    pub(super) fn by_part(&self, order: &mut Order, goes: &Target) {
        let plain = |l: &Line| l.definite && l.choices.is_empty() && l.notes.is_empty();
        let old = match (&order.lines[..], goes) {
            ([line], _) if plain(line) => self.standing(line),
            (_, Target::Described { which, .. }) => which.clone(),
            (_, Target::Last) => self.expect.cart.last().copied().map(Which::Item),
            _ => None,
        };
        let Some(Which::Item(old)) = old else { return };
        let foreign = |l: &Loose| matches!(&l.kind, LooseKind::Choice { options, .. } if !options.iter().any(|o| self.menu().offers(old, *o)));
        let said = match (&order.unknown[..], &order.loose[..]) {
            ([rest], []) => rest.parts.clone(),
            ([], [loose]) if foreign(loose) && self.half_before(loose.parts.start).is_none() => loose.parts.clone(),
            _ => return,
        };
        if order.lines.iter().any(|l| !plain(l) || l.parts.end > said.start) {
            return;
        }
        let kind = self.menu().category(old);
        let named = |at: usize, item: &ItemId| {
            let sense = self.parts[at].sense();
            self.parts[at].is_filler()
                || sense.is_some_and(|s| s.items.iter().chain(&*s.items_weaker).any(|i| i == item))
        };
        let senses = self.parts[said.clone()].iter().filter_map(Part::sense);
        let mut alike: Vec<ItemId> = senses.flat_map(|s| s.items.iter().chain(&*s.items_weaker)).copied().collect();
        alike.retain(|i| {
            *i != old
                && self.menu().category(*i) == kind
                && self.menu().share_noun(*i, old)
                && said.clone().all(|at| named(at, i))
        });
        alike.sort();
        alike.dedup();
        if let [item] = alike[..] {
            order.lines.push(Line::new(Which::Item(item), said));
            order.unknown.clear();
            order.loose.clear();
        }
    }

    /// An option that nothing in the cart has, where something there has the word in its name.
    pub(super) fn rather_an_item(&self, loose: &Loose) -> Option<Which> {
        let LooseKind::Choice { options, .. } = &loose.kind else { return None };
        let cart = &self.expect.cart;
        if options.iter().any(|o| cart.iter().any(|item| self.menu().offers(*item, *o))) {
            return None;
        }
        let senses = self.parts[loose.parts.clone()].iter().filter_map(Part::sense);
        let named = senses.flat_map(|s| s.items.iter().chain(&*s.items_weaker));
        Which::among(named.filter(|item| cart.contains(item)).copied().collect())
    }

    /// "One of those and a turkey dog": so many of what was asked about, beside what is named.
    pub(super) fn of_topic(&self, order: &mut Order) {
        let Some(topic) = self.expect.topic.filter(|_| !order.lines.is_empty()) else { return };
        // "有没有馒头我要五个还要一个花卷": before anything was named.
        let first = order.lines[0].begins;
        let before = |l: &Loose| self.lexicon.bare && l.parts.end <= first;
        let of_those = |l: &Loose| match l.kind {
            LooseKind::Amount(amount) => {
                let of_them = self.parts.get(l.parts.end).is_some_and(|p| p.is(Cue::OfThem));
                !amount.article && (of_them || before(l))
            }
            _ => false,
        };
        let Some(at) = order.loose.iter().position(of_those) else { return };
        let loose = order.loose.remove(at);
        let LooseKind::Amount(amount) = loose.kind else { return };
        let mut line = Line::new(Which::Item(topic), loose.parts);
        line.amount = Some(amount);
        let own = |l: &Loose| matches!(&l.kind, LooseKind::Choice { options, .. } if options.iter().any(|o| self.menu().offers(topic, *o)));
        let (said, rest) = std::mem::take(&mut order.loose).into_iter().partition(|l| before(l) && own(l));
        order.loose = rest;
        for choice in Vec::into_iter(said).filter_map(Loose::choice) {
            super::line::merge(&mut line.choices, self.menu(), choice);
        }
        order.lines.insert(0, line);
    }

    /// "I wanted the unicorn, but now she wants the bunny": what was wanted is wanted no longer. Where that is said.
    pub(super) fn thought_better(&mut self, at: usize) -> Option<usize> {
        if !self.parts[at].is(Cue::Wanted) {
            return None;
        }
        let end = self.stop(at + 1);
        let plain = |p: &Part| !p.sense().is_some_and(Sense::is_thing);
        let but = |p: &Part| p.is(Cue::But) && !p.is(Cue::Only) && plain(p);
        let but = (at + 1..end).find(|n| but(&self.parts[*n]))?;
        let wants = (but + 1..end).find(|n| self.parts[*n].is(Cue::Want) && plain(&self.parts[*n]))?;
        let item = |p: &Part| p.sense().is_some_and(|s| s.items_quality > s.options_quality || s.category.is_some());
        let adds = |p: &Part| p.cues().any(&[Cue::Besides, Cue::With]) && plain(p);
        let further = self.parts[but + 1..end].iter().any(adds);
        let first = (but + 1..end).find(|n| self.parts[*n].sense().is_some_and(Sense::is_thing))?;
        let kind = |p: &Part| {
            let sense = p.sense().filter(|_| item(p))?;
            sense.items.first().map(|item| self.menu().category(*item)).or(sense.category)
        };
        let now = kind(&self.parts[first])?;
        if further || first < wants || !self.parts[at..but].iter().filter_map(kind).any(|before| before == now) {
            return None;
        }
        for line in self.read(at + 1..but).lines {
            if let Some(which) = self.standing(&line) {
                let target = Target::Described { which: Some(which), choices: line.choices };
                self.act(ActKind::Remove { target, quantity: None }, line.parts);
            }
        }
        Some(but)
    }

    /// Whether an unknown verb stands before the thing, and no wish for one.
    pub(super) fn done_to(&self, thing: &Range<usize>) -> bool {
        let start = (0..=thing.start).rev().find(|p| self.parts[*p].before != Break::None).unwrap_or(0);
        let item = |p: &Part| p.sense().is_some_and(|s| !s.items.is_empty() && s.items_quality > s.options_quality);
        let end = thing.clone().rev().find(|at| item(&self.parts[*at])).unwrap_or(thing.start);
        let before = &self.parts[start..end];
        // "Pump up", where a ball can be had "pumped up".
        let verb = |p: &Part| {
            p.is_unknown() || p.sense().is_some_and(|s| s.cues.is_empty() && (s.is_thing() || s.list.is_some()))
        };
        // "The cheesecake I don't want nuts on": something is to be of it, and it is there.
        let refuses = |p: &Part| p.cues().any(&[Cue::Unwanted, Cue::Not]) && !p.is(Cue::No);
        let behind = self.parts[thing.end..].iter().take_while(|p| p.before == Break::None).take(2);
        if behind.clone().any(refuses) {
            return true;
        }
        before.iter().any(verb) && !before.iter().any(|p| p.cues().any(&[Cue::Want, Cue::Put, Cue::And]))
    }

    /// "The tea was right", "don't forget the tea", of one that stands: it is spoken of, and no further one.
    pub(super) fn only_spoken_of(&self, line: &Line) -> bool {
        let ahead = &self.parts[line.parts.start.saturating_sub(2)..line.parts.end];
        let reminded = ahead.iter().any(|p| p.is(Cue::Put) && p.is(Cue::Definite));
        let bare = line.amount.is_none() && line.choices.is_empty() && line.notes.is_empty() && line.none_of.is_empty();
        let pointed = (line.definite || reminded) && self.in_cart(&line.which).is_some();
        if !(pointed && bare && line.without.is_empty()) || self.lexicon.bare {
            return false;
        }
        let mut behind = self.parts[line.parts.end..].iter().take_while(|p| p.before == Break::None).take(2);
        reminded || behind.any(|p| self.is_telling(p) && !p.sense().is_some_and(Sense::is_thing))
    }

    /// "Not the tea, the latte", of both of which one stands: which of them is to be otherwise is not said.
    pub(super) fn tells_apart(&self, order: &Order) -> bool {
        let ([refused], [line], []) = (&order.refused[..], &order.lines[..], &order.replaced[..]) else { return false };
        let bare = line.definite && line.amount.is_none() && line.choices.is_empty() && line.notes.is_empty();
        let (goes, stays) = (self.standing(refused), self.standing(line));
        bare && !self.lexicon.bare && refused.choices.is_empty() && goes.is_some() && stays.is_some() && goes != stays
    }

    /// "Oat milk for the latte, lemon for the tea": what nobody knows is wished for where it was said.
    pub(super) fn note_elsewhere(&mut self, line: &mut Line) {
        let notes = std::mem::take(&mut line.notes);
        for note in notes {
            let on = |at: &usize| self.parts[*at].is(Cue::On) && !self.parts[*at].sense().is_some_and(Sense::is_thing);
            let on = note.clone().skip(1).find(on);
            let of = on.and_then(|on| self.one_standing(&(on + 1..note.end))).map(Which::Item);
            match of.filter(|which| *which != line.which).zip(on) {
                Some((which, on)) => {
                    let edits = vec![Edit::Note(self.note(&(note.start..on)))];
                    let target = Target::Described { which: Some(which), choices: Vec::new() };
                    self.act(ActKind::Change { target, edits }, note);
                }
                None => line.notes.push(note),
            }
        }
    }

    /// "Drop the bacon." "And the juice too."
    pub(super) fn goes_too(&mut self, range: &Range<usize>, order: &Order) -> bool {
        let [line] = &order.lines[..] else { return false };
        let bare = line.definite && line.amount.is_none() && line.choices.is_empty() && line.notes.is_empty();
        let joined = self.parts[range.start.saturating_sub(1)..=range.start].iter().any(|p| p.is(Cue::And));
        let asks = [Cue::Want, Cue::Put, Cue::With, Cue::Keep, Cue::Again];
        let wanted = self.parts[range.clone()].iter().any(|p| p.cues().any(&asks) && !p.is_filler());
        let too = !wanted && self.parts[line.parts.start..range.end].iter().any(|p| p.is(Cue::Besides));
        let Some(which) = self.standing(line).filter(|_| self.expect.took_off && bare && joined && too) else {
            return false;
        };
        let target = Target::Described { which: Some(which), choices: Vec::new() };
        self.act(ActKind::Remove { target, quantity: None }, range.clone());
        true
    }

    /// The one item of the cart that a part of its name tells: "乌龙的那杯".
    pub(super) fn one_standing(&self, range: &Range<usize>) -> Option<ItemId> {
        let named = self.parts[range.clone()].iter().filter_map(Part::sense).flat_map(|s| s.items.iter());
        let mut standing: Vec<_> = named.filter(|item| self.expect.cart.contains(item)).copied().collect();
        standing.dedup();
        match standing[..] {
            [item] => Some(item),
            _ => None,
        }
    }

    pub(super) fn of_kind(&self, category: CategoryId) -> Option<Which> {
        let mut items: Vec<ItemId> =
            self.expect.cart.iter().filter(|item| self.menu().category(**item) == category).copied().collect();
        items.sort();
        items.dedup();
        Which::among(items)
    }

    /// The same, where it is plain that one of the cart is meant: it is not to be had with what is said of it, or is pointed
    /// out ("mustard on the roast beef", where roast beef is sold by the pound and a roast beef sandwich was ordered).
    pub(super) fn said_of_standing(&self, line: &Line) -> Option<Which> {
        let fits = |which: &Which| line.choices.iter().all(|choice| self.menu().accepts(which, choice.option));
        let said = !line.choices.is_empty() && line.definite && line.amount.is_none();
        let standing = self.standing(line).filter(|_| said)?;
        (fits(&standing) && (line.onto || !fits(&line.which))).then_some(standing)
    }

    /// "红豆奶茶再来一杯", "two more of the shirts", of one that stands: as many more, with all that it has.
    pub(super) fn again_of_standing(&self, line: &Line) -> Option<ActKind> {
        let amount = line.amount.filter(|a| !a.same)?;
        let of_them = line.definite && (amount.more || amount.another) && !self.lexicon.bare;
        let classified = self.lexicon.bare && amount.another && amount.classified && !line.generic;
        let bare = line.notes.is_empty() && line.none_of.is_empty();
        let which = self.standing(line).filter(|_| bare && (of_them || classified && line.choices.is_empty()));
        let Some(Which::Item(item)) = which else { return None };
        // "再来一杯一样的四季春"
        let named = line.definite || self.parts[line.parts.clone()].iter().any(|p| p.is(Cue::Again));
        let target = Target::Described { which: Some(Which::Item(item)), choices: Vec::new() };
        let quantity = amount.count().map(Quantity::Count);
        let edits = line.choices.iter().cloned().map(Edit::Choose).collect();
        (named || of_them).then_some(ActKind::Again { target, quantity, edits })
    }

    /// "奶茶都要热的", "cheese on both burgers": all of a kind that stand, where that is said behind it, or before.
    pub(super) fn all_of_kind(&self, line: &Line) -> Option<Vec<ItemId>> {
        let Some(Which::OneOf(items)) = self.standing(line) else { return None };
        let both = |p: &Part| p.is(Cue::Both);
        let mut behind = self.parts[line.parts.start + 1..].iter().take_while(|p| p.before == Break::None);
        let all = match self.lexicon.bare {
            true => line.generic && behind.any(both),
            false => line.plural && self.parts[line.parts.start.saturating_sub(1)..line.parts.end].iter().any(both),
        };
        all.then_some(items)
    }

    /// What is said of all of a kind is said of each.
    pub(super) fn changes_all(
        &mut self,
        items: Option<Vec<ItemId>>,
        request: &ItemRequest,
        parts: &Range<usize>,
    ) -> bool {
        let Some(items) = items.filter(|_| request.quantity.is_none()) else { return false };
        for item in items {
            let target = Target::Described { which: Some(Which::Item(item)), choices: Vec::new() };
            let edits = request.choices.iter().cloned().map(Edit::Choose).collect();
            self.act(ActKind::Change { target, edits }, parts.clone());
        }
        true
    }

    /// "还是红豆奶茶吧", "我要的是西瓜汁": by a word that puts right, only of the kind that was spoken of last.
    pub(super) fn puts_in_place(&self, range: &Range<usize>, lines: &[Line]) -> bool {
        let parts = &self.parts[range.clone()];
        if parts.iter().any(|p| p.is(Cue::Instead) && !p.is(Cue::Correct)) {
            return true;
        }
        let kind = |which: &Which| match which {
            Which::Item(item) => Some(self.menu().category(*item)),
            _ => None,
        };
        let last = self.expect.cart.last().map(|item| self.menu().category(*item));
        lines.iter().all(|l| kind(&l.which).is_some_and(|of| Some(of) == last))
    }

    /// "no, just the latte": what else stands in the cart goes.
    pub(super) fn keeps_only(&mut self, range: &Range<usize>, order: &mut Order) -> bool {
        let only = self.says_only(range);
        for line in order.lines.iter_mut().filter(|line| only && line.definite) {
            if let Some(which @ Which::Item(_)) = self.standing(line) {
                line.which = which;
            }
        }
        let said: Vec<&Which> = order.lines.iter().map(|line| &line.which).collect();
        // "I only wanted a negroni": of what was understood, one was meant.
        let before = range.start.saturating_sub(1)..range.end;
        let meant = self.parts[before].iter().any(|p| p.is(Cue::Only) && p.tokens.len() > 2);
        let definite = |l: &Line| l.definite || self.lexicon.bare;
        let pointed = |l: &Line| definite(l) && l.amount.is_none() || meant && l.amount.is_some_and(|a| a.article);
        let kept = order.lines.iter().all(|l| pointed(l) && l.choices.is_empty() && l.notes.is_empty());
        let rest: Vec<ItemId> =
            self.expect.cart.iter().copied().filter(|item| !said.contains(&&Which::Item(*item))).collect();
        // "Just those two drinks", with two drinks and nothing else.
        let of_kind = |w: &Which| {
            let kind =
                matches!(w, Which::Category(c) if self.expect.cart.iter().all(|i| self.menu().category(*i) == *c));
            kind && only && self.expect.yes_no
        };
        if let [line] = &order.lines[..]
            && of_kind(&line.which)
            && line.choices.is_empty()
            && (line.definite || line.amount.is_some_and(|a| a.count() == Some(self.expect.cart.len() as u32)))
        {
            self.act(ActKind::Done, range.clone());
            return true;
        }
        let stands = |w: &&Which| matches!(w, Which::Item(item) if self.expect.cart.contains(item));
        if !only || said.is_empty() || !said.iter().all(stands) {
            return false;
        }
        // "just the latte", of a latte that was read back: that is all, and no second one.
        let mut lines = self.expect.cart.clone();
        lines.dedup();
        if rest.is_empty()
            && self.expect.yes_no
            && (said.len() == self.expect.cart.len() || kept && said.len() == lines.len())
        {
            let plain = |l: &Line| l.amount.is_none_or(|a| a.article) && l.choices.is_empty() && l.notes.is_empty();
            self.act(ActKind::Done, range.clone());
            return order.lines.iter().all(plain);
        }
        if !kept || rest.is_empty() {
            return false;
        }
        for item in rest {
            let target = Target::Described { which: Some(Which::Item(item)), choices: Vec::new() };
            self.act(ActKind::Remove { target, quantity: None }, range.clone());
        }
        true
    }

    /// "No sorry, the bran one", of a blueberry muffin: in the place of the last.
    pub(super) fn is_rather(&self, range: &Range<usize>, line: &Line) -> bool {
        let opens = &self.parts[range.start.saturating_sub(1)..line.parts.start.max(range.start)];
        let corrects = opens.iter().any(|p| p.is(Cue::Correct) && !p.sense().is_some_and(Sense::is_thing));
        let one = self.parts[line.parts.start..range.end].iter().any(|p| p.is(Cue::One) && p.amount().is_none());
        let kind = |item: &ItemId| self.menu().category(*item);
        let alike = match (&line.which, self.expect.cart.last()) {
            (Which::Item(item), Some(last)) => item != last && kind(item) == kind(last),
            _ => false,
        };
        corrects && one && alike && line.definite && line.amount.is_none()
    }

    /// "Make that three of the mats, and no foam mat": what stands and is refused goes.
    pub(super) fn let_go(&mut self, refused: Vec<Line>, comes: Option<&Which>) {
        for line in refused {
            // "… and not the muffins" only sets them apart.
            let before = &self.parts[line.parts.start.saturating_sub(2)..=line.parts.start];
            let joined = before.iter().any(|p| p.cues().any(&[Cue::And, Cue::But, Cue::Nor]))
                && !before.iter().any(|p| p.is(Cue::InsteadOf));
            // "Make it a mocha and not a latte"
            let other = comes.is_none_or(|comes| !self.menu().same_kind(comes, &line.which));
            let plain = joined && other && line.amount.is_none();
            if let Some(which) = self.standing(&line).filter(|_| plain) {
                let target = Target::Described { which: Some(which), choices: line.choices };
                self.act(ActKind::Remove { target, quantity: None }, line.parts);
            }
        }
    }

    /// "Actually just the still one", of a sparkling one besides: what is not so goes.
    pub(super) fn not_the_others(&mut self, range: &Range<usize>) {
        let Some(Act { kind: ActKind::Change { target: Target::Described { which: None, choices }, edits }, .. }) =
            self.acts.last()
        else {
            return;
        };
        if edits.is_empty() && self.says_only(range) {
            let target = Target::Besides { choices: choices.clone() };
            self.act(ActKind::Remove { target, quantity: None }, range.clone());
        }
    }

    /// "only the ramen", "I'll just have the ramen": said by the word alone, or inside of how it is wanted.
    pub(super) fn says_only(&self, range: &Range<usize>) -> bool {
        let first = range.start.saturating_sub(1)..range.end;
        let parts = &self.parts[first];
        let only = |key: &str| self.lexicon.trie.alone(key).is_some_and(|sense| sense.cues.has(Cue::Only));
        let wanted = |p: &Part| p.is(Cue::Want) && p.tokens.clone().any(|at| only(self.tokens.key(at)));
        let at = parts.iter().take(3).position(|p| p.is(Cue::Only) || wanted(p));
        // "wrap only the tulips": what is done to them alone.
        let verb = |p: &Part| p.sense().is_some_and(|s| s.cues.is_empty() && (s.is_thing() || s.list.is_some()));
        let done = |at: usize| parts[at].before == Break::None && at > 0 && verb(&parts[at - 1]);
        at.is_some_and(|at| self.lexicon.bare || !done(at))
    }
}
