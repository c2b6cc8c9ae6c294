use super::*;

/// A detector whose opinion is in the samples: a frame of 0.9 is a voice of probability 0.9.
struct Scripted;

impl Vad for Scripted {
    fn probability(&mut self, frame: &[f32]) -> Result<f32, VadError> {
        Ok(frame[0].abs())
    }
    fn reset(&mut self) {}
}

const SETTINGS: Settings =
    Settings { threshold: 0.5, quietest: -50.0, onset: 0.1, hangover: 0.64, pre_roll: 0.32, longest: 8.0 };

fn endpointer() -> Endpointer {
    Endpointer::new(Box::new(Scripted), &SETTINGS)
}

/// So many frames of voice of that probability.
fn frames(probability: f32, count: usize) -> Vec<f32> {
    vec![probability; count * FRAME]
}

fn told(events: &[Event]) -> Vec<&'static str> {
    events
        .iter()
        .map(|event| match event {
            Event::SpeechStarted => "started",
            Event::SpeechPaused(..) => "paused",
            Event::SpeechResumed => "resumed",
            Event::Utterance(_) => "utterance",
        })
        .collect()
}

fn only_utterance(events: &[Event]) -> &Utterance {
    let mut found = events.iter().filter_map(|event| match event {
        Event::Utterance(utterance) => Some(utterance),
        _ => None,
    });
    let utterance = found.next().expect("an utterance");
    assert!(found.next().is_none(), "one utterance only");
    utterance
}

#[test]
fn a_sentence_between_silences_is_one_utterance_with_what_came_just_before() {
    let mut endpointer = endpointer();
    let mut events = Vec::new();
    for part in [frames(0.01, 100), frames(0.9, 50), frames(0.02, 30)] {
        events.extend(endpointer.push(&part).unwrap());
    }
    assert_eq!(told(&events), ["started", "paused", "utterance"]);
    let utterance = only_utterance(&events);
    // 10 frames of pre-roll, 50 of speech, 3 of the silence after.
    assert_eq!(utterance.samples.len(), 63 * FRAME);
    assert!((utterance.voiced_seconds - 1.6).abs() < 0.01);
    assert!((utterance.start_seconds - 90.0 * 0.032).abs() < 0.001);
}

#[test]
fn a_pause_to_think_does_not_end_the_sentence() {
    let mut endpointer = endpointer();
    let mut events = Vec::new();
    for part in [frames(0.9, 20), frames(0.1, 15), frames(0.9, 20), frames(0.1, 25)] {
        events.extend(endpointer.push(&part).unwrap());
    }
    assert_eq!(told(&events), ["started", "paused", "resumed", "paused", "utterance"]);
    assert_eq!(only_utterance(&events).samples.len(), (20 + 15 + 20 + 3) * FRAME);
}

#[test]
fn a_click_opens_nothing() {
    let mut endpointer = endpointer();
    for _ in 0..20 {
        assert!(endpointer.push(&frames(0.95, 2)).unwrap().is_empty());
        assert!(endpointer.push(&frames(0.05, 20)).unwrap().is_empty());
    }
    assert!(endpointer.flush().unwrap().is_empty());
}

#[test]
fn a_voice_far_away_opens_nothing_but_a_soft_word_within_speech_counts() {
    // The detector's opinion is in the first sample alone: the rest of the frame is at −40 dBFS.
    let far: Vec<f32> = (0..40).flat_map(|_| std::iter::once(0.9).chain(vec![0.01; FRAME - 1])).collect();
    let settings = Settings { quietest: -26.0, ..SETTINGS };
    let mut endpointer = Endpointer::new(Box::new(Scripted), &settings);
    assert!(endpointer.push(&far).unwrap().is_empty());
    assert_eq!(told(&endpointer.push(&frames(0.9, 10)).unwrap()), ["started"]);
    assert!(endpointer.push(&far).unwrap().is_empty());
}

#[test]
fn a_wavering_voice_within_a_word_keeps_going() {
    let mut endpointer = endpointer();
    endpointer.push(&frames(0.9, 10)).unwrap();
    // Below the threshold, above the lower bar.
    assert!(endpointer.push(&frames(0.4, 60)).unwrap().is_empty());
}

#[test]
fn what_is_said_when_the_recording_ends_is_not_lost() {
    let mut endpointer = endpointer();
    endpointer.push(&frames(0.9, 20)).unwrap();
    endpointer.push(&frames(0.9, 1)[..100]).unwrap();
    let events = endpointer.flush().unwrap();
    assert_eq!(told(&events), ["utterance"]);
    assert_eq!(only_utterance(&events).samples.len(), 21 * FRAME);
    assert!(endpointer.flush().unwrap().is_empty());
}

#[test]
fn speech_that_never_pauses_is_cut_at_its_quietest_moment_and_nothing_is_lost() {
    let mut endpointer = endpointer();
    let mut events = endpointer.push(&frames(0.9, 200)).unwrap();
    events.extend(endpointer.push(&frames(0.4, 1)).unwrap());
    events.extend(endpointer.push(&frames(0.9, 100)).unwrap());
    assert_eq!(told(&events), ["started", "utterance"]);
    assert_eq!(only_utterance(&events).samples.len(), 201 * FRAME);
    let rest = endpointer.flush().unwrap();
    assert_eq!(only_utterance(&rest).samples.len(), 100 * FRAME);
    assert!((only_utterance(&rest).start_seconds - 201.0 * 0.032).abs() < 0.001);
}

/// The pauses among events, as the speech stood in them.
fn pauses(events: &[Event]) -> Vec<(PauseId, Utterance)> {
    let pause = |event: &Event| match event {
        Event::SpeechPaused(pause, utterance) => Some((*pause, utterance.clone())),
        _ => None,
    };
    events.iter().filter_map(pause).collect()
}

#[test]
fn what_stands_in_a_pause_is_the_utterance_to_the_sample_if_nothing_follows() {
    let mut endpointer = endpointer();
    let mut events = endpointer.push(&frames(0.9, 20)).unwrap();
    events.extend(endpointer.push(&frames(0.1, 30)).unwrap());
    assert_eq!(told(&events), ["started", "paused", "utterance"]);
    assert_eq!(pauses(&events)[0].1, *only_utterance(&events));
}

/// So many frames of silence until the utterance ends.
fn silence_until_the_end(endpointer: &mut Endpointer) -> usize {
    let silence = frames(0.1, 1);
    (1..100)
        .find(|_| told(&endpointer.push(&silence).unwrap()).contains(&"utterance"))
        .expect("an end within three seconds")
}

#[test]
fn a_pause_ends_sooner_or_later_as_it_is_told() {
    for (seconds, after) in [(0.32, 10), (0.64, 20), (1.28, 40), (0.0, 6)] {
        let mut endpointer = endpointer();
        let mut events = endpointer.push(&frames(0.9, 20)).unwrap();
        events.extend(endpointer.push(&frames(0.1, 5)).unwrap());
        endpointer.wait(pauses(&events)[0].0, seconds);
        assert_eq!(5 + silence_until_the_end(&mut endpointer), after, "told to wait {seconds} s");
    }
}

#[test]
fn what_was_said_of_an_earlier_pause_does_not_end_a_later_one() {
    let mut endpointer = endpointer();
    let mut events = endpointer.push(&frames(0.9, 20)).unwrap();
    events.extend(endpointer.push(&frames(0.1, 5)).unwrap());
    let first = pauses(&events)[0].0;
    // The wait for the first pause is forgotten with it, and one that comes too late is for nobody.
    endpointer.wait(first, 0.32);
    endpointer.push(&frames(0.9, 5)).unwrap();
    endpointer.wait(first, 0.32);
    let later = endpointer.push(&frames(0.1, 5)).unwrap();
    endpointer.wait(first, 0.32);
    assert_ne!(pauses(&later)[0].0, first);
    assert_eq!(5 + silence_until_the_end(&mut endpointer), 20);
}

#[test]
fn speech_that_is_cut_in_a_pause_says_that_the_pause_was_none() {
    let mut endpointer = endpointer();
    let mut events = endpointer.push(&frames(0.9, 240)).unwrap();
    events.extend(endpointer.push(&frames(0.1, 12)).unwrap());
    assert_eq!(told(&events), ["started", "paused", "resumed", "utterance", "paused"]);
}

#[test]
fn an_hour_of_silence_keeps_only_the_pre_roll() {
    let mut endpointer = endpointer();
    let minute = frames(0.0, 1875);
    for _ in 0..60 {
        assert!(endpointer.push(&minute).unwrap().is_empty());
    }
    let State::Idle { recent, .. } = &endpointer.state else { panic!("nobody spoke") };
    assert_eq!(recent.len(), 10 * FRAME);
}

#[test]
fn pieces_of_any_size_give_the_same_utterances() {
    let story: Vec<f32> =
        [frames(0.0, 30), frames(0.9, 40), frames(0.1, 30), frames(0.8, 25), frames(0.1, 40)].concat();
    let mut whole = endpointer();
    let expected = whole.push(&story).unwrap();
    assert_eq!(told(&expected).iter().filter(|event| **event == "utterance").count(), 2);
    for size in [1, 160, 480, 513] {
        let mut endpointer = endpointer();
        let pieces: Vec<Event> = story.chunks(size).flat_map(|piece| endpointer.push(piece).unwrap()).collect();
        assert_eq!(pieces, expected, "in pieces of {size}");
    }
}

/// Beside a loudspeaker that plays: so loud what is not suppressed, so probable a voice in what is only subtracted.
fn beside_our_voice(told: f32, heard: f32, count: usize) -> Cleaned {
    Cleaned { told: frames(told, count), heard: frames(heard, count), over: true }
}

#[test]
fn who_begins_over_our_voice_is_noticed_though_their_first_sounds_are_half_suppressed() {
    let mut endpointer = endpointer().past(Box::new(Scripted));
    // Our own voice alone: a voice, and suppressed to nothing.
    endpointer.push_cleaned(&beside_our_voice(0.000_1, 0.9, 30)).unwrap();
    assert!(!endpointer.hears_voice());
    endpointer.push_cleaned(&beside_our_voice(0.2, 0.9, 1)).unwrap();
    assert!(endpointer.hears_voice());
    let mut events = endpointer.push_cleaned(&beside_our_voice(0.2, 0.9, 20)).unwrap();
    events.extend(endpointer.push(&frames(0.02, 30)).unwrap());
    assert!(only_utterance(&events).over, "some of our voice may be in it");
}

#[test]
fn where_nothing_is_played_nobody_is_heard_past_us() {
    let mut endpointer = endpointer().past(Box::new(Scripted));
    let quiet = Cleaned { over: false, ..beside_our_voice(0.2, 0.9, 30) };
    endpointer.push_cleaned(&quiet).unwrap();
    assert!(!endpointer.hears_voice());
    let events = [endpointer.push(&frames(0.9, 20)).unwrap(), endpointer.push(&frames(0.02, 30)).unwrap()].concat();
    assert!(!only_utterance(&events).over);
}
