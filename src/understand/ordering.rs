//! A stretch of ordering → acts: items, options of what stands in the cart, wishes, and what is not sold.

use std::ops::Range;

use crate::commerce::cart::{Choice, Quantity};
use crate::shop::{ItemId, OptionId, OptionListId};

use super::act::*;
use super::element::Element;
use super::line::Line;
use super::loose::{Loose, LooseKind};
use super::order::{Order, order};
use super::packing::Said;
use super::part::Part;
use super::role::Reader;
use super::utterance::Utterance;
use crate::lang::cue::Cue;

/// Less well than this an item is named by a word of its name alone.
const NAMED: f32 = 0.6;

impl<'l> Utterance<'_, 'l> {
    pub fn read(&self, range: Range<usize>) -> Order {
        let fresh = self.expect.cart.is_empty() && self.expect.list.is_none();
        order(self.elements(range), self.menu(), self.expect.topic, fresh)
    }

    /// A line as a request.
    pub fn request(&self, line: Line) -> ItemRequest {
        let named = |p: &Part| p.sense().is_some_and(|s| !s.items.is_empty());
        let named: Vec<&Part> = self.parts[line.parts.clone()].iter().filter(|p| named(p)).collect();
        let number = named.iter().any(|p| self.tokens.list[p.tokens.clone()].iter().any(|t| t.number.is_some()));
        let said = Said { item: !named.is_empty(), number };
        let quantity = line.quantity(self.menu(), &self.lexicon.units, &self.lexicon.unit_keys, said);
        let vague = line.amount.is_some_and(|a| a.vague) && !self.says_pack(&line);
        let mut line = line;
        if quantity.is_none() && line.amount.is_some_and(|a| a.unit.is_some()) {
            // A measure that the item is not sold by is a wish like any other.
            let said = line.parts.clone().find(|at| self.parts[*at].amount().is_some_and(|a| a.unit.is_some()));
            line.notes.extend(said.map(|at| at..at + 1));
        }
        let mut notes = std::mem::take(&mut line.notes);
        notes.retain(|note| !self.tells_of(note) && !self.names_again(note, &line));
        line.notes = notes;
        let (mine, apiece) = (self.is_mine(&line.parts), self.is_apiece(&line));
        let pieces = self.in_pieces(&line, quantity);
        line.choices.extend(pieces.map(Choice::plain));
        let quantity = if pieces.is_some() { Some(Quantity::Count(1)) } else { quantity };
        ItemRequest { mine, apiece, ..line.request(quantity, vague, |parts| self.note(parts)) }
    }

    /// "No cheese", of whichever kind.
    pub(super) fn without(&self, options: Vec<OptionId>, said: &Range<usize>) -> Edit {
        Edit::Without(Without { options, words: self.note(said) })
    }

    pub(super) fn order(&mut self, range: Range<usize>) {
        let range = self.but_taken_back(range);
        if range.is_empty() {
            return;
        }
        let wanted = self.parts[range.clone()].iter().any(|p| p.is(Cue::Want));
        if self.of_each(&range) {
            return;
        }
        if let Some(next) = self.points_to_another(&range) {
            self.order(range.start..next);
            return self.order(next..range.end);
        }
        let mut order = self.read(range.clone());
        order.lines.iter_mut().for_each(|line| self.narrow(line));
        if self.as_much_again(&order.lines) {
            return;
        }
        self.same_of_another(&range, &mut order.lines);
        self.of_topic(&mut order);
        // "a croissant with butter": what is said of a thing nobody knows is said of nothing else.
        let mut of_unknown = Vec::new();
        if let Some(first) =
            order.unknown.iter().find(|rest| rest.counted && !rest.wish).filter(|_| order.lines.is_empty())
        {
            let after = |l: &Loose| {
                let amount = matches!(l.kind, LooseKind::Amount(_));
                if amount { l.parts.start <= first.parts.start } else { l.parts.start >= first.parts.end }
            };
            (of_unknown, order.loose) = order.loose.into_iter().partition(after);
        }
        self.named_behind(&range, &mut order);
        self.for_what(&mut order);
        self.only_told_of(&mut order);
        self.fit_items(&mut order);
        self.imply(&mut order);
        if self.tells_apart(&order) {
            return self.act(ActKind::Other, range);
        }
        let before = self.acts.len();
        let mut wishes: Vec<Range<usize>> = Vec::new();
        for line in std::mem::take(&mut order.refused) {
            let standing = self.standing(&line);
            let said = |l: &Line| l.which == line.which && !l.negated;
            // "Not the pork one" points to one that stands.
            let points = self.parts.get(line.parts.end).is_some_and(|p| p.is(Cue::One));
            let whole =
                self.parts[line.parts.start.saturating_sub(1)..line.parts.end].iter().any(|p| p.is(Cue::Forget));
            if line.named < NAMED
                && !whole
                && !points
                && !line.definite
                && line.choices.is_empty()
                && (standing.is_some() || order.lines.iter().any(said))
            {
                // "hold the cheese", where only a cheese toastie is called so: said of what is in it.
                wishes.push(line.parts);
                continue;
            }
            if self.lexicon.bare && order.replaced.is_empty() {
                // "来一份薯条，算了不要薯条了": what was only just ordered.
                order.lines.retain(|l| l.which != line.which || l.parts.start > line.parts.start);
            }
            let Some(which @ Which::Item(item)) = standing else { continue };
            let line = Line { which, ..line };
            let comes = order.lines.len() == 1 && order.replaced.is_empty() && self.is_instead(&range);
            // "是拿铁不是美式", where English says "rather than".
            let behind = self.lexicon.bare || comes && order.lines[0].parts.start > line.parts.start;
            if comes && behind && order.lines[0].unknown.is_none() {
                order.replaced.push((line, 0));
            } else if self.expect.cart.contains(&item) {
                // "That was not two lattes": how many it should be is not said.
                let several = line.amount.is_some_and(|a| !a.article && a.value >= 2000) && !line.definite;
                let target = Target::Described { which: Some(line.which), choices: line.choices };
                let remove = ActKind::Remove { target, quantity: None };
                self.act(if several { ActKind::No } else { remove }, line.parts);
            }
        }
        if self.tells_off(&order.lines) {
            return order.lines.into_iter().enumerate().for_each(|(at, line)| self.part_of_standing(at == 0, line));
        }
        if self.goes_too(&range, &order) || self.keeps_only(&range, &mut order) {
            return;
        }
        self.ahead_of_lines(&mut order);
        let lines = order.lines.len();
        let instead = self.is_instead(&range) && self.puts_in_place(&range, &order.lines);
        let one_line = lines == 1 && order.replaced.is_empty();
        let those = self.instead_of_those(&range).filter(|_| one_line);
        for (at, line) in order.lines.into_iter().enumerate() {
            let goes = order.replaced.iter().find(|(_, comes)| *comes == at).map(|(old, _)| old.clone());
            match goes.filter(|_| !self.expect.cart.is_empty()) {
                Some(old) => {
                    let old = self.request(old);
                    let target = Target::Described { which: Some(old.which), choices: old.choices };
                    let parts = line.parts.clone();
                    let with = self.request(line);
                    self.act(ActKind::Replace { target, with }, parts);
                }
                None if those.is_some() && line.unknown.is_none() => {
                    let (target, parts) = (those.clone().unwrap_or(Target::Last), line.parts.clone());
                    let with = self.request(line);
                    self.act(ActKind::Replace { target, with }, parts);
                }
                None if instead && one_line && self.meant(&line).is_some() => {
                    let which = self.meant(&line).unwrap_or(line.which.clone());
                    self.line(Line { which, onto: true, ..line });
                }
                None if (instead || self.is_rather(&range, &line)) && one_line && line.unknown.is_none() => {
                    let parts = line.parts.clone();
                    let with = self.request(line);
                    self.act(ActKind::Replace { target: Target::Last, with }, parts);
                }
                None if at == 0 && self.recounts(&range, &line) => self.recount(line),
                None => match self.puts_choice_right(&range, &line) {
                    Some(act) => self.act(act, line.parts),
                    None => self.line(line),
                },
            }
        }
        for wish in wishes {
            let note = Edit::Note(self.note(&wish));
            self.act(ActKind::Fragment { edits: vec![note], all: false }, wish);
        }
        for (option, parts) in order.order_options {
            self.act(ActKind::OrderOption(option), parts);
        }
        if lines == 0 && self.counts_something_else(&range, &order.loose) {
            self.act(ActKind::Other, range.clone());
        } else if lines == 0 && self.one_too(&range, &order.loose) {
            // It is one more, and none of those that stand.
        } else if lines == 0 && self.is_pointed(&range, &order.loose) && !self.is_of_topic(&order.loose) {
            self.pointed(order.loose, range.clone());
            self.not_the_others(&range);
        } else if lines == 0 {
            self.loose(order.loose, order.all, order.unknown.is_empty());
        } else {
            // A weak name beside an item that does not take it is more likely no name at all.
            let strong = |l: &Loose| !matches!(l.kind, LooseKind::Choice { sure, .. } if sure < 0.9);
            self.edits(order.loose.into_iter().filter(strong).collect(), false);
        }
        for rest in order.unknown {
            let said = of_unknown.iter().filter(|l| l.parts.start >= rest.parts.end).cloned();
            let edits = said.filter_map(Loose::choice).map(Edit::Choose).collect();
            if rest.counted && !rest.wish || wanted && lines == 0 && self.acts.len() == before {
                let near = self.near(&rest.parts);
                let words = self.words(&rest.parts);
                self.act(ActKind::Unknown { words, near, edits }, rest.parts);
            } else if rest.wish
                && (!self.expect.cart.is_empty() || self.acts.len() > before)
                && !self.tells_of(&rest.parts)
            {
                let note = Edit::Note(self.note(&rest.parts));
                self.act(ActKind::Fragment { edits: vec![note], all: false }, rest.parts);
            } else {
                self.act(ActKind::Other, rest.parts);
            }
        }
    }

    /// An item that is ordered, or one in the cart that something is said of.
    pub(super) fn line(&mut self, mut line: Line) {
        let parts = line.parts.clone();
        if let Some(unknown) = line.no_name() {
            // "No root beer, okay": what is not sold is let go.
            if self.parts[unknown.start].is(Cue::Not) {
                return self.act(ActKind::No, parts);
            }
            let mut near = match &line.which {
                Which::Item(item) => vec![*item],
                Which::OneOf(items) => items.clone(),
                Which::Category(_) => Vec::new(),
            };
            near.extend(self.near(&unknown).into_iter().filter(|i| !near.contains(i)).collect::<Vec<_>>());
            let words = self.words(&unknown);
            let request = self.request(line);
            let quantity = request.quantity.map(Edit::Quantity);
            let edits = quantity.into_iter().chain(request.choices.into_iter().map(Edit::Choose)).collect();
            self.act(ActKind::Unknown { words, near, edits }, parts);
            return;
        }
        self.note_elsewhere(&mut line);
        line.which = self.said_of_standing(&line).unwrap_or(line.which);
        if self.only_spoken_of(&line) {
            return self.act(ActKind::Other, parts);
        }
        if self.only_points_out(&line) {
            let target = Target::Described { which: Some(line.which), choices: Vec::new() };
            return self.act(ActKind::Change { target, edits: Vec::new() }, parts);
        }
        if let Some(act) = self.again_of_standing(&line) {
            return self.act(act, parts);
        }
        let refused = std::mem::take(&mut line.none_of);
        let refused: Vec<Edit> = refused.into_iter().map(Edit::NoneOf).collect();
        // "add vanilla to my latte" orders none, even where only a mocha stands in the cart.
        let onto = line.onto && !self.expect.cart.is_empty();
        let definite = line.definite;
        let behind = line.amount.is_some_and(|a| a.behind);
        let standing = self.all_of_kind(&line);
        let request = self.request(line);
        let pointed = self.in_cart(&request.which).is_some();
        let refuses = !refused.is_empty() || !request.without.is_empty();
        let edits = behind || !request.choices.is_empty() || !request.notes.is_empty() || refuses;
        if definite && pointed && edits && self.changes_all(standing, &request, &parts) {
            return;
        }
        if definite && (pointed || onto) && (behind || request.quantity.is_none()) && edits {
            let mut edits: Vec<Edit> = request.choices.into_iter().map(Edit::Choose).collect();
            edits.extend(request.quantity.map(Edit::Quantity));
            edits.extend(request.notes.into_iter().map(Edit::Note));
            edits.extend(refused);
            edits.extend(request.without.into_iter().map(Edit::Without));
            let target = match self.expect.cart[..] {
                [_] if !pointed => Target::Last,
                _ => Target::Described { which: Some(request.which), choices: Vec::new() },
            };
            self.act(ActKind::Change { target, edits }, parts);
            return;
        }
        if definite && pointed && edits && self.is_some_of(&parts) {
            // "one of the bowls without rice": of those that stand.
            let mut edits: Vec<Edit> = request.quantity.into_iter().map(Edit::Quantity).collect();
            edits.extend(request.choices.into_iter().map(Edit::Choose));
            edits.extend(request.notes.into_iter().map(Edit::Note));
            edits.extend(refused);
            edits.extend(request.without.into_iter().map(Edit::Without));
            let target = Target::Described { which: Some(request.which), choices: Vec::new() };
            return self.act(ActKind::Change { target, edits }, parts);
        }
        if onto && pointed && definite && request.quantity.is_none() && !refuses {
            // "… on the veggie one": what was to go there is not known, and it is no further one.
            return self.act(ActKind::Other, parts);
        }
        if definite && pointed && !edits && request.quantity.is_none() && self.done_to(&parts) {
            // "pump up the basketball": what nobody knows is to be done to it, and it is no further one.
            return self.act(ActKind::Other, parts);
        }
        self.act(ActKind::Add(request), parts.clone());
        if !refused.is_empty() {
            self.act(ActKind::Change { target: Target::Last, edits: refused }, parts);
        }
    }

    /// "one of the …", "two of my …"
    pub(super) fn is_some_of(&self, line: &Range<usize>) -> bool {
        let counted = line.clone().find(|at| self.parts[*at].amount().is_some_and(|a| !a.article));
        let next = counted.and_then(|at| self.parts.get(at + 1));
        next.is_some_and(|p| p.is(Cue::Of) && p.tokens.len() > 1)
    }

    /// Options and amounts without an item: they imply one, answer a question, or change the line spoken of last.
    pub(super) fn loose(&mut self, loose: Vec<Loose>, all: bool, clear: bool) {
        let options: Vec<_> = loose
            .iter()
            .filter_map(|l| match &l.kind {
                LooseKind::Choice { options, .. } => options.first().copied(),
                _ => None,
            })
            .collect();
        let fresh = self.expect.cart.is_empty()
            && self.expect.list.is_none()
            && !self.acts.iter().any(|a| matches!(a.kind, ActKind::Add(_)));
        // "Hot out there today": a word or two more, and an option by itself orders nothing.
        let clear = clear && !self.parts.iter().any(Part::is_unknown);
        // "Do you have chai?" "A large one, please." is said of that.
        let takes = |item: &ItemId| {
            let takes = |l: &Loose| match &l.kind {
                LooseKind::Choice { options, .. } => options.iter().any(|o| self.menu().takes(*item, o.list)),
                _ => true,
            };
            !options.is_empty() && loose.iter().all(takes)
        };
        // "Do they come in grey?", asked of what stands. "Grey, then."
        let counted = loose.iter().any(|l| matches!(l.kind, LooseKind::Amount(_)));
        let anew = |item: &ItemId| counted || !self.expect.cart.contains(item);
        let topic = self.expect.topic.filter(takes).filter(anew).map(Which::Item);
        let foreign = clear && self.expect.list.is_none() && self.is_foreign(&loose);
        let implied = || self.menu().implied(&options).filter(|_| fresh || foreign);
        if (clear && !options.is_empty() || options.len() > 1)
            && let Some(which) = topic.or_else(implied)
        {
            let parts = loose.iter().map(|l| l.parts.start).min().unwrap_or(0)
                ..loose.iter().map(|l| l.parts.end).max().unwrap_or(0);
            let mut line = Line::new(which, parts);
            for l in loose {
                match l.kind {
                    LooseKind::Choice { options, choice, .. } => {
                        let own = options.into_iter().find(|o| self.menu().accepts(&line.which, *o));
                        let choice = Choice { option: own.unwrap_or(choice.option), ..choice };
                        super::line::merge(&mut line.choices, self.menu(), choice);
                    }
                    LooseKind::Amount(amount) => line.amount = Some(amount),
                    LooseKind::NoneOf(list) => line.none_of.push(list),
                    LooseKind::Without(options) => line.without.push((options, l.parts)),
                    LooseKind::Bare => line.only = true,
                    LooseKind::Other => {}
                }
            }
            self.line(line);
            return;
        }
        if self.besides(&loose) {
            return;
        }
        self.edits(loose, all);
    }

    /// "How much is the mat?" "A white one, then.": what was asked about can be so, and stands nowhere yet.
    fn is_of_topic(&self, loose: &[Loose]) -> bool {
        let first = loose.iter().map(|l| l.parts.start).min().unwrap_or(0);
        let ahead = first.checked_sub(1).and_then(|at| self.parts[at].amount());
        let topic = self.expect.topic.filter(|topic| !self.expect.cart.contains(topic));
        let takes = |item: ItemId| {
            loose.iter().all(|l| match &l.kind {
                LooseKind::Choice { options, .. } => options.iter().any(|o| self.menu().takes(item, o.list)),
                _ => false,
            })
        };
        ahead.is_some_and(|a| a.article) && topic.is_some_and(takes)
    }

    /// "And a fiver on Lebara", with batteries in the cart: options of several lists, none of which anything there, or said
    /// before, can have.
    fn is_foreign(&self, loose: &[Loose]) -> bool {
        let lists: Vec<Vec<OptionListId>> = loose
            .iter()
            .filter_map(|l| match &l.kind {
                LooseKind::Choice { options, choice, .. } if !choice.negated => {
                    Some(options.iter().map(|o| o.list).collect())
                }
                _ => None,
            })
            .collect();
        let ordered = self.acts.iter().filter_map(|act| match &act.kind {
            ActKind::Add(request) => Some(request.which.clone()),
            _ => None,
        });
        let all = self.expect.cart.iter().chain(&self.expect.items).map(|item| Which::Item(*item)).chain(ordered);
        let takes = |which: Which| lists.iter().flatten().any(|list| self.menu().accepts_list(&which, *list));
        let several = lists.iter().any(|of| lists[0].iter().all(|list| !of.contains(list)));
        several && !all.into_iter().any(takes)
    }

    pub fn elements(&self, range: Range<usize>) -> Vec<Element<'l>> {
        let reader = Reader { parts: self.parts, menu: self.menu(), expect: self.expect, bare: self.lexicon.bare };
        reader.elements(range, &[])
    }
}
