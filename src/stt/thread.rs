//! A recogniser on a thread of its own: it blocks for seconds, so nobody else may wait on it unawares.

use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::sync::{mpsc, oneshot};

use super::{Bias, Recogniser, SttError};
use crate::message::{Transcript, Utterance};
use crate::telemetry::{self, Model, pulse};

/// Utterances that may wait; somebody who speaks faster than they are recognised is told so.
const WAITING: usize = 4;
/// No utterance takes so long, however slow the machine: the longest, heard again in every way there is, on four old cores.
const LONGEST: Duration = Duration::from_secs(60);

/// Set to make a running recognition give up soon. Cheap to clone; all clones are one flag.
#[derive(Debug, Clone, Default)]
pub struct StopFlag(Arc<AtomicBool>);

impl StopFlag {
    pub fn set(&self) {
        self.0.store(true, Ordering::Relaxed);
    }
    pub fn is_set(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
    /// For callbacks of libraries in C, which can only take an address.
    pub(super) fn as_ptr(&self) -> *const AtomicBool {
        Arc::as_ptr(&self.0)
    }
}

/// How long a shutdown waits for the thread.
const PATIENCE: Duration = Duration::from_millis(500);

type Answer = Result<Transcript, SttError>;

struct Job {
    number: u64,
    utterance: Utterance,
    bias: Bias,
    reply: oneshot::Sender<Answer>,
}

/// Which recognition is under way, so that one that is withdrawn is stopped and never its successor.
#[derive(Default)]
struct Desk {
    running: Mutex<Option<u64>>,
    /// What the recogniser looks at.
    stop: StopFlag,
    /// No recognition is to begin any more.
    closing: AtomicBool,
}

impl Desk {
    fn running(&self) -> MutexGuard<'_, Option<u64>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// False when the thread is to end.
    fn begin(&self, number: u64) -> bool {
        let mut running = self.running();
        if self.closing.load(Ordering::Relaxed) {
            return false;
        }
        self.stop.0.store(false, Ordering::Relaxed);
        *running = Some(number);
        true
    }

    fn end(&self) {
        *self.running() = None;
    }

    fn withdraw(&self, number: u64) {
        if *self.running() == Some(number) {
            self.stop.set();
        }
    }

    fn close(&self) {
        let _running = self.running();
        self.closing.store(true, Ordering::Relaxed);
        self.stop.set();
    }
}

/// A transcript to come. Dropping it withdraws the utterance; a recognition under way stops at its next step.
pub struct Pending {
    answer: oneshot::Receiver<Answer>,
    number: u64,
    desk: Arc<Desk>,
}

impl Pending {
    /// Wait for it outside the async runtime.
    pub fn wait(mut self) -> Answer {
        // The receiver is taken out, for only a whole one can be waited on.
        let (_, empty) = oneshot::channel();
        std::mem::replace(&mut self.answer, empty).blocking_recv().unwrap_or(Err(SttError::Stopped))
    }
}

impl Future for Pending {
    type Output = Answer;
    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Answer> {
        Pin::new(&mut self.answer).poll(context).map(|answer| answer.unwrap_or(Err(SttError::Stopped)))
    }
}

impl Drop for Pending {
    fn drop(&mut self) {
        self.answer.close();
        self.desk.withdraw(self.number);
    }
}

/// The handle. Dropping it ends the thread after the utterance at hand; [`RecogniserThread::shutdown`] also stops that.
pub struct RecogniserThread {
    jobs: mpsc::Sender<Job>,
    desk: Arc<Desk>,
    submitted: AtomicU64,
    /// Closes when the thread has ended.
    ended: Receiver<()>,
}

impl RecogniserThread {
    /// Start the thread; `build` loads the model on it. Returns once it is ready.
    pub fn spawn<R, F>(build: F) -> Result<Self, SttError>
    where
        R: Recogniser + 'static,
        F: FnOnce(StopFlag) -> Result<R, SttError> + Send + 'static,
    {
        let (jobs, mut inbox) = mpsc::channel::<Job>(WAITING);
        let (ready, is_ready) = std::sync::mpsc::channel();
        let desk = Arc::new(Desk::default());
        let at_desk = desk.clone();
        let (alive, ended) = std::sync::mpsc::channel();
        std::thread::Builder::new()
            .name("recogniser".into())
            .spawn(move || {
                let _alive = alive;
                let mut recogniser = match build(at_desk.stop.clone()) {
                    Ok(recogniser) => recogniser,
                    Err(error) => return drop(ready.send(Err(error))),
                };
                telemetry::warm(Model::Recogniser);
                drop(ready.send(Ok(())));
                while let Some(job) = inbox.blocking_recv() {
                    // Nobody waits any more for an utterance that was withdrawn: not worth recognising.
                    if job.reply.is_closed() {
                        continue;
                    }
                    if !at_desk.begin(job.number) {
                        break;
                    }
                    let work = pulse::work(Model::Recogniser.name(), LONGEST);
                    // What goes wrong with one utterance must not make it deaf to all others.
                    let heard = AssertUnwindSafe(|| recogniser.transcribe(&job.utterance, &job.bias));
                    let answer = catch_unwind(heard).unwrap_or_else(|_| Err(SttError::Run("it panicked".into())));
                    drop(work);
                    at_desk.end();
                    drop(job.reply.send(answer));
                }
            })
            .map_err(|error| SttError::Run(format!("its thread would not start: {error}")))?;
        is_ready.recv().map_err(|_| SttError::Stopped)??;
        Ok(RecogniserThread { jobs, desk, submitted: AtomicU64::new(0), ended })
    }

    /// Recognise, for callers outside the async runtime; waits for its turn behind earlier utterances.
    pub fn transcribe_blocking(&self, utterance: Utterance, bias: Bias) -> Result<Transcript, SttError> {
        self.submit(utterance, bias)?.wait()
    }

    /// Queue an utterance.
    pub fn submit(&self, utterance: Utterance, bias: Bias) -> Result<Pending, SttError> {
        let (reply, answer) = oneshot::channel();
        let number = self.submitted.fetch_add(1, Ordering::Relaxed);
        self.jobs.try_send(Job { number, utterance, bias, reply }).map_err(|error| match error {
            mpsc::error::TrySendError::Full(_) => SttError::Busy,
            mpsc::error::TrySendError::Closed(_) => SttError::Stopped,
        })?;
        Ok(Pending { answer, number, desk: self.desk.clone() })
    }

    /// Stop the recognition at hand, drop what waits, and wait for the thread to end; but not longer than [`PATIENCE`],
    /// for an encoder in full flight cannot be interrupted (1.3 s on two cores at its longest).
    pub fn shutdown(self) {
        let RecogniserThread { jobs, desk, ended, .. } = self;
        desk.close();
        drop(jobs);
        // Nothing is ever sent: the channel closes when the thread ends.
        if ended.recv_timeout(PATIENCE) == Err(RecvTimeoutError::Timeout) {
            tracing::debug!("left the recogniser to finish what it is doing");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Says how many samples it got; refuses none.
    struct Counting;

    impl Recogniser for Counting {
        fn transcribe(&mut self, utterance: &Utterance, _: &Bias) -> Result<Transcript, SttError> {
            Ok(Transcript { text: utterance.samples.len().to_string(), ..Transcript::default() })
        }
    }

    /// Works until it is stopped.
    struct Endless(StopFlag);

    impl Recogniser for Endless {
        fn transcribe(&mut self, _: &Utterance, _: &Bias) -> Result<Transcript, SttError> {
            while !self.0.is_set() {
                std::thread::yield_now();
            }
            Err(SttError::Stopped)
        }
    }

    fn speech(samples: usize) -> Utterance {
        Utterance { samples: vec![0.0; samples], ..Utterance::default() }
    }

    #[test]
    fn utterances_are_answered_in_order() {
        let thread = RecogniserThread::spawn(|_| Ok(Counting)).unwrap();
        let first = thread.submit(speech(1), Bias::none()).unwrap();
        let second = thread.submit(speech(2), Bias::none()).unwrap();
        assert_eq!(second.wait().unwrap().text, "2");
        assert_eq!(first.wait().unwrap().text, "1");
        assert_eq!(thread.transcribe_blocking(speech(3), Bias::none()).unwrap().text, "3");
        thread.shutdown();
    }

    #[test]
    fn shutdown_stops_the_utterance_at_hand_and_those_that_wait() {
        let thread = RecogniserThread::spawn(|stop| Ok(Endless(stop))).unwrap();
        let running = thread.submit(speech(1), Bias::none()).unwrap();
        let waiting = thread.submit(speech(1), Bias::none()).unwrap();
        thread.shutdown();
        assert!(running.wait().is_err());
        assert!(waiting.wait().is_err());
    }

    /// Endless over one sample, otherwise [`Counting`].
    struct Stuck(StopFlag, std::sync::mpsc::Sender<()>);

    impl Recogniser for Stuck {
        fn transcribe(&mut self, utterance: &Utterance, bias: &Bias) -> Result<Transcript, SttError> {
            let _ = self.1.send(());
            if utterance.samples.len() == 1 {
                return Endless(self.0.clone()).transcribe(utterance, bias);
            }
            assert!(!self.0.is_set(), "what was withdrawn before does not stop what comes after");
            Counting.transcribe(utterance, bias)
        }
    }

    #[test]
    fn speech_that_goes_on_withdraws_what_was_recognised_ahead_and_is_itself_recognised() {
        let (begun, has_begun) = std::sync::mpsc::channel();
        let thread = RecogniserThread::spawn(|stop| Ok(Stuck(stop, begun))).unwrap();
        for length in 2..20 {
            let ahead = thread.submit(speech(1), Bias::none()).unwrap();
            has_begun.recv().unwrap();
            drop(ahead);
            let whole = thread.submit(speech(length), Bias::none()).unwrap();
            has_begun.recv().unwrap();
            assert_eq!(whole.wait().unwrap().text, length.to_string());
        }
        thread.shutdown();
    }

    /// Panics over one sample, otherwise [`Counting`].
    struct Falls;

    impl Recogniser for Falls {
        fn transcribe(&mut self, utterance: &Utterance, bias: &Bias) -> Result<Transcript, SttError> {
            assert_ne!(utterance.samples.len(), 1);
            Counting.transcribe(utterance, bias)
        }
    }

    #[test]
    fn an_utterance_that_brings_it_down_is_not_understood_and_the_next_one_is() {
        let thread = RecogniserThread::spawn(|_| Ok(Falls)).unwrap();
        assert!(matches!(thread.transcribe_blocking(speech(1), Bias::none()), Err(SttError::Run(_))));
        assert_eq!(thread.transcribe_blocking(speech(2), Bias::none()).unwrap().text, "2");
        thread.shutdown();
    }

    #[test]
    fn more_speech_than_can_wait_is_refused_not_piled_up() {
        let thread = RecogniserThread::spawn(|stop| Ok(Endless(stop))).unwrap();
        let answers: Vec<_> = (0..WAITING + 2).map(|_| thread.submit(speech(1), Bias::none())).collect();
        assert!(answers.iter().any(|answer| matches!(answer, Err(SttError::Busy))));
        thread.shutdown();
    }

    #[test]
    fn a_model_that_will_not_load_is_told_to_who_starts_the_thread() {
        let failed = RecogniserThread::spawn(|_| -> Result<Counting, _> {
            Err(SttError::Load { path: "nowhere.bin".into(), reason: "no such file".into() })
        });
        let message = failed.err().unwrap().to_string();
        assert!(message.contains("nowhere.bin") && message.contains("models fetch"), "{message}");
    }
}
