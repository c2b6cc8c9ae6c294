//! What is there, beyond what the shop file says.

use std::collections::BTreeSet;

use crate::shop::{ItemId, Shop};

/// What has run out since the shop opened. What is not counted is there as long as the shop file says so.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Stock {
    pub gone: BTreeSet<ItemId>,
}

impl Stock {
    pub fn has(&self, shop: &Shop, item: ItemId) -> bool {
        shop.item(item).available && !self.gone.contains(&item)
    }
}
