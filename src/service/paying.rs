//! Payments by another machine. Each is recorded with its order; this courier, on a thread of its own, brings it to whoever takes
//! cards, asks how it stands until that is known, and settles it. What is not known is never taken for declined: it is asked
//! about again, under the same id, so that nobody pays twice, and nobody for an order that is void.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::SyncSender;
use std::time::{Duration, Instant};

use crate::commerce::payment::{Decline, PaymentStatus};
use crate::money::Money;
use crate::payment::news::{self, Listener};
use crate::payment::{Ask, AskRefund, Given, Provider, ProviderError, Seen, Stands, provider};
use crate::shop::{CardProvider, Shop};
use crate::store::{Ending, OpenPayment, Settling, Store, StoreError, StoredRefund, Unanswered};

use super::ServiceError;
use super::clock::{Clock, Time};
use super::courier::{self, AtWork, LEAVING};
use super::new_id;

/// How long somebody may take with their card, and by a link, before it is given up.
pub const CARD_LIMIT: Time = 60_000;
pub const LINK_LIMIT: Time = 10 * 60_000;
/// How often it is asked how it stands: while somebody holds their card, later, and long after it should have ended.
const OFTEN: Time = 1_000;
const LATER: Time = 3_000;
const RARELY: Time = 60_000;
/// The first wait where no answer came, the longest while somebody waits, and the longest; each is twice the one before.
const FIRST_WAIT: Time = 500;
const LONGEST_WHILE_WAITED_FOR: Time = 4_000;
const LONGEST_WAIT: Time = 5 * 60_000;
/// The other side may ask for more than that, within reason.
const LONGEST_ASKED: Time = 15 * 60_000;
/// Should this program die while it asks, it is asked about again then, or at the next start.
const ASKING: Time = 30_000;
/// News are heeded no more often than this.
const APART: Time = 300;
/// So many tries without an answer are told of again.
const TOLD_AGAIN: u32 = 10;

/// Whether whoever takes cards can be reached and lets us in; what to tell the owner, either way. Blocking.
pub fn check(of: &CardProvider) -> Result<String, String> {
    provider(of).check().map_err(|error| error.to_string())
}

/// The courier, and who hears news for it.
#[derive(Debug, Default)]
pub struct Couriers {
    listener: Option<Listener>,
    wake: Option<SyncSender<()>>,
    at_work: Option<AtWork>,
}

impl Couriers {
    /// Begin with what is left from before. `placed` is called when an order has been paid.
    pub fn start(
        store: &mut Store,
        shop: &Shop,
        clock: &Arc<dyn Clock>,
        placed: impl Fn() + Send + 'static,
    ) -> Result<Couriers, ServiceError> {
        let now = clock.now();
        store.take_up_payments(&shop.key, now)?;
        let Some(card) = &shop.payments.card else {
            let left = store.due_payment(&shop.key, now)?.is_ok() || store.due_refund(&shop.key, now)?.is_ok();
            if left {
                tracing::error!(
                    "payments or refunds by card are not settled, and the shop has nobody who takes cards any more. Put \
                     [payment.card] back into the description until `saycart payments list` names none"
                );
            }
            return Ok(Couriers::default());
        };
        let courier = Courier::new(Store::open_beside(store.path())?, shop, provider(card), clock.clone(), placed);
        let news = courier.news.clone();
        let (at_work, wake) = AtWork::hire(courier)?;
        let listener = match card {
            CardProvider::Stripe(stripe) => stripe.news.as_ref().and_then(|(at, secret)| hear(at, secret, news, &wake)),
            CardProvider::Command(_) => None,
        };
        let couriers = Couriers { listener, wake: Some(wake), at_work: Some(at_work) };
        couriers.wake();
        Ok(couriers)
    }

    /// Where news are heard.
    pub fn hears_at(&self) -> Option<SocketAddr> {
        self.listener.as_ref().map(Listener::address)
    }

    /// There is something new, or something is to be given up.
    pub fn wake(&self) {
        // Who is awake already looks again.
        if let Some(courier) = &self.wake {
            let _ = courier.try_send(());
        }
    }
}

impl Drop for Couriers {
    /// What was asked may be answered; what takes longer is asked about at the next start.
    fn drop(&mut self) {
        self.listener = None;
        self.wake = None;
        if let Some(at_work) = self.at_work.take() {
            at_work.leave(Instant::now() + LEAVING);
        }
    }
}

/// Without news it only takes a little longer.
fn hear(address: &str, secret: &Path, heeded: Arc<AtomicBool>, wake: &SyncSender<()>) -> Option<Listener> {
    let wake = wake.clone();
    let heard = move || {
        heeded.store(true, Ordering::Release);
        let _ = wake.try_send(());
    };
    Listener::start(address, secret, news::PATIENCE, heard).inspect_err(|error| tracing::error!("{error}")).ok()
}

impl courier::Courier for Courier {
    const LOOK: Duration = Duration::from_secs(15);
    const NAME: &'static str = "payments";

    fn clock(&self) -> &dyn Clock {
        &*self.clock
    }

    fn brings(&self) -> String {
        "what is paid by card".into()
    }

    fn round(&mut self) -> Result<Option<Time>, StoreError> {
        Courier::round(self)
    }
}

/// Brings payments and refunds of a shop to whoever takes its cards.
pub struct Courier {
    store: Store,
    shop: String,
    name: String,
    provider: Box<dyn Provider>,
    clock: Arc<dyn Clock>,
    placed: Box<dyn Fn() + Send>,
    news: Arc<AtomicBool>,
}

impl Courier {
    pub fn new(
        store: Store,
        shop: &Shop,
        provider: Box<dyn Provider>,
        clock: Arc<dyn Clock>,
        placed: impl Fn() + Send + 'static,
    ) -> Courier {
        let (shop, name) = (shop.key.clone(), shop.name.clone());
        Courier { store, shop, name, provider, clock, placed: Box::new(placed), news: Arc::default() }
    }

    pub fn store(&mut self) -> &mut Store {
        &mut self.store
    }

    /// Ask about all that is due, each once. When the next is due, if anything is open.
    pub fn round(&mut self) -> Result<Option<Time>, StoreError> {
        let now = self.clock.now();
        if self.news.swap(false, Ordering::AcqRel) {
            self.store.hasten_payments(&self.shop, APART, now)?;
        }
        let payment = loop {
            match self.store.due_payment(&self.shop, now)? {
                Ok(payment) => self.payment(&payment)?,
                Err(next) => break next,
            }
        };
        let refund = loop {
            match self.store.due_refund(&self.shop, now)? {
                Ok(refund) => self.refund(&refund)?,
                Err(next) => break next,
            }
        };
        Ok([payment, refund].into_iter().flatten().min())
    }

    fn payment(&mut self, payment: &OpenPayment) -> Result<(), StoreError> {
        let now = self.clock.now();
        let late = now >= payment.deadline();
        if (payment.canceling || late) && !payment.asked {
            // Nothing of it has ever left this machine.
            let ending = payment.given_up(late);
            return self.settle(payment, ending, Settling::default());
        }
        self.store.try_payment(&payment.id, now + ASKING, now)?;
        let title = format!("{} {}", self.name, payment.number);
        let ask = Ask {
            id: &payment.id,
            order: payment.order,
            title: title.trim(),
            amount: payment.amount,
            currency: &payment.currency,
            reference: payment.reference.as_deref(),
            began: payment.created_at,
            now,
        };
        let seen = match (payment.canceling || late, payment.status) {
            (true, _) => self.provider.cancel(&ask),
            (false, PaymentStatus::Pending) => self.provider.look(&ask),
            (false, _) => self.provider.begin(&ask),
        };
        match seen {
            Ok(seen) => self.believe(payment, &seen, late),
            Err(error) => self.unanswered(payment, &error),
        }
    }

    fn believe(&mut self, payment: &OpenPayment, seen: &Seen, late: bool) -> Result<(), StoreError> {
        let now = self.clock.now();
        let reference = seen.reference.as_deref();
        let with = Settling { reference, trouble: None };
        match &seen.stands {
            Stands::Waits { link } => {
                let again = now + poll(now - payment.created_at);
                self.store.payment_waits(&payment.id, reference, link.as_deref(), again, now)
            }
            Stands::Paid { amount, currency } => {
                let trouble = payment.other_amount(*amount, currency);
                if let Some(trouble) = &trouble {
                    tracing::error!("order {}: {trouble}", payment.number);
                }
                // So much in another currency could not be given back from here.
                let taken = if *currency == payment.currency { *amount } else { Money::ZERO };
                self.settle(payment, Ending::Succeeded(taken), Settling { reference, trouble: trouble.as_deref() })
            }
            Stands::Declined(decline) => self.settle(payment, Ending::Declined(*decline), with),
            Stands::Canceled => self.settle(payment, payment.given_up(late), with),
        }
    }

    fn settle(&mut self, payment: &OpenPayment, ending: Ending, with: Settling<'_>) -> Result<(), StoreError> {
        let now = self.clock.now();
        if !self.store.settle_payment(&payment.id, ending, with, new_id, now)? {
            return Ok(());
        }
        match ending {
            Ending::Succeeded(_) => {
                tracing::info!("order {} is paid", payment.number);
                (self.placed)();
            }
            Ending::Declined(why) => {
                tracing::info!("the payment of order {} came to nothing ({why:?})", payment.number)
            }
            Ending::Canceled => tracing::info!("the payment of order {} was given up", payment.number),
        }
        Ok(())
    }

    fn unanswered(&mut self, payment: &OpenPayment, error: &ProviderError) -> Result<(), StoreError> {
        let now = self.clock.now();
        let asked = payment.asked || !error.changed_nothing();
        let number = payment.number;
        if let ProviderError::Refused(why) = error
            && !asked
        {
            tracing::error!("order {number} cannot be paid by card: {why}");
            let ending = Ending::Declined(Decline::Unavailable);
            return self.settle(payment, ending, Settling { reference: None, trouble: Some(why) });
        }
        match payment.failures {
            0 => {
                tracing::error!("it is not known how the payment of order {number} stands: {error}. It is asked again")
            }
            TOLD_AGAIN => tracing::error!(
                "it is still not known how the payment of order {number} stands: {error}. See `saycart payments list`"
            ),
            _ => tracing::debug!("it is not known how the payment of order {number} stands: {error}"),
        }
        let longest = if now < payment.deadline() { LONGEST_WHILE_WAITED_FOR } else { LONGEST_WAIT };
        let mut again_at = now + wait(payment.failures, longest, error);
        if !asked && now < payment.deadline() {
            // Then it ends, whoever answers.
            again_at = again_at.min(payment.deadline());
        }
        self.store.payment_unanswered(&payment.id, &Unanswered { why: &error.to_string(), asked, again_at }, now)
    }

    fn refund(&mut self, refund: &StoredRefund) -> Result<(), StoreError> {
        let now = self.clock.now();
        let Some(paid) = &refund.paid else {
            let why = "the provider's name for the payment is not known; give it back by hand";
            tracing::error!("a refund cannot be made: {why}. See `saycart payments list`");
            return self.store.settle_refund(&refund.id, None, Some(why), now);
        };
        self.store.try_refund(&refund.id, now + ASKING, now)?;
        let given = self.provider.refund(&AskRefund {
            id: &refund.id,
            payment: paid,
            amount: refund.amount,
            currency: &refund.currency,
            reference: refund.reference.as_deref(),
            began: refund.created_at,
            now,
        });
        let now = self.clock.now();
        match given {
            Ok(Given::Done { reference }) => self.store.settle_refund(&refund.id, reference.as_deref(), None, now),
            Ok(Given::Waits { reference }) => {
                self.store.refund_waits(&refund.id, reference.as_deref(), None, now + RARELY, now)
            }
            Ok(Given::Declined { reference, why }) => {
                tracing::error!("a refund did not go back ({why}): give it back by hand. See `saycart payments list`");
                self.store.settle_refund(&refund.id, reference.as_deref(), Some(&why), now)
            }
            Err(error) => {
                if [0, TOLD_AGAIN].contains(&refund.failures) {
                    tracing::error!("a refund has not gone back: {error}. It is tried again");
                }
                let again = now + wait(refund.failures, LONGEST_WAIT, &error);
                self.store.refund_waits(&refund.id, None, Some(&error.to_string()), again, now)
            }
        }
    }
}

impl OpenPayment {
    /// When it is given up: whoever pays by a link has longer.
    fn deadline(&self) -> Time {
        self.created_at + if self.link.is_some() { LINK_LIMIT } else { CARD_LIMIT }
    }

    /// What ended it where nothing was taken. In time it is told from who never came to be asked for a card.
    fn given_up(&self, late: bool) -> Ending {
        match (self.canceling, late, self.status) {
            (false, true, PaymentStatus::Begun) => Ending::Declined(Decline::Unavailable),
            (false, true, _) => Ending::Declined(Decline::TimedOut),
            (true, ..) | (false, false, _) => Ending::Canceled,
        }
    }

    fn other_amount(&self, taken: Money, currency: &str) -> Option<String> {
        let wrong = taken != self.amount || currency != self.currency;
        wrong.then(|| {
            format!(
                "{} {currency} (in its smallest unit) were taken where {} {} were asked for. Look at the payment at the \
                 provider, and set it right there",
                taken.0, self.amount.0, self.currency
            )
        })
    }
}

/// So long after it began.
fn poll(age: Time) -> Time {
    match age {
        _ if age <= CARD_LIMIT => OFTEN,
        _ if age <= LINK_LIMIT => LATER,
        _ => RARELY,
    }
}

/// After so many failures before, and what the other side wishes.
fn wait(failures: u32, longest: Time, error: &ProviderError) -> Time {
    let asked = error.after().map_or(0, |after| Time::try_from(after.as_millis()).unwrap_or(LONGEST_ASKED));
    FIRST_WAIT.saturating_mul(1 << failures.min(20)).min(longest).max(asked.min(LONGEST_ASKED))
}
