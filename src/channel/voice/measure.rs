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

/// The answer was said: from when to when each stage was.
pub(super) fn answered(times: &Times) {
    let asked = times.recognised.zip(times.recogniser).and_then(|(at, took)| at.checked_sub(took));
    let stages = [
        (Stage::Endpoint, times.silent, times.ended),
        (Stage::Stt, asked, times.recognised),
        (Stage::Tts, times.answered, times.spoken),
        (Stage::FirstAudible, times.silent, times.spoken),
    ];
    for (stage, from, to) in stages {
        if let (Some(from), Some(to)) = (from, to) {
            telemetry::took(stage, from, to);
        }
    }
}
