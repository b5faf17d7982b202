//! Whether the hosts that an app or connection allows are hosts that its plug declares.

use cordboard_core::render::host_allowed;
use url::Url;

use super::Report;
use super::subject::Subject;
use crate::config::nearest::listed;

/// Refuses allowed hosts that the plug never calls: whoever named one meant another.
pub(super) fn check(subject: &Subject<'_>, report: &mut Report) {
    let outbound = subject.outbound;
    let path = subject.path.key("outbound").key("allow");
    let declared = &subject.description.outbound_hosts;
    let plug = &subject.description.name;
    if declared.is_empty() && !outbound.allow.is_empty() {
        report.fault(&path, format!("the plug `{plug}` calls no hosts: leave the key out"));
        return;
    }
    let settings = subject.open_settings();
    for (index, host) in outbound.allow.iter().enumerate() {
        if !is_declared(host, declared, &settings) {
            let declared = listed(declared.iter().map(String::as_str));
            let sentence = format!(
                "the plug `{plug}` does not call this host: it calls {declared} (`{{key}}` stands for the setting)"
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
