//! Whisper through whisper.cpp, set up for short requests in a shop.

use std::ffi::{c_int, c_void};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

use whisper_rs::{FullParams, SamplingStrategy, WhisperContext, WhisperContextParameters, WhisperState};

use super::guard::{self, Evidence, Verdict};
use super::thread::StopFlag;
use super::{Bias, Recogniser, SttError, Way, level};
use crate::message::{HEARING_RATE, HeardWord, Transcript, Utterance};

/// Whisper takes at most this many tokens of prompt and attends to the last ones best.
const PROMPT_BUDGET: usize = 220;
/// Positions of the encoder a second of sound, and in its full 30-second window.
const CONTEXT_A_SECOND: f32 = 50.0;
const FULL_CONTEXT: c_int = 1500;
/// A cut context much under this repeats itself; margin beyond the end of the sound, and the step it must have.
const CONTEXT_FLOOR: c_int = 384;
const CONTEXT_MARGIN: c_int = 64;
const CONTEXT_STEP: c_int = 8;
/// Whisper hears nothing in less than this; short answers are padded with silence, in seconds.
const SHORTEST: f32 = 1.0;

pub struct Whisper {
    // Declared before the context that it borrows from inside the library.
    state: WhisperState,
    context: WhisperContext,
    threads: c_int,
    language: String,
    stop: StopFlag,
    prompt: Prompt,
}

/// The tokens of the bias used last: a conversation asks with the same one again and again.
#[derive(Default)]
struct Prompt {
    bias: Bias,
    tokens: Vec<c_int>,
}

/// One decoding of an utterance.
struct Attempt {
    text: String,
    evidence: Evidence,
    /// Words as written, with their mean log-probability.
    pieces: Vec<(String, f32)>,
}

impl Whisper {
    /// Load a ggml model. `language` is what is spoken ("en"): short words would otherwise flip the language.
    /// Setting `stop` makes a running recognition fail soon with [`SttError::Stopped`].
    pub fn load(model: &Path, language: &str, threads: usize, stop: StopFlag) -> Result<Self, SttError> {
        let failed = |reason: String| SttError::Load { path: model.into(), reason };
        if !model.is_file() {
            return Err(failed("there is no such file".into()));
        }
        // Routes whisper.cpp's chatter to hooks that say nothing; otherwise it fills standard error.
        whisper_rs::install_logging_hooks();
        let context = WhisperContext::new_with_params(model, WhisperContextParameters::default())
            .map_err(|error| failed(error.to_string()))?;
        let state = context.create_state().map_err(|error| failed(error.to_string()))?;
        Ok(Whisper {
            state,
            context,
            threads: threads.try_into().unwrap_or(1),
            language: language.into(),
            stop,
            prompt: Prompt::default(),
        })
    }

    fn attempt(&mut self, samples: &[f32], voiced: f32, way: Way) -> Result<Attempt, SttError> {
        let seconds = samples.len() as f32 / HEARING_RATE as f32;
        let mut params = FullParams::new(match way.hypotheses {
            0 | 1 => SamplingStrategy::Greedy { best_of: 1 },
            several => SamplingStrategy::BeamSearch { beam_size: several.into(), patience: -1.0 },
        });
        params.set_n_threads(self.threads);
        params.set_language(Some(&self.language));
        params.set_no_context(true);
        params.set_no_timestamps(true);
        params.set_single_segment(true);
        params.set_temperature(0.0);
        params.set_temperature_inc(0.0);
        params.set_suppress_nst(true);
        params.set_suppress_blank(true);
        params.set_print_progress(false);
        params.set_print_realtime(false);
        params.set_print_timestamps(false);
        params.set_print_special(false);
        // The fastest speakers reach some 7 tokens a second.
        params.set_max_tokens(12 + (9.0 * seconds) as c_int);
        params.set_audio_ctx(if way.whole { FULL_CONTEXT } else { fitted_context(seconds) });
        params.set_tokens(if way.biased { &self.prompt.tokens } else { &[] });
        // SAFETY: the flag lives in an Arc that `self.stop` holds beyond this call; the callback only reads it.
        unsafe {
            params.set_abort_callback_user_data(self.stop.as_ptr().cast_mut().cast());
            params.set_abort_callback(Some(stopped));
        }
        if let Err(error) = self.state.full(params, samples) {
            return Err(if self.stop.is_set() { SttError::Stopped } else { SttError::Run(error.to_string()) });
        }
        Ok(self.result(voiced))
    }

    fn result(&self, voiced_seconds: f32) -> Attempt {
        let mut bytes = Vec::new();
        let (mut sum, mut count, mut no_speech) = (0.0, 0u32, 0.0f32);
        let mut words: Vec<(Vec<u8>, f32, u32)> = Vec::new();
        let end = self.context.token_eot();
        for segment in self.state.as_iter() {
            no_speech = no_speech.max(segment.no_speech_probability());
            // A token may end within a character: bytes are joined first.
            bytes.extend_from_slice(segment.to_bytes().unwrap_or_default());
            for token in (0..segment.n_tokens()).filter_map(|at| segment.get_token(at)) {
                if token.token_id() >= end {
                    continue;
                }
                let (piece, plog) = (token.to_bytes().unwrap_or_default(), token.token_data().plog);
                sum += plog;
                count += 1;
                match words.last_mut() {
                    Some((word, sum, count)) if !piece.starts_with(b" ") => {
                        word.extend_from_slice(piece);
                        *sum += plog;
                        *count += 1;
                    }
                    _ => words.push((piece.to_vec(), plog, 1)),
                }
            }
        }
        let text = guard::without_annotations(&String::from_utf8_lossy(&bytes));
        let log_probability = if count == 0 { 0.0 } else { sum / count as f32 };
        let written = |word: &[u8]| String::from_utf8_lossy(word).trim().to_string();
        let pieces: Vec<(String, f32)> =
            words.iter().map(|(word, sum, count)| (written(word), sum / *count as f32)).collect();
        let surest_word = pieces.iter().map(|(_, log)| log.exp()).fold(0.0, f32::max);
        Attempt { text, evidence: Evidence { voiced_seconds, log_probability, no_speech, surest_word }, pieces }
    }

    fn prepare(&mut self, bias: &Bias) {
        if self.prompt.bias == *bias {
            return;
        }
        let cost = |phrase: &str| self.context.tokenize(&format!(" {phrase}"), 256).map_or(usize::MAX / 2, |t| t.len());
        let text = bias.prompt(PROMPT_BUDGET, cost);
        let tokens = if text.is_empty() { Ok(Vec::new()) } else { self.context.tokenize(&format!(" {text}."), 512) };
        self.prompt = Prompt { bias: bias.clone(), tokens: tokens.unwrap_or_default() };
    }
}

impl Recogniser for Whisper {
    fn transcribe_by(&mut self, way: Way, utterance: &Utterance, bias: &Bias) -> Result<Transcript, SttError> {
        let mut samples = level::normalised(&utterance.samples);
        let shortest = (SHORTEST * HEARING_RATE as f32) as usize;
        if samples.len() < shortest {
            samples.resize(shortest, 0.0);
        }
        let voiced = utterance.voiced_seconds;
        self.prepare(bias);
        let heard = self.attempt(&samples, voiced, way)?;
        let verdict = guard::judge(&heard.text, &heard.evidence);
        let text = guard::without_repetition(&heard.text, voiced);
        let words = located(&text, &heard.pieces);
        // What a circle leaves may be no more than noise: "a a a a a" over a hiss.
        let surest_word = words.iter().map(|word| word.probability).fold(0.0, f32::max);
        let left = Evidence { surest_word, ..heard.evidence };
        let circled = guard::repeats(&heard.text, voiced) && surest_word < guard::SURE_OF_A_ROUND;
        if verdict == Verdict::Invented || circled || guard::judge(&text, &left) == Verdict::Invented {
            return Ok(Transcript { doubtful: verdict == Verdict::Doubtful, ..guard::nothing(&heard.evidence) });
        }
        Ok(Transcript {
            words,
            text,
            log_probability: heard.evidence.log_probability,
            no_speech: heard.evidence.no_speech,
            doubtful: verdict == Verdict::Doubtful,
        })
    }
}

/// Where in `text` each piece stands; what the guard has cut away is left out.
fn located(text: &str, pieces: &[(String, f32)]) -> Vec<HeardWord> {
    let mut from = 0;
    let place = |(piece, log_probability): &(String, f32)| {
        let start = from + text[from..].find(piece.as_str()).filter(|_| !piece.is_empty())?;
        from = start + piece.len();
        Some(HeardWord { span: start..from, probability: log_probability.exp() })
    };
    pieces.iter().filter_map(place).collect()
}

/// Encoder positions for sound of that length: what is not there need not be encoded.
fn fitted_context(seconds: f32) -> c_int {
    let needed = (seconds * CONTEXT_A_SECOND).ceil() as c_int + CONTEXT_MARGIN;
    let stepped = (needed + CONTEXT_STEP - 1) / CONTEXT_STEP * CONTEXT_STEP;
    stepped.clamp(CONTEXT_FLOOR, FULL_CONTEXT)
}

unsafe extern "C" fn stopped(flag: *mut c_void) -> bool {
    // SAFETY: `attempt` gives the address of an AtomicBool that outlives the call.
    unsafe { &*flag.cast::<AtomicBool>() }.load(Ordering::Relaxed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_context_fits_the_sound_in_steps_with_a_floor() {
        assert_eq!(fitted_context(1.0), CONTEXT_FLOOR);
        assert_eq!(fitted_context(10.0), 568);
        assert_eq!(fitted_context(10.0) % CONTEXT_STEP, 0);
        assert_eq!(fitted_context(29.9), FULL_CONTEXT);
    }

    #[test]
    fn a_missing_model_says_what_to_do() {
        let missing = Whisper::load(Path::new("/nowhere/model.bin"), "en", 2, StopFlag::default());
        let message = missing.err().unwrap().to_string();
        assert!(message.contains("/nowhere/model.bin") && message.contains("models fetch"), "{message}");
    }
}
