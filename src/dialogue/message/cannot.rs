use serde::{Deserialize, Serialize};

use crate::commerce::cart::{Cart, Need};
use crate::commerce::fulfilment::Wanted;
use crate::commerce::payment::Decline;
use crate::money::Money;
use crate::shop::{ItemId, OptionId, OptionListId, PayBy};
use crate::understand::{Misfit, Which};

/// What cannot be done.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Cannot {
    NotSold {
        words: String,
    },
    SoldOut {
        item: ItemId,
    },
    /// Fewer are left than are wanted: pieces, or thousandths of the unit.
    OnlyLeft {
        item: ItemId,
        left: u32,
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
    /// The item comes in one way only.
    NoChoice {
        item: ItemId,
        of: Misfit,
    },
    /// It stands there in the biggest, or the smallest, already.
    NoFurtherSize {
        item: ItemId,
        bigger: bool,
    },
    TooManyOptions {
        list: OptionListId,
        max: u8,
    },
    /// More than anybody can mean: a person is offered.
    TooMuch {
        item: ItemId,
    },
    /// Taken as often as can be.
    TooOften {
        option: OptionId,
        most: u8,
    },
    /// What the shop has no longer, and so fell out of the cart.
    Lost(Vec<String>),
    /// Nobody younger gets it, and we cannot see how old somebody is.
    AgeUnknown {
        item: ItemId,
        age: u32,
    },
    /// It comes to so much that a person must confirm it.
    ApproveAlone,
    NothingToUndo,
    /// Placed orders are not undone here.
    TooLateToUndo {
        number: u64,
    },
    NothingToRepeat,
    NothingToCancel,
    /// The cart is empty, and something in it was spoken of.
    EmptyCart,
    /// What was pointed to is not in the cart.
    NoSuchLine {
        which: Option<Which>,
        cart: Cart,
    },
    /// Nothing was put aside, or nothing under this code.
    NothingPutAside {
        code: Option<u32>,
    },
    NoOrder,
    /// What was said is no code of this shop.
    VoucherUnknown,
    /// It is one, and takes nothing off what stands in the cart.
    VoucherNotNow {
        promotion: u16,
    },
    /// More than the goods.
    TipTooMuch,
    /// The order must come to `minimum`.
    TooLittle {
        missing: Money,
        minimum: Money,
    },
    /// It cannot be had then; the next time at which it can.
    NotThen {
        next: Option<Wanted>,
    },
    NoSuchTable {
        table: u32,
        most: u32,
    },
    /// It is not brought there, but to the area; it can be had in these ways.
    OutOfReach {
        postcode: String,
        area: Vec<String>,
        instead: Vec<OptionId>,
    },
    /// Since the total was said.
    PriceChanged,
    /// Nobody pays like that here.
    PayThisWay {
        by: PayBy,
        ways: Vec<PayBy>,
    },
    /// What they would hand over is less than what is due.
    TooLittleCash {
        due: Money,
    },
    /// It is not the owner's.
    WrongCode,
    /// The code stands for nothing here.
    NoAccount,
    AccountBlocked,
    AccountEmpty,
    /// Less is on it than a moment ago.
    AccountChanged {
        available: Money,
    },
    Declined(Decline),
    /// As they wished; nothing was taken.
    PaymentStopped,
    /// Whether it holds what somebody must not have: the shop wrote nothing of it.
    KnowNeed {
        item: ItemId,
        need: Need,
    },
}
