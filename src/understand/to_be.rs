//! What stands in the cart and should be otherwise: "the latte should be a cappuccino", "can one of the muffins be a cookie".

use std::ops::Range;

use crate::commerce::cart::Quantity;
use crate::lang::cue::Cue;

use crate::shop::ItemId;

use super::act::*;
use super::lexicon::Sense;
use super::line::Line;
use super::loose::{Loose, LooseKind};
use super::order::Order;
use super::part::Part;
use super::utterance::{Mode, Utterance};

impl Utterance<'_, '_> {
    /// Where the clause ends that says so.
    pub(super) fn should_be(&mut self, at: usize) -> Option<usize> {
        if self.expect.cart.is_empty() {
            return None;
        }
        let verb = self.verb_to_be(at)?;
        let end = self.end(at, Mode::Change);
        let mut stop = self.next_subject(verb + 1..end);
        if !self.is_to_be(at..verb, verb, verb + 1..stop) {
            return None;
        }
        // "The latte should be a mocha and the tea a lemonade"
        while stop < end {
            let subject = self.subject_end(stop + 1..end);
            let next = self.next_subject(subject..end);
            if (stop..next).any(|n| self.parts[n].is(Cue::ToBe))
                || !self.is_to_be(stop + 1..subject, verb, subject..next)
            {
                return Some(stop);
            }
            stop = next;
        }
        Some(end)
    }

    /// Where "and the tea" begins the same of another.
    fn next_subject(&self, range: Range<usize>) -> usize {
        let other = |n: &usize| {
            let definite = self.parts.get(n + 1).is_some_and(|p| p.is(Cue::Definite));
            let item =
                |p: &Part| p.sense().is_some_and(|s| s.items_quality > s.options_quality || s.category.is_some());
            self.parts[*n].is(Cue::And) && definite && self.parts[n + 1..range.end.min(n + 3)].iter().any(item)
        };
        range.clone().find(other).unwrap_or(range.end)
    }

    /// Behind the name of what stands.
    fn subject_end(&self, range: Range<usize>) -> usize {
        let item = |p: &Part| p.sense().is_some_and(|s| !s.items.is_empty() || s.category.is_some());
        let named = range.clone().find(|n| item(&self.parts[*n]));
        let one = |n: usize| usize::from(self.parts.get(n).is_some_and(|p| p.is(Cue::One) && p.amount().is_none()));
        named.map_or(range.end, |n| n + 1 + one(n + 1)).min(range.end)
    }

    /// What is said so of `subject` by the words behind the verb.
    fn is_to_be(&mut self, subject: Range<usize>, verb: usize, rest: Range<usize>) -> bool {
        let all = subject.start..rest.end;
        let Some((targets, some)) = self.subject(subject).filter(|_| !rest.is_empty()) else { return false };
        let denied = self.parts[verb].is(Cue::Not);
        // "The rare one should have a baked potato": with that, and not that itself.
        let has = self.parts[verb].is(Cue::With);
        let said = self.read(if has { verb..rest.end } else { rest.clone() });
        if has && !said.lines.is_empty() {
            return false;
        }
        let wished = self.parts[verb].is(Cue::ToBe) && !said.unknown.is_empty();
        let named = !said.lines.is_empty() && !denied;
        let first = self.lexicon.trie.alone(self.tokens.key(self.parts[rest.start].tokens.start));
        let unknown = said.lines.is_empty() && said.loose.is_empty() && !said.unknown.is_empty();
        if denied && (unknown || first.is_some_and(|s| s.cues.has(Cue::Besides))) {
            // "It shouldn't be too hot", "it shouldn't be tight": how it is to be, in these words.
            let note = vec![Edit::Note(self.note(&(verb..rest.end)))];
            for target in targets {
                self.act(ActKind::Change { target, edits: note.clone() }, all.clone());
            }
            return true;
        }
        if denied && !said.lines.is_empty() {
            // "It shouldn't be a latte": what it should be is not said.
            self.act(ActKind::Other, all);
            return true;
        }
        if !(named || wished || said.lines.is_empty() && !said.loose.is_empty()) {
            return false;
        }
        for target in targets {
            let before = self.acts.len();
            self.carry_out(said.clone(), target, Vec::new(), all.clone());
            for act in &mut self.acts[before..] {
                becomes(&mut act.kind, some, denied);
            }
        }
        true
    }

    /// "… and the tea a lemonade", "… and two panna cotta": what follows on what became of another.
    pub(super) fn further_pairs(&mut self, lines: Vec<Line>, recounts: bool) {
        let mut lines = lines.into_iter().peekable();
        while let Some(line) = lines.next() {
            let bare = line.definite && line.amount.is_none() && line.choices.is_empty() && line.notes.is_empty();
            let standing = self.standing(&line).filter(|_| bare);
            let new = standing.as_ref().and_then(|_| lines.next_if(|new| !new.joined && !new.definite));
            if let (Some(which), Some(new)) = (standing, new) {
                let target = Target::Described { which: Some(which), choices: Vec::new() };
                let parts = line.parts.start..new.parts.end;
                let with = self.request(new);
                self.act(ActKind::Replace { target, with }, parts);
                continue;
            }
            let counted = line.amount.is_some_and(|a| !a.article && !a.another && !a.more);
            match self.in_cart(&line.which).filter(|_| recounts && counted) {
                Some(_) => self.recount(line),
                None => self.line(line),
            }
        }
    }

    /// Where "should be" stands, or the "be" of "can the latte be …", behind nothing but what it is said of.
    fn verb_to_be(&self, at: usize) -> Option<usize> {
        let mut may = false;
        for (n, part) in self.parts.iter().enumerate().skip(at) {
            let verb = part.is(Cue::ToBe) || part.is(Cue::Be) && may;
            if n > at && verb && !part.sense().is_some_and(Sense::is_thing) {
                return Some(n);
            }
            if !self.is_of_subject(n) {
                return None;
            }
            may |= part.is(Cue::May);
        }
        None
    }

    /// What may stand before the verb: names of things, what points at them, and words that mean nothing.
    fn is_of_subject(&self, n: usize) -> bool {
        let part = &self.parts[n];
        let small = [
            Cue::May,
            Cue::Correct,
            Cue::No,
            Cue::And,
            Cue::But,
            Cue::Definite,
            Cue::Of,
            Cue::OfThem,
            Cue::One,
            Cue::Both,
            Cue::It,
            Cue::Them,
            Cue::Other,
            Cue::Last,
            Cue::Everything,
            Cue::On,
            Cue::With,
            Cue::Article,
            Cue::Except,
        ];
        let sense = part.sense();
        // "ten of those rolls"
        part.is_filler()
            || part.pack
            || part.cues().any(&small)
            || part.amount().is_some()
            || sense.is_some_and(|s| s.is_thing() || s.ordinal.is_some())
            || part.is_unknown() && part.common
    }

    /// "The burger should be …", of a cheeseburger, where nothing else of that kind stands.
    fn only_of_kind(&self, line: &Line) -> Option<Which> {
        let Which::Item(item) = line.which else { return None };
        let category = self.menu().category(item);
        self.of_kind(category).filter(|which| line.definite && matches!(which, Which::Item(_)))
    }

    /// "The large", "the eight by tens": which of several it is, and nothing else.
    fn is_described(&self, parts: &Range<usize>, loose: &[Loose]) -> bool {
        let tells = |l: &Loose| match &l.kind {
            LooseKind::Choice { options, .. } => options.iter().all(|option| self.menu().chooses_one(option.list)),
            _ => false,
        };
        self.parts[parts.start].is_plainly(Cue::Definite) && !loose.is_empty() && loose.iter().all(tells)
    }

    /// What of the cart it is said of, and of how many.
    fn subject(&self, parts: Range<usize>) -> Option<(Vec<Target>, Option<Quantity>)> {
        let Order { lines, loose, refused, .. } = self.read(parts.clone());
        // "Everything except the tea should be large"
        let all = self.parts[parts.clone()].iter().any(|p| p.cues().any(&[Cue::Everything, Cue::Both]));
        if lines.is_empty() && !refused.is_empty() && all {
            let kept: Vec<Which> = refused.iter().filter_map(|line| self.standing(line)).collect();
            let spared = |item: &&ItemId| kept.iter().any(|which| self.menu().is_of(**item, which));
            let mut rest: Vec<ItemId> = self.expect.cart.iter().filter(|item| !spared(item)).copied().collect();
            rest.dedup();
            let target = |item| Target::Described { which: Some(Which::Item(item)), choices: Vec::new() };
            return Some((rest.into_iter().map(target).collect(), None));
        }
        let counted = |line: &Line| line.amount.filter(|a| !a.article && !a.same).and_then(|a| a.count());
        let some = self.some_of(&parts).map(|(_, number)| number);
        let some = some.or_else(|| lines.first().and_then(counted).map(Quantity::Count));
        if !lines.is_empty() {
            let standing = |line: Line| {
                let which = Some(self.standing(&line).or_else(|| self.only_of_kind(&line))?);
                Some(Target::Described { which, choices: line.choices })
            };
            let targets: Option<Vec<Target>> = lines.into_iter().map(standing).collect();
            return Some((targets?, some));
        }
        let has = |cue| self.parts[parts.clone()].iter().any(|p| p.is_plainly(cue));
        let target = if let Some(target) = self.pointer(&parts) {
            target
        } else if has(Cue::One) && self.is_pointed(&parts, &loose) || self.is_described(&parts, &loose) {
            Target::Described { which: None, choices: loose.into_iter().filter_map(|l| self.chosen(l)).collect() }
        } else if some.is_some() || has(Cue::It) || has(Cue::Them) {
            Target::Last
        } else {
            return None;
        };
        Some((vec![target], some))
    }
}

/// So many of them, or not so.
fn becomes(kind: &mut ActKind, some: Option<Quantity>, denied: bool) {
    match kind {
        ActKind::Change { edits, .. } => {
            for edit in edits.iter_mut().filter(|_| denied) {
                if let Edit::Choose(choice) | Edit::Turned(choice) = edit {
                    choice.negated = true;
                    *edit = Edit::Choose(choice.clone());
                }
            }
            if let Some(some) = some.filter(|_| !edits.iter().any(|e| matches!(e, Edit::Quantity(_)))) {
                edits.insert(0, Edit::Quantity(some));
            }
        }
        ActKind::Replace { with, .. } => with.quantity = with.quantity.or(some),
        _ => {}
    }
}
