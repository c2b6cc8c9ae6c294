//! Whether what is said leads to the thing that it is of.

use super::element::{Element, ElementKind};
use super::order::Reader;
use super::tokens::Break;

impl Reader<'_, '_> {
    /// Whether the amount is that of an item said after it.
    pub(super) fn leads_to_head(&self, at: usize) -> bool {
        if self.closes_amount(at) {
            return false;
        }
        for ahead in at + 1..self.elements.len() {
            if self.elements[ahead].before == Break::Stop {
                return false;
            }
            match &self.elements[ahead].kind {
                ElementKind::Head(head) if !self.used[ahead] => {
                    let and = matches!(self.elements[ahead - 1].kind, ElementKind::And);
                    return !(head.negated || and && self.implies_another(at));
                }
                ElementKind::Amount(_) if self.used[ahead] => {}
                ElementKind::Head(_) => {}
                _ if self.elements[ahead].lies_between() => {}
                _ => return false,
            }
        }
        false
    }

    /// "one large something": the amount and its options belong to what nobody knows.
    pub(super) fn leads_to_unknown(&self, at: usize) -> bool {
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

    /// "a large and a small latte".
    pub(super) fn shares_head(&self, at: usize) -> bool {
        let after =
            self.elements[at + 1..].iter().find(|e| !matches!(e.kind, ElementKind::Choice(_) | ElementKind::Filler));
        let amount = self.elements[at + 1..].iter().skip_while(|e| !matches!(e.kind, ElementKind::And)).nth(1);
        matches!(after, Some(Element { kind: ElementKind::And, .. }))
            && matches!(amount, Some(Element { kind: ElementKind::Amount(_), .. }))
            && self.head_follows(at)
    }

    pub(super) fn head_follows(&self, at: usize) -> bool {
        (at + 1..self.elements.len()).any(|n| self.head(n).is_some_and(|h| !h.negated))
    }
}
