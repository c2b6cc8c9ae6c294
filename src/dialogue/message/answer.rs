use serde::{Deserialize, Serialize};

use crate::commerce::cart::{Cart, Choice, Need, Quantity};
use crate::money::Money;
use crate::shop::{CategoryId, Held, ItemId, OptionId, OptionListId, PayBy};

/// Answers to the customer's questions.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Answer {
    CartReadBack(Cart),
    /// What the cart costs: the quote of the turn says it.
    Total,
    Price {
        item: ItemId,
        /// In the way that the item is sold; `None` where none was said.
        quantity: Option<Quantity>,
        choices: Vec<Choice>,
        amount: Money,
        /// A choice still open may make it more.
        from: bool,
    },
    /// `amount` is what it adds.
    OptionPrice {
        option: OptionId,
        amount: Money,
    },
    /// What a list offers, perhaps on one item.
    Options {
        list: OptionListId,
        options: Vec<OptionId>,
    },
    OptionsNotTaken {
        list: OptionListId,
        item: ItemId,
    },
    /// Which lists an item comes with.
    ItemOptions {
        item: ItemId,
    },
    Categories {
        categories: Vec<CategoryId>,
    },
    Items {
        category: Option<CategoryId>,
        items: Vec<ItemId>,
        continued: bool,
    },
    NoneAvailable(CategoryId),
    /// With the price of one, and whether a choice still open may make it more.
    Sold {
        item: ItemId,
        choices: Vec<Choice>,
        amount: Money,
        from: bool,
    },
    OptionSold {
        option: OptionId,
    },
    Ingredients {
        item: ItemId,
    },
    /// What is written about it besides.
    About {
        item: ItemId,
    },
    Tagged {
        item: ItemId,
        tag: String,
        holds: Option<bool>,
    },
    /// Whether it holds what somebody must not have.
    Held {
        item: ItemId,
        need: Need,
        held: Held,
    },
    /// Of what was named, what holds it; of a diet, what it rules out.
    Holding {
        items: Vec<ItemId>,
        need: Need,
        /// It is all that was named.
        all: bool,
    },
    /// What holds none of it.
    Lacking {
        items: Vec<ItemId>,
        needs: Vec<Need>,
    },
    /// A question about "it" with nothing to be it.
    WhichOne,
    Hours,
    /// How one can pay here.
    Ways(Vec<PayBy>),
    OrderStatus {
        number: u64,
        cart: Cart,
    },
}
