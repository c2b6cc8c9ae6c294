//! Elements → lines of an order.

use std::ops::Range;

use crate::commerce::cart::Choice;
use crate::shop::{OptionId, OptionListId};

use super::act::Which;
use super::attach::Gap;
use super::element::{Element, ElementKind, Pick};
use super::line::Line;
use super::menu::Menu;
use super::part::Amount;
use super::tokens::Break;

/// All that one stretch of ordering said.
#[derive(Debug, Default)]
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

#[derive(Debug, Clone)]
pub struct Loose {
    pub kind: LooseKind,
    pub parts: Range<usize>,
    /// Begins a new group: "one large and one small".
    pub opens: bool,
}

#[derive(Debug, Clone)]
pub enum LooseKind {
    Choice { options: Vec<OptionId>, choice: Choice, or_previous: bool, sure: f32 },
    Amount(Amount),
    NoneOf(OptionListId),
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

pub fn order<'l>(elements: Vec<Element<'l>>, menu: &Menu, ordered: bool) -> Order {
    let mut reader = Reader { menu, elements, anchors: Vec::new(), used: Vec::new(), out: Order::default() };
    reader.used = vec![false; reader.elements.len()];
    reader.absorb_generic_nouns();
    reader.find_anchors(ordered);
    reader.attach();
    reader.out
}

/// A place where a line begins to be spoken of.
#[derive(Debug)]
struct Anchor {
    /// The item, or the amount that stands in for it.
    at: usize,
    /// The first element that is surely of this line: its amount, or itself.
    from: usize,
    amount: Option<Amount>,
    stands_in: bool,
    other: bool,
}

struct Reader<'m, 'l> {
    menu: &'m Menu,
    elements: Vec<Element<'l>>,
    anchors: Vec<Anchor>,
    /// Elements that are spoken for.
    used: Vec<bool>,
    out: Order,
}

impl<'l> Reader<'_, 'l> {
    fn head(&self, at: usize) -> Option<&super::element::Head> {
        match &self.elements.get(at)?.kind {
            ElementKind::Head(head) if !self.used[at] => Some(head),
            _ => None,
        }
    }

    /// "for my drink", "two pepsi drinks", "a side of fries": a generic noun beside its item is no second order.
    fn absorb_generic_nouns(&mut self) {
        for at in 0..self.elements.len() {
            if let ElementKind::List(_, false) = self.elements[at].kind
                && at > 0
                && matches!(self.elements[at - 1].kind, ElementKind::Amount(_))
                && self.elements[at].before == Break::None
            {
                // "a two topping pizza" announces what follows.
                self.used[at - 1] = true;
            }
            let Some(head) = self.head(at) else { continue };
            if self.points_back(at) {
                self.used[at] = true;
                continue;
            }
            let Which::Category(category) = head.which else {
                self.join_repeated(at);
                continue;
            };
            let generic = head.generic;
            let in_category = |which: &Which| match which {
                Which::Item(item) => self.menu.category(*item) == category,
                Which::OneOf(items) => items.iter().any(|i| self.menu.category(*i) == category),
                Which::Category(other) => *other == category,
            };
            let mut role = false;
            let mut article = None;
            for back in (0..at).rev() {
                match &self.elements[back].kind {
                    ElementKind::Amount(a) if a.article && article.is_none() => article = Some(back),
                    ElementKind::Filler => {}
                    ElementKind::Role => {
                        role = true;
                        break;
                    }
                    _ => break,
                }
                if self.elements[back].before != Break::None {
                    break;
                }
            }
            // The item right before, with nothing but its own options between.
            let mut item_before = false;
            for back in (0..at).rev() {
                if self.elements[back + 1].before == Break::Stop {
                    break;
                }
                match &self.elements[back].kind {
                    ElementKind::Head(h) if !self.used[back] => {
                        item_before = !h.generic && (in_category(&h.which) || back + 1 == at) && !h.negated;
                        break;
                    }
                    ElementKind::Choice(_)
                    | ElementKind::Filler
                    | ElementKind::Of
                    | ElementKind::Role
                    | ElementKind::Unknown
                    | ElementKind::It => {}
                    _ => break,
                }
            }
            let mut item_after = false;
            if generic {
                for ahead in at + 1..self.elements.len() {
                    let element = &self.elements[ahead];
                    match &element.kind {
                        ElementKind::Head(h) => {
                            item_after = in_category(&h.which) && !h.negated && (!h.generic || ahead == at + 1);
                            break;
                        }
                        ElementKind::Amount(a) if !a.article && article.is_some() => break,
                        ElementKind::And | ElementKind::Or => break,
                        ElementKind::With if element.before != Break::Stop => break,
                        ElementKind::Amount(_) if self.amount_before(at).is_some() => break,
                        _ => {}
                    }
                }
            }
            if role || item_before || item_after || generic && self.only_carries(at) {
                self.used[at] = true;
                if role && let Some(article) = article {
                    self.used[article] = true;
                }
            }
        }
    }

    /// "make it with decaf coffee": after "with" or "make", without a number, the noun only carries its option.
    fn only_carries(&self, at: usize) -> bool {
        let mut chosen = false;
        for back in (0..at).rev() {
            if self.elements[back + 1].before == Break::Stop {
                return false;
            }
            match &self.elements[back].kind {
                ElementKind::Choice(_) => chosen = true,
                ElementKind::Filler => {}
                ElementKind::With | ElementKind::Put | ElementKind::ChangeIt => return chosen,
                _ => return false,
            }
        }
        false
    }

    /// "on all of those pizzas": the items just said, and no more of them.
    fn points_back(&self, at: usize) -> bool {
        let Some(head) = self.head(at) else { return false };
        let before =
            self.elements[..at].iter().rev().find(|e| !matches!(e.kind, ElementKind::Filler | ElementKind::Of));
        let all = matches!(before, Some(Element { kind: ElementKind::Both, .. }));
        all && self.elements[..at]
            .iter()
            .any(|e| matches!(&e.kind, ElementKind::Head(h) if h.which == head.which && !h.negated))
    }

    /// "a pizza pie", "a pie … and ham pizza": the same item named again without a number is the same line.
    fn join_repeated(&mut self, at: usize) {
        let Some(head) = self.head(at) else { return };
        let which = head.which.clone();
        let mut premodified = false;
        let mut held = false;
        for back in (0..at).rev() {
            match &self.elements[back].kind {
                ElementKind::Head(h) if !self.used[back] => {
                    let same = h.which == which && !h.negated;
                    if same && (back + 1 == at || held && premodified) {
                        self.used[at] = true;
                    }
                    return;
                }
                ElementKind::Choice(_) => premodified |= !held,
                ElementKind::With => held = true,
                ElementKind::And | ElementKind::Filler => {}
                _ => return,
            }
        }
    }

    /// The amount that stands before a head, with nothing but describing words between.
    fn amount_before(&self, at: usize) -> Option<usize> {
        for back in (0..at).rev() {
            match &self.elements[back].kind {
                ElementKind::Amount(_) if self.used[back] => {}
                ElementKind::Amount(_) => return Some(back),
                ElementKind::Choice(p) if !p.negated => {}
                ElementKind::Filler
                | ElementKind::Of
                | ElementKind::And
                | ElementKind::Unknown
                | ElementKind::Or
                | ElementKind::Half => {}
                ElementKind::Head(_) if self.used[back] => {}
                _ => return None,
            }
            if self.elements[back + 1].before == Break::Stop {
                return None;
            }
        }
        None
    }

    /// Make all from an amount to the unknown words after it one unknown thing.
    fn bury(&mut self, at: usize) {
        let mut end = at + 1;
        while !matches!(self.elements[end].kind, ElementKind::Unknown) {
            self.used[end] = true;
            end += 1;
        }
        let start = self.elements[at + 1].parts.start;
        self.elements[end].parts.start = start;
        for between in at + 1..end {
            self.elements[between].kind = ElementKind::Filler;
        }
    }

    fn find_anchors(&mut self, ordered: bool) {
        let real = (0..self.elements.len()).any(|at| self.head(at).is_some_and(|h| !h.negated));
        let mut previous: Option<Which> = None;
        let mut filled: Vec<OptionListId> = Vec::new();
        for at in 0..self.elements.len() {
            match &self.elements[at].kind {
                ElementKind::Head(_) if self.used[at] => {}
                ElementKind::Head(head) => {
                    previous = (!head.negated).then(|| head.which.clone()).or(previous);
                    filled.clear();
                    let owned = self
                        .amount_before(at)
                        .filter(|a| self.anchors.last().is_none_or(|last| last.at < *a || last.from == *a));
                    if let Some(last) = self.anchors.last()
                        && last.stands_in
                        && Some(last.from) == owned
                    {
                        self.anchors.pop();
                    }
                    let amount = owned.and_then(|a| self.amount(a));
                    if let Some(a) = owned {
                        self.used[a] = true;
                    }
                    self.anchors.push(Anchor { at, from: owned.unwrap_or(at), amount, stands_in: false, other: false });
                }
                ElementKind::Choice(pick) => {
                    if let Some(which) = &previous
                        && let Some(option) = pick.for_item(self.menu, which)
                        && !pick.negated
                    {
                        filled.push(option.list);
                    }
                }
                ElementKind::Amount(amount) => {
                    let amount = *amount;
                    if self.used[at] {
                        continue;
                    }
                    if self.counts_option(at, previous.as_ref()) {
                        continue;
                    }
                    if self.leads_to_head(at) {
                        continue;
                    }
                    if self.leads_to_unknown(at) {
                        self.bury(at);
                        continue;
                    }
                    let options = self.choices_after(at);
                    let conflict = options.iter().any(|list| self.menu.chooses_one(*list) && filled.contains(list));
                    let plain = !amount.article && options.is_empty() && self.echoes(at) && previous.is_some();
                    let usable = previous.is_some() || !real && ordered || self.head_follows(at);
                    let starts = if amount.article {
                        !options.is_empty() && (conflict || previous.is_none() && !real)
                    } else {
                        !options.is_empty()
                    };
                    let shared = amount.article && !options.is_empty() && previous.is_none() && self.shares_head(at);
                    if (starts || plain || shared) && usable {
                        self.used[at] = true;
                        filled.clear();
                        self.anchors.push(Anchor { at, from: at, amount: Some(amount), stands_in: true, other: false });
                    }
                }
                ElementKind::Other if previous.is_some() && !self.choices_after(at).is_empty() => {
                    filled.clear();
                    self.anchors.push(Anchor { at, from: at, amount: None, stands_in: true, other: true });
                }
                _ => {}
            }
        }
    }

    fn amount(&self, at: usize) -> Option<Amount> {
        match self.elements[at].kind {
            ElementKind::Amount(amount) => Some(amount),
            _ => None,
        }
    }

    /// "two shots", "three sugars": the number is of the option.
    fn counts_option(&mut self, at: usize, previous: Option<&Which>) -> bool {
        let Some(amount) = self.amount(at).filter(|a| !a.article && !a.another) else { return false };
        let Some(count) = amount.count().filter(|n| (1..=20).contains(n)) else { return false };
        let next = (at + 1..self.elements.len())
            .find(|n| !matches!(self.elements[*n].kind, ElementKind::Filler | ElementKind::Of));
        let Some(next) = next else { return false };
        if self.elements[next].before != Break::None {
            return false;
        }
        let ElementKind::Choice(pick) = &self.elements[next].kind else { return false };
        let countable = pick.options.iter().any(|o| self.menu.max_count(o.list) > 1);
        let accepted = previous.is_none_or(|which| pick.for_item(self.menu, which).is_some());
        let head_after = self.head(next + 1).is_some() && self.elements[next + 1].before == Break::None;
        if !countable || !accepted || head_after {
            return false;
        }
        if let ElementKind::Choice(pick) = &mut self.elements[next].kind {
            pick.count = count as u8;
        }
        self.used[at] = true;
        true
    }

    /// Whether the amount is that of an item said after it.
    fn leads_to_head(&self, at: usize) -> bool {
        for ahead in at + 1..self.elements.len() {
            if self.elements[ahead].before == Break::Stop {
                return false;
            }
            match &self.elements[ahead].kind {
                ElementKind::Head(head) if !self.used[ahead] => return !head.negated,
                ElementKind::Amount(_) if self.used[ahead] => {}
                ElementKind::Head(_)
                | ElementKind::Filler
                | ElementKind::Of
                | ElementKind::And
                | ElementKind::Or
                | ElementKind::Unknown
                | ElementKind::Half => {}
                ElementKind::Choice(pick) if !pick.negated => {}
                _ => return false,
            }
        }
        false
    }

    /// "one decaf and one that isn't": the number alone stands for another of the same.
    fn echoes(&self, at: usize) -> bool {
        let after_and = at > 0 && matches!(self.elements[at - 1].kind, ElementKind::And);
        let rest = self.elements[at + 1..].iter().take_while(|e| e.before == Break::None);
        after_and
            && rest.clone().all(|e| {
                matches!(
                    e.kind,
                    ElementKind::Filler | ElementKind::It | ElementKind::Of | ElementKind::With | ElementKind::Role
                )
            })
    }

    /// "a large and a small latte".
    fn shares_head(&self, at: usize) -> bool {
        let after =
            self.elements[at + 1..].iter().find(|e| !matches!(e.kind, ElementKind::Choice(_) | ElementKind::Filler));
        let amount = self.elements[at + 1..].iter().skip_while(|e| !matches!(e.kind, ElementKind::And)).nth(1);
        matches!(after, Some(Element { kind: ElementKind::And, .. }))
            && matches!(amount, Some(Element { kind: ElementKind::Amount(_), .. }))
            && self.head_follows(at)
    }

    fn head_follows(&self, at: usize) -> bool {
        (at + 1..self.elements.len()).any(|n| self.head(n).is_some_and(|h| !h.negated))
    }

    /// "one large something": the amount and its options belong to what nobody knows.
    fn leads_to_unknown(&self, at: usize) -> bool {
        for element in &self.elements[at + 1..] {
            match &element.kind {
                _ if element.before != Break::None => return false,
                ElementKind::Choice(pick) if !pick.negated && pick.grade.is_none() => {}
                ElementKind::Filler | ElementKind::Of => {}
                ElementKind::Unknown => return true,
                _ => return false,
            }
        }
        false
    }

    /// Lists of the options that follow an amount, up to the next amount or item.
    fn choices_after(&self, at: usize) -> Vec<OptionListId> {
        let mut lists = Vec::new();
        for element in &self.elements[at + 1..] {
            match &element.kind {
                ElementKind::Choice(pick) => lists.extend(pick.options.iter().map(|o| o.list)),
                ElementKind::Amount(_) | ElementKind::Head(_) | ElementKind::Put | ElementKind::ChangeIt => break,
                _ => {}
            }
            if lists.len() > 8 {
                break;
            }
        }
        lists
    }

    fn attach(&mut self) {
        let mut lines: Vec<Line> = Vec::new();
        let anchors = std::mem::take(&mut self.anchors);
        let mut from = 0;
        for (number, anchor) in anchors.iter().enumerate() {
            let which = self.which_of(&anchors, number, lines.last());
            let Some(which) = which else { continue };
            let start = anchor.from;
            let cut = match lines.last() {
                None => from,
                Some(_) if anchor.stands_in || anchor.from < anchor.at => start.max(from),
                Some(last) => {
                    let filled: Vec<OptionListId> = last
                        .choices
                        .iter()
                        .filter(|c| !c.negated && self.menu.chooses_one(c.option.list))
                        .map(|c| c.option.list)
                        .collect();
                    let gap = Gap {
                        menu: self.menu,
                        elements: &self.elements[from..start],
                        left: &last.which,
                        filled: &filled,
                        right: &which,
                    };
                    from + gap.cut()
                }
            };
            self.say(from..cut, &mut lines, None);
            let mut line = Line::new(which, self.elements[anchor.at].parts.clone());
            line.amount = anchor.amount;
            line.stands_in = anchor.stands_in;
            line.other = anchor.other;
            if let ElementKind::Head(head) = &self.elements[anchor.at].kind {
                line.generic = head.generic;
                line.negated = head.negated;
                line.definite = head.definite;
                line.or_previous = head.or_previous;
                line.sure = head.sure;
            }
            line.cover(&self.elements[anchor.from].parts);
            line.gone =
                self.elements[cut.saturating_sub(1)..anchor.at].iter().any(|e| matches!(e.kind, ElementKind::Instead));
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
        super::spread::spread(&mut lines, self.menu);
        self.settle(lines);
    }

    /// "a latte, no wait, a mocha": the line said before becomes this one.
    fn correct(&self, lines: &mut Vec<Line>, line: &mut Line, before: Range<usize>) -> bool {
        let Some(last) = lines.last() else { return false };
        let said = self.elements[before.clone()].iter().chain(self.elements[..before.start].last());
        if line.negated || !said.clone().any(|e| matches!(e.kind, ElementKind::Correct)) {
            return false;
        }
        if line.stands_in && line.which != last.which {
            return false;
        }
        let mut old = lines.pop().unwrap_or_else(|| line.clone());
        old.cover(&line.parts);
        if line.amount.is_some_and(|a| !a.article) {
            old.amount = line.amount;
        }
        old.which = line.which.clone();
        old.generic = line.generic;
        old.sure = line.sure.min(old.sure);
        old.choices.retain(|c| self.menu.accepts(&line.which, c.option));
        for choice in std::mem::take(&mut line.choices) {
            super::line::merge(&mut old.choices, self.menu, choice);
        }
        old.before = old.choices.len();
        lines.push(old);
        true
    }

    fn which_of(&self, anchors: &[Anchor], number: usize, last: Option<&Line>) -> Option<Which> {
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
        let next = anchors[number + 1..].iter().find_map(of).filter(|(which, negated)| !negated && fits(which));
        if let Some((which, _)) = next.filter(|_| last.is_none()) {
            return Some(which);
        }
        let options: Vec<OptionId> = picks.iter().filter_map(|p| p.options.first().copied()).collect();
        self.menu.implied(&options).or_else(|| last.map(|l| l.which.clone()))
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
        let mut dropping = false;
        for at in range {
            let element = self.elements[at].clone();
            let parts = element.parts.clone();
            if element.before == Break::Stop {
                (both, changing, dropping) = (false, false, false);
            }
            match element.kind {
                ElementKind::Choice(pick) => {
                    if dropping {
                        dropping = false;
                        continue;
                    }
                    if self.compound(at, &pick) {
                        self.elements[at + 1].parts.start = parts.start;
                        self.elements[at + 1].modified = true;
                        continue;
                    }
                    if both && lines.len() > 1 {
                        self.out.all = true;
                        for other in lines.iter_mut() {
                            if let Some(option) = pick.for_item(self.menu, &other.which) {
                                other.choose(self.menu, option, &pick);
                            }
                        }
                        continue;
                    }
                    let own = line.as_deref_mut().and_then(|l| pick.for_item(self.menu, &l.which).map(|o| (l, o)));
                    let target = match own {
                        Some(found) => Some(found),
                        None => lines
                            .iter_mut()
                            .rev()
                            .filter(|l| !l.negated)
                            .find_map(|l| pick.for_item(self.menu, &l.which).map(|o| (l, o))),
                    };
                    match target {
                        Some((l, option)) => {
                            l.choose(self.menu, option, &pick);
                            l.cover(&parts);
                            if pick.grade.is_some() && !self.menu.graded(option.list) {
                                l.notes.push(parts);
                            }
                        }
                        None => self.loose(&pick, parts, at),
                    }
                    changing = false;
                }
                ElementKind::Amount(amount) if !self.used[at] => {
                    let unknown_next = self
                        .elements
                        .get(at + 1)
                        .is_some_and(|e| matches!(e.kind, ElementKind::Unknown) && e.before == Break::None);
                    let bare = !amount.article && !unknown_next;
                    let last = lines.last_mut().filter(|l| !l.negated);
                    match last {
                        Some(last) if bare && (changing || last.amount.is_none() && !amount.more) && line.is_none() => {
                            last.amount = Some(amount);
                            last.cover(&parts);
                        }
                        None if bare => {
                            self.out.loose.push(Loose { kind: LooseKind::Amount(amount), parts, opens: true })
                        }
                        _ => {}
                    }
                }
                ElementKind::List(list, negated) => {
                    if negated {
                        let target = line.as_deref_mut().filter(|l| self.menu.accepts_list(&l.which, list));
                        let target = match target {
                            Some(found) => Some(found),
                            None => lines.iter_mut().rev().find(|l| self.menu.accepts_list(&l.which, list)),
                        };
                        match target {
                            Some(l) => l.none_of.push(list),
                            None => self.out.loose.push(Loose { kind: LooseKind::NoneOf(list), parts, opens: false }),
                        }
                    }
                }
                ElementKind::OrderOption(option) => self.out.order_options.push((option, parts)),
                ElementKind::Both => {
                    both = true;
                    self.out.all = true;
                }
                ElementKind::ChangeIt | ElementKind::Correct => changing = true,
                ElementKind::Instead => dropping = true,
                ElementKind::Unknown => self.rest(at, lines, line.as_deref_mut()),
                _ => {}
            }
        }
    }

    /// "triple foam": the last word says what it is, and nobody knows that one.
    fn compound(&self, at: usize, pick: &Pick) -> bool {
        let next = self.elements.get(at + 1);
        let unknown =
            next.is_some_and(|e| matches!(e.kind, ElementKind::Unknown) && e.before == Break::None && !e.modified);
        unknown && !pick.negated && pick.grade.is_none() && pick.options.iter().all(|o| self.menu.chooses_one(o.list))
    }

    fn loose(&mut self, pick: &Pick, parts: Range<usize>, at: usize) {
        let Some(option) = pick.options.first().copied() else { return };
        let choice = Choice { option, grade: pick.grade, negated: pick.negated, count: pick.count };
        let opens = self.elements[..at]
            .iter()
            .rev()
            .find(|e| !matches!(e.kind, ElementKind::Filler))
            .is_some_and(|e| matches!(e.kind, ElementKind::Amount(_)));
        let kind = LooseKind::Choice {
            options: pick.options.to_vec(),
            choice,
            or_previous: pick.or_previous,
            sure: pick.sure,
        };
        self.out.loose.push(Loose { kind, parts, opens: opens && false });
    }

    /// Words that mean nothing: what they stand beside decides what they may be.
    fn rest(&mut self, at: usize, lines: &mut [Line], own: Option<&mut Line>) {
        if self.used[at] {
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
            own.strange += if self.elements[at].modified { 0 } else { parts.len() };
            own.notes.push(parts);
            return;
        }
        let (counted, wish, sentence) = self.before(at);
        let wish = wish || self.elements[at].modified;
        let text = self.wish(at);
        match lines.iter_mut().rev().find(|l| !l.negated) {
            Some(last) if (wish || !counted) && (wish || before_choice || sentence) => {
                last.strange += if wish || before_choice { 0 } else { text.len() };
                last.notes.push(text.clone());
                last.cover(&text);
            }
            _ => self.out.unknown.push(Rest { parts: text, counted, wish }),
        }
    }

    /// What stands before unexplained words: an amount of theirs, a word that makes them a wish, and whether they
    /// stand in the sentence of what was ordered or begin one of their own.
    fn before(&self, at: usize) -> (bool, bool, bool) {
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
                    _ => return (counted, false, !counted),
                }
            }
            if element.before != Break::None {
                // "stir it well": a sentence that begins with what nobody knows is a wish; "i saw …" is none.
                return (
                    counted,
                    false,
                    matches!(element.kind, ElementKind::Unknown) || element.before == Break::Comma,
                );
            }
        }
        (counted, false, false)
    }

    /// The whole wish that begins with an unknown word: what follows it up to the next thing that is known.
    fn wish(&mut self, at: usize) -> Range<usize> {
        let mut parts = self.elements[at].parts.clone();
        let mut end = at + 1;
        while let Some(element) = self.elements.get(end) {
            if element.before != Break::None {
                break;
            }
            match element.kind {
                ElementKind::Unknown => {
                    self.used[end] = true;
                    parts.end = element.parts.end;
                }
                ElementKind::Filler | ElementKind::It | ElementKind::Of | ElementKind::Role => {
                    parts.end = element.parts.end
                }
                _ => break,
            }
            end += 1;
        }
        parts
    }

    /// Sort the lines out: wanted, refused, replaced, and choices between items.
    fn settle(&mut self, lines: Vec<Line>) {
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
    fn replace(&mut self, old: Line, comes: usize) {
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
