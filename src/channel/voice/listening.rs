//! When what is said is meant for the assistant. Pure: it is told what comes to pass, and when, in milliseconds of a clock
//! that never goes back.
//!
//! Open, everything is. With a wake phrase, or a key, only what follows it is; after a reply it listens on for some
//! seconds, so that people need not call for each answer, then closes once, with a sign, and says nothing more by itself.

use crate::config::{Listen, ListenMode};
use crate::service::Time;

/// So many times in a row what was heard may mean nothing here; then it is talk among others, or a television, and no
/// reply opens the ear again.
const PATIENCE: u32 = 2;

/// A sign that the ear has opened, or closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sign {
    Opened,
    Closed,
}

#[derive(Debug)]
pub struct Listening {
    mode: ListenMode,
    stays_open: Time,
    state: State,
    muted: bool,
    /// How often in a row what was said meant nothing.
    in_vain: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Closed,
    /// Until then, if nobody speaks; `None`: until a reply has been said.
    Open(Option<Time>),
}

impl Listening {
    pub fn new(listen: &Listen) -> Listening {
        let state = if listen.mode == ListenMode::Open { State::Open(None) } else { State::Closed };
        let stays_open = (listen.stays_open * 1e3) as Time;
        Listening { mode: listen.mode, stays_open, state, muted: false, in_vain: 0 }
    }

    /// Whether what is said now is meant for the assistant.
    pub fn hears(&self) -> bool {
        !self.muted && self.state != State::Closed
    }

    /// Whether the wake phrase would open it.
    pub fn can_be_called(&self) -> bool {
        !self.muted && self.mode == ListenMode::Wake
    }

    pub fn is_muted(&self) -> bool {
        self.muted
    }

    /// When it closes, should nobody speak until then.
    pub fn closes(&self) -> Option<Time> {
        match self.state {
            State::Open(until) if self.mode != ListenMode::Open => until,
            State::Open(_) | State::Closed => None,
        }
    }

    /// Somebody said the wake phrase.
    pub fn called(&mut self, now: Time) -> Option<Sign> {
        if self.can_be_called() { self.open(now) } else { None }
    }

    /// The key was pressed, or its signal came: it opens, and closes an open ear.
    pub fn pressed(&mut self, now: Time) -> Option<Sign> {
        match (self.muted, self.mode, self.state) {
            (true, ..) | (_, ListenMode::Open, _) => None,
            (_, _, State::Closed) => self.open(now),
            (_, _, State::Open(_)) => self.close(),
        }
    }

    /// No microphone is listened to while it is muted; unmuted, it is as after the last reply, but closed where it closes.
    pub fn mute(&mut self, muted: bool) -> Option<Sign> {
        if self.muted == muted {
            return None;
        }
        let sign = if muted { self.close() } else { None };
        self.muted = muted;
        sign
    }

    /// A reply begins: nothing closes before it has been said.
    pub fn answering(&mut self) {
        if let State::Open(until) = &mut self.state {
            *until = None;
        }
    }

    /// A reply has been said. `meant`: what it answers meant something here.
    pub fn answered(&mut self, now: Time, meant: bool) -> Option<Sign> {
        self.in_vain = if meant { 0 } else { self.in_vain + 1 };
        match self.mode {
            ListenMode::Open => None,
            _ if self.in_vain >= PATIENCE => self.close(),
            _ if self.muted => None,
            _ => {
                self.state = State::Open(Some(now + self.stays_open));
                None
            }
        }
    }

    /// Time has passed while nobody spoke.
    pub fn passed(&mut self, now: Time) -> Option<Sign> {
        if self.closes().is_some_and(|until| now >= until) { self.close() } else { None }
    }

    fn open(&mut self, now: Time) -> Option<Sign> {
        let was = std::mem::replace(&mut self.state, State::Open(Some(now + self.stays_open)));
        self.in_vain = 0;
        (was == State::Closed).then_some(Sign::Opened)
    }

    fn close(&mut self) -> Option<Sign> {
        if self.mode == ListenMode::Open {
            return None;
        }
        let was = std::mem::replace(&mut self.state, State::Closed);
        (was != State::Closed).then_some(Sign::Closed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;

    fn listening(mode: ListenMode) -> Listening {
        Listening::new(&Listen { mode, ..Config::defaults().values.listen })
    }

    #[test]
    fn called_it_hears_answers_listens_on_and_closes_once_with_a_sign() {
        let mut ear = listening(ListenMode::Wake);
        assert!(!ear.hears() && ear.can_be_called());
        assert_eq!(ear.called(1_000), Some(Sign::Opened));
        assert!(ear.hears());
        ear.answering();
        assert_eq!(ear.passed(60_000), None, "a long reply closes nothing");
        assert_eq!(ear.answered(60_000, true), None);
        assert_eq!(ear.closes(), Some(68_000));
        assert_eq!((ear.passed(67_999), ear.passed(68_000), ear.passed(90_000)), (None, Some(Sign::Closed), None));
        assert!(!ear.hears());
    }

    #[test]
    fn who_calls_and_says_nothing_is_waited_for_and_calling_again_gives_no_second_sign() {
        let mut ear = listening(ListenMode::Wake);
        ear.called(0);
        assert_eq!(ear.called(5_000), None);
        assert_eq!(ear.passed(8_000), None);
        assert_eq!(ear.passed(13_000), Some(Sign::Closed));
    }

    #[test]
    fn beside_a_television_it_does_not_talk_for_ever() {
        let mut ear = listening(ListenMode::Wake);
        ear.called(0);
        ear.answered(5_000, true);
        assert_eq!(ear.answered(10_000, false), None, "one misunderstanding may be asked about");
        assert_eq!(ear.answered(15_000, false), Some(Sign::Closed));
        assert!(!ear.hears());
        assert_eq!(ear.answered(20_000, false), None, "what is said by itself opens nothing");
        assert_eq!(ear.called(21_000), Some(Sign::Opened));
        assert_eq!(ear.answered(25_000, false), None);
    }

    #[test]
    fn the_key_opens_and_closes_and_the_phrase_does_nothing_where_there_is_a_key() {
        let mut ear = listening(ListenMode::Push);
        assert_eq!(ear.called(0), None);
        assert!(!ear.hears() && !ear.can_be_called());
        assert_eq!(ear.pressed(0), Some(Sign::Opened));
        assert!(ear.hears());
        assert_eq!(ear.pressed(1_000), Some(Sign::Closed));
        assert!(!ear.hears());
    }

    #[test]
    fn open_it_hears_always_and_gives_no_signs() {
        let mut ear = listening(ListenMode::Open);
        assert!(ear.hears());
        assert_eq!((ear.pressed(0), ear.answered(1, false), ear.answered(2, false)), (None, None, None));
        assert_eq!((ear.closes(), ear.passed(i64::MAX)), (None, None));
        assert!(ear.hears());
    }

    #[test]
    fn muted_it_hears_nothing_in_any_mode_and_unmuted_it_is_as_it_was_made() {
        for mode in [ListenMode::Open, ListenMode::Wake, ListenMode::Push] {
            let mut ear = listening(mode);
            ear.called(0);
            ear.mute(true);
            assert!(!ear.hears() && !ear.can_be_called() && ear.is_muted(), "{mode:?}");
            assert_eq!((ear.called(1), ear.pressed(2), ear.answered(3, true)), (None, None, None));
            assert!(!ear.hears());
            ear.mute(false);
            assert_eq!(ear.hears(), mode == ListenMode::Open);
        }
    }
}
