//! Sounds that nobody said, made from a fixed seed: the ear is tested with them, and measured.

use std::f32::consts::TAU;

const RATE: f32 = 16_000.0;

/// Small and the same everywhere (xorshift).
pub struct Random(u64);

impl Random {
    pub fn seeded(seed: u64) -> Random {
        Random(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    /// −1 … 1.
    pub fn signed(&mut self) -> f32 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 40) as f32 / (1u64 << 23) as f32 - 1.0
    }

    fn between(&mut self, low: f32, high: f32) -> f32 {
        low + (high - low) * (0.5 + 0.5 * self.signed())
    }
}

/// A kind of sound: so many samples of it at 16 kHz.
pub type Make = fn(usize, &mut Random) -> Vec<f32>;

pub const ALL: &[(&str, Make)] = &[
    ("silence", |samples, _| vec![0.0; samples]),
    ("a quiet room", |samples, random| white(samples, 0.002, random)),
    ("a hiss", |samples, random| white(samples, 0.3, random)),
    ("rain", rain),
    ("a rumble", |samples, random| rumble(samples, 0.3, random)),
    ("a fan", fan),
    ("a hum", hum),
    ("an oven that beeps", beeps),
    ("knocks", knocks),
    ("dishes", dishes),
    ("coughs", coughs),
    ("an organ", chords),
    ("a plucked tune", plucked),
    ("drums", drums),
    ("a band", band),
];

fn white(samples: usize, gain: f32, random: &mut Random) -> Vec<f32> {
    (0..samples).map(|_| gain * random.signed()).collect()
}

/// Pink noise: as much power in every octave (Kellet's filter).
fn rain(samples: usize, random: &mut Random) -> Vec<f32> {
    let mut state = [0.0f32; 3];
    (0..samples)
        .map(|_| {
            let white = random.signed();
            state[0] = 0.997_65 * state[0] + white * 0.099_046;
            state[1] = 0.963 * state[1] + white * 0.296_516_4;
            state[2] = 0.57 * state[2] + white * 1.052_691_3;
            0.08 * (state.iter().sum::<f32>() + white * 0.184_8)
        })
        .collect()
}

/// Brown noise: a far street, a cold room.
fn rumble(samples: usize, gain: f32, random: &mut Random) -> Vec<f32> {
    let mut level = 0.0;
    (0..samples)
        .map(|_| {
            level = 0.99 * level + 0.1 * random.signed();
            gain * level
        })
        .collect()
}

/// Air, chopped by blades, and the motor's tone.
fn fan(samples: usize, random: &mut Random) -> Vec<f32> {
    let air = rumble(samples, 0.5, random);
    air.into_iter()
        .enumerate()
        .map(|(at, air)| {
            let time = at as f32 / RATE;
            air * (1.0 + 0.4 * (TAU * 23.0 * time).sin()) + 0.02 * (TAU * 184.0 * time).sin()
        })
        .collect()
}

/// The mains in a refrigerator's compressor.
fn hum(samples: usize, random: &mut Random) -> Vec<f32> {
    let mut air = rumble(samples, 0.05, random);
    for (at, sample) in air.iter_mut().enumerate() {
        let time = at as f32 / RATE;
        *sample += [50.0, 100.0, 150.0, 250.0].iter().map(|hertz| 0.08 * (TAU * hertz * time).sin()).sum::<f32>();
    }
    air
}

fn beeps(samples: usize, random: &mut Random) -> Vec<f32> {
    let mut room = white(samples, 0.003, random);
    for (at, sample) in room.iter_mut().enumerate() {
        let time = at as f32 / RATE;
        if time % 1.0 < 0.3 {
            *sample += 0.25 * (TAU * 2_093.0 * time).sin();
        }
    }
    room
}

/// Strike something every so often: each time a few modes ring and die away.
fn struck(
    samples: usize,
    random: &mut Random,
    pause: (f32, f32),
    modes: usize,
    hertz: (f32, f32),
    decay: (f32, f32),
) -> Vec<f32> {
    let mut room = white(samples, 0.002, random);
    let mut at = 0.2;
    while ((at * RATE) as usize) < samples {
        for _ in 0..modes {
            let (pitch, decay, gain) =
                (random.between(hertz.0, hertz.1), random.between(decay.0, decay.1), random.between(0.05, 0.4));
            for (index, sample) in room.iter_mut().skip((at * RATE) as usize).take(RATE as usize).enumerate() {
                let time = index as f32 / RATE;
                *sample += gain * (-time / decay).exp() * (TAU * pitch * time).sin();
            }
        }
        at += random.between(pause.0, pause.1);
    }
    room
}

fn knocks(samples: usize, random: &mut Random) -> Vec<f32> {
    struck(samples, random, (0.15, 1.5), 4, (90.0, 450.0), (0.01, 0.06))
}

fn dishes(samples: usize, random: &mut Random) -> Vec<f32> {
    struck(samples, random, (0.05, 1.2), 5, (1_200.0, 6_500.0), (0.02, 0.25))
}

/// Two or three bursts of breath through a throat, then a rest.
fn coughs(samples: usize, random: &mut Random) -> Vec<f32> {
    let mut room = white(samples, 0.002, random);
    let mut at = 0.5;
    while ((at * RATE) as usize) < samples {
        let formants =
            [random.between(500.0, 800.0), random.between(1_100.0, 1_600.0), random.between(2_300.0, 2_900.0)];
        let (length, gain) = (random.between(0.12, 0.35), random.between(0.1, 0.5));
        let mut throat = formants.map(|hertz| Resonator::new(hertz, 160.0));
        for (index, sample) in room.iter_mut().skip((at * RATE) as usize).take((length * RATE) as usize).enumerate() {
            let time = index as f32 / RATE;
            let breath = random.signed() * (time / 0.01).min(1.0) * (-3.0 * time / length).exp();
            *sample += gain * throat.iter_mut().map(|formant| formant.pass(breath)).sum::<f32>();
        }
        at += if random.signed() > -0.3 { random.between(0.3, 0.5) } else { random.between(1.5, 4.0) };
    }
    room
}

/// A resonance of two poles.
struct Resonator {
    gain: f32,
    feedback: [f32; 2],
    last: [f32; 2],
}

impl Resonator {
    fn new(hertz: f32, width: f32) -> Resonator {
        let radius = (-std::f32::consts::PI * width / RATE).exp();
        let feedback = [2.0 * radius * (TAU * hertz / RATE).cos(), -radius * radius];
        Resonator { gain: 1.0 - radius, feedback, last: [0.0; 2] }
    }

    fn pass(&mut self, input: f32) -> f32 {
        let output = self.gain * input + self.feedback[0] * self.last[0] + self.feedback[1] * self.last[1];
        self.last = [output, self.last[0]];
        output
    }
}

fn hertz(note: i32) -> f32 {
    440.0 * 2f32.powf((note - 69) as f32 / 12.0)
}

/// Seconds a beat.
const BEAT: f32 = 0.55;

/// Four chords over and over, each note with overtones and a slow vibrato: near to a choir.
fn chords(samples: usize, _: &mut Random) -> Vec<f32> {
    const CHORDS: [[i32; 4]; 4] = [[48, 60, 64, 67], [45, 57, 60, 64], [41, 57, 60, 65], [43, 55, 59, 62]];
    (0..samples)
        .map(|at| {
            let time = at as f32 / RATE;
            let bar = time / (4.0 * BEAT);
            let swell = (TAU * bar / 2.0).sin().abs().sqrt();
            let note = |note: i32| {
                let phase = TAU * hertz(note) * time + 0.4 * (TAU * 5.5 * time).sin();
                (1..=6).map(|overtone| (overtone as f32 * phase).sin() / overtone as f32).sum::<f32>()
            };
            0.07 * swell * CHORDS[bar as usize % 4].iter().map(|pitch| note(*pitch)).sum::<f32>()
        })
        .collect()
}

/// A tune on a string (Karplus and Strong), never twice the same.
fn plucked(samples: usize, random: &mut Random) -> Vec<f32> {
    const SCALE: [i32; 8] = [57, 60, 62, 64, 67, 69, 72, 74];
    let mut tune = white(samples, 0.001, random);
    let mut at = 0.0;
    while ((at * RATE) as usize) < samples {
        let note = SCALE[(random.between(0.0, 7.99)) as usize];
        let mut string: Vec<f32> = (0..(RATE / hertz(note)) as usize).map(|_| 0.4 * random.signed()).collect();
        let length = BEAT * [0.5, 1.0, 1.0, 2.0][(random.between(0.0, 3.99)) as usize];
        let mut place = 0;
        for sample in tune.iter_mut().skip((at * RATE) as usize).take((1.5 * length * RATE) as usize) {
            let next = (place + 1) % string.len();
            *sample += string[place];
            string[place] = 0.498 * (string[place] + string[next]);
            place = next;
        }
        at += length;
    }
    tune
}

fn drums(samples: usize, random: &mut Random) -> Vec<f32> {
    (0..samples)
        .map(|at| {
            let time = at as f32 / RATE;
            let (beat, since) = ((time / BEAT) as u32, time % BEAT);
            let kick = (-since / 0.08).exp() * (TAU * (50.0 + 80.0 * (-since / 0.02).exp()) * since).sin();
            let snare = if beat % 2 == 1 { (-since / 0.09).exp() * random.signed() } else { 0.0 };
            let hat = (-(time % (BEAT / 2.0)) / 0.02).exp() * random.signed();
            0.5 * kick + 0.3 * snare + 0.1 * hat
        })
        .collect()
}

fn band(samples: usize, random: &mut Random) -> Vec<f32> {
    let (chords, tune, drums) = (chords(samples, random), plucked(samples, random), drums(samples, random));
    (0..samples).map(|at| 0.5 * chords[at] + 0.6 * tune[at] + 0.5 * drums[at]).collect()
}
