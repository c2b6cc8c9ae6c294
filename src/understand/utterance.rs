//! A whole utterance: its sentences by what they do (order, change, take away, ask, answer), each read in its way.

use std::ops::Range;

use crate::shop::ItemId;

use super::act::*;
use super::cue::Cue;
use super::element::{Element, Reader};
use super::lexicon::{ROOT, Sense};
use super::line::Line;
use super::order::{Loose, LooseKind, Order, order};
use super::part::Part;
use super::tokens::{Break, Tokens};
use super::{Lexicon, menu::Menu};

pub(super) struct Utterance<'a, 'l> {
    pub lexicon: &'l Lexicon,
    pub text: &'a str,
    pub tokens: &'a Tokens,
    pub parts: &'a [Part<'l>],
    pub expect: &'a Expect,
    pub acts: Vec<Act>,
}

/// What a stretch of the utterance does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mode {
    Order,
    Remove,
    Change,
    Swap,
    Ask,
    Name,
    /// Small talk and other matters.
    Other,
}

impl<'a, 'l> Utterance<'a, 'l> {
    pub fn new(
        lexicon: &'l Lexicon,
        text: &'a str,
        tokens: &'a Tokens,
        parts: &'a [Part<'l>],
        expect: &'a Expect,
    ) -> Self {
        Utterance { lexicon, text, tokens, parts, expect, acts: Vec::new() }
    }

    pub fn understand(mut self) -> Understanding {
        let mut at = 0;
        while at < self.parts.len() {
            if let Some(kind) = self.simple(at) {
                self.act(kind, at..at + 1, 1.0);
                at += 1;
                continue;
            }
            if self.idle(at) {
                at += 1;
                continue;
            }
            let mode = self.mode(at);
            let end = self.end(at, mode);
            let range = at..end;
            match mode {
                Mode::Order => self.order(range),
                Mode::Remove => self.remove(range),
                Mode::Change => self.change(range),
                Mode::Swap => self.swap(range),
                Mode::Ask => self.ask(range),
                Mode::Name => self.name(range),
                Mode::Other => self.act(ActKind::Other, range, 1.0),
            }
            at = end;
        }
        self.finish()
    }

    pub fn menu(&self) -> &'l Menu {
        &self.lexicon.menu
    }

    /// The words of some parts, as they were said.
    pub fn words(&self, parts: &Range<usize>) -> String {
        self.text.get(self.span(parts)).unwrap_or_default().trim().to_string()
    }

    pub fn span(&self, parts: &Range<usize>) -> Range<usize> {
        match (self.parts.get(parts.start), parts.end.checked_sub(1).and_then(|last| self.parts.get(last))) {
            (Some(first), Some(last)) if parts.start < parts.end => {
                self.tokens.span(first.tokens.start..last.tokens.end)
            }
            _ => 0..0,
        }
    }

    pub fn act(&mut self, kind: ActKind, parts: Range<usize>, confidence: f32) {
        let span = self.span(&parts);
        self.acts.push(Act { kind, span, confidence });
    }

    /// An act that one phrase is by itself.
    fn simple(&self, at: usize) -> Option<ActKind> {
        let part = &self.parts[at];
        let sense = part.sense()?;
        if sense.is_thing() && !sense.cues.any(&[Cue::Done, Cue::Cancel]) || self.expected(sense) {
            return None;
        }
        let cues = sense.cues;
        let alone = self.sentence(at).len() == 1;
        let thing_next = self.thing_next(at + 1);
        let kind = if cues.has(Cue::No)
            && (!cues.has(Cue::Not) || !thing_next)
            && (!cues.has(Cue::Correct) || alone)
            && !cues.has(Cue::Want)
        {
            ActKind::No
        } else if cues.has(Cue::Undo) && (!cues.has(Cue::Correct) || alone || self.sentence_rest(at + 1)) {
            ActKind::Undo
        } else if cues.has(Cue::Cancel) && (!cues.has(Cue::Remove) || !thing_next) && (!cues.has(Cue::Correct) || alone)
        {
            ActKind::Cancel
        } else if cues.has(Cue::Repeat) && (!cues.has(Cue::Again) || alone) {
            ActKind::Repeat
        } else if cues.has(Cue::Wrong) {
            ActKind::No
        } else if cues.has(Cue::Done) && !thing_next {
            ActKind::Done
        } else if cues.has(Cue::Yes) && !thing_next {
            ActKind::Yes
        } else if cues.has(Cue::Human) {
            ActKind::Human
        } else if cues.has(Cue::Help) {
            ActKind::Help
        } else if cues.has(Cue::Thanks) {
            ActKind::Thanks
        } else if cues.has(Cue::Greet) {
            ActKind::Greet
        } else if cues.has(Cue::Goodbye) {
            ActKind::Goodbye
        } else if cues.has(Cue::SmallTalk) {
            ActKind::Other
        } else if cues.has(Cue::Fine) && (self.expect.yes_no || self.parts.len() == 1) && !cues.has(Cue::Filler) {
            ActKind::Yes
        } else if cues.has(Cue::Again) && (!cues.has(Cue::Filler) || alone) {
            ActKind::Again { target: Target::Last, quantity: None }
        } else {
            return None;
        };
        Some(kind)
    }

    fn expected(&self, sense: &Sense) -> bool {
        self.expect.list.is_some_and(|list| sense.options.iter().chain(&*sense.order_options).any(|o| o.list == list))
    }

    /// Whether, past small words, a thing or an unknown word follows in the same breath.
    pub fn thing_next(&self, mut at: usize) -> bool {
        while let Some(part) = self.parts.get(at) {
            if part.before != Break::None {
                return false;
            }
            match part.sense() {
                None => return true,
                Some(s) if s.is_thing() || s.list.is_some() => return true,
                Some(s) if s.cues.any(&[Cue::Want, Cue::Change, Cue::Put, Cue::Correct]) => return false,
                Some(s) if s.cues.any(&[Cue::Extra, Cue::Light]) && !s.cues.has(Cue::Filler) => return true,
                Some(s) if s.cues.any(&[Cue::Filler, Cue::Definite, Cue::Article, Cue::Extra, Cue::Light]) => at += 1,
                Some(_) => return false,
            }
        }
        false
    }

    /// Whether nothing but small words follows in the sentence.
    fn sentence_rest(&self, at: usize) -> bool {
        let end = self.stop(at);
        self.parts[at.min(end)..end].iter().all(|p| p.is_filler())
    }

    /// Parts of the sentence that `at` stands in.
    fn sentence(&self, at: usize) -> Range<usize> {
        let start = (1..=at).rev().find(|i| self.parts[*i].before == Break::Stop).unwrap_or(0);
        start..self.stop(at + 1)
    }

    fn stop(&self, from: usize) -> usize {
        (from..self.parts.len()).find(|i| self.parts[*i].before == Break::Stop).unwrap_or(self.parts.len())
    }

    /// A word that opens nothing.
    fn idle(&self, at: usize) -> bool {
        let part = &self.parts[at];
        let Some(sense) = part.sense() else { return false };
        if sense.is_thing() || sense.list.is_some() {
            return false;
        }
        let cues = sense.cues;
        let opens = [
            Cue::Want,
            Cue::Put,
            Cue::With,
            Cue::Remove,
            Cue::Change,
            Cue::Swap,
            Cue::Correct,
            Cue::NameIs,
            Cue::AskPrice,
            Cue::AskHave,
            Cue::AskWhat,
            Cue::AskIngredients,
            Cue::AskIs,
            Cue::AskOptions,
            Cue::AskHours,
            Cue::AskCart,
            Cue::AskTotal,
            Cue::AskStatus,
            Cue::AskRecommend,
            Cue::AskOther,
            Cue::Menu,
            Cue::Not,
            Cue::Unwanted,
            Cue::Light,
            Cue::Extra,
            Cue::Both,
            Cue::Other,
            Cue::Last,
            Cue::Everything,
            Cue::More,
            Cue::Fewer,
            Cue::Definite,
            Cue::Half,
            Cue::Role,
            Cue::Portion,
        ];
        !cues.any(&opens)
            && sense.ordinal.is_none()
            && sense.tag.is_none()
            && part.amount().is_none()
            && sense.fraction.is_none()
            && sense.unit.is_none()
    }

    fn mode(&self, at: usize) -> Mode {
        let part = &self.parts[at];
        let cues = part.cues();
        if cues.has(Cue::NameIs) && self.name_follows(at + 1) {
            return Mode::Name;
        }
        if let Some(mode) = self.edit_mode(at) {
            return mode;
        }
        if self.asks(at) {
            return Mode::Ask;
        }
        if self.other_matter(at) { Mode::Other } else { Mode::Order }
    }

    /// Take away, change or exchange, where the words at hand do that and no new order.
    fn edit_mode(&self, at: usize) -> Option<Mode> {
        let mut at = at;
        // "the second one": the article belongs to what is pointed at.
        let definite =
            self.parts[at].is(Cue::Definite) && self.parts.get(at + 1).is_some_and(|p| p.before == Break::None);
        at += usize::from(definite);
        let cues = self.parts[at].cues();
        let end = self.stop(at + 1);
        let rest = &self.parts[at + 1..end];
        if cues.has(Cue::Swap) {
            return Some(Mode::Swap);
        }
        if cues.has(Cue::Fewer) {
            return Some(Mode::Remove);
        }
        if cues.has(Cue::Remove) {
            let weak = cues.has(Cue::Filler) || cues.has(Cue::Not);
            let off = rest.iter().take(8).any(|p| p.is(Cue::Off));
            let in_cart = rest
                .iter()
                .take(4)
                .filter_map(Part::sense)
                .any(|s| s.items.iter().any(|i| self.expect.cart.contains(i)));
            if !weak || (off && !cues.has(Cue::Not)) || in_cart {
                return Some(Mode::Remove);
            }
        }
        if cues.has(Cue::Change) && !cues.has(Cue::Want)
            || cues.has(Cue::Correct) && self.parts.get(at + 1).is_some_and(|p| p.is(Cue::Change))
        {
            return Some(Mode::Change);
        }
        let points = self.parts[at].sense().is_some_and(|s| s.ordinal.is_some()) || cues.any(&[Cue::Last, Cue::Other]);
        let names = rest.iter().filter_map(Part::sense).any(|s| !s.items.is_empty());
        let points = points && (!names || rest.iter().any(|p| p.is(Cue::Change)));
        (points && (definite || !cues.has(Cue::Filler) || rest.is_empty())).then_some(Mode::Change)
    }

    fn asks(&self, at: usize) -> bool {
        let part = &self.parts[at];
        let cues = part.cues();
        let always = [
            Cue::AskPrice,
            Cue::AskHave,
            Cue::AskIngredients,
            Cue::AskHours,
            Cue::AskCart,
            Cue::AskTotal,
            Cue::AskStatus,
            Cue::AskRecommend,
            Cue::AskOptions,
            Cue::Menu,
        ];
        if cues.any(&always) && !cues.has(Cue::Want) {
            return true;
        }
        let opens = at == 0
            || part.before != Break::None
            || self.parts[at - 1].cues().any(&[Cue::And, Cue::But, Cue::Filler, Cue::Greet, Cue::SmallTalk]);
        let question = self.tokens.list[part.tokens.start].question;
        opens
            && (cues.has(Cue::AskWhat) && !cues.has(Cue::Want) || cues.has(Cue::AskIs) && (question || self.tag_in(at)))
    }

    fn tag_in(&self, at: usize) -> bool {
        self.parts[at..self.stop(at + 1)].iter().any(|p| p.sense().is_some_and(|s| s.tag.is_some()))
    }

    /// A sentence that is about something else: asks what no shop answers, or is mostly words that mean nothing here.
    fn other_matter(&self, at: usize) -> bool {
        let sentence = at..self.stop(at + 1);
        let parts = &self.parts[sentence];
        let wanted = parts
            .iter()
            .any(|p| p.cues().any(&[Cue::Want, Cue::Put, Cue::Change, Cue::Not, Cue::Unwanted]) && !p.is(Cue::Filler));
        if wanted {
            return false;
        }
        let unknown = parts.iter().filter(|p| p.is_unknown()).count();
        let known = parts.iter().filter(|p| p.sense().is_some_and(Sense::is_thing)).count();
        let counted = parts.iter().any(|p| p.amount().is_some());
        let question = parts.iter().any(|p| self.tokens.list[p.tokens.start].question);
        let opens = self.parts[at].cues().any(&[Cue::AskOther, Cue::AskIs, Cue::AskWhat]);
        if opens && (question || unknown > 0 || known == 0) {
            return true;
        }
        let said_before = !self.acts.is_empty() || !self.expect.cart.is_empty();
        let wish = said_before
            && parts
                .first()
                .is_some_and(|p| p.is_unknown() || p.is(Cue::With) || p.cues().any(&[Cue::Extra, Cue::Light]));
        !wish && unknown > 0 && (unknown > known + usize::from(counted) || question && unknown >= known)
    }

    fn end(&self, start: usize, mode: Mode) -> usize {
        let mut headed = false;
        for at in start..self.parts.len() {
            let part = &self.parts[at];
            if at > start {
                if part.before == Break::Stop && mode != Mode::Order {
                    return at;
                }
                let cues = part.cues();
                let ends = match mode {
                    Mode::Order => self.ends_order(at, headed),
                    Mode::Ask => cues.has(Cue::Want) && !cues.any(&[Cue::AskHave, Cue::Filler]) || self.ends_any(at),
                    Mode::Remove | Mode::Change | Mode::Swap => {
                        cues.any(&[Cue::Want, Cue::Put]) && !cues.any(&[Cue::To, Cue::Filler])
                            || mode != Mode::Remove && self.remove_starts(at)
                            || self.ends_any(at)
                            || self.asks(at)
                    }
                    Mode::Name => part.before != Break::None || !part.is_unknown() && at > start + 1,
                    Mode::Other => false,
                };
                if ends {
                    return at;
                }
            }
            headed |= part.sense().is_some_and(|s| !s.items.is_empty() || s.category.is_some());
        }
        self.parts.len()
    }

    fn remove_starts(&self, at: usize) -> bool {
        let cues = self.parts[at].cues();
        cues.has(Cue::Remove) && !cues.any(&[Cue::Filler, Cue::Not])
    }

    /// Phrases that are acts of their own wherever they stand.
    fn ends_any(&self, at: usize) -> bool {
        let part = &self.parts[at];
        let cues = part.cues();
        let strong = [Cue::Done, Cue::Thanks, Cue::Goodbye, Cue::Human, Cue::SmallTalk, Cue::NameIs];
        let strong = cues.any(&strong) && !cues.any(&[Cue::Filler, Cue::Remove, Cue::Not]);
        strong && (self.simple(at).is_some() || cues.has(Cue::NameIs) && self.name_follows(at + 1))
    }

    fn ends_order(&self, at: usize, headed: bool) -> bool {
        let part = &self.parts[at];
        let cues = part.cues();
        if self.ends_any(at) || cues.has(Cue::Swap) {
            return true;
        }
        if part.before != Break::None && self.simple(at).is_some() && !cues.any(&[Cue::Filler, Cue::Not, Cue::Fine]) {
            return true;
        }
        if self.remove_starts(at) || cues.has(Cue::Remove) && self.edit_mode(at) == Some(Mode::Remove) {
            return true;
        }
        if !headed && cues.has(Cue::Change) && !cues.has(Cue::Want) && part.before != Break::None {
            return true;
        }
        if part.before == Break::Stop && self.other_matter(at) {
            return true;
        }
        self.asks(at) && !cues.any(&[Cue::Filler, Cue::Extra])
    }

    /// Whether a name follows a phrase that announces one; after a weak one ("I'm …") only one written as a name.
    fn name_follows(&self, at: usize) -> bool {
        let weak = self.parts[at - 1].is(Cue::Filler);
        let capital = |p: &Part| self.text[self.tokens.span(p.tokens.clone())].starts_with(char::is_uppercase);
        self.parts.get(at).is_some_and(|p| p.is_unknown() && p.before == Break::None && (!weak || capital(p)))
    }

    fn name(&mut self, range: Range<usize>) {
        let name = range.start + 1..range.end;
        let words = self.words(&name);
        self.act(ActKind::CustomerName(words), range, 1.0);
    }

    pub fn elements(&self, range: Range<usize>) -> Vec<Element<'l>> {
        let reader = Reader { parts: self.parts, menu: self.menu(), expect: self.expect };
        reader.elements(range, &[])
    }

    pub fn read(&self, range: Range<usize>) -> Order {
        let fresh = self.expect.cart.is_empty() && self.expect.list.is_none();
        order(self.elements(range), self.menu(), fresh)
    }

    /// A line as a request, with how sure it is.
    pub fn request(&self, line: Line) -> (ItemRequest, f32) {
        let units: Vec<_> = self.lexicon.units.iter().collect();
        let quantity = line.quantity(self.menu(), &units, &self.lexicon.unit_keys);
        let sure = line.sure;
        let mut line = line;
        if quantity.is_none() && line.amount.is_some_and(|a| a.unit.is_some()) {
            // A measure that the item is not sold by is a wish like any other.
            let said = line.parts.clone().find(|at| self.parts[*at].amount().is_some_and(|a| a.unit.is_some()));
            line.notes.extend(said.map(|at| at..at + 1));
        }
        (line.request(quantity, |parts| self.words(parts)), sure)
    }

    fn order(&mut self, range: Range<usize>) {
        let wanted = self.parts[range.clone()].iter().any(|p| p.is(Cue::Want));
        let order = self.read(range.clone());
        let before = self.acts.len();
        for line in order.refused {
            let Which::Item(item) = line.which else { continue };
            if self.expect.cart.contains(&item) {
                let target = Target::Described { which: Some(line.which), choices: line.choices };
                let span = line.parts.clone();
                self.act(ActKind::Remove { target, quantity: None }, span, line.sure);
            }
        }
        let lines = order.lines.len();
        let instead = self.parts[range.clone()].iter().any(|p| p.is(Cue::Instead)) && !self.expect.cart.is_empty();
        let one_line = lines == 1 && order.replaced.is_empty();
        for (at, line) in order.lines.into_iter().enumerate() {
            let goes = order.replaced.iter().find(|(_, comes)| *comes == at).map(|(old, _)| old.clone());
            match goes.filter(|_| !self.expect.cart.is_empty()) {
                Some(old) => {
                    let (old, _) = self.request(old);
                    let target = Target::Described { which: Some(old.which), choices: old.choices };
                    let parts = line.parts.clone();
                    let (with, sure) = self.request(line);
                    self.act(ActKind::Replace { target, with }, parts, sure);
                }
                None if instead && one_line && line.unknown.is_none() => {
                    let parts = line.parts.clone();
                    let (with, sure) = self.request(line);
                    self.act(ActKind::Replace { target: Target::Last, with }, parts, sure);
                }
                None => self.line(line),
            }
        }
        for (option, parts) in order.order_options {
            self.act(ActKind::OrderOption(option), parts, 1.0);
        }
        let pointed = self.parts[range.clone()].iter().any(|p| p.is(Cue::One) && p.amount().is_none());
        if lines == 0
            && pointed
            && order.loose.iter().all(|l| matches!(l.kind, LooseKind::Choice { .. }))
            && !order.loose.is_empty()
        {
            self.pointed(order.loose, range);
        } else if lines == 0 {
            self.loose(order.loose, order.all, wanted);
        } else {
            // A weak name beside an item that does not take it is more likely no name at all.
            let strong = |l: &Loose| !matches!(l.kind, LooseKind::Choice { sure, .. } if sure < 0.9);
            self.edits(order.loose.into_iter().filter(strong).collect(), false);
        }
        for rest in order.unknown {
            if rest.counted && !rest.wish || wanted && lines == 0 && self.acts.len() == before {
                let near = self.near(&rest.parts);
                let words = self.words(&rest.parts);
                self.act(ActKind::Unknown { words, near }, rest.parts, 0.9);
            } else if rest.wish && (!self.expect.cart.is_empty() || self.acts.len() > before) {
                let note = Edit::Note(self.words(&rest.parts));
                self.act(ActKind::Fragment { edits: vec![note], all: false }, rest.parts, 0.7);
            } else {
                self.act(ActKind::Other, rest.parts, 0.5);
            }
        }
    }

    /// An item that is ordered, or one in the cart that something is said of.
    fn line(&mut self, mut line: Line) {
        let parts = line.parts.clone();
        if line.strange > 1 || line.strange > 0 && line.sure < 0.9 {
            line.unknown.get_or_insert(parts.clone());
        }
        line.sure *= if line.strange > 0 { 0.8 } else { 1.0 };
        if let Some(unknown) = line.unknown.take() {
            let mut near = match &line.which {
                Which::Item(item) => vec![*item],
                Which::OneOf(items) => items.clone(),
                Which::Category(_) => Vec::new(),
            };
            near.extend(self.near(&unknown).into_iter().filter(|i| !near.contains(i)).collect::<Vec<_>>());
            let words = self.words(&unknown);
            self.act(ActKind::Unknown { words, near }, parts, 0.9);
            return;
        }
        let none_of = std::mem::take(&mut line.none_of);
        let (definite, another) = (line.definite, line.amount.is_some_and(|a| a.another));
        let more = line.amount.is_some_and(|a| a.more);
        let (request, sure) = self.request(line);
        let pointed = match &request.which {
            Which::Item(item) => self.expect.cart.contains(item),
            Which::OneOf(items) => items.iter().any(|i| self.expect.cart.contains(i)),
            Which::Category(c) => self.expect.cart.iter().any(|i| self.menu().category(*i) == *c),
        };
        let edits = !request.choices.is_empty() || !request.notes.is_empty() || !none_of.is_empty();
        if definite && pointed && request.quantity.is_none() && edits {
            let mut edits: Vec<Edit> = request.choices.into_iter().map(Edit::Choose).collect();
            edits.extend(request.notes.into_iter().map(Edit::Note));
            edits.extend(none_of.into_iter().map(Edit::NoneOf));
            let target = Target::Described { which: Some(request.which), choices: Vec::new() };
            self.act(ActKind::Change { target, edits }, parts, sure);
            return;
        }
        let _ = (another, more);
        self.act(ActKind::Add(request), parts.clone(), sure);
        if !none_of.is_empty() {
            let edits = none_of.into_iter().map(Edit::NoneOf).collect();
            self.act(ActKind::Change { target: Target::Last, edits }, parts, sure);
        }
    }

    /// "the large one".
    fn pointed(&mut self, loose: Vec<Loose>, range: Range<usize>) {
        let choices = loose
            .into_iter()
            .filter_map(|l| match l.kind {
                LooseKind::Choice { choice, .. } => Some(choice),
                _ => None,
            })
            .collect();
        let target = Target::Described { which: None, choices };
        self.act(ActKind::Change { target, edits: Vec::new() }, range, 0.9);
    }

    /// Options and amounts without an item: they imply one, answer a question, or change the line spoken of last.
    fn loose(&mut self, loose: Vec<Loose>, all: bool, wanted: bool) {
        let options: Vec<_> = loose
            .iter()
            .filter_map(|l| match &l.kind {
                LooseKind::Choice { options, .. } => options.first().copied(),
                _ => None,
            })
            .collect();
        let counted = loose.iter().any(|l| matches!(l.kind, LooseKind::Amount(_)));
        let fresh = self.expect.cart.is_empty()
            && self.expect.list.is_none()
            && !self.acts.iter().any(|a| matches!(a.kind, ActKind::Add(_)));
        if fresh
            && (wanted || counted)
            && !options.is_empty()
            && let Some(which) = self.menu().implied(&options)
        {
            let parts = loose.iter().map(|l| l.parts.start).min().unwrap_or(0)
                ..loose.iter().map(|l| l.parts.end).max().unwrap_or(0);
            let mut line = Line::new(which, parts);
            line.sure = 0.8;
            for l in loose {
                match l.kind {
                    LooseKind::Choice { choice, .. } => super::line::merge(&mut line.choices, self.menu(), choice),
                    LooseKind::Amount(amount) => line.amount = Some(amount),
                    LooseKind::NoneOf(list) => line.none_of.push(list),
                }
            }
            self.line(line);
            return;
        }
        self.edits(loose, all);
    }

    /// Loose options as fragments, a new one at each number.
    pub fn edits(&mut self, loose: Vec<Loose>, all: bool) {
        let mut edits: Vec<Edit> = Vec::new();
        let mut parts: Option<Range<usize>> = None;
        let mut sure = 1.0f32;
        if let [Loose { kind: LooseKind::Amount(amount), parts, .. }] = &loose[..]
            && amount.another
        {
            let quantity = amount.count().map(crate::commerce::cart::Quantity::Count);
            self.act(ActKind::Again { target: Target::Last, quantity }, parts.clone(), 1.0);
            return;
        }
        for l in loose {
            let number = matches!(l.kind, LooseKind::Amount(_));
            if number
                && edits.iter().any(|e| matches!(e, Edit::Choose(_) | Edit::Quantity(_)))
                && let Some(parts) = parts.take()
            {
                let edits = std::mem::take(&mut edits);
                self.act(ActKind::Fragment { edits, all }, parts, sure);
            }
            parts = Some(parts.map_or(l.parts.clone(), |p| p.start.min(l.parts.start)..p.end.max(l.parts.end)));
            match l.kind {
                LooseKind::Choice { options, mut choice, sure: own, .. } => {
                    if let Some(expected) = options.iter().find(|o| Some(o.list) == self.expect.list) {
                        choice.option = *expected;
                    } else if let Some(fits) = options
                        .iter()
                        .find(|o| self.expect.cart.iter().rev().take(1).any(|i| self.menu().offers(*i, **o)))
                    {
                        choice.option = *fits;
                    }
                    sure = sure.min(own);
                    edits.push(Edit::Choose(choice));
                }
                LooseKind::Amount(amount) => {
                    let mut line = Line::new(self.last_item(), l.parts);
                    line.amount = Some(amount);
                    let (request, _) = self.request(line);
                    if let Some(quantity) = request.quantity {
                        edits.push(if amount.more { Edit::More(quantity) } else { Edit::Quantity(quantity) });
                    }
                }
                LooseKind::NoneOf(list) => edits.push(Edit::NoneOf(list)),
            }
        }
        if let Some(parts) = parts {
            self.act(ActKind::Fragment { edits, all }, parts, sure);
        }
    }

    /// The item whose unit a bare amount is in.
    pub fn last_item(&self) -> Which {
        let last = self.expect.items.first().or(self.expect.cart.last()).copied();
        last.map_or(Which::OneOf(Vec::new()), Which::Item)
    }

    /// Items that share a word with what was said, best first.
    pub fn near(&self, parts: &Range<usize>) -> Vec<ItemId> {
        let mut found: Vec<(ItemId, u32)> = Vec::new();
        for part in &self.parts[parts.clone()] {
            for at in part.tokens.clone() {
                let key = self.tokens.key(at);
                let word = self.lexicon.trie.nearest(key).map_or(self.lexicon.trie.word(key), |(word, _)| word);
                let Some(sense) = self.lexicon.trie.step(ROOT, word).and_then(|node| self.lexicon.trie.sense(node))
                else {
                    continue;
                };
                for item in sense.items.iter().take(6) {
                    match found.iter_mut().find(|(known, _)| known == item) {
                        Some((_, score)) => *score += u32::from(sense.items_quality),
                        None => found.push((*item, u32::from(sense.items_quality))),
                    }
                }
            }
        }
        found.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
        found.truncate(3);
        found.into_iter().map(|(item, _)| item).collect()
    }

    fn finish(mut self) -> Understanding {
        let meant = self.acts.iter().any(|a| !matches!(a.kind, ActKind::Other | ActKind::Greet | ActKind::Thanks));
        if meant {
            self.acts.retain(|a| !matches!(a.kind, ActKind::Other));
        }
        let idle = |a: &Act| matches!(a.kind, ActKind::Other | ActKind::Greet | ActKind::Thanks | ActKind::Goodbye);
        if self.expect.yes_no
            && self.acts.iter().all(idle)
            && self.parts.iter().any(|p| p.cues().any(&[Cue::Fine, Cue::Yes]))
        {
            self.acts.retain(|a| !matches!(a.kind, ActKind::Other));
            self.act(ActKind::Yes, 0..self.parts.len(), 0.8);
        }
        if self.acts.is_empty() && !self.parts.is_empty() {
            self.act(ActKind::Other, 0..self.parts.len(), 1.0);
        }
        Understanding { acts: self.acts }
    }
}
