use serde::{Deserialize, Serialize};

use crate::commerce::cart::{Cart, Line, Need, Quantity, Tip};
use crate::commerce::fulfilment::{Destination, Promise, Wanted};
use crate::commerce::payment::AccountKind;
use crate::money::Money;
use crate::shop::{CategoryId, ItemId, OptionId, PayBy};

/// What was done to the order.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Done {
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
    /// An allergy or a diet, kept with the order.
    NeedNoted(Need),
    Undone(Cart),
    /// The whole order was dropped.
    Canceled,
    /// It was not, after all.
    Kept,
    /// What was asked about is let go.
    Dropped,
    /// A question of ours was let go, and what it was about is not ordered.
    LeftOut(LeftOut),
    /// A voucher's code is taken. By its place among the shop's promotions, and what it takes off as things stand.
    Voucher {
        promotion: u16,
        saved: Option<Money>,
    },
    Tip(Tip),
    /// How it will be paid.
    Pays(PayBy),
    /// So much can be spent of it.
    AccountFound {
        kind: AccountKind,
        available: Money,
    },
    /// At the counter.
    PayThere {
        due: Money,
    },
    Change {
        due: Money,
        change: Money,
    },
    /// From an account.
    TakenOff {
        amount: Money,
    },
    Table(u32),
    /// When it is wanted.
    Time(Wanted),
    /// Where it is brought, as far as that was said now.
    Address(Destination),
    Phone,
    /// What was known of where it goes is let go, and asked anew.
    Anew,
    /// When what was placed will be there.
    Promised(Promise),
    /// What was put aside is under way again.
    TakenUp(Cart),
    /// The code brings it back.
    PutAside {
        code: u32,
    },
    Placed {
        number: u64,
        total: Money,
        name: Option<String>,
    },
}

impl Done {
    /// It says of a part of the order how that is now.
    pub(in crate::dialogue) fn is_part(&self) -> bool {
        matches!(
            self,
            Done::Added(_)
                | Done::Changed(_)
                | Done::OrderChoice(_)
                | Done::Named(_)
                | Done::Table(_)
                | Done::Time(_)
                | Done::Address(_)
                | Done::Phone
        )
    }
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AddedLine {
    pub line: Line,
    /// The amount of the line that it joined, after joining.
    pub now: Option<Quantity>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum LeftOut {
    /// Any of these could have been meant.
    Items(Vec<ItemId>),
    Kind(CategoryId),
    /// As said, of what is not sold.
    Words(String),
}
