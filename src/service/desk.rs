//! The desk: it owns the store and every conversation, one at each point where customers come in. A turn is one
//! transaction: its record, the cart, the state, and the order it places. Should the process die, each conversation goes on
//! from the last turn that was committed, which is the last that was answered. Blocking: a turn waits for the disk.

use std::collections::HashMap;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::commerce::fulfilment::Queue;
use crate::commerce::pricing::{Moment, Quote};
use crate::commerce::saved::Channel;
use crate::dialogue::message::Talk;
use crate::dialogue::{Event, Message, State, expect};
use crate::reply::{self, Reply};
use crate::store::{self, Store};
use crate::understand::{Expect, Redacted, Understanding};

use super::clock::{Clock, Time};
use super::outbox::Couriers;
use super::paying::Couriers as PaymentCouriers;
use super::session::Session;
use super::setting::Setting;
use super::staff::Staff;
use super::stock::Counted;
use super::telling;
use super::{Foresight, Happening, ServiceError, TimerId, TurnOutcome, fulfilment};

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
    pub(super) setting: Setting,
    pub(super) store: Store,
    pub(super) staff: Staff,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) counted: Counted,
    /// A conversation that nobody touched for so long is over, in milliseconds.
    pub(super) expires: i64,
    pub(super) sessions: HashMap<Point, Session>,
    pub(super) swept: Time,
    /// Codes are not to be foreseen from the numbers of conversations.
    pub(super) secret: u64,
    /// Before those of the outbox, whom it wakes. None where all is gone with the process.
    pub(super) payments: PaymentCouriers,
    /// Whether there are couriers at all.
    pub(super) hires: bool,
    /// The same.
    pub(super) couriers: Couriers,
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
        desk.hires = true;
        desk.couriers = Couriers::start(&mut desk.store, &desk.setting.shop, &desk.clock)?;
        let placed = desk.couriers.waker();
        desk.payments = PaymentCouriers::start(&mut desk.store, &desk.setting.shop, &desk.clock, placed)?;
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
            payments: PaymentCouriers::default(),
            hires: false,
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
                self.carry_out(point, session, Event::Unheard, String::new(), Understanding::default(), Instant::now())
            }
            Happening::Timer(id) => match self.sessions.get(point).cloned() {
                Some(mut session) => {
                    session.payment = self.payment(&session)?;
                    // What became of a payment is written down as a turn, though nobody said a word.
                    match &session.payment {
                        Some(payment) if payment.status.is_final() => {
                            let nothing = Understanding::default();
                            self.carry_out(point, session, Event::Timer(id), String::new(), nothing, Instant::now())
                        }
                        _ => self.timer(point, session, Event::Timer(id)),
                    }
                }
                None => Ok(TurnOutcome::default()),
            },
        }
    }

    fn turn(&mut self, point: &Point, transcript: String) -> Result<TurnOutcome, ServiceError> {
        let mut session = self.session(point)?;
        let expected = expect(&self.setting.shop, &session.state);
        // Before anything is kept of it.
        let (transcript, code) = match self.setting.lexicon.redacted(&transcript, &expected) {
            Some(Redacted { text, account }) => (text, account),
            None => (transcript, None),
        };
        session.code = code;
        let begun = Instant::now();
        let understanding = self.setting.lexicon.understand(&transcript, &expected);
        let event = Event::Heard { transcript: transcript.clone(), understanding: understanding.clone() };
        self.carry_out(point, session, event, transcript, understanding, begun)
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
        let redacted = lexicon.redacted(transcript, &expected);
        let transcript = redacted.as_ref().map_or(transcript, |redacted| &redacted.text);
        let understanding = lexicon.understand(transcript, &expected);
        let ending = lexicon.ending(&self.setting.shop, transcript, &understanding, &expected);
        let event = Event::Heard { transcript: transcript.into(), understanding };
        let course = match redacted.as_ref().and_then(|redacted| redacted.account.clone()) {
            Some(code) => self.foreseen(&Session { code: Some(code), ..session.clone() }, event)?,
            None => self.foreseen(session, event)?,
        };
        Ok(Foresight { ending, reply: self.worded(&course.state, &course.said) })
    }

    /// Know of every conversation what is written down, and nothing else, as after a restart.
    pub(super) fn forget(&mut self) {
        self.sessions.clear();
    }

    /// The customer did not hear the end of what was said here last: nothing in it was told, and nothing asked. Written down
    /// with what they say next.
    pub fn unheard(&mut self, point: &Point) {
        if let Some(session) = self.sessions.get_mut(point) {
            session.state.unheard();
        }
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
                Ok(Session { payment: self.payment(session)?, ..session.clone() })
            }
            former => {
                if let Some(id) = former.map(|session| session.id) {
                    // Nobody came back for so long, or a person settled it.
                    self.store.leave(id, now)?;
                }
                self.sessions.remove(point);
                let (place, shop) = (place(&self.setting, point), &self.setting.shop);
                let saved = self.store.conversation(place, shop, now, self.expires)?;
                let session = Session::of(saved, ticks);
                Ok(Session { payment: self.payment(&session)?, ..session })
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
        self.sessions.retain(|_, session| {
            let lives = ticks.saturating_sub(session.touched) <= self.expires;
            if !lives {
                telling::left(&session.state);
            }
            lives
        });
        Ok(self.store.expire(self.clock.now(), self.expires)?)
    }

    /// When it is here.
    pub(super) fn moment(&self) -> Moment {
        Moment::of(self.clock.local())
    }

    pub(super) fn queue(&self, own: Option<i64>) -> Result<Queue, ServiceError> {
        fulfilment::queue(&self.setting.shop, &self.store, self.clock.as_ref(), own)
    }

    pub(super) fn worded(&self, state: &State, said: &[Message]) -> Reply {
        self.quoted(state, &Quote::of(&self.setting.shop, &state.cart, self.moment()), said)
    }

    pub(super) fn quoted(&self, state: &State, quote: &Quote, said: &[Message]) -> Reply {
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

pub(super) fn place<'a>(setting: &'a Setting, point: &'a Point) -> store::Place<'a> {
    store::Place { shop: &setting.shop.key, channel: point.channel, point: &point.name }
}
