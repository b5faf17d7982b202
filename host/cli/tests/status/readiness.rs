//! `/health/ready` says whether commits succeed.

use std::thread;
use std::time::{Duration, Instant};

use crate::ask;
use crate::process::Bridge;

/// Waits until `/health/ready` has this status, and returns the body.
pub fn until_ready_is(bridge: &Bridge, status: u16) -> String {
    let began = Instant::now();
    loop {
        let (current, body) = ask(bridge, "/health/ready");
        if current == status {
            return body;
        }
        assert!(began.elapsed() < Duration::from_secs(60), "{current} {body}");
        thread::sleep(Duration::from_millis(100));
    }
}

#[test]
fn a_bridge_is_not_ready_while_another_process_locks_the_database() {
    let folder = tempfile::tempdir().unwrap();
    let bridge = Bridge::start(folder.path(), "");
    assert_eq!(ask(&bridge, "/health/ready"), (200, "ready\n".to_owned()));

    let holder = rusqlite::Connection::open(folder.path().join("cordboard.db")).unwrap();
    holder.busy_timeout(Duration::from_secs(30)).unwrap();
    holder.execute_batch("BEGIN IMMEDIATE").unwrap();
    let reason = until_ready_is(&bridge, 503);
    assert!(reason.contains("cordboard.db"), "{reason}");
    // The answer stays the same during many checks.
    for _ in 0..20 {
        let (status, body) = ask(&bridge, "/health/ready");
        assert_eq!(status, 503, "{body}");
    }
    assert_eq!(ask(&bridge, "/health/live").0, 200);

    holder.execute_batch("ROLLBACK").unwrap();
    until_ready_is(&bridge, 200);
}
