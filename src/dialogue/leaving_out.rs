//! A question of ours that is let go: what it was about is named, so that nobody believes it ordered.

use crate::understand::{ItemRequest, Which};

use super::message::{About, Done, LeftOut};
use super::state::{Asking, Subject};
use super::turn::{Mood, Turn};

impl Turn<'_> {
    /// What was asked and got no answer, where it stays asked; else it is let go.
    pub(super) fn kept_open(&mut self, asked: Option<Asking>, mood: Mood) -> Option<Asking> {
        let asked = asked?;
        if self.waits || self.still_open(&asked, mood) {
            return Some(asked);
        }
        leave_out(self, &asked);
        None
    }

    /// Whether a question of ours that got no answer is worth putting again.
    fn still_open(&self, asked: &Asking, mood: Mood) -> bool {
        match asked {
            // Seen from the cart at the end of each turn.
            Asking::Option { .. } | Asking::OrderOption { .. } | Asking::Pay => false,
            Asking::Detail(detail) => !self.state.cart.knows(*detail) && !self.state.cart.is_empty(),
            Asking::Everything | Asking::Place => !mood.business && !self.quiet,
            Asking::OneOf { line, .. } | Asking::Amount { subject: Subject::Line(line), .. } => {
                self.line(*line).is_some() && self.state.asked_times < 2
            }
            Asking::Item { .. } | Asking::Amount { .. } => self.state.asked_times < 2,
            Asking::Keep { line, .. } => self.line(*line).is_some(),
            Asking::Line { candidates, .. } => !mood.substance && candidates.iter().all(|id| self.line(*id).is_some()),
            Asking::Code | Asking::Account | Asking::TakeUp(_) => self.state.asked_times < 2,
            Asking::Offer { .. }
            | Asking::More(_)
            | Asking::CancelAll
            | Asking::StartOver
            | Asking::Person
            | Asking::Approval
            | Asking::Tip => !mood.understood,
        }
    }
}

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
