//! Checks that the configuration is valid and that every app and connection fits its plug.

use cordboard::config::{Config, Fault, Report};

use super::finding::{Finding, Verdict};

const ABOUT: &str = "configuration";

/// Reports a fault of a configuration that cannot be read.
impl From<&Fault> for Finding {
    fn from(fault: &Fault) -> Self {
        Self::fault(ABOUT, fault.to_string())
    }
}

/// Reports every fault and warning, and every app and connection without one.
pub(super) fn check(config: &Config, report: &Report) -> Vec<Finding> {
    let subjects = subjects(config);
    let about = |fault: &Fault| {
        let rest = |path: &str| fault.path.strip_prefix(path);
        let holds = |path: &str| rest(path).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'));
        subjects.iter().find(|(path, _)| holds(path)).map_or(ABOUT, |(_, about)| about.as_str()).to_owned()
    };
    let faults = report.faults.iter().map(|fault| (Verdict::Fault, fault));
    let warnings = report.warnings.iter().map(|warning| (Verdict::Warning, warning));
    let mut findings: Vec<Finding> =
        faults.chain(warnings).map(|(verdict, fault)| Finding::new(verdict, about(fault), fault.to_string())).collect();
    let ok = subjects.into_iter().filter(|(_, about)| findings.iter().all(|finding| finding.about != *about));
    let ok: Vec<_> = ok.map(|(_, about)| Finding::ok(about, "is configured as its plug requires")).collect();
    findings.extend(ok);
    findings
}

/// Returns each app and connection with its path in the configuration and its subject.
fn subjects(config: &Config) -> Vec<(String, String)> {
    let apps = config.apps.keys().map(|id| (format!("app.{id}"), format!("app {id}")));
    let connections = config.accounts.values().flat_map(|account| {
        account.connections.keys().map(|name| {
            (format!("account.{}.connection.{name}", account.id), format!("connection {}/{name}", account.id))
        })
    });
    apps.chain(connections).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faults_are_attributed_to_their_app_or_connection() {
        let text = "public-url = 'https://a.example'\n[app.1]\nplug = 'hubspot'\n[account.2]\napp = 1\n\
                    [account.2.connection.one]\nplug = 'jitsi'\n[account.2.connection.another]\nplug = 'jitsi'\n";
        let config = Config::parse(text, "".as_ref(), &|_| None).unwrap();
        let fault = |path: &str| Fault { path: path.to_owned(), sentence: "is wrong: fix it".to_owned() };
        let report = Report {
            faults: vec![fault("account.2.connection.one.settings.host"), fault("account.2.conferencing")],
            warnings: vec![fault("app.1.settings"), fault("public-url")],
        };
        let found: Vec<_> =
            check(&config, &report).into_iter().map(|finding| (finding.about, finding.verdict)).collect();
        let expected = [
            ("connection 2/one", Verdict::Fault),
            ("configuration", Verdict::Fault),
            ("app 1", Verdict::Warning),
            ("configuration", Verdict::Warning),
            ("connection 2/another", Verdict::Ok),
        ]
        .map(|(about, verdict)| (about.to_owned(), verdict));
        assert_eq!(found, expected);
    }
}
