//! A small network that says whether the phrase has just ended, from the embeddings that it takes; and how it is taught.

use serde::{Deserialize, Serialize};

use super::front::{Embedding, WIDTH};
use crate::chance::Chance;

/// One hidden layer: [`HIDDEN`] units, then one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Judge {
    /// How many embeddings it looks at.
    pub sees: usize,
    /// Inputs are brought to mean 0 and deviation 1, as they were in the lessons.
    mean: Vec<f32>,
    scale: Vec<f32>,
    /// A row a hidden unit.
    inner: Vec<f32>,
    inner_bias: Vec<f32>,
    outer: Vec<f32>,
    outer_bias: f32,
}

const HIDDEN: usize = 32;
const ROUNDS: usize = 14;
const BATCH: usize = 64;
/// Adam, as usual.
const RATE: f32 = 1e-3;
const MOMENTUM: f32 = 0.9;
const SPREAD: f32 = 0.999;
const TINY: f32 = 1e-8;
/// Weights shrink by so much with each step.
const DECAY: f32 = 2e-3;
/// All of the lessons where it is said count so much less than all of those where it is not.
const BALANCE: f32 = 0.5;
/// Inputs that are left out at random while it learns, so that it leans on none.
const LEFT_OUT: usize = 5;

/// What an ear took in, and whether the phrase ended there.
pub struct Lesson {
    pub heard: Vec<f32>,
    pub said: bool,
}

impl Judge {
    /// How sure it is that the phrase ended with the last of these embeddings, 0 … 1; 0 where they are too few.
    pub fn sure(&self, heard: &[Embedding]) -> f32 {
        match heard.len().checked_sub(self.sees) {
            Some(from) => {
                let mut input: Vec<f32> = heard[from..].iter().flatten().copied().collect();
                self.level(&mut input);
                squash(self.forward(&input, &mut [0.0; HIDDEN]))
            }
            None => 0.0,
        }
    }

    /// Whether it could have been taught here: a file of another make is none of ours.
    pub fn is_whole(&self) -> bool {
        let inputs = self.sees * WIDTH;
        self.sees > 0
            && self.mean.len() == inputs
            && self.scale.len() == inputs
            && self.inner.len() == inputs * HIDDEN
            && self.inner_bias.len() == HIDDEN
            && self.outer.len() == HIDDEN
    }

    fn level(&self, input: &mut [f32]) {
        for ((input, mean), scale) in input.iter_mut().zip(&self.mean).zip(&self.scale) {
            *input = (*input - mean) * scale;
        }
    }

    fn forward(&self, input: &[f32], hidden: &mut [f32; HIDDEN]) -> f32 {
        let mut sum = self.outer_bias;
        for (unit, (row, bias)) in self.inner.chunks_exact(input.len()).zip(&self.inner_bias).enumerate() {
            hidden[unit] = (dot(row, input) + bias).max(0.0);
            sum += hidden[unit] * self.outer[unit];
        }
        sum
    }

    /// Taught by these lessons, each of `sees` embeddings: always the same for the same lessons.
    pub fn taught(sees: usize, mut lessons: Vec<Lesson>) -> Judge {
        let inputs = sees * WIDTH;
        let mut chance = Chance(1);
        let (mean, scale) = spread(&lessons, inputs);
        let spoke = (2.0 / inputs as f32).sqrt();
        let mut judge = Judge {
            sees,
            mean,
            scale,
            inner: (0..inputs * HIDDEN).map(|_| spoke * normal(&mut chance)).collect(),
            inner_bias: vec![0.0; HIDDEN],
            outer: (0..HIDDEN).map(|_| 0.2 * normal(&mut chance)).collect(),
            outer_bias: 0.0,
        };
        lessons.iter_mut().for_each(|lesson| judge.level(&mut lesson.heard));
        let said = lessons.iter().filter(|lesson| lesson.said).count().max(1);
        let weight = BALANCE * (lessons.len() - said) as f32 / said as f32;
        let mut learning = Learning::of(&judge);
        let steps = ROUNDS * lessons.len().div_ceil(BATCH);
        let mut step = 0;
        for _ in 0..ROUNDS {
            for at in (1..lessons.len()).rev() {
                lessons.swap(at, chance.below(at + 1));
            }
            for batch in lessons.chunks(BATCH) {
                step += 1;
                let rate = RATE * (1.0 - step as f32 / (steps + 1) as f32);
                learning.step(&mut judge, batch, weight.max(1.0), rate, &mut chance);
            }
        }
        judge
    }
}

/// Mean of each input, and one over its deviation.
fn spread(lessons: &[Lesson], inputs: usize) -> (Vec<f32>, Vec<f32>) {
    let count = lessons.len().max(1) as f64;
    let (mut sum, mut squares) = (vec![0.0f64; inputs], vec![0.0f64; inputs]);
    for lesson in lessons {
        for (at, number) in lesson.heard.iter().enumerate() {
            sum[at] += f64::from(*number);
            squares[at] += f64::from(*number).powi(2);
        }
    }
    let mean: Vec<f32> = sum.iter().map(|sum| (sum / count) as f32).collect();
    let deviation = |(sum, square): (&f64, &f64)| (square / count - (sum / count).powi(2)).max(1e-4).sqrt();
    let scale = sum.iter().zip(&squares).map(|both| (1.0 / deviation(both)) as f32).collect();
    (mean, scale)
}

/// All weights of a judge in one row, with what Adam remembers of each.
struct Learning {
    slope: Vec<f32>,
    first: Vec<f32>,
    second: Vec<f32>,
    steps: i32,
}

impl Learning {
    fn of(judge: &Judge) -> Learning {
        let weights = judge.inner.len() + 2 * HIDDEN + 1;
        Learning { slope: vec![0.0; weights], first: vec![0.0; weights], second: vec![0.0; weights], steps: 0 }
    }

    fn step(&mut self, judge: &mut Judge, batch: &[Lesson], weight: f32, rate: f32, chance: &mut Chance) {
        self.slope.fill(0.0);
        let inputs = judge.mean.len();
        let mut hidden = [0.0; HIDDEN];
        for lesson in batch {
            let mut input = lesson.heard.clone();
            input.iter_mut().for_each(|number| {
                if chance.below(LEFT_OUT) == 0 {
                    *number = 0.0;
                }
            });
            let (target, weight) = if lesson.said { (0.95, weight) } else { (0.0, 1.0) };
            let error = weight * (squash(judge.forward(&input, &mut hidden)) - target) / batch.len() as f32;
            let (inner, rest) = self.slope.split_at_mut(inputs * HIDDEN);
            for unit in (0..HIDDEN).filter(|unit| hidden[*unit] > 0.0) {
                rest[HIDDEN + unit] += error * hidden[unit];
                let back = error * judge.outer[unit];
                rest[unit] += back;
                inner[unit * inputs..][..inputs].iter_mut().zip(&input).for_each(|(slope, x)| *slope += back * x);
            }
            rest[2 * HIDDEN] += error;
        }
        self.steps += 1;
        let (one, two) = (1.0 - MOMENTUM.powi(self.steps), 1.0 - SPREAD.powi(self.steps));
        let bias = std::slice::from_mut(&mut judge.outer_bias);
        let rows = judge.inner.iter_mut().chain(&mut judge.inner_bias).chain(&mut judge.outer).chain(bias);
        for (((weight, slope), first), second) in rows.zip(&self.slope).zip(&mut self.first).zip(&mut self.second) {
            *first = MOMENTUM * *first + (1.0 - MOMENTUM) * slope;
            *second = SPREAD * *second + (1.0 - SPREAD) * slope * slope;
            *weight -= rate * (*first / one / ((*second / two).sqrt() + TINY) + DECAY * *weight);
        }
    }
}

fn dot(a: &[f32], b: &[f32]) -> f32 {
    // Eight sums at once, for the machine's sake.
    let mut sums = [0.0f32; 8];
    let (a8, a_rest) = a.as_chunks::<8>();
    let (b8, b_rest) = b.as_chunks::<8>();
    for (a, b) in a8.iter().zip(b8) {
        for lane in 0..8 {
            sums[lane] += a[lane] * b[lane];
        }
    }
    sums.iter().sum::<f32>() + a_rest.iter().zip(b_rest).map(|(a, b)| a * b).sum::<f32>()
}

fn squash(sum: f32) -> f32 {
    1.0 / (1.0 + (-sum).exp())
}

/// Near enough to a normal distribution.
fn normal(chance: &mut Chance) -> f32 {
    (0..12).map(|_| chance.below(1 << 20) as f32 / (1 << 20) as f32).sum::<f32>() - 6.0
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The phrase shows in the sign of one number of the last embedding, behind noise in all.
    fn lessons(seed: u64, count: usize) -> Vec<Lesson> {
        let mut chance = Chance(seed);
        (0..count)
            .map(|number| {
                let said = number % 4 == 0;
                let mut heard: Vec<f32> = (0..2 * WIDTH).map(|_| normal(&mut chance)).collect();
                heard[WIDTH + 7] += if said { 3.0 } else { -3.0 };
                Lesson { heard, said }
            })
            .collect()
    }

    fn sure(judge: &Judge, lesson: &Lesson) -> f32 {
        judge.sure(lesson.heard.as_chunks::<WIDTH>().0)
    }

    #[test]
    fn what_it_was_taught_it_knows_in_what_it_never_heard() {
        let judge = Judge::taught(2, lessons(1, 6_000));
        assert!(judge.is_whole());
        let right = lessons(2, 400).iter().filter(|lesson| (sure(&judge, lesson) > 0.5) == lesson.said).count();
        assert!(right > 380, "{right} of 400");
        assert_eq!(judge, Judge::taught(2, lessons(1, 6_000)), "the same lessons teach the same");
    }

    #[test]
    fn it_is_not_sure_of_what_it_has_not_heard_whole() {
        let judge = Judge::taught(2, lessons(1, 100));
        assert_eq!(judge.sure(&[[3.0; WIDTH]]), 0.0);
    }
}
