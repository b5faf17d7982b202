//! Rejected changes, which do not affect the live plug.

use cordboard::config::PlugRef;
use cordboard::lifecycle::{Activate, LifecycleError, Target};
use cordboard::plug::builtin;
use cordboard::topology::Mode;
use cordboard_tests::HOSTILE;
use cordboard_tests::bridge::connection;
use cordboard_tests::hubspot::{ACCOUNT, APP};

use super::fixture::{FIRST, config, file, installation, rooms, second, version, wanted};

#[tokio::test]
async fn unusable_plugs_are_rejected_and_the_live_one_keeps_serving() {
    let installation = installation();
    let jitsi = builtin::find("jitsi").unwrap();
    installation.put("text.wasm", b"not WebAssembly");
    installation.put("module.wasm", b"\0asm\x01\0\0\0");
    installation.put("torn.wasm", &jitsi[..jitsi.len() / 2]);
    installation.put("hostile.wasm", HOSTILE);
    let bridge = installation.open(&config()).await;
    let live = |plug| wanted(plug, None);
    let name = |name: &str| PlugRef::Name(name.to_owned());
    let at = |target| Activate { target, ..live(name("jitsi")) };
    let cases = [
        ("not a WebAssembly binary", live(file(&installation, "text.wasm"))),
        ("core module", live(file(&installation, "module.wasm"))),
        ("invalid or unsupported component", live(file(&installation, "torn.wasm"))),
        ("correct the path", live(file(&installation, "nowhere.wasm"))),
        ("no built-in plug", live(name("zoom"))),
        ("push", live(PlugRef::Digest("0".repeat(64)))),
        ("telephony plug", live(name("phonebook"))),
        ("crm plug", live(name("hubspot"))),
        // The existing settings are not those of the plug.
        ("`email`", live(name("iotum"))),
        ("more than 0%", wanted(file(&installation, "second.wasm"), Some(Mode::Canary(0)))),
        ("at most 100%", wanted(file(&installation, "second.wasm"), Some(Mode::Canary(10_001)))),
        ("no connection", at(Target::Connection(connection(ACCOUNT, "nowhere")))),
        ("no app", at(Target::App((APP + 1).into()))),
        ("provider plug", at(Target::App(APP.into()))),
        ("no connection uses", at(Target::Plug("zoom".to_owned()))),
    ];
    for (part, wanted) in cases {
        let error = bridge.lifecycle().activate(&wanted).await.unwrap_err();
        let refused =
            matches!(error, LifecycleError::Rejected(_) | LifecycleError::NotFound(_) | LifecycleError::Plug(_));
        assert!(refused, "{part}: {error:?}");
        assert!(error.to_string().contains(part), "{part}: {error}");
        assert_eq!(version(&bridge, part).await, FIRST);
    }
    assert!(bridge.lifecycle().promote(&rooms(), "a test").await.unwrap_err().to_string().contains("no candidate"));
    let history = bridge.lifecycle().history(&connection(ACCOUNT, "rooms").into(), 10).await.unwrap();
    assert_eq!(history.generations.len(), 1, "no generation was created");
}

#[tokio::test]
async fn a_failing_store_changes_nothing() {
    let installation = installation();
    let bridge = installation.open(&config()).await;
    bridge.store.fail_commits(|_| true);
    let error = second(&bridge, &installation, None).await.unwrap_err();
    assert!(matches!(error, LifecycleError::Store(_)), "{error:?}");
    bridge.store.repair();
    assert_eq!(version(&bridge, "still").await, FIRST);
    second(&bridge, &installation, None).await.unwrap();
}
