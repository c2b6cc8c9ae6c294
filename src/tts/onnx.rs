//! What the voices that are ONNX models have in common: how a model is opened, and how it is told that it could not be.

use std::path::Path;

use ort::session::Session;

use super::TtsError;

pub(super) fn failed(path: &Path, reason: &dyn std::fmt::Display) -> TtsError {
    TtsError::Load { path: path.into(), reason: reason.to_string() }
}

/// Threads that spin while they wait took half as much processor time again, and starved the recogniser.
pub(super) fn session(model: &Path) -> Result<Session, TtsError> {
    let open =
        || Session::builder()?.with_intra_op_spinning(false)?.with_inter_op_spinning(false)?.commit_from_file(model);
    open().map_err(|error: ort::Error| failed(model, &error))
}
