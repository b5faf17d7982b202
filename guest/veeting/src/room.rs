//! Conferences by a link that the operator gives.

use std::str::FromStr;

use cordboard_plug::template::Template;
use cordboard_plug::{Conference, Context, Failure, Meeting, Setting};

/// The link. One without `{random}` is taken too: a permanent room has the same link for every meeting, and who may
/// enter it is Veeting's to say.
pub const ROOM_URL: Setting<RoomUrl> = Setting::new(
    "room-url",
    "The link to join, such as that of a permanent room; {random} is 32 random digits, {topic} the meeting's title",
);

/// What HubSpot and browsers take without trouble, in bytes.
const MAX_URL_LEN: usize = 2_000;

/// A conference under the link of the settings. Its id is ours: no event of the sender will carry it.
pub fn create(context: &Context<'_>, meeting: &Meeting) -> Result<Conference, Failure> {
    let RoomUrl(template) = context.settings.find(&ROOM_URL)?.ok_or(Failure::Unsupported)?;
    let join_url = template.fill(context.random, &meeting.topic);
    Ok(Conference { id: context.random.hex(), details: details(&join_url), join_url })
}

/// The link leads where it led, whatever the meeting now is.
pub fn update(context: &Context<'_>, current: Conference) -> Result<Conference, Failure> {
    context.settings.find(&ROOM_URL)?.ok_or(Failure::Unsupported)?;
    Ok(Conference { details: details(&current.join_url), ..current })
}

fn details(join_url: &str) -> String {
    format!("Join the video conference:\n{join_url}")
}

/// A template of which every filling is a link.
#[derive(Clone, Debug, PartialEq)]
pub struct RoomUrl(Template);

impl FromStr for RoomUrl {
    /// What is wrong with it and how to fix it.
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let template: Template = text.parse()?;
        let url = template.longest();
        let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
        let Some(rest) = rest.filter(|rest| !rest.is_empty() && !rest.starts_with(['/', '?', '#', ':'])) else {
            return Err("it is not a link: begin it with `https://` and the host");
        };
        if rest.split(['/', '?', '#']).next().is_some_and(|authority| authority.contains('@')) {
            return Err("it has an `@` before its path: leave out user and password");
        }
        if !url.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~:/?#[]@!$&'()*+,;=%".contains(&byte)) {
            return Err("it has characters that a link cannot hold: write them percent-encoded");
        }
        if url.len() > MAX_URL_LEN {
            return Err("it makes a link of more than 2000 characters: shorten it");
        }
        Ok(Self(template))
    }
}
