//! Where an order goes and when, in words.

use crate::commerce::cart::{Cart, Quantity};
use crate::commerce::fulfilment::{Destination, Promise, Wanted, When};
use crate::shop::{Detail, OptionId, WayKind};

use super::phrase::{Phrasing, fill};
use super::render::Renderer;

/// Nobody counts on a minute: what is promised is told in steps of so many.
const STEP: u32 = 5;
const DAY: i64 = 24 * 60;

impl Phrasing<'_> {
    /// "5:30 pm", "7 am on Friday". `minute`: since 1970, by the clocks of the shop.
    pub fn clock(&self, minute: i64, other_day: bool) -> String {
        let words = &self.words.clock;
        let of_day = minute.rem_euclid(DAY);
        let (hour, past) = (of_day / 60, of_day % 60);
        let (hour, half) = match &words.halves {
            Some([morning, evening]) => ((hour + 11) % 12 + 1, if hour < 12 { morning } else { evening }.as_str()),
            None => (hour, ""),
        };
        let wording = if past == 0 { &words.whole } else { &words.minutes };
        let (hour, minutes) = (hour.to_string(), format!("{past:02}"));
        let time = fill(wording, &[("hour", &hour), ("minute", &minutes), ("half", half)]);
        if !other_day {
            return time;
        }
        // The first of January 1970 was a Thursday.
        let day = (minute.div_euclid(DAY) + 3).rem_euclid(7);
        fill(&words.day, &[("time", &time), ("day", &words.days[day as usize])])
    }

    fn wanted(&self, wanted: Wanted) -> String {
        match wanted {
            Wanted::Soonest => self.words.phrases.soonest.clone(),
            Wanted::At { minute, other_day } => {
                fill(&self.words.phrases.wanted, &[("time", &self.clock(minute, other_day))])
            }
        }
    }

    fn address(&self, to: &Destination) -> Option<String> {
        let parts: Vec<&str> =
            [&to.street, &to.postcode, &to.floor].into_iter().filter_map(|part| part.as_deref()).collect();
        (!parts.is_empty()).then(|| parts.join(&self.words.strings.comma))
    }

    /// All that is known of it, for a read-back of the whole order.
    pub fn whither(&self, cart: &Cart) -> Vec<String> {
        let to = cart.whither(self.shop);
        let phrases = &self.words.phrases;
        let table = to.table.map(|table| fill(&phrases.table, &[("table", &table.to_string())]));
        let time = to.time.map(|wanted| self.wanted(wanted));
        let address = self.address(&to).map(|address| fill(&phrases.address, &[("address", &address)]));
        let phone = to.phone.as_deref().map(|phone| fill(&phrases.phone, &[("phone", &apart(phone))]));
        [table, time, address, phone].into_iter().flatten().collect()
    }
}

/// Digit by digit, as it is to be checked.
pub fn apart(phone: &str) -> String {
    phone.chars().map(String::from).collect::<Vec<_>>().join(" ")
}

impl Renderer<'_> {
    pub(super) fn noted_time(&self, wanted: Wanted) -> String {
        let s = self.says();
        match wanted {
            Wanted::Soonest => self.say(&s.noted_soonest, &[]),
            Wanted::At { minute, other_day } => {
                self.say(&s.noted_time, &[("time", &self.phrasing.clock(minute, other_day))])
            }
        }
    }

    pub(super) fn noted_address(&self, to: &Destination) -> String {
        let address = self.phrasing.address(to).unwrap_or_default();
        self.say(&self.says().noted_address, &[("address", &address)])
    }

    pub(super) fn promised(&self, promise: &Promise) -> String {
        let s = self.says();
        let wording = match (promise.kind, promise.when) {
            (WayKind::Pickup, When::In(_)) => &s.ready_in,
            (WayKind::Pickup, When::At { .. }) => &s.ready_at,
            (WayKind::DineIn, When::In(_)) => &s.table_in,
            (WayKind::DineIn, When::At { .. }) => &s.table_at,
            (WayKind::Delivery, When::In(_)) => &s.delivered_in,
            (WayKind::Delivery, When::At { .. }) => &s.delivered_at,
        };
        match promise.when {
            When::In(minutes) => {
                let minutes = minutes.div_ceil(STEP).max(1).saturating_mul(STEP);
                self.say(wording, &[("minutes", &self.phrasing.quantity(Quantity::Count(minutes)))])
            }
            When::At { minute, other_day } => self.say(wording, &[("time", &self.phrasing.clock(minute, other_day))]),
        }
    }

    pub(super) fn not_then(&self, next: Option<Wanted>) -> String {
        match next.and_then(|next| Some((next.minute()?, next))) {
            Some((minute, next)) => {
                let other_day = matches!(next, Wanted::At { other_day: true, .. });
                self.say(&self.says().not_then, &[("time", &self.phrasing.clock(minute, other_day))])
            }
            None => self.say(&self.says().not_open, &[]),
        }
    }

    pub(super) fn no_such_table(&self, table: u32, most: u32) -> String {
        self.say(&self.says().no_such_table, &[("table", &table.to_string()), ("most", &most.to_string())])
    }

    pub(super) fn out_of_reach(&self, postcode: &str, area: &[String], instead: &[OptionId]) -> String {
        let (p, s) = (&self.phrasing, self.says());
        let wording = if instead.is_empty() { &s.out_of_reach_only } else { &s.out_of_reach };
        let (area, options) = (p.and(area), p.or(&p.options(instead)));
        self.say(wording, &[("postcode", postcode), ("area", &area), ("options", &options)])
    }

    pub(super) fn ask_detail(&self, detail: Detail, street: Option<&str>, again: bool) -> String {
        let s = self.says();
        let wording = match (detail, again) {
            (Detail::Table, false) => &s.ask_table,
            (Detail::Table, true) => &s.again_table,
            (Detail::Name, false) => &s.ask_name,
            (Detail::Name, true) => &s.again_name,
            (Detail::Time, false) => &s.ask_time,
            (Detail::Time, true) => &s.again_time,
            (Detail::Street, false) if street.is_some() => &s.ask_house,
            (Detail::Street, true) if street.is_some() => &s.again_house,
            (Detail::Street, false) => &s.ask_street,
            (Detail::Street, true) => &s.again_street,
            (Detail::Postcode, false) => &s.ask_postcode,
            (Detail::Postcode, true) => &s.again_postcode,
            (Detail::Floor, false) => &s.ask_floor,
            (Detail::Floor, true) => &s.again_floor,
            (Detail::Phone, false) => &s.ask_phone,
            (Detail::Phone, true) => &s.again_phone,
        };
        self.say(wording, &[("street", street.unwrap_or_default())])
    }
}
