//! Whisper through whisper.cpp, set up for short requests in a shop.

mod answers;
mod prior;

use std::ffi::{c_int, c_void};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

use whisper_rs::{
    FullParams, SamplingStrategy, WhisperContext, WhisperContextParameters, WhisperSegment, WhisperState,
    WhisperSysContext, WhisperSysState, WhisperTokenData, WhisperTokenId,
};

use answers::Answers;
use prior::Prior;

use super::hypothesis::Hypothesis;
use super::thread::StopFlag;
use super::{Bias, Listener, SttError, Way, guard, level};
use crate::message::{HEARING_RATE, Hearing, Transcript, Utterance};

/// Whisper takes at most this many tokens of prompt and attends to the last ones best.
const PROMPT_BUDGET: usize = 220;
/// Where a language model tells what to expect, so many do as well, and cost half the time.
const EXPECTING_BUDGET: usize = 100;
/// Positions of the encoder a second of sound, and in its full 30-second window.
const CONTEXT_A_SECOND: f32 = 50.0;
const FULL_CONTEXT: c_int = 1500;
/// A cut context much under this repeats itself; margin beyond the end of the sound, and the step it must have.
const CONTEXT_FLOOR: c_int = 384;
const CONTEXT_MARGIN: c_int = 64;
const CONTEXT_STEP: c_int = 8;
/// What is less likely than a finished hypothesis by more than this is given up, in nats.
const PATIENCE: f32 = 4.0;
/// Tokens of what may be said alone: the name of one thing.
const LONGEST_ANSWER: c_int = 14;
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
    /// Tokens that are neither a word nor a part of one: commas and the like.
    marks: Vec<WhisperTokenId>,
    prior: Option<Prior>,
    answers: Option<Answers>,
}

/// What decoding may write, and what it is to expect.
struct Filter<'a> {
    forbidden: &'a [WhisperTokenId],
    prior: Option<&'a Prior>,
    answers: Option<&'a Answers>,
}

/// The tokens of the bias used last: a conversation asks with the same one again and again.
#[derive(Default)]
struct Prompt {
    bias: Bias,
    budget: usize,
    tokens: Vec<c_int>,
}

impl Whisper {
    /// Load a ggml model. `language` is what is spoken ("en"): short words would otherwise flip the language.
    /// Setting `stop` makes a running recognition fail soon with [`SttError::Stopped`].
    pub fn load(model: &Path, language: &str, threads: usize, stop: StopFlag) -> Result<Self, SttError> {
        let failed = |reason: String| SttError::Load { path: model.into(), reason };
        if !model.is_file() {
            return Err(failed("there is no such file".into()));
        }
        let lacks = super::processor::lacks();
        if !lacks.is_empty() {
            return Err(SttError::Processor(lacks.join(", ")));
        }
        // Routes whisper.cpp's chatter to hooks that say nothing; otherwise it fills standard error.
        whisper_rs::install_logging_hooks();
        let context = WhisperContext::new_with_params(model, WhisperContextParameters::default())
            .map_err(|error| failed(error.to_string()))?;
        let state = context.create_state().map_err(|error| failed(error.to_string()))?;
        let marks =
            (0..context.token_eot()).filter(|token| context.token_to_bytes(*token).is_ok_and(is_mark)).collect();
        Ok(Whisper {
            marks,
            prior: None,
            answers: None,
            state,
            context,
            threads: threads.try_into().unwrap_or(1),
            language: language.into(),
            stop,
            prompt: Prompt::default(),
        })
    }

    /// Expectant listening will hold likelier what these examples of what people may say make likely.
    pub fn expect(&mut self, requests: &[String]) {
        self.prior = Some(Prior::of(&self.context, requests));
    }

    /// What answers may be.
    pub fn answered(&mut self, answers: &[String]) {
        self.answers = Some(Answers::of(&self.context, answers));
    }

    fn decode(&mut self, samples: &[f32], way: Way, most_tokens: c_int) -> Result<(), SttError> {
        let seconds = samples.len() as f32 / HEARING_RATE as f32;
        let mut params = FullParams::new(match way.hypotheses {
            0 | 1 => SamplingStrategy::Greedy { best_of: 1 },
            several => SamplingStrategy::BeamSearch { beam_size: several.into(), patience: PATIENCE },
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
        params.set_max_tokens(most_tokens);
        params.set_audio_ctx(if way.whole { FULL_CONTEXT } else { fitted_context(seconds) });
        params.set_tokens(if way.biased { &self.prompt.tokens } else { &[] });
        // SAFETY: the flag lives in an Arc that `self.stop` holds beyond this call; the callback only reads it.
        unsafe {
            params.set_abort_callback_user_data(self.stop.as_ptr().cast_mut().cast());
            params.set_abort_callback(Some(stopped));
        }
        let filter = Filter {
            forbidden: if way.marked { &[] } else { &self.marks },
            prior: self.prior.as_ref().filter(|_| way.expecting),
            answers: self.answers.as_ref().filter(|_| way.alone),
        };
        // SAFETY: `filter` lives beyond the call; the callback only reads it.
        unsafe {
            params.set_filter_logits_callback_user_data((&raw const filter).cast_mut().cast());
            params.set_filter_logits_callback(Some(filtered));
        }
        if let Err(error) = self.state.full(params, samples) {
            return Err(if self.stop.is_set() { SttError::Stopped } else { SttError::Run(error.to_string()) });
        }
        Ok(())
    }

    /// The hypotheses of the last run, the likeliest first: a segment each, for a run makes only one otherwise.
    fn hypotheses(&self, voiced_seconds: f32) -> Hearing {
        let transcript = |segment: WhisperSegment<'_>| self.hypothesis(&segment).transcript(voiced_seconds);
        let hypotheses = self.state.as_iter().map(transcript).enumerate();
        hypotheses.filter(|(rank, heard)| *rank == 0 || !heard.text.is_empty()).map(|(_, heard)| heard).collect()
    }

    /// The hypotheses of the last run as they are, each as likely as all of it is, its end too.
    fn as_they_are(&self) -> Hearing {
        let transcript = |segment: WhisperSegment<'_>| {
            let tokens = (0..segment.n_tokens()).filter_map(|at| segment.get_token(at));
            let log_likelihood = tokens.map(|token| token.token_data().plog).sum();
            let Hypothesis { text, log_probability, no_speech, .. } = self.hypothesis(&segment);
            Transcript { text, log_probability, log_likelihood, no_speech, ..Transcript::default() }
        };
        self.state.as_iter().map(transcript).filter(|heard| !heard.text.is_empty()).collect()
    }

    fn hypothesis(&self, segment: &WhisperSegment<'_>) -> Hypothesis {
        let (mut sum, mut count) = (0.0, 0u32);
        let mut words: Vec<(Vec<u8>, f32, u32)> = Vec::new();
        let end = self.context.token_eot();
        for token in (0..segment.n_tokens()).filter_map(|at| segment.get_token(at)) {
            if token.token_id() >= end {
                continue;
            }
            let (piece, plog) = (token.to_bytes().unwrap_or_default(), token.token_data().plog);
            sum += plog;
            count += 1;
            match words.last_mut() {
                Some((word, sum, count)) if !piece.starts_with(b" ") => {
                    // A token may end within a character: bytes are joined first.
                    word.extend_from_slice(piece);
                    *sum += plog;
                    *count += 1;
                }
                _ => words.push((piece.to_vec(), plog, 1)),
            }
        }
        let written = |word: &[u8]| String::from_utf8_lossy(word).trim().to_string();
        Hypothesis {
            text: guard::without_annotations(&String::from_utf8_lossy(segment.to_bytes().unwrap_or_default())),
            pieces: words.iter().map(|(word, sum, count)| (written(word), sum / *count as f32)).collect(),
            log_likelihood: sum,
            log_probability: if count == 0 { 0.0 } else { sum / count as f32 },
            no_speech: segment.no_speech_probability(),
        }
    }

    fn prepare(&mut self, bias: &Bias, budget: usize) {
        if self.prompt.bias == *bias && self.prompt.budget == budget {
            return;
        }
        let cost = |phrase: &str| self.context.tokenize(&format!(" {phrase}"), 256).map_or(usize::MAX / 2, |t| t.len());
        let text = bias.prompt(budget, cost);
        let tokens = if text.is_empty() { Ok(Vec::new()) } else { self.context.tokenize(&format!(" {text}."), 512) };
        self.prompt = Prompt { bias: bias.clone(), budget, tokens: tokens.unwrap_or_default() };
    }
}

impl Listener for Whisper {
    fn listen(&mut self, way: Way, utterance: &Utterance, bias: &Bias) -> Result<Hearing, SttError> {
        let mut samples = level::normalised(&utterance.samples);
        let shortest = (SHORTEST * HEARING_RATE as f32) as usize;
        if samples.len() < shortest {
            samples.resize(shortest, 0.0);
        }
        if way.alone {
            self.decode(&samples, way, LONGEST_ANSWER)?;
            let mut heard = self.as_they_are();
            self.decode(&samples, Way { alone: false, ..way }, LONGEST_ANSWER)?;
            heard.extend(self.as_they_are());
            return Ok(heard);
        }
        self.prepare(bias, if way.expecting { EXPECTING_BUDGET } else { PROMPT_BUDGET });
        // The fastest speakers reach some 7 tokens a second.
        self.decode(&samples, way, 12 + (9.0 * samples.len() as f32 / HEARING_RATE as f32) as c_int)?;
        Ok(self.hypotheses(utterance.voiced_seconds))
    }
}

/// Encoder positions for sound of that length: what is not there need not be encoded.
fn fitted_context(seconds: f32) -> c_int {
    let needed = (seconds * CONTEXT_A_SECOND).ceil() as c_int + CONTEXT_MARGIN;
    let stepped = (needed + CONTEXT_STEP - 1) / CONTEXT_STEP * CONTEXT_STEP;
    stepped.clamp(CONTEXT_FLOOR, FULL_CONTEXT)
}

/// Neither letters nor figures; hyphens and apostrophes belong to words, and so may what is not ASCII.
fn is_mark(token: &[u8]) -> bool {
    token != b"'" && token != b"-" && token.iter().all(|byte| byte.is_ascii() && !byte.is_ascii_alphanumeric())
}

/// Behind the logits stands room for what each token gains beside them (patches/).
unsafe extern "C" fn filtered(
    _: *mut WhisperSysContext,
    _: *mut WhisperSysState,
    said: *const WhisperTokenData,
    count: c_int,
    logits: *mut f32,
    filter: *mut c_void,
) {
    // SAFETY: `decode` gives the address of its filter; each token has a logit and a gain.
    unsafe {
        let filter = &*filter.cast::<Filter<'_>>();
        for token in filter.forbidden {
            *logits.offset(*token as isize) = f32::NEG_INFINITY;
        }
        let said = (0..count as usize).map(|at| (*said.add(at)).id);
        if let Some(prior) = filter.prior {
            prior.weigh(said, std::slice::from_raw_parts_mut(logits.add(prior.tokens()), prior.tokens()));
        } else if let Some(answers) = filter.answers {
            answers.weigh(said, std::slice::from_raw_parts_mut(logits.add(answers.tokens()), answers.tokens()));
        }
    }
}

unsafe extern "C" fn stopped(flag: *mut c_void) -> bool {
    // SAFETY: `decode` gives the address of an AtomicBool that outlives the call.
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
    fn marks_are_what_no_word_needs() {
        for mark in [",", ".", " ...", "?", " -", "\""] {
            assert!(is_mark(mark.as_bytes()), "{mark}");
        }
        for part in ["'", "-", " latte", "'s", "12", "é"] {
            assert!(!is_mark(part.as_bytes()), "{part}");
        }
    }

    #[test]
    fn a_missing_model_says_what_to_do() {
        let missing = Whisper::load(Path::new("/nowhere/model.bin"), "en", 2, StopFlag::default());
        let message = missing.err().unwrap().to_string();
        assert!(message.contains("/nowhere/model.bin") && message.contains("models fetch"), "{message}");
    }
}
