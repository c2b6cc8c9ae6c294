//! Elements → lines of an order.

use std::ops::Range;

use crate::commerce::cart::Grade;
use crate::shop::{ItemId, OptionId};

use super::act::{Misfit, Which};
use super::anchor::Anchor;
use super::attach::Gap;
use super::element::{Element, ElementKind};
use super::line::Line;
use super::loose::{Loose, LooseKind};
use super::menu::Menu;
use super::pick::Pick;
use super::tokens::Break;
use super::whole::Whole;

/// All that one stretch of ordering said.
#[derive(Debug, Clone, Default)]
pub struct Order {
    pub lines: Vec<Line>,
    /// Choices and amounts with no item that they can belong to.
    pub loose: Vec<Loose>,
    pub order_options: Vec<(OptionId, Range<usize>)>,
    /// Runs of words that mean nothing and belong to no line.
    pub unknown: Vec<Rest>,
    /// "a mocha instead of the latte": (what goes, the line that comes).
    pub replaced: Vec<(Line, usize)>,
    /// Something was said of all ("both iced").
    pub all: bool,
    /// "no drinks".
    pub refused: Vec<Line>,
}

/// Words that nothing explains.
#[derive(Debug, Clone)]
pub struct Rest {
    pub parts: Range<usize>,
    /// An amount right before makes it a thing that is wanted: "and a croissant".
    pub counted: bool,
    /// After "with" or "add": a wish.
    pub wish: bool,
}

/// `topic`: what was asked about and stands on no line.
pub fn order<'l>(mut elements: Vec<Element<'l>>, menu: &Menu, topic: Option<ItemId>, ordered: bool) -> Order {
    super::behind::brought_forward(&mut elements, menu);
    let used = vec![false; elements.len()];
    let (anchors, of_all, out) = (Vec::new(), Vec::new(), Order::default());
    let mut reader = Reader { menu, topic, elements, anchors, used, of_all, out };
    reader.halve_items();
    reader.absorb_generic_nouns();
    reader.find_anchors(ordered);
    reader.note_halves();
    reader.attach();
    reader.out
}

pub(super) struct Reader<'m, 'l> {
    pub menu: &'m Menu,
    pub topic: Option<ItemId>,
    pub elements: Vec<Element<'l>>,
    pub anchors: Vec<Anchor>,
    /// Elements that are spoken for.
    pub used: Vec<bool>,
    /// What was said of all there is ("both iced").
    pub of_all: Vec<OptionId>,
    pub out: Order,
}

impl<'l> Reader<'_, 'l> {
    pub(super) fn head(&self, at: usize) -> Option<&super::element::Head> {
        match &self.elements.get(at)?.kind {
            ElementKind::Head(head) if !self.used[at] => Some(head),
            _ => None,
        }
    }

    fn attach(&mut self) {
        let mut lines: Vec<Line> = Vec::new();
        let anchors = std::mem::take(&mut self.anchors);
        let mut from = 0;
        for (number, anchor) in anchors.iter().enumerate() {
            let which = self.which_of(&anchors, number, &lines);
            // "one large" with nothing that it can be of is left to what was spoken of.
            self.used[anchor.at] &= which.is_some();
            let Some(which) = which else { continue };
            let start = anchor.from;
            let cut = match lines.last() {
                None => from,
                Some(_) if self.head(anchor.at).is_some_and(|h| h.onto) => self.joint(from, start),
                Some(_) if anchor.points && matches!(self.elements[anchor.from].kind, ElementKind::Role) => {
                    self.joint(from, start)
                }
                Some(_) if anchor.stands_in || anchor.from < anchor.at => start.max(from),
                Some(last) => {
                    let filled = last.filled(self.menu);
                    let gap = Gap {
                        menu: self.menu,
                        elements: &self.elements[from..start],
                        left: &last.which,
                        filled: &filled,
                        right: &which,
                        behind: &self.filled_behind(anchor.at),
                        parted: self.elements[start].before != Break::None,
                    };
                    from + gap.cut()
                }
            };
            self.say(from..cut, &mut lines, None);
            let mut line = Line::new(which, self.elements[anchor.at].parts.clone());
            line.amount = anchor.amount.map(|amount| self.menu.packed(&line.which, amount));
            line.stands_in = anchor.stands_in;
            let small = |e: &&Element| matches!(e.kind, ElementKind::Filler | ElementKind::Want);
            let ahead = self.elements[..anchor.from].iter().rev().find(|e| !small(e));
            line.joined = ahead.is_some_and(|e| matches!(e.kind, ElementKind::And));
            line.other = anchor.other;
            line.nth = anchor.nth;
            line.points = anchor.points;
            if let ElementKind::Head(head) = &self.elements[anchor.at].kind {
                line.generic = head.generic;
                line.plural = head.plural;
                line.negated = head.negated;
                line.definite = head.definite;
                line.onto = head.onto;
                line.or_previous = head.or_previous;
                line.named = head.sure;
                line.weaker.clone_from(&head.weaker);
            }
            line.cover(&self.elements[anchor.from].parts);
            line.begins = line.parts.start;
            line.gone = self.goes(from..anchor.at);
            line.spared = matches!(ahead.map(|e| &e.kind), Some(ElementKind::Except));
            self.say(cut..anchor.at, &mut lines, Some(&mut line));
            line.before = line.choices.len();
            if self.correct(&mut lines, &mut line, cut..anchor.at) {
                from = anchor.at + 1;
                continue;
            }
            lines.push(line);
            from = anchor.at + 1;
        }
        let end = self.elements.len();
        self.say(from..end, &mut lines, None);
        self.recounted(&mut lines);
        self.spare(&mut lines);
        self.put_in(&mut lines);
        super::spread::part(&mut lines, self.menu);
        self.settle(lines);
    }

    fn which_of(&self, anchors: &[Anchor], number: usize, lines: &[Line]) -> Option<Which> {
        let nth = anchors[number].nth.and_then(|place| super::spread::lines_at(place, lines)).map(|at| &lines[at[0]]);
        let last = nth.or(lines.last());
        let of = |anchor: &Anchor| match &self.elements[anchor.at].kind {
            ElementKind::Head(head) => Some((head.which.clone(), head.negated)),
            _ => None,
        };
        if let Some((which, _)) = of(&anchors[number]) {
            return Some(which);
        }
        let picks: Vec<&Pick> = self.picks_until(&anchors[number], anchors.get(number + 1));
        let fits = |which: &Which| picks.iter().all(|p| p.for_item(self.menu, which).is_some());
        if let Some(last) = last.filter(|l| !l.negated && fits(&l.which)) {
            return Some(last.which.clone());
        }
        // "How much is the chai?" "Then a large one."
        if let Some(topic) = self.topic.map(Which::Item).filter(|topic| last.is_none() && fits(topic)) {
            return Some(topic);
        }
        let next = anchors[number + 1..].iter().find_map(of).filter(|(which, negated)| !negated && fits(which));
        if let Some((which, _)) = next.filter(|_| last.is_none()) {
            return Some(which);
        }
        let options: Vec<OptionId> = picks.iter().filter_map(|p| p.options.first().copied()).collect();
        let implied = self.menu.implied(&options).or_else(|| self.menu.implied(options.get(..1)?));
        // "六个包子两个肉的": of a kind that was counted, and of no other.
        let kind = last.filter(|l| l.generic && l.amount.is_some_and(|a| a.value >= 2000)).map(|l| &l.which);
        let implied = implied.filter(|which| kind.is_none_or(|kind| self.menu.same_kind(kind, which)));
        implied.or_else(|| last.map(|l| l.which.clone()))
    }

    fn picks_until(&self, anchor: &Anchor, next: Option<&Anchor>) -> Vec<&Pick<'l>> {
        let end = next.map_or(self.elements.len(), |n| n.from);
        self.elements[anchor.at..end.max(anchor.at)]
            .iter()
            .filter_map(|e| match &e.kind {
                ElementKind::Choice(pick) => Some(pick),
                _ => None,
            })
            .collect()
    }

    /// Give what was said in `range` to `line` where it can have it, else to the nearest line before.
    fn say(&mut self, range: Range<usize>, lines: &mut [Line], mut line: Option<&mut Line>) {
        let mut both = false;
        let mut changing = false;
        let (mut again, mut corrected) = (false, false);
        let mut dropping = false;
        let mut whole = Whole::default();
        // How much of the last line was said before the phrase that is being read.
        let mut phrase = (0, 0);
        let (mut latest, mut wrong): (Option<OptionId>, Option<OptionId>) = (None, None);
        for at in range {
            let element = self.elements[at].clone();
            let parts = element.parts.clone();
            if element.before != Break::None {
                whole.parted();
                phrase = lines.last().map_or((0, 0), |l| (l.choices.len(), l.without.len()));
            }
            if element.before == Break::Stop {
                (both, changing, again, corrected, dropping) = (false, false, false, false, false);
                whole = Whole::default();
            }
            match element.kind {
                ElementKind::Choice(_) if self.used[at] => {}
                ElementKind::Choice(pick) => {
                    let negated = whole.refuses() || pick.negated && !self.rather(at, &pick);
                    let pick = Pick { negated, ..pick };
                    let again = again || pick.denied && !pick.negated;
                    if let Some(option) = whole.leaves_out(&pick) {
                        self.leave_out(option, lines, line.as_deref_mut());
                        if !pick.negated {
                            continue;
                        }
                    }
                    if dropping {
                        let next = self.elements.get(at + 1).filter(|e| e.before == Break::None);
                        dropping = !lines.is_empty() && next.is_some_and(|e| matches!(e.kind, ElementKind::Choice(_)));
                        self.instead_of(&pick, parts, lines, line.is_some());
                        continue;
                    }
                    if self.compound(at, &pick) {
                        self.elements[at + 1].parts.start = parts.start;
                        self.elements[at + 1].modified = true;
                        continue;
                    }
                    if both && lines.len() > 1 {
                        self.give_all(&[pick], lines, None);
                        continue;
                    }
                    if let Some(own) = line.as_deref_mut().filter(|own| parts.start >= own.begins) {
                        own.which = own.longer_named(self.menu, &pick).unwrap_or(own.which.clone());
                    }
                    // "a large muffin": said of this item, though it cannot be had so.
                    if let Some(l) = line.as_deref_mut().filter(|l| parts.start >= l.begins)
                        && !pick.called().iter().any(|o| self.menu.accepts_list(&l.which, o.list))
                    {
                        l.cover(&parts);
                        match pick.called().iter().find(|o| self.menu.chooses_one(o.list)) {
                            Some(option) if !pick.negated => l.misfits.push(Misfit::List(option.list)),
                            _ => l.notes.push(parts),
                        }
                        continue;
                    }
                    let takes = |l: &Line| !l.negated && pick.for_item(self.menu, &l.which).is_some();
                    if !line.as_deref().is_some_and(takes) && !lines.iter().any(takes) && self.goes_on(at) {
                        // "heated to 180 degrees", where heating is for other things.
                        let text = self.wish(at, lines);
                        if let Some(last) = lines.iter_mut().rev().find(|l| !l.negated) {
                            last.cover(&text);
                            last.notes.push(text);
                            continue;
                        }
                    }
                    let own = line.as_deref_mut().and_then(|l| l.place(self.menu, &pick).map(|o| (l, o)));
                    let target = match own {
                        Some(found) => Some(found),
                        None => match super::line::nearest(lines, self.menu, &pick) {
                            Ok(found) => found,
                            Err(last) => {
                                last.notes.push(parts);
                                continue;
                            }
                        },
                    };
                    match target {
                        Some((l, option)) => {
                            l.cover(&parts);
                            l.only |= pick.only;
                            let graded = pick.grade.is_none() || self.menu.graded(option.list);
                            // "extra ice" of a list that knows no more and less is a wish; "a little oat milk" still
                            // says which milk, and "a touch of caramel" that it is wanted.
                            if at > 0 && !self.used[at - 1] && matches!(self.elements[at - 1].kind, ElementKind::Half) {
                                // "half mushroom": of this option, but not on all of it.
                                l.notes.push(self.elements[at - 1].parts.start..parts.end);
                            }
                            let taken = l.choices.iter().any(|c| c.option == option && !c.negated);
                            if pick.negated && taken && !corrected {
                                // "cold but no ice", "warm, not hot" say more than one option can.
                                l.notes.push(parts);
                                continue;
                            }
                            let several = self.menu.chooses_one(option.list) && self.menu.options_in(option.list) > 2;
                            let touched = pick.dosed && pick.grade != Some(Grade::Extra);
                            if graded || touched || several {
                                if let Some(wrong) = wrong.take().filter(|w| w.list == option.list && !pick.negated) {
                                    l.choices.retain(|c| c.option != wrong);
                                }
                                latest = (!pick.negated).then_some(option);
                                let or_previous = self.stands_beside(at, &pick, option, again, l);
                                let grade = pick.grade.filter(|_| graded);
                                l.choose(self.menu, option, &Pick { grade, or_previous, ..pick });
                            }
                            if !graded || pick.dosed && pick.grade.is_none() {
                                l.notes.push(parts);
                            }
                        }
                        None => {
                            if std::mem::take(&mut corrected) {
                                self.unsay(&pick);
                            }
                            self.loose(&pick, parts);
                        }
                    }
                    changing = false;
                }
                ElementKind::Amount(_) if self.taken_back(at) => {}
                ElementKind::Amount(amount) if dropping => dropping = amount.article,
                ElementKind::Amount(amount) if !self.used[at] => {
                    let unknown_next = self.counts_unknown(at);
                    let bare = !amount.article && !unknown_next;
                    let last = lines.last_mut().filter(|l| !l.negated);
                    match last {
                        Some(last)
                            if bare
                                && !amount.packs
                                && last.amount.is_some()
                                && line.is_none()
                                && !changing
                                && self.shares(at) =>
                        {
                            last.shared_by(amount, phrase);
                        }
                        Some(last)
                            if bare
                                && (changing
                                    || last.amount.is_none() && !amount.more
                                    || last.amount.is_some_and(|a| a.article && amount.behind))
                                && line.is_none() =>
                        {
                            last.amount = Some(self.menu.packed(&last.which, amount));
                            last.cover(&parts);
                        }
                        None if bare => self.out.loose.push(Loose { kind: LooseKind::Amount(amount), parts }),
                        _ => {}
                    }
                }
                // "one with rhinestones and the other one with stickers", said of a line that stands.
                ElementKind::Other if line.is_none() && lines.is_empty() && self.counted_loose() => {
                    self.out.loose.push(Loose { kind: LooseKind::Other, parts });
                }
                ElementKind::List(list, false) if self.is_whole(at, list) => {
                    (both, self.out.all) = (false, false);
                    whole.took(list);
                    self.take_whole(list, parts, lines, line.as_deref_mut());
                }
                ElementKind::Works => {
                    if let Some(list) = self.take_works(parts, lines, line.as_deref_mut()) {
                        whole.took(list);
                    }
                }
                ElementKind::NoneOf(options) => {
                    let takes = |l: &Line| !l.negated && options.iter().any(|o| self.menu.accepts(&l.which, *o));
                    let own = line.as_deref_mut().filter(|l| takes(l));
                    match own.or_else(|| lines.iter_mut().rev().find(|l| takes(l))) {
                        Some(line) => {
                            line.cover(&parts);
                            line.without.push((options, parts));
                        }
                        None => self.out.loose.push(Loose { kind: LooseKind::Without(options), parts }),
                    }
                }
                ElementKind::Bare => match line.as_deref_mut().or(lines.iter_mut().rev().find(|l| !l.negated)) {
                    Some(line) => {
                        line.cover(&parts);
                        line.only = true;
                    }
                    // "the other plain": it has nothing of what the one has.
                    None if self.out.loose.last().is_some_and(|l| matches!(l.kind, LooseKind::Other)) => {}
                    None => self.out.loose.push(Loose { kind: LooseKind::Bare, parts }),
                },
                ElementKind::But => whole.but(),
                ElementKind::Except => whole.except(),
                ElementKind::List(list, true) => {
                    let target = line.as_deref_mut().filter(|l| self.menu.accepts_list(&l.which, list));
                    let target = match target {
                        Some(found) => Some(found),
                        None => lines.iter_mut().rev().find(|l| self.menu.accepts_list(&l.which, list)),
                    };
                    match target {
                        Some(l) => l.none_of.push(list),
                        None => self.out.loose.push(Loose { kind: LooseKind::NoneOf(list), parts }),
                    }
                }
                // "with milk", where there are several: not to be guessed, and not lost.
                ElementKind::List(list, false) if at > 0 && matches!(self.elements[at - 1].kind, ElementKind::With) => {
                    let chosen = |l: &Line| l.choices.iter().any(|c| c.option.list == list);
                    if let Some(l) = line.as_deref_mut().or(lines.last_mut()).filter(|l| !l.negated && !chosen(l)) {
                        l.notes.push(parts);
                    }
                }
                ElementKind::Same(list) => {
                    if let Some(line) = line.as_deref_mut().or(lines.last_mut()) {
                        line.same.push(list);
                    }
                }
                ElementKind::ForIt => {
                    if let Some(line) = line.as_deref_mut().or(lines.last_mut()) {
                        line.for_it = true;
                    }
                }
                ElementKind::OrderOption(option) => self.out.order_options.push((option, parts)),
                ElementKind::Both => {
                    both = true;
                    self.out.all = true;
                }
                ElementKind::ChangeIt => (changing, again) = (true, true),
                ElementKind::OnBoth => self.on_all(at, lines, line.as_deref_mut()),
                // "caramel, no wait, vanilla"
                ElementKind::Correct => {
                    (changing, again, corrected) = (true, true, true);
                    wrong = latest.take().or(wrong);
                }
                ElementKind::Instead => dropping = true,
                ElementKind::OnHalf => {
                    if let Some(line) = line.as_deref_mut().or(lines.last_mut()) {
                        let start = self.parted(at);
                        line.notes.push(start..parts.end);
                        line.cover(&parts);
                    }
                }
                ElementKind::Size => {
                    if let Some(line) = line.as_deref_mut().or(lines.last_mut()) {
                        line.misfits.push(Misfit::Size);
                    }
                }
                ElementKind::Unknown => self.rest(at, lines, line.as_deref_mut()),
                _ => {}
            }
        }
    }
}
