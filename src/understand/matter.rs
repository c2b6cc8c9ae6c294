//! What a sentence is about where it is about no order: paying, what was bought last week, a word to somebody else. It is
//! found in the whole sentence before any item named in it is taken: "can I pay with apple pay" asks for no apples.

use std::ops::Range;

use crate::lang::cue::Cue;
use crate::lang::understand::{Matter, MatterWords, Reach};

use super::act::{ActKind, Edit};
use super::part::Part;
use super::pattern::{Found, Patterns, nothing};
use super::phrases::{self, Phrases};
use super::tokens::{Break, Normaliser, Tokens};

/// A stretch of the tokens that is read as a whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Claim<K> {
    pub tokens: Range<usize>,
    pub kind: K,
}

#[derive(Debug)]
pub(super) struct Matters {
    patterns: Patterns<(Matter, Reach)>,
    /// How a new clause of a sentence opens ("and I need").
    openers: Phrases,
    /// How one goes on that looks like a new one ("…, it doesn't switch on").
    goes_on: Phrases,
}

impl Matters {
    pub fn new(words: &MatterWords, noughts: &[String], normaliser: &Normaliser) -> Matters {
        let patterns = words.kinds.iter().flat_map(|(&matter, of)| {
            let reaches = [(&of.within, Reach::Clause), (&of.opens, Reach::Rest), (&of.alone, Reach::Itself)];
            let of = move |(all, reach): (&'_ Vec<String>, Reach)| {
                all.iter().map(|pattern| (pattern.clone(), (matter, reach))).collect::<Vec<_>>()
            };
            reaches.into_iter().flat_map(of)
        });
        let repeats = words.repeats.iter().flat_map(|word| phrases::words(word, normaliser));
        let numbers: Vec<String> = noughts.iter().cloned().chain(repeats).collect();
        Matters {
            patterns: Patterns::new(patterns, normaliser).counting(&numbers),
            openers: Phrases::new(&words.openers, normaliser),
            goes_on: Phrases::new(&words.goes_on, normaliser),
        }
    }

    /// The stretches that are about something else, in order; no two overlap.
    pub fn find(&self, tokens: &Tokens, parts: &[Part]) -> Vec<Claim<Matter>> {
        let mut claims: Vec<Claim<Matter>> = Vec::new();
        let mut at = 0;
        while at < tokens.len() {
            let stop = stop(tokens, at);
            let found = self.patterns.at(tokens, at, stop, &nothing).filter(|found| fits(found, parts));
            let Some(found) = found else {
                at += 1;
                continue;
            };
            let free = claims.last().map_or(0, |claim| claim.tokens.end);
            let (kind, reach) = found.stands_for;
            let clause = self.start(tokens, free, at)..at;
            if kind == Matter::Enough && denies(parts, &clause) {
                at += 1;
                continue;
            }
            let mut start = if reach == Reach::Clause { self.start(tokens, free, found.tokens.start) } else { at };
            if kind == Matter::Undecided && reach == Reach::Rest {
                start = self.between(tokens, parts, free, start);
            }
            let mut end =
                if reach == Reach::Itself { found.tokens.end } else { self.end(tokens, found.tokens.end, kind) };
            if kind == Matter::Talk {
                // "There's five of us, and it's hot out": of what is sold beside such words the order is read.
                let sold = |range: Range<usize>| names_ware(parts, &range);
                if reach == Reach::Rest && sold(start..end) {
                    at += 1;
                    continue;
                }
                // "Same again please, there's four of us"
                let says = |range: Range<usize>| {
                    let inside = |p: &&Part| p.tokens.start >= range.start && p.tokens.end <= range.end;
                    parts
                        .iter()
                        .filter(inside)
                        .any(|p| p.cues().any(&[Cue::Again, Cue::Done, Cue::Remove, Cue::Want]) && !p.is_filler())
                };
                let before = start..found.tokens.start;
                start = if sold(before.clone()) || says(before) { found.tokens.start } else { start };
                end = if sold(found.tokens.end..end) { found.tokens.end } else { end };
            }
            if kind == Matter::Aside && reach == Reach::Clause {
                (start, end) = but_ordered(parts, start..end, &found.tokens);
            }
            claims.push(Claim { tokens: start..end, kind });
            at = end.max(at + 1);
        }
        claims
    }

    /// Where the clause begins that this token stands in, after what is `free`.
    pub fn start(&self, tokens: &Tokens, free: usize, at: usize) -> usize {
        (free..=at).rev().find(|at| *at == free || self.breaks(tokens, *at)).unwrap_or(at)
    }

    /// "The bhuna or maybe the jalfrezi, I can't decide": whoever weighs one thing against another wants neither yet.
    fn between(&self, tokens: &Tokens, parts: &[Part], free: usize, start: usize) -> usize {
        let before = |part: &&Part| part.tokens.start < start && part.tokens.end >= start;
        let or = parts.iter().find(|part| before(part) && part.is(Cue::Or));
        or.map_or(start, |or| self.start(tokens, free, or.tokens.start))
    }

    /// Where the clause ends that goes on here.
    pub fn clause_end(&self, tokens: &Tokens, from: usize) -> usize {
        (from..tokens.len()).find(|at| self.breaks(tokens, *at)).unwrap_or(tokens.len())
    }

    /// The same for what is about something else, and goes on so: "… no, I'm at the shop do we need milk".
    fn end(&self, tokens: &Tokens, from: usize, kind: Matter) -> usize {
        let mut at = from;
        while at < tokens.len() {
            let goes_on = self.goes_on.at(tokens, at).is_some() && kind == Matter::Support;
            // "write happy birthday, Nana": a pause is no end of what is written.
            let within =
                kind == Matter::Text && tokens.list[at].before == Break::Comma && self.openers.at(tokens, at).is_none();
            if self.breaks(tokens, at) && !goes_on && !within {
                return at;
            }
            let more = self.patterns.at(tokens, at, stop(tokens, at), &nothing);
            at = more.filter(|more| more.stands_for.0 == kind).map_or(at + 1, |more| more.tokens.end.max(at + 1));
        }
        at
    }

    fn breaks(&self, tokens: &Tokens, at: usize) -> bool {
        tokens.list[at].before != Break::None || self.openers.at(tokens, at).is_some()
    }
}

/// Where the sentence ends, as far as a pattern may reach.
pub(super) fn stop(tokens: &Tokens, from: usize) -> usize {
    let far = tokens.len().min(from + LONGEST);
    (from + 1..far).find(|at| tokens.list[*at].before == Break::Stop).unwrap_or(far)
}

/// "Can I take it with aspirin?" asks about health, "can I take it with oat milk?" does not; "this is good coffee" praises,
/// "this is good" agrees. And what the shop calls so itself is the shop's.
fn fits(found: &Found<(Matter, Reach)>, parts: &[Part]) -> bool {
    let in_gap = |at: usize| found.gap.as_ref().is_some_and(|gap| gap.contains(&at));
    let inside = |part: &&Part| found.tokens.contains(&part.tokens.start) && !in_gap(part.tokens.start);
    let sold = |part: &Part| {
        part.sense()
            .is_some_and(|s| !s.order_options.is_empty() || s.is_thing() && s.quality() >= SOLD && s.cues.is_empty())
    };
    if parts.iter().filter(inside).any(|part| sold(part) && part.tokens.len() > 1) {
        return false;
    }
    let next = parts.iter().find(|part| part.tokens.start >= found.tokens.end).and_then(Part::sense);
    match found.stands_for.0 {
        Matter::Health => next.is_none_or(|s| s.options.is_empty()),
        // "Two people", where a "people" is sold.
        Matter::Talk => !parts
            .iter()
            .filter(inside)
            .any(|part| part.slips == 0 && part.sense().is_some_and(|s| s.items_quality >= SOLD && s.cues.is_empty())),
        // "Can you put his initials on it", where embroidered initials are an option.
        Matter::Text => {
            let mut behind = parts.iter().filter(|part| part.tokens.start >= found.tokens.end);
            !parts.iter().filter(inside).any(sold) || behind.any(Part::is_unknown)
        }
        Matter::Praise => next.is_some_and(|s| !s.items.is_empty() || s.category.is_some()),
        _ => true,
    }
}

/// What is to be written stands with the thing as it was said, without the politeness after it.
pub(super) fn written(text: &str, tokens: &Tokens, parts: &[Part], claim: &Range<usize>) -> ActKind {
    let polite = |part: &Part| part.is(Cue::Thanks) || part.is(Cue::Fine) && part.is(Cue::Filler);
    let inside = parts.iter().rev().filter(|part| part.tokens.start > claim.start && part.tokens.end <= claim.end);
    let end = inside.take_while(|part| polite(part)).last().map_or(claim.end, |part| part.tokens.start);
    let words = text.get(tokens.span(claim.start..end)).unwrap_or_default();
    ActKind::Fragment { edits: vec![Edit::Note(words.to_string())], all: false }
}

/// "I'm not sure that's the lot": what stands before it says that it is not.
fn denies(parts: &[Part], clause: &Range<usize>) -> bool {
    parts.iter().filter(|part| clause.start <= part.tokens.start && part.tokens.end <= clause.end).any(Part::denies)
}

/// "No buns, we've got some at home", "… put that down, sorry, a pound of brisket": what is taken off before such words and
/// what is asked for behind them is of the order.
fn but_ordered(parts: &[Part], clause: Range<usize>, said: &Range<usize>) -> (usize, usize) {
    let does = |range: &Range<usize>, cues: &[Cue]| {
        let inside = |p: &&Part| p.tokens.start >= range.start && p.tokens.end <= range.end;
        let plainly = |p: &&Part| cues.iter().any(|cue| p.is_plainly(*cue));
        let verb = parts.iter().filter(inside).find(plainly);
        verb.is_some_and(|verb| names_ware(parts, &(verb.tokens.end..range.end)))
    };
    let (before, behind) = (clause.start..said.start, said.end..clause.end);
    let off = does(&before, &[Cue::Not, Cue::Remove, Cue::Forget, Cue::Unwanted]);
    let wanted = does(&behind, &[Cue::Correct, Cue::Want]);
    (if off { said.start } else { clause.start }, if wanted { said.end } else { clause.end })
}

/// Whether something of the shop is called by its name there, or by a name of the order's own options ("for here").
fn names_ware(parts: &[Part], range: &Range<usize>) -> bool {
    let ware = |part: &Part| {
        part.sense()
            .is_some_and(|s| !s.order_options.is_empty() || s.cues.is_empty() && s.is_thing() && s.quality() >= SOLD)
    };
    parts.iter().filter(|part| range.contains(&part.tokens.start)).any(ware)
}

/// No pattern is of more tokens, its gaps among them.
const LONGEST: usize = 32;

/// How well a phrase names what is sold, to be that and no word of another matter.
const SOLD: u8 = super::lexicon::quality::VARIANT;
