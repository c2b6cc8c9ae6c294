//! Where conversations are held, by names that never change: they stand in the database.

use serde::{Deserialize, Serialize};

/// How a customer comes in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    /// Spoken, through a microphone and a loudspeaker of this machine.
    Voice,
    /// Typed at a terminal.
    Typed,
    /// Spoken, from recordings.
    Recordings,
}

impl Channel {
    pub const ALL: [Channel; 3] = [Channel::Voice, Channel::Typed, Channel::Recordings];

    /// As the database knows it.
    pub const fn key(self) -> &'static str {
        match self {
            Channel::Voice => "voice",
            Channel::Typed => "typed",
            Channel::Recordings => "recordings",
        }
    }

    /// `None` for a channel of a later version.
    pub fn of(key: &str) -> Option<Channel> {
        Channel::ALL.into_iter().find(|channel| channel.key() == key)
    }
}
