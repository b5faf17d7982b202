//! The plug for Jitsi Meet: on meet.jit.si, or on a server of one's own.
//!
//! Jitsi has no rooms to book: a room is there while somebody is in it, and who knows its name may enter. So a
//! conference is a name that nobody can guess, and nothing is asked of the server.

mod address;
mod template;

use cordboard_plug::manifest::UpdateMode;
use cordboard_plug::{Conference, Context, Description, Failure, Meeting, Provider, Setting};

use template::Template;

const HOST: Setting<String> =
    Setting::new("host", "Address of the server, such as https://meet.example.org").or("https://meet.jit.si");
const ROOM_PATTERN: Setting<String> = Setting::new(
    "room-pattern",
    "Name of a room: letters, digits, -._~, with {random} for 32 random digits and {topic} for the meeting's title",
)
.or("{random}");

/// Filled in, a pattern stays within what XMPP takes as a room's name: 1023 bytes (RFC 7622).
const LONGEST_PATTERN: usize = 128;

/// Rooms of a Jitsi Meet server.
pub struct Jitsi;

impl Provider for Jitsi {
    fn describe() -> Description {
        let mut description =
            cordboard_plug::describe("jitsi", "Rooms of a Jitsi Meet server", env!("CARGO_PKG_VERSION"));
        description.settings = vec![HOST.declared(), ROOM_PATTERN.declared()];
        description.capabilities.creates = true;
        description.capabilities.updates = UpdateMode::InPlace;
        description.capabilities.deletes = true;
        description
    }

    async fn create(context: &Context<'_>, meeting: Meeting) -> Result<Conference, Failure> {
        let host = context.settings.get(&HOST)?;
        let address = address::parse(&host).map_err(|problem| wrong(HOST.key(), problem))?;
        let id = room(context, &meeting.topic)?;
        let join_url = format!("{address}/{id}");
        Ok(Conference { id, details: details(&join_url), join_url })
    }

    /// A room knows neither title nor times: it stays as it is.
    async fn update(_context: &Context<'_>, current: Conference, _meeting: Meeting) -> Result<Conference, Failure> {
        Ok(Conference { details: details(&current.join_url), ..current })
    }

    /// A room is gone when everybody has left it.
    async fn delete(_context: &Context<'_>, _current: Conference) -> Result<(), Failure> {
        Ok(())
    }

    async fn verify_user(_context: &Context<'_>, email: String) -> Result<Option<String>, Failure> {
        Ok(Some(email))
    }
}

fn room(context: &Context<'_>, topic: &str) -> Result<String, Failure> {
    let pattern = context.settings.get(&ROOM_PATTERN)?;
    let refuse = |problem: &str| wrong(ROOM_PATTERN.key(), problem);
    if pattern.len() > LONGEST_PATTERN {
        return Err(refuse("is longer than 128 characters: shorten it"));
    }
    let template = Template::parse(&pattern).map_err(|problem| refuse(&problem))?;
    if !template.has_random() {
        return Err(refuse("makes names that can be guessed, and who knows the name may enter: add `{random}`"));
    }
    let room = template.fill(context.random, topic);
    if !room.bytes().all(address::is_unreserved) {
        return Err(refuse("has characters that a link cannot hold: use letters, digits and `-._~`"));
    }
    Ok(room)
}

fn details(join_url: &str) -> String {
    format!("Join the video conference:\n{join_url}")
}

fn wrong(key: &str, problem: &str) -> Failure {
    Failure::Invalid(format!("the setting `{key}` {problem}"))
}

cordboard_plug::export!(provider: Jitsi);
