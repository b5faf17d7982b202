//! A bridge takes its plugs from the library in its data directory.

use std::fs;
use std::time::{Duration, Instant};

use cordboard::plug::{LibraryOptions, builtin};
use cordboard::{Bridge, Config, Options, StartError};

use crate::support::*;

const SECRET: &str = "3f1c2f0e-7a7b-4c43-9a51-0d6a7a0c9b11";

fn config(plug_folder: &PlugFolder, plugs: &[&str]) -> Config {
    let mut text = format!(
        "public-url = \"https://bridge.example.com\"\ndata-dir = \".\"\n\
         [app.54321]\nplug = \"hubspot\"\nsettings = {{ client-secret = \"{SECRET}\" }}\n\
         [account.1]\napp = 54321\nconferencing = \"rooms-0\"\n"
    );
    for (number, plug) in plugs.iter().enumerate() {
        text += &format!(
            "[account.1.connection.rooms-{number}]\nplug = \"{plug}\"\n\
             settings = {{ host = \"https://meet.example.org\" }}\n"
        );
    }
    Config::parse(&text, plug_folder.folder.path(), &|_| None).unwrap()
}

async fn start(config: &Config, library: LibraryOptions) -> Result<Bridge, StartError> {
    Bridge::start_with(config, Options { engine: Some(ENGINE.clone()), library, ..Options::default() }).await
}

#[tokio::test]
async fn a_plug_is_configured_by_its_digest_once_it_was_pushed() {
    let plug_folder = PlugFolder::new();
    let file = variant("jitsi", 1);
    let digest = plug_folder.open().add(&file).unwrap().digest;
    let bridge = start(&config(&plug_folder, &[&digest]), options()).await.unwrap();
    let plug = bridge.topology().connections().next().unwrap().generation.plug.clone();
    assert_eq!(plug.digest(), digest);
    assert_makes_conferences(&plug);
    assert_eq!(bridge.library().list().unwrap().len(), 1);
    bridge.stop().await;

    let unknown = format!("sha256:{}", "0".repeat(64));
    let error = start(&config(&plug_folder, &[&unknown]), options()).await.err().unwrap().to_string();
    assert!(error.contains(&format!("no plug with the digest {unknown}: push its file")), "{error}");
}

#[tokio::test]
async fn a_configured_file_is_admitted_and_shared_by_its_digest() {
    let plug_folder = PlugFolder::new();
    let file = variant("jitsi", 1);
    for name in ["a.wasm", "b.wasm"] {
        fs::write(plug_folder.folder.path().join(name), &file).unwrap();
    }
    let two = config(&plug_folder, &["./a.wasm", "./b.wasm"]);
    let bridge = start(&two, options()).await.unwrap();
    let plugs: Vec<_> = bridge.topology().connections().map(|it| it.generation.plug.clone()).collect();
    assert_makes_conferences(&plugs[0]);
    assert_eq!(plugs[0].calls(), plugs[1].calls(), "one plug serves both");
    assert_eq!(plug_folder.files(".wasm").len(), 1);
    bridge.stop().await;
    // The next start compiles nothing.
    start(&two, no_compiler()).await.unwrap().stop().await;

    fs::write(plug_folder.folder.path().join("a.wasm"), broken(&file, "create")).unwrap();
    let error = start(&two, options()).await.err().unwrap().to_string();
    assert!(error.contains("failed its self-test: starts: `create`: it traps"), "{error}");
}

#[tokio::test]
async fn looking_at_a_configuration_leaves_no_trace() {
    let plug_folder = PlugFolder::new();
    fs::write(plug_folder.folder.path().join("a.wasm"), variant("jitsi", 1)).unwrap();
    let report = cordboard::check(&config(&plug_folder, &["./a.wasm"])).unwrap();
    assert_eq!(report.faults.len(), 0, "{:?}", report.faults);
    assert_eq!(fs::read_dir(plug_folder.folder.path()).unwrap().count(), 1);
}

#[test]
fn a_start_from_compiled_forms_is_several_times_as_quick() {
    let plug_folder = PlugFolder::new();
    let start = || {
        let library = plug_folder.open();
        let began = Instant::now();
        for plug in builtin::ALL {
            library.built_in(plug.name).unwrap().unwrap();
        }
        began.elapsed()
    };
    let cold = start();
    let warm = (0..3).map(|_| start()).min().unwrap();
    println!("{} plugs: compiled in {cold:?}, from their compiled forms in {warm:?}", builtin::ALL.len());
    assert!(warm * 3 < cold && warm < Duration::from_secs(5), "{cold:?} {warm:?}");
}
