//! Mel filters as Whisper was trained with: Slaney's scale and area normalisation, 16 kHz, 400-point FFT.

/// Frequency bins of a 400-point FFT.
pub const BINS: u32 = 201;
/// Hz between bins.
const BIN_HZ: f64 = 40.0;
/// Below 1 kHz the scale is linear with this many Hz a mel; above, 27 mels are a factor of 6.4.
const LINEAR_HZ: f64 = 200.0 / 3.0;
const KNEE_HZ: f64 = 1_000.0;
const KNEE_MEL: f64 = 15.0;
/// ln 6.4
const LN_FACTOR: f64 = 1.856_297_990_365_626_3;
const STEP: f64 = LN_FACTOR / 27.0;
/// 8 kHz in mels: three octaves above the knee.
const TOP_MEL: f64 = KNEE_MEL + 3.0 * std::f64::consts::LN_2 / STEP;

/// `bands` rows of [`BINS`] weights from 0 to 8,000 Hz, each a triangle of area one.
pub fn filters(bands: u32) -> Vec<f32> {
    let edges: Vec<f64> = (0..bands + 2).map(|n| hertz(f64::from(n) * TOP_MEL / f64::from(bands + 1))).collect();
    edges.windows(3).flat_map(|edges| (0..BINS).map(|bin| weight(edges, f64::from(bin) * BIN_HZ))).collect()
}

/// Rounded to f32 before and after scaling, as the training code did.
fn weight(edges: &[f64], hz: f64) -> f32 {
    let [low, centre, high] = [edges[0], edges[1], edges[2]];
    let rising = (hz - low) / (centre - low);
    let falling = (high - hz) / (high - centre);
    let triangle = rising.min(falling).max(0.0) as f32;
    (f64::from(triangle) * (2.0 / (high - low))) as f32
}

fn hertz(mel: f64) -> f64 {
    if mel < KNEE_MEL { mel * LINEAR_HZ } else { KNEE_HZ * exp(STEP * (mel - KNEE_MEL)) }
}

/// e^x for small x from additions and multiplications alone, which every processor rounds alike: system libraries
/// differ in the last bit, and the file's hash must not.
fn exp(x: f64) -> f64 {
    let small = x / 4.0;
    let series = (1..=18).rev().fold(1.0, |sum, n| 1.0 + sum * small / f64::from(n));
    (0..2).fold(series, |power, _| power * power)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn filters_have_unit_area_and_rise_in_frequency() {
        let all = filters(80);
        assert_eq!(all.len(), 80 * 201);
        let mut last_peak = 0;
        for band in all.chunks(201).skip(40) {
            let area: f32 = band.iter().sum::<f32>() * BIN_HZ as f32;
            assert!((0.9..1.1).contains(&area), "{area}");
            let peak = (0..201).max_by(|a, b| band[*a].total_cmp(&band[*b])).unwrap();
            assert!(peak > last_peak, "each band lies above the one before");
            last_peak = peak;
        }
    }

    #[test]
    fn the_scale_ends_at_eight_kilohertz() {
        assert!((hertz(TOP_MEL) - 8_000.0).abs() < 1e-9);
        assert!((exp(1.0) - std::f64::consts::E).abs() < 1e-14);
    }
}
