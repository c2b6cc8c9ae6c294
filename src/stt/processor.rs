//! Whether this processor can do what the program was built for: one that was built for a newer one ends without a word at the first
//! thing to hear.

/// What the program uses and this processor lacks, by whisper.cpp's own names ("AVX512").
pub(super) fn lacks() -> Vec<String> {
    lacking(whisper_rs::print_system_info(), has)
}

/// `info`: "AVX = 1 | AVX2 = 1 | …". `has`: `None` where nobody can tell.
fn lacking(info: &str, has: impl Fn(&str) -> Option<bool>) -> Vec<String> {
    let features = info.split(['|', ':']).filter_map(|part| part.split_once('='));
    let used = features.filter(|(_, value)| value.trim() == "1").map(|(name, _)| name.trim());
    used.filter(|name| has(name) == Some(false)).map(str::to_string).collect()
}

#[cfg(target_arch = "x86_64")]
fn has(feature: &str) -> Option<bool> {
    Some(match feature {
        "SSE3" => is_x86_feature_detected!("sse3"),
        "SSSE3" => is_x86_feature_detected!("ssse3"),
        "AVX" => is_x86_feature_detected!("avx"),
        "AVX2" => is_x86_feature_detected!("avx2"),
        "F16C" => is_x86_feature_detected!("f16c"),
        "FMA" => is_x86_feature_detected!("fma"),
        "BMI2" => is_x86_feature_detected!("bmi2"),
        "AVX512" => is_x86_feature_detected!("avx512f"),
        "AVX512_VBMI" => is_x86_feature_detected!("avx512vbmi"),
        "AVX512_VNNI" => is_x86_feature_detected!("avx512vnni"),
        "AVX512_BF16" => is_x86_feature_detected!("avx512bf16"),
        "AVX_VNNI" => is_x86_feature_detected!("avxvnni"),
        _ => return None,
    })
}

#[cfg(target_arch = "aarch64")]
fn has(feature: &str) -> Option<bool> {
    use std::arch::is_aarch64_feature_detected as detected;
    Some(match feature {
        "DOTPROD" => detected!("dotprod"),
        "FP16_VA" => detected!("fp16"),
        "MATMUL_INT8" => detected!("i8mm"),
        "SVE" => detected!("sve"),
        _ => return None,
    })
}

#[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
fn has(_: &str) -> Option<bool> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_built_in_and_is_not_there_is_named() {
        let info = "WHISPER : COREML = 0 | CPU : SSE3 = 1 | AVX = 1 | AVX512 = 1 | AVX_VNNI = 0 | LLAMAFILE = 1 | ";
        let old = |feature: &str| match feature {
            "SSE3" | "AVX" => Some(true),
            "AVX512" | "AVX_VNNI" => Some(false),
            _ => None,
        };
        assert_eq!(lacking(info, old), ["AVX512"]);
    }

    #[test]
    fn this_processor_can_do_what_was_built_on_it() {
        assert_eq!(lacks(), [""; 0]);
    }
}
