//! How customers come in. Each channel knows the service and no other channel, and never the store.

pub mod voice;
