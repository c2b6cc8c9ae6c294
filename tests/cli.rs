//! The command line as its user meets it: help, configuration, and errors that say what to do.

use assert_cmd::Command;
use predicates::prelude::*;
use predicates::str::contains;

/// saycart in an empty home.
fn saycart(home: &tempfile::TempDir) -> Command {
    let mut command = Command::new(assert_cmd::cargo::cargo_bin!("saycart"));
    command.env_clear().env("HOME", home.path()).env("PATH", std::env::var_os("PATH").unwrap_or_default());
    command
}

fn home() -> tempfile::TempDir {
    tempfile::tempdir().unwrap()
}

#[test]
fn help_lists_every_command() {
    let mut assert = saycart(&home()).arg("--help").assert().success();
    for command in ["run", "order", "chat", "hear", "say", "understand", "shop", "models", "orders", "doctor", "config"]
    {
        assert = assert.stdout(contains(format!("\n  {command} ")));
    }
}

#[test]
fn completions_and_the_man_page_come_from_the_same_definitions() {
    for shell in ["bash", "zsh", "fish"] {
        saycart(&home()).args(["completions", shell]).assert().success().stdout(contains("reply-dir"));
    }
    saycart(&home()).arg("man").assert().success().stdout(contains(".TH saycart").and(contains("doctor")));
}

#[test]
fn config_says_where_each_value_came_from() {
    let home = home();
    let dir = home.path().join(".config/saycart");
    std::fs::create_dir_all(&dir).unwrap();
    std::fs::write(dir.join("config.toml"), "[hear]\nhangover = 0.5\n").unwrap();
    saycart(&home)
        .args(["--set", "hear.threads=4", "config"])
        .env("SAYCART_SPEAK__CACHE_MB", "7")
        .assert()
        .success()
        .stdout(contains("threads = 4").and(contains("# --set")))
        .stdout(predicate::str::is_match(r"hangover = 0\.5 +# .*\.config/saycart/config\.toml").unwrap())
        .stdout(predicate::str::is_match(r"cache_mb = 7 +# environment SAYCART_SPEAK__CACHE_MB").unwrap())
        .stdout(predicate::str::is_match(r"onset = [0-9.]+ +# default").unwrap());
}

#[test]
fn an_unknown_key_in_a_file_is_an_error_that_names_the_nearest() {
    let home = home();
    let file = home.path().join("my.toml");
    std::fs::write(&file, "[audio]\nmicrofone = \"default\"\n").unwrap();
    saycart(&home)
        .arg("--config")
        .arg(&file)
        .arg("config")
        .assert()
        .failure()
        .stderr(contains("my.toml").and(contains("audio.microfone")).and(contains("audio.microphone")));
}

#[test]
fn a_missing_configuration_file_is_named() {
    saycart(&home())
        .args(["--config", "/nowhere/at/all.toml", "config"])
        .assert()
        .failure()
        .stderr(contains("/nowhere/at/all.toml"));
}

#[test]
fn a_shop_that_is_not_there_is_named_and_so_is_the_way_out() {
    let home = home();
    for command in [&["shop", "check"][..], &["shop", "show"], &["shop", "sample"], &["understand"]] {
        saycart(&home)
            .args(["--shop", "/no/such/shop"])
            .args(command)
            .assert()
            .failure()
            .stderr(contains("no shop directory /no/such/shop").and(contains("--shop DIR")));
    }
    // Away from where the default lies, the directory that was looked for is told whole.
    saycart(&home).current_dir(home.path()).arg("doctor").assert().failure().stdout(
        contains(format!("no shop directory {}/assets/shops/cafe", home.path().display())).and(contains("--shop DIR")),
    );
    let file = home.path().join("shop.toml");
    std::fs::write(&file, "").unwrap();
    saycart(&home).args(["shop", "check"]).arg(&file).assert().failure().stderr(contains("is a file"));
}

#[test]
fn the_doctor_sends_whoever_has_a_broken_shop_to_the_check_of_that_shop() {
    let home = home();
    std::fs::write(home.path().join("shop.toml"), "name = \"Tea\"\n").unwrap();
    let dir = home.path().display();
    saycart(&home)
        .arg("--shop")
        .arg(home.path())
        .arg("doctor")
        .assert()
        .failure()
        .stdout(contains(format!("in {dir}. `saycart shop check {dir}` lists them")));
    std::fs::remove_file(home.path().join("shop.toml")).unwrap();
    saycart(&home).arg("--shop").arg(home.path()).arg("doctor").assert().stdout(contains("1 mistake in"));
}

#[test]
fn the_doctor_looks_at_what_the_wake_phrase_and_a_voice_of_many_take() {
    let home = home();
    let shop = concat!(env!("CARGO_MANIFEST_DIR"), "/assets/shops/cafe");
    let doctor = |set: &[&str]| {
        let mut doctor = saycart(&home);
        doctor.args(["doctor", "--shop", shop]).args(set.iter().flat_map(|set| ["--set", set]));
        String::from_utf8(doctor.assert().failure().get_output().stdout.clone()).unwrap()
    };
    let said = doctor(&["listen.mode=wake", "speak.voice=kokoro-82m:af_heart"]);
    for needed in
        ["`saycart models fetch speech-embedding`", "`saycart models fetch kokoro-82m`", "kokoro-82m:af_heart"]
    {
        assert!(said.contains(needed), "{needed} in:\n{said}");
    }
    assert!(!said.contains("wake phrase"), "nothing is learnt without them: {said}");
    let said = doctor(&["listen.mode=open"]);
    assert!(!said.contains("speech-embedding") && !said.contains("wake phrase"), "{said}");
}

/// `saycart … | head -1`, with a reader that left before the first line.
#[test]
fn whoever_stops_reading_has_read_enough() {
    let home = home();
    std::fs::write(home.path().join("said.txt"), "two lemonades\n").unwrap();
    let commands: [&[&str]; 14] = [
        &["shop", "check"],
        &["shop", "check", "."],
        &["shop", "show"],
        &["shop", "sample"],
        &["understand"],
        &["understand", "--trace"],
        &["orders", "list"],
        &["models", "list"],
        &["models", "verify"],
        &["config"],
        &["config", "--default"],
        &["doctor"],
        &["completions", "bash"],
        &["man"],
    ];
    for command in commands {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let output = std::process::Command::new(assert_cmd::cargo::cargo_bin!("saycart"))
            .env_clear()
            .env("HOME", home.path())
            .current_dir(home.path())
            .args(["--shop", concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/stand")])
            .args(command)
            .stdin(std::fs::File::open(home.path().join("said.txt")).unwrap())
            .stdout(writer)
            .output()
            .unwrap();
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success() && errors.is_empty(), "{command:?}: {}: {errors}", output.status);
    }
}

#[test]
fn hearing_without_models_says_how_to_get_them() {
    let home = home();
    let wav = home.path().join("a.wav");
    let spec = hound::WavSpec {
        channels: 1,
        sample_rate: 16_000,
        bits_per_sample: 16,
        sample_format: hound::SampleFormat::Int,
    };
    let mut writer = hound::WavWriter::create(&wav, spec).unwrap();
    (0..16_000).for_each(|i| writer.write_sample((i % 100) as i16).unwrap());
    writer.finalize().unwrap();
    saycart(&home).arg("hear").arg(&wav).assert().failure().stderr(contains("saycart models fetch"));
}
