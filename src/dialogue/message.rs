//! What is to be said, before it has words: `reply` turns each into sentences of the language.

use serde::{Deserialize, Serialize};

use crate::commerce::cart::{Cart, Choice, Line, Quantity};
use crate::shop::{CategoryId, ItemId, OptionId, OptionListId};
use crate::understand::{ItemRequest, Which};

use super::state::About;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Message {
    Greeting,
    WelcomeBack(Cart),
    /// What the shop has no longer, and so fell out of the cart.
    Lost(Vec<String>),
    /// The turn could not be written down.
    Trouble,
    /// Each as added; `now` where it joined a line that was there already.
    Added(Vec<AddedLine>),
    /// Lines as they stand after a change.
    Changed(Vec<Line>),
    Removed(Vec<Line>),
    Replaced {
        old: Line,
        new: Line,
    },
    OrderChoice(OptionId),
    Named(String),
    Undone(Cart),
    NothingToUndo,
    /// Placed orders are not undone here.
    TooLateToUndo {
        number: u64,
    },
    NothingToRepeat,
    /// The cart is empty, and something in it was spoken of.
    EmptyCart,
    /// What was pointed to is not in the cart.
    NoSuchLine {
        which: Option<Which>,
        cart: Cart,
    },
    CartReadBack(Cart),
    Total(Cart),

    /// Not sold, but kept as a note on the line that it was said with.
    Noted {
        words: String,
    },
    NotSold {
        words: String,
    },
    SoldOut {
        item: ItemId,
    },
    OptionSoldOut {
        option: OptionId,
    },
    /// The item takes the list, but not this option of it.
    OptionNotOffered {
        item: ItemId,
        option: OptionId,
        instead: Vec<OptionId>,
    },
    TooManyOptions {
        list: OptionListId,
        max: u8,
    },
    /// Taken as often as can be.
    TooOften {
        option: OptionId,
        most: u8,
    },

    Price {
        item: ItemId,
        quantity: Option<Quantity>,
        choices: Vec<Choice>,
    },
    OptionPrice {
        option: OptionId,
        item: Option<ItemId>,
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
    Sold {
        item: ItemId,
    },
    OptionSold {
        option: OptionId,
    },
    Ingredients {
        item: ItemId,
    },
    Tagged {
        item: ItemId,
        tag: String,
        holds: Option<bool>,
    },
    /// A question about "it" with nothing to be it.
    WhichOne,
    Hours,
    OrderStatus {
        number: u64,
        cart: Cart,
    },
    NoOrder,

    Placed {
        number: u64,
        cart: Cart,
    },
    Canceled,
    NothingToCancel,
    Kept,
    Dropped,

    Unheard,
    NotUnderstood,
    Help {
        cart_empty: bool,
    },
    HandingOver,
    Welcome,
    Goodbye,
    StillThere,

    /// `plain`: no other line could be meant.
    AskOption {
        line: Line,
        list: OptionListId,
        options: Vec<OptionId>,
        plain: bool,
    },
    AskOrderOption {
        list: OptionListId,
        options: Vec<OptionId>,
    },
    AskOneOf {
        line: Line,
        options: Vec<OptionId>,
    },
    AskItem {
        about: About,
        items: Vec<ItemId>,
    },
    AskOffer {
        request: ItemRequest,
        words: Option<String>,
    },
    /// `said` was too much, or (`None`) no usable amount was said.
    AskAmount {
        item: ItemId,
        said: Option<Quantity>,
    },
    AskLine(Vec<Line>),
    AskMore,
    AskCancel(Cart),
    AskPerson,
    /// With the cart whose total is to be said, unless it was said just now.
    AskEverything {
        total: Option<Cart>,
    },
    AskPlace {
        total: Option<Cart>,
    },
    AskWhatElse {
        cart_empty: bool,
    },
    AskWhatToChange,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AddedLine {
    pub line: Line,
    /// The amount of the line that it joined, after joining.
    pub now: Option<Quantity>,
}
