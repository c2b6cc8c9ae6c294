//! A conversation that a person takes over: pending until somebody claims it, then released or closed.

use serde::{Deserialize, Serialize};

use super::saved::Channel;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HandoverStatus {
    /// Nobody has taken it yet.
    Pending,
    /// Somebody has.
    Claimed,
    /// Given back to the assistant.
    Released,
    /// Settled.
    Closed,
}

/// What a person does with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    Claim,
    Release,
    /// Given back too, and what it was about may be done as it stands.
    Approve,
    Close,
}

/// Why the customer wants, or needs, a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// They asked for one.
    Asked,
    /// They were offered one after several misses, and said yes.
    Accepted,
}

/// One hand-over, with all that a person needs who takes it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Handover {
    pub id: i64,
    pub conversation: i64,
    pub channel: Channel,
    /// Which of several of the channel.
    pub point: String,
    pub reason: Reason,
    /// The matter in a sentence or two, in the shop's language.
    pub summary: String,
    /// As `--json` shows carts.
    pub cart: serde_json::Value,
    /// Ids of what the conversation ordered.
    pub orders: Vec<i64>,
    /// Milliseconds since 1970, UTC.
    pub opened_at: i64,
    pub status: HandoverStatus,
    /// Who claimed it.
    pub by: Option<String>,
    /// Somebody was told of it.
    pub told: bool,
    /// When it was opened, for people, in this machine's time zone.
    pub opened: String,
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HandoverError {
    #[error("hand-over {id} is claimed{} already; `saycart handovers show {id}` shows it", claimant(.by))]
    Claimed { id: i64, by: Option<String> },
    #[error("hand-over {id} is not claimed yet; `saycart handovers claim {id}` first")]
    NotClaimed { id: i64 },
    #[error("hand-over {id} is over; `saycart handovers list` shows those that are open")]
    Over { id: i64 },
}

fn claimant(by: &Option<String>) -> String {
    by.as_ref().map(|by| format!(" by {by}")).unwrap_or_default()
}

impl HandoverStatus {
    pub const ALL: [HandoverStatus; 4] =
        [HandoverStatus::Pending, HandoverStatus::Claimed, HandoverStatus::Released, HandoverStatus::Closed];

    pub const fn key(self) -> &'static str {
        match self {
            HandoverStatus::Pending => "pending",
            HandoverStatus::Claimed => "claimed",
            HandoverStatus::Released => "released",
            HandoverStatus::Closed => "closed",
        }
    }
}

impl Reason {
    pub const fn key(self) -> &'static str {
        match self {
            Reason::Asked => "asked",
            Reason::Accepted => "accepted",
        }
    }
}

impl Handover {
    /// What becomes of it, or why it cannot.
    pub fn after(&self, step: Step) -> Result<HandoverStatus, HandoverError> {
        let id = self.id;
        match (self.status, step) {
            (HandoverStatus::Pending, Step::Claim) => Ok(HandoverStatus::Claimed),
            (HandoverStatus::Claimed, Step::Claim) => Err(HandoverError::Claimed { id, by: self.by.clone() }),
            (HandoverStatus::Pending, Step::Release | Step::Approve | Step::Close) => {
                Err(HandoverError::NotClaimed { id })
            }
            (HandoverStatus::Claimed, Step::Release | Step::Approve) => Ok(HandoverStatus::Released),
            (HandoverStatus::Claimed, Step::Close) => Ok(HandoverStatus::Closed),
            (HandoverStatus::Released | HandoverStatus::Closed, _) => Err(HandoverError::Over { id }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn handover(status: HandoverStatus) -> Handover {
        Handover {
            id: 7,
            conversation: 1,
            channel: Channel::Voice,
            point: String::new(),
            reason: Reason::Asked,
            summary: String::new(),
            cart: serde_json::Value::Null,
            orders: vec![],
            opened_at: 0,
            status,
            by: Some("Ann".into()),
            told: false,
            opened: String::new(),
        }
    }

    #[test]
    fn it_is_claimed_once_and_ends_once_and_each_refusal_says_what_to_do() {
        let after = |status, step| handover(status).after(step).map_err(|error| error.to_string());
        assert_eq!(after(HandoverStatus::Pending, Step::Claim), Ok(HandoverStatus::Claimed));
        assert_eq!(after(HandoverStatus::Claimed, Step::Close), Ok(HandoverStatus::Closed));
        assert_eq!(after(HandoverStatus::Claimed, Step::Release), Ok(HandoverStatus::Released));
        assert!(after(HandoverStatus::Claimed, Step::Claim).unwrap_err().contains("claimed by Ann"));
        assert!(after(HandoverStatus::Pending, Step::Close).unwrap_err().contains("handovers claim 7"));
        for over in [HandoverStatus::Closed, HandoverStatus::Released] {
            for step in [Step::Claim, Step::Release, Step::Approve, Step::Close] {
                assert!(after(over, step).unwrap_err().contains("is over"));
            }
        }
    }
}
