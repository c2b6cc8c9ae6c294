//! What a loudspeaker plays, handed on as it leaves: the reference of whoever wants to hear past it. One writes, in an audio
//! callback, so that writing never allocates, locks or waits; who reads too late loses the oldest.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};

/// Samples kept: more than a second of any device.
const ROOM: usize = 1 << 16;

/// The writing end, and what both ends share. Samples are kept as the bits of `f32`.
#[derive(Debug)]
pub struct Tap {
    samples: Box<[AtomicU32]>,
    /// Samples ever written.
    written: AtomicU64,
    /// Samples a second; 0 before the device is open.
    rate: AtomicU32,
}

impl Default for Tap {
    fn default() -> Tap {
        let samples = (0..ROOM).map(|_| AtomicU32::new(0)).collect();
        Tap { samples, written: AtomicU64::new(0), rate: AtomicU32::new(0) }
    }
}

impl Tap {
    /// The device is open, at so many samples a second.
    pub fn open(&self, rate: u32) {
        self.rate.store(rate, Ordering::Release);
    }

    /// Samples a second; 0 before the device is open.
    pub fn rate(&self) -> u32 {
        self.rate.load(Ordering::Acquire)
    }

    /// This is played next; of two devices one after the other, never at once.
    pub fn write(&self, samples: impl Iterator<Item = f32>) {
        let mut written = self.written.load(Ordering::Relaxed);
        for sample in samples {
            self.samples[written as usize % ROOM].store(sample.to_bits(), Ordering::Relaxed);
            written += 1;
        }
        self.written.store(written, Ordering::Release);
    }

    /// Hear all that is played from now on.
    pub fn listen(self: &Arc<Tap>) -> Listener {
        Listener { tap: self.clone(), read: self.written.load(Ordering::Acquire) }
    }
}

/// The reading end.
#[derive(Debug)]
pub struct Listener {
    tap: Arc<Tap>,
    read: u64,
}

impl Listener {
    /// Samples a second now; 0 while there is no device.
    pub fn rate(&self) -> u32 {
        self.tap.rate()
    }

    /// Append what was played since the last time.
    pub fn read(&mut self, out: &mut Vec<f32>) {
        let written = self.tap.written.load(Ordering::Acquire);
        // Half of the room is left to the writer, who does not wait.
        self.read = self.read.max(written.saturating_sub(ROOM as u64 / 2));
        let sample = |at: u64| f32::from_bits(self.tap.samples[at as usize % ROOM].load(Ordering::Relaxed));
        out.extend((self.read..written).map(sample));
        self.read = written;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_played_is_heard_once_and_in_order() {
        let tap = Arc::new(Tap::default());
        tap.write([9.0].into_iter());
        let mut listener = tap.listen();
        let mut heard = Vec::new();
        listener.read(&mut heard);
        assert!(heard.is_empty(), "nobody hears what was played before they came");
        tap.write((0..500).map(|at| at as f32));
        tap.write([-1.0].into_iter());
        listener.read(&mut heard);
        listener.read(&mut heard);
        assert_eq!(heard.len(), 501);
        assert_eq!((heard[0], heard[499], heard[500]), (0.0, 499.0, -1.0));
    }

    #[test]
    fn who_reads_too_late_hears_the_latest() {
        let tap = Arc::new(Tap::default());
        let mut listener = tap.listen();
        tap.write((0..3 * ROOM).map(|at| at as f32));
        let mut heard = Vec::new();
        listener.read(&mut heard);
        assert_eq!(heard.len(), ROOM / 2);
        assert_eq!(heard.last(), Some(&((3 * ROOM - 1) as f32)));
    }
}
