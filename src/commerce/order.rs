//! An order: what a cart was when it was placed, with titles and prices as they were then.

use serde::{Deserialize, Serialize, Serializer};

use crate::money::Money;
use crate::shop::Shop;

use super::cart::{Need, Quantity};
use super::check::Ready;
use super::fulfilment::{FulfillmentView, Wanted};
use super::pricing::{Quote, Total, TotalType};
use super::view::{CartView, ItemView, TakenOption, as_number};
use crate::lang::Labels;

/// What is called out at the counter: 1 … 999, then 1 again. Not unique for ever; the order's id is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct OrderNumber(pub u32);

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Order {
    pub number: OrderNumber,
    pub shop: String,
    /// ISO 4217 code of every amount.
    pub currency: String,
    /// Milliseconds since 1970, UTC.
    #[serde(skip)]
    pub placed_at: i64,
    /// When it is wanted, in minutes since 1970 by the clocks of the shop; `None` for as soon as can be.
    #[serde(skip)]
    pub due: Option<i64>,
    pub customer_name: Option<String>,
    /// Of who is known by one.
    #[serde(skip)]
    pub account: Option<i64>,
    /// Allergies and diets, for who makes it.
    pub needs: Vec<Need>,
    pub line_items: Vec<OrderLine>,
    pub options: Vec<TakenOption>,
    /// Where it goes, in shops that ask for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fulfillment: Option<FulfillmentView>,
    pub totals: Vec<Total>,
    /// Tax that the prices held already; no part of any sum.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub included_taxes: Vec<Total>,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct OrderLine {
    pub id: u32,
    pub item: ItemView,
    pub quantity: OrderQuantity,
    pub unit: Option<String>,
    pub options: Vec<TakenOption>,
    pub notes: Vec<String>,
    pub totals: Vec<Total>,
    pub status: LineStatus,
}

/// All three are in the same way of counting; `fulfilled` ≤ `total` ≤ `original`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OrderQuantity {
    pub original: Quantity,
    pub total: u32,
    pub fulfilled: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LineStatus {
    Processing,
    Partial,
    Fulfilled,
    /// Taken off after the order was placed.
    Removed,
}

/// Whether an order stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OrderStanding {
    /// Until another machine has said what becomes of its payment, nobody is told of it.
    Pending,
    Placed,
    /// Its payment came to nothing.
    Canceled,
}

/// What happened to a line after the order was placed. Only ever appended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OrderEvent {
    pub line: u32,
    pub kind: OrderEventKind,
    /// Pieces, or thousandths of the unit.
    pub amount: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OrderEventKind {
    /// Handed over.
    Fulfilled,
    /// Will not come.
    Removed,
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OrderError {
    #[error("the order has no line {0}; `saycart orders show` prints its lines")]
    NoSuchLine(u32),
    #[error("only {open} of this line are still open, not {asked}; give at most that")]
    Beyond { open: u32, asked: u32 },
}

impl Order {
    /// Place what nothing stands against, at the prices of its quote.
    pub fn place(
        shop: &Shop,
        ready: &Ready,
        quote: &Quote,
        labels: &Labels,
        number: OrderNumber,
        placed_at: i64,
    ) -> Order {
        let view = CartView::of(shop, ready.cart(), quote, labels);
        let lines = view.line_items.into_iter().map(|line| OrderLine {
            id: line.id,
            item: line.item,
            quantity: OrderQuantity::new(line.quantity),
            unit: line.unit,
            options: line.options,
            notes: line.notes,
            totals: line.totals,
            status: LineStatus::Processing,
        });
        Order {
            number,
            shop: shop.name.clone(),
            currency: view.currency,
            placed_at,
            due: ready.cart().whither(shop).time.and_then(Wanted::minute),
            customer_name: view.customer_name,
            account: ready.cart().customer.as_ref().map(|customer| customer.account),
            needs: view.needs,
            line_items: lines.collect(),
            options: view.options,
            fulfillment: view.fulfillment,
            totals: view.totals,
            included_taxes: view.included_taxes,
        }
    }

    /// Let an event take effect, or say why it cannot.
    pub fn apply(&mut self, event: OrderEvent) -> Result<(), OrderError> {
        let line = self.line_items.iter_mut().find(|line| line.id == event.line);
        let line = line.ok_or(OrderError::NoSuchLine(event.line))?;
        let quantity = &mut line.quantity;
        let open = quantity.total - quantity.fulfilled;
        if event.amount > open {
            return Err(OrderError::Beyond { open, asked: event.amount });
        }
        match event.kind {
            OrderEventKind::Fulfilled => quantity.fulfilled += event.amount,
            OrderEventKind::Removed => quantity.total -= event.amount,
        }
        line.status = quantity.status();
        Ok(())
    }

    /// What is to be paid.
    pub fn total(&self) -> Money {
        total(&self.totals)
    }

    /// Of the order as a whole, from its lines.
    pub fn status(&self) -> LineStatus {
        let all = |wanted: LineStatus| self.line_items.iter().all(|line| line.status == wanted);
        let begun = |line: &OrderLine| line.quantity.fulfilled > 0;
        if all(LineStatus::Removed) {
            LineStatus::Removed
        } else if self.line_items.iter().all(|l| matches!(l.status, LineStatus::Fulfilled | LineStatus::Removed)) {
            LineStatus::Fulfilled
        } else if self.line_items.iter().any(begun) {
            LineStatus::Partial
        } else {
            LineStatus::Processing
        }
    }
}

impl OrderLine {
    /// After what is off it.
    pub fn total(&self) -> Money {
        total(&self.totals)
    }
}

/// Of such rows, the last.
pub fn total(rows: &[Total]) -> Money {
    rows.iter().find(|row| row.kind == TotalType::Total).map_or(Money::ZERO, |row| row.amount)
}

impl OrderNumber {
    const LAST: u32 = 999;

    pub fn first() -> OrderNumber {
        OrderNumber(1)
    }

    pub fn next(self) -> OrderNumber {
        OrderNumber(self.0 % Self::LAST + 1)
    }
}

impl std::fmt::Display for OrderNumber {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

impl OrderQuantity {
    pub fn new(original: Quantity) -> OrderQuantity {
        OrderQuantity { original, total: original.rounded(), fulfilled: 0 }
    }

    pub fn status(&self) -> LineStatus {
        match (self.total, self.fulfilled) {
            (0, _) => LineStatus::Removed,
            (_, 0) => LineStatus::Processing,
            (total, fulfilled) if fulfilled < total => LineStatus::Partial,
            _ => LineStatus::Fulfilled,
        }
    }

    fn like_original(&self, amount: u32) -> Quantity {
        match self.original {
            Quantity::Count(_) => Quantity::Count(amount),
            Quantity::Measure(_) if amount == self.original.rounded() => self.original,
            Quantity::Measure(_) => Quantity::thousandths(amount),
        }
    }
}

impl Serialize for OrderQuantity {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Shown {
            #[serde(serialize_with = "as_number")]
            original: Quantity,
            #[serde(serialize_with = "as_number")]
            total: Quantity,
            #[serde(serialize_with = "as_number")]
            fulfilled: Quantity,
        }
        let (total, fulfilled) = (self.like_original(self.total), self.like_original(self.fulfilled));
        Shown { original: self.original, total, fulfilled }.serialize(serializer)
    }
}
