//! How far a stretch of an utterance goes that does one thing.

use super::lexicon::quality;
use super::part::Part;
use super::tokens::Break;
use super::utterance::{Mode, Utterance};
use crate::lang::cue::Cue;

impl Utterance<'_, '_> {
    pub(super) fn end(&self, start: usize, mode: Mode) -> usize {
        let mut headed = false;
        for at in start..self.parts.len() {
            let part = &self.parts[at];
            if at > start {
                if part.before == Break::Stop && mode != Mode::Order {
                    return at;
                }
                let cues = part.cues();
                let ends = match mode {
                    Mode::Order => self.ends_order(start, at, headed),
                    Mode::Ask => {
                        cues.has(Cue::Want) && !cues.any(&[Cue::AskHave, Cue::Filler])
                            || self.ends_any(at)
                            || self.puts_right(start, at)
                    }
                    Mode::Remove | Mode::Change | Mode::Becomes | Mode::Swap => {
                        cues.any(&[Cue::Want, Cue::Put]) && !cues.any(&[Cue::To, Cue::Filler])
                            || mode != Mode::Remove && (self.remove_starts(at) || self.points_anew(start, at))
                            || mode == Mode::Remove
                                && (self.orders_anew(at) || self.lets_be(at) || self.takes_but(start, at))
                            || self.ends_any(at)
                            || self.asks(at) && !(mode == Mode::Remove && self.comes_off(at))
                    }
                    Mode::Name => part.before != Break::None || !part.is_unknown() && at > start + 1,
                    Mode::Other => self.asks_whether_sold(at),
                };
                if ends {
                    return at;
                }
            }
            headed |= part.sense().is_some_and(|s| !s.items.is_empty() || s.category.is_some());
        }
        self.parts.len()
    }

    /// "It's pouring out there have you got umbrellas": a question about what is sold, behind anything else.
    fn asks_whether_sold(&self, at: usize) -> bool {
        let small = |p: &&Part| p.is_filler() || p.amount().is_some() || p.cues().any(&[Cue::Definite, Cue::Article]);
        let next = self.parts[at + 1..].iter().find(|p| !small(p));
        let asks = self.parts[at].is_plainly(Cue::AskHave) && self.parts[at].tokens.len() > 1;
        asks && next.and_then(Part::sense).is_some_and(|s| s.items_quality >= quality::VARIANT || s.category.is_some())
    }

    /// Phrases that are acts of their own wherever they stand.
    fn ends_any(&self, at: usize) -> bool {
        let part = &self.parts[at];
        let cues = part.cues();
        let strong = [Cue::Done, Cue::Thanks, Cue::Goodbye, Cue::Human, Cue::SmallTalk, Cue::NameIs];
        let strong = cues.any(&strong) && !cues.any(&[Cue::Filler, Cue::Remove, Cue::Not]);
        strong && (self.simple(at).is_some() || cues.has(Cue::NameIs) && self.name_follows(at + 1))
    }

    fn ends_order(&self, start: usize, at: usize, headed: bool) -> bool {
        let part = &self.parts[at];
        let cues = part.cues();
        if self.ends_any(at) || cues.has(Cue::Swap) && !self.own_name(at) || self.named(at).is_some() {
            return true;
        }
        if at > start && (self.told_of(at).is_some() || self.points_to_ordered(start, at)) {
            return true;
        }
        // "A car and a tractor, wrap them both"
        if part.before != Break::None && headed && self.verb_told(at).is_some() {
            return true;
        }
        if part.before != Break::None && self.simple(at).is_some() && !cues.any(&[Cue::Filler, Cue::Not, Cue::Fine]) {
            return true;
        }
        // "Two of those, the bigger size"
        if part.before != Break::None && cues.any(&super::stepped::STEPS) {
            return true;
        }
        if headed && self.reopens(start, at) {
            return true;
        }
        let removes = self.remove_starts(at) || cues.has(Cue::Remove) && self.edit_mode(at) == Some(Mode::Remove);
        if removes && !self.takes_off_last(at) {
            return true;
        }
        if !headed && (self.describes_anew(start, at) || self.places_anew(start, at)) {
            return true;
        }
        if !headed && cues.has(Cue::Change) && !cues.has(Cue::Want) && part.before != Break::None {
            return true;
        }
        if part.before != Break::None && self.verb_behind(at).is_some()
            || part.before == Break::Stop && self.other_matter(at, headed)
        {
            return true;
        }
        // "my son dropped his phone so I'll just get …": what was said before somebody wants something is another matter.
        let rambled = || self.parts[start..at].iter().any(|p| p.is_unknown());
        if !headed && at > start + 1 && cues.has(Cue::Want) && !cues.has(Cue::Filler) && rambled() {
            return true;
        }
        // "what" alone is small talk; "what milks do you have" asks.
        let have = || self.parts[at..self.stop(at + 1)].iter().take(6).any(|p| p.is(Cue::AskHave));
        self.asks(at) && !cues.has(Cue::Extra) && (!cues.has(Cue::Filler) || cues.has(Cue::AskWhat) && have())
    }
}
