//! When: handed in, for pricing knows no clock.

use crate::shop::Window;

/// A minute of the week, where the shop is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Moment {
    /// 0 is Monday.
    pub day: u8,
    /// From midnight.
    pub minute: u16,
}

const MINUTE: i64 = 60_000;
const DAY: i64 = 24 * 60 * MINUTE;

impl Moment {
    /// From milliseconds since 1970 by the clocks of the place.
    pub fn of(local: i64) -> Moment {
        // The first of January 1970 was a Thursday.
        let day = (local.div_euclid(DAY) + 3).rem_euclid(7);
        Moment { day: day as u8, minute: (local.rem_euclid(DAY) / MINUTE) as u16 }
    }

    pub fn is_within(self, window: &Window) -> bool {
        let on = |day: u8| window.days & (1 << day) != 0;
        if window.from < window.to {
            return on(self.day) && (window.from..window.to).contains(&self.minute);
        }
        // Over midnight: what began the day before goes on.
        on(self.day) && self.minute >= window.from || on((self.day + 6) % 7) && self.minute < window.to
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_knows_its_day() {
        // Thursday the first of January 1970, and the Wednesday before.
        assert_eq!(Moment::of(0), Moment { day: 3, minute: 0 });
        assert_eq!(Moment::of(-1), Moment { day: 2, minute: 24 * 60 - 1 });
        // 2027-01-15 08:00, a Friday.
        assert_eq!(Moment::of(1_800_000_000_000), Moment { day: 4, minute: 8 * 60 });
    }

    #[test]
    fn hours_over_midnight_belong_to_the_day_on_which_they_begin() {
        let late = Window { days: 1 << 4, from: 22 * 60, to: 2 * 60 };
        let at = |day, hour: u16| Moment { day, minute: hour * 60 };
        assert!(at(4, 23).is_within(&late));
        assert!(at(5, 1).is_within(&late), "early on Saturday it is still Friday's");
        assert!(!at(4, 1).is_within(&late));
        assert!(!at(5, 2).is_within(&late));
        let noon = Window { days: 0b111_1111, from: 12 * 60, to: 14 * 60 };
        assert!(at(0, 12).is_within(&noon) && !at(0, 14).is_within(&noon));
    }
}
