//! An address as it was said, taken apart: street, postcode or town, floor. Words stay as they were said; numbers become
//! digits.

use std::ops::Range;

use crate::lang::destination::DestinationWords;
use crate::shop::{Detail, Shop, folded};

use super::clock::skip;
use super::part::Part;
use super::pattern::{Patterns, nothing};
use super::phrases::{self, Phrases};
use super::tokens::{Normaliser, Tokens};
use crate::lang::cue::Cue;

#[derive(Debug)]
pub(super) struct Addresses {
    /// All that any way goes to, folded, and as the owner wrote it.
    area: Vec<(String, String)>,
    /// So many digits has a postcode here.
    lengths: Vec<usize>,
    asks_postcode: bool,
    asks_floor: bool,
    around: Phrases,
    streets: Vec<String>,
    street_ends: Vec<String>,
    floors: Patterns<()>,
    noughts: Phrases,
}

/// What was found of one.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Found {
    pub street: Option<String>,
    pub postcode: Option<String>,
    pub floor: Option<String>,
}

/// A postcode, or a town, is said in no more words.
const LONGEST: usize = 8;
/// Digits that postcodes have where the owner names none.
const USUAL: [usize; 3] = [4, 5, 6];

impl Addresses {
    pub fn new(shop: &Shop, words: &DestinationWords, noughts: &[String], normaliser: &Normaliser) -> Addresses {
        let ways = shop.fulfilment.ways.iter();
        let area: Vec<(String, String)> =
            ways.flat_map(|way| &way.area).map(|place| (folded(place), place.clone())).collect();
        let digits = |place: &str| place.bytes().all(|b| b.is_ascii_digit());
        let lengths: Vec<usize> =
            area.iter().filter(|(place, _)| digits(place)).map(|(place, _)| place.len()).collect();
        let keys = |all: &[String]| all.iter().flat_map(|word| phrases::words(word, normaliser)).collect();
        Addresses {
            lengths: if area.is_empty() { USUAL.to_vec() } else { lengths },
            area,
            asks_postcode: shop.fulfilment.asks(Detail::Postcode),
            asks_floor: shop.fulfilment.asks(Detail::Floor),
            around: Phrases::new(&words.around, normaliser),
            streets: keys(&words.streets),
            street_ends: keys(&words.street_ends),
            floors: Patterns::new(words.floors.iter().map(|pattern| (pattern.clone(), ())), normaliser),
            noughts: Phrases::new(noughts, normaliser),
        }
    }

    /// All of it from these tokens. What stands behind the postcode, and is not asked for, is left out.
    pub fn read(&self, text: &str, tokens: &Tokens, range: Range<usize>) -> Found {
        let postcode = self.postcode(text, tokens, &range).filter(|_| self.asks_postcode);
        let floor = if self.asks_floor { self.floor(tokens, &range) } else { None };
        let ends = [postcode.as_ref().map(|(at, _)| at.start), floor.as_ref().map(|at| at.start)];
        let end = ends.into_iter().flatten().min().unwrap_or(range.end);
        Found {
            street: self.spelt(text, tokens, range.start..end),
            postcode: postcode.map(|(_, postcode)| postcode),
            floor: floor.and_then(|at| self.spelt(text, tokens, at)),
        }
    }

    /// Whether words that are said in answer to where something goes name a street, and order nothing.
    pub fn is_street(&self, tokens: &Tokens, parts: &[Part], range: &Range<usize>) -> bool {
        let street = |at: usize| {
            let key = tokens.key(at);
            self.streets.iter().any(|word| word == key)
                || self.street_ends.iter().any(|end| key.ends_with(end.as_str()))
        };
        let numbered = range.clone().any(|at| tokens.list[at].number.is_some());
        if range.clone().any(|at| tokens.list[at].question) {
            return false;
        }
        let inside: Vec<&Part> = parts.iter().filter(|part| range.contains(&part.tokens.start)).collect();
        let wanted = inside.iter().any(|part| part.cues().any(&[Cue::Want, Cue::Put, Cue::Remove, Cue::Swap]));
        let unknown = inside.iter().any(|part| part.is_unknown());
        range.clone().any(street) && (numbered || !wanted) || numbered && unknown && !wanted
    }

    /// The last that is one: what stands before it is the street.
    pub fn postcode(&self, text: &str, tokens: &Tokens, range: &Range<usize>) -> Option<(Range<usize>, String)> {
        let known = range.clone().rev().find_map(|from| {
            let until = range.end.min(from + LONGEST);
            let fits = (from + 1..=until).rev().find_map(|to| {
                let said = self.joined(text, tokens, from..to);
                let place = self.area.iter().find(|(place, _)| *place == said);
                place.map(|(_, written)| (from..to, written.clone()))
            })?;
            Some(fits)
        });
        known.or_else(|| self.digits(text, tokens, range, &self.lengths))
    }

    /// A postcode of so many digits, also where it is none of the area.
    pub fn digits(
        &self,
        text: &str,
        tokens: &Tokens,
        range: &Range<usize>,
        lengths: &[usize],
    ) -> Option<(Range<usize>, String)> {
        let mut at = range.start;
        let mut found = None;
        while at < range.end {
            let run = (at..range.end).take_while(|at| self.is_digit(tokens, *at)).count();
            let whole = |from: usize, to: usize| {
                let said = self.joined(text, tokens, from..to);
                (lengths.contains(&said.len())).then_some((from..to, said))
            };
            let alone = (at..at + run).rev().find_map(|at| whole(at, at + 1));
            found = alone.or_else(|| whole(at, at + run)).or(found);
            at += run.max(1);
        }
        found
    }

    fn is_digit(&self, tokens: &Tokens, at: usize) -> bool {
        tokens.list[at].number.is_some_and(|number| number.is_multiple_of(1_000))
            || self.noughts.at(tokens, at).is_some()
    }

    fn floor(&self, tokens: &Tokens, range: &Range<usize>) -> Option<Range<usize>> {
        range.clone().find_map(|at| self.floors.at(tokens, at, range.end, &nothing)).map(|found| found.tokens)
    }

    /// Whether the whole of these tokens says on which floor.
    pub fn whole_floor(&self, text: &str, tokens: &Tokens, range: Range<usize>) -> Option<String> {
        let number = range.len() == 1 && tokens.list[range.start].number.is_some();
        let found = self.floor(tokens, &range).is_some();
        (number || found).then(|| self.spelt(text, tokens, range)).flatten()
    }

    /// In one word, without signs; numbers in digits.
    fn joined(&self, text: &str, tokens: &Tokens, range: Range<usize>) -> String {
        let word = |at: usize| match digits(text, tokens, at) {
            Some(digits) => digits,
            None if self.noughts.at(tokens, at).is_some() => "0".to_string(),
            None => folded(text.get(tokens.list[at].span.clone()).unwrap_or_default()),
        };
        range.map(word).collect()
    }

    /// As it was said, with numbers in digits, without what is only said around it.
    pub fn spelt(&self, text: &str, tokens: &Tokens, range: Range<usize>) -> Option<String> {
        let start = skip(&self.around, tokens, range.clone());
        let mut end = range.end;
        while let Some(shorter) =
            (start..end).rev().take(3).find(|at| self.around.at(tokens, *at).is_some_and(|length| at + length == end))
        {
            end = shorter;
        }
        spelt(text, tokens, start..end)
    }
}

/// As it was said, with numbers in digits.
pub(super) fn spelt(text: &str, tokens: &Tokens, range: Range<usize>) -> Option<String> {
    let mut out = String::new();
    let mut last: Option<usize> = None;
    for at in range {
        let span = tokens.list[at].span.clone();
        out.push_str(last.and_then(|last| text.get(last..span.start)).unwrap_or_default());
        match digits(text, tokens, at) {
            Some(digits) => out.push_str(&digits),
            None => out.push_str(text.get(span.clone()).unwrap_or_default()),
        }
        last = Some(span.end);
    }
    (!out.is_empty()).then_some(out)
}

/// The number at this token in digits, with the noughts that it was written with.
fn digits(text: &str, tokens: &Tokens, at: usize) -> Option<String> {
    let token = &tokens.list[at];
    let written = text.get(token.span.clone()).unwrap_or_default();
    if !written.is_empty() && written.bytes().all(|b| b.is_ascii_digit()) {
        return Some(written.into());
    }
    token.number.filter(|number| number.is_multiple_of(1_000)).map(|number| (number / 1_000).to_string())
}
