//! Plug for Jitsi Meet, on meet.jit.si or a self-hosted server.
//!
//! Like every plug, it depends on the kit `cordboard_plug` and must not depend on a host or on system interfaces.
//!
//! Jitsi rooms cannot be booked: a room exists while it has participants, and anyone who knows its name may enter. A
//! conference is therefore just an unguessable name, and the plug never calls the server.

mod address;
mod room;

use cordboard_plug::manifest::UpdateMode;
use cordboard_plug::{Conference, Context, Description, Failure, Meeting, Provider, Setting};

use address::Address;
use room::Pattern;

const HOST: Setting<Address> =
    Setting::new("host", "Address of the server, such as https://meet.example.org").or("https://meet.jit.si");
const ROOM_PATTERN: Setting<Pattern> = Setting::new(
    "room-pattern",
    "Pattern for room names: letters, digits and -._~, {random} for 32 random digits, {topic} for the meeting's title",
)
.or("{random}");

/// The Jitsi plug.
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
        let address = context.settings.get(&HOST)?;
        let id = context.settings.get(&ROOM_PATTERN)?.name(context, &meeting);
        let join_url = format!("{address}/{id}");
        Ok(Conference { id, details: details(&join_url), join_url })
    }

    /// Keeps the room, which has neither title nor times.
    async fn update(_context: &Context<'_>, current: Conference, _meeting: Meeting) -> Result<Conference, Failure> {
        Ok(Conference { details: details(&current.join_url), ..current })
    }

    /// Does nothing: a room ceases to exist when the last participant leaves.
    async fn delete(_context: &Context<'_>, _current: Conference) -> Result<(), Failure> {
        Ok(())
    }

    async fn verify_user(_context: &Context<'_>, email: String) -> Result<Option<String>, Failure> {
        Ok(Some(email))
    }
}

fn details(join_url: &str) -> String {
    format!("Join the video conference:\n{join_url}")
}

cordboard_plug::export!(provider: Jitsi);
