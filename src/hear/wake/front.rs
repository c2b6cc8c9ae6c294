//! What speech sounds like, in numbers: a spectrogram and Google's speech embedding on it, one embedding each 80 ms.

use std::collections::VecDeque;
use std::path::{Path, PathBuf};

use ort::session::Session;
use ort::value::Tensor;

/// Numbers in an embedding.
pub const WIDTH: usize = 96;
pub type Embedding = [f32; WIDTH];

/// Samples between two embeddings: 80 ms.
pub const STEP: usize = 1_280;
/// The spectrogram is made of so many samples at once, the last of them [`STEP`] new: what it makes depends on what it is
/// given together, so that it is always given alike.
const PIECE: usize = STEP + 480;
/// Rows of the spectrogram that a piece adds, of so many bands.
const ROWS: usize = 8;
const BANDS: usize = 32;
/// Rows that an embedding sees: 0.76 s.
const SEEN: usize = 76;
/// The spectrogram was trained on samples of 16 bits.
const FULL_SCALE: f32 = 32_767.0;

#[derive(Debug, thiserror::Error)]
pub enum FrontError {
    #[error(
        "cannot load the model for the wake phrase {path}: {reason}. Run `saycart models verify speech-embedding`, then \
         `saycart models fetch speech-embedding`."
    )]
    Load { path: PathBuf, reason: String },
    #[error("the model for the wake phrase failed: {0}. Run `saycart models verify speech-embedding`.")]
    Run(String),
}

/// Samples from a stream's beginning to the end of what its embedding of that index sees.
pub const fn end_of(index: usize) -> usize {
    (index + SEEN.div_ceil(ROWS)) * STEP + (PIECE - STEP)
}

/// Both models, and the stream so far.
pub struct Front {
    spectrogram: Session,
    embedding: Session,
    /// Samples not yet used up; at least the last 480 are kept for the next piece.
    samples: Vec<f32>,
    rows: VecDeque<[f32; BANDS]>,
}

impl Front {
    /// The runtime library must have been initialised.
    pub fn load(spectrogram: &Path, embedding: &Path) -> Result<Front, FrontError> {
        Ok(Front {
            spectrogram: session(spectrogram)?,
            embedding: session(embedding)?,
            samples: Vec::with_capacity(2 * PIECE),
            rows: VecDeque::with_capacity(SEEN + ROWS),
        })
    }

    /// Forget the stream so far.
    pub fn reset(&mut self) {
        self.samples.clear();
        self.rows.clear();
    }

    /// Take samples at [`crate::message::HEARING_RATE`], any number; each embedding ends where a [`STEP`] does.
    pub fn push(&mut self, samples: &[f32]) -> Result<Vec<Embedding>, FrontError> {
        self.samples.extend(samples.iter().map(|sample| sample * FULL_SCALE));
        let mut embeddings = Vec::new();
        let mut used = 0;
        while self.samples.len() - used >= PIECE {
            let piece = self.samples[used..used + PIECE].to_vec();
            used += STEP;
            self.spectrum(piece)?;
            if self.rows.len() >= SEEN {
                embeddings.push(self.embed()?);
            }
        }
        self.samples.drain(..used);
        Ok(embeddings)
    }

    fn spectrum(&mut self, piece: Vec<f32>) -> Result<(), FrontError> {
        let input = Tensor::from_array(([1, PIECE], piece)).map_err(failed)?;
        let outputs = self.spectrogram.run(ort::inputs![input]).map_err(failed)?;
        let (_, numbers) = outputs[0].try_extract_tensor::<f32>().map_err(failed)?;
        let rows = numbers.as_chunks::<BANDS>().0;
        if rows.len() < ROWS {
            return Err(FrontError::Run("its spectrogram is too short".into()));
        }
        // The embedding was trained on a spectrogram of another scale.
        self.rows.extend(rows[..ROWS].iter().map(|row| row.map(|number| number / 10.0 + 2.0)));
        let spare = self.rows.len().saturating_sub(SEEN);
        self.rows.drain(..spare);
        Ok(())
    }

    fn embed(&mut self) -> Result<Embedding, FrontError> {
        let seen: Vec<f32> = self.rows.iter().flatten().copied().collect();
        let input = Tensor::from_array(([1, SEEN, BANDS, 1], seen)).map_err(failed)?;
        let outputs = self.embedding.run(ort::inputs![input]).map_err(failed)?;
        let (_, numbers) = outputs[0].try_extract_tensor::<f32>().map_err(failed)?;
        numbers.try_into().map_err(|_| FrontError::Run("its embedding has another width".into()))
    }
}

fn failed(error: ort::Error) -> FrontError {
    FrontError::Run(error.to_string())
}

fn session(model: &Path) -> Result<Session, FrontError> {
    crate::hear::session(model).map_err(|reason| FrontError::Load { path: model.into(), reason })
}
