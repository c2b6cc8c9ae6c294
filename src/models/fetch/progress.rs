//! What people see while models arrive.

use std::io::IsTerminal;
use std::sync::Mutex;

use indicatif::{ProgressBar, ProgressStyle};

/// Told of every step of a fetch.
pub trait Progress: Sync {
    /// Something happened; one line.
    fn note(&self, line: &str);
    /// `bytes` of `total` of the current file are here.
    fn at(&self, bytes: u64, total: u64);
    /// The current file is here, or its source is given up.
    fn end(&self);
}

/// Says nothing.
#[derive(Debug, Clone, Copy)]
pub struct Quiet;

impl Progress for Quiet {
    fn note(&self, _line: &str) {}
    fn at(&self, _bytes: u64, _total: u64) {}
    fn end(&self) {}
}

/// On standard error: a bar where it is a terminal, else only the notes.
#[derive(Debug, Default)]
pub struct Shown(Mutex<Option<ProgressBar>>);

impl Shown {
    fn bar<T>(&self, act: impl FnOnce(&mut Option<ProgressBar>) -> T) -> T {
        act(&mut self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner))
    }
}

impl Progress for Shown {
    fn note(&self, line: &str) {
        self.bar(|bar| match bar {
            Some(bar) => bar.suspend(|| eprintln!("{line}")),
            None => eprintln!("{line}"),
        });
    }

    fn at(&self, bytes: u64, total: u64) {
        if !std::io::stderr().is_terminal() {
            return;
        }
        self.bar(|bar| {
            let bar = bar.get_or_insert_with(|| {
                let style = ProgressStyle::with_template(
                    "  {bar:40} {decimal_bytes:>10} of {decimal_total_bytes}, {decimal_bytes_per_sec}, {eta} left",
                );
                let bar = ProgressBar::new(total);
                // A template that could not be read would only cost the looks.
                style.map(|style| bar.clone().with_style(style)).unwrap_or(bar)
            });
            bar.set_position(bytes.min(total));
        });
    }

    fn end(&self) {
        if let Some(bar) = self.bar(Option::take) {
            bar.finish_and_clear();
        }
    }
}
