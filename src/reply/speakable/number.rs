//! Numbers → words, by the rules of the language.

use crate::lang::speak::{Rules, Words};

/// A number as written: its digits, without the marks between thousands.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Numeral {
    pub whole: String,
    pub fraction: Option<String>,
    /// Had marks between thousands.
    pub grouped: bool,
    /// The fraction was a sign of its own ("½", "1/2"), not digits after a point.
    pub vulgar: bool,
    /// Bytes of text that it takes.
    pub length: usize,
}

const VULGAR: [(&str, &str); 6] = [("½", "5"), ("¼", "25"), ("¾", "75"), ("1/2", "5"), ("1/4", "25"), ("3/4", "75")];

impl Numeral {
    /// The number at the start of `text`, if there is one.
    pub fn read(words: &Words, text: &str) -> Option<Numeral> {
        if let Some((fraction, length)) = vulgar(text) {
            return Some(Numeral { whole: "0".into(), fraction: Some(fraction), grouped: false, vulgar: true, length });
        }
        let mut length = digits(text);
        let mut whole = text[..length].to_string();
        let mut grouped = false;
        if (1..=3).contains(&length) {
            while let Some(group) = text[length..].strip_prefix(words.thousands).filter(|group| digits(group) == 3) {
                whole.push_str(&group[..3]);
                length += words.thousands.len_utf8() + 3;
                grouped = true;
            }
        }
        let mut fraction = None;
        if let Some(after) = text[length..].strip_prefix(words.decimal)
            && digits(after) > 0
        {
            fraction = Some(after[..digits(after)].to_string());
            length += words.decimal.len_utf8() + digits(after);
        }
        if whole.is_empty() && fraction.is_none() {
            return None;
        }
        let mut numeral = Numeral {
            whole: if whole.is_empty() { "0".into() } else { whole },
            fraction,
            grouped,
            vulgar: false,
            length,
        };
        if numeral.fraction.is_none() {
            let rest = &text[length..];
            let spaced = rest.strip_prefix(' ').filter(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
            let skipped = rest.len() - spaced.unwrap_or(rest).len();
            if let Some((fraction, taken)) = vulgar(&rest[skipped..]) {
                numeral.fraction = Some(fraction);
                numeral.vulgar = true;
                numeral.length += skipped + taken;
            }
        }
        Some(numeral)
    }

    /// Exactly one, so that what it counts stands in the singular.
    pub fn is_one(&self) -> bool {
        self.fraction.is_none() && self.whole.trim_start_matches('0') == "1"
    }

    pub fn say(&self, words: &Words) -> String {
        let whole = say_digits(words, &words.numbers, &self.whole);
        let Some(fraction) = &self.fraction else { return whole };
        match words.fractions.get(fraction) {
            Some(known) if self.vulgar && self.whole == "0" => known.bare.clone(),
            Some(known) if self.vulgar => fill(&known.after, &[("whole", &whole)]),
            _ => fill(&words.point, &[("whole", &whole), ("digits", &one_by_one(words, fraction))]),
        }
    }

    /// With what it measures: "half a pound", "one and a half pounds".
    pub fn say_measured(&self, words: &Words, one: &str, many: &str) -> String {
        let known = self.fraction.as_ref().and_then(|digits| words.fractions.get(digits.trim_end_matches('0')));
        let whole = self.whole.trim_start_matches('0');
        match known {
            Some(fraction) if whole.is_empty() => fill(&fraction.alone, &[("unit", one)]),
            Some(fraction) => {
                let whole = say_digits(words, &words.numbers, whole);
                let number = fill(&fraction.after, &[("whole", &whole)]);
                fill(&words.measure, &[("number", &number), ("unit", many)])
            }
            None => {
                let unit = if self.is_one() { one } else { many };
                fill(&words.measure, &[("number", &self.say(words)), ("unit", unit)])
            }
        }
    }

    /// As a year, if it looks like one.
    pub fn say_year(&self, words: &Words) -> Option<String> {
        if self.grouped || self.fraction.is_some() || self.whole.len() != 4 {
            return None;
        }
        let year: u64 = self.whole.parse().ok()?;
        let years = &words.years;
        if !(years.from..=years.to).contains(&year) {
            return None;
        }
        let (first, second) = (year / 100, year % 100);
        let pattern = match (first % 10, second) {
            (0, 0..=9) => &years.thousand,
            (_, 0) => &years.hundred,
            (_, 1..=9) => &years.low,
            _ => &years.pairs,
        };
        let say = |number| cardinal(words, &words.numbers, number);
        Some(fill(pattern, &[("first", &say(first)), ("second", &say(second)), ("number", &say(year))]))
    }
}

/// Digits by `rules`, or one by one where they are a code rather than a count: too long, or begun with a 0.
pub(super) fn say_digits(words: &Words, rules: &Rules, digits: &str) -> String {
    let coded = digits.len() >= words.longest_number || (digits.len() > 1 && digits.starts_with('0'));
    match digits.parse() {
        Ok(number) if !coded => cardinal(words, rules, number),
        _ => one_by_one(words, digits),
    }
}

pub(super) fn one_by_one(words: &Words, digits: &str) -> String {
    let spoken: Vec<&str> = digits
        .chars()
        .filter_map(|digit| digit.to_digit(10))
        .map(|digit| words.digits[digit as usize].as_str())
        .collect();
    spoken.join(" ")
}

/// `number` by the greatest rule that is not above it; quotients are always counted in plain numbers.
pub(super) fn cardinal(words: &Words, rules: &Rules, number: u64) -> String {
    let Some((&base, say)) = rules.0.range(..=number).next_back() else {
        return one_by_one(words, &number.to_string());
    };
    let (even, uneven) = say.split_once('|').unwrap_or((say, say));
    if number == base && !even.contains('{') {
        return even.to_string();
    }
    if base < 2 || !uneven.contains('{') {
        return one_by_one(words, &number.to_string()); // the language has no word here
    }
    let (times, rest) = (number / base, number % base);
    let pattern = if rest == 0 { even } else { uneven };
    let mut spoken = pattern.to_string();
    if pattern.contains("{times}") {
        spoken = spoken.replace("{times}", &cardinal(words, &words.numbers, times));
    }
    if pattern.contains("{rest}") {
        spoken = spoken.replace("{rest}", &cardinal(words, rules, rest));
    }
    spoken
}

/// Put values into a pattern's `{named}` places.
pub(super) fn fill(pattern: &str, values: &[(&str, &str)]) -> String {
    values.iter().fold(pattern.to_string(), |text, (name, value)| text.replace(&format!("{{{name}}}"), value))
}

/// Length of the run of ASCII digits at the start.
pub(super) fn digits(text: &str) -> usize {
    text.bytes().take_while(u8::is_ascii_digit).count()
}

/// A fraction sign at the start: the digits it stands for, and its length.
fn vulgar(text: &str) -> Option<(String, usize)> {
    let (sign, digits) = VULGAR.iter().find(|(sign, _)| {
        text.strip_prefix(sign).is_some_and(|rest| !rest.starts_with(|c: char| c.is_ascii_digit() || c == '/'))
    })?;
    Some((digits.to_string(), sign.len()))
}
