//! A synthetic model, small but of the true form, converted and read back.

use std::collections::BTreeMap;

use half::f16;

use super::*;

const WIDTH: u32 = 64;
const TOKENS: u32 = 7;

/// Writes a CTranslate2 file. Every number of a variable is the variable's place in the file, plus row / 1024,
/// so that a wrong slice shows.
#[derive(Default)]
struct Weights {
    bytes: Vec<u8>,
    count: u32,
}

impl Weights {
    fn add(&mut self, name: &str, shape: &[u32]) {
        let place = self.count as f32;
        let columns: u32 = shape[1..].iter().product();
        let data: Vec<u8> = (0..shape[0])
            .flat_map(|row| std::iter::repeat_n(f16::from_f32(place + row as f32 / 1024.0), columns as usize))
            .flat_map(f16::to_le_bytes)
            .collect();
        self.raw(name, shape, 4, &data);
    }

    fn raw(&mut self, name: &str, shape: &[u32], kind: u8, data: &[u8]) {
        self.string(name);
        self.bytes.push(shape.len() as u8);
        shape.iter().for_each(|d| self.bytes.extend(d.to_le_bytes()));
        self.bytes.push(kind);
        self.bytes.extend((data.len() as u32).to_le_bytes());
        self.bytes.extend(data);
        self.count += 1;
    }

    fn string(&mut self, text: &str) {
        self.bytes.extend((text.len() as u16 + 1).to_le_bytes());
        self.bytes.extend(text.as_bytes());
        self.bytes.push(0);
    }

    fn file(self, spec: &str) -> Vec<u8> {
        let mut head = Weights::default();
        head.bytes.extend(6u32.to_le_bytes());
        head.string(spec);
        head.bytes.extend(3u32.to_le_bytes());
        head.bytes.extend(self.count.to_le_bytes());
        [head.bytes, self.bytes].concat()
    }
}

fn linear_and_bias(weights: &mut Weights, name: &str, rows: u32, columns: u32) {
    weights.add(&format!("{name}/weight"), &[rows, columns]);
    weights.add(&format!("{name}/bias"), &[rows]);
}

fn layer_norm(weights: &mut Weights, name: &str) {
    weights.add(&format!("{name}/gamma"), &[WIDTH]);
    weights.add(&format!("{name}/beta"), &[WIDTH]);
}

/// One encoder layer, one decoder layer.
fn small_model() -> Weights {
    let mut w = Weights::default();
    w.raw("decoder/alignment_layer", &[], 2, &[0, 0]);
    w.add("decoder/embeddings/weight", &[TOKENS, WIDTH]);
    w.add("decoder/position_encodings/encodings", &[5, WIDTH]);
    w.add("encoder/position_encodings/encodings", &[AUDIO_POSITIONS, WIDTH]);
    w.add("encoder/conv1/weight", &[WIDTH, 80, 3]);
    w.add("encoder/conv1/bias", &[WIDTH]);
    w.add("encoder/conv2/weight", &[WIDTH, WIDTH, 3]);
    w.add("encoder/conv2/bias", &[WIDTH]);
    for layer in ["encoder/layer_0", "decoder/layer_0"] {
        linear_and_bias(&mut w, &format!("{layer}/self_attention/linear_0"), 3 * WIDTH, WIDTH);
        linear_and_bias(&mut w, &format!("{layer}/self_attention/linear_1"), WIDTH, WIDTH);
        layer_norm(&mut w, &format!("{layer}/self_attention/layer_norm"));
        linear_and_bias(&mut w, &format!("{layer}/ffn/linear_0"), 4 * WIDTH, WIDTH);
        linear_and_bias(&mut w, &format!("{layer}/ffn/linear_1"), WIDTH, 4 * WIDTH);
        layer_norm(&mut w, &format!("{layer}/ffn/layer_norm"));
    }
    linear_and_bias(&mut w, "decoder/layer_0/attention/linear_0", WIDTH, WIDTH);
    linear_and_bias(&mut w, "decoder/layer_0/attention/linear_1", 2 * WIDTH, WIDTH);
    linear_and_bias(&mut w, "decoder/layer_0/attention/linear_2", WIDTH, WIDTH);
    layer_norm(&mut w, "decoder/layer_0/attention/layer_norm");
    layer_norm(&mut w, "encoder/layer_norm");
    layer_norm(&mut w, "decoder/layer_norm");
    w
}

const VOCABULARY: &str = "a\nb\nĠc\nd\ne\nf\ng\n";

fn converted(weights: &[u8]) -> Result<Vec<u8>, ConvertError> {
    let mut out = Vec::new();
    whisper_to_ggml(weights, VOCABULARY, &mut out).map(|()| out)
}

#[derive(Debug)]
struct Tensor {
    kind: u32,
    dims: Vec<u32>,
    first: f32,
}

/// Reads a ggml file the way whisper.cpp does; panics on anything unexpected.
fn read(bytes: &[u8]) -> (Vec<u32>, Vec<Vec<u8>>, BTreeMap<String, Tensor>) {
    let mut at = 0;
    let mut take = |n: usize| {
        at += n;
        bytes[at - n..at].to_vec()
    };
    let number = |b: Vec<u8>| u32::from_le_bytes(b.try_into().unwrap());
    assert_eq!(number(take(4)), 0x6767_6d6c);
    let header: Vec<u32> = (0..11).map(|_| number(take(4))).collect();
    let filters = (number(take(4)), number(take(4)));
    take((filters.0 * filters.1) as usize * 4);
    let count = number(take(4));
    let mut tokens = Vec::new();
    for _ in 0..count {
        let length = number(take(4));
        tokens.push(take(length as usize));
    }
    let mut tensors = BTreeMap::new();
    let mut read =
        48 + 8 + (filters.0 * filters.1 * 4) as usize + 4 + tokens.iter().map(|t| 4 + t.len()).sum::<usize>();
    while read < bytes.len() {
        let (rank, length, kind) = (number(take(4)), number(take(4)), number(take(4)));
        let dims: Vec<u32> = (0..rank).map(|_| number(take(4))).collect();
        let name = String::from_utf8(take(length as usize)).unwrap();
        let size = if kind == 0 { 4 } else { 2 };
        let data = take(dims.iter().product::<u32>() as usize * size);
        let first = match kind {
            0 => f32::from_le_bytes([data[0], data[1], data[2], data[3]]),
            _ => f16::from_le_bytes([data[0], data[1]]).to_f32(),
        };
        read += 12 + 4 * rank as usize + length as usize + data.len();
        tensors.insert(name, Tensor { kind, dims, first });
    }
    assert_eq!(read, bytes.len(), "nothing is left over");
    (header, tokens, tensors)
}

#[test]
fn a_small_model_becomes_a_whole_ggml_file() {
    let (header, tokens, tensors) = read(&converted(&small_model().file("WhisperSpec")).unwrap());
    assert_eq!(header, [TOKENS, 1500, WIDTH, 1, 1, 5, WIDTH, 1, 1, 80, 1]);
    assert_eq!(tokens[2], b" c");
    assert_eq!(tokens.len(), 7);
    // As whisper.cpp counts them: 7 + 15 a layer for the encoder (its post-norm included), 4 + 24 a layer for the decoder.
    assert_eq!(tensors.len(), 7 + 15 + 4 + 24);
    assert!(tensors.keys().all(|name| !name.ends_with("key.bias")));
}

#[test]
fn shapes_are_reversed_and_types_are_as_whisper_cpp_expects() {
    let (_, _, tensors) = read(&converted(&small_model().file("WhisperSpec")).unwrap());
    let form = |name: &str| (tensors[name].kind, tensors[name].dims.clone());
    assert_eq!(form("encoder.conv1.weight"), (1, vec![3, 80, WIDTH]));
    assert_eq!(form("encoder.conv1.bias"), (0, vec![1, WIDTH]));
    assert_eq!(form("encoder.positional_embedding"), (0, vec![WIDTH, 1500]));
    assert_eq!(form("decoder.token_embedding.weight"), (1, vec![WIDTH, TOKENS]));
    assert_eq!(form("decoder.blocks.0.mlp.0.weight"), (1, vec![WIDTH, 4 * WIDTH]));
    assert_eq!(form("decoder.blocks.0.mlp.0.bias"), (0, vec![4 * WIDTH]));
}

#[test]
fn stacked_attention_comes_apart_at_the_right_rows() {
    let (_, _, tensors) = read(&converted(&small_model().file("WhisperSpec")).unwrap());
    let row = |name: &str| (tensors[name].first.fract() * 1024.0).round() as u32;
    for side in ["encoder", "decoder"] {
        assert_eq!(row(&format!("{side}.blocks.0.attn.query.weight")), 0);
        assert_eq!(row(&format!("{side}.blocks.0.attn.key.weight")), WIDTH);
        assert_eq!(row(&format!("{side}.blocks.0.attn.value.weight")), 2 * WIDTH);
    }
    assert_eq!(row("decoder.blocks.0.cross_attn.key.weight"), 0);
    assert_eq!(row("decoder.blocks.0.cross_attn.value.weight"), WIDTH);
    assert_eq!(row("decoder.blocks.0.cross_attn.value.bias"), WIDTH);
}

#[test]
fn weights_cut_off_anywhere_are_refused_and_never_panic() {
    let whole = small_model().file("WhisperSpec");
    let places = (0..400).chain((400..whole.len()).step_by(9973)).chain([whole.len() - 1]);
    for length in places {
        assert!(converted(&whole[..length]).is_err(), "{length} of {} bytes were taken for a model", whole.len());
    }
}

#[test]
fn another_model_another_version_and_other_number_types_are_named() {
    assert!(matches!(converted(&small_model().file("TransformerSpec")), Err(ConvertError::NotWhisper(_))));
    let mut newer = small_model().file("WhisperSpec");
    newer[0] = 7;
    assert!(matches!(converted(&newer), Err(ConvertError::Version(7))));
    let mut lacking = Weights::default();
    lacking.add("decoder/embeddings/weight", &[TOKENS, WIDTH]);
    let error = converted(&lacking.file("WhisperSpec")).unwrap_err();
    assert!(error.to_string().contains("encoder/conv1/weight"), "{error}");
    let mut int8 = small_model();
    int8.raw("encoder/layer_norm/gamma", &[WIDTH], 1, &[0; WIDTH as usize]);
    assert!(matches!(converted(&int8.file("WhisperSpec")), Err(ConvertError::NotF16(_))));
}

#[test]
fn a_full_disk_while_writing_is_passed_on() {
    struct Full(usize);
    impl Write for Full {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0 = self.0.checked_sub(bytes.len()).ok_or(std::io::ErrorKind::StorageFull)?;
            Ok(bytes.len())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    let result = whisper_to_ggml(&small_model().file("WhisperSpec"), VOCABULARY, Full(100_000));
    assert!(matches!(result, Err(ConvertError::Write(e)) if e.kind() == std::io::ErrorKind::StorageFull));
}

#[test]
fn a_quantised_model_keeps_its_form_and_only_its_matrices_shrink() {
    let whole = converted(&small_model().file("WhisperSpec")).unwrap();
    for (grain, block_bytes, file_type) in [(Grain::Q8_0, 34, 2_007), (Grain::Q5_1, 24, 2_009)] {
        let mut small = Vec::new();
        quantise(&whole, grain, &mut small).unwrap();
        assert_eq!(small[..44], whole[..44]);
        assert_eq!(small[44..48], u32::to_le_bytes(file_type));
        let (_, _, tensors) = read(&whole);
        let matrices: u32 =
            tensors.values().filter(|t| t.kind == 1 && t.dims.len() == 2).map(|t| t.dims.iter().product::<u32>()).sum();
        assert_eq!(whole.len() - small.len(), (matrices / 32 * (64 - block_bytes)) as usize);
    }
    for length in (0..whole.len()).step_by(9973) {
        assert!(
            quantise(&whole[..length], Grain::Q8_0, std::io::sink()).is_err(),
            "{length} bytes were taken for a model"
        );
    }
}
