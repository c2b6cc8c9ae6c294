//! The chain of kept words and names through the sounds of a transcript.

use std::collections::HashMap;
use std::ops::Range;

use super::{Edge, Heard};

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

/// The chain of kept words and names that explains the sounds best.
pub fn best_path(heard: &[Heard], edges: &[Edge], company: f32) -> Vec<Step> {
    let total: usize = heard.iter().map(|word| word.phones.len()).sum();
    let mut arriving: Vec<Vec<usize>> = vec![Vec::new(); total + 1];
    for (at, edge) in edges.iter().enumerate() {
        arriving[edge.to].push(at);
    }
    let mut word_ending: HashMap<usize, Vec<(usize, usize)>> = HashMap::new();
    let mut start = 0;
    for (at, word) in heard.iter().enumerate() {
        let end = start + word.phones.len();
        word_ending.entry(end).or_default().push((at, start));
        start = end;
    }
    let mut best: Vec<(f32, Option<Step>)> = Vec::with_capacity(total + 1);
    best.push((0.0, None));
    for (end, arriving) in arriving.iter().enumerate().skip(1) {
        let mut here: (f32, Option<Step>) = (f32::NEG_INFINITY, None);
        for &(word, from) in word_ending.get(&end).into_iter().flatten() {
            let heard = &heard[word];
            let keep = if heard.framing || heard.known { heard.keep } else { heard.keep - company };
            let score = best[from].0 + keep * heard.phones.len() as f32;
            if heard.phones.is_empty() || score <= here.0 {
                continue;
            }
            here = (score, Some(Step::Keep(word)));
        }
        for &edge in arriving {
            let score = best[edges[edge].from].0 + edges[edge].score;
            if score > here.0 {
                here = (score, Some(Step::Name(edge)));
            }
        }
        best.push(here);
    }
    let starts: Vec<usize> = heard
        .iter()
        .scan(0, |sum, word| {
            let start = *sum;
            *sum += word.phones.len();
            Some(start)
        })
        .collect();
    let mut path = Vec::new();
    let mut at = total;
    while at > 0 {
        match best[at].1.take() {
            Some(Step::Keep(word)) => {
                at = starts[word];
                path.push(Step::Keep(word));
            }
            Some(Step::Name(edge)) => {
                at = edges[edge].from;
                path.push(Step::Name(edge));
            }
            None => break,
        }
    }
    path.reverse();
    path
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

/// The bytes of the words that the sounds `from..to` touch.
pub fn span_of(heard: &[Heard], from: usize, to: usize) -> Option<Range<usize>> {
    let mut start = 0;
    let mut span: Option<Range<usize>> = None;
    for word in heard {
        let end = start + word.phones.len();
        if start < to && end > from {
            span = Some(span.map_or(word.span.clone(), |s| s.start..word.span.end));
        }
        start = end;
    }
    span
}
