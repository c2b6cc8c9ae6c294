//! A message to another program, signed as the Standard Webhooks say: HMAC-SHA256 over its id, when it is sent, and its body.

use std::time::Duration;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use serde::Serialize;
use sha2::Sha256;

use super::{Parcel, SendError};
use crate::commerce::order::Order;
use crate::shop::Webhook;

/// How long the other side may take to say that it has it.
const PATIENCE: Duration = Duration::from_secs(10);

/// What is kept of an order to be told of it.
pub fn event(order: &Order) -> Result<String, serde_json::Error> {
    serde_json::to_string(order)
}

#[derive(Serialize)]
struct Body<'a> {
    id: &'a str,
    #[serde(rename = "type")]
    kind: &'a str,
    order_id: i64,
    data: serde_json::Value,
}

pub fn send(to: &Webhook, parcel: &Parcel<'_>) -> Result<(), SendError> {
    let key = secret(to)?;
    let data = serde_json::from_str(parcel.payload)?;
    let body = serde_json::to_string(&Body { id: parcel.id, kind: "order.placed", order_id: parcel.order, data })?;
    let seconds = parcel.now.div_euclid(1_000);
    let agent: ureq::Agent = ureq::Agent::config_builder()
        .timeout_global(Some(PATIENCE))
        .http_status_as_error(false)
        .max_redirects(0)
        .build()
        .into();
    let answer = agent
        .post(&to.url)
        .header("content-type", "application/json")
        .header("webhook-id", parcel.id)
        .header("webhook-timestamp", &seconds.to_string())
        .header("webhook-signature", &signature(&key, parcel.id, seconds, &body))
        .send(&body)
        .map_err(|error| SendError::Unreachable { url: to.url.clone(), source: Box::new(error) })?;
    if answer.status().is_success() {
        return Ok(());
    }
    Err(SendError::Refused { url: to.url.clone(), status: answer.status().as_u16() })
}

fn secret(to: &Webhook) -> Result<Vec<u8>, SendError> {
    let path = to.secret_file.display().to_string();
    let text = std::fs::read_to_string(&to.secret_file);
    let text = text.map_err(|source| SendError::Secret { path: path.clone(), source })?;
    let text = text.trim();
    if text.is_empty() {
        return Err(SendError::NoSecret(path));
    }
    let coded = text.strip_prefix("whsec_").and_then(|coded| BASE64_STANDARD.decode(coded).ok());
    Ok(coded.unwrap_or_else(|| text.as_bytes().to_vec()))
}

fn signature(key: &[u8], id: &str, seconds: i64, body: &str) -> String {
    let mut mac =
        <Hmac<Sha256> as KeyInit>::new_from_slice(key).unwrap_or_else(|_| unreachable!("a key of any length does"));
    mac.update(format!("{id}.{seconds}.{body}").as_bytes());
    format!("v1,{}", BASE64_STANDARD.encode(mac.finalize().into_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As Python's hmac signs the same.
    #[test]
    fn a_message_is_signed_as_others_check_it() {
        let key = BASE64_STANDARD.decode("MfKQ9r8GKYqTwUPD8ILPZIo2LaLaSw==").expect("base64");
        let signed = signature(&key, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, "{\"test\": 2432232314}");
        assert_eq!(signed, "v1,ycrBnQSdMfrPtr3c829tMkKNLs7sG4EUsl1WMhToQic=");
    }
}
