//! Sample answers of iotum, and operations scripted with them.

use cordboard_iotum::Iotum;
use cordboard_plug::effect::Effect;
use cordboard_plug::testing::{Script, ScriptRun};
use cordboard_plug::{Conference, Failure, Meeting, Person, Provider};

pub const SIGNED_IN: &str = r#"{"auth_token":""}"#;
pub const EXPIRED: &str = r#"{"message":"Session expired"}"#;
pub const HOSTS: &str = r#"[
    {"host_id": 1, "name": "No Address", "role": "HOST"},
    {"host_id": 61803, "name": "Ada", "role": "COMPANY_ADMIN", "email": "Ada@Example.com"},
    {"host_id": "h-2", "name": "Bo", "role": "HOST", "email": "bo@example.com"}
]"#;
pub const MADE: &str = r#"{
    "conference_id": 1258835, "subject": "Review", "moderator_token": "MODERATOR-TOKEN", "security_pin": "998877",
    "one_time_access_code": 5551234, "room_url": "https://app.portal.example.com/conf/call/5551234"
}"#;

/// A connection that is not signed in.
pub fn new() -> Script {
    Script::new().setting("host", "app.portal.example.com").secret("email").secret("password")
}

/// A connection with a stored token.
pub fn signed_in() -> Script {
    new().state("auth-token", "")
}

pub fn meeting(user: Person) -> Meeting {
    Meeting {
        topic: "Review of \"Q1\"".to_owned(),
        start: 1_773_154_800_000,
        end: 1_773_154_800_000 + 45 * 60_000,
        user_id: "7".to_owned(),
        user,
        account_id: "123".to_owned(),
        source: Some("MANUAL".to_owned()),
    }
}

pub fn verified() -> Meeting {
    meeting(Person::Verified("61803".to_owned()))
}

pub fn with_email(email: &str) -> Meeting {
    meeting(Person::Email(email.to_owned()))
}

pub fn made() -> Conference {
    Conference {
        id: "1258835".to_owned(),
        join_url: "https://app.portal.example.com/conf/call/5551234".to_owned(),
        details: "Join: https://app.portal.example.com/conf/call/5551234\nAccess code: 5551234".to_owned(),
    }
}

pub fn create(script: Script, meeting: Meeting) -> ScriptRun<Conference, Failure> {
    script.run(async |context| Iotum::create(context, meeting.clone()).await).unwrap()
}

pub fn update(script: Script) -> ScriptRun<Conference, Failure> {
    script.run(async |context| Iotum::update(context, made(), verified()).await).unwrap()
}

pub fn verify(script: Script, email: &str) -> ScriptRun<Option<String>, Failure> {
    script.run(async |context| Iotum::verify_user(context, email.to_owned()).await).unwrap()
}

/// Checks the requests against a file, which separates them with `---`.
pub fn sent<T, E>(run: &ScriptRun<T, E>, name: &str) {
    let path = format!("{}/tests/fixtures/wire/{name}.txt", env!("CARGO_MANIFEST_DIR"));
    assert_eq!(run.wire().join("\n---\n") + "\n", std::fs::read_to_string(path).unwrap(), "{name}");
}

/// Returns the keys of the deleted state entries.
pub fn deleted<T, E>(run: &ScriptRun<T, E>) -> Vec<String> {
    let deletions = run.effects.iter().filter_map(|effect| match effect {
        Effect::DeleteState(keys) => Some(keys.clone()),
        _ => None,
    });
    deletions.flatten().collect()
}
