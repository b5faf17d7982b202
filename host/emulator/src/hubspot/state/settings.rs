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

/// The app's settings. Changes take effect after a delay.
pub struct Settings {
    delay: Duration,
    video: Mutex<Delayed<Option<Video>>>,
    channel: Mutex<Delayed<Option<Channel>>>,
}

impl Settings {
    /// Creates empty settings.
    pub fn new(delay: Duration) -> Self {
        Self { delay, video: Mutex::new(Delayed::new(None)), channel: Mutex::new(Delayed::new(None)) }
    }

    /// Returns the current settings of the video conference extension.
    pub fn video(&self) -> Option<Video> {
        lock(&self.video).shown().clone()
    }

    /// Replaces the settings of the video conference extension.
    pub fn set_video(&self, video: Video) {
        lock(&self.video).write(Some(video), self.delay);
    }

    /// Removes the settings of the video conference extension. Returns false if there are none.
    pub fn remove_video(&self) -> bool {
        remove(&self.video, self.delay)
    }

    /// Returns the current channel connection.
    pub fn channel(&self) -> Option<Channel> {
        lock(&self.channel).shown().clone()
    }

    /// Creates the channel connection. Returns `None` if there is one already.
    pub fn create_channel(&self, url: String, ready: bool) -> Option<Channel> {
        let mut slot = lock(&self.channel);
        if slot.written().is_some() {
            return None;
        }
        let now = clock::now();
        let channel = Channel { url, ready, created_at: now, updated_at: now };
        slot.write(Some(channel.clone()), self.delay);
        Some(channel)
    }

    /// Updates the given values. Returns `None` if there is no channel connection.
    pub fn update_channel(&self, url: Option<String>, ready: Option<bool>) -> Option<Channel> {
        let mut slot = lock(&self.channel);
        let old = slot.written().clone()?;
        let (url, ready) = (url.unwrap_or(old.url), ready.unwrap_or(old.ready));
        let channel = Channel { url, ready, created_at: old.created_at, updated_at: clock::now() };
        slot.write(Some(channel.clone()), self.delay);
        Some(channel)
    }

    /// Removes the channel connection. Returns false if there is none.
    pub fn remove_channel(&self) -> bool {
        remove(&self.channel, self.delay)
    }
}

fn remove<T>(slot: &Mutex<Delayed<Option<T>>>, delay: Duration) -> bool {
    let mut slot = lock(slot);
    let was_set = slot.written().is_some();
    if was_set {
        slot.write(None, delay);
    }
    was_set
}
