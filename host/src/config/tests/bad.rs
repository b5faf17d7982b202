//! What is said of bad configurations.

use super::*;

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
    let key = "must have 8 to 128 random letters of ASCII, digits, `-` and `_`: leave it out to have one made";
    let id = "this is not an id: use the CRM's number, in digits, without zeros before it";
    let host = "must be a host such as `api.example.org` or `api.example.org:8443`";
    let plug =
        "must be the name of a built-in plug, the path of a `.wasm` file, or `sha256:` and 64 hexadecimal digits";
    let outbound = "there is no such key: use one of `allow`, `allow-private`";
    let connection = "account.2.connection.a";
    let cases = [
        ("TOP", "lisen = 'x'", "lisen: there is no such key: did you mean `listen`?".to_owned()),
        ("TOP", "Admin_Listen = 1", "Admin_Listen: there is no such key: did you mean `admin-listen`?".to_owned()),
        (
            "TOP",
            "color = 1",
            "color: there is no such key: use one of `listen`, `admin-listen`, `public-url`, `data-dir`, `retention-days`, \
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
        ("TOP", "listen = '127.0.0.1:8081'", "admin-listen: is where `listen` is, too: choose another port".to_owned()),
        ("TOP", "data-dir = ' '", "data-dir: is blank: name a folder".to_owned()),
        ("TOP", "deadline-ms = 99", "deadline-ms: must be 100 to 60000: choose such a number".to_owned()),
        ("TOP", "deadline-ms = -1", "deadline-ms: must be 100 to 60000: choose such a number".to_owned()),
        ("TOP", "deadline-ms = 4.5", "deadline-ms: must be an integer, not a floating-point number".to_owned()),
        ("TOP", "body-limit-bytes = 1", "body-limit-bytes: must be 1024 to 8388608: choose such a number".to_owned()),
        (
            "TOP",
            "connections = { max = 15, proxies = ['x', '192.0.2.0/33'] }",
            "connections.max: must be 16 to 60000: choose such a number|\
             connections.proxies[0]: must be an IP address or a network, such as `192.0.2.7` or `192.0.2.0/24`|\
             connections.proxies[1]: must be an IP address or a network, such as `192.0.2.7` or `192.0.2.0/24`"
                .to_owned(),
        ),
        ("TOP", "limits = 5", "limits: must be a table, not an integer".to_owned()),
        ("TOP", "limits.max-in-flight = 0", "limits.max-in-flight: must be 1 to 512: choose such a number".to_owned()),
        ("TOP", "limits.burst = 'x'", "limits.burst: must be an integer, not a string".to_owned()),
        (
            "ACCOUNT",
            "limits = { requests-per-second = 0, max_in_flight = 1 }",
            "account.2.limits.max_in_flight: there is no such key: did you mean `max-in-flight`?|\
             account.2.limits.requests-per-second: must be 1 to 1000000: choose such a number"
                .to_owned(),
        ),
        ("TOP", "app.x.plug = 'p'", format!("app.x: {id}")),
        ("TOP", "account.007.app = 1", format!("account.007: {id}")),
        ("APP", "settngs = {}", "app.1.settngs: there is no such key: did you mean `settings`?".to_owned()),
        (
            "APP",
            "client-secret = 'x'",
            "app.1.client-secret: there is no such key: use one of `plug`, `settings`, `accept-signatures`, `outbound`, and put \
             what the plug wants into `settings`"
                .to_owned(),
        ),
        ("APP", "settings = 1", "app.1.settings: must be a table, not an integer".to_owned()),
        ("APP", "settings.a = ' '", "app.1.settings.a: is blank: give it a value, or leave it out".to_owned()),
        (
            "APP",
            "settings.a = {env='BLANK'}",
            "app.1.settings.a: is blank: give it a value, or leave it out".to_owned(),
        ),
        (
            "APP",
            "settings.a = {env='UNSET'}",
            "app.1.settings.a.env: the environment has no `UNSET`, or it is not text: set it".to_owned(),
        ),
        (
            "APP",
            "settings.a = {file='f'}",
            "app.1.settings.a.file: `f`: there is no such file: make it, or correct the path".to_owned(),
        ),
        (
            "APP",
            "settings.a = {env='BLANK',file='f'}",
            "app.1.settings.a: must say where the value is: either `env` or `file`".to_owned(),
        ),
        ("APP", "settings.a = {}", "app.1.settings.a: must say where the value is: either `env` or `file`".to_owned()),
        (
            "APP",
            "settings.a = {ENV='HUBSPOT_CLIENT_SECRET'}",
            "app.1.settings.a.ENV: there is no such key: did you mean `env`?|app.1.settings.a: must say where the \
             value is: either `env` or `file`"
                .to_owned(),
        ),
        ("APP", "settings.a = 1.5", format!("app.1.settings.a: {sources}, not a floating-point number")),
        ("APP", "settings.a = 2026-01-01", format!("app.1.settings.a: {sources}, not a date or time")),
        ("APP", "settings.a = ['x', ['y']]", format!("app.1.settings.a[1]: {sources}, not a list")),
        (
            "APP",
            "settings.a = []",
            "app.1.settings.a: the list is empty: name something, or leave the key out".to_owned(),
        ),
        (
            "APP",
            "settings.\"a\\nb\" = 1",
            "app.1.settings.\"a\\nb\": a key has 1 to 128 characters on one line: change it".to_owned(),
        ),
        (
            "APP",
            "accept-signatures = []",
            "app.1.accept-signatures: the list is empty: name something, or leave the key out".to_owned(),
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
        ("ACCOUNT", "name = '3'", "account.2.name: reads as the number of another account: add a letter".to_owned()),
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
            "account.2.conferencing: the account has no connection of this name: did you mean `a`?|\
             account.2.telephony: the account has no connection of this name: use one of `a`"
                .to_owned(),
        ),
        (
            "ACCOUNT",
            "conection = 1",
            "account.2.conection: there is no such key: did you mean `connection`?".to_owned(),
        ),
        ("ACCOUNT", "connection.'a b'.plug = 'p'", format!("account.2.connection.\"a b\": {name}")),
        ("ACCOUNT", "connection.b = 'p'", "account.2.connection.b: must be a table, not a string".to_owned()),
        (
            "ACCOUNT",
            "connection.b = {}",
            "account.2.connection.b.plug: is missing: add it (Name of a built-in plug, path of a file (with a slash, \
             or ending in `.wasm`), or `sha256:` and 64 hexadecimal digits)"
                .to_owned(),
        ),
        ("ACCOUNT", "connection.b.plug = 'A B'", format!("account.2.connection.b.plug: {plug}")),
        (
            "ACCOUNT",
            "connection.b.plug = 'sha256:12'",
            "account.2.connection.b.plug: a digest is `sha256:` and 64 hexadecimal digits: correct it".to_owned(),
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
        (
            "CONNECTION",
            "outbound.allow-private = true",
            format!(
                "{connection}.outbound.allow-private: needs `allow` beside it: name each private host that may be \
                 called, with its port, such as `allow = [\"127.0.0.1:8090\"]`"
            ),
        ),
    ];
    assert_eq!(faults(&spoiled("", "")), [""; 0]);
    for (place, lines, expected) in cases {
        assert_eq!(faults(&spoiled(place, lines)).join("|"), expected, "{lines}");
    }
}

#[test]
fn what_is_missing_or_refers_to_nothing_is_told() {
    let url = "public-url: is missing: add it (Address that senders call and sign, such as \
     `https://bridge.example.com`; https, save on this machine)";
    assert_eq!(faults(""), [url]);
    assert_eq!(
        faults("public-url = 'h'\n[account.2]\nconferencing = 'x'\n[account.3]\napp = 9"),
        [
            "public-url: must be an address such as `https://bridge.example.com`",
            "account.2.app: is missing: add it (Number of the app that it installed)",
            "account.2.conferencing: the account has no connection of this name: add it as \
             `[account.2.connection.NAME]`",
            "account.3.app: there is no `[app.9]`: add it, or name another app",
        ]
    );
    // An app that is there, if not well, is not told to be missing.
    assert_eq!(faults("public-url = 'http://h'\napp.1.plug = 1\naccount.2.app = 1").len(), 1);
}

#[test]
fn tokens_that_are_not_right_are_told() {
    let hash = "must be the SHA-256 of a token in 64 hexadecimal digits: `cordboard token new` makes both";
    let name = "a name has at most 64 letters of ASCII, digits and `-_.`, and begins with a letter or digit: change it";
    let [one, other] = ['0', '1'].map(|digit| digit.to_string().repeat(64));
    for (lines, expected) in [
        ("[admin]\ntokn = 1".to_owned(), "admin.tokn: there is no such key: did you mean `token`?".to_owned()),
        (
            "[admin.token.a]".to_owned(),
            "admin.token.a.sha256: is missing: add it (SHA-256 of the token in 64 hexadecimal digits; the token itself \
             is kept nowhere)"
                .to_owned(),
        ),
        ("[admin.token.a]\nsha256 = 'the-token'".to_owned(), format!("admin.token.a.sha256: {hash}")),
        (format!("[admin.token.'a b']\nsha256 = '{one}'"), format!("admin.token.\"a b\": {name}")),
        (
            format!("[admin.token.a]\nsha256 = '{one}'\naccount = 3"),
            "admin.token.a.account: there is no `[account.3]`: add it, or name another account".to_owned(),
        ),
        (
            format!("[admin.token.a]\nsha256 = '{one}'\naccount = 0"),
            "admin.token.a.account: must be 1 to 9223372036854775807: choose such a number".to_owned(),
        ),
        (
            format!("[admin.token.a]\nsha256 = '{one}'\npush = 'yes'"),
            "admin.token.a.push: must be `true` or `false`, not a string".to_owned(),
        ),
        ("[plugs]\ntoken-unused = 0".to_owned(), "plugs.token-unused: must be 1 to 100000: choose such a number".to_owned()),
        (
            format!("[admin.token.a]\nsha256 = '{one}'\nacount = 2"),
            "admin.token.a.acount: there is no such key: did you mean `account`?".to_owned(),
        ),
        (
            format!("admin.token.a.sha256 = '{other}'\nadmin.token.b.sha256 = '{other}'"),
            "admin.token.b.sha256: is the same as `admin.token.a.sha256`: change one of them".to_owned(),
        ),
    ] {
        let (tables, top) = if lines.starts_with('[') { (lines.as_str(), "") } else { ("", lines.as_str()) };
        let told = faults(&format!("{}{tables}\n", spoiled("TOP", top)));
        assert_eq!(told, [expected], "{lines}");
    }
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
