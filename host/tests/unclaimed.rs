//! A conference whose asker is gone is taken back where its owner wants that, and nowhere else.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

mod process;

use std::path::Path;
use std::time::Duration;

use bytes::Bytes;
use cordboard::flow::{self, Head, Inbound, Limits};
use cordboard::{Bridge, Config, Options};
use process::{SECRET, create_body, signed_v3};

const WANTS: u64 = 1;
const DOES_NOT: u64 = 2;
const GRACE: Duration = Duration::from_millis(400);

async fn bridge(folder: &Path) -> Bridge {
    let account = |id: u64, name: &str, undo: bool| {
        format!(
            "[account.{id}]\nname = \"{name}\"\napp = 54321\nconferencing = \"rooms\"\nundo-unclaimed = {undo}\n\
             [account.{id}.connection.rooms]\nplug = \"jitsi\"\nsettings = {{ host = \"https://meet.example.org\" }}\n"
        )
    };
    let text = format!(
        "public-url = \"https://bridge.example.com\"\ndata-dir = \"data\"\n\
         [app.54321]\nplug = \"hubspot\"\nsettings = {{ client-secret = \"{SECRET}\" }}\n{}{}",
        account(WANTS, "globex", true),
        account(DOES_NOT, "initech", false)
    );
    let config = Config::parse(&text, folder, &|_| None).unwrap();
    let limits = Limits { unclaimed: GRACE, ..Limits::default() };
    Bridge::start_with(&config, Options { limits: Some(limits), ..Options::default() }).await.unwrap()
}

/// Asks, and gives the answer with the operation that is marked when the answer is taken.
async fn ask(bridge: &Bridge, route: &str, body: &str) -> (serde_json::Value, Option<String>) {
    let url = format!("https://bridge.example.com/hubspot/54321/{route}");
    let now = flow::now();
    let signed = signed_v3(&url, body, now);
    let headers = signed.lines().map(|line| {
        let (name, value) = line.split_once(": ").unwrap();
        (name.to_owned(), value.as_bytes().to_vec())
    });
    let head = Head {
        method: "POST".to_owned(),
        route: route.to_owned(),
        url,
        query: String::new(),
        headers: headers.collect(),
        body_length: Some(body.len()),
        received_at: now,
    };
    let to = flow::for_app(bridge.switchboard(), "hubspot", "54321", &head, body.len()).unwrap();
    let request = Inbound { head, body: Bytes::from(body.to_owned()) };
    let reply = flow::command(bridge.switchboard(), &to, request).await;
    assert!(reply.status < 300, "{} {:?}", reply.status, reply.body);
    (serde_json::from_slice(&reply.body).unwrap_or_default(), reply.operation)
}

/// The id of a conference whose answer nobody took.
async fn unclaimed(bridge: &Bridge, account: u64, topic: &str) -> String {
    let (answer, _) = ask(bridge, "create-meeting", &create_body(account, "a@example.com", topic)).await;
    answer["conferenceId"].as_str().unwrap().to_owned()
}

async fn is_there(bridge: &Bridge, id: &str) -> bool {
    bridge.switchboard().store.conference(id).await.unwrap().unwrap().deleted_at.is_none()
}

#[tokio::test]
async fn an_unclaimed_conference_is_taken_back_where_its_owner_wants_that() {
    let folder = tempfile::tempdir().unwrap();
    let bridge = bridge(folder.path()).await;
    let board = bridge.switchboard();
    let gone = unclaimed(&bridge, WANTS, "Nobody waits for this").await;
    let kept = unclaimed(&bridge, DOES_NOT, "Nor for this").await;

    let (answer, operation) = ask(&bridge, "create-meeting", &create_body(WANTS, "a@example.com", "Taken")).await;
    let taken = answer["conferenceId"].as_str().unwrap().to_owned();
    board.take(operation.unwrap());

    // Who changes a conference had the answer, whatever became of the connection.
    let changed = unclaimed(&bridge, WANTS, "Changed").await;
    let change = format!(
        r#"{{"conferenceId":"{changed}","portalId":{WANTS},"userId":123,"userEmail":"a@example.com","topic":"Other","startTime":1,"endTime":2}}"#
    );
    ask(&bridge, "update-meeting", &change).await;
    // What another account leaves lying about is in nobody's way.
    for number in 0..150 {
        unclaimed(&bridge, DOES_NOT, &format!("Meeting {number}")).await;
    }

    let late = unclaimed(&bridge, WANTS, "The repeat may still come").await;
    assert!(is_there(&bridge, &late).await);
    tokio::time::sleep(GRACE * 2).await;
    let fresh = unclaimed(&bridge, WANTS, "Asked for this moment").await;
    assert_eq!(flow::undo_unclaimed(board).await.unwrap(), 2);
    for (id, expected) in
        [(&gone, false), (&late, false), (&fresh, true), (&kept, true), (&taken, true), (&changed, true)]
    {
        assert_eq!(is_there(&bridge, id).await, expected, "{id}");
    }
    assert_eq!(flow::undo_unclaimed(board).await.unwrap(), 0);
    bridge.stop().await;
}
