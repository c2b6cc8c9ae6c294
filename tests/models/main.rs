//! Model files: fetched from hubs and packages that behave and that do not, and the real ones as they lie here.

mod bench;
mod hub;
mod packages;
mod real;
mod transfer;
