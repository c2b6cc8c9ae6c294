//! Which role each part has: the same word can be an item in one place and an option in another ("chips").

use std::ops::Range;

use crate::commerce::cart::Grade;

use super::act::{Expect, Which};
use super::element::{Element, ElementKind, Head, State};
use super::lexicon::{Sense, quality};
use super::menu::Menu;
use super::part::{Amount, Part};
use super::pick::{Pick, Said};
use super::rather::{Thing, sure};
use super::tokens::Break;
use crate::lang::cue::Cue;

pub struct Reader<'a, 'l> {
    pub parts: &'a [Part<'l>],
    pub menu: &'l Menu,
    pub expect: &'a Expect,
    /// The language has no articles.
    pub bare: bool,
}

impl<'l> Reader<'_, 'l> {
    /// Elements of the parts in `range`; `earlier` are items already spoken of in the utterance.
    pub fn elements(&self, range: Range<usize>, earlier: &[Which]) -> Vec<Element<'l>> {
        let mut state = State { heads: earlier.to_vec(), from: self.tells_from(&range), ..State::default() };
        let mut at = range.start;
        while at < range.end {
            if let Some(end) = self.served_in(at, range.end, &state) {
                (at..end).for_each(|part| state.wish(part, self.parts));
                at = end;
            } else if let Some(end) = self.is_for(at, range.end, &state).or_else(|| self.is_like(at, range.end, &state))
            {
                state.flush(at, self.parts);
                state.push(ElementKind::Filler, at..end, self.parts[at].before);
                at = end;
            } else {
                self.read(at, range.end, &mut state);
                at += 1;
            }
        }
        state.flush(range.end, self.parts);
        state.out
    }

    fn read(&self, at: usize, end: usize, state: &mut State<'l>) {
        let part = &self.parts[at];
        if part.before == Break::Stop {
            state.flush(at, self.parts);
            state.header = None;
        }
        if let Some(amount) = part.amount() {
            if self.counts_back(at, end, amount, state) || self.denies(at, end, amount, state) {
                return;
            }
            let kind = if state.is_placed() { ElementKind::Filler } else { ElementKind::Amount(amount) };
            state.push(kind, at..at + 1, part.before);
            return;
        }
        if let Some(refused) = self.refuses_all(at, end, state) {
            let start = state.take(at).start;
            let kind = self.menu.refusal(&refused).map(|option| ElementKind::Choice(Pick::plain(option)));
            state.push(kind.unwrap_or(ElementKind::NoneOf(refused)), start..at + 1, self.parts[start].before);
            return;
        }
        let Some(sense) = part.sense() else {
            if self.common_noun(at, end, state) {
                return;
            }
            if self.frames_option(at, end) || part.pack && self.only_holds(at, state) {
                state.flush(at, self.parts);
                state.push(ElementKind::Filler, at..at + 1, part.before);
                return;
            }
            state.unknown(at, self.parts);
            return;
        };
        if self.number(at, end, sense, state) {
            return;
        }
        if let Some(list) = sense.list.filter(|_| self.is_same(at, state)) {
            state.push(ElementKind::Same(list), at..at + 1, part.before);
            return;
        }
        if self.same_next(at, end) {
            state.push(ElementKind::Filler, at..at + 1, part.before);
            return;
        }
        let Some(thing) = self.thing(at, end, sense, state) else {
            let small = [Cue::Filler, Cue::Definite, Cue::Of, Cue::With, Cue::And, Cue::Or, Cue::Want, Cue::Put];
            let wished = state.wish.is_some() && part.before == Break::None && !sense.cues.any(&small);
            if sense.cues.is_empty() && sense.is_thing() {
                state.unknown(at, self.parts);
            } else if wished || sense.cues.has(Cue::Wish) {
                state.wish(at, self.parts);
            } else {
                self.cue(at, sense, state);
            }
            return;
        };
        if self.carries_option(&thing, state) {
            state.push(ElementKind::Filler, at..at + 1, part.before);
            return;
        }
        if state.wish.is_some() || self.is_part(at, end, &thing, state) {
            let amount = state.dose.and_then(|dose| state.take_amount(dose, self.parts));
            if amount.is_some() {
                state.dose = state.dose.map(|dose| dose - 1);
            }
            state.wish(at, self.parts);
            return;
        }
        if matches!(thing, Thing::Head(..)) && part.slips > 0 && self.names_item(at + 1, end) {
            // "steamed mochas": what is nearly the name of one thing only describes the next.
            state.unknown(at, self.parts);
            return;
        }
        if matches!(thing, Thing::List(_)) && state.grade.is_some() && state.negated.is_none() {
            // "extra milk" where milk is the list: a wish.
            state.unknown(at, self.parts);
            return;
        }
        let (definite, onto) = (state.definite, state.onto);
        let amount = match thing {
            Thing::Options => state.dose.and_then(|dose| state.take_amount(dose, self.parts)),
            _ => None,
        };
        let dosed_from = state.dose.filter(|_| amount.is_some()).map_or(at, |dose| dose - 1);
        let mut modifiers = state.take(at);
        let count = amount.and_then(|a| a.count()).unwrap_or(1);
        modifiers.start = modifiers.start.min(dosed_from);
        let or_previous = state.after_or();
        let kind = match thing {
            Thing::Head(which, generic) => {
                let best = if generic { quality::NAME } else { sense.items_quality };
                let sure = sure(best, part.slips);
                let in_cart = self.expect.cart.iter().any(|item| self.menu.is_of(*item, &which));
                let definite = definite || self.bare && state.names_again(&which, in_cart, part.before);
                if !modifiers.negated {
                    state.heads.push(which.clone());
                    state.header = None;
                }
                ElementKind::Head(Head {
                    onto,
                    in_cart,
                    which,
                    generic,
                    negated: modifiers.negated,
                    definite,
                    sure,
                    or_previous,
                    plural: part.plural,
                    weaker: if generic { sense.items.iter() } else { [].iter() }
                        .chain(&*sense.items_weaker)
                        .copied()
                        .collect(),
                })
            }
            Thing::Options => {
                let said = Said { at, end, count, or_previous, modifiers: &modifiers };
                ElementKind::Choice(self.pick(sense, state, said))
            }
            // "No delivery" asks for none.
            Thing::OrderOption(_) if modifiers.negated => ElementKind::Filler,
            Thing::OrderOption(option) => ElementKind::OrderOption(option),
            Thing::List(list) => {
                if !modifiers.negated {
                    state.heads_list(list, part.before);
                }
                self.list_said(list, modifiers.negated)
            }
        };
        let before = self.parts[modifiers.start].before.max(part.before);
        state.push(kind, modifiers.start..at + 1, before);
    }

    /// What the part names in the shop, if it does so here.
    fn thing(&self, at: usize, end: usize, sense: &'l Sense, state: &State<'l>) -> Option<Thing> {
        if let Some(list) = self.expect.list
            && sense.options.iter().any(|o| o.list == list)
        {
            return Some(Thing::Options);
        }
        // "Which milk tea?" "珍珠的": of what was offered, a part of its name is enough.
        if self.bare
            && self.expect.list.is_none()
            && self.expect.items.len() > 1
            && let [item] = self.offered(sense)[..]
            && sense.cues.is_empty()
            && state.negated.is_none()
        {
            return Some(Thing::Head(Which::Item(item), false));
        }
        if let Some(which) = self.of_offered(sense, state).or_else(|| self.of_counted_kind(at, sense, state)) {
            return Some(Thing::Head(which, false));
        }
        if let Some(which) = self.pointed_out(at, end, sense, state).or_else(|| self.spoken_of(sense, state)) {
            return Some(Thing::Head(which, false));
        }
        let headed = sense.options.iter().any(|o| Some(o.list) == state.header);
        if headed || self.bare && state.told_of_kind(self.menu, sense) {
            return Some(Thing::Options);
        }
        if let Some(list) = sense.list
            && state.negated.is_some()
            && sense.items_quality < quality::NAME
            && sense.options_quality < quality::NAME
        {
            return Some(Thing::List(list));
        }
        if let Some(list) = sense.list
            && sense.items_quality.max(sense.options_quality) < quality::NAME
            && !self.menu.chooses_one(list)
            && state.after_all()
        {
            return Some(Thing::List(list));
        }
        if !sense.order_options.is_empty() && (!sense.cues.has(Cue::Filler) || self.expected_order_option(sense)) {
            return Some(Thing::OrderOption(sense.order_options[0]));
        }
        // Part of a name right before another thing describes that thing: "black beans" are no black olives.
        let next = self.parts.get(at + 1).filter(|p| at + 1 < end && p.before == Break::None);
        let names = |s: &Sense| s.is_thing() || s.list.is_some();
        let describes = next.is_some_and(|p| p.is_unknown() || p.sense().is_some_and(names));
        let weak = sense.items_quality.max(sense.options_quality);
        // "a caramel vanilla latte": past other options, of the item that they all describe.
        let mut ahead = self.parts[at + 1..end].iter().take_while(|p| p.before == Break::None).map_while(Part::sense);
        let of_next = ahead
            .find(|s| s.options.is_empty() || s.items_quality >= quality::NAME)
            .is_some_and(|n| n.items.iter().any(|i| sense.options.iter().any(|o| self.menu.offers(*i, *o))));
        // "sugar free hazelnut": a property is of the option that follows.
        let of_option = sense.tag.is_some()
            && next
                .and_then(Part::sense)
                .is_some_and(|n| n.options_quality >= quality::VARIANT && n.items_quality < quality::NAME);
        // "grilled chicken", where the vegetables are grilled too: what is done with a thing is said of the thing behind it.
        let of_option = of_option || self.parts[at].participle;
        // "romaine cheese and cream": the only thing that has this in its name, before another that is named in full.
        let listed = sense.options.len() == 1
            && sense.items.is_empty()
            && !self.parts[at].participle
            && next.and_then(Part::sense).is_some_and(|n| n.options_quality >= quality::NAME && n.items.is_empty())
            && state.heads.iter().any(|head| self.menu.accepts(head, sense.options[0]));
        // "a spicy miso, volcano": what follows is an option of the only item that has these words in its name.
        let of_own = matches!(&*sense.items, [item]
        if sense.options.is_empty()
            && (self.parts[at].tokens.len() > 1 && state.heads.is_empty() || self.is_counted_alone(at, end, state))
            && next.and_then(Part::sense).is_some_and(|n| {
                n.items.is_empty() && n.options.iter().any(|o| self.menu.offers(*item, *o))
            }));
        if describes
            && !listed
            && !of_own
            && (!of_next || of_option)
            && weak > 0
            && weak < quality::PART
            && sense.category.is_none()
        {
            return None;
        }
        // "make that sugar free" asks for no sugar free vanilla besides: a property by itself puts nothing in.
        let adds = !sense.options.is_empty() && !sense.options.iter().any(|o| self.menu.chooses_one(o.list));
        if sense.tag.is_some() && !describes && adds && sense.items.is_empty() && weak < quality::NAME {
            return None;
        }
        let cue_next = sense.cues.any(&[Cue::Light, Cue::Extra]) && self.next_is_graded(at + 1, end);
        if cue_next || sense.cues.has(Cue::Extra) && self.multiplies(at, end, state) {
            return None;
        }
        let functional = !sense.cues.is_empty();
        let item = self.item(sense, functional).filter(|_| !state.trails(sense.items_quality));
        let item = item.filter(|_| self.fetches(at, end, sense, state));
        let option = !sense.options.is_empty() && self.option_fits(at, end, sense, state, functional);
        // A kind of item is no half of an option's name: the ramen, and not the "ramen egg".
        let option = option && (sense.options_quality >= self.least(state) || sense.category.is_none());
        let generic = sense.category.filter(|_| item.is_none() || sense.items_quality < quality::NAME);
        match (item, option) {
            (Some(which), true) if generic.is_none() => {
                if self.item_rather(at, end, sense, state) {
                    Some(Thing::Head(which, false))
                } else {
                    Some(Thing::Options)
                }
            }
            (_, true) => Some(Thing::Options),
            _ if generic.is_some() => generic.map(|c| Thing::Head(Which::Category(c), true)),
            (Some(which), false) => Some(Thing::Head(which, false)),
            (None, false) => self.list_named(sense, state).map(Thing::List),
        }
    }

    fn cue(&self, at: usize, sense: &'l Sense, state: &mut State<'l>) {
        let cues = sense.cues;
        let before = self.parts[at].before;
        let next = self.parts.get(at + 1);
        let next_names =
            next.is_some_and(|p| p.before == Break::None && (p.is_unknown() || p.sense().is_some_and(Sense::is_thing)));
        let refuses = cues.has(Cue::Except) && !state.took_whole() && !state.refused_whole()
            || cues.has(Cue::Forbid) && super::ahead::option_follows(self.parts, at)
            || cues.has(Cue::Not) && (!cues.has(Cue::No) || self.leads_to_thing(at + 1) && !self.puts_other(at, state));
        // "keep the foam to a minimum": where it keeps nothing that stands, it begins a wish.
        if cues.only(Cue::Keep) {
            state.unknown(at, self.parts);
            return;
        }
        if cues.has(Cue::NotToo) && self.parts.get(at + 1).is_some_and(|p| p.before == Break::None) {
            let of = if self.put_right_behind(at + 1) { &mut state.negated } else { &mut state.wish };
            *of = Some(at);
            return;
        }
        if cues.any(&[Cue::Dose, Cue::Touch]) && next_names {
            state.dose = Some(at);
            if !cues.any(&[Cue::Light, Cue::Extra]) {
                return;
            }
        }
        if cues.has(Cue::Again) && state.counts_further() {
            // "one more large one, the same but without nori": one more was said already.
            state.push(ElementKind::Filler, at..at + 1, before);
            return;
        }
        if cues.has(Cue::Again) && self.closes_item(at, state) {
            state.push(ElementKind::ForIt, at..at + 1, before);
            return;
        }
        if cues.has(Cue::Again) && !state.heads.is_empty() {
            let same = Amount { value: 1000, another: true, same: true, ..Amount::default() };
            state.flush(at, self.parts);
            state.push(ElementKind::Amount(same), at..at + 1, before);
            return;
        }
        if let Some(place) = self.counts_lines(at, sense, state) {
            state.flush(at, self.parts);
            state.push(ElementKind::Nth(place), at..at + 1, before);
            return;
        }
        if self.said_behind(at, cues, state) {
            return;
        }
        let dosed = |e: &Element| matches!(e.kind, ElementKind::Unknown) && e.parts.end == at;
        if cues.has(Cue::Dosed) && before == Break::None && state.out.last().is_some_and(dosed) {
            state.wish(at, self.parts);
            return;
        }
        let kind = if refuses || cues.has(Cue::Unwanted) {
            state.negated = Some(at);
            return;
        } else if cues.has(Cue::Extra) && next_names || cues.only(Cue::Extra) {
            state.grade(at, Grade::Extra, self.parts);
            return;
        } else if cues.has(Cue::Light) && (next_names || !cues.has(Cue::Filler)) {
            state.grade(at, Grade::Light, self.parts);
            return;
        } else if cues.has(Cue::Correct) || cues.has(Cue::No) && (!state.heads.is_empty() || self.puts_other(at, state))
        {
            ElementKind::Correct
        } else if cues.has(Cue::One) && self.is_described(at, state) {
            ElementKind::Pointed
        } else if cues.has(Cue::Becomes) {
            ElementKind::Becomes
        } else if cues.has(Cue::Apiece) {
            ElementKind::Apiece
        } else if cues.has(Cue::InsteadOf) && !cues.has(Cue::Filler) {
            ElementKind::Instead
        } else if cues.has(Cue::OnHalf) && !state.heads.is_empty() {
            ElementKind::OnHalf
        } else if cues.has(Cue::ForIt) && !state.heads.is_empty() {
            ElementKind::ForIt
        } else if cues.has(Cue::Put) {
            ElementKind::Put
        } else if cues.has(Cue::Times) && next.is_some_and(|p| p.amount().is_some()) {
            // "a latte x 2"
            ElementKind::ChangeIt
        } else if cues.has(Cue::Change) {
            ElementKind::ChangeIt
        } else if cues.has(Cue::With) {
            ElementKind::With
        } else if cues.has(Cue::Works) {
            ElementKind::Works
        } else if cues.has(Cue::Bare) && !next_names {
            ElementKind::Bare
        } else if cues.has(Cue::Both) {
            // "for both webcams"
            state.definite = true;
            if cues.has(Cue::On) && state.chose() { ElementKind::OnBoth } else { ElementKind::Both }
        } else if cues.has(Cue::Other) || cues.has(Cue::Last) && state.counts_out() {
            ElementKind::Other
        } else if cues.has(Cue::Or) {
            ElementKind::Or
        } else if cues.has(Cue::Nor) {
            return;
        } else if cues.has(Cue::And) {
            ElementKind::And
        } else if cues.has(Cue::Want) {
            ElementKind::Want
        } else if cues.has(Cue::Half) {
            ElementKind::Half
        } else if cues.has(Cue::Role) {
            ElementKind::Role
        } else if cues.any(&[Cue::Portion, Cue::Of, Cue::OfThem]) {
            state.definite |= cues.has(Cue::Definite);
            ElementKind::Of
        } else if cues.any(&[Cue::But, Cue::Except]) && !cues.has(Cue::Only) {
            let leaves_out = cues.has(Cue::Except) && state.took_whole()
                || state.after_works() && self.leads_to_thing(at + 1) && !next.is_some_and(|p| p.is(Cue::Extra));
            if leaves_out { ElementKind::Except } else { ElementKind::But }
        } else if cues.any(&[Cue::It, Cue::Them]) && !cues.has(Cue::Definite) {
            ElementKind::It
        } else if cues.any(&[Cue::Definite, Cue::On]) {
            state.definite = true;
            ElementKind::Filler
        } else if cues.has(Cue::Container) && self.only_holds(at, state) {
            ElementKind::Filler
        } else if cues.has(Cue::Container) && !cues.has(Cue::Filler)
            || cues.is_empty() && (sense.tag.is_some() || sense.unit.is_some())
        {
            // What the shop says of its goods is no option of theirs.
            state.unknown(at, self.parts);
            return;
        } else {
            ElementKind::Filler
        };
        if !matches!(
            kind,
            ElementKind::Filler | ElementKind::Of | ElementKind::It | ElementKind::Put | ElementKind::With
        ) {
            state.flush(at, self.parts);
        }
        // "to the latte": one that is spoken of.
        state.onto = cues.has(Cue::On);
        state.definite |= state.onto;
        state.push(kind, at..at + 1, before);
    }
}
