//! Hearing past our own voice: what the loudspeaker plays is taken out of what the microphone hears (WebRTC's AEC3). The
//! delay between the two it finds by itself, up to half a second.

use std::sync::Arc;

use sonora::high_pass_filter::HighPassFilter;
use sonora_aec3::block::Block;
use sonora_aec3::block_processor::BlockProcessor;
use sonora_aec3::common::BLOCK_SIZE;
use sonora_aec3::config::EchoCanceller3Config;

use crate::config::Interrupt;
use crate::message::HEARING_RATE;
use crate::sound::tap::Listener;
use crate::sound::{Resampler, Sink, Tap, server};

/// Samples of a step, at [`HEARING_RATE`]: 4 ms.
const STEP: usize = BLOCK_SIZE;
/// Sound that must have been played before the echo can be told from a voice, in steps; until then nothing is heard while
/// something is played. The filter is there after a second of speech in every room that was tried.
const LEARNING: usize = 375;
/// Steps after the last sound in which it still rings in the room.
const RINGING: usize = 100;
/// Louder steps are sound, in mean square: −60 dBFS.
const SOUND: f32 = 1e-6;
/// How long a room's echo is subtracted, in steps, by the filter and by its quick shadow: 128 and 96 ms. WebRTC's 52 ms leave a
/// room's reverberation in it, which then is suppressed, and somebody's first sounds with it.
const FILTER: usize = 32;
const SHADOW: usize = 24;
/// The canceller takes samples of this full scale; those beyond the other were cut by the microphone.
const FULL: f32 = 32_768.0;
const SATURATED: f32 = 32_700.0;

/// How a conversation hears while it speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Duplex {
    /// Not at all, for it would hear itself.
    Half,
    /// All the time.
    Full,
}

/// Whether people may be heard while the loudspeaker plays, and what takes it out of what is heard where that is to be done
/// here. `microphone`: its name.
pub fn arrange(interrupt: Interrupt, microphone: &str, loudspeaker: &dyn Sink) -> (Duplex, Option<Canceller>) {
    if interrupt != Interrupt::Never && is_cancelled(&server::microphone(microphone)) {
        tracing::info!("the sound server takes our own voice out of what is heard");
        return (Duplex::Full, None);
    }
    match loudspeaker.tap().filter(|_| interrupt == Interrupt::Always) {
        Some(tap) => (Duplex::Full, Some(Canceller::new(&tap))),
        None => (Duplex::Half, None),
    }
}

/// PulseAudio's module calls its microphone `….echo-cancel`, PipeWire's `echo-cancel-source`.
fn is_cancelled(name: &str) -> bool {
    let name: String = name.to_lowercase().chars().filter(char::is_ascii_alphanumeric).collect();
    name.contains("echocancel")
}

/// What is heard beside a loudspeaker, twice, sample by sample.
#[derive(Debug, Default, Clone, PartialEq)]
pub struct Cleaned {
    /// Whether anybody speaks is told by this: what might be our own voice is suppressed, and a voice in the same moment with it.
    pub told: Vec<f32>,
    /// What they say is heard in this: what is known of our own voice is subtracted, and a little of it stays.
    pub heard: Vec<f32>,
    /// The loudspeaker plays, or rings in the room.
    pub over: bool,
}

/// Takes what a loudspeaker plays out of what is heard.
pub struct Canceller {
    processor: BlockProcessor,
    /// Rumble and the microphone's offset go first.
    high_pass: HighPassFilter,
    block: Block,
    linear: Block,
    listener: Listener,
    /// Of the loudspeaker's rate; none before it is known.
    resampler: Option<(u32, Resampler)>,
    played: Vec<f32>,
    /// Played and heard, short of a step.
    far: Vec<f32>,
    near: Vec<f32>,
    /// Steps of sound that were played, and those since the last.
    learnt: usize,
    since: usize,
}

impl Canceller {
    pub fn new(tap: &Arc<Tap>) -> Canceller {
        Canceller {
            processor: processor(),
            high_pass: HighPassFilter::new(HEARING_RATE as i32, 1),
            block: Block::new(1, 1),
            linear: Block::new(1, 1),
            listener: tap.listen(),
            resampler: None,
            played: Vec::new(),
            far: Vec::new(),
            near: Vec::new(),
            learnt: 0,
            since: usize::MAX,
        }
    }

    /// What is heard beside the loudspeaker; as many samples as are given, but for what is short of a step, which comes with
    /// the next ones.
    pub fn clean(&mut self, samples: &[f32]) -> Cleaned {
        self.follow();
        let mut heard = [samples.iter().map(|sample| sample * FULL).collect::<Vec<f32>>()];
        let saturated = heard[0].iter().any(|sample| sample.abs() >= SATURATED);
        self.high_pass.process_channels(&mut heard);
        self.near.extend_from_slice(&heard[0]);
        let whole = self.near.len() - self.near.len() % STEP;
        let mut cleaned = Cleaned::default();
        for near in self.near[..whole].chunks_exact(STEP) {
            self.block.view_mut(0, 0).copy_from_slice(near);
            // Before anything was played the canceller leaves both as they are.
            self.linear.view_mut(0, 0).copy_from_slice(near);
            self.processor.process_capture(false, saturated, Some(&mut self.linear), &mut self.block);
            self.since = self.since.saturating_add(1);
            if self.learnt < LEARNING && self.since < RINGING {
                cleaned.told.extend([0.0; STEP]);
                cleaned.heard.extend([0.0; STEP]);
            } else {
                cleaned.told.extend(self.block.view(0, 0).iter().map(|sample| sample / FULL));
                cleaned.heard.extend(self.linear.view(0, 0).iter().map(|sample| sample / FULL));
            }
        }
        self.near.drain(..whole);
        cleaned.over = self.since < RINGING;
        cleaned
    }

    /// Another microphone hears another room.
    pub fn forget(&mut self) {
        self.processor = processor();
        self.near.clear();
        (self.learnt, self.since) = (0, usize::MAX);
    }

    /// Hear what was played meanwhile. It is always played before it is heard.
    fn follow(&mut self) {
        let rate = self.listener.rate();
        self.played.clear();
        self.listener.read(&mut self.played);
        if rate == 0 {
            return;
        }
        if self.resampler.as_ref().is_none_or(|(known, _)| *known != rate) {
            match Resampler::new(rate) {
                Ok(resampler) => self.resampler = Some((rate, resampler)),
                Err(error) => return tracing::warn!("{error}"),
            }
        }
        if let Some((_, resampler)) = &mut self.resampler
            && let Err(error) = resampler.push(&self.played, &mut self.far)
        {
            tracing::debug!("echo cancellation: {error}");
        }
        let whole = self.far.len() - self.far.len() % STEP;
        for far in self.far[..whole].chunks_exact(STEP) {
            self.block.view_mut(0, 0).iter_mut().zip(far).for_each(|(block, sample)| *block = sample * FULL);
            self.processor.buffer_render(&self.block);
            if far.iter().map(|sample| sample * sample).sum::<f32>() / STEP as f32 > SOUND {
                self.learnt = self.learnt.saturating_add(1);
                self.since = 0;
            }
        }
        self.far.drain(..whole);
    }
}

/// As WebRTC has it, but for what it takes for granted of a loudspeaker that it knows nothing of: as long as the echo is
/// subtracted well, a voice over it is kept, and comes through at once. Tried in made-up rooms.
fn processor() -> BlockProcessor {
    let mut config = EchoCanceller3Config::default();
    config.filter.export_linear_aec_output = true;
    (config.filter.refined.length_blocks, config.filter.coarse.length_blocks) = (FILTER, SHADOW);
    // How much better than nothing subtraction can be believed to be, below and above 2 kHz, in power.
    (config.erle.max_l, config.erle.max_h) = (100.0, 30.0);
    let voice = &mut config.suppressor.dominant_nearend_detection;
    (voice.enr_threshold, voice.snr_threshold, voice.trigger_threshold) = (1.0, 10.0, 6);
    BlockProcessor::new(&config, HEARING_RATE as usize, 1, 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sound::replay::Notes;

    /// Noise that swells and ebbs as speech does, always the same for a seed.
    fn noise(seed: u64, steps: usize) -> Vec<Vec<f32>> {
        let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
        let mut next = || {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            (state >> 40) as f32 / (1u64 << 23) as f32 - 1.0
        };
        let swell = |step: usize| 0.1 * (0.2 + (step as f32 / 32.0).sin().abs());
        (0..steps).map(|step| (0..STEP).map(|_| swell(step) * next()).collect()).collect()
    }

    fn power(steps: &[Vec<f32>]) -> f32 {
        let samples = steps.iter().map(Vec::len).sum::<usize>().max(1);
        steps.iter().flatten().map(|sample| sample * sample).sum::<f32>() / samples as f32
    }

    /// What comes out where `far` is played and heard half as loud, so many steps later, beside `near`.
    fn cleaned(far: &[Vec<f32>], late: usize, near: &[Vec<f32>]) -> Vec<Vec<f32>> {
        let tap = Arc::new(Tap::default());
        tap.open(HEARING_RATE);
        let mut canceller = Canceller::new(&tap);
        let heard = |step: usize| {
            tap.write(far[step].iter().copied());
            let echo = step.checked_sub(late).map_or(vec![0.0; STEP], |then| far[then].clone());
            let samples: Vec<f32> = echo.iter().zip(&near[step]).map(|(echo, near)| 0.5 * echo + near).collect();
            canceller.clean(&samples).told
        };
        (0..far.len()).map(heard).collect()
    }

    #[test]
    fn what_is_played_is_taken_out_of_what_is_heard_however_late_it_is() {
        let (far, near) = (noise(1, 2_000), vec![vec![0.0; STEP]; 2_000]);
        for late in [5, 30, 75] {
            let clean = cleaned(&far, late, &near);
            let gone = power(&far[1_500..]) * 0.25 / power(&clean[1_500..]).max(1e-12);
            assert!(gone > 100.0, "{late} steps: {:.0} dB", 10.0 * gone.log10());
        }
    }

    #[test]
    fn a_voice_beside_silence_is_left_as_it_is() {
        let mut far = noise(1, 2_000);
        far[1_500..].fill(vec![0.0; STEP]);
        let mut near = noise(2, 2_000);
        near[..1_750].fill(vec![0.0; STEP]);
        let clean = cleaned(&far, 30, &near);
        let kept = power(&clean[1_800..]) / power(&near[1_800..]);
        assert!((0.5..1.5).contains(&kept), "{kept}");
    }

    #[test]
    fn nothing_is_heard_of_what_is_played_before_the_room_is_known() {
        let (far, near) = (noise(1, LEARNING), vec![vec![0.0; STEP]; LEARNING]);
        assert_eq!(power(&cleaned(&far, 30, &near)[..LEARNING - 1]), 0.0);
    }

    #[test]
    fn a_microphone_of_which_the_server_takes_the_echo_is_known_by_its_name() {
        assert!(is_cancelled("alsa_input.usb-Jabra.mono.echo-cancel") && is_cancelled("Echo-Cancel Source"));
        assert!(!is_cancelled("default") && !is_cancelled("alsa_input.pci-0000.analog-stereo"));
    }

    #[test]
    fn who_cannot_hear_past_itself_does_not_listen_while_it_speaks() {
        let (notes, _) = Notes::new();
        let duplex = |interrupt, microphone| arrange(interrupt, microphone, &notes).0;
        assert_eq!(duplex(Interrupt::Auto, "front desk"), Duplex::Half);
        // It does not tell what it plays.
        assert_eq!(duplex(Interrupt::Always, "front desk"), Duplex::Half);
        for interrupt in [Interrupt::Auto, Interrupt::Always] {
            assert_eq!(duplex(interrupt, "echo-cancel-source"), Duplex::Full);
        }
        assert_eq!(duplex(Interrupt::Never, "echo-cancel-source"), Duplex::Half);
    }
}
