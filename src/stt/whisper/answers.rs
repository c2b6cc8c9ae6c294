//! What may be said alone, as Whisper would write it: a word or two are too short to be told from everything that could be
//! said, but well enough from all that makes sense as an answer.

use std::collections::HashMap;

use whisper_rs::{WhisperContext, WhisperTokenId};

/// What a token loses, in nats, that no answer goes on with.
const NEVER: f32 = -100.0;

/// The answers as a tree of tokens.
pub struct Answers {
    nodes: Vec<Node>,
    end: WhisperTokenId,
    tokens: usize,
}

#[derive(Default)]
struct Node {
    next: HashMap<WhisperTokenId, usize>,
    /// An answer ends here.
    whole: bool,
}

impl Answers {
    pub fn of(context: &WhisperContext, answers: &[String]) -> Self {
        let mut tree =
            Answers { nodes: vec![Node::default()], end: context.token_eot(), tokens: context.n_vocab() as usize };
        for answer in answers {
            tree.add(&context.tokenize(&format!(" {answer}"), 64).unwrap_or_default());
        }
        tree
    }

    /// How many tokens Whisper has.
    pub fn tokens(&self) -> usize {
        self.tokens
    }

    fn add(&mut self, tokens: &[WhisperTokenId]) {
        let mut at = 0;
        for token in tokens {
            let new = self.nodes.len();
            at = *self.nodes[at].next.entry(*token).or_insert(new);
            if at == new {
                self.nodes.push(Node::default());
            }
        }
        self.nodes[at].whole = at > 0;
    }

    fn walk(&self, said: impl IntoIterator<Item = WhisperTokenId>) -> Option<&Node> {
        let at = said.into_iter().try_fold(0, |at, token| self.nodes[at].next.get(&token).copied());
        at.map(|at| &self.nodes[at])
    }

    /// What each token gains in log-probability, in nats, after these: nothing, or it is out of the question.
    pub fn weigh(&self, said: impl IntoIterator<Item = WhisperTokenId>, gains: &mut [f32]) {
        gains.fill(NEVER);
        let Some(node) = self.walk(said) else { return };
        let ends = node.whole.then_some(self.end);
        for token in node.next.keys().copied().chain(ends) {
            if let Some(gain) = usize::try_from(token).ok().and_then(|at| gains.get_mut(at)) {
                *gain = 0.0;
            }
        }
    }
}
