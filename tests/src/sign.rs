//! Signs requests with the emulator's implementation. Tests may modify a request before it is sent.

use cordboard_emulator::hubspot::webhooks::sign;

use crate::http::Request;

/// Adds the headers of v1.
pub fn v1(request: Request, secret: &str) -> Request {
    let signature = sign::v1(secret, &request.body);
    request.with("x-hubspot-signature", &signature).with("x-hubspot-signature-version", "v1")
}

/// Adds the headers of v2. `base` precedes the request's target in the address that HubSpot calls.
pub fn v2(request: Request, secret: &str, base: &str) -> Request {
    let signature = sign::v2(secret, &request.method, &format!("{base}{}", request.target), &request.body);
    request.with("x-hubspot-signature", &signature).with("x-hubspot-signature-version", "v2")
}

/// Adds the headers of v3. `at` is in Unix milliseconds.
pub fn v3(request: Request, secret: &str, base: &str, at: u64) -> Request {
    let signature = sign::v3(secret, &request.method, &format!("{base}{}", request.target), &request.body, at);
    request.with("x-hubspot-signature-v3", &signature).with("x-hubspot-request-timestamp", &at.to_string())
}
