//! The speaking thread: synthesis blocks for tenths of a second and must not hold up anything else.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, TryRecvError, TrySendError, sync_channel};
use std::time::{Duration, Instant};

use tokio::sync::mpsc;

use crate::message::{Sentence, Sound};
use crate::telemetry::{self, Model, pulse};

use super::{TtsError, Voice};

/// A voice on its own thread. Dropping it lets the sentence at hand end and the thread with it, but waits no longer
/// than [`PATIENCE`]: a model being loaded or a sentence being made cannot be interrupted, and nothing of it is owed.
pub struct Speaker {
    orders: Option<SyncSender<Order>>,
    /// Speech of an earlier turn is stale.
    turn: Arc<AtomicU64>,
    /// Nothing is made for some day now.
    held: Arc<AtomicBool>,
    /// Closes when the thread has ended.
    ended: Receiver<()>,
}

/// A model that nothing was asked of for so long is let go, some 80 MB: it is loaded again while the next customer speaks,
/// and what stands in the cache needs none.
const RESTS_AFTER: Duration = Duration::from_secs(300);
/// How long an end waits for the thread.
const PATIENCE: Duration = Duration::from_millis(300);

/// One sentence, spoken.
#[derive(Debug, Clone, PartialEq)]
pub struct Spoken {
    pub sentence: String,
    pub sound: Sound,
}

/// Sentences come out in order, each as soon as it is made; the end is `None`. Dropping it cancels the rest.
pub type Speech = mpsc::Receiver<Result<Spoken, TtsError>>;

enum Order {
    WarmUp,
    Say(Reply),
    /// Make these before anything else that may be wanted.
    Soon(Vec<Sentence>),
    /// Make these while there is nothing else to do.
    Someday(Vec<Sentence>),
}

struct Reply {
    turn: u64,
    sentences: Vec<Sentence>,
    to: mpsc::Sender<Result<Spoken, TtsError>>,
}

/// Replies that may wait; a conversation has one, and another that overtakes it.
const WAITING: usize = 8;
/// No sentence takes so long to be made, nor does a model to be loaded.
const LONGEST: Duration = Duration::from_secs(60);

impl Speaker {
    pub fn start(voice: impl Voice + 'static) -> Result<Speaker, TtsError> {
        Speaker::resting(voice, RESTS_AFTER)
    }

    /// The same with a voice that lets go of its model when nothing was asked of it for so long.
    fn resting(voice: impl Voice + 'static, after: Duration) -> Result<Speaker, TtsError> {
        let (orders, inbox) = sync_channel(WAITING);
        let turn = Arc::new(AtomicU64::new(0));
        let current = turn.clone();
        let held = Arc::new(AtomicBool::new(false));
        let is_held = held.clone();
        let (ending, ended) = std::sync::mpsc::channel();
        std::thread::Builder::new()
            .name("speaking".into())
            .spawn(move || {
                work(voice, &inbox, after, &current, &is_held);
                drop(ending);
            })
            .map_err(TtsError::Thread)?;
        Ok(Speaker { orders: Some(orders), turn, held, ended })
    }

    /// Speak `sentences` (see [`crate::reply::speakable::Script::sentences`]) in answer to turn number `turn`.
    /// Returns at once.
    pub fn say(&self, turn: u64, sentences: Vec<Sentence>) -> Result<Speech, TtsError> {
        // Room for all of it: the thread never waits for a listener.
        let (to, speech) = mpsc::channel(sentences.len().max(1));
        self.order(Order::Say(Reply { turn, sentences, to }))?;
        Ok(speech)
    }

    /// Load the model while nothing is to be said. Without this the first sentence waits for it, unless the cache has
    /// it. Returns at once; a failure shows with the first sentence.
    pub fn warm_up(&self) -> Result<(), TtsError> {
        self.order(Order::WarmUp)
    }

    /// These sentences are likely to be said next: a voice that keeps what it made has them ready then. What was to be
    /// said soon before is forgotten. Returns at once.
    pub fn soon(&self, sentences: Vec<Sentence>) -> Result<(), TtsError> {
        self.order(Order::Soon(sentences))
    }

    /// These sentences will be said some day: they are made one by one while nothing else is wanted. Returns at once.
    pub fn someday(&self, sentences: Vec<Sentence>) -> Result<(), TtsError> {
        self.order(Order::Someday(sentences))
    }

    /// While somebody speaks the processor belongs to the recogniser: what is for some day waits. But they will be
    /// answered: a model that was let go is loaded. Returns at once.
    pub fn hold(&self, held: bool) {
        let was = self.held.swap(held, Ordering::Relaxed);
        if was != held {
            // Wakes the thread; should it be too busy for that, it is awake.
            let _ = if held { self.warm_up() } else { self.someday(Vec::new()) };
        }
    }

    fn order(&self, order: Order) -> Result<(), TtsError> {
        let orders = self.orders.as_ref().ok_or(TtsError::Ended)?;
        orders.try_send(order).map_err(|error| match error {
            TrySendError::Full(_) => TtsError::Behind,
            TrySendError::Disconnected(_) => TtsError::Ended,
        })
    }

    /// From now on turn `turn` is the current one: what is still unsaid of earlier ones ends here.
    pub fn advance_to(&self, turn: u64) {
        self.turn.fetch_max(turn, Ordering::Relaxed);
    }
}

impl Drop for Speaker {
    fn drop(&mut self) {
        self.advance_to(u64::MAX);
        self.orders = None;
        // Nothing is ever sent: the channel closes when the thread ends.
        if self.ended.recv_timeout(PATIENCE) == Err(RecvTimeoutError::Timeout) {
            tracing::debug!("left the voice to finish what it is doing");
        }
    }
}

fn work(mut voice: impl Voice, inbox: &Receiver<Order>, rests: Duration, current: &AtomicU64, held: &AtomicBool) {
    let (mut soon, mut someday) = (VecDeque::<Sentence>::new(), VecDeque::<Sentence>::new());
    loop {
        // What is said comes first; only with nothing to obey is a sentence made ahead, one at a time.
        let order = match inbox.try_recv() {
            Ok(order) => order,
            Err(TryRecvError::Disconnected) => return,
            Err(TryRecvError::Empty) => {
                let may = !held.load(Ordering::Relaxed);
                if let Some(sentence) = soon.pop_front().or_else(|| may.then(|| someday.pop_front()).flatten()) {
                    let _done = attempt(|| voice.prepare(&sentence));
                    continue;
                }
                match inbox.recv_timeout(rests) {
                    Ok(order) => order,
                    Err(RecvTimeoutError::Disconnected) => return,
                    Err(RecvTimeoutError::Timeout) => {
                        voice.rest();
                        continue;
                    }
                }
            }
        };
        match order {
            Order::WarmUp => {
                if attempt(|| voice.warm_up()) {
                    telemetry::warm(Model::Voice);
                }
            }
            Order::Say(reply) => say(&mut voice, reply, current),
            Order::Soon(sentences) => soon = sentences.into(),
            Order::Someday(sentences) => someday.extend(sentences),
        }
    }
}

/// Something that may fail without harm: when it is wanted in earnest, the failure shows. Whether it succeeded.
fn attempt(work: impl FnOnce() -> Result<(), TtsError>) -> bool {
    let _work = pulse::work(Model::Voice.name(), LONGEST);
    let done = catch_unwind(AssertUnwindSafe(work));
    if let Ok(Err(error)) = &done {
        tracing::warn!("{error}");
    }
    matches!(done, Ok(Ok(())))
}

fn say(voice: &mut impl Voice, reply: Reply, current: &AtomicU64) {
    let stale = || reply.turn < current.load(Ordering::Relaxed) || reply.to.is_closed();
    for sentence in reply.sentences {
        if stale() {
            return;
        }
        let begun = Instant::now();
        let _work = pulse::work(Model::Voice.name(), LONGEST);
        // The runtime below panics on some broken models; that must not take the voice from all later turns.
        let made = catch_unwind(AssertUnwindSafe(|| voice.say(&sentence)))
            .unwrap_or_else(|_| Err(TtsError::Synthesis { reason: "the synthesiser panicked".into() }));
        let spoken = match made {
            Ok(sound) if sound.samples.is_empty() => continue,
            Ok(sound) => {
                let (length, took) = (sound.seconds(), begun.elapsed().as_secs_f32() * 1000.0);
                tracing::debug!("spoke {length:.1} s in {took:.0} ms: {}", sentence.text);
                Ok(Spoken { sentence: sentence.text, sound })
            }
            Err(error) => Err(error),
        };
        if stale() || reply.to.try_send(spoken).is_err() {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::{Receiver, Sender, channel};

    use super::super::Tone;
    use super::*;

    /// Waits to be told before each sentence, and tells which it begins.
    struct Held {
        begun: Sender<String>,
        go: Receiver<()>,
    }

    impl Voice for Held {
        fn rate(&self) -> u32 {
            Tone.rate()
        }
        fn identity(&self) -> &str {
            "held"
        }
        fn prepare(&mut self, sentence: &Sentence) -> Result<(), TtsError> {
            self.speak(&format!("({})", sentence.text)).map(drop)
        }
        fn speak(&mut self, sentence: &str) -> Result<Sound, TtsError> {
            let _ = self.begun.send(sentence.into());
            let _ = self.go.recv();
            assert_ne!(sentence, "panic");
            Tone.speak(sentence)
        }
    }

    fn held() -> (Speaker, Receiver<String>, Sender<()>) {
        let ((begun, beginnings), (release, go)) = (channel(), channel());
        (Speaker::start(Held { begun, go }).unwrap(), beginnings, release)
    }

    fn sentences(text: &[&str]) -> Vec<Sentence> {
        text.iter().copied().map(Sentence::ours).collect()
    }

    #[test]
    fn the_first_sentence_is_heard_while_the_next_is_made() {
        let (speaker, begun, go) = held();
        let mut speech = speaker.say(1, sentences(&["sure", "anything else"])).unwrap();
        assert_eq!(begun.recv().unwrap(), "sure");
        go.send(()).unwrap();
        assert_eq!(speech.blocking_recv().unwrap().unwrap().sentence, "sure");
        assert_eq!(begun.recv().unwrap(), "anything else");
        go.send(()).unwrap();
        assert_eq!(speech.blocking_recv().unwrap().unwrap().sentence, "anything else");
        assert!(speech.blocking_recv().is_none());
    }

    #[test]
    fn what_may_be_wanted_is_made_while_nothing_is_and_never_before_what_is() {
        let (speaker, begun, go) = held();
        speaker.someday(sentences(&["goodbye", "anything else"])).unwrap();
        assert_eq!(begun.recv().unwrap(), "(goodbye)");
        speaker.soon(sentences(&["two lattes"])).unwrap();
        let mut speech = speaker.say(1, sentences(&["sure"])).unwrap();
        for expected in ["sure", "(two lattes)", "(anything else)"] {
            go.send(()).unwrap();
            assert_eq!(begun.recv().unwrap(), expected);
        }
        assert_eq!(speech.blocking_recv().unwrap().unwrap().sentence, "sure");
        go.send(()).unwrap();
    }

    #[test]
    fn while_somebody_speaks_only_what_is_likely_to_be_said_next_is_made() {
        let (speaker, begun, go) = held();
        speaker.hold(true);
        speaker.someday(sentences(&["goodbye"])).unwrap();
        speaker.soon(sentences(&["two lattes"])).unwrap();
        go.send(()).unwrap();
        assert_eq!(begun.recv().unwrap(), "(two lattes)");
        let mut speech = speaker.say(1, sentences(&["sure"])).unwrap();
        go.send(()).unwrap();
        assert_eq!(speech.blocking_recv().unwrap().unwrap().sentence, "sure");
        assert_eq!(begun.try_iter().collect::<Vec<_>>(), ["sure"]);
        speaker.hold(false);
        assert_eq!(begun.recv().unwrap(), "(goodbye)");
        go.send(()).unwrap();
    }

    #[test]
    fn a_new_turn_ends_the_speech_of_earlier_ones() {
        let (speaker, begun, go) = held();
        let mut stale = speaker.say(1, sentences(&["you have two lattes", "and a croissant"])).unwrap();
        let mut waiting = speaker.say(1, sentences(&["anything else"])).unwrap();
        assert_eq!(begun.recv().unwrap(), "you have two lattes");
        speaker.advance_to(2);
        let mut fresh = speaker.say(2, sentences(&["sorry, three"])).unwrap();
        go.send(()).unwrap();
        go.send(()).unwrap();
        assert!(stale.blocking_recv().is_none());
        assert!(waiting.blocking_recv().is_none());
        assert_eq!(fresh.blocking_recv().unwrap().unwrap().sentence, "sorry, three");
        assert_eq!(begun.try_iter().collect::<Vec<_>>(), ["sorry, three"]);
    }

    #[test]
    fn nobody_listening_ends_the_speech() {
        let (speaker, begun, go) = held();
        drop(speaker.say(1, sentences(&["one", "two", "three"])).unwrap());
        let mut next = speaker.say(1, sentences(&["four"])).unwrap();
        drop(go);
        assert_eq!(next.blocking_recv().unwrap().unwrap().sentence, "four");
        let made: Vec<_> = begun.try_iter().collect();
        assert!(made == ["four"] || made == ["one", "four"], "{made:?}");
    }

    #[test]
    fn a_panic_in_the_voice_is_an_error_and_the_next_reply_is_spoken() {
        let (speaker, _begun, go) = held();
        drop(go);
        let mut speech = speaker.say(1, sentences(&["panic", "still here"])).unwrap();
        assert!(matches!(speech.blocking_recv(), Some(Err(TtsError::Synthesis { .. }))));
        assert_eq!(speech.blocking_recv().unwrap().unwrap().sentence, "still here");
    }

    /// Tells when its model comes and goes.
    struct Sleeper(Sender<&'static str>);

    impl Voice for Sleeper {
        fn rate(&self) -> u32 {
            Tone.rate()
        }
        fn identity(&self) -> &str {
            "sleeper"
        }
        fn warm_up(&mut self) -> Result<(), TtsError> {
            let _ = self.0.send("loaded");
            Ok(())
        }
        fn rest(&mut self) {
            let _ = self.0.send("let go");
        }
        fn speak(&mut self, sentence: &str) -> Result<Sound, TtsError> {
            Tone.speak(sentence)
        }
    }

    #[test]
    fn a_model_that_nothing_is_asked_of_is_let_go_until_somebody_speaks() {
        let (tell, told) = channel();
        let speaker = Speaker::resting(Sleeper(tell), Duration::from_millis(1)).unwrap();
        assert_eq!(told.recv().unwrap(), "let go");
        speaker.hold(true);
        assert!(told.iter().any(|what| what == "loaded"));
        speaker.hold(false);
        assert_eq!(told.recv().unwrap(), "let go");
    }

    #[test]
    fn nothing_to_say_is_an_empty_speech() {
        let speaker = Speaker::start(Tone).unwrap();
        assert!(speaker.say(1, Vec::new()).unwrap().blocking_recv().is_none());
        assert!(speaker.say(1, sentences(&["…"])).unwrap().blocking_recv().is_none());
    }
}
