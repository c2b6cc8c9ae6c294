//! The shop description: what is sold, with which options, under which names.
//!
//! In this order, and each file imports only from those above it (`tests/tidy.rs` holds them to it):
//! - `diagnose`: findings, the places in the files that they are about, and the words that were most likely meant.
//! - `model`: the shop as every stage sees it, once loaded.
//! - `value`: values and tables that know where they stand, and one value made into one thing (a text, a price).
//! - `syntax`: the text of a TOML file into a table.
//! - `sheet`: the text of a CSV file into tables of the same kind.
//! - `names`: how a thing is called, read from its table, compared, and made into a key.
//! - `taking`: how one option list is taken, as a list, a category and an item say one after the other.
//! - `options`: the option lists, and what an `options = …` makes of them.
//! - `frame`: what items stand in: all that they refer to, and what they inherit.
//! - `items`: the items.
//! - `hours`: days and hours of the week.
//! - `terms`: what the order as a whole comes with: fees, tips, the least it must come to, taxes by place.
//! - `fulfilment`: where orders go: what is asked for each option of the order, where it is brought, how long it takes.
//! - `outlets`: who is told of an order besides: tickets and webhooks.
//! - `payment`: how orders can be paid.
//! - `promotions`: what is off the price, when, for whom, and what goes with what.
//! - `check`: what is seen only with all items read.
//! - `load`: the whole shop from its files.
//! - `offer`: what of it can be had, now.
//! - `holding`: what a thing holds that somebody must not have.
//! - `show_terms`: what it grants and charges besides, as a person reads it.
//! - `show`: the menu as a person reads it.

pub mod model;

pub mod diagnose;
pub mod load;
pub mod show;

mod check;
mod frame;
mod fulfilment;
mod holding;
mod hours;
mod items;
mod names;
mod offer;
mod options;
mod outlets;
mod payment;
mod promotions;
mod sheet;
mod show_terms;
mod syntax;
mod taking;
mod terms;
mod value;

pub use diagnose::{Diagnostic, Diagnostics, Level};
pub use holding::{Held, Made};
pub use load::Loaded;
pub use model::*;
