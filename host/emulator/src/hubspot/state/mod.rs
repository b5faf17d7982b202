//! The emulator's state. Every part is bounded and has its own lock, which is never held across an await.

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

/// The whole state.
pub struct State {
    /// The app's settings.
    pub settings: Settings,
    /// The objects of the CRM.
    pub objects: Objects,
    /// The tokens of the accounts.
    pub tokens: Tokens,
    /// The meetings booked here.
    pub meetings: Meetings,
    /// The log.
    pub calls: Calls,
    /// The remaining faults.
    pub faults: Faults,
    /// The request counts of the accounts.
    pub rate_limiter: RateLimiter,
}

impl State {
    /// Creates an empty state.
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

/// Locks a mutex and ignores poisoning: all changes here are atomic, so a panic leaves no partial change.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
