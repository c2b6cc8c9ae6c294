//! Whatever is said, understanding neither panics nor points outside the text.
//!
//! Bytes are read as a sentence: some choose phrases of the language and names of the shop, the rest are letters as they
//! stand. So the fuzzer finds sentences that nobody would say, and not only noise.

#![no_main]

use std::path::Path;
use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use saycart::lang::Language;
use saycart::shop::{ItemId, Shop};
use saycart::lang::wording::expand;
use saycart::understand::{Expect, Lexicon};

struct Setting {
    shop: Shop,
    lexicon: Lexicon,
    pieces: Vec<String>,
}

static SETTING: LazyLock<Setting> = LazyLock::new(|| {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("../assets/shops/cafe");
    let shop = Shop::load(&dir).unwrap_or_else(|problems| panic!("{problems}")).shop;
    let language = Language::load(&shop.language).expect("the shop's language is built in");
    let lexicon = Lexicon::compile(&shop, &language);
    let cues = language.understand.cues.values().flatten().filter_map(|pattern| expand(pattern).into_iter().next());
    let options = shop.option_lists.iter().flat_map(|list| list.options.iter().map(|option| &option.names));
    let names = shop.items.iter().map(|item| &item.names).chain(options).map(|names| names.title.clone());
    let odd = [",", ".", "?", "half", "2", "1.5", "½", "a dozen", "\u{301}", "咖啡", "999999999999", "(", "%"];
    let pieces = cues.chain(names).chain(odd.map(String::from)).collect();
    Setting { shop, lexicon, pieces }
});

fuzz_target!(|data: &[u8]| {
    let Setting { shop, lexicon, pieces } = &*SETTING;
    let [head, rest @ ..] = data else { return };
    let mut text = String::new();
    let mut rest = rest.iter();
    while let Some(byte) = rest.next() {
        // The upper half of all bytes begin a phrase, of which the next byte says which.
        match (byte.checked_sub(128), rest.clone().next()) {
            (Some(high), Some(low)) => {
                rest.next();
                text.push_str(&pieces[(usize::from(high) << 8 | usize::from(*low)) % pieces.len()]);
                text.push(' ');
            }
            _ => text.push(char::from(*byte & 127)),
        }
    }
    let expect = Expect {
        cart: (0..head % 4).map(|n| ItemId(u32::from(head / 4 + n) % shop.items.len() as u32)).collect(),
        yes_no: head & 4 != 0,
        list: shop.option_list_ids().nth(usize::from(head / 8)),
        ..Expect::default()
    };
    for act in lexicon.understand(&text, &expect).acts {
        assert!(text.get(act.span.clone()).is_some(), "{act:?} of {text:?}");
    }
});
