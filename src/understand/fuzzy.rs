//! Words of the shop that an unknown word may be a slip of: a letter more, less, other, or two exchanged.

use std::collections::HashMap;

/// Words shorter than this are only taken as they stand: too many others are one letter away.
const SHORTEST: usize = 5;
/// After a word of the same name that is right, so short ones are taken too ("oat mikl").
const SHORTEST_INSIDE: usize = 4;
/// From this length on two slips are forgiven.
const TWO_SLIPS: usize = 9;

/// From this length on a slip of the first letter is forgiven ("kappuccino").
const FIRST_LETTER: usize = 8;

#[derive(Debug, Default)]
pub struct Fuzzy {
    /// Each word with one letter left out (and whole) → the words that it can come from.
    deletions: HashMap<u64, Vec<u32>>,
    words: HashMap<u32, Box<str>>,
}

impl Fuzzy {
    pub fn add(&mut self, word: &str, id: u32) {
        if word.chars().count() < SHORTEST_INSIDE
            || !word.chars().all(char::is_alphabetic)
            || self.words.contains_key(&id)
        {
            return;
        }
        self.words.insert(id, word.into());
        for_each_key(word, |hash| {
            let ids = self.deletions.entry(hash).or_default();
            if !ids.contains(&id) {
                ids.push(id);
            }
        });
    }

    /// The one word that `said` is nearest to, with the number of slips; `None` where none is near or two are equally near.
    pub fn find(&self, said: &str) -> Option<(u32, usize)> {
        only(self.nearest(said, SHORTEST))
    }

    /// The same, for a word inside a name that has begun.
    pub fn find_inside(&self, said: &str) -> Option<(u32, usize)> {
        only(self.nearest(said, SHORTEST_INSIDE))
    }

    /// All words that it may be a slip of, short ones too: what comes after must tell.
    pub fn find_any(&self, said: &str) -> Vec<(u32, usize)> {
        self.nearest(said, SHORTEST_INSIDE)
    }

    /// The words that are nearest, all equally near.
    fn nearest(&self, said: &str, shortest: usize) -> Vec<(u32, usize)> {
        let length = said.chars().count();
        if length < shortest || !said.chars().all(char::is_alphabetic) {
            return Vec::new();
        }
        let allowed = if length >= TWO_SLIPS { 2 } else { 1 };
        let single = singled(said);
        let mut best: Vec<(u32, usize, usize)> = Vec::new();
        for_each_key(said, |hash| {
            for id in self.deletions.get(&hash).map_or(&[][..], Vec::as_slice) {
                if best.iter().any(|(known, ..)| known == id) {
                    continue;
                }
                let word = &self.words[id];
                // Letters doubled in the wrong places are one slip ("vannila"), but a plain one goes before it.
                let plain = strsim::osa_distance(said, word);
                let doubled = plain > 1 && length >= SHORTEST && single == singled(word);
                let (slips, rank) = if doubled { (1, 3) } else { (plain, 2 * plain) };
                let count = word.chars().count();
                // Slips of the first letter make too many other words ("jingle", "single"), but of long ones.
                let first = word.chars().next() == said.chars().next();
                let forgiven = count >= shortest && (first || slips == 1 && count.min(length) >= FIRST_LETTER);
                if !forgiven || slips > allowed {
                    continue;
                }
                match best.first() {
                    Some((_, _, least)) if rank > *least => {}
                    Some((_, _, least)) if rank == *least => best.push((*id, slips, rank)),
                    _ => best = vec![(*id, slips, rank)],
                }
            }
        });
        best.into_iter().map(|(id, slips, _)| (id, slips)).collect()
    }
}

/// `None` where several are equally near.
fn only(found: Vec<(u32, usize)>) -> Option<(u32, usize)> {
    match found[..] {
        [one] => Some(one),
        _ => None,
    }
}

/// The word with every doubled letter once.
fn singled(word: &str) -> String {
    let mut out = String::with_capacity(word.len());
    for c in word.chars() {
        if !out.ends_with(c) {
            out.push(c);
        }
    }
    out
}

/// What finds a word again: itself, with each letter left out, and without doubled letters.
fn for_each_key(word: &str, mut each: impl FnMut(u64)) {
    each(hash(word.chars()));
    each(hash(singled(word).chars()));
    for (skipped, _) in word.chars().enumerate() {
        each(hash(word.chars().enumerate().filter(|(at, _)| *at != skipped).map(|(_, c)| c)));
    }
}

/// FNV-1a over characters: short strings, no allocation.
fn hash(chars: impl Iterator<Item = char>) -> u64 {
    chars.fold(0xcbf2_9ce4_8422_2325, |h, c| (h ^ u64::from(c)).wrapping_mul(0x0100_0000_01b3))
}

#[cfg(test)]
mod tests {
    use super::Fuzzy;

    #[test]
    fn a_slip_finds_its_word_and_a_tie_finds_none() {
        let mut fuzzy = Fuzzy::default();
        for (id, word) in ["cappuccino", "americano", "macchiato", "pasta", "paste"].iter().enumerate() {
            fuzzy.add(word, id as u32);
        }
        assert_eq!(fuzzy.find("capuccino"), Some((0, 1)));
        assert_eq!(fuzzy.find("cappucinno"), Some((0, 1)), "doubled in the wrong place");
        assert_eq!(fuzzy.find("amercano"), Some((1, 1)));
        assert_eq!(fuzzy.find("pasto"), None, "as near to one as to the other");
        assert_eq!(fuzzy.find("mocha"), None);
        assert_eq!(fuzzy.find("cap"), None);
        assert_eq!(fuzzy.find("ammerricano"), Some((1, 1)), "doubled in the wrong places");
        assert_eq!(fuzzy.find_any("pasto").len(), 2);
    }
}
