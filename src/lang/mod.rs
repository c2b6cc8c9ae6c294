//! Language as data: `assets/lang/<code>.toml`, one part a stage. No word of a language stands in code.
