//! The app's settings: the addresses of its webhooks.

use std::sync::Mutex;
use std::time::Duration;

use super::delayed::Delayed;
use super::lock;

/// Settings of the video conference extension.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Video {
    /// `createMeetingUrl`
    pub create: String,
    /// `updateMeetingUrl`
    pub update: Option<String>,
    /// `deleteMeetingUrl`
    pub delete: Option<String>,
    /// `userVerifyUrl`
    pub verify: Option<String>,
    /// `fetchAccountsUri`. Its use is undocumented, so it is stored but never called.
    pub fetch_accounts: Option<String>,
}

/// The help desk's channel connection.
#[derive(Clone, Debug, PartialEq)]
pub struct Channel {
    /// `url`
    pub url: String,
    /// `isReady`: whether users may choose it.
    pub ready: bool,
    /// `createdAt`, in epoch milliseconds.
    pub created_at: u64,
    /// `updatedAt`, in epoch milliseconds.
    pub updated_at: u64,
}

/// The app's settings.
pub struct Settings {
    /// Those of the video conference extension.
    pub video: Setting<Video>,
    /// The channel connection.
    pub channel: Setting<Channel>,
}

impl Settings {
    /// Creates empty settings whose changes take effect after this delay.
    pub fn new(delay: Duration) -> Self {
        Self { video: Setting::new(delay), channel: Setting::new(delay) }
    }
}

/// A setting whose changes take effect after a delay.
pub struct Setting<T> {
    delay: Duration,
    value: Mutex<Delayed<Option<T>>>,
}

impl<T: Clone> Setting<T> {
    fn new(delay: Duration) -> Self {
        Self { delay, value: Mutex::new(Delayed::new(None)) }
    }

    /// Returns the current value.
    pub fn get(&self) -> Option<T> {
        lock(&self.value).visible().clone()
    }

    /// Replaces the value.
    pub fn set(&self, value: T) {
        lock(&self.value).write(Some(value), self.delay);
    }

    /// Derives a new value from the one that was written last. Returns the new value, or `None` if there is none.
    pub fn update(&self, update: impl FnOnce(Option<&T>) -> Option<T>) -> Option<T> {
        let mut value = lock(&self.value);
        let new = update(value.latest().as_ref())?;
        value.write(Some(new.clone()), self.delay);
        Some(new)
    }

    /// Removes the value. Returns false if there is none.
    pub fn remove(&self) -> bool {
        let mut value = lock(&self.value);
        let was_set = value.latest().is_some();
        if was_set {
            value.write(None, self.delay);
        }
        was_set
    }
}
