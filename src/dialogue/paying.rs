//! How the order is paid: chosen before it is placed, and waited for where another machine takes the money. What is waited
//! for may come to nothing: then the cart stands as it was, and another way is chosen.

use crate::commerce::payment::{Account, Decline, Part, PaymentStatus, Standing, split};
use crate::money::Money;
use crate::shop::PayBy;
use crate::understand::{Act, ActKind, PaySaid};

use super::event::Request;
use super::message::{Cannot, Done, Talk};
use super::state::{Asking, Paying};
use super::turn::Turn;

/// "By card", "on my gift card", "cash, with a twenty".
pub(super) fn said(turn: &mut Turn, said: PaySaid) {
    let PaySaid { by, tendered, code } = said;
    if !turn.shop.payments.ways.contains(&by) {
        let ways = turn.shop.payments.ways.clone();
        return turn.say(Cannot::PayThisWay { by, ways });
    }
    match by {
        PayBy::Account if code && turn.state.believes_codes() => turn.request = Some(Request::Account),
        PayBy::Account if code => turn.say(Cannot::NoAccount),
        PayBy::Account => turn.ask_later(Asking::Account),
        PayBy::Counter | PayBy::Cash | PayBy::Card => choose(turn, by, tendered),
    }
}

fn choose(turn: &mut Turn, by: PayBy, tendered: Option<Money>) {
    turn.order_changed = true;
    turn.state.queue.retain(|asking| *asking != Asking::Account);
    // Who names one way does not mean the other any more, unless it pays for the rest.
    let rest = turn.asked_before == Some(Asking::Pay);
    let before = turn.state.paying.take().unwrap_or_default();
    let account = before.account.filter(|_| rest);
    turn.state.paying = Some(Paying { by: Some(by), account, tendered });
    turn.say(Done::Pays(by));
    check_cash(turn);
}

/// What they hand over must come to what is due; how much that is may change until the end.
pub(super) fn check_cash(turn: &mut Turn) {
    let paying = turn.state.paying.as_ref().filter(|_| !turn.state.cart.is_empty());
    let Some((tendered, paying)) = paying.and_then(|paying| Some((paying.tendered?, paying))) else { return };
    let due = rest(turn, paying.account.as_ref());
    if tendered < due {
        // More of it, or another way: that is asked.
        turn.state.paying = Some(Paying { by: None, tendered: None, ..paying.clone() });
        turn.say(Cannot::TooLittleCash { due });
    }
}

/// What the account does not cover.
fn rest(turn: &Turn, account: Option<&Account>) -> Money {
    let total = turn.quote().total;
    total - account.map_or(Money::ZERO, |account| account.covers(total))
}

/// "Whatever."
pub(super) fn any(turn: &mut Turn) {
    if let Some(by) = ways(turn).into_iter().find(|by| *by != PayBy::Account) {
        choose(turn, by, None);
    }
}

/// What the code that was said stands for; `None`: for nothing.
pub(super) fn account(turn: &mut Turn, found: Option<Account>) {
    match found {
        None => {
            turn.say(Cannot::NoAccount);
            turn.state.wrong_code();
            if turn.state.believes_codes() {
                turn.ask_later(Asking::Account);
            }
        }
        Some(account) if account.blocked => turn.say(Cannot::AccountBlocked),
        Some(account) => {
            turn.state.cart.customer = account.customer();
            turn.order_changed = true;
            if account.available <= Money::ZERO {
                return turn.say(Cannot::AccountEmpty);
            }
            turn.say(Done::AccountFound { kind: account.kind, available: account.available });
            turn.state.paying = Some(Paying { account: Some(account), ..Paying::default() });
        }
    }
}

/// It has changed since: who it makes known is another customer now, and what it does not cover is to be paid otherwise.
pub(super) fn account_changed(turn: &mut Turn, account: Account) {
    turn.state.finishing = true;
    turn.state.told = false;
    turn.state.cart.customer = account.customer();
    let held = account_of(turn).map(|before| before.available);
    if held.is_none_or(|held| account.covers(held) == held) {
        // The money is there: it is the price that changed.
        return turn.say(Cannot::PriceChanged);
    }
    let empty = account.covers(Money(1)) == Money::ZERO;
    turn.say(if empty { Cannot::AccountEmpty } else { Cannot::AccountChanged { available: account.available } });
    turn.state.paying = (!empty).then(|| Paying { account: Some(account), ..Paying::default() });
}

/// The ways that are left, and how much is to be paid in one of them where an account does not suffice.
pub(super) fn left(turn: &Turn) -> (Vec<PayBy>, Option<Money>) {
    let account = account_of(turn);
    (ways(turn), account.map(|_| rest(turn, account)))
}

fn account_of<'t>(turn: &'t Turn) -> Option<&'t Account> {
    turn.state.paying.as_ref()?.account.as_ref()
}

/// One account is enough for an order.
fn ways(turn: &Turn) -> Vec<PayBy> {
    let with_account = account_of(turn).is_some();
    turn.shop.payments.ways.iter().copied().filter(|way| !with_account || *way != PayBy::Account).collect()
}

/// The order's payments; `None` while it is open how it is paid.
pub(super) fn parts(turn: &Turn) -> Option<Vec<Part>> {
    if turn.shop.payments.ways.is_empty() {
        return Some(vec![]);
    }
    let paying = turn.state.paying.clone().unwrap_or_default();
    let only = match ways(turn)[..] {
        // Where there is but one way nobody is asked.
        [only] if only != PayBy::Account => Some(only),
        _ => None,
    };
    split(turn.quote().total, paying.account.as_ref(), paying.by.or(only), paying.tendered)
}

/// The order is placed at the counter's trust, or with money that the shop held already: what is left to do for them.
pub(super) fn due(turn: &mut Turn, parts: &[Part]) {
    for part in parts {
        match (part.by, part.tendered) {
            (PayBy::Cash, Some(tendered)) => {
                turn.say(Done::Change { due: part.amount, change: tendered - part.amount });
            }
            (PayBy::Cash | PayBy::Counter, _) => turn.say(Done::PayThere { due: part.amount }),
            (PayBy::Account, _) => turn.say(Done::TakenOff { amount: part.amount }),
            (PayBy::Card, _) => {}
        }
    }
}

/// Another machine has been asked for the money.
pub(super) fn begun(turn: &mut Turn, amount: Money, reader: bool) {
    turn.state.pays = true;
    turn.say(if reader { Talk::HoldCard { amount } } else { Talk::PayByLink { amount } });
}

/// What became of it meanwhile, before anything else is done with the event; `None` where nothing is waited for, or still is.
pub(super) fn settled<'s>(turn: &mut Turn, standing: Option<&'s Standing>) -> Option<&'s Standing> {
    let settled = standing.filter(|standing| turn.state.pays && standing.status.is_final())?;
    turn.state.pays = false;
    match settled.status {
        PaymentStatus::Succeeded => {}
        PaymentStatus::Canceled => {
            turn.say(Cannot::PaymentStopped);
            again(turn);
        }
        PaymentStatus::Due | PaymentStatus::Begun | PaymentStatus::Pending | PaymentStatus::Declined => {
            turn.say(Cannot::Declined(settled.decline.unwrap_or(Decline::CardDeclined)));
            again(turn);
        }
    }
    Some(settled)
}

/// The cart stands as it was told: only how it is paid is asked anew, unless they said so already.
fn again(turn: &mut Turn) {
    if let Some(paying) = &mut turn.state.paying {
        paying.by = paying.by.filter(|by| *by != PayBy::Card);
    }
    turn.state.finishing = true;
}

/// Said while the machine waits for the card: it is stopped, or goes first.
pub(super) fn meanwhile(turn: &mut Turn, acts: &[Act]) {
    let stops = |act: &Act| {
        matches!(
            act.kind,
            ActKind::Cancel
                | ActKind::StartOver
                | ActKind::NeverMind
                | ActKind::CallOff
                | ActKind::No
                | ActKind::Undo
                | ActKind::Goodbye
                | ActKind::Human
                | ActKind::Pay(_)
        )
    };
    if !acts.iter().any(stops) {
        return turn.say(Talk::PayFirst);
    }
    let other = acts.iter().find_map(|act| match act.kind {
        ActKind::Pay(PaySaid { by: by @ (PayBy::Cash | PayBy::Counter), tendered, .. }) => Some((by, tendered)),
        _ => None,
    });
    if let Some((by, tendered)) = other.filter(|(by, _)| turn.shop.payments.ways.contains(by)) {
        let account = turn.state.paying.take().and_then(|paying| paying.account);
        turn.state.paying = Some(Paying { by: Some(by), account, tendered });
    }
    turn.say(Talk::StoppingPayment);
    turn.request = Some(Request::StopPayment);
}
