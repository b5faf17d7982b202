//! Starting and stopping the emulator.

use std::net::TcpListener;

use crate::process::emulator::Emulator;
use crate::process::http;
use crate::process::run::run;
use crate::setting::emulate;

#[test]
fn listens_on_loopback_addresses_only() {
    let folder = tempfile::tempdir().unwrap();
    for address in ["0.0.0.0:0", "[::]:0", "192.0.2.1:8090"] {
        let ran = run(emulate(folder.path(), &["--listen", address])).ended(1);
        assert!(ran.err.contains(&format!("{address} can be reached from other machines")), "{}", ran.err);
        assert!(ran.err.contains("127.0.0.1"), "{}", ran.err);
    }
    run(emulate(folder.path(), &["--listen", "localhost"])).ended(2);
}

#[test]
fn a_port_in_use_is_reported() {
    let folder = tempfile::tempdir().unwrap();
    let occupied = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = occupied.local_addr().unwrap().to_string();
    let ran = run(emulate(folder.path(), &["--listen", &address])).ended(1);
    assert!(ran.err.starts_with(&format!("cordboard: cannot listen on {address} (")), "{}", ran.err);
    assert!(ran.err.contains("--listen"), "{}", ran.err);
}

#[test]
fn stops_on_sigterm() {
    let folder = tempfile::tempdir().unwrap();
    let hubspot = Emulator::start(folder.path(), &[]);
    let (status, page) = http::ask(hubspot.address(), "GET", "/", "", "").unwrap();
    assert!(status == 200 && page.contains("<html"), "{status} {page}");
    hubspot.serving.stop();
    assert!(http::ask(hubspot.address(), "GET", "/", "", "").is_none());
}
