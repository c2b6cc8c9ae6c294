//! The cart: what stands in it, nothing of how it came there. A cart has no status: it exists or not, and expires.
//!
//! Every operation keeps what the types promise: ids are never reused, no line has a quantity of nothing, choices
//! are sorted and belong to the item. One that cannot do as asked changes nothing and says why.
//! Operations on options stand in [`super::choices`].

use serde::{Deserialize, Serialize};

use crate::money::Money;
use crate::shop::{ItemId, OptionId, OptionListId, Shop, Unit};

use super::customer::Customer;
use super::fulfilment::Destination;

/// How much of an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(from = "Written", into = "Written")]
pub enum Quantity {
    Count(u32),
    /// [`PARTS`] of the item's own unit: so fine that an ounce of what is sold by the pound is priced as an ounce.
    Measure(u64),
}

/// Parts of one unit that measures are counted in.
pub const PARTS: u64 = 1_000_000;

/// As it is written down. States of before have thousandths.
#[derive(Serialize, Deserialize)]
enum Written {
    Count(u32),
    Measure(u32),
    Parts(u64),
}

impl From<Written> for Quantity {
    fn from(written: Written) -> Quantity {
        match written {
            Written::Count(count) => Quantity::Count(count),
            Written::Measure(thousandths) => Quantity::thousandths(thousandths),
            Written::Parts(parts) => Quantity::Measure(parts),
        }
    }
}

impl From<Quantity> for Written {
    fn from(quantity: Quantity) -> Written {
        match quantity {
            Quantity::Count(count) => Written::Count(count),
            Quantity::Measure(parts) => Written::Parts(parts),
        }
    }
}

/// "extra cheese", "light on the mayo".
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Grade {
    Light,
    Extra,
}

/// One option taken, or refused, on a line.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Choice {
    pub option: OptionId,
    pub grade: Option<Grade>,
    /// "no onions": kept even where the item would not have had them, so that it is read back and made so.
    pub negated: bool,
    /// How many times ("two shots"), ≥ 1.
    pub count: u8,
}

impl Choice {
    pub fn plain(option: OptionId) -> Self {
        Choice { option, grade: None, negated: false, count: 1 }
    }
}

/// Identifies a line for as long as its cart lives; never reused within it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct LineId(pub u32);

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    pub id: LineId,
    pub item: ItemId,
    pub quantity: Quantity,
    /// Only what was said or asked for; defaults are not written down here. Kept sorted.
    pub choices: Vec<Choice>,
    /// Wishes that fit no option, word for word.
    pub notes: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Cart {
    pub lines: Vec<Line>,
    /// Order-wide options ("to go").
    pub order_choices: Vec<Choice>,
    /// The name to call out, if given.
    pub customer_name: Option<String>,
    /// What must not be in it, and how they live: allergies and diets as they were stated.
    #[serde(default)]
    pub needs: Vec<Need>,
    /// Keys of the promotions whose codes were said. Kept sorted.
    #[serde(default)]
    pub vouchers: Vec<String>,
    /// Who buys, where that is known.
    #[serde(default)]
    pub customer: Option<Customer>,
    /// `None`: nothing was said of it.
    #[serde(default)]
    pub tip: Option<Tip>,
    /// Where it goes, and when it is wanted. Apart, for most carts go nowhere, and messages hold carts.
    #[serde(default)]
    pub destination: Box<Destination>,
    /// The id that the next line gets.
    pub next_line: u32,
}

/// An allergy or a diet that was stated.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Need {
    /// Of the substance or the diet in the language's table; what it does not know, in the words that were said.
    pub name: String,
    /// As said: "walnuts".
    pub words: String,
    /// A way to live, and no allergy.
    pub diet: bool,
}

/// What is given beside the price, of one's own will.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Tip {
    Nothing,
    /// Of the goods after discounts, in thousandths of a percent.
    Percent(u32),
    Amount(Money),
}

/// More lines than anyone orders aloud; keeps a runaway channel from filling the cart.
pub const MOST_LINES: usize = 500;

/// Why the cart stayed as it was. The dialogue words it for the customer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CartError {
    #[error("line {} is not in the cart; name one that is", .0.0)]
    NoSuchLine(LineId),
    #[error("a quantity of nothing; remove the line instead")]
    NoQuantity,
    #[error("item {} is sold by measure; give an amount in its unit", .0.0)]
    NeedsMeasure(ItemId),
    #[error("item {} is sold in whole pieces; give a whole number", .0.0)]
    NeedsCount(ItemId),
    #[error("the quantity is beyond what can be counted; give a smaller one")]
    TooMuch,
    #[error("the cart is full with {MOST_LINES} lines; place this order first")]
    Full,
    #[error("option {} of list {} does not go with this; choose one that does", .0.index, .0.list.0)]
    NotOffered(OptionId),
    #[error("at most {most} options of list {} can be chosen; drop one first", list.0)]
    TooMany { list: OptionListId, most: u8 },
    #[error("option {} of list {} can be taken at most {most} times", option.index, option.list.0)]
    TooOften { option: OptionId, most: u8 },
}

/// What [`Cart::add`] did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Added {
    pub line: LineId,
    /// The amount went onto a line that already stood there.
    pub merged: bool,
    /// Choices that the item does not take, each with the reason. The rest was added nonetheless.
    pub refused: Vec<(Choice, CartError)>,
}

/// What [`Cart::remove`] took away.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Removed {
    /// The whole line, as it was.
    Line(Line),
    /// Part of it; `left` remains.
    Part { left: Quantity },
}

impl Cart {
    pub fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    pub fn line(&self, id: LineId) -> Result<&Line, CartError> {
        self.lines.iter().find(|line| line.id == id).ok_or(CartError::NoSuchLine(id))
    }

    pub(super) fn line_mut(&mut self, id: LineId) -> Result<&mut Line, CartError> {
        self.lines.iter_mut().find(|line| line.id == id).ok_or(CartError::NoSuchLine(id))
    }

    /// Put an item in. A line that is equal in item, choices and notes takes up the quantity instead.
    pub fn add(
        &mut self,
        shop: &Shop,
        item: ItemId,
        quantity: Quantity,
        choices: impl IntoIterator<Item = Choice>,
        notes: impl IntoIterator<Item = String>,
    ) -> Result<Added, CartError> {
        let quantity = quantity.fitting(shop, item)?;
        let mut line = Line { id: LineId(self.next_line), item, quantity, choices: vec![], notes: vec![] };
        let refused = line.choose_all(shop, choices);
        notes.into_iter().for_each(|note| line.note(note));
        if let Some(equal) = self.lines.iter_mut().find(|there| there.same_wish(&line)) {
            equal.quantity = equal.quantity.plus(quantity)?;
            return Ok(Added { line: equal.id, merged: true, refused });
        }
        let id = self.insert(self.lines.len(), line)?;
        Ok(Added { line: id, merged: false, refused })
    }

    /// Give the line a fresh id and its place.
    fn insert(&mut self, place: usize, mut line: Line) -> Result<LineId, CartError> {
        if self.lines.len() >= MOST_LINES {
            return Err(CartError::Full);
        }
        line.id = LineId(self.next_line);
        self.next_line = self.next_line.checked_add(1).ok_or(CartError::Full)?;
        let id = line.id;
        self.lines.insert(place, line);
        Ok(id)
    }

    /// "make it three".
    pub fn set_quantity(&mut self, shop: &Shop, id: LineId, quantity: Quantity) -> Result<(), CartError> {
        let line = self.line_mut(id)?;
        line.quantity = quantity.fitting(shop, line.item)?;
        Ok(())
    }

    /// "two more of those". Returns what stands there now.
    pub fn more(&mut self, shop: &Shop, id: LineId, quantity: Quantity) -> Result<Quantity, CartError> {
        let line = self.line_mut(id)?;
        line.quantity = line.quantity.plus(quantity.fitting(shop, line.item)?)?;
        Ok(line.quantity)
    }

    /// Take a line away, or `quantity` of it ("one latte fewer"); as much as stands there, or more, takes it whole.
    pub fn remove(&mut self, shop: &Shop, id: LineId, quantity: Option<Quantity>) -> Result<Removed, CartError> {
        let line = self.line_mut(id)?;
        let left = match quantity {
            Some(quantity) => line.quantity.minus(quantity.fitting(shop, line.item)?),
            None => None,
        };
        if let Some(left) = left {
            line.quantity = left;
            return Ok(Removed::Part { left });
        }
        let place = self.lines.iter().position(|line| line.id == id).ok_or(CartError::NoSuchLine(id))?;
        Ok(Removed::Line(self.lines.remove(place)))
    }

    /// Make `quantity` of a line a line of its own, right behind it ("make one of them iced"); returns its id.
    /// As much as stands there, or more, leaves the line whole and returns its own id.
    pub fn split(&mut self, shop: &Shop, id: LineId, quantity: Quantity) -> Result<LineId, CartError> {
        let line = self.line(id)?;
        let quantity = quantity.fitting(shop, line.item)?;
        let Some(left) = line.quantity.minus(quantity) else { return Ok(id) };
        let part = Line { quantity, ..line.clone() };
        let place = self.lines.iter().position(|line| line.id == id).ok_or(CartError::NoSuchLine(id))?;
        let new = self.insert(place + 1, part)?;
        self.line_mut(id)?.quantity = left;
        Ok(new)
    }

    /// Join lines that have become equal into the first of each; returns (gone, where it went).
    pub fn merge_equal(&mut self) -> Vec<(LineId, LineId)> {
        let mut gone = Vec::new();
        let mut kept: Vec<Line> = Vec::with_capacity(self.lines.len());
        for line in std::mem::take(&mut self.lines) {
            let equal = kept.iter_mut().find(|there| there.same_wish(&line));
            match equal.map(|there| (there.quantity.plus(line.quantity), there)) {
                Some((Ok(sum), there)) => {
                    there.quantity = sum;
                    gone.push((line.id, there.id));
                }
                _ => kept.push(line),
            }
        }
        self.lines = kept;
        gone
    }

    /// Another item in the place of a line ("a mocha instead"), with the same id, quantity and notes. Choices that the
    /// new item takes too stay; the others are returned. A quantity that does not fit the new item becomes one of it.
    pub fn swap_item(&mut self, shop: &Shop, id: LineId, item: ItemId) -> Result<Vec<Choice>, CartError> {
        let line = self.line_mut(id)?;
        line.quantity = line.quantity.fitting(shop, item).unwrap_or(Quantity::one(shop, item));
        line.item = item;
        let choices = std::mem::take(&mut line.choices);
        Ok(line.choose_all(shop, choices).into_iter().map(|(choice, _)| choice).collect())
    }

    /// Keep a wish that fits no option, word for word; once.
    pub fn note(&mut self, id: LineId, note: impl Into<String>) -> Result<(), CartError> {
        self.line_mut(id)?.note(note.into());
        Ok(())
    }

    /// Empty the cart. Ids go on counting: what pointed to an old line never points to a new one.
    pub fn clear(&mut self) {
        *self = Cart { next_line: self.next_line, needs: std::mem::take(&mut self.needs), ..Cart::default() };
    }
}

impl Line {
    /// The same item wished for in the same way; equal lines are one.
    pub fn same_wish(&self, other: &Line) -> bool {
        self.item == other.item && self.choices == other.choices && self.notes == other.notes
    }

    pub fn note(&mut self, note: String) {
        let note = note.trim();
        if !note.is_empty() && !self.notes.iter().any(|there| there == note) {
            self.notes.push(note.to_string());
        }
    }
}

/// What can be written in thousandths too.
const MOST_PARTS: u64 = u32::MAX as u64 * (PARTS / 1_000);

impl Quantity {
    /// A measure in thousandths of the unit.
    pub fn thousandths(thousandths: u32) -> Quantity {
        Quantity::Measure(u64::from(thousandths) * (PARTS / 1_000))
    }

    /// Pieces, or thousandths of the unit to the nearest one, and never none of something: for showing, and for what is
    /// fulfilled.
    pub fn rounded(self) -> u32 {
        match self {
            Quantity::Count(count) => count,
            Quantity::Measure(parts) => {
                let half = PARTS / 2_000;
                let thousandths = parts.saturating_add(half - 1) / (PARTS / 1_000);
                u32::try_from(thousandths.max(u64::from(parts > 0))).unwrap_or(u32::MAX)
            }
        }
    }

    /// One piece, or one unit of what is sold by measure.
    pub fn one(shop: &Shop, item: ItemId) -> Quantity {
        match shop.item(item).unit {
            Unit::Each | Unit::Pack(_) => Quantity::Count(1),
            Unit::Measure(_) => Quantity::Measure(PARTS),
        }
    }

    /// This amount in the way the item is sold, or why it cannot be: "two" of what is sold by the pound is to be asked
    /// about, not guessed; "2.0" of what is sold in pieces is two.
    pub fn fitting(self, shop: &Shop, item: ItemId) -> Result<Quantity, CartError> {
        match (self, &shop.item(item).unit) {
            (Quantity::Count(0) | Quantity::Measure(0), _) => Err(CartError::NoQuantity),
            (Quantity::Measure(parts), _) if parts > MOST_PARTS => Err(CartError::TooMuch),
            (Quantity::Count(_), Unit::Each | Unit::Pack(_)) | (Quantity::Measure(_), Unit::Measure(_)) => Ok(self),
            (Quantity::Measure(parts), Unit::Each | Unit::Pack(_)) if parts.is_multiple_of(PARTS) => {
                u32::try_from(parts / PARTS).map(Quantity::Count).map_err(|_| CartError::TooMuch)
            }
            (Quantity::Measure(_), _) => Err(CartError::NeedsCount(item)),
            (Quantity::Count(_), Unit::Measure(_)) => Err(CartError::NeedsMeasure(item)),
        }
    }

    /// The whole amount that can be offered for part of one: a dozen for six eggs.
    pub fn rounded_up_to_one(self) -> Option<Quantity> {
        matches!(self, Quantity::Measure(1..PARTS)).then_some(Quantity::Count(1))
    }

    /// In the smallest parts that are counted: for comparing.
    pub fn in_parts(self) -> u64 {
        match self {
            Quantity::Count(count) => u64::from(count),
            Quantity::Measure(parts) => parts,
        }
    }

    fn plus(self, other: Quantity) -> Result<Quantity, CartError> {
        let sum = match (self, other) {
            (Quantity::Count(a), Quantity::Count(b)) => a.checked_add(b).map(Quantity::Count),
            (Quantity::Measure(a), Quantity::Measure(b)) => {
                a.checked_add(b).filter(|sum| *sum <= MOST_PARTS).map(Quantity::Measure)
            }
            _ => None,
        };
        sum.ok_or(CartError::TooMuch)
    }

    /// What is left, or `None` where nothing is.
    fn minus(self, other: Quantity) -> Option<Quantity> {
        match (self, other) {
            (Quantity::Count(a), Quantity::Count(b)) => a.checked_sub(b).filter(|left| *left > 0).map(Quantity::Count),
            (Quantity::Measure(a), Quantity::Measure(b)) => {
                a.checked_sub(b).filter(|left| *left > 0).map(Quantity::Measure)
            }
            _ => None,
        }
    }
}
