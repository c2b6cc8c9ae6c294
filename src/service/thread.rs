//! The thread that the desk lives on, so that any number of channels can ask it at once.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::thread::JoinHandle;
use std::time::Duration;

use tokio::sync::{mpsc, oneshot};

use crate::reply::Reply;
use crate::telemetry::pulse;
use crate::understand::Expect;

use super::desk::{Desk, Point, Welcome};
use super::renewing::Renewal;
use super::{Foresight, Happening, ServiceError, TimerId, TurnOutcome};

/// Jobs that may wait; whoever brings one more waits with it.
const WAITING: usize = 64;
/// A turn waits for who else holds the database, and for the command that calls a person; never so long.
const LONGEST: Duration = Duration::from_secs(60);

/// The outcome, and what is to be expected next.
#[derive(Debug)]
pub struct Answer {
    pub outcome: TurnOutcome,
    pub expect: Expect,
}

/// What to say to who comes in, and what is to be expected of them.
#[derive(Debug)]
pub struct Opening {
    pub reply: Reply,
    pub timer: Option<(TimerId, u32)>,
    pub expect: Expect,
}

enum Job {
    Enter(Point, oneshot::Sender<Result<Opening, ServiceError>>),
    Tell(Point, Happening, oneshot::Sender<Result<Answer, ServiceError>>),
    Foresee(Point, String, oneshot::Sender<Result<Foresight, ServiceError>>),
    Trouble(Point, bool, oneshot::Sender<Reply>),
    Expect(Point, oneshot::Sender<Expect>),
    Renew(Renewal, oneshot::Sender<Result<(), ServiceError>>),
    Unheard(Point, oneshot::Sender<()>),
}

/// The desk, for everybody. Dropping it ends the thread after the turn at hand is committed.
#[derive(Debug)]
pub struct Service {
    jobs: Option<mpsc::Sender<Job>>,
    thread: Option<JoinHandle<()>>,
}

impl Service {
    pub fn start(mut desk: Desk) -> std::io::Result<Service> {
        let (jobs, mut inbox) = mpsc::channel::<Job>(WAITING);
        let thread = std::thread::Builder::new().name("desk".into()).spawn(move || {
            while let Some(job) = inbox.blocking_recv() {
                let _work = pulse::work("desk", LONGEST);
                // What one sentence does to it must not end every conversation: they go on from what is written down.
                if catch_unwind(AssertUnwindSafe(|| work(&mut desk, job))).is_err() {
                    desk.forget();
                }
            }
        })?;
        Ok(Service { jobs: Some(jobs), thread: Some(thread) })
    }

    /// See [`Desk::enter`].
    pub async fn enter(&self, point: &Point) -> Result<Opening, ServiceError> {
        self.ask(|answer| Job::Enter(point.clone(), answer)).await?
    }

    /// See [`Desk::tell`].
    pub async fn tell(&self, point: &Point, happening: Happening) -> Result<Answer, ServiceError> {
        self.ask(|answer| Job::Tell(point.clone(), happening, answer)).await?
    }

    /// The same for who is not async.
    pub fn tell_blocking(&self, point: &Point, happening: Happening) -> Result<Answer, ServiceError> {
        let (answer, answered) = oneshot::channel();
        let jobs = self.jobs.as_ref().ok_or(ServiceError::Ended)?;
        jobs.blocking_send(Job::Tell(point.clone(), happening, answer)).map_err(|_| ServiceError::Ended)?;
        answered.blocking_recv().map_err(|_| ServiceError::Fault)?
    }

    /// See [`Desk::foresee`].
    pub async fn foresee(&self, point: &Point, text: String) -> Result<Foresight, ServiceError> {
        self.ask(|answer| Job::Foresee(point.clone(), text, answer)).await?
    }

    /// See [`Desk::trouble`].
    pub async fn trouble(&self, point: &Point, full: bool) -> Result<Reply, ServiceError> {
        self.ask(|answer| Job::Trouble(point.clone(), full, answer)).await
    }

    /// See [`Desk::expect`].
    pub async fn expect(&self, point: &Point) -> Result<Expect, ServiceError> {
        self.ask(|answer| Job::Expect(point.clone(), answer)).await
    }

    /// See [`Desk::renew`].
    pub async fn renew(&self, renewal: Renewal) -> Result<(), ServiceError> {
        self.ask(|answer| Job::Renew(renewal, answer)).await?
    }

    /// See [`Desk::unheard`].
    pub async fn unheard(&self, point: &Point) -> Result<(), ServiceError> {
        self.ask(|answer| Job::Unheard(point.clone(), answer)).await
    }

    async fn ask<T>(&self, job: impl FnOnce(oneshot::Sender<T>) -> Job) -> Result<T, ServiceError> {
        let (answer, answered) = oneshot::channel();
        let jobs = self.jobs.as_ref().ok_or(ServiceError::Ended)?;
        jobs.send(job(answer)).await.map_err(|_| ServiceError::Ended)?;
        answered.await.map_err(|_| if jobs.is_closed() { ServiceError::Ended } else { ServiceError::Fault })
    }
}

/// Nobody may wait for the answer any more, when the program is ending; what was said is committed all the same.
fn work(desk: &mut Desk, job: Job) {
    match job {
        Job::Enter(point, answer) => {
            let welcome = desk.enter(&point);
            let opening = |Welcome { reply, timer }| Opening { reply, timer, expect: desk.expect(&point) };
            drop(answer.send(welcome.map(opening)));
        }
        Job::Tell(point, happening, answer) => {
            let outcome = desk.tell(&point, happening);
            drop(answer.send(outcome.map(|outcome| Answer { outcome, expect: desk.expect(&point) })));
        }
        Job::Foresee(point, text, answer) => drop(answer.send(desk.foresee(&point, &text))),
        Job::Unheard(point, answer) => {
            desk.unheard(&point);
            // As with the others.
            let _ = answer.send(());
        }
        Job::Trouble(point, full, answer) => drop(answer.send(desk.trouble(&point, full))),
        Job::Expect(point, answer) => drop(answer.send(desk.expect(&point))),
        Job::Renew(renewal, answer) => drop(answer.send(desk.renew(renewal))),
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        self.jobs = None;
        if self.thread.take().is_some_and(|thread| thread.join().is_err()) {
            tracing::error!("the desk's thread had panicked");
        }
    }
}
