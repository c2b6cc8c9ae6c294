//! What the measuring programs share: their command line, and times in order.

use std::path::PathBuf;

use clap::Parser;

#[derive(Parser)]
pub struct Args {
    /// Directory with the evaluation data
    pub dir: PathBuf,
    /// Write what was understood, one entry a line
    #[arg(long)]
    pub predictions: Option<PathBuf>,
    /// Print each that was not wholly right
    #[arg(long)]
    pub misses: bool,
}

/// Times in microseconds.
#[derive(Default)]
pub struct Times(Vec<u128>);

impl Times {
    pub fn push(&mut self, time: std::time::Duration) {
        self.0.push(time.as_micros());
    }

    pub fn extend(&mut self, other: Times) {
        self.0.extend(other.0);
    }

    /// "p50 61 p99 240".
    pub fn percentiles(&mut self) -> String {
        self.0.sort_unstable();
        let at = |share: f64| {
            let place = (self.0.len() as f64 * share) as usize;
            self.0.get(place.min(self.0.len().saturating_sub(1))).copied().unwrap_or(0)
        };
        format!("p50 {} p99 {}", at(0.5), at(0.99))
    }
}

/// The time that this share of all, 0 … 1, stay below; nothing of none.
pub fn percentile(times: &mut [f64], share: f64) -> f64 {
    times.sort_by(f64::total_cmp);
    times.get(((times.len() as f64 * share) as usize).min(times.len().saturating_sub(1))).copied().unwrap_or_default()
}

/// Processor time of this process, all threads.
pub fn processor_seconds() -> f32 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    // After the name in brackets: the 12th and 13th fields are the time in user and in system, in hundredths.
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
    let hundredths = |at: usize| fields.get(at).and_then(|field| field.parse::<f32>().ok()).unwrap_or_default();
    (hundredths(11) + hundredths(12)) / 100.0
}
