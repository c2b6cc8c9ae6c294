//! How an ear learns a phrase by itself: voices say it, and what is near it, and other things, in many scenes.

use std::error::Error;

use super::front::{Embedding, Front, FrontError, STEP, end_of};
use super::judge::{Judge, Lesson};
use super::near::Sounds;
use super::scene::{as_heard, bare, between, in_another_throat, seconds};
use crate::chance::Chance;
use crate::message::HEARING_RATE;

/// Voices that can say any sounds.
pub trait Voices {
    fn count(&self) -> usize;
    /// What is written in IPA, said by one of them at `pace` times the usual pace; at [`crate::message::HEARING_RATE`].
    fn say(&mut self, voice: usize, pace: f32, ipa: &str) -> Result<Vec<f32>, Box<dyn Error + Send + Sync>>;
}

/// What the voices say, in IPA.
pub struct Script {
    pub phrase: String,
    /// Sentences as they are said all day where it will listen.
    pub others: Vec<String>,
}

#[derive(Debug, thiserror::Error)]
pub enum TeachError {
    #[error("the voices could not say the wake phrase: {0}")]
    Voice(Box<dyn Error + Send + Sync>),
    #[error(
        "the voices have nothing to say for the wake phrase: write `listen.phrase` in words of the shop's language"
    )]
    Silent,
    #[error(transparent)]
    Front(#[from] FrontError),
}

/// Paces at which each voice says the phrase, and bounds for all else.
const PACES: [f32; 3] = [0.85, 1.0, 1.2];
const PACE: (f32, f32) = (0.85, 1.25);
/// How many things near the phrase and how many others each voice says.
const NEAR: usize = 6;
const OTHERS: usize = 4;
/// Scenes of each rendering.
const SCENES: usize = 5;
const NEAR_SCENES: usize = 2;
const OTHER_SCENES: usize = 2;
/// The phrase has just been said from so long before its end until so long after, in seconds; near that is neither.
const SAID: (f32, f32) = (-0.02, 0.22);
const NEITHER: (f32, f32) = (-0.4, 0.7);
/// Seconds before what is said, and after.
const BEFORE: f32 = 1.7;
const AFTER: f32 = 0.5;
/// Between what is said and other talk around it.
const PAUSE: (f32, f32) = (0.03, 0.4);
/// Shares of scenes with talk before, and after, the phrase.
const TALK_BEFORE: f32 = 0.35;
const TALK_AFTER: f32 = 0.5;
/// An ear sees so much more than the phrase takes, in seconds, within these bounds of embeddings.
const MORE: f32 = 0.25;
const SEES: (usize, usize) = (3, 16);
/// What the first embedding sees.
const FIRST: f32 = 0.8;

/// What the voices said.
struct Said {
    phrase: Vec<Vec<f32>>,
    near: Vec<Vec<f32>>,
    others: Vec<Vec<f32>>,
}

/// An ear for the phrase. Takes minutes of processor time, nearly all of it the voices'.
pub fn teach(front: &mut Front, voices: &mut dyn Voices, script: &Script) -> Result<Judge, TeachError> {
    let said = rehearse(voices, script)?;
    let mut lengths: Vec<usize> = said.phrase.iter().map(Vec::len).collect();
    lengths.sort_unstable();
    let usual = lengths.get(lengths.len() / 2).copied().filter(|length| *length > 0).ok_or(TeachError::Silent)?;
    let more = (usual + seconds(MORE)).saturating_sub(seconds(FIRST)) / STEP;
    let sees = (more + 1).clamp(SEES.0, SEES.1);
    let mut class = Class { front, said: &said, sees, chance: Chance(3), lessons: Vec::new() };
    class.learn()?;
    Ok(Judge::taught(sees, class.lessons))
}

fn rehearse(voices: &mut dyn Voices, script: &Script) -> Result<Said, TeachError> {
    // Of two chances, so that the other things are the same whatever the phrase is.
    let (mut chance, mut other) = (Chance(1), Chance(2));
    let sounds = Sounds::of(script.others.iter().map(String::as_str));
    let mut said = Said { phrase: Vec::new(), near: Vec::new(), others: Vec::new() };
    for voice in 0..voices.count() {
        let mut say = |pace: f32, ipa: &str| -> Result<Vec<f32>, TeachError> {
            Ok(bare(&voices.say(voice, pace, ipa).map_err(TeachError::Voice)?).to_vec())
        };
        for pace in PACES {
            said.phrase.push(say(pace, &script.phrase)?);
        }
        for _ in 0..NEAR {
            let near = sounds.near(&script.phrase, &mut chance);
            said.near.push(say(between(&mut chance, PACE), &near)?);
        }
        for _ in 0..OTHERS.min(script.others.len()) {
            let sentence = &script.others[other.below(script.others.len())];
            said.others.push(say(between(&mut other, PACE), sentence)?);
        }
    }
    Ok(said)
}

struct Class<'a> {
    front: &'a mut Front,
    said: &'a Said,
    sees: usize,
    chance: Chance,
    lessons: Vec<Lesson>,
}

impl Class<'_> {
    fn learn(&mut self) -> Result<(), TeachError> {
        let said = self.said;
        for phrase in said.phrase.iter().filter(|phrase| !phrase.is_empty()) {
            for _ in 0..SCENES {
                self.scene(phrase, true)?;
            }
        }
        for (renderings, scenes) in [(&said.near, NEAR_SCENES), (&said.others, OTHER_SCENES)] {
            for rendering in renderings {
                for _ in 0..scenes {
                    self.scene(rendering, false)?;
                }
            }
        }
        Ok(())
    }

    /// One rendering, with something before and after it, as a microphone would hear it.
    fn scene(&mut self, rendering: &[f32], is_phrase: bool) -> Result<(), TeachError> {
        let said = in_another_throat(rendering, &mut self.chance);
        let mut scene = vec![0.0; seconds(BEFORE)];
        if self.now_and_then(TALK_BEFORE) {
            let pause = seconds(between(&mut self.chance, PAUSE));
            let talk = talk(self.said, &mut self.chance);
            let room = scene.len() - pause;
            let part = &talk[talk.len().saturating_sub(room)..];
            scene[room - part.len()..room].copy_from_slice(part);
        }
        scene.extend(said);
        let end = scene.len();
        scene.resize(end + seconds(AFTER), 0.0);
        if self.now_and_then(TALK_AFTER) {
            let from = end + seconds(between(&mut self.chance, PAUSE)).min(seconds(AFTER));
            let talk = talk(self.said, &mut self.chance);
            scene[from..].iter_mut().zip(talk).for_each(|(sample, talk)| *sample = *talk);
        }
        let talk = talk(self.said, &mut self.chance);
        as_heard(&mut scene, talk, &mut self.chance);
        self.front.reset();
        let heard = self.front.push(&scene)?;
        self.note(&heard, is_phrase.then_some(end));
        Ok(())
    }

    /// Lessons of a scene in which the phrase ended there, or nowhere.
    fn note(&mut self, heard: &[Embedding], end: Option<usize>) {
        for at in self.sees..=heard.len() {
            let after = end.map(|end| (end_of(at - 1) as f32 - end as f32) / HEARING_RATE as f32);
            let within = |(from, to): (f32, f32)| after.is_some_and(|after| (from..=to).contains(&after));
            let said = within(SAID);
            if said || !within(NEITHER) {
                let heard = heard[at - self.sees..at].iter().flatten().copied().collect();
                self.lessons.push(Lesson { heard, said });
            }
        }
    }

    fn now_and_then(&mut self, share: f32) -> bool {
        between(&mut self.chance, (0.0, 1.0)) < share
    }
}

/// Something else that somebody says; nothing where nobody says anything else.
fn talk<'a>(said: &'a Said, chance: &mut Chance) -> &'a [f32] {
    said.others.get(chance.below(said.others.len())).map_or(&[], Vec::as_slice)
}
