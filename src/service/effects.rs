//! One event through the machine until nothing more is asked: what it came to, and who answers what it asks for.

use crate::commerce::cart::Cart;
use crate::commerce::check::Ready;
use crate::commerce::fulfilment::{Queue, promise};
use crate::commerce::handover::Reason;
use crate::commerce::order::Order;
use crate::commerce::payment::{Account, Part};
use crate::commerce::pricing::{Moment, Quote};
use crate::commerce::view::CartView;
use crate::dialogue::{Effect, Event, Message, Parked, ParkedId, Request, State, TimerId, Wanted, World, handle};
use crate::reply::phrase::Phrasing;
use crate::shop::PayBy;
use crate::store::{Aside, ConversationId, NewHandover, SaidTurn, Store, Which};

use super::ServiceError;
use super::setting::Setting;
use super::staff::Staff;
use super::{accounts, session};

/// Turns before the last that the matter of a hand-over quotes.
const SAID_BEFORE: usize = 3;

/// What an event came to. Nothing of it has been committed.
#[derive(Debug)]
pub(super) struct Course {
    pub state: State,
    pub said: Vec<Message>,
    pub timer: Option<(TimerId, u32)>,
    pub ends: bool,
    pub takes: Option<ParkedId>,
}

/// `answer` gives the event that answers a request, in the state that asked for it.
pub(super) fn run(
    world: &World,
    state: &State,
    event: Event,
    mut answer: impl FnMut(&State, Request) -> Result<Event, ServiceError>,
) -> Result<Course, ServiceError> {
    let mut course = Course { state: state.clone(), said: vec![], timer: None, ends: false, takes: None };
    let mut next = Some(event);
    while let Some(event) = next.take() {
        let (state, effects) = handle(world, &course.state, event);
        course.state = state;
        for effect in effects {
            match effect {
                Effect::Say(messages) => course.said.extend(messages),
                Effect::Wait { id, seconds } => course.timer = Some((id, seconds)),
                Effect::End => course.ends = true,
                Effect::TakeUp(parked) => course.takes = Some(parked),
                Effect::Ask(request) => next = Some(answer(&course.state, request)?),
            }
        }
    }
    Ok(course)
}

/// Who asks, and what there is to answer from. Reads only.
#[derive(Clone, Copy)]
pub(super) struct Answers<'a> {
    pub setting: &'a Setting,
    pub store: &'a Store,
    pub staff: &'a Staff,
    pub moment: Moment,
    pub queue: Queue,
    pub conversation: ConversationId,
    pub now: i64,
    /// See [`super::Desk`].
    pub secret: u64,
    /// The digits of an account's code that was said in this turn. They are kept nowhere.
    pub code: Option<&'a str>,
}

impl Answers<'_> {
    /// The answer that there will be, with nothing done for it.
    pub fn foreseen(&self, state: &State, request: Request) -> Result<Event, ServiceError> {
        let shop = &self.setting.shop;
        Ok(match request {
            Request::Place { ready, parts } => self.order(&ready, &parts)?.1,
            Request::Account => Event::Account(self.account()?),
            Request::Approve => Event::CodeLookedAt { right: self.is_owners_code() },
            Request::StopPayment => Event::Stopping,
            Request::HandOver { .. } => Event::HandedOver { told: self.staff.can_be_told() },
            Request::LookUp(wanted) => {
                let which = match wanted {
                    Wanted::Code(code) => Which::Code(code),
                    Wanted::Lately => Which::Any,
                    Wanted::This(ParkedId(id)) => Which::Conversation(ConversationId(id)),
                };
                let aside = self.store.aside(shop, which)?.into_iter();
                let parked = aside.map(|Aside { conversation, cart, lost, since }| Parked {
                    id: ParkedId(conversation.0),
                    cart,
                    lost: lost.into_iter().map(session::title).collect(),
                    since,
                });
                Event::Found { wanted, parked: parked.collect() }
            }
            Request::PutAside => {
                // The same turn gets the same code, foreseen or not.
                let seed = self.secret ^ ((self.conversation.0 as u64) << 32 | u64::from(state.turn));
                Event::PutAside { code: self.store.free_code(shop, seed)? }
            }
        })
    }

    /// Whether it is the one that the owner wrote down.
    fn is_owners_code(&self) -> bool {
        let (Some(said), Some(file)) = (self.code, &self.setting.shop.terms.approval_code) else { return false };
        match std::fs::read_to_string(file) {
            Ok(written) => {
                let written: String = written.chars().filter(char::is_ascii_digit).collect();
                accounts::is_code(&written) && written == said
            }
            Err(error) => {
                tracing::error!("the code for large orders cannot be read from {}: {error}", file.display());
                false
            }
        }
    }

    /// Whose the code is that was said.
    fn account(&self) -> Result<Option<Account>, ServiceError> {
        match self.code {
            Some(digits) => Ok(accounts::find(self.store, &self.setting.shop, digits)?),
            None => Ok(None),
        }
    }

    /// The order that placing makes, committed with the turn; none where what it was to be paid with is not there any more.
    pub fn order(&self, ready: &Ready, parts: &[Part]) -> Result<(Option<Order>, Event), ServiceError> {
        let customer = ready.cart().customer.as_ref();
        let spent = parts.iter().find_map(|part| part.account);
        if let Some(id) = spent.or(customer.map(|customer| customer.account)) {
            let account = self.store.account(id)?;
            let taken = parts.iter().filter(|part| part.account == Some(account.id)).map(|part| part.amount).sum();
            if account.customer().as_ref() != customer || account.covers(taken) < taken {
                return Ok((None, Event::AccountChanged(account)));
            }
        }
        let (shop, labels) = (&self.setting.shop, &self.setting.language.totals);
        let quote = Quote::of(shop, ready.cart(), self.moment);
        let number = self.store.next_order_number()?;
        let mut order = Order::place(shop, ready, &quote, labels, number, self.now);
        let promise = promise(shop, ready.cart(), self.queue);
        order.fulfillment = order.fulfillment.map(|to| to.promised(promise, self.queue.now));
        let event = match parts.iter().find(|part| part.by == PayBy::Card) {
            Some(part) => Event::Paying { amount: part.amount, reader: shop.payments.has_reader() },
            None => Event::Placed { number: number.0.into(), total: quote.total },
        };
        Ok((Some(order), event))
    }
}

/// A hand-over as it is stored and told: the cart, and the matter in a sentence.
pub(super) struct Matter {
    pub reason: Reason,
    summary: String,
    cart: String,
}

impl Matter {
    /// `said`: the conversation so far; `transcript`: what asked for the person.
    pub fn of(
        setting: &Setting,
        moment: Moment,
        reason: Reason,
        cart: &Cart,
        said: &[SaidTurn],
        transcript: &str,
    ) -> Result<Matter, ServiceError> {
        let Setting { shop, language, .. } = setting;
        let phrasing = Phrasing { shop, words: &language.reply, units: &language.units };
        let quote = Quote::of(shop, cart, moment);
        let mut summary = if cart.is_empty() {
            String::new()
        } else {
            format!("{}: {}. ", phrasing.cart(cart), phrasing.money(quote.total))
        };
        // A bare yes tells nothing: what was said before it does.
        let before = said[said.len().saturating_sub(SAID_BEFORE)..].iter().map(|turn| turn.customer.as_str());
        let quoted = before.chain([transcript]).map(str::trim).filter(|words| !words.is_empty());
        summary.push_str(&quoted.map(|words| format!("\"{words}\"")).collect::<Vec<_>>().join(" … "));
        let cart = serde_json::to_string(&CartView::of(shop, cart, &quote, &language.totals))?;
        Ok(Matter { reason, summary, cart })
    }

    pub fn opened(&self, conversation: ConversationId, turn: u32, now: i64) -> NewHandover<'_> {
        NewHandover { conversation, turn, reason: self.reason, summary: &self.summary, cart: &self.cart, now }
    }
}
