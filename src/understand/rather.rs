//! Whether a word that can be an item, an option or a number is the one or the other here.

use std::ops::Range;

use super::act::Which;
use super::element::{Element, ElementKind, State};
use super::lexicon::{Sense, quality};
use super::part::{Amount, Part};
use super::role::Reader;
use super::tokens::Break;
use crate::lang::cue::Cue;
use crate::shop::{ItemId, OptionId, OptionListId};

pub(super) enum Thing {
    Head(Which, bool),
    Options,
    OrderOption(OptionId),
    List(OptionListId),
}

/// How sure a part of that quality is.
pub(super) fn sure(quality: u8, slips: u8) -> f32 {
    f32::from(quality) / 100.0 * 0.93f32.powi(i32::from(slips))
}

impl<'l> Reader<'_, 'l> {
    /// How well an option must be named beside a kind of item: where names stand bare, in full; "the steak" is no steak sauce.
    pub(super) fn least(&self, state: &State<'l>) -> u8 {
        match (self.bare, state.definite) {
            (true, _) => quality::NAME,
            (false, true) => quality::EXCHANGED,
            (false, false) => quality::PART,
        }
    }

    /// Whether a part of a name can fetch its item here: half a name that nobody counts, wants or says alone is none ("it is
    /// hot out there", "medium roast, hot", "my kid wants …").
    pub(super) fn fetches(&self, at: usize, end: usize, sense: &Sense, state: &State<'l>) -> bool {
        let plural = sense.plural_items && self.parts[at].plural;
        if sense.items_quality >= quality::VARIANT || plural || self.spoken_of_now(sense) {
            return true;
        }
        let stands = sense.items.iter().any(|i| self.expect.cart.contains(i));
        // "a dust sheet for the floor", where a floor paint is sold
        let said = |item: &ItemId| state.heads.iter().any(|head| self.menu.is_of(*item, head));
        let known = stands || sense.items.iter().any(said);
        if !known && !state.heads.is_empty() && state.is_purpose(at, self.parts, false) {
            return false;
        }
        let wants_next = self.parts.get(at + 1).is_some_and(|p| p.before == Break::None && p.is(Cue::Want));
        if self.parts[at].common && wants_next {
            return false;
        }
        // "the plate, eggs over easy": what the plate has, and how.
        let counted = matches!(state.out.last(), Some(Element { kind: ElementKind::Amount(_), .. }));
        let next = self.parts.get(at + 1).filter(|p| at + 1 < end && p.before == Break::None).and_then(Part::sense);
        let taker = state.heads.last().cloned().or(self.expect.cart.last().copied().map(Which::Item));
        let of_it = |s: &Sense| taker.as_ref().is_some_and(|w| s.options.iter().any(|o| self.menu.accepts(w, *o)));
        let pointed = known && state.definite;
        if !counted && !pointed && sense.category.is_none() && next.is_some_and(|s| s.items.is_empty() && of_it(s)) {
            return false;
        }
        // "basket" of a hanging basket is said of any; "own sandwich" is not.
        if sense.items_quality > quality::FRAGMENT && self.parts[at].tokens.len() > 1 {
            return true;
        }
        let answers = |p: &Part| p.cues().any(&[Cue::No, Cue::Yes, Cue::And, Cue::Or]);
        let foreign = |p: &Part| p.is_unknown() || p.common && !answers(p);
        let alone =
            state.heads.is_empty() && !self.parts[state.from..at].iter().chain(&self.parts[at + 1..end]).any(foreign);
        // "actually forget the duck"
        let edits = |p: &Part| p.cues().any(&[Cue::Remove, Cue::Change, Cue::Swap, Cue::Fewer]);
        let edited = || self.parts[..at].iter().rev().take(4).any(edits);
        // "give me the lemon meringue"
        let article = |e: &Element| {
            matches!(e.kind, ElementKind::Filler) && e.parts.clone().all(|part| self.parts[part].is(Cue::Definite))
        };
        let describes = |e: &Element| matches!(e.kind, ElementKind::Choice(_) | ElementKind::Of) || article(e);
        let opened = state.out.iter().rev().find(|e| !describes(e));
        let opens = |e: &Element| {
            matches!(
                e.kind,
                ElementKind::Amount(_)
                    | ElementKind::Want
                    | ElementKind::Role
                    | ElementKind::Half
                    | ElementKind::Correct
            ) && !state.out.is_empty()
        };
        // "six inch veggie": what is had so, and has these words in its name.
        // "Blue collar please", of several that are called so.
        let so = |item: &ItemId| {
            let offers = |e: &Element| matches!(&e.kind, ElementKind::Choice(pick) if pick.options.iter().any(|o| self.menu.offers(*item, *o)));
            state.out.iter().any(offers)
        };
        let one = sense.items.len() == 1 || sense.items_quality >= quality::PART;
        let described = one && state.heads.is_empty() && sense.items.iter().any(so);
        // "Carrot ginger instead"
        let instead = self.parts.get(at + 1).is_some_and(|p| p.before == Break::None && p.is(Cue::Instead));
        let last = self.expect.cart.last().map(|last| self.menu.category(*last));
        let alike = |item: &ItemId| Some(self.menu.category(*item)) == last;
        alone
            || described
            || instead && sense.items.iter().any(alike)
            || state.joins_item() && sense.items_quality >= quality::PART
            || opened.is_some_and(opens)
            || stands && (state.definite || edited())
            || state.negated.is_some()
    }

    /// "Which lolly?" "One rocket and two lemon.": of what was offered, a part of one's name is enough, at the beginning or
    /// behind a number.
    pub(super) fn of_offered(&self, sense: &Sense, state: &State<'l>) -> Option<Which> {
        let offered = |item: &&ItemId| self.expect.items.contains(item);
        if self.expect.items.len() < 2
            || self.expect.list.is_some()
            || !sense.cues.is_empty()
            || state.negated.is_some()
        {
            return None;
        }
        let small = |e: &&Element| matches!(e.kind, ElementKind::Filler | ElementKind::And | ElementKind::Want);
        let opens = match state.out.iter().rev().find(|e| !small(e)) {
            None => true,
            Some(element) => matches!(element.kind, ElementKind::Amount(_)),
        };
        let mut named = sense.items.iter().chain(&sense.items_weaker).filter(offered);
        let first = named.next().filter(|_| opens)?;
        named.next().is_none().then_some(Which::Item(*first))
    }

    /// "two soups, tomato and lentil": behind a kind that was counted, a part of a name is enough.
    pub(super) fn of_counted_kind(&self, at: usize, sense: &Sense, state: &State<'l>) -> Option<Which> {
        let kind = state.counted_kind(self.menu)?;
        let small = |e: &&Element| {
            matches!(e.kind, ElementKind::Filler | ElementKind::Amount(_) | ElementKind::Half) || of_it(e)
        };
        fn of_it(e: &Element) -> bool {
            matches!(&e.kind, ElementKind::Choice(pick) if !pick.negated)
        }
        let back = state.out.iter().rev().find(|e| !small(e));
        let listed = matches!(back.map(|e| &e.kind), Some(ElementKind::And | ElementKind::Head(_)));
        let parted = self.parts[at].before != Break::None
            || !matches!(state.out.last(), Some(Element { kind: ElementKind::Head(_), .. }));
        if !listed || !parted || state.negated.is_some() || !sense.cues.is_empty() {
            return None;
        }
        let all = sense.items.iter().chain(&*sense.items_weaker);
        let mut named = all.filter(|item| self.menu.is_of(**item, &kind));
        let first = named.next()?;
        named.next().is_none().then_some(Which::Item(*first))
    }

    /// Whether an item that the option can belong to is spoken of, before or after.
    pub(super) fn option_fits(
        &self,
        at: usize,
        end: usize,
        sense: &Sense,
        state: &State<'l>,
        functional: bool,
    ) -> bool {
        // "Done, thanks", where a card can say "thank you".
        let courtesy = sense.cues.any(&[Cue::Thanks, Cue::Greet, Cue::Goodbye, Cue::Done]);
        if courtesy && state.out.iter().all(|e| matches!(e.kind, ElementKind::Filler)) {
            return false;
        }
        let accepted = |which: &Which| sense.options.iter().any(|o| self.menu.accepts(which, *o));
        if state.heads.iter().any(accepted) {
            return true;
        }
        let later = self.parts[at + 1..end].iter().filter_map(Part::sense).any(|s| {
            s.items.iter().any(|i| accepted(&Which::Item(*i)))
                || s.category.is_some_and(|c| accepted(&Which::Category(c)))
        });
        // Weak names need an item that takes them; good ones may stand alone, as an answer or an item implied.
        let alone = (!functional || state.implies(self.menu, sense))
            && (state.heads.is_empty() || !state.is_purpose(at, self.parts, true))
            && sense.options_quality >= quality::VARIANT
            && sense.items_quality < quality::VARIANT;
        let in_cart = self.expect.cart.iter().chain(&self.expect.topic).any(|i| accepted(&Which::Item(*i)));
        later || alone || in_cart
    }

    /// Both an item and an option: which of the two is it here?
    pub(super) fn item_rather(&self, at: usize, end: usize, sense: &Sense, state: &State<'l>) -> bool {
        if sense.plural_items && self.parts[at].plural && state.grade.is_none() {
            return true;
        }
        // "Only one raspberry", of two raspberry jams, where a cream tea is had with one.
        if self.is_only_standing(sense, state) {
            return true;
        }
        if state.negated.is_some() || state.grade.is_some() {
            // "… and no coke", of a coke that stands, where nothing that was said or stands comes with one.
            let comes = |which: &Which| sense.options.iter().any(|o| self.menu.accepts(which, *o));
            let with = state.heads.iter().any(comes) || self.expect.cart.iter().any(|item| comes(&Which::Item(*item)));
            let stands = sense.items.iter().any(|item| self.expect.cart.contains(item));
            return state.grade.is_none() && stands && !with && sense.items_quality >= quality::NAME;
        }
        // "How much is the curry?" "One with beef and coconut rice.", where the rice is sold beside it too.
        let topic = self.expect.topic.filter(|_| state.heads.is_empty()).map(Which::Item);
        let described = state.out.iter().any(|e| matches!(&e.kind, ElementKind::Choice(pick) if !pick.negated));
        if described && topic.is_some_and(|topic| sense.options.iter().any(|o| self.menu.accepts(&topic, *o))) {
            return false;
        }
        // "a meal with fries and a cola": the drink of the meal, as long as it has none.
        let mut one = state.out.iter().rev().map_while(|e| match &e.kind {
            ElementKind::Amount(amount) => Some(amount.value == 1000 && !amount.more),
            ElementKind::And | ElementKind::With | ElementKind::Filler | ElementKind::Of => Some(true),
            _ => None,
        });
        let small = |e: &&Element| matches!(e.kind, ElementKind::Amount(_) | ElementKind::Filler | ElementKind::Of);
        let last = state.out.iter().rev().find(|e| !small(e));
        let with = last.is_some_and(|e| matches!(e.kind, ElementKind::With));
        let free = |o: &OptionId| {
            let of_topic = || self.expect.topic.filter(|_| with);
            let asked = self.expect.items.iter().copied().chain(of_topic());
            let asked = asked.into_iter().any(|item| self.menu.offers(item, *o));
            state.has_free(self.menu, *o) || asked || self.expect.missing.contains(&o.list)
        };
        // By another name of what is sold ("the veggie pizza") only behind "with".
        let called = with || sense.options_quality >= quality::VARIANT;
        if called && one.all(|one| one) && sense.options.iter().any(|o| self.menu.is_slot(o.list) && free(o)) {
            return false;
        }
        let held = state.heads.iter().any(|which| sense.options.iter().any(|o| self.menu.accepts(which, *o)));
        let stands = self.expect.cart.iter().any(|item| sense.options.iter().any(|o| self.menu.offers(*item, *o)));
        if state.joins_item() && !held && !stands && sense.items_quality >= quality::PART {
            // "a pretzel and olives", where no pretzel has olives, and marinated olives are sold.
            return true;
        }
        // "A hedge trimmer", of which several are sold, where one can have its blades sharpened.
        let counted = self.is_counted_alone(at, end, state) && !self.parts[at].plural;
        let several = sense.items.len() > 1 && sense.items_quality >= quality::PART && !held && !stands;
        if counted && several && state.heads.is_empty() && self.expect.items.is_empty() {
            return true;
        }
        if sense.items_quality < quality::VARIANT && sense.options_quality >= quality::VARIANT {
            return false;
        }
        // "A steak one cold", of a pie that is had cold, where ice is sold.
        if sense.items_quality <= quality::EXCHANGED && sense.options_quality >= quality::NAME && (held || stands) {
            return false;
        }
        // "change that to cheddar", of a sandwich with american, where cheddar is sold by the pound too.
        let changed = state.out.iter().any(|e| matches!(e.kind, ElementKind::ChangeIt));
        let counted = state.out.iter().any(|e| matches!(e.kind, ElementKind::Amount(_)));
        let turns = |item: &ItemId| sense.options.iter().any(|o| self.menu.offers(*item, *o));
        let stands = sense.items.iter().any(|item| self.expect.cart.contains(item));
        if changed && !counted && !stands && state.heads.is_empty() && self.expect.cart.last().is_some_and(turns) {
            return false;
        }
        let accepted = |which: &Which| sense.options.iter().any(|o| self.menu.accepts(which, *o));
        let next_head =
            self.parts.get(at + 1).filter(|p| at + 1 < end && p.before == Break::None).and_then(Part::sense);
        if next_head.is_some_and(|s| {
            s.items.iter().any(|i| accepted(&Which::Item(*i)))
                || s.category.is_some_and(|c| accepted(&Which::Category(c)))
        }) {
            return false;
        }
        if sense.items_quality >= quality::NAME && sense.options_quality < quality::VARIANT {
            return true;
        }
        let held = state.heads.iter().any(accepted) || state.implied(self.menu).is_some_and(|w| accepted(&w));
        // "add a shot of espresso": also what stands in the cart can take it.
        let in_cart = self.expect.cart.last().is_some_and(|item| accepted(&Which::Item(*item)));
        // "swiss on it"
        if in_cart && self.parts.get(at + 1).is_some_and(|p| p.before == Break::None && p.is(Cue::It)) {
            return false;
        }
        let mut counted = false;
        // "chips and guacamole": one more of the kind before it, which could not have it as an option.
        if sense.items_quality >= quality::NAME
            && let [.., before, Element { kind: ElementKind::And, .. }] = &state.out[..]
            && let ElementKind::Head(head) = &before.kind
            && !accepted(&head.which)
            && sense.items.iter().any(|i| self.menu.same_kind(&head.which, &Which::Item(*i)))
        {
            return true;
        }
        let portion = |e: &Element| {
            matches!(e.kind, ElementKind::Of) && e.parts.clone().any(|part| self.parts[part].is(Cue::Portion))
        };
        for element in state.out.iter().rev() {
            match &element.kind {
                // "with a side of guacamole"
                _ if portion(element) && sense.items_quality >= quality::VARIANT => return true,
                ElementKind::Amount(_) if !counted => counted = true,
                ElementKind::With | ElementKind::Put if counted => return !held && !in_cart,
                _ if counted => return true,
                ElementKind::Want => return true,
                // An option that only the item can take: "large chips".
                ElementKind::Choice(pick) => {
                    let own = sense.items.iter().any(|i| pick.options.iter().any(|o| self.menu.offers(*i, *o)));
                    // "a large margherita and a large pepperoni": the first has its size.
                    if own && !pick.negated && state.has_taken(self.menu, pick) {
                        return true;
                    }
                    // "two pizzas, a small margherita and …"
                    if own && !pick.negated && state.opens_line(&element.parts) {
                        return true;
                    }
                    let others = state.heads.iter().any(|h| pick.options.iter().any(|o| self.menu.accepts(h, *o)));
                    return own && !others || !held;
                }
                ElementKind::With | ElementKind::Put => return !held && !in_cart,
                ElementKind::And | ElementKind::Filler | ElementKind::Of => {}
                _ => break,
            }
        }
        // A bare word is said of the last line where it can be.
        let bare = state.out.iter().all(|e| matches!(e.kind, ElementKind::Filler | ElementKind::And));
        counted || !(held || in_cart && bare)
    }

    /// "Only ketchup", "with just the ketchup", "ketchup only".
    pub(super) fn says_only(&self, start: usize, at: usize, end: usize) -> bool {
        let only = |p: &Part| p.is(Cue::Only) && !p.sense().is_some_and(Sense::is_thing);
        let small = |p: &&Part| p.cues().any(&[Cue::With, Cue::Definite]) && !only(p) && p.before == Break::None;
        let before = self.parts[..start].iter().rev().find(|p| !small(p));
        let joined = (0..=start).rev().take_while(|p| self.parts[*p].before == Break::None).count() > 0;
        let behind = self.parts.get(at + 1).filter(|p| at + 1 < end && p.before == Break::None);
        let ends = self.parts.get(at + 2).is_none_or(|p| p.before != Break::None);
        joined && before.is_some_and(only) || ends && behind.is_some_and(only)
    }

    /// "No cheese", "without cheese or onion": all options that are called so, of what is spoken of or stands in the cart.
    pub(super) fn refuses_all(&self, at: usize, end: usize, state: &State<'l>) -> Option<Vec<OptionId>> {
        let part = &self.parts[at];
        let reached = || part.nouns.iter().any(|o| state.refusal_reaches(o.list));
        let joined = part.before == Break::None && state.negated.is_some();
        if part.nouns.is_empty() || !joined && !reached() {
            return None;
        }
        let taken = |o: &&OptionId| {
            let heads = state.heads.iter().any(|head| self.menu.accepts(head, **o));
            heads || self.expect.cart.iter().any(|item| self.menu.offers(*item, **o))
        };
        let all: Vec<OptionId> = part.nouns.iter().filter(taken).copied().collect();
        // Whatever else in the shop is called so is meant itself.
        let named = part.sense().is_some_and(|s| {
            let other = s.category.is_some() || s.list.is_some() || !s.order_options.is_empty() || !s.cues.is_empty();
            other || !s.options.is_empty() || s.items_quality > quality::PART
        });
        // "no cheese burger", "no onion rings"
        let next = self.parts.get(at + 1).filter(|p| at + 1 < end && p.before == Break::None);
        let describes = next.is_some_and(|p| p.sense().is_some_and(|s| s.is_thing() && s.cues.is_empty()));
        // "I don't want the foam just sitting on the espresso": how it is to be, and not whether.
        let rest = self.parts[at + 1..end].iter().take_while(|p| p.before == Break::None);
        let goes_on = rest.clone().find(|p| !p.is_filler()).is_some_and(|p| p.is_unknown() && !p.common);
        (!all.is_empty() && !named && !describes && !goes_on).then_some(all)
    }

    /// "change the chips to paprika": what stands before says nothing of what is named.
    pub(super) fn tells_from(&self, range: &Range<usize>) -> usize {
        let turned = range.start > 0 && self.parts[range.start - 1].is(Cue::To);
        if turned { range.start } else { 0 }
    }

    /// "the large one": an article, and options that say which.
    pub(super) fn is_described(&self, at: usize, state: &State<'l>) -> bool {
        let option = |e: &&Element| matches!(&e.kind, ElementKind::Choice(pick) if !pick.negated);
        let options = state.out.iter().rev().take_while(option).count();
        let first = state.out.len() - options;
        let Some(article) = first.checked_sub(1).map(|before| &state.out[before]) else { return false };
        let the = |part: usize| self.parts[part].is(Cue::Definite) && !self.parts[part].is(Cue::Of);
        options > 0
            && self.parts[at].before == Break::None
            && state.out[first..].iter().all(|e| e.before == Break::None)
            && matches!(article.kind, ElementKind::Filler)
            && article.parts.clone().all(the)
    }

    /// "and a greek regular": a part of a name behind an amount, and no other item behind it that it could describe.
    pub(super) fn is_counted_alone(&self, at: usize, end: usize, state: &State<'l>) -> bool {
        let item = |p: &Part| p.is_unknown() || p.sense().is_some_and(|s| !s.items.is_empty() || s.category.is_some());
        let joined = |p: &&Part| p.before == Break::None && !p.is(Cue::And);
        matches!(state.out.last(), Some(Element { kind: ElementKind::Amount(_), .. }))
            && !self.parts[at + 1..end].iter().take_while(joined).any(item)
    }

    /// "the milk", where that is no option but the list of them.
    pub(super) fn list_named(&self, sense: &Sense, state: &State<'l>) -> Option<OptionListId> {
        let announced =
            matches!(state.out.last(), Some(Element { kind: ElementKind::Amount(_) | ElementKind::Role, .. }));
        sense.list.filter(|_| sense.cues.is_empty() || state.negated.is_some() || announced)
    }

    /// "four, not three": a number that is denied, and none of a thing behind it.
    pub(super) fn denies(&self, at: usize, end: usize, amount: Amount, state: &mut State<'l>) -> bool {
        let joins = |p: &Part| p.cues().any(&[Cue::And, Cue::But]) || p.is_filler() && !p.is(Cue::With);
        let next = self.parts.get(at + 1).filter(|p| at + 1 < end && p.before == Break::None);
        let denied = !amount.article && at > 0 && state.negated == Some(at - 1) && next.is_none_or(joins);
        if denied {
            state.negated = None;
            state.push(ElementKind::Filler, at..at + 1, self.parts[at].before);
        }
        denied
    }

    pub(super) fn expected_order_option(&self, sense: &Sense) -> bool {
        self.expect.list.is_some_and(|list| sense.order_options.iter().any(|o| o.list == list))
    }

    pub(super) fn offered(&self, sense: &Sense) -> Vec<ItemId> {
        sense.items.iter().filter(|item| self.expect.items.contains(item)).copied().collect()
    }

    pub(super) fn item(&self, sense: &Sense, functional: bool) -> Option<Which> {
        if functional && sense.items_quality < quality::NAME {
            return None;
        }
        let offered = self.offered(sense);
        match (offered.as_slice(), &*sense.items) {
            (_, []) => None,
            ([one], _) | ([], [one]) => Some(Which::Item(*one)),
            ([], all) => Some(Which::OneOf(all.to_vec())),
            (some, _) => Some(Which::OneOf(some.to_vec())),
        }
    }
}
