//! Options that tell of which item they are: of a longer name than was said, or of one that nobody named.

use std::ops::Range;

use crate::commerce::cart::Choice;
use crate::lang::cue::Cue;
use crate::shop::{ItemId, OptionId};

use super::act::Which;
use super::lexicon::Sense;
use super::line::Line;
use super::loose::{Loose, LooseKind};
use super::order::Order;
use super::part::Part;
use super::tokens::Break;
use super::utterance::Utterance;

impl Utterance<'_, '_> {
    /// "A soap, you know, the goat milk one", "one pho chicken": a word of its name tells which of several was meant.
    pub(super) fn named_behind(&self, range: &Range<usize>, order: &mut Order) {
        for at in 0..order.lines.len() {
            let end = order.lines.get(at + 1).map_or(range.end, |next| next.parts.start);
            let line = &mut order.lines[at];
            let menu = self.menu();
            if matches!(line.which, Which::Item(_)) {
                continue;
            }
            let among = |item: &&ItemId| menu.is_of(**item, &line.which);
            let taken = |s: &Sense| s.options.iter().any(|o| menu.accepts(&line.which, *o));
            let tells = |part: usize| {
                let sense = self.parts[part].sense().filter(|s| s.category.is_none() && !taken(s))?;
                let mut named = sense.items.iter().chain(&*sense.items_weaker).filter(among);
                let first = *named.next()?;
                named.all(|item| *item == first).then_some((part, first))
            };
            let from = (line.parts.start..end).find(|part| self.parts[*part].sense().is_some_and(Sense::is_thing));
            // "The face cream or the hand cream", "a soap, but not the goat milk one": which of them is to be asked; in "a wrap,
            // not the lamb one, the chicken one" it is said.
            let weighs = [Cue::Or, Cue::But, Cue::Except, Cue::Forbid];
            let denies = [Cue::Not, Cue::No, Cue::Unwanted];
            let parted = |part: &usize| self.parts[*part].before != Break::None;
            let denied = |part: usize| {
                let start = (from.unwrap_or(part)..=part).rev().find(parted).or(from).unwrap_or(part);
                let stop = (part + 1..end).find(parted).unwrap_or(end);
                (start..stop).any(|p| self.parts[p].cues().any(&denies))
            };
            let from = from.filter(|from| !(*from..end).any(|part| self.parts[part].cues().any(&weighs)));
            let found = from.and_then(|from| (from + 1..end).filter(|part| !denied(*part)).find_map(tells));
            let Some((part, item)) = found else { continue };
            line.which = Which::Item(item);
            order.loose.retain(|loose| !loose.parts.contains(&part));
            order.unknown.retain(|rest| !rest.parts.contains(&part));
        }
    }

    /// "A tube for my scooter", where scooter tubes are sold: what it is for is a part of its name.
    pub(super) fn for_what(&self, order: &mut Order) {
        for at in (1..order.lines.len()).rev() {
            let (thing, of) = (&order.lines[at - 1], &order.lines[at]);
            let lead = self.parts[..of.parts.start].last().filter(|p| p.cues().any(&[Cue::Purpose, Cue::Role]));
            let bare = of.notes.is_empty() && of.amount.is_none_or(|a| a.article);
            let one = |items: &[ItemId]| match *items {
                [item] => Some(item),
                _ => None,
            };
            let menu = self.menu();
            let named = match &of.which {
                Which::Item(item) => std::slice::from_ref(item),
                Which::OneOf(items) => items,
                Which::Category(_) => continue,
            };
            let mut both: Vec<ItemId> = named.iter().chain(&of.weaker).copied().collect();
            both.retain(|item| thing.weaker.contains(item) || menu.is_of(*item, &thing.which));
            both.sort();
            both.dedup();
            let Some(item) = one(&both).filter(|_| lead.is_some() && bare && !thing.negated) else { continue };
            let has = |line: &Line| line.choices.iter().all(|choice| menu.offers(item, choice.option));
            if !has(of) || thing.choices.iter().any(|c| of.choices.iter().any(|o| o.option.list == c.option.list)) {
                continue;
            }
            let of = order.lines.remove(at);
            let thing = &mut order.lines[at - 1];
            thing.which = Which::Item(item);
            thing.generic = false;
            thing.choices.retain(|choice| menu.accepts(&thing.which, choice.option));
            thing.cover(&of.parts);
            of.choices.into_iter().for_each(|choice| super::line::merge(&mut thing.choices, menu, choice));
            self.takes_loose(&mut order.lines[at - 1], &mut order.loose);
        }
    }

    /// What was said within its words, and could not be of what it was taken for.
    fn takes_loose(&self, line: &mut Line, loose: &mut Vec<Loose>) {
        let menu = self.menu();
        for said in std::mem::take(loose) {
            match said.taken().filter(|o| line.parts.contains(&said.parts.start) && menu.accepts(&line.which, *o)) {
                Some(option) => super::line::merge(&mut line.choices, menu, Choice::plain(option)),
                None => loose.push(said),
            }
        }
    }

    /// "A chicken kebab", where several are kebabs, and some of these of chicken: what was said of a kind is part of names.
    pub(super) fn narrow(&self, line: &mut Line) {
        if matches!(line.which, Which::Item(_)) {
            return;
        }
        let menu = self.menu();
        let mut which = line.which.clone();
        // "A chicken sandwich" is no chicken wrap, though that is sold as a sandwich.
        let last = line.parts.clone().rfind(|at| self.parts[*at].sense().is_some_and(|s| s.category.is_some()));
        let head = last.map(|at| self.tokens.key(self.parts[at].tokens.end - 1).to_string());
        line.notes.retain(|note| {
            if matches!(which, Which::Item(_)) {
                return true;
            }
            let named = |part: usize| {
                let sense = self.parts[part].sense();
                let items = sense.map(|s| s.items.iter().chain(&*s.items_weaker).copied());
                let called = |item: &ItemId| head.as_ref().is_none_or(|head| menu.words(*item).contains(head));
                items.into_iter().flatten().filter(|item| menu.is_of(*item, &which) && called(item)).collect::<Vec<_>>()
            };
            let [part] = note.clone().collect::<Vec<_>>()[..] else { return true };
            match Which::among(named(part)) {
                Some(narrow) => which = narrow,
                None => return true,
            }
            false
        });
        line.which = which;
        self.fit_choices(line);
        self.other_of_kind(line);
    }

    /// "Flea treatment for a large dog", where cats have one too: of several that are called so those that can be had so.
    fn fit_choices(&self, line: &mut Line) {
        let Which::OneOf(items) = &line.which else { return };
        let menu = self.menu();
        let called = |choice: &Choice| {
            let alike = self.parts[line.parts.clone()].iter().filter_map(Part::sense).map(|s| &s.options);
            let alike = alike.filter(|options| options.contains(&choice.option)).flat_map(|options| options.iter());
            alike.copied().chain([choice.option]).collect::<Vec<_>>()
        };
        let said: Vec<Vec<OptionId>> = line.choices.iter().map(called).collect();
        let fits = |item: &ItemId| said.iter().all(|alike| alike.iter().any(|option| menu.offers(*item, *option)));
        let fitting: Vec<ItemId> = items.iter().copied().filter(fits).collect();
        if let Some(which) = Which::among(fitting) {
            line.which = which;
        }
    }

    /// "A root beer", where one beer is sold: a word that nobody knows right before its kind makes it another thing.
    fn other_of_kind(&self, line: &mut Line) {
        let Which::Category(category) = line.which else { return };
        let kind = |at: &usize| self.parts[*at].sense().is_some_and(|s| s.category == Some(category));
        let Some(head) = line.parts.clone().rfind(kind) else { return };
        let strange = |p: &Part| p.is_unknown() && !p.common && !p.participle && p.before == Break::None;
        let described = |note: &Range<usize>| note.end == head && self.parts[head].before == Break::None;
        let told = line.notes.iter().find(|note| described(note) && strange(&self.parts[head - 1])).cloned();
        if let Some(note) = told.filter(|_| self.menu().only_one(category)) {
            line.unknown = Some(note.start..head + 1);
        }
    }

    /// "pastrami on rye", where pastrami is sold by the pound and a pastrami sandwich is had on rye: what is said of an item
    /// that cannot have it tells which of its longer names was meant.
    pub(super) fn fit_items(&self, order: &mut Order) {
        let alone = order.lines.len() == 1;
        for line in &mut order.lines {
            // Of several, what stands beside it: "pirate plates and two bibs".
            let of_line = |l: &Loose| {
                let beside = l.parts.end == line.parts.start || l.parts.start == line.parts.end;
                let parted = || self.parts[l.parts.start.max(line.parts.start)].before != Break::None;
                alone || line.parts.contains(&l.parts.start) || beside && !parted()
            };
            let mine = order.loose.iter().filter(|l| of_line(l) && l.taken().is_some());
            let said: Vec<Vec<OptionId>> = mine.map(Loose::options).collect();
            let measured = line.amount.is_some_and(|a| a.unit.is_some());
            if !matches!(line.which, Which::Item(_)) || said.is_empty() || measured {
                continue;
            }
            let menu = self.menu();
            let takes = |item: &ItemId| {
                let own = line.choices.iter().all(|c| menu.offers(*item, c.option));
                own && said.iter().all(|options| options.iter().any(|o| menu.takes(*item, o.list)))
            };
            let fitting: Vec<ItemId> = line.weaker.iter().copied().filter(takes).collect();
            let Some(which) = Which::among(fitting) else { continue };
            let (mine, rest): (Vec<Loose>, Vec<Loose>) =
                std::mem::take(&mut order.loose).into_iter().partition(of_line);
            order.loose = rest;
            line.which = which;
            for loose in mine {
                match loose.kind {
                    LooseKind::Choice { options, choice, .. } => {
                        let own = options.into_iter().find(|o| menu.accepts(&line.which, *o)).unwrap_or(choice.option);
                        super::line::merge(&mut line.choices, menu, Choice { option: own, ..choice });
                    }
                    kind => order.loose.push(Loose { kind, ..loose }),
                }
            }
        }
    }

    /// "no salt", where that is what an option is called: it refuses something, and speaks of no other item.
    fn opens_with_no(&self, parts: &Range<usize>) -> bool {
        let first = self.tokens.key(self.parts[parts.start].tokens.start);
        self.lexicon.trie.alone(first).is_some_and(|s| s.cues.any(&[Cue::Not, Cue::Unwanted]))
    }

    /// "The lumberjack with sausage", "a penguin in medium": said of what stands before it, which has no such option.
    fn is_said_of_last(&self, parts: &Range<usize>) -> bool {
        let joins = [Cue::With, Cue::Beside, Cue::Inside, Cue::Purpose, Cue::Role];
        let before = self.parts[..parts.start].iter().rev().find(|p| !(p.is(Cue::Definite) || p.is(Cue::Article)));
        let joined = before.is_some_and(|p| p.before == Break::None && p.cues().any(&joins));
        joined && self.parts[parts.start].before == Break::None
    }

    /// Options that no item said takes, beside items: they speak of the one that does. In each list of which one can
    /// be had a second option begins another ("chicken madras and lamb vindaloo").
    pub(super) fn imply(&self, order: &mut Order) {
        if order.lines.is_empty() || !self.expect.cart.is_empty() || self.expect.list.is_some() {
            return;
        }
        let mut groups: Vec<(Vec<OptionId>, Line)> = Vec::new();
        if order.loose.first().is_some_and(|loose| self.is_said_of_last(&loose.parts)) {
            return;
        }
        for loose in &order.loose {
            let LooseKind::Choice { options, choice, sure } = &loose.kind else { return };
            if *sure < 0.9 || (choice.negated || self.opens_with_no(&loose.parts)) && groups.is_empty() {
                return;
            }
            let one = |o: &OptionId| o.list == choice.option.list && self.menu().chooses_one(o.list);
            if groups.last().is_none_or(|(said, _)| said.iter().any(one)) {
                groups.push((Vec::new(), Line::new(Which::OneOf(Vec::new()), loose.parts.clone())));
            }
            let Some((said, line)) = groups.last_mut() else { return };
            said.extend(options.first().copied());
            line.cover(&loose.parts);
            super::line::merge(&mut line.choices, self.menu(), choice.clone());
        }
        let mut lines = Vec::new();
        for (options, mut line) in groups {
            let implied = self.menu().implied(&options).or_else(|| self.menu().implied(options.get(..1)?));
            let Some(which @ Which::Item(_)) = implied else { return };
            line.choices.retain(|c| self.menu().accepts(&which, c.option));
            line.which = which;
            lines.push(line);
        }
        order.loose.retain(|_| lines.is_empty());
        order.lines.extend(lines);
    }
}
