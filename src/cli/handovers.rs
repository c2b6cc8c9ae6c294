//! `saycart handovers`: what waits for a person.

use super::orders::{json_line, listed, table};
use super::*;
use crate::commerce::handover::Reason;
use crate::service::records::{Handover, HandoverStatus, Records, SaidTurn, Step};

#[derive(Debug, Args)]
pub struct HandoversArgs {
    #[command(subcommand)]
    pub command: HandoversCommand,
}

#[derive(Debug, Subcommand)]
pub enum HandoversCommand {
    /// Those that wait for somebody, or are claimed, newest first
    List {
        /// Those that are over, too
        #[arg(long)]
        all: bool,
        /// Print one JSON object a hand-over
        #[arg(long)]
        json: bool,
        /// How many at the most
        #[arg(long, default_value_t = 20)]
        limit: usize,
    },
    /// One, whole: the matter, the cart, and everything said
    Show {
        /// The id that `saycart handovers list` prints first
        id: i64,
        #[arg(long)]
        json: bool,
    },
    /// Take one on
    Claim {
        id: i64,
        /// Who takes it on
        #[arg(long, default_value_t = user())]
        by: String,
    },
    /// Give a claimed one back to the assistant
    Release {
        id: i64,
        /// What it is about may be done, for the cart as it stands: an age was looked at, a large order confirmed
        #[arg(long)]
        approved: bool,
    },
    /// A claimed one is settled
    Close { id: i64 },
}

fn user() -> String {
    std::env::var("USER").unwrap_or_default()
}

pub fn run(env: &Environment, args: &HandoversArgs) -> Result<(), CliError> {
    let database = env.config.database();
    let text = match &args.command {
        HandoversCommand::List { all, json, limit } => {
            let handovers = Records::open(&database).and_then(|records| records.handovers(*all, *limit));
            listed(handovers, *json, list)?
        }
        HandoversCommand::Show { id, json } => {
            let records = Records::open(&database).map_err(CliError::new)?;
            let handover = records.handover(*id).map_err(CliError::new)?;
            let said = records.transcript(handover.conversation).map_err(CliError::new)?;
            if *json { whole(&handover, &said)? } else { show(&handover, &said) }
        }
        HandoversCommand::Claim { id, by } => moved(&database, *id, Step::Claim, Some(by))?,
        HandoversCommand::Release { id, approved: false } => moved(&database, *id, Step::Release, None)?,
        HandoversCommand::Release { id, approved: true } => moved(&database, *id, Step::Approve, None)?,
        HandoversCommand::Close { id } => moved(&database, *id, Step::Close, None)?,
    };
    print::text(text)
}

fn moved(database: &std::path::Path, id: i64, step: Step, by: Option<&str>) -> Result<String, CliError> {
    let mut records = Records::open_for_staff(database).map_err(CliError::new)?;
    let by = by.filter(|by| !by.is_empty());
    let handover = records.move_handover(id, step, by).map_err(CliError::new)?;
    Ok(format!("Hand-over {id} is {}.\n", handover.status.key()))
}

fn whole(handover: &Handover, said: &[SaidTurn]) -> Result<String, CliError> {
    let mut all = serde_json::to_value(handover).map_err(CliError::new)?;
    all["transcript"] = serde_json::to_value(said).map_err(CliError::new)?;
    json_line(&all)
}

fn list(handovers: &[Handover]) -> String {
    if handovers.is_empty() {
        return "Nobody waits for a person.\n".into();
    }
    let mut rows = vec![["ID", "OPENED", "STATUS", "BY", "CHANNEL", "WHY", "MATTER"].map(String::from)];
    rows.extend(handovers.iter().map(|handover| {
        [
            handover.id.to_string(),
            handover.opened.clone(),
            handover.status.key().to_string(),
            handover.by.clone().unwrap_or_else(|| "-".into()),
            place(handover),
            reason(handover.reason).to_string(),
            handover.summary.clone(),
        ]
    }));
    table(&rows, 0)
}

fn show(handover: &Handover, said: &[SaidTurn]) -> String {
    let mut text = format!("Hand-over {}\n", handover.id);
    let mut fact = |name: &str, value: &str| text.push_str(&format!("{name:<8} {value}\n"));
    let by = handover.by.as_ref().map(|by| format!(" by {by}")).unwrap_or_default();
    let by = if handover.status == HandoverStatus::Pending { String::new() } else { by };
    fact("Status", &format!("{}{by}", handover.status.key()));
    fact("Opened", &handover.opened);
    fact("Channel", &place(handover));
    fact("Told", if handover.told { "yes" } else { "nobody could be" });
    fact("Why", reason(handover.reason));
    fact("Matter", &handover.summary);
    if !handover.orders.is_empty() {
        let ids: Vec<String> = handover.orders.iter().map(ToString::to_string).collect();
        fact("Orders", &format!("{} (`saycart orders show ID`)", ids.join(", ")));
    }
    for line in handover.cart["line_items"].as_array().into_iter().flatten() {
        let options = line["options"].as_array().into_iter().flatten().filter_map(|option| option["title"].as_str());
        let notes = line["notes"].as_array().into_iter().flatten().filter_map(|note| note.as_str());
        let further: Vec<&str> = options.chain(notes).collect();
        let title = line["item"]["title"].as_str().unwrap_or_default();
        fact("Cart", &format!("{} {title} {}", line["quantity"], further.join(", ")));
    }
    for turn in said {
        let customer = if turn.customer.is_empty() { "(not heard)" } else { &turn.customer };
        text.push_str(&format!("\n{customer}\n    {}\n", turn.reply));
    }
    text
}

fn place(handover: &Handover) -> String {
    match handover.point.as_str() {
        "" => handover.channel.key().to_string(),
        point => format!("{}, {point}", handover.channel.key()),
    }
}

fn reason(reason: Reason) -> &'static str {
    match reason {
        Reason::Asked => "asked for a person",
        Reason::Accepted => "was offered a person",
    }
}
