//! `saycart doctor`: everything the assistant needs, each in a line that is ok or says what to do.

use std::path::Path;
use std::time::Duration;

use super::*;
use crate::assistant::wake;
use crate::config::ListenMode;
use crate::daemon;
use crate::message::HEARING_RATE;
use crate::models;
use crate::service::paying;
use crate::service::records::{self, Records};
use crate::shop::Shop;
use crate::sound::Level;
use crate::sound::local::{self, Capture, Direction, Microphone};
use crate::tts;

#[derive(Debug, Args)]
pub struct DoctorArgs {
    /// Print one JSON object a line
    #[arg(long)]
    pub json: bool,
    /// Listen for two seconds, and say how loud it is: speak meanwhile
    #[arg(long)]
    pub microphone: bool,
}

/// Samples that a level is taken from.
const HEARD: usize = 2 * HEARING_RATE as usize;
/// A microphone that gives nothing for so long gives nothing.
const PATIENCE: Duration = Duration::from_secs(3);

/// What was found: good news, or what is wrong and what to do.
type Finding = Result<String, String>;

pub fn run(env: &Environment, args: &DoctorArgs) -> Result<(), CliError> {
    let config = &env.config;
    let models = models::Store::new(config.models_dir());
    let mut findings: Vec<(String, Finding)> = vec![
        ("data directory".into(), writable(&config.data_dir())),
        ("shop".into(), shop(&config.values.shop)),
        ("database".into(), database(&config.database())),
        ("outbox".into(), outbox(&config.database())),
        ("payments".into(), payments(&config.database())),
        ("backup".into(), backup(&config.database(), &config.backups())),
    ];
    findings.extend(cards(&config.values.shop));
    let (hear, voice) = (&config.values.hear, &config.values.speak.voice);
    let used = ["silero-vad", &hear.model, &hear.thorough_model];
    let named = used.iter().filter(|name| !name.is_empty());
    findings.extend(named.map(|name| ((*name).to_string(), model(&models, name))));
    let found = tts::find(&models, voice).map(|path| path.display().to_string());
    findings.push((voice.clone(), found.map_err(|error| error.to_string())));
    findings.extend(wake(env, &models));
    findings.push(("onnxruntime".into(), runtime(&models)));
    for (direction, name) in [
        (Direction::Microphone, &config.values.audio.microphone),
        (Direction::Loudspeaker, &config.values.audio.loudspeaker),
    ] {
        findings.push((direction.to_string(), device(direction, name)));
    }
    if args.microphone {
        if !args.json {
            print::line("Speak now, as loud as a customer and from where one stands …")?;
        }
        findings.push(("input level".into(), level(&config.values.audio.microphone, hear.quietest)));
    }

    if let Some(finding) = daemon::keys::probe(&config.values.listen).map_err(|error| error.to_string()).transpose() {
        findings.push(("key".into(), finding));
    }

    for (what, finding) in &findings {
        tell(what, finding, args.json)?;
    }
    if !args.json {
        list_devices()?;
    }
    match findings.iter().filter(|(_, finding)| finding.is_err()).count() {
        0 => Ok(()),
        1 => Err(CliError::new("one thing needs your attention, see above")),
        n => Err(CliError::new(format!("{n} things need your attention, see above"))),
    }
}

fn tell(what: &str, finding: &Finding, json: bool) -> Result<(), CliError> {
    if json {
        let (ok, detail) = match finding {
            Ok(detail) => (true, detail),
            Err(detail) => (false, detail),
        };
        return print::line(serde_json::json!({ "check": what, "ok": ok, "detail": detail }));
    }
    let (colour, mark, detail) = match finding {
        Ok(detail) => (anstyle::AnsiColor::Green, "ok", detail),
        Err(detail) => (anstyle::AnsiColor::Red, "TO DO", detail),
    };
    let style = anstyle::Style::new().fg_color(Some(colour.into()));
    print::line(format_args!("{style}{mark:<6}{style:#}{what:<24} {detail}"))
}

/// A directory that saycart writes to: tried, not guessed from its mode.
fn writable(dir: &Path) -> Finding {
    let mend = |error: std::io::Error| {
        format!("cannot write to {}: {error}. Give it to the user that runs saycart, or make room.", dir.display())
    };
    std::fs::create_dir_all(dir).map_err(mend)?;
    tempfile::tempfile_in(dir).map_err(mend)?;
    Ok(dir.display().to_string())
}

fn shop(dir: &Path) -> Finding {
    super::shop::present(dir)?;
    let found = Shop::load(dir);
    let dir = dir.display();
    match found {
        Ok(loaded) => Ok(format!("{}, {} items ({dir})", loaded.shop.name, loaded.shop.items.len())),
        Err(found) => {
            let mistakes = super::shop::count(found.errors(), "mistake", "mistakes");
            Err(format!("{mistakes} in {dir}. `saycart shop check {dir}` lists them."))
        }
    }
}

fn database(path: &Path) -> Finding {
    if !path.exists() {
        return Ok(format!("{} will be made by the first order", path.display()));
    }
    let store = Records::open(path).map_err(|error| error.to_string())?;
    store.orders(1).map_err(|error| error.to_string())?;
    Ok(path.display().to_string())
}

/// Whether all was told that is to be told elsewhere.
fn outbox(path: &Path) -> Finding {
    let waits = match Records::open(path) {
        Ok(records) => records.outbox(false, 1_000).map_err(|error| error.to_string())?.len(),
        // What is wrong with it stands above.
        Err(_) => 0,
    };
    match waits {
        0 => Ok("everything has arrived".into()),
        n => {
            let messages = super::shop::count(n, "message has", "messages have");
            Err(format!("{messages} not arrived. `saycart outbox list` says where, and why."))
        }
    }
}

/// Whether what is paid is settled.
fn payments(path: &Path) -> Finding {
    let trouble = match Records::open(path) {
        Ok(records) => records.payments(false, 1_000).map_err(|error| error.to_string())?,
        // What is wrong with it stands above.
        Err(_) => vec![],
    };
    // Somebody who pays at the counter in a moment is no trouble.
    match trouble.iter().filter(|payment| payment.trouble.is_some()).count() {
        0 => Ok("nothing needs anybody".into()),
        n => {
            let payments = super::shop::count(n, "payment needs", "payments need");
            Err(format!("{payments} somebody. `saycart payments list` says which, and why."))
        }
    }
}

/// Whether whoever takes the cards can be reached, and what time it is: news and limits go by the clock.
fn cards(dir: &Path) -> Vec<(String, Finding)> {
    // What is wrong with the shop stands above.
    let Some(card) = Shop::load(dir).ok().and_then(|loaded| loaded.shop.payments.card) else { return vec![] };
    vec![("cards".into(), paying::check(&card)), ("clock".into(), clock())]
}

/// A clock before this very program was put here was not set since.
fn clock() -> Finding {
    let put_here = std::env::current_exe().and_then(|program| program.metadata()?.modified());
    match put_here {
        Ok(put_here) if std::time::SystemTime::now() < put_here => Err(
            "the clock is behind: this program was installed later than now. Set it (timedatectl set-ntp true): payments \
             and their news go by it"
                .into(),
        ),
        Ok(_) | Err(_) => Ok("it is set".into()),
    }
}

/// No copy yet is no fault: nothing may have been ordered yet.
fn backup(path: &Path, directory: &Path) -> Finding {
    Ok(match records::backups(path, directory).first() {
        Some(newest) => format!("the newest is {}", newest.display()),
        None => format!("none yet in {}; see `saycart backup`", directory.display()),
    })
}

fn model(models: &models::Store, name: &str) -> Finding {
    models.path(name).map(|path| path.display().to_string()).map_err(|error| error.to_string())
}

/// What the wake phrase takes, where one is asked for. What teaches it is needed until it has been learnt.
fn wake(env: &Environment, models: &models::Store) -> Vec<(String, Finding)> {
    let listen = &env.config.values.listen;
    if listen.mode != ListenMode::Wake {
        return vec![];
    }
    let needed = |name: &str| {
        let meanwhile = "Until then all speech is recognised, and its words alone tell whether somebody called";
        (name.to_string(), model(models, name).map_err(|error| format!("{error}. {meanwhile}")))
    };
    let phrase = &listen.phrase;
    // What is wrong with the shop stands above.
    let learnt = env.assistant().is_ok_and(|assistant| assistant.has_learnt(phrase).unwrap_or_default());
    if learnt {
        return vec![needed(wake::FRONT), ("wake phrase".into(), Ok(format!("\"{phrase}\" has been learnt")))];
    }
    let mut findings = vec![needed(wake::FRONT), needed(wake::VOICES)];
    if findings.iter().all(|(_, finding)| finding.is_ok()) {
        let will = format!("\"{phrase}\" is learnt at the next start, which takes some minutes");
        findings.push(("wake phrase".into(), Ok(will)));
    }
    findings
}

fn runtime(models: &models::Store) -> Finding {
    let path = models.path("onnxruntime").map_err(|error| error.to_string())?;
    let version = models::runtime::probe(&path).map_err(|error| error.to_string())?;
    Ok(format!("version {version}"))
}

fn device(direction: Direction, name: &str) -> Finding {
    let format = local::probe(direction, name).map_err(|error| error.to_string())?;
    Ok(format!("{name}, {} Hz, {} channels", format.rate, format.channels))
}

/// How loud it is at the microphone just now. `quietest`: voices below that are not listened to.
fn level(name: &str, quietest: f32) -> Finding {
    let (_microphone, captures) = Microphone::open(name).map_err(|error| error.to_string())?;
    let mut heard = Vec::with_capacity(HEARD);
    while heard.len() < HEARD {
        match captures.recv_timeout(PATIENCE) {
            Ok(Capture::Samples(samples)) => heard.extend(samples),
            Ok(Capture::Lost) | Err(_) => return Err("it gives no sound; plug it in again, or try another".into()),
        }
    }
    judged(Level::of(&heard), quietest)
}

fn judged(level: Level, quietest: f32) -> Finding {
    let Level { peak, rms, clipped } = level;
    let measured = format!("peak {peak:.1} dBFS, RMS of the loudest 0.1 s {rms:.1} dBFS");
    if peak == f32::NEG_INFINITY {
        Err("silence, without even noise: it is switched off, or muted in the mixer (`alsamixer`, F4)".into())
    } else if clipped {
        Err(format!("{measured}: clipped. Turn it down (`alsamixer`, F4), or speak from further away"))
    } else if rms < quietest {
        let below = format!("below hear.quietest, {quietest} dBFS, nobody is heard");
        Err(format!(
            "{measured}: too quiet; {below}. Turn it up (`alsamixer`, F4), speak nearer, or lower hear.quietest"
        ))
    } else {
        Ok(format!("{measured}: fine"))
    }
}

fn list_devices() -> Result<(), CliError> {
    let devices = local::devices();
    if devices.is_empty() {
        return Ok(());
    }
    print::line("\nDevices for audio.microphone and audio.loudspeaker:")?;
    for device in devices {
        let serves = match (device.microphone, device.loudspeaker) {
            (true, true) => "microphone, loudspeaker",
            (true, false) => "microphone",
            (false, true) => "loudspeaker",
            (false, false) => continue,
        };
        print::line(format_args!("  {:<32} {serves:<24} {}", device.name, device.description))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_level_is_fine_or_says_what_to_do() {
        let told = |peak, rms, clipped| judged(Level { peak, rms, clipped }, -50.0).unwrap_or_else(|wrong| wrong);
        assert!(told(-6.0, -20.0, false).ends_with("peak -6.0 dBFS, RMS of the loudest 0.1 s -20.0 dBFS: fine"));
        assert!(told(-40.0, -55.0, false).contains("too quiet") && told(0.0, -2.0, true).contains("clipped"));
        assert!(told(f32::NEG_INFINITY, f32::NEG_INFINITY, false).contains("switched off"));
    }
}
