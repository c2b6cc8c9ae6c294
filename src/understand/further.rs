//! "Yes, and a cookie": what is ordered besides, and is no echo of what was read back. And what was said of the shop of which
//! nothing came.

use super::act::{Act, ActKind};
use super::lexicon::quality;
use super::part::Part;
use super::tokens::Tokens;
use crate::lang::cue::Cue;

const JOINS: [Cue; 4] = [Cue::And, Cue::Put, Cue::Another, Cue::More];

/// Which of the acts order something that a word before it joins to what was said ("and", "add", "another"), or say of it,
/// so joined, how another is to be: "and a red one", "silver too"; or "red and blue", of one.
pub(super) fn further(tokens: &Tokens, parts: &[Part], acts: &[Act]) -> Vec<usize> {
    let within = |from: usize, to: usize| {
        let start = |part: &Part| tokens.span(part.tokens.clone()).start;
        &parts[parts.partition_point(|p| start(p) < from)..parts.partition_point(|p| start(p) < to)]
    };
    let joined = |at: &usize| {
        let span = &acts[*at].span;
        let ends = acts.iter().map(|act| act.span.end).filter(|end| *end <= span.start);
        let before = ends.max().unwrap_or(0);
        let next = acts.iter().map(|act| act.span.start).filter(|start| *start >= span.end).min();
        match acts[*at].kind {
            ActKind::Add(_) => within(before, span.start + 1).iter().any(|part| says(part, &JOINS)),
            ActKind::Fragment { all: false, .. } => {
                let behind = within(span.start, next.unwrap_or(usize::MAX));
                is_another(within(before, span.start), behind) || lists(within(span.start, span.end))
            }
            _ => false,
        }
    };
    (0..acts.len()).filter(joined).collect()
}

fn says(part: &Part, cues: &[Cue]) -> bool {
    part.cues().any(cues) && !part.sense().is_some_and(|s| s.is_thing())
}

fn and(part: &Part) -> bool {
    says(part, &[Cue::And]) && !part.is_filler()
}

/// "And a red one", "silver too", but "and the red one", "and one of them red": of those that stand.
fn is_another(before: &[Part], behind: &[Part]) -> bool {
    let besides = |part: &Part| says(part, &[Cue::Besides]);
    // "With a card as well" is said of what stands.
    let with = before.iter().rev().find(|part| !part.is_filler() && part.amount().is_none());
    if with.is_some_and(|part| says(part, &[Cue::With])) {
        return false;
    }
    let joined = before.iter().any(|part| and(part) || besides(part)) || behind.iter().any(besides);
    let points = before.iter().any(|part| says(part, &[Cue::Definite]));
    joined && !points && !behind.iter().any(|part| says(part, &[Cue::OfThem]))
}

/// "Red and blue", "red, blue and green".
fn lists(parts: &[Part]) -> bool {
    let of = |part: &Part| -> Vec<_> {
        part.sense().map_or(vec![], |s| s.options.iter().map(|option| option.list).collect())
    };
    parts.windows(3).any(|three| {
        let [first, joint, second] = three else { return false };
        and(joint) && of(first).iter().any(|list| of(second).contains(list))
    })
}

const CHANGES: [Cue; 6] = [Cue::Not, Cue::Unwanted, Cue::Remove, Cue::Change, Cue::Swap, Cue::InsteadOf];

/// Whether something of the shop was named, or would be changed, and no act came of it: "not the lager, make that a cider".
pub(super) fn is_lost(parts: &[Part], acts: &[Act]) -> bool {
    let named = |part: &Part| part.sense().is_some_and(|s| s.is_thing() && s.quality() >= quality::PART);
    let changes = |part: &Part| part.cues().any(&CHANGES) && !part.is(Cue::Filler);
    acts.iter().all(|act| act.kind == ActKind::Other) && parts.iter().any(|part| named(part) || changes(part))
}

#[cfg(test)]
mod tests {
    use crate::shop::ItemId;
    use crate::understand::Expect;
    use crate::understand::tests::cafe;

    #[test]
    fn another_is_joined_and_what_is_pointed_to_is_not() {
        let expect = Expect { cart: vec![ItemId(0)], ..Expect::default() };
        let joined = |text: &str| !cafe().understand(text, &expect).further.is_empty();
        assert!(joined("large too"));
        assert!(joined("small and large"));
        assert!(joined("and large please"));
        assert!(!joined("large then"), "it follows, and is no other");
        assert!(!joined("and the large too"));
    }
}
