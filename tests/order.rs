//! A spoken order through the whole program with the real models: eSpeak NG is the customer.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;
use tempfile::TempDir;

/// The customer says `text`; returns the recording (22.05 kHz mono, as eSpeak NG makes it).
fn customer_says(dir: &TempDir, name: &str, text: &str) -> PathBuf {
    let path = dir.path().join(format!("{name}.wav"));
    let status = Command::new("espeak-ng").args(["-v", "en-us+m3", "-s", "140", "-w"]).arg(&path).arg(text).status();
    assert!(status.expect("espeak-ng is installed by `make test`").success());
    path
}

struct Outcome {
    turns: Vec<Value>,
    errors: String,
    success: bool,
}

fn order(dir: &TempDir, shop: &str, recordings: &[&Path], more: &[&str]) -> Outcome {
    let output = Command::new(assert_cmd::cargo::cargo_bin!("saycart"))
        .args(["--shop", &format!("assets/shops/{shop}"), "--database"])
        .arg(dir.path().join("orders.db"))
        .args(["order", "--json"])
        .args(more)
        .args(recordings)
        .output()
        .unwrap();
    Outcome {
        turns: String::from_utf8(output.stdout)
            .unwrap()
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect(),
        errors: String::from_utf8(output.stderr).unwrap(),
        success: output.status.success(),
    }
}

/// "2 blueberry muffin", in the order of the cart.
fn cart(turn: &Value) -> Vec<String> {
    let lines = turn["cart"]["line_items"].as_array().unwrap();
    lines.iter().map(|line| format!("{} {}", line["quantity"], line["item"]["title"].as_str().unwrap())).collect()
}

#[test]
fn a_spoken_order_is_heard_kept_answered_and_placed() {
    let dir = tempfile::tempdir().unwrap();
    let first = customer_says(&dir, "first", "Hello, can I get two blueberry muffins please?");
    let second = customer_says(&dir, "second", "Yes please.");
    let replies = dir.path().join("replies");
    let outcome = order(&dir, "cafe", &[&first, &second], &["--reply-dir", replies.to_str().unwrap()]);
    assert!(outcome.success, "{}", outcome.errors);
    let [added, placed] = &outcome.turns[..] else { panic!("two turns expected: {:?}", outcome.turns) };

    assert_eq!(cart(added), ["2 blueberry muffin"], "heard: {}", added["transcript"]);
    let totals = added["cart"]["totals"].as_array().unwrap();
    assert_eq!(totals.iter().filter(|total| total["type"] == "total").count(), 1);
    for stage in ["hear", "stt", "understand", "dialogue", "store", "tts"] {
        assert!(added["times_ms"][stage].is_number(), "no time for {stage}");
    }
    assert!(placed["order"]["id"].is_number(), "heard: {}", placed["transcript"]);
    assert!(cart(placed).is_empty());

    for turn in [added, placed] {
        let mut reply = hound::WavReader::open(turn["reply"]["wav"].as_str().unwrap()).unwrap();
        let loudest = reply.samples::<i16>().map(|sample| sample.unwrap().unsigned_abs()).max().unwrap();
        assert!(loudest > 1000, "the reply cannot be heard");
    }
}

#[test]
fn silence_and_noise_order_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let spec = hound::WavSpec {
        channels: 2,
        sample_rate: 44_100,
        bits_per_sample: 24,
        sample_format: hound::SampleFormat::Int,
    };
    let mut state = 1u32;
    let mut noise = move || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 12) as i32 - (1 << 19)
    };
    let mut recordings = Vec::new();
    for (name, loud) in [("silence", false), ("noise", true)] {
        let path = dir.path().join(format!("{name}.wav"));
        let mut writer = hound::WavWriter::create(&path, spec).unwrap();
        (0..2 * 44_100 * 4).for_each(|_| writer.write_sample(if loud { noise() } else { 0 }).unwrap());
        writer.finalize().unwrap();
        recordings.push(path);
    }
    let outcome = order(&dir, "cafe", &recordings.iter().map(PathBuf::as_path).collect::<Vec<_>>(), &[]);
    assert!(outcome.success, "{}", outcome.errors);
    assert_eq!(outcome.turns.len(), 2);
    for turn in &outcome.turns {
        assert_eq!(turn["transcript"], "");
        assert!(cart(turn).is_empty());
    }
}

#[test]
fn each_order_begins_with_an_empty_cart_unless_it_goes_on() {
    let dir = tempfile::tempdir().unwrap();
    let muffins = customer_says(&dir, "muffins", "Two blueberry muffins please.");
    let again = order(&dir, "cafe", &[&muffins], &[]);
    assert_eq!(cart(&again.turns[0]), ["2 blueberry muffin"]);
    let anew = order(&dir, "cafe", &[&muffins], &[]);
    assert_eq!(cart(&anew.turns[0]), ["2 blueberry muffin"]);
    let on = order(&dir, "cafe", &[&muffins], &["--continue"]);
    assert_eq!(cart(&on.turns[0]), ["4 blueberry muffin"]);
}

#[test]
fn a_recording_that_cannot_be_read_is_named_before_anything_is_ordered() {
    let dir = tempfile::tempdir().unwrap();
    let muffins = customer_says(&dir, "muffins", "Two blueberry muffins please.");
    let letter = dir.path().join("letter.wav");
    std::fs::write(&letter, "Dear shop, please send two muffins. Yours, a customer.").unwrap();
    let outcome = order(&dir, "cafe", &[&muffins, &letter], &[]);
    assert!(!outcome.success);
    assert!(outcome.turns.is_empty());
    assert!(outcome.errors.contains("letter.wav"), "{}", outcome.errors);
}
