//! The MeetingRecordingPrepared object: a recorded meeting was merged.

use cordboard_plug::meeting_event::{
    ArtifactChanged, ArtifactKind, ArtifactState, ConferenceRef, EventData, Link, LinkRole, MeetingEvent, Organization,
};
use cordboard_plug::{Document, Rejection, dedupe};
use serde_json::Value;

use super::leaf;
use crate::routes::Hook;

/// An event from a recording. The recording is known by the summary that it belongs to.
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

/// A recording may be merged anew: only one that names its merged file can be told from the next.
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

/// An address on the web or a bare file name; what is neither, such as `javascript:` or `../x`, stays among the extras.
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
