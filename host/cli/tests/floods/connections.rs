//! More connections than there are file descriptors.

use std::fs::File;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use cordboard::server::descriptors::Descriptors;

use super::super::process::iotum;
use super::super::process::{Bridge, create_body, until};
use super::super::{APP, Provider, create};
use super::{metric, operators};

const DESCRIPTORS: u64 = 256;
const IDLE: usize = 1200;

#[test]
fn idle_connections_do_not_exhaust_file_descriptors() {
    Descriptors::raise();
    let provider = Arc::new(Mutex::new(Provider::default()));
    let port = iotum::listen(move |stream, body| create(&provider, stream, body));
    let folder = tempfile::tempdir().unwrap();
    let account = iotum::account(APP, port, "");
    let log = folder.path().join("serve.log");
    let bridge = Bridge::configured(folder.path(), "", &account, Some(DESCRIPTORS), File::create(&log).unwrap());
    let book = |topic: &str| {
        let (status, answer) = bridge.post_signed("create-meeting", &create_body(1, "a@example.com", topic)).unwrap();
        assert_eq!(status, 200, "{topic}: {answer}");
    };
    book("Before");
    let began = Instant::now();
    let crowd: Vec<_> = (0..IDLE).map(|_| TcpStream::connect(bridge.address()).unwrap()).collect();
    until("most are closed", || {
        metric(&bridge, "cordboard_connections_evicted_total").is_some_and(|evicted| evicted > IDLE as u64 / 2)
    });
    for number in 0..5 {
        assert_eq!(operators(&bridge, "/health/ready").map(|(status, _)| status), Some(200), "operators are answered");
        book(&format!("Beside {number}"));
    }
    assert_eq!(metric(&bridge, "cordboard_connections_limit"), Some(DESCRIPTORS / 2));
    assert!(metric(&bridge, "process_open_fds").is_some_and(|open| open < DESCRIPTORS));
    drop(crowd);
    book("Afterwards");
    let lines = std::fs::read_to_string(&log).unwrap();
    let warnings = lines.lines().filter(|line| line.contains("WARN")).count() as u64;
    // At most one line per second of each of the three kinds.
    assert!(warnings <= 3 * (began.elapsed().as_secs() + 2) && lines.contains("closing idle connections"), "{lines}");
}

#[test]
fn idle_operator_connections_are_closed_for_new_ones() {
    Descriptors::raise();
    let folder = tempfile::tempdir().unwrap();
    let bridge = Bridge::configured(folder.path(), "", "", Some(DESCRIPTORS), std::io::sink());
    let mut crowd: Vec<_> = (0..100).map(|_| TcpStream::connect(bridge.operators()).unwrap()).collect();
    assert_eq!(operators(&bridge, "/health/live").map(|(status, _)| status), Some(200));
    let first = &mut crowd[0];
    first.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    let _ = first.write_all(b"G");
    assert!(matches!(first.read(&mut [0; 8]), Ok(0) | Err(_)));
}
