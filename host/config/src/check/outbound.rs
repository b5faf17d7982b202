//! Checks that the allowed hosts of an app or connection are hosts that its plug declares.

use cordboard_core::render::host_allowed;
use url::Url;

use super::Report;
use super::subject::Subject;
use crate::nearest::listed;

/// Rejects allowed hosts that the plug does not declare, which are most likely mistakes.
pub(super) fn check(subject: &Subject<'_>, report: &mut Report) {
    let outbound = subject.outbound;
    let path = subject.path.key("outbound").key("allow");
    let declared = &subject.description.outbound_hosts;
    let plug = &subject.description.name;
    if declared.is_empty() && !outbound.allow.is_empty() {
        report.fault(&path, format!("the plug `{plug}` calls no hosts: remove the key"));
        return;
    }
    let settings = subject.open_settings();
    for (index, host) in outbound.allow.iter().enumerate() {
        if !is_declared(host, declared, &settings) {
            let declared = listed(declared.iter().map(String::as_str));
            let sentence = format!(
                "the plug `{plug}` does not declare this host: use one of {declared}, with the setting in place of \
                 `{{key}}`"
            );
            report.fault(&path.item(index), sentence);
        }
    }
}

fn is_declared(host: &str, declared: &[String], settings: &[(String, String)]) -> bool {
    let Ok(url) = Url::parse(&format!("https://{host}/")) else { return false };
    match (url.host_str(), url.port_or_known_default()) {
        (Some(host), Some(port)) => host_allowed(host, port, declared, settings),
        _ => false,
    }
}
