//! One event from end to end: what the acts do, what is asked next, what the driver has to do about it.

use crate::commerce::cart::Line;
use crate::shop::Shop;
use crate::understand::{Act, ActKind, Expect, Understanding, Which};

use super::event::{Effect, Event, TimerId};
use super::message::Message;
use super::state::{Asking, State, Subject};
use super::turn::{Mood, Turn};
use super::{adding, answering, asking, changing, finishing, pointing};

/// Silence after a question of ours before we ask whether anybody is there, in seconds.
const PATIENCE: u32 = 30;

/// One question is put so often in a row before a person is offered.
const MOST_REPEATS: u8 = 3;

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
        Some(Asking::Amount { said, subject }) => {
            expect.quantity = true;
            expect.yes_no = said.is_some();
            // What is asked about says in which unit a bare amount is.
            expect.items.extend(match subject {
                Subject::Wish(wish) => match wish.request.which {
                    Which::Item(item) => Some(item),
                    _ => None,
                },
                Subject::Line(line) => pointing::line(state, *line).map(|line| line.item),
            });
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

impl Turn<'_> {
    fn heard(mut self, transcript: &str, understanding: Understanding) -> (State, Vec<Effect>) {
        self.state.turn += 1;
        self.state.prompted = false;
        // Understanding has had its hint: a list spoken of long ago is no hint any more.
        self.state.topic_list = None;
        let before = self.state.cart.clone();
        let mut acts = understanding.acts;
        self.drop_echoes(&mut acts);
        let mood = Mood::of(&acts);
        let mut asked = self.state.asked.take();
        self.asked_before.clone_from(&asked);
        self.starting_over = mood.adds;
        if acts.is_empty() {
            self.missed(Message::NotUnderstood);
        }
        let undoing = acts.iter().any(|act| act.kind == ActKind::Undo);
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
        self.settle(&before, undoing);
        self.close(asked)
    }

    fn carry_out(&mut self, transcript: &str, act: &Act, mood: Mood) {
        let words = transcript.get(act.span.clone()).unwrap_or_default();
        match &act.kind {
            ActKind::Add(request) => adding::add_or_correct(self, request, mood),
            ActKind::Again { target, quantity, edits } => adding::again(self, target, *quantity, edits),
            ActKind::Unknown { words, near, edits } => adding::unknown(self, words, near, edits),
            ActKind::Change { target, edits } => changing::change(self, target, edits, words),
            ActKind::Fragment { edits, all } => changing::fragment(self, edits, *all, words),
            ActKind::Remove { target, quantity } => changing::remove(self, target, *quantity),
            ActKind::Replace { target, with } => changing::replace(self, target, with),
            ActKind::OrderOption(option) => changing::order_option(self, *option),
            ActKind::CustomerName(name) => changing::name(self, name),
            ActKind::Undo => changing::undo(self),
            ActKind::Ask(question) => asking::ask(self, question),
            ActKind::Cancel => finishing::cancel(self),
            ActKind::Done => finishing::done(self),
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

    /// "A triple espresso, yes": said after us, to confirm, it is no second one.
    fn drop_echoes(&self, acts: &mut Vec<Act>) {
        let confirming = matches!(self.state.asked, Some(Asking::Everything | Asking::Place));
        let has = |kind: ActKind| acts.iter().any(|act| act.kind == kind);
        if !confirming || !has(ActKind::Yes) || has(ActKind::No) {
            return;
        }
        acts.retain(|act| {
            let ActKind::Add(request) = &act.kind else { return true };
            let echoes = |line: &Line| {
                request.which == Which::Item(line.item)
                    && request.quantity.is_none()
                    && request.choices.iter().all(|choice| line.choices.contains(choice))
                    && request.notes.is_empty()
            };
            !self.state.cart.lines.iter().filter(|line| self.state.focus.contains(&line.id)).any(echoes)
        });
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
            self.count_repeats(done);
        }
        self.finish()
    }

    /// The same question over and over helps nobody: a person might.
    fn count_repeats(&mut self, done: bool) {
        let repeated = self.state.asked.is_some() && self.state.asked == self.asked_before;
        // What each turn does something beside is no trouble, only a question that nobody answers.
        self.state.asked_times = if repeated { (self.state.asked_times + 1).min(MOST_REPEATS) } else { 0 };
        if !done && self.state.asked_times >= MOST_REPEATS {
            self.state.asked_times = 0;
            self.said.pop();
            self.say(Message::AskPerson);
            self.state.asked = Some(Asking::Person);
        }
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
