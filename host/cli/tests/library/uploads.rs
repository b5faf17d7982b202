//! Uploads in chunks, and uploads that never end.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::Duration;

use cordboard::plug::library::AdmitError;
use cordboard::plug::{Engine, LoadError, Options};

use crate::support::*;

#[test]
fn an_upload_in_chunks_is_admitted() {
    let plug_folder = PlugFolder::new();
    let library = plug_folder.open();
    let file = variant("jitsi", 1);
    let mut upload = library.push(pusher("a")).unwrap();
    for piece in file.chunks(1000) {
        upload.write(piece).unwrap();
        assert_eq!(plug_folder.files(".wasm").len(), 0);
    }
    let admitted = upload.finish().unwrap();
    assert_makes_conferences(&admitted.plug);
    assert_eq!(admitted.digest, library.add(&file).unwrap().digest);
    assert_eq!(fs::read(&plug_folder.files(".wasm")[0]).unwrap(), file);
    assert_eq!((plug_folder.files(".owner").len(), plug_folder.files("").len()), (1, 3));
}

#[test]
fn rejected_and_abandoned_uploads_leave_no_file() {
    let plug_folder = PlugFolder::new();
    let options = Options { max_file_bytes: 2000, ..Options::default() };
    let library = plug_folder.open_in(Engine::new(&options).unwrap(), crate::support::options());
    let mut large = library.push(pusher("a")).unwrap();
    large.write(&[0; 1500]).unwrap();
    assert_eq!(large.write(&[0; 501]).unwrap_err(), LoadError::TooLarge { max: 2000 }.into());
    assert_eq!(large.finish().unwrap_err(), LoadError::TooLarge { max: 2000 }.into());
    let mut abandoned = library.push(pusher("a")).unwrap();
    abandoned.write(b"\0asm").unwrap();
    assert_eq!(plug_folder.files("").len(), 1);
    drop(abandoned);
    assert_eq!(library.push(pusher("a")).unwrap().finish().unwrap_err(), AdmitError::Refused(LoadError::NotWasm));
    plug_folder.assert_empty();
}

/// Not a test of its own, but the process that [`an_upload_of_a_killed_process_leaves_no_file`] kills.
#[test]
#[ignore = "waits until it is killed"]
fn an_upload_that_never_ends() {
    let folder = PathBuf::from(std::env::var_os("UPLOAD_INTO").unwrap());
    let vault = std::sync::Arc::new(cordboard::vault::Vault::ephemeral().unwrap());
    let library = cordboard::plug::Library::open(&folder, vault, ENGINE.clone(), options()).unwrap();
    let mut upload = library.push(pusher("a")).unwrap();
    upload.write(&variant("jitsi", 1)[..5000]).unwrap();
    println!("\nin progress");
    std::thread::sleep(Duration::from_secs(600));
    drop(upload);
}

#[test]
fn an_upload_of_a_killed_process_leaves_no_file() {
    let plug_folder = PlugFolder::new();
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--ignored", "--exact", "--nocapture", "uploads::an_upload_that_never_ends"])
        .env("UPLOAD_INTO", plug_folder.plugs())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    assert!(lines.map(Result::unwrap).any(|line| line == "in progress"));
    // Another process that opens the library keeps the file of the running upload.
    drop(plug_folder.open());
    assert_eq!(plug_folder.files(".part").len(), 1);
    child.kill().unwrap();
    child.wait().unwrap();
    assert_eq!(plug_folder.files(".part").len(), 1, "the file is still there");
    let library = plug_folder.open();
    plug_folder.assert_empty();
    assert!(library.list().unwrap().is_empty());
}
