//! Scenes that an ear is taught with: the same words high and low, near and far, in rooms, in noise and among other talk.

use crate::chance::Chance;
use crate::message::HEARING_RATE;

/// Quieter than this is silence around what was said.
const AUDIBLE: f32 = 0.003;
/// How many times as fast and high a voice may become.
const HIGHER: (f32, f32) = (0.87, 1.15);
/// Loudness of what is said, in dBFS.
const LEVEL: (f32, f32) = (-42.0, -16.0);
/// How far below it the noise is, in dB: none where it is beyond the last.
const BELOW: (f32, f32) = (4.0, 34.0);
const NO_NOISE: f32 = 30.0;
/// Shares of scenes that have a room around them, and in which the noise is talk.
const IN_A_ROOM: f32 = 0.5;
const TALK: f32 = 0.25;
/// Seconds that a room rings, and echoes that stand for its walls.
const RINGS: (f32, f32) = (0.15, 0.5);
const ECHOES: usize = 48;

pub fn seconds(seconds: f32) -> usize {
    (seconds * HEARING_RATE as f32) as usize
}

/// A number between these.
pub fn between(chance: &mut Chance, (low, high): (f32, f32)) -> f32 {
    low + (high - low) * (chance.below(1 << 20) as f32 / (1 << 20) as f32)
}

fn signed(chance: &mut Chance) -> f32 {
    between(chance, (-1.0, 1.0))
}

/// What was said alone, without silence around it.
pub fn bare(samples: &[f32]) -> &[f32] {
    let audible = |sample: &f32| sample.abs() > AUDIBLE;
    match (samples.iter().position(audible), samples.iter().rposition(audible)) {
        (Some(first), Some(last)) => &samples[first..=last],
        _ => &[],
    }
}

/// Faster and higher, or slower and lower: as another throat would say it.
pub fn in_another_throat(samples: &[f32], chance: &mut Chance) -> Vec<f32> {
    let factor = between(chance, HIGHER);
    let length = (samples.len() as f32 / factor) as usize;
    let at = |place: usize| samples.get(place).copied().unwrap_or_default();
    (0..length)
        .map(|index| {
            let place = index as f32 * factor;
            let part = place.fract();
            at(place as usize) * (1.0 - part) + at(place as usize + 1) * part
        })
        .collect()
}

/// What the microphone gets of what was said: from somewhere in a room, at some loudness, in some noise. `talk` is what
/// others are saying. Its length stays.
pub fn as_heard(said: &mut [f32], talk: &[f32], chance: &mut Chance) {
    if between(chance, (0.0, 1.0)) < IN_A_ROOM {
        ring(said, chance);
    }
    let loudness = rms(bare(said)).max(1e-6);
    let level = between(chance, LEVEL);
    let gain = decibels(level) / loudness;
    said.iter_mut().for_each(|sample| *sample *= gain);
    let below = between(chance, BELOW);
    let floor = decibels(-75.0);
    let mut noise = if !talk.is_empty() && between(chance, (0.0, 1.0)) < TALK {
        let from = chance.below(talk.len());
        talk.iter().cycle().skip(from).take(said.len()).copied().collect()
    } else {
        coloured(said.len(), chance)
    };
    let wanted = if below > NO_NOISE { floor } else { decibels(level - below) };
    let noisy = wanted / rms(&noise).max(1e-6);
    noise.iter_mut().for_each(|sample| *sample *= noisy);
    for (sample, noise) in said.iter_mut().zip(noise) {
        *sample = (*sample + noise + floor * signed(chance)).clamp(-1.0, 1.0);
    }
}

/// Noise between a hiss and a rumble, that comes and goes.
fn coloured(length: usize, chance: &mut Chance) -> Vec<f32> {
    let (keep, hiss) = (between(chance, (0.0, 0.99)), between(chance, (0.0, 0.3)));
    let (period, depth) = (between(chance, (2_000.0, 16_000.0)), between(chance, (0.0, 0.8)));
    let mut level = 0.0;
    (0..length)
        .map(|at| {
            let white = signed(chance);
            level = keep * level + (1.0 - keep).sqrt() * white;
            (level + hiss * white) * (1.0 + depth * (at as f32 / period).sin())
        })
        .collect()
}

fn ring(said: &mut [f32], chance: &mut Chance) {
    let rings = between(chance, RINGS);
    let wet = between(chance, (0.1, 0.5));
    let dry = said.to_vec();
    for _ in 0..ECHOES {
        let after = between(chance, (0.004, rings));
        // Down by 60 dB when it no longer rings.
        let gain = wet * signed(chance) * 10f32.powf(-3.0 * after / rings);
        let late = seconds(after);
        if late < said.len() {
            said[late..].iter_mut().zip(&dry).for_each(|(sample, echo)| *sample += gain * echo);
        }
    }
}

fn rms(samples: &[f32]) -> f32 {
    (samples.iter().map(|sample| sample * sample).sum::<f32>() / samples.len().max(1) as f32).sqrt()
}

fn decibels(level: f32) -> f32 {
    10f32.powf(level / 20.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tone() -> Vec<f32> {
        let mut samples = vec![0.0; 4_000];
        samples.extend((0..8_000).map(|at| 0.3 * (at as f32 * 0.2).sin()));
        samples.extend(vec![0.0; 4_000]);
        samples
    }

    #[test]
    fn silence_around_goes_and_silence_alone_is_nothing() {
        let samples = tone();
        let bare = bare(&samples);
        assert!((7_990..=8_000).contains(&bare.len()), "{}", bare.len());
        assert!(super::bare(&[0.0; 100]).is_empty());
    }

    #[test]
    fn what_is_heard_has_its_length_and_stays_within_full_scale() {
        for seed in 0..20 {
            let mut said = tone();
            as_heard(&mut said, &[], &mut Chance(seed));
            assert_eq!(said.len(), 16_000);
            assert!(said.iter().all(|sample| sample.abs() <= 1.0) && rms(&said) > 0.001);
        }
    }

    #[test]
    fn another_throat_says_it_in_another_time() {
        let lengths: Vec<usize> = (0..8).map(|seed| in_another_throat(&tone(), &mut Chance(seed)).len()).collect();
        assert!(lengths.iter().all(|length| (13_900..18_400).contains(length)), "{lengths:?}");
        assert!(lengths.iter().max() > lengths.iter().min());
    }
}
