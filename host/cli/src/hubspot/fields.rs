//! HubSpot's settings as named fields, and their differences.

use serde_json::Value;

use cordboard::contract::settings::{Endpoint, EndpointSettings};

/// The routes that HubSpot calls for video conferencing, with HubSpot's fields for their addresses.
pub(crate) const VIDEO: [(&str, &str); 4] = [
    ("create-meeting", "createMeetingUrl"),
    ("update-meeting", "updateMeetingUrl"),
    ("delete-meeting", "deleteMeetingUrl"),
    ("verify-user", "userVerifyUrl"),
];

/// The route that HubSpot calls for telephone numbers. Its address is the `url` of the channel connection.
pub(crate) const PHONE_NUMBERS: &str = "phone-numbers";

/// Returns an endpoint that is in use.
pub(crate) fn endpoint(purpose: &str, url: String) -> Endpoint {
    Endpoint { purpose: purpose.to_owned(), url, enabled: true }
}

/// Returns the fields that are set, in HubSpot's order.
pub(super) fn fields(settings: Option<&EndpointSettings>) -> Vec<(&str, Value)> {
    let Some(settings) = settings else { return Vec::new() };
    let mut fields = Vec::new();
    for endpoint in &settings.endpoints {
        fields.push((field(&endpoint.purpose), Value::from(endpoint.url.as_str())));
        if endpoint.purpose == PHONE_NUMBERS {
            fields.push(("isReady", Value::from(endpoint.enabled)));
        }
    }
    fields.extend(settings.extras.iter().map(|(name, value)| (name.as_str(), Value::from(value.as_str()))));
    fields
}

/// Returns HubSpot's field for the address of a route.
fn field(purpose: &str) -> &str {
    match VIDEO.iter().find(|(route, _)| *route == purpose) {
        Some(&(_, field)) => field,
        None if purpose == PHONE_NUMBERS => "url",
        None => purpose,
    }
}

/// Returns the fields as an object, or null if there are none.
pub(super) fn object(settings: Option<&EndpointSettings>) -> Value {
    settings.map_or(Value::Null, |_| fields(settings).into_iter().collect())
}

/// A field before and after a change.
#[derive(Debug, PartialEq)]
pub(super) struct Compared<'a> {
    pub name: &'a str,
    pub before: Option<Value>,
    pub after: Option<Value>,
}

impl Compared<'_> {
    /// Whether the setting changed. Timestamps do not count.
    pub fn differs(&self) -> bool {
        !matches!(self.name, "createdAt" | "updatedAt") && self.before != self.after
    }
}

/// Compares settings field by field: current fields first, then removed ones.
pub(super) fn compared<'a>(
    before: Option<&'a EndpointSettings>,
    after: Option<&'a EndpointSettings>,
) -> Vec<Compared<'a>> {
    let [mut before, after] = [before, after].map(fields);
    let mut all = Vec::new();
    for (name, value) in after {
        let old = before.iter().position(|(old, _)| *old == name).map(|at| before.remove(at).1);
        all.push(Compared { name, before: old, after: Some(value) });
    }
    all.extend(before.into_iter().map(|(name, value)| Compared { name, before: Some(value), after: None }));
    all
}

/// Returns the fields that differ.
pub(super) fn differences<'a>(
    before: Option<&'a EndpointSettings>,
    after: Option<&'a EndpointSettings>,
) -> Vec<Compared<'a>> {
    compared(before, after).into_iter().filter(|field| field.differs()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn video(create: &str, update: Option<&str>) -> EndpointSettings {
        let mut endpoints = vec![endpoint("create-meeting", create.to_owned())];
        endpoints.extend(update.map(|url| endpoint("update-meeting", url.to_owned())));
        EndpointSettings { endpoints, extras: vec![("fetchAccountsUri".to_owned(), "https://f".to_owned())] }
    }

    fn channel(is_ready: bool, updated: &str) -> EndpointSettings {
        let endpoint = Endpoint { enabled: is_ready, ..endpoint(PHONE_NUMBERS, "https://a".to_owned()) };
        EndpointSettings { endpoints: vec![endpoint], extras: vec![("updatedAt".to_owned(), updated.to_owned())] }
    }

    fn named<'a>(before: Option<&'a EndpointSettings>, after: Option<&'a EndpointSettings>) -> Vec<&'a str> {
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
        let all = ["createMeetingUrl", "updateMeetingUrl", "fetchAccountsUri"];
        assert_eq!(named(None, Some(&one)), all);
        assert_eq!(named(Some(&one), None), all);
        assert!(named(Some(&one), Some(&one)).is_empty());
    }

    #[test]
    fn timestamps_do_not_count_as_differences() {
        assert!(named(Some(&channel(true, "1")), Some(&channel(true, "2"))).is_empty());
        assert_eq!(named(Some(&channel(true, "1")), Some(&channel(false, "2"))), ["isReady"]);
    }

    #[test]
    fn settings_are_an_object_and_removed_ones_are_null() {
        assert_eq!(object(None), Value::Null);
        assert_eq!(
            object(Some(&video("https://a", None))),
            serde_json::json!({ "createMeetingUrl": "https://a", "fetchAccountsUri": "https://f" })
        );
        assert_eq!(
            object(Some(&channel(false, "1"))),
            serde_json::json!({ "url": "https://a", "isReady": false, "updatedAt": "1" })
        );
    }
}
