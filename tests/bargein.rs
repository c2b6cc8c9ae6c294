//! Speaking over the assistant, in a room where it hears itself (`make models`). How often and how soon is measured by
//! `examples/bench_bargein.rs`.

use std::time::Duration;

use support::hall::Hall;
use support::room::Echo;

mod support;

/// A loudspeaker that is no louder at the microphone than the customer: how it is with others the benchmark tells.
const ECHO: Echo = Echo { delay: Duration::from_millis(120), level: -10.0 };
/// Plain words need no second opinion.
const ONE_RECOGNISER: &str = "hear.thorough_model=";

#[tokio::test(flavor = "multi_thread")]
async fn who_speaks_over_a_reply_is_heard_and_it_falls_silent_at_once() {
    let place = tempfile::tempdir().unwrap();
    let mut hall = Hall::open(&place.path().join("carts.db"), ECHO, &[ONE_RECOGNISER.into()]).await.unwrap();
    let asked = hall.ask("What do you have?").await.unwrap().expect("an answer");
    assert!(!asked.cut, "it does not cut itself off: {asked:?}");
    let over = "Can I get a large latte, please?";
    let (cut, onset) = hall.ask_and_say_over("What do you have?", over, 1.0).await.unwrap();
    assert!(cut.as_ref().is_some_and(|turn| turn.cut), "{cut:?}");
    let answer = hall.answer().await.unwrap().expect("an answer");
    assert!(answer.reply.contains("latte"), "{answer:?}");
    let stopped = hall.room.stops_after(onset).expect("it falls silent");
    // Told in samples, so that a busy machine changes nothing but what the voice draws: mostly some 150 ms.
    assert!(stopped < 16 * 400, "{} ms", stopped / 16);
    assert!(hall.quiet().await.unwrap().is_none(), "nobody said a word");
    hall.daemon.end();
}

#[tokio::test(flavor = "multi_thread")]
async fn who_only_listens_does_not_stop_it_and_stop_does() {
    let place = tempfile::tempdir().unwrap();
    let mut hall = Hall::open(&place.path().join("carts.db"), ECHO, &[ONE_RECOGNISER.into()]).await.unwrap();
    let (listened, _) = hall.ask_and_say_over("What do you have?", "Okay.", 1.0).await.unwrap();
    assert!(listened.as_ref().is_some_and(|turn| !turn.cut), "{listened:?}");
    assert!(hall.quiet().await.unwrap().is_none(), "nobody said a word that wants an answer");
    let (stopped, _) = hall.ask_and_say_over("What do you have?", "Stop!", 1.0).await.unwrap();
    assert!(stopped.as_ref().is_some_and(|turn| turn.cut), "{stopped:?}");
    assert!(hall.quiet().await.unwrap().is_none(), "who wants silence is not answered");
    hall.daemon.end();
}
