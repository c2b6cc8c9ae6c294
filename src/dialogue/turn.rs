//! One turn while it is worked on, and how it settles: equal lines join, the focus follows, what was done is read back.

use std::ops::Range;

use crate::commerce::cart::{Cart, Line, LineId, Quantity};
use crate::commerce::fulfilment::Queue;
use crate::commerce::pricing::{Moment, Quote};
use crate::commerce::stock::Stock;
use crate::shop::{CategoryId, ItemId, Shop};
use crate::understand::{Act, ActKind, Question, Target};

use super::event::{Effect, Request, World};
use super::message::{AddedLine, Cannot, Done, Message, Talk};
use super::pointing;
use super::state::{Asking, State, Subject};

/// Changes that can be taken back.
const UNDO_DEPTH: usize = 16;

/// One turn while it is worked on.
pub(super) struct Turn<'a> {
    pub shop: &'a Shop,
    pub stock: &'a Stock,
    pub moment: Moment,
    pub now: i64,
    pub queue: Queue,
    pub staffed: bool,
    /// As long as the cart stays as it is.
    pub approved: bool,
    pub state: State,
    pub said: Vec<Message>,
    /// As the customer said them, for one read-back of all.
    pub added: Vec<AddedLine>,
    pub changed: Vec<LineId>,
    /// As taken away.
    pub removed: Vec<Line>,
    /// What stood there before, and the line that took its place.
    pub replaced: Vec<(Line, LineId)>,
    /// Lines spoken of in this turn.
    pub focus: Vec<LineId>,
    pub effects: Vec<Effect>,
    /// Nothing more is to be asked in this turn.
    pub quiet: bool,
    /// The whole of what was said is consent.
    pub consent: bool,
    /// It says yes, or that it is all, in so many words.
    pub plain: bool,
    /// It was said in answer to whether the order is right, and is to be acted on when all else of it is done.
    pub confirmed: bool,
    /// The customer asks for patience: what was asked stays asked.
    pub waits: bool,
    /// What the turn waits for; nothing more is decided before.
    pub request: Option<Request>,
    /// This step goes on with the turn before, whose request is answered.
    pub answers: bool,
    /// The conversation is over after this turn.
    pub ends: bool,
    /// The reply has said the total already.
    pub total_said: bool,
    /// What is cancelled makes room for something else in the same breath.
    pub starting_over: bool,
    /// The cart is another than before the turn.
    pub cart_changed: bool,
    /// Where in the transcript stands what is joined to what was said before: "and a red one".
    pub further: Vec<Range<usize>>,
    /// What is carried out now is so.
    pub joined: bool,
    /// The order as a whole was spoken of.
    pub order_changed: bool,
    pub has_missed: bool,
    /// They did or asked something, whatever became of our question.
    pub business: bool,
    /// What our last reply asked.
    pub asked_before: Option<Asking>,
    /// What they asked in the turn before.
    pub question: Option<Question>,
    /// The line that pieces were taken from in this turn ("two dinosaur and one waterproof"): the next are of it too.
    pub parted: Option<LineId>,
    /// "Two drinks, please", before it is said which.
    pub spare_quantity: Option<Quantity>,
}

/// What kinds of act the utterance holds: decides what its yes and no mean.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Mood {
    pub yes: bool,
    pub no: bool,
    pub done: bool,
    pub thanks: bool,
    pub adds: bool,
    /// Holds anything that adds to or changes the order, or wants to know something.
    pub substance: bool,
    /// The same without what leaves the order as it is and asks nothing of the shop ("say that again").
    pub business: bool,
    pub understood: bool,
    /// How often the whole is called off.
    pub cancels: u8,
}

impl Mood {
    pub fn of(acts: &[Act]) -> Mood {
        let mut mood = Mood::default();
        for act in acts {
            match act.kind {
                // Of a yes and a no, the later one holds: "no, that's right".
                ActKind::Yes => (mood.yes, mood.no) = (true, false),
                ActKind::No => (mood.yes, mood.no) = (false, true),
                ActKind::Done | ActKind::CheckOut => mood.done = true,
                ActKind::Thanks => mood.thanks = true,
                ActKind::Other | ActKind::Greet | ActKind::Goodbye | ActKind::Wait | ActKind::Matter(_) => {}
                // Part of a yes as much as of an order: "yes, to go".
                ActKind::OrderOption(_) | ActKind::CustomerName(_) => {}
                _ => mood.substance = true,
            }
            mood.business |= !matches!(
                act.kind,
                ActKind::Yes
                    | ActKind::No
                    | ActKind::Done
                    | ActKind::CheckOut
                    | ActKind::NeverMind
                    | ActKind::Unsure
                    | ActKind::Pick(_)
                    | ActKind::Skip
                    | ActKind::Keep { .. }
                    | ActKind::Other
                    | ActKind::Greet
                    | ActKind::Thanks
                    | ActKind::Goodbye
                    | ActKind::Wait
                    | ActKind::Repeat
                    | ActKind::Help
                    | ActKind::Unknown { .. }
                    | ActKind::Matter(_)
                    | ActKind::Need(_)
                    | ActKind::Tip(_)
                    | ActKind::Detail(_)
            );
            mood.cancels += u8::from(matches!(act.kind, ActKind::Cancel | ActKind::StartOver));
            mood.adds |= matches!(act.kind, ActKind::Add(_));
            mood.understood |= act.kind != ActKind::Other;
        }
        mood
    }
}

impl<'a> Turn<'a> {
    pub fn new(world: &World<'a>, state: State) -> Self {
        Turn {
            shop: world.shop,
            stock: world.stock,
            moment: world.moment,
            now: world.now,
            queue: world.queue,
            staffed: world.staffed,
            approved: world.approved,
            state,
            said: vec![],
            added: vec![],
            changed: vec![],
            removed: vec![],
            replaced: vec![],
            focus: vec![],
            effects: vec![],
            parted: None,
            quiet: false,
            consent: false,
            plain: false,
            confirmed: false,
            waits: false,
            request: None,
            answers: false,
            ends: false,
            total_said: false,
            starting_over: false,
            cart_changed: false,
            further: vec![],
            joined: false,
            order_changed: false,
            has_missed: false,
            business: false,
            asked_before: None,
            question: None,
            spare_quantity: None,
        }
    }

    pub fn say(&mut self, message: impl Into<Message>) {
        self.said.push(message.into());
    }

    /// What the cart costs as it stands in the middle of the turn.
    pub fn quote(&self) -> Quote {
        Quote::of(self.shop, &self.state.cart, self.moment)
    }

    /// What was pointed to is not there.
    pub fn nothing_there(&mut self, target: &Target) {
        if self.state.cart.is_empty() {
            // What they ordered is placed already.
            return match &self.state.last_order {
                Some(order) => self.say(Cannot::TooLateToUndo { number: order.number }),
                None => self.say(Cannot::EmptyCart),
            };
        }
        let which = match target {
            Target::Described { which, .. } => which.clone(),
            _ => None,
        };
        self.say(Cannot::NoSuchLine { which, cart: self.state.cart.clone() });
    }

    /// Items to be had now.
    pub fn sold(&self) -> impl Iterator<Item = ItemId> + '_ {
        self.shop.sold().filter(|item| self.stock.has(self.shop, *item))
    }

    pub fn sold_in(&self, category: CategoryId) -> Vec<ItemId> {
        self.shop.sold_in(category).into_iter().filter(|item| self.stock.has(self.shop, *item)).collect()
    }

    /// Those in which something is sold now.
    pub fn categories_sold(&self) -> Vec<CategoryId> {
        self.shop.categories_of(self.sold())
    }

    pub fn line(&self, id: LineId) -> Option<&Line> {
        pointing::line(&self.state, id)
    }

    /// Remember that the line was spoken of now, as the latest.
    pub fn point_at(&mut self, id: LineId) {
        self.focus.retain(|known| *known != id);
        self.focus.push(id);
        self.state.topic = None;
        self.state.topics.clear();
    }

    /// A question was about it, and it stands on no line.
    pub fn speak_of(&mut self, item: ItemId) {
        self.state.topic = Some(item);
        self.state.topics.retain(|known| *known != item);
        self.state.topics.push(item);
    }

    /// "Is the muffin vegan? Then take it off": the line of what a question was about, where just one is.
    pub fn asked_about(&self) -> Option<LineId> {
        let asked = |line: &&Line| self.state.topic == Some(line.item) || self.state.topics.contains(&line.item);
        let mut lines = self.state.cart.lines.iter().filter(asked);
        lines.next().filter(|_| lines.next().is_none()).map(|line| line.id)
    }

    /// They were named in answer to a question: "the green one" is one of them.
    pub fn speak_of_all(&mut self, items: &[ItemId]) {
        match items {
            [only] => self.speak_of(*only),
            _ => (self.state.topic, self.state.topics) = (None, items.to_vec()),
        }
    }

    pub fn touch(&mut self, id: LineId) {
        if !self.changed.contains(&id) {
            self.changed.push(id);
        }
        self.point_at(id);
    }

    /// Later in the queue than what waits already; the same question is not put twice.
    pub fn ask_later(&mut self, question: Asking) {
        if !self.state.queue.contains(&question) {
            self.state.queue.push(question);
        }
    }

    /// Nothing came of the turn: say so, then help, then offer a person.
    pub fn missed(&mut self, message: Talk) {
        if std::mem::replace(&mut self.has_missed, true) {
            return;
        }
        self.state.misses = self.state.misses.saturating_add(1);
        match self.state.misses {
            1 => self.say(message),
            2 => self.say(Talk::Help { cart_empty: self.state.cart.lines.is_empty() }),
            _ => {
                self.state.misses = 0;
                if self.staffed {
                    self.say(Talk::NotUnderstood);
                    self.state.queue.insert(0, Asking::Person);
                } else {
                    self.say(Talk::AskStaff);
                }
            }
        }
    }

    /// After all acts: equal lines join, the focus follows, the old cart is kept for undo.
    pub fn settle(&mut self, before: &Cart, undoing: bool) {
        for (gone, into) in self.state.cart.merge_equal() {
            for ids in [&mut self.focus, &mut self.changed, &mut self.state.focus] {
                for id in ids.iter_mut().filter(|id| **id == gone) {
                    *id = into;
                }
                let mut seen = vec![];
                ids.retain(|id| {
                    !seen.contains(id) && {
                        seen.push(*id);
                        true
                    }
                });
            }
            for (_, id) in self.replaced.iter_mut().filter(|(_, id)| *id == gone) {
                *id = into;
            }
            for added in self.added.iter_mut().filter(|added| added.line.id == gone) {
                added.line.id = into;
            }
        }
        if let Some(plain) = self.plain_twin() {
            self.state.counterpart = Some(plain);
        }
        let standing: Vec<LineId> = self.state.cart.lines.iter().map(|line| line.id).collect();
        self.state.focus.retain(|id| standing.contains(id));
        self.focus.retain(|id| standing.contains(id));
        if !self.focus.is_empty() {
            self.state.focus = std::mem::take(&mut self.focus);
        }
        self.state.counterpart = self.state.counterpart.filter(|id| standing.contains(id));
        let subject_stands = |asking: &Asking| match asking {
            Asking::OneOf { line, .. } | Asking::Amount { subject: Subject::Line(line), .. } => standing.contains(line),
            _ => true,
        };
        self.state.queue.retain(subject_stands);
        self.cart_changed = before.lines != self.state.cart.lines;
        if self.cart_changed {
            // What was told is of another cart.
            self.state.told_total = None;
        }
        self.state.let_go &= !self.cart_changed;
        self.state.told &= !self.cart_changed && before.order_choices == self.state.cart.order_choices;
        self.state.told &= before.destination == self.state.cart.destination;
        // What somebody must not have is no change that is taken back.
        let before = &Cart { needs: self.state.cart.needs.clone(), ..before.clone() };
        if *before != self.state.cart && !undoing {
            self.state.undo.push(before.clone());
            if self.state.undo.len() > UNDO_DEPTH {
                self.state.undo.remove(0);
            }
        }
    }

    /// "Two lattes, one with oat milk": afterwards "the other one" is the one without.
    fn plain_twin(&self) -> Option<LineId> {
        let [first, second] = &self.added[..] else { return None };
        let (first, second) = (self.line(first.line.id)?, self.line(second.line.id)?);
        let within = |a: &Line, b: &Line| a.choices.iter().all(|choice| b.choices.contains(choice));
        (first.item == second.item && within(second, first)).then_some(second.id)
    }

    /// Put what was added and changed before whatever else is said. True where there was anything.
    pub fn read_back(&mut self) -> bool {
        let mut messages: Vec<Message> = vec![];
        let removed = std::mem::take(&mut self.removed);
        let replaced = !self.replaced.is_empty();
        if !removed.is_empty() || replaced || !self.added.is_empty() || !self.changed.is_empty() {
            self.state.took_off = !removed.is_empty() && !replaced && self.added.is_empty();
        }
        if !removed.is_empty() {
            messages.push(Done::Removed(removed).into());
        }
        for (old, id) in std::mem::take(&mut self.replaced) {
            self.changed.retain(|changed| *changed != id);
            if let Some(new) = self.line(id).cloned() {
                messages.push(Done::Replaced { old, new }.into());
            }
        }
        let had = messages.len();
        let added = std::mem::take(&mut self.added);
        let added: Vec<AddedLine> = added.into_iter().filter_map(|added| self.as_it_stands(added)).collect();
        let changed: Vec<Line> = self
            .changed
            .iter()
            .filter(|id| !added.iter().any(|added| added.line.id == **id))
            .filter_map(|id| self.line(*id).cloned())
            .collect();
        let done = had > 0 || !added.is_empty() || !changed.is_empty();
        if !changed.is_empty() {
            messages.push(Done::Changed(changed).into());
        }
        if !added.is_empty() {
            self.state.last_added = added.iter().map(|added| added.line.clone()).collect();
            messages.push(Done::Added(added).into());
        }
        // What was taken back makes room for what came instead.
        let undone =
            |message: &Message| matches!(message, Message::Done(Done::Undone(_) | Done::Canceled | Done::Dropped));
        let at = self.said.iter().rposition(undone).map_or(0, |last| last + 1);
        self.said.splice(at..at, messages);
        done
    }

    /// What was added may have been changed in the same breath.
    fn as_it_stands(&self, added: AddedLine) -> Option<AddedLine> {
        let line = self.line(added.line.id)?;
        let now = (line.quantity != added.line.quantity).then_some(line.quantity);
        let now = now.filter(|_| !self.changed.contains(&line.id));
        let quantity = if now.is_some() { added.line.quantity } else { line.quantity };
        Some(AddedLine { line: Line { quantity, ..line.clone() }, now })
    }
}
