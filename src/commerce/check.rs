//! What stands between a cart and its order: messages as the Universal Commerce Protocol codes them. Each becomes
//! something said.

use serde::Serialize;

use crate::money::Money;
use crate::shop::{Detail, Item, ItemOptions, OptionId, OptionListId, Shop};

use super::cart::{Cart, Choice, Line, LineId, PARTS, Quantity};
use super::choices::{effective, lacking};
use super::pricing;
use super::stock::{Stock, Thing};

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum MessageType {
    Error,
    Warning,
    Info,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Code {
    /// The item, or the option where one is named, is not to be had now.
    OutOfStock,
    /// Of the item there are only `limit` left, and more in the cart.
    LowStock,
    /// More than `limit` of the item in one line: asked about.
    QuantityExceeded,
    /// A required list is unanswered, or has fewer than `limit` options; without a list: the cart has fewer than `limit`
    /// lines, or comes to less than it must (`missing`).
    MinimumNotMet,
    /// Nobody younger than `limit` gets it: a person must look at them.
    AgeVerificationRequired,
    /// It comes to so much that a person must confirm it.
    ApprovalRequired,
    /// Something must be known of where it goes (`detail`).
    Missing,
    /// It goes no further than the area of the shop.
    AddressUndeliverable,
}

/// Who can mend it, and how.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// The assistant can, by another request.
    Recoverable,
    RequiresBuyerInput,
    RequiresBuyerReview,
    Unrecoverable,
}

/// One matter with the cart. What it speaks of is given by ids; the words come from the language.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Message {
    #[serde(rename = "type")]
    pub kind: MessageType,
    pub code: Code,
    pub severity: Severity,
    /// `None` where it concerns the order as a whole.
    pub line: Option<LineId>,
    pub list: Option<OptionListId>,
    pub option: Option<OptionId>,
    pub limit: Option<u32>,
    /// What is missing to the least that the order must come to, and that.
    pub missing: Option<(Money, Money)>,
    /// What must be known yet of where it goes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<Detail>,
}

impl Message {
    fn new(kind: MessageType, code: Code, severity: Severity, line: Option<LineId>) -> Self {
        Message { kind, code, severity, line, list: None, option: None, limit: None, missing: None, detail: None }
    }
}

/// A cart that nothing stands against: the proof that placing asks for. Only [`Cart::ready`] gives it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ready {
    cart: Cart,
}

impl Ready {
    pub fn cart(&self) -> &Cart {
        &self.cart
    }
}

impl Cart {
    /// Everything that is the matter, line by line, then with the order as a whole. An order can be placed when none
    /// of them is an error.
    pub fn messages(&self, shop: &Shop, stock: &Stock) -> Vec<Message> {
        let mut messages = Vec::new();
        for line in &self.lines {
            let (item, id) = (shop.item(line.item), Some(line.id));
            if !stock.has(shop, line.item) {
                messages.push(Message::new(MessageType::Error, Code::OutOfStock, Severity::RequiresBuyerInput, id));
            }
            if line.quantity.is_beyond(item) {
                let (kind, severity) = match line.quantity.is_absurd(item) {
                    true => (MessageType::Error, Severity::RequiresBuyerInput),
                    false => (MessageType::Warning, Severity::RequiresBuyerReview),
                };
                let message = Message::new(kind, Code::QuantityExceeded, severity, id);
                messages.push(Message { limit: Some(item.max_quantity), ..message });
            }
            if let Some(age) = item.age {
                let code = Code::AgeVerificationRequired;
                let message = Message::new(MessageType::Error, code, Severity::RequiresBuyerReview, id);
                messages.push(Message { limit: Some(age.into()), ..message });
            }
            item.options.iter().for_each(|how| check_list(shop, how, &line.choices, id, &mut messages));
        }
        shop.order_options.iter().for_each(|how| check_list(shop, how, &self.order_choices, None, &mut messages));
        self.check_counted(shop, stock, &mut messages);
        if self.is_empty() {
            let message = Message::new(MessageType::Error, Code::MinimumNotMet, Severity::RequiresBuyerInput, None);
            messages.push(Message { limit: Some(1), ..message });
        } else if let Some(short) = pricing::short_of_minimum(shop, self) {
            let message = Message::new(MessageType::Error, Code::MinimumNotMet, Severity::RequiresBuyerInput, None);
            messages.push(Message { missing: Some(short), ..message });
        }
        if let Some(detail) = self.missing_detail(shop) {
            let message = Message::new(MessageType::Error, Code::Missing, Severity::RequiresBuyerInput, None);
            messages.push(Message { detail: Some(detail), ..message });
        }
        if self.is_out_of_reach(shop) {
            let code = Code::AddressUndeliverable;
            messages.push(Message::new(MessageType::Error, code, Severity::RequiresBuyerInput, None));
        }
        if pricing::needs_approval(shop, self) {
            let code = Code::ApprovalRequired;
            messages.push(Message::new(MessageType::Error, code, Severity::RequiresBuyerReview, None));
        }
        messages
    }

    /// What is counted, and of which more is wanted than there is: of an item the line that was said last must give way.
    fn check_counted(&self, shop: &Shop, stock: &Stock, messages: &mut Vec<Message>) {
        if stock.left.is_empty() {
            return;
        }
        for (thing, wanted) in self.takes(shop) {
            let Some(left) = stock.left_of(thing).filter(|left| *left > 0 && *left < wanted) else { continue };
            let takes = |line: &&Line| match thing {
                Thing::Item(item) => line.item == item,
                Thing::Option(option) => line.effective_choices(shop).iter().any(|choice| choice.option == option),
            };
            let (code, option) = match thing {
                Thing::Item(_) => (Code::LowStock, None),
                Thing::Option(option) => (Code::OutOfStock, Some(option)),
            };
            let line = self.lines.iter().rev().find(takes).map(|line| line.id);
            let message = Message::new(MessageType::Error, code, Severity::RequiresBuyerInput, line);
            messages.push(Message { limit: Some(left), option, ..message });
        }
    }

    /// The proof that it may be placed, or what stands against that.
    ///
    /// # Errors
    /// The messages that are errors, in the order of [`Cart::messages`]; never empty.
    pub fn ready(&self, shop: &Shop, stock: &Stock) -> Result<Ready, Vec<Message>> {
        self.ready_as_seen(shop, stock, |_| false)
    }

    /// The same where something was let go by who may: it stands against this very cart no more.
    pub fn ready_as_seen(
        &self,
        shop: &Shop,
        stock: &Stock,
        let_go: impl Fn(Code) -> bool,
    ) -> Result<Ready, Vec<Message>> {
        let mut against = self.messages(shop, stock);
        against.retain(|message| message.kind == MessageType::Error && !let_go(message.code));
        if against.is_empty() { Ok(Ready { cart: self.clone() }) } else { Err(against) }
    }
}

impl Quantity {
    /// More in one line than anybody orders unasked.
    pub fn is_beyond(self, item: &Item) -> bool {
        match self {
            Quantity::Count(count) => count > item.max_quantity,
            Quantity::Measure(parts) => parts > u64::from(item.max_quantity) * PARTS,
        }
    }
}

impl Quantity {
    /// So much that no yes can mean it: a person must see to it.
    pub fn is_absurd(self, item: &Item) -> bool {
        let most = u64::from(item.max_quantity).saturating_mul(ABSURD);
        match self {
            Quantity::Count(count) => u64::from(count) > most,
            Quantity::Measure(parts) => parts > most.saturating_mul(PARTS),
        }
    }
}

/// How many times what is asked about at once is no order any more.
const ABSURD: u64 = 20;

fn check_list(shop: &Shop, how: &ItemOptions, said: &[Choice], line: Option<LineId>, messages: &mut Vec<Message>) {
    let taken = effective(shop, how, said);
    let message = |code| Message {
        list: Some(how.list),
        ..Message::new(MessageType::Error, code, Severity::RequiresBuyerInput, line)
    };
    for choice in taken.iter().filter(|choice| !shop.option(choice.option).available) {
        messages.push(Message { option: Some(choice.option), ..message(Code::OutOfStock) });
    }
    if let Some(least) = lacking(shop, how, said) {
        messages.push(Message { limit: Some(least as u32), ..message(Code::MinimumNotMet) });
    }
}
