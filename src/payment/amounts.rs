//! How Stripe writes amounts. For most currencies as the standard does, in the smallest unit; some are its own.

use crate::money::Money;

/// Two digits after the point where the standard has none.
const WITH_TWO: [&str; 2] = ["ISK", "UGX"];
/// None where the standard has two.
const WITH_NONE: [&str; 1] = ["MGA"];
/// Three, the last of which is 0.
const WITH_THREE: [&str; 5] = ["BHD", "JOD", "KWD", "OMR", "TND"];

/// `None`: it cannot take so small a part.
pub fn written(amount: Money, currency: &str) -> Option<i64> {
    let Money(amount) = amount;
    if WITH_TWO.contains(&currency) {
        return amount.checked_mul(100);
    }
    if WITH_NONE.contains(&currency) {
        return (amount % 100 == 0).then_some(amount / 100);
    }
    (!WITH_THREE.contains(&currency) || amount % 10 == 0).then_some(amount)
}

/// `None` where it is no amount of this currency.
pub fn read(amount: i64, currency: &str) -> Option<Money> {
    if WITH_TWO.contains(&currency) {
        return (amount % 100 == 0).then_some(Money(amount / 100));
    }
    if WITH_NONE.contains(&currency) {
        return amount.checked_mul(100).map(Money);
    }
    Some(Money(amount))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_the_same() {
        for (currency, amount, stripe) in [
            ("USD", 1_450, Some(1_450)),
            ("JPY", 500, Some(500)),
            ("ISK", 500, Some(50_000)),
            ("UGX", 3_000, Some(300_000)),
            ("MGA", 70_000, Some(700)),
            ("MGA", 70_020, None),
            ("KWD", 1_250, Some(1_250)),
            ("KWD", 1_255, None),
        ] {
            assert_eq!(written(Money(amount), currency), stripe, "{currency}");
            if let Some(stripe) = stripe {
                assert_eq!(read(stripe, currency), Some(Money(amount)), "{currency}");
            }
        }
        assert_eq!(read(150, "ISK"), None);
    }
}
