//! A thousand strangers with a mebibyte each.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use cordboard::descriptors::Descriptors;
use cordboard::flow::now;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::Barrier;

use super::super::process::{Bridge, create_body, signed_v3};
use super::{memory, operators, until};

const STRANGERS: usize = 1000;
const MEBIBYTE: usize = 1 << 20;
/// In KiB.
const MAX_KIB: u64 = 200 << 10;
/// Slow machines are slow.
const TIMEOUT: Duration = Duration::from_secs(120);

/// Nothing is known to these strangers; and these know an address and sign, wrongly.
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
    // As much as a stranger could wish for.
    let top = "crm-body-limit-bytes = 1048576";
    let bridge = Bridge::configured(folder.path(), top, ACCOUNT, None, std::io::sink());
    let runtime = tokio::runtime::Runtime::new().unwrap();
    // Memory that any work takes is not the strangers'.
    for number in 0..20 {
        let body = create_body(1, "ada@example.com", &format!("Meeting {number}"));
        assert_eq!(bridge.post_signed("create-meeting", &body).unwrap().0, 200);
    }
    // What that left is given back, too.
    std::thread::sleep(Duration::from_secs(7));
    let before = memory(bridge.pid(), "VmRSS");

    for path in ["/nowhere/at/all", "/in/no-key-of-anybody/events", "/hubspot/54321/create-meeting"] {
        let statuses = runtime.block_on(flood(&bridge, STRANGERS, path));
        let peak = memory(bridge.pid(), "VmHWM");
        println!("{path}: {statuses:?}, {before} KiB before, {peak} KiB at most");
        assert!(peak < MAX_KIB, "{path}: {peak} KiB, {before} KiB before: {statuses:?}");
        // Of those that know an address some are read, within the budget, and found wrong.
        let read = statuses.keys().any(|status| *status == Some(401));
        assert_eq!(read, path.starts_with("/hubspot"), "{path}: {statuses:?}");
        assert_eq!(operators(&bridge, "/health/live").map(|(status, _)| status), Some(200));
    }
    until("memory is back", Duration::from_secs(60), || {
        let now = memory(bridge.pid(), "VmRSS");
        now * 10 <= before * 12
    });
    println!("{} KiB afterwards", memory(bridge.pid(), "VmRSS"));
    let body = create_body(1, "ada@example.com", "Afterwards");
    assert_eq!(bridge.post_signed("create-meeting", &body).unwrap().0, 200);
}

/// So many connections that send a mebibyte at one time, and how each was answered.
async fn flood(bridge: &Bridge, strangers: usize, path: &str) -> BTreeMap<Option<u16>, usize> {
    let address = bridge.address();
    // Signed, but not for this body.
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
                tokio::time::timeout(TIMEOUT, sent(stream.ok()?, &request)).await.expect("an end")
            })
        })
        .collect();
    let mut statuses = BTreeMap::new();
    for task in tasks {
        *statuses.entry(task.await.unwrap()).or_default() += 1;
    }
    statuses
}

/// The status of the answer; none where the connection broke before it.
async fn sent(mut stream: TcpStream, request: &[u8]) -> Option<u16> {
    let (mut reading, mut writing) = stream.split();
    let mut answer = Vec::new();
    // Who is answered need not send the rest.
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
