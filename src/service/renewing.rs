//! The desk gets a new setting while conversations are under way: what stands in their carts goes on, and what the shop no
//! longer has is told with the next answer, as after a restart.

use std::time::Duration;

use super::ServiceError;
use super::desk::{Desk, Point, place};
use super::outbox::Couriers;
use super::paying::Couriers as PaymentCouriers;
use super::session::Session;
use super::setting::Setting;
use super::staff::Staff;
use super::stock::Counted;

/// What a desk can be given anew.
#[derive(Debug, Clone)]
pub struct Renewal {
    pub setting: Setting,
    pub staff: Staff,
    /// See [`Desk::open`].
    pub expires: Duration,
}

impl Desk {
    /// # Errors
    /// Then all is as it was: [`ServiceError::OtherShop`], [`ServiceError::Paying`], or what is wrong with a ticket's template
    /// or with who takes the cards.
    pub fn renew(&mut self, renewal: Renewal) -> Result<(), ServiceError> {
        let Renewal { setting, staff, expires } = renewal;
        if setting.shop.key != self.setting.shop.key {
            return Err(ServiceError::OtherShop(self.setting.shop.key.clone(), setting.shop.key.clone()));
        }
        if self.sessions.values().any(|session| session.state.pays) {
            return Err(ServiceError::Paying);
        }
        setting.shop.outlets.tickets.iter().try_for_each(|to| crate::outbox::check(&setting.language, to))?;
        self.store.adopt(&setting.shop)?;
        let former = std::mem::replace(&mut self.setting, setting);
        if let Err(error) = self.hire_anew().and_then(|()| self.carry_over()) {
            self.setting = former;
            self.hire_anew()?;
            self.carry_over()?;
            return Err(error);
        }
        self.counted = Counted::of(&self.setting.shop);
        self.staff = staff;
        self.expires = i64::try_from(expires.as_millis()).unwrap_or(i64::MAX);
        Ok(())
    }

    /// Couriers are hired for a shop; the former ones leave first, so that nothing is brought twice.
    fn hire_anew(&mut self) -> Result<(), ServiceError> {
        if !self.hires {
            return Ok(());
        }
        self.payments = PaymentCouriers::default();
        self.couriers = Couriers::default();
        self.couriers = Couriers::start(&mut self.store, &self.setting.shop, &self.clock)?;
        let placed = self.couriers.waker();
        self.payments = PaymentCouriers::start(&mut self.store, &self.setting.shop, &self.clock, placed)?;
        Ok(())
    }

    /// Ids in a state mean something only in the shop that they come from: where another is described now, the cart goes on
    /// by the shop's keys.
    fn carry_over(&mut self) -> Result<(), ServiceError> {
        let points: Vec<Point> = self.sessions.keys().cloned().collect();
        for point in points {
            let (at, shop) = (place(&self.setting, &point), &self.setting.shop);
            let Some(saved) = self.store.resume(at, shop, self.clock.now(), self.expires)? else {
                self.sessions.remove(&point);
                continue;
            };
            let Some(session) = self.sessions.get_mut(&point) else { continue };
            if !saved.same_shop {
                let former = std::mem::take(session);
                let Session { touched, handed_over, resumed, .. } = former;
                *session = Session { touched, handed_over, resumed, ..Session::of(saved, touched) };
            }
        }
        Ok(())
    }
}
