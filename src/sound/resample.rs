//! Any sample rate → [`HEARING_RATE`], for whole recordings and for a microphone's stream.

use rubato::audioadapter_buffers::direct::SequentialSlice;
use rubato::{Fft, FixedSync, Indexing, Resampler as _};

use crate::message::{HEARING_RATE, Sound};

#[derive(Debug, thiserror::Error)]
pub enum ResampleError {
    #[error(
        "cannot convert sound of {rate} Hz to {HEARING_RATE} Hz: {reason}. Record at a usual rate, such as 16000, 44100 or 48000 Hz."
    )]
    Rate { rate: u32, reason: String },
}

/// Input frames a step: 10 to 60 ms at usual rates.
const CHUNK: usize = 512;

/// A whole recording at [`HEARING_RATE`]; its length is kept to the sample, without the filter's delay.
pub fn to_hearing_rate(sound: &Sound) -> Result<Vec<f32>, ResampleError> {
    if sound.rate == HEARING_RATE || sound.samples.is_empty() {
        return Ok(sound.samples.clone());
    }
    let failed = |reason: String| ResampleError::Rate { rate: sound.rate, reason };
    let mut inner = filter(sound.rate)?;
    let input =
        SequentialSlice::new(&sound.samples, 1, sound.samples.len()).map_err(|error| failed(error.to_string()))?;
    let output = inner.process_all(&input, sound.samples.len(), None).map_err(|error| failed(error.to_string()))?;
    Ok(output.take_data())
}

/// A stream at any rate → [`HEARING_RATE`], in pieces of any length. The result lags by the filter's delay, some
/// 10 ms.
pub struct Resampler {
    rate: u32,
    /// `None` where the rates are the same.
    inner: Option<Fft<f32>>,
    pending: Vec<f32>,
    made: Vec<f32>,
    /// Samples in and out since the stream began.
    taken: u64,
    given: u64,
}

impl Resampler {
    pub fn new(rate: u32) -> Result<Self, ResampleError> {
        let inner = if rate == HEARING_RATE { None } else { Some(filter(rate)?) };
        let made = vec![0.0; inner.as_ref().map_or(0, |fft| fft.output_frames_max())];
        Ok(Resampler { rate, inner, pending: Vec::new(), made, taken: 0, given: 0 })
    }

    /// Append the converted samples to `out`.
    pub fn push(&mut self, samples: &[f32], out: &mut Vec<f32>) -> Result<(), ResampleError> {
        let Some(inner) = &mut self.inner else {
            out.extend_from_slice(samples);
            return Ok(());
        };
        self.pending.extend_from_slice(samples);
        self.taken += samples.len() as u64;
        let mut used = 0;
        while self.pending.len() - used >= inner.input_frames_next() {
            let wanted = inner.input_frames_next();
            let (read, written) = step(inner, &self.pending[used..used + wanted], &mut self.made, None)
                .map_err(|reason| failed(self.rate, reason))?;
            out.extend_from_slice(&self.made[..written]);
            self.given += written as u64;
            used += read;
        }
        self.pending.drain(..used);
        Ok(())
    }

    /// The end of the stream: what the filter still holds.
    pub fn flush(&mut self, out: &mut Vec<f32>) -> Result<(), ResampleError> {
        let Some(inner) = &mut self.inner else { return Ok(()) };
        let whole = (self.taken as f64 * inner.resample_ratio()).ceil() as usize + inner.output_delay();
        let mut missing = whole.saturating_sub(self.given as usize);
        let mut left = self.pending.len();
        self.pending.resize(inner.input_frames_next(), 0.0);
        while missing > 0 {
            let (_, written) =
                step(inner, &self.pending, &mut self.made, Some(left)).map_err(|reason| failed(self.rate, reason))?;
            let wanted = written.min(missing);
            out.extend_from_slice(&self.made[..wanted]);
            missing -= wanted;
            self.pending.fill(0.0);
            left = 0;
        }
        (self.taken, self.given) = (0, 0);
        self.pending.clear();
        inner.reset();
        Ok(())
    }
}

fn filter(rate: u32) -> Result<Fft<f32>, ResampleError> {
    Fft::new(rate as usize, HEARING_RATE as usize, CHUNK, 1, FixedSync::Input)
        .map_err(|error| failed(rate, error.to_string()))
}

fn failed(rate: u32, reason: String) -> ResampleError {
    ResampleError::Rate { rate, reason }
}

fn step(
    inner: &mut Fft<f32>,
    input: &[f32],
    output: &mut [f32],
    partial: Option<usize>,
) -> Result<(usize, usize), String> {
    let (input_frames, output_frames) = (input.len(), output.len());
    let input = SequentialSlice::new(input, 1, input_frames).map_err(|error| error.to_string())?;
    let mut output = SequentialSlice::new_mut(output, 1, output_frames).map_err(|error| error.to_string())?;
    let indexing = Indexing { input_offset: 0, output_offset: 0, partial_len: partial, active_channels_mask: None };
    inner.process_into_buffer(&input, &mut output, Some(&indexing)).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tone(rate: u32, hertz: f32, seconds: f32) -> Vec<f32> {
        let step = std::f32::consts::TAU * hertz / rate as f32;
        (0..(rate as f32 * seconds) as usize).map(|i| 0.5 * (step * i as f32).sin()).collect()
    }

    /// Amplitude of `hertz` in sound at the hearing rate.
    fn amplitude(samples: &[f32], hertz: f32) -> f32 {
        let step = std::f32::consts::TAU * hertz / HEARING_RATE as f32;
        let (mut re, mut im) = (0.0f64, 0.0f64);
        for (i, sample) in samples.iter().enumerate() {
            let (sin, cos) = f64::from(step * i as f32).sin_cos();
            re += f64::from(*sample) * cos;
            im += f64::from(*sample) * sin;
        }
        (2.0 * re.hypot(im) / samples.len() as f64) as f32
    }

    #[test]
    fn a_tone_keeps_its_pitch_level_and_length_at_every_usual_rate() {
        for rate in [8_000, 11_025, 22_050, 32_000, 44_100, 48_000, 96_000, 192_000] {
            let sound = Sound { samples: tone(rate, 440.0, 1.0), rate };
            let heard = to_hearing_rate(&sound).unwrap();
            assert!(heard.len().abs_diff(16_000) <= 2, "{rate} Hz gave {} samples", heard.len());
            let level = amplitude(&heard[1_000..15_000], 440.0);
            assert!((level - 0.5).abs() < 0.02, "{rate} Hz gave a level of {level}");
        }
    }

    #[test]
    fn what_is_above_the_band_does_not_fold_back_into_it() {
        let sound = Sound { samples: tone(48_000, 12_000.0, 1.0), rate: 48_000 };
        let heard = to_hearing_rate(&sound).unwrap();
        assert!(amplitude(&heard, 4_000.0) < 0.01);
    }

    #[test]
    fn a_stream_in_odd_pieces_gives_what_the_whole_gives() {
        for rate in [8_000u32, 44_100, 48_000] {
            let samples = tone(rate, 300.0, 0.7);
            let whole = to_hearing_rate(&Sound { samples: samples.clone(), rate }).unwrap();
            let mut resampler = Resampler::new(rate).unwrap();
            let mut streamed = Vec::new();
            for piece in samples.chunks(331) {
                resampler.push(piece, &mut streamed).unwrap();
            }
            resampler.flush(&mut streamed).unwrap();
            let delay = streamed.len() - whole.len();
            assert!(delay < 1_600, "{rate} Hz lags by {delay} samples");
            let middle = 4_000..8_000;
            for at in middle {
                assert!((streamed[at + delay] - whole[at]).abs() < 0.01, "{rate} Hz differs at {at}");
            }
        }
    }

    #[test]
    fn a_rate_of_zero_is_refused_with_advice() {
        let error = Resampler::new(0).err().unwrap().to_string();
        assert!(error.contains("0 Hz") && error.contains("48000"), "{error}");
    }
}
