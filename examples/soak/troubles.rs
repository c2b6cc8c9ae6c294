//! What goes wrong while somebody orders.

use std::process::Command;
use std::time::Duration;

use saycart::message::{HEARING_RATE, Sound};

use crate::program::Program;
use crate::support::Failure;
use crate::support::customer::Customer;
use crate::support::sound_card::{plug_in, server, try_into_microphone, unplug};
use crate::support::sounds::{self, Random};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trouble {
    None,
    /// Sounds of a kitchen, one after the other.
    Noise,
    /// Somebody speaks in the next room, not to us.
    Television,
    /// A device is gone while it is used, and comes again.
    Unplugged(&'static str),
    /// A sound server ends, and is there again half a second later.
    Restarted(&'static str),
    Reload,
    /// The shop that is to be read anew is broken.
    BrokenReload,
    /// Forward or back, in seconds.
    Clock(i64),
}

/// One a customer, in turn.
pub const TROUBLES: &[Trouble] = &[
    Trouble::None,
    Trouble::Noise,
    Trouble::Unplugged("mic"),
    Trouble::Television,
    Trouble::Clock(3_600),
    Trouble::Unplugged("spk"),
    Trouble::Reload,
    Trouble::None,
    Trouble::Restarted("mic"),
    Trouble::Clock(-7_200),
    Trouble::Restarted("spk"),
    Trouble::BrokenReload,
    Trouble::Clock(0),
];

/// What is said on it: nothing that should be answered, and some of it sounds like an order.
const TELEVISION: &[&str] = &[
    "And now the weather for the weekend.",
    "I'll have two large pizzas, said nobody ever.",
    "Yes, that is all we know at this hour. Back to the studio.",
    "More after the break. Can I get you a coffee?",
];
/// At the microphone, of full scale: below what is heard as a voice.
const NEXT_ROOM: f32 = 0.004;
const KITCHEN: f32 = 0.15;

impl Trouble {
    /// It happens; `words` are said meanwhile where it is a trouble of who speaks.
    pub fn happens(self, program: &mut Program, customer: &mut Customer, words: &Sound) -> Result<(), Failure> {
        match self {
            Trouble::None => {}
            Trouble::Noise => {
                let mut random = Random::seeded(5);
                for (_, make) in sounds::ALL {
                    let samples = make(3 * HEARING_RATE as usize, &mut random);
                    let samples = samples.into_iter().map(|sample| KITCHEN * sample).collect();
                    try_into_microphone(&Sound { samples, rate: HEARING_RATE });
                }
            }
            Trouble::Television => {
                for words in TELEVISION {
                    let samples = customer.heard(words).into_iter().map(|sample| NEXT_ROOM * sample).collect();
                    try_into_microphone(&Sound { samples, rate: HEARING_RATE });
                }
            }
            Trouble::Unplugged(device) => away(program, device, words, |device| {
                unplug(device);
                std::thread::sleep(Duration::from_millis(500));
                plug_in(device);
                Ok(())
            })?,
            Trouble::Restarted(device) => away(program, device, words, |device| {
                Command::new("pactl").arg(server(device)).arg("exit").status()?;
                Ok(())
            })?,
            Trouble::Reload => {
                let before = program.count("were read anew");
                program.signal("HUP")?;
                program.wait_for("were read anew", before)?;
            }
            Trouble::BrokenReload => {
                let whole = std::fs::read_to_string(program.shop())?;
                std::fs::write(program.shop(), format!("{whole}\n[nothing of ours]\n"))?;
                let before = program.count("stay as they were");
                program.signal("HUP")?;
                program.wait_for("stay as they were", before)?;
                std::fs::write(program.shop(), whole)?;
            }
            Trouble::Clock(seconds) => program.set_clock(seconds)?,
        }
        Ok(())
    }
}

/// A device goes away: the microphone in the middle of the words, the loudspeaker in the middle of what they are answered.
fn away(program: &Program, device: &str, words: &Sound, go: fn(&str) -> Result<(), Failure>) -> Result<(), Failure> {
    let name = if device == "mic" { "microphone" } else { "loudspeaker" };
    let (gone, back) = (format!("the {name} `default` is gone"), format!("the {name} `default` is back"));
    let (were_gone, were_back, replies) = (program.count(&gone), program.count(&back), program.replies());
    let said = words.clone();
    let speaker = std::thread::spawn(move || try_into_microphone(&said));
    if device == "mic" {
        std::thread::sleep(Duration::from_millis(1_200));
    } else {
        program.wait_for_reply(replies);
        std::thread::sleep(Duration::from_millis(300));
    }
    go(device)?;
    program.wait_for(&gone, were_gone)?;
    program.wait_for(&back, were_back)?;
    let _ = speaker.join();
    Ok(())
}
