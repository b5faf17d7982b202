//! Limits on memory and compile time, in total and for each token.

use std::collections::HashSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant, SystemTime};

use cordboard::plug::library::{AdmitError, Admitted, PushQuota, Pusher, QuotaExceeded};
use cordboard::plug::{Library, LibraryOptions, LoadError};

use crate::support::*;

fn push(library: &Library, token: &str, file: &[u8]) -> Result<Admitted, AdmitError> {
    push_with(library, token, file, HashSet::new())
}

fn push_with(library: &Library, token: &str, file: &[u8], in_use: HashSet<String>) -> Result<Admitted, AdmitError> {
    let mut upload = library.push(Pusher { in_use, ..pusher(token) }).unwrap();
    upload.write(file)?;
    upload.finish()
}

#[test]
fn pushed_plugs_are_not_kept_in_memory() {
    let plug_folder = PlugFolder::new();
    let library = plug_folder.open();
    let pushed = push(&library, "a", &variant("jitsi", 1)).unwrap();
    assert_eq!((library.loaded(), library.loaded_bytes()), (0, 0));
    assert_makes_conferences(&pushed.plug);
    assert_eq!(library.loaded(), 1);
    push(&library, "a", &variant("jitsi", 1)).unwrap();
    assert_eq!(library.loaded(), 1, "a loaded plug stays loaded");
}

#[test]
fn limits_the_bytes_of_loaded_code() {
    let plug_folder = PlugFolder::new();
    let library = plug_folder.open();
    let plug = library.add(&variant("jitsi", 0)).unwrap().plug;
    let bytes = library.loaded_bytes();
    assert!(bytes > 100_000, "{bytes}");
    drop((plug, library));

    let library = plug_folder.open_with(LibraryOptions { max_loaded_bytes: 3 * bytes + bytes / 2, ..options() });
    let plugs: Vec<_> = (0..6).map(|number| library.add(&variant("jitsi", number)).unwrap().plug).collect();
    assert_eq!((library.loaded(), library.loaded_bytes()), (3, 3 * bytes));
    assert!(plugs[5].is_loaded() && !plugs[0].is_loaded());
    // Reloading code also unloads others.
    for plug in &plugs {
        assert_makes_conferences(plug);
        assert!(plug.is_loaded() && library.loaded() <= 3);
    }
    // Plugs without a handle are unloaded first, although they were loaded last.
    let stored = [&plugs[3], &plugs[4]];
    for number in 6..9 {
        drop(library.add(&variant("jitsi", number)).unwrap());
    }
    assert!(stored.iter().any(|plug| plug.is_loaded()) && library.loaded() <= 3);

    // A plug that is larger than the limit is loaded alone.
    let library = plug_folder.open_with(LibraryOptions { max_loaded_bytes: 1, ..options() });
    for number in 0..3 {
        assert_makes_conferences(&library.add(&variant("jitsi", number)).unwrap().plug);
        assert_eq!(library.loaded(), 1);
    }
}

#[test]
fn a_slow_compilation_does_not_delay_other_tokens() {
    let plug_folder = PlugFolder::new();
    let mut options = options();
    options.compiling.processor_time = Duration::from_secs(6);
    let library = plug_folder.open_with(options);
    let costly = heavy(built_in("jitsi"), 400);
    let is_compiling = AtomicBool::new(true);
    thread::scope(|scope| {
        let greedy = scope.spawn(|| {
            let refused = push(&library, "greedy", &costly).unwrap_err();
            is_compiling.store(false, Ordering::SeqCst);
            refused
        });
        // The token's next file waits, and does not delay others either.
        let next = scope.spawn(|| {
            let began = Instant::now();
            while plug_folder.files(".part").is_empty() {
                assert!(began.elapsed() < Duration::from_secs(60));
                thread::sleep(Duration::from_millis(5));
            }
            thread::sleep(Duration::from_millis(500));
            push(&library, "greedy", &variant("jitsi", 2)).unwrap();
        });
        while plug_folder.files(".part").is_empty() {
            thread::sleep(Duration::from_millis(5));
        }
        assert_makes_conferences(&push(&library, "other", &variant("jitsi", 1)).unwrap().plug);
        assert!(is_compiling.load(Ordering::SeqCst), "the other token waited for it");
        let refused = greedy.join().unwrap();
        assert!(matches!(refused, AdmitError::Refused(LoadError::Compiler(_))), "{refused}");
        assert!(refused.to_string().contains("took more than 6 s of CPU time"), "{refused}");
        next.join().unwrap();
    });
}

#[test]
fn compile_time_is_charged_even_if_the_file_is_refused() {
    let plug_folder = PlugFolder::new();
    let mut options = options();
    options.compiling.processor_time = Duration::from_secs(3);
    options.quota = PushQuota { compile_time: Duration::from_secs(2), ..PushQuota::default() };
    let library = plug_folder.open_with(options);
    let known = variant("jitsi", 1);
    push(&library, "owner", &known).unwrap();
    let refused = push(&library, "greedy", &heavy(built_in("jitsi"), 400)).unwrap_err();
    assert!(matches!(refused, AdmitError::Refused(LoadError::Compiler(_))), "{refused}");
    let refused = push(&library, "greedy", &variant("jitsi", 2)).unwrap_err();
    let AdmitError::Quota(QuotaExceeded::CompileTime { retry_after, .. }) = refused else { panic!("{refused}") };
    // It has used about 3 s, and 2 s accrue in an hour.
    assert!((100..7_200).contains(&retry_after), "{retry_after}");
    push(&library, "greedy", &known).unwrap();
    push(&library, "other", &variant("jitsi", 2)).unwrap();
    library.add(&variant("jitsi", 3)).unwrap();
}

#[test]
fn quotas_count_for_the_first_pusher_and_survive_a_restart() {
    let plug_folder = PlugFolder::new();
    let quota = PushQuota { unused: 2, ..PushQuota::default() };
    let open =
        || plug_folder.open_with(LibraryOptions { quota, unused_retention: Duration::from_secs(3600), ..options() });
    let library = open();
    let first = push(&library, "a", &variant("jitsi", 1)).unwrap().digest;
    push(&library, "a", &variant("jitsi", 2)).unwrap();
    push(&library, "b", &variant("jitsi", 2)).unwrap();
    push(&library, "b", &variant("jitsi", 3)).unwrap();
    let library = open();
    let refused = push(&library, "a", &variant("jitsi", 4)).unwrap_err();
    let expected = QuotaExceeded::Unused { token: "a".to_owned(), count: 2, max: 2 };
    assert_eq!(refused, AdmitError::Quota(expected));
    push_with(&library, "a", &variant("jitsi", 4), HashSet::from([first.clone()])).unwrap();
    push(&library, "b", &variant("jitsi", 5)).unwrap();
    assert_eq!(plug_folder.files(".owner").len(), 5);

    // Removed plugs are no longer counted, and their owner files are removed, too.
    for path in plug_folder.files(".wasm") {
        let file = std::fs::File::options().append(true).open(path).unwrap();
        file.set_modified(SystemTime::now() - Duration::from_secs(7200)).unwrap();
    }
    let library = open();
    let keep = HashSet::from([first]);
    assert_eq!(library.remove_unused(&keep).unwrap().len(), 4);
    assert_eq!((plug_folder.files(".owner").len(), plug_folder.files(".wasm").len()), (1, 1));
    push(&library, "a", &variant("jitsi", 6)).unwrap();
    // A plug that was in use until now is not old.
    assert_eq!(library.remove_unused(&HashSet::new()).unwrap(), [""; 0]);
}
