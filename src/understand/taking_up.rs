//! Coming back for what was put aside: a sentence that says that and nothing else, perhaps with a code.

use std::collections::HashSet;

use crate::lang::understand::TakeUp;
use crate::lang::wording::expand;

use super::act::{ActKind, Expect};
use super::phrases;
use super::tokens::{Normaliser, Tokens};

/// What stands in a phrase for a number, however many words it is said in.
const NUMBER: &str = "{n}";

/// One word of a phrase; `None` stands for a number.
type Word = Option<String>;

#[derive(Debug)]
struct Phrase {
    words: Vec<Word>,
    kind: Kind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Says what it is about.
    Matter,
    /// The same, and its number is the code.
    Code,
    /// May stand around it.
    Around,
}

#[derive(Debug)]
pub(super) struct TakingUp {
    phrases: Vec<Phrase>,
    /// Their first words.
    openers: HashSet<String>,
    /// Words for a nought in a code ("four oh two").
    noughts: Vec<String>,
    /// Words within a number ("four hundred *and* two").
    joints: Vec<String>,
}

impl TakingUp {
    pub fn new(words: &TakeUp, normaliser: &Normaliser) -> TakingUp {
        let mut phrases = Vec::new();
        for (patterns, kind) in
            [(&words.phrases, Kind::Matter), (&words.codes, Kind::Code), (&words.around, Kind::Around)]
        {
            for phrase in patterns.iter().flat_map(|pattern| expand(pattern)) {
                let words: Vec<Word> = phrase.split_whitespace().flat_map(|word| normal(word, normaliser)).collect();
                if !words.is_empty() {
                    phrases.push(Phrase { words, kind });
                }
            }
        }
        // The longest that fits is meant.
        phrases.sort_by_key(|phrase| std::cmp::Reverse(phrase.words.len()));
        let openers = phrases.iter().filter_map(|phrase| phrase.words[0].clone()).collect();
        TakingUp { phrases, openers, noughts: words.noughts.clone(), joints: words.joints.clone() }
    }

    pub fn said(&self, tokens: &Tokens, expect: &Expect) -> Option<ActKind> {
        // Nearly every sentence is seen to be another by its first word: the ear asks for hundreds of readings.
        let first = tokens.list.first()?;
        if !expect.code && first.number.is_none() && !self.openers.contains(tokens.key(0)) {
            return None;
        }
        let (mut at, mut matter, mut code) = (0, false, String::new());
        while at < tokens.len() {
            let fits = self.phrases.iter().find_map(|phrase| Some((phrase.kind, self.matched(tokens, at, phrase)?)));
            match fits {
                Some((kind, (end, digits))) => {
                    matter |= kind != Kind::Around;
                    if kind == Kind::Code {
                        code = digits;
                    }
                    at = end;
                }
                // "What is your code?" "Four seventy-two."
                None if expect.code => {
                    let (end, digits) = self.number(tokens, at)?;
                    matter = true;
                    code = digits;
                    at = end;
                }
                None => return None,
            }
        }
        matter.then(|| ActKind::TakeUp { code: code.parse().ok() })
    }

    /// Where the phrase ends that begins at `at`, if it does, and the digits of its number.
    fn matched(&self, tokens: &Tokens, mut at: usize, phrase: &Phrase) -> Option<(usize, String)> {
        let mut digits = String::new();
        for word in &phrase.words {
            match word {
                Some(word) if at < tokens.len() && tokens.key(at) == word => at += 1,
                Some(_) => return None,
                None => (at, digits) = self.number(tokens, at)?,
            }
        }
        Some((at, digits))
    }

    /// Numbers one behind the other: "4 7 2", "four seventy-two", "four hundred and seventy-two" and "472" are the same
    /// digits.
    fn number(&self, tokens: &Tokens, from: usize) -> Option<(usize, String)> {
        let is = |words: &[String], at: usize| at < tokens.len() && words.iter().any(|word| word == tokens.key(at));
        let whole =
            |at: usize| tokens.list.get(at).and_then(|token| token.number).map(|thousandths| thousandths / 1_000);
        // What each group of digits is worth, and whether the next number may be added to it.
        let mut groups: Vec<(u32, bool)> = vec![];
        let mut at = from;
        loop {
            let joined =
                is(&self.joints, at) && groups.last().is_some_and(|(last, _)| *last >= 100) && whole(at + 1).is_some();
            at += usize::from(joined);
            match (whole(at), groups.last_mut()) {
                (Some(n), Some((last, true)))
                    if n > 0 && (*last % 100 == 0 && n < 100 || *last % 10 == 0 && n < 10) =>
                {
                    *last += n
                }
                (Some(n), _) => groups.push((n, n >= 10)),
                (None, _) if is(&self.noughts, at) => groups.push((0, false)),
                (None, _) => break,
            }
            at += 1;
        }
        let digits: String = groups.iter().map(|(n, _)| n.to_string()).collect();
        (at > from && digits.len() < 10).then_some((at, digits))
    }
}

fn normal(word: &str, normaliser: &Normaliser) -> Vec<Word> {
    if word == NUMBER {
        return vec![None];
    }
    phrases::words(word, normaliser).into_iter().map(Some).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lang::Language;

    fn said(text: &str, asked: bool) -> Option<ActKind> {
        let language = Language::load("en").unwrap();
        let normaliser = Normaliser::new(&language);
        let taking_up = TakingUp::new(&language.understand.take_up, &normaliser);
        taking_up.said(&normaliser.tokens(text), &Expect { code: asked, ..Expect::default() })
    }

    fn code(code: u32) -> Option<ActKind> {
        Some(ActKind::TakeUp { code: Some(code) })
    }

    #[test]
    fn whoever_comes_back_says_so_in_many_ways() {
        for text in [
            "I was here ten minutes ago",
            "hi, I was just here a few minutes ago",
            "we were here earlier please",
            "bring back my earlier order",
            "you put my order aside",
            "I have an order put aside",
        ] {
            assert_eq!(said(text, false), Some(ActKind::TakeUp { code: None }), "{text}");
        }
        for text in [
            "my code is 4 7 2",
            "my code is 472",
            "hello, the code was four seven two",
            "code four seventy two please",
            "I was here ten minutes ago, my code is 472",
        ] {
            assert_eq!(said(text, false), code(472), "{text}");
        }
        for (text, meant) in [
            ("my code is four oh two", 402),
            ("my code is four hundred seventy two", 472),
            ("my code is four hundred and seventy two", 472),
            ("my code is five hundred and seven", 507),
            ("the code you gave me is 2 8 3", 283),
        ] {
            assert_eq!(said(text, false), code(meant), "{text}");
        }
    }

    #[test]
    fn asked_for_the_code_a_number_is_enough_and_anything_else_is_no_code() {
        for text in ["472", "it's 472", "four seven two", "um four seventy two", "the code is 4 7 2"] {
            assert_eq!(said(text, true), code(472), "{text}");
        }
        for text in ["I don't have one", "no, I'd like two lattes", "what code", "yes"] {
            assert_eq!(said(text, true), None, "{text}");
        }
    }

    #[test]
    fn what_says_anything_else_besides_is_read_as_usual() {
        for text in [
            "can you put my order in please",
            "I'd like to finish my order",
            "continue my order with a latte",
            "my code is 472 and two cookies",
            "I was here yesterday and had a latte",
            "472",
            "two lattes please",
            "hi",
            "please",
        ] {
            assert_eq!(said(text, false), None, "{text}");
        }
    }
}
