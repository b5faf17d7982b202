//! The sender: its samples, and how it calls.

use cordboard_plug::testing::Script;
use cordboard_plug::{Provider, Receipt, Rejection, WebhookRequest};
use cordboard_veeting::Veeting;

/// The Meeting object of the sender's documents.
pub const MEETING: &str = include_str!("../fixtures/meeting.json");
/// The list of what was deleted.
pub const DELETED: &str = include_str!("../fixtures/meetings-deleted.json");
/// The summary.
pub const SUMMARY: &str = include_str!("../fixtures/summary.json");
/// The recording.
pub const RECORDING: &str = include_str!("../fixtures/recording.json");

/// Each hook with the documents' sample for it.
pub const HOOKS: [(&str, &str); 6] = [
    ("onMeetingScheduled", MEETING),
    ("onMeetingUpdated", MEETING),
    ("onMeetingClosed", MEETING),
    ("onMeetingDeleted", DELETED),
    ("onMeetingSummaryCreated", SUMMARY),
    ("onMeetingRecordingCreated", RECORDING),
];

/// Sends a body to a hook.
pub fn receive(route: &str, body: &[u8]) -> Result<Receipt, Rejection> {
    let request = WebhookRequest {
        route: route.to_owned(),
        method: "POST".to_owned(),
        query: String::new(),
        headers: Vec::new(),
        body: body.to_vec(),
        received_at: 1_767_323_045_000,
    };
    let run = Script::new().run(async |context| Veeting::receive(context, request.clone()).await).unwrap();
    assert!(run.effects.is_empty(), "reading needs no effect: {:?}", run.effects);
    run.result
}
