//! What comes of an event at the desk: the machine decides, and what it asks for is done and committed with the turn.

use std::time::Instant;

use crate::commerce::checkout::Checkout;
use crate::commerce::order::Order;
use crate::commerce::payment::{PaymentStatus, Standing};
use crate::commerce::pricing::Quote;
use crate::dialogue::{Event, Request, State, World};
use crate::store::{ConversationId, NewPayment, OrderRef, TurnCommit};
use crate::understand::Understanding;

use super::approval::approved;
use super::clock::Time;
use super::desk::{Desk, Point};
use super::effects::{Answers, Course, Matter, run};
use super::fulfilment::Discreet;
use super::session::Session;
use super::stock::{self, Counted};
use super::telling::{self, Took};
use super::view::{ReplyView, TurnView};
use super::{ServiceError, TurnOutcome, outbox, payment};
use crate::telemetry::{self, Count};

impl Desk {
    pub(super) fn carry_out(
        &mut self,
        point: &Point,
        mut session: Session,
        event: Event,
        transcript: String,
        understanding: Understanding,
        begun: Instant,
    ) -> Result<TurnOutcome, ServiceError> {
        let understood = Instant::now();
        let (now, ticks) = (self.clock.now(), self.clock.ticks());
        let lost = session.losses();
        let mut done = Done::default();
        let is_turn = telling::is_turn(&event);
        self.counted.look(&self.store, &self.setting.shop, session.id, now)?;
        let mut course = self.course(&session, event, &transcript, now, &mut done)?;
        course.said.splice(0..0, lost);
        let quote = Quote::of(&self.setting.shop, &course.state.cart, self.moment());
        let reply = self.quoted(&course.state, &quote, &course.said);
        let mut view = TurnView::of(&self.setting, &transcript, &understanding, &course.state.cart, &quote, &reply);
        let answered = Instant::now();
        view.time("understand", understood - begun);
        view.time("dialogue", answered - understood);
        let discreet = self.setting.language.understand.destination.phone_mark.as_str();
        let discreet = Discreet { mark: discreet, acts: &understanding.acts, state: &course.state };
        let (said, replied) = (discreet.said(&transcript), discreet.reply(&reply.text));
        let told = done.order.as_ref().map(|order| outbox::parcels(&self.setting, order, self.clock.local()));
        let committed = self.store.commit_turn(&TurnCommit {
            conversation: session.id,
            turn: course.state.turn,
            shop: &self.setting.shop,
            cart: &course.state.cart,
            state: &serde_json::to_string(&course.state)?,
            transcript: &said,
            acts: &serde_json::to_string(&view.acts)?,
            reply: &replied,
            times: &serde_json::to_string(&view.times_ms)?,
            takes_stock: &self.counted.takes(&course.state, done.order.is_some()),
            held_until: stock::held_until(&course.state, now),
            parcels: &told.transpose()?.unwrap_or_default(),
            order: done.order.as_ref(),
            payments: &done.payments,
            stops_payment: done.stops_payment,
            idempotency_key: None,
            ended: course.ends,
            put_aside: done.code,
            takes: course.takes.map(|parked| ConversationId(parked.0)),
            now,
        })?;
        let stored = Instant::now();
        view.time("store", stored - answered);
        if is_turn {
            let took = Took { begun, understood, answered, stored };
            telling::turn(&session.state, &course.state, &course.said, &understanding, &took);
        }
        if committed.order.is_some() {
            self.couriers.wake();
        }
        if done.stops_payment || done.payments.iter().any(|payment| payment.status.is_open()) {
            self.payments.wake();
        }
        let order = Desk::told_order(&session, &course.state, committed.order);
        view.order = order.map(Into::into);
        Desk::tell_of(&session, &course, order.is_some(), done.hand_over.is_some());
        view.checkout = self.checkout(&session, &course.state)?;
        session.state = course.state;
        (session.code, session.payment) = (None, None);
        session.touched = ticks;
        session.handed_over |= done.hand_over.is_some();
        self.settle(point, session, course.ends);
        let (timer, ended) = (course.timer, course.ends);
        Ok(TurnOutcome { view, reply, understanding, order, hand_over: done.hand_over, timer, ended })
    }

    /// For the figures.
    fn tell_of(before: &Session, course: &Course, placed: bool, handed_over: bool) {
        if placed {
            telemetry::count(Count::OrderPlaced);
        } else if course.ends {
            telling::left(&course.state);
        }
        if handed_over && !before.handed_over {
            telemetry::count(Count::HandOver);
        }
    }

    /// The order that this turn tells of: one that waits for its payment is told of when that is there.
    fn told_order(before: &Session, after: &State, committed: Option<OrderRef>) -> Option<OrderRef> {
        match &before.payment {
            _ if after.pays => None,
            Some(payment) if payment.status == PaymentStatus::Succeeded => {
                Some(OrderRef { id: payment.id, number: payment.number })
            }
            Some(_) | None => committed,
        }
    }

    /// How far what stands in the cart is on its way to an order.
    fn checkout(&self, session: &Session, state: &State) -> Result<Option<Checkout>, ServiceError> {
        // What was waited for stands as it was told; what has just begun is looked up.
        let payment = match &session.payment {
            _ if !state.pays => None,
            Some(payment) => Some(payment.clone()),
            None => self.store.standing(session.id)?,
        };
        let against = state.cart.messages(&self.counted.shop, &self.counted.stock);
        Ok(Checkout::of(&self.setting.shop, &state.cart, &against, payment.as_ref()))
    }

    /// How far the payment is that the conversation waits for.
    pub(super) fn payment(&self, session: &Session) -> Result<Option<Standing>, ServiceError> {
        if session.state.pays { Ok(self.store.standing(session.id)?) } else { Ok(None) }
    }

    /// Silence: nothing to write down, unless it ends the conversation.
    pub(super) fn timer(
        &mut self,
        point: &Point,
        mut session: Session,
        event: Event,
    ) -> Result<TurnOutcome, ServiceError> {
        let now = self.clock.now();
        let mut done = Done::default();
        let course = self.course(&session, event, "", now, &mut done)?;
        let reply = self.worded(&course.state, &course.said);
        match (course.ends, done.code) {
            (true, Some(code)) => self.store.put_aside(session.id, code, now)?,
            (true, None) => self.store.leave(session.id, now)?,
            (false, _) => {}
        }
        if course.ends {
            telling::left(&course.state);
        }
        let checkout = self.checkout(&session, &course.state)?;
        let view = TurnView { checkout, reply: ReplyView::of(&reply), ..TurnView::default() };
        session.state = course.state;
        session.payment = None;
        self.settle(point, session, course.ends);
        Ok(TurnOutcome { view, reply, timer: course.timer, ended: course.ends, ..TurnOutcome::default() })
    }

    fn settle(&mut self, point: &Point, session: Session, ended: bool) {
        if ended {
            self.sessions.remove(point);
        } else {
            self.sessions.insert(point.clone(), session);
        }
    }

    /// Let the machine decide, and carry out what it asks for. What is done is committed with the turn, but a hand-over,
    /// which is known to somebody before it is promised.
    fn course(
        &mut self,
        session: &Session,
        event: Event,
        transcript: &str,
        now: Time,
        done: &mut Done,
    ) -> Result<Course, ServiceError> {
        let moment = self.moment();
        let queue = self.queue(session.payment.as_ref().map(|payment| payment.id))?;
        let Desk { setting, store, staff, counted, secret, .. } = self;
        let Counted { shop, stock } = counted;
        let approved = approved(setting, store, moment, session)?;
        let payment = session.payment.as_ref();
        let world = World { shop, stock, moment, now, queue, staffed: staff.can_be_told(), approved, payment };
        run(&world, &session.state, event, |state, request| match request {
            Request::HandOver { reason, cart } => {
                if let Some(open) = store.open_handover_of(session.id)? {
                    // For who asks twice nobody is called twice.
                    done.hand_over = Some(open.id);
                    return Ok(Event::HandedOver { told: open.told });
                }
                let said = store.transcript(session.id.0)?;
                let matter = Matter::of(setting, moment, reason, &cart, &said, transcript)?;
                let handover = store.open_handover(&matter.opened(session.id, state.turn, now))?;
                done.hand_over = Some(handover.id);
                // A turn that is tried again calls nobody a second time.
                let told = handover.told || staff.tell(&handover, &said);
                if told && !handover.told {
                    store.told_of_handover(handover.id)?;
                }
                Ok(Event::HandedOver { told })
            }
            request => {
                let (conversation, code) = (session.id, session.code.as_deref());
                let answers =
                    Answers { setting, store, staff, moment, queue, conversation, now, secret: *secret, code };
                if let Request::Place { ready, parts } = &request {
                    let (order, event) = answers.order(ready, parts)?;
                    done.payments = order.as_ref().map_or(vec![], |_| parts.iter().map(payment::recorded).collect());
                    done.order = order;
                    return Ok(event);
                }
                done.stops_payment |= request == Request::StopPayment;
                let event = answers.foreseen(state, request)?;
                if let Event::PutAside { code } = event {
                    done.code = Some(code);
                }
                Ok(event)
            }
        })
    }

    /// The same with nothing carried out.
    pub(super) fn foreseen(&self, session: &Session, event: Event) -> Result<Course, ServiceError> {
        let moment = self.moment();
        let payment = self.payment(session)?;
        let queue = self.queue(payment.as_ref().map(|payment| payment.id))?;
        let Desk { setting, store, staff, counted, secret, .. } = self;
        let now = self.clock.now();
        let Counted { shop, stock } = counted;
        let approved = approved(setting, store, moment, session)?;
        let payment = payment.as_ref();
        let world = World { shop, stock, moment, now, queue, staffed: staff.can_be_told(), approved, payment };
        let (conversation, code) = (session.id, session.code.as_deref());
        let answers = Answers { setting, store, staff, moment, queue, conversation, now, secret: *secret, code };
        run(&world, &session.state, event, |state, request| answers.foreseen(state, request))
    }
}

/// What the requests of a turn came to.
#[derive(Default)]
struct Done {
    order: Option<Order>,
    payments: Vec<NewPayment>,
    stops_payment: bool,
    hand_over: Option<i64>,
    code: Option<u32>,
}
