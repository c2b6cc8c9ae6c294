//! Where orders go, and what must be known of each for that.

use serde::{Deserialize, Serialize};

use super::{OptionId, Window};

/// Empty where the shop says nothing of it: then nothing is asked.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Fulfilment {
    /// How long it takes to make an order, in minutes. Unknown where it is not written: then nothing is promised.
    pub minutes: Option<u16>,
    /// So many are made at once, and the others wait; at least 1 where `minutes` are known.
    pub side_by_side: u16,
    /// When orders can be had; always where there is none.
    pub open: Vec<Window>,
    pub ways: Vec<Way>,
}

/// What is asked where an order goes one way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Way {
    /// The option of the order that it is for: "to go".
    pub place: OptionId,
    /// In the order in which it is asked; each once.
    pub ask: Vec<Detail>,
    /// Postcodes, or names of towns, that it goes to; anywhere where there is none.
    pub area: Vec<String>,
    /// The highest number of a table, where the owner wrote one.
    pub tables: Option<u32>,
    /// How long the way takes, in minutes.
    pub minutes: u16,
}

/// One thing that is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Detail {
    Table,
    /// The name that it is called out by.
    Name,
    /// When it is wanted.
    Time,
    /// With the number of the house.
    Street,
    /// That, or the name of the town.
    Postcode,
    Floor,
    Phone,
}

/// What becomes of an order, in the terms of the Universal Commerce Protocol.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WayKind {
    DineIn,
    Pickup,
    Delivery,
}

impl Detail {
    pub const ALL: [Detail; 7] =
        [Detail::Table, Detail::Name, Detail::Time, Detail::Street, Detail::Postcode, Detail::Floor, Detail::Phone];

    /// As the owner writes it.
    pub const fn key(self) -> &'static str {
        match self {
            Detail::Table => "table",
            Detail::Name => "name",
            Detail::Time => "time",
            Detail::Street => "street",
            Detail::Postcode => "postcode",
            Detail::Floor => "floor",
            Detail::Phone => "phone",
        }
    }

    /// A part of where it is brought.
    pub const fn is_address(self) -> bool {
        matches!(self, Detail::Street | Detail::Postcode | Detail::Floor)
    }
}

impl Way {
    /// Whoever is asked for a street has it brought, whoever is asked for a table sits there.
    pub fn kind(&self) -> WayKind {
        match () {
            () if self.ask.iter().any(|detail| detail.is_address()) => WayKind::Delivery,
            () if self.ask.contains(&Detail::Table) => WayKind::DineIn,
            () => WayKind::Pickup,
        }
    }

    /// The place of its area that is so called, as the owner wrote it; whatever was said where it goes anywhere.
    pub fn reaches<'a>(&'a self, postcode: &'a str) -> Option<&'a str> {
        if self.area.is_empty() {
            return Some(postcode);
        }
        let folded = folded(postcode);
        self.area.iter().map(String::as_str).find(|place| self::folded(place) == folded)
    }
}

impl Fulfilment {
    /// Whether any way asks for it.
    pub fn asks(&self, detail: Detail) -> bool {
        self.ways.iter().any(|way| way.ask.contains(&detail))
    }

    pub fn way(&self, place: OptionId) -> Option<&Way> {
        self.ways.iter().find(|way| way.place == place)
    }
}

/// A postcode or a town without what nobody hears: "SW1A 1AA" is "sw1a1aa".
pub fn folded(place: &str) -> String {
    place.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}
