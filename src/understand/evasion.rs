//! "Whatever", "the cheapest", "I don't know", "never mind": answers that name nothing of what was offered. Read as a whole
//! clause only, so that no order is mistaken for one.

use std::ops::Range;

use crate::lang::cue::Cue;
use crate::lang::understand::Evasion as Words;

use super::act::{ActKind, Expect, Pick, Target};
use super::lexicon::quality;
use super::part::Part;
use super::phrases::Phrases;
use super::tokens::{Break, Normaliser, Tokens};

#[derive(Debug)]
pub(super) struct Evasion {
    /// Each kind of answer with its phrases, in the order tried.
    kinds: Vec<(Phrases, ActKind, When)>,
    /// What may stand around such a phrase ("oh, whatever, thanks").
    around: Phrases,
    /// And around one that chooses ("the … size you have").
    around_choice: Phrases,
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
            (&words.biggest, ActKind::Pick(Pick::Most), When::Open),
            (&words.smallest, ActKind::Pick(Pick::Least), When::Open),
            (&words.keep, ActKind::Keep { target: Target::Last }, When::Always),
            (&words.dearest, ActKind::Pick(Pick::Dearest), When::Open),
            (&words.cheapest, ActKind::Pick(Pick::Cheapest), When::Open),
            (&words.middle, ActKind::Pick(Pick::Middle), When::Open),
            (&words.any, ActKind::Pick(Pick::Any), When::Open),
            (&words.skip, ActKind::Skip, When::Open),
            (&words.unsure, ActKind::Unsure, When::Open),
            (&words.more, ActKind::Yes, When::More),
            (&words.never_mind, ActKind::NeverMind, When::Always),
            (&words.set_aside, ActKind::SetAside, When::Always),
        ];
        let kinds = kinds.into_iter().map(|(words, kind, when)| (Phrases::new(words, normaliser), kind, when));
        Evasion {
            kinds: kinds.collect(),
            around: Phrases::new(&words.around, normaliser),
            around_choice: Phrases::new(&words.around_choice, normaliser),
        }
    }

    /// What is said so, and the token after it: "the cheapest, and in red" goes on.
    pub fn said(&self, tokens: &Tokens, parts: &[Part], expect: &Expect) -> Option<(ActKind, usize)> {
        let fits = |when: When| match when {
            When::Always => true,
            When::Open => expect.open,
            When::More => expect.more,
        };
        self.kinds.iter().filter(|(_, _, when)| fits(*when)).find_map(|(phrases, kind, _)| {
            let chooses = matches!(kind, ActKind::Pick(_));
            // What is offered by that name is meant.
            if chooses && parts.iter().any(|part| is_offered(part, expect) || is_chosen(part)) {
                return None;
            }
            let ends = |part: &&Part| chooses && (part.before != Break::None || part.is(Cue::And));
            let ends = parts.iter().skip(1).filter(ends).map(|part| part.tokens.start);
            let whole = |end: &usize| self.is_whole(phrases, chooses, tokens, *end, parts, expect);
            std::iter::once(tokens.len()).chain(ends.take(FEW)).find(whole).map(|end| (kind.clone(), end))
        })
    }

    /// Whether these words, and no others, let go of what was spoken of last.
    pub fn lets_go(&self, tokens: &Tokens, words: &Range<usize>) -> bool {
        let mut never_mind = self.kinds.iter().filter(|(_, kind, _)| *kind == ActKind::NeverMind);
        never_mind.any(|(phrases, ..)| phrases.at(tokens, words.start) == Some(words.len()))
    }

    /// "Longest", "cheapest": words for the most or the least of something.
    pub fn is_superlative(&self, tokens: &Tokens, words: &Range<usize>) -> bool {
        let most = |kind: &ActKind| matches!(kind, ActKind::Pick(how) if *how != Pick::Any);
        let mut phrases = self.kinds.iter().filter(|(_, kind, _)| most(kind));
        phrases.any(|(phrases, ..)| phrases.at(tokens, words.start) == Some(words.len()))
    }

    fn is_whole(
        &self,
        phrases: &Phrases,
        chooses: bool,
        tokens: &Tokens,
        end: usize,
        parts: &[Part],
        expect: &Expect,
    ) -> bool {
        let (mut at, mut said) = (0, false);
        while at < end {
            let phrase = phrases.at(tokens, at);
            said |= phrase.is_some();
            let around = || self.around.at(tokens, at);
            let choice = || self.around_choice.at(tokens, at).or_else(|| names_list(parts, at, expect));
            let length = phrase.or_else(around).or_else(|| chooses.then(choice).flatten());
            let Some(length) = length else { return false };
            at += length;
        }
        said && at == end
    }
}

/// Ends of clauses that are tried: who evades does so first.
const FEW: usize = 3;

/// An option or an item that was offered, called by its own name.
fn is_offered(part: &Part, expect: &Expect) -> bool {
    let Some(sense) = part.sense() else { return false };
    let option = sense.options_quality >= quality::NAME && sense.options.iter().any(|o| Some(o.list) == expect.list);
    let item = sense.items_quality >= quality::NAME && sense.items.iter().any(|item| expect.items.contains(item));
    part.slips == 0 && (option || item)
}

/// "Medium", where that is what a size of the shop is called: of what it is, says the order.
fn is_chosen(part: &Part) -> bool {
    let Some(sense) = part.sense() else { return false };
    part.slips == 0 && sense.cues.is_empty() && sense.options_quality >= quality::NAME
}

/// "whichever *height*": the length of what the shop calls the list, or the kind, of which one is to be chosen.
fn names_list(parts: &[Part], at: usize, expect: &Expect) -> Option<usize> {
    let part = parts.iter().find(|part| part.tokens.start == at)?;
    let sense = part.sense()?;
    let list = expect.list.is_some() && sense.list == expect.list;
    (list || sense.category.is_some() && !expect.items.is_empty()).then_some(part.tokens.len())
}
