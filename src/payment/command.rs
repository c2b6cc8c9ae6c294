//! The owner's own program that takes cards: asked by one JSON object on its standard input, it answers by one on its
//! standard output. docs/owner.md says what both hold.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::provider::*;
use crate::commerce::payment::Decline;
use crate::money::Money;
use crate::outbox::{Asked, ask_command};

/// A program that waits for a card answers at once that it is pending.
const PATIENCE: Duration = Duration::from_secs(20);
/// `EX_UNAVAILABLE`: it says that it did nothing.
const DID_NOTHING: i32 = 69;

#[derive(Debug)]
pub struct Command(String);

#[derive(Serialize)]
struct Question<'a> {
    step: &'a str,
    id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    order: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<&'a str>,
    /// In minor units.
    amount: i64,
    currency: &'a str,
    reference: Option<&'a str>,
    /// Of a refund: the payment's reference.
    #[serde(skip_serializing_if = "Option::is_none")]
    payment: Option<&'a str>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Answer {
    status: Status,
    #[serde(default)]
    reference: Option<String>,
    #[serde(default)]
    link: Option<String>,
    #[serde(default)]
    decline: Option<Decline>,
    /// What was taken, where it may be another amount than was asked for.
    #[serde(default)]
    amount: Option<i64>,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Status {
    Pending,
    Succeeded,
    Declined,
    Canceled,
}

impl Command {
    pub fn new(command: String) -> Command {
        Command(command)
    }

    fn ask(&self, question: &Question<'_>) -> Result<Answer, ProviderError> {
        let text = serde_json::to_string(question).map_err(ProviderError::unknown)? + "\n";
        let facts = [("SAYCART_STEP", question.step), ("SAYCART_PAYMENT", question.id)];
        let (code, said) = match ask_command(&self.0, facts, &text, PATIENCE) {
            Ok(Asked::Ended { status, said }) => (status, said),
            Ok(Asked::Hanging) => {
                let what = format!("the card program did not answer within {} s, and was stopped", PATIENCE.as_secs());
                return Err(ProviderError::unknown(what));
            }
            Err(error) => {
                let what = format!("the card program cannot be run: {error}");
                return Err(ProviderError::NotAsked { what, after: None });
            }
        };
        if code.code() == Some(DID_NOTHING) {
            let what = "the card program says that it can do nothing just now".to_string();
            return Err(ProviderError::NotAsked { what, after: None });
        }
        if !code.success() {
            return Err(ProviderError::unknown(format!("the card program failed ({code}); try it by hand")));
        }
        serde_json::from_str(said.trim()).map_err(|error| {
            // What it said is not shown: nobody knows what is in it.
            ProviderError::unknown(format!(
                "the card program's answer cannot be read: {error} (docs/owner.md, Payment)"
            ))
        })
    }

    fn step(&self, step: &str, ask: &Ask<'_>) -> Result<Seen, ProviderError> {
        let answer = self.ask(&Question {
            step,
            id: ask.id,
            order: Some(ask.order),
            title: Some(ask.title),
            amount: ask.amount.0,
            currency: ask.currency,
            reference: ask.reference,
            payment: None,
        })?;
        let amount = answer.amount.map_or(ask.amount, Money);
        let stands = match answer.status {
            Status::Pending => Stands::Waits { link: answer.link },
            Status::Succeeded => Stands::Paid { amount, currency: ask.currency.to_string() },
            Status::Declined => Stands::Declined(answer.decline.unwrap_or(Decline::CardDeclined)),
            Status::Canceled => Stands::Canceled,
        };
        Ok(Seen { reference: answer.reference.or_else(|| ask.reference.map(String::from)), stands })
    }
}

impl Provider for Command {
    fn begin(&self, ask: &Ask<'_>) -> Result<Seen, ProviderError> {
        self.step("begin", ask)
    }

    fn look(&self, ask: &Ask<'_>) -> Result<Seen, ProviderError> {
        self.step("look", ask)
    }

    fn cancel(&self, ask: &Ask<'_>) -> Result<Seen, ProviderError> {
        self.step("cancel", ask)
    }

    fn refund(&self, ask: &AskRefund<'_>) -> Result<Given, ProviderError> {
        let answer = self.ask(&Question {
            step: "refund",
            id: ask.id,
            order: None,
            title: None,
            amount: ask.amount.0,
            currency: ask.currency,
            reference: ask.reference,
            payment: Some(ask.payment),
        })?;
        let reference = answer.reference;
        Ok(match answer.status {
            Status::Succeeded => Given::Done { reference },
            Status::Pending => Given::Waits { reference },
            Status::Declined | Status::Canceled => {
                Given::Declined { reference, why: "the card program declined it".into() }
            }
        })
    }

    fn check(&self) -> Result<String, ProviderError> {
        let question = Question {
            step: "check",
            id: "",
            order: None,
            title: None,
            amount: 0,
            currency: "",
            reference: None,
            payment: None,
        };
        match self.ask(&question)?.status {
            Status::Succeeded => Ok("the card program is ready".into()),
            Status::Pending | Status::Declined | Status::Canceled => {
                Err(ProviderError::Refused("the card program says that it is not ready; see its own log".into()))
            }
        }
    }
}
