//! One request to Stripe, and what its answer says of the request itself: done, not done, or nobody can tell.

use std::net::{TcpStream, ToSocketAddrs};
use std::time::{Duration, SystemTime};

use serde::de::DeserializeOwned;

use super::intent::{Failure, Refusal};
use super::provider::ProviderError;
use crate::shop::Stripe;

/// Longer nobody waits for a connection.
const CONNECT: Duration = Duration::from_secs(4);
/// The form of answers that is read here.
const VERSION: &str = "2024-06-20";
/// Longer than any answer that is read here.
const LONGEST: u64 = 2_000_000;

/// Names and values of a form.
pub type Form<'a> = Vec<(&'a str, String)>;

#[derive(Debug)]
pub struct Api {
    pub to: Stripe,
    agent: ureq::Agent,
}

/// Why it did not do as asked.
#[derive(Debug)]
pub enum Refusing {
    /// It will not do that for this object as it stands.
    State(Failure),
    /// It had been asked something else under the same key.
    Reused,
    Other(ProviderError),
}

impl From<Refusing> for ProviderError {
    fn from(refusing: Refusing) -> ProviderError {
        match refusing {
            Refusing::State(failure) => {
                let said = [failure.code, failure.kind].into_iter().flatten().next().unwrap_or_default();
                ProviderError::Refused(format!("it refuses what it is asked (`{said}`); its log of requests says why"))
            }
            Refusing::Reused => ProviderError::unknown("it was asked something else for this payment before"),
            Refusing::Other(error) => error,
        }
    }
}

impl Api {
    /// `patience`: how long it may take to answer.
    pub fn new(to: Stripe, patience: Duration) -> Api {
        let agent = ureq::Agent::config_builder()
            .timeout_global(Some(patience))
            .timeout_connect(Some(CONNECT))
            .http_status_as_error(false)
            .max_redirects(0)
            .build()
            .into();
        Api { to, agent }
    }

    pub fn get<T: DeserializeOwned>(&self, path: &str, query: &[(&str, String)]) -> Result<T, Refusing> {
        let key = self.key()?;
        let request = self.agent.get(format!("{}{path}", self.to.url)).query_pairs(query.iter().map(|(n, v)| (*n, v)));
        self.read(request.header("authorization", &key).header("stripe-version", VERSION).call())
    }

    /// `once`: under this key it is done once, however often it is asked.
    pub fn post<T: DeserializeOwned>(&self, path: &str, form: &Form<'_>, once: Option<&str>) -> Result<T, Refusing> {
        let key = self.key()?;
        let mut request = self.agent.post(format!("{}{path}", self.to.url)).header("authorization", &key);
        request = request.header("stripe-version", VERSION);
        if let Some(once) = once {
            request = request.header("idempotency-key", once);
        }
        self.read(request.send_form(form.iter().map(|(name, value)| (*name, value.as_str()))))
    }

    /// How far its clock is ahead of ours, in seconds; `None` where it does not say. Asks for what any key may read.
    pub fn ahead(&self) -> Result<Option<i64>, Refusing> {
        let key = self.key()?;
        let request = self.agent.get(format!("{}/v1/balance", self.to.url)).header("authorization", &key);
        let answer = request.header("stripe-version", VERSION).call();
        let date = answer.as_ref().ok().and_then(|answer| answer.headers().get("date")?.to_str().ok());
        let theirs = date.and_then(|date| httpdate::parse_http_date(date).ok());
        let _: serde::de::IgnoredAny = self.read(answer)?;
        let ours = SystemTime::now();
        Ok(theirs.map(|theirs| match theirs.duration_since(ours) {
            Ok(ahead) => i64::try_from(ahead.as_secs()).unwrap_or(i64::MAX),
            Err(behind) => -i64::try_from(behind.duration().as_secs()).unwrap_or(i64::MAX),
        }))
    }

    /// Before money is asked for: whether anything of it could arrive. What fails later may have arrived.
    pub fn reach(&self) -> Result<(), ProviderError> {
        if self.agent.config().proxy().is_some() {
            return Ok(());
        }
        let url = &self.to.url;
        let (host, port) = address(url);
        let mut failed = std::io::Error::new(std::io::ErrorKind::NotFound, "it has no address");
        let addresses = (host, port).to_socket_addrs();
        for address in addresses.map_err(|error| not_reached(url, &error))? {
            match TcpStream::connect_timeout(&address, CONNECT) {
                Ok(_) => return Ok(()),
                Err(error) => failed = error,
            }
        }
        Err(not_reached(url, &failed))
    }

    /// Read whenever it is used: it may have been changed.
    fn key(&self) -> Result<String, Refusing> {
        let path = self.to.secret_file.display();
        let refused = |what: String| Refusing::Other(ProviderError::Refused(what));
        let text = std::fs::read_to_string(&self.to.secret_file)
            .map_err(|error| refused(format!("the key {path} cannot be read: {error}")))?;
        match text.trim() {
            "" => Err(refused(format!("the key {path} is empty; write the secret key of your account into it"))),
            key => Ok(format!("Bearer {key}")),
        }
    }

    fn read<T: DeserializeOwned>(
        &self,
        answer: Result<ureq::http::Response<ureq::Body>, ureq::Error>,
    ) -> Result<T, Refusing> {
        let unknown = |error: &dyn std::fmt::Display| {
            Refusing::Other(ProviderError::unknown(format!("{} did not answer in full: {error}", self.to.url)))
        };
        let mut answer = answer.map_err(|error| unknown(&error))?;
        let status = answer.status();
        if status.is_success() {
            let body = answer.body_mut().with_config().limit(LONGEST).read_to_vec().map_err(|error| unknown(&error))?;
            return serde_json::from_slice(&body).map_err(|error| unknown(&error));
        }
        let after = answer.headers().get("retry-after").and_then(|value| value.to_str().ok()?.trim().parse().ok());
        let after = after.map(Duration::from_secs);
        // One that says nothing is as good as its status.
        let body = answer.body_mut().with_config().limit(LONGEST).read_to_vec().unwrap_or_default();
        let refusal: Refusal = serde_json::from_slice(&body).unwrap_or_default();
        Err(self.refused(status.as_u16(), after, refusal.error))
    }

    fn refused(&self, status: u16, after: Option<Duration>, failure: Failure) -> Refusing {
        let path = self.to.secret_file.display();
        let what = format!("{} answered {status}", self.to.url);
        let error = match status {
            401 | 403 => ProviderError::Refused(format!(
                "{what}: the key in {path} is not let in. Write the secret key of your account into it, with the right \
                 to payments, refunds, pages and readers"
            )),
            400 if failure.kind.as_deref() == Some("idempotency_error") => return Refusing::Reused,
            400 | 402 | 404 => return Refusing::State(failure),
            429 => ProviderError::NotAsked { what: format!("{what}: too much was asked of it"), after },
            300..=399 => ProviderError::Refused(format!("{what}; write the address that it leads to as `url`")),
            _ => ProviderError::Unknown { what, after },
        };
        Refusing::Other(error)
    }
}

fn not_reached(url: &str, error: &std::io::Error) -> ProviderError {
    let what = format!(
        "{url} cannot be reached: {error}. Check the network; the service unit must allow it (docs/owner.md, Payment)"
    );
    ProviderError::NotAsked { what, after: None }
}

/// Host and port of an address that the shop's description was checked for.
fn address(url: &str) -> (&str, u16) {
    let (rest, port) = match url.strip_prefix("https://") {
        Some(rest) => (rest, 443),
        None => (url.trim_start_matches("http://"), 80),
    };
    let host = rest.split('/').next().unwrap_or_default();
    match host.rsplit_once(':').map(|(name, port)| (name, port.parse())) {
        Some((name, Ok(port))) => (name, port),
        Some((_, Err(_))) | None => (host, port),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_a_host_and_a_port() {
        assert_eq!(address("https://api.example.com"), ("api.example.com", 443));
        assert_eq!(address("http://127.0.0.1:8420/v"), ("127.0.0.1", 8420));
    }
}
