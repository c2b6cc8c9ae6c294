//! "black and pinto beans", "soy or oat milk", "a chocolate and a vanilla shake": the noun is said once, behind the last.

use super::lattice::Chunk;
use super::lexicon::{ROOT, Sense, Trie, quality};
use super::tokens::{Break, Tokens};
use crate::lang::cue::Cue;

/// Give what stands before "and" or "or" the noun of what stands behind it, where the two together are a name.
pub(super) fn complete<'l>(chunks: &mut [Chunk<'l>], tokens: &Tokens, trie: &'l Trie) {
    for at in 0..chunks.len() {
        let own = chunks[at].sense.map_or(0, |s| s.items_quality.max(s.options_quality));
        if own >= quality::NAME || chunks[at].inner.is_some() || tokens.list[chunks[at].tokens.start].number.is_some() {
            continue;
        }
        if let Some(sense) = completed(chunks, at, tokens, trie) {
            chunks[at].sense = Some(sense);
            chunks[at].slips = 0;
        }
    }
}

fn completed<'l>(chunks: &[Chunk<'l>], at: usize, tokens: &Tokens, trie: &'l Trie) -> Option<&'l Sense> {
    let joins = |chunk: &Chunk| chunk.sense.is_some_and(|s| !s.is_thing() && s.cues.any(&[Cue::And, Cue::Or]));
    let small =
        |chunk: &Chunk| chunk.sense.is_some_and(|s| !s.is_thing() && s.cues.any(&[Cue::Article, Cue::Definite]));
    chunks.get(at + 1).filter(|chunk| joins(chunk))?;
    let next = at + 2 + usize::from(chunks.get(at + 2).is_some_and(small));
    let full = chunks.get(next).filter(|chunk| chunk.tokens.len() > 1)?;
    let unbroken = chunks[at + 1..=next].iter().all(|chunk| tokens.list[chunk.tokens.start].before != Break::Stop);
    let named = full.sense.filter(|s| unbroken && s.items_quality.max(s.options_quality) >= quality::EXCHANGED)?;
    (full.tokens.start + 1..full.tokens.end).find_map(|tail| {
        let words = chunks[at].tokens.clone().chain(tail..full.tokens.end);
        let node = words.map(|word| trie.word(tokens.key(word))).try_fold(ROOT, |node, word| trie.step(node, word))?;
        trie.sense(node).filter(|sense| alike(sense, named))
    })
}

/// Whether both name options of one list, or items.
fn alike(a: &Sense, b: &Sense) -> bool {
    let options = |s: &Sense| s.options_quality >= quality::EXCHANGED;
    let list = a.options.iter().any(|o| b.options.iter().any(|other| o.list == other.list));
    let items = |s: &Sense| s.items_quality >= quality::EXCHANGED;
    options(a) && options(b) && list || items(a) && items(b)
}
