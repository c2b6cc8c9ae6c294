//! Which of what stands in the cart a word speaks of: "the turkey one", "the burger" of a bacon cheeseburger, "the ramen".

use crate::shop::ItemId;

use super::act::Which;
use super::line::Line;
use super::part::Part;
use super::utterance::Utterance;

impl Utterance<'_, '_> {
    /// What of the cart has the name that was said, or a name of which it is a part, or is of that kind.
    pub(super) fn standing(&self, line: &Line) -> Option<Which> {
        let cart = &self.expect.cart;
        let among = |named: &[ItemId]| {
            let standing = named.iter().filter(|item| cart.contains(item)).copied().collect();
            Which::among(standing)
        };
        let named = match &line.which {
            Which::Item(item) => among(&[*item]),
            Which::OneOf(items) => among(items),
            Which::Category(category) => self.of_kind(*category),
        };
        let kind = || {
            let kinds = self.parts[line.parts.clone()].iter().filter_map(Part::sense).filter_map(|s| s.category);
            kinds.last().and_then(|category| self.of_kind(category))
        };
        named.or_else(|| among(&line.weaker)).or_else(kind)
    }

    fn of_kind(&self, category: crate::shop::CategoryId) -> Option<Which> {
        let mut items: Vec<ItemId> =
            self.expect.cart.iter().filter(|item| self.menu().category(**item) == category).copied().collect();
        items.sort();
        items.dedup();
        Which::among(items)
    }

    /// The same, where it is plain that one of the cart is meant: it is not to be had with what is said of it, or is pointed
    /// out ("mustard on the roast beef", where roast beef is sold by the pound and a roast beef sandwich was ordered).
    pub(super) fn said_of_standing(&self, line: &Line) -> Option<Which> {
        let fits = |which: &Which| line.choices.iter().all(|choice| self.menu().accepts(which, choice.option));
        let said = !line.choices.is_empty() && line.definite && line.amount.is_none();
        let standing = self.standing(line).filter(|_| said)?;
        (fits(&standing) && (line.onto || !fits(&line.which))).then_some(standing)
    }
}
