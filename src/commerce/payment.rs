//! What an order is paid with, and how far that is. No card's number, code or PIN is ever here: what stands for a card is the
//! other side's own name for the payment.

use serde::{Deserialize, Serialize};

use super::customer::Customer;
use super::order::OrderNumber;
use crate::money::Money;
use crate::shop::PayBy;

/// One payment of an order, or of a part of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Payment {
    /// Made of chance, and used for nothing else: at the other side, too, it tells repeats.
    pub id: String,
    pub method: PayBy,
    pub amount: Money,
    pub status: PaymentStatus,
    /// Cash that was promised, for the change.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tendered: Option<Money>,
    /// Of an account: as the owner calls it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub account: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    /// Where somebody can pay it themselves.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub link: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decline: Option<Decline>,
    /// Given back since.
    pub refunded: Money,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PaymentStatus {
    /// To be paid at the counter.
    Due,
    /// Recorded; the other side has not answered yet, and may not even have been asked.
    Begun,
    /// The other side waits for the customer: a card at the reader, a link, their bank.
    Pending,
    Succeeded,
    Declined,
    /// Given up before any money went.
    Canceled,
}

/// Why not, as far as that can be told to a customer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Decline {
    InsufficientFunds,
    ExpiredCard,
    /// The bank wanted to know who pays, and was not satisfied (3-D Secure, a wrong PIN).
    AuthenticationFailed,
    /// Nobody held a card to the reader, or paid by the link, in time.
    TimedOut,
    /// The other side could not be reached, and nothing was taken.
    Unavailable,
    /// All else; the bank does not say.
    CardDeclined,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a payment that is {from:?} cannot become {to:?}")]
pub struct IllegalStep {
    pub from: PaymentStatus,
    pub to: PaymentStatus,
}

impl PaymentStatus {
    /// Nothing of it is open any more.
    pub fn is_final(self) -> bool {
        matches!(self, PaymentStatus::Succeeded | PaymentStatus::Declined | PaymentStatus::Canceled)
    }

    /// Another machine has to do with it yet.
    pub fn is_open(self) -> bool {
        matches!(self, PaymentStatus::Begun | PaymentStatus::Pending)
    }

    /// The next status, where that may follow; the same again changes nothing.
    ///
    /// # Errors
    /// [`IllegalStep`]: what was paid stays paid, and what is over begins no more.
    pub fn step(self, to: PaymentStatus) -> Result<PaymentStatus, IllegalStep> {
        use PaymentStatus::*;
        let may = match self {
            Due => matches!(to, Succeeded | Canceled),
            Begun => matches!(to, Pending | Succeeded | Declined | Canceled),
            Pending => matches!(to, Succeeded | Declined | Canceled),
            Succeeded | Declined | Canceled => false,
        };
        if may || self == to { Ok(to) } else { Err(IllegalStep { from: self, to }) }
    }
}

/// What of an order's total is paid how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    pub by: PayBy,
    pub amount: Money,
    /// Of [`PayBy::Account`].
    pub account: Option<i64>,
    /// Of [`PayBy::Cash`]: what they hand over, where they said so.
    pub tendered: Option<Money>,
}

/// A total in its parts: the account as far as it goes, and the rest `by` another way. `None` where nothing is said of the
/// rest. Together the parts are the total; where nothing is to be paid there are none.
pub fn split(total: Money, account: Option<&Account>, by: Option<PayBy>, tendered: Option<Money>) -> Option<Vec<Part>> {
    let covered = account.map_or(Money::ZERO, |account| account.covers(total));
    let mut parts = vec![];
    if let Some(account) = account.filter(|_| covered > Money::ZERO) {
        parts.push(Part { by: PayBy::Account, amount: covered, account: Some(account.id), tendered: None });
    }
    let rest = total - covered;
    if rest > Money::ZERO {
        let tendered = tendered.filter(|tendered| by == Some(PayBy::Cash) && *tendered >= rest);
        parts.push(Part { by: by?, amount: rest, account: None, tendered });
    }
    Some(parts)
}

/// How far an order is that waits for its payment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// The order's.
    pub id: i64,
    pub number: OrderNumber,
    pub total: Money,
    pub status: PaymentStatus,
    pub decline: Option<Decline>,
    pub link: Option<String>,
}

/// What the shop holds for somebody, or lends.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    pub id: i64,
    pub kind: AccountKind,
    /// As the owner calls it.
    pub title: String,
    /// What can be spent: what is on it, and what it may be short of.
    pub available: Money,
    pub blocked: bool,
    /// What the owner calls those that whose it is belongs to.
    #[serde(default)]
    pub groups: Vec<String>,
    /// Nothing was ordered with it yet.
    #[serde(default)]
    pub first_order: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AccountKind {
    GiftCard,
    HouseAccount,
    Loyalty,
}

impl Account {
    /// Who has its code; of a blocked one that may be anybody.
    pub fn customer(&self) -> Option<Customer> {
        let customer = || Customer { account: self.id, first_order: self.first_order, groups: self.groups.clone() };
        (!self.blocked).then(customer)
    }

    /// How much of an amount it covers.
    pub fn covers(&self, amount: Money) -> Money {
        if self.blocked { Money::ZERO } else { self.available.min(amount).max(Money::ZERO) }
    }
}

#[cfg(test)]
mod tests {
    use super::PaymentStatus::*;
    use super::*;

    #[test]
    fn what_is_over_begins_no_more() {
        let all = [Due, Begun, Pending, Succeeded, Declined, Canceled];
        for from in all {
            for to in all {
                let may = from.step(to).is_ok();
                assert!(!(from.is_final() && from != to && may), "{from:?} → {to:?}");
                assert!(from != to || may, "the same again changes nothing: {from:?}");
            }
        }
        assert_eq!(Pending.step(Begun), Err(IllegalStep { from: Pending, to: Begun }));
        assert_eq!(Begun.step(Succeeded), Ok(Succeeded));
    }

    #[test]
    fn an_account_covers_what_is_on_it_and_no_more() {
        let card = Account {
            id: 1,
            kind: AccountKind::GiftCard,
            title: "a gift card".into(),
            available: Money(500),
            blocked: false,
            groups: vec![],
            first_order: true,
        };
        assert_eq!([Money(300), Money(800)].map(|asked| card.covers(asked)), [Money(300), Money(500)]);
        assert_eq!(Account { available: Money(-20), ..card.clone() }.covers(Money(5)), Money::ZERO);
        assert_eq!(Account { blocked: true, ..card }.covers(Money(5)), Money::ZERO);
    }
}
