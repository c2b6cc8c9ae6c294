//! What Stripe's answers mean. Of what it tells only this much is read: nothing of a card or of whose it is.

use serde::Deserialize;

use super::amounts;
use super::provider::Stands;
use crate::commerce::payment::Decline;

#[derive(Debug, Deserialize)]
pub struct Intent {
    pub id: String,
    pub status: String,
    pub amount: i64,
    /// What came of it; older or simpler servers do not say.
    pub amount_received: Option<i64>,
    pub currency: String,
    pub last_payment_error: Option<Failure>,
    pub next_action: Option<NextAction>,
    #[serde(default)]
    pub metadata: Metadata,
}

#[derive(Debug, Default, Deserialize)]
pub struct Metadata {
    pub payment: Option<String>,
    pub refund: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
pub struct Failure {
    #[serde(default, rename = "type")]
    pub kind: Option<String>,
    #[serde(default)]
    pub code: Option<String>,
    #[serde(default)]
    pub decline_code: Option<String>,
}

#[derive(Debug, Deserialize)]
pub struct NextAction {
    pub redirect_to_url: Option<Redirect>,
}

#[derive(Debug, Deserialize)]
pub struct Redirect {
    pub url: Option<String>,
}

/// A page where somebody pays.
#[derive(Debug, Deserialize)]
pub struct Session {
    pub id: String,
    /// `open`, `complete`, `expired`.
    pub status: String,
    pub payment_status: String,
    pub url: Option<String>,
    pub amount_total: Option<i64>,
    pub currency: Option<String>,
    pub client_reference_id: Option<String>,
    /// Asked for whole.
    pub payment_intent: Option<Held>,
}

/// Stripe gives an object whole or by its id.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub enum Held {
    Id(String),
    Whole(Box<Intent>),
}

#[derive(Debug, Deserialize)]
pub struct Reader {
    pub status: Option<String>,
    pub action: Option<Action>,
}

#[derive(Debug, Deserialize)]
pub struct Action {
    pub status: String,
    pub failure_code: Option<String>,
    pub process_payment_intent: Option<Processing>,
}

#[derive(Debug, Deserialize)]
pub struct Processing {
    pub payment_intent: Held,
}

#[derive(Debug, Deserialize)]
pub struct Refund {
    pub id: String,
    pub status: String,
    pub failure_reason: Option<String>,
    #[serde(default)]
    pub metadata: Metadata,
}

#[derive(Debug, Deserialize)]
pub struct Listed<T> {
    pub data: Vec<T>,
    #[serde(default)]
    pub has_more: bool,
}

#[derive(Debug, Default, Deserialize)]
pub struct Refusal {
    #[serde(default)]
    pub error: Failure,
}

/// How an intent stands. `Waiting` for a card can mean several things, which the reader knows.
#[derive(Debug, PartialEq, Eq)]
pub enum Meaning {
    Final(Stands),
    /// No card was tried, or the last one was declined; another could still be.
    WantsCard(Option<Decline>),
    Waits(Option<String>),
}

impl Held {
    pub fn id(&self) -> &str {
        match self {
            Held::Id(id) => id,
            Held::Whole(intent) => &intent.id,
        }
    }
}

impl Intent {
    /// # Errors
    /// A status that is none, or money that is none of its currency.
    pub fn meaning(&self) -> Result<Meaning, String> {
        Ok(match self.status.as_str() {
            "succeeded" => Meaning::Final(self.paid()?),
            "canceled" => Meaning::Final(Stands::Canceled),
            "requires_payment_method" => Meaning::WantsCard(self.last_payment_error.as_ref().map(Failure::decline)),
            "requires_action" => {
                let redirect = self.next_action.as_ref().and_then(|action| action.redirect_to_url.as_ref());
                Meaning::Waits(redirect.and_then(|redirect| redirect.url.clone()))
            }
            "requires_confirmation" | "requires_capture" | "processing" => Meaning::Waits(None),
            other => return Err(format!("the payment {} has the status `{other}`, which is not known", self.id)),
        })
    }

    fn paid(&self) -> Result<Stands, String> {
        paid(self.amount_received.unwrap_or(self.amount), &self.currency)
    }
}

impl Session {
    /// # Errors
    /// As of [`Intent::meaning`].
    pub fn stands(&self) -> Result<Stands, String> {
        let intent = match &self.payment_intent {
            Some(Held::Whole(intent)) => Some(intent),
            Some(Held::Id(_)) | None => None,
        };
        match (self.status.as_str(), self.payment_status.as_str()) {
            ("complete", "paid") => match (intent, self.amount_total, &self.currency) {
                (Some(intent), ..) => intent.paid(),
                (None, Some(amount), Some(currency)) => paid(amount, currency),
                (None, ..) => Err(format!("the page {} was paid, and does not say how much", self.id)),
            },
            // Paid by a way that takes its time.
            ("complete", _) => match intent.map(|intent| intent.meaning()).transpose()? {
                Some(Meaning::WantsCard(decline)) => Ok(Stands::Declined(decline.unwrap_or(Decline::CardDeclined))),
                Some(Meaning::Final(stands)) => Ok(stands),
                Some(Meaning::Waits(_)) | None => Ok(Stands::Waits { link: None }),
            },
            ("expired", _) => Ok(Stands::Canceled),
            ("open", _) => Ok(Stands::Waits { link: self.url.clone() }),
            (other, _) => Err(format!("the page {} has the status `{other}`, which is not known", self.id)),
        }
    }
}

fn paid(amount: i64, currency: &str) -> Result<Stands, String> {
    let currency = currency.to_uppercase();
    let amount = amounts::read(amount, &currency).ok_or_else(|| format!("{amount} is no amount of {currency}"))?;
    Ok(Stands::Paid { amount, currency })
}

impl Failure {
    pub fn decline(&self) -> Decline {
        let known = [&self.decline_code, &self.code].into_iter().flatten().find_map(|code| decline(code));
        known.unwrap_or(Decline::CardDeclined)
    }
}

/// Of a decline code, an error code, or why a reader gave up; `None` for those that say no more than "declined".
pub fn decline(code: &str) -> Option<Decline> {
    match code {
        "insufficient_funds" | "withdrawal_count_limit_exceeded" | "card_velocity_exceeded" => {
            Some(Decline::InsufficientFunds)
        }
        "expired_card" | "invalid_expiry_month" | "invalid_expiry_year" => Some(Decline::ExpiredCard),
        "authentication_required"
        | "payment_intent_authentication_failure"
        | "authentication_not_handled"
        | "incorrect_pin"
        | "invalid_pin"
        | "offline_pin_required"
        | "online_or_offline_pin_required"
        | "pin_try_exceeded" => Some(Decline::AuthenticationFailed),
        "terminal_reader_timeout" | "customer_canceled" => Some(Decline::TimedOut),
        "terminal_reader_offline" | "connection_error" | "processing_error" | "issuer_not_available" => {
            Some(Decline::Unavailable)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::money::Money;

    fn intent(more: &str) -> Intent {
        let text = format!("{{\"id\": \"pi_1\", \"amount\": 500, \"currency\": \"usd\", {more}}}");
        serde_json::from_str(&text).unwrap()
    }

    #[test]
    fn each_status_means_one_thing() {
        let paid = |amount| Stands::Paid { amount: Money(amount), currency: "USD".into() };
        for (more, meaning) in [
            (r#""status": "succeeded""#, Ok(Meaning::Final(paid(500)))),
            (r#""status": "succeeded", "amount_received": 400"#, Ok(Meaning::Final(paid(400)))),
            (r#""status": "canceled""#, Ok(Meaning::Final(Stands::Canceled))),
            (r#""status": "requires_payment_method""#, Ok(Meaning::WantsCard(None))),
            (
                r#""status": "requires_payment_method", "last_payment_error": {"code": "card_declined", "decline_code": "insufficient_funds"}"#,
                Ok(Meaning::WantsCard(Some(Decline::InsufficientFunds))),
            ),
            (
                r#""status": "requires_action", "next_action": {"redirect_to_url": {"url": "https://bank.example/3ds"}}"#,
                Ok(Meaning::Waits(Some("https://bank.example/3ds".into()))),
            ),
            (r#""status": "processing""#, Ok(Meaning::Waits(None))),
            (r#""status": "lost""#, Err("the payment pi_1 has the status `lost`, which is not known".to_string())),
        ] {
            assert_eq!(intent(more).meaning(), meaning, "{more}");
        }
    }

    #[test]
    fn declines_are_told_as_far_as_they_say_anything() {
        for (code, told) in [
            ("insufficient_funds", Decline::InsufficientFunds),
            ("expired_card", Decline::ExpiredCard),
            ("payment_intent_authentication_failure", Decline::AuthenticationFailed),
            ("incorrect_pin", Decline::AuthenticationFailed),
            ("do_not_honor", Decline::CardDeclined),
            ("stolen_card", Decline::CardDeclined),
        ] {
            let failure = Failure { code: Some("card_declined".into()), decline_code: Some(code.into()), kind: None };
            assert_eq!(failure.decline(), told, "{code}");
        }
    }
}
