//! The sender's samples and requests.

use cordboard_plug::testing::Script;
use cordboard_plug::{Provider, Receipt, Rejection, WebhookRequest};
use cordboard_veeting::Veeting;

/// The documented Meeting object.
pub const MEETING: &str = include_str!("../fixtures/meeting.json");
/// The documented list of deleted meetings.
pub const DELETED: &str = include_str!("../fixtures/meetings-deleted.json");
/// The documented summary.
pub const SUMMARY: &str = include_str!("../fixtures/summary.json");
/// The documented recording.
pub const RECORDING: &str = include_str!("../fixtures/recording.json");

/// Each webhook with its documented sample.
pub const HOOKS: [(&str, &str); 6] = [
    ("onMeetingScheduled", MEETING),
    ("onMeetingUpdated", MEETING),
    ("onMeetingClosed", MEETING),
    ("onMeetingDeleted", DELETED),
    ("onMeetingSummaryCreated", SUMMARY),
    ("onMeetingRecordingCreated", RECORDING),
];

/// Sends a body to a webhook.
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
    assert!(run.effects.is_empty(), "reading a webhook requires no effects: {:?}", run.effects);
    run.result
}
