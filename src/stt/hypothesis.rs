//! What a recogniser's decoding may come to, before it is known to be what somebody said.

use super::guard::{self, Evidence, Verdict};
use crate::message::{HeardWord, Transcript};

/// What a decoding of an utterance may come to.
pub struct Hypothesis {
    pub text: String,
    /// Words as written, with their mean log-probability.
    pub pieces: Vec<(String, f32)>,
    pub log_likelihood: f32,
    pub log_probability: f32,
    pub no_speech: f32,
}

impl Hypothesis {
    /// With what Whisper invents over silence and noise, and what it repeats, cut away.
    pub fn transcript(self, voiced_seconds: f32) -> Transcript {
        let surest = |words: &mut dyn Iterator<Item = f32>| words.fold(0.0, f32::max);
        let evidence = Evidence {
            voiced_seconds,
            log_probability: self.log_probability,
            no_speech: self.no_speech,
            surest_word: surest(&mut self.pieces.iter().map(|(_, log)| log.exp())),
        };
        let verdict = guard::judge(&self.text, &evidence);
        let text = guard::without_repetition(&self.text, voiced_seconds);
        let words = located(&text, &self.pieces);
        // What a circle leaves may be no more than noise: "a a a a a" over a hiss.
        let surest_word = surest(&mut words.iter().map(|word| word.probability));
        let left = Evidence { surest_word, ..evidence };
        let circled = guard::repeats(&self.text, voiced_seconds) && surest_word < guard::SURE_OF_A_ROUND;
        let invented = verdict == Verdict::Invented || circled || guard::judge(&text, &left) == Verdict::Invented;
        let (text, words) = if invented { (String::new(), Vec::new()) } else { (text, words) };
        Transcript {
            text,
            log_probability: self.log_probability,
            log_likelihood: self.log_likelihood,
            no_speech: self.no_speech,
            words,
            doubtful: verdict == Verdict::Doubtful,
        }
    }
}

/// Where in `text` each piece stands; what the guard has cut away is left out.
fn located(text: &str, pieces: &[(String, f32)]) -> Vec<HeardWord> {
    let mut from = 0;
    let place = |(piece, log_probability): &(String, f32)| {
        let start = from + text[from..].find(piece.as_str()).filter(|_| !piece.is_empty())?;
        from = start + piece.len();
        Some(HeardWord { span: start..from, probability: log_probability.exp() })
    };
    pieces.iter().filter_map(place).collect()
}
