//! One event from end to end: what the acts do, what is asked next, what the driver has to do about it.

use crate::commerce::cart::{Cart, Line, LineId, Quantity};
use crate::shop::Shop;
use crate::understand::{Act, ActKind, Expect, Understanding, Which};

use super::event::{Effect, Event, TimerId};
use super::message::{AddedLine, Message};
use super::state::{Asking, State, Subject};
use super::{adding, answering, asking, changing, finishing, pointing};

/// Silence after a question of ours before we ask whether anybody is there, in seconds.
const PATIENCE: u32 = 30;
/// Changes that can be taken back.
const UNDO_DEPTH: usize = 16;

pub fn handle(shop: &Shop, state: &State, event: Event) -> (State, Vec<Effect>) {
    let mut turn = Turn::new(shop, state.clone());
    turn.of_customer = matches!(event, Event::Heard { .. } | Event::Unheard | Event::Placed { .. });
    match event {
        Event::Started => {
            turn.say(Message::Greeting);
            turn.close(None)
        }
        Event::Resumed => {
            if !turn.state.cart.lines.is_empty() {
                turn.say(Message::WelcomeBack(turn.state.cart.clone()));
                turn.ask_later(Asking::Everything);
            } else {
                turn.say(Message::Greeting);
            }
            let asked = turn.state.asked.take();
            turn.close(asked)
        }
        Event::Heard { transcript, understanding } => turn.heard(&transcript, understanding),
        Event::Unheard => {
            turn.state.turn += 1;
            let asked = turn.state.asked.take();
            turn.missed(Message::Unheard);
            turn.close(asked)
        }
        Event::Placed { number } => finishing::placed(turn, number),
        Event::Timer(id) => turn.timer(id),
    }
}

/// What understanding should prefer to hear now.
pub fn expect(state: &State) -> Expect {
    let mut expect = Expect {
        list: state.topic_list,
        cart: state.cart.lines.iter().map(|line| line.item).collect(),
        ..Expect::default()
    };
    match &state.asked {
        Some(Asking::Option { list, .. } | Asking::OrderOption { list }) => expect.list = Some(*list),
        Some(Asking::OneOf { options, .. }) => expect.list = options.first().map(|option| option.list),
        Some(Asking::Item { candidates, .. }) => {
            expect.items = candidates.clone();
            expect.yes_no = candidates.len() == 1;
        }
        Some(Asking::Offer { wish, .. }) => {
            expect.yes_no = true;
            if let Which::Item(item) = wish.request.which {
                expect.items = vec![item];
            }
        }
        Some(Asking::Amount { said, .. }) => {
            expect.quantity = true;
            expect.yes_no = said.is_some();
        }
        Some(Asking::Line { candidates, .. }) => {
            expect.items = candidates.iter().filter_map(|id| pointing::line(state, *id)).map(|l| l.item).collect();
        }
        Some(Asking::More(_) | Asking::CancelAll | Asking::Person | Asking::Everything | Asking::Place) => {
            expect.yes_no = true;
        }
        None => {}
    }
    expect
}

/// One turn while it is worked on.
pub(super) struct Turn<'a> {
    pub shop: &'a Shop,
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
    /// The cart is to be placed as it stands.
    pub place: bool,
    /// The reply has said the total already.
    pub total_said: bool,
    /// What is cancelled makes room for something else in the same breath.
    pub starting_over: bool,
    /// The cart is another than before the turn.
    cart_changed: bool,
    /// The order as a whole was spoken of.
    pub order_changed: bool,
    /// A turn of the customer's, and so one that is written down.
    of_customer: bool,
    pub has_missed: bool,
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
}

impl Mood {
    fn of(acts: &[Act]) -> Mood {
        let mut mood = Mood::default();
        for act in acts {
            match act.kind {
                // Of a yes and a no, the later one holds: "no, that's right".
                ActKind::Yes => (mood.yes, mood.no) = (true, false),
                ActKind::No => (mood.yes, mood.no) = (false, true),
                ActKind::Done => mood.done = true,
                ActKind::Thanks => mood.thanks = true,
                ActKind::Other | ActKind::Greet | ActKind::Goodbye => {}
                // Part of a yes as much as of an order: "yes, to go".
                ActKind::OrderOption(_) | ActKind::CustomerName(_) => {}
                _ => mood.substance = true,
            }
            mood.business |= !matches!(
                act.kind,
                ActKind::Yes
                    | ActKind::No
                    | ActKind::Done
                    | ActKind::Other
                    | ActKind::Greet
                    | ActKind::Thanks
                    | ActKind::Goodbye
                    | ActKind::Repeat
                    | ActKind::Help
                    | ActKind::Unknown { .. }
            );
            mood.adds |= matches!(act.kind, ActKind::Add(_));
            mood.understood |= act.kind != ActKind::Other;
        }
        mood
    }
}

impl<'a> Turn<'a> {
    fn new(shop: &'a Shop, state: State) -> Self {
        Turn {
            shop,
            state,
            said: vec![],
            added: vec![],
            changed: vec![],
            removed: vec![],
            replaced: vec![],
            focus: vec![],
            effects: vec![],
            quiet: false,
            place: false,
            total_said: false,
            starting_over: false,
            cart_changed: false,
            order_changed: false,
            of_customer: false,
            has_missed: false,
            spare_quantity: None,
        }
    }

    pub fn say(&mut self, message: Message) {
        self.said.push(message);
    }

    pub fn line(&self, id: LineId) -> Option<&Line> {
        pointing::line(&self.state, id)
    }

    /// Remember that the line was spoken of now, as the latest.
    pub fn point_at(&mut self, id: LineId) {
        self.focus.retain(|known| *known != id);
        self.focus.push(id);
        self.state.topic = None;
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

    fn heard(mut self, transcript: &str, understanding: Understanding) -> (State, Vec<Effect>) {
        self.state.turn += 1;
        self.state.prompted = false;
        let before = self.state.cart.clone();
        let mood = Mood::of(&understanding.acts);
        let mut asked = self.state.asked.take();
        self.starting_over = mood.adds;
        if understanding.acts.is_empty() {
            self.missed(Message::NotUnderstood);
        }
        let undoing = understanding.acts.iter().any(|act| act.kind == ActKind::Undo);
        let mut acts = understanding.acts;
        // "Yes, that's right" is one yes.
        let plain = |act: &Act| matches!(act.kind, ActKind::Yes | ActKind::No | ActKind::Done);
        acts.dedup_by(|next, act| plain(act) && next.kind == act.kind);
        for act in &acts {
            // An answer is taken out of the act; what it does not take goes on as usual.
            if let Some(act) = answering::answer(&mut self, &mut asked, mood, act) {
                self.carry_out(transcript, &act, mood);
            }
        }
        if mood.understood {
            self.state.misses = 0;
        }
        let asked = asked.filter(|asked| self.still_open(asked, mood));
        if self.said.is_empty() && self.added.is_empty() && self.changed.is_empty() && !self.place && asked.is_some() {
            self.state.asked_times = self.state.asked_times.saturating_add(1);
        } else {
            self.state.asked_times = 0;
        }
        self.settle(&before, undoing);
        self.close(asked)
    }

    fn carry_out(&mut self, transcript: &str, act: &Act, mood: Mood) {
        let words = transcript.get(act.span.clone()).unwrap_or_default();
        match &act.kind {
            ActKind::Add(request) => adding::add_or_correct(self, request, mood),
            ActKind::Again { target, quantity } => adding::again(self, target, *quantity),
            ActKind::Unknown { words, near } => adding::unknown(self, words, near),
            ActKind::Change { target, edits } => changing::change(self, target, edits, words),
            ActKind::Fragment { edits, all } => changing::fragment(self, edits, *all, words),
            ActKind::Remove { target, quantity } => changing::remove(self, target, *quantity),
            ActKind::Replace { target, with } => changing::replace(self, target, with),
            ActKind::OrderOption(option) => changing::order_option(self, *option),
            ActKind::CustomerName(name) => changing::name(self, name),
            ActKind::Undo => changing::undo(self),
            ActKind::Ask(question) => asking::ask(self, question),
            ActKind::Cancel => finishing::cancel(self),
            ActKind::Done => finishing::done(self, mood),
            ActKind::Yes => finishing::yes(self, mood),
            ActKind::No => finishing::no(self, mood),
            ActKind::Goodbye => finishing::goodbye(self, mood),
            ActKind::Repeat => self.repeat(),
            ActKind::Help => self.say(Message::Help { cart_empty: self.state.cart.lines.is_empty() }),
            ActKind::Human => {
                finishing::hand_over(self);
            }
            ActKind::Greet if !mood.substance => self.say(Message::Greeting),
            ActKind::Thanks if !mood.substance && !mood.yes && !mood.no && !mood.done => self.say(Message::Welcome),
            ActKind::Other if !mood.understood => self.missed(Message::NotUnderstood),
            ActKind::Greet | ActKind::Thanks | ActKind::Other => {}
        }
    }

    fn repeat(&mut self) {
        if self.state.last_said.is_empty() {
            self.say(Message::NothingToRepeat);
        } else {
            // The question at the end is put anew below; the rest is said as it was.
            let last: Vec<Message> =
                self.state.last_said.iter().filter(|m| !finishing::is_question(m)).cloned().collect();
            self.said.extend(last);
        }
    }

    /// Nothing came of the turn: say so, then help, then offer a person.
    pub fn missed(&mut self, message: Message) {
        if std::mem::replace(&mut self.has_missed, true) {
            return;
        }
        self.state.misses = self.state.misses.saturating_add(1);
        match self.state.misses {
            1 => self.say(message),
            2 => self.say(Message::Help { cart_empty: self.state.cart.lines.is_empty() }),
            _ => {
                self.say(Message::NotUnderstood);
                self.state.queue.insert(0, Asking::Person);
                self.state.misses = 0;
            }
        }
    }

    /// Whether a question of ours that got no answer is worth putting again.
    fn still_open(&self, asked: &Asking, mood: Mood) -> bool {
        match asked {
            // Seen from the cart at the end of each turn.
            Asking::Option { .. } | Asking::OrderOption { .. } => false,
            Asking::Everything | Asking::Place => !mood.business && !self.quiet,
            Asking::OneOf { line, .. } | Asking::Amount { subject: Subject::Line(line), .. } => {
                self.line(*line).is_some() && self.state.asked_times < 2
            }
            Asking::Item { .. } | Asking::Amount { .. } => self.state.asked_times < 2,
            Asking::Line { candidates, .. } => !mood.substance && candidates.iter().all(|id| self.line(*id).is_some()),
            Asking::Offer { .. } | Asking::More(_) | Asking::CancelAll | Asking::Person => !mood.understood,
        }
    }

    /// After all acts: equal lines join, the focus follows, the old cart is kept for undo.
    fn settle(&mut self, before: &Cart, undoing: bool) {
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

    /// Read back what was done, put the next question, and hand all of it to the driver.
    pub fn close(mut self, asked: Option<Asking>) -> (State, Vec<Effect>) {
        if self.place {
            self.effects.insert(0, Effect::PlaceOrder);
            return (self.state, self.effects);
        }
        if !self.state.cart.is_empty() {
            self.said.retain(|message| *message != Message::EmptyCart);
        }
        let done = self.read_back() || self.cart_changed || self.order_changed;
        if let Some(question) = asked {
            self.state.queue.insert(0, question);
        }
        if !self.quiet {
            finishing::next_question(&mut self, done);
        }
        self.finish()
    }

    /// Commit, speak, and wait for an answer.
    pub fn finish(mut self) -> (State, Vec<Effect>) {
        self.state.last_said = self.said.clone();
        if self.of_customer {
            self.effects.insert(0, Effect::Commit);
        }
        if !self.said.is_empty() {
            self.effects.push(Effect::Say(self.said));
        }
        if self.state.asked.is_some() {
            self.effects.push(Effect::SetTimer { id: TimerId(self.state.turn), seconds: PATIENCE });
        }
        (self.state, self.effects)
    }

    /// Put what was added and changed before whatever else is said. True where there was anything.
    fn read_back(&mut self) -> bool {
        let mut messages = vec![];
        let removed = std::mem::take(&mut self.removed);
        if !removed.is_empty() {
            messages.push(Message::Removed(removed));
        }
        for (old, id) in std::mem::take(&mut self.replaced) {
            self.changed.retain(|changed| *changed != id);
            if let Some(new) = self.line(id).cloned() {
                messages.push(Message::Replaced { old, new });
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
            messages.push(Message::Changed(changed));
        }
        if !added.is_empty() {
            self.state.last_added = added.iter().map(|added| added.line.clone()).collect();
            messages.push(Message::Added(added));
        }
        // What was taken back makes room for what came instead.
        let undone = |message: &Message| matches!(message, Message::Undone(_) | Message::Canceled | Message::Dropped);
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

    fn timer(mut self, id: TimerId) -> (State, Vec<Effect>) {
        let stale = id.0 != self.state.turn || self.state.prompted;
        if stale || (self.state.cart.lines.is_empty() && self.state.asked.is_none()) {
            return (self.state, vec![]);
        }
        // Once only: beside a television it would go on for ever.
        self.state.prompted = true;
        self.say(Message::StillThere);
        let asked = self.state.asked.take();
        let (state, mut effects) = self.close(asked);
        effects.retain(|effect| !matches!(effect, Effect::SetTimer { .. }));
        (state, effects)
    }
}
