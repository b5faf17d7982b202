//! Whether a plug keeps to its limits: each of its operations is called once, before it serves anybody.

use crate::contract::conference::{Conference, Meeting, Person};
use crate::contract::crm::{Created, Outcome};
use crate::contract::effect::Context;
use crate::contract::http::WebhookRequest;
use crate::contract::manifest::{Description, Secrecy, Setting};
use crate::plug::{CallError, Plug, Role};

const NOW: u64 = 1_700_000_000_000;

/// Calls each operation of a plug, each in a store of its own, which is thrown away. A failure in the plug's own words is
/// in order: it is given no settings that make sense.
///
/// # Errors
/// What it broke: each a sentence without a full stop.
pub(super) fn quick(plug: &Plug) -> Result<(), Vec<String>> {
    let context = context(plug.description());
    let faults = match plug.role() {
        Role::Provider => provider(plug, &context),
        Role::Crm => crm(plug, &context),
        Role::Telephony => broken("phone-numbers", plug.phone_numbers(&context, 7)).into_iter().collect(),
    };
    if faults.is_empty() { Ok(()) } else { Err(faults) }
}

fn provider(plug: &Plug, context: &Context) -> Vec<String> {
    let (meeting, current) = (meeting(), conference());
    let mut faults: Vec<_> = [
        broken("create", plug.create(context, &meeting)),
        broken("update", plug.update(context, &current, &meeting)),
        broken("delete", plug.delete(context, &current)),
        broken("verify-user", plug.verify_user(context, "ada@example.com")),
    ]
    .into_iter()
    .flatten()
    .collect();
    faults.extend(requests(plug).filter_map(|request| broken("receive", plug.receive(context, &request))));
    faults
}

fn crm(plug: &Plug, context: &Context) -> Vec<String> {
    let outcome = Outcome::Created(Created { id: "0".repeat(32), conference: conference() });
    let mut faults: Vec<_> = broken("encode", plug.encode(context, &outcome)).into_iter().collect();
    faults.extend(requests(plug).filter_map(|request| broken("decode", plug.decode(context, &request))));
    if plug.has_settings() {
        faults.extend(broken("get-video-conferencing", plug.get_video_conferencing(context, 1)));
        faults.extend(broken("delete-video-conferencing", plug.delete_video_conferencing(context, 1)));
        faults.extend(broken("get-channel-connection", plug.get_channel_connection(context, 1)));
        faults.extend(broken("delete-channel-connection", plug.delete_channel_connection(context, 1)));
    }
    faults
}

fn broken<T>(operation: &str, result: Result<T, CallError>) -> Option<String> {
    result.err().map(|error| format!("in `{operation}`, {error}"))
}

/// An empty one to each route.
fn requests(plug: &Plug) -> impl Iterator<Item = WebhookRequest> {
    plug.description().routes.iter().map(|route| WebhookRequest {
        route: route.name.clone(),
        method: route.methods.first().cloned().unwrap_or_else(|| "POST".to_owned()),
        query: String::new(),
        headers: Vec::new(),
        body: Vec::new(),
        received_at: NOW,
    })
}

/// With what must be set and what has a default.
fn context(description: &Description) -> Context {
    let (open, secret): (Vec<_>, Vec<_>) =
        description.settings.iter().partition(|setting| setting.secrecy == Secrecy::Open);
    let value = |setting: &Setting| {
        setting.default_value.clone().or_else(|| setting.required.then(|| "example.com".to_owned()))
    };
    let required = secret.into_iter().filter(|setting| setting.required);
    Context {
        settings: open.into_iter().filter_map(|setting| Some((setting.key.clone(), value(setting)?))).collect(),
        secrets: required.map(|setting| setting.key.clone()).collect(),
        memory: Vec::new(),
        now: NOW,
        random: (0..16).collect(),
        exchanges: Vec::new(),
    }
}

fn meeting() -> Meeting {
    Meeting {
        topic: "Self-test".to_owned(),
        start: NOW,
        end: NOW + 3_600_000,
        user_id: 7,
        user: Person::Email("ada@example.com".to_owned()),
        account_id: 1,
        source: None,
    }
}

fn conference() -> Conference {
    Conference { id: "1".to_owned(), join_url: "https://example.com/1".to_owned(), details: String::new() }
}
