//! HubSpot's settings as named fields, and their differences.

use serde_json::{Map, Value};

use cordboard::app_settings::State;

/// Returns the fields that are set, in HubSpot's order.
pub(super) fn fields(state: &State) -> Vec<(&'static str, Value)> {
    let text = |text: &String| Value::from(text.as_str());
    match state {
        State::VideoConferencing(video) => [
            ("createMeetingUrl", Some(&video.create_meeting_url)),
            ("updateMeetingUrl", video.update_meeting_url.as_ref()),
            ("deleteMeetingUrl", video.delete_meeting_url.as_ref()),
            ("userVerifyUrl", video.user_verify_url.as_ref()),
            ("fetchAccountsUri", video.fetch_accounts_uri.as_ref()),
        ]
        .into_iter()
        .filter_map(|(name, value)| Some((name, text(value?))))
        .collect(),
        State::ChannelConnection(channel) => {
            let mut fields = vec![("url", text(&channel.url)), ("isReady", Value::from(channel.is_ready))];
            let times = [("createdAt", &channel.created_at), ("updatedAt", &channel.updated_at)];
            fields.extend(times.into_iter().filter_map(|(name, time)| Some((name, text(time.as_ref()?)))));
            fields
        }
        State::Removed => Vec::new(),
    }
}

/// Returns the fields as an object, or null if there are none.
pub(super) fn object(state: Option<&State>) -> Value {
    match state {
        None | Some(State::Removed) => Value::Null,
        Some(state) => {
            fields(state).into_iter().map(|(name, value)| (name.to_owned(), value)).collect::<Map<_, _>>().into()
        }
    }
}

/// A field before and after a change.
#[derive(Debug, PartialEq)]
pub(super) struct Compared {
    pub name: &'static str,
    pub before: Option<Value>,
    pub after: Option<Value>,
}

impl Compared {
    /// Whether the setting changed. Timestamps do not count.
    pub fn differs(&self) -> bool {
        !matches!(self.name, "createdAt" | "updatedAt") && self.before != self.after
    }
}

/// Compares two states field by field: current fields first, then removed ones.
pub(super) fn compared(before: Option<&State>, after: Option<&State>) -> Vec<Compared> {
    let [mut before, after] = [before, after].map(|state| state.map(fields).unwrap_or_default());
    let mut all = Vec::new();
    for (name, value) in after {
        let old = before.iter().position(|(old, _)| *old == name).map(|at| before.remove(at).1);
        all.push(Compared { name, before: old, after: Some(value) });
    }
    all.extend(before.into_iter().map(|(name, value)| Compared { name, before: Some(value), after: None }));
    all
}

/// Returns the fields that differ.
pub(super) fn differences(before: Option<&State>, after: Option<&State>) -> Vec<Compared> {
    compared(before, after).into_iter().filter(Compared::differs).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use cordboard::contract::settings::{ChannelConnectionState, VideoConferencing};

    fn video(create: &str, update: Option<&str>) -> State {
        State::VideoConferencing(VideoConferencing {
            create_meeting_url: create.to_owned(),
            update_meeting_url: update.map(str::to_owned),
            delete_meeting_url: None,
            user_verify_url: None,
            fetch_accounts_uri: None,
        })
    }

    fn channel(is_ready: bool, updated: &str) -> State {
        State::ChannelConnection(ChannelConnectionState {
            url: "https://a".to_owned(),
            is_ready,
            created_at: None,
            updated_at: Some(updated.to_owned()),
        })
    }

    fn named(before: Option<&State>, after: Option<&State>) -> Vec<&'static str> {
        differences(before, after).iter().map(|difference| difference.name).collect()
    }

    #[test]
    fn differences_have_both_values() {
        let (one, other) = (video("https://a", Some("https://b")), video("https://c", None));
        assert_eq!(
            differences(Some(&one), Some(&other)),
            [
                Compared {
                    name: "createMeetingUrl",
                    before: Some("https://a".into()),
                    after: Some("https://c".into())
                },
                Compared { name: "updateMeetingUrl", before: Some("https://b".into()), after: None },
            ]
        );
        assert_eq!(named(None, Some(&one)), ["createMeetingUrl", "updateMeetingUrl"]);
        assert_eq!(named(Some(&one), Some(&State::Removed)), ["createMeetingUrl", "updateMeetingUrl"]);
        assert!(named(Some(&one), Some(&one)).is_empty());
    }

    #[test]
    fn timestamps_do_not_count_as_differences() {
        assert!(named(Some(&channel(true, "1")), Some(&channel(true, "2"))).is_empty());
        assert_eq!(named(Some(&channel(true, "1")), Some(&channel(false, "2"))), ["isReady"]);
    }

    #[test]
    fn removed_settings_are_null() {
        assert_eq!(object(None), Value::Null);
        assert_eq!(object(Some(&State::Removed)), Value::Null);
        assert_eq!(object(Some(&video("https://a", None))), serde_json::json!({ "createMeetingUrl": "https://a" }));
    }
}
