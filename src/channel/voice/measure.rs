//! How long the stages of a turn took, as they are told to who looks after the assistant.

use std::time::{Duration, Instant};

use crate::hear::PAUSE;
use crate::telemetry::{self, Count, Stage};

use super::Times;
use super::ear::Heard;

/// When it was, as speech goes on and ends.
pub(super) fn heard(heard: &Heard, times: &mut Times) {
    match heard {
        // It is told when the silence has lasted a while.
        Heard::Paused(..) => times.silent = Instant::now().checked_sub(Duration::from_secs_f32(PAUSE)),
        Heard::Started | Heard::Resumed => times.silent = None,
        Heard::Ended { at, .. } => times.ended = Some(*at),
        Heard::Called => telemetry::count(Count::Wake),
    }
}

/// The answer was said: what each stage took.
pub(super) fn answered(times: &Times) {
    let between = |from: Option<Instant>, to: Option<Instant>| Some(to?.saturating_duration_since(from?));
    let took = [
        (Stage::Endpoint, between(times.silent, times.ended)),
        (Stage::Stt, times.recogniser),
        (Stage::Tts, between(times.answered, times.spoken)),
        (Stage::FirstAudible, between(times.silent, times.spoken)),
    ];
    took.into_iter()
        .filter_map(|(stage, time)| Some((stage, time?)))
        .for_each(|(stage, time)| telemetry::took(stage, time));
}
