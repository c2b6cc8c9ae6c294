//! "Whatever", "the cheapest", "I don't know", "never mind": answers that name nothing of what was offered. Read as a whole
//! sentence only, so that no order is mistaken for one.

use crate::lang::understand::Evasion as Words;

use super::act::{ActKind, Expect, Pick};
use super::phrases::Phrases;
use super::tokens::{Normaliser, Tokens};

#[derive(Debug)]
pub(super) struct Evasion {
    /// Each kind of answer with its phrases, in the order tried.
    kinds: Vec<(Phrases, ActKind, When)>,
    /// What may stand around such a phrase ("oh, whatever, thanks").
    around: Phrases,
}

/// What must be asked for the phrase to be such an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum When {
    Always,
    /// There is something to choose.
    Open,
    /// Whether to read on.
    More,
}

impl Evasion {
    pub fn new(words: &Words, normaliser: &Normaliser) -> Evasion {
        let kinds = [
            (&words.any, ActKind::Pick(Pick::Any), When::Open),
            (&words.biggest, ActKind::Pick(Pick::Most), When::Open),
            (&words.smallest, ActKind::Pick(Pick::Least), When::Open),
            (&words.skip, ActKind::Skip, When::Open),
            (&words.unsure, ActKind::Unsure, When::Open),
            (&words.more, ActKind::Yes, When::More),
            (&words.never_mind, ActKind::NeverMind, When::Always),
            (&words.set_aside, ActKind::SetAside, When::Always),
        ];
        let kinds = kinds.into_iter().map(|(words, kind, when)| (Phrases::new(words, normaliser), kind, when));
        Evasion { kinds: kinds.collect(), around: Phrases::new(&words.around, normaliser) }
    }

    pub fn said(&self, tokens: &Tokens, expect: &Expect) -> Option<ActKind> {
        let fits = |when: When| match when {
            When::Always => true,
            When::Open => expect.open,
            When::More => expect.more,
        };
        let mut kinds = self.kinds.iter().filter(|(_, _, when)| fits(*when));
        kinds.find(|(phrases, ..)| self.is_whole(phrases, tokens)).map(|(_, kind, _)| kind.clone())
    }

    fn is_whole(&self, phrases: &Phrases, tokens: &Tokens) -> bool {
        let (mut at, mut said) = (0, false);
        while at < tokens.len() {
            let phrase = phrases.at(tokens, at);
            said |= phrase.is_some();
            let Some(length) = phrase.or_else(|| self.around.at(tokens, at)) else { return false };
            at += length;
        }
        said
    }
}
