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
