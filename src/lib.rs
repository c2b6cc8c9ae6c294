//! saycart: a voice-commerce assistant that lives on the device.
//!
//! One way through (see ARCHITECTURE.md):
//! `channel → hear → stt → understand → dialogue → reply → tts → channel`.

pub mod assistant;
pub mod chance;
pub mod channel;
pub mod cli;
pub mod commerce;
pub mod config;
pub mod control;
pub mod daemon;
pub mod dialogue;
pub mod hear;
pub mod lang;
pub mod logging;
pub mod message;
pub mod models;
pub mod money;
pub mod outbox;
pub mod payment;
pub mod pronounce;
pub mod reply;
pub mod service;
pub mod shop;
pub mod sound;
pub mod store;
pub mod stt;
pub mod telemetry;
pub mod tts;
pub mod understand;
