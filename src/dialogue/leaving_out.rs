//! A question of ours that is let go: what it was about is named, so that nobody believes it ordered.

use crate::understand::{ItemRequest, Which};

use super::message::{About, Done, LeftOut};
use super::state::{Asking, Subject};
use super::turn::Turn;

pub(super) fn leave_out(turn: &mut Turn, question: &Asking) {
    if let Some(what) = object(question) {
        turn.say(Done::LeftOut(what));
    }
}

/// What is wanted and does not stand in the cart yet.
fn object(question: &Asking) -> Option<LeftOut> {
    match question {
        Asking::Item { about: About::Recommended, .. } => None,
        Asking::Item { about: About::Category(category), .. } => Some(LeftOut::Kind(*category)),
        Asking::Item { about: About::Unknown(words), .. } => Some(LeftOut::Words(words.clone())),
        Asking::Item { about: About::SoldOut(item), .. } => Some(LeftOut::Items(vec![*item])),
        Asking::Item { about: About::Tie, candidates, .. } => Some(LeftOut::Items(candidates.clone())),
        Asking::Offer { words: Some(words), .. } => Some(LeftOut::Words(words.clone())),
        Asking::Amount { subject: Subject::Wish(wish), .. } => wanted(&wish.request),
        _ => None,
    }
}

fn wanted(request: &ItemRequest) -> Option<LeftOut> {
    match &request.which {
        Which::Item(item) => Some(LeftOut::Items(vec![*item])),
        Which::OneOf(items) => Some(LeftOut::Items(items.clone())),
        Which::Category(category) => Some(LeftOut::Kind(*category)),
    }
}
