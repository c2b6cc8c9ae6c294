//! How likely each of Whisper's tokens is to come next in a shop, before anything is heard: shallow fusion of a language
//! model of the shop with beam search (Gulcehre et al. 2015, "On using monolingual corpora in neural machine translation").

use std::collections::HashMap;

use whisper_rs::{WhisperContext, WhisperTokenId};

use super::is_mark;
use crate::stt::lm::ngram::Ngram;

/// What a nat of the language model counts beside a nat of Whisper's.
const WEIGHT: f32 = 0.2;
/// How much of what people say the shop's language model knows nothing of.
const UNKNOWN: f32 = 0.4;
/// The log-probability that counts for nothing: hypotheses of more words shall be neither likelier nor less likely.
const USUAL: f32 = -3.0;

pub struct Prior {
    ngram: Ngram,
    /// Of each of Whisper's tokens.
    symbols: Vec<Symbol>,
}

/// Tokens that differ in capitals only are one symbol.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Symbol {
    Known(u32),
    Unknown,
    /// Neither a word nor a part of one: the model does not see it.
    Mark,
}

/// Ends a request.
const END: u32 = 0;

impl Prior {
    /// Learns from what people may say.
    pub fn of(context: &WhisperContext, requests: &[String]) -> Self {
        let folded = |token| context.token_to_bytes(token).unwrap_or_default().to_ascii_lowercase();
        // No token is empty, so that the end of a request is told from all of them.
        let mut known: HashMap<Vec<u8>, u32> = HashMap::from([(Vec::new(), END)]);
        let mut words: HashMap<&str, Vec<u32>> = HashMap::new();
        let mut sequences = Vec::with_capacity(requests.len());
        for request in requests {
            let mut sequence = Vec::new();
            for word in request.split_whitespace() {
                let symbols = words.entry(word).or_insert_with(|| {
                    let tokens = context.tokenize(&format!(" {word}"), 64).unwrap_or_default();
                    let mut symbol = |token| {
                        let next = known.len() as u32;
                        *known.entry(folded(token)).or_insert(next)
                    };
                    tokens.into_iter().map(&mut symbol).collect()
                });
                sequence.extend_from_slice(symbols);
            }
            sequence.push(END);
            sequences.push(sequence);
        }
        let end = context.token_eot();
        let symbol = |token: WhisperTokenId| match known.get(&folded(token)) {
            _ if token == end => Symbol::Known(END),
            _ if token > end => Symbol::Unknown,
            _ if context.token_to_bytes(token).is_ok_and(is_mark) => Symbol::Mark,
            Some(symbol) => Symbol::Known(*symbol),
            None => Symbol::Unknown,
        };
        Prior { ngram: Ngram::of(known.len(), sequences), symbols: (0..context.n_vocab()).map(symbol).collect() }
    }

    /// How many tokens Whisper has.
    pub fn tokens(&self) -> usize {
        self.symbols.len()
    }

    /// What each token gains in log-probability, in nats, after these.
    pub fn weigh(&self, said: impl Iterator<Item = WhisperTokenId>, gains: &mut [f32]) {
        let symbols = said.filter_map(|token| match self.symbols.get(usize::try_from(token).ok()?)? {
            Symbol::Known(symbol) => Some(Some(*symbol)),
            Symbol::Unknown => Some(None),
            Symbol::Mark => None,
        });
        let floor = UNKNOWN / self.symbols.len() as f32;
        let gain = |probability: f32| WEIGHT * (((1.0 - UNKNOWN) * probability + floor).ln() - USUAL);
        let known: Vec<f32> = self.ngram.next(&symbols.collect::<Vec<_>>()).into_iter().map(gain).collect();
        let unknown = gain(0.0);
        for (symbol, gained) in self.symbols.iter().zip(gains) {
            *gained = match symbol {
                Symbol::Known(symbol) => known[*symbol as usize],
                Symbol::Unknown => unknown,
                Symbol::Mark => 0.0,
            };
        }
    }
}
