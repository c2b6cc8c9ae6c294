//! Models from an address: what a good and a bad line, a good and a bad hub, and a full disk do.

use std::io::{BufRead, BufReader};

use saycart::models::{ModelError, Outcome};

use crate::bench::{Bench, address, weights};
use crate::hub::{Answer, Hub};

fn bench(hub: &Hub) -> Bench {
    Bench::new(&[address(&hub.address)])
}

#[test]
fn a_model_is_fetched_once_and_then_needs_no_network() {
    let hub = Hub::new(vec![Answer::Good(weights()), Answer::Status(500)]);
    let bench = bench(&hub);
    assert_eq!(bench.fetch().unwrap(), Outcome::Fetched);
    bench.assert_fetched();
    assert_eq!(bench.notes.furthest(), weights().len() as u64);
    assert_eq!(bench.fetch().unwrap(), Outcome::Present);
    assert_eq!(hub.ranges().len(), 1);
}

#[test]
fn a_connection_that_breaks_goes_on_where_it_stopped() {
    let hub = Hub::new(vec![Answer::Cut(weights(), 70_000), Answer::Cut(weights(), 70_000), Answer::Good(weights())]);
    let bench = bench(&hub);
    bench.fetch().unwrap();
    bench.assert_fetched();
    let asked = hub.ranges();
    assert_eq!(asked, [None, Some("bytes=70000-".into()), Some("bytes=140000-".into())]);
}

#[test]
fn a_hub_that_dies_is_given_up_and_what_arrived_serves_the_next_run() {
    let hub = Hub::new(vec![
        Answer::Cut(weights(), 90_000),
        Answer::Status(503),
        Answer::Status(503),
        Answer::Status(503),
        Answer::Good(weights()),
    ]);
    let bench = bench(&hub);
    let error = bench.fetch().unwrap_err().to_string();
    assert!(error.contains("503") && error.contains("after 90000 of 200000 bytes"), "{error}");
    assert!(error.contains("run the same command again"), "{error}");
    assert!(!bench.place().exists(), "half a model is no model");
    bench.fetch().unwrap();
    bench.assert_fetched();
    assert_eq!(hub.ranges().last().unwrap().as_deref(), Some("bytes=90000-"));
}

#[test]
fn a_hub_that_cannot_continue_sends_all_again() {
    let hub = Hub::new(vec![Answer::Cut(weights(), 90_000), Answer::IgnoresRange(weights())]);
    let bench = bench(&hub);
    bench.fetch().unwrap();
    bench.assert_fetched();
}

#[test]
fn a_hub_that_continues_elsewhere_is_asked_anew() {
    let hub = Hub::new(vec![Answer::Cut(weights(), 90_000), Answer::WrongRange(weights()), Answer::Good(weights())]);
    let bench = bench(&hub);
    bench.fetch().unwrap();
    bench.assert_fetched();
    assert_eq!(hub.ranges().last().unwrap(), &None);
}

#[test]
fn leftovers_that_do_not_fit_are_thrown_away_once() {
    let hub = Hub::new(vec![Answer::Good(weights())]);
    let bench = bench(&hub);
    std::fs::create_dir_all(bench.part().parent().unwrap()).unwrap();
    std::fs::write(bench.part(), [0; 1_000]).unwrap();
    bench.fetch().unwrap();
    bench.assert_fetched();
    assert_eq!(hub.ranges(), [Some("bytes=1000-".to_string()), None]);
}

#[test]
fn a_file_of_another_length_is_refused_before_it_is_downloaded() {
    let hub = Hub::new(vec![Answer::Good(weights()[..150_000].to_vec())]);
    let bench = bench(&hub);
    let error = bench.fetch().unwrap_err().to_string();
    assert!(error.contains("offers 150000 bytes, and 200000 were published"), "{error}");
    assert_eq!(bench.notes.furthest(), 0);
}

#[test]
fn a_file_that_turns_out_longer_is_stopped() {
    let hub = Hub::new(vec![Answer::Unannounced([weights(), weights()].concat())]);
    let bench = bench(&hub);
    let error = bench.fetch().unwrap_err().to_string();
    assert!(error.contains("more than the 200000 bytes"), "{error}");
    assert!(!bench.place().exists());
}

#[test]
fn altered_contents_are_refused_and_the_next_source_is_used() {
    let mut altered = weights();
    altered[123_456] ^= 1;
    let bad = Hub::new(vec![Answer::Good(altered)]);
    let good = Hub::new(vec![Answer::Good(weights())]);
    let bench = Bench::new(&[address(&bad.address), address(&good.address)]);
    bench.fetch().unwrap();
    bench.assert_fetched();
    assert!(bench.notes.all().contains("not what was published"), "{}", bench.notes.all());
    assert_eq!(bad.ranges().len(), 1, "it is not asked for the same wrong bytes again");
}

#[test]
fn a_hub_may_send_us_elsewhere() {
    let good = Hub::new(vec![Answer::Cut(weights(), 5), Answer::Good(weights())]);
    let hub = Hub::new(vec![Answer::Redirect(good.address.clone())]);
    let bench = bench(&hub);
    bench.fetch().unwrap();
    bench.assert_fetched();
    assert_eq!(good.ranges().last().unwrap().as_deref(), Some("bytes=5-"));
}

#[test]
fn without_a_network_the_error_names_every_source_and_what_to_do() {
    // A port that was free a moment ago refuses.
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let bench = Bench::new(&[address(&format!("http://{closed}/a")), address(&format!("http://{closed}/b"))]);
    let error = bench.fetch().unwrap_err();
    assert!(matches!(&error, ModelError::NoSource { tried, .. } if tried.len() == 2));
    let text = error.to_string();
    assert!(text.contains("is there a network?") && text.contains("run the same command again"), "{text}");
    assert_eq!(bench.notes.all().matches("cannot be reached").count(), 1, "one host is tried once");
}

#[test]
fn a_missing_page_is_told_at_once() {
    let hub = Hub::new(vec![Answer::Status(404)]);
    let error = bench(&hub).fetch().unwrap_err().to_string();
    assert!(error.contains("404"), "{error}");
    assert_eq!(hub.ranges().len(), 1);
}

#[test]
fn a_broken_model_in_place_is_replaced() {
    for broken in [weights()[..99].to_vec(), vec![0; weights().len()]] {
        let hub = Hub::new(vec![Answer::Good(weights())]);
        let bench = bench(&hub);
        std::fs::write(bench.place(), broken).unwrap();
        assert_eq!(bench.fetch().unwrap(), Outcome::Fetched);
        bench.assert_fetched();
    }
}

#[test]
fn two_processes_at_once_fetch_once() {
    let (hub, asked, release) = Hub::on_command(vec![Answer::Good(weights()), Answer::Status(500)]);
    let bench = bench(&hub);
    let mut first = bench.process(bench.dir.path()).spawn().unwrap();
    asked.recv().unwrap();
    let mut second = bench.process(bench.dir.path()).spawn().unwrap();
    let mut heard = BufReader::new(second.stdout.take().unwrap()).lines().map_while(Result::ok);
    assert!(heard.any(|line| line.contains("another saycart is fetching")), "the second one waits");
    release.send(()).unwrap();
    assert!(first.wait().unwrap().success());
    assert!(heard.any(|line| line.contains("outcome: Present")), "the second one finds the work done");
    assert!(second.wait().unwrap().success());
    bench.assert_fetched();
    assert_eq!(hub.ranges().len(), 1);
}

#[test]
fn a_process_killed_while_fetching_leaves_no_model_and_no_lock() {
    let (hub, asked, release) =
        Hub::on_command(vec![Answer::Cut(weights(), 60_000), Answer::Good(weights()), Answer::Good(weights())]);
    let bench = bench(&hub);
    let mut process = bench.process(bench.dir.path()).spawn().unwrap();
    asked.recv().unwrap();
    release.send(()).unwrap();
    // It has 60,000 bytes and asks for the rest when it is killed.
    asked.recv().unwrap();
    process.kill().unwrap();
    process.wait().unwrap();
    release.send(()).unwrap();
    assert!(!bench.place().exists());
    release.send(()).unwrap();
    bench.fetch().unwrap();
    bench.assert_fetched();
    assert_eq!(hub.ranges().last().unwrap().as_deref(), Some("bytes=60000-"));
}

#[test]
fn a_disk_that_fills_up_is_told_as_such() {
    let hub = Hub::new(vec![Answer::Good(weights())]);
    let bench = bench(&hub);
    std::fs::create_dir_all(bench.part().parent().unwrap()).unwrap();
    // Writing there fails as on a full disk.
    std::os::unix::fs::symlink("/dev/full", bench.part()).unwrap();
    let error = bench.fetch().unwrap_err();
    assert!(matches!(error, ModelError::DiskFull { .. }), "{error}");
    assert!(error.to_string().contains("Free some space"), "{error}");
    assert!(!bench.place().exists());
}

#[test]
fn a_model_larger_than_the_disk_is_refused_before_it_is_fetched() {
    let hub = Hub::new(vec![Answer::Good(weights())]);
    let mut bench = bench(&hub);
    bench.page = bench.page.replace("bytes = 200000", "bytes = 4000000000000000");
    let error = bench.fetch().unwrap_err();
    assert!(matches!(error, ModelError::TooLittleSpace { .. }), "{error}");
    assert_eq!(hub.ranges().len(), 0);
}

#[test]
fn a_store_that_cannot_be_written_says_so() {
    let bench = Bench::new(&[address("http://127.0.0.1:1/a")]);
    let file = bench.dir.path().join("file");
    std::fs::write(&file, "").unwrap();
    let store = saycart::models::Store::new(file.join("models"));
    let error = store.ensure(&["silero-vad"], &bench.notes).unwrap_err().to_string();
    assert!(error.contains("cannot create") && error.contains("may be written"), "{error}");
}
