//! Runs the whole scenario, as `cordboard demo --once` does.

use std::io::{self, Write};
use std::sync::{Arc, Mutex};

use cordboard_emulator::hubspot::{Fault, FaultKind};

use super::environment::Environment;
use super::printer::Printer;
use super::scenario;

/// The captured output.
#[derive(Clone, Default)]
struct Captured(Arc<Mutex<Vec<u8>>>);

impl Write for Captured {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Captured {
    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_answer_is_as_expected() {
    let captured = Captured::default();
    let environment = Environment::start(0).await.unwrap();
    assert!(environment.bridge.warnings().is_empty(), "{:?}", environment.bridge.warnings());
    let mut printer = Printer::new(Box::new(captured.clone()), false);
    let outcome = scenario::run(&environment, &mut printer).await.unwrap();
    let text = captured.text();
    assert!(outcome.is_ok(), "{outcome:?} after\n{text}");

    let secrets = &environment.secrets;
    for secret in [&secrets.client_secret, &secrets.signing_token, &secrets.api_key] {
        assert!(!text.contains(secret.as_str()), "the output contains a secret:\n{text}");
    }
    for line in text.lines() {
        assert!(line.chars().count() <= 80, "wider than 80 columns: {line}");
        assert!(!line.contains('\u{1b}'), "color without a terminal: {line}");
    }

    let folder = environment.folder().to_owned();
    assert!(environment.config.starts_with(&folder) && environment.config.exists());
    environment.shutdown().await.unwrap();
    assert!(!folder.exists(), "{} is left behind", folder.display());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failed_assertion_is_reported() {
    let captured = Captured::default();
    let environment = Environment::start(0).await.unwrap();
    // HubSpot now signs with another secret.
    environment.hubspot.set_faults(vec![Fault { kind: FaultKind::WrongSignature, times: None }]).unwrap();
    let mut printer = Printer::new(Box::new(captured.clone()), false);
    let failure = scenario::run(&environment, &mut printer).await.unwrap().unwrap_err();
    printer.failure(&failure);
    environment.shutdown().await.unwrap();
    let text = captured.text();
    assert!(text.contains("✗ step 2 failed: HubSpot books a meeting for acme"), "{text}");
    let failure = "    checked    the webhooks that HubSpot called\n    \
                 expected   [(\"verify-user\", 200), (\"create-meeting\", 200)]\n    \
                 actual     [(\"verify-user\", 401)]\n";
    assert!(text.contains(failure), "{text}");
}
