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

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::super::{Channel, HandClock, Happening};
    use super::*;
    use crate::lang::Language;
    use crate::shop::Shop;

    const EXPIRES: Duration = Duration::from_secs(7_200);

    fn of(shop: Shop) -> Renewal {
        let setting = Setting::new(shop, Language::load("en").expect("English is built in"));
        Renewal { setting, staff: Staff::default(), expires: EXPIRES }
    }

    fn at_work() -> (Desk, Point) {
        let Renewal { setting, staff, expires } = of(crate::dialogue::testing::shop());
        let clock = Arc::new(HandClock::new(1_800_000_000_000));
        (Desk::in_memory(setting, staff, clock, expires).expect("the desk opens"), Point::only(Channel::Voice))
    }

    fn titles(desk: &Desk, point: &Point) -> Vec<String> {
        let cart = desk.state(point).map(|state| state.cart.lines.as_slice()).unwrap_or_default();
        cart.iter().map(|line| desk.setting().shop.item(line.item).key.clone()).collect()
    }

    #[test]
    fn the_cart_goes_on_in_a_new_shop_and_what_it_has_no_longer_is_told() {
        let (mut desk, point) = at_work();
        let first = crate::dialogue::testing::shop();
        let (kept, gone) = (&first.items[2], &first.items[4]);
        for item in [kept, gone] {
            let said = Happening::Heard(format!("one {} please", item.names.title));
            desk.tell(&point, said).expect("it is answered");
        }
        let before = titles(&desk, &point);
        assert!(before.contains(&kept.key) && before.contains(&gone.key), "{before:?}");

        let mut other = first.clone();
        other.items[4].key = format!("another {}", gone.key);
        desk.renew(of(other)).expect("it is taken");
        assert_eq!(titles(&desk, &point), std::slice::from_ref(&kept.key));
        let told = desk.tell(&point, Happening::Heard("what do I have".into())).expect("it is answered");
        assert!(told.reply.text.contains(&gone.names.title), "{}", told.reply.text);
    }

    #[test]
    fn under_the_same_shop_the_very_question_goes_on() {
        let (mut desk, point) = at_work();
        let name = crate::dialogue::testing::shop().items[0].names.title.clone();
        desk.tell(&point, Happening::Heard(format!("one {name} please"))).expect("it is answered");
        let before = desk.state(&point).cloned();
        desk.renew(of(crate::dialogue::testing::shop())).expect("it is taken");
        assert_eq!(desk.state(&point), before.as_ref());
    }

    #[test]
    fn another_shop_is_refused_and_the_old_one_goes_on() {
        let (mut desk, _) = at_work();
        let mut other = crate::dialogue::testing::shop();
        other.key = "elsewhere".into();
        let refused = desk.renew(of(other)).expect_err("it is another shop").to_string();
        assert!(refused.contains("elsewhere") && refused.contains("Restart"), "{refused}");
        assert_ne!(desk.setting().shop.key, "elsewhere");
    }
}
