//! The tree keeps its own rules.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

fn sources(dir: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(dir).unwrap_or_else(|e| panic!("{}: {e}", dir.display())) {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(sources(&path));
        } else {
            found.push(path);
        }
    }
    found
}

#[test]
fn a_source_file_is_read_in_one_sitting() {
    let long: Vec<_> = sources(Path::new("src"))
        .into_iter()
        .filter(|path| path.extension().is_some_and(|e| e == "rs"))
        .map(|path| (std::fs::read_to_string(&path).unwrap().lines().count(), path))
        .filter(|(lines, _)| *lines > 450)
        .collect();
    assert!(long.is_empty(), "part these at a seam: {long:?}");
}

/// What is shared has one door, `tests/support`. A file that another takes in by its path breaks where nobody looks.
#[test]
fn no_source_file_is_taken_into_another_by_its_path() {
    // Each in two pieces, for this file is looked at too.
    let (path, include) = (concat!("#[", "path"), concat!("include", "!("));
    // Programs that measure stand beside `tests/`, each in a file or a room of its own, so that they must say where the
    // door is.
    let doors = ["..", "../.."].map(|up| format!("{path} = \"{up}/tests/support/mod.rs\"]\nmod support;\n"));
    let taken: Vec<_> = ["src", "tests", "examples"]
        .into_iter()
        .flat_map(|dir| sources(Path::new(dir)))
        .filter(|file| file.extension().is_some_and(|e| e == "rs"))
        .filter(|file| {
            let mut text = std::fs::read_to_string(file).unwrap();
            if file.starts_with("examples") {
                for door in &doors {
                    text = text.replacen(door, "", 1);
                }
            }
            text.contains(path) || text.contains(include)
        })
        .collect();
    assert!(taken.is_empty(), "share it through tests/support: {taken:?}");
}

/// A message that is forgotten would be silence: the compiler names it, as long as nothing stands for "all others".
#[test]
fn every_message_has_words_of_its_own() {
    for topic in ["done", "cannot", "answer", "ask", "talk"] {
        let file = format!("src/reply/{topic}.rs");
        let text = std::fs::read_to_string(&file).unwrap();
        let catch_all = text.lines().find(|line| line.trim_start().starts_with("_ =>"));
        assert_eq!(catch_all, None, "{file}");
    }
}

#[test]
fn every_migration_opens_with_its_reason() {
    let migrations = sources(Path::new("src/store/migrations"));
    assert!(!migrations.is_empty());
    for path in migrations {
        let text = std::fs::read_to_string(&path).unwrap();
        assert!(text.starts_with("-- "), "{} does not say why it is there", path.display());
    }
}

#[test]
fn scripts_can_be_run_by_anyone() {
    use std::os::unix::fs::PermissionsExt;
    for path in sources(Path::new("scripts")).into_iter().chain([PathBuf::from(".ci/run")]) {
        let mode = std::fs::metadata(&path).unwrap().permissions().mode();
        assert!(mode & 0o111 != 0, "{} is not executable", path.display());
        assert!(std::fs::read_to_string(&path).unwrap().starts_with("#!"), "{} names no interpreter", path.display());
    }
}

/// The rooms of `src`, as the table of ARCHITECTURE.md tells them from the ground up: name, and what it may import.
fn rooms() -> Vec<(String, BTreeSet<String>)> {
    let told = std::fs::read_to_string("ARCHITECTURE.md").unwrap();
    let names = |cell: &str| -> BTreeSet<String> {
        let all = cell.split(',').map(|name| name.trim().to_string());
        all.filter(|name| !name.is_empty() && name != "nothing").collect()
    };
    told.lines()
        .filter_map(|line| {
            let cells: Vec<&str> = line.strip_prefix("| `src/")?.trim_end_matches('|').split('|').collect();
            let name = cells[0].trim().trim_end_matches('`').trim_end_matches('/').trim_end_matches(".rs");
            Some((name.to_string(), names(cells.last()?)))
        })
        .collect()
}

/// The code of a file without its tests and its comments.
fn code(path: &Path) -> String {
    let text = std::fs::read_to_string(path).unwrap();
    let tests = text.find("#[cfg(test)]\nmod tests {").unwrap_or(text.len());
    text[..tests].lines().filter(|line| !line.trim_start().starts_with("//")).map(|line| format!("{line}\n")).collect()
}

/// Files that are compiled for tests alone.
fn is_test(path: &Path) -> bool {
    let inside = path.components().any(|part| part.as_os_str() == "tests");
    inside || is_test_file(path)
}

fn is_test_file(path: &Path) -> bool {
    ["tests.rs", "testing.rs", "sample.rs"].iter().any(|name| path.ends_with(name))
        && !path.ends_with("understand/sample.rs")
}

fn imported(code: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for rest in code.split("crate::").skip(1) {
        let heads: Vec<&str> = match rest.strip_prefix('{') {
            Some(list) => list.split('}').next().unwrap_or_default().split(',').collect(),
            None => vec![rest],
        };
        found.extend(heads.into_iter().map(|head| word(head).to_string()));
    }
    found
}

/// Imports in nested groups, or of several rooms at once, would not be seen.
#[test]
fn imports_are_written_so_that_they_are_seen() {
    for path in sources(Path::new("src")).iter().filter(|path| path.extension().is_some_and(|e| e == "rs")) {
        let text = std::fs::read_to_string(path).unwrap();
        for statement in text.split("\nuse ").skip(1).filter_map(|rest| rest.split(';').next()) {
            let nested =
                statement.matches('{').count() > 1 && ["crate", "super"].iter().any(|root| statement.starts_with(root));
            assert!(!nested && !statement.starts_with("crate::{"), "{}: use {statement}", path.display());
        }
    }
}

fn word(text: &str) -> &str {
    text.trim().split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or_default()
}

#[test]
fn each_room_imports_what_its_row_in_the_architecture_says_and_nothing_else() {
    let rooms = rooms();
    let names: Vec<&str> = rooms.iter().map(|(name, _)| name.as_str()).collect();
    let mut there: Vec<String> = std::fs::read_dir("src")
        .unwrap()
        .map(|entry| entry.unwrap().path().file_stem().unwrap().to_string_lossy().into_owned())
        .filter(|name| name != "lib" && name != "main")
        .collect();
    there.sort();
    let mut told: Vec<String> = names.iter().map(|name| name.to_string()).collect();
    told.sort();
    assert_eq!(there, told, "every room has a row, and every row a room");
    for (at, (name, may)) in rooms.iter().enumerate() {
        // A room that may import only what stands above it is in no circle.
        let below: Vec<&String> = may.iter().filter(|other| !names[..at].contains(&other.as_str())).collect();
        assert!(below.is_empty(), "{name} may not import {below:?}: only rooms above it");
        let files = match Path::new("src").join(name) {
            dir if dir.is_dir() => sources(&dir),
            file => vec![file.with_extension("rs")],
        };
        let mut does = BTreeSet::new();
        for file in files.iter().filter(|file| file.extension().is_some_and(|e| e == "rs") && !is_test(file)) {
            let rooms: BTreeSet<String> = imported(&code(file))
                .into_iter()
                .filter(|room| names.contains(&room.as_str()) && room != name)
                .collect();
            let against: Vec<_> = rooms.difference(may).collect();
            assert!(
                against.is_empty(),
                "{} imports {against:?}; ARCHITECTURE.md lets {name} import {may:?}",
                file.display()
            );
            does.extend(rooms);
        }
        let unused: Vec<_> = may.difference(&does).collect();
        assert!(unused.is_empty(), "ARCHITECTURE.md lets {name} import {unused:?}, which it does not");
    }
}

#[test]
fn the_laws_of_the_house_hold_whatever_its_table_says() {
    let rooms = rooms();
    let may = |name: &str| &rooms.iter().find(|(room, _)| room == name).unwrap_or_else(|| panic!("no room {name}")).1;
    // What decides knows no store, no words, no clock.
    for pure in ["dialogue", "commerce", "understand", "shop"] {
        assert!(["store", "reply", "service"].iter().all(|other| !may(pure).contains(*other)), "{pure}");
        for file in sources(&Path::new("src").join(pure)).iter().filter(|file| !is_test(file)) {
            let code = code(file);
            let clock = ["tokio", "std::time", "SystemTime", "Instant"].iter().find(|word| code.contains(**word));
            assert_eq!(clock, None, "{}", file.display());
        }
    }
    // One entrance: the service alone knows the store.
    let knowing: Vec<&str> =
        rooms.iter().filter(|(_, may)| may.contains("store")).map(|(name, _)| name.as_str()).collect();
    assert_eq!(knowing, ["service"]);
    // The ground imports no stage.
    let stages = ["shop", "commerce", "understand", "dialogue", "reply", "service", "hear", "stt", "tts", "sound"];
    for ground in ["message", "chance", "config", "money", "lang", "pronounce"] {
        assert!(stages.iter().all(|stage| !may(ground).contains(*stage)), "{ground}");
    }
    // A channel knows no other channel.
    for file in sources(Path::new("src/channel")) {
        let channel = file.strip_prefix("src/channel").unwrap().iter().next().unwrap().to_string_lossy().into_owned();
        let others = code(&file);
        let others = others.split("crate::channel::").skip(1).map(word).find(|other| *other != channel);
        assert_eq!(others, None, "{}", file.display());
    }
}

/// The files of a room that the text of one names: `super::x`, `super::{x, y}`, `crate::room::x`.
fn named<'a>(text: &str, room: &str, files: &[&'a str]) -> BTreeSet<&'a str> {
    let root = format!("crate::{room}::");
    let heads = text.split("super::").skip(1).chain(text.split(root.as_str()).skip(1));
    let heads = heads.flat_map(|rest| match rest.strip_prefix('{') {
        Some(list) => list.split('}').next().unwrap_or_default().split(',').collect::<Vec<_>>(),
        None => vec![rest],
    });
    let heads: BTreeSet<&str> = heads.map(word).collect();
    files.iter().copied().filter(|file| heads.contains(*file)).collect()
}

#[test]
fn the_files_of_shop_and_dialogue_import_only_those_told_before_them() {
    for room in ["shop", "dialogue"] {
        let dir = Path::new("src").join(room);
        let front = std::fs::read_to_string(dir.join("mod.rs")).unwrap();
        let told: Vec<&str> = front
            .lines()
            .filter_map(|line| line.strip_prefix("//! - `")?.split_once("`: ").map(|(file, _)| file))
            .collect();
        let there: BTreeSet<String> = std::fs::read_dir(&dir)
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .filter(|path| !is_test(path) && !path.ends_with("mod.rs"))
            .map(|path| path.file_stem().unwrap().to_string_lossy().into_owned())
            .collect();
        assert_eq!(
            there,
            told.iter().map(|file| file.to_string()).collect(),
            "every file has its sentence in {room}/mod.rs"
        );
        for (n, file) in told.iter().enumerate() {
            let files = match dir.join(file) {
                inside if inside.is_dir() => sources(&inside),
                _ => vec![dir.join(format!("{file}.rs"))],
            };
            for path in files {
                // Inside a folder `super` is the folder itself.
                let folder = path.parent() != Some(dir.as_path());
                let text = if folder { code(&path).replace("super::", "") } else { code(&path) };
                let later: Vec<&str> = named(&text, room, &told)
                    .into_iter()
                    .filter(|other| *other != *file && told[n..].contains(other))
                    .collect();
                assert!(later.is_empty(), "{} imports {later:?}, which stands below it", path.display());
                // Through the front page an import would not tell which file it leads to.
                let own = format!("crate::{room}::");
                let roots: &[&str] = if folder { &[own.as_str()] } else { &["\nuse super::", own.as_str()] };
                let hidden =
                    |root: &&str| text.split(*root).skip(1).any(|rest| rest.starts_with(|c: char| c.is_uppercase()));
                assert!(!roots.iter().any(hidden), "{} imports through mod.rs: name the file", path.display());
            }
        }
    }
}

#[test]
fn imports_are_seen_in_every_way_of_writing_them() {
    let files = ["diagnose", "load", "value", "names", "model"];
    let seen = |text: &str| named(text, "shop", &files).into_iter().collect::<Vec<_>>();
    assert_eq!(seen("use super::names::{self, fold};"), ["names"]);
    assert_eq!(seen("use super::{load, value};"), ["load", "value"]);
    assert_eq!(seen("let a = crate::shop::load::price(x);"), ["load"]);
    assert_eq!(seen("use crate::shop::{diagnose::Place, model::Item};"), ["diagnose", "model"]);
    assert_eq!(seen("use crate::lang::load;"), Vec::<&str>::new());
    let all = |text: &str| imported(text).into_iter().collect::<Vec<_>>();
    assert_eq!(all("use crate::lang::Language;\ncrate::{shop, store::Store}"), ["lang", "shop", "store"]);
}
