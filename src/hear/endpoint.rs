//! Where an utterance begins and ends: a voice detector decorated with onset, hang-over, pre-roll and a longest length.

use std::collections::VecDeque;

use super::vad::{FRAME, Vad, VadError};
use crate::config::Hear;
use crate::message::{HEARING_RATE, Utterance};

/// Times in seconds, turned into frames once.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    /// A frame is voice from this probability on; once speech runs, somewhat less keeps it running.
    pub threshold: f32,
    /// Voice that opens an utterance.
    pub onset: f32,
    /// Silence that ends it.
    pub hangover: f32,
    /// Kept from before the onset, and at most this much of the silence after the last voice.
    pub pre_roll: f32,
    /// Longer speech is cut, at its quietest moment of late.
    pub longest: f32,
}

impl From<&Hear> for Settings {
    fn from(hear: &Hear) -> Self {
        Settings {
            threshold: hear.voice_threshold,
            onset: hear.onset,
            hangover: hear.hangover,
            pre_roll: hear.pre_roll,
            longest: hear.longest,
        }
    }
}

#[derive(Debug, Clone, PartialEq)]
pub enum Event {
    SpeechStarted,
    /// Silence begins; [`Endpointer::so_far`] can be recognised ahead of the end.
    SpeechPaused,
    /// It was a pause only.
    SpeechResumed,
    Utterance(Utterance),
}

/// Silero wavers around the threshold within words; its authors end speech this much lower.
const HYSTERESIS: f32 = 0.15;
/// Silence shorter than this is within or between words and no pause, in seconds.
const PAUSE: f32 = 0.2;

pub struct Endpointer {
    vad: Box<dyn Vad>,
    frames: Frames,
    /// Samples short of a frame.
    pending: Vec<f32>,
    /// Frames taken since the last reset.
    clock: u64,
    state: State,
}

/// [`Settings`] in frames.
struct Frames {
    threshold: f32,
    onset: usize,
    hangover: usize,
    pre_roll: usize,
    longest: usize,
    pause: usize,
}

enum State {
    /// Nobody speaks: the last frames are kept, and how many of them were voice without a break.
    Idle {
        recent: VecDeque<f32>,
        voiced: usize,
    },
    Speaking(Speech),
}

#[derive(Default)]
struct Speech {
    samples: Vec<f32>,
    /// Index of the first frame.
    start: u64,
    /// A probability a frame, pre-roll included.
    probabilities: Vec<f32>,
    /// Frames of voice.
    voiced: usize,
    /// Frames of silence since the last voice.
    silent: usize,
    paused: bool,
}

impl Endpointer {
    pub fn new(vad: Box<dyn Vad>, settings: &Settings) -> Self {
        let frames = |seconds: f32| (seconds * HEARING_RATE as f32 / FRAME as f32).round() as usize;
        let hangover = frames(settings.hangover).max(1);
        Endpointer {
            vad,
            frames: Frames {
                threshold: settings.threshold,
                onset: frames(settings.onset).max(1),
                hangover,
                pre_roll: frames(settings.pre_roll),
                longest: frames(settings.longest).max(frames(settings.pre_roll + settings.onset) + 2),
                pause: frames(PAUSE).clamp(1, hangover),
            },
            pending: Vec::with_capacity(FRAME),
            clock: 0,
            state: idle(),
        }
    }

    /// Take samples at [`HEARING_RATE`], any number, and say what came to pass.
    pub fn push(&mut self, samples: &[f32]) -> Result<Vec<Event>, VadError> {
        let mut events = Vec::new();
        let mut rest = samples;
        while self.pending.len() + rest.len() >= FRAME {
            let (head, tail) = rest.split_at(FRAME - self.pending.len());
            self.pending.extend_from_slice(head);
            rest = tail;
            let frame = std::mem::take(&mut self.pending);
            let result = self.frame(&frame, &mut events);
            self.pending = frame;
            self.pending.clear();
            result?;
        }
        self.pending.extend_from_slice(rest);
        Ok(events)
    }

    /// The stream ends: what was being said is an utterance.
    pub fn flush(&mut self) -> Result<Vec<Event>, VadError> {
        let mut events = Vec::new();
        if !self.pending.is_empty() {
            let mut frame = std::mem::take(&mut self.pending);
            frame.resize(FRAME, 0.0);
            self.frame(&frame, &mut events)?;
        }
        if let State::Speaking(speech) = std::mem::replace(&mut self.state, idle()) {
            events.push(Event::Utterance(self.utterance(&speech)));
        }
        self.reset();
        Ok(events)
    }

    /// The utterance as it stands in the middle of speech: for recognising ahead.
    pub fn so_far(&self) -> Option<Utterance> {
        match &self.state {
            State::Speaking(speech) => Some(self.utterance(speech)),
            State::Idle { .. } => None,
        }
    }

    /// Forget the stream so far, as after the assistant spoke.
    pub fn reset(&mut self) {
        self.vad.reset();
        self.pending.clear();
        self.clock = 0;
        self.state = idle();
    }

    fn frame(&mut self, frame: &[f32], events: &mut Vec<Event>) -> Result<(), VadError> {
        let probability = self.vad.probability(frame)?;
        self.clock += 1;
        match &mut self.state {
            State::Idle { recent, voiced } => {
                recent.extend(frame);
                if probability >= self.frames.threshold {
                    *voiced += 1;
                } else {
                    // One frame below in a wavering onset is forgiven, not two.
                    *voiced = voiced.saturating_sub(2);
                    let keep = self.frames.pre_roll * FRAME;
                    recent.drain(..recent.len().saturating_sub(keep));
                }
                if *voiced >= self.frames.onset {
                    let voiced = *voiced;
                    let samples: Vec<f32> = recent.drain(..).collect();
                    let count = samples.len() / FRAME;
                    self.state = State::Speaking(Speech {
                        start: self.clock - count as u64,
                        probabilities: vec![1.0; count],
                        samples,
                        voiced,
                        ..Speech::default()
                    });
                    events.push(Event::SpeechStarted);
                }
            }
            State::Speaking(speech) => {
                speech.samples.extend_from_slice(frame);
                speech.probabilities.push(probability);
                if probability >= self.frames.threshold - HYSTERESIS {
                    speech.voiced += 1;
                    speech.silent = 0;
                    if std::mem::take(&mut speech.paused) {
                        events.push(Event::SpeechResumed);
                    }
                } else {
                    speech.silent += 1;
                    if speech.silent == self.frames.pause {
                        speech.paused = true;
                        events.push(Event::SpeechPaused);
                    }
                }
                if speech.silent >= self.frames.hangover {
                    if let State::Speaking(speech) = std::mem::replace(&mut self.state, idle()) {
                        events.push(Event::Utterance(self.utterance(&speech)));
                    }
                } else if speech.probabilities.len() >= self.frames.longest {
                    let first = speech.split_at_quietest();
                    events.push(Event::Utterance(self.utterance(&first)));
                }
            }
        }
        Ok(())
    }

    fn utterance(&self, speech: &Speech) -> Utterance {
        let spare = speech.silent.saturating_sub(self.frames.pre_roll);
        let end = speech.samples.len().saturating_sub(spare * FRAME);
        Utterance {
            samples: speech.samples[..end].to_vec(),
            start_seconds: speech.start as f64 * FRAME as f64 / f64::from(HEARING_RATE),
            voiced_seconds: speech.voiced as f32 * FRAME as f32 / HEARING_RATE as f32,
        }
    }
}

impl Speech {
    /// Speech that will not end is cut in its later half where voice is least probable; the rest stays.
    fn split_at_quietest(&mut self) -> Speech {
        let half = self.probabilities.len() / 2;
        let quietest = (half..self.probabilities.len())
            .min_by(|a, b| self.probabilities[*a].total_cmp(&self.probabilities[*b]))
            .unwrap_or(half);
        let cut = quietest + 1;
        let later_samples = self.samples.split_off(cut * FRAME);
        let later_probabilities = self.probabilities.split_off(cut);
        // Which of the frames were voice is known in sum only: shared out by length.
        let voiced = self.voiced * cut / (cut + later_probabilities.len());
        let later = Speech {
            start: self.start + cut as u64,
            voiced: self.voiced - voiced,
            samples: later_samples,
            probabilities: later_probabilities,
            silent: self.silent,
            paused: self.paused,
        };
        let first = std::mem::replace(self, later);
        Speech { voiced, silent: 0, ..first }
    }
}

fn idle() -> State {
    State::Idle { recent: VecDeque::new(), voiced: 0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A detector whose opinion is in the samples: a frame of 0.9 is a voice of probability 0.9.
    struct Scripted;

    impl Vad for Scripted {
        fn probability(&mut self, frame: &[f32]) -> Result<f32, VadError> {
            Ok(frame[0].abs())
        }
        fn reset(&mut self) {}
    }

    const SETTINGS: Settings = Settings { threshold: 0.5, onset: 0.1, hangover: 0.64, pre_roll: 0.32, longest: 8.0 };

    fn endpointer() -> Endpointer {
        Endpointer::new(Box::new(Scripted), &SETTINGS)
    }

    /// So many frames of voice of that probability.
    fn frames(probability: f32, count: usize) -> Vec<f32> {
        vec![probability; count * FRAME]
    }

    fn told(events: &[Event]) -> Vec<&'static str> {
        events
            .iter()
            .map(|event| match event {
                Event::SpeechStarted => "started",
                Event::SpeechPaused => "paused",
                Event::SpeechResumed => "resumed",
                Event::Utterance(_) => "utterance",
            })
            .collect()
    }

    fn only_utterance(events: &[Event]) -> &Utterance {
        let mut found = events.iter().filter_map(|event| match event {
            Event::Utterance(utterance) => Some(utterance),
            _ => None,
        });
        let utterance = found.next().expect("an utterance");
        assert!(found.next().is_none(), "one utterance only");
        utterance
    }

    #[test]
    fn a_sentence_between_silences_is_one_utterance_with_what_came_just_before() {
        let mut endpointer = endpointer();
        let mut events = Vec::new();
        for part in [frames(0.01, 100), frames(0.9, 50), frames(0.02, 30)] {
            events.extend(endpointer.push(&part).unwrap());
        }
        assert_eq!(told(&events), ["started", "paused", "utterance"]);
        let utterance = only_utterance(&events);
        // 10 frames of pre-roll, 50 of speech, 10 of the silence after.
        assert_eq!(utterance.samples.len(), 70 * FRAME);
        assert!((utterance.voiced_seconds - 1.6).abs() < 0.01);
        assert!((utterance.start_seconds - 90.0 * 0.032).abs() < 0.001);
    }

    #[test]
    fn a_pause_to_think_does_not_end_the_sentence() {
        let mut endpointer = endpointer();
        let mut events = Vec::new();
        for part in [frames(0.9, 20), frames(0.1, 15), frames(0.9, 20), frames(0.1, 25)] {
            events.extend(endpointer.push(&part).unwrap());
        }
        assert_eq!(told(&events), ["started", "paused", "resumed", "paused", "utterance"]);
        assert_eq!(only_utterance(&events).samples.len(), (20 + 15 + 20 + 10) * FRAME);
    }

    #[test]
    fn a_click_opens_nothing() {
        let mut endpointer = endpointer();
        for _ in 0..20 {
            assert!(endpointer.push(&frames(0.95, 2)).unwrap().is_empty());
            assert!(endpointer.push(&frames(0.05, 20)).unwrap().is_empty());
        }
        assert!(endpointer.flush().unwrap().is_empty());
    }

    #[test]
    fn a_wavering_voice_within_a_word_keeps_going() {
        let mut endpointer = endpointer();
        endpointer.push(&frames(0.9, 10)).unwrap();
        // Below the threshold, above the lower bar.
        assert!(endpointer.push(&frames(0.4, 60)).unwrap().is_empty());
    }

    #[test]
    fn what_is_said_when_the_recording_ends_is_not_lost() {
        let mut endpointer = endpointer();
        endpointer.push(&frames(0.9, 20)).unwrap();
        endpointer.push(&frames(0.9, 1)[..100]).unwrap();
        let events = endpointer.flush().unwrap();
        assert_eq!(told(&events), ["utterance"]);
        assert_eq!(only_utterance(&events).samples.len(), 21 * FRAME);
        assert!(endpointer.flush().unwrap().is_empty());
    }

    #[test]
    fn speech_that_never_pauses_is_cut_at_its_quietest_moment_and_nothing_is_lost() {
        let mut endpointer = endpointer();
        let mut events = endpointer.push(&frames(0.9, 200)).unwrap();
        events.extend(endpointer.push(&frames(0.4, 1)).unwrap());
        events.extend(endpointer.push(&frames(0.9, 100)).unwrap());
        assert_eq!(told(&events), ["started", "utterance"]);
        assert_eq!(only_utterance(&events).samples.len(), 201 * FRAME);
        let rest = endpointer.flush().unwrap();
        assert_eq!(only_utterance(&rest).samples.len(), 100 * FRAME);
        assert!((only_utterance(&rest).start_seconds - 201.0 * 0.032).abs() < 0.001);
    }

    #[test]
    fn the_speech_so_far_can_be_had_in_a_pause() {
        let mut endpointer = endpointer();
        assert!(endpointer.so_far().is_none());
        endpointer.push(&frames(0.9, 20)).unwrap();
        let events = endpointer.push(&frames(0.1, 8)).unwrap();
        assert_eq!(told(&events), ["paused"]);
        assert_eq!(endpointer.so_far().unwrap().samples.len(), 28 * FRAME);
    }

    #[test]
    fn an_hour_of_silence_keeps_only_the_pre_roll() {
        let mut endpointer = endpointer();
        let minute = frames(0.0, 1875);
        for _ in 0..60 {
            assert!(endpointer.push(&minute).unwrap().is_empty());
        }
        let State::Idle { recent, .. } = &endpointer.state else { panic!("nobody spoke") };
        assert_eq!(recent.len(), 10 * FRAME);
    }

    #[test]
    fn pieces_of_any_size_give_the_same_utterances() {
        let story: Vec<f32> =
            [frames(0.0, 30), frames(0.9, 40), frames(0.1, 30), frames(0.8, 25), frames(0.1, 40)].concat();
        let mut whole = endpointer();
        let expected = whole.push(&story).unwrap();
        assert_eq!(told(&expected).iter().filter(|event| **event == "utterance").count(), 2);
        for size in [1, 160, 480, 513] {
            let mut endpointer = endpointer();
            let pieces: Vec<Event> = story.chunks(size).flat_map(|piece| endpointer.push(piece).unwrap()).collect();
            assert_eq!(pieces, expected, "in pieces of {size}");
        }
    }
}
