//! A microphone and a loudspeaker: who speaks is heard, and answered aloud.
//!
//! `turn` is the loop; `ear` tells it of speech, `ahead` when to recognise and what counts, `mouth` when a reply has been
//! said, `over` what becomes of a reply that somebody speaks over. `phrases` is what the shop's words are to all of them.
//!
//! Where not all that is said is meant for it, `listening` knows when it is and `gate` holds up the rest before anybody
//! recognises it; `call` puts both into the loop, `hand` what keys and commands tell, `earcon` and `leds` let people know.
//! `mute` remembers that it is to hear nobody.

mod ahead;
mod call;
mod ear;
mod earcon;
mod gate;
mod hand;
mod leds;
mod listening;
mod measure;
mod mouth;
mod mute;
mod over;
mod phrases;
mod turn;

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc;

use crate::config::{Hear, Listen};
use crate::hear::{Duplex, Endpointer, Holder, arrange};
use crate::message::Sentence;
use crate::reply::Reply;
use crate::service::{Channel, Clock, Point, Service, ServiceError, Time, TimerId};
use crate::sound::{Sink, Source};
use crate::stt::{Bias, RecogniserThread};
use crate::tts::Speaker;

use ahead::{Ahead, Said};
use call::Call;
pub use call::Wake;
use ear::{Ear, Hears};
use gate::Gate;
pub use gate::Spots;
use hand::Hands;
pub use hand::{Hand, Hearing, Told};
use leds::Lights;
pub use leds::LightsError;
use listening::Listening;
use mouth::Mouth;
pub use mute::Mute;
pub use phrases::Phrases;
use turn::Recognition;
pub use turn::{TRIES, Times, Turn, WORTH_ASKING};

#[derive(Debug, thiserror::Error)]
pub enum VoiceError {
    #[error("cannot start: {0}. Free some memory, or raise the limit of processes.")]
    Start(#[from] std::io::Error),
    #[error(transparent)]
    Service(#[from] ServiceError),
    #[error(transparent)]
    Lights(#[from] LightsError),
    #[error("a part of saycart ended by itself; the log above says why. Start it again: the cart is kept.")]
    Broken,
}

/// What hears and what is heard.
pub type Devices = (Box<dyn Source>, Box<dyn Sink>);

/// What turns sound into words and words into sound.
pub struct Engines {
    pub endpointer: Endpointer,
    pub recogniser: RecogniserThread,
    pub speaker: Speaker,
    pub phrases: Phrases,
    /// The times of hearing.
    pub hear: Hear,
    /// The name of what it is heard through.
    pub microphone: String,
    pub listen: Listen,
    /// What finds the wake phrase, where it is listened for.
    pub wake: Option<Wake>,
    /// Whether it was muted last.
    pub mute: Mute,
}

/// What a voice that is at work can be given anew.
pub struct Renewal {
    pub recogniser: RecogniserThread,
    pub phrases: Phrases,
    pub hear: Hear,
}

pub struct Voice {
    service: Arc<Service>,
    clock: Arc<dyn Clock>,
    point: Point,
    ear: Ear,
    recogniser: RecogniserThread,
    mouth: Mouth,
    phrases: Phrases,
    hear: Hear,
    /// What the recogniser is to expect next.
    bias: Bias,
    timer: Option<(TimerId, Time)>,
    /// Set when all is said: seconds of silence count from then on.
    next_timer: Option<(TimerId, u32)>,
    /// The speech that is being heard, and what of it is being recognised.
    ahead: Ahead,
    recognition: Option<Recognition>,
    /// Taken when nobody speaks. The sender is for whoever has something new.
    renewals: mpsc::Receiver<Renewal>,
    renewer: mpsc::Sender<Renewal>,
    /// What keys, signals and commands tell, and where they do.
    hands: Hands,
    hand: Hand,
    listening: Listening,
    /// What was answered last meant something here.
    meant_something: bool,
    /// Whether the speech that is being heard has to call first.
    call: Call,
    wake: Option<Wake>,
    mute: Mute,
    lights: Lights,
    /// When what was said last came to be known.
    times: Times,
    duplex: Duplex,
    /// Of a reply that somebody speaks over: how much of it they have not heard.
    over: Option<Duration>,
    /// The turn whose answer is being said.
    answered: Option<Turn>,
    /// Said, and to be answered in the next turn: the reply it cut off ended this one.
    said: Option<Said>,
}

impl Voice {
    /// Begin to listen.
    pub fn open(
        service: Arc<Service>,
        clock: Arc<dyn Clock>,
        engines: Engines,
        (source, loudspeaker): Devices,
    ) -> Result<Voice, VoiceError> {
        let Engines { endpointer, recogniser, speaker, phrases, hear, microphone, listen, mut wake, mute } = engines;
        let loudspeaker: Arc<dyn Sink> = loudspeaker.into();
        let (duplex, canceller) = arrange(hear.interrupt, &microphone, &*loudspeaker);
        let over = (duplex == Duplex::Full).then(|| Holder::new(loudspeaker.clone()));
        let gate = Gate::new(wake.as_mut().map(Wake::learnt));
        let (renewer, renewals) = mpsc::channel(1);
        let (hand, hands) = Hand::new();
        let mut voice = Voice {
            renewals,
            renewer,
            hands,
            hand,
            service,
            clock,
            point: Point::only(Channel::Voice),
            ear: Ear::open(source, Hears { canceller, endpointer, gate, over })?,
            recogniser,
            mouth: Mouth::new(speaker, loudspeaker),
            bias: phrases.bias(&Default::default()),
            phrases,
            hear,
            timer: None,
            next_timer: None,
            ahead: Ahead::default(),
            recognition: None,
            times: Times::default(),
            duplex,
            over: None,
            answered: None,
            said: None,
            listening: Listening::new(&listen),
            meant_something: true,
            call: Call::default(),
            wake,
            mute,
            lights: Lights::open(&listen.leds)?,
        };
        voice.ear.set_asleep(!voice.listening.hears());
        if voice.mute.is_set() {
            tracing::warn!("still muted from before: it hears nobody until `saycart unmute`");
            voice.set_muted(true);
        }
        voice.rests();
        Ok(voice)
    }

    /// Where it takes what it is given anew.
    pub fn renewer(&self) -> mpsc::Sender<Renewal> {
        self.renewer.clone()
    }

    /// From now on with these. The former recogniser ends when it has done what it is at; a stuck one is left behind.
    async fn renew(&mut self, renewal: Renewal) {
        let Renewal { recogniser, phrases, hear } = renewal;
        self.recognition = None;
        self.ahead = Ahead::default();
        std::mem::replace(&mut self.recogniser, recogniser).shutdown();
        (self.phrases, self.hear) = (phrases, hear);
        self.bias = self.phrases.bias(&self.service.expect(&self.point).await.unwrap_or_default());
        self.mouth.someday(self.phrases.common());
    }

    /// Say what opens the conversation, and make ready for the next replies.
    pub async fn greet(&mut self) -> Result<(), VoiceError> {
        let mut opening = self.service.enter(&self.point).await;
        for _ in 1..TRIES {
            match &opening {
                Err(error) if error.is_passing() => tracing::warn!("{error}; trying again"),
                _ => break,
            }
            opening = self.service.enter(&self.point).await;
        }
        match opening {
            Ok(opening) => {
                self.bias = self.phrases.bias(&opening.expect);
                self.next_timer = opening.timer;
                self.speak(&opening.reply);
            }
            Err(ServiceError::Ended) => return Err(VoiceError::Broken),
            // Nobody is there yet. Should it still be so when somebody speaks, they are told.
            Err(error) => {
                tracing::error!("{error}");
                self.failed();
            }
        }
        // Who is heard meanwhile is answered in the first turn.
        if self.mouth.is_speaking() && self.duplex == Duplex::Half {
            self.mouth.done().await;
            self.listen();
        }
        // Sentences that every conversation has are made while nobody speaks.
        self.mouth.someday(self.phrases.common());
        Ok(())
    }

    /// Listen and answer, for ever. Dropping the future between two steps loses nothing that was said aloud.
    pub async fn converse(&mut self) -> Result<(), VoiceError> {
        self.greet().await?;
        loop {
            self.turn().await?;
        }
    }

    /// Say the reply; where it would hear itself, deaf meanwhile.
    fn speak(&mut self, reply: &Reply) {
        if reply.text.is_empty() {
            return self.await_silence();
        }
        // What is said with a customer is for who asks for it: the log keeps it only at this level.
        tracing::debug!("reply: {}", reply.text);
        self.say(self.phrases.sentences(reply));
    }

    fn say(&mut self, sentences: Vec<Sentence>) {
        if self.duplex == Duplex::Half {
            self.ear.set_deaf(true);
        }
        self.mouth.say(sentences);
        self.begins_to_answer();
    }

    /// All was said; where nobody was heard meanwhile, hear again, from here on.
    fn listen(&mut self) {
        if self.duplex == Duplex::Half {
            self.ear.set_deaf(false);
            self.ahead = Ahead::default();
            self.recognition = None;
        }
        self.mouth.hold(!self.ahead.is_quiet());
        self.has_answered();
        self.await_silence();
    }

    /// From now on the seconds of silence count.
    fn await_silence(&mut self) {
        let after = |seconds: u32| self.clock.ticks() + i64::from(seconds) * 1_000;
        if let Some((id, seconds)) = self.next_timer.take() {
            self.timer = Some((id, after(seconds)));
        }
    }

    /// The ordered end, told as a story.
    pub fn end(mut self) {
        drop(self.ear);
        self.mouth.stop();
        drop(self.recognition);
        self.recogniser.shutdown();
        drop(self.service);
        drop(self.mouth);
    }
}
