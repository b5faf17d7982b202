//! Conferences between their plug, the store and the CRM.

use crate::contract::conference::{Conference as AtProvider, Meeting, Person};
use crate::contract::manifest::UpdateMode;
use crate::plug::CallError;
use crate::store::{Conference, ConnectionId};
use crate::world::Generation;

use super::{Refusal, Switchboard};

/// The longest id of a provider's, in bytes.
pub(super) const MAX_ID: usize = 512;
const MAX_URL: usize = 2048;
const MAX_DETAILS: usize = 16 << 10;

/// Whether a plug's id can be kept and told to others.
pub(super) fn is_id(text: &str) -> bool {
    !text.is_empty() && text.len() <= MAX_ID && !text.contains(char::is_control)
}

/// Checks what a plug says it made.
///
/// # Errors
/// Where no CRM could use it.
pub(super) fn check(made: &AtProvider) -> Result<(), CallError> {
    let broken = |why: &str| Err(CallError::ContractBroken(why.to_owned()));
    if !is_id(&made.id) {
        return broken("the conference's id is empty, too long or not text");
    }
    let link = url::Url::parse(&made.join_url).ok();
    let followed = link.is_some_and(|link| matches!(link.scheme(), "https" | "http") && link.has_host());
    // A parser of URLs drops line breaks and blanks instead of refusing them, and who follows the link may not.
    let foreign = |char: char| char.is_whitespace() || char.is_control();
    if !followed || made.join_url.len() > MAX_URL || made.join_url.contains(foreign) {
        return broken("the conference's link is not an http address of at most 2048 bytes");
    }
    if made.details.len() > MAX_DETAILS || made.details.contains('\0') {
        return broken("the conference's details are too long or not text");
    }
    Ok(())
}

/// The record of a conference that was made for a meeting.
pub(super) fn record(
    id: String,
    app: u64,
    connection: ConnectionId,
    made: &AtProvider,
    meeting: &Meeting,
    created_at: u64,
) -> Conference {
    let user = match &meeting.user {
        Person::Email(user) | Person::Verified(user) => user.clone(),
    };
    Conference {
        id,
        app,
        connection,
        provider_id: made.id.clone(),
        join_url: made.join_url.clone(),
        details: made.details.clone(),
        user_id: meeting.user_id,
        user,
        topic: meeting.topic.clone(),
        start: meeting.start,
        end: meeting.end,
        created_at,
        deleted_at: None,
    }
}

/// The record of a conference that is brought up to what its meeting now is.
pub(super) fn changed(current: &Conference, after: &AtProvider, meeting: &Meeting) -> Conference {
    record(current.id.clone(), current.app, current.connection.clone(), after, meeting, current.created_at)
}

/// A conference of this app, deleted ones too.
pub(super) async fn find(board: &Switchboard, app: u64, id: &str) -> Result<Conference, Refusal> {
    let found = board.store.conference(id).await?;
    found.filter(|conference| conference.app == app).ok_or(Refusal::Unknown("conference"))
}

/// As the provider's plug knows it.
pub(super) fn at_provider(conference: &Conference) -> AtProvider {
    AtProvider {
        id: conference.provider_id.clone(),
        join_url: conference.join_url.clone(),
        details: conference.details.clone(),
    }
}

/// As the CRM is told of it. It reads a link only once, so where the provider's may change it is given ours, which leads
/// to the present one.
pub(super) fn for_crm(public_url: &str, generation: &Generation, conference: &Conference) -> AtProvider {
    let mut told = at_provider(conference);
    if generation.plug.description().capabilities.updates == UpdateMode::MayChangeLink {
        let ours = format!("{public_url}/j/{}", conference.link());
        told.details = told.details.replace(&told.join_url, &ours);
        told.join_url = ours;
    }
    told
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_is_one_that_can_be_followed_as_it_stands() {
        let made = |link: &str| AtProvider { id: "1".to_owned(), join_url: link.to_owned(), details: String::new() };
        for right in ["https://meet.example/a?b#c", "http://meet.example", "https://meet.example/Gespräch"] {
            assert_eq!(check(&made(right)), Ok(()), "{right}");
        }
        for wrong in [
            "",
            "javascript:alert(1)",
            "https://",
            "https://meet.example/a\r\nx: y",
            " https://meet.example",
            "https://meet.example/a b",
            "https://meet.example/\u{1b}[31m",
            &format!("https://meet.example/{}", "a".repeat(MAX_URL)),
        ] {
            assert!(check(&made(wrong)).is_err(), "{wrong}");
        }
    }
}
