//! What a neural voice makes begins and ends with silence of its own.

/// Quieter than this counts as silence at the ends of a sentence: −50 dBFS, what people call audible.
const AUDIBLE: f32 = 0.003_162;
/// A breathed consonant begins below that, down to −60 dBFS, at most so many seconds before the first audible sample.
const SOFT: f32 = 0.001;
const BREATH: f32 = 0.06;
/// Seconds kept before all of that, so that it does not begin with a click.
const LEAD: f32 = 0.005;
/// Seconds kept after the last audible sample: the pause between two sentences.
const TAIL: f32 = 0.18;

/// Without the silence before the first and long after the last audible sample; all of it where nothing is audible.
pub fn trimmed(mut samples: Vec<f32>, rate: u32) -> Vec<f32> {
    let audible = |sample: &f32| sample.abs() > AUDIBLE;
    let (Some(first), Some(last)) = (samples.iter().position(audible), samples.iter().rposition(audible)) else {
        return Vec::new();
    };
    let frames = |seconds: f32| (seconds * rate as f32) as usize;
    samples.truncate((last + 1 + frames(TAIL)).min(samples.len()));
    let from = first.saturating_sub(frames(BREATH));
    let soft = samples[from..first].iter().position(|sample| sample.abs() > SOFT).map_or(first, |at| from + at);
    samples.drain(..soft.saturating_sub(frames(LEAD)));
    samples
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn silence_around_a_sentence_goes_but_a_soft_start_stays() {
        for (breath, kept) in [(0, 0), (600, 600), (10_000, 1_323)] {
            let mut samples = vec![0.0; 22_050];
            samples.extend(vec![0.002; breath]);
            samples.extend(vec![0.5; 1_000]);
            samples.extend(vec![0.0; 22_050]);
            let trimmed = trimmed(samples, 22_050);
            assert_eq!(trimmed.iter().position(|s| *s > AUDIBLE), Some(110 + kept));
            assert_eq!(trimmed.len(), 110 + kept + 1_000 + 3_969);
        }
    }

    #[test]
    fn pure_silence_becomes_no_sound() {
        assert!(trimmed(vec![0.001; 4_000], 22_050).is_empty());
    }
}
