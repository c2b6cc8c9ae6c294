//! The thread behind the counter: it owns the conversation, and with it the database.

use std::collections::BTreeMap;
use std::thread::JoinHandle;

use tokio::sync::{mpsc, oneshot};

use crate::dialogue::{Conversation, Foresight, TimerId};
use crate::reply::Reply;
use crate::understand::Expect;

/// What can happen at the counter.
#[derive(Debug)]
pub enum Happening {
    /// Somebody said this.
    Heard(String),
    /// Somebody spoke, and nothing usable was recognised.
    Unheard,
    /// A timer that the conversation set ran out.
    Timer(TimerId),
}

/// The answer, and what is to be expected next.
pub struct Answer {
    pub reply: Reply,
    /// To be told of after so many seconds, unless something else happens first.
    pub timer: Option<(TimerId, u32)>,
    pub expect: Expect,
    /// How long each stage took, in milliseconds.
    pub times_ms: BTreeMap<String, f64>,
}

enum Job {
    Answer(Happening, oneshot::Sender<Answer>),
    Foresee(String, oneshot::Sender<Option<Foresight>>),
}

pub struct Counter {
    jobs: Option<mpsc::Sender<Job>>,
    thread: Option<JoinHandle<()>>,
}

impl Counter {
    pub fn start(mut conversation: Conversation) -> std::io::Result<Counter> {
        let (jobs, mut inbox) = mpsc::channel::<Job>(4);
        let thread = std::thread::Builder::new().name("counter".into()).spawn(move || {
            while let Some(job) = inbox.blocking_recv() {
                match job {
                    // Nobody waits for the answer when the daemon is ending; what was said is committed all the same.
                    Job::Answer(happening, answer) => drop(answer.send(deal_with(&mut conversation, happening))),
                    Job::Foresee(text, foresight) => drop(foresight.send(conversation.foresee(&text).ok())),
                }
            }
        })?;
        Ok(Counter { jobs: Some(jobs), thread: Some(thread) })
    }

    /// `None` when the thread has ended.
    pub async fn tell(&self, happening: Happening) -> Option<Answer> {
        let (answer, answered) = oneshot::channel();
        self.jobs.as_ref()?.send(Job::Answer(happening, answer)).await.ok()?;
        answered.await.ok()
    }

    /// What would come of these words if nothing followed; `None` where that cannot be told.
    pub async fn foresee(&self, text: String) -> Option<Foresight> {
        let (foresight, foreseen) = oneshot::channel();
        self.jobs.as_ref()?.send(Job::Foresee(text, foresight)).await.ok()?;
        foreseen.await.ok()?
    }
}

impl Drop for Counter {
    /// The turn at hand is committed before the thread ends.
    fn drop(&mut self) {
        self.jobs = None;
        if self.thread.take().is_some_and(|thread| thread.join().is_err()) {
            tracing::error!("the counter's thread had panicked");
        }
    }
}

fn deal_with(conversation: &mut Conversation, happening: Happening) -> Answer {
    let outcome = match happening {
        Happening::Heard(text) => conversation.turn(&text),
        Happening::Unheard => conversation.unheard(),
        Happening::Timer(id) => {
            let reply = conversation.timer(id).unwrap_or_default();
            return Answer { reply, timer: None, expect: conversation.expect(), times_ms: BTreeMap::new() };
        }
    };
    let (reply, timer, times_ms) = match outcome {
        Ok(outcome) => (outcome.reply, outcome.timer, outcome.view.times_ms),
        // Nothing was committed, so nothing may be acknowledged.
        Err(error) => {
            tracing::error!("{error}");
            (conversation.trouble(), None, BTreeMap::new())
        }
    };
    Answer { reply, timer, expect: conversation.expect(), times_ms }
}
