//! Voice activity: how probable it is that somebody speaks in a frame.

use std::path::{Path, PathBuf};

use ort::session::Session;
use ort::value::Tensor;

use crate::message::HEARING_RATE;

/// Samples a frame, at [`HEARING_RATE`]: 32 ms, the one size that Silero takes.
pub const FRAME: usize = 512;

#[derive(Debug, thiserror::Error)]
pub enum VadError {
    #[error(
        "cannot load the voice activity model {path}: {reason}. Run `saycart models verify`, then `saycart models fetch`."
    )]
    Load { path: PathBuf, reason: String },
    #[error("the voice activity model failed: {0}. Run `saycart models verify`.")]
    Run(String),
}

/// A voice detector, fed frame after frame of one stream.
pub trait Vad: Send {
    /// Probability of voice in the next [`FRAME`] samples, 0 … 1.
    fn probability(&mut self, frame: &[f32]) -> Result<f32, VadError>;
    /// Forget the stream so far.
    fn reset(&mut self);
}

/// Silero VAD v6 (16 kHz) on the ONNX Runtime. One frame costs about 0.1 ms.
pub struct SileroVad {
    session: Session,
    /// Recurrent state, shape [2, 1, 128].
    state: Vec<f32>,
    /// The end of the frame before, then the frame: the model looks back 64 samples.
    input: Vec<f32>,
    /// Older exports of the model take the sample rate as an input.
    takes_rate: bool,
}

const CONTEXT: usize = 64;
const STATE: usize = 2 * 128;
/// Below −80 dBFS there is nobody: digital silence need not be asked about.
const SILENCE: f32 = 1e-4;

impl SileroVad {
    /// `model` is a Silero ONNX file. The runtime library must have been initialised.
    pub fn load(model: &Path) -> Result<Self, VadError> {
        let session = super::session(model).map_err(|reason| VadError::Load { path: model.into(), reason })?;
        let takes_rate = session.inputs().iter().any(|input| input.name() == "sr");
        Ok(SileroVad { session, state: vec![0.0; STATE], input: vec![0.0; CONTEXT + FRAME], takes_rate })
    }
}

impl Vad for SileroVad {
    fn probability(&mut self, frame: &[f32]) -> Result<f32, VadError> {
        debug_assert_eq!(frame.len(), FRAME);
        self.input.copy_within(FRAME.., 0);
        self.input[CONTEXT..].copy_from_slice(frame);
        if frame.iter().all(|sample| sample.abs() < SILENCE) {
            return Ok(0.0);
        }
        let failed = |error: ort::Error| VadError::Run(error.to_string());
        let input = Tensor::from_array(([1, CONTEXT + FRAME], self.input.clone())).map_err(failed)?;
        let state = Tensor::from_array(([2, 1, 128], std::mem::take(&mut self.state))).map_err(failed)?;
        let outputs = if self.takes_rate {
            let rate = Tensor::from_array(([1], vec![i64::from(HEARING_RATE)])).map_err(failed)?;
            self.session.run(ort::inputs!["input" => input, "state" => state, "sr" => rate])
        } else {
            self.session.run(ort::inputs!["input" => input, "state" => state])
        }
        .map_err(failed)?;
        let (_, probability) = outputs[0].try_extract_tensor::<f32>().map_err(failed)?;
        let (_, state) = outputs[1].try_extract_tensor::<f32>().map_err(failed)?;
        self.state = state.to_vec();
        probability.first().copied().ok_or_else(|| VadError::Run("it gave no probability".into()))
    }

    fn reset(&mut self) {
        self.state.clear();
        self.state.resize(STATE, 0.0);
        self.input.fill(0.0);
    }
}

/// A detector without a model: loudness against the quietest of the last seconds. For tests and for machines without
/// the ONNX Runtime; it takes every loud noise for a voice.
#[derive(Debug, Clone)]
pub struct EnergyVad {
    /// Tracked noise floor in dBFS.
    floor: f32,
}

/// The floor is taken to lie here at first: a quiet room through a cheap microphone.
const QUIET_ROOM: f32 = -60.0;

impl Default for EnergyVad {
    fn default() -> Self {
        EnergyVad { floor: QUIET_ROOM }
    }
}

impl Vad for EnergyVad {
    fn probability(&mut self, frame: &[f32]) -> Result<f32, VadError> {
        let power = frame.iter().map(|s| s * s).sum::<f32>() / frame.len().max(1) as f32;
        let level = 10.0 * power.max(1e-10).log10();
        // Down at once, up by 3 dB a second: speech does not lift the floor, a fan does.
        self.floor = if level < self.floor { level.max(-80.0) } else { self.floor + 0.1 };
        Ok(1.0 / (1.0 + (-(level - self.floor - 15.0) / 3.0).exp()))
    }

    fn reset(&mut self) {
        *self = EnergyVad::default();
    }
}
