//! A daemon in a room where it hears itself, and who speaks to it and over it: in real time, with the real models.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use saycart::config::{Config, Overrides};
use saycart::daemon::{Daemon, Turn};
use saycart::service::SystemClock;

use super::Failure;
use super::customer::Customer;
use super::room::{Echo, Room};

/// A busy machine may take long to recognise a sentence.
pub const PATIENCE: Duration = Duration::from_secs(60);
/// Seconds of silence after which nothing more is said.
const STILL: f32 = 1.2;

pub struct Hall {
    pub daemon: Daemon,
    pub room: Room,
    customer: Customer,
}

impl Hall {
    /// Open the café in such a room and let it greet. `set` as of the command line.
    pub async fn open(database: &Path, echo: Echo, set: &[String]) -> Result<Hall, Failure> {
        let config = Config::load(&Overrides {
            set: vec![
                ("shop".into(), concat!(env!("CARGO_MANIFEST_DIR"), "/assets/shops/cafe").into()),
                ("database".into(), database.display().to_string()),
                ("hear.interrupt".into(), "always".into()),
            ],
            raw: set.to_vec(),
            ..Overrides::default()
        })?;
        let (room, microphone, loudspeaker) = Room::new(echo);
        let devices = |_: &_| Ok((Box::new(microphone) as _, Box::new(loudspeaker) as _));
        let daemon = Daemon::open_at(&config, Arc::new(SystemClock::new()), devices)?;
        let mut hall = Hall { daemon, room, customer: Customer::new(&config) };
        hall.daemon.greet().await?;
        match hall.still(true).await? {
            Some(turn) => Err(format!("it answers its own greeting: {turn:?}").into()),
            None => Ok(hall),
        }
    }

    /// Wait until all is silent for a while. Nobody says anything: a turn is one that it had with itself.
    pub async fn quiet(&mut self) -> Result<Option<Turn>, Failure> {
        self.still(false).await
    }

    /// The same, after it has begun to speak where it is to.
    async fn still(&mut self, speaks: bool) -> Result<Option<Turn>, Failure> {
        let room = self.room.clone();
        let since = room.now();
        let still = tokio::task::spawn_blocking(move || {
            if speaks {
                room.wait_for_speech(since, 0.0, PATIENCE);
            }
            let least = since + (STILL * 16_000.0) as usize;
            while room.still_for(since).map_or(room.now() < least, |seconds| seconds < STILL) {
                std::thread::sleep(Duration::from_millis(20));
            }
        });
        tokio::select! {
            turn = self.daemon.turn() => Ok(Some(turn?)),
            still = still => Ok(still.map(|()| None)?),
        }
    }

    /// The customer says this, and hears the answer out; `None` where there is none.
    pub async fn ask(&mut self, words: &str) -> Result<Option<Turn>, Failure> {
        self.room.say(&self.customer.heard(words));
        self.answer().await
    }

    /// What is answered to what was said; `None` where nothing is.
    pub async fn answer(&mut self) -> Result<Option<Turn>, Failure> {
        Ok(tokio::time::timeout(PATIENCE, self.daemon.turn()).await.ok().transpose()?)
    }

    /// The customer says the one, and the other over the answer when it was heard for so many seconds; the answer, and the
    /// sample at which the other was audible.
    pub async fn ask_and_say_over(
        &mut self,
        words: &str,
        over: &str,
        after: f32,
    ) -> Result<(Option<Turn>, usize), Failure> {
        let (words, over) = (self.customer.heard(words), self.customer.heard(over));
        let since = self.room.now();
        self.room.say(&words);
        let room = self.room.clone();
        let speaking =
            tokio::task::spawn_blocking(move || room.wait_for_speech(since, after, PATIENCE).then(|| room.say(&over)));
        let turn = self.answer().await?;
        Ok((turn, speaking.await?.ok_or("it says nothing")?))
    }
}
