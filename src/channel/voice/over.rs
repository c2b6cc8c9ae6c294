//! What becomes of a reply that somebody speaks over: it is held while they speak, and left off or gone on with by what they
//! said. Whoever only says that they listen is not answered, and what nobody heard is not taken for said.

use std::time::Duration;

use crate::lang::Over as Words;

use super::ahead::{Ahead, Said};
use super::call::Call;
use super::ear::Heard;
use super::{Voice, VoiceError};

/// People answer a question before its last word is over. Of a reply of which no more than this is left, all was heard.
pub(super) const ANSWERED: Duration = Duration::from_millis(600);

/// What was said over a reply.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Meant {
    /// Nothing for us: "mm", a cough.
    Nothing,
    /// Be silent.
    Silence,
    /// It is to be answered.
    Answer,
}

/// The words that mean no more than themselves while somebody else speaks, without what stands between words.
#[derive(Debug, Clone, Default)]
pub struct Overheard {
    back_channels: Vec<String>,
    stops: Vec<String>,
    around: Vec<String>,
}

impl Overheard {
    pub fn new(words: &Words) -> Overheard {
        let bare = |all: &[String]| all.iter().map(|words| bare(words)).filter(|words| !words.is_empty()).collect();
        Overheard { back_channels: bare(&words.back_channels), stops: bare(&words.stops), around: bare(&words.around) }
    }

    /// What it means over a reply of which so much was not heard.
    pub fn meant(&self, text: &str, unheard: Duration) -> Meant {
        let text = bare(text);
        if is_made_of(&text, &[&self.stops, &self.around]) && self.stops.iter().any(|stop| text.contains(stop)) {
            Meant::Silence
        } else if is_made_of(&text, &[&self.back_channels]) && unheard > ANSWERED {
            Meant::Nothing
        } else {
            Meant::Answer
        }
    }
}

fn bare(text: &str) -> String {
    text.to_lowercase().chars().filter(|letter| letter.is_alphanumeric()).collect()
}

/// Whether these phrases, one after the other, are all of it; nothing at all is made of them too.
fn is_made_of(text: &str, phrases: &[&[String]]) -> bool {
    let mut reached = vec![false; text.len() + 1];
    reached[0] = true;
    for at in 0..text.len() {
        if !reached[at] {
            continue;
        }
        for phrase in phrases.iter().copied().flatten() {
            if text[at..].starts_with(phrase.as_str()) {
                reached[at + phrase.len()] = true;
            }
        }
    }
    reached[text.len()]
}

impl Voice {
    /// Somebody begins to speak, or is found to be speaking.
    pub(super) fn overhears(&mut self, heard: &Heard) {
        if let Ahead::Awaited { .. } = self.ahead {
            return;
        }
        if let Heard::Started = heard {
            self.over = None;
        }
        if self.mouth.is_speaking() && self.over.is_none() {
            self.over = Some(self.mouth.left());
        }
    }

    /// What this means, should it have been said over a reply. Whoever had to call and did not has said nothing to us; who
    /// called wants to be heard, though they say no more than that.
    fn meant_over(&self, text: &str) -> Meant {
        let Some(unheard) = self.over else { return Meant::Answer };
        let Some(text) = self.meant(text.to_string()) else { return Meant::Nothing };
        match self.phrases.overheard().meant(&text, unheard) {
            Meant::Nothing if self.call != Call::None => Meant::Answer,
            meant => meant,
        }
    }

    /// In a pause it is this, so far.
    pub(super) async fn so_far(&mut self, text: &str) -> Result<(), VoiceError> {
        match self.meant_over(text) {
            Meant::Nothing => {
                self.mouth.go_on();
                Ok(())
            }
            Meant::Silence | Meant::Answer => self.cut().await,
        }
    }

    /// It was all. `None` where there is nothing to answer; then the reply goes on, or is left off for good.
    pub(super) async fn all(&mut self, said: Said) -> Result<Option<Said>, VoiceError> {
        let text = said.result.as_ref().map_or("", |transcript| transcript.text.as_str());
        let meant = self.meant_over(text);
        match meant {
            Meant::Nothing => self.mouth.go_on(),
            Meant::Silence | Meant::Answer => self.cut().await?,
        }
        self.over = None;
        if meant == Meant::Answer {
            return Ok(Some(said));
        }
        self.call = Call::None;
        Ok(None)
    }

    /// Leave off.
    async fn cut(&mut self) -> Result<(), VoiceError> {
        if !self.mouth.is_speaking() {
            return Ok(());
        }
        let first = self.mouth.cut();
        if let Some(answered) = &mut self.answered {
            answered.times.spoken = first;
        }
        self.is_interrupted(self.over.unwrap_or_default()).await?;
        self.has_answered();
        self.await_silence();
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lang::Language;

    const MUCH: Duration = Duration::from_secs(3);

    fn meant(language: &str, text: &str, unheard: Duration) -> Meant {
        Overheard::new(&Language::load(language).unwrap().over).meant(text, unheard)
    }

    #[test]
    fn whoever_only_listens_is_not_answered() {
        for text in ["Mm.", "Right.", "Uh-huh.", "Mm-hmm, okay.", "Yeah, yeah.", "", "..."] {
            assert_eq!(meant("en", text, MUCH), Meant::Nothing, "{text}");
        }
        for text in ["嗯。", "好的，好的。"] {
            assert_eq!(meant("zh", text, MUCH), Meant::Nothing, "{text}");
        }
    }

    #[test]
    fn the_same_words_at_the_end_of_a_question_answer_it() {
        assert_eq!(meant("en", "Yeah.", Duration::from_millis(300)), Meant::Answer);
    }

    #[test]
    fn stop_always_stops() {
        for text in ["Stop!", "Stop, stop.", "Okay, stop please.", "Be quiet."] {
            assert_eq!(meant("en", text, Duration::ZERO), Meant::Silence, "{text}");
            assert_eq!(meant("en", text, MUCH), Meant::Silence, "{text}");
        }
        assert_eq!(meant("zh", "停！", MUCH), Meant::Silence);
    }

    #[test]
    fn all_else_is_answered() {
        for text in ["No.", "Right, and a scone.", "Stop the order.", "A latte.", "Okay, two of them."] {
            assert_eq!(meant("en", text, MUCH), Meant::Answer, "{text}");
        }
    }
}
