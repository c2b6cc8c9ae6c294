//! The small shop (`shops/sample`), and its parts by name: an id is a place in its description.

use std::path::Path;

use saycart::lang::Labels;
use saycart::shop::{ItemId, OptionId, OptionListId, Shop};

pub const LATTE: ItemId = ItemId(0);
pub const BURGER: ItemId = ItemId(1);
pub const APPLES: ItemId = ItemId(2);

const SIZE: OptionListId = OptionListId(0);
const MILK: OptionListId = OptionListId(1);
const TOPPING: OptionListId = OptionListId(3);
const PLACE: OptionListId = OptionListId(4);

pub const SMALL: OptionId = OptionId { list: SIZE, index: 0 };
pub const LARGE: OptionId = OptionId { list: SIZE, index: 1 };
pub const OAT: OptionId = OptionId { list: MILK, index: 1 };
pub const ONION: OptionId = OptionId { list: TOPPING, index: 1 };
pub const BACON: OptionId = OptionId { list: TOPPING, index: 2 };
pub const HERE: OptionId = OptionId { list: PLACE, index: 0 };
pub const DELIVERED: OptionId = OptionId { list: PLACE, index: 1 };

pub fn shop() -> Shop {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/support/shops/sample");
    Shop::load(&dir).unwrap_or_else(|mistakes| panic!("{mistakes}")).shop
}

pub fn labels() -> Labels {
    let [subtotal, total, tip, discount, rounding] =
        ["Subtotal", "Total", "Tip", "Discount", "Rounding"].map(String::from);
    Labels { subtotal, total, tip, discount, rounding }
}
