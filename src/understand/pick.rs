//! Options as they are said.

use super::act::Which;
use super::element::{Modifiers, State};
use super::lexicon::Sense;
use super::menu::Menu;
use super::rather::sure;
use super::role::Reader;
use super::tokens::Break;
use crate::commerce::cart::Grade;
use crate::lang::cue::Cue;
use crate::shop::OptionId;

/// Options said, of which one is meant.
#[derive(Debug, Clone)]
pub struct Pick<'l> {
    pub options: &'l [OptionId],
    /// The first so many are so called; the rest are named by a part only.
    pub named: usize,
    pub negated: bool,
    /// By a bare "no", which may be an answer to oneself: "a small, no, large tea".
    pub denied: bool,
    pub grade: Option<Grade>,
    pub count: u8,
    pub or_previous: bool,
    /// "Only ketchup": and no other of its list.
    pub only: bool,
    /// How it is dosed ("a shot of", "a little"): kept as a note where the list knows no such thing.
    pub dosed: bool,
    /// It is called by what is done ("不加糖"), and said behind what it is of.
    pub verbal: bool,
    /// Behind it stands that it is a thing that is so ("加培根的").
    pub nominal: bool,
    pub sure: f32,
    pub plural: bool,
    /// In how many words it was named.
    pub words: usize,
}

impl<'l> Pick<'l> {
    /// Named in full, with nothing said beside.
    pub fn plain(options: &'l [OptionId]) -> Pick<'l> {
        Pick {
            options,
            named: options.len(),
            negated: false,
            denied: false,
            grade: None,
            count: 1,
            or_previous: false,
            only: false,
            dosed: false,
            verbal: false,
            nominal: false,
            sure: 1.0,
            plural: false,
            words: 1,
        }
    }

    /// The one of its options that `which` can be had with.
    pub fn for_item(&self, menu: &Menu, which: &Which) -> Option<OptionId> {
        self.called().iter().copied().find(|o| menu.accepts(which, *o))
    }

    /// "medium" is a size where there are sizes, whatever roast is called "medium roast".
    pub fn called(&self) -> &[OptionId] {
        let called = if self.named > 0 { self.named } else { self.options.len() };
        &self.options[..called]
    }
}

/// What is said around an option.
pub(super) struct Said<'s> {
    /// The part that names it, and where the stretch ends.
    pub at: usize,
    pub end: usize,
    pub count: u32,
    pub or_previous: bool,
    pub modifiers: &'s Modifiers,
}

impl<'l> Reader<'_, 'l> {
    pub(super) fn pick(&self, sense: &'l Sense, state: &State<'l>, said: Said) -> Pick<'l> {
        let Said { at, end, count, or_previous, modifiers } = said;
        let part = &self.parts[at];
        let most = sense.options.iter().map(|o| self.menu.max_count(o.list)).max().unwrap_or(1);
        let several = sense.options.iter().all(|o| !self.menu.chooses_one(o.list));
        let countable = (1..=u32::from(most)).contains(&count);
        Pick {
            options: sense.options_said(part.plural),
            named: sense.options_named,
            negated: modifiers.negated
                || modifiers.grade.is_none() && sense.options.first().is_some_and(|o| state.refusal_reaches(o.list)),
            denied: modifiers.by.is_some_and(|by| self.is_denied(by, at)),
            grade: modifiers.grade,
            count: if countable { count as u8 } else { 1 },
            or_previous,
            only: several && !modifiers.negated && self.says_only(modifiers.start, at, end),
            dosed: modifiers.dosed && (modifiers.grade.is_some() || !countable)
                || several && self.dosed_behind(at, end),
            sure: sure(sense.options_quality, part.slips),
            plural: part.plural,
            verbal: part.verbal,
            nominal: self.parts.get(at + 1).is_some_and(|p| p.before == Break::None && p.is(Cue::Nominal)),
            words: part.tokens.len(),
        }
    }
}
