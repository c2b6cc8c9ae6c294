//! Who answers when the owner asks how the assistant is, or tells it to read its shop anew.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use tokio::sync::mpsc;

use super::memory;
use crate::assistant::{Assistant, AssistantError};
use crate::channel::voice::{Hand, Renewal, Told, Voice};
use crate::config::{Config, ConfigError, ListenMode};
use crate::control::{Answers, Hears, Listens, Reloaded, Request, ShopStatus, Status};
use crate::logging;
use crate::service::records::{Records, StoreError};
use crate::service::{Service, ServiceError, Setting};
use crate::stt::RecogniserThread;
use crate::telemetry::{self, Event, Outcome};

/// Keys, and sections, that a running assistant takes over. All others are in force at the next start.
const TAKEN: [&str; 10] = [
    "shop",
    "hear.model",
    "hear.thorough_model",
    "hear.threads",
    "hear.hangover_complete",
    "hear.hangover_lacking",
    "hear.hangover_open",
    "cart.",
    "handover.",
    "backup.",
];

#[derive(Debug, thiserror::Error)]
pub enum ReloadError {
    #[error(transparent)]
    Config(#[from] ConfigError),
    #[error(transparent)]
    Assistant(#[from] AssistantError),
    #[error(transparent)]
    Service(#[from] ServiceError),
    #[error("the assistant is ending")]
    Ending,
}

/// What it runs with.
struct Running {
    config: Config,
    setting: Setting,
    read_at: u64,
    at_next_start: Vec<String>,
}

pub(super) struct Keeper {
    running: Mutex<Running>,
    /// As it was started: what could not be taken over since differs from that.
    started: Config,
    /// Not its owner: the desk ends when the voice does.
    service: Weak<Service>,
    voice: mpsc::WeakSender<Renewal>,
    hand: Hand,
    one_at_a_time: tokio::sync::Mutex<()>,
}

impl Keeper {
    pub fn new(config: &Config, setting: &Setting, service: &Arc<Service>, voice: &Voice) -> Keeper {
        let running = Running {
            config: config.clone(),
            setting: setting.clone(),
            read_at: telemetry::now(),
            at_next_start: vec![],
        };
        Keeper {
            running: Mutex::new(running),
            started: config.clone(),
            service: Arc::downgrade(service),
            voice: voice.renewer().downgrade(),
            hand: voice.hand(),
            one_at_a_time: tokio::sync::Mutex::default(),
        }
    }

    fn running(&self) -> MutexGuard<'_, Running> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Read shop and configuration anew. What is broken is refused as a whole, and all goes on as before; either is said in the
    /// log, and by the status.
    pub async fn reload(&self) -> Result<Reloaded, ReloadError> {
        let _one = self.one_at_a_time.lock().await;
        let config = self.running().config.clone();
        let read = tokio::task::spawn_blocking(move || read(&config)).await.map_err(|_| ReloadError::Ending);
        let taken = match read.and_then(|read| read) {
            Ok(fresh) => self.take(fresh).await,
            Err(error) => Err(error),
        };
        match &taken {
            Ok(Reloaded { shop, at_next_start }) => {
                memory::give_back();
                telemetry::reloaded(Outcome::Taken);
                telemetry::trouble(Event::Refused, None);
                tracing::info!("{shop}: shop and configuration were read anew");
                if !at_next_start.is_empty() {
                    tracing::warn!("in force at the next start only: {}", at_next_start.join(", "));
                }
            }
            Err(error) => {
                telemetry::reloaded(Outcome::Refused);
                telemetry::trouble(Event::Refused, Some(error.to_string()));
                tracing::error!("shop and configuration stay as they were: {error}");
            }
        }
        taken
    }

    async fn take(&self, fresh: Fresh) -> Result<Reloaded, ReloadError> {
        let Fresh { config, assistant, recogniser } = fresh;
        let service = self.service.upgrade().ok_or(ReloadError::Ending)?;
        service.renew(assistant.renewal()).await?;
        drop(service);
        let renewal = Renewal { recogniser, phrases: assistant.phrases(), hear: config.values.hear.clone() };
        let voice = self.voice.upgrade().ok_or(ReloadError::Ending)?;
        voice.send(renewal).await.map_err(|_| ReloadError::Ending)?;
        let changed = config.changed(&self.started).filter(|key| !TAKEN.iter().any(|taken| key.starts_with(taken)));
        let at_next_start: Vec<String> = changed.map(String::from).collect();
        let shop = assistant.setting.shop.name.clone();
        let running = Running {
            config,
            setting: assistant.setting,
            read_at: telemetry::now(),
            at_next_start: at_next_start.clone(),
        };
        *self.running() = running;
        Ok(Reloaded { shop, at_next_start })
    }

    /// Tell the voice; how it hears then.
    async fn tell(&self, told: Told) -> Result<serde_json::Value, String> {
        let hearing = self.hand.tell(told).await.ok_or_else(|| ReloadError::Ending.to_string())?;
        let hears = Hears { muted: hearing.muted, listening: hearing.listening };
        serde_json::to_value(hears).map_err(|error| error.to_string())
    }

    /// How all is. Reads the database, beside who writes.
    pub fn status(&self) -> Status {
        let orders_today = self.look();
        let running = self.running();
        let (values, shop) = (&running.config.values, &running.setting.shop);
        // What it truly uses: what differs in the configuration by now is used at the next start.
        let devices = &self.started.values.audio;
        let uses = [
            ("recogniser", &values.hear.model),
            ("thorough recogniser", &values.hear.thorough_model),
            ("voice", &self.started.values.speak.voice),
            ("microphone", &devices.microphone),
            ("loudspeaker", &devices.loudspeaker),
        ];
        let uses = uses.into_iter().filter(|(_, name)| !name.is_empty());
        let listen = &self.started.values.listen;
        let phrase = (listen.mode == ListenMode::Wake).then(|| listen.phrase.clone());
        Status {
            version: env!("CARGO_PKG_VERSION").into(),
            process: std::process::id(),
            shop: ShopStatus {
                key: shop.key.clone(),
                name: shop.name.clone(),
                directory: values.shop.clone(),
                read_at: running.read_at,
            },
            uses: uses.map(|(role, name)| (role.to_string(), name.clone())).collect::<BTreeMap<_, _>>(),
            listens: Listens { mode: listen.mode, phrase },
            orders_today,
            log_level: logging::level(),
            at_next_start: running.at_next_start.clone(),
            now: telemetry::snapshot(),
        }
    }

    /// Look up what stands in the database: the figures have what waits, and who calls gets today's orders.
    pub fn look(&self) -> u64 {
        let (database, key) = {
            let running = self.running();
            (self.started.database(), running.setting.shop.key.clone())
        };
        match Records::open(&database).and_then(|records| records.today(&key)) {
            Ok((orders, waiting)) => {
                telemetry::set_waiting(waiting);
                orders
            }
            Err(StoreError::Missing { .. }) => 0,
            Err(error) => {
                tracing::warn!("today's orders cannot be counted: {error}");
                0
            }
        }
    }
}

impl Answers for Arc<Keeper> {
    async fn answer(&self, request: Request) -> Result<serde_json::Value, String> {
        let json = |written: Result<serde_json::Value, serde_json::Error>| written.map_err(|error| error.to_string());
        match request {
            Request::Status => {
                let keeper = self.clone();
                let status = tokio::task::spawn_blocking(move || keeper.status()).await;
                json(serde_json::to_value(status.map_err(|error| error.to_string())?))
            }
            Request::Reload => {
                let reloaded = self.reload().await.map_err(|error| error.to_string())?;
                json(serde_json::to_value(reloaded))
            }
            Request::Listen => self.tell(Told::Pressed).await,
            Request::Mute => self.tell(Told::Mute(true)).await,
            Request::Unmute => self.tell(Told::Mute(false)).await,
            Request::Log { level } => logging::set(&level).map(Into::into).map_err(|error| error.to_string()),
        }
    }
}

/// All that must be whole before anything is given up.
struct Fresh {
    config: Config,
    assistant: Assistant,
    recogniser: RecogniserThread,
}

fn read(running: &Config) -> Result<Fresh, ReloadError> {
    let config = running.reread()?;
    let assistant = Assistant::open(&config)?;
    let recogniser = assistant.recogniser()?;
    Ok(Fresh { config, assistant, recogniser })
}
