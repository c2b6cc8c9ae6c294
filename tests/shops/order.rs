//! The files of `src/shop` stand in an order, and it is the one that its front page tells.

use std::collections::BTreeSet;
use std::path::Path;

/// The files that the text of one names: `super::x`, `super::{x, y}`, `crate::shop::x`.
fn named<'a>(text: &str, files: &[&'a str]) -> BTreeSet<&'a str> {
    let after = |from: &'static str| text.split(from).skip(1);
    let heads = after("super::").chain(after("crate::shop::")).flat_map(|rest| match rest.strip_prefix('{') {
        Some(list) => list.split('}').next().unwrap_or_default().split(',').collect::<Vec<_>>(),
        None => vec![rest],
    });
    let word = |head: &str| head.trim().split(|c: char| !c.is_alphanumeric() && c != '_').next().map(str::to_string);
    let heads: BTreeSet<String> = heads.filter_map(word).collect();
    files.iter().copied().filter(|file| heads.contains(*file)).collect()
}

#[test]
fn each_file_of_the_shop_imports_only_those_told_before_it() {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/shop");
    let read = |file: &str| std::fs::read_to_string(dir.join(file)).unwrap_or_else(|why| panic!("{file}: {why}"));
    let front = read("mod.rs");
    let told: Vec<&str> = front
        .lines()
        .filter_map(|line| line.strip_prefix("//! - `")?.split_once("`: ").map(|(file, _)| file))
        .collect();
    let there: BTreeSet<String> = std::fs::read_dir(&dir)
        .expect("a folder")
        .map(|entry| entry.expect("an entry").path().file_stem().expect("a name").to_string_lossy().into_owned())
        .filter(|file| file != "mod")
        .collect();
    assert_eq!(there, told.iter().map(|file| file.to_string()).collect(), "every file has its sentence in mod.rs");
    for (n, file) in told.iter().enumerate() {
        let text = read(&format!("{file}.rs"));
        let later: Vec<&str> = named(&text, &told).into_iter().filter(|other| told[n..].contains(other)).collect();
        assert_eq!(later, Vec::<&str>::new(), "{file} imports what stands below it");
        // Through the front page an import would not tell which file it leads to.
        let roots = ["\nuse super::", "crate::shop::"];
        let hidden = |root: &str| text.split(root).skip(1).any(|rest| rest.starts_with(|c: char| c.is_uppercase()));
        assert!(!roots.into_iter().any(hidden), "{file} imports through mod.rs: name the file");
    }
}

#[test]
fn imports_are_seen_in_every_way_of_writing_them() {
    let files = ["diagnose", "load", "value", "names", "model"];
    let seen = |text: &str| named(text, &files).into_iter().collect::<Vec<_>>();
    assert_eq!(seen("use super::names::{self, fold};"), ["names"]);
    assert_eq!(seen("use super::{load, value};"), ["load", "value"]);
    assert_eq!(seen("let a = crate::shop::load::price(x);"), ["load"]);
    assert_eq!(seen("use crate::shop::{diagnose::Place, model::Item};"), ["diagnose", "model"]);
    assert_eq!(seen("use crate::lang::load;"), Vec::<&str>::new());
}
