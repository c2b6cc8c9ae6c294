//! What the customer says of the price, and what must be settled of it before an order is placed: a voucher's code, a
//! tip, the least that an order must come to.

use crate::commerce::cart::Tip;
use crate::commerce::check::Code;
use crate::money::Money;
use crate::understand::TipSaid;

use super::message::{Cannot, Done};
use super::turn::Turn;

/// A code was said: `None` where it is none of the shop's.
pub(super) fn voucher(turn: &mut Turn, promotion: Option<u16>) {
    let known = promotion.and_then(|at| Some((at, turn.shop.terms.promotions.get(usize::from(at))?)));
    let Some((promotion, known)) = known else { return turn.say(Cannot::VoucherUnknown) };
    let vouchers = &mut turn.state.cart.vouchers;
    if let Err(place) = vouchers.binary_search(&known.key) {
        vouchers.insert(place, known.key.clone());
    }
    turn.order_changed = true;
    // Said again, or before anything is ordered: what it is good for shows once it takes something off.
    match turn.quote().saved(promotion) {
        Some(saved) => turn.say(Done::Voucher { promotion, saved: Some(saved) }),
        None if turn.state.cart.is_empty() => turn.say(Done::Voucher { promotion, saved: None }),
        None => turn.say(Cannot::VoucherNotNow { promotion }),
    }
}

/// More than what it is given on is no tip but a slip of the ear.
pub(super) fn tip(turn: &mut Turn, said: TipSaid) {
    let tip = match said {
        TipSaid::Nothing => Tip::Nothing,
        TipSaid::Percent(percent) => Tip::Percent(percent),
        TipSaid::Amount(amount) if !turn.state.cart.is_empty() && amount > turn.quote().goods() => {
            return turn.say(Cannot::TipTooMuch);
        }
        TipSaid::Amount(amount) => Tip::Amount(amount),
    };
    turn.state.tip_asked = true;
    turn.state.cart.tip = Some(tip);
    turn.order_changed = true;
    turn.say(Done::Tip(tip));
}

/// Whether it must still be asked: once an order, where the shop takes tips.
pub(super) fn wants_tip(turn: &Turn) -> bool {
    turn.shop.terms.tips.is_some() && !turn.state.tip_asked && turn.state.cart.tip.is_none()
}

/// What the order lacks of the least that it must come to, and that least.
pub(super) fn too_little(turn: &Turn) -> Option<(Money, Money)> {
    let against = turn.state.cart.messages(turn.shop, turn.stock);
    against.iter().filter(|message| message.code == Code::MinimumNotMet).find_map(|message| message.missing)
}

/// Whether the order comes to less than it must; that is said, with what is missing.
pub(super) fn is_too_little(turn: &mut Turn) -> bool {
    let Some((missing, minimum)) = too_little(turn) else { return false };
    turn.say(Cannot::TooLittle { missing, minimum });
    true
}
