//! The tree keeps its own rules.

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
    // Programs that measure stand beside `tests/`, so that they must say where the door is.
    let door = format!("{path} = \"../tests/support/mod.rs\"]\nmod support;\n");
    let taken: Vec<_> = ["src", "tests", "examples"]
        .into_iter()
        .flat_map(|dir| sources(Path::new(dir)))
        .filter(|file| file.extension().is_some_and(|e| e == "rs"))
        .filter(|file| {
            let mut text = std::fs::read_to_string(file).unwrap();
            if file.starts_with("examples") {
                text = text.replacen(&door, "", 1);
            }
            text.contains(path) || text.contains(include)
        })
        .collect();
    assert!(taken.is_empty(), "share it through tests/support: {taken:?}");
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
