//! Money in integer minor units. Never floating point.

use std::iter::Sum;
use std::ops::{Add, AddAssign, Neg, Sub};

use serde::{Deserialize, Serialize};

mod currencies;

/// An amount in the minor units (cents) of the shop's currency; discounts are negative.
///
/// Arithmetic saturates on purpose: a kiosk must go on answering, and an amount near the bound is visibly absurd.
/// [`Money::portion`] stops at [`Money::LARGEST`], so that sums of thousands of products still hold exactly.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Money(pub i64);

/// A share in thousandths of a percent, as people write it: `8.875`, `15`.
pub fn percent(thousandths: u32) -> String {
    let text = format!("{}.{:03}", thousandths / 1_000, thousandths % 1_000);
    text.trim_end_matches('0').trim_end_matches('.').to_string()
}

/// ISO 4217 code with the number of digits after the point.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Currency {
    pub code: String,
    pub exponent: u8,
}

impl Default for Currency {
    fn default() -> Self {
        Currency { code: "USD".into(), exponent: 2 }
    }
}

/// A text that is no amount, or no currency: what is wrong with it, and what to write in its place.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}; {}", self.problem(), self.mend())]
pub enum MoneyError {
    Empty { example: String },
    NotAnAmount { text: String, code: String, example: String },
    Comma { text: String, mended: String },
    Sign { text: String, mended: String },
    TooManyDigits { text: String, code: String, found: usize, allowed: u8, mended: String },
    TooLarge { text: String, largest: String },
    UnknownCurrency { code: String, known: String },
}

impl MoneyError {
    pub fn problem(&self) -> String {
        match self {
            Self::Empty { .. } => "the price is empty".into(),
            Self::NotAnAmount { text, .. } => format!("`{text}` is not a price"),
            Self::Comma { text, .. } => format!("`{text}` has a comma"),
            Self::Sign { text, .. } => format!("`{text}` names the currency"),
            Self::TooManyDigits { text, code, found, allowed, .. } => {
                format!("`{text}` has {found} digits after the point, but {code} has {allowed}")
            }
            Self::TooLarge { text, largest } => format!("`{text}` is more than saycart reckons with ({largest})"),
            Self::UnknownCurrency { code, .. } => format!("`{code}` is no currency that saycart knows"),
        }
    }

    pub fn mend(&self) -> String {
        match self {
            Self::Empty { example } => format!("write an amount such as `{example}`"),
            Self::NotAnAmount { code, example, .. } => {
                format!("write digits with a point where {code} needs one, such as `{example}`")
            }
            Self::Comma { mended, .. } => format!("write `{mended}` with a point, and no mark between thousands"),
            Self::Sign { mended, .. } => {
                format!("write the number alone, `{mended}`: the currency stands once, for the shop")
            }
            Self::TooManyDigits { mended, .. } => format!("write `{mended}`"),
            Self::TooLarge { .. } => "check the digits".into(),
            Self::UnknownCurrency { known, .. } => format!("write an ISO 4217 code, one of: {known}"),
        }
    }
}

impl Money {
    pub const ZERO: Money = Money(0);
    /// Largest amount that is read, or that a multiplication gives: 10^15 minor units. Sums of up to 9,000 such fit.
    pub const LARGEST: Money = Money(1_000_000_000_000_000);

    /// `self × numerator ÷ denominator`, rounded to the nearest minor unit, halves away from zero; saturates at
    /// ±[`Money::LARGEST`]. A denominator of 0 counts as 1.
    pub fn portion(self, numerator: u64, denominator: u64) -> Money {
        let denominator = i128::from(denominator.max(1));
        // |i64| × u64 stays below 2^127.
        let exact = i128::from(self.0) * i128::from(numerator);
        let magnitude = (exact.abs() + denominator / 2) / denominator;
        let bounded = magnitude.min(i128::from(Self::LARGEST.0)) as i64;
        Money(if exact < 0 { -bounded } else { bounded })
    }
}

impl Add for Money {
    type Output = Money;
    fn add(self, other: Money) -> Money {
        Money(self.0.saturating_add(other.0))
    }
}

impl AddAssign for Money {
    fn add_assign(&mut self, other: Money) {
        *self = *self + other;
    }
}

impl Sub for Money {
    type Output = Money;
    fn sub(self, other: Money) -> Money {
        Money(self.0.saturating_sub(other.0))
    }
}

impl Neg for Money {
    type Output = Money;
    fn neg(self) -> Money {
        Money(self.0.saturating_neg())
    }
}

impl Sum for Money {
    fn sum<I: Iterator<Item = Money>>(amounts: I) -> Money {
        amounts.fold(Money::ZERO, Add::add)
    }
}

impl Currency {
    /// The currency with this ISO 4217 code, in capitals or not.
    pub fn of(code: &str) -> Result<Currency, MoneyError> {
        let wanted = code.trim().to_ascii_uppercase();
        match currencies::TABLE.iter().find(|(known, ..)| *known == wanted) {
            Some(&(known, _, exponent)) => Ok(Currency { code: known.into(), exponent }),
            None => Err(MoneyError::UnknownCurrency {
                code: code.into(),
                known: currencies::TABLE.iter().map(|(known, ..)| *known).collect::<Vec<_>>().join(", "),
            }),
        }
    }

    /// What stands before an amount: `$`, `€`, `kr `; the code and a space where there is no sign.
    pub fn sign(&self) -> String {
        let known = currencies::TABLE.iter().find(|(code, ..)| *code == self.code);
        known.map_or_else(|| format!("{} ", self.code), |(_, sign, _)| sign.to_string())
    }

    /// Read an amount as a shop file writes it: `4.50`, `4.5`, `4`, `-0.50`, `+0.50`. Exact: what the currency
    /// cannot hold is an error, never rounded.
    pub fn parse(&self, text: &str) -> Result<Money, MoneyError> {
        let whole_text = text.trim();
        if whole_text.is_empty() {
            return Err(MoneyError::Empty { example: self.example() });
        }
        let (negative, digits) = match whole_text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, whole_text.strip_prefix('+').unwrap_or(whole_text)),
        };
        let (whole, fraction) = match digits.split_once('.') {
            Some((whole, fraction)) if !fraction.is_empty() => (whole, fraction),
            Some(_) => return Err(self.no_amount(whole_text)),
            None => (digits, ""),
        };
        let all_digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
        if whole.is_empty() || !all_digits(whole) || !all_digits(fraction) {
            return Err(self.no_amount(whole_text));
        }
        let allowed = usize::from(self.exponent);
        if fraction.len() > allowed {
            let kept = &fraction[..allowed];
            return Err(MoneyError::TooManyDigits {
                text: whole_text.into(),
                code: self.code.clone(),
                found: fraction.len(),
                allowed: self.exponent,
                mended: if kept.is_empty() { whole.into() } else { format!("{whole}.{kept}") },
            });
        }
        let zeros = std::iter::repeat_n(b'0', allowed - fraction.len());
        let units = whole.bytes().chain(fraction.bytes()).chain(zeros).try_fold(0i64, |units, digit| {
            let units = units.checked_mul(10)?.checked_add(i64::from(digit - b'0'))?;
            (units <= Money::LARGEST.0).then_some(units)
        });
        match units {
            Some(units) => Ok(Money(if negative { -units } else { units })),
            None => {
                Err(MoneyError::TooLarge { text: whole_text.into(), largest: self.plain(Money::LARGEST).to_string() })
            }
        }
    }

    /// One whole unit: a dollar, a yen.
    pub fn unit(&self) -> Money {
        Money(10i64.pow(u32::from(self.exponent)))
    }

    /// So many thousandths of a unit, rounded to what the currency can hold.
    pub fn thousandths(&self, thousandths: u64) -> Money {
        self.unit().portion(thousandths, 1_000)
    }

    /// For people, with every digit the currency has: `$4.50`, `-$0.50`, `€3.00`, `¥400`.
    pub fn format(&self, amount: Money) -> String {
        let minus = if amount.0 < 0 { "-" } else { "" };
        format!("{minus}{}{}", self.sign(), self.unsigned(amount.0.unsigned_abs()))
    }

    /// As [`Currency::format`], but `€3` for `€3.00`: what one says and reads in a sentence.
    pub fn format_short(&self, amount: Money) -> String {
        let text = self.format(amount);
        match text.rsplit_once('.') {
            Some((whole, fraction)) if fraction.bytes().all(|b| b == b'0') => whole.to_string(),
            _ => text,
        }
    }

    /// Without a sign of currency, as [`Currency::parse`] reads it: `4.50`, `-0.50`, `400`.
    pub fn plain(&self, amount: Money) -> String {
        let minus = if amount.0 < 0 { "-" } else { "" };
        format!("{minus}{}", self.unsigned(amount.0.unsigned_abs()))
    }

    /// Whole units and the rest of an amount's magnitude: `($4.50) → (4, 50)`. For speaking.
    pub fn split(&self, amount: Money) -> (u64, u64) {
        let scale = 10u64.saturating_pow(u32::from(self.exponent));
        (amount.0.unsigned_abs() / scale, amount.0.unsigned_abs() % scale)
    }

    fn unsigned(&self, units: u64) -> String {
        let digits = usize::from(self.exponent);
        if digits == 0 {
            return units.to_string();
        }
        let padded = format!("{units:0>width$}", width = digits + 1);
        let (whole, fraction) = padded.split_at(padded.len() - digits);
        format!("{whole}.{fraction}")
    }

    fn example(&self) -> String {
        self.plain(Money(if self.exponent == 0 { 400 } else { 45 * 10i64.pow(u32::from(self.exponent.min(9)) - 1) }))
    }

    /// What is wrong with a text that is no amount: the commonest slips get their own answer.
    fn no_amount(&self, text: &str) -> MoneyError {
        let number: String = text.chars().filter(|c| c.is_ascii_digit() || ".,-+".contains(*c)).collect();
        if number == text && text.contains(',') && !text.contains('.') {
            let mended = text.replace(',', ".");
            if self.parse(&mended).is_ok() {
                return MoneyError::Comma { text: text.into(), mended };
            }
        }
        if number == text && text.contains(',') {
            let mended = text.replace(',', "");
            if self.parse(&mended).is_ok() {
                return MoneyError::Comma { text: text.into(), mended };
            }
        }
        let named = text.contains(self.sign().trim()) || text.to_ascii_uppercase().contains(&self.code);
        if named && number != text && self.parse(&number).is_ok() {
            return MoneyError::Sign { text: text.into(), mended: number };
        }
        MoneyError::NotAnAmount { text: text.into(), code: self.code.clone(), example: self.example() }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn of(code: &str) -> Currency {
        Currency::of(code).unwrap()
    }

    #[test]
    fn prices_are_read_exactly() {
        for (code, text, units) in [
            ("USD", "4.50", 450),
            ("USD", "4.5", 450),
            ("USD", "4", 400),
            ("USD", " -0.50 ", -50),
            ("USD", "+0.05", 5),
            ("USD", "0.29", 29),
            ("JPY", "400", 400),
            ("KWD", "1.255", 1255),
            ("USD", "10000000000000.00", 1_000_000_000_000_000),
        ] {
            assert_eq!(of(code).parse(text), Ok(Money(units)), "{code} {text}");
        }
    }

    #[test]
    fn a_price_that_is_none_says_how_to_write_it() {
        for (code, text, says) in [
            ("USD", "", "write an amount such as `4.50`"),
            ("USD", "cheap", "`cheap` is not a price"),
            ("USD", ".50", "is not a price"),
            ("USD", "4.", "is not a price"),
            ("USD", "4.5.0", "is not a price"),
            ("USD", "--4", "is not a price"),
            ("USD", "1e3", "is not a price"),
            ("USD", "٤", "is not a price"),
            ("USD", "4,50", "write `4.50` with a point"),
            ("USD", "1,250.00", "write `1250.00` with a point"),
            ("USD", "$4.50", "write the number alone, `4.50`"),
            ("EUR", "4.50 EUR", "write the number alone, `4.50`"),
            ("USD", "4.505", "3 digits after the point, but USD has 2; write `4.50`"),
            ("JPY", "400.00", "but JPY has 0; write `400`"),
            ("USD", "99999999999999999999", "check the digits"),
        ] {
            let error = of(code).parse(text).expect_err(text).to_string();
            assert!(error.contains(says), "{text}: {error}");
        }
        assert!(Currency::of("XYZ").unwrap_err().to_string().contains("USD"));
        assert_eq!(Currency::of("eur").unwrap().code, "EUR");
    }

    #[test]
    fn what_is_wrong_and_what_to_write_stand_apart_whatever_the_text_holds() {
        let error = of("USD").parse("4; 50").unwrap_err();
        assert_eq!(error.problem(), "`4; 50` is not a price");
        assert_eq!(error.mend(), "write digits with a point where USD needs one, such as `4.50`");
        assert_eq!(error.to_string(), format!("{}; {}", error.problem(), error.mend()));
    }

    #[test]
    fn amounts_are_written_as_the_shop_prints_them() {
        for (code, units, full, short) in [
            ("USD", 450, "$4.50", "$4.50"),
            ("USD", -50, "-$0.50", "-$0.50"),
            ("USD", 5, "$0.05", "$0.05"),
            ("EUR", 300, "€3.00", "€3"),
            ("JPY", 400, "¥400", "¥400"),
            ("SEK", 2_500, "kr 25.00", "kr 25"),
            ("KWD", 1_255, "KWD 1.255", "KWD 1.255"),
        ] {
            assert_eq!(of(code).format(Money(units)), full);
            assert_eq!(of(code).format_short(Money(units)), short);
        }
        assert_eq!(of("USD").split(Money(-450)), (4, 50));
    }

    #[test]
    fn digits_after_the_point_are_those_of_the_standard() {
        for (code, _, exponent) in currencies::TABLE {
            let standard = iso_currency::Currency::from_code(code).unwrap_or_else(|| panic!("{code} is no currency"));
            assert_eq!(standard.exponent(), Some(u16::from(*exponent)), "{code}");
        }
    }

    #[test]
    fn shares_are_written_without_noughts_at_their_end() {
        assert_eq!([8_875, 15_000, 12_500, 0].map(percent), ["8.875", "15", "12.5", "0"]);
    }

    #[test]
    fn portions_round_halves_away_from_zero() {
        assert_eq!(Money(299).portion(1_500, 1_000), Money(449)); // 448.5
        assert_eq!(Money(-299).portion(1_500, 1_000), Money(-449));
        assert_eq!(Money(100).portion(4, 1_000), Money(0));
        assert_eq!(Money(100).portion(5, 1_000), Money(1));
        assert_eq!(Money(450).portion(3, 1), Money(1_350));
    }

    #[test]
    fn the_table_of_currencies_is_sorted_and_each_stands_once() {
        assert!(currencies::TABLE.windows(2).all(|pair| pair[0].0 < pair[1].0));
    }

    proptest! {
        #[test]
        fn what_is_written_reads_back(units in -Money::LARGEST.0..=Money::LARGEST.0, index in 0..currencies::TABLE.len()) {
            let currency = of(currencies::TABLE[index].0);
            prop_assert_eq!(currency.parse(&currency.plain(Money(units))), Ok(Money(units)));
        }

        #[test]
        fn no_text_makes_reading_panic(text in any::<String>(), index in 0..currencies::TABLE.len()) {
            let _ = of(currencies::TABLE[index].0).parse(&text);
        }

        #[test]
        fn a_product_is_within_half_a_unit_of_the_truth(price in -1_000_000i64..1_000_000, thousandths: u32) {
            let product = Money(price).portion(u64::from(thousandths), 1_000);
            prop_assert!((i128::from(product.0) * 1_000 - i128::from(price) * i128::from(thousandths)).abs() <= 500);
        }

        #[test]
        fn arithmetic_never_panics(a: i64, b: i64, numerator: u64, denominator: u64) {
            let _ = (Money(a) + Money(b), Money(a) - Money(b), -Money(a));
            prop_assert!(Money(a).portion(numerator, denominator).0.abs() <= Money::LARGEST.0);
        }
    }
}
