//! Card numbers, security codes and PINs, and the codes of accounts with the shop: found in what was said before anything else is done with it, so that they are
//! kept nowhere. Long runs of digits are found by themselves, short ones by the words that announce them.

use std::ops::Range;

use crate::lang::understand::PrivateWords;

use super::phrases::Phrases;
use super::tokens::{Normaliser, Tokens};

/// So many digits has a card's number.
const CARD: std::ops::RangeInclusive<usize> = 13..=19;
/// A number with its check digit right is a card's with fewer digits as well.
const CHECKED: usize = 12;
/// And the code of an account with the shop.
pub const ACCOUNT: std::ops::RangeInclusive<usize> = 6..=12;
/// A telephone's number has no more digits, anywhere in the world.
const PHONE: usize = 15;
/// Longer than any code that is announced.
const LONGEST_CODE: usize = 12;

#[derive(Debug)]
pub(super) struct Private {
    /// What announces part of a card's number ("my card ends in"), and a code ("the cvc is").
    card: Phrases,
    code: Phrases,
    /// The same of an account, in shops that keep some.
    account: Option<Phrases>,
    /// Said between digits ("dash"), and for nought.
    between: Phrases,
    noughts: Phrases,
    /// "double four": a word, and how often the next digit stands.
    times: Vec<(Phrases, usize)>,
    card_mark: String,
    code_mark: String,
    account_mark: String,
}

/// What was said, without what nobody may keep.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Redacted {
    pub text: String,
    /// The digits of an account's code. To be looked up at once, and then forgotten.
    pub account: Option<String>,
}

/// What was asked for, or announced, that is a number.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Asked {
    /// The code of an account.
    pub account: bool,
    pub phone: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Secret {
    Card,
    Code,
    Account,
}

impl Private {
    pub fn new(words: &PrivateWords, noughts: &[String], accounts: bool, normaliser: &Normaliser) -> Private {
        let phrases = |patterns: &[String]| Phrases::new(patterns, normaliser);
        let times = words.times.iter().map(|(word, times)| (phrases(std::slice::from_ref(word)), *times));
        Private {
            card: phrases(&words.card),
            code: phrases(&words.code),
            account: accounts.then(|| phrases(&words.account)),
            between: phrases(&words.between),
            noughts: phrases(noughts),
            times: times.collect(),
            card_mark: words.card_mark.clone(),
            code_mark: words.code_mark.clone(),
            account_mark: words.account_mark.clone(),
        }
    }

    /// The text without them, where it holds any.
    pub fn redacted(&self, text: &str, tokens: &Tokens, asked: Asked) -> Option<Redacted> {
        let mut out = Redacted { text: String::new(), account: None };
        let (mut written, mut at) = (0, 0);
        while at < tokens.len() {
            if let Some(end) = self.phone(text, tokens, at).filter(|_| asked.phone) {
                at = end;
                continue;
            }
            let Some((range, secret, digits)) = self.found(text, tokens, at, asked.account) else {
                at += 1;
                continue;
            };
            let span = tokens.span(range.clone());
            out.text.push_str(text.get(written..span.start).unwrap_or_default());
            out.text.push_str(match secret {
                Secret::Card => &self.card_mark,
                Secret::Code => &self.code_mark,
                Secret::Account => &self.account_mark,
            });
            if secret == Secret::Account {
                out.account = Some(digits);
            }
            written = span.end;
            at = range.end;
        }
        out.text.push_str(text.get(written..).unwrap_or_default());
        (written > 0).then_some(out)
    }

    /// Where a run of digits ends that can be a telephone's number, and no card's.
    fn phone(&self, text: &str, tokens: &Tokens, at: usize) -> Option<usize> {
        let (end, digits) = self.digits(text, tokens, at);
        let card = CARD.contains(&digits.len()) && luhn(&digits);
        ((1..=PHONE).contains(&digits.len()) && !card).then_some(end)
    }

    fn found(&self, text: &str, tokens: &Tokens, at: usize, asked: bool) -> Option<(Range<usize>, Secret, String)> {
        let (end, digits) = self.digits(text, tokens, at);
        if CARD.contains(&digits.len()) || digits.len() == CHECKED && luhn(&digits) {
            return Some((at..end, Secret::Card, digits));
        }
        if asked && ACCOUNT.contains(&digits.len()) {
            return Some((at..end, Secret::Account, digits));
        }
        let account = self.account.as_ref().map(|phrases| (phrases, Secret::Account));
        let announced = account.into_iter().chain([(&self.code, Secret::Code), (&self.card, Secret::Card)]);
        announced.into_iter().find_map(|(phrases, secret)| {
            let from = at + phrases.at(tokens, at)?;
            let (end, digits) = self.digits(text, tokens, from);
            let long_enough = match secret {
                Secret::Account => ACCOUNT.contains(&digits.len()),
                Secret::Card | Secret::Code => (1..=LONGEST_CODE).contains(&digits.len()),
            };
            long_enough.then_some((from..end, secret, digits))
        })
    }

    /// The digits said one after the other from here on, and where they end.
    pub(super) fn digits(&self, text: &str, tokens: &Tokens, from: usize) -> (usize, String) {
        let (mut at, mut end, mut digits) = (from, from, String::new());
        while at < tokens.len() && digits.len() <= *CARD.end() {
            if let Some(more) = self.digit(text, tokens, at) {
                digits.push_str(&more);
                at += 1;
                end = at;
            } else if let Some((words, times)) = self.times.iter().find_map(|(p, n)| Some((p.at(tokens, at)?, *n)))
                && let Some(digit) = self.digit(text, tokens, at + words).filter(|digit| digit.len() == 1)
            {
                digits.push_str(&digit.repeat(times));
                at += words + 1;
                end = at;
            } else if let (false, Some(words)) = (digits.is_empty(), self.between.at(tokens, at)) {
                at += words;
            } else {
                break;
            }
        }
        (end, digits)
    }

    fn digit(&self, text: &str, tokens: &Tokens, at: usize) -> Option<String> {
        let token = tokens.list.get(at)?;
        let written = text.get(token.span.clone()).unwrap_or_default();
        if !written.is_empty() && written.bytes().all(|b| b.is_ascii_digit()) {
            return Some(written.into());
        }
        if let Some(number) = token.number {
            return number.is_multiple_of(1000).then(|| (number / 1000).to_string());
        }
        self.noughts.at(tokens, at).map(|_| "0".into())
    }
}

/// The check that every card's number passes.
fn luhn(digits: &str) -> bool {
    let sum = digits.bytes().rev().enumerate().fold(0u32, |sum, (at, digit)| {
        let digit = u32::from(digit - b'0') << (at % 2);
        sum + if digit > 9 { digit - 9 } else { digit }
    });
    sum.is_multiple_of(10)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lang::Language;

    fn found(text: &str, asked: bool) -> Option<Redacted> {
        let language = Language::load("en").expect("English");
        let normaliser = Normaliser::new(&language);
        let words = &language.understand;
        let private = Private::new(&words.private, &words.take_up.noughts, true, &normaliser);
        private.redacted(text, &normaliser.tokens(text), Asked { account: asked, phone: false })
    }

    fn redacted(text: &str) -> Option<String> {
        found(text, false).map(|redacted| redacted.text)
    }

    #[test]
    fn card_numbers_are_found_however_they_are_said() {
        let card = Some("my card is [card number]");
        assert_eq!(redacted("my card is 4111 1111 1111 1111").as_deref(), card);
        assert_eq!(redacted("my card is 4111-1111-1111-1111").as_deref(), card);
        assert_eq!(redacted("my card is 4111111111111111").as_deref(), card);
        let spelt = "my card is four one one one one one one one, one one one one, one one one one";
        assert_eq!(redacted(spelt).as_deref(), card);
        let spoken = "my card is forty one eleven eleven eleven um eleven eleven dash eleven eleven";
        assert_eq!(redacted(spoken).as_deref(), card);
        let doubled = "it's five double five oh triple oh, 1234 5678 9010 please";
        assert_eq!(redacted(doubled).as_deref(), Some("it's [card number] please"));
    }

    #[test]
    fn short_codes_are_found_by_what_announces_them() {
        assert_eq!(redacted("the cvc is 123").as_deref(), Some("the cvc is [security code]"));
        assert_eq!(
            redacted("my pin is four three two one, thanks").as_deref(),
            Some("my pin is [security code], thanks")
        );
        assert_eq!(redacted("my card ends in four two four two").as_deref(), Some("my card ends in [card number]"));
    }

    #[test]
    fn a_telephones_number_that_is_asked_for_stays_and_a_cards_does_not() {
        let language = Language::load("en").expect("English");
        let normaliser = Normaliser::new(&language);
        let words = &language.understand;
        let private = Private::new(&words.private, &words.take_up.noughts, true, &normaliser);
        let asked = Asked { account: false, phone: true };
        let redacted = |text: &str| private.redacted(text, &normaliser.tokens(text), asked).map(|found| found.text);
        for phone in
            ["0049 30 1234 5678", "+49 151 2345 67890", "oh one five one, double two three four", "411111111111"]
        {
            assert_eq!(redacted(phone), None, "{phone}");
        }
        assert_eq!(redacted("4111 1111 1111 1111").as_deref(), Some("[card number]"));
        assert_eq!(redacted("the cvc is 123").as_deref(), Some("the cvc is [security code]"));
    }

    #[test]
    fn what_is_ordered_stays() {
        for text in [
            "two lattes and three muffins",
            "a pin",
            "my code is 472",
            "one, two, no three croissants",
            "12 large eggs",
        ] {
            assert_eq!(redacted(text), None, "{text}");
        }
    }

    #[test]
    fn the_code_of_a_gift_card_is_taken_out_and_handed_on() {
        let told = found("put it on my gift card, the code is four seven one one 0 8 1 5 please", false);
        let told = told.map(|found| (found.text, found.account));
        let text = "put it on my gift card, the code is [secret code] please".to_string();
        assert_eq!(told, Some((text, Some("47110815".into()))));
        let asked = |text: &str| found(text, true).and_then(|found| found.account);
        assert_eq!(asked("it's forty seven eleven oh eight fifteen").as_deref(), Some("47110815"));
        assert_eq!(asked("two lattes"), None);
        assert_eq!(redacted("twelve lattes on my gift card"), None);
    }
}
