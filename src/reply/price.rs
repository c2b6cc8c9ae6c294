//! What the total is made of, in words: what is off and why, what is added and for what.

use crate::commerce::pricing::{Part, Reason};
use crate::money::Money;
use crate::shop::Promotion;

use super::phrase::fill;
use super::render::Renderer;

impl Renderer<'_> {
    pub(super) fn promotion(&self, at: u16) -> &Promotion {
        &self.phrasing.shop.terms.promotions[usize::from(at)]
    }

    /// A sentence that says the total, behind those that say its reasons. A shop that grants and charges nothing beside
    /// its prices says the total alone.
    pub(super) fn after_reasons(&self, total: String) -> String {
        let mut sentences: Vec<String> = self.quote.parts.iter().filter_map(|part| self.saving(part)).collect();
        sentences.extend(self.charges());
        sentences.push(total);
        sentences.join(&self.phrasing.words.strings.sentences)
    }

    /// "Two for one on muffins, you save $3.75."
    fn saving(&self, part: &Part) -> Option<String> {
        let Reason::Promotion(at) = part.reason else { return None };
        let amount = self.phrasing.money(-part.amount);
        Some(self.say(&self.says().saving, &[("reason", &self.promotion(at).title), ("amount", &amount)]))
    }

    /// "There's $3.00 for delivery and $0.53 for sales tax."
    fn charges(&self) -> Option<String> {
        let p = &self.phrasing;
        let terms = &p.shop.terms;
        let plain = terms.promotions.is_empty() && terms.fees.is_empty() && terms.tips.is_none();
        let added = |part: &&Part| match part.reason {
            Reason::Option(_) | Reason::Fee(_) | Reason::Tax(_) | Reason::Tip => part.amount > Money::ZERO,
            Reason::Promotion(_) | Reason::Rounding => false,
        };
        let charge = |part: &Part| {
            let (amount, reason) = (p.money(part.amount), part.reason.title(p.shop, self.labels).to_string());
            fill(self.says().charge.of_turn(self.turn), &[("amount", &amount), ("reason", &reason)])
        };
        let charges: Vec<String> = self.quote.parts.iter().filter(added).map(charge).collect();
        let said = !plain && !charges.is_empty();
        said.then(|| self.say(&self.says().charges, &[("charges", &p.and(&charges))]))
    }

    /// The owner's own question, or one that names what is mostly given.
    pub(super) fn ask_tip(&self) -> String {
        let p = &self.phrasing;
        let tips = p.shop.terms.tips.as_ref();
        if let Some(own) = tips.and_then(|tips| tips.ask.clone()) {
            return own;
        }
        let shares: Vec<String> = tips.iter().flat_map(|tips| &tips.suggested).map(|share| p.percent(*share)).collect();
        match shares.is_empty() {
            true => self.say(&self.says().ask_tip_plain, &[]),
            false => self.say(&self.says().ask_tip, &[("percents", &p.or(&shares))]),
        }
    }
}
