//! What choices are called in general: "grey", where an item is to be had in slate grey and in no other.

use super::act::Which;
use super::element::{ElementKind, State};
use super::lexicon::quality;
use super::part::Part;
use super::pick::Pick;
use super::rather::sure;
use super::role::Reader;
use super::tokens::Break;
use crate::shop::{OptionId, OptionListId};

/// More choices than these are not told apart by asking for one of them.
const MOST: usize = 3;

impl<'l> Reader<'_, 'l> {
    /// A word that names no choice, and that several end with: of those of one list the one that the item spoken of is to be had
    /// in; of a few, one or another. Whether it was read so.
    pub(super) fn common_noun(&self, at: usize, end: usize, state: &mut State<'l>) -> bool {
        let part = &self.parts[at];
        if part.nouns.is_empty() || state.negated.is_some() || state.grade.is_some() {
            return false;
        }
        let strange = |p: &Part| p.is_unknown() && !p.common;
        let joined = self.parts[at + 1..end].iter().take_while(|p| p.before == Break::None);
        let item = |p: &Part| p.sense().filter(|s| !s.items.is_empty()).map(|s| Which::OneOf(s.items.to_vec()));
        let behind = joined.clone().find_map(item);
        // "dark grey", where something else is had in dark oak; "grey seal"
        let of_other = |p: &Part| {
            let takes = |o: &OptionId| state.heads.last().or(behind.as_ref()).is_some_and(|w| self.menu.accepts(w, *o));
            p.sense().is_some_and(|s| s.items.is_empty() && !s.options.is_empty() && !s.options.iter().any(takes))
        };
        let before = at.checked_sub(1).map(|n| &self.parts[n]).filter(|_| part.before == Break::None);
        let within = before.is_some_and(|p| strange(p) || of_other(p));
        if within || joined.clone().next().is_some_and(strange) {
            return false;
        }
        let had = |which: &Which| {
            let takes = |o: &&OptionId| self.menu.chooses_one(o.list) && self.menu.accepts(which, **o);
            let mut all: Vec<&'l OptionId> = part.nouns.iter().filter(takes).collect();
            all.retain({
                let list = all.first().map(|o| o.list);
                move |o| Some(o.list) == list
            });
            let telling = all.first().is_some_and(|o| all.len() < usize::from(self.menu.options_in(o.list)));
            (telling && all.len() <= MOST).then_some(all)
        };
        let said = state.heads.last().and_then(had).or_else(|| had(behind.as_ref()?));
        let asked = || {
            let list = self.expect.list?;
            let all = had(&Which::Item(*self.expect.cart.last()?))?;
            matches!(all[..], [one] if one.list == list).then_some(all)
        };
        let Some(options) = said.or_else(asked) else { return false };
        let start = state.take(at).start;
        for (n, option) in options.into_iter().enumerate() {
            let pick = Pick {
                or_previous: n > 0,
                sure: sure(quality::VARIANT, part.slips),
                plural: part.plural,
                words: part.tokens.len(),
                ..Pick::plain(std::slice::from_ref(option))
            };
            state.push(ElementKind::Choice(pick), start..at + 1, part.before);
        }
        true
    }

    /// "Without gift wrapping", where that is what one of the list is called: it is chosen.
    pub(super) fn list_said(&self, list: OptionListId, negated: bool) -> ElementKind<'l> {
        let refusal = self.menu.only_refusal(list).filter(|_| negated);
        refusal.map_or(ElementKind::List(list, negated), |options| ElementKind::Choice(Pick::plain(options)))
    }
}
