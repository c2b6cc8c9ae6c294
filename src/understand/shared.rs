//! What is said once behind several is said of each: "葱和香菜都不要".

use super::lexicon::{Sense, Trie};
use super::part::{Kind, Part};
use super::tokens::{Break, Tokens};
use crate::lang::cue::Cue;

/// Where the last of a row is an option by what is said behind it of all ("香菜都不要"), each before it is the option that it is
/// with the same words behind it.
pub(super) fn share<'l>(parts: &mut [Part<'l>], tokens: &Tokens, trie: &'l Trie) {
    for last in 1..parts.len() {
        let option = parts[last].sense().is_some_and(|s| !s.options.is_empty());
        let both = |at: &usize| trie.alone(tokens.key(*at)).is_some_and(|s| s.cues.has(Cue::Both));
        let Some(behind) = parts[last].tokens.clone().skip(1).find(both).filter(|_| option) else { continue };
        let behind = behind..parts[last].tokens.end;
        let mut at = last;
        while let Some(before) = joined_to(parts, at) {
            let words = parts[before].tokens.clone().chain(behind.clone()).map(|at| tokens.key(at));
            let Some(sense) = trie.phrase(words).filter(|s| names_option(s)) else { break };
            parts[before].kind = Kind::Sense(sense);
            at = before;
        }
    }
}

fn names_option(sense: &Sense) -> bool {
    !sense.options.is_empty() && sense.items.is_empty()
}

/// What stands in one row before the part at `at`: "葱和", "葱、".
fn joined_to(parts: &[Part], at: usize) -> Option<usize> {
    let before = at.checked_sub(1)?;
    if parts[at].before == Break::Comma {
        return Some(before);
    }
    let and = parts[at].before == Break::None && parts[before].is_plainly(Cue::And);
    before.checked_sub(1).filter(|_| and && parts[before].before == Break::None)
}
