//! How loud sound is, in dBFS: 0 is the loudest that a microphone can tell.

use crate::message::HEARING_RATE;

/// A tenth of a second: a vowel's length.
const FRAME: usize = HEARING_RATE as usize / 10;
/// A sample from here on was as likely cut off as not.
const FULL: f32 = 0.99;
/// So many samples may be, one in so many: a click is no shout.
const CLICKS: usize = 1_000;

/// The level of a recording.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Level {
    /// The loudest sample.
    pub peak: f32,
    /// Root mean square of the loudest tenth of a second.
    pub rms: f32,
    /// More than a click was louder than the microphone can tell.
    pub clipped: bool,
}

impl Level {
    /// Of samples at [`HEARING_RATE`].
    pub fn of(samples: &[f32]) -> Level {
        let power = |frame: &[f32]| frame.iter().map(|sample| sample * sample).sum::<f32>() / frame.len() as f32;
        let peak = samples.iter().fold(0.0, |peak: f32, sample| peak.max(sample.abs()));
        let loudest = samples.chunks(FRAME).map(power).fold(0.0, f32::max);
        let full = samples.iter().filter(|sample| sample.abs() >= FULL).count();
        Level { peak: 20.0 * peak.log10(), rms: 10.0 * loudest.log10(), clipped: full * CLICKS > samples.len() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two seconds, of which one has a tone of this amplitude.
    fn tone(amplitude: f32) -> Vec<f32> {
        let second = HEARING_RATE as usize;
        let tone = |at: usize| amplitude * (at as f32 * std::f32::consts::TAU * 440.0 / HEARING_RATE as f32).sin();
        (0..2 * second).map(|at| if at < second { tone(at) } else { 0.0 }).collect()
    }

    #[test]
    fn a_tone_is_3_db_below_its_peak_however_long_the_silence_after_it() {
        let Level { peak, rms, clipped } = Level::of(&tone(0.1));
        assert!((peak + 20.0).abs() < 0.1 && (rms + 23.0).abs() < 0.1 && !clipped, "{peak} {rms}");
    }

    #[test]
    fn what_is_cut_off_is_clipped_and_a_click_is_not() {
        let loud: Vec<f32> = tone(2.0).iter().map(|sample| sample.clamp(-1.0, 1.0)).collect();
        assert!(Level::of(&loud).clipped);
        let mut click = tone(0.1);
        click[..10].fill(1.0);
        assert!(!Level::of(&click).clipped);
    }

    #[test]
    fn silence_is_endlessly_quiet() {
        for nothing in [vec![0.0; 100], vec![]] {
            let Level { peak, rms, clipped } = Level::of(&nothing);
            assert_eq!((peak, rms, clipped), (f32::NEG_INFINITY, f32::NEG_INFINITY, false));
        }
    }
}
