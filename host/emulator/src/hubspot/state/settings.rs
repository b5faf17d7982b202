//! The app's settings: the addresses of its webhooks.

use std::sync::Mutex;
use std::time::Duration;

use super::delayed::Delayed;
use super::lock;
use crate::hubspot::clock;

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

impl Setting<Channel> {
    /// Creates the channel connection. Returns `None` if there is one already.
    pub fn create(&self, url: String, ready: bool) -> Option<Channel> {
        let mut value = lock(&self.value);
        if value.latest().is_some() {
            return None;
        }
        let now = clock::now();
        let channel = Channel { url, ready, created_at: now, updated_at: now };
        value.write(Some(channel.clone()), self.delay);
        Some(channel)
    }

    /// Updates the given values. Returns `None` if there is no channel connection.
    pub fn update(&self, url: Option<String>, ready: Option<bool>) -> Option<Channel> {
        let mut value = lock(&self.value);
        let old = value.latest().clone()?;
        let (url, ready) = (url.unwrap_or(old.url), ready.unwrap_or(old.ready));
        let channel = Channel { url, ready, created_at: old.created_at, updated_at: clock::now() };
        value.write(Some(channel.clone()), self.delay);
        Some(channel)
    }
}
