//! The virtual sound card of `scripts/virtual-audio`: spoken into, recorded from, unplugged.

use std::io::Read;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::Receiver;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use saycart::message::{HEARING_RATE, Sound};
use saycart::sound::local::Capture;

/// −50 dBFS: what people call audible.
const AUDIBLE: f32 = 0.003_162;
/// As it is recorded from the loudspeaker.
const RECORDED_RATE: u32 = 44_100;

/// Only a failing test waits so long; a busy machine may take a minute to recognise a sentence.
pub const PATIENCE: Duration = Duration::from_secs(120);

static CARD: Mutex<()> = Mutex::new(());

/// The virtual card, for one test at a time.
pub fn card() -> MutexGuard<'static, ()> {
    let card = CARD.lock().unwrap_or_else(PoisonError::into_inner);
    let _ = tracing_subscriber::fmt().with_env_filter("saycart=debug").with_test_writer().try_init();
    assert!(std::env::var_os("VIRTUAL_MIC").is_some(), "run these tests with `make test-audio`");
    card
}

/// The sound server behind a device ("mic", "spk").
pub fn server(device: &str) -> String {
    let address = std::env::var(format!("VIRTUAL_{}", device.to_uppercase())).unwrap();
    format!("--server={address}")
}

pub fn pactl(device: &str, arguments: &[&str]) -> String {
    let output = Command::new("pactl").arg(server(device)).args(arguments).output().expect("pactl");
    assert!(output.status.success(), "pactl {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

pub fn unplug(device: &str) {
    pactl(device, &["unload-module", "module-null-sink"]);
}

pub fn plug_in(device: &str) {
    pactl(device, &["load-module", "module-null-sink", &format!("sink_name={device}")]);
}

/// Records what the loudspeaker plays, until it is asked for it.
pub struct Recording {
    recorder: Child,
    reader: JoinHandle<()>,
    bytes: Arc<Mutex<Vec<u8>>>,
}

impl Recording {
    pub fn start() -> Recording {
        Recording::of("spk")
    }

    /// Of what passes through a device.
    pub fn of(device: &str) -> Recording {
        let (rate, monitor) = (format!("--rate={RECORDED_RATE}"), format!("--device={device}.monitor"));
        let arguments = [&*monitor, "--format=s16le", "--channels=1", "--raw", "--latency-msec=20", &*rate];
        let mut command = Command::new("parec");
        let mut recorder = command.arg(server(device)).args(arguments).stdout(Stdio::piped()).spawn().expect("parec");
        let mut output = recorder.stdout.take().unwrap();
        let bytes = Arc::new(Mutex::new(Vec::new()));
        let store = bytes.clone();
        let reader = std::thread::spawn(move || {
            let mut block = [0; 4096];
            while let Ok(length @ 1..) = output.read(&mut block) {
                store.lock().unwrap().extend_from_slice(&block[..length]);
            }
        });
        let recording = Recording { recorder, reader, bytes };
        wait_for("the recording to begin", || !recording.bytes.lock().unwrap().is_empty());
        recording
    }

    pub fn so_far(&self) -> Sound {
        let bytes = self.bytes.lock().unwrap();
        let samples = bytes.chunks_exact(2).map(|b| f32::from(i16::from_le_bytes([b[0], b[1]])) / 32_768.0).collect();
        Sound { samples, rate: RECORDED_RATE }
    }

    /// All of it, once it has been silent for a while: what was played passes through the server's buffers.
    pub fn finish(self) -> Sound {
        self.finish_after_silence(0.5)
    }

    /// All of it, once something was said and it is silent again; the next sentence may take a while to be made.
    pub fn finish_after_speech(self) -> Sound {
        wait_for("speech", || audible_seconds(&self.so_far()) > 0.3);
        self.finish_after_silence(3.0)
    }

    pub fn finish_after_silence(self, seconds: f32) -> Sound {
        let wanted = (RECORDED_RATE as f32 * seconds) as usize;
        wait_for("silence", || {
            let samples = self.so_far().samples;
            let end = &samples[samples.len().saturating_sub(wanted)..];
            end.len() == wanted && end.iter().all(|sample| sample.abs() < AUDIBLE)
        });
        self.end()
    }

    pub fn end(mut self) -> Sound {
        Command::new("kill").arg(self.recorder.id().to_string()).status().unwrap();
        self.recorder.wait().unwrap();
        let sound = self.so_far();
        self.reader.join().unwrap();
        sound
    }
}

/// Seconds above −50 dBFS, in frames of 10 ms.
pub fn audible_seconds(sound: &Sound) -> f32 {
    let frame = sound.rate as usize / 100;
    let loud = |frame: &&[f32]| (frame.iter().map(|s| s * s).sum::<f32>() / frame.len() as f32).sqrt() > AUDIBLE;
    sound.samples.chunks(frame).filter(loud).count() as f32 / 100.0
}

pub fn wait_for(what: &str, mut happened: impl FnMut() -> bool) {
    let until = Instant::now() + PATIENCE;
    while !happened() {
        assert!(Instant::now() < until, "waited in vain for {what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

pub fn tone(hertz: f32, seconds: f32) -> Sound {
    let rate = 22_050;
    let step = std::f32::consts::TAU * hertz / rate as f32;
    Sound { samples: (0..(seconds * rate as f32) as usize).map(|i| 0.3 * (step * i as f32).sin()).collect(), rate }
}

/// Speak a WAV file into the microphone.
pub fn into_microphone(sound: &Sound) {
    assert!(try_into_microphone(sound));
}

/// Whether it was there to the end.
pub fn try_into_microphone(sound: &Sound) -> bool {
    let file = tempfile::Builder::new().suffix(".wav").tempfile().unwrap();
    saycart::sound::wav::write(file.path(), sound).unwrap();
    let played = Command::new("paplay").arg(server("mic")).arg("--device=mic").arg(file.path()).status();
    played.expect("paplay").success()
}

/// Samples until so many seconds of them are audible.
pub fn hear(captures: &Receiver<Capture>, seconds: f32) -> Sound {
    let mut heard = Sound { samples: Vec::new(), rate: HEARING_RATE };
    while audible_seconds(&heard) < seconds {
        match captures.recv_timeout(Duration::from_secs(10)).expect("sound from the microphone") {
            Capture::Samples(samples) => heard.samples.extend(samples),
            Capture::Lost => panic!("the microphone was lost"),
        }
    }
    heard
}

/// Waves a second, by their upward crossings of zero, of the audible part.
pub fn pitch(sound: &Sound) -> f32 {
    let audible: Vec<f32> = sound.samples.iter().copied().skip_while(|s| s.abs() < 0.05).collect();
    let crossings: Vec<usize> = (1..audible.len())
        .filter(|&i| audible[i - 1] <= 0.0 && audible[i] > 0.0 && audible[i] - audible[i - 1] > 0.01)
        .collect();
    let (first, last) = (crossings[0], crossings[crossings.len() - 1]);
    (crossings.len() - 1) as f32 * sound.rate as f32 / (last - first) as f32
}
