//! What is to be said, before it has words: `reply` turns each into sentences of the language. By topic, so that each topic
//! is worded in one place and none is forgotten.

mod answer;
mod ask;
mod cannot;
mod done;
mod talk;

use serde::{Deserialize, Serialize};

pub use answer::Answer;
pub use ask::{About, Ask};
pub use cannot::Cannot;
pub use done::{AddedLine, Done, LeftOut};
pub use talk::Talk;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Message {
    /// What came of the customer's words.
    Done(Done),
    /// What did not, and why.
    Cannot(Cannot),
    /// The answer to a question of the customer's.
    Answer(Answer),
    /// A question of ours that waits for an answer; put anew each time, never repeated as it was.
    Ask(Ask),
    /// The same, put once more: in other words, and with what can be chosen.
    AskAgain(Ask),
    /// All that holds a conversation together.
    Talk(Talk),
}

impl Message {
    /// Whether words stand in it: a name, an address, a note, what was not understood. What is the shop's stands in a message by
    /// its id. Derived `Debug` writes every text in quotes, of any message that there will ever be, and nothing else.
    pub fn has_words(&self) -> bool {
        format!("{self:?}").contains('"')
    }
}

macro_rules! topics {
    ($($topic:ident),*) => {
        $(
            impl From<$topic> for Message {
                fn from(message: $topic) -> Message {
                    Message::$topic(message)
                }
            }

            impl PartialEq<$topic> for Message {
                fn eq(&self, other: &$topic) -> bool {
                    matches!(self, Message::$topic(message) if message == other)
                }
            }
        )*
    };
}

topics!(Done, Cannot, Answer, Ask, Talk);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::commerce::cart::{Cart, Line, LineId, Quantity};
    use crate::commerce::fulfilment::Destination;
    use crate::shop::ItemId;

    #[test]
    fn words_of_a_customer_are_found_wherever_in_a_message_they_stand() {
        let line = |notes: &[&str]| Line {
            id: LineId(1),
            item: ItemId(0),
            quantity: Quantity::Count(2),
            choices: vec![],
            notes: notes.iter().map(|note| note.to_string()).collect(),
        };
        let cart = |notes: &[&str]| Cart { lines: vec![line(notes)], ..Cart::default() };
        let without: [Message; 3] =
            [Done::Changed(vec![line(&[])]).into(), Answer::CartReadBack(cart(&[])).into(), Cannot::EmptyCart.into()];
        assert!(without.iter().all(|message| !message.has_words()), "{without:?}");
        let street = Destination { street: Some("12 Mill Lane".into()), ..Destination::default() };
        let with: [Message; 5] = [
            Done::Changed(vec![line(&["for my dog"])]).into(),
            Answer::CartReadBack(Cart { customer_name: Some("Ann".into()), ..cart(&[]) }).into(),
            Done::Address(street).into(),
            Done::Named("Ann".into()).into(),
            Message::AskAgain(Ask::Cancel(cart(&["for my dog"]))),
        ];
        assert!(with.iter().all(Message::has_words), "{with:?}");
    }
}
