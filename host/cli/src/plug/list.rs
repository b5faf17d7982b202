//! `cordboard plug list`

use std::process::ExitCode;

use serde_json::Value;

use crate::CliError;
use crate::terminal::{plain, row, wrapped};

use super::client::Admin;
use super::json::{list, member, number};
use super::plug_ref::short;

pub(super) async fn run(admin: Admin) -> Result<ExitCode, CliError> {
    let plugs = admin.client()?.get("plugs", &[]).await?;
    admin.print(&plugs, table)
}

const WIDTHS: [usize; 6] = [12, 20, 10, 9, 9, 8];

fn table(plugs: &Value) -> String {
    let mut text = row(WIDTHS, ["DIGEST", "NAME", "VERSION", "ROLE", "    BYTES", "FROM"]);
    for plug in list(plugs, "plugs") {
        let member = |name: &str| member(plug, name);
        let bytes = format!("{:>9}", number(plug, "bytes"));
        let from = if plug.get("builtIn") == Some(&Value::Bool(true)) { "built in" } else { "pushed" };
        let digest = short(member("digest"));
        text += &row(WIDTHS, [&digest, member("name"), member("version"), member("role"), &bytes, from]);
        if let Some(fault) = plug.get("fault").and_then(Value::as_str) {
            text += &wrapped(&plain(fault), 2);
        }
    }
    if plugs.get("more") == Some(&Value::Bool(true)) {
        text += "Not all plugs are shown.\n";
    }
    text
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn lines_fit_80_columns_for_any_content() {
        let digest = format!("sha256:{}", "a".repeat(64));
        let plug = |name: &str, built_in: bool, fault: Option<&str>| {
            json!({
                "digest": digest, "name": name, "version": "v".repeat(60), "role": "telephony", "bytes": 67_108_864,
                "builtIn": built_in, "fault": fault,
            })
        };
        let long = "a reason of many words ".repeat(20);
        let table = table(&json!({
            "plugs": [plug("rooms", true, None), plug(&"日本".repeat(60), false, None), plug("\u{1b}[2J", false, Some(&long))],
            "more": true,
        }));
        assert!(table.lines().count() > 8 && table.contains("aaaaaaaaaaaa  rooms  "), "{table}");
        for line in table.lines() {
            assert!(line.chars().count() <= 80 && !line.contains('\u{1b}'), "{line}");
        }
    }
}
