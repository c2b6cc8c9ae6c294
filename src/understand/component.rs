//! What is a choice of one thing, and could as well be another thing by itself: "a cup of chicken noodle", where a combo has
//! that in it, and soup is had in cups. Where nobody speaks of the first it is the second.

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

/// "cup" "of" "chicken noodle": an option, and an item that is had so.
fn parted<'l>(words: Range<usize>, tokens: &Tokens, trie: &'l Trie, menu: &Menu) -> Option<Vec<Chunk<'l>>> {
    let phrase = |words: Range<usize>| trie.phrase(words.map(|at| tokens.key(at)));
    let chunk = |tokens, sense| Chunk { tokens, sense: Some(sense), inner: None, slips: 0 };
    (words.start + 1..words.end).find_map(|end| {
        let option = phrase(words.start..end).filter(|s| s.options_quality >= quality::VARIANT)?;
        let of = phrase(end..end + 1).filter(|s| s.cues.has(Cue::Of) && !s.is_thing());
        let from = end + usize::from(of.is_some());
        let item = phrase(from..words.end).filter(|s| s.items_quality >= quality::VARIANT)?;
        let had = item.items.iter().any(|item| option.options.iter().any(|o| menu.offers(*item, *o)));
        let of = of.map(|of| chunk(end..from, of));
        had.then(|| {
            [chunk(words.start..end, option)].into_iter().chain(of).chain([chunk(from..words.end, item)]).collect()
        })
    })
}
