//! What of a turn is counted: how often and how long, never what.

use std::time::Instant;

use crate::dialogue::message::{Message, Talk};
use crate::dialogue::{Event, State};
use crate::telemetry::{self, Count, Stage};
use crate::understand::{ActKind, Understanding};

/// When each part of a turn was done with.
pub(super) struct Took {
    pub begun: Instant,
    pub understood: Instant,
    pub answered: Instant,
    pub stored: Instant,
}

/// A turn was committed: `before` and `after` are the conversation's states.
pub(super) fn turn(before: &State, after: &State, said: &[Message], understanding: &Understanding, took: &Took) {
    telemetry::count(Count::Turn);
    telemetry::took(Stage::Understand, took.begun, took.understood);
    telemetry::took(Stage::Dialogue, took.understood, took.answered);
    telemetry::took(Stage::Store, took.answered, took.stored);
    let happened = [
        (said.iter().any(is_asked_again), Count::ReAsk),
        (understanding.acts.iter().any(|act| corrects(&act.kind)), Count::Correction),
        (before.cart.is_empty() && !after.cart.is_empty(), Count::CartBegun),
    ];
    happened.into_iter().filter(|(did, _)| *did).for_each(|(_, count)| telemetry::count(count));
}

/// A conversation ended, and nobody ordered what stood in its cart.
pub(super) fn left(state: &State) {
    if !state.cart.is_empty() {
        telemetry::count(Count::Abandoned);
    }
}

fn is_asked_again(message: &Message) -> bool {
    matches!(message, Message::AskAgain(_) | Message::Talk(Talk::Unheard | Talk::NotUnderstood))
}

fn corrects(act: &ActKind) -> bool {
    matches!(act, ActKind::Undo | ActKind::Change { .. } | ActKind::Remove { .. } | ActKind::Replace { .. })
}

/// Whether so much is worth looking at as a turn: a timer that only looks how a payment stands is none.
pub(super) fn is_turn(event: &Event) -> bool {
    !matches!(event, Event::Timer(_))
}
