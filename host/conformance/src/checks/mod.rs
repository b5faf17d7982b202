//! All checks, a group a file.

mod abilities;
mod conferences;
mod credentials;
mod crm;
mod deletes;
mod effects;
mod failures;
mod requests;
mod same_again;
mod settings;
mod starts;
mod webhooks;

use super::report::{Faults, Finding, Verdict};
use super::test_run::TestRun;
use super::validation;
use cordboard::plug::Role;

/// Names of checks that are spoken of elsewhere.
pub(super) mod names {
    pub const STARTS: &str = "starts";
    pub const FAILURES: &str = "failures";
    pub const CONFERENCES: &str = "conferences";
    pub const USERS: &str = "users";
    pub const RECEIPTS: &str = "receipts";
    pub const EVENTS: &str = "events";
    pub const ANSWERS: &str = "answers";
    pub const NUMBERS: &str = "numbers";
}

const ALL_ROLES: &[Role] = &[Role::Provider, Role::Crm, Role::Telephony];
const WITH_ROUTES: &[Role] = &[Role::Provider, Role::Crm];

/// One thing that a plug must do.
pub struct Check {
    /// Its name, for people and programs.
    pub name: &'static str,
    /// What it asks of a plug: a sentence without a full stop.
    pub asks: &'static str,
    /// What a plug's author does where it fails: likewise.
    pub hint: &'static str,
    roles: &'static [Role],
    run: fn(&TestRun<'_>) -> Verdict,
}

impl Check {
    /// Holds a plug to it. One that breaks with plain inputs is held to nothing else.
    pub fn run(&self, test_run: &TestRun<'_>) -> Finding {
        let verdict = if self.name != names::STARTS && test_run.is_broken() {
            Verdict::NotApplicable(format!("mend `{}` first", names::STARTS))
        } else {
            (self.run)(test_run)
        };
        Finding { check: self.name, asks: self.asks, hint: self.hint, verdict }
    }
}

/// The checks of a contract.
pub fn checks_of(role: Role) -> impl Iterator<Item = &'static Check> {
    CHECKS.iter().filter(move |check| check.roles.contains(&role))
}

/// All checks, of all contracts.
pub const CHECKS: [Check; 25] = [
    Check {
        name: names::STARTS,
        asks: "Plain input gets an answer in time",
        hint: "catch what may go wrong and give a failure or rejection of the contract: a panic, or an exception that \
               leaves the plug, breaks it off; where it takes too long or too much, let it do less",
        roles: ALL_ROLES,
        run: starts::starts,
    },
    Check {
        name: "describes",
        asks: "It describes itself alike each time",
        hint: "let `describe` depend on nothing",
        roles: ALL_ROLES,
        run: starts::describes,
    },
    Check {
        name: "same-again",
        asks: "The same context gets the same result and effects",
        hint: "take time and randomness from the context, and keep nothing outside of it",
        roles: ALL_ROLES,
        run: same_again::same_again,
    },
    Check {
        name: "secret-settings",
        asks: "Settings called like secrets are secret",
        hint: "declare the setting `outbound`, or `inbound` where it proves a sender to us",
        roles: ALL_ROLES,
        run: settings::secret,
    },
    Check {
        name: "missing-settings",
        asks: "A missing required setting is `invalid`, by name",
        hint: "look whether the setting is there before it is used, and give `invalid` with its key in the sentence",
        roles: ALL_ROLES,
        run: settings::missing,
    },
    Check {
        name: "odd-settings",
        asks: "Any text in a setting gets an answer",
        hint: "check the setting's text when it is read, and give `invalid` with what is wrong and its key",
        roles: ALL_ROLES,
        run: settings::odd,
    },
    Check {
        name: "effects-end",
        asks: "Whatever is answered, it ends within 32 effects",
        hint: "bound every loop over requests, and read each answer as if nobody had promised anything about it",
        roles: ALL_ROLES,
        run: effects::end,
    },
    Check {
        name: "requests",
        asks: "It asks for requests that the host sends",
        hint: "declare the host in `outbound-hosts`, use outbound secrets only, and leave the host its headers",
        roles: ALL_ROLES,
        run: requests::requests,
    },
    Check {
        name: "credentials",
        asks: "Credentials stand in no text",
        hint: "put a credential in as a `secret` or `signature`, and let an answer's token be captured",
        roles: ALL_ROLES,
        run: credentials::credentials,
    },
    Check {
        name: "state",
        asks: "What it remembers is within bounds",
        hint: "keep at most 128 state entries with keys of 128 bytes and values of 16 KiB",
        roles: ALL_ROLES,
        run: effects::state,
    },
    Check {
        name: names::FAILURES,
        asks: "Each cause has the failure that is meant for it",
        hint: "give the failure that is named, so that the right person acts",
        roles: ALL_ROLES,
        run: failures::failures,
    },
    Check {
        name: "odd-webhooks",
        asks: "Whatever a sender sends, there is an answer",
        hint: "read the body as if nobody had promised anything about it, and give `malformed` or `unsupported`",
        roles: WITH_ROUTES,
        run: webhooks::odd,
    },
    Check {
        name: names::RECEIPTS,
        asks: "The response to a webhook can be sent",
        hint: "give a status of 2xx, 4xx or 5xx, headers of short visible text, and no secret",
        roles: &[Role::Provider],
        run: |test_run| check_outputs(test_run, names::RECEIPTS, "no webhook was taken: give one in the samples"),
    },
    Check {
        name: names::EVENTS,
        asks: "Ids, keys and extras of events are within bounds",
        hint: "refuse ids that are too long as `malformed`, leave out keys that are, and give extras as JSON pointer and \
               JSON text",
        roles: &[Role::Provider],
        run: webhooks::events,
    },
    Check {
        name: "dedupe-keys",
        asks: "The same delivery has the same keys, whenever it comes",
        hint: "make the key of what the sender sent, and of nothing else",
        roles: &[Role::Provider],
        run: webhooks::dedupe_keys,
    },
    Check {
        name: "odd-meetings",
        asks: "Any title, times and user get an answer",
        hint: "read the meeting as if nobody had promised anything about it",
        roles: &[Role::Provider],
        run: conferences::odd,
    },
    Check {
        name: names::CONFERENCES,
        asks: "A conference has an id and a link to follow",
        hint: "check what the provider answered before it is passed on, and give `unavailable` where it will not do",
        roles: &[Role::Provider],
        run: |test_run| {
            check_outputs(test_run, names::CONFERENCES, "it made no conference: give its API's answers in the samples")
        },
    },
    Check {
        name: "updates",
        asks: "An update keeps the id, and an `in-place` one the link",
        hint: "give the id that was given, and declare `may-change-link` where the link may change",
        roles: &[Role::Provider],
        run: conferences::updates,
    },
    Check {
        name: "deletes",
        asks: "To delete what is gone is fine",
        hint: "count a 404 to the delete itself as done",
        roles: &[Role::Provider],
        run: deletes::deletes,
    },
    Check {
        name: names::USERS,
        asks: "A user that is known has an id",
        hint: "give the provider's id, none where there is no such user, or the e-mail address where there is no \
               directory",
        roles: &[Role::Provider],
        run: |test_run| check_outputs(test_run, names::USERS, "it knew no user: give its API's answers in the samples"),
    },
    Check {
        name: "abilities",
        asks: "It does what it declares, and declares what it does",
        hint: "set `capabilities` to what the operations do",
        roles: &[Role::Provider],
        run: abilities::abilities,
    },
    Check {
        name: "commands",
        asks: "The samples are commands",
        hint: "read the sample's body as the CRM documents it",
        roles: &[Role::Crm],
        run: crm::commands,
    },
    Check {
        name: "statuses",
        asks: "Every outcome is answered with a status of its class",
        hint: "answer done with 2xx, refused with 4xx, failed with 5xx, and too many requests with 429 or 503",
        roles: &[Role::Crm],
        run: crm::statuses,
    },
    Check {
        name: names::ANSWERS,
        asks: "The answer to the CRM can be sent and read",
        hint: "give headers of short visible text and no secret, and let a library write the JSON",
        roles: &[Role::Crm],
        run: crm::answers,
    },
    Check {
        name: names::NUMBERS,
        asks: "Telephone numbers are E.164",
        hint: "leave out what is no number, and give others with their country's code",
        roles: &[Role::Telephony],
        run: |test_run| {
            check_outputs(
                test_run,
                names::NUMBERS,
                "it gave no number: set one, or give its API's answers in the samples",
            )
        },
    },
];

/// Whether all results of a kind have their form; `without` says why there was none.
fn check_outputs(test_run: &TestRun<'_>, name: &'static str, without: &str) -> Verdict {
    let mut faults = Faults::default();
    let mut any = false;
    for attempt in test_run.transcripts().iter().chain(test_run.payload_attempts()) {
        let Some(output) = attempt.transcript.output() else { continue };
        any |= validation::kind(output) == Some(name);
        if let Some((check, why)) = validation::fault(output)
            && check == name
        {
            faults.add(format!("{}: {why}", attempt.says));
        }
    }
    if any { faults.verdict() } else { Verdict::NotApplicable(without.to_owned()) }
}
