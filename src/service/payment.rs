//! What of an order's payment is written down with it.

use crate::commerce::payment::{Part, PaymentStatus};
use crate::shop::PayBy;
use crate::store::NewPayment;

use super::new_id;

/// Nothing has been asked of another machine yet.
pub(super) fn recorded(part: &Part) -> NewPayment {
    let Part { by, amount, account, tendered } = part.clone();
    let status = match by {
        PayBy::Counter | PayBy::Cash => PaymentStatus::Due,
        PayBy::Card => PaymentStatus::Begun,
        // Taken off in the same transaction.
        PayBy::Account => PaymentStatus::Succeeded,
    };
    NewPayment { id: new_id(), method: by, amount, status, tendered, account }
}
