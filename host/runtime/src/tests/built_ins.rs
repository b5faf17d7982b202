use std::thread;

use wasmtime::component::Linker;

use super::*;
use crate::{CallError, Class, inspect};

#[test]
fn built_in_plugs_are_lean_and_have_their_configured_names() {
    for one in builtin::ALL {
        let plug = built_in(one.name);
        assert_eq!(plug.description().name, one.name);
        assert_eq!(plug.class(), Class::Lean, "{}", one.name);
        assert_eq!(plug.digest().len(), "sha256:".len() + 64);
        assert_eq!(plug.routes().len(), plug.description().routes.len());
        assert_eq!(plug.digest(), one.digest());
        assert_eq!((plug.role(), plug.description().version.as_str()), (one.role, builtin::VERSION), "{}", one.name);
    }
    assert!(builtin::find("zoomish").is_none());
}

#[test]
fn initial_memory_stays_within_what_the_lean_pool_keeps_resident() {
    for one in builtin::ALL {
        let inspection = inspect(&ENGINE, one.file).unwrap();
        assert_eq!(inspection.memories, 1, "{}", one.name);
        // The pool would return a larger memory to the system after each call, and allocate it again for the next.
        assert!(inspection.initial_memory_bytes <= 256 << 10, "{}: {}", one.name, inspection.initial_memory_bytes);
    }
}

#[test]
fn calls_succeed_and_share_no_state() {
    let plug = built_in("jitsi");
    let context = context(&[("host", "https://meet.example.org")]);
    let create = || plug.create(&context, &meeting()).unwrap().unwrap();
    let first = create();
    assert_eq!(first.join_url, "https://meet.example.org/000102030405060708090a0b0c0d0e0f");
    assert_eq!(create(), first);
    assert_eq!(plug.update(&context, &first, &meeting()).unwrap().unwrap().join_url, first.join_url);
    assert_eq!(plug.delete(&context, &first).unwrap(), Ok(()));
    assert_eq!(plug.verify_user(&context, "ada@example.com").unwrap(), Ok(Some("ada@example.com".to_owned())));
}

#[test]
fn calls_run_concurrently() {
    let plug = built_in("phonebook");
    let context = context(&[("7", "+18001231234 ext 1 Front desk")]);
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for _ in 0..200 {
                    let numbers = plug.phone_numbers(&context, "7").unwrap().unwrap();
                    assert_eq!(numbers[0].e164, "+18001231234");
                }
            });
        }
    });
}

#[test]
fn a_plug_has_only_the_operations_of_its_contract() {
    let (jitsi, phonebook) = (built_in("jitsi"), built_in("phonebook"));
    let context = context(&[]);
    assert_eq!(jitsi.phone_numbers(&context, "7"), Err(CallError::WrongRole));
    assert_eq!(phonebook.create(&context, &meeting()), Err(CallError::WrongRole));
    assert!(!CallError::WrongRole.is_transient());
}

#[test]
fn a_call_without_a_free_slot_fails_immediately() {
    let mut options = Options::default();
    options.lean.slots = 1;
    let engine = Engine::new(&options).unwrap();
    let plug = engine.load(builtin::find("jitsi").unwrap()).unwrap();
    let create = || plug.create(&context(&[]), &meeting());
    let pool = engine.pools_for(0).next().unwrap();
    let mut store = pool.store();
    Linker::new(&pool.engine).instantiate(&mut store, &plug.component().unwrap()).unwrap();
    assert_eq!(create(), Err(CallError::Busy));
    drop(store);
    assert!(create().unwrap().is_ok());
}

#[test]
fn a_plug_that_exceeds_a_lean_limit_is_roomy() {
    let jitsi = builtin::find("jitsi").unwrap();
    let mut options = Options::default();
    options.lean.memory_bytes = 64 << 10;
    let cramped = Engine::new(&options).unwrap().load(jitsi).unwrap();
    options = Options { max_lean_file_bytes: 1 << 10, ..Options::default() };
    let large = Engine::new(&options).unwrap().load(jitsi).unwrap();
    for plug in [cramped, large] {
        assert_eq!(plug.class(), Class::Roomy);
        assert!(plug.create(&context(&[]), &meeting()).unwrap().is_ok());
    }
}

#[test]
fn a_plug_outlives_the_engine_that_loaded_it() {
    let engine = Engine::new(&Options::default()).unwrap();
    let plug = engine.load(builtin::find("jitsi").unwrap()).unwrap();
    drop(engine);
    assert!(plug.create(&context(&[]), &meeting()).unwrap().is_ok());
}
