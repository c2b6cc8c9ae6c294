//! Speaking over the assistant, in a room where it hears itself (`make models`). How often and how soon is measured by
//! `examples/bench_bargein.rs`; what becomes of a reply that is spoken over stands in `pressing.rs`.

use std::time::Duration;

use saycart::assistant::Assistant;
use saycart::config::{Config, Overrides};
use support::customer::Customer;
use support::hall::Hall;
use support::listener::Listener;
use support::room::{Echo, echoes};

mod support;

/// A loudspeaker that is no louder at the microphone than the customer: how it is with others the benchmark tells.
const ECHO: Echo = Echo { delay: Duration::from_millis(120), level: -10.0 };
/// Plain words need no second opinion, and no second thread to wait for.
const QUICK: [&str; 2] = ["hear.thorough_model=", "hear.threads=1"];
/// The most that passes from the first audible sample of a voice until the loudspeaker is silent, in samples: 200 ms.
const AT_ONCE: usize = 3_200;

#[tokio::test(flavor = "multi_thread")]
async fn who_speaks_over_a_reply_is_heard_and_it_does_not_hear_itself() {
    let place = tempfile::tempdir().unwrap();
    let set = QUICK.map(String::from);
    let mut hall = Hall::open(&place.path().join("carts.db"), ECHO, &set).await.unwrap();
    let over = "Can I get a large latte, please?";
    let (cut, _) = hall.ask_and_say_over("What do you have?", over, 1.0).await.unwrap();
    assert!(cut.as_ref().is_some_and(|turn| turn.cut), "{cut:?}");
    let answer = hall.answer().await.unwrap().expect("an answer");
    assert!(answer.reply.contains("latte"), "{answer:?}");
    assert!(hall.quiet().await.unwrap().is_none(), "nobody said a word");
    hall.daemon.end();
}

#[test]
fn in_no_room_does_it_hear_itself_and_it_falls_silent_at_once_for_others() {
    let shop = concat!(env!("CARGO_MANIFEST_DIR"), "/assets/shops/cafe").into();
    let raw = QUICK.map(String::from).to_vec();
    let config = Config::load(&Overrides { set: vec![("shop".into(), shop)], raw, ..Overrides::default() }).unwrap();
    let assistant = Assistant::open(&config).unwrap();
    let mut customer = Customer::new(&config);
    let reply =
        customer.says("We have espresso drinks, brewed coffees, cold coffees, tea lattes and hot chocolate drinks.");
    let order = customer.heard("Can I get a large latte, please?");
    for echo in echoes() {
        let mut listener = Listener::open(&assistant, echo).unwrap();
        for _ in 0..2 {
            assert!(listener.play(&reply).unwrap().utterances.is_empty(), "it heard itself: {echo:?}");
        }
        let heard = listener.play_and_say(&reply, 1.0, &order).unwrap();
        assert!(!heard.utterances.is_empty(), "{echo:?}");
        let silent = heard.stopped.expect("it falls silent");
        // Where its own voice is twice as loud as theirs it takes a little longer to tell.
        let most = if echo.level > 0.0 { 2 * AT_ONCE } else { AT_ONCE };
        assert!(silent < most, "{echo:?}: after {} ms", silent / 16);
    }
}
