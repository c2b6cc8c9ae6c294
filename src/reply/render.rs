//! Messages → sentences: the wordings of one reply. Each topic of messages has a file that words all of it.

use crate::commerce::pricing::Quote;
use crate::dialogue::Message;
use crate::lang::Labels;
use crate::lang::reply::{Says, Wording};
use crate::shop::PayBy;

use super::phrase::{Phrasing, fill};

pub struct Renderer<'a> {
    pub phrasing: Phrasing<'a>,
    /// Of the cart after the turn.
    pub quote: &'a Quote,
    /// How rows below a cart are called.
    pub labels: &'a Labels,
    /// Chooses among wordings.
    pub turn: u32,
}

impl Renderer<'_> {
    pub fn message(&self, message: &Message) -> String {
        match message {
            Message::Done(done) => self.done(done),
            Message::Cannot(cannot) => self.cannot(cannot),
            Message::Answer(answer) => self.answer(answer),
            Message::Ask(ask) => self.ask(ask),
            Message::AskAgain(ask) => self.ask_again(ask),
            Message::Talk(talk) => self.talk(talk),
        }
    }

    /// This turn's wording with its gaps filled, begun with a capital.
    pub fn say(&self, wording: &Wording, values: &[(&str, &str)]) -> String {
        capital(&fill(wording.of_turn(self.turn), values))
    }

    pub fn says(&self) -> &Says {
        &self.phrasing.words.say
    }

    /// How somebody pays, as it stands behind "to pay".
    pub fn way(&self, by: PayBy) -> &str {
        let ways = &self.phrasing.words.ways;
        match by {
            PayBy::Counter => &ways.counter,
            PayBy::Cash => &ways.cash,
            PayBy::Card => &ways.card,
            PayBy::Account => &ways.account,
        }
    }

    /// One or the other of them.
    pub fn ways(&self, ways: &[PayBy]) -> String {
        self.phrasing.or(&ways.iter().map(|way| self.way(*way).to_string()).collect::<Vec<_>>())
    }

    /// What the cart costs.
    pub fn total(&self) -> String {
        self.phrasing.money(self.quote.total)
    }
}

/// Sentences begin with a capital where the script has them.
pub fn capital(text: &str) -> String {
    let mut chars = text.chars();
    match chars.next() {
        Some(first) => first.to_uppercase().chain(chars).collect(),
        None => String::new(),
    }
}
