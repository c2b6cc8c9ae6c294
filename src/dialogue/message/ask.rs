use serde::{Deserialize, Serialize};

use crate::commerce::cart::{Cart, Line, Need, Quantity};
use crate::money::Money;
use crate::shop::{CategoryId, Detail, ItemId, OptionId, OptionListId, PayBy};
use crate::understand::ItemRequest;

/// Questions of ours.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Ask {
    /// `plain`: no other line could be meant.
    Option {
        line: Line,
        list: OptionListId,
        options: Vec<OptionId>,
        plain: bool,
    },
    OrderOption {
        list: OptionListId,
        options: Vec<OptionId>,
    },
    OneOf {
        line: Line,
        options: Vec<OptionId>,
    },
    Item {
        about: About,
        items: Vec<ItemId>,
    },
    /// `words`: as said, where the item is a guess at what they meant.
    Offer {
        item: ItemId,
        request: ItemRequest,
        words: Option<String>,
    },
    /// `said` was too much, or (`None`) no usable amount was said.
    Amount {
        item: ItemId,
        said: Option<Quantity>,
    },
    Line(Vec<Line>),
    /// It holds what somebody must not have.
    Keep {
        line: Line,
        need: Need,
    },
    More,
    Cancel(Cart),
    Person,
    /// The code of what was put aside.
    Code,
    /// Is it this, put aside so many minutes ago?
    TakeUp {
        cart: Cart,
        minutes: u32,
    },
    /// Something of where it goes. `street`: the number of its house is missing.
    Detail {
        detail: Detail,
        street: Option<String>,
    },
    /// Whether a tip may be added.
    Tip,
    /// How they would like to pay; `rest`: what an account does not cover.
    Pay {
        ways: Vec<PayBy>,
        rest: Option<Money>,
    },
    /// The owner's code for a large order, or, where somebody can be called, a person.
    Approval {
        staffed: bool,
    },
    /// The code of a gift card, or of an account.
    Account,
    /// Is that everything? With the total, unless it was said just now.
    Everything {
        total: bool,
        /// And shall it be placed? All was read back, and nothing else is to be asked.
        places: bool,
    },
    /// Shall it be placed? With the total, unless it was said just now.
    Place {
        total: bool,
    },
}

/// Why there are several items to choose from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum About {
    /// Sounds or reads like each of them.
    Tie,
    Category(CategoryId),
    /// Wanted something that is not sold.
    Unknown(String),
    SoldOut(ItemId),
    Recommended,
}
