//! Tests of configurations that do not match their plugs.

use std::path::Path;

use cordboard_core::types::manifest::{
    Authenticity, Capabilities, Digest, Format, IfUnset, Place, Route, Secrecy, SecretForm, Setting, SignatureEncoding,
    SignatureScheme, UpdateMode,
};

use super::*;

fn setting(key: &str, secrecy: Secrecy, required: bool, default_value: Option<&str>) -> Setting {
    Setting {
        key: key.into(),
        summary: format!("Summary of {key}"),
        secrecy,
        required,
        default_value: default_value.map(str::to_owned),
    }
}

fn signature(name: &str) -> SignatureScheme {
    SignatureScheme {
        name: name.into(),
        applies_if: Vec::new(),
        at: Place { header: "x-signature".into(), format: Format::Whole },
        digest: Digest::Sha256,
        keyed: true,
        secret_form: SecretForm::Text,
        encoding: SignatureEncoding::Hex,
        prefix: String::new(),
        texts: Vec::new(),
        freshness: None,
    }
}

fn route(name: &str, authenticity: Authenticity, secret: &str, if_unset: IfUnset) -> Route {
    Route {
        name: name.into(),
        summary: String::new(),
        methods: vec!["POST".into()],
        authenticity,
        secrets: if secret.is_empty() { Vec::new() } else { vec![secret.into()] },
        if_unset,
        media_types: Vec::new(),
        headers: Vec::new(),
    }
}

fn description(name: &str, settings: Vec<Setting>, routes: Vec<Route>) -> Description {
    Description {
        name: name.into(),
        summary: String::new(),
        version: "1.0.0".into(),
        routes,
        settings,
        capabilities: Capabilities {
            creates: false,
            creates_with: Vec::new(),
            updates: UpdateMode::None,
            deletes: false,
            knows_users: false,
        },
        outbound_hosts: Vec::new(),
    }
}

fn crm() -> Description {
    let signed = || Authenticity::Signatures(vec![signature("v3"), signature("v1")]);
    description(
        "crm",
        vec![setting("client-secret", Secrecy::Inbound, true, None)],
        vec![route("create", signed(), "client-secret", IfUnset::Refuse)],
    )
}

fn rooms() -> Description {
    let signed = |name: &str| Authenticity::Signatures(vec![signature(name)]);
    let mut rooms = description(
        "rooms",
        vec![
            setting("host", Secrecy::Open, true, None),
            setting("region", Secrecy::Open, false, Some("eu.example.org")),
            setting("token", Secrecy::Outbound, false, None),
            setting("account-token", Secrecy::Outbound, false, None),
            setting("signing-key", Secrecy::Inbound, false, None),
            setting("open-key", Secrecy::Inbound, false, None),
        ],
        vec![
            route("events", signed("v2"), "signing-key", IfUnset::Refuse),
            route("notices", signed("v1"), "signing-key", IfUnset::Refuse),
            route("bare", Authenticity::SharedSecret("x-key".into()), "open-key", IfUnset::Accept),
            route("plain", Authenticity::None, "", IfUnset::Accept),
        ],
    );
    rooms.capabilities.creates = true;
    rooms.capabilities.creates_with = vec!["token".into(), "account-token".into()];
    rooms.outbound_hosts = vec!["{host}".into(), "{region}:8443".into()];
    rooms
}

/// Returns the faults and warnings of a configuration, as displayed.
fn report(text: &str, public_url: &str) -> (Vec<String>, Vec<String>) {
    let mut lax = crm();
    lax.name = "lax".into();
    lax.settings.clear();
    lax.routes = vec![
        route("open", Authenticity::SharedSecret("x".into()), "key", IfUnset::Accept),
        route("unproved", Authenticity::None, "", IfUnset::Refuse),
        route("closed", Authenticity::SharedSecret("x".into()), "other", IfUnset::Refuse),
    ];
    let plugs = [
        (Role::Crm, crm()),
        (Role::Crm, lax),
        (Role::Provider, rooms()),
        (Role::Provider, description("ears", Vec::new(), Vec::new())),
        (Role::Telephony, description("phonebook", vec![setting("*", Secrecy::Open, false, None)], Vec::new())),
    ];
    let describe = |plug: &PlugRef| {
        let found = plugs.iter().find(|(_, description)| *plug == PlugRef::Name(description.name.clone()));
        found.map(|(role, description)| (*role, description)).ok_or_else(|| format!("there is no plug `{plug}`"))
    };
    let config = Config::parse(&format!("public-url = '{public_url}'\n{text}"), Path::new(""), &|_| None).unwrap();
    let report = check(&config, &describe);
    let shown = |faults: &[Fault]| faults.iter().map(ToString::to_string).collect();
    (shown(&report.faults), shown(&report.warnings))
}

const APP: &str = "[app.1]\nplug = 'crm'\nsettings = { client-secret = 's' }\n[account.2]\napp = 1\n";

/// Returns the report on an account with one connection.
fn connection(account: &str, connection: &str) -> (Vec<String>, Vec<String>) {
    report(&format!("{APP}{account}\n[account.2.connection.a]\n{connection}"), "https://h")
}

const WELL: &str = "plug = 'rooms'\nsettings = { host = 'https://api.example.org', token = 't', signing-key = \
                    ['k', 'l'], open-key = 'o' }";

const BARE: &str = "account.2.connection.a.plug: only the secret URL protects the route `plain`, because the provider \
                    does not authenticate its requests: keep it confidential";

#[test]
fn a_valid_configuration_has_no_faults() {
    let (faults, warnings) = connection("conferencing = 'a'", WELL);
    assert_eq!((faults, warnings), (vec![], vec![BARE.to_owned()]));
    let (faults, warnings) =
        connection("telephony = 'a'", "plug = 'phonebook'\nsettings = { 123 = ['+1', '+2'], anything = 'x' }");
    assert_eq!((faults, warnings), (vec![], vec![]));
}

#[test]
fn plain_http_beyond_loopback_is_a_warning() {
    assert_eq!(report(APP, "http://localhost:8080").1, [""; 0]);
    assert_eq!(
        report(APP, "http://bridge.example.com").1,
        ["public-url: requests and their signatures travel unencrypted: use an `https://` URL"]
    );
}

#[test]
fn settings_must_match_the_plug() {
    let settings = "plug = 'rooms'\nsettings = { hots = 'h', color = 'c', '*' = 'x', token = ['a', 'b'], signing-key \
     = ['1', '2', '3', '4', '5'], open-key = 'o' }";
    let own = "account.2.connection.a.settings";
    assert_eq!(
        connection("", settings).0,
        [
            format!("{own}.\"*\": a wildcard in the plug's description, not a key: use the actual key"),
            format!(
                "{own}.color: the plug `rooms` has no such setting: use one of `host`, `region`, `token`, \
                 `account-token`, `signing-key`, `open-key`"
            ),
            format!("{own}.hots: the plug `rooms` has no such setting: did you mean `host`?"),
            format!("{own}.signing-key: more than 4 values: remove those no longer in use"),
            format!("{own}.token: an outbound secret must have a single value: keep the one to send"),
            format!("{own}.host: missing setting, which the plug `rooms` requires: add it (Summary of host)"),
        ]
    );
    assert_eq!(
        connection("", "plug = 'ears'\nsettings.a = 1").0,
        [format!("{own}.a: the plug `ears` has no settings: remove it")]
    );
}

#[test]
fn unauthenticated_routes_are_reported() {
    let own = "account.2.connection.a.settings";
    let (faults, warnings) = connection("", "plug = 'rooms'\nsettings.host = 'h.example.org'");
    assert_eq!(faults, [""; 0]);
    assert_eq!(
        warnings,
        [
            format!("{own}: every request to the routes `events`, `notices` is refused until `signing-key` is set"),
            format!(
                "{own}: only the secret URL protects the route `bare`, and anyone who learns it can impersonate the \
                 provider: set `open-key`"
            ),
            BARE.to_owned(),
        ]
    );
    assert_eq!(
        report("[app.1]\nplug = 'crm'", "https://h").0,
        ["app.1.settings.client-secret: missing setting, which the plug `crm` requires: add it (Summary of \
          client-secret)"]
    );
    assert_eq!(
        report("[app.1]\nplug = 'lax'", "https://h").0,
        [
            "app.1.settings: every request to the route `closed` is refused until `other` is set",
            "app.1.settings: anyone can call the route `open`, because its URL is public: set `key`",
            "app.1.plug: anyone can call the route `unproved`, which has no authentication: use another plug",
        ]
    );
}

#[test]
fn plugs_must_match_their_role() {
    let (faults, _) = report("[app.1]\nplug = 'rooms'", "https://h");
    assert_eq!(faults, ["app.1.plug: `rooms` is a provider plug, which serves connections: use a CRM plug"]);
    let (faults, _) = report("[app.1]\nplug = 'unknown'", "https://h");
    assert_eq!(faults, ["app.1.plug: there is no plug `unknown`"]);
    assert_eq!(
        connection("", "plug = 'crm'").0,
        ["account.2.connection.a.plug: `crm` is a CRM plug, which serves apps: use a provider or telephony plug"]
    );
    assert_eq!(connection("", "plug = 'unknown'").0, ["account.2.connection.a.plug: there is no plug `unknown`"]);
    let creates = |plug: &str| {
        format!(
            "account.2.conferencing: the connection's plug `{plug}` cannot create conferences: use a connection whose \
             plug can, or remove the key"
        )
    };
    assert_eq!(connection("conferencing = 'a'", "plug = 'phonebook'").0, [creates("phonebook")]);
    assert_eq!(connection("conferencing = 'a'", "plug = 'ears'").0, [creates("ears")]);
    assert_eq!(
        connection("telephony = 'a'", "plug = 'ears'").0,
        ["account.2.telephony: the connection's plug `ears` cannot list telephone numbers: use a connection with a \
         telephony plug, or remove the key"]
    );
}

#[test]
fn conferencing_requires_the_settings_for_creating_conferences() {
    assert_eq!(
        connection("conferencing = 'a'", "plug = 'rooms'\nsettings.host = 'h.example.org'").0,
        ["account.2.connection.a.settings: the plug `rooms` needs `token` or `account-token` to create conferences: \
          set it"]
    );
}

#[test]
fn accepted_signatures_must_be_declared() {
    let app = |accept: &str| {
        report(
            &format!("[app.1]\nplug = 'crm'\nsettings.client-secret = 's'\naccept-signatures = {accept}"),
            "https://h",
        )
    };
    assert_eq!(app("['v3']"), (vec![], vec![]));
    let (faults, warnings) = app("['v4', 'signature']");
    assert_eq!(
        faults,
        [
            "app.1.accept-signatures[0]: the plug `crm` has no such signature scheme: did you mean `v1`?",
            "app.1.accept-signatures[1]: the plug `crm` has no such signature scheme: use one of `v1`, `v3`",
        ]
    );
    assert_eq!(
        warnings,
        ["app.1.accept-signatures: every request to the route `create` is refused: add one of `v3`, `v1`"]
    );
    assert_eq!(
        connection("", &format!("{WELL}\naccept-signatures = ['v2']")).1,
        [
            BARE,
            "account.2.connection.a.accept-signatures: every request to the route `notices` is refused: add one of `v1`"
        ]
    );
    assert_eq!(
        connection("", "plug = 'ears'\naccept-signatures = ['v2']").0,
        ["account.2.connection.a.accept-signatures: the plug `ears` checks no signatures: remove the key"]
    );
}

#[test]
fn allowed_hosts_must_be_declared() {
    let allow = |hosts: &str| connection("", &format!("{WELL}\noutbound.allow = {hosts}")).0;
    assert_eq!(allow("['API.example.org', 'eu.example.org:8443']"), [""; 0]);
    let wrong = |index: usize| {
        format!(
            "account.2.connection.a.outbound.allow[{index}]: the plug `rooms` does not declare this host: use one of \
             `{{host}}`, `{{region}}:8443`, with the setting in place of `{{key}}`"
        )
    };
    assert_eq!(allow("['eu.example.org', 'api.example.org', 'api.example.org:444']"), [wrong(0), wrong(2)]);
    assert_eq!(
        connection("", "plug = 'ears'\noutbound.allow = ['h']").0,
        ["account.2.connection.a.outbound.allow: the plug `ears` calls no hosts: remove the key"]
    );
}

#[test]
fn ingest_keys_must_be_unguessable_without_other_authentication() {
    let with = |plug: &str, key: &str| connection("", &format!("{plug}\ningest-key = '{key}'"));
    let path = "account.2.connection.a.ingest-key: can be guessed";
    // One of its routes has no authentication.
    let open = with(WELL, "guessable");
    assert!(open.0.iter().any(|fault| fault.starts_with(path)), "{open:?}");
    assert!(with(WELL, &"k".repeat(22)).0.is_empty());
    let closed = with("plug = 'ears'", "guessable");
    assert!(closed.0.is_empty() && closed.1.iter().any(|warning| warning.starts_with(path)), "{closed:?}");
}
