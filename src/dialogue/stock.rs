//! What is gone, or low, since it was put in: others buy too.

use crate::commerce::check::{self, Code};

use super::message::Cannot;
use super::turn::Turn;
use super::wish::bare_wish;
use super::{adding, editing};

/// Said at once: what is gone is taken off and the nearest offered, of what is low it is asked how much.
pub(super) fn ran_short(turn: &mut Turn) {
    let stock = turn.stock;
    if stock.left.is_empty() && stock.gone.is_empty() && stock.gone_options.is_empty() {
        return;
    }
    let against = turn.state.cart.messages(turn.shop, stock);
    let short = |message: &check::Message| {
        message.code == Code::OutOfStock || message.code == Code::LowStock && message.limit.is_some()
    };
    if !against.iter().any(short) {
        return;
    }
    // What was agreed to is another order now.
    (turn.state.told, turn.state.told_total, turn.cart_changed) = (false, None, true);
    let of_options: Vec<check::Message> = against.iter().filter(|message| message.option.is_some()).cloned().collect();
    take_off(turn, &of_options);
    for message in against.iter().filter(|message| message.option.is_none()) {
        let Some(line) = message.line.and_then(|id| turn.line(id)).cloned() else { continue };
        match (message.code, message.limit) {
            (Code::OutOfStock, _) => {
                editing::remove_line(turn, line.id, None);
                // It is told below by what became of it.
                turn.removed.retain(|removed| removed.id != line.id);
                let mut wish = bare_wish(Some(line.item));
                wish.request.quantity = Some(line.quantity);
                adding::sold_out(turn, line.item, wish);
            }
            (Code::LowStock, Some(left)) => turn.say(Cannot::OnlyLeft { item: line.item, left }),
            _ => {}
        }
    }
}

/// What ran out since it was put in is taken off, and said.
pub(super) fn take_off(turn: &mut Turn, against: &[check::Message]) {
    for message in against.iter().filter(|message| message.code == Code::OutOfStock) {
        match (message.line.and_then(|id| turn.line(id)).cloned(), message.option) {
            (Some(line), Some(option)) => {
                turn.say(Cannot::OptionSoldOut { option });
                editing::unchoose(turn, line.id, option);
            }
            (Some(line), None) => {
                turn.say(Cannot::SoldOut { item: line.item });
                editing::remove_line(turn, line.id, None);
            }
            (None, Some(option)) => {
                turn.say(Cannot::OptionSoldOut { option });
                turn.state.cart.unchoose_for_order(option);
            }
            (None, None) => {}
        }
    }
}
