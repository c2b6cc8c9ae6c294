//! `saycart say`.

use super::*;

#[derive(Debug, Args)]
pub struct SayArgs {
    /// The words to speak
    #[arg(required = true)]
    pub text: Vec<String>,
    /// Write a WAV file instead of playing
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
}

pub fn run(env: &Environment, args: &SayArgs) -> Result<(), CliError> {
    use crate::tts::Voice;
    let models = env.config.models_dir();
    let _ = ort::init_from(models.join("libonnxruntime.so")).map_err(CliError::new)?.with_telemetry(false).commit();
    let voice = &env.config.values.speak.voice;
    let mut voice =
        crate::tts::Piper::open(&models.join(format!("{voice}.onnx")), &models.join(format!("{voice}.onnx.json")))
            .map_err(CliError::new)?;
    let sound = voice.speak(&args.text.join(" ")).map_err(CliError::new)?;
    let Some(output) = &args.output else { return Err(CliError::new("not built yet")) };
    let spec = hound::WavSpec {
        channels: 1,
        sample_rate: sound.rate,
        bits_per_sample: 16,
        sample_format: hound::SampleFormat::Int,
    };
    let mut writer = hound::WavWriter::create(output, spec).map_err(CliError::new)?;
    for sample in &sound.samples {
        writer.write_sample((sample.clamp(-1.0, 1.0) * 32767.0) as i16).map_err(CliError::new)?;
    }
    writer.finalize().map_err(CliError::new)
}
