//! Times of the day as people say them: "at half past five", "in twenty minutes", "as soon as you can".

use std::ops::Range;

use crate::commerce::fulfilment::{ClockSaid, TimeSaid};
use crate::lang::destination::{TimePattern, TimeWords};
use crate::lang::wording::expand;

use super::phrases::{self, Phrases};
use super::tokens::{Break, Normaliser, Tokens};

#[derive(Debug, Clone, PartialEq, Eq)]
enum Word {
    Is(String),
    Hour,
    Minute,
}

#[derive(Debug)]
struct Pattern {
    words: Vec<Word>,
    add: i32,
    before: bool,
    hour: Option<u16>,
    bare: bool,
}

#[derive(Debug)]
pub(super) struct Clock {
    at: Phrases,
    moved: Phrases,
    instead: Phrases,
    soonest: Phrases,
    soonest_alone: Phrases,
    morning: Phrases,
    evening: Phrases,
    tomorrow: Phrases,
    clock: Vec<Pattern>,
    later: Vec<Pattern>,
    behind: Phrases,
    /// Between hours and minutes where that looks like a decimal ("五点二十").
    points: Vec<String>,
    noughts: Phrases,
    reader: Normaliser,
}

/// A time, and the token after it.
pub(super) type Found = (usize, TimeSaid);

const HOUR: i32 = 60;
const DAY: i32 = 24 * HOUR;

impl Clock {
    pub fn new(words: &TimeWords, behind: &[String], language: &crate::lang::Language) -> Clock {
        let reader = Normaliser::new(language);
        let phrases = |all: &[String]| Phrases::new(all, &reader);
        Clock {
            at: phrases(&words.at),
            moved: phrases(&words.moved),
            instead: phrases(&words.instead),
            soonest: phrases(&words.soonest),
            soonest_alone: phrases(&words.soonest_alone),
            morning: phrases(&words.morning),
            evening: phrases(&words.evening),
            tomorrow: phrases(&words.tomorrow),
            clock: patterns(&words.clock, &reader),
            later: patterns(&words.later, &reader),
            behind: phrases(behind),
            points: language.numbers.points.clone(),
            noughts: phrases(&language.understand.take_up.noughts),
            reader,
        }
    }

    /// The time that is said from this token on. `asked`: it answers when something is wanted, so that a bare number is one.
    pub fn at(&self, text: &str, tokens: &Tokens, from: usize, asked: bool) -> Option<Found> {
        let soonest = self.soonest.at(tokens, from).or_else(|| self.soonest_alone.at(tokens, from).filter(|_| asked));
        if let Some(length) = soonest {
            return Some((from + length, TimeSaid::Soonest));
        }
        if let Some((end, minutes)) = self.later(text, tokens, from) {
            return Some((end, TimeSaid::In(minutes)));
        }
        self.of_day(text, tokens, from, asked)
    }

    fn later(&self, text: &str, tokens: &Tokens, from: usize) -> Option<(usize, u32)> {
        let (_, read) = self.longest(&self.later, text, tokens, from)?;
        let minutes = i32::from(read.hour.unwrap_or(0)) * HOUR + i32::from(read.minute.unwrap_or(0)) + read.add;
        Some((read.end, u32::try_from(minutes).ok().filter(|minutes| *minutes <= DAY as u32)?))
    }

    fn of_day(&self, text: &str, tokens: &Tokens, from: usize, asked: bool) -> Option<Found> {
        let mut day = DaySaid::default();
        let mut at = from;
        let mut announced = asked;
        loop {
            if let Some(length) = self.at.at(tokens, at) {
                announced = true;
                at += length;
            } else if let Some(end) = self.day(tokens, at, &mut day) {
                at = end;
            } else {
                break;
            }
        }
        let (pattern, read) = self.longest(&self.clock, text, tokens, at)?;
        at = read.end;
        while let Some(end) = self.day(tokens, at, &mut day) {
            at = end;
        }
        let plain = !pattern.bare || day.half.is_some();
        if !plain && (!announced || !self.ends(tokens, at)) {
            return None;
        }
        Some((at, TimeSaid::At(self.minute(pattern, &read, &day)?)))
    }

    /// Another time than the one agreed upon: "can we do five thirty", "make it six instead". A bare hour alone is none:
    /// "make it six" counts.
    pub fn moved(&self, text: &str, tokens: &Tokens, from: usize) -> Option<Found> {
        let at = from + self.moved.at(tokens, from)?;
        let (pattern, read) = self.longest(&self.clock, text, tokens, at)?;
        let (mut day, mut end) = (DaySaid::default(), read.end);
        while let Some(next) = self.day(tokens, end, &mut day) {
            end = next;
        }
        let instead = self.instead.at(tokens, end);
        let plain = !pattern.bare || read.minute.is_some() || day.half.is_some();
        end += instead.unwrap_or(0);
        if !plain && instead.is_none() || !self.ends(tokens, end) {
            return None;
        }
        Some((end, TimeSaid::At(self.minute(pattern, &read, &day)?)))
    }

    fn minute(&self, pattern: &Pattern, read: &Read, day: &DaySaid) -> Option<ClockSaid> {
        let hour = pattern.hour.or(read.hour).filter(|hour| *hour <= 24)?;
        let minutes = i32::from(read.minute.unwrap_or(0));
        let minutes = if pattern.before { -minutes } else { minutes };
        let turned = match day.half {
            Some(Half::Morning) if hour == 12 => 0,
            Some(Half::Evening) if hour < 12 => hour + 12,
            _ => hour,
        };
        let minute = (i32::from(turned) * HOUR + minutes + pattern.add).rem_euclid(DAY);
        let sure = day.half.is_some() || pattern.hour.is_some() || hour > 12 || hour == 0;
        Some(ClockSaid { minute: u16::try_from(minute).ok()?, sure, tomorrow: day.tomorrow })
    }

    /// Which half of the day, or which day, is said here.
    fn day(&self, tokens: &Tokens, at: usize, day: &mut DaySaid) -> Option<usize> {
        if let Some(length) = self.tomorrow.at(tokens, at) {
            day.tomorrow = true;
            return Some(at + length);
        }
        let halves = [(&self.morning, Half::Morning), (&self.evening, Half::Evening)];
        let (length, half) = halves.into_iter().find_map(|(said, half)| Some((said.at(tokens, at)?, half)))?;
        day.half = Some(half);
        Some(at + length)
    }

    /// Whether nothing follows that a number before it could be so many of.
    pub fn ends(&self, tokens: &Tokens, at: usize) -> bool {
        tokens.list.get(at).is_none_or(|token| token.before != Break::None) || self.behind.at(tokens, at).is_some()
    }

    fn longest<'c>(&self, among: &'c [Pattern], text: &str, tokens: &Tokens, at: usize) -> Option<(&'c Pattern, Read)> {
        let read = among.iter().filter_map(|pattern| Some((pattern, self.read(pattern, text, tokens, at)?)));
        // Of equally long ones the first.
        read.reduce(|best, next| if next.1.end > best.1.end { next } else { best })
    }

    fn read(&self, pattern: &Pattern, text: &str, tokens: &Tokens, from: usize) -> Option<Read> {
        let mut read = Read { end: from, hour: None, minute: None, add: pattern.add };
        for word in &pattern.words {
            match word {
                Word::Is(word) => {
                    (tokens.key_at(read.end)? == word).then_some(())?;
                    read.end += 1;
                }
                Word::Hour => {
                    let (end, hour, minute) = self.hour(text, tokens, read.end)?;
                    (read.end, read.hour, read.minute) = (end, Some(hour), minute.or(read.minute));
                }
                Word::Minute => {
                    // "seven oh five"
                    let nought = self.noughts.at(tokens, read.end).filter(|_| read.hour.is_some()).unwrap_or(0);
                    let minute = whole(tokens, read.end + nought)?;
                    let most = if pattern.hour.is_none() && read.hour.is_some() { 59 } else { 1_440 };
                    read.minute = Some(minute).filter(|minute| *minute <= most && (nought == 0 || *minute < 10));
                    read.minute?;
                    read.end += nought + 1;
                }
            }
        }
        Some(read)
    }

    /// "5", "17"; with its minutes where they were read as decimals: "5.30", "五点二十".
    fn hour(&self, text: &str, tokens: &Tokens, at: usize) -> Option<(usize, u16, Option<u16>)> {
        let token = tokens.list.get(at)?;
        token.number?;
        let written = text.get(token.span.clone()).unwrap_or_default();
        let point = self.points.iter().map(String::as_str).chain(["."]).find(|point| written.contains(point));
        let Some((hour, minute)) = point.and_then(|point| written.split_once(point)) else {
            return Some((at + 1, whole(tokens, at)?, None));
        };
        let number = |text: &str| {
            let tokens = self.reader.tokens(text);
            (tokens.len() == 1).then(|| whole(&tokens, 0)).flatten()
        };
        let (hour, minute) = (number(hour)?, number(minute)?);
        if point == Some(".") {
            let two = written.rsplit_once('.').is_some_and(|(_, part)| part.len() == 2);
            return (two && minute < 60).then_some((at + 1, hour, Some(minute)));
        }
        // "五点二十" + "五"
        let tens = minute > 0 && minute.is_multiple_of(10);
        let rest = whole(tokens, at + 1).filter(|rest| tens && (1..10).contains(rest));
        let minute = minute + rest.unwrap_or(0);
        (minute < 60).then_some((at + 1 + usize::from(rest.is_some()), hour, Some(minute)))
    }
}

/// The whole number that stands there.
fn whole(tokens: &Tokens, at: usize) -> Option<u16> {
    let thousandths = tokens.list.get(at)?.number.filter(|number| number.is_multiple_of(1_000))?;
    u16::try_from(thousandths / 1_000).ok()
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Half {
    Morning,
    Evening,
}

#[derive(Debug, Default)]
struct DaySaid {
    half: Option<Half>,
    tomorrow: bool,
}

struct Read {
    end: usize,
    hour: Option<u16>,
    minute: Option<u16>,
    add: i32,
}

fn patterns(written: &[TimePattern], normaliser: &Normaliser) -> Vec<Pattern> {
    let of = |one: &TimePattern| {
        let (add, before, hour, bare) = (one.add, one.before, one.hour, one.bare);
        let said = one.say.iter().flat_map(|pattern| expand(pattern));
        let pattern = |said: String| {
            let words = said.split_whitespace().flat_map(|word| read(word, normaliser)).collect();
            Pattern { words, add, before, hour, bare }
        };
        said.map(pattern).filter(|pattern| !pattern.words.is_empty()).collect::<Vec<_>>()
    };
    written.iter().flat_map(of).collect()
}

fn read(word: &str, normaliser: &Normaliser) -> Vec<Word> {
    match word {
        "{h}" => vec![Word::Hour],
        "{m}" => vec![Word::Minute],
        word => phrases::words(word, normaliser).into_iter().map(Word::Is).collect(),
    }
}

/// Tokens from one on that are covered by phrases, up to `until`.
pub(super) fn skip(phrases: &Phrases, tokens: &Tokens, range: Range<usize>) -> usize {
    let mut at = range.start;
    while let Some(length) = phrases.at(tokens, at).filter(|length| at + length <= range.end) {
        at += length;
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lang::Language;

    fn said(code: &str, text: &str, asked: bool) -> Option<TimeSaid> {
        let language = Language::load(code).expect("it is built in");
        let words = &language.understand.destination;
        let clock = Clock::new(&words.time, &words.behind, &language);
        let tokens = clock.reader.tokens(text);
        let (end, time) = clock.at(text, &tokens, 0, asked)?;
        (end == tokens.len()).then_some(time)
    }

    fn at(hour: u16, minute: u16, sure: bool) -> Option<TimeSaid> {
        Some(TimeSaid::At(ClockSaid { minute: hour * 60 + minute, sure, tomorrow: false }))
    }

    #[test]
    fn hours_are_said_in_many_ways() {
        for (text, hour, minute) in [
            ("at five", 5, 0),
            ("at 5:30", 5, 30),
            ("at 5.30", 5, 30),
            ("half past five", 5, 30),
            ("a quarter past five", 5, 15),
            ("quarter to six", 5, 45),
            ("twenty past five", 5, 20),
            ("at ten to six", 5, 50),
            ("twenty-five minutes to six", 5, 35),
            ("five o'clock", 5, 0),
            ("at five oh five", 5, 5),
            ("by five forty-five", 5, 45),
        ] {
            assert_eq!(said("en", text, false), at(hour, minute, false), "{text}");
        }
        for (text, hour, minute) in [
            ("5pm", 17, 0),
            ("five thirty p.m.", 17, 30),
            ("at 17:30", 17, 30),
            ("at five in the afternoon", 17, 0),
            ("twelve thirty am", 0, 30),
            ("noon", 12, 0),
            ("quarter to one pm", 12, 45),
        ] {
            assert_eq!(said("en", text, false), at(hour, minute, true), "{text}");
        }
    }

    #[test]
    fn from_now_on_and_as_soon_as_can_be() {
        for (text, minutes) in [
            ("in twenty minutes", 20),
            ("in half an hour", 30),
            ("in about an hour", 60),
            ("in an hour and a half", 90),
            ("in two hours", 120),
        ] {
            assert_eq!(said("en", text, false), Some(TimeSaid::In(minutes)), "{text}");
        }
        assert_eq!(said("en", "as soon as you can", false), Some(TimeSaid::Soonest));
        assert_eq!(said("en", "now", true), Some(TimeSaid::Soonest));
        assert_eq!(said("en", "now", false), None, "\"I'd like to order now\" says nothing of it");
    }

    #[test]
    fn a_number_alone_is_an_hour_only_where_one_is_asked_for() {
        assert_eq!(said("en", "six", true), at(6, 0, false));
        assert_eq!(said("en", "six", false), None);
        assert_eq!(said("en", "six lattes", true), None);
        let tomorrow = Some(TimeSaid::At(ClockSaid { minute: 9 * 60, sure: true, tomorrow: true }));
        assert_eq!(said("en", "tomorrow morning at nine", false), tomorrow);
        assert_eq!(said("en", "at 25", true), None);
        assert_eq!(said("en", "at 5:75", true), None);
    }

    #[test]
    fn in_mandarin_too() {
        for (text, hour, minute, sure) in [
            ("五点", 5, 0, false),
            ("五点半", 5, 30, false),
            ("下午五点", 17, 0, true),
            ("下午五点二十", 17, 20, true),
            ("五点二十五分", 5, 25, false),
            ("五点十五分", 5, 15, false),
            ("17:05", 17, 5, true),
        ] {
            assert_eq!(said("zh", text, true), at(hour, minute, sure), "{text}");
        }
        assert_eq!(said("zh", "二十分钟后", false), Some(TimeSaid::In(20)));
        assert_eq!(said("zh", "半个小时后", false), Some(TimeSaid::In(30)));
        assert_eq!(said("zh", "尽快", false), Some(TimeSaid::Soonest));
    }
}
