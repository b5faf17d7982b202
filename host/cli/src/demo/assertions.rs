//! Assertions on answers and state.

use std::fmt::{Debug, Display};

use serde_json::Value;

use super::answer::Answer;

/// A failed assertion, which ends the demo.
#[derive(Debug)]
pub struct AssertionFailure {
    /// The checked property.
    pub property: String,
    /// The expected value.
    pub expected: String,
    /// The actual value.
    pub actual: String,
}

/// The result of a part of the scenario.
pub type Checked<T = ()> = Result<T, AssertionFailure>;

impl AssertionFailure {
    /// Creates a failure.
    pub fn new(property: &str, expected: impl Into<String>, actual: impl Into<String>) -> Self {
        Self { property: property.to_owned(), expected: expected.into(), actual: actual.into() }
    }
}

/// Asserts that two values are equal.
pub fn assert_equal<T: PartialEq + Debug + ?Sized>(property: &str, expected: &T, actual: &T) -> Checked {
    if expected == actual {
        Ok(())
    } else {
        Err(AssertionFailure::new(property, format!("{expected:?}"), format!("{actual:?}")))
    }
}

/// Asserts that a value is present, and returns it.
pub fn assert_some<T>(property: &str, found: Option<T>) -> Checked<T> {
    found.ok_or_else(|| AssertionFailure::new(property, "present", "missing"))
}

/// Asserts that an action succeeded, and returns its result.
pub fn assert_ok<T>(property: &str, result: Result<T, impl Display>) -> Checked<T> {
    result.map_err(|error| AssertionFailure::new(property, "success", error.to_string()))
}

impl Answer {
    /// Asserts the status and a JSON body, and returns the JSON.
    pub fn json(&self, status: u16) -> Checked<Value> {
        self.status(status)?;
        let media_type = if status < 400 { "application/json" } else { "application/problem+json" };
        if !self.media_type.is_empty() {
            assert_equal("the answer's content-type", media_type, &self.media_type)?;
        }
        serde_json::from_str(&self.body).map_err(|_| AssertionFailure::new("the answer's body", "JSON", &self.body))
    }

    /// Asserts status 204 and an empty body.
    pub fn no_content(&self) -> Checked {
        self.status(204)?;
        assert_equal("the answer's body", "", &self.body)
    }

    /// Asserts a problem document with this status, whose detail contains `part`.
    pub fn refusal(&self, status: u16, part: &str) -> Checked {
        let problem = self.json(status)?;
        assert_equal("the problem's status", &Value::from(status), problem.get("status").unwrap_or(&Value::Null))?;
        let detail = problem.get("detail").and_then(Value::as_str).unwrap_or_default();
        if detail.contains(part) {
            Ok(())
        } else {
            Err(AssertionFailure::new("the problem's detail", format!("…{part}…"), detail))
        }
    }

    fn status(&self, status: u16) -> Checked {
        if self.status == status {
            return Ok(());
        }
        let actual = format!("{} {}", self.status, self.body);
        Err(AssertionFailure::new("the answer's status", status.to_string(), actual.trim_end()))
    }
}
