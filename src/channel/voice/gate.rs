//! Before anybody has called, speech stops here: only the ear for the wake phrase hears it, and nothing is recognised. What
//! was said in the breath of the phrase goes on, and all that follows.

use std::sync::mpsc::Receiver;

use crate::hear::wake::{FrontError, Spotted, Spotter};
use crate::hear::{Event, PauseId};
use crate::message::{HEARING_RATE, Utterance};

/// So much before the end of the phrase is heard, in seconds: all of a phrase, however slowly it is said.
const PHRASE: f64 = 2.0;

/// What goes on.
#[derive(Debug, PartialEq)]
pub(super) enum Passed {
    /// The phrase was heard, in the speech that follows.
    Called,
    Event(Event),
}

/// Looks for the phrase.
pub trait Spots: Send {
    fn push(&mut self, samples: &[f32], speaking: bool) -> Result<Option<Spotted>, FrontError>;
    fn reset(&mut self);
}

impl Spots for Spotter {
    fn push(&mut self, samples: &[f32], speaking: bool) -> Result<Option<Spotted>, FrontError> {
        Spotter::push(self, samples, speaking)
    }

    fn reset(&mut self) {
        Spotter::reset(self);
    }
}

/// Without an ear for the phrase, as long as it is still being learnt, all speech goes on.
pub(super) struct Gate {
    learnt: Option<Receiver<Box<dyn Spots>>>,
    spotter: Option<Box<dyn Spots>>,
    /// Samples since the stream began.
    taken: u64,
    speech: Speech,
}

enum Speech {
    /// Nobody speaks.
    None,
    /// It goes on; from that second of the stream, where the phrase was heard.
    Passes(Option<f64>),
    /// It is held, with its pause.
    Held(Option<(PauseId, Utterance)>),
}

impl Gate {
    /// `learnt` brings the ear for the phrase, as soon as there is one.
    pub fn new(learnt: Option<Receiver<Box<dyn Spots>>>) -> Gate {
        Gate { learnt, spotter: None, taken: 0, speech: Speech::None }
    }

    /// What becomes of these samples and the endpointer's news of them; `asleep`: nobody has called yet.
    pub fn pass(&mut self, samples: &[f32], events: Vec<Event>, asleep: bool) -> Vec<Passed> {
        if let Some(learnt) = &self.learnt
            && let Ok(spotter) = learnt.try_recv()
        {
            (self.spotter, self.learnt) = (Some(spotter), None);
        }
        self.taken += samples.len() as u64;
        let mut passed = Vec::new();
        for event in events {
            self.event(event, asleep, &mut passed);
        }
        let speaking = !matches!(self.speech, Speech::None);
        if let Some(spotted) = self.spotted(samples, speaking)
            && asleep
        {
            let at = (self.taken - (spotted.ago as u64).min(self.taken)) as f64 / f64::from(HEARING_RATE);
            self.called((at - PHRASE).max(0.0), &mut passed);
        }
        passed
    }

    /// The stream begins anew.
    pub fn reset(&mut self) {
        self.taken = 0;
        self.speech = Speech::None;
        if let Some(spotter) = &mut self.spotter {
            spotter.reset();
        }
    }

    fn spotted(&mut self, samples: &[f32], speaking: bool) -> Option<Spotted> {
        match self.spotter.as_mut()?.push(samples, speaking) {
            Ok(spotted) => spotted,
            Err(error) => {
                // Without it all speech is recognised, and the words tell whether somebody called.
                tracing::error!("{error}");
                self.spotter = None;
                None
            }
        }
    }

    fn called(&mut self, from: f64, passed: &mut Vec<Passed>) {
        if let Speech::Held(pause) = &mut self.speech {
            passed.extend([Passed::Called, Passed::Event(Event::SpeechStarted)]);
            if let Some((pause, utterance)) = pause.take() {
                passed.push(Passed::Event(Event::SpeechPaused(pause, cut(utterance, from))));
            }
            self.speech = Speech::Passes(Some(from));
        }
    }

    fn event(&mut self, event: Event, asleep: bool, passed: &mut Vec<Passed>) {
        if event == Event::SpeechStarted {
            let held = asleep && self.spotter.is_some();
            self.speech = if held { Speech::Held(None) } else { Speech::Passes(None) };
        }
        match &mut self.speech {
            Speech::Held(pause) => match event {
                Event::SpeechStarted => {}
                Event::SpeechPaused(id, utterance) => *pause = Some((id, utterance)),
                Event::SpeechResumed => *pause = None,
                Event::Utterance(_) => self.speech = Speech::None,
            },
            Speech::Passes(from) => {
                let from = from.unwrap_or_default();
                let (event, over) = match event {
                    Event::SpeechPaused(id, utterance) => (Event::SpeechPaused(id, cut(utterance, from)), false),
                    Event::Utterance(utterance) => (Event::Utterance(cut(utterance, from)), true),
                    event => (event, false),
                };
                passed.push(Passed::Event(event));
                if over {
                    self.speech = Speech::None;
                }
            }
            // The end of speech that was cut for its length: what followed goes the way of what was before.
            Speech::None => {}
        }
    }
}

/// Without what was said before that second of the stream.
fn cut(mut utterance: Utterance, from: f64) -> Utterance {
    let spare = (from - utterance.start_seconds).max(0.0);
    let samples = ((spare * f64::from(HEARING_RATE)) as usize).min(utterance.samples.len());
    if samples > 0 {
        let share = 1.0 - samples as f32 / utterance.samples.len() as f32;
        utterance.samples.drain(..samples);
        utterance.start_seconds += spare;
        utterance.voiced_seconds *= share;
    }
    utterance
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;

    /// Finds the phrase in samples that say so.
    struct Ear;

    impl Spots for Ear {
        fn push(&mut self, samples: &[f32], speaking: bool) -> Result<Option<Spotted>, FrontError> {
            let said = speaking && samples.contains(&1.0);
            Ok(said.then_some(Spotted { phrase: 0, sure: 0.9, ago: 0 }))
        }

        fn reset(&mut self) {}
    }

    const SECOND: usize = HEARING_RATE as usize;

    fn gate(learnt: bool) -> (Gate, mpsc::Sender<Box<dyn Spots>>) {
        let (sender, receiver) = mpsc::channel::<Box<dyn Spots>>();
        if learnt {
            sender.send(Box::new(Ear)).unwrap();
        }
        (Gate::new(Some(receiver)), sender)
    }

    fn talk() -> Vec<f32> {
        vec![0.1; SECOND]
    }

    fn phrase() -> Vec<f32> {
        vec![1.0; SECOND]
    }

    fn speech(seconds: usize) -> Utterance {
        Utterance { samples: vec![0.1; seconds * SECOND], voiced_seconds: seconds as f32, ..Utterance::default() }
    }

    fn paused(seconds: usize) -> Event {
        Event::SpeechPaused(PauseId(1), speech(seconds))
    }

    /// What passed, in a word and the seconds that it has.
    fn told(passed: Vec<Passed>) -> Vec<String> {
        let seconds = |utterance: &Utterance| utterance.samples.len() as f32 / SECOND as f32;
        let one = |passed: &Passed| match passed {
            Passed::Called => "called".to_string(),
            Passed::Event(Event::SpeechStarted) => "started".into(),
            Passed::Event(Event::SpeechPaused(_, utterance)) => format!("paused {}", seconds(utterance)),
            Passed::Event(Event::SpeechResumed) => "resumed".into(),
            Passed::Event(Event::Utterance(utterance)) => format!("ended {}", seconds(utterance)),
        };
        passed.iter().map(one).collect()
    }

    #[test]
    fn before_anybody_has_called_no_speech_goes_on() {
        let (mut gate, _learnt) = gate(true);
        assert!(told(gate.pass(&talk(), vec![Event::SpeechStarted], true)).is_empty());
        assert!(told(gate.pass(&talk(), vec![paused(2)], true)).is_empty());
        assert!(told(gate.pass(&talk(), vec![Event::SpeechResumed], true)).is_empty());
        assert!(told(gate.pass(&talk(), vec![Event::Utterance(speech(4))], true)).is_empty());
    }

    #[test]
    fn what_is_said_in_the_breath_of_the_phrase_goes_on_without_what_was_long_before() {
        let (mut gate, _learnt) = gate(true);
        for _ in 0..4 {
            gate.pass(&talk(), vec![], true);
        }
        gate.pass(&talk(), vec![Event::SpeechStarted], true);
        assert_eq!(told(gate.pass(&phrase(), vec![], true)), ["called", "started"]);
        let order = Utterance { start_seconds: 3.5, ..speech(4) };
        assert_eq!(told(gate.pass(&talk(), vec![Event::Utterance(order)], true)), ["ended 3.5"]);
    }

    #[test]
    fn a_phrase_known_only_in_the_pause_after_it_brings_that_pause() {
        let (mut gate, _learnt) = gate(true);
        gate.pass(&talk(), vec![Event::SpeechStarted], true);
        let short = || Utterance { start_seconds: 1.0, ..speech(1) };
        gate.pass(&talk(), vec![Event::SpeechPaused(PauseId(1), short())], true);
        assert_eq!(told(gate.pass(&phrase(), vec![], true)), ["called", "started", "paused 1"]);
        assert_eq!(told(gate.pass(&talk(), vec![Event::Utterance(short())], true)), ["ended 1"]);
    }

    #[test]
    fn awake_or_still_learning_all_speech_goes_on_and_nobody_is_said_to_have_called() {
        for (learnt, asleep) in [(true, false), (false, true), (false, false)] {
            let (mut gate, _learnt) = gate(learnt);
            assert_eq!(told(gate.pass(&phrase(), vec![Event::SpeechStarted], asleep)), ["started"]);
            assert_eq!(told(gate.pass(&talk(), vec![paused(2)], asleep)), ["paused 2"]);
            assert_eq!(told(gate.pass(&talk(), vec![Event::Utterance(speech(2))], asleep)), ["ended 2"]);
        }
    }

    #[test]
    fn what_was_learnt_later_counts_from_the_next_speech_on() {
        let (mut gate, learnt) = gate(false);
        gate.pass(&talk(), vec![Event::SpeechStarted], true);
        learnt.send(Box::new(Ear)).unwrap();
        assert_eq!(told(gate.pass(&talk(), vec![Event::Utterance(speech(2))], true)), ["ended 2"]);
        assert!(gate.pass(&talk(), vec![Event::SpeechStarted], true).is_empty());
    }
}
