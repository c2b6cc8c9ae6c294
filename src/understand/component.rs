//! What is a choice of one thing, and could as well be another thing by itself: "a cup of chicken noodle", where a combo has
//! that in it, and soup is had in cups; "a gulab jamun", that comes with a thali. Where nobody speaks of the first it is the second.

use std::ops::Range;

use super::act::Expect;
use super::lattice::Chunk;
use super::lexicon::{Sense, Trie, quality};
use super::menu::Menu;
use super::tokens::{Break, Tokens};
use crate::lang::cue::Cue;
use crate::shop::ItemId;

/// Parts such choices into the thing and what it is had in.
pub(super) fn part<'l>(chunks: &mut Vec<Chunk<'l>>, tokens: &Tokens, trie: &'l Trie, menu: &Menu, expect: &Expect) {
    for at in (0..chunks.len()).rev() {
        let Some(choice) = chunks[at].sense.filter(|s| s.items.is_empty() && !s.options.is_empty()) else { continue };
        if chunks[at].tokens.len() > 1 && chunks[at].inner.is_none() {
            let next = chunks.get(at + 1).map(|next| next.tokens.clone());
            let next = next.filter(|next| tokens.list[next.start].before == Break::None);
            let own = chunks[at].tokens.clone();
            let mut ends = next.map(|next| (next.end, 2)).into_iter().chain([(own.end, 1)]);
            let found = ends.find_map(|(end, taken)| Some((parted(own.start..end, tokens, trie, menu)?, taken)));
            if let Some((parts, taken)) = found.filter(|_| !is_spoken_of(choice, chunks, menu, expect)) {
                chunks.splice(at..at + taken, parts);
            }
        }
    }
}

/// Whether it is asked for, or what has that choice is in the cart or in the sentence.
fn is_spoken_of(choice: &Sense, chunks: &[Chunk], menu: &Menu, expect: &Expect) -> bool {
    let asked = choice.options.iter().any(|o| expect.list == Some(o.list) || expect.missing.contains(&o.list));
    let has = |item: &ItemId| choice.options.iter().any(|o| menu.offers(*item, *o));
    asked
        || expect.cart.iter().chain(&expect.items).chain(&expect.topics).any(has)
        || chunks.iter().filter_map(|chunk| chunk.sense).any(|sense| sense.items.iter().any(has))
}

/// "cup" "of" "chicken noodle", "saag" "paneer": an option, and an item that is had so; or "a" "gulab jamun".
fn parted<'l>(words: Range<usize>, tokens: &Tokens, trie: &'l Trie, menu: &Menu) -> Option<Vec<Chunk<'l>>> {
    let phrase = |words: Range<usize>| trie.phrase(words.map(|at| tokens.key(at)));
    let option = |words| phrase(words).filter(|s| s.options_quality >= quality::VARIANT);
    let item = |words| phrase(words).filter(|s| s.items_quality >= quality::VARIANT);
    let had = |item: &Sense, option: &Sense| {
        item.items.iter().any(|item| option.options.iter().any(|o| menu.offers(*item, *o)))
    };
    let chunk = |tokens, sense| Chunk { tokens, sense: Some(sense), inner: None, slips: 0 };
    (words.start + 1..words.end).find_map(|end| {
        let first = words.start..end;
        let of = phrase(end..end + 1).filter(|s| s.cues.has(Cue::Of) && !s.is_thing());
        let from = end + usize::from(of.is_some());
        let behind = from..words.end;
        if let (Some(option), Some(item)) = (option(first.clone()), item(behind.clone()))
            && had(item, option)
        {
            let of = of.map(|of| chunk(end..from, of));
            return Some([chunk(first, option)].into_iter().chain(of).chain([chunk(behind, item)]).collect());
        }
        if let (Some(item), Some(option)) = (item(first.clone()), option(end..words.end))
            && had(item, option)
        {
            return Some(vec![chunk(first, item), chunk(end..words.end, option)]);
        }
        let counts = first.len() == 1
            && (tokens.list[words.start].number == Some(1000)
                || phrase(first.clone()).is_some_and(|s| s.cues.has(Cue::Article)));
        let item = item(end..words.end).filter(|_| counts)?;
        let one = Chunk { tokens: first.clone(), sense: phrase(first), inner: None, slips: 0 };
        Some(vec![one, chunk(end..words.end, item)])
    })
}
