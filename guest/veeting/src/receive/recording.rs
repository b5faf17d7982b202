//! Reads the MeetingRecordingPrepared object: the recording of a meeting was merged.

use cordboard_plug::meeting_event::{
    ArtifactChanged, ArtifactKind, ArtifactState, ConferenceRef, EventData, Link, LinkRole, MeetingEvent, Organization,
};
use cordboard_plug::{Document, Rejection, dedupe};
use serde_json::Value;

use super::leaf;
use crate::routes::Hook;

/// Reads an event from a recording, which is identified by the summary that it belongs to.
pub fn read(hook: Hook, mut body: Document) -> Result<MeetingEvent, Rejection> {
    let meeting_id = leaf::identity(&mut body, "/meetingId", "/meetingId")?;
    let dedupe_key = dedupe_key(hook, &meeting_id, &body);
    let artifact = ArtifactChanged {
        kind: ArtifactKind::Recording,
        state: ArtifactState::Ready,
        id: body.id("/meetingSummaryId"),
        links: links(&mut body),
        token: body.text("/meetingToken"),
    };
    Ok(MeetingEvent {
        source_event: hook.name().to_owned(),
        occurred_at: None,
        conference: Some(ConferenceRef { id: meeting_id, code: None }),
        organization: Organization { company: None, host: None },
        data: EventData::Artifact(artifact),
        dedupe_key,
        extras: body.into_extras(),
    })
}

/// Returns the dedupe key if the body names its merged file: a recording may be merged several times, and only the file
/// distinguishes them.
fn dedupe_key(hook: Hook, meeting_id: &str, body: &Document) -> Option<String> {
    body.peek("/mergedRecordingUrl")?.as_str().filter(|url| !url.is_empty())?;
    let parts = ["/meetingSummaryId", "/meetingToken", "/mergedRecordingUrl"];
    let parts = parts.iter().map(|pointer| leaf::part(body, pointer));
    dedupe::key([hook.name().into(), meeting_id.into()].into_iter().chain(parts).collect())
}

fn links(body: &mut Document) -> Vec<Link> {
    let mut links: Vec<_> = body.take("/mergedRecordingUrl", |url| link(LinkRole::Merged, url)).into_iter().collect();
    let parts = body.peek("/recordingUrls").and_then(Value::as_array).map_or(0, Vec::len);
    for index in 0..parts {
        links.extend(body.take(&format!("/recordingUrls/{index}"), |url| link(LinkRole::Part, url)));
    }
    links
}

/// Reads a web address or a bare file name. Anything else, such as `javascript:` or `../x`, becomes an extra.
fn link(role: LinkRole, url: &Value) -> Option<Link> {
    let url = url.as_str()?;
    let absolute = is_absolute(url);
    (absolute || is_file_name(url)).then(|| Link { role, url: url.to_owned(), relative: !absolute, expires_at: None })
}

fn is_absolute(url: &str) -> bool {
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
    rest.is_some_and(|rest| !rest.is_empty() && !rest.contains(|c: char| c.is_control() || c.is_whitespace()))
}

fn is_file_name(url: &str) -> bool {
    let is_path = |c: char| c.is_control() || r"/\:?#".contains(c);
    !matches!(url, "" | "." | "..") && !url.contains(is_path)
}
