//! What whoever takes cards can do.

use std::fmt::Debug;
use std::time::Duration;

use super::command::Command;
use super::stripe::StripeProvider;
use crate::commerce::payment::Decline;
use crate::money::Money;
use crate::shop::CardProvider;

/// A payment, as the other side is told of it. The same at every step and every try.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ask<'a> {
    /// Never used for anything else; the other side knows repeats by it.
    pub id: &'a str,
    /// The order's id in the database.
    pub order: i64,
    /// For the customer to read: the shop's name, and the number that is called out.
    pub title: &'a str,
    pub amount: Money,
    /// ISO 4217.
    pub currency: &'a str,
    /// The other side's own name for it, once that is known.
    pub reference: Option<&'a str>,
    /// Milliseconds since 1970, UTC.
    pub began: i64,
    /// The same, of this step.
    pub now: i64,
}

/// Money that is to go back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AskRefund<'a> {
    /// As [`Ask::id`], of the refund.
    pub id: &'a str,
    /// The other side's name for the payment.
    pub payment: &'a str,
    pub amount: Money,
    pub currency: &'a str,
    /// The other side's name for the refund, once that is known.
    pub reference: Option<&'a str>,
    /// Milliseconds since 1970, UTC.
    pub began: i64,
    pub now: i64,
}

/// How a payment stands at the other side.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    pub reference: Option<String>,
    pub stands: Stands,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stands {
    /// For the customer: a card at the reader, a page where they pay, their bank.
    Waits { link: Option<String> },
    /// The money is taken: so much, in this currency (ISO 4217, capitals).
    Paid { amount: Money, currency: String },
    /// It will not be taken any more, whatever somebody does.
    Declined(Decline),
    /// The same, because somebody gave it up.
    Canceled,
}

/// How a refund stands at the other side.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Given {
    Done {
        reference: Option<String>,
    },
    Waits {
        reference: Option<String>,
    },
    /// It will not go back this way.
    Declined {
        reference: Option<String>,
        why: String,
    },
}

/// Why nothing is known of how it stands.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProviderError {
    /// Nothing left this machine, or the other side said that it did nothing: this try took no money.
    #[error("{what}")]
    NotAsked { what: String, after: Option<Duration> },
    /// The same, and it will be so until somebody mends it.
    #[error("{0}")]
    Refused(String),
    /// It may have been done, or not.
    #[error("{what}")]
    Unknown { what: String, after: Option<Duration> },
}

impl ProviderError {
    pub fn unknown(what: impl std::fmt::Display) -> ProviderError {
        ProviderError::Unknown { what: what.to_string(), after: None }
    }

    /// So long the other side wants not to be asked.
    pub fn after(&self) -> Option<Duration> {
        match self {
            ProviderError::NotAsked { after, .. } | ProviderError::Unknown { after, .. } => *after,
            ProviderError::Refused(_) => None,
        }
    }

    /// Whether this try is certain to have changed nothing.
    pub fn changed_nothing(&self) -> bool {
        matches!(self, ProviderError::NotAsked { .. } | ProviderError::Refused(_))
    }
}

/// Blocking, each for some seconds at most.
pub trait Provider: Debug + Send {
    /// Have it taken. Told the same again, it says how that stands, and takes nothing twice.
    fn begin(&self, ask: &Ask<'_>) -> Result<Seen, ProviderError>;

    /// How one that has a reference stands.
    fn look(&self, ask: &Ask<'_>) -> Result<Seen, ProviderError>;

    /// Give it up, also where nobody knows whether it was begun. What went through stays so: then it says [`Stands::Paid`].
    fn cancel(&self, ask: &Ask<'_>) -> Result<Seen, ProviderError>;

    /// Give back. Told the same again, it gives nothing twice.
    fn refund(&self, ask: &AskRefund<'_>) -> Result<Given, ProviderError>;

    /// Whether it can be reached, and lets us in: what to tell the owner. Takes no money.
    fn check(&self) -> Result<String, ProviderError>;
}

/// How long an answer over the network may take.
const PATIENCE: Duration = Duration::from_secs(10);

pub fn provider(of: &CardProvider) -> Box<dyn Provider> {
    match of {
        CardProvider::Stripe(stripe) => Box::new(StripeProvider::new(stripe.clone(), PATIENCE)),
        CardProvider::Command(command) => Box::new(Command::new(command.clone())),
    }
}
