//! For any bytes: a shop or a finding, and never a panic.

use std::io;

use saycart::money::{Currency, Money};
use saycart::shop::load;

use crate::{good, read};
use proptest::prelude::*;

fn load_bytes(toml: &[u8], sheet: &[u8]) {
    let open = |name: &str| match name {
        "shop.toml" => Ok(toml.to_vec()),
        "a.csv" => Ok(sheet.to_vec()),
        _ => Err(io::Error::from(io::ErrorKind::NotFound)),
    };
    if let Err(found) = load::read(&open, None) {
        assert!(found.errors() > 0);
        assert!(!found.to_string().is_empty());
    }
}

fn load_text(toml: &str) -> load::Loaded {
    load::read(&|_| Ok(toml.as_bytes().to_vec()), None).unwrap_or_else(|found| panic!("{found}\n{toml}"))
}

/// A description in which random places were cut, doubled or overwritten.
fn damaged(text: &'static str) -> impl Strategy<Value = Vec<u8>> {
    let cut = (0..text.len(), 0..40usize, proptest::collection::vec(any::<u8>(), 0..6));
    proptest::collection::vec(cut, 1..6).prop_map(move |cuts| {
        let mut bytes = text.as_bytes().to_vec();
        for (at, length, put) in cuts {
            let at = at.min(bytes.len());
            let end = (at + length).min(bytes.len());
            bytes.splice(at..end, put);
        }
        bytes
    })
}

const SHOP: &str = "name = \"Nook é\"\nkey = \"nook-é\"\nlanguage = \"en\"\ncurrency = \"USD\"\n[tax.t]\nrate = \"8.875\"\n\
    [options.size]\nrequired = true\nchoices = [\"small\", { name = \"large\", price = \"1\", also = [\"big\"] }]\n\
    [options.s]\nchoose = \"many\"\nmin = 0\nmax = 2\nmax_count = 3\ndefault = [\"x\"]\nchoices = [\"x\", \"y\", \"z\"]\n\
    [categories.tea]\noptions = [\"size\"]\ntax = \"t\"\nitems = [\"a.csv\", { name = \"tea\", price = \"2.50\", \
    options = { size = { only = [\"large\"], prices = { large = \"0.5\" } }, s = true } }]\n";
const SHEET: &str = "name,price,also,options,unit,sold_out\nham,1.99,\"a;b\",-size;s=y,lb,true\n\"jam, red\",2,,,,\n";

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    #[test]
    fn no_bytes_make_the_loader_panic(toml in proptest::collection::vec(any::<u8>(), 0..200)) {
        load_bytes(&toml, &toml);
    }

    #[test]
    fn no_damaged_shop_makes_the_loader_panic(toml in damaged(SHOP), sheet in damaged(SHEET)) {
        load_bytes(&toml, SHEET.as_bytes());
        load_bytes(SHOP.as_bytes(), &sheet);
        load_bytes(&toml, &sheet);
    }

    #[test]
    fn a_price_written_out_reads_back(cents in -1_000_000_000i64..1_000_000_000, code in "USD|JPY|KWD|EUR") {
        let currency = Currency::of(&code).expect("listed");
        prop_assert_eq!(currency.parse(&currency.plain(Money(cents))), Ok(Money(cents)));
    }

    /// Whatever a shop is called, the key made from its name can be written down as advised, and renames nothing.
    #[test]
    fn a_key_made_from_a_name_is_one_that_can_be_given(name in "\\PC{1,12}") {
        let head = format!("name = {}", toml::Value::from(name.as_str()));
        let rest = "language = \"en\"\ncurrency = \"USD\"\n[categories.a]\nitems = [{ name = \"a\", price = 1 }]\n";
        prop_assume!(!name.trim().is_empty());
        let made = load_text(&format!("{head}\n{rest}"));
        prop_assert_eq!(made.warnings.list.len(), 1);
        let key = &made.shop.key;
        prop_assert!(!key.starts_with('-') && !key.ends_with('-') && !key.contains("--"), "{}", key);
        let given = load_text(&format!("{head}\nkey = \"{key}\"\n{rest}"));
        prop_assert_eq!(given.warnings.list, vec![]);
        prop_assert_eq!(&given.shop.key, key);
    }

    #[test]
    fn a_price_in_the_file_is_the_price_in_the_shop(cents in 0i64..10_000_000) {
        let written = Currency::default().plain(Money(cents));
        let body = |price: &str| format!("[categories.a]\nitems = [{{ name = \"a\", price = {price} }}]\n");
        for price in [format!("\"{written}\""), written] {
            prop_assert_eq!(good(&body(&price)).items[0].price, Money(cents));
        }
    }
}

#[test]
fn the_undamaged_shop_of_these_tests_is_good() {
    let files = [("shop.toml", SHOP), ("a.csv", SHEET)];
    assert_eq!(read(&files).map(|l| l.shop.items.len()).map_err(|f| f.to_string()), Ok(3));
}
