//! What people say of how they pay. Found in the whole sentence before anything in it is taken as ordered, and only in shops
//! that say how one can pay there.

use crate::lang::understand::PayWords;
use crate::money::Currency;
use crate::shop::{Detail, PayBy, Shop};

use super::act::{ActKind, Expect, Question};
use super::matter::Claim;
use super::pattern::{Found, Patterns};
use super::phrases::{self, Phrases};
use super::said::PaySaid;
use super::tokens::{Break, Normaliser, Tokens};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sort {
    By(PayBy),
    /// Cash, and how much of it they hand over.
    Cash,
    /// How one can pay.
    Ways,
}

#[derive(Debug)]
pub(super) struct Paying {
    said: Patterns<Sort>,
    /// As the answer to how they would like to pay.
    asked: Patterns<Sort>,
    around: Phrases,
    /// What stands where the code of an account was said.
    mark: Vec<String>,
    currency: Currency,
    takes: bool,
}

impl Paying {
    pub fn new(shop: &Shop, words: &PayWords, mark: &str, normaliser: &Normaliser) -> Paying {
        let takes = !shop.payments.ways.is_empty();
        let patterns = |all: &[(&Vec<String>, Sort)]| {
            let all = all.iter().filter(|_| takes);
            let all = all.flat_map(|(patterns, sort)| patterns.iter().map(|pattern| (pattern.clone(), *sort)));
            Patterns::new(all.collect::<Vec<_>>(), normaliser)
        };
        let said = [
            (&words.ways, Sort::Ways),
            (&words.cash_with, Sort::Cash),
            (&words.counter, Sort::By(PayBy::Counter)),
            (&words.cash, Sort::By(PayBy::Cash)),
            (&words.card, Sort::By(PayBy::Card)),
            (&words.account, Sort::By(PayBy::Account)),
        ];
        let asked = [
            (&words.alone.cash_with, Sort::Cash),
            (&words.alone.counter, Sort::By(PayBy::Counter)),
            (&words.alone.cash, Sort::By(PayBy::Cash)),
            (&words.alone.card, Sort::By(PayBy::Card)),
            (&words.alone.account, Sort::By(PayBy::Account)),
        ];
        Paying {
            said: patterns(&said),
            asked: patterns(&[&said[..], &asked[..]].concat()),
            around: Phrases::new(&words.around, normaliser),
            mark: phrases::words(mark, normaliser),
            currency: shop.currency.clone(),
            takes,
        }
    }

    /// Stretches that speak of it, in the order said.
    pub fn find(&self, tokens: &Tokens) -> Vec<Claim<ActKind>> {
        let mut claims = vec![];
        let mut at = 0;
        while self.takes && at < tokens.len() {
            let until =
                (at + 1..tokens.len()).find(|at| tokens.list[*at].before == Break::Stop).unwrap_or(tokens.len());
            let found = self.said.at(tokens, at, until, &|_| None);
            let Some((found, kind)) = found.and_then(|found| Some((found.clone(), self.act(tokens, &found)?))) else {
                at += 1;
                continue;
            };
            // The code belongs to it, and what may be said between.
            let code = (found.tokens.end..until).find(|at| self.is_mark(tokens, *at));
            let end = match (&kind, code) {
                (ActKind::Pay(_), Some(code)) => code + self.mark.len(),
                _ => found.tokens.end,
            };
            at = end;
            claims.push(Claim { tokens: found.tokens.start..end, kind });
        }
        claims
    }

    /// The answer to how they would like to pay, or an account's code: with nothing else in the sentence.
    pub fn answer(&self, tokens: &Tokens, expect: &Expect) -> Option<ActKind> {
        let coded = (self.takes || expect.account) && (0..tokens.len()).any(|at| self.is_mark(tokens, at));
        // Whoever is asked for a name, and says how they pay, is called nothing by that.
        if !expect.pay && !coded && expect.detail != Some(Detail::Name) {
            return None;
        }
        let (mut at, mut said) = (0, None);
        while at < tokens.len() {
            if self.is_mark(tokens, at) {
                at += self.mark.len();
                continue;
            }
            match self.asked.at(tokens, at, tokens.len(), &|_| None) {
                Some(_) if said.is_some() => return None,
                Some(found) => {
                    said = Some(self.act(tokens, &found)?);
                    at = found.tokens.end;
                }
                None => at += self.around.at(tokens, at)?,
            }
        }
        said.or_else(|| coded.then_some(ActKind::Pay(PaySaid { by: PayBy::Account, tendered: None, code: true })))
    }

    fn act(&self, tokens: &Tokens, found: &Found<Sort>) -> Option<ActKind> {
        let by = match found.stands_for {
            Sort::Ways => return Some(ActKind::Ask(Question::Ways)),
            Sort::Cash => PayBy::Cash,
            Sort::By(by) => by,
        };
        let number = found.tokens.clone().find_map(|at| tokens.list[at].number);
        let tendered = match found.stands_for {
            Sort::Cash => Some(self.currency.thousandths(number?.into())),
            Sort::By(_) | Sort::Ways => None,
        };
        let code = by == PayBy::Account && (0..tokens.len()).any(|at| self.is_mark(tokens, at));
        Some(ActKind::Pay(PaySaid { by, tendered, code }))
    }

    fn is_mark(&self, tokens: &Tokens, at: usize) -> bool {
        !self.mark.is_empty()
            && at + self.mark.len() <= tokens.len()
            && self.mark.iter().enumerate().all(|(n, word)| tokens.key(at + n) == word)
    }
}
