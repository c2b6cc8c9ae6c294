//! "A lemonade each", with three plates that were ordered: three of it.

use crate::commerce::cart::Quantity;
use crate::understand::ItemRequest;

use super::pointing;
use super::turn::Turn;

/// No more pieces than these have one of something each.
const MANY: u32 = 30;

/// "A lemonade each": so many for each piece of what was ordered with it, else of what was spoken of last.
pub(super) fn shared_out(turn: &Turn, request: &ItemRequest) -> ItemRequest {
    let mut request = request.clone();
    if !std::mem::take(&mut request.apiece) {
        return request;
    }
    let spoken = || pointing::together(&turn.state).into_iter().filter_map(|id| turn.line(id)).map(pointing::pieces);
    let added = turn.added.iter().map(|added| pointing::pieces(&added.line));
    let counts: Vec<u32> = if turn.added.is_empty() { spoken().collect() } else { added.collect() };
    // Three plates and three lemonades are for three.
    let pieces = match counts[..] {
        [first, ..] if first > 1 && counts.iter().all(|count| *count == first) => first,
        _ => counts.iter().sum(),
    };
    if let (Quantity::Count(count), 2..=MANY) = (request.quantity.unwrap_or(Quantity::Count(1)), pieces) {
        request.quantity = Some(Quantity::Count(count.saturating_mul(pieces)));
    }
    request
}
