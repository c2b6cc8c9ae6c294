//! The commands that check and show a shop.

use std::path::Path;

use predicates::prelude::PredicateBooleanExt;
use predicates::str::contains;

use crate::{HEAD, TEA};

fn saycart(args: &[&str], dir: &Path) -> assert_cmd::assert::Assert {
    assert_cmd::Command::cargo_bin("saycart").expect("built").args(args).arg(dir).env("COLUMNS", "60").assert()
}

#[test]
fn check_says_what_is_wrong_and_fails() {
    let dir = tempfile::tempdir().expect("a directory");
    saycart(&["shop", "check"], dir.path()).failure().stdout(contains("shop.toml:1:1: error: there is no file"));
    let write = |text: String| std::fs::write(dir.path().join("shop.toml"), text).expect("written");
    write(format!("{HEAD}[categories.tea]\nitems = [{{ name = \"tea\", price = \"2,50\" }}]\n"));
    saycart(&["shop", "check"], dir.path())
        .failure()
        .stdout(contains("shop.toml:6:34: error: `2,50` has a comma").and(contains("help: write `2.50`")))
        .stderr(contains("1 error in the shop"));
    saycart(&["shop", "show"], dir.path()).failure().stderr(contains("saycart shop check"));
    write(format!("{HEAD}{TEA}"));
    saycart(&["shop", "check"], dir.path()).success().stdout(contains("1 items in 1 categories").not());
    saycart(&["shop", "show"], dir.path()).success().stdout(contains("Tea ....").and(contains("$2.00")));
}
