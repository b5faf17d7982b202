//! Checks a configuration against the descriptions of its plugs, before any of them serves a request.

mod accepted;
mod outbound;
mod routes;
mod settings;
mod subject;

#[cfg(test)]
mod tests;

use cordboard_core::types::manifest::Description;
use cordboard_core::{AccountId, AppId, Role};

use super::key_path::KeyPath;
use super::{Account, Config, Connection, Fault, PlugRef, name, public_url};
use subject::Subject;

/// The result of a check.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// Errors, which make the configuration unusable.
    pub faults: Vec<Fault>,
    /// Warnings, which the operator should know about.
    pub warnings: Vec<Fault>,
}

impl Report {
    fn fault(&mut self, path: &KeyPath, sentence: String) {
        self.faults.push(Fault { path: path.to_string(), sentence });
    }

    fn warn(&mut self, path: &KeyPath, sentence: String) {
        self.warnings.push(Fault { path: path.to_string(), sentence });
    }
}

/// A plug's role and description, or a message that explains why it cannot be used.
pub type Described<'d> = Result<(Role, &'d Description), String>;

/// Checks a configuration against its plugs. Calls `describe` once for each app and connection.
pub fn check<'d>(config: &Config, describe: &dyn Fn(&PlugRef) -> Described<'d>) -> Report {
    let mut report = Report::default();
    let root = KeyPath::default();
    if config.public_url.scheme() == "http" && !public_url::is_loopback(&config.public_url) {
        let sentence = "requests and their signatures travel unencrypted: use an `https://` URL";
        report.warn(&root.key("public-url"), sentence.to_owned());
    }
    for (id, app) in &config.apps {
        let path = root.key("app").key(id.as_str());
        match describe(&app.plug) {
            Err(sentence) => report.fault(&path.key("plug"), sentence),
            Ok((Role::Crm, description)) => check_subject(&Subject::of_app(path, app, description), &mut report),
            Ok((role, description)) => report.fault(
                &path.key("plug"),
                format!("`{}` is a {role} plug, which serves connections: use a CRM plug", description.name),
            ),
        }
    }
    for (id, account) in &config.accounts {
        let path = root.key("account").key(id.as_str());
        for (name, connection) in &account.connections {
            match describe(&connection.plug) {
                Ok((role, description)) => check_in_account(&path, account, connection, role, description, &mut report),
                Err(sentence) => report.fault(&path.key("connection").key(name).key("plug"), sentence),
            }
        }
    }
    report
}

/// Checks an app with a CRM plug other than the configured one, and returns the faults.
pub fn check_app(config: &Config, app: &AppId, description: &Description) -> Vec<Fault> {
    let mut report = Report::default();
    if let Some(found) = config.apps.get(app) {
        let path = KeyPath::default().key("app").key(app.as_str());
        check_subject(&Subject::of_app(path, found, description), &mut report);
    }
    report.faults
}

/// Checks a connection of an account with a plug other than the configured one, and returns the faults.
pub fn check_connection(
    config: &Config,
    account: &AccountId,
    name: &str,
    role: Role,
    description: &Description,
) -> Vec<Fault> {
    let mut report = Report::default();
    if let Some(found) = config.accounts.get(account)
        && let Some(connection) = found.connections.get(name)
    {
        let path = KeyPath::default().key("account").key(account.as_str());
        check_in_account(&path, found, connection, role, description, &mut report);
    }
    report.faults
}

fn check_in_account(
    path: &KeyPath,
    account: &Account,
    connection: &Connection,
    role: Role,
    description: &Description,
    report: &mut Report,
) {
    let name = &connection.name;
    let subject = Subject::of_connection(path.key("connection").key(name), connection, description);
    if role == Role::Crm {
        let sentence =
            format!("`{}` is a CRM plug, which serves apps: use a provider or telephony plug", description.name);
        report.fault(&subject.path.key("plug"), sentence);
        return;
    }
    check_subject(&subject, report);
    check_ingest_key(connection, &subject, report);
    if account.conferencing.as_ref() == Some(name) {
        check_conferencing(&path.key("conferencing"), role, &subject, report);
    }
    if account.telephony.as_ref() == Some(name) && role != Role::Telephony {
        let sentence = format!(
            "the connection's plug `{}` cannot list telephone numbers: use a connection with a telephony plug, or \
             remove the key",
            description.name
        );
        report.fault(&path.key("telephony"), sentence);
    }
}

/// Rejects a guessable ingest key if a route has no other protection, and otherwise warns about it.
fn check_ingest_key(connection: &Connection, subject: &Subject<'_>, report: &mut Report) {
    let guessable = connection.ingest_key.as_ref().is_some_and(|key| key.expose().len() < name::SAFE_INGEST_KEY);
    if !guessable {
        return;
    }
    let path = subject.path.key("ingest-key");
    let hint = format!("use {} random characters, or remove the key to have one generated", name::SAFE_INGEST_KEY);
    if routes::open(subject) {
        report.fault(&path, format!("can be guessed, and nothing else authenticates the sender: {hint}"));
    } else {
        report.warn(&path, format!("can be guessed, so strangers can send requests, which are refused: {hint}"));
    }
}

/// Runs the checks common to apps and connections.
fn check_subject(subject: &Subject<'_>, report: &mut Report) {
    settings::check(subject, report);
    routes::check(subject, report);
    accepted::check(subject, report);
    outbound::check(subject, report);
}

/// Checks that a connection can create conferences.
fn check_conferencing(path: &KeyPath, role: Role, subject: &Subject<'_>, report: &mut Report) {
    let description = subject.description;
    let capabilities = &description.capabilities;
    if role != Role::Provider || !capabilities.creates {
        let sentence = format!(
            "the connection's plug `{}` cannot create conferences: use a connection whose plug can, or remove the key",
            description.name
        );
        report.fault(path, sentence);
    } else if !capabilities.creates_with.is_empty() && !capabilities.creates_with.iter().any(|key| subject.has(key)) {
        let keys: Vec<String> = capabilities.creates_with.iter().map(|key| format!("`{key}`")).collect();
        let sentence =
            format!("the plug `{}` needs {} to create conferences: set it", description.name, keys.join(" or "));
        report.fault(&subject.path.key("settings"), sentence);
    }
}
