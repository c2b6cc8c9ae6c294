//! Text → words in one normal form, each with its place in the text. Words are found without assuming spaces:
//! each ideograph is a word of its own.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use crate::lang::Language;

use super::digits::{VULGAR, number_of, vulgar, write_number, written_fraction};
use super::script::{Kind, calmed, fold, is_ideograph};
use crate::lang::understand::{Endings, Stem};

/// What the writing, or a pause, put between a word and the one before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Break {
    #[default]
    None,
    Comma,
    /// End of a sentence.
    Stop,
}

#[derive(Debug, Clone)]
pub struct Token {
    /// Bytes of the text.
    pub span: Range<usize>,
    key: Range<usize>,
    /// Thousandths, where the word is a number.
    pub number: Option<u32>,
    pub before: Break,
    /// The sentence that it stands in ends with a question mark.
    pub question: bool,
    /// Ends like a plural: the first step of the language's stems took something off.
    pub plural: bool,
    /// Says what is done with a thing ("toasted").
    pub participle: bool,
    /// A single sign of a script that writes no gaps: what people call a word takes several.
    pub ideograph: bool,
    /// A number that is a measure too ("三两").
    pub measures: bool,
}

#[derive(Debug, Default)]
pub struct Tokens {
    keys: String,
    pub list: Vec<Token>,
}

impl Tokens {
    /// The word in its normal form.
    pub fn key(&self, at: usize) -> &str {
        &self.keys[self.list[at].key.clone()]
    }
    /// The same, where there is a word.
    pub fn key_at(&self, at: usize) -> Option<&str> {
        (at < self.list.len()).then(|| self.key(at))
    }
    pub fn len(&self) -> usize {
        self.list.len()
    }
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }
    /// The last sentence asks.
    fn ask(&mut self) {
        let last = self.list.iter().rposition(|token| token.before == Break::Stop).unwrap_or(0);
        self.list[last..].iter_mut().for_each(|token| token.question = true);
    }
    /// The bytes of the text from the first to the last of some tokens.
    pub fn span(&self, tokens: Range<usize>) -> Range<usize> {
        match (self.list.get(tokens.start), tokens.end.checked_sub(1).and_then(|last| self.list.get(last))) {
            (Some(first), Some(last)) if tokens.start < tokens.end => first.span.start..last.span.end,
            _ => 0..0,
        }
    }
}

/// The rules of a language that bring words to their normal form.
#[derive(Debug)]
pub struct Normaliser {
    numbers: HashMap<String, u32>,
    multipliers: HashMap<String, u32>,
    points: Vec<String>,
    /// Words between hundreds and the rest ("two hundred and fifty"), in their normal form.
    joints: Vec<String>,
    irregular: HashMap<String, String>,
    symbols: HashMap<char, String>,
    stems: Vec<Vec<Stem>>,
    participles: Endings,
    /// Words that begin with digits ("2nd"); elsewhere digits and letters part ("12oz").
    joined: HashSet<String>,
    /// Words that end a question ("吗").
    closing: HashSet<String>,
    /// Number words that are measures too.
    measures: HashSet<String>,
    /// Words of the shop in which a letter stands three times running: "AAA", "XXXL".
    written: HashSet<String>,
}

impl Normaliser {
    pub fn new(language: &Language) -> Self {
        let words = &language.understand;
        Normaliser {
            numbers: language.numbers.words.iter().map(|(w, n)| (w.clone(), *n)).collect(),
            multipliers: language.numbers.multipliers.iter().map(|(w, n)| (w.clone(), *n)).collect(),
            points: language.numbers.points.clone(),
            joints: language.numbers.joints.clone(),
            irregular: words.irregular.iter().map(|(w, to)| (w.clone(), to.clone())).collect(),
            closing: words.closing.iter().cloned().collect(),
            measures: language
                .units
                .values()
                .flat_map(|unit| &unit.names)
                .filter(|name| language.numbers.words.contains_key(*name))
                .cloned()
                .collect(),
            symbols: words.symbols.iter().filter_map(|(s, w)| Some((s.chars().next()?, w.clone()))).collect(),
            stems: words.stems.clone(),
            participles: words.participles.clone(),
            joined: language
                .numbers
                .ordinals
                .keys()
                .filter(|w| w.starts_with(|c: char| c.is_ascii_digit()))
                .cloned()
                .collect(),
            written: HashSet::new(),
        }
    }

    /// The same, for a shop in which things are called so: what is written with a letter three times there is not drawn out.
    pub fn knowing<'n>(mut self, names: impl Iterator<Item = &'n str>) -> Self {
        let words = names.flat_map(|name| name.split(|c: char| !c.is_alphabetic())).map(str::to_lowercase);
        self.written = words.filter(|word| calmed(word).is_some()).collect();
        self
    }

    pub fn tokens(&self, text: &str) -> Tokens {
        let mut out =
            Tokens { keys: String::with_capacity(text.len() + 8), list: Vec::with_capacity(text.len() / 4 + 1) };
        let mut word = String::new();
        let mut pending = Break::None;
        let mut chars = text.char_indices().peekable();
        while let Some((at, c)) = chars.next() {
            let Some(kind) = Kind::of(c) else {
                if let Some(thousandths) = vulgar(c) {
                    self.push_fraction(&mut out, thousandths, at..at + c.len_utf8(), &mut pending);
                    continue;
                }
                if let Some(symbol) = self.symbols.get(&c) {
                    self.push(&mut out, symbol, at..at + c.len_utf8(), &mut pending);
                    continue;
                }
                let inside_number = matches!(c, '.' | ',' | ':')
                    && out.list.last().is_some_and(|t| t.number.is_some() && t.span.end == at)
                    && chars.peek().is_some_and(|(_, next)| next.is_ascii_digit());
                match c {
                    _ if inside_number => {}
                    '.' | '!' | '?' | ';' | '\n' | '。' | '！' | '？' | '…' | '—' => {
                        if c == '?' || c == '？' {
                            out.ask();
                        }
                        pending = Break::Stop;
                    }
                    ',' | ':' | '，' | '、' | '(' | ')' | '"' => pending = pending.max(Break::Comma),
                    _ => {}
                }
                continue;
            };
            word.clear();
            fold(c, &mut word);
            let mut end = at + c.len_utf8();
            if kind != Kind::Ideograph {
                while let Some(&(place, next)) = chars.peek() {
                    let apostrophe = matches!(next, '\'' | '’' | '‘' | '`');
                    if kind == Kind::Digit && matches!(next, '.' | ',') {
                        let mut ahead = chars.clone();
                        ahead.next();
                        let digits = ahead.take_while(|(_, d)| d.is_ascii_digit()).count();
                        // "1.5", and "1,000" but not "1,2": a comma inside a number stands before three digits.
                        if (next == '.' && digits > 0) || (next == ',' && digits == 3) {
                            if next == '.' {
                                word.push('.');
                            }
                            chars.next();
                            continue;
                        }
                        break;
                    }
                    if apostrophe && kind == Kind::Letter {
                        chars.next();
                        continue;
                    }
                    if Kind::of(next) != Some(kind) {
                        break;
                    }
                    fold(next, &mut word);
                    end = place + next.len_utf8();
                    chars.next();
                }
                // "1st", "2nd": digits and letters that belong together.
                if kind == Kind::Digit && chars.peek().is_some_and(|(_, c)| Kind::of(*c) == Some(Kind::Letter)) {
                    let tail: String =
                        chars.clone().map(|(_, c)| c).take_while(|c| Kind::of(*c) == Some(Kind::Letter)).collect();
                    let whole = format!("{word}{}", tail.to_lowercase());
                    if self.irregular.contains_key(&whole) || self.joined.contains(&whole) {
                        for _ in 0..tail.chars().count() {
                            if let Some((place, c)) = chars.next() {
                                end = place + c.len_utf8();
                            }
                        }
                        word = whole;
                    }
                }
            }
            if kind == Kind::Digit
                && let Some((thousandths, length)) = written_fraction(&text[at..])
            {
                while chars.next_if(|(place, _)| *place < at + length).is_some() {}
                self.push_fraction(&mut out, thousandths, at..at + length, &mut pending);
                continue;
            }
            let key = std::mem::take(&mut word);
            self.push(&mut out, &key, at..end, &mut pending);
            word = key;
        }
        out
    }

    /// "1½" and "1 1/2" are one number; alone a fraction is read as its word where the language has one for the sign
    /// ("½" is "half"), else as a number by itself.
    fn push_fraction(&self, out: &mut Tokens, thousandths: u32, span: Range<usize>, pending: &mut Break) {
        let whole = out.list.last_mut().filter(|last| {
            *pending == Break::None && last.span.end + 1 >= span.start && last.number.is_some_and(|n| n % 1000 == 0)
        });
        if let Some(last) = whole {
            let sum = last.number.unwrap_or(0).saturating_add(thousandths);
            let start = out.keys.len();
            write_number(sum, &mut out.keys);
            (last.number, last.span.end, last.key) = (Some(sum), span.end, start..out.keys.len());
            return;
        }
        let word = VULGAR.iter().find(|(_, of)| *of == thousandths).and_then(|(sign, _)| self.symbols.get(sign));
        match word {
            Some(word) => self.push(out, word, span, pending),
            None => {
                let mut number = String::new();
                write_number(thousandths, &mut number);
                self.push(out, &number, span, pending);
            }
        }
    }

    /// Letters that are drawn out ("goood") are written twice at most.
    fn push(&self, out: &mut Tokens, word: &str, span: Range<usize>, pending: &mut Break) {
        let short = calmed(word).filter(|_| !self.written.contains(word));
        let said = short.as_deref().unwrap_or(word);
        let word = self.irregular.get(said).map_or(said, String::as_str);
        // "俩" is "两个": signs that one stands for are words of their own.
        let signs = word.chars().map(|c| c.encode_utf8(&mut [0; 4]).to_string());
        if word != said && word.chars().count() > 1 && signs.clone().all(|sign| is_ideograph(&sign)) {
            return signs.for_each(|sign| self.push(out, &sign, span.clone(), pending));
        }
        let before = if out.list.is_empty() { Break::Stop } else { std::mem::take(pending) };
        *pending = Break::None;
        // "number sevens" are still seven.
        let single = self.stems.first().and_then(|step| step.iter().find(|rule| word.ends_with(&rule.end)));
        let single = single.filter(|rule| rule.to.is_empty()).and_then(|rule| word.strip_suffix(&rule.end));
        let spelt = self.numbers.get(word).or_else(|| self.numbers.get(single?).filter(|n| **n > 1));
        // "a hundred": by itself a word that multiplies is one of what it stands for.
        let spelt = spelt.or_else(|| self.multipliers.get(word));
        let number = number_of(word).or_else(|| spelt.map(|n| n.saturating_mul(1000)));
        let longer = self.decimal(out, number, before).or_else(|| self.rest_of_hundreds(out, word, number, before));
        if longer.is_some() {
            out.list.pop();
        }
        if let Some(merged) = longer.or_else(|| self.merge(out, word, number, before)) {
            let last = out.list.last_mut().expect("merge looked at it");
            last.span.end = span.end;
            last.number = Some(merged);
            let start = out.keys.len();
            write_number(merged, &mut out.keys);
            last.key = start..out.keys.len();
            return;
        }
        let start = out.keys.len();
        let plural = match number {
            Some(n) => {
                write_number(n, &mut out.keys);
                // "ones"
                said.len() > word.len() && said.starts_with(word)
            }
            None => self.stem(word, &mut out.keys),
        };
        let key = start..out.keys.len();
        let participle = number.is_none() && self.participles.fit(word);
        let ideograph = is_ideograph(word);
        let measures = self.measures.contains(word);
        out.list.push(Token { span, key, number, before, question: false, plural, participle, ideograph, measures });
        if self.closing.contains(word) {
            out.ask();
            *pending = Break::Stop;
        }
    }

    /// "two" + "point" + "five".
    fn decimal(&self, out: &Tokens, number: Option<u32>, before: Break) -> Option<u32> {
        let [.., whole, point] = &out.list[..] else { return None };
        let joined = before == Break::None && point.before == Break::None && point.number.is_none();
        let pointed = joined && self.points.iter().any(|p| *p == out.keys[point.key.clone()]);
        let whole = whole.number.filter(|n| n.is_multiple_of(1000))?;
        let part = number.filter(|n| pointed && n.is_multiple_of(1000))? / 1000;
        match part {
            0..=9 => Some(whole + part * 100),
            10..=99 => Some(whole + part * 10),
            _ => None,
        }
    }

    /// "two hundred" + "and" + "fifty".
    fn rest_of_hundreds(&self, out: &Tokens, word: &str, number: Option<u32>, before: Break) -> Option<u32> {
        let [.., hundreds, and] = &out.list[..] else { return None };
        let joined = before == Break::None && and.before == Break::None && and.number.is_none();
        let joined = joined && self.joints.iter().any(|joint| *joint == out.keys[and.key.clone()]);
        let hundreds = hundreds.number.filter(|n| joined && *n >= 100_000 && n.is_multiple_of(100_000))?;
        let rest = number.filter(|n| *n < 100_000 && number_of(word).is_none())?;
        hundreds.checked_add(rest)
    }

    /// "twenty" + "four", "two" + "hundred", "十" + "二": the number that the last token becomes.
    fn merge(&self, out: &Tokens, word: &str, number: Option<u32>, before: Break) -> Option<u32> {
        let last = out.list.last()?.number.filter(|_| before == Break::None)?;
        if let Some(times) = self.multipliers.get(word) {
            // "三两千层饼": the two that is counted by a number is a measure, and no part of another.
            if let [.., counts, last] = &out.list[..]
                && last.measures
                && last.before == Break::None
                && counts.number.is_some()
            {
                return None;
            }
            // Past what can be counted it is still the most there is, and no other number.
            return self.multiplied(last, *times);
        }
        let n = number?;
        let spelt = |n: u32| n.is_multiple_of(1000) && self.numbers.values().any(|v| *v == n / 1000);
        let below = last % 100_000;
        let tens = below >= 20_000 && below % 10_000 == 0 && (1000..10_000).contains(&n);
        let built = self.multipliers.values().any(|m| last >= m * 1000 && last % (m * 1000) == 0 && n < m * 1000);
        // Digits are complete as they stand; only number words are built from parts.
        ((tens || built) && spelt(n) && number_of(word).is_none()).then(|| last.checked_add(n)).flatten()
    }

    /// What stands before a multiplier, up to the next larger one, is how many of it: "一百二" + "十" is 120.
    fn multiplied(&self, last: u32, times: u32) -> Option<u32> {
        let larger = self.multipliers.values().map(|m| m * 1000).filter(|m| *m > times * 1000 && last >= *m).min();
        let part = larger.map_or(last, |larger| last % larger);
        let rest = part.saturating_mul(times).min(MOST);
        (part > 0 && part < 1_000_000).then(|| (last - part).saturating_add(rest).min(MOST))
    }

    /// Append the normal form of `word`; whether it looked like a plural.
    fn stem(&self, word: &str, keys: &mut String) -> bool {
        let start = keys.len();
        keys.push_str(word);
        let mut plural = false;
        for (at, step) in self.stems.iter().enumerate() {
            let count = keys[start..].chars().count();
            let rule = step.iter().find(|rule| keys[start..].ends_with(&rule.end) && count > rule.longer_than);
            if let Some(rule) = rule {
                keys.truncate(keys.len() - rule.end.len());
                keys.push_str(&rule.to);
                plural |= at == 0 && rule.to.len() < rule.end.len();
            }
        }
        plural
    }
}

/// The most that a number can be: thousandths of a whole one.
const MOST: u32 = u32::MAX / 1000 * 1000;

#[cfg(test)]
mod tests;
