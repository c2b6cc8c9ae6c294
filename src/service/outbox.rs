//! What is to be told elsewhere of an order. It is recorded with the order, in the same transaction, and brought there
//! afterwards by a courier an outlet, each on a thread of its own: at least once, again after ever longer waits, and taken up
//! at the next start. A try is recorded before it is made and settled after it.

#[cfg(test)]
mod tests;

use std::path::Path;
use std::sync::mpsc::SyncSender;
use std::sync::{Arc, Weak};
use std::time::{Duration, Instant};

use crate::commerce::order::Order;
use crate::outbox::{self, Outlet, Parcel};
use crate::shop::Shop;
use crate::store::{NewParcel, Store, StoreError, StoredParcel};

use super::clock::{Clock, Time};
use super::courier::{self, AtWork, LEAVING};
use super::setting::Setting;
use super::{ServiceError, new_id};

/// The first wait after a failure, and the longest; each is twice the one before.
const FIRST_WAIT: Time = 1_000;
const LONGEST_WAIT: Time = 5 * 60_000;
/// What has not arrived in a day is given up: nobody cooks yesterday's orders.
const GIVEN_UP: Time = 24 * 3_600_000;

/// All outlets of a shop.
pub fn outlets(shop: &Shop) -> impl Iterator<Item = Outlet> + '_ {
    let tickets = shop.outlets.tickets.iter().cloned().map(Outlet::Ticket);
    tickets.chain(shop.outlets.webhooks.iter().cloned().map(Outlet::Webhook))
}

/// What is to be told of an order that is about to be placed. `local`: see [`Clock::local`].
pub(super) fn parcels(setting: &Setting, order: &Order, local: Time) -> Result<Vec<NewParcel>, ServiceError> {
    let Setting { shop, language, .. } = setting;
    let mut parcels = vec![];
    for outlet in outlets(shop) {
        let id = new_id();
        let payload = match &outlet {
            Outlet::Ticket(to) => outbox::ticket(shop, language, to, order, &id, local)?,
            Outlet::Webhook(_) => Some(outbox::event(order)?),
        };
        parcels.extend(payload.map(|payload| NewParcel { id, outlet: outlet.key().into(), payload }));
    }
    Ok(parcels)
}

/// One courier an outlet.
#[derive(Debug, Default)]
pub(super) struct Couriers {
    wake: Arc<Vec<SyncSender<()>>>,
    at_work: Vec<AtWork>,
}

impl Couriers {
    /// Begin with what is left from before.
    pub fn start(store: &mut Store, shop: &Shop, clock: &Arc<dyn Clock>) -> Result<Couriers, ServiceError> {
        let outlets: Vec<Outlet> = outlets(shop).collect();
        let keys: Vec<&str> = outlets.iter().map(Outlet::key).collect();
        let gone = "the shop has no ticket or webhook of this name any more";
        let now = clock.now();
        match store.give_up_parcels_but(&shop.key, &keys, gone, now)? {
            0 => {}
            n => tracing::warn!("{n} messages wait for outlets that the shop has no more; see `saycart outbox list`"),
        }
        store.take_up_parcels(&shop.key, now)?;
        let mut couriers = Couriers::default();
        for outlet in outlets {
            couriers.hire(store.path(), &shop.key, outlet, clock.clone())?;
        }
        couriers.wake();
        Ok(couriers)
    }

    fn hire(&mut self, database: &Path, shop: &str, outlet: Outlet, clock: Arc<dyn Clock>) -> Result<(), ServiceError> {
        let courier = Courier { store: Store::open_beside(database)?, shop: shop.into(), outlet, clock };
        let (at_work, wake) = AtWork::hire(courier)?;
        Arc::make_mut(&mut self.wake).push(wake);
        self.at_work.push(at_work);
        Ok(())
    }

    /// There is something new.
    pub fn wake(&self) {
        wake(&self.wake);
    }

    /// For who makes something new beside the desk, and does not outlive it.
    pub fn waker(&self) -> impl Fn() + Send + Sync + 'static {
        let all: Weak<Vec<SyncSender<()>>> = Arc::downgrade(&self.wake);
        move || {
            if let Some(all) = all.upgrade() {
                wake(&all);
            }
        }
    }
}

fn wake(all: &[SyncSender<()>]) {
    // Who is awake already looks again.
    for courier in all {
        let _ = courier.try_send(());
    }
}

impl Drop for Couriers {
    /// What is on its way may arrive; what takes longer is tried again at the next start.
    fn drop(&mut self) {
        self.wake = Arc::default();
        let until = Instant::now() + LEAVING;
        self.at_work.drain(..).for_each(|one| one.leave(until));
    }
}

/// Brings what waits for one outlet.
pub(super) struct Courier {
    pub store: Store,
    pub shop: String,
    pub outlet: Outlet,
    pub clock: Arc<dyn Clock>,
}

impl courier::Courier for Courier {
    const LOOK: Duration = Duration::from_secs(30);
    const NAME: &'static str = "courier";

    fn clock(&self) -> &dyn Clock {
        &*self.clock
    }

    fn brings(&self) -> String {
        format!("what waits for `{}`", self.outlet.key())
    }

    /// Bring all that is due, until something does not arrive. When the next is due, if anything waits.
    fn round(&mut self) -> Result<Option<Time>, StoreError> {
        loop {
            let now = self.clock.now();
            let parcel = match self.store.due_parcel(&self.shop, self.outlet.key(), now)? {
                Ok(parcel) => parcel,
                Err(next) => return Ok(next),
            };
            let again = now.saturating_add(wait(parcel.tries));
            self.store.try_parcel(&parcel.id, again, now)?;
            if !self.bring(&parcel, now)? {
                return Ok(Some(again));
            }
        }
    }
}

impl Courier {
    /// `false`: this outlet is in trouble; whatever else waits for it would be, too.
    fn bring(&mut self, parcel: &StoredParcel, now: Time) -> Result<bool, StoreError> {
        let StoredParcel { id, order, payload, .. } = parcel;
        let sent = self.outlet.send(&Parcel { id, order: *order, payload, now });
        let (key, now) = (self.outlet.key(), self.clock.now());
        let Err(error) = sent else {
            if parcel.tries > 0 {
                tracing::info!("order {order} has arrived at `{key}`, at try {}", parcel.tries + 1);
            }
            self.store.settle_parcel(id, None, false, now)?;
            return Ok(true);
        };
        let last = error.is_final() || now.saturating_sub(parcel.created_at) > GIVEN_UP;
        match (last, parcel.tries) {
            (true, _) => {
                tracing::error!("order {order} never arrived at `{key}`: {error}. `saycart outbox retry` tries again")
            }
            (false, 0) => tracing::error!("order {order} has not arrived at `{key}`: {error}. It is tried again"),
            (false, _) => tracing::debug!("order {order} has not arrived at `{key}`: {error}"),
        }
        self.store.settle_parcel(id, Some(&error.to_string()), last, now)?;
        Ok(last)
    }
}

/// After so many tries before.
fn wait(tries: u32) -> Time {
    FIRST_WAIT.saturating_mul(1 << tries.min(20)).min(LONGEST_WAIT)
}
