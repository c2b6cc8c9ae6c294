//! Conversations in shops that nobody had in mind while building: menus, what shoppers say and the right cart were written
//! from the menu alone. Not all of them end right: how many do is measured, here is what must not be lost.

use std::path::{Path, PathBuf};

use support::talks::{self, Score};

mod support;

/// The share that ended right when this was last measured, a little less.
const RIGHT: f64 = 0.83;

fn shops() -> Vec<PathBuf> {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/talks");
    let mut shops: Vec<PathBuf> = std::fs::read_dir(dir)
        .expect("the shops are there")
        .map(|entry| entry.expect("it can be read").path())
        .collect();
    shops.sort();
    shops
}

#[test]
fn nobody_who_did_not_agree_has_ordered_and_most_carts_are_right() {
    let mut all = Score::default();
    for shop in shops() {
        let mut placed = vec![];
        let score = talks::play(&shop, |miss| placed.push(miss.to_string())).expect("the conversations can be played");
        assert_eq!(score.placed_wrongly, 0, "{}:\n{}", shop.display(), placed.join("\n"));
        all.add(score);
    }
    assert!(all.all > 1000, "the conversations are there: {}", all.all);
    assert!(all.share() >= RIGHT, "{:.4} of {} are right", all.share(), all.all);
}
