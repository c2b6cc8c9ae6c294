//! What is there now, from the store's keys to the shop's ids and back.

use std::sync::Arc;

use crate::commerce::cart::Cart;
use crate::commerce::stock::{Stock, Thing};
use crate::dialogue::State;
use crate::dialogue::state::Asking;
use crate::shop::{ItemId, OptionId, OptionListId, Shop};
use crate::store::{ConversationId, StockKey, StockLevel, Store, StoreError, Takes};

use super::clock::Time;

/// So long what is being checked out is held, in milliseconds.
const HELD: Time = 5 * 60_000;

/// What is there now, and the shop as it is with that.
#[derive(Debug)]
pub(super) struct Counted {
    pub shop: Arc<Shop>,
    pub stock: Stock,
}

impl Counted {
    pub fn of(shop: &Arc<Shop>) -> Counted {
        Counted { shop: shop.clone(), stock: Stock::default() }
    }

    /// What is held for this conversation is there for it.
    pub fn look(
        &mut self,
        store: &Store,
        shop: &Arc<Shop>,
        conversation: ConversationId,
        now: Time,
    ) -> Result<(), StoreError> {
        let stock = of_levels(shop, &store.stock(&shop.key, Some(conversation), now)?, now);
        if stock != self.stock {
            self.shop = Arc::new(stock.applied(shop));
            self.stock = stock;
        }
        Ok(())
    }

    /// What the order takes, or what is to be held of the cart; nothing where nothing is counted.
    pub fn takes(&self, state: &State, placed: bool) -> Takes {
        let ordered = state.last_order.as_ref().filter(|_| placed && !state.pays).map(|order| &order.cart);
        match self.stock == Stock::default() {
            true => Takes::default(),
            false => takes(&self.shop, ordered.unwrap_or(&state.cart)),
        }
    }
}

/// Until when the cart is held: once it was read back as a whole, and waits for a yes.
pub(super) fn held_until(state: &State, now: Time) -> Option<Time> {
    let closing =
        matches!(state.asked, Some(Asking::Everything | Asking::Place | Asking::Tip | Asking::Pay | Asking::Account));
    (closing && (state.told || state.finishing)).then_some(now + HELD)
}

/// What the machine is told of it. What the shop no longer has by that key is passed over.
fn of_levels(shop: &Shop, levels: &[StockLevel], now: Time) -> Stock {
    let mut stock = Stock::default();
    for level in levels {
        let Some(thing) = thing(shop, &level.key) else { continue };
        match thing {
            Thing::Item(item) if level.is_gone(now) => {
                stock.gone.insert(item);
            }
            Thing::Option(option) if level.is_gone(now) => {
                stock.gone_options.insert(option);
            }
            Thing::Item(_) | Thing::Option(_) => {}
        }
        if let Some(amount) = level.amount {
            stock.left.insert(thing, amount.saturating_sub(level.reserved));
        }
    }
    stock
}

/// What a cart takes, by keys.
fn takes(shop: &Shop, cart: &Cart) -> Takes {
    cart.takes(shop).into_iter().map(|(thing, amount)| (key(shop, thing), amount)).collect()
}

fn thing(shop: &Shop, key: &StockKey) -> Option<Thing> {
    match key {
        StockKey::Item(key) => {
            shop.items.iter().position(|item| item.key == *key).map(|at| Thing::Item(ItemId(at as u32)))
        }
        StockKey::Option(key) => {
            let (list, option) = key.split_once('/')?;
            let list = shop.option_lists.iter().position(|of| of.key == list)?;
            let index = shop.option_lists[list].options.iter().position(|of| of.key == option)?;
            Some(Thing::Option(OptionId { list: OptionListId(list as u16), index: index as u16 }))
        }
    }
}

fn key(shop: &Shop, thing: Thing) -> StockKey {
    match thing {
        Thing::Item(item) => StockKey::Item(shop.item(item).key.clone()),
        Thing::Option(option) => StockKey::option(&shop.option_list(option.list).key, &shop.option(option).key),
    }
}
