//! Creates conferences from a link that the operator configures.

use std::str::FromStr;

use cordboard_plug::template::Template;
use cordboard_plug::{Conference, Context, Failure, Meeting, Setting};

/// The setting with the link. It may lack `{random}`: a permanent room has the same link for every meeting, and Veeting
/// controls who may enter.
pub const ROOM_URL: Setting<RoomUrl> = Setting::new(
    "room-url",
    "Link for attendees, such as that of a permanent room; {random} is 32 random digits, {topic} the meeting's title",
);

/// The length that HubSpot and browsers handle reliably, in bytes.
const MAX_URL_LEN: usize = 2_000;

/// Creates a conference with the configured link. Its id is random and never occurs in the sender's events.
pub fn create(context: &Context<'_>, meeting: &Meeting) -> Result<Conference, Failure> {
    let RoomUrl(template) = context.settings.find(&ROOM_URL)?.ok_or(Failure::Unsupported)?;
    let join_url = template.fill(context.random, &meeting.topic);
    Ok(Conference { id: context.random.hex(), details: details(&join_url), join_url })
}

/// Keeps the link of a conference, whatever changed in the meeting.
pub fn update(context: &Context<'_>, current: Conference) -> Result<Conference, Failure> {
    context.settings.find(&ROOM_URL)?.ok_or(Failure::Unsupported)?;
    Ok(Conference { details: details(&current.join_url), ..current })
}

fn details(join_url: &str) -> String {
    format!("Join the video conference:\n{join_url}")
}

/// A template that always expands to a valid link.
#[derive(Clone, Debug, PartialEq)]
pub struct RoomUrl(Template);

impl FromStr for RoomUrl {
    /// The problem and its fix.
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let template: Template = text.parse()?;
        let url = template.longest();
        let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
        let Some(rest) = rest.filter(|rest| !rest.is_empty() && !rest.starts_with(['/', '?', '#', ':'])) else {
            return Err("it is not a link: start it with `https://` and the host");
        };
        if rest.split(['/', '?', '#']).next().is_some_and(|authority| authority.contains('@')) {
            return Err("it has an `@` before its path: remove user and password");
        }
        if !url.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~:/?#[]@!$&'()*+,;=%".contains(&byte)) {
            return Err("it has characters that are invalid in a link: percent-encode them");
        }
        if url.len() > MAX_URL_LEN {
            return Err("its link can be longer than 2000 characters: shorten it");
        }
        Ok(Self(template))
    }
}
