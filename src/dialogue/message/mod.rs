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
