//! An n-gram model of sequences of symbols, smoothed as by Witten and Bell (1991, "The zero-frequency problem",
//! method C): the more different symbols have followed a context, the likelier it is that another one does.

use std::collections::HashMap;

/// So many symbols tell the next one.
const CONTEXT: usize = 3;
/// Stands before the first symbol of a sequence.
const START: u32 = u32::MAX;

/// What has followed a context: how often anything, and how often each symbol.
#[derive(Default)]
struct Follow {
    all: u32,
    each: Vec<(u32, u32)>,
}

/// Knows the symbols `0 .. symbols` and how likely each is to come next.
pub struct Ngram {
    follows: HashMap<Vec<u32>, Follow>,
    /// Of each symbol wherever it stands.
    alone: Vec<f32>,
}

impl Ngram {
    /// Learns from whole sequences.
    pub fn of(symbols: usize, sequences: impl IntoIterator<Item = Vec<u32>>) -> Self {
        let mut follows: HashMap<Vec<u32>, Follow> = HashMap::new();
        let mut counts = vec![1u32; symbols];
        for sequence in sequences {
            let padded: Vec<u32> = std::iter::once(START).chain(sequence).collect();
            for at in 1..padded.len() {
                let symbol = padded[at];
                counts[symbol as usize] += 1;
                for length in 1..=CONTEXT.min(at) {
                    let context = &padded[at - length..at];
                    if !follows.contains_key(context) {
                        follows.insert(context.to_vec(), Follow::default());
                    }
                    let Some(follow) = follows.get_mut(context) else { continue };
                    follow.all += 1;
                    match follow.each.iter_mut().find(|(known, _)| *known == symbol) {
                        Some((_, count)) => *count += 1,
                        None => follow.each.push((symbol, 1)),
                    }
                }
            }
        }
        let all = counts.iter().sum::<u32>().max(1) as f32;
        Ngram { follows, alone: counts.into_iter().map(|count| count as f32 / all).collect() }
    }

    /// The probability of each symbol after these, from the first of the sequence on; `None` is no symbol of the model.
    pub fn next(&self, before: &[Option<u32>]) -> Vec<f32> {
        let mut probabilities = self.alone.clone();
        for (lower, follow) in self.contexts(before) {
            probabilities.iter_mut().for_each(|probability| *probability *= lower);
            for (symbol, count) in &follow.each {
                probabilities[*symbol as usize] += share(*count, follow);
            }
        }
        probabilities
    }

    /// The probability of one symbol after these.
    pub fn probability(&self, symbol: u32, before: &[Option<u32>]) -> f32 {
        self.contexts(before).into_iter().fold(self.alone[symbol as usize], |probability, (lower, follow)| {
            let count = follow.each.iter().find(|(known, _)| *known == symbol).map_or(0, |(_, count)| *count);
            probability * lower + share(count, follow)
        })
    }

    /// What followed the last symbols, of ever longer contexts, and how much of the shorter ones' estimate each leaves.
    fn contexts(&self, before: &[Option<u32>]) -> Vec<(f32, &Follow)> {
        let mut last: Vec<u32> = before.iter().rev().map_while(|symbol| *symbol).take(CONTEXT).collect();
        if last.len() == before.len() && last.len() < CONTEXT {
            last.push(START);
        }
        last.reverse();
        let known = (1..=last.len()).map_while(|length| self.follows.get(&last[last.len() - length..]));
        known
            .map(|follow| (follow.each.len() as f32 / (follow.all as f32 + follow.each.len() as f32), follow))
            .collect()
    }
}

fn share(count: u32, follow: &Follow) -> f32 {
    count as f32 / (follow.all as f32 + follow.each.len() as f32)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn small() -> Ngram {
        Ngram::of(4, [vec![0, 1, 3], vec![0, 1, 3], vec![0, 2, 3], vec![1, 3]])
    }

    #[test]
    fn what_has_followed_before_is_likelier_and_everything_adds_up() {
        for before in
            [&[][..], &[Some(0)], &[Some(0), Some(1)], &[None], &[Some(3), Some(3)], &[Some(0), None, Some(1)]]
        {
            let next = small().next(before);
            assert!((next.iter().sum::<f32>() - 1.0).abs() < 1e-5, "{before:?} {next:?}");
            assert!(next.iter().all(|probability| *probability > 0.0));
            for (symbol, probability) in next.iter().enumerate() {
                assert!((small().probability(symbol as u32, before) - probability).abs() < 1e-6);
            }
        }
        let after_zero = small().next(&[Some(0)]);
        assert!(after_zero[1] > after_zero[2] && after_zero[2] > after_zero[3]);
    }
}
