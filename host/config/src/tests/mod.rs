//! Tests of whole configurations.

mod arbitrary;
mod bad;

use std::path::Path;

use super::reference::{EXAMPLE, Presence, SECTIONS, TOP};
use super::*;

const DIGEST: &str = "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
const INGEST_KEY: &str = "ingest-key-0123456789abcdef";

fn environment(name: &str) -> Option<String> {
    match name {
        "HUBSPOT_CLIENT_SECRET" => Some("secret-of-env".to_owned()),
        "MEETINGS_INGEST_KEY" => Some(INGEST_KEY.to_owned()),
        "BLANK" => Some(" \t".to_owned()),
        _ => None,
    }
}

fn parse(text: &str) -> Result<Config, ConfigError> {
    Config::parse(text, Path::new("/nowhere"), &environment)
}

/// Returns the faults of a configuration, as displayed.
fn faults(text: &str) -> Vec<String> {
    match parse(text) {
        Ok(_) => Vec::new(),
        Err(error) => error.faults.iter().map(ToString::to_string).collect(),
    }
}

fn example() -> (tempfile::TempDir, Config) {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("secrets")).unwrap();
    std::fs::write(folder.path().join("secrets/meetings-api-key"), "secret-of-file\n").unwrap();
    let config = Config::parse(EXAMPLE, folder.path(), &environment).unwrap();
    (folder, config)
}

fn exposed<'a>(settings: &'a Settings, key: &str) -> Vec<&'a str> {
    settings.get(key).iter().map(Secret::expose).collect()
}

#[test]
fn the_example_parses() {
    let (folder, config) = example();
    assert_eq!(config.listen.to_string(), "127.0.0.1:8080");
    assert_eq!(config.admin_listen.to_string(), "127.0.0.1:8081");
    assert_eq!(config.public_base(), "https://bridge.example.com");
    assert_eq!(config.data_dir, folder.path().join("cordboard-data"));
    let app = &config.apps[&AppId::from(54321)];
    assert_eq!(
        (&app.id, &app.plug, &app.accept_signatures),
        (&54321.into(), &PlugRef::Name("hubspot".to_owned()), &None)
    );
    assert_eq!(exposed(&app.settings, "client-secret"), ["secret-of-env"]);
    let account = &config.accounts[&AccountId::from(123_123)];
    assert_eq!((&account.id, account.name.as_str(), &account.app), (&123_123.into(), "acme", &54321.into()));
    assert_eq!(account.conferencing.as_deref(), Some("rooms"));
    assert_eq!(account.telephony.as_deref(), Some("numbers"));
    assert!(!account.delete_unacknowledged);
    assert_eq!(account.connections.keys().collect::<Vec<_>>(), ["meetings", "numbers", "rooms"]);
    let numbers = &account.connections["numbers"];
    assert_eq!(exposed(&numbers.settings, "123"), ["+18001231234 ext 1 Front desk"]);
    assert_eq!(exposed(&numbers.settings, "456"), ["+18001231235 Sales", "+41443334455 Zürich"]);
    assert!(numbers.ingest_key.is_none() && numbers.outbound.allow.is_empty() && !numbers.outbound.allow_private);
    let meetings = &account.connections["meetings"];
    assert_eq!(meetings.plug, PlugRef::Name("veeting".to_owned()));
    assert_eq!(meetings.ingest_key.as_ref().map(Secret::expose), Some(INGEST_KEY));
    assert_eq!(exposed(&meetings.settings, "api-key"), ["secret-of-file"]);
}

#[test]
fn relative_paths_are_resolved_against_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("cordboard.toml");
    let missing = Config::load(&path).unwrap_err().to_string();
    assert!(missing.ends_with("cordboard.toml: no such file: create it, or correct the path"), "{missing}");
    std::fs::write(folder.path().join("secret"), "s3cret\n").unwrap();
    let text = "public-url = 'http://localhost'\n[app.1]\nplug = 'a.wasm'\nsettings.key.file = 'secret'";
    std::fs::write(&path, text).unwrap();
    let config = Config::load(&path).unwrap();
    assert_eq!(config.data_dir, folder.path().join("cordboard-data"));
    assert_eq!(config.apps[&AppId::from(1)].plug, PlugRef::File(folder.path().join("a.wasm")));
    assert_eq!(exposed(&config.apps[&AppId::from(1)].settings, "key"), ["s3cret"]);
}

#[test]
fn every_key_is_read() {
    let text = format!(
        "public-url = 'https://h/base/'\ndeadline-ms = 100\nbody-limit-bytes = 1024\ndata-dir = '/data'\n\
         crm-body-limit-bytes = 2048\n\
         [connections]\nmax = 16\nmax-per-peer = 9\nproxies = ['192.0.2.0/24', '2001:db8::7']\n\
         [admin.token.owner]\nsha256 = 'BA7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'\n\
         [admin.token.acme]\nsha256 = '{}'\naccount = '2'\n\
         [plugs]\nloaded-bytes = 1\nunused-hours = 2\ntoken-bytes = 3\ntoken-unused = 4\ntoken-compile-seconds = 5\n\
         [app.1]\nplug = '{DIGEST}'\naccept-signatures = ['v3', 'v2']\n\
         [account.2]\napp = 1\ndelete-unacknowledged = true\n\
         [account.2.connection.a]\nplug = 'p'\naccept-signatures = ['v1']\ningest-key = '{INGEST_KEY}'\n\
         outbound = {{ allow = ['API.example.org:443', '10.0.0.1:8443'], allow-private = true }}\n\
         settings = {{ n = 7, b = true, many = ['x', 2, false, {{ env = 'HUBSPOT_CLIENT_SECRET' }}] }}\n",
        "0".repeat(64)
    );
    let config = parse(&text).unwrap();
    assert_eq!(config.public_base(), "https://h/base");
    assert_eq!((config.deadline.as_millis(), config.body_limit, config.crm_body_limit), (100, 1024, 2048));
    assert_eq!((config.connections.max, config.connections.max_per_peer), (16, 9));
    let proxies: Vec<_> = config.connections.proxies.iter().flatten().map(ToString::to_string).collect();
    assert_eq!(proxies, ["192.0.2.0/24", "2001:db8::7/128"]);
    assert_eq!(config.data_dir, Path::new("/data"));
    assert_eq!(config.apps[&AppId::from(1)].accept_signatures.as_deref().unwrap(), ["v3", "v2"]);
    let [all, one] = ["owner", "acme"].map(|name| &config.tokens[name]);
    assert!(all.hash.is(&TokenHash::of("abc")) && !one.hash.is(&TokenHash::of("abc")));
    assert_eq!((all.name.as_str(), &all.account, &one.account), ("owner", &None, &Some(2.into())));
    assert!(all.push && !one.push);
    let seconds = Duration::from_secs;
    assert_eq!(
        config.plugs,
        PlugLimits {
            loaded_bytes: 1,
            unused: seconds(7200),
            token_bytes: 3,
            token_unused: 4,
            token_compile_time: seconds(5),
        }
    );
    let account = &config.accounts[&AccountId::from(2)];
    assert_eq!((account.name.as_str(), account.delete_unacknowledged), ("2", true));
    assert_eq!((&account.conferencing, &account.telephony), (&None, &None));
    let connection = &account.connections["a"];
    assert_eq!(connection.outbound.allow, ["api.example.org", "10.0.0.1:8443"]);
    assert!(connection.outbound.allow_private);
    assert_eq!(connection.accept_signatures.as_deref().unwrap(), ["v1"]);
    assert_eq!(exposed(&connection.settings, "n"), ["7"]);
    assert_eq!(exposed(&connection.settings, "b"), ["true"]);
    assert_eq!(exposed(&connection.settings, "many"), ["x", "2", "false", "secret-of-env"]);
}

#[test]
fn ids_are_text_and_may_be_written_as_integers() {
    let text = "public-url = 'https://h'\n[app.App-1]\nplug = 'p'\n[app.2]\nplug = 'p'\n[account.\"org@0.1\"]\n\
                app = 'App-1'\n[account.10]\napp = 2\n[account.9]\napp = '2'";
    let config = parse(text).unwrap();
    let ids: Vec<_> = config.accounts.values().map(|account| (account.id.as_str(), account.app.as_str())).collect();
    assert_eq!(ids, [("9", "2"), ("10", "2"), ("org@0.1", "App-1")]);
    let apps: Vec<_> = config.apps.keys().map(AppId::as_str).collect();
    assert_eq!(apps, ["2", "App-1"]);
    assert_eq!(config.accounts.values().next_back().unwrap().name, "org@0.1", "the name is the id by default");
}

#[test]
fn defaults_match_the_reference() {
    let needed = "[app.1]\nplug = 'p'\n[account.2]\napp = 1\n";
    let mut written = String::from("public-url = 'https://h'\n");
    for key in TOP.keys {
        if let Presence::Default(value) = key.presence {
            written += &format!("{} = {value}\n", key.name);
        }
    }
    written += needed;
    written += "delete-unacknowledged = false\n\
                [connections]\nmax = 1024\nmax-per-peer = 128\n\
                [limits]\nmax-in-flight = 128\nrequests-per-second = 500\nbytes-per-second = 1048576\n\
                stored-bytes = 10737418240\n\
                [plugs]\nloaded-bytes = 536870912\nunused-hours = 24\ntoken-bytes = 2147483648\ntoken-unused = 64\n\
                token-compile-seconds = 600\n\
                [account.2.connection.a]\nplug = 'p'\noutbound = { allow-private = false }";
    let left_out = format!("public-url = 'https://h'\n{needed}[account.2.connection.a]\nplug = 'p'");
    assert_eq!(format!("{:?}", parse(&written).unwrap()), format!("{:?}", parse(&left_out).unwrap()));
    let defaults = SECTIONS.iter().skip(1).flat_map(|section| section.keys);
    let defaults = defaults.filter_map(|key| match key.presence {
        Presence::Default(value) => Some((key.name, value)),
        _ => None,
    });
    let expected = [
        ("max", "1024"),
        ("max-per-peer", "128"),
        ("max-in-flight", "128"),
        ("requests-per-second", "500"),
        ("bytes-per-second", "1048576"),
        ("stored-bytes", "10737418240"),
        ("loaded-bytes", "536870912"),
        ("unused-hours", "24"),
        ("token-bytes", "2147483648"),
        ("token-unused", "64"),
        ("token-compile-seconds", "600"),
        ("delete-unacknowledged", "false"),
        ("allow-private", "false"),
    ];
    assert_eq!(defaults.collect::<Vec<_>>(), expected);
}

#[test]
fn account_limits_override_top_level_limits_key_by_key() {
    let limits = |top: &str, account: &str| {
        let text = format!(
            "public-url = 'https://h'\n{top}\n[app.1]\nplug = 'p'\n\
             [account.2]\napp = 1\n{account}\n[account.3]\napp = 1"
        );
        let config = parse(&text).unwrap();
        [2, 3].map(|id: u64| {
            let AccountLimits { max_in_flight, requests_per_second, burst, .. } =
                config.accounts[&AccountId::from(id)].limits;
            (max_in_flight, requests_per_second, burst)
        })
    };
    assert_eq!(limits("", ""), [(128, 500, 2000); 2]);
    assert_eq!(limits("limits = { requests-per-second = 10 }", ""), [(128, 10, 40); 2]);
    let top = "limits = { max-in-flight = 9, burst = 5 }";
    assert_eq!(limits(top, "limits.max-in-flight = 7"), [(7, 500, 5), (9, 500, 5)]);
    assert_eq!(limits(top, "limits = { requests-per-second = 20, burst = 1 }"), [(9, 20, 1), (9, 500, 5)]);
    assert_eq!(limits("", "limits.requests-per-second = 20"), [(128, 20, 80), (128, 500, 2000)]);
}

#[test]
fn debug_output_contains_no_secret() {
    let (_folder, config) = example();
    let shown = format!("{config:?} {config:#?}");
    assert!(shown.contains("client-secret") && shown.contains("api-key"), "{shown}");
    for secret in ["secret-of-env", "secret-of-file", INGEST_KEY, "+1800"] {
        assert!(!shown.contains(secret), "{secret}");
    }
}
