//! Generic nouns beside their item: "for my drink", "two pepsi drinks", "a side of fries" are one order each.

use super::act::Which;
use super::element::{Element, ElementKind, State};
use super::lexicon::Sense;
use super::menu::Menu;
use super::order::Reader;
use super::tokens::Break;
use crate::shop::{OptionId, OptionListId};

impl Reader<'_, '_> {
    /// "The same size as the lemonade": what it is to be like is no further one.
    fn is_compared(&self, at: usize) -> bool {
        let of = self.before_role(at).filter(|before| before + 1 < at);
        of.is_some_and(|before| matches!(self.elements[before].kind, ElementKind::Same(_)))
    }

    /// Where stands what is before "on the", "for my".
    fn before_role(&self, at: usize) -> Option<usize> {
        let small = |n: &usize| matches!(self.elements[*n].kind, ElementKind::Filler | ElementKind::Role);
        (0..at).rev().find(|n| !small(n))
    }

    /// "饮料要橙汁", where a drink comes with a meal: a kind that only says what the option behind it is.
    fn tells_list(&self, at: usize) -> bool {
        let small = |n: &usize| matches!(self.elements[*n].kind, ElementKind::Filler);
        let next = |n: usize| (n + 1..self.elements.len()).find(|n| !small(n));
        let wants = |n: usize| matches!(self.elements[n].kind, ElementKind::Want | ElementKind::With);
        let option = next(at).and_then(|n| if wants(n) { next(n) } else { Some(n) }).map(|n| &self.elements[n]);
        let (Some(option), Some(head)) = (option.filter(|e| e.before == Break::None), self.head(at)) else {
            return false;
        };
        // "奶茶少冰" is said of the tea.
        let other = |e: &Element| matches!(&e.kind, ElementKind::Choice(pick) if !pick.negated && pick.for_item(self.menu, &head.which).is_none());
        other(option) && (self.elements[at].before != Break::None || self.amount_before(at).is_none())
    }

    /// "two scoops vanilla": an option of the list stands right behind its name.
    fn option_next(&self, at: usize, list: OptionListId) -> bool {
        let next = self.elements.get(at + 1).filter(|e| e.before == Break::None);
        matches!(next.map(|e| &e.kind), Some(ElementKind::Choice(pick)) if pick.options.iter().any(|o| o.list == list))
    }

    /// "for my drink", "two pepsi drinks", "a side of fries": a generic noun beside its item is no second order.
    pub(super) fn absorb_generic_nouns(&mut self) {
        for at in 0..self.elements.len() {
            if let ElementKind::List(list, false) = self.elements[at].kind
                && at > 0
                && matches!(self.elements[at - 1].kind, ElementKind::Amount(_))
                && self.elements[at].before == Break::None
                && !self.option_next(at, list)
            {
                // "a two topping pizza" announces what follows.
                self.used[at - 1] = true;
            }
            let Some(head) = self.head(at) else { continue };
            if self.points_back(at) || self.is_compared(at) {
                self.used[at] = true;
                continue;
            }
            if at > 0 && matches!(self.elements[at - 1].kind, ElementKind::Nth(_)) && head.generic {
                self.used[at] = true;
                continue;
            }
            let Which::Category(category) = head.which else {
                if self.stands_in_wish(at) {
                    self.used[at] = true;
                    continue;
                }
                self.used[at] = self.is_noun_of_last(at);
                if let Some(with) = self.settled_with(at) {
                    self.used[at] = true;
                    self.elements[with].kind = ElementKind::Filler;
                }
                self.join_repeated(at);
                continue;
            };
            let generic = head.generic;
            let in_category = |which: &Which| match which {
                Which::Item(item) => self.menu.category(*item) == category,
                Which::OneOf(items) => items.iter().any(|i| self.menu.category(*i) == category),
                Which::Category(other) => *other == category,
            };
            // "Onions on the sausage", with a sausage and a water: said of what stands.
            let first = !self.elements[..at].iter().any(|e| matches!(e.kind, ElementKind::Head(_)));
            let chosen = |n: usize| matches!(self.elements[n].kind, ElementKind::Choice(_));
            if head.onto && head.in_cart && first && self.before_role(at).is_some_and(chosen) {
                continue;
            }
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
            let mut other = false;
            for back in (0..at).rev() {
                if self.elements[back + 1].before == Break::Stop {
                    break;
                }
                other |= matches!(self.elements[back].kind, ElementKind::Other);
                match &self.elements[back].kind {
                    ElementKind::Head(h) if !self.used[back] => {
                        item_before = !h.generic && (in_category(&h.which) || back + 1 == at) && !h.negated;
                        break;
                    }
                    // "a turkey and bacon sandwich"
                    ElementKind::And if matches!(self.elements[back + 1].kind, ElementKind::Choice(_)) => {}
                    ElementKind::Choice(_)
                    | ElementKind::Filler
                    | ElementKind::Of
                    | ElementKind::Role
                    | ElementKind::Unknown
                    | ElementKind::Size
                    | ElementKind::Other
                    | ElementKind::It => {}
                    // "one with decaf and the other normal coffee"
                    _ if other => {}
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
                        ElementKind::With if element.before != Break::Stop => {
                            // "a sandwich with turkey": without a number of its own it says what the first is.
                            item_after = self.named_with(ahead).is_some_and(|w| in_category(&w));
                            if item_after {
                                self.elements[ahead].kind = ElementKind::Filler;
                            }
                            break;
                        }
                        ElementKind::Amount(_) if self.amount_before(at).is_some() => break,
                        _ => {}
                    }
                }
            }
            if let Some(amount) = self.announces(at, in_category) {
                self.used[amount] = true;
                self.used[at] = true;
                continue;
            }
            if role || item_before || item_after || generic && (self.only_carries(at) || self.tells_list(at)) {
                self.used[at] = true;
                if role && let Some(article) = article {
                    self.used[article] = true;
                }
            }
        }
    }

    /// "I don't want the foam sitting on the espresso": an item spoken of in a wish about another.
    fn stands_in_wish(&self, at: usize) -> bool {
        let Some(head) = self.head(at).filter(|h| h.definite && !h.in_cart && !h.negated) else { return false };
        let ordered = |e: &Element| matches!(&e.kind, ElementKind::Head(h) if h.which != head.which && !h.negated);
        let mut joined = true;
        let before = self.elements[..at].iter().zip(&self.elements[1..=at]).rev().map_while(|(e, next)| {
            joined &= next.before == Break::None;
            joined.then_some(&e.kind)
        });
        let mut before = before.skip_while(|kind| matches!(kind, ElementKind::Filler | ElementKind::Role));
        matches!(before.next(), Some(ElementKind::Unknown)) && self.elements[..at].iter().any(ordered)
    }

    /// "two drinks, a coke and a sprite", "two drinks. The first …": the amount of a generic noun that what follows makes
    /// up.
    fn announces(&self, at: usize, in_category: impl Fn(&Which) -> bool) -> Option<usize> {
        let amount = self.amount_before(at)?;
        let whole = self.amount(amount)?.count().filter(|n| *n > 1)?;
        if self.elements[amount..at].iter().any(|e| matches!(e.kind, ElementKind::Choice(_))) {
            return None;
        }
        let (mut said, mut fits) = (0, false);
        for ahead in at + 1..self.elements.len() {
            match &self.elements[ahead].kind {
                ElementKind::Nth(_) => return Some(amount),
                ElementKind::Head(head) if !head.generic && !head.negated => {
                    if !in_category(&head.which) {
                        break;
                    }
                    let own = self.amount_before(ahead).filter(|own| *own > at).and_then(|own| self.amount(own));
                    fits = true;
                    said += own.map_or(Some(1), |own| own.count())?;
                }
                _ => {}
            }
        }
        (fits && said == whole).then_some(amount)
    }

    /// "eggplant parm sub": right behind an item, a word that its neighbours' names share is only its noun.
    fn is_noun_of_last(&self, at: usize) -> bool {
        let before = at.checked_sub(1).filter(|_| self.elements[at].before == Break::None).and_then(|b| self.head(b));
        let (Some(last), Some(here)) = (before, self.head(at)) else { return false };
        // "a large americano coffee": the noun of its kind, behind an item that something describes and before no other.
        if let (Which::Item(first), Which::Item(noun)) = (&last.which, &here.which)
            && first != noun
            && self.menu.is_noun(*noun)
            && self.menu.same_kind(&last.which, &here.which)
        {
            let described = at > 1
                && self.elements[at - 1].before == Break::None
                && matches!(self.elements[at - 2].kind, ElementKind::Choice(_) | ElementKind::Amount(_));
            let listed = self.head(at + 1).is_some();
            return described && !listed;
        }
        matches!(&here.which, Which::OneOf(all) if all.len() > 2)
            && matches!(last.which, Which::Item(_))
            && self.menu.same_kind(&last.which, &here.which)
    }

    /// "a sub with turkey", where there is a turkey sub: the "with" behind an open noun that says which of them it is.
    fn settled_with(&self, at: usize) -> Option<usize> {
        let Which::OneOf(all) = &self.head(at)?.which else { return None };
        let between = |e: &&Element| matches!(e.kind, ElementKind::Choice(_) | ElementKind::Filler);
        let with = at + 1 + self.elements[at + 1..].iter().take_while(between).count();
        let kind = &self.elements.get(with)?.kind;
        let which = self.named_with(with).filter(|_| matches!(kind, ElementKind::With))?;
        matches!(which, Which::Item(item) if all.contains(&item)).then_some(with)
    }

    /// The item right after a "with".
    fn named_with(&self, with: usize) -> Option<Which> {
        for at in with + 1..self.elements.len() {
            if self.elements[at].before != Break::None {
                return None;
            }
            match &self.elements[at].kind {
                ElementKind::Head(head) => return (!head.generic && !head.negated).then(|| head.which.clone()),
                ElementKind::Choice(pick) if !pick.negated => {}
                ElementKind::Filler => {}
                _ => return None,
            }
        }
        None
    }

    /// "make it with decaf coffee": after "with" or "make", without a number, the noun only carries its option.
    pub(super) fn only_carries(&self, at: usize) -> bool {
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
    pub(super) fn points_back(&self, at: usize) -> bool {
        let Some(head) = self.head(at) else { return false };
        let before =
            self.elements[..at].iter().rev().find(|e| !matches!(e.kind, ElementKind::Filler | ElementKind::Of));
        let all = matches!(before, Some(Element { kind: ElementKind::Both, .. }));
        all && self.elements[..at]
            .iter()
            .any(|e| matches!(&e.kind, ElementKind::Head(h) if h.which == head.which && !h.negated))
    }

    /// "a pizza pie", "a pie … and ham pizza": the same item named again without a number is the same line.
    pub(super) fn join_repeated(&mut self, at: usize) {
        // "a toastie, no cheese", where only a cheese toastie is called so.
        let Some(head) = self.head(at).filter(|head| !head.negated) else { return };
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
}

impl State<'_> {
    /// "牛肉堡套餐，喝的要可乐": behind a kind of item and "要", an option of the item before that is of no list filled yet.
    pub(super) fn told_of_kind(&self, menu: &Menu, sense: &Sense) -> bool {
        let mut back = self.out.iter().rev().filter(|e| !matches!(e.kind, ElementKind::Filler));
        let wants = |e: &Element| matches!(e.kind, ElementKind::Want | ElementKind::Becomes) && e.before == Break::None;
        let wanted = back.next().is_some_and(wants);
        let kind = back.next().filter(|e| matches!(&e.kind, ElementKind::Head(head) if head.generic));
        let counted = kind.is_some_and(|e| e.before == Break::None)
            && matches!(back.next(), Some(Element { kind: ElementKind::Amount(_), .. }));
        let item = |e: &Element| matches!(&e.kind, ElementKind::Head(head) if !head.generic && !head.negated);
        let Some(at) = self.out.iter().rposition(item).filter(|_| wanted && kind.is_some() && !counted) else {
            return false;
        };
        let ElementKind::Head(head) = &self.out[at].kind else { return false };
        let fills = |o: &OptionId| {
            let of_it = |e: &Element| matches!(&e.kind, ElementKind::Choice(p) if p.options.iter().any(|said| said.list == o.list));
            self.out[at..].iter().any(of_it)
        };
        sense.options.iter().any(|o| menu.chooses_one(o.list) && menu.accepts(&head.which, *o) && !fills(o))
    }
}
