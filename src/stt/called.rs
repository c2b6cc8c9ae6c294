//! Whether somebody called: the wake phrase, found by its sound in what was recognised, and what they said after it.

use super::sounds::{Aligner, Phone, Phonemiser, parse, phonemiser, words};

/// Most that the phrase may differ from what was heard, a sound: where the ear that looks for the phrase was there before,
/// and where nobody has looked yet.
const MOST_AFTER_THE_EAR: f32 = 0.25;
const MOST_ALONE: f32 = 0.07;
/// What the ear has heard begins with these words at the latest: what was long before is cut off, and what comes later is
/// something else that sounds alike.
const WITHIN_WORDS: usize = 6;
/// A phrase may be taken for fewer sounds than it has, but not for any of them.
const LEAST_HEARD: f32 = 0.5;

/// The phrase in sounds.
pub struct Called {
    phonemise: Box<Phonemiser<'static>>,
    phrase: Vec<Phone>,
}

impl Called {
    /// As eSpeak NG's `voice` pronounces it.
    pub fn by(phrase: &str, voice: &str) -> Called {
        let phonemise = phonemiser(voice);
        let spoken = words(phrase).into_iter().flat_map(|word| parse(&phonemise(&phrase[word]))).collect();
        Called { phrase: spoken, phonemise }
    }

    /// What was said after the phrase, perhaps nothing; `None` where nobody called. `spotted`: the ear for the phrase has
    /// heard it already.
    pub fn after<'a>(&self, text: &'a str, spotted: bool) -> Option<&'a str> {
        if self.phrase.is_empty() {
            // Nobody can pronounce it: its words cannot tell, and any would do.
            return spotted.then_some(text);
        }
        let most = if spotted { MOST_AFTER_THE_EAR } else { MOST_ALONE } * self.phrase.len() as f32;
        let spans = words(text);
        let heard: Vec<Vec<Phone>> = spans.iter().map(|span| parse(&(self.phonemise)(&text[span.clone()]))).collect();
        let mut aligner = Aligner::default();
        let mut best: Option<(f32, usize)> = None;
        let begins = if spotted { heard.len().min(WITHIN_WORDS) } else { heard.len() };
        for from in 0..begins {
            let sounds: Vec<Phone> = heard[from..].iter().flatten().copied().collect();
            // Where each word ends, so that the phrase ends with one.
            let mut ends = Vec::new();
            for (word, phones) in heard.iter().enumerate().skip(from) {
                ends.push((ends.last().map_or(0, |(end, _)| *end) + phones.len(), word));
            }
            aligner.ends(&self.phrase, &sounds, most, |end, cost| {
                let word = ends.iter().find(|(at, _)| *at == end).map(|(_, word)| *word);
                let enough = end as f32 >= LEAST_HEARD * self.phrase.len() as f32;
                if let Some(word) = word.filter(|_| enough)
                    && best.is_none_or(|(least, _)| cost < least)
                {
                    best = Some((cost, word));
                }
            });
        }
        let (_, word) = best?;
        let rest = &text[spans[word].end..];
        Some(rest.trim_start_matches(|sign: char| !sign.is_alphanumeric()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn called(text: &str, spotted: bool) -> Option<String> {
        Called::by("hey barista", "en-us").after(text, spotted).map(str::to_string)
    }

    #[test]
    fn what_is_said_after_the_phrase_is_what_was_said() {
        assert_eq!(called("Hey, barista, a latte please.", false).as_deref(), Some("a latte please."));
        assert_eq!(called("so I told him. Hey barista! Two scones", true).as_deref(), Some("Two scones"));
        assert_eq!(called("Hey barista.", false).as_deref(), Some(""));
    }

    #[test]
    fn a_mishearing_of_it_is_enough_where_the_ear_was_sure_already() {
        assert_eq!(called("Hey Barrister, a latte", true).as_deref(), Some("a latte"));
        assert_eq!(called("A barista, a latte", true).as_deref(), Some("a latte"));
    }

    #[test]
    fn what_sounds_alike_long_after_the_ear_has_heard_it_is_something_else() {
        let alike = "hey Barrister, a latte";
        assert!(called(alike, true).is_some());
        assert_eq!(called(&format!("one two three four five six seven eight and {alike}"), true), None);
    }

    #[test]
    fn what_nobody_can_pronounce_stands_in_no_log() {
        let log = crate::logging::left_by(|| {
            let called = Called::by("hey barista", "no such voice");
            assert_eq!(called.after("My name is Ann.", false), None, "not all who talk have called");
            assert_eq!(called.after("My name is Ann.", true), Some("My name is Ann."), "the ear alone tells");
            assert_eq!((called.phonemise)("Ann"), "");
        });
        assert!(log.contains("cannot be pronounced") && !log.contains("Ann") && !log.contains("name is"), "{log}");
    }

    #[test]
    fn other_talk_does_not_call() {
        for text in ["", "I saw the barista yesterday at the station", "hey, a latte please", "they bought a toaster"] {
            assert_eq!(called(text, false), None, "{text}");
        }
    }
}
