//! What is remembered between turns: enough to go on after a crash as if nothing had happened.

use serde::{Deserialize, Serialize};

use crate::commerce::cart::{Cart, Line, LineId, Need, Quantity};
use crate::commerce::payment::Account;
use crate::money::Money;
use crate::shop::{CategoryId, Detail, ItemId, OptionId, OptionListId, PayBy};
use crate::understand::{Edit, ItemRequest, Question};

use super::message::{About, Message};

/// Stored as JSON with the conversation. Ids are those of the shop file it was written under.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct State {
    pub cart: Cart,
    /// Counts the customer's turns, from 1.
    pub turn: u32,
    /// What our last reply asked.
    pub asked: Option<Asking>,
    /// How often in a row `asked` was put without an answer.
    pub asked_times: u8,
    /// The whole order was read back since it was changed last: what a yes agrees to.
    pub told: bool,
    /// "Is that everything?" was asked of this order; it is not asked after every addition.
    pub asked_everything: bool,
    /// The total that was told last, of the order as it stood.
    pub told_total: Option<Money>,
    /// Whether a tip may be added was asked of this order.
    pub tip_asked: bool,
    /// What must be asked yet, first come first; missing options are not kept here, the cart shows them.
    pub queue: Vec<Asking>,
    /// The lines spoken of last, in the order spoken of.
    pub focus: Vec<LineId>,
    /// What the speaker ordered for themselves: "mine".
    pub mine: Vec<LineId>,
    /// What "the other one" is where a line was split or two were spoken of.
    pub counterpart: Option<LineId>,
    /// The item a question was about ("do you have lattes?"): what "that" is while no line was spoken of since.
    pub topic: Option<ItemId>,
    /// The items that questions in a row were about.
    pub topics: Vec<ItemId>,
    /// The option list a question was about ("what syrups do you have?").
    pub topic_list: Option<OptionListId>,
    /// The menu being read out, and how far.
    pub listing: Option<Listing>,
    /// What was added last, with the amounts added: "same again".
    pub last_added: Vec<Line>,
    /// The last thing done was to take something off: what comes "instead" comes in its place.
    pub took_off: bool,
    /// Carts as they were before each change, latest last.
    pub undo: Vec<Cart>,
    /// Turns in a row that brought nothing.
    pub misses: u8,
    /// The customer said that this is all: once nothing is missing, read back and ask to confirm.
    pub finishing: bool,
    /// What was read back was refused: once it is changed, all of it is read back anew.
    pub reviewing: bool,
    /// How often in a row we asked whether anybody is there.
    pub prompts: u8,
    /// Codes given that stand for nothing.
    pub wrong_codes: u8,
    /// Needs of which it was said that the shop wrote nothing.
    pub unsure: Vec<String>,
    /// What was asked of an item in the turn before: "and the brioche?" asks the same.
    pub question: Option<Question>,
    /// A person was called, and nothing was done since.
    pub called: bool,
    /// Said goodbye with something in the cart, and nothing else since.
    pub leaving: bool,
    /// Somebody was greeted, or is being served.
    pub greeted: bool,
    #[serde(deserialize_with = "or_nothing")]
    pub last_said: Vec<Message>,
    pub last_order: Option<LastOrder>,
    /// Somebody with the owner's code let the size of this order go.
    pub let_go: bool,
    /// How the order is to be paid, as far as that is said.
    pub paying: Option<Paying>,
    /// Another machine takes the money for it just now.
    pub pays: bool,
}

/// How an order is to be paid.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Paying {
    /// All of it, or what the account does not cover.
    pub by: Option<PayBy>,
    pub account: Option<Account>,
    /// Cash that they hand over.
    pub tendered: Option<Money>,
}

/// A question of ours that waits for an answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Asking {
    /// A required option is missing on the line.
    Option {
        line: LineId,
        list: OptionListId,
    },
    /// The order as a whole lacks something: "for here or to go?"
    OrderOption {
        list: OptionListId,
    },
    /// "whole or oat milk?"
    OneOf {
        line: LineId,
        options: Vec<OptionId>,
    },
    /// Which of these items? The wish holds all else that was said of it.
    Item {
        wish: Wish,
        candidates: Vec<ItemId>,
        about: About,
    },
    /// "Did you mean …?", "Would you like one?": yes adds it.
    Offer {
        wish: Wish,
        words: Option<String>,
    },
    /// How much? `said` was beyond reason, or does not fit how the item is sold.
    Amount {
        subject: Subject,
        said: Option<Quantity>,
    },
    /// Which line is meant?
    Line {
        candidates: Vec<LineId>,
        then: Then,
    },
    /// It holds what somebody must not have: shall it stay?
    Keep {
        line: LineId,
        need: Need,
    },
    /// Shall the menu be read on?
    More(Listing),
    CancelAll,
    /// The same, where they want to begin anew: what they order next is all there is.
    StartOver,
    Person,
    /// The code of what was put aside.
    Code,
    /// Is it this that was put aside?
    TakeUp(Parked),
    /// Something must be known of where the order goes.
    Detail(Detail),
    /// Whether a tip may be added.
    Tip,
    /// The owner's code, or a person: it is a large order.
    Approval,
    /// How they would like to pay.
    Pay,
    /// The code of a gift card, or of an account with the shop.
    Account,
    /// "Is that everything?" after a read-back of what was just done.
    Everything,
    /// "Shall I place the order?" after a read-back of the whole cart.
    Place,
}

/// An item wanted, perhaps in the place of a line.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Wish {
    pub request: ItemRequest,
    pub instead_of: Option<LineId>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Subject {
    Wish(Wish),
    Line(LineId),
}

/// What is to be done to the line once it is known.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Then {
    Edit(Vec<Edit>),
    Remove(Option<Quantity>),
    Replace(ItemRequest),
    Again(Option<Quantity>, Vec<Edit>),
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Listing {
    /// `None`: the categories themselves.
    pub category: Option<CategoryId>,
    /// The first one not read out yet.
    pub from: usize,
}

/// A conversation that was put aside, as the service knows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ParkedId(pub i64);

/// What was put aside, and can be taken up again.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Parked {
    pub id: ParkedId,
    pub cart: Cart,
    /// Titles of what the shop no longer has of it.
    #[serde(default)]
    pub lost: Vec<String>,
    /// Milliseconds since 1970, UTC.
    pub since: i64,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LastOrder {
    pub number: u64,
    pub cart: Cart,
}

/// So many codes that stand for nothing are no slips any more.
const MOST_CODES: u8 = 3;

impl State {
    /// Whether a code that somebody says is still looked up: whoever has tried too many is not believed any more.
    pub fn believes_codes(&self) -> bool {
        self.wrong_codes < MOST_CODES
    }

    /// The customer did not hear the end of our last reply, where its question stands: nothing was told them, and no yes
    /// answers what was not asked. It is put again; what is answered in words of its own may be answered before.
    pub fn unheard(&mut self) {
        (self.told, self.told_total) = (false, None);
        self.last_said.retain(|message| !matches!(message, Message::Ask(_) | Message::AskAgain(_)));
        let Some(asked) = self.asked.take() else { return };
        self.asked_times = self.asked_times.saturating_sub(1);
        match asked {
            // Seen from the cart, and from how far the order is.
            Asking::Place => {}
            Asking::Tip => self.tip_asked = false,
            Asking::Everything => {
                self.asked_everything = false;
                self.queue.push(asked);
            }
            Asking::Offer { .. }
            | Asking::Amount { .. }
            | Asking::Keep { .. }
            | Asking::CancelAll
            | Asking::StartOver
            | Asking::Person
            | Asking::TakeUp(_)
            | Asking::Approval => self.queue.insert(0, asked),
            Asking::Option { .. }
            | Asking::OrderOption { .. }
            | Asking::OneOf { .. }
            | Asking::Item { .. }
            | Asking::Line { .. }
            | Asking::More(_)
            | Asking::Code
            | Asking::Detail(_)
            | Asking::Pay
            | Asking::Account => self.asked = Some(asked),
        }
    }

    /// It was misheard, or is guessed.
    pub fn wrong_code(&mut self) {
        self.wrong_codes = self.wrong_codes.saturating_add(1);
    }
}

/// Messages that another version wrote are nothing to repeat, and no reason to lose the rest.
fn or_nothing<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Vec<Message>, D::Error> {
    let said = serde_json::Value::deserialize(deserializer)?;
    Ok(serde_json::from_value(said).unwrap_or_default())
}
