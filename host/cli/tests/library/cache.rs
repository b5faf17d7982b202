//! Compiled forms are believed only where this host proves them.

use std::fs;

use cordboard::plug::library::{AdmitError, LibraryError};
use cordboard::plug::{Engine, Options};

use crate::support::*;

/// A data directory with a plug and its compiled form.
fn setup() -> (PlugFolder, String, Vec<u8>) {
    let plug_folder = PlugFolder::new();
    let file = variant("jitsi", 1);
    let digest = plug_folder.open().add(&file).unwrap().digest;
    (plug_folder, digest, file)
}

#[test]
fn a_start_need_not_compile() {
    let (plug_folder, digest, _) = setup();
    assert_makes_conferences(&plug_folder.open_with(no_compiler()).get(&digest).unwrap());
}

/// Without a compiler, what is not believed cannot be had.
#[test]
fn a_compiled_form_that_is_not_ours_is_never_loaded() {
    let (plug_folder, digest, _) = setup();
    let [code] = <[_; 1]>::try_from(plug_folder.files(".code")).unwrap();
    let sound = fs::read(&code).unwrap();
    // Another plug's, proved by this host; the same plug's, proved by another.
    let other_plug = {
        let other = plug_folder.open().add(&variant("phonebook", 1)).unwrap();
        let digits = other.digest.strip_prefix("sha256:").unwrap().to_owned();
        fs::read(plug_folder.plugs().join(format!("{digits}.lean.code"))).unwrap()
    };
    let other_host = {
        let (plug_folder, ..) = setup();
        fs::read(&plug_folder.files(".code")[0]).unwrap()
    };
    let length = sound.len();
    let mut changed = sound.clone();
    changed[length / 2] ^= 1;
    let mut forged = sound.clone();
    forged[length - 1] ^= 1;
    let unproved = ENGINE_CODE.to_vec();
    let cases = [
        ("changed", changed),
        ("forged", forged),
        ("truncated", sound[..length - 100].to_vec()),
        ("empty", Vec::new()),
        ("another plug's", other_plug),
        ("another host's", other_host),
        ("unproved", unproved),
        ("longer", [sound.as_slice(), b"x"].concat()),
    ];
    for (name, bytes) in cases {
        fs::write(&code, &bytes).unwrap();
        let error = plug_folder.open_with(no_compiler()).get(&digest).unwrap_err();
        assert!(matches!(error, LibraryError::NoCompiler { .. }), "{name}: {error}");
        // With one, it is made anew, and the next start has it.
        assert_makes_conferences(&plug_folder.open().get(&digest).unwrap());
        assert_ne!(fs::read(&code).unwrap(), bytes, "{name}");
        assert_makes_conferences(&plug_folder.open_with(no_compiler()).get(&digest).unwrap());
    }
}

/// Machine code of another plug as wasmtime gives it, with no proof.
static ENGINE_CODE: std::sync::LazyLock<Vec<u8>> =
    std::sync::LazyLock::new(|| wasmtime::Engine::default().precompile_component(built_in("phonebook")).unwrap());

/// A file whose class is another under other limits.
#[test]
fn a_plug_finds_its_class_again_under_other_limits() {
    let (plug_folder, digest, _) = setup();
    let mut options = Options::default();
    options.lean.memory_bytes = 64 << 10;
    let cramped = plug_folder.open_in(Engine::new(&options).unwrap(), crate::support::options()).get(&digest).unwrap();
    assert_eq!(cramped.class(), cordboard::plug::Class::Roomy);
    assert_makes_conferences(&cramped);
    let [code] = <[_; 1]>::try_from(plug_folder.files(".code")).unwrap();
    assert!(code.to_str().unwrap().ends_with(".roomy.code"), "{}", code.display());
}

#[test]
fn built_in_plugs_are_cached_as_well() {
    let plug_folder = PlugFolder::new();
    let library = plug_folder.open_with(no_compiler());
    assert_makes_conferences(&library.built_in("jitsi").unwrap().unwrap());
    assert!(library.built_in("zoomish").is_none());
    assert_eq!((plug_folder.files(".code").len(), plug_folder.files(".wasm").len()), (1, 0));
    let digest = library.built_in("jitsi").unwrap().unwrap().digest().to_owned();
    assert_makes_conferences(&library.get(&digest).unwrap());
    change(&plug_folder.files(".code")[0], |code| code.truncate(1000));
    assert_makes_conferences(&plug_folder.open_with(no_compiler()).get(&digest).unwrap());
}

#[test]
fn a_plug_file_that_was_changed_is_not_compiled() {
    let (plug_folder, digest, file) = setup();
    fs::remove_file(&plug_folder.files(".code")[0]).unwrap();
    change(&plug_folder.files(".wasm")[0], |bytes| *bytes.last_mut().unwrap() ^= 1);
    assert_eq!(plug_folder.open().get(&digest).unwrap_err(), LibraryError::Changed(digest.clone()));
    let listed = plug_folder.open().list().unwrap();
    assert_eq!(listed[0].identity, Err(LibraryError::Changed(digest.clone())));
    // Pushing it again is the fix.
    plug_folder.open().add(&file).unwrap();
    assert_makes_conferences(&plug_folder.open().get(&digest).unwrap());
}

#[test]
fn what_is_not_here_is_said_to_be_missing() {
    let (plug_folder, digest, _) = setup();
    fs::remove_file(&plug_folder.files(".wasm")[0]).unwrap();
    let library = plug_folder.open();
    assert_eq!(library.get(&digest).unwrap_err(), LibraryError::NotFound(digest));
    for wrong in ["", "sha256:", "../../../etc/passwd", "jitsi"] {
        assert!(matches!(library.get(wrong), Err(LibraryError::NotFound(_))), "{wrong}");
    }
    let unreadable = library.add_file("/nowhere/plug.wasm".as_ref()).unwrap_err();
    assert!(matches!(unreadable, AdmitError::Unreadable(_)), "{unreadable}");
    assert!(matches!(library.add_file(plug_folder.folder.path()), Err(AdmitError::Unreadable(_))));
}
