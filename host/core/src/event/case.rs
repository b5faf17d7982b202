//! The names of cases of the contract's enums and variants, which are those of the generated types in other spelling.

use serde::Serialize;
use serde_json::{Value, json};

/// Returns a case as JSON: its name in kebab-case, or an object with its name in camelCase and its payload.
pub(super) fn json(case: &impl Serialize) -> Value {
    match parts(case) {
        (name, None) => Value::from(kebab(&name)),
        (mut name, Some(payload)) => {
            if let Some(first) = name.get_mut(..1) {
                first.make_ascii_lowercase();
            }
            json!({ name: payload })
        }
    }
}

/// Returns the name of a case in kebab-case.
pub(super) fn name(case: &impl Serialize) -> String {
    kebab(&parts(case).0)
}

/// Returns the name of a case, such as `NoAnswer`, and its payload.
fn parts(case: &impl Serialize) -> (String, Option<Value>) {
    match serde_json::to_value(case) {
        Ok(Value::String(name)) => (name, None),
        Ok(Value::Object(members)) => {
            members.into_iter().next().map_or_else(Default::default, |(name, payload)| (name, Some(payload)))
        }
        _ => Default::default(),
    }
}

fn kebab(name: &str) -> String {
    let mut kebab = String::new();
    for letter in name.chars() {
        if letter.is_ascii_uppercase() && !kebab.is_empty() {
            kebab.push('-');
        }
        kebab.push(letter.to_ascii_lowercase());
    }
    kebab
}
