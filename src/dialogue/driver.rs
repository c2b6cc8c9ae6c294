//! The machine's hands: understands, lets the machine decide, commits, and only then gives out what is to be said.
//!
//! One turn is one transaction: its record, the cart, the state, and the order it places. Should the process die, the
//! conversation goes on from the last turn that was committed, which is the last that was answered.

use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use crate::commerce::cart::Cart;
use crate::commerce::order::{Order, OrderError, OrderNumber};
use crate::lang::Language;
use crate::reply::{self, Reply};
use crate::shop::Shop;
use crate::store::{ConversationId, Lost, OrderRef, Place, Saved, Store, StoreError, TurnCommit};
use crate::understand::{Ending, Expect, Lexicon, Understanding};

use super::event::{Effect, Event, TimerId};
use super::message::Message;
use super::state::State;
use super::view::{OrderView, TurnView};
use super::{expect, handle};

#[derive(Debug, thiserror::Error)]
pub enum DriverError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Order(#[from] OrderError),
    #[error("the state of the conversation cannot be written ({0}); this is a fault in saycart, please report it")]
    State(#[from] serde_json::Error),
}

/// One conversation, held in one place. Blocking: a turn waits for the disk.
#[derive(Debug)]
pub struct Conversation {
    shop: Arc<Shop>,
    language: Arc<Language>,
    lexicon: Arc<Lexicon>,
    store: Store,
    channel: String,
    id: ConversationId,
    state: State,
    opening: Vec<Message>,
}

/// What came of a turn, all of it committed.
#[derive(Debug, Clone)]
pub struct TurnOutcome {
    /// For `--json` and terminals.
    pub view: TurnView,
    pub reply: Reply,
    pub understanding: Understanding,
    /// Placed by this turn.
    pub order: Option<OrderRef>,
    /// The customer wants a person.
    pub hand_over: bool,
    /// After so many seconds without a turn, [`Conversation::timer`] is to be called.
    pub timer: Option<(TimerId, u32)>,
}

/// What a turn would come to, without its having happened.
#[derive(Debug, Clone)]
pub struct Foresight {
    pub ending: Ending,
    pub reply: Reply,
}

impl Conversation {
    /// Go on with the conversation under way in `channel`, or begin one. A cart that nobody touched for `expires` is gone.
    pub fn open(
        shop: Arc<Shop>,
        language: Arc<Language>,
        lexicon: Arc<Lexicon>,
        mut store: Store,
        channel: &str,
        expires: Duration,
    ) -> Result<Conversation, DriverError> {
        let place = Place { channel, shop: &shop.name };
        let expires = i64::try_from(expires.as_millis()).unwrap_or(i64::MAX);
        let mut saved = store.conversation(place, &shop, now(), expires)?;
        let id = saved.id;
        let lost: Vec<String> = std::mem::take(&mut saved.lost).into_iter().map(title).collect();
        let resumed = saved.turns > 0;
        let state = restore(saved);
        let (state, effects) = handle(&shop, &state, if resumed { Event::Resumed } else { Event::Started });
        let mut opening = said(&effects);
        if !lost.is_empty() {
            opening.insert(0, Message::Lost(lost));
        }
        Ok(Conversation { shop, language, lexicon, store, channel: channel.into(), id, state, opening })
    }

    /// Leave what is under way, and begin anew.
    pub fn start_over(&mut self) -> Result<(), DriverError> {
        let place = Place { channel: &self.channel, shop: &self.shop.name };
        let saved = self.store.begin(place, &self.shop, now())?;
        self.id = saved.id;
        let (state, effects) = handle(&self.shop, &restore(saved), Event::Started);
        self.state = state;
        self.opening = said(&effects);
        Ok(())
    }

    /// The last word is said: the next time, a new conversation begins. The cart stays for who comes back for it.
    pub fn leave(mut self) -> Result<(), DriverError> {
        Ok(self.store.leave(self.id, now())?)
    }

    /// What to say before the customer speaks: a greeting, or where the conversation stood.
    pub fn opening(&self) -> Reply {
        self.worded(&self.state, &self.opening)
    }

    /// A customer's turn. On an error nothing has changed, and [`Conversation::trouble`] may be said.
    pub fn turn(&mut self, transcript: &str) -> Result<TurnOutcome, DriverError> {
        let begun = Instant::now();
        let understanding = self.lexicon.understand(transcript, &self.expect());
        let understood = begun.elapsed();
        let event = Event::Heard { transcript: transcript.into(), understanding: understanding.clone() };
        self.carry_out(event, transcript, understanding, understood)
    }

    /// Somebody spoke, but nothing usable was recognised.
    pub fn unheard(&mut self) -> Result<TurnOutcome, DriverError> {
        self.carry_out(Event::Unheard, "", Understanding::default(), Duration::ZERO)
    }

    /// What would come of these words if nothing followed them. Changes nothing.
    pub fn foresee(&self, transcript: &str) -> Result<Foresight, DriverError> {
        let expect = self.expect();
        let understanding = self.lexicon.understand(transcript, &expect);
        let ending = self.lexicon.ending(&self.shop, transcript, &understanding, &expect);
        let (state, effects, _) = self.decide(Event::Heard { transcript: transcript.into(), understanding }, now())?;
        Ok(Foresight { ending, reply: self.worded(&state, &said(&effects)) })
    }

    /// A timer of an earlier outcome ran out. `None` where there is nothing to say.
    pub fn timer(&mut self, id: TimerId) -> Option<Reply> {
        let (state, effects) = handle(&self.shop, &self.state, Event::Timer(id));
        let messages = said(&effects);
        let reply = (!messages.is_empty()).then(|| self.worded(&state, &messages));
        self.state = state;
        reply
    }

    /// What understanding, and the recogniser, should prefer to hear now.
    pub fn expect(&self) -> Expect {
        expect(&self.state)
    }

    /// What to say when a turn could not be committed.
    pub fn trouble(&self) -> Reply {
        self.worded(&self.state, &[Message::Trouble])
    }

    pub fn cart(&self) -> &Cart {
        &self.state.cart
    }

    pub fn state(&self) -> &State {
        &self.state
    }

    pub fn store(&self) -> &Store {
        &self.store
    }

    fn carry_out(
        &mut self,
        event: Event,
        transcript: &str,
        understanding: Understanding,
        understood: Duration,
    ) -> Result<TurnOutcome, DriverError> {
        let begun = Instant::now();
        let now = now();
        let (state, effects, order) = self.decide(event, now)?;
        let reply = self.worded(&state, &said(&effects));
        let mut view = TurnView::of(&self.shop, &self.language, transcript, &understanding, &state.cart, &reply);
        view.time("understand", understood);
        view.time("dialogue", begun.elapsed());
        let begun = Instant::now();
        let committed = self.store.commit_turn(&TurnCommit {
            conversation: self.id,
            turn: state.turn,
            shop: &self.shop,
            cart: &state.cart,
            state: &serde_json::to_string(&state)?,
            transcript,
            acts: &serde_json::to_string(&view.acts)?,
            reply: &reply.text,
            times: &serde_json::to_string(&view.times_ms)?,
            order: order.as_ref(),
            idempotency_key: None,
            ended: false,
            now,
        })?;
        view.time("store", begun.elapsed());
        view.order = committed.order.map(|OrderRef { id, number: OrderNumber(number) }| OrderView { id, number });
        self.state = state;
        let hand_over = effects.contains(&Effect::HandOver);
        let timer = effects.iter().find_map(|effect| match effect {
            Effect::SetTimer { id, seconds } => Some((*id, *seconds)),
            _ => None,
        });
        Ok(TurnOutcome { view, reply, understanding, order: committed.order, hand_over, timer })
    }

    /// What the machine makes of an event, with the order that it places.
    fn decide(&self, event: Event, now: i64) -> Result<(State, Vec<Effect>, Option<Order>), DriverError> {
        let (state, effects) = handle(&self.shop, &self.state, event);
        if !effects.contains(&Effect::PlaceOrder) {
            return Ok((state, effects, None));
        }
        let number = self.store.next_order_number()?;
        let order = Order::place(&self.shop, &state.cart, &self.language.totals, number, now)?;
        let (state, effects) = handle(&self.shop, &state, Event::Placed { number: number.0.into() });
        Ok((state, effects, Some(order)))
    }

    fn worded(&self, state: &State, messages: &[Message]) -> Reply {
        reply::reply(&self.shop, &self.language, state.turn, messages)
    }
}

/// The state as saved. Under another shop file its ids mean nothing: then only the cart goes on.
fn restore(saved: Saved) -> State {
    let state: Option<State> = saved.state.filter(|_| saved.same_shop).and_then(|text| {
        serde_json::from_str(&text)
            .inspect_err(|error| {
                tracing::warn!("the state saved by another version cannot be read ({error}); only the cart goes on")
            })
            .ok()
    });
    State { cart: saved.cart, turn: saved.turns, ..state.unwrap_or_default() }
}

fn title(lost: Lost) -> String {
    match lost {
        Lost::Item { title, .. } | Lost::Choice { title, .. } | Lost::OrderChoice { title } => title,
    }
}

fn said(effects: &[Effect]) -> Vec<Message> {
    let messages = effects.iter().filter_map(|effect| match effect {
        Effect::Say(messages) => Some(messages.clone()),
        _ => None,
    });
    messages.flatten().collect()
}

/// Milliseconds since 1970, UTC.
fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shop::ItemId;

    type Counter = (Arc<Shop>, Arc<Language>, Arc<Lexicon>);

    static COUNTER: std::sync::LazyLock<Counter> = std::sync::LazyLock::new(|| {
        let shop = Arc::new(crate::dialogue::testing::shop());
        let language = Arc::new(Language::load("en").expect("English is built in"));
        let lexicon = Arc::new(Lexicon::compile(&shop, &language));
        (shop, language, lexicon)
    });

    fn talk(database: &std::path::Path) -> Conversation {
        let (shop, language, lexicon) = COUNTER.clone();
        let store = Store::open(database).expect("a new database opens");
        Conversation::open(shop, language, lexicon, store, "test", Duration::from_secs(60)).expect("a conversation")
    }

    fn cart(talk: &Conversation) -> Vec<ItemId> {
        talk.cart().lines.iter().map(|line| line.item).collect()
    }

    #[test]
    fn dropped_at_any_turn_it_goes_on_with_the_same_cart_and_the_same_question() {
        let dir = tempfile::tempdir().expect("a directory");
        let database = dir.path().join("carts.db");
        let said = ["a latte and a cinnamon roll", "large", "undo that", "small", "yes"];
        let mut whole = talk(&dir.path().join("other.db"));
        for words in said {
            // Another process each turn, which was never shut down in order.
            let mut again = talk(&database);
            assert_eq!(again.cart(), whole.cart());
            assert_eq!(again.state().asked, whole.state().asked);
            let (expected, outcome) = (whole.turn(words).expect("a turn"), again.turn(words).expect("a turn"));
            assert_eq!(outcome.reply, expected.reply);
        }
        assert_eq!(talk(&database).state().last_order.as_ref().map(|order| order.number), Some(1));
    }

    #[test]
    fn what_is_foreseen_is_what_is_said_and_nothing_has_happened_before() {
        let dir = tempfile::tempdir().expect("a directory");
        let mut talk = talk(&dir.path().join("carts.db"));
        for words in ["a latte and a cinnamon roll", "large", "what do I have", "that's all", "yes"] {
            let before = (talk.cart().clone(), talk.state().clone());
            let foreseen = talk.foresee(words).expect("a foresight");
            assert_eq!((talk.cart().clone(), talk.state().clone()), before, "after foreseeing {words:?}");
            assert_eq!(talk.turn(words).expect("a turn").reply, foreseen.reply, "{words:?}");
        }
        assert_eq!(talk.state().last_order.as_ref().map(|order| order.number), Some(1));
    }

    #[test]
    fn a_turn_that_cannot_be_written_has_not_happened() {
        let dir = tempfile::tempdir().expect("a directory");
        let mut talk = talk(&dir.path().join("carts.db"));
        talk.turn("a cinnamon roll").expect("a turn");
        // The conversation is taken away under its feet.
        talk.id = ConversationId(99);
        let before = (talk.cart().clone(), talk.state().turn);
        assert!(talk.turn("a green tea").is_err());
        assert_eq!((talk.cart().clone(), talk.state().turn), before);
        assert!(!talk.trouble().text.is_empty());
    }

    #[test]
    fn coming_back_says_what_stands_and_a_new_start_greets() {
        let dir = tempfile::tempdir().expect("a directory");
        let database = dir.path().join("carts.db");
        talk(&database).turn("a cinnamon roll").expect("a turn");
        let mut back = talk(&database);
        assert!(back.opening().text.contains("one cinnamon roll"), "{}", back.opening().text);
        assert!(back.turn("yes").expect("a turn").order.is_some());
        back.start_over().expect("a new conversation");
        assert!(cart(&back).is_empty());
        assert!(back.opening().text.contains("Test"), "{}", back.opening().text);
    }
}
