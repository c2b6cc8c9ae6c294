//! `saycart outbox`: what is to be told elsewhere of orders, and has not arrived.

use super::orders::{listed, table};
use super::*;
use crate::service::records::{ParcelState, Records, StoredParcel};

#[derive(Debug, Args)]
pub struct OutboxArgs {
    #[command(subcommand)]
    pub command: OutboxCommand,
}

#[derive(Debug, Subcommand)]
pub enum OutboxCommand {
    /// Tickets and webhooks that wait, or were given up
    List {
        /// Those that arrived as well
        #[arg(long)]
        all: bool,
        #[arg(long, default_value_t = 50, value_name = "N")]
        limit: usize,
        /// Print one JSON object a line
        #[arg(long)]
        json: bool,
    },
    /// Try again what has not arrived; the running assistant does so within half a minute
    Retry {
        /// Only of the order with this id
        order: Option<i64>,
    },
}

pub fn run(env: &Environment, args: &OutboxArgs) -> Result<(), CliError> {
    let database = env.config.database();
    match &args.command {
        OutboxCommand::List { all, limit, json } => {
            let parcels = Records::open(&database).and_then(|records| records.outbox(*all, *limit));
            print::text(listed(parcels, *json, list)?)
        }
        OutboxCommand::Retry { order } => {
            let retried = Records::open_for_staff(&database).and_then(|mut records| records.retry(*order));
            match retried.map_err(CliError::new)? {
                0 => print::line("Everything has arrived."),
                n => print::line(format_args!("{} tried again.", shop::count(n, "message is", "messages are"))),
            }
        }
    }
}

fn list(parcels: &[StoredParcel]) -> String {
    if parcels.is_empty() {
        return "Everything has arrived.\n".into();
    }
    let mut rows = vec![["ORDER", "TO", "STATE", "TRIES", "TROUBLE"].map(String::from)];
    rows.extend(parcels.iter().map(|parcel| {
        let state = match parcel.state {
            ParcelState::Waiting => "waiting",
            ParcelState::Arrived => "arrived",
            ParcelState::GivenUp => "given up",
        };
        let trouble = parcel.trouble.clone().unwrap_or_default();
        [parcel.order.to_string(), parcel.outlet.clone(), state.into(), parcel.tries.to_string(), trouble]
    }));
    table(&rows, 0)
}
