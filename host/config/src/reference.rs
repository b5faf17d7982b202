//! The reference of every configuration key: the source of unknown-key detection and of `CONFIGURATION.md`.

use std::fmt::Write;

/// Whether a key is required, and its default.
pub(super) enum Presence {
    /// The key is required.
    Required,
    /// The key is optional; its summary says what happens without it.
    Optional,
    /// The key is optional, with this default in TOML syntax.
    Default(&'static str),
}

use Presence::{Default, Optional, Required};

/// A configuration key.
pub(super) struct Key {
    pub name: &'static str,
    /// The type and, for integers, the range.
    pub kind: &'static str,
    pub presence: Presence,
    /// One line of documentation. Full sentences, since some keys need two.
    pub summary: &'static str,
}

const fn key(name: &'static str, kind: &'static str, presence: Presence, summary: &'static str) -> Key {
    Key { name, kind, presence, summary }
}

/// A table of keys.
pub(super) struct Section {
    pub heading: &'static str,
    pub summary: &'static str,
    pub keys: &'static [Key],
}

impl Section {
    /// Finds a key by name.
    pub fn find(&self, name: &str) -> Option<&'static Key> {
        self.keys.iter().find(|key| key.name == name)
    }
}

pub(super) static TOP: Section = Section {
    heading: "Top-level keys",
    summary: "Settings for the whole server. SIGHUP reloads `limits`, `admin`, `app` and `account`; changes to other \
              keys take effect at the next start.",
    keys: &[
        key("listen", "string", Default("\"127.0.0.1:8080\""), "IP address and port for the CRM and providers."),
        key(
            "admin-listen",
            "string",
            Default("\"127.0.0.1:8081\""),
            "IP address and port for the admin API, health checks and metrics. Let only operators reach it.",
        ),
        key(
            "public-url",
            "string",
            Required,
            "Base URL that senders call and sign, such as `https://bridge.example.com`; https, except on this machine.",
        ),
        key(
            "data-dir",
            "string",
            Default("\"cordboard-data\""),
            "Directory of the store, pushed plugs and the host key, relative to the configuration file.",
        ),
        key(
            "retention-days",
            "integer, 1 to 3650",
            Default("90"),
            "How long to keep webhook requests, events, and finished or acknowledged records, in days. Pruning pauses \
             while the clock is ahead of the newest record by more than a day and more than a third of this period.",
        ),
        key(
            "deadline-ms",
            "integer, 100 to 60000",
            Default("4500"),
            "Time limit for answering a request, in milliseconds. After it, the caller gets 503 and work continues.",
        ),
        key(
            "body-limit-bytes",
            "integer, 1024 to 8388608",
            Default("1048576"),
            "Maximum size of a provider's request body, in bytes.",
        ),
        key(
            "crm-body-limit-bytes",
            "integer, 1024 to 8388608",
            Default("65536"),
            "Maximum size of a CRM request body, in bytes.",
        ),
        key("connections", "table", Optional, "Limits on connections to `listen`."),
        key("limits", "table", Optional, "Default limits of every account."),
        key("plugs", "table", Optional, "Limits on pushed plugs."),
        key("admin", "table", Optional, "Access to the admin API."),
        key("app", "tables by id", Optional, "CRM apps that Cordboard serves."),
        key("account", "tables by id", Optional, "CRM accounts that Cordboard serves."),
    ],
};

pub(super) static CONNECTIONS: Section = Section {
    heading: "`[connections]`",
    summary: "Limits on connections to `listen`. When all are in use, Cordboard closes the one that has been idle \
              longest to accept the next. A connection with a request in flight is never closed. Half of the process's \
              file descriptors are reserved for provider calls, the store and operators; `cordboard doctor` shows how \
              many there are.",
    keys: &[
        key(
            "max",
            "integer, 16 to 60000",
            Default("1024"),
            "Maximum number of open connections, subject to the file descriptor limit.",
        ),
        key(
            "max-per-peer",
            "integer, 1 to 60000",
            Default("128"),
            "Maximum number of open connections per address, or per /64 network in IPv6. Above it, the peer's \
             longest-idle connection is closed for the new one; if none is idle, the new one is closed.",
        ),
        key(
            "proxies",
            "list of strings",
            Optional,
            "Addresses and networks of proxies, such as `192.0.2.0/24`, which are exempt from `max-per-peer`. Default: \
             this machine, link-local and private networks, and 100.64.0.0/10.",
        ),
    ],
};

pub(super) static ADMIN: Section = Section {
    heading: "`[admin]`",
    summary: "Access to the admin API under `/admin/v1` on `admin-listen`. Without a token, every request is refused.",
    keys: &[key("token", "tables by name", Optional, "Admin API tokens.")],
};

pub(super) static TOKEN: Section = Section {
    heading: "`[admin.token.NAME]`",
    summary: "A token for the admin API. `cordboard token new NAME` creates one and prints this section, which holds \
              only its hash. The name, of ASCII letters, digits, `-`, `_` and `.`, appears in the audit log.",
    keys: &[
        key("sha256", "string", Required, "SHA-256 of the token, in 64 hexadecimal digits."),
        key(
            "account",
            "string or integer",
            Optional,
            "Id of the only account whose connections the token may see and change. Default: all accounts.",
        ),
        key(
            "push",
            "boolean",
            Optional,
            "Whether the token may push plugs. Default: `false` if `account` is set, otherwise `true`.",
        ),
    ],
};

pub(super) static PLUGS: Section = Section {
    heading: "`[plugs]`",
    summary: "Limits on pushed plugs. A token's quotas cover the plugs that it was the first to push: their files as \
              uploaded, padding included, and their compiled code. A plug is in use while an app or connection runs \
              it, tries it as a candidate, or can be rolled back to it, up to ten generations back.",
    keys: &[
        key(
            "loaded-bytes",
            "integer, 1 to 1099511627776",
            Default("536870912"),
            "Maximum size of the compiled code and data of all plugs in memory, in bytes. Above it, the least recently \
             called plugs are unloaded until their next call.",
        ),
        key(
            "unused-hours",
            "integer, 1 to 8760",
            Default("24"),
            "How long to keep a plug's file after it was pushed and after it was last in use, in hours.",
        ),
        key(
            "token-bytes",
            "integer, 1 to 1099511627776",
            Default("2147483648"),
            "Maximum disk space for the plugs of one token, in bytes.",
        ),
        key("token-unused", "integer, 1 to 100000", Default("64"), "Maximum number of unused plugs of one token."),
        key(
            "token-compile-seconds",
            "integer, 1 to 3600",
            Default("600"),
            "Maximum CPU time for compiling the plugs of one token, in seconds per hour.",
        ),
    ],
};

pub(super) static APP: Section = Section {
    heading: "`[app.ID]`",
    summary: "An app at the CRM, by its id there: up to 64 ASCII letters, digits and `-._~@`, starting with a letter \
              or digit; quoted if need be, as `[app.\"a.b\"]`. All accounts that installed the app share its URLs.",
    keys: &[PLUG, SETTINGS, ACCEPT_SIGNATURES, OUTBOUND_KEY],
};

pub(super) static ACCOUNT: Section = Section {
    heading: "`[account.ID]`",
    summary: "A CRM account (a tenant), by its id there, which is written as an app's.",
    keys: &[
        key(
            "name",
            "string",
            Optional,
            "Unique name, of ASCII letters, digits, `-`, `_` and `.`. Default: the account's id.",
        ),
        key("app", "string or integer", Required, "Id of the app that the account installed."),
        key("conferencing", "string", Optional, "Name of the connection that creates conferences. Default: none."),
        key("telephony", "string", Optional, "Name of the connection that lists telephone numbers. Default: none."),
        key(
            "delete-unacknowledged",
            "boolean",
            Default("false"),
            "Whether to delete a conference 15 minutes after it is certain that nobody received its link.",
        ),
        key(
            "limits",
            "table",
            Optional,
            "Limits of this account. Each missing key defaults to its value in the top-level `limits`.",
        ),
        key("connection", "tables by name", Optional, "Connections to conferencing and telephony systems."),
    ],
};

pub(super) static CONNECTION: Section = Section {
    heading: "`[account.ID.connection.NAME]`",
    summary: "A connection to a conferencing or telephony system: a plug and its settings. The name may contain ASCII \
              letters, digits, `-`, `_` and `.`.",
    keys: &[
        PLUG,
        SETTINGS,
        key(
            "ingest-key",
            "[value](#values)",
            Optional,
            "Secret part of the URL that the provider calls: 8 to 128 ASCII letters, digits, `-` and `_`; at least 22 \
             if nothing else authenticates the provider. Default: generated at the first start.",
        ),
        ACCEPT_SIGNATURES,
        OUTBOUND_KEY,
    ],
};

pub(super) static LIMITS: Section = Section {
    heading: "`[limits]` and `[account.ID.limits]`",
    summary: "Limits of each account, so that one account cannot starve the others. They apply to the requests of the \
              CRM and of providers together. A request above a limit gets 429 with `retry-after`. Only authenticated \
              requests count.",
    keys: &[
        key(
            "max-in-flight",
            "integer, 1 to 512",
            Default("128"),
            "Maximum number of requests in flight, including those whose caller has disconnected.",
        ),
        key("requests-per-second", "integer, 1 to 1000000", Default("500"), "Maximum sustained rate of requests."),
        key(
            "burst",
            "integer, 1 to 1000000",
            Optional,
            "Maximum number of requests at once after an idle period. Default: four times `requests-per-second`.",
        ),
        key(
            "bytes-per-second",
            "integer, 1 to 1073741824",
            Default("1048576"),
            "Maximum sustained rate of bytes that requests carry and operations write, per second. After an idle \
             period, four times as many are allowed at once.",
        ),
        key(
            "stored-bytes",
            "integer, 1 to 1125899906842624",
            Default("10737418240"),
            "Maximum size of stored operations, conferences, webhook requests and events, in bytes; `retention-days` \
             prunes them. A further sixteenth is reserved for changing and deleting conferences.",
        ),
    ],
};

pub(super) static OUTBOUND: Section = Section {
    heading: "`[app.ID.outbound]` and `[account.ID.connection.NAME.outbound]`",
    summary: "Hosts that the plug may call. A plug never calls a host that it does not declare.",
    keys: &[
        key(
            "allow",
            "list of strings",
            Optional,
            "The only declared hosts that the plug may call, each as `host[:port]`. Default: all declared hosts.",
        ),
        key(
            "allow-private",
            "boolean",
            Default("false"),
            "Whether the hosts in `allow`, which is then required, may have private addresses and be called over plain \
             HTTP. Cordboard's own listeners remain unreachable.",
        ),
    ],
};

/// A value that is stored outside of the configuration file.
pub(super) static VALUE: Section = Section {
    heading: "Values",
    summary: "A value is a string, an integer, a boolean, or a table with one of the two keys below. A setting may \
              have a list of values, such as the old and the new secret during a rotation. Values must not be blank.",
    keys: &[
        key("env", "string", Optional, "Environment variable that holds the value."),
        key(
            "file",
            "string",
            Optional,
            "File that holds the value, up to 64 KiB, relative to the configuration file. Trailing line breaks are \
             ignored.",
        ),
    ],
};

const PLUG: Key = key(
    "plug",
    "string",
    Required,
    "Name of a built-in plug, path of a file (with a slash, or ending in `.wasm`), or `sha256:` and the 64 hexadecimal \
     digits of a pushed plug's digest.",
);
const SETTINGS: Key = key(
    "settings",
    "table of [values](#values)",
    Optional,
    "Settings of the plug; `cordboard plug inspect` lists them.",
);
const ACCEPT_SIGNATURES: Key = key(
    "accept-signatures",
    "list of strings",
    Optional,
    "Names of the only signature schemes to accept. Default: all schemes that the plug describes.",
);
const OUTBOUND_KEY: Key = key("outbound", "table", Optional, "Hosts that the plug may call.");

/// All sections, in the order of the reference.
pub(super) static SECTIONS: [&Section; 11] =
    [&TOP, &CONNECTIONS, &LIMITS, &PLUGS, &ADMIN, &TOKEN, &APP, &ACCOUNT, &CONNECTION, &OUTBOUND, &VALUE];

/// A valid configuration that uses built-in plugs only.
pub(super) const EXAMPLE: &str = include_str!("example.toml");

/// Returns the configuration reference in Markdown: every key with its type, default and description.
pub fn reference() -> String {
    let mut text = String::from(
        "<!-- Generated from host/config/src/reference.rs by `CORDBOARD_BLESS=1 cargo test -p cordboard-config` -->\n\
         # Configuration\n\n\
         Cordboard reads its configuration from `cordboard.toml`, at start and on SIGHUP. Relative paths in the file \
         are resolved against its directory. Unknown keys are errors. `cordboard check` reports all errors in the \
         file at once and, if there are none, checks it against the plugs that it names.\n",
    );
    for section in SECTIONS {
        // Writing into a string cannot fail.
        let _ = write!(text, "\n## {}\n\n{}\n\n", section.heading, section.summary);
        text.push_str("| Key | Type | Default | Description |\n|---|---|---|---|\n");
        for key in section.keys {
            let default = match key.presence {
                Required => "required".to_owned(),
                Optional => "–".to_owned(),
                Default(default) => format!("`{default}`"),
            };
            let _ = writeln!(text, "| `{}` | {} | {default} | {} |", key.name, key.kind, key.summary);
        }
    }
    let _ = write!(text, "\n## Example\n\n```toml\n{EXAMPLE}```\n");
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn configuration_md_is_up_to_date() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../CONFIGURATION.md");
        if std::env::var_os("CORDBOARD_BLESS").is_some() {
            std::fs::write(path, reference()).unwrap();
        }
        let stored = std::fs::read_to_string(path).unwrap_or_default();
        assert!(stored == reference(), "CONFIGURATION.md is stale: run this test with CORDBOARD_BLESS=1");
    }

    #[test]
    fn keys_are_unique_and_fit_a_table_row() {
        for section in SECTIONS {
            for (index, key) in section.keys.iter().enumerate() {
                assert!(section.keys.iter().skip(index + 1).all(|other| other.name != key.name), "{}", key.name);
                assert!(!format!("{}{}", key.kind, key.summary).contains(['|', '\n']), "{}", key.name);
            }
        }
    }
}
