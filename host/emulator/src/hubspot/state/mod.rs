//! What the emulator holds: bounded, each behind a lock of its own that nobody keeps while waiting.

pub mod calls;
pub mod delayed;
pub mod faults;
pub mod meetings;
pub mod objects;
pub mod rates;
pub mod settings;
pub mod tokens;

use std::sync::{Mutex, MutexGuard, PoisonError};

use super::Options;
use calls::Calls;
use faults::Faults;
use meetings::Meetings;
use objects::Objects;
use rates::RateLimiter;
use settings::Settings;
use tokens::Tokens;

/// All of it.
pub struct State {
    /// Where webhooks go.
    pub settings: Settings,
    /// Objects of the CRM.
    pub objects: Objects,
    /// Who may ask for objects.
    pub tokens: Tokens,
    /// What was booked here.
    pub meetings: Meetings,
    /// What was sent and asked.
    pub calls: Calls,
    /// What shall go wrong.
    pub faults: Faults,
    /// How often it was asked.
    pub rate_limiter: RateLimiter,
}

impl State {
    /// Nothing yet.
    pub fn new(options: &Options) -> Self {
        Self {
            settings: Settings::new(options.settings_delay),
            objects: Objects::new(options.indexing_delay),
            tokens: Tokens::new(options),
            meetings: Meetings::default(),
            calls: Calls::new(options),
            faults: Faults::default(),
            rate_limiter: RateLimiter::default(),
        }
    }
}

/// What a lock guards. One who panicked with it has changed nothing half: changes here are single moves.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
