//! Where the order goes, and when it is wanted: what is said of it, whether that can be, and what must be asked yet.

use crate::commerce::fulfilment::{self, Destination, TimeSaid};
use crate::shop::{Detail, Way};
use crate::understand::DetailSaid;

use super::editing;
use super::message::{Ask, Cannot, Done, Talk};
use super::state::Asking;
use super::turn::Turn;

/// Something was said of it, asked for or not.
pub(super) fn take(turn: &mut Turn, said: &DetailSaid) {
    match said {
        DetailSaid::Table(number) => table(turn, *number),
        DetailSaid::Time(said) => time(turn, *said),
        DetailSaid::Address { street, postcode, floor } => {
            let (street, postcode, floor) = (street.clone(), postcode.clone(), floor.clone());
            address(turn, Destination { street, postcode, floor, ..Destination::default() });
        }
        DetailSaid::House(number) => house(turn, number),
        DetailSaid::Phone(number) => {
            if goes(turn, Detail::Phone) {
                turn.state.cart.destination.phone = Some(number.clone());
                noted(turn, Done::Phone);
            }
        }
        DetailSaid::Anew(detail) => {
            turn.state.cart.forget_detail(*detail);
            noted(turn, Done::Anew);
            turn.ask_later(Asking::Detail(*detail));
        }
    }
}

fn noted(turn: &mut Turn, done: Done) {
    turn.order_changed = true;
    turn.say(done);
}

/// Whether it is asked for where the order goes. "Table seven", said first, says as well where that is.
fn goes(turn: &mut Turn, detail: Detail) -> bool {
    let shop = turn.shop;
    if turn.state.cart.way(shop).is_some_and(|way| way.ask.contains(&detail)) {
        return true;
    }
    let asking: Vec<&Way> = shop.fulfilment.ways.iter().filter(|way| way.ask.contains(&detail)).collect();
    match asking[..] {
        [only] if detail.is_address() || detail == Detail::Table => {
            editing::order_option(turn, only.place);
            turn.state.cart.way(shop) == Some(only)
        }
        // It is not said yet which way it goes.
        [_, ..] if turn.state.cart.way(shop).is_none() => true,
        _ => {
            turn.missed(Talk::NotUnderstood);
            false
        }
    }
}

fn table(turn: &mut Turn, number: u32) {
    if !goes(turn, Detail::Table) {
        return;
    }
    let most = turn.state.cart.way(turn.shop).and_then(|way| way.tables);
    match most.filter(|most| number > *most || number == 0) {
        Some(most) => turn.say(Cannot::NoSuchTable { table: number, most }),
        None => {
            turn.state.cart.destination.table = Some(number);
            noted(turn, Done::Table(number));
        }
    }
}

fn time(turn: &mut Turn, said: TimeSaid) {
    if !goes(turn, Detail::Time) {
        return;
    }
    let way = turn.state.cart.way(turn.shop);
    match fulfilment::settle(turn.shop, way, turn.queue, said) {
        Ok(wanted) => {
            turn.state.cart.destination.time = Some(wanted);
            noted(turn, Done::Time(wanted));
        }
        Err(refused) => {
            turn.say(Cannot::NotThen { next: refused.next });
            turn.ask_later(Asking::Detail(Detail::Time));
        }
    }
}

fn address(turn: &mut Turn, said: Destination) {
    let part = if said.street.is_some() { Detail::Street } else { Detail::Postcode };
    if !goes(turn, part) {
        return;
    }
    let to = &mut turn.state.cart.destination;
    if said.street.is_some() {
        // Another street: what was said of the one before says nothing of it.
        (to.postcode, to.floor) = (None, None);
    }
    for (known, new) in
        [(&mut to.street, &said.street), (&mut to.postcode, &said.postcode), (&mut to.floor, &said.floor)]
    {
        if new.is_some() {
            known.clone_from(new);
        }
    }
    noted(turn, Done::Address(said));
    out_of_reach(turn);
}

/// "No, number 21."
fn house(turn: &mut Turn, number: &str) {
    let Some(street) = turn.state.cart.destination.street.take() else { return turn.missed(Talk::NotUnderstood) };
    let street = with_number(&street, number);
    turn.state.cart.destination.street = Some(street.clone());
    noted(turn, Done::Address(Destination { street: Some(street), ..Destination::default() }));
}

/// The street with this number in the place of the one that it has; before its name where it has none.
fn with_number(street: &str, number: &str) -> String {
    let words: Vec<&str> = street.split_whitespace().collect();
    let digits = |word: &&str| word.starts_with(|c: char| c.is_ascii_digit());
    match words.iter().rposition(digits) {
        Some(at) => [&words[..at], &[number], &words[at + 1..]].concat().join(" "),
        None => format!("{number} {street}"),
    }
}

/// Said with what remains possible; the rest of the order is kept.
fn out_of_reach(turn: &mut Turn) {
    let shop = turn.shop;
    let Some(way) = turn.state.cart.way(shop).filter(|_| turn.state.cart.is_out_of_reach(shop)) else { return };
    let postcode = turn.state.cart.destination.postcode.take().unwrap_or_default();
    let instead = fulfilment::instead(shop, way);
    turn.say(Cannot::OutOfReach { postcode, area: way.area.clone(), instead });
}

/// What must be known yet before the order can be placed. What cannot be any more is let go first, and said.
pub(super) fn lacking(turn: &mut Turn) -> Option<Detail> {
    out_of_reach(turn);
    if is_past(turn) {
        turn.state.cart.destination.time = None;
        let way = turn.state.cart.way(turn.shop);
        let next =
            fulfilment::settle(turn.shop, way, turn.queue, TimeSaid::In(0)).err().and_then(|refused| refused.next);
        turn.say(Cannot::NotThen { next });
    }
    turn.state.cart.missing_detail(turn.shop)
}

/// Whether where it goes, and when, is known, and can still be.
pub(super) fn is_settled(turn: &Turn) -> bool {
    let cart = &turn.state.cart;
    cart.missing_detail(turn.shop).is_none() && !cart.is_out_of_reach(turn.shop) && !is_past(turn)
}

/// Whether what was wanted is past: time goes on while somebody thinks.
pub(super) fn is_past(turn: &Turn) -> bool {
    fulfilment::is_past(turn.state.cart.whither(turn.shop).time, turn.queue)
}

/// Nothing where it is known meanwhile, or is not asked where the order goes now.
pub(super) fn question(turn: &Turn, detail: Detail) -> Option<Ask> {
    let cart = &turn.state.cart;
    let asked = cart.way(turn.shop).is_some_and(|way| way.ask.contains(&detail));
    let street = cart.destination.street.clone().filter(|_| detail == Detail::Street);
    (asked && !cart.knows(detail)).then_some(Ask::Detail { detail, street })
}

/// Whether there is anything of it to be read back.
pub(super) fn is_known(turn: &Turn) -> bool {
    turn.state.cart.whither(turn.shop) != Destination::default()
}

/// When what is placed will be there.
pub(super) fn promise(turn: &mut Turn) {
    let promise = fulfilment::promise(turn.shop, &turn.state.cart, turn.queue);
    promise.into_iter().for_each(|promise| turn.say(Done::Promised(promise)));
}

#[cfg(test)]
mod tests {
    use super::with_number;

    #[test]
    fn a_number_comes_in_the_place_of_the_other() {
        assert_eq!(with_number("12 Basil Lane", "21"), "21 Basil Lane");
        assert_eq!(with_number("Orange Street 12", "21 B"), "Orange Street 21 B");
        assert_eq!(with_number("Orange Street", "21"), "21 Orange Street");
    }
}
