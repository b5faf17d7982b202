//! Removing unused files.

use std::collections::HashSet;
use std::time::Duration;

use cordboard::plug::LibraryOptions;

use crate::support::*;

#[test]
fn unused_plugs_are_removed_with_their_code() {
    let plug_folder = PlugFolder::new();
    let library =
        plug_folder.open_with(LibraryOptions { unused_retention: Duration::ZERO, idle: Duration::ZERO, ..options() });
    let digests: Vec<_> = (0..4).map(|number| library.add(&variant("jitsi", number)).unwrap().digest).collect();
    library.built_in("jitsi").unwrap().unwrap();
    let in_use = library.get(&digests[1]).unwrap();
    let keep = HashSet::from([digests[0].clone()]);
    let mut removed = library.remove_unused(&keep).unwrap();
    removed.sort();
    let mut expected = digests[2..].to_vec();
    expected.sort();
    assert_eq!(removed, expected);
    assert!(library.get(&digests[2]).is_err());
    assert_makes_conferences(&library.get(&digests[0]).unwrap());
    assert_makes_conferences(&in_use);
    // Two plugs with their code, and the code of the built-in one.
    assert_eq!((plug_folder.files(".wasm").len(), plug_folder.files(".code").len()), (2, 3));
    drop(in_use);
    assert_eq!(library.remove_unused(&keep).unwrap(), [digests[1].clone()]);
}

/// Between a push and its first use, a plug is unused.
#[test]
fn recently_pushed_plugs_are_kept() {
    let plug_folder = PlugFolder::new();
    let library = plug_folder.open();
    library.add(&variant("jitsi", 1)).unwrap();
    assert_eq!(library.remove_unused(&HashSet::new()).unwrap(), [""; 0]);
    assert_eq!(library.list().unwrap().len(), 1);
}

#[test]
fn foreign_files_in_the_folder_are_kept() {
    let plug_folder = PlugFolder::new();
    let library = plug_folder.open_with(LibraryOptions { unused_retention: Duration::ZERO, ..options() });
    for name in ["README", "plug.wasm", "sha256:x.wasm", "x.lean.code"] {
        std::fs::write(plug_folder.plugs().join(name), "theirs").unwrap();
    }
    assert_eq!(library.list().unwrap().len(), 0);
    library.remove_unused(&HashSet::new()).unwrap();
    drop(plug_folder.open());
    assert_eq!(plug_folder.files("").len(), 4);
}
