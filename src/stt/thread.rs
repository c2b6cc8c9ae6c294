//! A recogniser on a thread of its own: it blocks for seconds, so nobody else may wait on it unawares.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::Duration;

use tokio::sync::{mpsc, oneshot};

use super::{Bias, Recogniser, SttError};
use crate::message::{Transcript, Utterance};

/// Utterances that may wait; somebody who speaks faster than they are recognised is told so.
const WAITING: usize = 4;

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

struct Job {
    utterance: Utterance,
    bias: Bias,
    reply: oneshot::Sender<Result<Transcript, SttError>>,
}

/// The handle. Dropping it ends the thread after the utterance at hand; [`RecogniserThread::shutdown`] also stops that.
pub struct RecogniserThread {
    jobs: mpsc::Sender<Job>,
    stop: StopFlag,
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
        let stop = StopFlag::default();
        let flag = stop.clone();
        let (alive, ended) = std::sync::mpsc::channel();
        std::thread::Builder::new()
            .name("recogniser".into())
            .spawn(move || {
                let _alive = alive;
                let mut recogniser = match build(flag.clone()) {
                    Ok(recogniser) => recogniser,
                    Err(error) => return drop(ready.send(Err(error))),
                };
                drop(ready.send(Ok(())));
                while let Some(job) = inbox.blocking_recv() {
                    if flag.is_set() {
                        break;
                    }
                    // Nobody waits any more for an utterance that was spoken over: not worth recognising.
                    if !job.reply.is_closed() {
                        drop(job.reply.send(recogniser.transcribe(&job.utterance, &job.bias)));
                    }
                }
            })
            .map_err(|error| SttError::Run(format!("its thread would not start: {error}")))?;
        is_ready.recv().map_err(|_| SttError::Stopped)??;
        Ok(RecogniserThread { jobs, stop, ended })
    }

    /// Recognise; waits for its turn behind earlier utterances.
    pub async fn transcribe(&self, utterance: Utterance, bias: Bias) -> Result<Transcript, SttError> {
        let answer = self.submit(utterance, bias)?;
        answer.await.map_err(|_| SttError::Stopped)?
    }

    /// The same for callers outside the async runtime.
    pub fn transcribe_blocking(&self, utterance: Utterance, bias: Bias) -> Result<Transcript, SttError> {
        self.submit(utterance, bias)?.blocking_recv().map_err(|_| SttError::Stopped)?
    }

    /// Queue an utterance. Dropping the receiver withdraws it where it has not begun.
    pub fn submit(
        &self,
        utterance: Utterance,
        bias: Bias,
    ) -> Result<oneshot::Receiver<Result<Transcript, SttError>>, SttError> {
        let (reply, answer) = oneshot::channel();
        self.jobs.try_send(Job { utterance, bias, reply }).map_err(|error| match error {
            mpsc::error::TrySendError::Full(_) => SttError::Busy,
            mpsc::error::TrySendError::Closed(_) => SttError::Stopped,
        })?;
        Ok(answer)
    }

    /// Stop the recognition at hand, drop what waits, and wait for the thread to end; but not longer than [`PATIENCE`],
    /// for an encoder in full flight cannot be interrupted (1.3 s on two cores at its longest).
    pub fn shutdown(self) {
        let RecogniserThread { jobs, stop, ended } = self;
        stop.set();
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
        assert_eq!(second.blocking_recv().unwrap().unwrap().text, "2");
        assert_eq!(first.blocking_recv().unwrap().unwrap().text, "1");
        assert_eq!(thread.transcribe_blocking(speech(3), Bias::none()).unwrap().text, "3");
        thread.shutdown();
    }

    #[test]
    fn shutdown_stops_the_utterance_at_hand_and_those_that_wait() {
        let thread = RecogniserThread::spawn(|stop| Ok(Endless(stop))).unwrap();
        let running = thread.submit(speech(1), Bias::none()).unwrap();
        let waiting = thread.submit(speech(1), Bias::none()).unwrap();
        thread.shutdown();
        assert!(!matches!(running.blocking_recv(), Ok(Ok(_))));
        assert!(!matches!(waiting.blocking_recv(), Ok(Ok(_))));
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
