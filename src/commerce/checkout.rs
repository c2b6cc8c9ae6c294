//! How far a cart is on its way to an order, as the Universal Commerce Protocol (2026-04-08) says it. Seen from the cart and its
//! payment, never kept: so it cannot disagree with them.

use serde::Serialize;

use super::cart::Cart;
use super::check::{Code, Message, MessageType, Severity};
use super::payment::{PaymentStatus, Standing};
use crate::money::Money;
use crate::shop::{Detail, Shop};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum CheckoutStatus {
    /// Something must be mended or answered first.
    Incomplete,
    /// Only a person can let it go.
    RequiresEscalation,
    ReadyForComplete,
    /// The money is on its way.
    CompleteInProgress,
    Completed,
}

/// What stands against an order, in keys instead of the places of a shop's lists.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MessageView {
    #[serde(rename = "type")]
    pub kind: MessageType,
    pub code: Code,
    pub severity: Severity,
    /// Of the cart.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub list: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub option: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
    /// What is missing to the least that the order must come to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub missing: Option<Money>,
    /// What must be known yet of where it goes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<Detail>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Checkout {
    pub status: CheckoutStatus,
    pub messages: Vec<MessageView>,
    /// Where the customer goes on with it: pays, or tells their bank who they are.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub continue_url: Option<String>,
}

impl Checkout {
    /// `against`: what [`Cart::messages`] says. `None` where nothing is being bought.
    pub fn of(shop: &Shop, cart: &Cart, against: &[Message], payment: Option<&Standing>) -> Option<Checkout> {
        if cart.is_empty() && payment.is_none() {
            return None;
        }
        let view = |message: &Message| MessageView {
            kind: message.kind,
            code: message.code,
            severity: message.severity,
            line: message.line.map(|line| line.0),
            list: message.list.map(|list| shop.option_list(list).key.clone()),
            option: message.option.map(|option| shop.option(option).key.clone()),
            limit: message.limit,
            missing: message.missing.map(|(missing, _)| missing),
            detail: message.detail,
        };
        let status = status(against, payment.map(|payment| payment.status));
        let continue_url = payment.filter(|payment| payment.status.is_open()).and_then(|payment| payment.link.clone());
        Some(Checkout { status, messages: against.iter().map(view).collect(), continue_url })
    }
}

fn status(against: &[Message], payment: Option<PaymentStatus>) -> CheckoutStatus {
    match payment {
        Some(PaymentStatus::Succeeded) => return CheckoutStatus::Completed,
        Some(PaymentStatus::Begun | PaymentStatus::Pending) => return CheckoutStatus::CompleteInProgress,
        // What came to nothing may be bought another way.
        Some(PaymentStatus::Due | PaymentStatus::Declined | PaymentStatus::Canceled) | None => {}
    }
    let theirs = |message: &&Message| matches!(message.code, Code::AgeVerificationRequired | Code::ApprovalRequired);
    let errors: Vec<&Message> = against.iter().filter(|message| message.kind == MessageType::Error).collect();
    match errors.len() - errors.iter().copied().filter(theirs).count() {
        0 if errors.is_empty() => CheckoutStatus::ReadyForComplete,
        0 => CheckoutStatus::RequiresEscalation,
        _ => CheckoutStatus::Incomplete,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(code: Code, kind: MessageType) -> Message {
        Message {
            kind,
            code,
            severity: Severity::RequiresBuyerInput,
            line: None,
            list: None,
            option: None,
            limit: None,
            missing: None,
            detail: None,
        }
    }

    #[test]
    fn a_checkout_is_as_far_as_what_stands_against_it_and_its_payment_say() {
        use CheckoutStatus::*;
        let (size, age, many) = (
            message(Code::MinimumNotMet, MessageType::Error),
            message(Code::AgeVerificationRequired, MessageType::Error),
            message(Code::QuantityExceeded, MessageType::Warning),
        );
        assert_eq!(status(&[], None), ReadyForComplete);
        assert_eq!(status(std::slice::from_ref(&many), None), ReadyForComplete);
        assert_eq!(status(&[size.clone(), age.clone()], None), Incomplete);
        assert_eq!(status(&[age, many], None), RequiresEscalation);
        assert_eq!(status(&[], Some(PaymentStatus::Begun)), CompleteInProgress);
        assert_eq!(status(&[], Some(PaymentStatus::Declined)), ReadyForComplete);
        assert_eq!(status(&[size], Some(PaymentStatus::Succeeded)), Completed);
    }
}
