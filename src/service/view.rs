//! A turn as programs and terminals see it.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use serde::Serialize;

use crate::commerce::cart::Cart;
use crate::commerce::checkout::Checkout;
use crate::commerce::pricing::Quote;
use crate::commerce::view::CartView;
use crate::reply::Reply;
use crate::store::OrderRef;
use crate::understand::Understanding;
use crate::understand::explain::explain;

use super::fulfilment::Discreet;
use super::setting::Setting;

#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct TurnView {
    pub transcript: String,
    pub acts: Vec<ActView>,
    /// After the turn; empty again where the turn placed the order.
    pub cart: CartView,
    /// How far that is on its way to an order; none where nothing is being bought.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub checkout: Option<Checkout>,
    pub reply: ReplyView,
    /// Placed by this turn.
    pub order: Option<OrderView>,
    /// Milliseconds a stage.
    pub times_ms: BTreeMap<String, f64>,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ActView {
    /// What it does, with the shop's titles.
    pub act: String,
    /// The words it came from.
    pub words: String,
}

#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct ReplyView {
    pub text: String,
    pub sentences: Vec<String>,
    /// Where it was spoken to, if it was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub wav: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct OrderView {
    /// In the database.
    pub id: i64,
    /// As called out.
    pub number: u32,
}

impl From<OrderRef> for OrderView {
    fn from(order: OrderRef) -> OrderView {
        OrderView { id: order.id, number: order.number.0 }
    }
}

impl ReplyView {
    pub(super) fn of(reply: &Reply) -> ReplyView {
        let sentences = reply.sentences.iter().map(|sentence| sentence.text.clone()).collect();
        ReplyView { text: reply.text.clone(), sentences, wav: None }
    }
}

impl TurnView {
    pub(super) fn of(
        setting: &Setting,
        transcript: &str,
        understanding: &Understanding,
        cart: &Cart,
        quote: &Quote,
        reply: &Reply,
    ) -> TurnView {
        let shop = &setting.shop;
        let acts = understanding.acts.iter().map(|act| ActView {
            act: explain(shop, &act.kind),
            words: match Discreet::is_phone(act) {
                true => setting.language.understand.destination.phone_mark.clone(),
                false => transcript.get(act.span.clone()).unwrap_or_default().to_string(),
            },
        });
        TurnView {
            transcript: transcript.into(),
            acts: acts.collect(),
            cart: CartView::of(shop, cart, quote, &setting.language.totals),
            checkout: None,
            reply: ReplyView::of(reply),
            order: None,
            times_ms: BTreeMap::new(),
        }
    }

    pub fn time(&mut self, stage: &str, took: Duration) {
        // To a microsecond.
        self.times_ms.insert(stage.into(), (took.as_secs_f64() * 1e6).round() / 1e3);
    }
}
