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
    let named = |fault: &Fault| {
        let subject = subjects.iter().find(|subject| subject.holds(&fault.path));
        subject.map_or(ABOUT, |subject| subject.about.as_str()).to_owned()
    };
    let faults = report.faults.iter().map(|fault| (Verdict::Fault, fault));
    let warnings = report.warnings.iter().map(|warning| (Verdict::Warning, warning));
    let mut findings: Vec<Finding> =
        faults.chain(warnings).map(|(verdict, fault)| Finding::new(verdict, named(fault), fault.to_string())).collect();
    let is_ok = |subject: &&Subject| findings.iter().all(|finding| finding.about != subject.about);
    let ok: Vec<_> = subjects
        .iter()
        .filter(is_ok)
        .map(|subject| Finding::ok(&subject.about, "is configured as its plug requires"))
        .collect();
    findings.extend(ok);
    findings
}

/// An app or connection.
struct Subject {
    path: String,
    about: String,
}

impl Subject {
    fn holds(&self, path: &str) -> bool {
        path.strip_prefix(&self.path).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    }
}

fn subjects(config: &Config) -> Vec<Subject> {
    let apps = config.apps.keys().map(|id| Subject { path: format!("app.{id}"), about: format!("app {id}") });
    let connections = config.accounts.values().flat_map(|account| {
        account.connections.keys().map(|name| Subject {
            path: format!("account.{}.connection.{name}", account.id),
            about: format!("connection {}/{name}", account.id),
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
