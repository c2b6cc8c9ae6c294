//! `saycart hear`: what was said in recordings, and nothing else.

use std::path::Path;

use indicatif::{ProgressBar, ProgressFinish, ProgressStyle};
use serde::Serialize;

use super::{Args, CliError, Environment, PathBuf, print};
use crate::hear;
use crate::message::HEARING_RATE;
use crate::models::{self, Store};
use crate::sound::wav;
use crate::stt::thread::StopFlag;
use crate::stt::{Bias, Recogniser, Whisper};

#[derive(Debug, Args)]
pub struct HearArgs {
    /// WAV files of any rate, channel count and depth, of integers, floating point or G.711; - is standard input
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
    // Whoever waits for one recording reads it as it is heard; of several, and for programs, each is told whole.
    let at_once = args.files.len() == 1 && !args.json;
    let mut failed = 0;
    for file in &args.files {
        let mut tell = |text: &str| if at_once && !text.is_empty() { print::line(text) } else { Ok(()) };
        match hear_file(file, &mut endpointer, &mut whisper, &mut tell) {
            Ok(heard) if args.json => print::line(serde_json::to_string(&heard).map_err(CliError::new)?)?,
            Ok(heard) if !at_once => print::line(format_args!("{}: {}", file.display(), heard.text))?,
            Ok(heard) if heard.text.is_empty() => tracing::info!("nothing was heard in {}", file.display()),
            Ok(_) => {}
            Err(CliError::Unread) => return Err(CliError::Unread),
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

/// Hears a whole recording, and tells the text of each segment before it hears the next.
fn hear_file(
    file: &Path,
    endpointer: &mut hear::Endpointer,
    recogniser: &mut dyn Recogniser,
    tell: &mut dyn FnMut(&str) -> Result<(), CliError>,
) -> Result<Heard, CliError> {
    let mut times = Times::default();
    let sound = timed(&mut times.read, || wav::read(file)).map_err(CliError::new)?;
    let utterances = timed(&mut times.hear, || hear::utterances(&sound, endpointer)).map_err(CliError::new)?;
    let progress = progress(sound.seconds());
    let mut segments = Vec::with_capacity(utterances.len());
    for utterance in utterances {
        let mut stt_ms = 0.0;
        let transcript =
            timed(&mut stt_ms, || recogniser.transcribe(&utterance, &Bias::none())).map_err(CliError::new)?;
        times.stt += stt_ms;
        let end_seconds = utterance.start_seconds + utterance.samples.len() as f64 / f64::from(HEARING_RATE);
        progress.suspend(|| tell(&transcript.text))?;
        progress.set_position(end_seconds as u64);
        segments.push(Segment {
            start_seconds: utterance.start_seconds,
            end_seconds,
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

/// Shorter recordings are heard before anybody wonders, in seconds.
const WORTH_WATCHING: f32 = 20.0;

/// How much of a long recording has been heard, on standard error where that is a terminal.
fn progress(seconds: f32) -> ProgressBar {
    if seconds < WORTH_WATCHING {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::new(seconds as u64).with_finish(ProgressFinish::AndClear);
    let style = ProgressStyle::with_template("  {bar:40} {pos} of {len} s heard");
    // A template that could not be read would only cost the looks.
    let bar = style.map(|style| bar.clone().with_style(style)).unwrap_or(bar);
    bar.tick();
    bar
}

/// Run `work` and add its milliseconds to `total`.
fn timed<T>(total: &mut f64, work: impl FnOnce() -> T) -> T {
    let start = std::time::Instant::now();
    let result = work();
    *total += start.elapsed().as_secs_f64() * 1e3;
    result
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;
    use crate::config::Config;
    use crate::hear::{Endpointer, EnergyVad, Settings};
    use crate::message::{Sound, Transcript, Utterance};
    use crate::stt::SttError;

    /// Hears a number in each utterance, and notes when.
    struct Counting<'a>(&'a Mutex<Vec<String>>, usize);

    impl Recogniser for Counting<'_> {
        fn transcribe(&mut self, _: &Utterance, _: &Bias) -> Result<Transcript, SttError> {
            self.1 += 1;
            self.0.lock().unwrap().push(format!("heard {}", self.1));
            Ok(Transcript { text: self.1.to_string(), ..Transcript::default() })
        }
    }

    #[test]
    fn each_segment_is_told_before_the_next_is_heard() {
        let voice = (0..16_000).map(|at| 0.3 * (at as f32 * 0.1).sin());
        let silence = std::iter::repeat_n(0.0, 32_000);
        let samples = silence.clone().chain(voice.clone()).chain(silence.clone()).chain(voice).chain(silence).collect();
        let file = tempfile::NamedTempFile::new().unwrap();
        wav::write(file.path(), &Sound { samples, rate: HEARING_RATE }).unwrap();
        let settings = Settings::from(&Config::defaults().values.hear);
        let mut endpointer = Endpointer::new(Box::new(EnergyVad::default()), &settings);
        let log = Mutex::new(Vec::new());
        let mut tell = |text: &str| {
            log.lock().unwrap().push(format!("told {text}"));
            Ok(())
        };
        let heard = hear_file(file.path(), &mut endpointer, &mut Counting(&log, 0), &mut tell).unwrap();
        assert_eq!(*log.lock().unwrap(), ["heard 1", "told 1", "heard 2", "told 2"]);
        assert_eq!(heard.text, "1 2");

        let mut leave = |_: &str| Err(CliError::Unread);
        let ended = hear_file(file.path(), &mut endpointer, &mut Counting(&log, 2), &mut leave);
        assert!(matches!(ended, Err(CliError::Unread)));
        assert_eq!(log.lock().unwrap().last().unwrap(), "heard 3");
    }
}
