//! Tests of invalid configurations.

use super::*;

/// Returns a valid configuration with these lines added to one of its tables.
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
fn faults_say_what_is_wrong_and_how_to_fix_it() {
    let sources = "must be a string, an integer, `true`, `false`, `{ env = \"NAME\" }` or `{ file = \"path\" }`";
    let name = "invalid name: use up to 64 ASCII letters, digits, `-`, `_` and `.`, starting with a letter or digit";
    let key =
        "must consist of 8 to 128 random ASCII letters, digits, `-` and `_`: remove the key to have one generated";
    let id = "invalid id: use the id from the CRM, of up to 64 ASCII letters, digits and `-._~@`, starting with a \
              letter or digit";
    let host = "must be a host, such as `api.example.org` or `api.example.org:8443`";
    let plug =
        "must be the name of a built-in plug, the path of a `.wasm` file, or `sha256:` and 64 hexadecimal digits";
    let outbound = "unknown key: use one of `allow`, `allow-private`";
    let connection = "account.2.connection.a";
    let cases = [
        ("TOP", "lisen = 'x'", "lisen: unknown key: did you mean `listen`?".to_owned()),
        ("TOP", "Admin_Listen = 1", "Admin_Listen: unknown key: did you mean `admin-listen`?".to_owned()),
        (
            "TOP",
            "color = 1",
            "color: unknown key: use one of `listen`, `admin-listen`, `public-url`, `data-dir`, `retention-days`, \
             `deadline-ms`, `body-limit-bytes`, `crm-body-limit-bytes`, `connections`, `limits`, `plugs`, `admin`, \
             `app`, `account`"
                .to_owned(),
        ),
        ("CONNECTION", "outbound.\"a\\u001b.b\" = 1", format!("{connection}.outbound.\"a\\u{{1b}}.b\": {outbound}")),
        ("TOP", "listen = 8080", "listen: must be a string in quotes, not an integer".to_owned()),
        (
            "TOP",
            "listen = 'localhost:8080'",
            "listen: must be an IP address and a port, such as `127.0.0.1:8080` or `[::]:8080`".to_owned(),
        ),
        ("TOP", "listen = '127.0.0.1:8081'", "admin-listen: must not equal `listen`: choose another port".to_owned()),
        ("TOP", "data-dir = ' '", "data-dir: must not be blank: set a directory".to_owned()),
        ("TOP", "deadline-ms = 99", "deadline-ms: must be between 100 and 60000".to_owned()),
        ("TOP", "deadline-ms = -1", "deadline-ms: must be between 100 and 60000".to_owned()),
        ("TOP", "deadline-ms = 4.5", "deadline-ms: must be an integer, not a floating-point number".to_owned()),
        ("TOP", "body-limit-bytes = 1", "body-limit-bytes: must be between 1024 and 8388608".to_owned()),
        (
            "TOP",
            "connections = { max = 15, proxies = ['x', '192.0.2.0/33'] }",
            "connections.max: must be between 16 and 60000|\
             connections.proxies[0]: must be an IP address or a network, such as `192.0.2.7` or `192.0.2.0/24`|\
             connections.proxies[1]: must be an IP address or a network, such as `192.0.2.7` or `192.0.2.0/24`"
                .to_owned(),
        ),
        ("TOP", "limits = 5", "limits: must be a table, not an integer".to_owned()),
        ("TOP", "limits.max-in-flight = 0", "limits.max-in-flight: must be between 1 and 512".to_owned()),
        ("TOP", "limits.burst = 'x'", "limits.burst: must be an integer, not a string".to_owned()),
        (
            "ACCOUNT",
            "limits = { requests-per-second = 0, max_in_flight = 1 }",
            "account.2.limits.max_in_flight: unknown key: did you mean `max-in-flight`?|\
             account.2.limits.requests-per-second: must be between 1 and 1000000"
                .to_owned(),
        ),
        ("TOP", "app.'a b'.plug = 'p'", format!("app.\"a b\": {id}")),
        ("TOP", "account.-7.app = 1", format!("account.-7: {id}")),
        ("TOP", "account.7.app = -1", format!("account.7.app: {id}")),
        ("TOP", "account.7.app = 'a/b'", format!("account.7.app: {id}")),
        (
            "TOP",
            "account.7.app = true",
            "account.7.app: must be an id, as a string or an integer, not a boolean".to_owned(),
        ),
        ("TOP", "account.7.app = 'a.b'", "account.7.app: unknown app: add `[app.ID]`, or use another id".to_owned()),
        (
            "TOP",
            "account.7 = {app = 1, name = '2'}",
            "account.7.name: looks like the id of another account: add a letter".to_owned(),
        ),
        (
            "TOP",
            "account.x.app = 1\naccount.7 = {app = 1, name = 'x'}",
            "account.7.name: looks like the id of another account: add a letter".to_owned(),
        ),
        ("APP", "settngs = {}", "app.1.settngs: unknown key: did you mean `settings`?".to_owned()),
        (
            "APP",
            "client-secret = 'x'",
            "app.1.client-secret: unknown key: use one of `plug`, `settings`, `accept-signatures`, `outbound`, and put \
             settings of the plug under `settings`"
                .to_owned(),
        ),
        ("APP", "settings = 1", "app.1.settings: must be a table, not an integer".to_owned()),
        ("APP", "settings.a = ' '", "app.1.settings.a: must not be blank: set a value, or remove the key".to_owned()),
        (
            "APP",
            "settings.a = {env='BLANK'}",
            "app.1.settings.a: must not be blank: set a value, or remove the key".to_owned(),
        ),
        (
            "APP",
            "settings.a = {env='UNSET'}",
            "app.1.settings.a.env: the environment variable `UNSET` is not set or not UTF-8: set it".to_owned(),
        ),
        (
            "APP",
            "settings.a = {file='f'}",
            "app.1.settings.a.file: `f`: no such file: create it, or correct the path".to_owned(),
        ),
        (
            "APP",
            "settings.a = {env='BLANK',file='f'}",
            "app.1.settings.a: must have exactly one of `env` and `file`".to_owned(),
        ),
        ("APP", "settings.a = {}", "app.1.settings.a: must have exactly one of `env` and `file`".to_owned()),
        (
            "APP",
            "settings.a = {ENV='HUBSPOT_CLIENT_SECRET'}",
            "app.1.settings.a.ENV: unknown key: did you mean `env`?|\
             app.1.settings.a: must have exactly one of `env` and `file`"
                .to_owned(),
        ),
        ("APP", "settings.a = 1.5", format!("app.1.settings.a: {sources}, not a floating-point number")),
        ("APP", "settings.a = 2026-01-01", format!("app.1.settings.a: {sources}, not a date or time")),
        ("APP", "settings.a = ['x', ['y']]", format!("app.1.settings.a[1]: {sources}, not a list")),
        (
            "APP",
            "settings.a = []",
            "app.1.settings.a: must not be empty: add an item, or remove the key".to_owned(),
        ),
        (
            "APP",
            "settings.\"a\\nb\" = 1",
            "app.1.settings.\"a\\nb\": invalid key: use 1 to 128 bytes without control characters".to_owned(),
        ),
        (
            "APP",
            "accept-signatures = []",
            "app.1.accept-signatures: must not be empty: add an item, or remove the key".to_owned(),
        ),
        (
            "APP",
            "accept-signatures = 'v3'",
            "app.1.accept-signatures: must be a list in `[ ]`, not a string".to_owned(),
        ),
        (
            "APP",
            "accept-signatures = [3]",
            "app.1.accept-signatures[0]: must be a string in quotes, not an \
         integer"
                .to_owned(),
        ),
        ("ACCOUNT", "name = '../x'", format!("account.2.name: {name}")),
        ("ACCOUNT", "name = '3'", "account.2.name: looks like the id of another account: add a letter".to_owned()),
        (
            "ACCOUNT",
            "delete-unacknowledged = 'yes'",
            "account.2.delete-unacknowledged: must be `true` or `false`, not a \
         string"
                .to_owned(),
        ),
        (
            "ACCOUNT",
            "conferencing = 'aa'\ntelephony = 'rooms'",
            "account.2.conferencing: the account has no such connection: did you mean `a`?|\
             account.2.telephony: the account has no such connection: use one of `a`"
                .to_owned(),
        ),
        (
            "ACCOUNT",
            "conection = 1",
            "account.2.conection: unknown key: did you mean `connection`?".to_owned(),
        ),
        ("ACCOUNT", "connection.'a b'.plug = 'p'", format!("account.2.connection.\"a b\": {name}")),
        ("ACCOUNT", "connection.b = 'p'", "account.2.connection.b: must be a table, not a string".to_owned()),
        (
            "ACCOUNT",
            "connection.b = {}",
            "account.2.connection.b.plug: missing required key: add it (Name of a built-in plug, path of a file (with \
             a slash, or ending in `.wasm`), or `sha256:` and the 64 hexadecimal digits of a pushed plug's digest)"
                .to_owned(),
        ),
        ("ACCOUNT", "connection.b.plug = 'A B'", format!("account.2.connection.b.plug: {plug}")),
        (
            "ACCOUNT",
            "connection.b.plug = 'sha256:12'",
            "account.2.connection.b.plug: invalid digest: use `sha256:` and 64 hexadecimal digits".to_owned(),
        ),
        ("CONNECTION", "ingest-key = 'short'", format!("{connection}.ingest-key: {key}")),
        ("CONNECTION", "ingest-key = 'sl/ashes-sl/ashes-sl/ashes'", format!("{connection}.ingest-key: {key}")),
        (
            "CONNECTION",
            "outbound.alow = []",
            format!("{connection}.outbound.alow: unknown key: did you mean `allow`?"),
        ),
        ("CONNECTION", "outbound.allow = ['https://x']", format!("{connection}.outbound.allow[0]: {host}")),
        ("CONNECTION", "outbound.allow = ['*']", format!("{connection}.outbound.allow[0]: {host}")),
        (
            "CONNECTION",
            "outbound.allow = []",
            format!("{connection}.outbound.allow: must not be empty: add an item, or remove the key"),
        ),
        (
            "CONNECTION",
            "outbound.allow-private = 1",
            format!("{connection}.outbound.allow-private: must be `true` or `false`, not an integer"),
        ),
        (
            "CONNECTION",
            "outbound.allow-private = true",
            format!(
                "{connection}.outbound.allow-private: requires `allow`: list each private host that the plug may \
                 call, with its port, such as `allow = [\"127.0.0.1:8090\"]`"
            ),
        ),
    ];
    assert_eq!(faults(&spoiled("", "")), [""; 0]);
    for (place, lines, expected) in cases {
        assert_eq!(faults(&spoiled(place, lines)).join("|"), expected, "{lines}");
    }
}

#[test]
fn missing_keys_and_dangling_references_are_faults() {
    let url = "public-url: missing required key: add it (Base URL that senders call and sign, such as \
     `https://bridge.example.com`; https, except on this machine)";
    assert_eq!(faults(""), [url]);
    assert_eq!(
        faults("public-url = 'h'\n[account.2]\nconferencing = 'x'\n[account.3]\napp = 9"),
        [
            "public-url: must be a URL such as `https://bridge.example.com`",
            "account.2.app: missing required key: add it (Id of the app that the account installed)",
            "account.2.conferencing: the account has no such connection: add it as \
             `[account.2.connection.NAME]`",
            "account.3.app: unknown app: add `[app.9]`, or use another id",
        ]
    );
    // An app with faults still exists for its accounts.
    assert_eq!(faults("public-url = 'http://h'\napp.1.plug = 1\naccount.2.app = 1").len(), 1);
}

#[test]
fn invalid_tokens_are_faults() {
    let hash = "must be the SHA-256 of a token in 64 hexadecimal digits: create both with `cordboard token new`";
    let name = "invalid name: use up to 64 ASCII letters, digits, `-`, `_` and `.`, starting with a letter or digit";
    let [one, other] = ['0', '1'].map(|digit| digit.to_string().repeat(64));
    for (lines, expected) in [
        ("[admin]\ntokn = 1".to_owned(), "admin.tokn: unknown key: did you mean `token`?".to_owned()),
        (
            "[admin.token.a]".to_owned(),
            "admin.token.a.sha256: missing required key: add it (SHA-256 of the token, in 64 hexadecimal digits)"
                .to_owned(),
        ),
        ("[admin.token.a]\nsha256 = 'the-token'".to_owned(), format!("admin.token.a.sha256: {hash}")),
        (format!("[admin.token.'a b']\nsha256 = '{one}'"), format!("admin.token.\"a b\": {name}")),
        (
            format!("[admin.token.a]\nsha256 = '{one}'\naccount = 3"),
            "admin.token.a.account: unknown account: add `[account.3]`, or use another id".to_owned(),
        ),
        (
            format!("[admin.token.a]\nsha256 = '{one}'\naccount = 0"),
            "admin.token.a.account: unknown account: add `[account.0]`, or use another id".to_owned(),
        ),
        (
            format!("[admin.token.a]\nsha256 = '{one}'\npush = 'yes'"),
            "admin.token.a.push: must be `true` or `false`, not a string".to_owned(),
        ),
        ("[plugs]\ntoken-unused = 0".to_owned(), "plugs.token-unused: must be between 1 and 100000".to_owned()),
        (
            format!("[admin.token.a]\nsha256 = '{one}'\nacount = 2"),
            "admin.token.a.acount: unknown key: did you mean `account`?".to_owned(),
        ),
        (
            format!("admin.token.a.sha256 = '{other}'\nadmin.token.b.sha256 = '{other}'"),
            "admin.token.b.sha256: duplicates `admin.token.a.sha256`: change one of them".to_owned(),
        ),
    ] {
        let (tables, top) = if lines.starts_with('[') { (lines.as_str(), "") } else { ("", lines.as_str()) };
        let found = faults(&format!("{}{tables}\n", spoiled("TOP", top)));
        assert_eq!(found, [expected], "{lines}");
    }
}

#[test]
fn names_and_ingest_keys_are_unique() {
    let connection = format!("{{ plug = 'p', ingest-key = '{INGEST_KEY}' }}");
    let text = format!(
        "public-url = 'https://h'\napp.1.plug = 'p'\n\
         [account.2]\napp = 1\nname = 'acme'\nconnection.a = {connection}\n\
         [account.3]\napp = 1\nname = 'acme'\nconnection.a = {connection}\n"
    );
    assert_eq!(
        faults(&text),
        [
            "account.3.name: duplicates `account.2.name`: change one of them",
            "account.3.connection.a.ingest-key: duplicates `account.2.connection.a.ingest-key`: change one of them",
        ]
    );
}

#[test]
fn excess_faults_are_only_counted() {
    let text: String = (0..250).map(|number| format!("unknown-{number} = 1\n")).collect();
    let faults = faults(&text);
    assert_eq!(faults.len(), 101);
    assert_eq!(faults[100], "…: 151 more faults not shown: fix these first");
}

#[test]
fn faults_never_quote_a_value() {
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
fn syntax_faults_name_the_line() {
    for (text, start) in [("a = 1\nb = = 2\n", "line 2: invalid TOML ("), ("\n\n[app", "line 3: invalid TOML (")] {
        let faults = faults(text);
        assert_eq!(faults.len(), 1);
        assert!(faults[0].starts_with(start) && faults[0].ends_with("): correct it"), "{faults:?}");
    }
    let deep = format!("a = {}", "[".repeat(100_000));
    assert_eq!(faults(&deep).len(), 1);
}
