//! How it goes with this process: counts, times and states, for the owner and for what watches machines. Nothing that anybody
//! said is here: only numbers, and names that stand in this code.
//!
//! `figures` is what is counted and timed, `spans` the same turn by turn for OpenTelemetry, `standing` how things are just now, `pulse`
//! whether the threads still work. There is
//! one of each a process, so that whoever has something to tell tells it in one call, and is handed nothing for it.

mod figures;
pub mod pulse;
mod spans;
mod standing;

pub use figures::{Count, Outcome, Stage, Summary, count, counted, exposition, reloaded, took};
pub use spans::{Spans, SpansError};
pub use standing::{
    Device, Doing, Event, Kept, Model, Snapshot, device, doing, flows, is_ready, muted, now, set_waiting, snapshot,
    trouble, warm, will_warm,
};
