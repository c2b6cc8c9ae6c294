//! One event from end to end: what the acts do, what is asked next, what is to be done about it.

use crate::commerce::payment::{PaymentStatus, Standing};
use crate::understand::{Act, ActKind, Matter, Understanding};

use super::each::Each;
use super::event::{Effect, Event, Reason, Request, TimerId, World};
use super::leaving_out::leave_out;
use super::message::{Ask, Cannot, Done, Message, Talk};
use super::state::{Asking, State};
use super::turn::{Mood, Turn};
use super::{
    adding, answering, approval, asking, changing, closing, each, echo, editing, finishing, fulfilment, needs, parts,
    paying, pricing, spread, taking_up,
};

/// One question is put so often in a row before a person is offered.
const MOST_REPEATS: u8 = 2;

/// Seconds of silence: before we ask whether anybody is there, and each time after that;
const PATIENCE: u32 = 30;
/// after an order, when all is said;
const AFTER_ORDER: u32 = 15;
/// when they ask for patience;
const TAKING_TIME: u32 = 120;
/// while another machine takes the money, until we look again;
const PAYING: u32 = 2;
/// and while a person is on the way.
const WAITING_FOR_A_PERSON: u32 = 300;
/// We ask so often; the silence after the last ends the conversation.
const MOST_PROMPTS: u8 = 2;

/// What comes of an event. Where the last effect asks for something, the event that answers it is to be handled next, in
/// the state given here.
pub fn handle(world: &World, state: &State, event: Event) -> (State, Vec<Effect>) {
    let mut turn = Turn::new(world, state.clone());
    let waited = state.pays;
    let settled = paying::settled(&mut turn, world.payment);
    if let Some(paid) = settled.filter(|settled| settled.status == PaymentStatus::Succeeded) {
        finishing::placed(&mut turn, paid.number.0.into(), paid.total);
    }
    match event {
        Event::Timer(id) if waited => turn.payment_waited(id, settled),
        Event::Resumed if waited && settled.is_none() => {
            turn.say(Talk::PayFirst);
            turn.finish(PAYING)
        }
        Event::Heard { understanding, .. } if waited && settled.is_none() => {
            turn.state.turn += 1;
            paying::meanwhile(&mut turn, &understanding.acts);
            match turn.request.take() {
                Some(request) => turn.wait_for(request),
                None => turn.finish(PAYING),
            }
        }
        Event::Started => {
            turn.state.greeted = true;
            turn.say(Talk::Greeting);
            turn.close(None)
        }
        Event::Resumed => turn.resumed(),
        Event::Heard { transcript, understanding } => turn.heard(&transcript, understanding),
        Event::Unheard => {
            turn.state.turn += 1;
            turn.state.prompts = 0;
            let asked = turn.state.asked.take();
            turn.missed(Talk::Unheard);
            turn.close(asked)
        }
        Event::Timer(id) => turn.timer(id),
        answer => answered(turn, answer),
    }
}

/// The answer to what the turn before asked for.
fn answered(mut turn: Turn, answer: Event) -> (State, Vec<Effect>) {
    turn.answers = true;
    match answer {
        Event::Placed { number, total } => {
            let parts = paying::parts(&turn).unwrap_or_default();
            finishing::placed(&mut turn, number, total);
            paying::due(&mut turn, &parts);
            turn.finish(AFTER_ORDER)
        }
        Event::Paying { amount, reader } => {
            paying::begun(&mut turn, amount, reader);
            turn.finish(PAYING)
        }
        Event::AccountChanged(account) => {
            paying::account_changed(&mut turn, account);
            turn.close(None)
        }
        Event::Account(found) => {
            paying::account(&mut turn, found);
            turn.close(None)
        }
        Event::CodeLookedAt { right } => {
            approval::code_looked_at(&mut turn, right);
            turn.close(None)
        }
        Event::Stopping => turn.finish(PAYING),
        Event::HandedOver { told } => {
            turn.state.called = told;
            turn.say(if told { Talk::HandingOver } else { Talk::NobodyThere });
            turn.finish(if told { WAITING_FOR_A_PERSON } else { PATIENCE })
        }
        Event::Found { wanted, parked } => {
            taking_up::found(&mut turn, wanted, parked);
            turn.close(None)
        }
        Event::PutAside { code } => {
            turn.say(Done::PutAside { code });
            turn.ends = true;
            turn.finish(PATIENCE)
        }
        Event::Started | Event::Resumed | Event::Heard { .. } | Event::Unheard | Event::Timer(_) => turn.close(None),
    }
}

impl Turn<'_> {
    fn resumed(mut self) -> (State, Vec<Effect>) {
        self.state.greeted = true;
        if self.state.cart.lines.is_empty() {
            self.say(Talk::Greeting);
        } else {
            self.say(Talk::WelcomeBack(self.state.cart.clone()));
            self.ask_later(Asking::Everything);
        }
        let asked = self.state.asked.take();
        self.close(asked)
    }

    fn heard(mut self, transcript: &str, mut understanding: Understanding) -> (State, Vec<Effect>) {
        self.state.turn += 1;
        self.state.prompts = 0;
        // Understanding has had its hint: a list spoken of long ago is no hint any more.
        self.state.topic_list = None;
        self.question = self.state.question.take();
        let before = self.state.cart.clone();
        self.consent = understanding.consent;
        self.plain = understanding.plain;
        // "Not the lager, make that a cider": whoever was not understood thinks that the order is another now.
        self.state.told &= !understanding.lost;
        self.further = understanding.further.iter().map(|at| understanding.acts[*at].span.clone()).collect();
        echo::drop_echoes(&self, &mut understanding);
        parts::make_up(&self, &mut understanding);
        let mut acts = understanding.acts;
        let mood = Mood::of(&acts);
        self.business = mood.business;
        let mut asked = self.state.asked.take();
        self.asked_before.clone_from(&asked);
        self.starting_over = mood.adds;
        if acts.is_empty() {
            self.missed(Talk::NotUnderstood);
        }
        self.state.leaving &=
            acts.iter().all(|act| matches!(act.kind, ActKind::Goodbye | ActKind::No | ActKind::Thanks));
        let undoing = acts.iter().any(|act| act.kind == ActKind::Undo);
        // "Yes, that's right" is one yes.
        let plain = |act: &Act| matches!(act.kind, ActKind::Yes | ActKind::No | ActKind::Done | ActKind::Matter(_));
        acts.dedup_by(|next, act| plain(act) && next.kind == act.kind);
        spread::make_room(&mut self, asked.as_ref(), &acts);
        for act in &acts {
            self.joined = self.further.contains(&act.span);
            // An answer is taken out of the act; what it does not take goes on as usual.
            if let Some(act) = answering::answer(&mut self, &mut asked, mood, act) {
                self.carry_out(transcript, &act, mood);
            }
        }
        if mood.understood {
            self.state.misses = 0;
        }
        self.state.called &= !mood.business;
        if self.confirmed {
            finishing::confirm(&mut self, &before);
        }
        let asked = self.kept_open(asked, mood);
        self.settle(&before, undoing);
        needs::check(&mut self, &before);
        if self.waits && self.request.is_none() {
            self.state.asked = asked;
            return self.finish(TAKING_TIME);
        }
        self.close(asked)
    }

    fn carry_out(&mut self, transcript: &str, act: &Act, mood: Mood) {
        let words = transcript.get(act.span.clone()).unwrap_or_default();
        match &act.kind {
            ActKind::Add(request) => adding::add_or_correct(self, request, mood),
            ActKind::Again { target, quantity, edits } => changing::again(self, target, *quantity, edits),
            ActKind::Each { quantity, more, list } => {
                each::each(self, Each { quantity: *quantity, more: *more, list: *list });
            }
            ActKind::Unknown { words, near, edits } => adding::unknown(self, words, near, edits),
            ActKind::Change { target, edits } => changing::change(self, target, edits, words),
            ActKind::Fragment { edits, all } => changing::fragment(self, edits, *all, words),
            ActKind::Remove { target, quantity } => changing::remove(self, target, *quantity),
            ActKind::Replace { target, with } => changing::replace(self, target, with),
            ActKind::OrderOption(option) => editing::order_option(self, *option),
            ActKind::CustomerName(name) => changing::name(self, name),
            ActKind::Undo => changing::undo(self),
            ActKind::Ask(question) => asking::ask(self, question),
            ActKind::Cancel => finishing::cancel(self, Asking::CancelAll, mood),
            ActKind::StartOver => finishing::cancel(self, Asking::StartOver, mood),
            ActKind::Keep { target } => changing::keep(self, target),
            ActKind::Done | ActKind::CheckOut => finishing::done(self),
            ActKind::Yes => finishing::yes(self, mood),
            ActKind::No => finishing::no(self, mood),
            ActKind::Goodbye => finishing::goodbye(self, mood),
            ActKind::Repeat => self.repeat(),
            ActKind::Help => self.say(Talk::Help { cart_empty: self.state.cart.lines.is_empty() }),
            ActKind::TakeUp { code } => {
                taking_up::look_up(self, *code);
            }
            // "Never mind, then add a kite": the order stands.
            ActKind::NeverMind if mood.business => {}
            ActKind::NeverMind => finishing::never_mind(self),
            ActKind::CallOff => finishing::call_off(self),
            ActKind::SetAside => finishing::set_aside(self),
            ActKind::Skip => self.say(Done::Kept),
            // They answer questions; none was open.
            ActKind::Pick(_) | ActKind::Unsure => self.missed(Talk::NotUnderstood),
            ActKind::Human => {
                finishing::hand_over(self, Reason::Asked);
            }
            ActKind::Wait => {
                self.say(Talk::TakeYourTime);
                self.waits = true;
                self.quiet = true;
            }
            ActKind::Greet if !mood.substance => self.say(Talk::Greeting),
            ActKind::Thanks if !mood.substance && !mood.yes && !mood.no && !mood.done => self.say(Talk::Welcome),
            ActKind::Other if !mood.understood => self.missed(Talk::NotUnderstood),
            ActKind::Need(need) => needs::state(self, need),
            ActKind::Voucher(promotion) => pricing::voucher(self, *promotion),
            ActKind::Tip(said) => pricing::tip(self, *said),
            ActKind::Pay(said) => paying::said(self, *said),
            ActKind::Detail(said) => fulfilment::take(self, said),
            ActKind::Matter(matter) => self.other_matter(*matter),
            ActKind::Greet | ActKind::Thanks | ActKind::Other => {}
        }
    }

    /// Whether the card has come meanwhile.
    fn payment_waited(mut self, id: TimerId, settled: Option<&Standing>) -> (State, Vec<Effect>) {
        let Some(settled) = settled else {
            if id != (TimerId { turn: self.state.turn, prompts: self.state.prompts }) {
                return (self.state, vec![]);
            }
            return self.finish(PAYING);
        };
        // It is a turn of its own, though nobody said a word.
        self.state.turn += 1;
        match settled.status {
            PaymentStatus::Succeeded => self.finish(AFTER_ORDER),
            _ => self.close(None),
        }
    }

    /// What is no order: said honestly to be none of ours, or left to those who speak to each other.
    fn other_matter(&mut self, matter: Matter) {
        match matter {
            Matter::Private => self.say(Talk::KeepPrivate),
            Matter::Number => self.say(Talk::NoNumbers),
            Matter::Health => self.say(Talk::NoAdvice),
            Matter::Support => self.say(Talk::StaffKnow),
            Matter::Aside | Matter::Undecided if self.waits => {}
            Matter::Aside | Matter::Undecided => {
                self.say(Talk::TakeYourTime);
                self.waits = true;
                self.quiet = true;
            }
            // Read as questions of their own.
            Matter::Cart | Matter::About => {}
            // Whoever chats is in no trouble with our question.
            Matter::Praise | Matter::Talk => self.business = true,
            // Understood as a note, and as the end of the order.
            Matter::Text | Matter::Enough => {}
        }
    }

    fn repeat(&mut self) {
        if self.state.last_said.is_empty() {
            self.say(Cannot::NothingToRepeat);
        } else {
            // The question at the end is put anew below; the rest is said as it was.
            let last: Vec<Message> = self
                .state
                .last_said
                .iter()
                .filter(|m| !matches!(m, Message::Ask(_) | Message::AskAgain(_)))
                .cloned()
                .collect();
            self.said.extend(last);
        }
    }

    /// A question that got no answer, where it is to be put again; what one was about that is not, is said.
    /// Read back what was done and put the next question, or ask for what must be known first.
    fn close(mut self, asked: Option<Asking>) -> (State, Vec<Effect>) {
        if let Some(request @ Request::Place { .. }) = self.request {
            // What is said of it is said when it is placed.
            self.state.last_said.clear();
            return (self.state, vec![Effect::Ask(request)]);
        }
        if !self.state.cart.is_empty() {
            self.said.retain(|message| *message != Cannot::EmptyCart);
        }
        let read_back = self.read_back();
        // "Okay, one mushroom bun", said of one of two, sounds as though that were all: it takes back what was told before.
        self.state.told &= !read_back || closing::all_read_back(&self);
        let done = read_back || self.cart_changed || self.order_changed;
        if let Some(question) = asked.filter(|asked| !self.state.queue.contains(asked)) {
            self.state.queue.insert(0, question);
        }
        if let Some(request) = self.request.take() {
            return self.wait_for(request);
        }
        if !self.quiet {
            closing::next_question(&mut self, done);
            self.count_repeats(done || self.business);
        }
        needs::warn(&mut self);
        self.finish(PATIENCE)
    }

    /// Say what can be said, and go on when the answer is there.
    fn wait_for(mut self, request: Request) -> (State, Vec<Effect>) {
        let mut effects = self.speak();
        effects.push(Effect::Ask(request));
        (self.state, effects)
    }

    /// The same question over and over helps nobody: a person might.
    fn count_repeats(&mut self, done: bool) {
        let repeated = self.state.asked.is_some() && self.state.asked == self.asked_before;
        let lets_go =
            matches!(self.state.asked, Some(Asking::Item { .. } | Asking::Amount { .. } | Asking::OneOf { .. }));
        // What each turn does something beside is no trouble, only a question that nobody answers.
        if !repeated {
            self.state.asked_times = 0;
        } else if !done || lets_go {
            self.state.asked_times = (self.state.asked_times + 1).min(MOST_REPEATS);
        }
        if done && lets_go && self.state.asked_times >= MOST_REPEATS {
            // They have other things to say: what it was about is let go, and they are told.
            self.state.asked_times = 0;
            self.said.pop();
            if let Some(asked) = self.state.asked.take() {
                leave_out(self, &asked);
            }
        }
        if !done && self.state.asked_times >= MOST_REPEATS {
            self.said.pop();
            if self.staffed {
                self.state.asked_times = 0;
                let asked = self.state.asked.replace(Asking::Person);
                if let Some(asked) = &asked {
                    leave_out(self, asked);
                }
                self.say(Ask::Person);
                // Nobody is handed what they must not have because nobody would help.
                self.state.queue.extend(asked.filter(|asked| matches!(asked, Asking::Keep { .. })));
            } else {
                // It stays open, and is not put a third time.
                self.said.retain(|message| *message != Talk::AskStaff);
                self.say(Talk::AskStaff);
            }
        }
    }

    /// What is said in this step. Something said for the first time to somebody is opened by a greeting.
    fn speak(&mut self) -> Vec<Effect> {
        let mut said = std::mem::take(&mut self.said);
        // Whoever only says goodbye is not greeted first.
        if !self.state.greeted && !said.is_empty() && !self.ends {
            self.state.greeted = true;
            if !said.iter().any(|message| *message == Talk::Greeting) {
                said.insert(0, Talk::Hello.into());
            }
        }
        if !self.answers {
            self.state.last_said.clear();
        }
        self.state.last_said.extend(said.iter().cloned());
        let mut effects = std::mem::take(&mut self.effects);
        if !said.is_empty() {
            effects.push(Effect::Say(said));
        }
        effects
    }

    /// Speak, and wait so many seconds for an answer.
    fn finish(mut self, seconds: u32) -> (State, Vec<Effect>) {
        let mut effects = self.speak();
        if self.ends {
            effects.push(Effect::End);
        } else if self.state.turn > 0 || self.is_open() {
            let id = TimerId { turn: self.state.turn, prompts: self.state.prompts };
            effects.push(Effect::Wait { id, seconds });
        }
        (self.state, effects)
    }

    /// Something stands in the cart, or waits for an answer.
    fn is_open(&self) -> bool {
        !self.state.cart.is_empty() || self.state.asked.is_some()
    }

    fn timer(mut self, id: TimerId) -> (State, Vec<Effect>) {
        if id != (TimerId { turn: self.state.turn, prompts: self.state.prompts }) {
            return (self.state, vec![]);
        }
        if self.is_open() && self.state.prompts < MOST_PROMPTS {
            // Twice only: beside a television it would go on for ever.
            self.state.prompts += 1;
            let last = self.state.prompts == MOST_PROMPTS && !self.state.cart.is_empty();
            self.say(Talk::StillThere { last });
            let asked = self.state.asked.take();
            return self.close(asked);
        }
        if self.state.cart.is_empty() {
            self.ends = true;
            return self.finish(PATIENCE);
        }
        self.wait_for(Request::PutAside)
    }
}
