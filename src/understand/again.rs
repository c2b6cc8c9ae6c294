//! "The same again": what else is said of the copy.

use crate::lang::cue::Cue;

use super::act::*;
use super::part::Part;
use super::tokens::Break;
use super::utterance::Utterance;

impl Utterance<'_, '_> {
    /// "The same in conditioner": whether nothing but such words stands there.
    fn only_small(&self, span: std::ops::Range<usize>) -> bool {
        let small = |p: &Part| p.cues().any(&[Cue::Beside, Cue::Filler]) && !p.is(Cue::And);
        self.parts.iter().filter(|p| span.contains(&self.tokens.span(p.tokens.clone()).start)).all(small)
    }

    /// "再来两杯拿铁，一样的", "再来一杯一样的四季春": as many more of one that stands, where names stand bare.
    fn same_of_standing(&mut self, at: usize) -> bool {
        let [.., first, second] = &self.acts[..=at] else { return false };
        let (request, again) = match (&first.kind, &second.kind) {
            (ActKind::Add(request), again) | (again, ActKind::Add(request)) => (request, again),
            _ => return false,
        };
        let plain = matches!(again, ActKind::Again { target: Target::Last, quantity: None, edits } if edits.is_empty());
        let bare = request.choices.is_empty() && request.notes.is_empty();
        let stands = matches!(request.which, Which::Item(item) if self.expect.cart.contains(&item));
        if !(plain && bare && stands && self.lexicon.bare) {
            return false;
        }
        let target = Target::Described { which: Some(request.which.clone()), choices: Vec::new() };
        let kind = ActKind::Again { target, quantity: request.quantity, edits: Vec::new() };
        let span = first.span.start..second.span.end;
        self.acts.splice(at - 1..=at, [Act { kind, span }]);
        true
    }

    /// "The same in green", where nothing is green: what of it is to be the same nobody knows.
    fn same_of_unknown(&mut self) {
        for at in 0..self.acts.len() {
            let act = &self.acts[at];
            let plain =
                matches!(&act.kind, ActKind::Again { target: Target::Last, quantity: None, edits } if edits.is_empty());
            if !plain || self.lexicon.bare {
                continue;
            }
            let span = |p: &Part| self.tokens.span(p.tokens.clone());
            let from = self.parts.partition_point(|p| span(p).start < act.span.end);
            let rest = || self.parts[from..].iter().take_while(|p| p.before == Break::None);
            let end = rest().last().map_or(act.span.end, |p| span(p).end);
            let read = self.acts.get(at + 1).is_some_and(|next| next.span.start < end && next.kind != ActKind::Other);
            let named = |p: &Part| p.sense().is_some_and(|s| s.cues.is_empty() && s.is_thing());
            // "The same for Ada"
            let so = rest().next().is_some_and(|p| p.is(Cue::Beside));
            // "And a memory card, same size": said of what is ordered there, and no more of what stands.
            let single = from.checked_sub(1).map(|at| &self.parts[at]);
            let single = single.is_some_and(|p| p.tokens.len() == 1 && span(p) == act.span);
            let ordered = at > 0 && matches!(self.acts[at - 1].kind, ActKind::Add(_) | ActKind::Again { .. });
            let list = |p: &Part| p.sense().is_some_and(|s| s.list.is_some());
            let noun = rest().next().is_some_and(|p| p.is_unknown() && !p.common || list(p));
            if single && ordered && noun {
                self.acts[at].kind = ActKind::Other;
                continue;
            }
            if so && !read && rest().any(|p| p.is_unknown() && !p.common || named(p)) {
                self.acts[at].kind = ActKind::Other;
            }
        }
    }

    /// "same again but with oat milk": what follows is said of the copy.
    pub(super) fn join_again(&mut self) {
        for at in (1..self.acts.len()).rev() {
            if self.same_of_standing(at) {
                continue;
            }
            // Only behind one of these, so that a long text is not gone over once for each of its acts.
            if !matches!(self.acts[at - 1].kind, ActKind::Again { .. }) {
                continue;
            }
            let joined = self.only_small(self.acts[at - 1].span.end..self.acts[at].span.start);
            let [.., before, next] = &mut self.acts[..=at] else { continue };
            // "一样的再来一杯": one act in two phrases.
            if let ActKind::Again { quantity: None, edits, .. } = &before.kind
                && edits.is_empty()
                && matches!(next.kind, ActKind::Again { quantity: Some(_), .. })
            {
                self.acts.remove(at - 1);
                continue;
            }
            // "the same trowel in green": one more of that, and of nothing else.
            if let ActKind::Again { target: Target::Last, quantity: None, edits } = &before.kind
                && edits.is_empty()
                && matches!(next.kind, ActKind::Add(_))
                && joined
                && !self
                    .parts
                    .iter()
                    .any(|p| p.is(Cue::And) && self.tokens.span(p.tokens.clone()).start == next.span.start)
            {
                // "The same latte but iced", of one that stands, is otherwise as that one is.
                if let ActKind::Add(request) = &next.kind
                    && let Which::Item(item) = request.which
                    && self.expect.cart.contains(&item)
                {
                    let edits = request.choices.iter().cloned().map(Edit::Choose);
                    let edits = edits.chain(request.notes.iter().cloned().map(Edit::Note)).collect();
                    let target = Target::Described { which: Some(Which::Item(item)), choices: Vec::new() };
                    next.kind = ActKind::Again { target, quantity: request.quantity, edits };
                }
                self.acts.remove(at - 1);
                continue;
            }
            // "再来一杯一样的，换成热的"
            let of_copy = self.lexicon.bare;
            if let ActKind::Again { edits, .. } = &mut before.kind
                && let (ActKind::Fragment { edits: said, all: false }, _)
                | (ActKind::Change { target: Target::Last, edits: said }, true) = (&mut next.kind, of_copy)
                && !said.iter().any(|e| matches!(e, Edit::Quantity(_) | Edit::More(_)))
            {
                // "… with scallion instead of the veggie": in the place of what stood there.
                let instead =
                    |p: &&Part| p.is(Cue::InsteadOf) && next.span.contains(&self.tokens.span(p.tokens.clone()).start);
                if self.parts.iter().any(|p| instead(&p)) {
                    for edit in said.iter_mut() {
                        if let Edit::Choose(choice) = edit
                            && !choice.negated
                        {
                            *edit = Edit::Turned(choice.clone());
                        }
                    }
                }
                edits.append(said);
                before.span = before.span.start.min(next.span.start)..before.span.end.max(next.span.end);
                self.acts.remove(at);
            }
        }
        self.same_of_unknown();
    }
}
