//! `saycart payments`: what orders are paid with, how far that is, and what goes back.

use super::orders::{json_line, listed, money, table};
use super::*;
use crate::commerce::payment::{Decline, PaymentStatus};
use crate::money::{Currency, Money};
use crate::service::records::{Records, RefundStatus, StoreError, StoredPayment, StoredRefund};
use crate::shop::PayBy;

#[derive(Debug, Args)]
pub struct PaymentsArgs {
    #[command(subcommand)]
    pub command: PaymentsCommand,
}

#[derive(Debug, Subcommand)]
pub enum PaymentsCommand {
    /// Payments that are open, or that somebody has to look at
    List {
        /// Those that are settled as well
        #[arg(long)]
        all: bool,
        #[arg(long, default_value_t = 50, value_name = "N")]
        limit: usize,
        /// Print one JSON object a line
        #[arg(long)]
        json: bool,
    },
    /// How an order was paid, and what of that went back
    Show {
        /// The id that `saycart orders list` prints first
        order: i64,
        /// Print one JSON object a line: the payments, then the refunds
        #[arg(long)]
        json: bool,
    },
    /// Give back what was paid for an order, or a part of it: to the card, to the account, or recorded as given at the counter
    Refund {
        /// The id that `saycart orders list` prints first
        order: i64,
        /// As "4.50"; without it, all that is left
        amount: Option<String>,
        /// For the record
        #[arg(long, default_value = "", value_name = "TEXT")]
        why: String,
    },
    /// What was to be paid at the counter was paid
    Paid {
        /// The id that `saycart orders list` prints first
        order: i64,
    },
    /// Give up a payment by card that is under way; what has gone through stays paid
    Stop {
        /// The id that `saycart orders list` prints first
        order: i64,
    },
}

pub fn run(env: &Environment, args: &PaymentsArgs) -> Result<(), CliError> {
    let database = env.config.database();
    let staff = || Records::open_for_staff(&database).map_err(CliError::new);
    match &args.command {
        PaymentsCommand::List { all, limit, json } => {
            let payments = Records::open(&database).and_then(|records| records.payments(*all, *limit));
            print::text(listed(payments, *json, list)?)
        }
        PaymentsCommand::Show { order, json } => {
            let records = Records::open(&database).map_err(CliError::new)?;
            let (payments, refunds) = records.paid_with(*order).map_err(CliError::new)?;
            let text = match json {
                true => {
                    payments.iter().map(json_line).chain(refunds.iter().map(json_line)).collect::<Result<_, _>>()?
                }
                false => show(*order, &payments, &refunds),
            };
            print::text(text)
        }
        PaymentsCommand::Refund { order, amount, why } => {
            let mut records = staff()?;
            let code = records.order(*order).map_err(CliError::new)?.order.currency;
            let amount = amount.as_deref().map(|text| parsed(&code, text)).transpose()?;
            let refunds = records.refund(*order, amount, why).map_err(|error| refused(&code, &error))?;
            refunds.iter().try_for_each(|refund| print::line(given(refund)))
        }
        PaymentsCommand::Paid { order } => {
            staff()?.paid_at_counter(*order).map_err(CliError::new)?;
            print::line(format!("Order {order} is paid."))
        }
        PaymentsCommand::Stop { order } => match staff()?.stop_payments(*order).map_err(CliError::new)? {
            0 => Err(CliError::new(format!(
                "nothing of order {order} is under way; `saycart payments show {order}` says how it stands"
            ))),
            _ => print::line(
                "It is given up as soon as whoever takes the cards has been asked: the running assistant does that within \
                 half a minute. `saycart payments list` shows whether it had gone through.",
            ),
        },
    }
}

fn parsed(code: &str, text: &str) -> Result<Money, CliError> {
    Currency::of(code).and_then(|currency| currency.parse(text)).map_err(CliError::new)
}

fn refused(code: &str, error: &StoreError) -> CliError {
    match error {
        StoreError::RefundTooMuch { order, asked, left } => CliError::new(format!(
            "of order {order} {} can be given back, and not {}; see `saycart payments show {order}`",
            money(code, Money(*left)),
            money(code, Money(*asked))
        )),
        error => CliError::new(error),
    }
}

fn given(refund: &StoredRefund) -> String {
    let amount = money(&refund.currency, refund.amount);
    match refund.method {
        PayBy::Card => format!(
            "{amount} goes back to the card; the running assistant sees to it within half a minute, and `saycart payments \
             show` says whether it did."
        ),
        PayBy::Account => format!("{amount} is on the account again."),
        PayBy::Counter | PayBy::Cash => format!("{amount} is recorded as given back. Hand it out now."),
    }
}

fn list(payments: &[StoredPayment]) -> String {
    if payments.is_empty() {
        return "No payment is open, and none needs anybody.\n".into();
    }
    let mut rows = vec![["ORDER", "NUMBER", "BY", "AMOUNT", "BACK", "STATUS", "WHY"].map(String::from)];
    rows.extend(payments.iter().map(row));
    table(&rows, 3)
}

fn row(stored: &StoredPayment) -> [String; 7] {
    let payment = &stored.payment;
    let back = match payment.refunded {
        Money::ZERO => String::new(),
        refunded => money(&stored.currency, refunded),
    };
    let by = match (&payment.account, payment.method) {
        (Some(account), _) => account.clone(),
        (None, method) => by(method).into(),
    };
    let why = [payment.decline.map(|why| decline(why).to_string()), stored.trouble.clone()];
    let why: Vec<String> = why.into_iter().flatten().collect();
    let status = match (payment.status.is_open(), stored.canceling) {
        (true, true) => "being given up",
        _ => status(payment.status),
    };
    [
        stored.order.to_string(),
        stored.number.to_string(),
        by,
        money(&stored.currency, payment.amount),
        back,
        status.into(),
        why.join(": "),
    ]
}

fn show(order: i64, payments: &[StoredPayment], refunds: &[StoredRefund]) -> String {
    if payments.is_empty() {
        return format!("Nothing is on record of how order {order} was or will be paid.\n");
    }
    let mut text = list(payments);
    for payment in payments {
        if let Some(reference) = &payment.payment.reference {
            text.push_str(&format!("\nThe card payment is called {reference} by whoever took it.\n"));
        }
        if let Some(link) = &payment.payment.link {
            text.push_str(&format!("\nIt can be paid at {link}\n"));
        }
    }
    if !refunds.is_empty() {
        let mut rows = vec![["BACK", "TO", "STATUS", "WHY"].map(String::from)];
        rows.extend(refunds.iter().map(|refund| {
            let status = match refund.status {
                RefundStatus::Begun => "on its way",
                RefundStatus::Succeeded => "done",
                RefundStatus::Declined => "DID NOT GO BACK",
            };
            let why = [Some(refund.why.clone()).filter(|why| !why.is_empty()), refund.trouble.clone()];
            let why: Vec<String> = why.into_iter().flatten().collect();
            [money(&refund.currency, refund.amount), by(refund.method).into(), status.into(), why.join(": ")]
        }));
        text.push('\n');
        text.push_str(&table(&rows, 0));
    }
    text
}

pub fn by(method: PayBy) -> &'static str {
    match method {
        PayBy::Counter => "counter",
        PayBy::Cash => "cash",
        PayBy::Card => "card",
        PayBy::Account => "account",
    }
}

pub fn status(status: PaymentStatus) -> &'static str {
    match status {
        PaymentStatus::Due => "to be paid",
        PaymentStatus::Begun => "asked for",
        PaymentStatus::Pending => "waits for the customer",
        PaymentStatus::Succeeded => "paid",
        PaymentStatus::Declined => "declined",
        PaymentStatus::Canceled => "given up",
    }
}

fn decline(why: Decline) -> &'static str {
    match why {
        Decline::InsufficientFunds => "insufficient funds",
        Decline::ExpiredCard => "expired card",
        Decline::AuthenticationFailed => "authentication failed",
        Decline::TimedOut => "nobody paid in time",
        Decline::Unavailable => "nobody could be asked",
        Decline::CardDeclined => "card declined",
    }
}
