//! Where an order goes and when it is wanted. Only in shops that ask for such a thing: in others not a word is read
//! differently. Found in the whole sentence before anything in it is taken as ordered, for streets are called by anything.

use std::ops::Range;

use crate::lang::Language;
use crate::shop::{Detail, Shop};

use super::act::{Act, ActKind, Expect};
use super::address::{Addresses, Found, spelt};
use super::clock::{Clock, skip};
use super::matter::{Claim, stop};
use super::part::Part;
use super::pattern::{Patterns, nothing};
use super::phrases::Phrases;
use super::private::Private;
use super::said::DetailSaid;
use super::tokens::{Normaliser, Tokens};

#[derive(Debug)]
pub(super) struct Destinations {
    asks: Vec<Detail>,
    clock: Clock,
    addresses: Addresses,
    around: Phrases,
    table: Patterns<()>,
    table_alone: Patterns<()>,
    name: Phrases,
    deliver: Phrases,
    address: Phrases,
    house: Patterns<()>,
    phone: Phrases,
    anew: Vec<(Phrases, Detail)>,
}

/// A name has no more words.
const LONGEST_NAME: usize = 3;
/// Digits that a telephone's number has at least, said by itself and announced.
const PHONE: usize = 7;
const PHONE_ANNOUNCED: usize = 4;
/// A postcode that is asked for and lies nowhere has as many digits as it likes.
const ANY: [usize; 6] = [3, 4, 5, 6, 7, 8];

impl Destinations {
    /// `None` in shops that ask for nothing.
    pub fn new(shop: &Shop, language: &Language, normaliser: &Normaliser) -> Option<Destinations> {
        let asks: Vec<Detail> = Detail::ALL.into_iter().filter(|detail| shop.fulfilment.asks(*detail)).collect();
        if asks.is_empty() {
            return None;
        }
        let words = &language.understand.destination;
        let noughts = &language.understand.take_up.noughts;
        let phrases = |all: &[String]| Phrases::new(all, normaliser);
        let patterns = |all: &[String]| {
            let all = all.iter().map(|pattern| (pattern.clone(), ()));
            Patterns::new(all.collect::<Vec<_>>(), normaliser)
        };
        let anew = Detail::ALL.into_iter().filter_map(|detail| Some((phrases(words.anew.get(detail.key())?), detail)));
        Some(Destinations {
            anew: anew.filter(|(_, detail)| asks.contains(detail)).collect(),
            asks,
            clock: Clock::new(&words.time, &words.behind, language),
            addresses: Addresses::new(shop, words, noughts, normaliser),
            around: phrases(&words.around),
            table: patterns(&words.table),
            table_alone: patterns(&words.table_alone),
            name: phrases(&words.name),
            deliver: phrases(&words.deliver),
            address: phrases(&words.address),
            house: patterns(&words.house),
            phone: phrases(&words.phone),
        })
    }

    fn asks(&self, detail: Detail) -> bool {
        self.asks.contains(&detail)
    }

    /// Whether a telephone's number is announced or asked for here: it is no card's.
    pub fn is_phone(&self, tokens: &Tokens, expect: &Expect) -> bool {
        let announced = || (0..tokens.len()).any(|at| self.phone.at(tokens, at).is_some());
        self.asks(Detail::Phone) && (expect.detail == Some(Detail::Phone) || announced())
    }

    /// A sentence that is nothing but the answer to what was asked, as far as that is said in words of its own.
    pub fn answer(&self, heard: &Heard<'_>) -> Option<Vec<Act>> {
        let tokens = heard.tokens;
        let detail = heard.expect.detail?;
        let start = skip(&self.around, tokens, 0..tokens.len());
        let rest = start..tokens.len();
        if rest.is_empty() {
            return None;
        }
        match detail {
            Detail::Name => self.named(heard, rest),
            Detail::Street => self.street(heard, rest),
            Detail::Postcode => self.town(heard, rest),
            Detail::Floor => {
                let floor = self.addresses.whole_floor(heard.text, tokens, rest)?;
                Some(vec![heard.act(0..tokens.len(), address(Found { floor: Some(floor), ..Found::default() }))])
            }
            // Found in any sentence.
            Detail::Table | Detail::Time | Detail::Phone => None,
        }
    }

    /// Announced it is a name whatever it sounds like; alone only where it is nothing that the shop knows.
    fn named(&self, heard: &Heard<'_>, rest: Range<usize>) -> Option<Vec<Act>> {
        let tokens = heard.tokens;
        // "My wife will pick it up, her name is Rosa", "what name? Rosa".
        let announced = |at: usize| Some(at + self.name.at(tokens, at).filter(|length| *length > 1)?);
        let asked = |at: &usize| tokens.list[at - 1].question && !tokens.list[*at].question;
        let last = rest.clone().rev().find_map(announced).filter(|from| *from < rest.end);
        let behind = || (rest.start + 1..rest.end).rev().find(asked).map(|at| skip(&self.name, tokens, at..rest.end));
        let from = last.or_else(behind).unwrap_or_else(|| skip(&self.name, tokens, rest.clone()));
        let mut end = rest.end;
        while end > from && (from..end).any(|at| self.around.at(tokens, at).is_some_and(|length| at + length == end)) {
            end -= 1;
        }
        let words = from..end;
        let plain = |part: &Part| part.is_unknown() || part.slips > 0;
        let mut inside = heard.parts.iter().filter(|part| words.contains(&part.tokens.start));
        let number = words.clone().any(|at| tokens.list[at].number.is_some() || tokens.list[at].question);
        let fits = (1..=LONGEST_NAME).contains(&words.len()) && !number;
        (fits && (from > rest.start || inside.all(plain))).then(|| {
            let name = heard.text.get(tokens.span(words.clone())).unwrap_or_default().to_string();
            let span = tokens.span(0..tokens.len());
            vec![Act { kind: ActKind::CustomerName(name), span }]
        })
    }

    fn street(&self, heard: &Heard<'_>, rest: Range<usize>) -> Option<Vec<Act>> {
        let tokens = heard.tokens;
        // "And the number?" "21 B."
        let short = rest.len() <= 2 && tokens.list[rest.start].number.is_some();
        if heard.expect.street && short && heard.parts.iter().all(|part| part.sense().is_none_or(|s| !s.is_thing())) {
            return self.house_number(heard, rest).map(|act| vec![act]);
        }
        let from = skip(&self.address, tokens, rest.clone());
        let announced = from > rest.start;
        if !announced && !self.addresses.is_street(tokens, heard.parts, &(from..rest.end)) {
            return None;
        }
        Some(self.apart(heard, 0, from..rest.end)).filter(|acts| !acts.is_empty())
    }

    fn town(&self, heard: &Heard<'_>, rest: Range<usize>) -> Option<Vec<Act>> {
        let (text, tokens) = (heard.text, heard.tokens);
        let known = self.addresses.postcode(text, tokens, &rest);
        let digits = || self.addresses.digits(text, tokens, &rest, &ANY);
        let plain = heard.parts.iter().filter(|part| rest.contains(&part.tokens.start)).all(|part| part.is_unknown());
        let named = || {
            let short = rest.len() <= LONGEST_NAME && plain && !tokens.list[rest.start].question;
            short.then(|| spelt(text, tokens, rest.clone())).flatten()
        };
        if known.is_some() && self.addresses.is_street(tokens, heard.parts, &rest) {
            // "Orange Street 12, 10115": all of it once more.
            return Some(self.apart(heard, 0, rest));
        }
        let postcode = known.or_else(digits).map(|(_, postcode)| postcode).or_else(named)?;
        Some(vec![heard.act(0..tokens.len(), address(Found { postcode: Some(postcode), ..Found::default() }))])
    }

    /// A street, or a number that could be of a house or a town: "take it to go" goes nowhere.
    fn is_somewhere(&self, heard: &Heard<'_>, range: Range<usize>) -> bool {
        let number = range.clone().any(|at| heard.tokens.list[at].number.is_some());
        number || self.addresses.is_street(heard.tokens, heard.parts, &range) || {
            self.addresses.postcode(heard.text, heard.tokens, &range).is_some()
        }
    }

    /// Stretches that speak of it anywhere, in the order said.
    pub fn find(&self, heard: &Heard<'_>, private: &Private) -> Vec<Claim<ActKind>> {
        let tokens = heard.tokens;
        let mut claims = vec![];
        let mut at = 0;
        while at < tokens.len() {
            let found = self.at(heard, at, private);
            let Some(last) = found.last() else {
                at += 1;
                continue;
            };
            at = last.tokens.end.max(at + 1);
            claims.extend(found);
        }
        claims
    }

    fn at(&self, heard: &Heard<'_>, at: usize, private: &Private) -> Vec<Claim<ActKind>> {
        let (text, tokens, expect) = (heard.text, heard.tokens, heard.expect);
        let until = stop(tokens, at);
        let one = |end: usize, said: DetailSaid| vec![Claim { tokens: at..end, kind: ActKind::Detail(said) }];
        if let Some((length, detail)) = self.anew.iter().find_map(|(said, of)| Some((said.at(tokens, at)?, *of))) {
            // "Change the time to six" says what it is to be.
            let time = self.clock.at(text, tokens, at + length, true).filter(|_| detail == Detail::Time);
            return match time {
                Some((end, time)) => one(end, DetailSaid::Time(time)),
                None => one(at + length, DetailSaid::Anew(detail)),
            };
        }
        if self.asks(Detail::Table)
            && let Some((end, table)) = self.table(heard, at, until)
        {
            return one(end, DetailSaid::Table(table));
        }
        if self.asks(Detail::Street)
            && let Some(length) = self.deliver.at(tokens, at)
            && self.is_somewhere(heard, at + length..until)
        {
            let address = self.apart(heard, at, at + length..until);
            return self.claims(heard, address);
        }
        if let Some((end, number)) = self.phone(heard, at, private) {
            return one(end, DetailSaid::Phone(number));
        }
        if self.asks(Detail::Time)
            && expect.timed
            && let Some((end, time)) = self.clock.moved(text, tokens, at)
        {
            return one(end, DetailSaid::Time(time));
        }
        let asked = expect.detail == Some(Detail::Time);
        if self.asks(Detail::Time)
            && let Some((end, time)) = self.clock.at(text, tokens, at, asked)
        {
            return one(end, DetailSaid::Time(time));
        }
        let house = self.house.at(tokens, at, until, &nothing).filter(|_| expect.street).map(|house| house.tokens);
        let house = house.filter(|house| self.clock.ends(tokens, house.end) && !self.is_sold(heard, house));
        house
            .and_then(|house| self.house_number(heard, house))
            .map(|act| self.claims(heard, vec![act]))
            .unwrap_or_default()
    }

    fn claims(&self, heard: &Heard<'_>, acts: Vec<Act>) -> Vec<Claim<ActKind>> {
        let at = |byte: usize| heard.tokens.list.partition_point(|token| token.span.start < byte);
        acts.into_iter().map(|act| Claim { tokens: at(act.span.start)..at(act.span.end), kind: act.kind }).collect()
    }

    fn table(&self, heard: &Heard<'_>, at: usize, until: usize) -> Option<(usize, u32)> {
        let tokens = heard.tokens;
        let named = self.table.at(tokens, at, until, &nothing);
        let alone = || {
            let found = self.table_alone.at(tokens, at, until, &nothing)?;
            (heard.expect.detail == Some(Detail::Table) && self.clock.ends(tokens, found.tokens.end)).then_some(found)
        };
        let found = named.or_else(alone)?;
        let number = found.tokens.clone().filter_map(|at| tokens.list[at].number).next_back()?;
        number.is_multiple_of(1_000).then_some((found.tokens.end, number / 1_000))
    }

    /// A telephone's number, announced or asked for, or long enough to be nothing else.
    fn phone(&self, heard: &Heard<'_>, at: usize, private: &Private) -> Option<(usize, String)> {
        if !self.asks(Detail::Phone) {
            return None;
        }
        let announced = self.phone.at(heard.tokens, at);
        let from = at + announced.unwrap_or(0);
        let (end, digits) = private.digits(heard.text, heard.tokens, from);
        let asked = announced.is_some() || heard.expect.detail == Some(Detail::Phone);
        let least = if asked { PHONE_ANNOUNCED } else { PHONE };
        let first = heard.tokens.list.get(from)?.span.start;
        let plus = heard.text.get(..first).is_some_and(|before| before.ends_with('+'));
        (digits.len() >= least).then(|| (end, format!("{}{digits}", if plus { "+" } else { "" })))
    }

    /// An address with the telephone's number that may stand behind it; `begins`: what announced it belongs to it.
    fn apart(&self, heard: &Heard<'_>, begins: usize, range: Range<usize>) -> Vec<Act> {
        let phone = range.clone().find(|at| self.asks(Detail::Phone) && self.phone.at(heard.tokens, *at).is_some());
        let end = phone.unwrap_or(range.end);
        let found = self.addresses.read(heard.text, heard.tokens, range.start..end);
        if found == Found::default() {
            return vec![];
        }
        vec![heard.act(begins..end, address(found))]
    }

    fn house_number(&self, heard: &Heard<'_>, range: Range<usize>) -> Option<Act> {
        let tokens = heard.tokens;
        let number = range.clone().find(|at| tokens.list[*at].number.is_some())?;
        let words = spelt(heard.text, tokens, number..range.end)?;
        Some(heard.act(range, DetailSaid::House(words)))
    }

    /// "Number 7" is what the shop calls so.
    fn is_sold(&self, heard: &Heard<'_>, range: &Range<usize>) -> bool {
        let within = |part: &&Part| part.tokens.start < range.end && range.start < part.tokens.end;
        heard.parts.iter().filter(within).any(|part| part.sense().is_some_and(|sense| sense.is_thing()))
    }
}

fn address(found: Found) -> DetailSaid {
    DetailSaid::Address { street: found.street, postcode: found.postcode, floor: found.floor }
}

/// What was said, as far as it is read here.
pub(super) struct Heard<'h> {
    pub text: &'h str,
    pub tokens: &'h Tokens,
    pub parts: &'h [Part<'h>],
    pub expect: &'h Expect,
}

impl Heard<'_> {
    fn act(&self, range: Range<usize>, said: DetailSaid) -> Act {
        Act { kind: ActKind::Detail(said), span: self.tokens.span(range) }
    }
}
