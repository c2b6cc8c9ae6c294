//! What the patterns of a language's tables stand for: `(a|b|)` is each of its alternatives.

use std::collections::HashSet;

/// All phrases that a pattern stands for: `(make|have) it` is two, `(please|) stop` too.
pub fn expand(pattern: &str) -> Vec<String> {
    let Some(open) = pattern.find('(') else { return vec![pattern.to_string()] };
    let mut depth = 0usize;
    let mut bars = vec![open];
    let mut close = pattern.len();
    for (at, c) in pattern.char_indices().skip_while(|(at, _)| *at < open) {
        match c {
            '(' => depth += 1,
            ')' => {
                depth -= 1;
                if depth == 0 {
                    close = at;
                    break;
                }
            }
            '|' if depth == 1 => bars.push(at),
            _ => {}
        }
    }
    bars.push(close);
    let rest = expand(pattern.get(close + 1..).unwrap_or(""));
    let mut all = Vec::new();
    for pair in bars.windows(2) {
        for middle in expand(&pattern[pair[0] + 1..pair[1]]) {
            for tail in &rest {
                all.push(format!("{}{}{}", &pattern[..open], middle, tail));
            }
        }
    }
    all
}

/// A place within [`Wordings`].
pub type Place = usize;

/// All that some patterns stand for, as a graph of their signs: what phrases share is there once, so that a pattern takes no more
/// room than it is long.
#[derive(Debug, Default)]
pub struct Wordings {
    signs: Vec<Sign>,
}

#[derive(Debug)]
enum Sign {
    Is(char, Place),
    AnyOf(Vec<Place>),
    End,
}

/// How a phrase goes on from a place.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Next {
    /// Words as they are written, and the places behind them.
    pub words: Vec<(String, Place)>,
    /// The phrase may end here.
    pub ends: bool,
}

impl Wordings {
    /// Adds a pattern; where it begins.
    pub fn add(&mut self, pattern: &str) -> Place {
        let end = self.push(Sign::End);
        let signs: Vec<char> = pattern.chars().collect();
        let mut at = 0;
        let begins = self.alternatives(&signs, &mut at, end);
        self.any_of(begins)
    }

    /// Each alternative up to the bracket that closes, before what comes next.
    fn alternatives(&mut self, signs: &[char], at: &mut usize, next: Place) -> Vec<Place> {
        let mut begins = Vec::new();
        loop {
            let parts = sequence(signs, at);
            let begin = parts.into_iter().rev().fold(next, |next, part| match part {
                Part::Sign(c) => self.push(Sign::Is(c, next)),
                Part::Group(inner) => {
                    let begins = self.alternatives(inner, &mut 0, next);
                    self.any_of(begins)
                }
            });
            begins.push(begin);
            match signs.get(*at) {
                Some('|') => *at += 1,
                _ => return begins,
            }
        }
    }

    fn push(&mut self, sign: Sign) -> Place {
        self.signs.push(sign);
        self.signs.len() - 1
    }

    fn any_of(&mut self, begins: Vec<Place>) -> Place {
        match begins[..] {
            [one] => one,
            _ => self.push(Sign::AnyOf(begins)),
        }
    }

    /// The next words. In a script that writes no gaps each sign is a word.
    pub fn next(&self, at: Place) -> Next {
        let mut next = Next::default();
        let mut open = vec![(at, String::new())];
        while let Some((at, mut word)) = open.pop() {
            match &self.signs[at] {
                Sign::AnyOf(places) => open.extend(places.iter().rev().map(|place| (*place, word.clone()))),
                Sign::End if word.is_empty() => next.ends = true,
                Sign::Is(' ', behind) if word.is_empty() => open.push((*behind, word)),
                Sign::Is(' ', behind) => next.words.push((word, *behind)),
                Sign::Is(c, behind) if is_ideograph(*c) && word.is_empty() => next.words.push((c.to_string(), *behind)),
                Sign::Is(c, behind) if !is_ideograph(*c) => {
                    word.push(*c);
                    open.push((*behind, word));
                }
                Sign::End | Sign::Is(..) => next.words.push((word, at)),
            }
        }
        next
    }

    /// All words that some patterns have in them, as they are written.
    pub fn words<'p>(patterns: impl IntoIterator<Item = &'p String>) -> HashSet<String> {
        let mut all = Wordings::default();
        let mut open: Vec<Place> = patterns.into_iter().map(|pattern| all.add(pattern)).collect();
        let mut seen: HashSet<Place> = open.iter().copied().collect();
        let mut words = HashSet::new();
        while let Some(at) = open.pop() {
            for (word, behind) in all.next(at).words {
                words.insert(word);
                if seen.insert(behind) {
                    open.push(behind);
                }
            }
        }
        words
    }
}

enum Part<'s> {
    Sign(char),
    /// What stands between brackets.
    Group(&'s [char]),
}

/// The parts up to the next bar, or to the end.
fn sequence<'s>(signs: &'s [char], at: &mut usize) -> Vec<Part<'s>> {
    let mut parts = Vec::new();
    while let Some(sign) = signs.get(*at).filter(|sign| **sign != '|') {
        *at += 1;
        if *sign != '(' {
            parts.push(Part::Sign(*sign));
            continue;
        }
        let inner = &signs[*at..];
        let mut depth = 1;
        let close = inner.iter().position(|sign| {
            depth += i32::from(*sign == '(') - i32::from(*sign == ')');
            depth == 0
        });
        let length = close.unwrap_or(inner.len());
        parts.push(Part::Group(&inner[..length]));
        *at += length + usize::from(close.is_some());
    }
    parts
}

/// A sign of a script that writes no gaps between words.
pub fn is_ideograph(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lang::Language;

    #[test]
    fn a_pattern_stands_for_every_combination_of_its_alternatives() {
        assert_eq!(expand("that's all"), ["that's all"]);
        assert_eq!(expand("(i|we) (want|need)"), ["i want", "i need", "we want", "we need"]);
        assert_eq!(expand("a(n|)other"), ["another", "aother"]);
        assert_eq!(expand("(do (you|they)|is there) any"), ["do you any", "do they any", "is there any"]);
    }

    #[test]
    fn an_unclosed_bracket_does_not_panic() {
        assert_eq!(expand("(a|b"), ["a", "b"]);
        assert_eq!(phrases("(a|b"), ["a", "b"]);
    }

    /// All phrases of a graph, their words parted by one blank.
    fn phrases(pattern: &str) -> Vec<String> {
        let mut all = Wordings::default();
        let mut open = vec![(all.add(pattern), Vec::<String>::new())];
        let mut found = Vec::new();
        while let Some((at, said)) = open.pop() {
            let next = all.next(at);
            if next.ends {
                found.push(said.join(" "));
            }
            open.extend(next.words.into_iter().map(|(word, at)| (at, [&said[..], &[word]].concat())));
        }
        found.sort();
        found.dedup();
        found
    }

    #[test]
    fn the_graph_of_a_pattern_has_its_phrases_and_no_other() {
        for pattern in ["", "a(n|)other", "(that|it)('s| is)( all| it|)", "(i (do|did) |)want", "my … (is|was) {n}"] {
            let mut written: Vec<String> = expand(pattern);
            written.iter_mut().for_each(|phrase| *phrase = phrase.split_whitespace().collect::<Vec<_>>().join(" "));
            written.sort();
            assert_eq!(phrases(pattern), written);
        }
        assert_eq!(phrases("我(们|)要"), ["我 们 要", "我 要"]);
    }

    #[test]
    fn a_pattern_takes_no_more_room_than_it_is_long() {
        for code in ["en", "zh"] {
            let language = Language::load(code).expect("it is built in");
            let mut all = Wordings::default();
            for pattern in language.understand.cues.values().flatten() {
                let before = all.signs.len();
                all.add(pattern);
                assert!(all.signs.len() - before <= pattern.chars().count() + 2, "{pattern}");
            }
        }
    }
}
