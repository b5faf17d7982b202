//! Checks that the host would send a plug's requests, and that credentials in them are not plain text.

use std::collections::BTreeSet;

use cordboard_core::render::{Keys, hosts};

use crate::report::Faults;
use crate::test_run::TestRun;
use crate::transcript::Transcript;
use cordboard::contract::effect::{Context, Effect, Piece};
use cordboard::contract::manifest::Secrecy;
use cordboard::egress::{self, Grants};

/// Headers that contain nothing but credentials.
const CREDENTIAL_HEADERS: [&str; 4] = ["authorization", "cookie", "x-api-key", "x-auth-token"];

/// Checks that the host would send all requests.
pub(super) fn requests(test_run: &TestRun<'_>, faults: &mut Faults) {
    let mut seen = BTreeSet::new();
    let mut any = false;
    for attempt in test_run.attempts_and_payloads() {
        any |= attempt.transcript.calls().next().is_some();
        let Some(why) = unsendable(test_run, &test_run.context, &attempt.transcript) else { continue };
        // The same request recurs in all fault scenarios.
        if seen.insert((attempt.operation, why.clone())) {
            faults.add(format!("{}: {why}", attempt.description));
        }
    }
    faults.skip_unless(any, "it makes no request");
}

/// Checks that headers with credentials are not made of text alone, which the plug sees and the journal records.
pub(super) fn credentials(test_run: &TestRun<'_>, faults: &mut Faults) {
    let mut any = false;
    for attempt in test_run.attempts() {
        for request in attempt.transcript.calls() {
            any |= request.basic.is_some();
            for (name, value) in &request.headers {
                let mut headers = CREDENTIAL_HEADERS.into_iter();
                let Some(header) = headers.find(|header| name.eq_ignore_ascii_case(header)) else { continue };
                any = true;
                if value.iter().all(|piece| matches!(piece, Piece::Text(_))) {
                    faults.add(format!("`{}`: the header `{header}` is plain text", attempt.operation));
                }
            }
        }
    }
    faults.skip_unless(any, "it sends no header with credentials");
}

/// Why the host would not send one of the requests in a transcript, or `None` if it would send all. `context` is the
/// one that the operation ran with.
pub(super) fn unsendable(test_run: &TestRun<'_>, context: &Context, transcript: &Transcript) -> Option<String> {
    let description = test_run.plug.description();
    let declared = hosts(&description.outbound_hosts, &context.settings);
    let grants = Grants {
        declared: description.outbound_hosts.clone(),
        settings: context.settings.clone(),
        // A setting may name a server on the author's machine.
        allow: declared.iter().map(ToString::to_string).collect(),
        allow_private: true,
    };
    let outbound = description.settings.iter().filter(|setting| setting.secrecy == Secrecy::Outbound);
    let set = outbound.map(|setting| setting.key.clone()).filter(|key| context.secrets.contains(key));
    let mut keys = AvailableKeys(set.chain(transcript.before.iter().map(|entry| entry.key.clone())).collect());
    for effect in &transcript.effects {
        let Effect::Call(request) = effect else { continue };
        if let Err(why) = egress::check(request, &keys, &grants) {
            return Some(why);
        }
        keys.0.extend(request.captures.iter().map(|capture| capture.key.clone()));
    }
    None
}

/// The keys of configured outbound secrets and of state entries, which all have the same value.
struct AvailableKeys(BTreeSet<String>);

impl Keys for AvailableKeys {
    fn secret(&self, key: &str) -> Option<&str> {
        self.0.contains(key).then_some("a-secret")
    }

    fn rsa_sha256(&self, _key_pem: &str, _text: &str) -> Option<Vec<u8>> {
        Some(vec![0; 256])
    }
}
