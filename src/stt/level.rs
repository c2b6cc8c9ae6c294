//! The loudness that the recogniser gets: quiet speech is raised, an offset removed.

/// Peaks are brought here; what is louder stays.
const TARGET_PEAK: f32 = 0.7;
/// Noise of a silent room is not blown up beyond this factor (+30 dB).
const MOST_GAIN: f32 = 30.0;
/// 20 ms.
const FRAME: usize = 320;

/// A copy of the samples with no constant offset and a usual level.
pub fn normalised(samples: &[f32]) -> Vec<f32> {
    let mean = samples.iter().sum::<f32>() / samples.len().max(1) as f32;
    let peak = peak(samples, mean);
    let gain = if peak > 0.0 { (TARGET_PEAK / peak).clamp(1.0, MOST_GAIN) } else { 1.0 };
    samples.iter().map(|sample| (sample - mean) * gain).collect()
}

/// The level that all but one sample in a thousand stay below: a click does not count as speech.
fn peak(samples: &[f32], mean: f32) -> f32 {
    let mut levels: Vec<f32> = samples.iter().map(|sample| (sample - mean).abs()).collect();
    if levels.is_empty() {
        return 0.0;
    }
    let at = (levels.len() - 1) - levels.len() / 1000;
    let (_, level, _) = levels.select_nth_unstable_by(at, f32::total_cmp);
    *level
}

/// How much louder, in dB, the loud parts of a sound are than its quiet ones: a tenth of all frames is louder than the one
/// and a tenth quieter than the other. Infinite in digital silence, and where there is no frame.
pub fn range(samples: &[f32]) -> f32 {
    let mut energies: Vec<f32> =
        samples.chunks_exact(FRAME).map(|frame| frame.iter().map(|sample| sample * sample).sum::<f32>()).collect();
    energies.sort_by(f32::total_cmp);
    let tenth = energies.len() / 10;
    match (energies.get(tenth), energies.len().checked_sub(tenth + 1).and_then(|loud| energies.get(loud))) {
        (Some(quiet), Some(loud)) if *quiet > 0.0 => 10.0 * (loud / quiet).log10(),
        _ => f32::INFINITY,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn speech_in_a_quiet_room_has_a_wide_range_and_in_noise_a_narrow_one() {
        let speech = |i: usize, noise: f32| {
            let voice = if (i / 3_200).is_multiple_of(2) { 0.3 * (i as f32 * 0.3).sin() } else { 0.0 };
            voice + noise * ((i * 7_919 % 997) as f32 / 498.5 - 1.0)
        };
        let of = |noise: f32| range(&(0..32_000).map(|i| speech(i, noise)).collect::<Vec<_>>());
        assert!(of(0.001) > 40.0 && of(0.2) < 12.0, "{} {}", of(0.001), of(0.2));
        assert_eq!(range(&[]), f32::INFINITY);
        assert_eq!(range(&[0.0; 1_000]), f32::INFINITY);
    }

    #[test]
    fn quiet_speech_is_raised_loud_left_alone_and_silence_stays_silence() {
        let quiet: Vec<f32> = (0..16_000).map(|i| 0.1 + 0.035 * (i as f32 * 0.3).sin()).collect();
        let raised = normalised(&quiet);
        let mean = raised.iter().sum::<f32>() / raised.len() as f32;
        assert!(mean.abs() < 1e-3);
        assert!((raised.iter().cloned().fold(0.0, f32::max) - TARGET_PEAK).abs() < 0.01);

        let loud: Vec<f32> = (0..16_000).map(|i| 0.95 * (i as f32 * 0.3).sin()).collect();
        assert!(normalised(&loud).iter().zip(&loud).all(|(a, b)| (a - b).abs() < 1e-3));
        assert!(normalised(&[0.0; 100]).iter().all(|sample| *sample == 0.0));
        assert!(normalised(&[]).is_empty());
    }
}
