//! What is meant among chatter: "the kids are fed so that's us done", "my mate's got all that, cancel the lot". Heard so, it
//! only leads to a question: whether the order is right, whether all of it is to go.

use super::act::{Act, ActKind, Edit};
use super::lexicon::Sense;
use super::part::Part;
use super::utterance::Utterance;
use crate::lang::cue::Cue;
use crate::lang::understand::Matter;

/// What changes the order, or asks for something else than words.
const BUSINESS: [Cue; 11] = [
    Cue::Wrong,
    Cue::Put,
    Cue::Change,
    Cue::Swap,
    Cue::Remove,
    Cue::Undo,
    Cue::Human,
    Cue::Help,
    Cue::Repeat,
    Cue::Another,
    Cue::Except,
];

const QUESTIONS: [Cue; 12] = [
    Cue::AskOther,
    Cue::AskIs,
    Cue::AskWhat,
    Cue::AskHave,
    Cue::AskPrice,
    Cue::AskTotal,
    Cue::AskCart,
    Cue::AskHours,
    Cue::AskStatus,
    Cue::AskRecommend,
    Cue::AskOptions,
    Cue::AskIngredients,
];

/// What comes to nothing for the order; "right" and "okay" among other words are no yes.
fn idle(act: &Act) -> bool {
    match &act.kind {
        ActKind::Other | ActKind::Greet | ActKind::Thanks | ActKind::Yes => true,
        ActKind::Matter(matter) => matches!(matter, Matter::Talk | Matter::Praise),
        ActKind::Fragment { edits, .. } => edits.iter().all(|edit| matches!(edit, Edit::Note(_))),
        _ => false,
    }
}

/// A thing that nothing here is like.
fn unheard_of(act: &Act) -> bool {
    matches!(&act.kind, ActKind::Unknown { near, .. } if near.is_empty())
}

impl Utterance<'_, '_> {
    /// Where nothing else came of a sentence that says among other words that this is all, or that all is to go, and in
    /// which nothing of the shop is named, counted, asked, refused or put right, it says that.
    pub(super) fn hear_in_chatter(&mut self) {
        let agrees = |part: &Part| part.is_plainly(Cue::Yes) && !part.cues().any(&[Cue::Fine, Cue::Filler, Cue::Done]);
        if self.expect.cart.is_empty() || self.parts.iter().any(agrees) {
            return;
        }
        let said = |cue| self.parts.iter().position(|part| part.tokens.len() > 1 && part.slips == 0 && part.is(cue));
        let kind = match (said(Cue::Cancel), said(Cue::Done)) {
            (Some(at), _) if self.is_beside_chatter(at, |act| idle(act) || unheard_of(act)) => ActKind::CallOff,
            (None, Some(at)) if self.is_beside_chatter(at, idle) => ActKind::Done,
            _ => return,
        };
        self.acts.clear();
        self.act(kind, 0..self.parts.len());
    }

    /// Whether nothing but chatter stands around this part, and nothing came of it.
    fn is_beside_chatter(&self, at: usize, nothing: impl Fn(&Act) -> bool) -> bool {
        let asks = |part: &Part| part.cues().any(&QUESTIONS);
        let opening = self.parts.iter().find(|part| !part.is_filler());
        let question = self.parts.iter().any(|part| self.tokens.list[part.tokens.start].question);
        let plain = |part: &Part| {
            let thing = part.sense().is_some_and(|s: &Sense| s.is_thing() && s.cues.is_empty());
            let small = part.is_filler() || part.cues().any(&[Cue::Cancel, Cue::Leave]);
            let said = small || !part.cues().any(&BUSINESS) && !part.denies();
            !thing && said && part.amount().is_none_or(|a| a.article)
        };
        let beside = self.parts.iter().enumerate().filter(|(n, _)| *n != at);
        self.acts.iter().all(nothing)
            && !question
            && !opening.is_some_and(asks)
            && beside.map(|(_, part)| part).all(plain)
    }

    /// "thanks for double checking"
    pub(super) fn thanked_for(&mut self) {
        let polite = self.acts.iter().position(|a| matches!(a.kind, ActKind::Thanks));
        let note = |e: &Edit| matches!(e, Edit::Note(_));
        if let Some(at) = polite
            && matches!(self.acts.get(at + 1), Some(Act { kind: ActKind::Fragment { edits, .. }, .. }) if edits.iter().all(note))
        {
            self.acts.remove(at + 1);
        }
    }
}
