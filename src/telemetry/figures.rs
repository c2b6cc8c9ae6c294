//! What is counted and timed, under the names by which Prometheus knows it.

use std::collections::BTreeMap;
use std::sync::LazyLock;
use std::time::Instant;

use prometheus::core::{Collector, Metric};
use prometheus::{
    GaugeVec, Histogram, HistogramOpts, HistogramVec, IntCounterVec, IntGauge, Opts, Registry, TextEncoder,
};
use serde::{Deserialize, Serialize};

use super::spans;
use super::standing::{self, Device, Doing};

/// What a turn spends its time on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// From the last voice to the certainty that it was the last.
    Endpoint,
    /// The recogniser, for the text that counted.
    Stt,
    Understand,
    Dialogue,
    Store,
    /// From the answer to its first sound.
    Tts,
    /// From the last voice of the customer to the first sound of the answer.
    FirstAudible,
}

impl Stage {
    const ALL: [Stage; 7] = [
        Stage::Endpoint,
        Stage::Stt,
        Stage::Understand,
        Stage::Dialogue,
        Stage::Store,
        Stage::Tts,
        Stage::FirstAudible,
    ];

    pub(super) const fn name(self) -> &'static str {
        match self {
            Stage::Endpoint => "endpoint",
            Stage::Stt => "stt",
            Stage::Understand => "understand",
            Stage::Dialogue => "dialogue",
            Stage::Store => "store",
            Stage::Tts => "tts",
            Stage::FirstAudible => "first_audible",
        }
    }
}

/// What happens, and is worth a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Count {
    /// Something was answered and committed.
    Turn,
    /// Nothing usable was heard or understood, or the same was asked again.
    ReAsk,
    /// The customer took back or changed what stood in the cart.
    Correction,
    CartBegun,
    OrderPlaced,
    /// A conversation ended with something in the cart that was not ordered.
    Abandoned,
    HandOver,
    /// The wake phrase was heard.
    Wake,
    /// A reply was stopped by somebody who spoke.
    Interruption,
    /// The sound system lost samples.
    Xrun(Device),
    DeviceLost(Device),
    /// The log has one more error.
    Error,
}

impl Count {
    const PLAIN: [(&'static str, &'static str); 10] = [
        ("saycart_turns_total", "Turns answered and committed."),
        ("saycart_reasks_total", "Turns in which the customer had to be asked again."),
        ("saycart_corrections_total", "Turns in which the customer took back or changed what was in the cart."),
        ("saycart_carts_begun_total", "Carts that got their first line."),
        ("saycart_orders_placed_total", "Orders placed."),
        ("saycart_carts_abandoned_total", "Conversations that ended with a cart that was not ordered."),
        ("saycart_hand_overs_total", "Conversations handed over to a person."),
        ("saycart_wakes_total", "Times that the wake phrase was heard."),
        ("saycart_interruptions_total", "Replies stopped by somebody who spoke."),
        ("saycart_errors_total", "Errors in the log."),
    ];
    const OF_DEVICES: [(&'static str, &'static str); 2] = [
        ("saycart_xruns_total", "Times that the sound system lost samples."),
        ("saycart_device_losses_total", "Times that a device was lost."),
    ];

    fn name(self) -> &'static str {
        let plain = |at: usize| Count::PLAIN[at].0;
        match self {
            Count::Turn => plain(0),
            Count::ReAsk => plain(1),
            Count::Correction => plain(2),
            Count::CartBegun => plain(3),
            Count::OrderPlaced => plain(4),
            Count::Abandoned => plain(5),
            Count::HandOver => plain(6),
            Count::Wake => plain(7),
            Count::Interruption => plain(8),
            Count::Error => plain(9),
            Count::Xrun(_) => Count::OF_DEVICES[0].0,
            Count::DeviceLost(_) => Count::OF_DEVICES[1].0,
        }
    }

    fn device(self) -> Option<Device> {
        match self {
            Count::Xrun(device) | Count::DeviceLost(device) => Some(device),
            _ => None,
        }
    }
}

/// What became of reading shop and configuration anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    Taken,
    Refused,
}

impl Outcome {
    const fn name(self) -> &'static str {
        match self {
            Outcome::Taken => "taken",
            Outcome::Refused => "refused",
        }
    }
}

/// Seconds: fine where people notice, for the figures are read as percentiles.
const BUCKETS: [f64; 22] = [
    0.000_5, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5, 0.7, 1.0, 1.5, 2.0, 3.0, 5.0,
    10.0, 30.0,
];

struct Figures {
    registry: Registry,
    stages: HistogramVec,
    counts: BTreeMap<&'static str, IntCounterVec>,
    reloads: IntCounterVec,
    state: GaugeVec,
    warm: GaugeVec,
    device: GaugeVec,
    ready: IntGauge,
    waiting: IntGauge,
}

static FIGURES: LazyLock<Figures> = LazyLock::new(|| {
    Figures::new().unwrap_or_else(|error| unreachable!("names and labels stand here, and are tested: {error}"))
});

impl Figures {
    fn new() -> prometheus::Result<Figures> {
        let registry = Registry::new();
        let stages = HistogramOpts::new("saycart_stage_seconds", "Time that each stage of a turn took.");
        let stages = HistogramVec::new(stages.buckets(BUCKETS.to_vec()), &["stage"])?;
        let mut counts = BTreeMap::new();
        let plain = Count::PLAIN.map(|(name, help)| (name, help, &[][..]));
        for (name, help, labels) in plain.into_iter().chain(Count::OF_DEVICES.map(|(n, h)| (n, h, &["device"][..]))) {
            counts.insert(name, IntCounterVec::new(Opts::new(name, help), labels)?);
        }
        let labelled = |name: &str, help: &str, label: &str| GaugeVec::new(Opts::new(name, help), &[label]);
        let reloads = Opts::new("saycart_reloads_total", "Times that shop and configuration were read anew.");
        let figures = Figures {
            stages,
            counts,
            reloads: IntCounterVec::new(reloads, &["outcome"])?,
            state: labelled("saycart_state", "1 for what the assistant is doing, 0 for all else.", "state")?,
            warm: labelled("saycart_model_warm", "1 where a model is loaded and ready.", "model")?,
            device: labelled("saycart_device_up", "1 where a device is there and works.", "device")?,
            ready: IntGauge::new("saycart_ready", "1 once samples flow and the models are warm.")?,
            waiting: IntGauge::new("saycart_outbox_waiting", "Tickets and webhooks that have not arrived.")?,
            registry,
        };
        figures.register()?;
        Ok(figures)
    }

    /// Every figure is there from the first, so that what never happened reads as 0.
    fn register(&self) -> prometheus::Result<()> {
        Stage::ALL.iter().for_each(|stage| drop(self.stages.with_label_values(&[stage.name()])));
        for (name, _) in Count::PLAIN {
            self.counts[name].with_label_values(&[] as &[&str]);
        }
        for (name, _) in Count::OF_DEVICES {
            Device::ALL.iter().for_each(|device| drop(self.counts[name].with_label_values(&[device.name()])));
        }
        for outcome in [Outcome::Taken, Outcome::Refused] {
            self.reloads.with_label_values(&[outcome.name()]);
        }
        let gauges = [&self.state, &self.warm, &self.device].map(|gauge| Box::new(gauge.clone()) as Box<dyn Collector>);
        let rest: [Box<dyn Collector>; 4] = [
            Box::new(self.stages.clone()),
            Box::new(self.reloads.clone()),
            Box::new(self.ready.clone()),
            Box::new(self.waiting.clone()),
        ];
        let counts = self.counts.values().map(|count| Box::new(count.clone()) as Box<dyn Collector>);
        counts.chain(gauges).chain(rest).try_for_each(|figure| self.registry.register(figure))?;
        let version = Opts::new("saycart_build_info", "Constant 1, with the version.");
        let version = GaugeVec::new(version, &["version"])?;
        version.with_label_values(&[env!("CARGO_PKG_VERSION")]).set(1.0);
        self.registry.register(Box::new(version))?;
        // Memory, descriptors, threads and processor time.
        #[cfg(target_os = "linux")]
        self.registry.register(Box::new(prometheus::process_collector::ProcessCollector::for_self()))?;
        Ok(())
    }
}

/// One more of these.
pub fn count(what: Count) {
    counted(what, 1);
}

/// So many more of these.
pub fn counted(what: Count, more: u64) {
    let of = &FIGURES.counts[what.name()];
    match what.device() {
        Some(device) => of.with_label_values(&[device.name()]).inc_by(more),
        None => of.with_label_values(&[] as &[&str]).inc_by(more),
    }
}

/// A stage took from then to then.
pub fn took(stage: Stage, from: Instant, to: Instant) {
    let time = to.saturating_duration_since(from);
    FIGURES.stages.with_label_values(&[stage.name()]).observe(time.as_secs_f64());
    spans::note(stage, from, to);
}

/// Shop and configuration were read anew.
pub fn reloaded(outcome: Outcome) {
    FIGURES.reloads.with_label_values(&[outcome.name()]).inc();
}

/// All figures in Prometheus' text format, version 0.0.4.
///
/// # Errors
/// Where a figure cannot be written; a fault in saycart.
pub fn exposition() -> Result<String, String> {
    let now = standing::snapshot();
    for state in Doing::ALL {
        FIGURES.state.with_label_values(&[state.name()]).set(f64::from(u8::from(state == now.doing)));
    }
    let warm = now.models.iter().map(|(model, warm)| (&FIGURES.warm, model, warm));
    for (gauge, name, is) in warm.chain(now.devices.iter().map(|(device, up)| (&FIGURES.device, device, up))) {
        gauge.with_label_values(&[name]).set(f64::from(u8::from(*is)));
    }
    FIGURES.ready.set(i64::from(now.ready));
    FIGURES.waiting.set(i64::try_from(now.waiting).unwrap_or(i64::MAX));
    TextEncoder::new().encode_to_string(&FIGURES.registry.gather()).map_err(|error| error.to_string())
}

/// What was measured of a stage: milliseconds, as near as its buckets tell.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct Summary {
    pub count: u64,
    pub p50_ms: f64,
    pub p95_ms: f64,
}

/// Of every stage that was measured.
pub(super) fn stages() -> BTreeMap<String, Summary> {
    let all = Stage::ALL.iter().map(|stage| (stage, FIGURES.stages.with_label_values(&[stage.name()])));
    let measured = all.filter(|(_, of)| of.get_sample_count() > 0);
    measured.map(|(stage, of)| (stage.name().to_string(), summary(&of))).collect()
}

/// Every count by its name without what all have in common; of devices both together.
pub(super) fn counts() -> BTreeMap<String, u64> {
    let short = |name: &str| name.trim_start_matches("saycart_").trim_end_matches("_total").to_string();
    let plain =
        Count::PLAIN.iter().map(|(name, _)| (*name, FIGURES.counts[name].with_label_values(&[] as &[&str]).get()));
    let of_devices = Count::OF_DEVICES.iter().map(|(name, _)| {
        (*name, Device::ALL.iter().map(|of| FIGURES.counts[name].with_label_values(&[of.name()]).get()).sum())
    });
    plain.chain(of_devices).map(|(name, count)| (short(name), count)).collect()
}

fn summary(of: &Histogram) -> Summary {
    let metric = of.metric();
    let metric = metric.get_histogram();
    let buckets: Vec<(f64, u64)> =
        metric.get_bucket().iter().map(|bucket| (bucket.upper_bound(), bucket.cumulative_count())).collect();
    let count = metric.get_sample_count();
    let ms = |quantile| quantile_of(&buckets, count, quantile) * 1e3;
    Summary { count, p50_ms: ms(0.5), p95_ms: ms(0.95) }
}

/// As Prometheus' own `histogram_quantile`: evenly within a bucket, the highest bound for all that is above it.
fn quantile_of(buckets: &[(f64, u64)], count: u64, quantile: f64) -> f64 {
    let rank = quantile * count as f64;
    let (mut low, mut before) = (0.0, 0);
    for &(high, upto) in buckets {
        if upto as f64 >= rank && upto > before {
            return low + (high - low) * (rank - before as f64) / (upto - before) as f64;
        }
        (low, before) = (high, upto);
    }
    low
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_percentile_lies_where_its_bucket_does() {
        let buckets = [(0.1, 0), (0.2, 50), (0.4, 100)];
        assert_eq!(quantile_of(&buckets, 100, 0.5), 0.2);
        assert!((quantile_of(&buckets, 100, 0.95) - 0.38).abs() < 1e-9);
        assert_eq!(quantile_of(&[(0.1, 0)], 3, 0.5), 0.1, "what is above all buckets is told as the highest bound");
    }

    #[test]
    fn what_is_counted_is_shown_and_what_never_happened_too() {
        count(Count::Xrun(Device::Microphone));
        let to = Instant::now();
        took(Stage::Stt, to - Duration::from_millis(420), to);
        let page = exposition().unwrap();
        let value = |of: &str| -> f64 {
            let line = page.lines().find(|line| line.starts_with(of)).unwrap_or_else(|| panic!("{of} in {page}"));
            line.rsplit(' ').next().unwrap().parse().unwrap()
        };
        assert!(value("saycart_xruns_total{device=\"microphone\"}") >= 1.0);
        assert!(value("saycart_stage_seconds_bucket{stage=\"stt\",le=\"0.5\"}") >= 1.0);
        assert_eq!(value("saycart_wakes_total"), 0.0);
        assert!(counts()["xruns"] >= 1);
    }
}
