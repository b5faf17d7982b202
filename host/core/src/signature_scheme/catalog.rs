//! Signature schemes of known senders.
//!
//! If a sender documents no maximum age, the scheme allows five minutes; if it documents no unit for its timestamp, the
//! scheme accepts seconds and milliseconds.

use crate::types::manifest::{
    Condition, Digest, Format, Freshness, Part, Place, SecretForm, SignatureEncoding, SignatureScheme, TimeUnit,
};

/// HubSpot, "Validating requests" (<https://developers.hubspot.com/docs/api/webhooks/validating-requests>). The secret
/// is the app's client secret, as text.
///
/// - `v3`: base64 of HMAC-SHA256 over method, URL, body and timestamp, which is in milliseconds and at most five
///   minutes old. HubSpot's page says to decode twelve percent-escapes of the URL first, but none of HubSpot's own
///   clients does. Both texts are accepted.
/// - `v2`: hexadecimal SHA-256 over secret, method, URL and body.
/// - `v1`: hexadecimal SHA-256 over secret and body. Also applies if no header names the version.
///
/// HubSpot sends older signatures along with newer ones; v3 decides if it is present. v1 covers neither URL nor time,
/// and v2 does not cover the time. Operators prevent a downgrade with `accept-signatures = ["v3"]`.
pub fn hubspot() -> Vec<SignatureScheme> {
    const SIGNATURE: &str = "X-HubSpot-Signature";
    const VERSION: &str = "X-HubSpot-Signature-Version";
    const SIGNATURE_V3: &str = "X-HubSpot-Signature-v3";
    const DECODED: [&str; 12] = ["%3A", "%2F", "%3F", "%40", "%21", "%24", "%27", "%28", "%29", "%2A", "%2C", "%3B"];

    let decoded = DECODED.map(str::to_owned).to_vec();
    let v3_text = |escapes| vec![Part::Method, Part::Url(escapes), Part::Body, Part::Timestamp];
    let older = |name: &str, applies_if, text| SignatureScheme {
        applies_if,
        keyed: false,
        texts: vec![text],
        ..hmac(name, whole(SIGNATURE), SignatureEncoding::Hex)
    };
    let version_is = |version: &str| vec![Condition::HeaderIs((VERSION.to_owned(), version.to_owned()))];
    let v1_text = || vec![Part::Secret, Part::Body];
    vec![
        SignatureScheme {
            applies_if: vec![Condition::HeaderPresent(SIGNATURE_V3.to_owned())],
            texts: vec![v3_text(Vec::new()), v3_text(decoded)],
            freshness: within_five_minutes(whole("X-HubSpot-Request-Timestamp"), TimeUnit::Milliseconds),
            ..hmac("v3", whole(SIGNATURE_V3), SignatureEncoding::Base64)
        },
        older("v2", version_is("v2"), vec![Part::Secret, Part::Method, Part::Url(Vec::new()), Part::Body]),
        older("v1", version_is("v1"), v1_text()),
        older(
            "v1",
            vec![Condition::HeaderAbsent(VERSION.to_owned()), Condition::HeaderPresent(SIGNATURE.to_owned())],
            v1_text(),
        ),
    ]
}

/// Zoom, "Using webhooks" (<https://developers.zoom.us/docs/api/webhooks>): `v0=` and hexadecimal HMAC-SHA256 over
/// `v0:{time}:{body}`, keyed with the secret token.
pub fn zoom() -> Vec<SignatureScheme> {
    vec![SignatureScheme {
        prefix: "v0=".to_owned(),
        texts: vec![vec![literal("v0:"), Part::Timestamp, literal(":"), Part::Body]],
        freshness: within_five_minutes(whole("x-zm-request-timestamp"), TimeUnit::BySize),
        ..hmac("v0", whole("x-zm-signature"), SignatureEncoding::Hex)
    }]
}

/// Daily, "Webhooks" (<https://docs.daily.co/reference/rest-api/webhooks>): base64 of HMAC-SHA256 over `{time}.{body}`.
/// The secret is base64, as cal.com's receiver reads it. Neither unit nor maximum age is documented.
pub fn daily() -> Vec<SignatureScheme> {
    vec![SignatureScheme {
        secret_form: SecretForm::Base64(String::new()),
        texts: vec![time_dot_body()],
        freshness: within_five_minutes(whole("X-Webhook-Timestamp"), TimeUnit::BySize),
        ..hmac("hmac-sha256", whole("X-Webhook-Signature"), SignatureEncoding::Base64)
    }]
}

/// Whereby: `Whereby-Signature: t=…,v1=…`, hexadecimal HMAC-SHA256 over `{time}.{body}`, as documented by Whereby. The
/// unit is not documented.
pub fn whereby() -> Vec<SignatureScheme> {
    vec![in_fields("Whereby-Signature", SignatureEncoding::Hex)]
}

/// JaaS (8x8), "Check the webhook signatures" (<https://developer.8x8.com/jaas/docs/webhooks-signatures>):
/// `X-Jaas-Signature: t=…,v1=…`, base64 of HMAC-SHA256 over `{time}.{body}`. Signatures of other schemes are ignored.
/// The unit is not documented; the page's example is in seconds.
pub fn jaas() -> Vec<SignatureScheme> {
    vec![in_fields("X-Jaas-Signature", SignatureEncoding::Base64)]
}

/// Webex, "Receive and verify events" (<https://developer.webex.com/docs/receive-and-verify-webhooks>): hexadecimal
/// HMAC-SHA1 over the body. The signature does not cover a time, so a captured request can be replayed; only its id
/// identifies a repeat.
pub fn webex() -> Vec<SignatureScheme> {
    vec![SignatureScheme {
        digest: Digest::Sha1,
        texts: vec![vec![Part::Body]],
        ..hmac("hmac-sha1", whole("X-Spark-Signature"), SignatureEncoding::Hex)
    }]
}

/// GitHub, "Validating webhook deliveries" (<https://docs.github.com/webhooks/securing>): `sha256=` and hexadecimal
/// HMAC-SHA256 over the body. Like Webex's, it does not cover a time.
pub fn github() -> Vec<SignatureScheme> {
    vec![SignatureScheme {
        prefix: "sha256=".to_owned(),
        texts: vec![vec![Part::Body]],
        ..hmac("sha256", whole("X-Hub-Signature-256"), SignatureEncoding::Hex)
    }]
}

/// Standard Webhooks 1.0.0 (<https://www.standardwebhooks.com>), symmetric: `v1,` and base64 of HMAC-SHA256 over
/// `{id}.{time}.{body}`; any of several signatures may match. The secret is base64 after `whsec_`. The timestamp is in
/// seconds and at most five minutes old, as in the reference libraries.
pub fn standard_webhooks() -> Vec<SignatureScheme> {
    vec![SignatureScheme {
        secret_form: SecretForm::Base64("whsec_".to_owned()),
        texts: vec![vec![
            Part::Header("webhook-id".to_owned()),
            literal("."),
            Part::Timestamp,
            literal("."),
            Part::Body,
        ]],
        freshness: within_five_minutes(whole("webhook-timestamp"), TimeUnit::Seconds),
        ..hmac("v1", place("webhook-signature", Format::Tagged("v1".to_owned())), SignatureEncoding::Base64)
    }]
}

/// HMAC-SHA256 over `{time}.{body}`, in `t=…,v1=…`.
fn in_fields(header: &str, encoding: SignatureEncoding) -> SignatureScheme {
    let field = |name: &str| place(header, Format::Field(name.to_owned()));
    SignatureScheme {
        texts: vec![time_dot_body()],
        freshness: within_five_minutes(field("t"), TimeUnit::BySize),
        ..hmac("v1", field("v1"), encoding)
    }
}

/// HMAC-SHA256 with the secret as text. Callers add the signed texts.
fn hmac(name: &str, at: Place, encoding: SignatureEncoding) -> SignatureScheme {
    SignatureScheme {
        name: name.to_owned(),
        applies_if: Vec::new(),
        at,
        digest: Digest::Sha256,
        keyed: true,
        secret_form: SecretForm::Text,
        encoding,
        prefix: String::new(),
        texts: Vec::new(),
        freshness: None,
    }
}

fn place(header: &str, format: Format) -> Place {
    Place { header: header.to_owned(), format }
}

fn whole(header: &str) -> Place {
    place(header, Format::Whole)
}

fn literal(text: &str) -> Part {
    Part::Literal(text.to_owned())
}

fn time_dot_body() -> Vec<Part> {
    vec![Part::Timestamp, literal("."), Part::Body]
}

fn within_five_minutes(sent_at: Place, unit: TimeUnit) -> Option<Freshness> {
    Some(Freshness { sent_at, unit, tolerance_seconds: 300 })
}
