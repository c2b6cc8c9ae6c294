//! Where an utterance begins and ends: a voice detector decorated with onset, hang-over, pre-roll and a longest length.

use std::collections::VecDeque;

use super::echo::Cleaned;
use super::vad::{FRAME, Vad, VadError};
use crate::config::Hear;
use crate::message::{HEARING_RATE, Utterance};

/// Times in seconds, turned into frames once.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    /// A frame is voice from this probability on; once speech runs, somewhat less keeps it running.
    pub threshold: f32,
    /// A voice opens an utterance only where it is as loud as this, in dBFS: a radio across the hall is none of ours.
    pub quietest: f32,
    /// Voice that opens an utterance.
    pub onset: f32,
    /// Silence that ends it, where nobody knows better (see [`Endpointer::wait`]).
    pub hangover: f32,
    /// Kept from before the onset.
    pub pre_roll: f32,
    /// Longer speech is cut, at its quietest moment of late.
    pub longest: f32,
}

impl From<&Hear> for Settings {
    fn from(hear: &Hear) -> Self {
        Settings {
            threshold: hear.voice_threshold,
            quietest: hear.quietest,
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
    /// Silence begins. Should it last, [`Event::Utterance`] will bring these very samples: recognising them now saves
    /// the time until then.
    SpeechPaused(PauseId, Utterance),
    /// It was a pause only.
    SpeechResumed,
    Utterance(Utterance),
}

/// Counts the pauses of a stream; no two have the same number, not even after a reset.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct PauseId(pub u32);

/// Silero wavers around the threshold within words; its authors end speech this much lower.
const HYSTERESIS: f32 = 0.15;
/// Silence shorter than this is within or between words and no pause, in seconds. An utterance keeps as much of the
/// silence at its end, so that what is heard in the pause and what is heard at the end are the same to the sample.
pub const PAUSE: f32 = 0.096;

/// Frames by which a voice may begin before it is known for one.
const LEAD: usize = 3;

pub struct Endpointer {
    vad: Box<dyn Vad>,
    /// Listens to what is heard over our own voice, where somebody's first sound is not suppressed with it.
    past: Option<Box<dyn Vad>>,
    /// Our own voice is being taken out.
    over: bool,
    frames: Frames,
    /// Samples short of a frame, of what tells and of what is heard.
    pending: Vec<f32>,
    pending_heard: Vec<f32>,
    /// Frames taken since the last reset.
    clock: u64,
    state: State,
    pause: PauseId,
}

/// [`Settings`] in frames.
struct Frames {
    threshold: f32,
    /// Mean square of the samples.
    quietest: f32,
    onset: usize,
    hangover: usize,
    pre_roll: usize,
    longest: usize,
    pause: usize,
}

enum State {
    /// Nobody speaks: the last frames are kept, what told and what was heard, and how many of them were voice without a break.
    Idle {
        recent: VecDeque<(f32, f32)>,
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
    /// Some of it over our own voice.
    over: bool,
    /// Frames of voice.
    voiced: usize,
    /// Frames of silence since the last voice.
    silent: usize,
    paused: bool,
    /// Frames of silence that end it, where something wiser than the settings has said so in this pause.
    wait: Option<usize>,
}

impl Endpointer {
    pub fn new(vad: Box<dyn Vad>, settings: &Settings) -> Self {
        let hangover = frames(settings.hangover).max(1);
        Endpointer {
            vad,
            past: None,
            over: false,
            frames: Frames {
                threshold: settings.threshold,
                quietest: 10f32.powf(settings.quietest / 10.0),
                onset: frames(settings.onset).max(1),
                hangover,
                pre_roll: frames(settings.pre_roll),
                longest: frames(settings.longest).max(frames(settings.pre_roll + settings.onset) + 2),
                pause: frames(PAUSE).clamp(1, hangover),
            },
            pending: Vec::with_capacity(FRAME),
            pending_heard: Vec::with_capacity(FRAME),
            clock: 0,
            state: idle(),
            pause: PauseId(0),
        }
    }

    /// Over our own voice, this one listens too.
    pub fn past(self, vad: Box<dyn Vad>) -> Self {
        Endpointer { past: Some(vad), ..self }
    }

    /// In this pause, let `seconds` of silence end the speech, counted from the last voice; a pause that is over already
    /// is left alone. What has been said may be plainly complete, or plainly not.
    pub fn wait(&mut self, pause: PauseId, seconds: f32) {
        if let State::Speaking(speech) = &mut self.state
            && speech.paused
            && self.pause == pause
        {
            speech.wait = Some(frames(seconds).max(self.frames.pause));
        }
    }

    /// Take samples at [`HEARING_RATE`], any number, and say what came to pass.
    pub fn push(&mut self, samples: &[f32]) -> Result<Vec<Event>, VadError> {
        self.over = false;
        self.take(samples, samples)
    }

    /// The same beside a loudspeaker.
    pub fn push_cleaned(&mut self, cleaned: &Cleaned) -> Result<Vec<Event>, VadError> {
        self.over = cleaned.over;
        self.take(&cleaned.told, &cleaned.heard)
    }

    /// `told` tells whether anybody speaks, and what they say is in `heard`: as many samples.
    fn take(&mut self, told: &[f32], heard: &[f32]) -> Result<Vec<Event>, VadError> {
        let mut events = Vec::new();
        self.pending.extend_from_slice(told);
        self.pending_heard.extend_from_slice(heard);
        let (told, heard) = (std::mem::take(&mut self.pending), std::mem::take(&mut self.pending_heard));
        let mut frames = told.chunks_exact(FRAME).zip(heard.chunks_exact(FRAME));
        let result = frames.try_for_each(|(told, heard)| self.frame(told, heard, &mut events));
        let whole = told.len() - told.len() % FRAME;
        self.pending.extend_from_slice(&told[whole..]);
        self.pending_heard.extend_from_slice(&heard[whole..]);
        result.map(|()| events)
    }

    /// The stream ends: what was being said is an utterance.
    pub fn flush(&mut self) -> Result<Vec<Event>, VadError> {
        let mut events = Vec::new();
        if !self.pending.is_empty() {
            let silence = vec![0.0; FRAME - self.pending.len()];
            events = self.take(&silence, &silence)?;
        }
        if let State::Speaking(speech) = std::mem::replace(&mut self.state, idle()) {
            events.push(Event::Utterance(speech.utterance(self.frames.pause)));
        }
        self.reset();
        Ok(events)
    }

    /// Whether somebody speaks just now, or seems to begin: one frame of voice is the first sign.
    pub fn hears_voice(&self) -> bool {
        match &self.state {
            State::Idle { voiced, .. } => *voiced > 0,
            State::Speaking(speech) => speech.silent == 0,
        }
    }

    /// It is speech by now, or a pause in it.
    pub fn is_speech(&self) -> bool {
        matches!(&self.state, State::Speaking(_))
    }

    /// Nobody speaks, and nobody seems to begin.
    pub fn is_idle(&self) -> bool {
        matches!(&self.state, State::Idle { voiced: 0, .. })
    }

    /// Forget the stream so far, as after the assistant spoke. True where somebody was speaking.
    pub fn reset(&mut self) -> bool {
        self.vad.reset();
        self.past.iter_mut().for_each(|vad| vad.reset());
        self.pending.clear();
        self.pending_heard.clear();
        self.clock = 0;
        matches!(std::mem::replace(&mut self.state, idle()), State::Speaking(_))
    }

    /// That somebody speaks. What is suppressed to nothing was our own voice alone; of what is not, a voice may be heard
    /// sooner where nothing is suppressed.
    fn probability(&mut self, told: &[f32], heard: &[f32]) -> Result<f32, VadError> {
        let probability = self.vad.probability(told)?;
        let Some(past) = self.past.as_mut().filter(|_| self.over) else { return Ok(probability) };
        let past = past.probability(heard)?;
        Ok(if power(told) < self.frames.quietest { probability } else { probability.max(past) })
    }

    fn frame(&mut self, told: &[f32], heard: &[f32], events: &mut Vec<Event>) -> Result<(), VadError> {
        let probability = self.probability(told, heard)?;
        self.clock += 1;
        match &mut self.state {
            State::Idle { recent, voiced } => {
                recent.extend(told.iter().copied().zip(heard.iter().copied()));
                if probability >= self.frames.threshold && power(told) >= self.frames.quietest {
                    *voiced += 1;
                } else {
                    // One frame below in a wavering onset is forgiven, not two.
                    *voiced = voiced.saturating_sub(2);
                    let keep = self.frames.pre_roll * FRAME;
                    recent.drain(..recent.len().saturating_sub(keep));
                }
                if *voiced >= self.frames.onset {
                    let voiced = *voiced;
                    // Before anybody spoke, what is left of another sound is no more than in the way.
                    let begins = recent.len().saturating_sub((voiced + LEAD) * FRAME);
                    let sample = |(at, (told, heard))| if at < begins { told } else { heard };
                    let samples: Vec<f32> = recent.drain(..).enumerate().map(sample).collect();
                    let count = samples.len() / FRAME;
                    self.state = State::Speaking(Speech {
                        start: self.clock - count as u64,
                        probabilities: vec![1.0; count],
                        samples,
                        over: self.over,
                        voiced,
                        ..Speech::default()
                    });
                    events.push(Event::SpeechStarted);
                }
            }
            State::Speaking(speech) => {
                speech.samples.extend_from_slice(heard);
                speech.over |= self.over;
                speech.probabilities.push(probability);
                if probability >= self.frames.threshold - HYSTERESIS {
                    speech.voiced += 1;
                    speech.silent = 0;
                    speech.resume(events);
                } else {
                    speech.silent += 1;
                    if !speech.paused && speech.silent >= self.frames.pause {
                        speech.paused = true;
                        self.pause.0 += 1;
                        events.push(Event::SpeechPaused(self.pause, speech.utterance(self.frames.pause)));
                    }
                }
                if speech.silent >= speech.wait.unwrap_or(self.frames.hangover) {
                    let utterance = speech.utterance(self.frames.pause);
                    self.state = idle();
                    events.push(Event::Utterance(utterance));
                } else if speech.probabilities.len() >= self.frames.longest {
                    // What follows is another utterance than the one that was recognised ahead.
                    speech.resume(events);
                    let first = speech.split_at_quietest();
                    events.push(Event::Utterance(first.utterance(self.frames.pause)));
                }
            }
        }
        Ok(())
    }
}

impl Speech {
    /// What has been said, with at most so many frames of the silence after it.
    fn utterance(&self, silence: usize) -> Utterance {
        let spare = self.silent.saturating_sub(silence);
        let end = self.samples.len().saturating_sub(spare * FRAME);
        Utterance {
            samples: self.samples[..end].to_vec(),
            start_seconds: self.start as f64 * FRAME as f64 / f64::from(HEARING_RATE),
            voiced_seconds: self.voiced as f32 * FRAME as f32 / HEARING_RATE as f32,
            over: self.over,
        }
    }

    /// The pause, if it was one, is over.
    fn resume(&mut self, events: &mut Vec<Event>) {
        self.wait = None;
        if std::mem::take(&mut self.paused) {
            events.push(Event::SpeechResumed);
        }
    }

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
            over: self.over,
            silent: self.silent,
            ..Speech::default()
        };
        let first = std::mem::replace(self, later);
        Speech { voiced, silent: 0, ..first }
    }
}

/// Mean square.
fn power(frame: &[f32]) -> f32 {
    frame.iter().map(|sample| sample * sample).sum::<f32>() / frame.len().max(1) as f32
}

fn frames(seconds: f32) -> usize {
    (seconds * HEARING_RATE as f32 / FRAME as f32).round() as usize
}

fn idle() -> State {
    State::Idle { recent: VecDeque::new(), voiced: 0 }
}

#[cfg(test)]
mod tests;
