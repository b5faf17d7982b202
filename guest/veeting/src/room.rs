//! Conferences by a link that the operator gives.

use cordboard_plug::{Conference, Context, Failure, Meeting, Setting};

use crate::template::Template;

/// The link. One without `{random}` is taken too: a permanent room has the same link for every meeting, and who may
/// enter it is Veeting's to say.
pub const ROOM_URL: Setting<String> = Setting::new(
    "room-url",
    "The link to join, such as that of a permanent room; {random} is 32 random digits, {topic} the meeting's title",
);

/// What HubSpot and browsers take without trouble.
const LONGEST_URL: usize = 2_000;

/// A conference under the link of the settings. Its id is ours: no event of the sender will carry it.
pub fn create(context: &Context<'_>, meeting: &Meeting) -> Result<Conference, Failure> {
    let template = context.settings.find(&ROOM_URL)?.ok_or(Failure::Unsupported)?;
    let join_url = link(context, &template, &meeting.topic)
        .map_err(|problem| Failure::Invalid(format!("the setting `{}` {problem}", ROOM_URL.key())))?;
    Ok(Conference { id: context.random.hex(), details: details(&join_url), join_url })
}

/// The link leads where it led, whatever the meeting now is.
pub fn update(context: &Context<'_>, current: Conference) -> Result<Conference, Failure> {
    context.settings.find(&ROOM_URL)?.ok_or(Failure::Unsupported)?;
    Ok(Conference { details: details(&current.join_url), ..current })
}

fn link(context: &Context<'_>, template: &str, topic: &str) -> Result<String, String> {
    let url = Template::parse(template)?.fill(context.random, topic);
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
    let Some(rest) = rest.filter(|rest| !rest.is_empty() && !rest.starts_with(['/', '?', '#', ':'])) else {
        return Err("is not a link: begin it with `https://` and the host".to_owned());
    };
    if rest.split(['/', '?', '#']).next().is_some_and(|authority| authority.contains('@')) {
        return Err("has an `@` before its path: leave out user and password".to_owned());
    }
    if !url.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~:/?#[]@!$&'()*+,;=%".contains(&byte)) {
        return Err("has characters that a link cannot hold: write them percent-encoded".to_owned());
    }
    if url.len() > LONGEST_URL {
        return Err(format!("makes a link of more than {LONGEST_URL} characters: shorten it"));
    }
    Ok(url)
}

fn details(join_url: &str) -> String {
    format!("Join the video conference:\n{join_url}")
}
