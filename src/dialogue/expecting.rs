//! What was asked is heard first.

use crate::shop::Shop;
use crate::understand::{Expect, Question, Which};

use super::pointing;
use super::state::{Asking, State, Subject};

/// What understanding should prefer to hear now.
pub fn expect(shop: &Shop, state: &State) -> Expect {
    let mut expect = Expect {
        list: state.topic_list,
        cart: state.cart.lines.iter().map(|line| line.item).collect(),
        pieces: state.cart.lines.iter().map(pointing::pieces).fold(0, u32::saturating_add),
        missing: state.cart.lines.iter().flat_map(|line| line.missing(shop)).collect(),
        asked_us: state.question.is_some(),
        took_off: state.took_off,
        option: match state.question {
            Some(Question::OptionPrice(option) | Question::OptionAvailability(option)) => Some(option),
            _ => None,
        },
        topic: state.topic,
        topics: state.topics.clone(),
        ..Expect::default()
    };
    expect.timed = state.cart.destination.time.is_some();
    expect.street = state.cart.destination.street.is_some();
    expect.open = matches!(
        state.asked,
        Some(
            Asking::Option { .. }
                | Asking::OrderOption { .. }
                | Asking::OneOf { .. }
                | Asking::Item { .. }
                | Asking::Amount { .. }
                | Asking::Line { .. }
                | Asking::Pay
        )
    );
    expect.more = matches!(state.asked, Some(Asking::More(_)));
    match &state.asked {
        Some(Asking::Option { list, .. } | Asking::OrderOption { list }) => expect.list = Some(*list),
        Some(Asking::OneOf { options, .. }) => expect.list = options.first().map(|option| option.list),
        Some(Asking::Item { candidates, .. }) => {
            expect.items = candidates.clone();
            expect.yes_no = candidates.len() == 1;
        }
        Some(Asking::Offer { wish, .. }) => {
            expect.yes_no = true;
            if let Which::Item(item) = wish.request.which {
                expect.items = vec![item];
            }
        }
        Some(Asking::Amount { said, subject }) => {
            expect.quantity = true;
            expect.yes_no = said.is_some();
            // What is asked about says in which unit a bare amount is.
            expect.items.extend(match subject {
                Subject::Wish(wish) => match wish.request.which {
                    Which::Item(item) => Some(item),
                    _ => None,
                },
                Subject::Line(line) => pointing::line(state, *line).map(|line| line.item),
            });
        }
        Some(Asking::Line { candidates, .. }) => {
            expect.items = candidates.iter().filter_map(|id| pointing::line(state, *id)).map(|l| l.item).collect();
        }
        Some(
            Asking::More(_)
            | Asking::Keep { .. }
            | Asking::CancelAll
            | Asking::StartOver
            | Asking::Person
            | Asking::TakeUp(_)
            | Asking::Everything
            | Asking::Place,
        ) => expect.yes_no = true,
        Some(Asking::Code) => expect.code = true,
        Some(Asking::Detail(detail)) => expect.detail = Some(*detail),
        Some(Asking::Tip) => (expect.tip, expect.yes_no) = (true, true),
        Some(Asking::Approval) => (expect.account, expect.yes_no) = (true, true),
        Some(Asking::Pay) => expect.pay = true,
        Some(Asking::Account) => (expect.pay, expect.account) = (true, true),
        None => {}
    }
    expect
}
