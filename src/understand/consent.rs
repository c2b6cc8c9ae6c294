//! Is a sentence consent, the whole of it, and nothing besides? Only that places an order: an unknown word, a question, a
//! negation, half a sentence do not.

use crate::lang::cue::Cue;
use crate::lang::understand::Words;
use crate::lang::wording::Wordings;

use super::act::{Act, ActKind};
use super::part::Part;
use super::phrases::{self, Phrases};
use super::tokens::{Break, Normaliser, Tokens};

/// The words of consent, in normal form.
#[derive(Debug)]
pub(super) struct Beside {
    /// What may stand beside a yes and change nothing ("yes please", "that's it for now").
    phrases: Phrases,
    /// Single words that consent.
    words: Vec<String>,
}

impl Beside {
    pub fn new(words: &Words, normaliser: &Normaliser) -> Beside {
        let consenting = [Cue::Yes, Cue::Fine, Cue::Done].into_iter().filter_map(|cue| words.cues.get(&cue));
        let mut said = Wordings::default();
        let mut single = Vec::new();
        for pattern in consenting.flatten() {
            let begin = said.add(pattern);
            let alone = said.next(begin).words.into_iter().filter(|(_, behind)| said.next(*behind).ends);
            single.extend(
                alone.map(|(word, _)| phrases::words(&word, normaliser)).filter(|word| word.len() == 1).flatten(),
            );
        }
        let address = words.address.split_whitespace().map(str::to_string);
        let beside: Vec<String> = words.beside_yes.iter().cloned().chain(address).collect();
        Beside { phrases: Phrases::new(&beside, normaliser), words: single }
    }

    /// A word of consent that lacks its last letter: it was cut off, and is no other word.
    fn is_cut_off(&self, word: &str) -> bool {
        word.chars().count() >= 4
            && self
                .words
                .iter()
                .any(|whole| whole.starts_with(word) && whole.chars().count() == word.chars().count() + 1)
    }
}

/// What acts may hold of a sentence that is consent.
fn agrees(acts: &[Act]) -> bool {
    let mut agreed = false;
    for (at, act) in acts.iter().enumerate() {
        match act.kind {
            ActKind::Yes | ActKind::Done | ActKind::CheckOut => agreed = true,
            // "No, that's all."
            ActKind::No
                if acts[at + 1..].iter().any(|later| matches!(later.kind, ActKind::Done | ActKind::CheckOut)) => {}
            // "Yes, to go, for Ann. Thanks, bye!"
            ActKind::OrderOption(_) | ActKind::CustomerName(_) => {}
            ActKind::Thanks | ActKind::Greet | ActKind::Goodbye => {}
            // "A triple espresso, yes": said after us. Whether it is, the dialogue knows.
            ActKind::Add(_) => {}
            _ => return false,
        }
    }
    agreed
}

/// "Yes", "that's all", and not "cool" or "okay".
pub(super) fn plainly(part: &Part) -> bool {
    part.cues().any(&[Cue::Yes, Cue::Done]) && !part.cues().any(&[Cue::Fine, Cue::Acknowledge])
}

/// Whether a question begins the sentence, or what comes after a yes: "is everything all right". Such words look like consent
/// from the second on, where a language writes "that's right" and "that right" alike. `asks`: a word that opens questions.
pub(super) fn is_inverted(tokens: &Tokens, parts: &[Part], asks: impl Fn(&str) -> bool) -> bool {
    let begins = |at: usize| parts[..at].iter().all(|before| before.is_filler() || before.cues().any(&CONSENTING));
    let opens = |part: &Part| !part.is(Cue::Yes) && asks(tokens.key(part.tokens.start));
    // "sure is": nothing is asked of.
    let goes_on = |at: usize| {
        parts[at].tokens.len() > 1
            || parts.get(at + 1).is_some_and(|next| next.before == Break::None && !next.is(Cue::Thanks))
    };
    (0..parts.len()).any(|at| opens(&parts[at]) && goes_on(at) && begins(at))
}

/// `open`: it ends like half a sentence ("okay and", but not "yes, that's what I want").
pub(super) fn is_whole(tokens: &Tokens, parts: &[Part], acts: &[Act], beside: &Beside, open: bool) -> bool {
    // "Alright, one apple juice" opens a new wish as well as it agrees to the one that stands.
    let ordered = acts.iter().any(|act| matches!(act.kind, ActKind::Add(_)));
    if ordered && !parts.iter().any(plainly) {
        return false;
    }
    if !agrees(acts) || tokens.list.iter().any(|token| token.question) {
        return false;
    }
    // "不下单": a negation of one sign is of the word that it stands before.
    let sign = |part: &Part| part.tokens.len() == 1 && tokens.list[part.tokens.start].ideograph;
    let negated =
        |pair: &[Part]| pair[0].is(Cue::No) && sign(&pair[0]) && pair[1].before == Break::None && !pair[1].is(Cue::No);
    if parts.windows(2).any(negated) {
        return false;
    }
    let told: Vec<_> = acts
        .iter()
        .filter(|act| matches!(act.kind, ActKind::OrderOption(_) | ActKind::CustomerName(_) | ActKind::Add(_)))
        .map(|act| act.span.clone())
        .collect();
    // Up to where phrases that may stand beside reach: they may be longer than the part that begins them.
    let mut known = 0;
    let mut closed = false;
    for part in parts {
        let covered = beside.phrases.at(tokens, part.tokens.start).unwrap_or(0);
        let longer = known >= part.tokens.end || covered > part.tokens.len();
        known = known.max(part.tokens.start + covered);
        let span = tokens.span(part.tokens.clone());
        let said = told.iter().any(|told| told.start <= span.start && span.end <= told.end);
        let cut_off =
            part.slips == 1 && part.tokens.clone().last().is_some_and(|last| beside.is_cut_off(tokens.key(last)));
        let plain = part.slips == 0 || cut_off;
        let consents = plain && part.cues().any(&CONSENTING);
        if !said && !consents && known < part.tokens.end {
            return false;
        }
        closed = said || consents || longer;
    }
    closed || !open
}

const CONSENTING: [Cue; 8] =
    [Cue::Yes, Cue::Fine, Cue::Done, Cue::CheckOut, Cue::Thanks, Cue::Goodbye, Cue::Greet, Cue::No];
