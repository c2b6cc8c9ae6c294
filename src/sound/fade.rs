//! How a loudspeaker falls silent and goes on: by fading, for a voice that is cut off clicks. A device's callback draws its
//! samples through a [`Fader`]; whoever wants silence says so in a [`Wish`].

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

/// From full voice to silence, and back.
pub const FADE: Duration = Duration::from_millis(40);

/// What is wanted of the callback.
#[derive(Debug, Default)]
pub struct Wish {
    held: AtomicBool,
    /// Of the samples ever given, those up to here are to be dropped unplayed.
    forget: AtomicU64,
}

impl Wish {
    /// Be silent and keep what is queued, or go on with it.
    pub fn hold(&self, held: bool) {
        self.held.store(held, Ordering::Release);
    }

    pub fn is_held(&self) -> bool {
        self.held.load(Ordering::Acquire)
    }

    /// Drop what is queued up to this sample, counted from the first ever given.
    pub fn forget(&self, until: u64) {
        self.forget.store(until, Ordering::Release);
    }
}

/// How loud a device is just now, from sample to sample.
#[derive(Debug)]
pub struct Fader {
    gain: f32,
    step: f32,
    /// What comes next is something new, and begins as it begins.
    fresh: bool,
}

impl Fader {
    /// For a device of so many samples a second.
    pub fn new(rate: u32) -> Fader {
        Fader { gain: 1.0, step: 1.0 / (FADE.as_secs_f32() * rate as f32).max(1.0), fresh: false }
    }

    /// The sample to be played next. `taken` counts the samples ever drawn from `queue`.
    pub fn next(&mut self, wish: &Wish, queue: &mut impl Iterator<Item = f32>, taken: &mut u64) -> f32 {
        let held = wish.is_held();
        let until = wish.forget.load(Ordering::Acquire);
        if held || *taken < until {
            self.gain = (self.gain - self.step).max(0.0);
            if self.gain == 0.0 {
                while *taken < until && queue.next().is_some() {
                    *taken += 1;
                    self.fresh = true;
                }
                if held || *taken < until {
                    return 0.0;
                }
            }
        }
        if !held && *taken >= until {
            self.gain = if std::mem::take(&mut self.fresh) { 1.0 } else { (self.gain + self.step).min(1.0) };
        }
        match queue.next() {
            Some(sample) => {
                *taken += 1;
                sample * self.gain
            }
            None => 0.0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RATE: u32 = 1_000;
    const STEPS: usize = 40;

    fn play(fader: &mut Fader, wish: &Wish, queue: &mut impl Iterator<Item = f32>, taken: &mut u64) -> Vec<f32> {
        (0..2 * STEPS).map(|_| fader.next(wish, queue, taken)).collect()
    }

    fn clicks(played: &[f32]) -> bool {
        played.windows(2).any(|pair| (pair[1] - pair[0]).abs() > 1.5 / STEPS as f32)
    }

    #[test]
    fn what_is_held_fades_out_and_goes_on_where_it_was() {
        let (mut fader, wish) = (Fader::new(RATE), Wish::default());
        let (mut queue, mut taken) = (vec![1.0; 1_000].into_iter(), 0);
        assert_eq!(play(&mut fader, &wish, &mut queue, &mut taken), vec![1.0; 2 * STEPS]);
        wish.hold(true);
        let fading = play(&mut fader, &wish, &mut queue, &mut taken);
        assert!(!clicks(&fading) && fading[STEPS..].iter().all(|sample| *sample == 0.0), "{fading:?}");
        let left = queue.len();
        play(&mut fader, &wish, &mut queue, &mut taken);
        assert_eq!(queue.len(), left, "nothing is lost while it is held");
        wish.hold(false);
        let back = play(&mut fader, &wish, &mut queue, &mut taken);
        assert!(!clicks(&back) && back[STEPS..].iter().all(|sample| *sample == 1.0), "{back:?}");
        assert_eq!(taken as usize, 1_000 - queue.len());
    }

    #[test]
    fn what_is_forgotten_fades_out_and_what_comes_after_it_is_played_whole() {
        for held in [false, true] {
            let (mut fader, wish) = (Fader::new(RATE), Wish::default());
            let mut queue = vec![1.0; 500].into_iter().chain(vec![0.5; 10]);
            let mut taken = 0;
            play(&mut fader, &wish, &mut queue, &mut taken);
            wish.hold(held);
            wish.forget(500);
            let fading = play(&mut fader, &wish, &mut queue, &mut taken);
            assert!(!clicks(&fading[..STEPS - 1]), "{fading:?}");
            wish.hold(false);
            let after = play(&mut fader, &wish, &mut queue, &mut taken);
            let heard: f32 = fading[STEPS - 1..].iter().chain(&after).sum();
            assert_eq!(taken, 510);
            assert!((heard - 5.0).abs() < 0.1, "{heard}");
        }
    }
}
