//! What people say of the price: a voucher's code, and a tip. Found in the whole sentence before anything in it is taken
//! as ordered, and only in shops that grant or take such a thing: in others not a word is read differently.

use crate::lang::understand::PriceWords;
use crate::money::Currency;
use crate::shop::Shop;

use super::act::{ActKind, Expect};
use super::matter::Claim;
use super::pattern::{Found, Patterns};
use super::phrases::{self, Phrases};
use super::said::TipSaid;
use super::tokens::{Break, Normaliser, Tokens};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sort {
    Voucher,
    /// Spoken of, with no code that is known.
    Unknown,
    Percent,
    Amount,
    NoTip,
}

#[derive(Debug)]
pub(super) struct Prices {
    /// The words of each code, and the promotion that it is for.
    codes: Vec<(Vec<String>, u16)>,
    vouchers: Patterns<Sort>,
    tips: Option<Patterns<Sort>>,
    /// As the answer to whether they would like to add one.
    asked: Patterns<Sort>,
    around: Phrases,
    currency: Currency,
}

impl Prices {
    pub fn new(shop: &Shop, words: &PriceWords, normaliser: &Normaliser) -> Prices {
        let of_promotion = |(at, codes): (u16, &Vec<String>)| {
            codes.iter().map(|code| (phrases::words(code, normaliser), at)).collect::<Vec<_>>()
        };
        let promotions = shop.terms.promotions.iter().map(|promotion| &promotion.codes);
        let mut codes: Vec<_> = (0u16..).zip(promotions).flat_map(of_promotion).collect();
        codes.retain(|(words, _)| !words.is_empty());
        // The longest that fits is meant.
        codes.sort_by_key(|(words, _)| std::cmp::Reverse(words.len()));
        let patterns = |all: &[(&Vec<String>, Sort)]| {
            let all = all.iter().flat_map(|(patterns, sort)| patterns.iter().map(|p| (p.clone(), *sort)));
            Patterns::new(all.collect::<Vec<_>>(), normaliser)
        };
        let vouchers = [(&words.voucher, Sort::Voucher), (&words.voucher_unknown, Sort::Unknown)];
        let vouchers = if codes.is_empty() { patterns(&[]) } else { patterns(&vouchers) };
        let tips =
            [(&words.tip_percent, Sort::Percent), (&words.tip_amount, Sort::Amount), (&words.no_tip, Sort::NoTip)];
        let asked = [(&words.percent, Sort::Percent), (&words.amount, Sort::Amount), (&words.none, Sort::NoTip)];
        let taken = shop.terms.tips.is_some();
        Prices {
            codes,
            vouchers,
            tips: taken.then(|| patterns(&tips)),
            asked: if taken { patterns(&[&tips[..], &asked[..]].concat()) } else { patterns(&[]) },
            around: Phrases::new(&words.around, normaliser),
            currency: shop.currency.clone(),
        }
    }

    /// Stretches that speak of it, in the order said.
    pub fn find(&self, tokens: &Tokens) -> Vec<Claim<ActKind>> {
        let mut claims = vec![];
        if self.codes.is_empty() && self.tips.is_none() {
            return claims;
        }
        let mut at = 0;
        while at < tokens.len() {
            let until =
                (at + 1..tokens.len()).find(|at| tokens.list[*at].before == Break::Stop).unwrap_or(tokens.len());
            let fills = |at: usize| self.code(tokens, at).map(|(end, _)| end);
            let voucher = self.vouchers.at(tokens, at, until, &fills);
            let tip = self.tips.as_ref().and_then(|tips| tips.at(tokens, at, until, &fills));
            let found = voucher.or(tip).and_then(|found| Some((self.act(tokens, &found)?, found)));
            match found {
                // What was said for a code and is none belongs to it to the end of its sentence.
                Some((kind, found)) => {
                    let end = if kind == (ActKind::Voucher(None)) { until } else { found.tokens.end };
                    claims.push(Claim { tokens: found.tokens.start..end, kind });
                    at = end;
                }
                None => at += 1,
            }
        }
        claims
    }

    /// A sentence that is nothing but a code, or the answer to whether a tip may be added.
    pub fn said(&self, tokens: &Tokens, expect: &Expect) -> Option<ActKind> {
        // "Ten percent", at the read-back: a tip after all.
        let late = self.tips.is_some() && expect.yes_no;
        if self.codes.is_empty() && !expect.tip && !late {
            return None;
        }
        let (mut at, mut said) = (0, None);
        while at < tokens.len() {
            let code = self.code(tokens, at).map(|(end, promotion)| (end, ActKind::Voucher(Some(promotion))));
            let tip = || {
                let fills = |_: usize| None;
                let found = self.asked.at(tokens, at, tokens.len(), &fills)?;
                let share = found.stands_for == Sort::Percent && found.tokens.len() > 1;
                let found = Some(found).filter(|_| expect.tip || late && share)?;
                Some((found.tokens.end, self.act(tokens, &found)?))
            };
            match code.or_else(tip) {
                Some(_) if said.is_some() => return None,
                Some((end, kind)) => {
                    said = Some(kind);
                    at = end;
                }
                None => at += self.around.at(tokens, at)?,
            }
        }
        said
    }

    fn act(&self, tokens: &Tokens, found: &Found<Sort>) -> Option<ActKind> {
        let number = found.tokens.clone().find_map(|at| tokens.list[at].number);
        match found.stands_for {
            Sort::Voucher => {
                let (_, promotion) = self.code(tokens, found.slot.clone()?.start)?;
                Some(ActKind::Voucher(Some(promotion)))
            }
            Sort::Unknown => Some(ActKind::Voucher(None)),
            // Numbers are thousandths, as shares are of a percent.
            Sort::Percent => Some(ActKind::Tip(TipSaid::Percent(number.filter(|share| *share <= 100_000)?))),
            Sort::Amount => Some(ActKind::Tip(TipSaid::Amount(self.currency.thousandths(number?.into())))),
            Sort::NoTip => Some(ActKind::Tip(TipSaid::Nothing)),
        }
    }

    /// Where the code ends that begins here, and what it is for.
    fn code(&self, tokens: &Tokens, from: usize) -> Option<(usize, u16)> {
        let stands = |words: &[String]| {
            from + words.len() <= tokens.len() && words.iter().enumerate().all(|(n, word)| tokens.key(from + n) == word)
        };
        self.codes.iter().find(|(words, _)| stands(words)).map(|(words, promotion)| (from + words.len(), *promotion))
    }
}
