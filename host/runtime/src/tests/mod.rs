//! Tests that load and call the built-in plugs.

mod built_ins;
mod descriptions;
mod refusals;

use std::sync::LazyLock;

use cordboard_builtin as builtin;

use super::{Engine, Options, Plug};
use crate::contract::conference::{Meeting, Person};
use crate::contract::effect::Context;

static ENGINE: LazyLock<Engine> = LazyLock::new(|| Engine::new(&Options::default()).unwrap());

fn built_in(name: &str) -> Plug {
    ENGINE.load(builtin::find(name).unwrap()).unwrap()
}

fn context(settings: &[(&str, &str)]) -> Context {
    Context {
        settings: settings.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect(),
        secrets: Vec::new(),
        state: Vec::new(),
        now: 1_700_000_000_000,
        random: (0..16).collect(),
        exchanges: Vec::new(),
    }
}

fn meeting() -> Meeting {
    Meeting {
        topic: "Review".to_owned(),
        start: 1_700_000_000_000,
        end: 1_700_000_360_000,
        user_id: "7".to_owned(),
        user: Person::Email("ada@example.com".to_owned()),
        account_id: "123".to_owned(),
        source: None,
    }
}
