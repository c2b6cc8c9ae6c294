//! What is ordered only on a condition: "a latte if you have oat milk". Nobody can know what was meant should it not hold, so
//! nothing is ordered, and what the condition is about is answered.

use std::ops::Range;

use crate::lang::cue::Cue;
use crate::lang::understand::{ConditionWords, Matter};
use crate::shop::OptionId;

use super::act::{ActKind, Question, Which};
use super::lexicon::{Sense, quality};
use super::matter::{Claim, Matters};
use super::need::about;
use super::part::Part;
use super::phrases::Phrases;
use super::tokens::{Break, Normaliser, Tokens};

#[derive(Debug)]
pub(super) struct Conditions {
    opens: Phrases,
    /// "if you don't have": what follows is wanted in the place of what is had.
    lacks: Phrases,
    /// "if possible": no condition.
    polite: Phrases,
    /// "if you have it", where nothing follows: what is not there is said anyway.
    had: Phrases,
    /// "I'm not sure if": asks, or tells of a question.
    led: Phrases,
}

impl Conditions {
    pub fn new(words: &ConditionWords, normaliser: &Normaliser) -> Conditions {
        let phrases = |all: &[String]| Phrases::new(all, normaliser);
        Conditions {
            opens: phrases(&words.opens),
            lacks: phrases(&words.lacks),
            polite: phrases(&words.polite),
            had: phrases(&words.had),
            led: phrases(&words.led),
        }
    }

    /// The clauses that are ordered on a condition, each with its condition and what is to be answered.
    pub fn find(&self, tokens: &Tokens, parts: &[Part], matters: &Matters) -> Vec<Claim<ActKind>> {
        let mut claims: Vec<Claim<ActKind>> = Vec::new();
        let mut at = 0;
        while at < tokens.len() {
            let free = claims.last().map_or(0, |claim| claim.tokens.end);
            match self.at(tokens, parts, matters, free, at) {
                Some(claim) => {
                    at = claim.tokens.end.max(at + 1);
                    claims.push(claim);
                }
                None => at += 1,
            }
        }
        claims
    }

    /// "A loaf, if you've got one": what is said anyway counts nothing.
    pub fn said_anyway(&self, tokens: &Tokens) -> Vec<Range<usize>> {
        let ends = |end: usize| end >= tokens.len() || tokens.list[end].before != Break::None;
        let had = |at: usize| self.had.at(tokens, at).map(|length| at..at + length).filter(|range| ends(range.end));
        (0..tokens.len()).filter_map(had).collect()
    }

    fn at(&self, tokens: &Tokens, parts: &[Part], matters: &Matters, free: usize, at: usize) -> Option<Claim<ActKind>> {
        let lacks = self.lacks.at(tokens, at);
        let opened = lacks.max(self.opens.at(tokens, at))?;
        let clause = matters.clause_end(tokens, at + opened);
        let ends = |end: usize| end >= clause || self.opens.at(tokens, end).is_some();
        let polite = self.polite.at(tokens, at).is_some();
        if polite || self.had.at(tokens, at).is_some_and(|had| ends(at + had)) || self.is_led(tokens, at) {
            return None;
        }
        let within = |range: &Range<usize>, part: &&Part| range.contains(&part.tokens.start);
        let condition = at + opened..self.main(tokens, parts, at + opened, clause);
        let (mut start, mut end) = (matters.start(tokens, free, at), clause);
        let alone = condition.end == clause && !parts.iter().filter(|part| within(&(start..at), part)).any(says);
        let more = clause < tokens.len() && tokens.list[clause].before != Break::Stop;
        if alone && more {
            // "If you have oat milk, a latte"
            end = matters.clause_end(tokens, clause + 1);
        } else if alone && start > free {
            // "A latte, if you have oat milk"
            start = matters.start(tokens, free, start - 1);
        }
        let all = start..end;
        let rest = |part: &&Part| within(&all, part) && !condition.contains(&part.tokens.start);
        if condition.is_empty() || !parts.iter().filter(rest).any(wants) {
            return None;
        }
        let options = || parts.iter().filter(|part| within(&condition, part)).filter_map(option);
        let named = about(parts, condition.clone(), None);
        let question = match (&named[..], options().next()) {
            // What is not sold is not there: what is wanted then is wanted.
            ([], None) if lacks >= Some(opened) => return None,
            (_, Some(option)) => Question::OptionAvailability(option),
            ([], None) => match ActKind::of_matter(Matter::About, &about(parts, all.clone(), None)) {
                ActKind::Ask(question) => question,
                _ => Question::About(None),
            },
            ([Which::Category(category)], None) => Question::Menu(Some(*category)),
            (named, None) => Question::Availability(named.to_vec()),
        };
        Some(Claim { tokens: all, kind: ActKind::Ask(question) })
    }

    /// Where within its clause what is wanted begins: "if you have oat milk a latte".
    fn main(&self, tokens: &Tokens, parts: &[Part], from: usize, clause: usize) -> usize {
        let inside = parts.iter().filter(|part| part.tokens.start >= from && part.tokens.start < clause);
        let mut said = false;
        for part in inside {
            let amount = part.amount().is_some() || part.is(Cue::Want) && !part.is_filler();
            if said && amount && tokens.list[part.tokens.start].before == Break::None {
                return part.tokens.start;
            }
            said |= part.is_unknown() || part.sense().is_some_and(Sense::names_something);
        }
        clause
    }

    /// "I wonder if you have oat milk".
    fn is_led(&self, tokens: &Tokens, at: usize) -> bool {
        (at.saturating_sub(LED)..at).any(|from| self.led.at(tokens, from).is_some_and(|led| from + led == at))
    }
}

/// No phrase that leads to a question is of more words.
const LED: usize = 4;

/// More than a word that means nothing.
fn says(part: &Part) -> bool {
    !(part.is_filler() || part.common || part.cues().any(&[Cue::And, Cue::But, Cue::Correct, Cue::No, Cue::Yes]))
        || part.sense().is_some_and(Sense::names_something)
}

/// Something that would be ordered, taken or changed.
fn wants(part: &Part) -> bool {
    let verb = [Cue::Want, Cue::Put, Cue::Change, Cue::Remove, Cue::Swap];
    part.amount().is_some_and(|a| !a.article)
        || part.cues().any(&verb) && !part.is_filler()
        || part.sense().is_some_and(|s| s.items_quality >= quality::PART || s.category.is_some())
        || option(part).is_some()
}

fn option(part: &Part) -> Option<OptionId> {
    let sense = part.sense()?;
    let named = sense.options_quality >= quality::VARIANT && sense.options_quality > sense.items_quality;
    sense.options.first().copied().filter(|_| named)
}

#[cfg(test)]
mod tests {
    use super::super::tests::cafe;
    use super::super::{ActKind, Expect, Question};

    fn acts(said: &str) -> Vec<ActKind> {
        cafe().understand(said, &Expect::default()).acts.into_iter().map(|act| act.kind).collect()
    }

    #[test]
    fn who_wants_it_only_with_oat_milk_is_told_of_the_oat_milk() {
        for said in [
            "a latte if you have oat milk",
            "if you have oat milk, a latte",
            "I only get the latte if you have oat milk",
        ] {
            assert!(
                matches!(acts(said)[..], [ActKind::Ask(Question::OptionAvailability(_))]),
                "{said}: {:?}",
                acts(said)
            );
        }
        let fresh = acts("a brownie as long as it's fresh");
        assert!(matches!(fresh[..], [ActKind::Ask(Question::About(Some(_)))]), "{fresh:?}");
    }

    #[test]
    fn only_what_hangs_on_the_condition_waits_for_it() {
        let said = acts("a cola, and a latte if you have oat milk");
        assert!(matches!(said[..], [ActKind::Add(_), ActKind::Ask(_)]), "{said:?}");
    }

    #[test]
    fn the_polite_and_who_asks_for_what_is_not_sold_get_what_they_want() {
        for said in [
            "a cola if you don't mind",
            "if possible a cola",
            "a cola if you have it",
            "if there's no beer then a cola",
        ] {
            assert!(acts(said).iter().any(|act| matches!(act, ActKind::Add(_))), "{said}: {:?}", acts(said));
        }
    }
}
