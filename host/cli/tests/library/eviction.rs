//! The code of idle plugs is unloaded, and reloaded by the next call.

use std::fs;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use cordboard::plug::{CallError, Library, LibraryOptions, Plug};

use crate::support::*;

/// Returns options that unload all idle plugs, except for `max_loaded`.
fn eager(max_loaded: usize) -> LibraryOptions {
    LibraryOptions { idle: Duration::ZERO, max_loaded, ..options() }
}

fn plugs(library: &Library, count: u32) -> Vec<Plug> {
    (0..count).map(|number| library.add(&variant("jitsi", number)).unwrap().plug).collect()
}

#[test]
fn an_idle_plug_is_unloaded_and_reloaded() {
    let plug_folder = PlugFolder::new();
    let library = plug_folder.open_with(eager(0));
    let [plug] = <[_; 1]>::try_from(plugs(&library, 1)).unwrap();
    let (digest, calls) = (plug.digest().to_owned(), plug.calls());
    assert_eq!((library.evict_idle(), library.loaded()), (1, 0));
    assert!(!plug.is_loaded());
    assert_eq!(library.evict_idle(), 0, "it is unloaded already");
    // The description is still available.
    assert_eq!((plug.description().name.as_str(), plug.digest(), plug.calls()), ("jitsi", digest.as_str(), calls));
    assert_makes_conferences(&plug);
    assert!(plug.is_loaded());
    assert_eq!((plug.calls(), library.loaded()), (calls + 1, 1));
    assert_eq!(library.get(&digest).unwrap().calls(), calls + 1, "it is the same plug");
}

#[test]
fn the_longest_idle_plugs_are_unloaded_first() {
    let plug_folder = PlugFolder::new();
    let library = plug_folder.open_with(eager(2));
    let plugs = plugs(&library, 3);
    // The first call of `evict_idle` only records the calls. The second plug is not called after the next one.
    library.evict_idle();
    for plug in &plugs {
        assert_makes_conferences(plug);
    }
    library.evict_idle();
    for plug in [&plugs[0], &plugs[2]] {
        assert_makes_conferences(plug);
    }
    assert_makes_conferences(&plugs[1]);
    thread::sleep(Duration::from_millis(5));
    library.evict_idle();
    assert_eq!(library.loaded(), 2);
    let default_idle = plug_folder.open_with(LibraryOptions { max_loaded: 0, ..options() });
    let _plugs = self::plugs(&default_idle, 3);
    assert_eq!((default_idle.evict_idle(), default_idle.loaded()), (0, 3), "ten minutes have not passed");
}

#[test]
fn calls_succeed_while_code_is_unloaded_and_reloaded() {
    let plug_folder = PlugFolder::new();
    let library = plug_folder.open_with(eager(0));
    let plugs = plugs(&library, 2);
    let over = AtomicBool::new(false);
    let evicted = thread::scope(|scope| {
        let callers: Vec<_> = (0..4)
            .map(|number| {
                let plug = &plugs[number % 2];
                scope.spawn(move || (0..300).for_each(|_| assert_makes_conferences(plug)))
            })
            .collect();
        let evictor = scope.spawn(|| {
            let mut evicted = 0;
            while !over.load(Ordering::Relaxed) {
                evicted += library.evict_idle();
                thread::sleep(Duration::from_micros(300));
            }
            evicted
        });
        let done: Vec<_> = callers.into_iter().map(|caller| caller.join()).collect();
        over.store(true, Ordering::Relaxed);
        assert!(done.iter().all(Result::is_ok));
        evictor.join().unwrap()
    });
    assert!(evicted > 10, "{evicted}");
}

/// Reloading a plug does not block a runtime with few threads.
#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn an_unloaded_plug_is_reloaded_within_a_runtime() {
    let plug_folder = PlugFolder::new();
    let library = plug_folder.open_with(eager(0));
    let [plug] = <[_; 1]>::try_from(plugs(&library, 1)).unwrap();
    let calls: Vec<_> = (0..8)
        .map(|_| {
            library.evict_idle();
            let plug = plug.clone();
            tokio::spawn(async move { assert_makes_conferences(&plug) })
        })
        .collect();
    for call in calls {
        call.await.unwrap();
    }
}

#[test]
fn a_failed_reload_fails_the_call_with_a_reason() {
    let plug_folder = PlugFolder::new();
    let library = plug_folder.open_with(eager(0));
    let [plug] = <[_; 1]>::try_from(plugs(&library, 1)).unwrap();
    library.evict_idle();
    let hidden = plug_folder.folder.path().join("hidden");
    let path = plug_folder.files(".wasm").remove(0);
    fs::rename(&path, &hidden).unwrap();
    let error = plug.create(&context(), &meeting()).unwrap_err();
    assert!(matches!(&error, CallError::Unavailable(why) if why.contains("push its file")), "{error}");
    assert!(error.is_transient());
    fs::rename(&hidden, &path).unwrap();
    // The next attempt to load it comes some seconds later.
    assert_eq!(plug.create(&context(), &meeting()).unwrap_err(), error);
    let began = Instant::now();
    while plug.create(&context(), &meeting()).is_err() {
        assert!(began.elapsed() < Duration::from_secs(20), "{error}");
        thread::sleep(Duration::from_millis(50));
    }
    assert_makes_conferences(&plug);
}

#[test]
fn plugs_without_a_handle_are_dropped() {
    let plug_folder = PlugFolder::new();
    let library = plug_folder.open_with(eager(64));
    let digest = library.add(&variant("jitsi", 1)).unwrap().digest;
    assert_eq!(library.loaded(), 1);
    library.evict_idle();
    assert_eq!(library.loaded(), 0);
    assert_makes_conferences(&library.get(&digest).unwrap());
}
