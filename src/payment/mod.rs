//! Who takes the cards: providers behind [`commerce::payment`](crate::commerce::payment). This room asks one of them once;
//! when, how often, and what is believed of the answer is the service's.
//!
//! `provider`: what each of them can do, and how it answers. `stripe`: Stripe, by the table of its answers in `intent`,
//! how it writes amounts in `amounts` and is asked in `api`. `command`: the owner's own program. `news`: a listener for signed news, which says
//! that there are some and never what they say.

mod amounts;
mod api;
mod command;
mod intent;
pub mod news;
mod provider;
mod stripe;

pub use provider::{Ask, AskRefund, Given, Provider, ProviderError, Seen, Stands, provider};
pub use stripe::StripeProvider;
