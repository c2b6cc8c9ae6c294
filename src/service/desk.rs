//! The desk: it owns the store and every conversation, one at each point where customers come in. A turn is one
//! transaction: its record, the cart, the state, and the order it places. Should the process die, each conversation goes on
//! from the last turn that was committed, which is the last that was answered. Blocking: a turn waits for the disk.

use std::collections::HashMap;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::commerce::order::Order;
use crate::commerce::pricing::{Customer, Moment, Occasion, Quote};
use crate::commerce::saved::Channel;
use crate::dialogue::message::Talk;
use crate::dialogue::{Event, Message, Request, State, World, expect};
use crate::reply::{self, Reply};
use crate::store::{self, ConversationId, Store, TurnCommit};
use crate::understand::{Expect, Understanding};

use super::approval::approved;
use super::clock::{Clock, Time};
use super::effects::{Answers, Course, Matter, run};
use super::outbox::{self, Couriers};
use super::session::Session;
use super::setting::Setting;
use super::staff::Staff;
use super::stock::{self, Counted};
use super::view::TurnView;
use super::{Foresight, Happening, ServiceError, TimerId, TurnOutcome};

/// How often what expired is looked for, in milliseconds.
const SWEEP: i64 = 60_000;

/// Where a customer stands: a channel, and which of several of its kind.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Point {
    pub channel: Channel,
    /// Mostly empty; "kiosk 2", "table 7".
    pub name: String,
}

impl Point {
    /// The only one of its channel.
    pub fn only(channel: Channel) -> Point {
        Point { channel, name: String::new() }
    }
}

#[derive(Debug)]
pub struct Desk {
    setting: Setting,
    store: Store,
    staff: Staff,
    clock: Arc<dyn Clock>,
    counted: Counted,
    /// A conversation that nobody touched for so long is over, in milliseconds.
    expires: i64,
    sessions: HashMap<Point, Session>,
    swept: Time,
    /// Codes are not to be foreseen from the numbers of conversations.
    secret: u64,
    /// None where all is gone with the process.
    couriers: Couriers,
}

impl Desk {
    /// On this database, as the only one that serves from it. Carts that nobody touched for `expires` are gone.
    pub fn open(
        setting: Setting,
        database: &Path,
        staff: Staff,
        clock: Arc<dyn Clock>,
        expires: Duration,
    ) -> Result<Desk, ServiceError> {
        let mut desk = Desk::on(Store::open(database)?, setting, staff, clock, expires)?;
        desk.couriers = Couriers::start(&mut desk.store, &desk.setting.shop, &desk.clock)?;
        Ok(desk)
    }

    /// All is gone with the process: for scenarios and measurements, through the same code.
    pub fn in_memory(
        setting: Setting,
        staff: Staff,
        clock: Arc<dyn Clock>,
        expires: Duration,
    ) -> Result<Desk, ServiceError> {
        Desk::on(Store::in_memory()?, setting, staff, clock, expires)
    }

    fn on(
        mut store: Store,
        setting: Setting,
        staff: Staff,
        clock: Arc<dyn Clock>,
        expires: Duration,
    ) -> Result<Desk, ServiceError> {
        store.adopt(&setting.shop)?;
        setting.shop.outlets.tickets.iter().try_for_each(|to| crate::outbox::check(&setting.language, to))?;
        let expires = i64::try_from(expires.as_millis()).unwrap_or(i64::MAX);
        let swept = clock.ticks();
        let counted = Counted::of(&setting.shop);
        Ok(Desk {
            setting,
            store,
            staff,
            clock,
            counted,
            expires,
            sessions: HashMap::new(),
            swept,
            secret: RandomState::new().build_hasher().finish(),
            couriers: Couriers::default(),
        })
    }

    pub fn setting(&self) -> &Setting {
        &self.setting
    }

    /// Somebody comes, or the program comes back: go on with the conversation under way here, or begin one. Returns what to
    /// say first.
    pub fn enter(&mut self, point: &Point) -> Result<Welcome, ServiceError> {
        let session = self.session(point)?;
        if session.resumed && session.is_idle() {
            // All was said before the program ended: who comes now is another customer.
            return self.start_over(point);
        }
        let event = if session.resumed { Event::Resumed } else { Event::Started };
        self.open_with(point, session, event)
    }

    /// Leave what is under way here, and begin anew.
    pub fn start_over(&mut self, point: &Point) -> Result<Welcome, ServiceError> {
        let now = self.clock.now();
        let saved = self.store.begin(place(&self.setting, point), &self.setting.shop, now)?;
        self.open_with(point, Session::of(saved, self.clock.ticks()), Event::Started)
    }

    fn open_with(&mut self, point: &Point, mut session: Session, event: Event) -> Result<Welcome, ServiceError> {
        let lost = session.losses();
        let course = self.foreseen(&session, event)?;
        let said: Vec<Message> = lost.into_iter().chain(course.said).collect();
        let reply = self.worded(&course.state, &said);
        session.state = course.state;
        self.sessions.insert(point.clone(), session);
        Ok(Welcome { reply, timer: course.timer })
    }

    /// The last word is said: the next time, a new conversation begins here. The cart stays for who comes back for it.
    pub fn leave(&mut self, point: &Point) -> Result<(), ServiceError> {
        if let Some(session) = self.sessions.get(point) {
            self.store.leave(session.id, self.clock.now())?;
        }
        self.sessions.remove(point);
        Ok(())
    }

    /// What was left here last is under way again.
    pub fn reopen(&mut self, point: &Point) -> Result<(), ServiceError> {
        self.sessions.remove(point);
        Ok(self.store.reopen(place(&self.setting, point))?)
    }

    /// Something happens here. On an error nothing has changed but that a person may have been called (once, however often
    /// the same is told again), and [`Desk::trouble`] may be said.
    pub fn tell(&mut self, point: &Point, happening: Happening) -> Result<TurnOutcome, ServiceError> {
        self.sweep()?;
        match happening {
            Happening::Heard(transcript) => self.turn(point, transcript),
            Happening::Unheard => {
                let session = self.session(point)?;
                self.carry_out(point, session, Event::Unheard, String::new(), Understanding::default(), Duration::ZERO)
            }
            Happening::Timer(id) => self.timer(point, Event::Timer(id)),
        }
    }

    fn turn(&mut self, point: &Point, transcript: String) -> Result<TurnOutcome, ServiceError> {
        // Before anything is kept of it.
        let transcript = self.setting.lexicon.redacted(&transcript).unwrap_or(transcript);
        let session = self.session(point)?;
        let begun = Instant::now();
        let understanding = self.setting.lexicon.understand(&transcript, &expect(&self.setting.shop, &session.state));
        let understood = begun.elapsed();
        let event = Event::Heard { transcript: transcript.clone(), understanding: understanding.clone() };
        self.carry_out(point, session, event, transcript, understanding, understood)
    }

    /// What would come of these words here if nothing followed them. Nothing is carried out.
    pub fn foresee(&self, point: &Point, transcript: &str) -> Result<Foresight, ServiceError> {
        let fresh;
        let session = match self.sessions.get(point) {
            Some(session) => session,
            None => {
                fresh = Session::default();
                &fresh
            }
        };
        let (lexicon, expected) = (&self.setting.lexicon, expect(&self.setting.shop, &session.state));
        let redacted = lexicon.redacted(transcript);
        let transcript = redacted.as_deref().unwrap_or(transcript);
        let understanding = lexicon.understand(transcript, &expected);
        let ending = lexicon.ending(&self.setting.shop, transcript, &understanding, &expected);
        let course = self.foreseen(session, Event::Heard { transcript: transcript.into(), understanding })?;
        Ok(Foresight { ending, reply: self.worded(&course.state, &course.said) })
    }

    /// What understanding, and the recogniser, should prefer to hear here now.
    pub fn expect(&self, point: &Point) -> Expect {
        self.sessions.get(point).map(|session| expect(&self.setting.shop, &session.state)).unwrap_or_default()
    }

    /// What to say when a turn could not be committed, and why.
    pub fn trouble(&self, point: &Point, full: bool) -> Reply {
        let fresh = State::default();
        let said = if full { Talk::NoRoom } else { Talk::Trouble };
        self.worded(self.state(point).unwrap_or(&fresh), &[said.into()])
    }

    /// `None` where nobody is.
    pub fn state(&self, point: &Point) -> Option<&State> {
        self.sessions.get(point).map(|session| &session.state)
    }

    pub fn store(&self) -> &Store {
        &self.store
    }

    #[cfg(test)]
    pub(super) fn into_store(self) -> Store {
        self.store
    }

    /// The conversation under way here, or a new one.
    fn session(&mut self, point: &Point) -> Result<Session, ServiceError> {
        let (now, ticks) = (self.clock.now(), self.clock.ticks());
        match self.sessions.get(point) {
            Some(session) if ticks.saturating_sub(session.touched) <= self.expires && !self.is_settled(session)? => {
                Ok(session.clone())
            }
            former => {
                if let Some(id) = former.map(|session| session.id) {
                    // Nobody came back for so long, or a person settled it.
                    self.store.leave(id, now)?;
                }
                self.sessions.remove(point);
                let (place, shop) = (place(&self.setting, point), &self.setting.shop);
                let saved = self.store.conversation(place, shop, now, self.expires)?;
                Ok(Session::of(saved, ticks))
            }
        }
    }

    /// Whether a person took the conversation over, and closed it.
    fn is_settled(&self, session: &Session) -> Result<bool, ServiceError> {
        Ok(session.handed_over && self.store.is_settled(session.id)?)
    }

    /// What nobody came back to is over: its cart is gone, and whoever comes next is a new customer.
    fn sweep(&mut self) -> Result<(), ServiceError> {
        let ticks = self.clock.ticks();
        if ticks.saturating_sub(self.swept) < SWEEP.min(self.expires) {
            return Ok(());
        }
        self.swept = ticks;
        self.sessions.retain(|_, session| ticks.saturating_sub(session.touched) <= self.expires);
        Ok(self.store.expire(self.clock.now(), self.expires)?)
    }

    fn carry_out(
        &mut self,
        point: &Point,
        mut session: Session,
        event: Event,
        transcript: String,
        understanding: Understanding,
        understood: Duration,
    ) -> Result<TurnOutcome, ServiceError> {
        let begun = Instant::now();
        let (now, ticks) = (self.clock.now(), self.clock.ticks());
        let lost = session.losses();
        let mut done = Done::default();
        self.counted.look(&self.store, &self.setting.shop, session.id, now)?;
        let mut course = self.course(&session, event, &transcript, now, &mut done)?;
        course.said.splice(0..0, lost);
        let quote = Quote::of(&self.setting.shop, &course.state.cart, &self.occasion());
        let reply = self.quoted(&course.state, &quote, &course.said);
        let mut view = TurnView::of(&self.setting, &transcript, &understanding, &course.state.cart, &quote, &reply);
        view.time("understand", understood);
        view.time("dialogue", begun.elapsed());
        let begun = Instant::now();
        let told = done.order.as_ref().map(|order| outbox::parcels(&self.setting, order, self.clock.local()));
        let committed = self.store.commit_turn(&TurnCommit {
            conversation: session.id,
            turn: course.state.turn,
            shop: &self.setting.shop,
            cart: &course.state.cart,
            state: &serde_json::to_string(&course.state)?,
            transcript: &transcript,
            acts: &serde_json::to_string(&view.acts)?,
            reply: &reply.text,
            times: &serde_json::to_string(&view.times_ms)?,
            takes_stock: &self.counted.takes(&course.state, done.order.is_some()),
            held_until: stock::held_until(&course.state, now),
            parcels: &told.transpose()?.unwrap_or_default(),
            order: done.order.as_ref(),
            idempotency_key: None,
            ended: course.ends,
            put_aside: done.code,
            takes: course.takes.map(|parked| ConversationId(parked.0)),
            now,
        })?;
        view.time("store", begun.elapsed());
        if committed.order.is_some() {
            self.couriers.wake();
        }
        view.order = committed.order.map(Into::into);
        session.state = course.state;
        session.touched = ticks;
        session.handed_over |= done.hand_over.is_some();
        self.settle(point, session, course.ends);
        let (timer, ended) = (course.timer, course.ends);
        Ok(TurnOutcome { view, reply, understanding, order: committed.order, hand_over: done.hand_over, timer, ended })
    }

    /// Silence: nothing to write down, unless it ends the conversation.
    fn timer(&mut self, point: &Point, event: Event) -> Result<TurnOutcome, ServiceError> {
        let Some(mut session) = self.sessions.get(point).cloned() else { return Ok(TurnOutcome::default()) };
        let now = self.clock.now();
        let mut done = Done::default();
        let course = self.course(&session, event, "", now, &mut done)?;
        let reply = self.worded(&course.state, &course.said);
        match (course.ends, done.code) {
            (true, Some(code)) => self.store.put_aside(session.id, code, now)?,
            (true, None) => self.store.leave(session.id, now)?,
            (false, _) => {}
        }
        session.state = course.state;
        self.settle(point, session, course.ends);
        Ok(TurnOutcome { reply, timer: course.timer, ended: course.ends, ..TurnOutcome::default() })
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
        let occasion = &self.occasion();
        let Desk { setting, store, staff, counted, secret, .. } = self;
        let Counted { shop, stock } = counted;
        let approved = approved(setting, store, occasion, session)?;
        let world = World { shop, stock, occasion, now, staffed: staff.can_be_told(), approved };
        run(&world, &session.state, event, |state, request| match request {
            Request::HandOver { reason, cart } => {
                if let Some(open) = store.open_handover_of(session.id)? {
                    // For who asks twice nobody is called twice.
                    done.hand_over = Some(open.id);
                    return Ok(Event::HandedOver { told: open.told });
                }
                let said = store.transcript(session.id.0)?;
                let matter = Matter::of(setting, occasion, reason, &cart, &said, transcript)?;
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
                let answers =
                    Answers { setting, store, staff, occasion, conversation: session.id, now, secret: *secret };
                if let Request::Place(ready) = &request {
                    let (order, event) = answers.order(ready)?;
                    done.order = Some(order);
                    return Ok(event);
                }
                let event = answers.foreseen(state, request)?;
                if let Event::PutAside { code } = event {
                    done.code = Some(code);
                }
                Ok(event)
            }
        })
    }

    /// The same with nothing carried out.
    fn foreseen(&self, session: &Session, event: Event) -> Result<Course, ServiceError> {
        let occasion = &self.occasion();
        let Desk { setting, store, staff, counted, secret, .. } = self;
        let now = self.clock.now();
        let Counted { shop, stock } = counted;
        let approved = approved(setting, store, occasion, session)?;
        let world = World { shop, stock, occasion, now, staffed: staff.can_be_told(), approved };
        let answers = Answers { setting, store, staff, occasion, conversation: session.id, now, secret: *secret };
        run(&world, &session.state, event, |state, request| answers.foreseen(state, request))
    }

    /// When it is here. Nobody is known by more than the name that they say.
    fn occasion(&self) -> Occasion {
        Occasion { moment: Moment::of(self.clock.local()), customer: Customer::default() }
    }

    fn worded(&self, state: &State, said: &[Message]) -> Reply {
        self.quoted(state, &Quote::of(&self.setting.shop, &state.cart, &self.occasion()), said)
    }

    fn quoted(&self, state: &State, quote: &Quote, said: &[Message]) -> Reply {
        reply::reply(&self.setting.shop, &self.setting.language, state.turn, quote, said)
    }
}

/// What to say to who comes in.
#[derive(Debug, Clone)]
pub struct Welcome {
    pub reply: Reply,
    /// As of a turn; see [`TurnOutcome::timer`].
    pub timer: Option<(TimerId, u32)>,
}

/// What the requests of a turn came to.
#[derive(Default)]
struct Done {
    order: Option<Order>,
    hand_over: Option<i64>,
    code: Option<u32>,
}

fn place<'a>(setting: &'a Setting, point: &'a Point) -> store::Place<'a> {
    store::Place { shop: &setting.shop.key, channel: point.channel, point: &point.name }
}
