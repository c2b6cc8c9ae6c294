//! How much of what was said is looked at as a whole.

use std::ops::Range;

use super::part::Part;
use super::tokens::Break;
use crate::lang::cue::Cue;

/// More parts than this are not looked at as a whole: whatever is said, reading it takes time linear in its length.
pub const LONGEST_BREATH: usize = 200;

/// All parts in runs of at most [`LONGEST_BREATH`], cut where something ends: at the end of a sentence, else at a pause,
/// else before "and".
pub fn breaths(parts: &[Part]) -> Vec<Range<usize>> {
    let mut out = Vec::new();
    let mut start = 0;
    while parts.len() - start > LONGEST_BREATH {
        let last = |ends: &dyn Fn(&Part) -> bool| {
            (start + LONGEST_BREATH / 2..=start + LONGEST_BREATH).rev().find(|at| ends(&parts[*at]))
        };
        let cut = last(&|p| p.before == Break::Stop)
            .or_else(|| last(&|p| p.before == Break::Comma))
            .or_else(|| last(&|p| p.is(Cue::And)))
            .unwrap_or(start + LONGEST_BREATH);
        out.push(start..cut);
        start = cut;
    }
    out.push(start..parts.len());
    out
}
