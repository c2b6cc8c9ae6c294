//! Recordings as they are met, made byte by byte; what one library writes, tests/hearing.rs reads.

use proptest::prelude::*;

use super::samples::{a_law, mu_law};
use super::*;

/// A `fmt ` chunk of that tag.
fn format(tag: u16, channels: u16, rate: u32, bits: u16) -> Vec<u8> {
    let block = channels * bits.div_ceil(8);
    let mut chunk = [tag.to_le_bytes(), channels.to_le_bytes()].concat();
    chunk.extend(rate.to_le_bytes());
    chunk.extend((rate * u32::from(block)).to_le_bytes());
    chunk.extend([block.to_le_bytes(), bits.to_le_bytes()].concat());
    chunk
}

/// The same as WAVE_FORMAT_EXTENSIBLE, the tag being the sub-format.
fn extensible(tag: u16, rate: u32, bits: u16) -> Vec<u8> {
    let mut chunk = format(0xfffe, 1, rate, bits);
    chunk.extend(22u16.to_le_bytes());
    chunk.extend(bits.to_le_bytes());
    chunk.extend([4, 0, 0, 0]);
    chunk.extend(tag.to_le_bytes());
    chunk.extend(*b"\0\0\0\0\x10\0\x80\0\0\xaa\0\x38\x9b\x71");
    chunk
}

/// A tone of so many samples, at half level.
fn tone(samples: usize) -> Vec<f32> {
    (0..samples).map(|at| 0.5 * (at as f32 * 0.2).sin()).collect()
}

fn recording(samples: usize, rate: u32) -> Vec<u8> {
    encode(&Sound { samples: tone(samples), rate })
}

fn heard(bytes: &[u8]) -> Vec<f32> {
    parse(bytes, "order.wav").unwrap().samples
}

fn assert_alike(one: &[f32], other: &[f32], within: f32) {
    assert_eq!(one.len(), other.len());
    let apart = one.iter().zip(other).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
    assert!(apart <= within, "{apart} apart");
}

const ENDLESS: [u8; 4] = [0xff; 4];

#[test]
fn a_stream_is_heard_to_its_end_whichever_lengths_its_recorder_left_unwritten() {
    let told = recording(500, 16_000);
    let true_length: [u8; 4] = told[4..8].try_into().unwrap();
    for riff in [[0; 4], ENDLESS, true_length, [0x24, 0, 0, 0]] {
        for data in [[0; 4], ENDLESS, [0, 0, 0, 0x10]] {
            let mut stream = told.clone();
            stream[4..8].copy_from_slice(&riff);
            stream[40..44].copy_from_slice(&data);
            assert_alike(&heard(&stream), &tone(500), 1e-4);
        }
    }
}

#[test]
fn what_follows_an_empty_recording_is_no_sound() {
    let mut empty = encode(&Sound { samples: vec![], rate: 16_000 });
    empty.extend_from_slice(b"LIST\x05\0\0\0abcde\0id3 \x02\0\0\0xy");
    empty[4..8].copy_from_slice(&ENDLESS);
    assert!(matches!(parse(&empty, "empty"), Err(WavError::NoSamples { .. })));
}

#[test]
fn two_recordings_in_one_file_are_both_heard() {
    let (first, second) = (recording(300, 16_000), recording(200, 16_000));
    let both = [tone(300), tone(200)].concat();
    assert_alike(&heard(&[first.clone(), second.clone()].concat()), &both, 1e-4);

    let mut stream = first.clone();
    stream[40..44].copy_from_slice(&ENDLESS);
    assert_alike(&heard(&[stream, second.clone()].concat()), &both, 1e-4);

    let nothing = encode(&Sound { samples: vec![], rate: 8_000 });
    assert_alike(&heard(&[nothing, second.clone()].concat()), &tone(200), 1e-4);

    let cut = &first[..first.len() - 400];
    assert_alike(&heard(&[cut, &second].concat()), &[tone(100), tone(200)].concat(), 1e-4);
}

#[test]
fn recordings_of_several_rates_become_one_at_the_rate_of_hearing() {
    let sound = parse(&[recording(8_000, 8_000), recording(24_000, 48_000)].concat(), "both").unwrap();
    assert_eq!(sound.rate, HEARING_RATE);
    assert!((sound.seconds() - 1.5).abs() < 0.01, "{} s", sound.seconds());
}

#[test]
fn a_second_recording_that_cannot_be_decoded_is_told_and_not_passed_over() {
    let second = file(&format(0x0055, 1, 16_000, 0), &[1; 100]);
    let error = parse(&[recording(300, 16_000), second].concat(), "both").unwrap_err();
    assert!(error.to_string().contains("MP3"), "{error}");
}

#[test]
fn floating_point_of_both_widths_is_heard() {
    let double: Vec<u8> = tone(200).iter().flat_map(|sample| f64::from(*sample).to_le_bytes()).collect();
    let single: Vec<u8> = tone(200).iter().flat_map(|sample| sample.to_le_bytes()).collect();
    assert_alike(&heard(&file(&format(3, 1, 16_000, 64), &double)), &tone(200), 1e-6);
    assert_alike(&heard(&file(&extensible(3, 16_000, 64), &double)), &tone(200), 1e-6);
    assert_alike(&heard(&file(&extensible(3, 16_000, 32), &single)), &tone(200), 1e-6);
}

#[test]
fn floating_point_beyond_full_scale_is_brought_down_and_a_click_takes_nothing_from_the_rest() {
    let loud = |samples: &[f32]| {
        let bytes: Vec<u8> = samples.iter().flat_map(|sample| sample.to_le_bytes()).collect();
        heard(&file(&format(3, 1, 16_000, 32), &bytes))
    };
    // As loud as integers are, left unscaled by whatever wrote them.
    let as_integers: Vec<f32> = tone(4_000).iter().map(|sample| sample * 32_768.0).collect();
    let scaled: Vec<f32> = tone(4_000).iter().map(|sample| 2.0 * sample).collect();
    assert_alike(&loud(&as_integers), &scaled, 1e-3);
    assert_alike(&loud(&[3.0, -1.5, 0.3]), &[1.0, -0.5, 0.1], 1e-6);

    let mut clicking = tone(4_000);
    (clicking[7], clicking[8], clicking[9]) = (1e30, f32::NAN, f32::NEG_INFINITY);
    let mut kept = tone(4_000);
    (kept[7], kept[8], kept[9]) = (1.0, 0.0, 0.0);
    assert_alike(&loud(&clicking), &kept, 1e-6);
}

#[test]
fn no_number_is_silence_in_its_channel_and_not_in_the_others() {
    let frames = [f64::NAN, 0.5, f64::MAX, 0.5, 0.25, 0.75];
    let bytes: Vec<u8> = frames.iter().flat_map(|sample| sample.to_le_bytes()).collect();
    assert_alike(&heard(&file(&format(3, 2, 16_000, 64), &bytes)), &[0.25, 0.25, 0.5], 1e-6);
}

#[test]
fn a_telephone_s_companding_is_undone() {
    // Values of the tables that CPython's audioop had.
    let a_laws = [(0xd5, 8), (0x55, -8), (0xaa, 32_256), (0x2a, -32_256), (0x80, 5_504), (0xc3, 360)];
    let mu_laws = [(0xff, 0), (0x7f, 0), (0x80, 32_124), (0x00, -32_124), (0xef, 132), (0x31, -3_772), (0xa7, 6_140)];
    assert_eq!(a_laws.map(|(byte, _)| a_law(byte)), a_laws.map(|(_, size)| size));
    assert_eq!(mu_laws.map(|(byte, _)| mu_law(byte)), mu_laws.map(|(_, size)| size));

    for (tag, table) in [(6, &a_laws[..]), (7, &mu_laws[..])] {
        let bytes: Vec<u8> = table.iter().map(|(byte, _)| *byte).collect();
        let sizes: Vec<f32> = table.iter().map(|(_, size)| *size as f32 / 32_768.0).collect();
        assert_alike(&heard(&file(&format(tag, 1, 8_000, 8), &bytes)), &sizes, 1e-6);
        assert_alike(&heard(&file(&extensible(tag, 8_000, 8), &bytes)), &sizes, 1e-6);
    }
}

#[test]
fn twenty_four_bits_are_heard_in_three_bytes_and_in_four() {
    let whole: Vec<i32> = tone(100).iter().map(|sample| (sample * 8_388_607.0) as i32).collect();
    let three: Vec<u8> = whole.iter().flat_map(|sample| sample.to_le_bytes()[..3].to_vec()).collect();
    assert_alike(&heard(&file(&format(1, 1, 16_000, 24), &three)), &tone(100), 1e-5);
    // As ALSA writes them: below an empty byte.
    let mut alsa = format(1, 1, 16_000, 24);
    alsa[12] = 4;
    let four: Vec<u8> = whole.iter().flat_map(|sample| (sample & 0x00ff_ffff).to_le_bytes()).collect();
    assert_alike(&heard(&file(&alsa, &four)), &tone(100), 1e-5);
}

#[test]
fn a_codec_that_is_not_decoded_is_named_with_the_way_out() {
    let whole = |tag: u16, block: u16| {
        let mut chunk = format(tag, 1, 16_000, 4);
        chunk[12..14].copy_from_slice(&block.to_le_bytes());
        file(&chunk, &[0x55; 4_096])
    };
    let coded = [(0x0002, 256, "Microsoft ADPCM"), (0x0011, 512, "IMA ADPCM"), (0x0031, 65, "GSM 6.10")];
    let more = [(0x0055, 1, "MP3"), (0x0055, 0, "MP3"), (0x1234, 2, "tag 0x1234")];
    for (tag, block, codec) in coded.into_iter().chain(more) {
        let text = parse(&whole(tag, block), "order.wav").unwrap_err().to_string();
        assert!(text.contains(codec) && text.contains("-c:a pcm_s16le") && !text.contains("again"), "{text}");
    }
    let text = parse(&file(&extensible(0x0011, 16_000, 4), &[0; 64]), "order.wav").unwrap_err().to_string();
    assert!(text.contains("IMA ADPCM"), "{text}");
    let mut own = extensible(1, 16_000, 16);
    own[30] = 0x77;
    let text = parse(&file(&own, &[0; 64]), "order.wav").unwrap_err().to_string();
    assert!(text.contains("unknown sub-format"), "{text}");
    let text = parse(&file(&format(0xfffe, 1, 16_000, 16), &[0; 64]), "order.wav").unwrap_err().to_string();
    assert!(text.contains("without its sub-format"), "{text}");
}

/// Whatever the bytes are, they become sound that every stage can take, or an error.
fn survives(bytes: &[u8]) {
    if let Ok(sound) = parse(bytes, "order.wav") {
        assert!(!sound.samples.is_empty() && sound.rate > 0);
        assert!(sound.samples.iter().all(|sample| sample.abs() <= 1.0));
    }
}

#[test]
fn a_recording_cut_anywhere_is_heard_as_far_as_it_goes() {
    let whole = file(&extensible(3, 16_000, 64), &[0x3f; 64]);
    (0..whole.len()).for_each(|length| survives(&whole[..length]));
    let both = [recording(20, 16_000), recording(20, 8_000)].concat();
    (0..both.len()).for_each(|length| survives(&both[..length]));
}

proptest! {
    #[test]
    fn no_bytes_are_the_end_of_the_program(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        survives(&bytes);
    }

    #[test]
    fn no_header_is_the_end_of_the_program(
        format in prop::collection::vec(prop_oneof![Just(0u8), Just(1), Just(2), Just(255), any::<u8>()], 0..44),
        tag in prop_oneof![Just(1u8), Just(3), Just(6), Just(7), Just(0xfe), any::<u8>()],
        data in prop::collection::vec(any::<u8>(), 0..100),
        lengths: [u8; 4],
    ) {
        let mut bytes = file(&format, &data);
        if let Some(first) = bytes.get_mut(20).filter(|_| !format.is_empty()) {
            *first = tag;
        }
        survives(&bytes);
        bytes[4..8].copy_from_slice(&lengths);
        bytes[16..18].copy_from_slice(&lengths[..2]);
        survives(&bytes);
    }

    #[test]
    fn no_slip_in_good_recordings_is_the_end_of_the_program(
        slips in prop::collection::vec((0usize..200, any::<u8>()), 1..6),
        rates in (prop_oneof![Just(8_000u32), Just(16_000)], prop_oneof![Just(16_000u32), Just(48_000)]),
    ) {
        let mut bytes = [recording(30, rates.0), recording(30, rates.1)].concat();
        slips.into_iter().for_each(|(at, byte)| bytes[at] = byte);
        survives(&bytes);
    }
}
