//! One pass over the text: at each place the first reading that fits is spoken, all else is copied.

use super::number::{self, Numeral, cardinal, digits, fill, one_by_one};
use super::{Script, Sign};

pub(super) struct Scan<'a> {
    script: &'a Script,
    text: String,
    at: usize,
    out: String,
    /// Length of `out` after the last spoken piece: what follows it needs a space where two words would touch.
    spoken_until: usize,
    /// The shop's own pronunciations are not looked up inside themselves.
    names: bool,
}

/// Words of what was read, and how many bytes it took.
type Reading = Option<(String, usize)>;

impl<'a> Scan<'a> {
    pub fn new(script: &'a Script, text: &str) -> Self {
        Scan { script, text: plain(text), at: 0, out: String::new(), spoken_until: 0, names: true }
    }

    pub fn run(mut self) -> String {
        while let Some(c) = self.text[self.at..].chars().next() {
            match self.reading() {
                Some((spoken, taken)) => {
                    self.speak(&spoken);
                    self.at += taken;
                    self.connect();
                }
                None => {
                    self.copy(c);
                    self.at += c.len_utf8();
                }
            }
        }
        tidy(&self.out)
    }

    fn reading(&self) -> Reading {
        let rest = &self.text[self.at..];
        let before = self.text[..self.at].chars().next_back();
        let starts_word = !joined(before, rest.chars().next());
        if starts_word && let Some(found) = self.name(rest).or_else(|| self.abbreviation(rest)) {
            return Some(found);
        }
        let after_digit = before.is_some_and(|c| c.is_ascii_digit());
        if after_digit {
            return None; // in the middle of what was not read as a number
        }
        self.signed(rest, before)
            .or_else(|| self.amount(rest, starts_word))
            .or_else(|| self.telephone(rest))
            .or_else(|| self.time(rest))
            .or_else(|| self.count(rest))
            .or_else(|| self.symbol(rest))
    }

    /// A product whose spelling misleads.
    fn name(&self, rest: &str) -> Reading {
        let (taken, spoken) = self.names.then_some(&self.script.names)?.iter().find_map(|(written, spoken)| {
            let taken = prefix(rest, written)?;
            whole_word(rest, taken).then_some((taken, spoken))
        })?;
        let inner = Scan { names: false, ..Scan::new(self.script, spoken) };
        Some((inner.run(), taken))
    }

    fn abbreviation(&self, rest: &str) -> Reading {
        let words = &self.script.words;
        let numbered = words.before_number.iter().find_map(|(written, spoken)| {
            let taken = prefix(rest, written)?;
            let number = rest[taken..].strip_prefix(' ').unwrap_or(&rest[taken..]);
            number.starts_with(|c: char| c.is_ascii_digit()).then(|| (spoken.clone(), taken))
        });
        numbered.or_else(|| longest(words.abbreviations.iter(), rest).map(|(spoken, taken)| (spoken.clone(), taken)))
    }

    /// "-$0.50", "+2": only where no word or number stands before.
    fn signed(&self, rest: &str, before: Option<char>) -> Reading {
        let words = &self.script.words;
        if before.is_some_and(|c| !c.is_whitespace() && c != '(') {
            return None;
        }
        let sign = rest.chars().next()?;
        let pattern = match sign {
            '-' | '−' => &words.minus,
            '+' => &words.plus,
            _ => return None,
        };
        let inner = &rest[sign.len_utf8()..];
        let (amount, taken) = self.amount(inner, true).or_else(|| self.count(inner))?;
        Some((fill(pattern, &[("amount", &amount)]), sign.len_utf8() + taken))
    }

    /// Money with its sign before the number.
    fn amount(&self, rest: &str, starts_word: bool) -> Reading {
        let sign = self.script.signs.iter().find(|sign| {
            rest.starts_with(&sign.written) && (starts_word || !sign.written.starts_with(char::is_alphabetic))
        })?;
        let after = &rest[sign.written.len()..];
        let number = after.strip_prefix(' ').unwrap_or(after);
        let numeral = Numeral::read(&self.script.words, number)?;
        Some((self.money(&numeral, sign), rest.len() - number.len() + numeral.length))
    }

    fn money(&self, numeral: &Numeral, sign: &Sign) -> String {
        let (words, coins) = (&self.script.words, &sign.coins);
        if sign.minor {
            return numeral.say_measured(words, &coins.minor_one, &coins.minor_many);
        }
        let Some(fraction) = &numeral.fraction else { return numeral.say_measured(words, &coins.one, &coins.many) };
        let kept = fraction.trim_end_matches('0');
        if numeral.vulgar || kept.len() > sign.exponent {
            return fill(&words.measure, &[("number", &numeral.say(words)), ("unit", &coins.many)]);
        }
        let minor =
            Numeral { whole: format!("{kept:0<width$}", width = sign.exponent), fraction: None, ..numeral.clone() };
        let minor = Numeral { whole: minor.whole.trim_start_matches('0').into(), ..minor };
        let major = Numeral { fraction: None, ..numeral.clone() };
        let major_said = major.say_measured(words, &coins.one, &coins.many);
        if minor.whole.is_empty() {
            return major_said;
        }
        let minor_said = minor.say_measured(words, &coins.minor_one, &coins.minor_many);
        if major.whole.chars().all(|digit| digit == '0') {
            return minor_said;
        }
        fill(&words.money.both, &[("major", &major_said), ("minor", &minor_said)])
    }

    /// Groups of digits with hyphens, three or more of them, or three and four digits.
    fn telephone(&self, rest: &str) -> Reading {
        let mut groups = vec![digits(rest)];
        let mut taken = groups[0];
        while groups[0] > 0 {
            let next = rest[taken..].strip_prefix('-').map_or(0, digits);
            if next == 0 {
                break;
            }
            groups.push(next);
            taken += 1 + next;
        }
        let total: usize = groups.iter().sum();
        let is_one = groups == [3, 4] || (groups.len() > 2 && (7..=15).contains(&total));
        is_one.then(|| {
            let said: Vec<String> =
                rest[..taken].split('-').map(|group| one_by_one(&self.script.words, group)).collect();
            (said.join(", "), taken)
        })
    }

    fn time(&self, rest: &str) -> Reading {
        let words = &self.script.words;
        let hours = digits(rest);
        let hour: u64 = rest[..hours].parse().ok().filter(|hour| *hour <= 24 && hours <= 2)?;
        let minute = rest[hours..].strip_prefix(':').filter(|minute| digits(minute) == 2);
        let minute: Option<u64> = minute.and_then(|minute| minute[..2].parse().ok()).filter(|minute| *minute < 60);
        let mut taken = hours + if minute.is_some() { 3 } else { 0 };
        let spaced = rest[taken..].strip_prefix(' ').unwrap_or(&rest[taken..]);
        let half = longest(words.clock.halves.iter(), spaced);
        if let Some((_, length)) = half {
            taken = rest.len() - spaced.len() + length;
        } else {
            minute?;
        }
        let say = |number| cardinal(words, &words.numbers, number);
        let minute_said = match minute {
            Some(low @ 1..=9) => fill(&words.clock.low_minute, &[("minute", &say(low))]),
            Some(minute) => say(minute),
            None => String::new(),
        };
        let pattern = match (minute.unwrap_or(0) > 0, half.is_some()) {
            (true, true) => &words.clock.minutes_half,
            (true, false) => &words.clock.minutes,
            (false, true) => &words.clock.hour_half,
            (false, false) => &words.clock.hour,
        };
        let half_said = half.map_or("", |(spoken, _)| spoken.as_str());
        Some((fill(pattern, &[("hour", &say(hour)), ("minute", &minute_said), ("half", half_said)]), taken))
    }

    /// A number with what may follow it: an ending, a percent sign, a coin, a unit.
    fn count(&self, rest: &str) -> Reading {
        let words = &self.script.words;
        let numeral = Numeral::read(words, rest)?;
        let taken = numeral.length;
        let after = &rest[taken..];
        let spaced = after.strip_prefix(' ').unwrap_or(after);
        let gap = after.len() - spaced.len();
        let number = || numeral.say(words);
        if numeral.fraction.is_none()
            && let Some(length) = words.ordinal_endings.iter().find_map(|end| word_prefix(after, end))
        {
            return Some((number::say_digits(words, &words.ordinals, &numeral.whole), taken + length));
        }
        if spaced.starts_with('%') {
            return Some((fill(&words.percent, &[("number", &number())]), taken + gap + 1));
        }
        if let Some(sign) = words.times_sign.iter().find(|sign| spaced.starts_with(**sign)) {
            let length = taken + gap + sign.len_utf8();
            if !joined(Some(*sign), rest[length..].chars().next()) {
                let before_word = rest[length..].trim_start().starts_with(char::is_alphanumeric);
                let pattern = if before_word { &words.times_word } else { &words.times_alone };
                return Some((fill(pattern, &[("number", &number())]), length));
            }
        }
        let coin = self.script.signs.iter().find_map(|sign| Some((sign, word_prefix(spaced, &sign.written)?)));
        if let Some((sign, length)) = coin
            && !spaced[length..].starts_with(|c: char| c.is_ascii_digit())
        {
            return Some((self.money(&numeral, sign), taken + gap + length));
        }
        if let Some((unit, length)) = longest(words.units.iter(), spaced) {
            return Some((numeral.say_measured(words, &unit.one, &unit.many), taken + gap + length));
        }
        // "a 12-oz cup": the unit describes, and stands in the singular.
        if let Some((unit, length)) = after.strip_prefix('-').and_then(|after| longest(words.units.iter(), after)) {
            return Some((numeral.say_measured(words, &unit.one, &unit.one), taken + 1 + length));
        }
        Some((numeral.say_year(words).unwrap_or_else(number), taken))
    }

    fn symbol(&self, rest: &str) -> Reading {
        let c = rest.chars().next()?;
        self.script.words.symbols.get(&c).map(|spoken| (spoken.clone(), c.len_utf8()))
    }

    /// What joins a number just spoken to the next: "7–9", "$2/lb".
    fn connect(&mut self) {
        let words = &self.script.words;
        let rest = &self.text[self.at..];
        if !self.text[..self.at].ends_with(|c: char| c.is_alphanumeric()) {
            return;
        }
        let numeric = |text: &str| Numeral::read(words, text).is_some() || self.amount(text, true).is_some();
        if let Some(after) = rest.strip_prefix(['-', '–', '—']).or_else(|| rest.strip_prefix(" – "))
            && numeric(after)
        {
            let range = words.range.clone();
            self.at += rest.len() - after.len();
            self.speak(&range);
        } else if let Some(after) = rest.strip_prefix('/').filter(|after| after.starts_with(char::is_alphabetic)) {
            let unit = longest(words.units.iter(), after);
            let (unit, length) = unit.map_or((String::new(), 0), |(unit, length)| (unit.one.clone(), length));
            let per = words.per.clone();
            self.at += 1 + length;
            self.speak(&per);
            self.speak(&unit);
        }
    }

    fn speak(&mut self, spoken: &str) {
        if joined(self.out.chars().next_back(), spoken.chars().next()) {
            self.out.push(' ');
        }
        self.out.push_str(spoken);
        self.spoken_until = self.out.len();
    }

    fn copy(&mut self, c: char) {
        let c = match c {
            c if c.is_alphabetic() || c.is_whitespace() || KEPT.contains(&c) => c,
            '…' => '.',
            '–' | '—' => ',',
            _ => ' ',
        };
        if self.out.len() == self.spoken_until && joined(self.out.chars().next_back(), Some(c)) {
            self.out.push(' ');
        }
        self.out.push(c);
    }
}

/// Punctuation that shapes a sentence or a word; all other signs are silent.
const KEPT: [char; 14] = ['.', ',', ';', ':', '?', '!', '\'', '-', '。', '，', '、', '；', '？', '！'];

/// One way of writing what has several: apostrophes, wide digits, spaces that do not break.
fn plain(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '’' | 'ʼ' => '\'',
            '\u{ff10}'..='\u{ff19}' => char::from(b'0' + (u32::from(c) - 0xff10) as u8),
            '\u{a0}' | '\u{202f}' | '\u{2009}' => ' ',
            c => c,
        })
        .collect()
}

/// Single spaces, none before punctuation, none at the ends; lines stay apart.
fn tidy(text: &str) -> String {
    let mut tidy = String::with_capacity(text.len());
    for c in text.trim().chars() {
        let ends_clause = [',', '.', ';', ':', '?', '!'].contains(&c);
        if (c.is_whitespace() || ends_clause) && tidy.ends_with(' ') {
            tidy.pop();
        }
        let c = if c.is_whitespace() && c != '\n' { ' ' } else { c };
        if !(c.is_whitespace() && tidy.ends_with('\n')) {
            tidy.push(c);
        }
    }
    tidy
}

/// Whether two neighbours belong to one word. Ideographs are words of their own.
fn joined(before: Option<char>, after: Option<char>) -> bool {
    let part = |c: char| c.is_alphanumeric() && !matches!(c, '\u{2e80}'..='\u{9fff}' | '\u{20000}'..='\u{3ffff}');
    before.is_some_and(part) && after.is_some_and(part)
}

/// How many bytes of `text` spell `written`, whatever the case; a single letter must have its own.
fn prefix(text: &str, written: &str) -> Option<usize> {
    let mut rest = text.chars();
    let single = written.chars().count() == 1;
    for wanted in written.chars() {
        let found = rest.next()?;
        if found != wanted && (single || !found.to_lowercase().eq(wanted.to_lowercase())) {
            return None;
        }
    }
    Some(text.len() - rest.as_str().len())
}

fn whole_word(text: &str, taken: usize) -> bool {
    !joined(text[..taken].chars().next_back(), text[taken..].chars().next())
}

/// As [`prefix`], but only up to the end of a word.
fn word_prefix(text: &str, written: &str) -> Option<usize> {
    prefix(text, written).filter(|taken| whole_word(text, *taken))
}

/// The longest key of a table that stands at the start of `text` as a whole word. A full stop that also ends the
/// sentence is left to it.
fn longest<'t, T>(table: impl Iterator<Item = (&'t String, &'t T)>, text: &str) -> Option<(&'t T, usize)> {
    let (value, taken) = table
        .filter_map(|(written, value)| Some((value, word_prefix(text, written)?)))
        .max_by_key(|(_, taken)| *taken)?;
    let after = text[taken..].trim_start();
    let ends = after.is_empty() || (after.len() < text[taken..].len() && after.starts_with(char::is_uppercase));
    let left = usize::from(ends && text[..taken].ends_with('.'));
    Some((value, taken - left))
}
