//! What leaves the house: tickets that are written out by a template, and webhooks. This room makes what is sent and brings
//! it to where it goes, once and for one try; when, how often and what of it is on record is the service's.
//!
//! `ticket`: an order by a template, as text with marks. `layout`: that text on paper of a width. `escpos`: the paper for a
//! printer. `send`: the ways there. `webhook`: a signed message. `command`: the owner's own commands, by which staff are
//! called too.

mod command;
mod escpos;
mod layout;
mod send;
#[cfg(test)]
mod tests;
mod ticket;
mod webhook;

use crate::shop::{Ticket, Webhook};

pub use command::{Asked, ask as ask_command, begin};
pub use ticket::{TicketError, check, ticket};
pub use webhook::event;

/// Where something goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outlet {
    Ticket(Ticket),
    Webhook(Webhook),
}

/// What is brought there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parcel<'a> {
    /// The same at every try, and never used for anything else: whoever gets it twice knows it by this.
    pub id: &'a str,
    /// Of the order that it tells of.
    pub order: i64,
    pub payload: &'a str,
    /// Milliseconds since 1970, UTC: when it is sent.
    pub now: i64,
}

/// Why it did not arrive, or why nobody can tell.
#[derive(Debug, thiserror::Error)]
pub enum SendError {
    #[error("{path} cannot be written: {source}")]
    File { path: String, source: std::io::Error },
    #[error("the command cannot be run: {0}")]
    NoCommand(std::io::Error),
    #[error("the command failed ({0})")]
    Command(std::process::ExitStatus),
    #[error("the command did not end within {0} s, and was stopped")]
    Hanging(u64),
    #[error("the printer {address} does not answer: {source}")]
    Printer { address: String, source: std::io::Error },
    #[error("the printer {0} has run out of paper")]
    NoPaper(String),
    #[error("the ticket cannot be put into the printer's words: {0}")]
    Escpos(String),
    #[error("the secret {path} cannot be read: {source}")]
    Secret { path: String, source: std::io::Error },
    #[error("the secret {0} is empty; write what the other program checks signatures with into it")]
    NoSecret(String),
    #[error("{url} answered {status}")]
    Refused { url: String, status: u16 },
    #[error("{url} cannot be reached: {source}")]
    Unreachable { url: String, source: Box<ureq::Error> },
    #[error("what was to be sent cannot be read: {0}")]
    Payload(#[from] serde_json::Error),
}

impl SendError {
    /// No later try will do better: the other side wants nothing of the kind any more.
    pub fn is_final(&self) -> bool {
        matches!(self, SendError::Refused { status: 410, .. })
    }
}

impl Outlet {
    /// Stable, as in the shop's description.
    pub fn key(&self) -> &str {
        match self {
            Outlet::Ticket(ticket) => &ticket.key,
            Outlet::Webhook(webhook) => &webhook.key,
        }
    }

    /// Bring it there, in one try. Blocking, for some seconds at most; with a command, half a minute.
    ///
    /// # Errors
    /// When it did not arrive, or nobody can tell.
    pub fn send(&self, parcel: &Parcel<'_>) -> Result<(), SendError> {
        match self {
            Outlet::Ticket(ticket) => send::ticket(ticket, parcel),
            Outlet::Webhook(to) => webhook::send(to, parcel),
        }
    }
}
