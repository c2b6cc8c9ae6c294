//! What is said once behind several is said of each: "葱和香菜都不要".

use std::ops::Range;

use super::element::{Element, ElementKind};
use super::lexicon::{Sense, Trie};
use super::part::{Kind, Part};
use super::tokens::{Break, Tokens};
use crate::lang::cue::Cue;

/// Where the last of a row is an option by what is said behind it of all ("香菜都不要"), each before it is the option that it is
/// with the same words behind it. Where nothing is in a row with it, the word for all is of the lines.
pub(super) fn share<'l>(parts: &mut Vec<Part<'l>>, tokens: &Tokens, trie: &'l Trie) {
    let mut last = 0;
    while last < parts.len() {
        let option = parts[last].sense().is_some_and(names_option);
        let both = |at: usize| trie.alone(tokens.key(at)).filter(|s| s.cues.has(Cue::Both));
        let words = parts[last].tokens.clone();
        let all = words.clone().skip(1).find_map(|at| Some((at, both(at)?))).filter(|_| option);
        if let Some((behind, both)) = all {
            let row = in_row(parts, last, behind..words.end, tokens, trie);
            if row.is_empty() {
                let all = Part { tokens: words.start..words.start + 1, kind: Kind::Sense(both), ..parts[last].clone() };
                (parts[last].tokens.start, parts[last].before) = (words.start + 1, Break::None);
                parts.insert(last, all);
                last += 1;
            }
            row.into_iter().for_each(|(at, sense)| parts[at].kind = Kind::Sense(sense));
        }
        last += 1;
    }
}

/// The parts before the last of a row that are options too with these words behind them.
fn in_row<'l>(
    parts: &[Part],
    last: usize,
    behind: Range<usize>,
    tokens: &Tokens,
    trie: &'l Trie,
) -> Vec<(usize, &'l Sense)> {
    let mut row = Vec::new();
    let mut at = last;
    while let Some(before) = joined_to(parts, at) {
        let words = parts[before].tokens.clone().chain(behind.clone()).map(|at| tokens.key(at));
        let Some(sense) = trie.phrase(words).filter(|s| names_option(s)) else { break };
        row.push((before, sense));
        at = before;
    }
    row
}

/// "不要葱也不要辣": what is refused before and might be refused behind is not refused of what comes next.
pub(super) fn part_refusals<'l>(parts: &mut [Part<'l>], tokens: &Tokens, trie: &'l Trie) {
    let refuses = |words: &Range<usize>| {
        trie.phrase(words.clone().map(|at| tokens.key(at))).is_some_and(|s| s.cues.has(Cue::Not) && !s.is_thing())
    };
    for at in (1..parts.len().saturating_sub(1)).rev() {
        let (before, here, next) = (&parts[at - 1], &parts[at], &parts[at + 1]);
        let joined = here.before == Break::None && next.before == Break::None;
        if !joined || !here.sense().is_some_and(names_option) || !refuses(&before.tokens) {
            continue;
        }
        let (own, words) = (here.tokens.clone(), |range: Range<usize>| range.map(|at| tokens.key(at)));
        let option = |range: Range<usize>| trie.phrase(words(range)).filter(|s| names_option(s));
        let small = |at: usize| trie.alone(tokens.key(at)).filter(|s| s.cues.has(Cue::Filler) && !s.is_thing());
        let found = (own.start + 1..own.end - 1).find_map(|too| {
            let tail = too + 1..own.end;
            let first = option(before.tokens.start..too)?;
            let second = option(tail.start..next.tokens.end).filter(|_| refuses(&tail))?;
            Some((too, first, small(too)?, second))
        });
        if let Some((too, first, small, second)) = found {
            parts[at - 1].tokens.end = too;
            parts[at - 1].kind = Kind::Sense(first);
            (parts[at].tokens, parts[at].kind) = (too..too + 1, Kind::Sense(small));
            parts[at + 1].tokens.start = too + 1;
            parts[at + 1].kind = Kind::Sense(second);
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

/// "洋葱和番茄都", "生菜、番茄、洋葱都": what was said last, and where all are spoken of, what is in one row with it.
pub(super) fn row(elements: &[Element], last: usize, all: bool) -> Vec<usize> {
    let lists = |e: &Element| match &e.kind {
        ElementKind::Choice(pick) => pick.options.iter().map(|o| o.list).collect(),
        _ => Vec::new(),
    };
    let mut row = vec![last];
    let mut at = last;
    while let Some(before) = at.checked_sub(1).filter(|_| all) {
        let joined = elements[before].is_and() && elements[at].before == Break::None;
        let Some(next) = (if joined { before.checked_sub(1) } else { Some(before) }) else { break };
        let same = lists(&elements[next]).iter().any(|list| lists(&elements[last]).contains(list));
        // "加芝士，番茄都不要": what is put in is of another row.
        let put = next.checked_sub(1).is_some_and(|n| matches!(elements[n].kind, ElementKind::With));
        let kind = std::mem::discriminant(&elements[next].kind) == std::mem::discriminant(&elements[last].kind);
        let listed = joined || elements[at].before == Break::Comma && same && !put;
        if !kind || !listed || elements[next].is_and() {
            break;
        }
        row.push(next);
        at = next;
    }
    row
}
