//! What the measuring programs share about sound: the daemon's stages from samples to understanding, a voice that
//! speaks typed requests, and noise mixed in.

pub mod crowd;
pub mod differ;
pub mod talking;
pub mod vocabulary;

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use saycart::config::{Config, Overrides};
use saycart::hear::{self, Endpointer};
use saycart::lang::Language;
use saycart::message::{HEARING_RATE, Hearing, Sound, Transcript, Utterance};
use saycart::models::{self, Store};
use saycart::reply::speakable::Script;
use saycart::shop::Shop;
use saycart::sound::{self, wav};
use saycart::stt::thread::StopFlag;
use saycart::stt::{Bias, ByEar, Recognisers, Whisper};
use saycart::tts::{self, Voice};
use saycart::understand::{Act, Expect, Lexicon, Understanding};
use serde::{Deserialize, Serialize};

use crate::support::Failure;

/// What each utterance of a recording may have been, by each listening to it.
pub type Utterances = Vec<Vec<Hearing>>;

/// The part of a command line that has typed requests spoken.
#[derive(clap::Args)]
pub struct SpokenArgs {
    /// Say the requests aloud and hear them again
    #[arg(long)]
    pub spoken: bool,
    /// Noise to mix into what is spoken, a WAV file
    #[arg(long, requires = "snr", requires = "spoken")]
    noise: Option<PathBuf>,
    /// Signal-to-noise ratio in dB
    #[arg(long, allow_negative_numbers = true)]
    snr: Option<f32>,
    /// Write what each listening heard, one JSON object a request
    #[arg(long, requires = "spoken")]
    keep: Option<PathBuf>,
    /// Take what was heard from the --keep of an earlier run, to try only what follows the recogniser
    #[arg(long, requires = "spoken", conflicts_with_all = ["noise", "keep"])]
    heard: Option<PathBuf>,
}

impl SpokenArgs {
    /// What speaks and hears in that shop; `None` where requests stay typed.
    pub fn open(&self, shop: &Shop) -> Result<Option<Aloud>, Failure> {
        if !self.spoken {
            return Ok(None);
        }
        Ok(Some(Aloud {
            mouth: Mouth::open(shop)?,
            ears: Ears::open(shop, None)?,
            noise: Noise::read(self.noise.as_deref(), self.snr)?,
            keep: self.keep.as_ref().map(File::create).transpose()?,
            earlier: self.heard.as_deref().map(kept).transpose()?,
        }))
    }
}

/// What was heard of a typed request that was said aloud.
#[derive(Serialize, Deserialize)]
struct Kept {
    said: String,
    heard: Utterances,
}

fn kept(file: &Path) -> Result<BTreeMap<String, Utterances>, Failure> {
    let read = |line| serde_json::from_str(line).map(|kept: Kept| (kept.said, kept.heard));
    Ok(std::fs::read_to_string(file)?.lines().map(read).collect::<Result<_, _>>()?)
}

/// Somebody who reads typed requests aloud, and the assistant's ears.
pub struct Aloud {
    mouth: Mouth,
    ears: Ears,
    noise: Option<Noise>,
    keep: Option<File>,
    /// What an earlier run heard, by what was said.
    earlier: Option<BTreeMap<String, Utterances>>,
}

impl Aloud {
    /// Said, with noise where there is any, and heard again: all that was understood of it.
    pub fn tell(&mut self, text: &str) -> Result<Heard, Failure> {
        if let Some(earlier) = &self.earlier {
            let heard = earlier.get(text).cloned().ok_or_else(|| format!("--heard knows nothing of {text:?}"))?;
            return Ok(self.ears.rehear(heard));
        }
        let mut samples = self.mouth.say(text)?;
        if let Some(noise) = &self.noise {
            noise.mix(&mut samples, text);
        }
        let heard = self.ears.hear(&Sound { samples, rate: HEARING_RATE })?;
        if let Some(keep) = &mut self.keep {
            let kept = Kept { said: text.into(), heard: heard.ways.clone() };
            writeln!(keep, "{}", serde_json::to_string(&kept)?)?;
        }
        Ok(heard)
    }
}

/// From sound to what was understood of it, as in the daemon, for one shop and no question asked.
pub struct Ears {
    endpointer: Endpointer,
    recogniser: ByEar<Whisper>,
    bias: Bias,
    lexicon: Arc<Lexicon>,
}

/// What came of one recording; an entry an utterance.
#[derive(Default)]
pub struct Heard {
    /// As the recogniser heard it, in one way or more, with all its hypotheses.
    pub ways: Utterances,
    /// With what sounds like the shop's words put right.
    pub texts: Vec<String>,
    pub understood: Vec<Understanding>,
    /// Milliseconds from the utterances' ends to their final texts.
    pub stt_ms: f64,
}

impl Heard {
    /// Every way in which the recogniser heard it, as it held likeliest.
    pub fn raw(&self) -> String {
        let likeliest = |way: &Hearing| way.first().map(|heard| heard.text.clone()).unwrap_or_default();
        let utterance = |ways: &Vec<Hearing>| ways.iter().map(likeliest).collect::<Vec<_>>().join(" | ");
        self.ways.iter().map(utterance).collect::<Vec<_>>().join(" // ")
    }

    /// Everything asked for, over all utterances.
    pub fn acts(self) -> Vec<Act> {
        self.understood.into_iter().flat_map(|understanding| understanding.acts).collect()
    }
}

impl Ears {
    /// `model` is a name of `saycart models list`; without one, the configured.
    pub fn open(shop: &Shop, model: Option<&str>) -> Result<Ears, Failure> {
        let config = Config::load(&Overrides::default())?;
        let mut hearing = config.values.hear.clone();
        hearing.model = model.map_or(hearing.model, str::to_string);
        let store = Store::new(config.models_dir());
        models::runtime::init(&store)?;
        let language = Language::load(&shop.language)?;
        let lexicon = Arc::new(Lexicon::compile(shop, &language));
        Ok(Ears {
            endpointer: hear::endpointer(&store.path("silero-vad")?, &hearing)?,
            recogniser: Recognisers::find(&store, &hearing)?.open(
                shop,
                &language,
                lexicon.clone(),
                &StopFlag::default(),
            )?,
            bias: Bias::of_shop(shop, &Expect::default()),
            lexicon,
        })
    }

    pub fn hear(&mut self, sound: &Sound) -> Result<Heard, Failure> {
        let mut heard = Heard::default();
        for utterance in hear::utterances(sound, &mut self.endpointer)? {
            self.hear_utterance(&utterance, &mut heard)?;
        }
        Ok(heard)
    }

    fn hear_utterance(&mut self, utterance: &Utterance, heard: &mut Heard) -> Result<(), Failure> {
        let start = Instant::now();
        let (transcript, ways) = self.recogniser.weigh(utterance, &self.bias)?;
        heard.stt_ms += start.elapsed().as_secs_f64() * 1e3;
        self.take(transcript, ways, heard);
        Ok(())
    }

    fn take(&self, transcript: Transcript, ways: Vec<Hearing>, heard: &mut Heard) {
        heard.understood.push(self.lexicon.understand(&transcript.text, &Expect::default()));
        heard.texts.push(transcript.text);
        heard.ways.push(ways);
    }

    /// The shop in a directory: a description for the product, or a closed vocabulary.
    pub fn shop(dir: &Path) -> Result<Shop, Failure> {
        let vocabulary = dir.join("context.yaml");
        if vocabulary.is_file() { Ok(vocabulary::read(&vocabulary)?.0) } else { Ok(Shop::load(dir)?.shop) }
    }

    /// What would be understood had the recogniser heard just this.
    pub fn rehear(&self, utterances: Utterances) -> Heard {
        let mut heard = Heard::default();
        for ways in utterances {
            self.take(self.recogniser.recall(&ways, &Expect::default()), ways, &mut heard);
        }
        heard
    }
}

/// A voice that reads typed requests aloud.
struct Mouth {
    voice: Box<dyn Voice>,
    script: Script,
}

impl Mouth {
    /// The configured voice; what it said before comes from the cache, so that two runs hear the same.
    pub fn open(shop: &Shop) -> Result<Mouth, Failure> {
        let config = Config::load(&Overrides::default())?;
        let store = Store::new(config.models_dir());
        let language = Language::load(&shop.language)?;
        let voice = tts::open(&store, &config.values.speak.voice, 1024)?;
        Ok(Mouth { voice, script: Script::for_shop(&language.speak, shop) })
    }

    /// Samples at [`HEARING_RATE`], with half a second of silence before and a second after.
    pub fn say(&mut self, text: &str) -> Result<Vec<f32>, Failure> {
        let mut samples = vec![0.0; HEARING_RATE as usize / 2];
        for sentence in self.script.sentences(text) {
            samples.extend(sound::to_hearing_rate(&self.voice.speak(&sentence)?)?);
        }
        samples.resize(samples.len() + HEARING_RATE as usize, 0.0);
        Ok(samples)
    }
}

pub fn at_hearing_rate(path: &Path) -> Result<Vec<f32>, Failure> {
    Ok(sound::to_hearing_rate(&wav::read(path)?)?)
}

/// Noise at a ratio to the speech, the same noise for the same name whichever others are measured.
pub struct Noise {
    samples: Vec<f32>,
    snr_db: f32,
}

impl Noise {
    pub fn of(samples: Vec<f32>, snr_db: f32) -> Noise {
        Noise { samples, snr_db }
    }

    /// None of both is silence; one without the other is an error.
    pub fn read(file: Option<&Path>, snr_db: Option<f32>) -> Result<Option<Noise>, Failure> {
        match (file, snr_db) {
            (Some(file), Some(snr_db)) => Ok(Some(Noise { samples: at_hearing_rate(file)?, snr_db })),
            (None, None) => Ok(None),
            _ => Err("--noise FILE and --snr DB want each other".into()),
        }
    }

    /// The coffee maker benchmark's own mixing: the loudest 2,048-sample frames are brought to the ratio, noise from
    /// a random place, the peak of the sum to 0.5.
    pub fn mix(&self, speech: &mut [f32], name: &str) {
        let start = below(seed(name), self.samples.len().saturating_sub(speech.len()) + 1);
        let noise = &self.samples[start..(start + speech.len()).min(self.samples.len())];
        let loudest = |samples: &[f32]| {
            samples
                .chunks_exact(2048)
                .map(|frame| frame.iter().map(|s| s * s).sum::<f32>())
                .fold(f32::MIN_POSITIVE, f32::max)
        };
        let gain = (loudest(speech) / (loudest(noise) * 10f32.powf(self.snr_db / 10.0))).sqrt();
        for (sample, noise) in speech.iter_mut().zip(noise.iter().cycle()) {
            *sample += gain * noise;
        }
        let peak = speech.iter().fold(f32::MIN_POSITIVE, |peak, sample| peak.max(sample.abs()));
        speech.iter_mut().for_each(|sample| *sample *= 0.5 / peak);
    }
}

fn seed(name: &str) -> u64 {
    name.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3))
}

/// Small and the same everywhere (one step of splitmix64).
fn below(seed: u64, bound: usize) -> usize {
    let mut z = seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    ((z ^ (z >> 31)) % bound.max(1) as u64) as usize
}
