//! Words that nothing explains: a wish about what was ordered, a thing that is not sold, or small talk.

use std::ops::Range;

use super::element::{Element, ElementKind};
use super::line::Line;
use super::order::{Reader, Rest};
use super::pick::Pick;
use super::tokens::Break;

impl Reader<'_, '_> {
    /// Words that mean nothing: what they stand beside decides what they may be.
    pub(super) fn rest(&mut self, at: usize, lines: &mut [Line], own: Option<&mut Line>) {
        if self.used[at] || self.taken_back(at) {
            // "with gas, I mean sparkling"
            return;
        }
        let element = &self.elements[at];
        let parts = element.parts.clone();
        let joined_to = |n: usize| self.elements.get(n).filter(|e| e.before == Break::None).map(|e| &e.kind);
        let next = joined_to(at + 1);
        let previous = at.checked_sub(1).filter(|_| element.before == Break::None).map(|p| &self.elements[p].kind);
        let before_choice = matches!(next, Some(ElementKind::Choice(p)) if !p.negated && p.grade.is_none());
        if let Some(ElementKind::Head(head)) = previous
            && !before_choice
            && !head.negated
            && !self.elements[at].modified
            && let Some(last) = lines.last_mut()
        {
            // The last word of a compound says what it is: a coffee maker is no coffee.
            let all = last.parts.start..parts.end;
            last.unknown = Some(last.unknown.take().map_or(all.clone(), |u| u.start..all.end));
            return;
        }
        if let Some(own) = own {
            own.cover(&parts);
            // "let me grab a mocha": what an amount parts from the item frames it and does not describe it.
            let modified = self.elements[at].modified;
            let frame =
                self.elements[at + 1..].iter().take_while(|e| !matches!(e.kind, ElementKind::Head(_))).any(|e| {
                    let amount = matches!(e.kind, ElementKind::Amount(_)) && !modified;
                    amount || matches!(e.kind, ElementKind::Want) || e.before == Break::Stop
                });
            if frame {
                // "a zorbo and two lemons": a thing by itself.
                let own_thing = self.elements[at + 1..].iter().any(|e| matches!(e.kind, ElementKind::And))
                    || self.elements.get(at + 1).is_some_and(|e| e.before == Break::Comma);
                if own_thing && self.before(at).0 {
                    let parts = self.wish(at, &[]);
                    self.out.unknown.push(Rest { parts, counted: true, wish: false });
                }
                return;
            }
            // "a dirty mocha", "stirred": what stands between the amount and the item, or is a wish by its own words, is one;
            // "jimmy do you want nuggets" is only strange.
            let inside = own.amount.is_some() && parts.start >= own.begins;
            own.strange += if modified { 0 } else { parts.len() };
            // "two copies of the key": so many of it, in whatever they come.
            let held = matches!(next, Some(ElementKind::Of));
            if modified || inside && !held || self.before(at).1 {
                own.notes.push(parts);
            }
            return;
        }
        let (counted, wish, sentence) = self.before(at);
        let counted = counted || self.is_other_thing(at);
        let wish = wish || self.elements[at].modified;
        let text = self.wish(at, lines);
        match lines.iter_mut().rev().find(|l| !l.negated) {
            Some(last) if (wish || !counted) && (wish || before_choice || sentence) => {
                last.notes.push(text.clone());
                last.cover(&text);
            }
            _ => self.out.unknown.push(Rest { parts: text, counted, wish }),
        }
    }

    /// What another option is wanted instead of: a kickstand, and not the rack that stands on a line of before; "the same
    /// with blueberries instead of the strawberries".
    pub(super) fn instead_of(&mut self, pick: &Pick, parts: Range<usize>, lines: &mut [Line], own: bool) {
        let refused = Pick { negated: true, ..pick.clone() };
        let same = |l: &&mut Line| l.amount.is_some_and(|a| a.same);
        if lines.is_empty() && !own {
            self.loose(&refused, parts);
        } else if let Some(last) = lines.last_mut().filter(same)
            && let Some(option) = pick.for_item(self.menu, &last.which)
        {
            last.choose(self.menu, option, &refused);
        }
    }

    /// "Vanilla in both": the options right before it are of every line that can have them.
    pub(super) fn on_all(&mut self, at: usize, lines: &mut [Line], own: Option<&mut Line>) {
        let said = self.elements[..at].iter().rev().map_while(|e| match &e.kind {
            ElementKind::Choice(pick) => Some(Some(pick.clone())),
            ElementKind::And | ElementKind::Filler => Some(None),
            _ => None,
        });
        let said: Vec<Pick> = said.flatten().collect();
        self.give_all(&said, lines, own);
    }

    /// What is said of all is of every line that can have it.
    pub(super) fn give_all(&mut self, said: &[Pick], lines: &mut [Line], own: Option<&mut Line>) {
        self.out.all = true;
        for line in lines.iter_mut().chain(own).filter(|line| !line.negated) {
            for pick in said {
                if let Some(option) = pick.for_item(self.menu, &line.which) {
                    self.of_all.push(option);
                    line.choose(self.menu, option, pick);
                }
            }
        }
    }

    /// "All large except the tea", "oat milk in both but not in the mocha": what was said of all is not said of that.
    pub(super) fn spare(&self, lines: &mut Vec<Line>) {
        let mut at = 1;
        while at < lines.len() {
            let line = &lines[at];
            let left_out = (line.spared || line.negated) && !self.of_all.is_empty();
            let same = |l: &Line| {
                let kind = line.generic && self.menu.same_kind(&l.which, &line.which);
                !l.negated && !l.spared && (l.which == line.which || kind)
            };
            match lines[..at].iter().position(same).filter(|_| left_out) {
                Some(spared) => {
                    lines[spared].choices.retain(|choice| !self.of_all.contains(&choice.option));
                    lines.remove(at);
                }
                None => at += 1,
            }
        }
    }

    /// "two bottles of whisky", where nobody knows whisky: the number is of that.
    pub(super) fn counts_unknown(&self, at: usize) -> bool {
        let small = |n: &usize| match self.elements[*n].kind {
            ElementKind::Of => true,
            ElementKind::Filler => self.used[*n],
            _ => false,
        };
        let next = (at + 1..self.elements.len()).find(|n| !small(n)).map(|n| &self.elements[n]);
        next.is_some_and(|e| matches!(e.kind, ElementKind::Unknown) && e.before == Break::None)
    }

    /// What stands before unexplained words: an amount of theirs, a word that makes them a wish, and whether they
    /// stand in the sentence of what was ordered or begin one of their own.
    pub(super) fn before(&self, at: usize) -> (bool, bool, bool) {
        let mut counted = false;
        for back in (0..=at).rev() {
            let element = &self.elements[back];
            if back < at {
                match &element.kind {
                    ElementKind::Amount(_) => counted = true,
                    ElementKind::Filler | ElementKind::Of | ElementKind::Unknown => {}
                    ElementKind::With | ElementKind::Put | ElementKind::ChangeIt => return (counted, true, true),
                    ElementKind::Choice(_) if !counted => return (false, true, true),
                    ElementKind::Head(_) if !counted => return (false, false, true),
                    // "a cortado that's also a lungo", and "a whistle and a snowboard" otherwise.
                    ElementKind::Head(_) | ElementKind::Choice(_) => return (true, true, true),
                    // "with oat milk and a slice of lemon", "… with a few coffee beans"
                    ElementKind::And if self.goes_with(back) => return (counted, true, true),
                    _ => return (counted, false, !counted),
                }
            }
            if element.before != Break::None {
                // "stir it well", "can you stir it": a sentence that begins with what nobody knows is a wish, and one
                // about "it"; "i saw …" is none.
                let of_it = matches!(self.elements.get(at + 1).map(|e| &e.kind), Some(ElementKind::It));
                let opens = matches!(element.kind, ElementKind::Unknown);
                return (counted, false, opens || of_it || element.before == Break::Comma);
            }
        }
        (counted, false, false)
    }

    /// "shampoo and conditioner": a word or two joined to an item, with nothing behind them, are another thing.
    fn is_other_thing(&self, at: usize) -> bool {
        let element = &self.elements[at];
        let small = |e: &Element| matches!(e.kind, ElementKind::Filler | ElementKind::Want);
        let mut back = self.elements[..at].iter().rev().skip_while(|e| matches!(e.kind, ElementKind::Want));
        let and = element.before == Break::None && back.next().is_some_and(Element::is_and);
        let item = matches!(back.next(), Some(Element { kind: ElementKind::Head(head), .. }) if !head.negated);
        let mut rest = self.elements[at + 1..].iter().take_while(|e| e.before == Break::None);
        let ends = rest.find(|e| !small(e)).is_none_or(Element::is_and);
        and && item && ends && !element.modified && !element.common && element.parts.len() <= 2
    }

    /// Whether what is joined here is one more of what an item is to be had with.
    fn goes_with(&self, and: usize) -> bool {
        for back in (0..and).rev() {
            match &self.elements[back].kind {
                ElementKind::With => return true,
                ElementKind::Choice(_) | ElementKind::Filler | ElementKind::And | ElementKind::Of => {}
                _ => return false,
            }
            if self.elements[back].before == Break::Stop {
                return false;
            }
        }
        false
    }

    /// The whole wish that begins with an unknown word, as it was said: what stands before it and belongs to it ("in",
    /// "at", an amount), and what follows up to the next thing that is known.
    pub(super) fn wish(&mut self, at: usize, lines: &[Line]) -> Range<usize> {
        let mut parts = self.elements[at].parts.clone();
        let mut end = at + 1;
        while let Some(element) = self.elements.get(end) {
            if element.before != Break::None {
                break;
            }
            let unknown_next = self.joined_unknown(end + 1);
            match &element.kind {
                ElementKind::Unknown => parts.end = parts.end.max(element.parts.end),
                // "three teaspoons of sugar": the measure is not ours, so all of it is the wish.
                ElementKind::Choice(_) if matches!(self.elements[end - 1].kind, ElementKind::Of) => {
                    parts.end = parts.end.max(element.parts.end);
                }
                // "barley milk" where milk is no option of the item: of it, the first word says which.
                ElementKind::Choice(pick)
                    if end == at + 1 && !lines.iter().any(|l| pick.for_item(self.menu, &l.which).is_some()) =>
                {
                    parts.end = parts.end.max(element.parts.end);
                }
                // "heated to 180 degrees", "stirred and shaken", "cold whipped milk"
                ElementKind::Amount(_) if !self.used[end] && (unknown_next || self.closes(end)) => {
                    parts.end = parts.end.max(element.parts.end);
                }
                ElementKind::And | ElementKind::Or | ElementKind::But if unknown_next => {}
                ElementKind::List(_, false) => parts.end = parts.end.max(element.parts.end),
                ElementKind::Head(_) if self.used[end] => parts.end = parts.end.max(element.parts.end),
                ElementKind::Filler | ElementKind::It | ElementKind::Of | ElementKind::Role => {
                    parts.end = parts.end.max(element.parts.end);
                }
                _ => break,
            }
            if !matches!(element.kind, ElementKind::Filler | ElementKind::It | ElementKind::Of | ElementKind::Role) {
                self.used[end] = true;
            }
            end += 1;
        }
        let amount = |e: &Element| matches!(e.kind, ElementKind::Amount(_));
        for back in (0..at).rev() {
            let element = &self.elements[back];
            let opens =
                amount(element) && (!self.used[back] || self.elements[at].before == Break::None && back + 1 == at);
            let opens = opens || matches!(element.kind, ElementKind::Of | ElementKind::Role) || element.common;
            let small = matches!(element.kind, ElementKind::Filler) && !element.common;
            if !(opens || small) || self.elements[back + 1].before != Break::None {
                break;
            }
            if small {
                // "keep *the* foam": part of the wish where more of it stands before.
                continue;
            }
            parts.start = parts.start.min(element.parts.start);
            self.used[back] = true;
        }
        parts
    }

    /// Whether what stands here runs on into words that nobody knows.
    pub(super) fn goes_on(&self, at: usize) -> bool {
        let mut rest = self.elements[at + 1..].iter().take_while(|e| e.before == Break::None);
        let small = |e: &&Element| {
            matches!(e.kind, ElementKind::Filler | ElementKind::Role | ElementKind::Of | ElementKind::Amount(_))
        };
        matches!(rest.find(|e| !small(e)), Some(Element { kind: ElementKind::Unknown, .. }))
    }

    fn joined_unknown(&self, at: usize) -> bool {
        let element = self.elements.get(at);
        element.is_some_and(|e| matches!(e.kind, ElementKind::Unknown) && e.before == Break::None)
    }

    /// Whether nothing but small words follows in the same breath.
    fn closes(&self, at: usize) -> bool {
        let mut rest = self.elements[at + 1..].iter().take_while(|e| e.before == Break::None);
        rest.all(|e| matches!(e.kind, ElementKind::Filler | ElementKind::It))
    }

    /// "triple foam": the last word says what it is, and nobody knows that one.
    pub(super) fn compound(&self, at: usize, pick: &Pick) -> bool {
        let next = self.elements.get(at + 1);
        let unknown =
            next.is_some_and(|e| matches!(e.kind, ElementKind::Unknown) && e.before == Break::None && !e.modified);
        // "large chocolate milk shake": what comes after the unknown word says what it is.
        let goes_on = self.elements.get(at + 2).is_some_and(|e| {
            matches!(e.kind, ElementKind::Head(_) | ElementKind::Choice(_)) && e.before == Break::None
        });
        // "medium roast, hot": a name of several words says itself what it is.
        unknown
            && !goes_on
            && pick.words == 1
            && !pick.negated
            && pick.grade.is_none()
            && pick.options.iter().all(|o| self.menu.chooses_one(o.list))
    }
}
