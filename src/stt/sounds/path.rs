//! The chain of kept words and names through the sounds of a transcript.

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::ops::Range;

use super::{Edge, Entry, Heard};

#[derive(Debug, Clone, Copy)]
pub enum Step {
    /// A word stays as heard.
    Keep(usize),
    /// An edge is taken.
    Name(usize),
}

impl Step {
    pub fn name(&self) -> Option<usize> {
        match self {
            Step::Name(edge) => Some(*edge),
            Step::Keep(_) => None,
        }
    }
}

/// A chain of kept words and names through all the sounds.
pub struct Path {
    /// What it explains, in phones.
    pub score: f32,
    pub steps: Vec<Step>,
}

/// The last step of a partial chain, and which of the partial chains before it it goes on from.
struct Arrival {
    score: f32,
    step: Step,
    from: usize,
    rank: usize,
    /// A digest of what is read so far.
    text: u64,
}

/// The `most` chains of different words that explain the sounds best, best first. `company` makes unknown words less
/// worth keeping.
pub fn best_paths(heard: &[Heard], entries: &[Entry], edges: &[Edge], company: f32, most: usize) -> Vec<Path> {
    let total: usize = heard.iter().map(|word| word.phones.len()).sum();
    let mut arriving: Vec<Vec<(Step, usize, f32)>> = (0..=total).map(|_| Vec::new()).collect();
    let mut start = 0;
    for (at, word) in heard.iter().enumerate().filter(|(_, word)| !word.phones.is_empty()) {
        let end = start + word.phones.len();
        let keep = if word.framing || word.known { word.keep } else { word.keep - company };
        arriving[end].push((Step::Keep(at), start, keep * word.phones.len() as f32));
        start = end;
    }
    for (at, edge) in edges.iter().enumerate() {
        arriving[edge.to].push((Step::Name(at), edge.from, edge.score));
    }
    let read_on = |before: u64, step: Step, sounds: Range<usize>| {
        let digest = |before: u64, word: &str| {
            let mut hasher = DefaultHasher::new();
            (before, word).hash(&mut hasher);
            hasher.finish()
        };
        match step {
            Step::Keep(word) => digest(before, &heard[word].word),
            Step::Name(edge) if edges[edge].as_heard => {
                words_in(heard, sounds).fold(before, |before, word| digest(before, &word.word))
            }
            Step::Name(edge) => {
                entries[edges[edge].entry].words.iter().fold(before, |before, word| digest(before, word))
            }
        }
    };
    let mut best: Vec<Vec<Arrival>> = Vec::with_capacity(total + 1);
    let bounds = boundaries(heard);
    for (end, arriving) in arriving.into_iter().enumerate() {
        let mut here: Vec<Arrival> = Vec::new();
        for (step, from, score) in arriving.into_iter().filter(|_| end > 0) {
            let ranks = if from == 0 { 1 } else { best[from].len() };
            here.extend((0..ranks).map(|rank| {
                let before = if from == 0 { 0.0 } else { best[from][rank].score };
                Arrival { score: before + score, step, from, rank, text: 0 }
            }));
        }
        here.sort_by(|a, b| b.score.total_cmp(&a.score));
        // Where within a word one name ends and the next begins makes no other reading.
        let mut texts = HashSet::new();
        let different = here.into_iter().filter_map(|arrival| {
            let before = if arrival.from == 0 { 0 } else { best[arrival.from][arrival.rank].text };
            let text = read_on(before, arrival.step, arrival.from..end);
            (!bounds[end] || texts.insert(text)).then_some(Arrival { text, ..arrival })
        });
        let different = different.take(most).collect();
        best.push(different);
    }
    let trace = |rank: usize| {
        let (mut at, mut rank, mut steps) = (total, rank, Vec::new());
        while at > 0 {
            let arrival = &best[at][rank];
            steps.push(arrival.step);
            (at, rank) = (arrival.from, arrival.rank);
        }
        steps.reverse();
        steps
    };
    best[total].iter().enumerate().map(|(rank, arrival)| Path { score: arrival.score, steps: trace(rank) }).collect()
}

/// Whether a word begins or ends at each position of the sounds.
pub fn boundaries(heard: &[Heard]) -> Vec<bool> {
    let mut bounds = vec![true];
    for word in heard {
        let length = word.phones.len();
        bounds.extend((1..=length).map(|at| at == length));
    }
    bounds
}

/// The words that the sounds touch.
pub fn words_in(heard: &[Heard], sounds: Range<usize>) -> impl Iterator<Item = &Heard> {
    let mut end = 0;
    heard.iter().filter(move |word| {
        let start = end;
        end += word.phones.len();
        start < sounds.end && end > sounds.start
    })
}

/// The bytes of the words that the sounds touch.
pub fn span_of(heard: &[Heard], sounds: Range<usize>) -> Option<Range<usize>> {
    let mut words = words_in(heard, sounds);
    let first = words.next()?.span.clone();
    Some(words.last().map_or(first.clone(), |last| first.start..last.span.end))
}
