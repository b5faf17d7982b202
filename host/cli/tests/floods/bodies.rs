//! A thousand concurrent requests with bodies of a mebibyte each.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use cordboard::clock::now;
use cordboard::server::descriptors::Descriptors;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::Barrier;

use super::super::process::{Bridge, create_body, signed_v3, until};
use super::{memory, operators};

const STRANGERS: usize = 1000;
const MEBIBYTE: usize = 1 << 20;
/// The limit for the peak of resident memory.
const MAX_KIB: u64 = 200 << 10;
/// The time limit for a request on a slow machine.
const TIMEOUT: Duration = Duration::from_secs(120);

const ACCOUNT: &str = r#"
    [account.1]
    name = "globex"
    app = 54321
    conferencing = "rooms"
    [account.1.connection.rooms]
    plug = "jitsi"
    settings = { host = "https://meet.example.org" }
"#;

#[test]
fn bodies_of_strangers_do_not_exhaust_memory() {
    Descriptors::raise();
    let folder = tempfile::tempdir().unwrap();
    // The highest limit that can be configured.
    let top = "crm-body-limit-bytes = 1048576";
    let bridge = Bridge::configured(folder.path(), top, ACCOUNT, None, std::io::sink());
    let runtime = tokio::runtime::Runtime::new().unwrap();
    // Allocate the memory that ordinary requests need.
    for number in 0..20 {
        let body = create_body(1, "ada@example.com", &format!("Meeting {number}"));
        assert_eq!(bridge.post_signed("create-meeting", &body).unwrap().0, 200);
    }
    // Wait until the allocator has returned unused memory.
    std::thread::sleep(Duration::from_secs(7));
    let before = memory(bridge.pid(), "VmRSS");

    for path in ["/nowhere/at/all", "/in/no-key-of-anybody/events", "/hubspot/54321/create-meeting"] {
        let statuses = runtime.block_on(flood(&bridge, STRANGERS, path));
        let peak = memory(bridge.pid(), "VmHWM");
        println!("{path}: {statuses:?}, {before} KiB before, {peak} KiB at most");
        assert!(peak < MAX_KIB, "{path}: {peak} KiB, {before} KiB before: {statuses:?}");
        // With a valid address, some bodies are read within the budget, and their signature is rejected.
        let read = statuses.keys().any(|status| *status == Some(401));
        assert_eq!(read, path.starts_with("/hubspot"), "{path}: {statuses:?}");
        assert_eq!(operators(&bridge, "/health/live").map(|(status, _)| status), Some(200));
    }
    until("memory is returned", || {
        let now = memory(bridge.pid(), "VmRSS");
        now * 10 <= before * 12
    });
    println!("{} KiB afterwards", memory(bridge.pid(), "VmRSS"));
    let body = create_body(1, "ada@example.com", "Afterwards");
    assert_eq!(bridge.post_signed("create-meeting", &body).unwrap().0, 200);
}

/// Sends this number of concurrent requests of a mebibyte, and counts the answers by status.
async fn flood(bridge: &Bridge, strangers: usize, path: &str) -> BTreeMap<Option<u16>, usize> {
    let address = bridge.address();
    // The signature is for another body.
    let signed = signed_v3(&format!("http://{address}{path}"), "{}", now());
    let head = format!(
        "POST {path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\ncontent-type: application/json\r\n\
         content-length: {MEBIBYTE}\r\nx-signing-token: guessed\r\n{signed}\r\n"
    );
    let request: Arc<[u8]> = [head.into_bytes(), vec![b' '; MEBIBYTE]].concat().into();
    let together = Arc::new(Barrier::new(strangers));
    let tasks: Vec<_> = (0..strangers)
        .map(|_| {
            let (address, request, together) = (address.clone(), Arc::clone(&request), Arc::clone(&together));
            tokio::spawn(async move {
                let stream = TcpStream::connect(&address).await;
                together.wait().await;
                tokio::time::timeout(TIMEOUT, send(stream.ok()?, &request)).await.expect("an end")
            })
        })
        .collect();
    let mut statuses = BTreeMap::new();
    for task in tasks {
        *statuses.entry(task.await.unwrap()).or_default() += 1;
    }
    statuses
}

/// Returns the status of the answer, or `None` if the connection is closed without one.
async fn send(mut stream: TcpStream, request: &[u8]) -> Option<u16> {
    let (mut reading, mut writing) = stream.split();
    let mut answer = Vec::new();
    // Do not send the rest after the answer.
    let written = async {
        let _ = writing.write_all(request).await;
        std::future::pending::<()>().await;
    };
    tokio::select! {
        _ = reading.read_to_end(&mut answer) => {}
        () = written => {}
    }
    String::from_utf8_lossy(&answer).split(' ').nth(1)?.parse().ok()
}
