//! The small shop that tests share (`tests/support/shops/sample`), and its parts by name: an id is a place in its
//! description.

use std::path::Path;
use std::sync::LazyLock;

use crate::lang::Labels;
use crate::shop::*;

pub const LATTE: ItemId = ItemId(0);
pub const BURGER: ItemId = ItemId(1);
pub const APPLES: ItemId = ItemId(2);
pub const SIZE: OptionListId = OptionListId(0);
pub const MILK: OptionListId = OptionListId(1);
pub const SHOTS: OptionListId = OptionListId(2);
pub const TOPPING: OptionListId = OptionListId(3);
pub const PLACE: OptionListId = OptionListId(4);

pub const SMALL: OptionId = OptionId { list: SIZE, index: 0 };
pub const LARGE: OptionId = OptionId { list: SIZE, index: 1 };
pub const WHOLE: OptionId = OptionId { list: MILK, index: 0 };
pub const OAT: OptionId = OptionId { list: MILK, index: 1 };
pub const SHOT: OptionId = OptionId { list: SHOTS, index: 0 };
pub const LETTUCE: OptionId = OptionId { list: TOPPING, index: 0 };
pub const ONION: OptionId = OptionId { list: TOPPING, index: 1 };
pub const BACON: OptionId = OptionId { list: TOPPING, index: 2 };
pub const CHEESE: OptionId = OptionId { list: TOPPING, index: 3 };
pub const HERE: OptionId = OptionId { list: PLACE, index: 0 };
pub const DELIVERED: OptionId = OptionId { list: PLACE, index: 1 };

/// Read once: a thousand made-up carts ask for it.
pub fn shop() -> Shop {
    static SHOP: LazyLock<Shop> = LazyLock::new(|| {
        let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/support/shops/sample");
        Shop::load(&dir).unwrap_or_else(|mistakes| panic!("{mistakes}")).shop
    });
    SHOP.clone()
}

pub fn labels() -> Labels {
    let [subtotal, total, tip, discount, rounding] =
        ["Subtotal", "Total", "Tip", "Discount", "Rounding"].map(String::from);
    Labels { subtotal, total, tip, discount, rounding }
}
