//! A plug that brings a language's whole runtime along runs beside the lean ones.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use cordboard::contract::conference::{Meeting, Person};
use cordboard::contract::effect::Context;
use cordboard::plug::{Class, Engine, Options, builtin};

/// Builds the JavaScript plug in a folder of its own, so that nothing is left in the source tree.
fn javascript_plug() -> Vec<u8> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("javascript");
    // Installed anew each time: over what is there, npm without a lock file may leave packages out.
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    for file in ["package.json", "build.js", "plug.js"] {
        fs::copy(here.join("javascript").join(file), folder.join(file)).unwrap();
    }
    run(Command::new("npm").args(["install", "--no-package-lock", "--no-audit", "--no-fund"]).current_dir(&folder));
    let (wit, output) = (here.join("../wit").canonicalize().unwrap(), folder.join("plug.wasm"));
    run(Command::new("node").arg("build.js").args([&wit, &output]).current_dir(&folder));
    fs::read(output).unwrap()
}

fn run(command: &mut Command) {
    let output = command.output().unwrap_or_else(|error| panic!("install Node.js 18 or newer, with npm: {error}"));
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
#[ignore = "needs Node.js and npm, which a newcomer need not have; .ci/run runs it"]
fn a_javascript_plug_runs_beside_the_lean_ones() {
    let engine = Engine::new(&Options::default()).unwrap();
    let file = javascript_plug();
    let roomy = engine.load(&file).unwrap();
    let lean = engine.load(builtin::find("jitsi").unwrap()).unwrap();
    assert_eq!((roomy.class(), lean.class()), (Class::Roomy, Class::Lean));

    let context = Context {
        settings: vec![("host".to_owned(), "https://meet.example.org".to_owned())],
        secrets: Vec::new(),
        memory: Vec::new(),
        now: 1,
        random: (0..16).collect(),
        exchanges: Vec::new(),
    };
    let meeting = Meeting {
        topic: "Grüße 日本".to_owned(),
        start: 1_534_197_600_000,
        end: 1_534_201_200_000,
        user_id: 123,
        user: Person::Email("test.user@example.com".to_owned()),
        account_id: 123_123,
        source: None,
    };
    for _ in 0..20 {
        let made = roomy.create(&context, &meeting).unwrap().unwrap();
        assert_eq!(made.id, "000102030405060708090a0b0c0d0e0f");
        assert_eq!(made.details, format!("Grüße 日本\nhttps://rooms.example/{}", made.id));
        let beside = lean.create(&context, &meeting).unwrap().unwrap();
        assert_eq!(beside.join_url, format!("https://meet.example.org/{}", made.id));
    }
}
