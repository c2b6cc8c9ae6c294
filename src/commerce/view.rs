//! A cart as others see it (`--json`, screens, the order made from it): titles and amounts in place of ids.

use serde::{Deserialize, Serialize, Serializer};

use crate::money::Money;
use crate::shop::{ItemOptions, Shop, Unit};

use super::cart::{Cart, Choice, Grade, Line, Need, PARTS, Quantity};
use super::choices::effective;
use super::fulfilment::FulfillmentView;
use super::pricing::{LinePrice, Quote, Total, TotalType};
use crate::lang::Labels;

#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct CartView {
    pub currency: String,
    pub customer_name: Option<String>,
    /// Allergies and diets.
    pub needs: Vec<Need>,
    pub line_items: Vec<LineItem>,
    /// Options of the order as a whole.
    pub options: Vec<TakenOption>,
    /// Where it goes, in shops that ask for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fulfillment: Option<FulfillmentView>,
    pub totals: Vec<Total>,
    /// Tax that the prices hold already; no part of any sum.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub included_taxes: Vec<Total>,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LineItem {
    pub id: u32,
    pub item: ItemView,
    /// A whole number, or a decimal where sold by measure.
    #[serde(serialize_with = "as_number")]
    pub quantity: Quantity,
    /// Unit or pack that the quantity counts; none for plain pieces.
    pub unit: Option<String>,
    pub options: Vec<TakenOption>,
    pub notes: Vec<String>,
    pub totals: Vec<Total>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ItemView {
    /// The shop's stable key.
    pub id: String,
    pub title: String,
    /// Of one, or of one unit, with its options.
    pub price: Money,
}

/// An option in effect, or refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TakenOption {
    /// Stable keys of the list and of the option.
    pub list: String,
    pub option: String,
    pub title: String,
    pub count: u8,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grade: Option<Grade>,
    /// Refused: "no onions".
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub negated: bool,
    /// Nobody said it; it comes with the item.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub default: bool,
}

impl CartView {
    /// `quote` is the cart's.
    pub fn of(shop: &Shop, cart: &Cart, quote: &Quote, labels: &Labels) -> CartView {
        let lines = cart.lines.iter().zip(&quote.lines);
        CartView {
            currency: shop.currency.code.clone(),
            customer_name: cart.customer_name.clone(),
            needs: cart.needs.clone(),
            line_items: lines.map(|(line, price)| LineItem::of(shop, line, price, labels)).collect(),
            options: taken(shop, &shop.order_options, &cart.order_choices),
            fulfillment: FulfillmentView::of(shop, cart),
            totals: quote.rows(shop, labels),
            included_taxes: quote.included_rows(shop),
        }
    }
}

impl LineItem {
    fn of(shop: &Shop, line: &Line, price: &LinePrice, labels: &Labels) -> LineItem {
        let item = shop.item(line.item);
        let row = |kind, text: &str, amount| Total { kind, display_text: text.to_string(), amount };
        let mut totals = vec![row(TotalType::Subtotal, &labels.subtotal, price.amount)];
        if price.items_discount != Money::ZERO {
            totals.push(row(TotalType::ItemsDiscount, &labels.discount, -price.items_discount));
        }
        // What is off the order as a whole stands below the lines.
        totals.push(row(TotalType::Total, &labels.total, price.amount - price.items_discount));
        LineItem {
            id: line.id.0,
            item: ItemView { id: item.key.clone(), title: item.names.title.clone(), price: price.each },
            quantity: line.quantity,
            unit: match &item.unit {
                Unit::Each => None,
                Unit::Measure(unit) | Unit::Pack(unit) => Some(unit.clone()),
            },
            options: taken(shop, &item.options, &line.choices),
            notes: line.notes.clone(),
            totals,
        }
    }
}

/// What is in effect of each list, then what of it was refused.
fn taken(shop: &Shop, lists: &[ItemOptions], said: &[Choice]) -> Vec<TakenOption> {
    let in_effect = lists.iter().flat_map(|how| effective(shop, how, said));
    let refused = said.iter().filter(|choice| choice.negated).cloned();
    in_effect
        .chain(refused)
        .map(|choice| {
            let default = !said.iter().any(|there| there.option == choice.option);
            TakenOption { default, ..TakenOption::of(shop, &choice) }
        })
        .collect()
}

impl TakenOption {
    pub fn of(shop: &Shop, choice: &Choice) -> TakenOption {
        let option = shop.option(choice.option);
        TakenOption {
            list: shop.option_list(choice.option.list).key.clone(),
            option: option.key.clone(),
            title: option.names.title.clone(),
            count: choice.count,
            grade: choice.grade,
            negated: choice.negated,
            default: false,
        }
    }
}

impl Quantity {
    /// In whole units for showing: `2`, `1.5`; to a thousandth.
    pub fn decimal(self) -> String {
        match self {
            Quantity::Count(count) => count.to_string(),
            Quantity::Measure(_) => {
                let thousandths = self.rounded();
                let text = format!("{}.{:03}", thousandths / 1_000, thousandths % 1_000);
                text.trim_end_matches('0').trim_end_matches('.').to_string()
            }
        }
    }
}

/// A JSON number. Parts have an exact shortest decimal, so nothing is lost in the floating point of JSON.
pub(super) fn as_number<S: Serializer>(quantity: &Quantity, serializer: S) -> Result<S::Ok, S::Error> {
    match *quantity {
        Quantity::Count(count) => serializer.serialize_u32(count),
        Quantity::Measure(parts) if parts.is_multiple_of(PARTS) => serializer.serialize_u64(parts / PARTS),
        Quantity::Measure(parts) => serializer.serialize_f64(parts as f64 / PARTS as f64),
    }
}
