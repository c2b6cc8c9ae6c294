//! Model files: which there are, whether they are whole, and how they get here.
//!
//! `models/manifest.toml` names every file with its size, sha256, sources and licence. A [`Store`] is the directory that
//! holds them, the same for every checkout of a user. Engines ask it for a path and get one only if the file is
//! whole; `saycart models fetch` is the only thing that touches the network.
//!
//! ```text
//! manifest → store (is it there, is it whole) → fetch (address | package → verified file) → convert (weights → ggml)
//!                     └ runtime (probes the ONNX library before anything links to it)
//! ```

pub mod convert;
mod error;
pub mod fetch;
mod manifest;
pub mod runtime;
mod store;

pub use error::{ModelError, human};
pub use fetch::{Outcome, Progress, Quiet, Shown};
pub use manifest::{Address, File, Input, Join, Making, Manifest, ManifestError, Model, Package, Source, Step};
pub use store::{State, Store};
