//! Where an order goes and when it is wanted: what is known of it, what is missing, and whether it can be. Times are minutes
//! since 1970 as the clocks on the wall of the shop show them.

use serde::{Deserialize, Serialize};

use crate::shop::{Detail, OptionId, Shop, Way, WayKind};

use super::cart::Cart;
use super::choices::effective;
use super::pricing::Moment;

/// What was said of where the order goes. Its name stands with the cart, for it is asked of no way alone.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Destination {
    pub table: Option<u32>,
    pub time: Option<Wanted>,
    /// With the number of the house, as it was said.
    pub street: Option<String>,
    /// As the owner wrote it in the area; as it was said where there is none.
    pub postcode: Option<String>,
    pub floor: Option<String>,
    pub phone: Option<String>,
}

/// When it is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Wanted {
    Soonest,
    At {
        minute: i64,
        /// It is of another day than the one on which it was said.
        other_day: bool,
    },
}

/// A time as it was said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TimeSaid {
    Soonest,
    /// In so many minutes.
    In(u32),
    At(ClockSaid),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClockSaid {
    /// From midnight.
    pub minute: u16,
    /// Of which half of the day was said, or is plain from the hour.
    pub sure: bool,
    pub tomorrow: bool,
}

/// What waits where orders are made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Queue {
    /// What time it is.
    pub now: i64,
    /// So many orders are placed and not handed over yet.
    pub ahead: u32,
}

/// When an order will be there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Promise {
    pub kind: WayKind,
    pub when: When,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum When {
    /// In about so many minutes.
    In(u32),
    /// At the time that was wanted.
    At { minute: i64, other_day: bool },
}

/// A time that cannot be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotThen {
    /// The first that can; `None` where nothing is open in the days to come.
    pub next: Option<Wanted>,
}

impl Wanted {
    pub fn minute(self) -> Option<i64> {
        match self {
            Wanted::Soonest => None,
            Wanted::At { minute, .. } => Some(minute),
        }
    }
}

const HOUR: i64 = 60;
const DAY: i64 = 24 * HOUR;
const NOON: u16 = 12 * 60;
/// Said late in the evening, "half past twelve" is of the same night.
const SAME_NIGHT: i64 = 6 * HOUR;
/// No shop is closed for longer without changing its description.
const AHEAD: i64 = 8 * DAY;
/// Times that we name ourselves are whole to so many minutes.
const STEP: i64 = 5;

impl Cart {
    /// The way that the order goes, where the shop asks anything for it.
    pub fn way<'s>(&self, shop: &'s Shop) -> Option<&'s Way> {
        let taken = shop.order_options.iter().flat_map(|how| effective(shop, how, &self.order_choices));
        taken.map(|choice| choice.option).find_map(|place| shop.fulfilment.way(place))
    }

    /// The first thing that must be known yet of where it goes.
    pub fn missing_detail(&self, shop: &Shop) -> Option<Detail> {
        let way = self.way(shop)?;
        way.ask.iter().copied().find(|detail| !self.knows(*detail))
    }

    pub fn knows(&self, detail: Detail) -> bool {
        let to = &self.destination;
        match detail {
            Detail::Table => to.table.is_some(),
            Detail::Name => self.customer_name.is_some(),
            Detail::Time => to.time.is_some(),
            Detail::Street => to.street.as_deref().is_some_and(has_number),
            Detail::Postcode => to.postcode.is_some(),
            Detail::Floor => to.floor.is_some(),
            Detail::Phone => to.phone.is_some(),
        }
    }

    /// Let it be asked anew.
    pub fn forget_detail(&mut self, detail: Detail) {
        let to = &mut self.destination;
        match detail {
            Detail::Table => to.table = None,
            Detail::Name => self.customer_name = None,
            Detail::Time => to.time = None,
            Detail::Street => (to.street, to.postcode, to.floor) = (None, None, None),
            Detail::Postcode => to.postcode = None,
            Detail::Floor => to.floor = None,
            Detail::Phone => to.phone = None,
        }
    }

    /// Whether its postcode lies where the way that it goes does not reach.
    pub fn is_out_of_reach(&self, shop: &Shop) -> bool {
        let postcode = self.destination.postcode.as_deref();
        let way = self.way(shop).filter(|way| way.ask.contains(&Detail::Postcode));
        way.zip(postcode).is_some_and(|(way, postcode)| way.reaches(postcode).is_none())
    }

    /// What of its destination counts for the way that it goes: a table is nothing where it is taken along.
    pub fn whither(&self, shop: &Shop) -> Destination {
        let asked = |detail: Detail| self.way(shop).is_some_and(|way| way.ask.contains(&detail));
        let to = Destination::clone(&self.destination);
        let address = asked(Detail::Street) || asked(Detail::Postcode);
        Destination {
            table: to.table.filter(|_| asked(Detail::Table)),
            time: to.time.filter(|_| asked(Detail::Time)),
            street: to.street.filter(|_| asked(Detail::Street)),
            postcode: to.postcode.filter(|_| asked(Detail::Postcode)),
            floor: to.floor.filter(|_| address),
            phone: to.phone.filter(|_| asked(Detail::Phone)),
        }
    }
}

/// "Orange Street" is half an address.
pub fn has_number(street: &str) -> bool {
    street.chars().any(char::is_numeric)
}

/// Ways of the same choice that can be had instead.
pub fn instead(shop: &Shop, way: &Way) -> Vec<OptionId> {
    let all = shop.options_for(way.place.list, None).into_iter();
    let elsewhere = |place: &OptionId| {
        *place != way.place && shop.fulfilment.way(*place).is_none_or(|other| other.kind() != WayKind::Delivery)
    };
    all.filter(elsewhere).collect()
}

/// How long an order takes that comes behind those that wait, in minutes; `None` where the shop does not say.
fn takes(shop: &Shop, way: Option<&Way>, queue: Queue) -> Option<i64> {
    let of = &shop.fulfilment;
    let rounds = (queue.ahead / u32::from(of.side_by_side.max(1))).saturating_add(1);
    let making = i64::from(of.minutes?) * i64::from(rounds);
    Some(making + i64::from(way.map_or(0, |way| way.minutes)))
}

fn is_open(shop: &Shop, minute: i64) -> bool {
    let moment = Moment::of(minute.saturating_mul(60_000));
    shop.fulfilment.open.is_empty() || shop.fulfilment.open.iter().any(|window| moment.is_within(window))
}

/// The first time at which an order of now can be had.
fn first(shop: &Shop, way: Option<&Way>, queue: Queue) -> Option<i64> {
    let ready = queue.now + takes(shop, way, queue).unwrap_or(0);
    (ready..ready + AHEAD).find(|minute| is_open(shop, *minute))
}

/// The time that was meant, or why it cannot be: it is past, nothing is open, or it takes longer.
///
/// # Errors
/// [`NotThen`] with the next that can.
pub fn settle(shop: &Shop, way: Option<&Way>, queue: Queue, said: TimeSaid) -> Result<Wanted, NotThen> {
    let today = queue.now.div_euclid(DAY);
    let at = |minute: i64| Wanted::At { minute, other_day: minute.div_euclid(DAY) != today };
    let first = first(shop, way, queue);
    let rounded = first.map(|minute| {
        let whole = minute + (STEP - minute.rem_euclid(STEP)) % STEP;
        if is_open(shop, whole) { whole } else { minute }
    });
    let refused = NotThen { next: rounded.map(at) };
    let ready = queue.now + takes(shop, way, queue).unwrap_or(0);
    let can = |minute: i64| minute >= ready && is_open(shop, minute);
    match said {
        TimeSaid::Soonest => can(ready).then_some(Wanted::Soonest).ok_or(refused),
        TimeSaid::In(minutes) => {
            let minute = queue.now + i64::from(minutes);
            can(minute).then(|| at(minute)).ok_or(refused)
        }
        TimeSaid::At(clock) => {
            let meant = meant(queue.now, clock).into_iter().find(|minute| can(*minute));
            meant.map(at).ok_or(refused)
        }
    }
}

/// Every time that may be meant, the nearest first; nothing that is past.
fn meant(now: i64, said: ClockSaid) -> Vec<i64> {
    let midnight = now.div_euclid(DAY) * DAY;
    let halves = if said.sure { vec![said.minute] } else { vec![said.minute % NOON, said.minute % NOON + NOON] };
    let on = |day: i64| halves.iter().map(move |minute| midnight + day * DAY + i64::from(*minute)).collect::<Vec<_>>();
    let mut all = if said.tomorrow { on(1) } else { on(0) };
    if !said.tomorrow {
        all.extend(on(1).into_iter().filter(|minute| minute - now <= SAME_NIGHT));
    }
    all.retain(|minute| *minute >= now);
    all
}

/// Whether what was wanted is past by now.
pub fn is_past(wanted: Option<Wanted>, queue: Queue) -> bool {
    matches!(wanted, Some(Wanted::At { minute, .. }) if minute < queue.now)
}

/// When the order will be there: at the time that was wanted, or when it is made. `None` where the shop does not say.
pub fn promise(shop: &Shop, cart: &Cart, queue: Queue) -> Option<Promise> {
    let way = cart.way(shop);
    let kind = way.map_or(WayKind::Pickup, Way::kind);
    if let Some(Wanted::At { minute, other_day }) = cart.whither(shop).time {
        return Some(Promise { kind, when: When::At { minute, other_day } });
    }
    let minutes = takes(shop, way, queue)?;
    Some(Promise { kind, when: When::In(u32::try_from(minutes).unwrap_or(u32::MAX)) })
}

/// Where an order goes, as programs see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FulfillmentView {
    #[serde(rename = "type")]
    pub kind: WayKind,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub table: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub destination: Option<AddressView>,
    /// "now", or the time by the clocks of the shop: "2026-11-26T17:30".
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wanted: Option<String>,
    /// When it was promised for, in the same way.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fulfillable_on: Option<String>,
}

/// A postal address, in the fields of the Universal Commerce Protocol.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct AddressView {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub street_address: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub extended_address: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub postal_code: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address_locality: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone_number: Option<String>,
}

/// As a program reads "as soon as you can".
const NOW: &str = "now";

impl FulfillmentView {
    /// `None` where the shop asks nothing for the way that it goes.
    pub fn of(shop: &Shop, cart: &Cart) -> Option<FulfillmentView> {
        let kind = cart.way(shop)?.kind();
        let to = cart.whither(shop);
        let is_code = |place: &String| place.chars().any(char::is_numeric);
        let address = AddressView {
            street_address: to.street,
            extended_address: to.floor,
            postal_code: to.postcode.clone().filter(is_code),
            address_locality: to.postcode.filter(|place| !is_code(place)),
            phone_number: to.phone,
        };
        let wanted = to.time.map(|wanted| match wanted {
            Wanted::Soonest => NOW.to_string(),
            Wanted::At { minute, .. } => written(minute),
        });
        let destination = (address != AddressView::default()).then_some(address);
        Some(FulfillmentView { kind, table: to.table, destination, wanted, fulfillable_on: None })
    }

    /// With what was promised at `now`.
    pub fn promised(self, promise: Option<Promise>, now: i64) -> FulfillmentView {
        let on = promise.map(|promise| match promise.when {
            When::In(minutes) => written(now + i64::from(minutes)),
            When::At { minute, .. } => written(minute),
        });
        FulfillmentView { fulfillable_on: on, ..self }
    }
}

impl AddressView {
    /// Its parts in the order in which they are written, without the telephone.
    pub fn lines(&self) -> Vec<&str> {
        let parts = [&self.street_address, &self.extended_address, &self.postal_code, &self.address_locality];
        parts.into_iter().filter_map(|part| part.as_deref()).collect()
    }
}

/// "2026-11-26T17:30"; a clock beyond the year 9999 has nothing to say.
fn written(minute: i64) -> String {
    let format = time::macros::format_description!("[year]-[month]-[day]T[hour]:[minute]");
    let when = time::OffsetDateTime::from_unix_timestamp(minute.saturating_mul(60)).ok();
    when.and_then(|when| when.format(format).ok()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shop::{Fulfilment, Window};

    /// Friday, 2027-01-15.
    const FRIDAY: i64 = 20_833 * DAY;

    fn shop(minutes: u16, side_by_side: u16) -> Shop {
        let open = vec![Window { days: 0b011_1111, from: 7 * 60, to: 19 * 60 }];
        Shop { fulfilment: Fulfilment { minutes: Some(minutes), side_by_side, open, ways: vec![] }, ..Shop::default() }
    }

    fn at(hour: i64, minute: i64) -> i64 {
        FRIDAY + hour * HOUR + minute
    }

    fn clock(hour: u16, minute: u16) -> TimeSaid {
        TimeSaid::At(ClockSaid { minute: hour * 60 + minute, sure: hour > 12, tomorrow: false })
    }

    fn settled(now: i64, said: TimeSaid) -> Result<i64, Option<i64>> {
        let minute = |wanted: Wanted| match wanted {
            Wanted::Soonest => 0,
            Wanted::At { minute, .. } => minute,
        };
        let settled = settle(&shop(8, 2), None, Queue { now, ahead: 0 }, said);
        settled.map(minute).map_err(|refused| refused.next.map(minute))
    }

    #[test]
    fn an_hour_is_the_next_that_can_be() {
        assert_eq!(settled(at(16, 0), clock(5, 0)), Ok(at(17, 0)));
        assert_eq!(settled(at(8, 0), clock(9, 30)), Ok(at(9, 30)));
        assert_eq!(settled(at(10, 0), clock(9, 30)), Err(Some(at(10, 10))), "past, and closed at half past nine");
        assert_eq!(settled(at(10, 0), TimeSaid::In(20)), Ok(at(10, 20)));
        assert_eq!(settled(at(10, 0), TimeSaid::Soonest), Ok(0));
    }

    #[test]
    fn what_is_too_soon_or_closed_is_refused_with_the_next() {
        assert_eq!(settled(at(10, 1), TimeSaid::In(2)), Err(Some(at(10, 10))));
        assert_eq!(settled(at(18, 30), clock(20, 0)), Err(Some(at(18, 40))));
        // On Saturday it opens at seven again, on Sunday not at all.
        assert_eq!(settled(at(20, 0), TimeSaid::Soonest), Err(Some(at(24 + 7, 0))));
        assert_eq!(settled(at(24 + 20, 0), TimeSaid::Soonest), Err(Some(at(72 + 7, 0))));
        let tomorrow = TimeSaid::At(ClockSaid { minute: 9 * 60, sure: false, tomorrow: true });
        assert_eq!(settled(at(20, 0), tomorrow), Ok(at(24 + 9, 0)));
    }

    #[test]
    fn half_past_twelve_said_at_night_is_of_the_same_night() {
        let late = ClockSaid { minute: 30, sure: false, tomorrow: false };
        assert_eq!(meant(at(23, 0), late), [at(24, 30)]);
        assert_eq!(meant(at(11, 0), late), [at(12, 30)]);
    }

    #[test]
    fn who_waits_longer_is_told_a_longer_time() {
        let ready = |ahead| match promise(&shop(8, 2), &Cart::default(), Queue { now: 0, ahead }).map(|p| p.when) {
            Some(When::In(minutes)) => minutes,
            other => panic!("{other:?}"),
        };
        assert_eq!([0, 1, 2, 3, 4].map(ready), [8, 8, 16, 16, 24]);
        assert_eq!(promise(&Shop::default(), &Cart::default(), Queue::default()), None);
    }

    #[test]
    fn times_are_written_as_programs_read_them() {
        assert_eq!(written(at(17, 5)), "2027-01-15T17:05");
    }
}
