use std::time::Duration;

use cordboard::plug::library::AdmitError;
use cordboard::plug::{Class, Engine, LoadError, Options, Role};

use crate::support::*;

/// Each file has the fault to be reported, and one that would be reported next.
#[test]
fn checks_files_in_the_documented_order() {
    let plug_folder = PlugFolder::new();
    let mut small = Options { max_file_bytes: 1 << 20, ..Options::default() };
    small.lean.slots = 8;
    let mut options = options();
    options.compiling.processor_time = Duration::from_secs(1);
    let library = plug_folder.open_in(Engine::new(&small).unwrap(), options);
    let refused = |file: &[u8]| match library.add(file).unwrap_err() {
        AdmitError::Refused(error) => error,
        other => panic!("{other}"),
    };
    let (provider, telephony) = (built_in("jitsi"), built_in("phonebook"));

    let machine_code = wasmtime::Engine::default().precompile_component(telephony).unwrap();
    let large = [machine_code.clone(), vec![0; 1 << 20]].concat();
    assert_eq!(refused(&large), LoadError::TooLarge { max: 1 << 20 });
    assert_eq!(refused(&machine_code), LoadError::Precompiled);
    assert_eq!(refused(b"(component)"), LoadError::NotWasm);
    assert_eq!(refused(b"\0asm\x01\0\0\0"), LoadError::CoreModule);

    let differing = renamed(provider, "verify-user", "verify-used");
    let cut = refused(&differing[..differing.len() - 1]);
    assert!(matches!(cut, LoadError::Invalid(_)), "{cut}");
    let differs = refused(&importing(&differing));
    assert!(matches!(differs, LoadError::Differs { .. }), "{differs}");
    let reaching = refused(&importing(&heavy(provider, 400)));
    assert_eq!(reaching, LoadError::Imports(vec!["wasi:x/y@0.1.0".to_owned()]));

    let nameless = renamed(telephony, "phonebook", "Phone\nook");
    let slow = refused(&heavy(&nameless, 400));
    assert!(matches!(slow, LoadError::Compiler(_)), "{slow}");
    let described = refused(&broken(&nameless, "phone-numbers"));
    assert!(matches!(described, LoadError::Description(_)), "{described}");
    match library.add(&broken(telephony, "phone-numbers")) {
        Err(AdmitError::SelfTest(faults)) => {
            assert_eq!(faults.len(), 1);
            assert!(faults[0].contains("`phone-numbers`: "), "{faults:?}");
        }
        other => panic!("{other:?}"),
    }
    plug_folder.assert_empty();
}

#[test]
fn an_admitted_file_is_stored_under_its_digest() {
    let plug_folder = PlugFolder::new();
    let library = plug_folder.open();
    let file = variant("jitsi", 1);
    let admitted = library.add(&file).unwrap();
    assert_makes_conferences(&admitted.plug);
    assert_eq!((admitted.plug.role(), admitted.plug.class()), (Role::Provider, Class::Lean));
    assert_eq!(admitted.plug.digest(), admitted.digest);

    let [stored] = <[_; 1]>::try_from(plug_folder.files(".wasm")).unwrap();
    assert_eq!(std::fs::read(&stored).unwrap(), file);
    let digits = admitted.digest.strip_prefix("sha256:").unwrap();
    assert_eq!(stored.file_name().unwrap().to_str().unwrap(), format!("{digits}.wasm"));
    for digest in [admitted.digest.as_str(), digits] {
        assert_makes_conferences(&library.get(digest).unwrap());
    }
}

#[test]
fn a_file_that_is_pushed_twice_is_tested_once() {
    let plug_folder = PlugFolder::new();
    let library = plug_folder.open();
    let file = variant("jitsi", 1);
    let first = library.add(&file).unwrap();
    assert_eq!(first.plug.calls(), 0, "the self-test is not counted");
    assert_makes_conferences(&first.plug);
    let path = plug_folder.folder.path().join("again.wasm");
    std::fs::write(&path, &file).unwrap();
    for again in [library.add(&file).unwrap(), library.add_file(&path).unwrap()] {
        assert_eq!(again.digest, first.digest);
        assert_eq!(again.plug.calls(), 1, "it is the same plug, and it is not tested again");
    }
    // The next process does not compile it again.
    let later = plug_folder.open_with(no_compiler()).add(&file).unwrap();
    assert_makes_conferences(&later.plug);
    assert_eq!(plug_folder.files("").len(), 2, "{:?}", plug_folder.files(""));
}

#[test]
fn every_built_in_plug_passes_admission() {
    let plug_folder = PlugFolder::new();
    let library = plug_folder.open();
    for plug in cordboard::plug::builtin::ALL {
        let admitted = library.add(&variant(plug.name, 1)).unwrap_or_else(|error| panic!("{}: {error}", plug.name));
        assert_eq!(admitted.plug.description().name, plug.name);
    }
    let library = plug_folder.open();
    let listed = library.list().unwrap();
    assert_eq!(library.loaded(), 0, "listing loads no plugs");
    assert_eq!(listed.len(), cordboard::plug::builtin::ALL.len());
    let jitsi = listed.iter().find(|it| it.identity.as_ref().unwrap().name == "jitsi").unwrap();
    assert_eq!(jitsi.bytes, variant("jitsi", 1).len() as u64);
    assert_eq!(jitsi.identity.as_ref().unwrap().role, Role::Provider);
}

/// A read-only library admits files, and stores none.
#[test]
fn a_read_only_library_writes_nothing() {
    let plug_folder = PlugFolder::new();
    let vault = std::sync::Arc::new(cordboard::vault::Vault::ephemeral().unwrap());
    let library = cordboard::plug::Library::read_only(&plug_folder.plugs(), vault, ENGINE.clone(), options());
    let admitted = library.add(&variant("jitsi", 1)).unwrap();
    assert_makes_conferences(&admitted.plug);
    assert_makes_conferences(&library.built_in("jitsi").unwrap().unwrap());
    assert!(matches!(library.add(&broken(built_in("jitsi"), "create")), Err(AdmitError::SelfTest(_))));
    assert!(library.push(pusher("a")).is_err());
    assert!(library.remove_unused(&Default::default()).is_err());
    assert_eq!(library.list().unwrap().len(), 0);
    assert!(!plug_folder.plugs().exists());
}
