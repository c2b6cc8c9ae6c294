//! Recordings: any rate, channels, depth; and every way in which they can be broken.

use std::path::Path;

use saycart::message::Sound;
use saycart::sound::wav::{self, WavError};

/// A second of a 300 Hz tone at half level, as a WAV file of that kind.
fn tone(channels: u16, rate: u32, bits: u16, format: hound::SampleFormat) -> Vec<u8> {
    let spec = hound::WavSpec { channels, sample_rate: rate, bits_per_sample: bits, sample_format: format };
    let mut bytes = std::io::Cursor::new(Vec::new());
    let mut writer = hound::WavWriter::new(&mut bytes, spec).unwrap();
    for at in 0..rate {
        let value = 0.5 * (std::f32::consts::TAU * 300.0 * at as f32 / rate as f32).sin();
        for _ in 0..channels {
            match format {
                hound::SampleFormat::Float => writer.write_sample(value).unwrap(),
                hound::SampleFormat::Int => {
                    writer.write_sample((value * (2f32.powi(i32::from(bits) - 1) - 1.0)) as i32).unwrap();
                }
            }
        }
    }
    writer.finalize().unwrap();
    bytes.into_inner()
}

fn assert_is_the_tone(sound: &Sound, rate: u32) {
    assert_eq!(sound.rate, rate);
    assert_eq!(sound.samples.len(), rate as usize);
    let peak = sound.samples.iter().fold(0.0f32, |peak, sample| peak.max(sample.abs()));
    assert!((peak - 0.5).abs() < 0.02, "peak {peak}");
}

fn plain() -> Vec<u8> {
    tone(1, 16_000, 16, hound::SampleFormat::Int)
}

#[test]
fn every_rate_channel_count_and_depth_gives_the_same_sound() {
    use hound::SampleFormat::{Float, Int};
    for (bits, format) in [(8, Int), (16, Int), (24, Int), (32, Int), (32, Float)] {
        for (channels, rate) in [(1, 8_000), (2, 44_100), (6, 48_000)] {
            assert_is_the_tone(&wav::parse(&tone(channels, rate, bits, format), "tone").unwrap(), rate);
        }
    }
}

#[test]
fn what_is_written_is_read_back() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("out.wav");
    let sound = wav::parse(&plain(), "tone").unwrap();
    wav::write(&path, &sound).unwrap();
    let again = wav::read(&path).unwrap();
    assert_is_the_tone(&again, 16_000);
    let loud = Sound { samples: vec![3.0, -3.0, f32::NAN], rate: 16_000 };
    wav::write(&path, &loud).unwrap();
    let clipped = wav::read(&path).unwrap().samples;
    assert!(clipped[0] > 0.99 && clipped[1] < -0.99 && clipped[2] == 0.0);
}

#[test]
fn broken_recordings_say_what_is_wrong_and_what_to_do() {
    let broken = |bytes: &[u8]| wav::parse(bytes, "order.wav").unwrap_err();
    let mut adpcm = plain();
    adpcm[20] = 0x11;
    let mut no_rate = plain();
    no_rate[24..32].fill(0);
    let mut no_channels = plain();
    no_channels[22] = 0;
    for (error, says) in [
        (broken(b""), ["empty", "Record it again"]),
        (broken(b"ID3\x04 a song"), ["looks like MP3", "ffmpeg"]),
        (broken(b"hello, this is no sound\n"), ["plain text", "ffmpeg"]),
        (broken(&plain()[..30]), ["ends before any sound", "copy it again"]),
        (broken(&plain()[..36]), ["ends before any sound", "copy it again"]),
        (broken(&plain()[..44]), ["no sound in it", "Record it again"]),
        (broken(&plain()[..45]), ["no sound in it", "Record it again"]),
        (broken(&adpcm), ["ADPCM", "pcm_s16le"]),
        (broken(&no_rate), ["0 Hz", "ffmpeg"]),
        (broken(&no_channels), ["0 channels", "ffmpeg"]),
        (wav::read(Path::new("/nowhere/order.wav")).unwrap_err(), ["/nowhere/order.wav", "Check the path"]),
    ] {
        let text = error.to_string();
        assert!(says.iter().all(|part| text.contains(part)), "{text:?} should say {says:?}");
    }
}

#[test]
fn no_cut_off_recording_panics_and_all_that_is_there_is_used() {
    let whole = tone(2, 8_000, 24, hound::SampleFormat::Int);
    for length in 0..400 {
        let _ = wav::parse(&whole[..length], "cut.wav");
    }
    let half = wav::parse(&whole[..whole.len() / 2 + 1], "cut.wav").unwrap();
    assert!((0.45..0.5).contains(&half.seconds()), "{} s", half.seconds());
}

#[test]
fn a_stream_that_never_learnt_its_length_is_read_to_its_end() {
    for unknown in [[0u8; 4], [0xff; 4], [0, 0xf0, 0xff, 0x7f]] {
        let mut stream = plain();
        stream[4..8].copy_from_slice(&unknown);
        stream[40..44].copy_from_slice(&unknown);
        assert_is_the_tone(&wav::parse(&stream, "stream").unwrap(), 16_000);
    }
}

#[test]
fn chunks_of_odd_length_and_after_the_sound_are_passed_over() {
    let plain = plain();
    let mut with_chunks = plain[..12].to_vec();
    with_chunks.extend_from_slice(b"LIST\x03\0\0\0abc\0");
    with_chunks.extend_from_slice(&plain[12..]);
    with_chunks.extend_from_slice(b"LIST\x04\0\0\0\xff\x7f\xff\x7f");
    assert_is_the_tone(&wav::parse(&with_chunks, "tagged").unwrap(), 16_000);
}

#[test]
fn an_empty_sound_chunk_is_no_stream_when_the_file_says_so() {
    let mut empty = wav::encode(&Sound { samples: vec![], rate: 16_000 });
    empty.extend_from_slice(b"LIST\x04\0\0\0abcd");
    let length = u32::try_from(empty.len() - 8).unwrap().to_le_bytes();
    empty[4..8].copy_from_slice(&length);
    assert!(matches!(wav::parse(&empty, "empty"), Err(WavError::NoSamples { .. })));
}
