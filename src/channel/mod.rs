//! Where sound comes from and goes to: WAV files here, microphone and loudspeaker beside.

pub mod local;
pub mod wav;
