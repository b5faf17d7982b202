//! Whole configurations: what is read from good ones, what is said of bad ones.

use std::path::Path;

use proptest::prelude::*;

use super::reference::{EXAMPLE, Presence, SECTIONS, TOP};
use super::*;

const DIGEST: &str = "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
const INGEST_KEY: &str = "ingest-key-0123456789abcdef";

fn environment(name: &str) -> Option<String> {
    match name {
        "CRM_CLIENT_SECRET" => Some("secret-of-env".to_owned()),
        "WEBINARS_INGEST_KEY" => Some(INGEST_KEY.to_owned()),
        "BLANK" => Some(" \t".to_owned()),
        _ => None,
    }
}

fn parse(text: &str) -> Result<Config, ConfigError> {
    Config::parse(text, Path::new("/nowhere"), &environment)
}

/// Everything that is wrong with a text, as it is shown.
fn faults(text: &str) -> Vec<String> {
    match parse(text) {
        Ok(_) => Vec::new(),
        Err(error) => error.faults.iter().map(ToString::to_string).collect(),
    }
}

fn example() -> (tempfile::TempDir, Config) {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("secrets")).unwrap();
    std::fs::write(folder.path().join("secrets/webinars-api-key"), "secret-of-file\n").unwrap();
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
    let app = &config.apps[&54321];
    assert_eq!((app.id, &app.plug, &app.accept_signatures), (54321, &PlugRef::Name("crm".to_owned()), &None));
    assert_eq!(exposed(&app.settings, "client-secret"), ["secret-of-env"]);
    let account = &config.accounts[&123_123];
    assert_eq!((account.id, account.name.as_str(), account.app), (123_123, "acme", 54321));
    assert_eq!(account.conferencing.as_deref(), Some("rooms"));
    assert_eq!(account.telephony.as_deref(), Some("numbers"));
    assert!(!account.undo_unclaimed);
    assert_eq!(account.connections.keys().collect::<Vec<_>>(), ["numbers", "rooms", "webinars"]);
    let numbers = &account.connections["numbers"];
    assert_eq!(exposed(&numbers.settings, "123"), ["+18001231234 ext 1 Front desk"]);
    assert_eq!(exposed(&numbers.settings, "456"), ["+18001231235 Sales", "+41443334455 Zürich"]);
    assert!(numbers.ingest_key.is_none() && numbers.outbound.allow.is_empty() && !numbers.outbound.allow_private);
    let webinars = &account.connections["webinars"];
    assert_eq!(webinars.plug, PlugRef::File(folder.path().join("./plugs/webinars.wasm")));
    assert_eq!(webinars.ingest_key.as_ref().map(Secret::expose), Some(INGEST_KEY));
    assert_eq!(exposed(&webinars.settings, "api-key"), ["secret-of-file"]);
}

#[test]
fn a_file_is_loaded_with_what_stands_beside_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("cordboard.toml");
    let missing = Config::load(&path).unwrap_err().to_string();
    assert!(missing.ends_with("cordboard.toml: there is no such file: make it, or correct the path"), "{missing}");
    std::fs::write(folder.path().join("secret"), "s3cret\n").unwrap();
    let text = "public-url = 'http://localhost'\n[app.1]\nplug = 'a.wasm'\nsettings.key.file = 'secret'";
    std::fs::write(&path, text).unwrap();
    let config = Config::load(&path).unwrap();
    assert_eq!(config.data_dir, folder.path().join("cordboard-data"));
    assert_eq!(config.apps[&1].plug, PlugRef::File(folder.path().join("a.wasm")));
    assert_eq!(exposed(&config.apps[&1].settings, "key"), ["s3cret"]);
}

#[test]
fn everything_is_read() {
    let text = format!(
        "public-url = 'https://h/base/'\ndeadline-ms = 100\nbody-limit-bytes = 1024\ndata-dir = '/data'\n\
         [app.1]\nplug = '{DIGEST}'\naccept-signatures = ['v3', 'v2']\n\
         [account.2]\napp = 1\nundo-unclaimed = true\n\
         [account.2.connection.a]\nplug = 'p'\naccept-signatures = ['v1']\ningest-key = '{INGEST_KEY}'\n\
         outbound = {{ allow = ['API.example.org:443', '10.0.0.1:8443'], allow-private = true }}\n\
         settings = {{ n = 7, b = true, many = ['x', 2, false, {{ env = 'CRM_CLIENT_SECRET' }}] }}\n"
    );
    let config = parse(&text).unwrap();
    assert_eq!(config.public_base(), "https://h/base");
    assert_eq!((config.deadline.as_millis(), config.body_limit), (100, 1024));
    assert_eq!(config.data_dir, Path::new("/data"));
    assert_eq!(config.apps[&1].accept_signatures.as_deref().unwrap(), ["v3", "v2"]);
    let account = &config.accounts[&2];
    assert_eq!((account.name.as_str(), account.undo_unclaimed), ("2", true));
    assert_eq!((&account.conferencing, &account.telephony), (&None, &None));
    let connection = &account.connections["a"];
    assert_eq!(connection.outbound.allow, ["api.example.org", "10.0.0.1:8443"]);
    assert!(connection.outbound.allow_private);
    assert_eq!(connection.accept_signatures.as_deref().unwrap(), ["v1"]);
    assert_eq!(exposed(&connection.settings, "n"), ["7"]);
    assert_eq!(exposed(&connection.settings, "b"), ["true"]);
    assert_eq!(exposed(&connection.settings, "many"), ["x", "2", "false", "secret-of-env"]);
}

/// The defaults of the reference are those of the reader.
#[test]
fn defaults_are_what_the_reference_says() {
    let needed = "[app.1]\nplug = 'p'\n[account.2]\napp = 1\n";
    let mut written = String::from("public-url = 'https://h'\n");
    for key in TOP.keys {
        if let Presence::Default(value) = key.presence {
            written += &format!("{} = {value}\n", key.name);
        }
    }
    written += needed;
    written += "undo-unclaimed = false\n[account.2.connection.a]\nplug = 'p'\noutbound = { allow-private = false }";
    let left_out = format!("public-url = 'https://h'\n{needed}[account.2.connection.a]\nplug = 'p'");
    assert_eq!(format!("{:?}", parse(&written).unwrap()), format!("{:?}", parse(&left_out).unwrap()));
    let defaults = SECTIONS.iter().skip(1).flat_map(|section| section.keys);
    let defaults = defaults.filter_map(|key| match key.presence {
        Presence::Default(value) => Some((key.name, value)),
        _ => None,
    });
    assert_eq!(defaults.collect::<Vec<_>>(), [("undo-unclaimed", "false"), ("allow-private", "false")]);
}

/// A configuration in which all is well, with these lines added in one of its tables.
fn spoiled(place: &str, lines: &str) -> String {
    let added = |spot: &str| if spot == place { lines } else { "" };
    format!(
        "public-url = 'https://h'\n{}\n[app.1]\nplug = 'p'\n{}\n[account.2]\napp = 1\n{}\n\
         [account.2.connection.a]\nplug = 'p'\n{}\n",
        added("TOP"),
        added("APP"),
        added("ACCOUNT"),
        added("CONNECTION")
    )
}

#[test]
fn bad_files_are_told_what_is_wrong() {
    let sources = "must be a string, an integer, `true`, `false`, `{ env = \"NAME\" }` or `{ file = \"path\" }`";
    let name = "a name has at most 64 letters of ASCII, digits and `-_.`, and begins with a letter or digit: change it";
    let key = "must have 22 to 128 random letters of ASCII, digits, `-` and `_`: leave it out to have one made";
    let id = "this is not an id: use the CRM's number, in digits, without zeros before it";
    let host = "must be a host such as `api.example.org` or `api.example.org:8443`";
    let plug =
        "must be the name of a built-in plug, the path of a `.wasm` file, or `sha256:` and 64 hexadecimal digits";
    let connection = "account.2.connection.a";
    let cases: Vec<(&str, &str, String)> = vec![
        ("TOP", "lisen = 'x'", "lisen: there is no such key: did you mean `listen`?".into()),
        ("TOP", "Admin_Listen = 1", "Admin_Listen: there is no such key: did you mean `admin-listen`?".into()),
        (
            "TOP",
            "color = 1",
            "color: there is no such key: use one of `listen`, `admin-listen`, `public-url`, `data-dir`, `deadline-ms`, \
             `body-limit-bytes`, `app`, `account`"
                .into(),
        ),
        ("TOP", "\"a\\u001b.b\" = 1\nlistne = 1", "\"a\\u{1b}.b\": there is no such key: use one of `listen`, `admin-listen`, `public-url`, `data-dir`, `deadline-ms`, `body-limit-bytes`, `app`, `account`|listne: there is no such key: did you mean `listen`?".into()),
        ("TOP", "listen = 8080", "listen: must be a string in quotes, not an integer".into()),
        (
            "TOP",
            "listen = 'localhost:8080'",
            "listen: must be an IP address and a port, such as `127.0.0.1:8080` or `[::]:8080`".into(),
        ),
        (
            "TOP",
            "listen = '127.0.0.1:8081'",
            "admin-listen: is where `listen` is, too: choose another port".into(),
        ),
        ("TOP", "data-dir = ' '", "data-dir: is blank: name a folder".into()),
        ("TOP", "deadline-ms = 99", "deadline-ms: must be 100 to 60000: choose such a number".into()),
        ("TOP", "deadline-ms = -1", "deadline-ms: must be 100 to 60000: choose such a number".into()),
        ("TOP", "deadline-ms = 4.5", "deadline-ms: must be an integer, not a floating-point number".into()),
        ("TOP", "body-limit-bytes = 1", "body-limit-bytes: must be 1024 to 8388608: choose such a number".into()),
        ("TOP", "app.x.plug = 'p'", format!("app.x: {id}")),
        ("TOP", "account.007.app = 1", format!("account.007: {id}")),
        ("APP", "settngs = {}", "app.1.settngs: there is no such key: did you mean `settings`?".into()),
        (
            "APP",
            "client-secret = 'x'",
            "app.1.client-secret: there is no such key: use one of `plug`, `settings`, `accept-signatures`, and put what \
             the plug wants into `settings`"
                .into(),
        ),
        ("APP", "settings = 1", "app.1.settings: must be a table, not an integer".into()),
        ("APP", "settings.a = ' '", "app.1.settings.a: is blank: give it a value, or leave it out".into()),
        ("APP", "settings.a = {env='BLANK'}", "app.1.settings.a: is blank: give it a value, or leave it out".into()),
        (
            "APP",
            "settings.a = {env='UNSET'}",
            "app.1.settings.a.env: the environment has no `UNSET`, or it is not text: set it".into(),
        ),
        (
            "APP",
            "settings.a = {file='f'}",
            "app.1.settings.a.file: `f`: there is no such file: make it, or correct the path".into(),
        ),
        (
            "APP",
            "settings.a = {env='BLANK',file='f'}",
            "app.1.settings.a: must say where the value is: either `env` or `file`".into(),
        ),
        ("APP", "settings.a = {}", "app.1.settings.a: must say where the value is: either `env` or `file`".into()),
        (
            "APP",
            "settings.a = {ENV='CRM_CLIENT_SECRET'}",
            "app.1.settings.a.ENV: there is no such key: did you mean `env`?|app.1.settings.a: must say where the value \
             is: either `env` or `file`"
                .into(),
        ),
        ("APP", "settings.a = 1.5", format!("app.1.settings.a: {sources}, not a floating-point number")),
        ("APP", "settings.a = 2026-01-01", format!("app.1.settings.a: {sources}, not a date or time")),
        ("APP", "settings.a = ['x', ['y']]", format!("app.1.settings.a[1]: {sources}, not a list")),
        ("APP", "settings.a = []", "app.1.settings.a: the list is empty: name something, or leave the key out".into()),
        (
            "APP",
            "settings.\"a\\nb\" = 1",
            "app.1.settings.\"a\\nb\": a key has 1 to 128 characters on one line: change it".into(),
        ),
        (
            "APP",
            "accept-signatures = []",
            "app.1.accept-signatures: the list is empty: name something, or leave the key out".into(),
        ),
        ("APP", "accept-signatures = 'v3'", "app.1.accept-signatures: must be a list in `[ ]`, not a string".into()),
        ("APP", "accept-signatures = [3]", "app.1.accept-signatures[0]: must be a string in quotes, not an integer".into()),
        ("ACCOUNT", "name = '../x'", format!("account.2.name: {name}")),
        ("ACCOUNT", "name = '3'", "account.2.name: reads as the number of another account: add a letter".into()),
        ("ACCOUNT", "undo-unclaimed = 'yes'", "account.2.undo-unclaimed: must be `true` or `false`, not a string".into()),
        (
            "ACCOUNT",
            "conferencing = 'aa'\ntelephony = 'rooms'",
            "account.2.conferencing: the account has no connection of this name: did you mean `a`?|\
             account.2.telephony: the account has no connection of this name: use one of `a`"
                .into(),
        ),
        ("ACCOUNT", "conection = 1", "account.2.conection: there is no such key: did you mean `connection`?".into()),
        ("ACCOUNT", "connection.'a b'.plug = 'p'", format!("account.2.connection.\"a b\": {name}")),
        ("ACCOUNT", "connection.b = 'p'", "account.2.connection.b: must be a table, not a string".into()),
        (
            "ACCOUNT",
            "connection.b = {}",
            "account.2.connection.b.plug: is missing: add it (Name of a built-in plug, path of a file (with a slash, or \
             ending in `.wasm`), or `sha256:` and 64 hexadecimal digits)"
                .into(),
        ),
        ("ACCOUNT", "connection.b.plug = 'A B'", format!("account.2.connection.b.plug: {plug}")),
        (
            "ACCOUNT",
            "connection.b.plug = 'sha256:12'",
            "account.2.connection.b.plug: a digest is `sha256:` and 64 hexadecimal digits: correct it".into(),
        ),
        ("CONNECTION", "ingest-key = 'short'", format!("{connection}.ingest-key: {key}")),
        ("CONNECTION", "ingest-key = 'sl/ashes-sl/ashes-sl/ashes'", format!("{connection}.ingest-key: {key}")),
        (
            "CONNECTION",
            "outbound.alow = []",
            format!("{connection}.outbound.alow: there is no such key: did you mean `allow`?"),
        ),
        ("CONNECTION", "outbound.allow = ['https://x']", format!("{connection}.outbound.allow[0]: {host}")),
        ("CONNECTION", "outbound.allow = ['*']", format!("{connection}.outbound.allow[0]: {host}")),
        (
            "CONNECTION",
            "outbound.allow = []",
            format!("{connection}.outbound.allow: the list is empty: name something, or leave the key out"),
        ),
        (
            "CONNECTION",
            "outbound.allow-private = 1",
            format!("{connection}.outbound.allow-private: must be `true` or `false`, not an integer"),
        ),
    ];
    assert_eq!(faults(&spoiled("", "")), [""; 0]);
    for (place, lines, expected) in cases {
        assert_eq!(faults(&spoiled(place, lines)).join("|"), expected, "{lines}");
    }
}

#[test]
fn what_is_missing_or_refers_to_nothing_is_told() {
    let url = "public-url: is missing: add it (Address that senders call and sign, such as `https://bridge.example.com`; \
               by http only on this machine)";
    assert_eq!(faults(""), [url]);
    assert_eq!(
        faults("public-url = 'h'\n[account.2]\nconferencing = 'x'\n[account.3]\napp = 9"),
        [
            "public-url: must be an address such as `https://bridge.example.com`",
            "account.2.app: is missing: add it (Number of the app that it installed)",
            "account.2.conferencing: the account has no connection of this name: add it as `[account.2.connection.NAME]`",
            "account.3.app: there is no `[app.9]`: add it, or name another app",
        ]
    );
    // An app that is there, if not well, is not told to be missing.
    assert_eq!(faults("public-url = 'http://h'\napp.1.plug = 1\naccount.2.app = 1").len(), 1);
}

#[test]
fn names_and_ingest_keys_are_not_shared() {
    let connection = format!("{{ plug = 'p', ingest-key = '{INGEST_KEY}' }}");
    let text = format!(
        "public-url = 'https://h'\napp.1.plug = 'p'\n\
         [account.2]\napp = 1\nname = 'acme'\nconnection.a = {connection}\n\
         [account.3]\napp = 1\nname = 'acme'\nconnection.a = {connection}\n"
    );
    assert_eq!(
        faults(&text),
        [
            "account.3.name: is the same as `account.2.name`: change one of them",
            "account.3.connection.a.ingest-key: is the same as `account.2.connection.a.ingest-key`: change one of them",
        ]
    );
}

#[test]
fn many_faults_are_counted_and_not_told() {
    let text: String = (0..250).map(|number| format!("unknown-{number} = 1\n")).collect();
    let faults = faults(&text);
    assert_eq!(faults.len(), 101);
    assert_eq!(faults[100], "…: 151 more faults are not shown: mend these first");
}

#[test]
fn no_secret_shows() {
    let (_folder, config) = example();
    let shown = format!("{config:?} {config:#?}");
    assert!(shown.contains("client-secret") && shown.contains("api-key"), "{shown}");
    for secret in ["secret-of-env", "secret-of-file", INGEST_KEY, "+1800"] {
        assert!(!shown.contains(secret), "{secret}");
    }
}

/// Wherever a secret stands by mistake, no fault repeats it.
#[test]
fn no_fault_repeats_a_value() {
    let secret = "hunter2-hunter2 hunter2";
    for text in [
        format!("settings = {{ key = \"{secret}\" extra }}"),
        format!("key = \"{secret}"),
        format!("key = {secret}"),
        format!("key = '{secret}'\nkey = '{secret}'"),
        format!("listen = '{secret}'\npublic-url = '{secret}'"),
        format!("public-url = 'https://u:{secret}@h'"),
        spoiled("ACCOUNT", &format!("name = '{secret}'\nconferencing = '{secret}'\nconnection.b.plug = '{secret}'")),
        spoiled("CONNECTION", &format!("ingest-key = '{secret}'\noutbound.allow = ['{secret}']")),
        spoiled("CONNECTION", &format!("settings = {{ a = {{ env = '{secret}' }} }}")),
        spoiled("CONNECTION", &format!("settings = '{secret}'")),
        spoiled("CONNECTION", &format!("accept-signatures = '{secret}'")),
    ] {
        let faults = faults(&text);
        assert!(!faults.is_empty(), "{text}");
        assert!(!faults.join("\n").contains("hunter2"), "{faults:?}");
    }
}

#[test]
fn what_is_not_toml_is_told_with_its_line() {
    for (text, start) in
        [("a = 1\nb = = 2\n", "line 2: this is not TOML ("), ("\n\n[app", "line 3: this is not TOML (")]
    {
        let faults = faults(text);
        assert_eq!(faults.len(), 1);
        assert!(faults[0].starts_with(start) && faults[0].ends_with("): correct it"), "{faults:?}");
    }
    let deep = format!("a = {}", "[".repeat(100_000));
    assert_eq!(faults(&deep).len(), 1);
}

/// Texts that look like configurations, so that the reading gets past the parser.
fn lookalike() -> impl Strategy<Value = String> {
    let name = prop_oneof![
        Just("app".to_owned()),
        Just("account".to_owned()),
        Just("connection".to_owned()),
        Just("settings".to_owned()),
        Just("outbound".to_owned()),
        Just("allow".to_owned()),
        Just("plug".to_owned()),
        Just("public-url".to_owned()),
        Just("ingest-key".to_owned()),
        Just("env".to_owned()),
        Just("file".to_owned()),
        "[0-9]{1,20}",
        "\"[^\"\\\\\n\r]{0,9}\"",
    ];
    let value = prop_oneof![
        "'[^'\n\r]{0,40}'",
        "-?[0-9]{1,19}",
        Just("true".to_owned()),
        Just("['a', 1]".to_owned()),
        Just("{ env = 'A' }".to_owned()),
        Just("{ file = '/' }".to_owned()),
        Just("{ plug = 'p', settings = { a = ['b'] } }".to_owned()),
    ];
    let line =
        (prop::collection::vec(name, 1..6), value).prop_map(|(keys, value)| format!("{} = {value}\n", keys.join(".")));
    prop::collection::vec(line, 0..8).prop_map(|lines| lines.concat())
}

proptest! {
    #[test]
    fn no_text_is_too_much(text in prop_oneof![any::<String>(), lookalike()]) {
        match parse(&text) {
            Ok(config) => prop_assert!(!config.public_base().is_empty()),
            Err(error) => {
                prop_assert!(!error.faults.is_empty());
                for fault in error.faults {
                    let shown = fault.to_string();
                    prop_assert!(!fault.path.is_empty() && !fault.sentence.is_empty());
                    prop_assert!(!shown.contains(char::is_control), "{:?}", shown);
                }
            }
        }
    }
}
