//! The thread behind the counter: it owns the conversation, and with it the database.

use std::thread::JoinHandle;

use tokio::sync::{mpsc, oneshot};

use crate::dialogue::{Conversation, DriverError, TimerId};
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
}

struct Job {
    happening: Happening,
    answer: oneshot::Sender<Answer>,
}

pub struct Counter {
    jobs: Option<mpsc::Sender<Job>>,
    thread: Option<JoinHandle<()>>,
}

impl Counter {
    pub fn start(mut conversation: Conversation) -> std::io::Result<Counter> {
        let (jobs, mut inbox) = mpsc::channel::<Job>(4);
        let thread = std::thread::Builder::new().name("counter".into()).spawn(move || {
            while let Some(Job { happening, answer }) = inbox.blocking_recv() {
                // Nobody waits for the answer when the daemon is ending; what was said is committed all the same.
                let _ = answer.send(deal_with(&mut conversation, happening));
            }
        })?;
        Ok(Counter { jobs: Some(jobs), thread: Some(thread) })
    }

    /// `None` when the thread has ended.
    pub async fn tell(&self, happening: Happening) -> Option<Answer> {
        let (answer, answered) = oneshot::channel();
        self.jobs.as_ref()?.send(Job { happening, answer }).await.ok()?;
        answered.await.ok()
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
        Happening::Heard(text) => conversation.turn(&text).map(|outcome| (outcome.reply, outcome.timer)),
        Happening::Unheard => conversation.unheard().map(|outcome| (outcome.reply, outcome.timer)),
        Happening::Timer(id) => Ok((conversation.timer(id).unwrap_or_default(), None)),
    };
    let (reply, timer) = outcome.unwrap_or_else(|error: DriverError| {
        // Nothing was committed, so nothing may be acknowledged.
        tracing::error!("{error}");
        (conversation.trouble(), None)
    });
    Answer { reply, timer, expect: conversation.expect() }
}
