//! A stand-in for HubSpot: it signs as HubSpot's documents say ("Validating requests"), by code that has nothing in
//! common with the bridge's, down to the library.

use std::fmt::Write;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use reqwest::Method;
use ring::{digest, hmac};
use serde::Serialize;

use crate::flow::now;

use super::cast::APP;
use super::wire::Request;

/// What proves that a request is HubSpot's.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Signed {
    /// SHA-256 over secret and body, in hexadecimal: what HubSpot documents for video conferences.
    V1,
    /// HMAC-SHA256 over method, address, body and time, in base64; v1 goes beside it, as HubSpot sends it.
    V3,
}

/// `userVerifyUrl`: its documented fields, in their order; so below.
#[derive(Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct VerifyUser<'a> {
    pub portal_id: u64,
    pub user_email: &'a str,
}

/// `createMeetingUrl`
#[derive(Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CreateMeeting<'a> {
    pub portal_id: u64,
    pub user_id: u64,
    pub user_email: &'a str,
    pub topic: &'a str,
    pub source: &'a str,
    pub start_time: u64,
    pub end_time: u64,
}

/// `updateMeetingUrl`
#[derive(Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct UpdateMeeting<'a> {
    pub conference_id: &'a str,
    pub user_id: u64,
    pub user_email: &'a str,
    pub portal_id: u64,
    pub topic: &'a str,
    pub start_time: u64,
    pub end_time: u64,
}

/// `deleteMeetingUrl`
#[derive(Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DeleteMeeting<'a> {
    pub conference_id: &'a str,
}

/// `url` of the help desk's channel connection.
#[derive(Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PhoneNumbers {
    pub app_id: u64,
    pub portal_id: u64,
    pub user_id: u64,
}

/// HubSpot, as far as it calls one app.
pub struct HubSpot {
    /// Scheme, host and port of the bridge.
    bridge: String,
    secret: String,
}

impl HubSpot {
    /// HubSpot, which calls this bridge and shares this client secret with it.
    pub fn new(bridge: &str, secret: &str) -> Self {
        Self { bridge: bridge.to_owned(), secret: secret.to_owned() }
    }

    /// A request to one of the app's webhooks, signed now.
    pub fn request(&self, webhook: &str, body: &impl Serialize, signed: Signed) -> Request {
        // Numbers and texts can always be written.
        self.request_at(webhook, serde_json::to_string(body).unwrap_or_default(), signed, now())
    }

    /// The same with any body, signed at any time, in epoch milliseconds.
    pub fn request_at(&self, webhook: &str, body: String, signed: Signed, at: u64) -> Request {
        let url = format!("{}/hubspot/{APP}/{webhook}", self.bridge);
        let mut headers =
            vec![("X-HubSpot-Signature", self.v1(&body)), ("X-HubSpot-Signature-Version", "v1".to_owned())];
        if signed == Signed::V3 {
            headers.push(("X-HubSpot-Signature-v3", self.v3(&url, &body, at)));
            headers.push(("X-HubSpot-Request-Timestamp", at.to_string()));
        }
        Request { method: Method::POST, url, headers, body }
    }

    fn v1(&self, body: &str) -> String {
        let hash = digest::digest(&digest::SHA256, format!("{}{body}", self.secret).as_bytes());
        hash.as_ref().iter().fold(String::new(), |mut text, byte| {
            // Writing to a string cannot fail.
            let _ = write!(text, "{byte:02x}");
            text
        })
    }

    fn v3(&self, url: &str, body: &str, at: u64) -> String {
        let key = hmac::Key::new(hmac::HMAC_SHA256, self.secret.as_bytes());
        BASE64_STANDARD.encode(hmac::sign(&key, format!("POST{url}{body}{at}").as_bytes()))
    }
}
