//! A configuration held against the descriptions of its plugs, before any of them serves a request.

mod accepted;
mod outbound;
mod routes;
mod settings;
mod subject;

#[cfg(test)]
mod tests;

use super::key_path::KeyPath;
use super::{Account, Config, Connection, Fault, PlugRef, name, public_url};
use crate::contract::manifest::Description;
use crate::plug::Role;
use crate::store::ConnectionId;
use subject::Subject;

/// What was found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// With one of these the configuration is refused.
    pub faults: Vec<Fault>,
    /// The operator should know of these.
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

/// A plug's role and description, or a sentence about why there is none.
pub type Described<'d> = Result<(Role, &'d Description), String>;

/// Checks what a configuration asks of its plugs. `describe` is asked once for each app and connection.
pub fn check<'d>(config: &Config, describe: &dyn Fn(&PlugRef) -> Described<'d>) -> Report {
    let mut report = Report::default();
    let root = KeyPath::default();
    if config.public_url.scheme() == "http" && !public_url::is_loopback(&config.public_url) {
        let sentence = "requests travel unencrypted, with what they prove: give an address that begins with `https://`";
        report.warn(&root.key("public-url"), sentence.to_owned());
    }
    for (id, app) in &config.apps {
        let path = root.key("app").key(&id.to_string());
        match describe(&app.plug) {
            Err(sentence) => report.fault(&path.key("plug"), sentence),
            Ok((Role::Crm, description)) => check_subject(&Subject::of_app(path, app, description), &mut report),
            Ok((role, description)) => report.fault(
                &path.key("plug"),
                format!("`{}` is a {role} plug and serves connections: name a CRM's plug", description.name),
            ),
        }
    }
    for (id, account) in &config.accounts {
        check_account(&root.key("account").key(&id.to_string()), account, describe, &mut report);
    }
    report
}

/// Checks one app or connection ([`ConnectionId::of_app`]) by itself, with another plug than the configured one. Its
/// faults.
pub fn check_one(config: &Config, id: &ConnectionId, role: Role, description: &Description) -> Vec<Fault> {
    let mut report = Report::default();
    let root = KeyPath::default();
    if let Some(app) = id.app() {
        if let Some(app) = config.apps.get(&app) {
            let path = root.key("app").key(&id.name);
            check_subject(&Subject::of_app(path, app, description), &mut report);
        }
    } else if let Some(account) = config.accounts.get(&id.account)
        && let Some(connection) = account.connections.get(&id.name)
    {
        let path = root.key("account").key(&id.account.to_string());
        check_connection(&path, account, connection, role, description, &mut report);
    }
    report.faults
}

fn check_account<'d>(
    path: &KeyPath,
    account: &Account,
    describe: &dyn Fn(&PlugRef) -> Described<'d>,
    report: &mut Report,
) {
    for (name, connection) in &account.connections {
        let own = path.key("connection").key(name);
        let (role, description) = match describe(&connection.plug) {
            Ok(found) => found,
            Err(sentence) => {
                report.fault(&own.key("plug"), sentence);
                continue;
            }
        };
        check_connection(path, account, connection, role, description, report);
    }
}

fn check_connection(
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
        let sentence = format!(
            "`{}` is a CRM's plug and serves apps: name the plug of a conferencing or telephony system",
            description.name
        );
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
            "the connection's plug `{}` knows no telephone numbers: name a connection with a telephony plug, or \
             leave the key out",
            description.name
        );
        report.fault(&path.key("telephony"), sentence);
    }
}

/// Where only the address is the secret, it must be one that nobody can guess.
fn check_ingest_key(connection: &Connection, subject: &Subject<'_>, report: &mut Report) {
    let guessable = connection.ingest_key.as_ref().is_some_and(|key| key.expose().len() < name::SAFE_INGEST_KEY);
    if !guessable {
        return;
    }
    let path = subject.path.key("ingest-key");
    let hint = format!("make it {} random characters long, or leave it out to have one made", name::SAFE_INGEST_KEY);
    if routes::open(subject) {
        report.fault(&path, format!("it can be guessed, and nothing else proves the sender: {hint}"));
    } else {
        report.warn(&path, format!("it can be guessed, so strangers may call and be refused: {hint}"));
    }
}

/// What holds for apps and connections alike.
fn check_subject(subject: &Subject<'_>, report: &mut Report) {
    settings::check(subject, report);
    routes::check(subject, report);
    accepted::check(subject, report);
    outbound::check(subject, report);
}

/// Whether a connection can make conferences.
fn check_conferencing(path: &KeyPath, role: Role, subject: &Subject<'_>, report: &mut Report) {
    let description = subject.description;
    let capabilities = &description.capabilities;
    if role != Role::Provider || !capabilities.creates {
        let sentence = format!(
            "the connection's plug `{}` makes no conferences: name a connection whose plug does, or leave the key out",
            description.name
        );
        report.fault(path, sentence);
    } else if !capabilities.creates_with.is_empty() && !capabilities.creates_with.iter().any(|key| subject.has(key)) {
        let keys: Vec<String> = capabilities.creates_with.iter().map(|key| format!("`{key}`")).collect();
        let sentence =
            format!("the plug `{}` makes no conferences before {} is set: set it", description.name, keys.join(" or "));
        report.fault(&subject.path.key("settings"), sentence);
    }
}
