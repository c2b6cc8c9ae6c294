//! `saycart order`: one conversation from recordings, a WAV a customer turn, through every stage.

use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use super::chat::patiently;
use super::show;
use super::*;
use crate::channel::voice::Phrases;
use crate::hear::{self, Endpointer};
use crate::message::Sound;
use crate::service::{Channel, Desk, Happening, Point, SystemClock, TurnOutcome};
use crate::shop::Shop;
use crate::sound::wav;
use crate::stt::RecogniserThread;
use crate::tts::Voice;

#[derive(Debug, Args)]
pub struct OrderArgs {
    /// WAV files of any rate, channel count and depth; - is standard input
    #[arg(required = true, value_name = "WAV")]
    pub turns: Vec<PathBuf>,
    /// Go on with the cart of the order before; one that was cut short is gone on with anyway
    #[arg(long = "continue")]
    pub back: bool,
    /// Print one JSON object a turn
    #[arg(long)]
    pub json: bool,
    /// Keep the spoken replies here
    #[arg(long, value_name = "DIR")]
    pub reply_dir: Option<PathBuf>,
}

pub fn run(env: &Environment, args: &OrderArgs) -> Result<(), CliError> {
    // Everything that can be wrong with the input is found before the models load and anything is ordered.
    let recordings =
        args.turns.iter().map(|file| wav::read(file)).collect::<Result<Vec<_>, _>>().map_err(CliError::new)?;
    if let Some(dir) = &args.reply_dir {
        std::fs::create_dir_all(dir).map_err(|error| {
            CliError::new(format!("cannot make {}: {error}. Give another --reply-dir.", dir.display()))
        })?;
    }
    let assistant = env.assistant()?;
    let (mut desk, point) =
        (assistant.desk(Arc::new(SystemClock::new())).map_err(CliError::new)?, Point::only(Channel::Recordings));
    if args.back {
        patiently(|| desk.reopen(&point)).map_err(CliError::new)?;
    }
    patiently(|| desk.enter(&point)).map_err(CliError::new)?;
    let mut table = Table {
        desk,
        point,
        phrases: assistant.phrases(),
        endpointer: assistant.endpointer().map_err(CliError::new)?,
        recogniser: assistant.recogniser().map_err(CliError::new)?,
        voice: assistant.voice().map_err(CliError::new)?,
        shop: assistant.setting.shop.clone(),
    };
    // As in the daemon, the first answer waits for no model.
    table.voice.warm_up().map_err(CliError::new)?;
    for (number, recording) in recordings.iter().enumerate() {
        let mut outcome = table.turn(recording)?;
        let wav = args.reply_dir.as_deref().map(|dir| dir.join(format!("reply{}.wav", number + 1)));
        table.speak(&mut outcome, wav.as_deref())?;
        if args.json {
            print::line(serde_json::to_string(&outcome.view).map_err(CliError::new)?)?;
        } else {
            show::turn(&outcome.view, &table.shop, true)?;
        }
    }
    table.recogniser.shutdown();
    patiently(|| table.desk.leave(&table.point)).map_err(CliError::new)
}

/// Every stage of the way, one after the other.
struct Table {
    desk: Desk,
    point: Point,
    phrases: Phrases,
    endpointer: Endpointer,
    recogniser: RecogniserThread,
    voice: Box<dyn Voice>,
    shop: Arc<Shop>,
}

impl Table {
    fn turn(&mut self, recording: &Sound) -> Result<TurnOutcome, CliError> {
        let begun = Instant::now();
        let utterances = hear::utterances(recording, &mut self.endpointer).map_err(CliError::new)?;
        let hear_ms = milliseconds(begun);

        let begun = Instant::now();
        let bias = self.phrases.bias(&self.desk.expect(&self.point));
        let mut texts = Vec::new();
        for utterance in utterances {
            let transcript = self.recogniser.transcribe_blocking(utterance, bias.clone()).map_err(CliError::new)?;
            if !transcript.text.is_empty() {
                texts.push(transcript.text);
            }
        }
        let stt_ms = milliseconds(begun);

        let happening = match texts.is_empty() {
            true => Happening::Unheard,
            false => Happening::Heard(texts.join(" ")),
        };
        let mut outcome = patiently(|| self.desk.tell(&self.point, happening.clone())).map_err(CliError::new)?;
        outcome.view.times_ms.extend([("hear".to_string(), hear_ms), ("stt".to_string(), stt_ms)]);
        Ok(outcome)
    }

    /// Speak the reply, to the file where one is wanted.
    fn speak(&mut self, outcome: &mut TurnOutcome, wav: Option<&Path>) -> Result<(), CliError> {
        let begun = Instant::now();
        let mut speech = Sound { samples: Vec::new(), rate: self.voice.rate() };
        let mut first_ms = None;
        for sentence in self.phrases.sentences(&outcome.reply) {
            speech.samples.extend(self.voice.say(&sentence).map_err(CliError::new)?.samples);
            first_ms.get_or_insert_with(|| milliseconds(begun));
        }
        outcome.view.times_ms.extend([
            ("tts_first".to_string(), first_ms.unwrap_or_default()),
            ("tts".to_string(), milliseconds(begun)),
        ]);
        if let Some(path) = wav {
            wav::write(path, &speech).map_err(CliError::new)?;
            outcome.view.reply.wav = Some(path.to_path_buf());
        }
        Ok(())
    }
}

fn milliseconds(since: Instant) -> f64 {
    since.elapsed().as_secs_f64() * 1e3
}
