//! Phrases, looked for in a stream; only while somebody speaks does that cost anything.

use std::collections::VecDeque;
use std::sync::Arc;

use super::front::{Embedding, Front, FrontError, STEP};
use super::judge::Judge;
use super::scene::seconds;

/// A judge must be so sure, on average, over so many embeddings in a row.
const IN_A_ROW: usize = 2;
/// Sound from before a voice was noticed, looked at too: as much as a judge sees at most.
const BEFORE: f32 = 2.2;
/// Goes on so long after the voice: a judge is surest some tenths of a second later.
const AFTER: f32 = 0.5;
/// No phrase is found again within so many seconds.
const AGAIN: f32 = 1.0;

/// A phrase was heard.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Spotted {
    /// Which of the judges knew it.
    pub phrase: usize,
    /// How sure that was, 0 … 1.
    pub sure: f32,
    /// Samples taken since then.
    pub ago: usize,
}

pub struct Spotter {
    front: Front,
    ears: Vec<Ear>,
    /// How sure a judge must be.
    threshold: f32,
    /// The last embeddings, as many as any judge sees.
    heard: VecDeque<Embedding>,
    most: usize,
    /// What came last while nobody spoke.
    before: VecDeque<f32>,
    /// Samples that are still looked at though nobody speaks.
    left: usize,
    /// Samples for which nothing is found again.
    deaf: usize,
}

struct Ear {
    judge: Arc<Judge>,
    sure: VecDeque<f32>,
}

impl Spotter {
    /// Listens for the phrase of each judge; one that is so sure has found it.
    pub fn new(front: Front, judges: impl IntoIterator<Item = Arc<Judge>>, threshold: f32) -> Spotter {
        let ears: Vec<Ear> = judges.into_iter().map(|judge| Ear { judge, sure: VecDeque::new() }).collect();
        Spotter {
            most: ears.iter().map(|ear| ear.judge.sees).max().unwrap_or_default(),
            front,
            ears,
            threshold,
            heard: VecDeque::new(),
            before: VecDeque::new(),
            left: 0,
            deaf: 0,
        }
    }

    /// Take samples at [`crate::message::HEARING_RATE`], with whether somebody is speaking, and say whether a phrase has
    /// just been said.
    pub fn push(&mut self, samples: &[f32], speaking: bool) -> Result<Option<Spotted>, FrontError> {
        let mut found = None;
        for spotted in self.sureness(samples, speaking)? {
            self.deaf = self.deaf.saturating_sub(STEP);
            if spotted.sure >= self.threshold && self.deaf == 0 {
                self.deaf = seconds(AGAIN);
                found = Some(spotted);
            }
        }
        Ok(found)
    }

    /// The same, with the surest phrase each 80 ms, however sure; for measuring.
    pub fn sureness(&mut self, samples: &[f32], speaking: bool) -> Result<Vec<Spotted>, FrontError> {
        let mut each = self.each(samples, speaking)?;
        let surest = |sure: &Vec<f32>| sure.iter().copied().enumerate().max_by(|a, b| a.1.total_cmp(&b.1));
        Ok(each
            .drain(..)
            .filter_map(|(ago, sure)| surest(&sure).map(|(phrase, sure)| Spotted { phrase, sure, ago }))
            .collect())
    }

    /// How sure each judge is, each 80 ms: samples since then, and a number a judge.
    pub fn each(&mut self, samples: &[f32], speaking: bool) -> Result<Vec<(usize, Vec<f32>)>, FrontError> {
        self.left = if speaking { seconds(AFTER) } else { self.left.saturating_sub(samples.len()) };
        if self.left == 0 {
            self.before.extend(samples);
            let spare = self.before.len().saturating_sub(seconds(BEFORE));
            self.before.drain(..spare);
            return Ok(Vec::new());
        }
        if self.before.is_empty() {
            return self.look(samples);
        }
        // A voice after a silence: what was seen is another stretch.
        self.forget();
        let mut all: Vec<f32> = self.before.drain(..).collect();
        all.extend_from_slice(samples);
        self.look(&all)
    }

    /// Forget the stream so far.
    pub fn reset(&mut self) {
        self.forget();
        self.before.clear();
        (self.left, self.deaf) = (0, 0);
    }

    fn forget(&mut self) {
        self.front.reset();
        self.heard.clear();
        self.ears.iter_mut().for_each(|ear| ear.sure.clear());
    }

    fn look(&mut self, samples: &[f32]) -> Result<Vec<(usize, Vec<f32>)>, FrontError> {
        let found = self.front.push(samples)?;
        let count = found.len();
        let judged = found.into_iter().enumerate();
        Ok(judged.map(|(number, embedding)| ((count - 1 - number) * STEP, self.judged(embedding))).collect())
    }

    /// How sure the judges are of late.
    fn judged(&mut self, embedding: Embedding) -> Vec<f32> {
        if self.heard.len() == self.most {
            self.heard.pop_front();
        }
        self.heard.push_back(embedding);
        let heard = self.heard.make_contiguous();
        let of_late = |ear: &mut Ear| {
            if ear.sure.len() == IN_A_ROW {
                ear.sure.pop_front();
            }
            ear.sure.push_back(ear.judge.sure(heard));
            ear.sure.iter().sum::<f32>() / IN_A_ROW as f32
        };
        self.ears.iter_mut().map(of_late).collect()
    }
}
