//! "Yes, and a cookie": what is ordered besides, and is no echo of what was read back. And what was said of the shop of which
//! nothing came.

use super::act::{Act, ActKind};
use super::lexicon::quality;
use super::part::Part;
use super::tokens::Tokens;
use crate::lang::cue::Cue;

const JOINS: [Cue; 4] = [Cue::And, Cue::Put, Cue::Another, Cue::More];

/// Which of the acts order something that a word before it joins to what was said ("and", "add", "another").
pub(super) fn further(tokens: &Tokens, parts: &[Part], acts: &[Act]) -> Vec<usize> {
    let joined = |at: &usize| {
        let begins = acts[*at].span.start;
        let from = acts.iter().map(|act| act.span.end).filter(|end| *end <= begins).max().unwrap_or(0);
        let between = |part: &&Part| {
            let span = tokens.span(part.tokens.clone());
            from <= span.start && span.start <= begins
        };
        parts.iter().filter(between).any(|part| part.cues().any(&JOINS) && !part.sense().is_some_and(|s| s.is_thing()))
    };
    (0..acts.len()).filter(|at| matches!(acts[*at].kind, ActKind::Add(_))).filter(joined).collect()
}

const CHANGES: [Cue; 6] = [Cue::Not, Cue::Unwanted, Cue::Remove, Cue::Change, Cue::Swap, Cue::InsteadOf];

/// Whether something of the shop was named, or would be changed, and no act came of it: "not the lager, make that a cider".
pub(super) fn is_lost(parts: &[Part], acts: &[Act]) -> bool {
    let named = |part: &Part| part.sense().is_some_and(|s| s.is_thing() && s.quality() >= quality::PART);
    let changes = |part: &Part| part.cues().any(&CHANGES) && !part.is(Cue::Filler);
    acts.iter().all(|act| act.kind == ActKind::Other) && parts.iter().any(|part| named(part) || changes(part))
}
