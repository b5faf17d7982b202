//! The whole script, once, as `cordboard demo --once` plays it.

use std::io::{self, Write};
use std::sync::{Arc, Mutex};

use cordboard_emulator::hubspot::{Fault, FaultKind};

use super::narrate::Narrator;
use super::script;
use super::stage::Stage;

/// What was said.
#[derive(Clone, Default)]
struct Said(Arc<Mutex<Vec<u8>>>);

impl Write for Said {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Said {
    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_answer_is_right() {
    let said = Said::default();
    let stage = Stage::set(0).await.unwrap();
    assert!(stage.bridge.warnings().is_empty(), "{:?}", stage.bridge.warnings());
    let mut narrator = Narrator::new(Box::new(said.clone()), false);
    let played = script::play(&stage, &mut narrator).await.unwrap();
    let text = said.text();
    assert!(played.is_ok(), "{played:?} after\n{text}");

    let secrets = &stage.secrets;
    for secret in [&secrets.client_secret, &secrets.signing_token, &secrets.api_key] {
        assert!(!text.contains(secret.as_str()), "a secret is told:\n{text}");
    }
    for line in text.lines() {
        assert!(line.chars().count() <= 80, "wider than 80 columns: {line}");
        assert!(!line.contains('\u{1b}'), "colour without a terminal: {line}");
    }

    let folder = stage.folder().to_owned();
    assert!(stage.config.starts_with(&folder) && stage.config.exists());
    stage.strike().await.unwrap();
    assert!(!folder.exists(), "{} is left behind", folder.display());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_is_told() {
    let said = Said::default();
    let stage = Stage::set(0).await.unwrap();
    // HubSpot and the bridge do not share a secret any more.
    stage.hubspot.set_faults(vec![Fault { kind: FaultKind::WrongSignature, times: None }]).unwrap();
    let mut narrator = Narrator::new(Box::new(said.clone()), false);
    let wrong = script::play(&stage, &mut narrator).await.unwrap().unwrap_err();
    narrator.wrong(&wrong);
    stage.strike().await.unwrap();
    let text = said.text();
    assert!(text.contains("✗ step 2 went wrong: HubSpot books a meeting for acme"), "{text}");
    let wrong = "    looked at  the webhooks that HubSpot called\n    \
                 expected   [(\"verify-user\", 200), (\"create-meeting\", 200)]\n    \
                 came       [(\"verify-user\", 401)]\n";
    assert!(text.contains(wrong), "{text}");
}
