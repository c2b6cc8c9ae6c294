//! Lines put right by what was said after them: corrected in the same breath, exchanged, refused, or left open between two.

use std::ops::Range;

use super::act::Which;
use super::element::{Element, ElementKind};
use super::line::Line;
use super::order::Reader;
use super::pick::Pick;
use super::tokens::Break;
use crate::shop::OptionId;

impl<'l> Reader<'_, 'l> {
    /// "instead of the latte": whether what follows these elements goes.
    pub(super) fn goes(&self, before: Range<usize>) -> bool {
        let parts = |e: &&Element| !matches!(e.kind, ElementKind::And | ElementKind::Want | ElementKind::With);
        self.elements[before].iter().rev().take_while(parts).any(|e| matches!(e.kind, ElementKind::Instead))
    }

    /// "a latte, no wait, a mocha": the line said before becomes this one.
    pub(super) fn correct(&self, lines: &mut Vec<Line>, line: &mut Line, before: Range<usize>) -> bool {
        let Some(last) = lines.last() else { return false };
        let line_from = before.end;
        let opens = |e: &&Element| matches!(e.kind, ElementKind::ChangeIt | ElementKind::Want | ElementKind::Filler);
        let ahead = self.elements[..before.start].iter().rev().find(|e| !opens(e));
        let said = self.elements[before.clone()].iter().chain(ahead);
        if line.negated || !said.clone().any(|e| matches!(e.kind, ElementKind::Correct)) {
            return false;
        }
        if line.stands_in && line.which != last.which {
            return false;
        }
        // "A wrap and a mild, no, sorry, a medium burger": what was begun is put right, and the wrap stands.
        let mut back = self.elements[..line_from].iter().rev();
        let corrected = back.by_ref().any(|e| matches!(e.kind, ElementKind::Correct));
        let mut begun = back.take_while(|e| !matches!(e.kind, ElementKind::Head(_))).map(|e| &e.kind);
        let options = begun.clone().any(|kind| matches!(kind, ElementKind::Choice(_) | ElementKind::Unknown));
        let opened = begun.any(|kind| matches!(kind, ElementKind::Amount(_)))
            && begun.any(|kind| matches!(kind, ElementKind::And));
        if corrected && options && opened {
            return false;
        }
        let mut old = lines.pop().unwrap_or_else(|| line.clone());
        old.cover(&line.parts);
        if line.amount.is_some_and(|a| !a.article) {
            old.amount = line.amount;
        }
        old.which = line.which.clone();
        old.generic = line.generic;
        old.choices.retain(|c| self.menu.accepts(&line.which, c.option));
        for choice in std::mem::take(&mut line.choices) {
            super::line::merge(&mut old.choices, self.menu, choice);
        }
        old.before = old.choices.len();
        old.corrected = true;
        lines.push(old);
        true
    }

    /// "a heat patch, two heat patches, sorry": what is said again with another number, and excused, was not meant twice.
    pub(super) fn recounted(&self, lines: &mut Vec<Line>) {
        let excused = |line: &Line| {
            let rest = self.elements.iter().skip_while(|e| e.parts.start < line.parts.end);
            let mut rest = rest.skip_while(|e| matches!(e.kind, ElementKind::Filler) && e.before != Break::Stop);
            let corrects = rest.next().is_some_and(|e| matches!(e.kind, ElementKind::Correct));
            corrects && rest.next().is_none_or(|e| e.before == Break::Stop || matches!(e.kind, ElementKind::And))
        };
        let plain = |line: &Line| line.choices.is_empty() && line.notes.is_empty() && !line.negated && !line.stands_in;
        for at in (1..lines.len()).rev() {
            let counted = lines[at].amount.is_some_and(|a| !a.article && !a.another && !a.more);
            let same = lines[at].which == lines[at - 1].which && plain(&lines[at]) && !lines[at - 1].negated;
            if counted && same && excused(&lines[at]) {
                let again = lines.remove(at);
                lines[at - 1].amount = again.amount;
                lines[at - 1].cover(&again.parts);
            }
        }
    }

    /// "a macchiato with a few coffee beans in it": what is no name of anything sold is a wish about what it is put in.
    pub(super) fn put_in(&self, lines: &mut Vec<Line>) {
        for at in (1..lines.len()).rev() {
            let Some(words) = lines[at].no_name().filter(|_| !lines[at - 1].negated) else { continue };
            let mut ahead =
                self.elements.iter().rev().skip_while(|e| e.parts.start >= lines[at].begins.min(words.start));
            let with =
                ahead.find(|e| !matches!(e.kind, ElementKind::Amount(_) | ElementKind::Unknown | ElementKind::Filler));
            if with.is_some_and(|e| matches!(e.kind, ElementKind::With)) {
                lines.remove(at);
                lines[at - 1].cover(&words);
                lines[at - 1].notes.push(words);
            }
        }
    }

    /// "a small no large tea": right behind another of a list of which one is had, a "no" takes that back.
    pub(super) fn rather(&self, at: usize, pick: &Pick) -> bool {
        let before = at.checked_sub(1).map(|before| &self.elements[before].kind);
        let other = match before {
            Some(ElementKind::Choice(other)) if pick.denied && self.elements[at].before == Break::None => other,
            _ => return false,
        };
        let one = |o: &OptionId| {
            self.menu.chooses_one(o.list) && other.options.iter().any(|said| said.list == o.list && said != o)
        };
        pick.negated && !other.negated && pick.options.iter().any(one)
    }

    /// Sort the lines out: wanted, refused, replaced, and choices between items.
    pub(super) fn settle(&mut self, lines: Vec<Line>) {
        let mut goes: Option<Line> = None;
        for line in lines {
            if line.negated {
                self.out.refused.push(line);
                continue;
            }
            if line.gone {
                match self.out.lines.len().checked_sub(1) {
                    Some(comes) => self.replace(line, comes),
                    None => goes = Some(line),
                }
                continue;
            }
            if line.or_previous
                && let Some(last) = self.out.lines.last_mut()
            {
                last.which = one_of(&last.which, &line.which);
                last.cover(&line.parts);
                continue;
            }
            self.out.lines.push(line);
            if let Some(old) = goes.take() {
                self.replace(old, self.out.lines.len() - 1);
            }
        }
    }

    /// What was said of an item in the same breath takes it out of the order; one said before is named for later.
    pub(super) fn replace(&mut self, old: Line, comes: usize) {
        let same = self.out.lines.iter().position(|l| l.which == old.which).filter(|at| *at != comes);
        match same {
            Some(at) => {
                self.out.lines.remove(at);
            }
            None => self.out.replaced.push((old, comes)),
        }
    }
}

/// Either of two.
fn one_of(a: &Which, b: &Which) -> Which {
    let mut all = Vec::new();
    for which in [a, b] {
        match which {
            Which::Item(item) => all.push(*item),
            Which::OneOf(items) => all.extend(items),
            Which::Category(_) => return a.clone(),
        }
    }
    all.dedup();
    Which::OneOf(all)
}
