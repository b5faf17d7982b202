//! Every key of the configuration, in one table: unknown keys are known from it, and `CONFIGURATION.md` is made of it.

use std::fmt::Write;

/// Whether a key must be there.
pub(super) enum Presence {
    /// It must.
    Required,
    /// It need not; what holds without it is in its summary.
    Optional,
    /// This holds without it, as TOML.
    Default(&'static str),
}

use Presence::{Default, Optional, Required};

/// A key.
pub(super) struct Key {
    /// As it is written.
    pub name: &'static str,
    /// What stands under it.
    pub kind: &'static str,
    /// Whether it must be there.
    pub presence: Presence,
    /// One line for the operator.
    pub summary: &'static str,
}

const fn key(name: &'static str, kind: &'static str, presence: Presence, summary: &'static str) -> Key {
    Key { name, kind, presence, summary }
}

/// A table of keys.
pub(super) struct Section {
    /// Its heading in the reference.
    pub heading: &'static str,
    /// What it is.
    pub summary: &'static str,
    /// Its keys.
    pub keys: &'static [Key],
}

impl Section {
    /// A key by its name.
    pub fn find(&self, name: &str) -> Option<&'static Key> {
        self.keys.iter().find(|key| key.name == name)
    }
}

/// The top of the file.
pub(super) static TOP: Section = Section {
    heading: "The top of the file",
    summary: "What holds for the whole server.",
    keys: &[
        key("listen", "string", Default("\"127.0.0.1:8080\""), "IP address and port on which senders are listened to"),
        key(
            "admin-listen",
            "string",
            Default("\"127.0.0.1:8081\""),
            "IP address and port on which the owner is listened to",
        ),
        key(
            "public-url",
            "string",
            Required,
            "Address that senders call and sign, such as `https://bridge.example.com`; https, save on this machine",
        ),
        key(
            "data-dir",
            "string",
            Default("\"cordboard-data\""),
            "Folder of the store, of pushed plugs and of the host's own key, from the folder of this file on",
        ),
        key(
            "retention-days",
            "integer",
            Default("90"),
            "For how many days deliveries, events and what is over or acknowledged are kept: 1 to 3650. Nothing is dropped \
             while the clock is more than a third of that, and a day, ahead of the newest record",
        ),
        key(
            "deadline-ms",
            "integer, 100 to 60000",
            Default("4500"),
            "Milliseconds until the CRM or a provider is answered, 503 where nothing is decided by then; what is under way \
             goes on",
        ),
        key(
            "body-limit-bytes",
            "integer, 1024 to 8388608",
            Default("1048576"),
            "Bytes that the body of a provider's request may have",
        ),
        key(
            "crm-body-limit-bytes",
            "integer, 1024 to 8388608",
            Default("65536"),
            "Bytes that the body of a request of the CRM may have",
        ),
        key("connections", "table", Optional, "How many connections senders may have on `listen`"),
        key("limits", "table", Optional, "How much one account may ask for"),
        key("plugs", "table", Optional, "How much pushed plugs may take of the host"),
        key("admin", "table", Optional, "Who may change the bridge by its admin API"),
        key("app", "tables by id", Optional, "Apps at the CRM"),
        key("account", "tables by id", Optional, "Accounts at the CRM"),
    ],
};

/// `connections`
pub(super) static CONNECTIONS: Section = Section {
    heading: "`[connections]`",
    summary: "How many connections senders may have on `listen`. Where all are taken, the one that has been idle longest \
              is closed for the next; one with a request under way never is. Half of the process's file descriptors are \
              kept for calls to providers, the store and operators: `cordboard doctor` shows what there is.",
    keys: &[
        key(
            "max",
            "integer, 16 to 60000",
            Default("1024"),
            "How many there may be at a time, as far as the limit of file descriptors allows",
        ),
        key(
            "max-per-peer",
            "integer, 1 to 60000",
            Default("128"),
            "How many one address may have, in IPv6 one network of 64 bits; beyond, its own idle ones make room, or the \
             new one is closed",
        ),
        key(
            "proxies",
            "list of strings",
            Optional,
            "Addresses and networks of proxies, such as `192.0.2.0/24`, for which `max-per-peer` does not hold; without it, \
             this machine, link-local and private networks, and 100.64.0.0/10",
        ),
    ],
};

/// `admin`
pub(super) static ADMIN: Section = Section {
    heading: "`[admin]`",
    summary: "Who may change the bridge by the admin API, under `/admin/v1` on `admin-listen`. Without a token nobody may.",
    keys: &[key("token", "tables by name", Optional, "Tokens of the admin API, each by the name of its holder")],
};

/// A token.
pub(super) static TOKEN: Section = Section {
    heading: "`[admin.token.NAME]`",
    summary: "A token of the admin API: `cordboard token new NAME` makes one, and these lines. Its name stands in the \
              audit log, and has ASCII letters, digits and `-_.`.",
    keys: &[
        key(
            "sha256",
            "string",
            Required,
            "SHA-256 of the token in 64 hexadecimal digits; the token itself is kept nowhere",
        ),
        key(
            "account",
            "integer",
            Optional,
            "Number of the only account whose connections it may see and change; without it, all",
        ),
        key(
            "push",
            "boolean",
            Optional,
            "Allow pushing plugs; without it, `true` for a token for all accounts and `false` for a token with `account`",
        ),
    ],
};

/// `plugs`
pub(super) static PLUGS: Section = Section {
    heading: "`[plugs]`",
    summary: "How much pushed plugs may take of the host. A token's quotas count what was first pushed with it: files as \
              they came, padding included, and their compiled forms. A plug is in use while an app or connection runs it, \
              tries it, or can be rolled back to it, up to ten generations back.",
    keys: &[
        key(
            "loaded-bytes",
            "integer, 1 to 1099511627776",
            Default("536870912"),
            "Bytes of compiled code and data that all plugs may have in memory; beyond, the least recently called are \
             unloaded until their next call",
        ),
        key(
            "unused-hours",
            "integer, 1 to 8760",
            Default("24"),
            "Hours that a file is kept after its push and after its last use",
        ),
        key(
            "token-bytes",
            "integer, 1 to 1099511627776",
            Default("2147483648"),
            "Bytes that the plugs of one token may have on the disk",
        ),
        key("token-unused", "integer, 1 to 100000", Default("64"), "Unused plugs that one token may have on the disk"),
        key(
            "token-compile-seconds",
            "integer, 1 to 3600",
            Default("600"),
            "Seconds of processor time that compiling the plugs of one token may take per hour",
        ),
    ],
};

/// An app.
pub(super) static APP: Section = Section {
    heading: "`[app.ID]`",
    summary: "An app at the CRM, by the CRM's number of it: one set of addresses for all its accounts.",
    keys: &[PLUG, SETTINGS, ACCEPT_SIGNATURES, OUTBOUND_KEY],
};

/// An account.
pub(super) static ACCOUNT: Section = Section {
    heading: "`[account.ID]`",
    summary: "A tenant of the CRM, by the CRM's number of it.",
    keys: &[
        key(
            "name",
            "string",
            Optional,
            "What people call it: ASCII letters, digits and `-_.`, no other account's name; without it, its number",
        ),
        key("app", "integer", Required, "Number of the app that it installed"),
        key("conferencing", "string", Optional, "The connection that makes conferences; without it, none are made"),
        key("telephony", "string", Optional, "The connection that knows telephone numbers; without it, none are known"),
        key(
            "delete-unacknowledged",
            "boolean",
            Default("false"),
            "Delete a conference 15 minutes after it is certain that nobody got its link",
        ),
        key(
            "limits",
            "table",
            Optional,
            "How much it may ask for; what this does not say is as at the top of the file",
        ),
        key("connection", "tables by name", Optional, "Connections to conferencing and telephony systems"),
    ],
};

/// A connection.
pub(super) static CONNECTION: Section = Section {
    heading: "`[account.ID.connection.NAME]`",
    summary: "A plug with its settings. Names have ASCII letters, digits and `-_.`.",
    keys: &[
        PLUG,
        SETTINGS,
        key(
            "ingest-key",
            "value",
            Optional,
            "Secret part of the address that the provider calls: 8 to 128 ASCII letters, digits, `-` and `_`, 22 or \
             more where nothing else proves the sender; without it one is made at the first start",
        ),
        ACCEPT_SIGNATURES,
        OUTBOUND_KEY,
    ],
};

/// `limits` of one account, and of all that have none.
pub(super) static LIMITS: Section = Section {
    heading: "`[limits]` and `[account.ID.limits]`",
    summary: "How much one account may ask for, of the CRM's operations and its providers' deliveries together, so that \
              none is left without by another. What is beyond is answered 429 with `retry-after`. Only requests whose \
              sender has proved authentic count.",
    keys: &[
        key(
            "max-in-flight",
            "integer, 1 to 512",
            Default("128"),
            "How many may be under way, theirs too whose asker is gone",
        ),
        key(
            "requests-per-second",
            "integer, 1 to 1000000",
            Default("500"),
            "How many may begin in a second, over time",
        ),
        key(
            "burst",
            "integer, 1 to 1000000",
            Optional,
            "How many may begin at one moment, after a rest; without it, four times `requests-per-second`",
        ),
        key(
            "bytes-per-second",
            "integer, 1 to 1073741824",
            Default("4194304"),
            "Bytes that requests bring and operations write in a second, over time; four times as many at one moment, \
             after a rest",
        ),
        key(
            "stored-bytes",
            "integer, 1 to 1125899906842624",
            Default("10737418240"),
            "Bytes that are stored of operations, conferences, deliveries and events, until `retention-days` drops them. A \
             sixteenth more is kept in reserve for changing and deleting conferences",
        ),
    ],
};

/// `outbound` of an app or connection.
pub(super) static OUTBOUND: Section = Section {
    heading: "`outbound` of an app or connection",
    summary: "Where the plug's requests may go. No plug calls a host that it does not declare.",
    keys: &[
        key(
            "allow",
            "list of strings",
            Optional,
            "The only hosts, as `host[:port]`, that may be called of those that the plug declares; without it, all of \
             them",
        ),
        key(
            "allow-private",
            "boolean",
            Default("false"),
            "Let the hosts of `allow`, which must be named then, have private addresses and be called by plain http. \
             Where the bridge itself listens no plug ever reaches",
        ),
    ],
};

/// A value that is kept elsewhere.
pub(super) static VALUE: Section = Section {
    heading: "Values",
    summary: "A value is a string, an integer, a boolean, or a table that says where it is: one of these two keys. A \
              setting may have a list of values: a secret that is being changed has two. No value may be blank.",
    keys: &[
        key("env", "string", Optional, "Variable of the environment that holds it"),
        key(
            "file",
            "string",
            Optional,
            "File that holds it, at most 64 KiB, from the folder of this file on; line ends behind it do not count",
        ),
    ],
};

const PLUG: Key = key(
    "plug",
    "string",
    Required,
    "Name of a built-in plug, path of a file (with a slash, or ending in `.wasm`), or `sha256:` and 64 hexadecimal \
     digits",
);
const SETTINGS: Key = key(
    "settings",
    "table of values",
    Optional,
    "What the plug wants to know; `cordboard plug inspect` shows its keys",
);
const ACCEPT_SIGNATURES: Key = key(
    "accept-signatures",
    "list of strings",
    Optional,
    "The only signatures to take, by the names in the plug's description; without it, all of them",
);

const OUTBOUND_KEY: Key = key("outbound", "table", Optional, "Where the plug's requests may go");

/// In the order of the reference.
pub(super) static SECTIONS: [&Section; 11] =
    [&TOP, &CONNECTIONS, &LIMITS, &PLUGS, &ADMIN, &TOKEN, &APP, &ACCOUNT, &CONNECTION, &OUTBOUND, &VALUE];

/// A configuration that parses, with plugs that are built in.
pub(super) const EXAMPLE: &str = include_str!("example.toml");

/// The reference of the configuration, in Markdown: every key with its type, its default and what it is.
pub fn reference() -> String {
    let mut text = String::from(
        "<!-- Made from host/src/config/reference.rs: `CORDBOARD_BLESS=1 cargo test -p cordboard --lib config`. -->\n\
         # Configuration\n\n\
         `cordboard.toml` holds all that an owner configures. Unknown keys are refused; `cordboard check` tells \
         everything that is wrong with the file at once, and then everything that does not fit its plugs.\n",
    );
    for section in SECTIONS {
        // Writing into a string cannot fail.
        let _ = write!(text, "\n## {}\n\n{}\n\n", section.heading, section.summary);
        text.push_str("| key | type | default | |\n|---|---|---|---|\n");
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
    fn the_reference_is_the_one_beside_the_sources() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/CONFIGURATION.md");
        if std::env::var_os("CORDBOARD_BLESS").is_some() {
            std::fs::write(path, reference()).unwrap();
        }
        let stored = std::fs::read_to_string(path).unwrap_or_default();
        assert!(stored == reference(), "CONFIGURATION.md is stale: run this test with CORDBOARD_BLESS=1");
    }

    #[test]
    fn keys_stand_once_and_fit_a_row_of_a_table() {
        for section in SECTIONS {
            for (index, key) in section.keys.iter().enumerate() {
                assert!(section.keys.iter().skip(index + 1).all(|other| other.name != key.name), "{}", key.name);
                assert!(!format!("{}{}", key.kind, key.summary).contains(['|', '\n']), "{}", key.name);
            }
        }
    }
}
