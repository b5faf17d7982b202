//! The table of all checks.

use super::{crm, execution, failures, names, provider, requests, settings, webhooks};
use crate::report::{Faults, Finding, Verdict};
use crate::test_run::TestRun;
use crate::validation;
use cordboard::plug::Role;

/// A requirement that plugs must meet, and its test.
pub struct Check {
    /// The check's stable name.
    pub name: &'static str,
    /// The requirement, without a full stop.
    pub requirement: &'static str,
    /// How to fix a plug that fails the check, without a full stop.
    pub hint: &'static str,
    run: fn(&TestRun<'_>, &mut Faults),
}

impl Check {
    /// Runs the check. If the plug fails even with plain inputs, all other checks are skipped.
    pub fn run(&self, test_run: &TestRun<'_>) -> Finding {
        let verdict = if self.name != names::STARTS && test_run.is_broken() {
            Verdict::NotApplicable(format!("fix `{}` first", names::STARTS))
        } else {
            let mut faults = Faults::default();
            (self.run)(test_run, &mut faults);
            faults.verdict()
        };
        Finding { check: self.name, requirement: self.requirement, hint: self.hint, verdict }
    }
}

/// All checks, by the roles of the plugs that they apply to.
const CHECKS: [(&[Role], &[Check]); 5] = [
    (&[Role::Provider, Role::Crm, Role::Telephony], &COMMON),
    (&[Role::Provider, Role::Crm], &WITH_ROUTES),
    (&[Role::Provider], &PROVIDER),
    (&[Role::Crm], &CRM),
    (&[Role::Telephony], &TELEPHONY),
];

/// Returns the checks for plugs of a role.
pub fn checks_of(role: Role) -> impl Iterator<Item = &'static Check> {
    CHECKS.into_iter().filter(move |(roles, _)| roles.contains(&role)).flat_map(|(_, checks)| checks)
}

const COMMON: [Check; 11] = [
    Check {
        name: names::STARTS,
        requirement: "Handles plain input within its limits",
        hint: "return the contract's failures or rejections instead of panicking or throwing exceptions; if the plug \
               exceeds a limit, make it do less",
        run: execution::starts,
    },
    Check {
        name: "describes",
        requirement: "Returns the same description each time",
        hint: "return constants from `describe`",
        run: execution::describes,
    },
    Check {
        name: "same-again",
        requirement: "Gives the same result and effects for the same context",
        hint: "take time and randomness from the context, and store nothing outside of it",
        run: execution::is_deterministic,
    },
    Check {
        name: "secret-settings",
        requirement: "Declares settings that are named like secrets as secret",
        hint: "declare the setting `outbound`, or `inbound` if it authenticates a sender",
        run: settings::secret,
    },
    Check {
        name: "missing-settings",
        requirement: "Reports a missing required setting as `invalid`, by key",
        hint: "check that the setting exists before using it, and return `invalid` with its key in the message",
        run: settings::missing,
    },
    Check {
        name: "odd-settings",
        requirement: "Handles any text in a setting",
        hint: "validate the setting when reading it, and return `invalid` with its key and what is wrong",
        run: settings::unusual,
    },
    Check {
        name: "effects-end",
        requirement: "Finishes within 32 effects, whatever is answered",
        hint: "bound every loop over requests, and treat each answer as untrusted",
        run: execution::ends,
    },
    Check {
        name: "requests",
        requirement: "Requests only what the host sends",
        hint: "declare the host in `outbound-hosts`, use only outbound secrets, and set no headers that the host sets",
        run: requests::requests,
    },
    Check {
        name: "credentials",
        requirement: "Puts no credentials in plain text",
        hint: "insert credentials as `secret` or `signature`, and capture tokens from answers",
        run: requests::credentials,
    },
    Check {
        name: "state",
        requirement: "Keeps its state within bounds",
        hint: "store at most 128 state entries, with keys of up to 128 bytes and values of up to 16 KiB",
        run: execution::state,
    },
    Check {
        name: names::FAILURES,
        requirement: "Reports each cause as the matching failure",
        hint: "return the failure that is named, which determines who has to act",
        run: failures::failures,
    },
];

const WITH_ROUTES: [Check; 1] = [Check {
    name: "odd-webhooks",
    requirement: "Handles any webhook request",
    hint: "treat the body as untrusted, and return `malformed` or `unsupported`",
    run: webhooks::unusual,
}];

const PROVIDER: [Check; 9] = [
    Check {
        name: names::RECEIPTS,
        requirement: "Answers webhooks with a valid response",
        hint: "return a status of 2xx, 4xx or 5xx, headers of short printable text, and no secret",
        run: |test_run, faults| outputs(test_run, faults, names::RECEIPTS),
    },
    Check {
        name: names::EVENTS,
        requirement: "Keeps ids, keys and extras of events within bounds",
        hint: "reject overlong ids as `malformed`, omit overlong keys, and give extras as JSON pointer and JSON text",
        run: |test_run, faults| outputs(test_run, faults, names::EVENTS),
    },
    Check {
        name: "dedupe-keys",
        requirement: "Gives the events of a repeated request the same keys",
        hint: "derive the key from the request's content, and from nothing else",
        run: webhooks::dedupe_keys,
    },
    Check {
        name: "odd-meetings",
        requirement: "Handles any title, times and user",
        hint: "treat the meeting as untrusted",
        run: provider::unusual_input,
    },
    Check {
        name: names::CONFERENCES,
        requirement: "Returns conferences with an id and a usable link",
        hint: "validate the provider's answer before returning it, and return `unavailable` if it is unusable",
        run: |test_run, faults| outputs(test_run, faults, names::CONFERENCES),
    },
    Check {
        name: "updates",
        requirement: "Keeps the id on update, and with `in-place` the link",
        hint: "return the current id, and declare `may-change-link` if the link may change",
        run: provider::updates,
    },
    Check {
        name: "deletes",
        requirement: "Treats deleting a missing conference as success",
        hint: "treat a 404 to the delete request itself as success",
        run: provider::deletes,
    },
    Check {
        name: names::USERS,
        requirement: "Returns a valid id for a known user",
        hint: "return the provider's id, none if there is no such user, or the e-mail address if there is no directory",
        run: |test_run, faults| outputs(test_run, faults, names::USERS),
    },
    Check {
        name: "abilities",
        requirement: "Declares exactly the capabilities that it has",
        hint: "make `capabilities` match what the operations do",
        run: provider::capabilities,
    },
];

const CRM: [Check; 3] = [
    Check {
        name: "commands",
        requirement: "Decodes the samples into commands",
        hint: "parse the body as the CRM documents it",
        run: crm::commands,
    },
    Check {
        name: "statuses",
        requirement: "Answers each outcome with a status of its class",
        hint: "answer success with 2xx, refusal with 4xx, failure with 5xx, and rate limits with 429 or 503",
        run: crm::statuses,
    },
    Check {
        name: names::ANSWERS,
        requirement: "Gives the CRM valid and readable answers",
        hint: "return headers of short printable text and no secret, and write JSON with a library",
        run: crm::answers,
    },
];

const TELEPHONY: [Check; 1] = [Check {
    name: names::NUMBERS,
    requirement: "Returns telephone numbers in E.164 format",
    hint: "omit invalid numbers, and include the country code in the others",
    run: |test_run, faults| outputs(test_run, faults, names::NUMBERS),
}];

/// Checks the form of all results that the check with this name is about.
fn outputs(test_run: &TestRun<'_>, faults: &mut Faults, name: &'static str) {
    let mut any = false;
    for attempt in test_run.attempts_and_payloads() {
        let Some(output) = attempt.transcript.output() else { continue };
        any |= validation::is_checked(output, name);
        if let Some((check, why)) = validation::fault(output)
            && check == name
        {
            faults.add(format!("{}: {why}", attempt.description));
        }
    }
    let without = match name {
        names::RECEIPTS => "no webhook was accepted: add one to the samples",
        names::EVENTS => "it returned no event: add a webhook to the samples",
        names::CONFERENCES => "it created no conference: add its API's answers to the samples",
        names::USERS => "it found no user: add its API's answers to the samples",
        _ => "it returned no number: set one, or add its API's answers to the samples",
    };
    faults.skip_unless(any, without);
}
