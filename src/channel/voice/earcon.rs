//! Short sounds that say that the ear has opened or closed: two tones, up or down, of no voice.

use std::f32::consts::TAU;

use super::listening::Sign;
use crate::message::Sound;

const RATE: u32 = 22_050;
const LOW: f32 = 523.25;
const HIGH: f32 = 783.99;
/// Seconds of each tone, and of its rise and fall.
const LASTS: f32 = 0.09;
const SWELLS: f32 = 0.012;
const LOUD: f32 = 0.12;

pub fn earcon(sign: Sign) -> Sound {
    let tones = match sign {
        Sign::Opened => [LOW, HIGH],
        Sign::Closed => [HIGH, LOW],
    };
    Sound { samples: tones.into_iter().flat_map(tone).collect(), rate: RATE }
}

fn tone(hertz: f32) -> impl Iterator<Item = f32> {
    let samples = (LASTS * RATE as f32) as usize;
    (0..samples).map(move |at| {
        let (time, left) = (at as f32 / RATE as f32, (samples - at) as f32 / RATE as f32);
        LOUD * (time.min(left) / SWELLS).min(1.0) * (TAU * hertz * time).sin()
    })
}
