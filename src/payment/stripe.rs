//! Stripe. A card is held to a reader, or the customer pays on a page of Stripe's own. What is made is made under the
//! payment's own id, so that asking again makes nothing twice; all else asks how it stands first.

use std::time::Duration;

use super::amounts;
use super::api::{Api, Form, Refusing};
use super::intent::{Held, Intent, Listed, Meaning, Reader, Refund, Session, decline};
use super::provider::*;
use crate::commerce::payment::Decline;
use crate::shop::Stripe;

/// Stripe forgets keys after a day; what was asked longer ago is looked for instead.
const REMEMBERED: i64 = 23 * 3_600_000;
/// How long a page is open, in seconds; at least half an hour, of which the first half is for asking again.
const PAGE: i64 = 3_600;
/// Pages of a hundred that are looked through.
const PAGES: usize = 20;
/// So far our clock may be from Stripe's, in seconds.
const CLOCK: i64 = 120;
/// Around when it began, for clocks that are wrong; in seconds.
const AROUND: i64 = 86_400;

#[derive(Debug)]
pub struct StripeProvider {
    api: Api,
}

impl StripeProvider {
    /// `patience`: how long one answer may take.
    pub fn new(to: Stripe, patience: Duration) -> StripeProvider {
        StripeProvider { api: Api::new(to, patience) }
    }

    /// What stands under the payment's id at Stripe, made now where nothing does. `None`: there is nothing, nor will be.
    fn made(&self, ask: &Ask<'_>) -> Result<Option<Made>, ProviderError> {
        if ask.now.saturating_sub(ask.began) > REMEMBERED {
            return self.find(ask);
        }
        self.api.reach()?;
        let made = match &self.api.to.reader {
            Some(_) => self
                .api
                .post("/v1/payment_intents", &intent_form(ask)?, Some(ask.id))
                .map(|intent| Made::Intent(Box::new(intent))),
            None => {
                let form = page_form(ask, self.api.to.thanks.as_deref())?;
                self.api.post("/v1/checkout/sessions", &form, Some(ask.id)).map(|page| Made::Page(Box::new(page)))
            }
        };
        match made {
            // The description has changed since it was asked first.
            Err(Refusing::Reused) => match self.find(ask)? {
                Some(made) => Ok(Some(made)),
                None => Err(Refusing::Reused.into()),
            },
            made => Ok(Some(made?)),
        }
    }

    /// What was asked for earlier is known by our own id on it.
    fn find(&self, ask: &Ask<'_>) -> Result<Option<Made>, ProviderError> {
        let known = |intent: &Intent| intent.metadata.payment.as_deref() == Some(ask.id);
        if let Some(found) = self.look_through("/v1/payment_intents", ask, known, |intent| &intent.id)? {
            return Ok(Some(Made::Intent(Box::new(found))));
        }
        let known = |page: &Session| page.client_reference_id.as_deref() == Some(ask.id);
        let found = self.look_through("/v1/checkout/sessions", ask, known, |page| &page.id)?;
        Ok(found.map(|page| Made::Page(Box::new(page))))
    }

    fn look_through<T: serde::de::DeserializeOwned>(
        &self,
        path: &str,
        ask: &Ask<'_>,
        known: impl Fn(&T) -> bool,
        id: impl Fn(&T) -> &str,
    ) -> Result<Option<T>, ProviderError> {
        let began = ask.began.div_euclid(1_000);
        let mut query = vec![
            ("limit", "100".to_string()),
            ("created[gte]", (began - AROUND).to_string()),
            ("created[lte]", (began + AROUND).to_string()),
        ];
        for _ in 0..PAGES {
            let listed: Listed<T> = self.api.get(path, &query)?;
            let last = listed.data.last().map(|last| id(last).to_string());
            if let Some(found) = listed.data.into_iter().find(|one| known(one)) {
                return Ok(Some(found));
            }
            match last.filter(|_| listed.has_more) {
                Some(last) => {
                    query.truncate(3);
                    query.push(("starting_after", last));
                }
                None => return Ok(None),
            }
        }
        Err(ProviderError::unknown("too many payments of that day to look through; look for it in its list"))
    }

    /// What was asked for so long ago that asking again could give it twice.
    fn old_refund(&self, ask: &AskRefund<'_>) -> Result<Option<Refund>, ProviderError> {
        if ask.reference.is_some() || ask.now.saturating_sub(ask.began) <= REMEMBERED {
            return Ok(None);
        }
        let query = [("payment_intent", ask.payment.to_string()), ("limit", "100".to_string())];
        let listed: Listed<Refund> = self.api.get("/v1/refunds", &query)?;
        Ok(listed.data.into_iter().find(|refund| refund.metadata.refund.as_deref() == Some(ask.id)))
    }

    fn intent(&self, id: &str) -> Result<Intent, ProviderError> {
        Ok(self.api.get(&format!("/v1/payment_intents/{id}"), &[])?)
    }

    fn page(&self, id: &str) -> Result<Session, ProviderError> {
        let whole = [("expand[]", "payment_intent".to_string())];
        Ok(self.api.get(&format!("/v1/checkout/sessions/{id}"), &whole)?)
    }

    fn known(&self, reference: &str) -> Result<Made, ProviderError> {
        match reference.starts_with("cs_") {
            true => self.page(reference).map(|page| Made::Page(Box::new(page))),
            false => self.intent(reference).map(|intent| Made::Intent(Box::new(intent))),
        }
    }

    /// What stands, brought on to the customer where it waits for that.
    fn bring_on(&self, made: Made) -> Result<Seen, ProviderError> {
        let intent = match made {
            Made::Intent(intent) => *intent,
            Made::Page(page) => return page_seen(*page),
        };
        match intent.meaning().map_err(ProviderError::unknown)? {
            Meaning::Final(stands) => Ok(seen(&intent.id, stands)),
            Meaning::Waits(link) => Ok(seen(&intent.id, Stands::Waits { link })),
            // Another card could be tried; the customer is asked first, and then it is another payment.
            Meaning::WantsCard(Some(decline)) => self.give_up(&intent.id, decline),
            Meaning::WantsCard(None) => self.hold_out(&intent.id),
        }
    }

    /// Have the reader ask for a card, unless it does.
    fn hold_out(&self, intent: &str) -> Result<Seen, ProviderError> {
        let waits = seen(intent, Stands::Waits { link: None });
        let Some(reader) = self.api.to.reader.as_deref() else { return self.give_up(intent, Decline::Unavailable) };
        let path = format!("/v1/terminal/readers/{reader}");
        let action = match self.api.get::<Reader>(&path, &[]) {
            Ok(reader) => reader.action,
            Err(refusing) => return self.no_reader(intent, refusing),
        };
        if let Some(action) = &action {
            let ours = action.process_payment_intent.as_ref().is_some_and(|of| of.payment_intent.id() == intent);
            match (ours, action.status.as_str()) {
                // Busy with it, or with another's: then it is asked again later.
                (true, "in_progress" | "succeeded") | (false, "in_progress") => return Ok(waits),
                (true, _) => {
                    let code = action.failure_code.as_deref().unwrap_or_default();
                    return self.give_up(intent, decline(code).unwrap_or(Decline::CardDeclined));
                }
                (false, _) => {}
            }
        }
        let form = vec![("payment_intent", intent.to_string())];
        match self.api.post::<Reader>(&format!("{path}/process_payment_intent"), &form, None) {
            Ok(_) => Ok(waits),
            Err(Refusing::State(failure)) if failure.code.as_deref() == Some("terminal_reader_busy") => Ok(waits),
            Err(refusing) => self.no_reader(intent, refusing),
        }
    }

    /// The reader will not have it. Nobody could pay, then; but for what is passing.
    fn no_reader(&self, intent: &str, refusing: Refusing) -> Result<Seen, ProviderError> {
        match refusing {
            Refusing::State(failure) => {
                let why = failure.code.as_deref().unwrap_or("it is not known");
                tracing::error!("the card reader cannot be used ({why}). `saycart doctor` says what to do");
                self.give_up(intent, Decline::Unavailable)
            }
            // Nothing was taken, but it was begun: it is asked about again.
            Refusing::Reused | Refusing::Other(_) => Ok(seen(intent, Stands::Waits { link: None })),
        }
    }

    /// For this reason, should it not have gone through.
    fn give_up(&self, intent: &str, why: Decline) -> Result<Seen, ProviderError> {
        let given_up = self.cancel_intent(intent)?;
        Ok(match given_up.stands {
            Stands::Canceled => Seen { stands: Stands::Declined(why), ..given_up },
            Stands::Waits { .. } | Stands::Paid { .. } | Stands::Declined(_) => given_up,
        })
    }

    fn cancel_intent(&self, id: &str) -> Result<Seen, ProviderError> {
        self.free_reader(id);
        let intent: Intent = match self.api.post(&format!("/v1/payment_intents/{id}/cancel"), &vec![], None) {
            Ok(intent) => intent,
            // Too late, or done before: how it stands says which.
            Err(Refusing::State(_)) => self.intent(id)?,
            Err(refusing) => return Err(after_begin(refusing.into())),
        };
        Ok(match intent.meaning().map_err(ProviderError::unknown)? {
            Meaning::Final(stands) => seen(id, stands),
            Meaning::WantsCard(_) | Meaning::Waits(_) => seen(id, Stands::Waits { link: None }),
        })
    }

    /// It need not ask for a card any more. Where that fails the intent is given up all the same, or found paid.
    fn free_reader(&self, intent: &str) {
        let Some(reader) = self.api.to.reader.as_deref() else { return };
        let path = format!("/v1/terminal/readers/{reader}");
        let action = self.api.get::<Reader>(&path, &[]).ok().and_then(|reader| reader.action);
        let ours = action.filter(|action| action.status == "in_progress").and_then(|of| of.process_payment_intent);
        if ours.is_some_and(|of| of.payment_intent.id() == intent)
            && let Err(refusing) = self.api.post::<Reader>(&format!("{path}/cancel_action"), &vec![], None)
        {
            tracing::warn!("the card reader still asks for a card: {}", ProviderError::from(refusing));
        }
    }

    fn cancel_page(&self, id: &str) -> Result<Seen, ProviderError> {
        match self.api.post::<Session>(&format!("/v1/checkout/sessions/{id}/expire"), &vec![], None) {
            Ok(_) | Err(Refusing::State(_)) => page_seen(self.page(id)?),
            Err(refusing) => Err(after_begin(refusing.into())),
        }
    }
}

/// What is made for one payment.
enum Made {
    Intent(Box<Intent>),
    Page(Box<Session>),
}

impl Provider for StripeProvider {
    fn begin(&self, ask: &Ask<'_>) -> Result<Seen, ProviderError> {
        match self.made(ask)? {
            Some(made) => self.bring_on(made).map_err(after_begin),
            None => Ok(Seen { reference: None, stands: Stands::Canceled }),
        }
    }

    fn look(&self, ask: &Ask<'_>) -> Result<Seen, ProviderError> {
        match ask.reference {
            Some(reference) => self.bring_on(self.known(reference)?).map_err(after_begin),
            None => self.begin(ask),
        }
    }

    fn cancel(&self, ask: &Ask<'_>) -> Result<Seen, ProviderError> {
        let id = match ask.reference {
            Some(reference) => reference.to_string(),
            None => match self.made(ask)? {
                Some(Made::Intent(intent)) => intent.id,
                Some(Made::Page(page)) => page.id,
                None => return Ok(Seen { reference: None, stands: Stands::Canceled }),
            },
        };
        let canceled = if id.starts_with("cs_") { self.cancel_page(&id) } else { self.cancel_intent(&id) };
        canceled.map_err(after_begin)
    }

    fn refund(&self, ask: &AskRefund<'_>) -> Result<Given, ProviderError> {
        let refund = match (ask.reference, self.old_refund(ask)?) {
            (Some(reference), _) => self.api.get(&format!("/v1/refunds/{reference}"), &[]),
            (None, Some(found)) => Ok(found),
            (None, None) => {
                let amount = amount(ask.amount, ask.currency)?.to_string();
                let payment = ask.payment.to_string();
                let form =
                    vec![("payment_intent", payment), ("amount", amount), ("metadata[refund]", ask.id.to_string())];
                self.api.post("/v1/refunds", &form, Some(ask.id))
            }
        };
        let refund: Refund = match refund {
            Err(Refusing::State(failure)) => {
                let why = failure.code.or(failure.kind).unwrap_or_default();
                return Ok(Given::Declined { reference: None, why });
            }
            refund => refund?,
        };
        let reference = Some(refund.id);
        Ok(match refund.status.as_str() {
            "succeeded" => Given::Done { reference },
            "failed" | "canceled" => Given::Declined { reference, why: refund.failure_reason.unwrap_or(refund.status) },
            _ => Given::Waits { reference },
        })
    }

    fn check(&self) -> Result<String, ProviderError> {
        self.api.reach()?;
        if let Some(ahead) = self.api.ahead()?.filter(|ahead| ahead.abs() > CLOCK) {
            let what = format!("this machine's clock is wrong by {ahead} s; set it (timedatectl set-ntp true)");
            return Err(ProviderError::Refused(what));
        }
        let url = &self.api.to.url;
        let Some(reader) = &self.api.to.reader else { return Ok(format!("{url}, by link")) };
        let found: Result<Reader, Refusing> = self.api.get(&format!("/v1/terminal/readers/{reader}"), &[]);
        let status = match found {
            Err(Refusing::State(_)) => {
                let what =
                    format!("there is no reader `{reader}`; write the id that the list of readers gives (tmr_…)");
                return Err(ProviderError::Refused(what));
            }
            found => found?.status,
        };
        match status.as_deref() {
            Some("offline") => Err(ProviderError::Refused(format!(
                "the reader {reader} is offline; switch it on and see that it has its network"
            ))),
            Some(_) | None => Ok(format!("{url}, reader {reader}")),
        }
    }
}

/// Where it was begun, no error says that nothing of it is there.
fn after_begin(error: ProviderError) -> ProviderError {
    match error {
        ProviderError::NotAsked { what, after } | ProviderError::Unknown { what, after } => {
            ProviderError::Unknown { what, after }
        }
        ProviderError::Refused(what) => ProviderError::Unknown { what, after: None },
    }
}

fn seen(id: &str, stands: Stands) -> Seen {
    Seen { reference: Some(id.to_string()), stands }
}

/// Once it is paid, what is known of it is the payment itself: that can be given back.
fn page_seen(page: Session) -> Result<Seen, ProviderError> {
    let stands = page.stands().map_err(ProviderError::unknown)?;
    let reference = match (&stands, &page.payment_intent) {
        (Stands::Paid { .. }, Some(intent)) => Held::id(intent).to_string(),
        _ => page.id,
    };
    Ok(Seen { reference: Some(reference), stands })
}

fn amount(amount: crate::money::Money, currency: &str) -> Result<i64, ProviderError> {
    amounts::written(amount, currency).ok_or_else(|| {
        let what =
            format!("Stripe takes no such small parts of {currency}; round totals (docs/shop-format.md, rounding)");
        ProviderError::Refused(what)
    })
}

fn intent_form(ask: &Ask<'_>) -> Result<Form<'static>, ProviderError> {
    Ok(vec![
        ("amount", amount(ask.amount, ask.currency)?.to_string()),
        ("currency", ask.currency.to_lowercase()),
        ("payment_method_types[]", "card_present".into()),
        ("capture_method", "automatic".into()),
        ("metadata[payment]", ask.id.into()),
        ("metadata[order]", ask.order.to_string()),
    ])
}

fn page_form(ask: &Ask<'_>, thanks: Option<&str>) -> Result<Form<'static>, ProviderError> {
    let mut form = vec![
        ("mode", "payment".to_string()),
        ("client_reference_id", ask.id.into()),
        ("line_items[0][quantity]", "1".into()),
        ("line_items[0][price_data][currency]", ask.currency.to_lowercase()),
        ("line_items[0][price_data][unit_amount]", amount(ask.amount, ask.currency)?.to_string()),
        ("line_items[0][price_data][product_data][name]", ask.title.into()),
        ("payment_method_types[]", "card".into()),
        ("expires_at", (ask.began.div_euclid(1_000) + PAGE).to_string()),
        ("metadata[payment]", ask.id.into()),
        ("payment_intent_data[metadata][payment]", ask.id.into()),
        ("payment_intent_data[metadata][order]", ask.order.to_string()),
    ];
    if let Some(thanks) = thanks {
        form.push(("success_url", thanks.into()));
    }
    Ok(form)
}
