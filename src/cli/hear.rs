//! `saycart hear`: what was said in recordings, and nothing else.

use std::path::Path;

use serde::Serialize;

use super::{Args, CliError, Environment, PathBuf, print};
use crate::hear;
use crate::models::{self, Store};
use crate::sound::wav;
use crate::stt::thread::StopFlag;
use crate::stt::{Bias, Recogniser, Whisper};

#[derive(Debug, Args)]
pub struct HearArgs {
    /// WAV files; - is standard input
    #[arg(required = true, value_name = "WAV")]
    pub files: Vec<PathBuf>,
    /// Print one JSON object a file
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Serialize)]
struct Heard {
    file: PathBuf,
    /// The segments' texts, joined.
    text: String,
    seconds: f32,
    segments: Vec<Segment>,
    times_ms: Times,
}

#[derive(Debug, Serialize)]
struct Segment {
    start_seconds: f64,
    end_seconds: f64,
    voiced_seconds: f32,
    text: String,
    log_probability: f32,
    no_speech: f32,
    stt_ms: f64,
}

#[derive(Debug, Default, Serialize)]
struct Times {
    read: f64,
    hear: f64,
    stt: f64,
}

pub fn run(env: &Environment, args: &HearArgs) -> Result<(), CliError> {
    let hearing = &env.config.values.hear;
    let models = Store::new(env.config.models_dir());
    models::runtime::init(&models).map_err(CliError::new)?;
    let silero = models.path("silero-vad").map_err(CliError::new)?;
    let mut endpointer = hear::endpointer(&silero, hearing).map_err(CliError::new)?;
    let model = models.path(&hearing.model).map_err(CliError::new)?;
    let mut whisper = Whisper::load(&model, "en", hearing.threads, StopFlag::default()).map_err(CliError::new)?;
    let mut failed = 0;
    for file in &args.files {
        match hear_file(file, &mut endpointer, &mut whisper) {
            Ok(heard) if args.json => print::line(serde_json::to_string(&heard).map_err(CliError::new)?)?,
            Ok(heard) if args.files.len() == 1 => print::line(heard.text)?,
            Ok(heard) => print::line(format_args!("{}: {}", file.display(), heard.text))?,
            Err(error) => {
                eprintln!("saycart: {error}");
                failed += 1;
            }
        }
    }
    match failed {
        0 => Ok(()),
        _ => Err(CliError::new(format!("{failed} of {} files could not be heard.", args.files.len()))),
    }
}

fn hear_file(
    file: &Path,
    endpointer: &mut hear::Endpointer,
    recogniser: &mut dyn Recogniser,
) -> Result<Heard, CliError> {
    let mut times = Times::default();
    let sound = timed(&mut times.read, || wav::read(file)).map_err(CliError::new)?;
    let utterances = timed(&mut times.hear, || hear::utterances(&sound, endpointer)).map_err(CliError::new)?;
    let mut segments = Vec::with_capacity(utterances.len());
    for utterance in utterances {
        let mut stt_ms = 0.0;
        let transcript =
            timed(&mut stt_ms, || recogniser.transcribe(&utterance, &Bias::none())).map_err(CliError::new)?;
        times.stt += stt_ms;
        segments.push(Segment {
            start_seconds: utterance.start_seconds,
            end_seconds: utterance.start_seconds
                + utterance.samples.len() as f64 / f64::from(crate::message::HEARING_RATE),
            voiced_seconds: utterance.voiced_seconds,
            text: transcript.text,
            log_probability: transcript.log_probability,
            no_speech: transcript.no_speech,
            stt_ms,
        });
    }
    let texts: Vec<&str> = segments.iter().map(|s| s.text.as_str()).filter(|text| !text.is_empty()).collect();
    Ok(Heard { file: file.into(), text: texts.join(" "), seconds: sound.seconds(), segments, times_ms: times })
}

/// Run `work` and add its milliseconds to `total`.
fn timed<T>(total: &mut f64, work: impl FnOnce() -> T) -> T {
    let start = std::time::Instant::now();
    let result = work();
    *total += start.elapsed().as_secs_f64() * 1e3;
    result
}
