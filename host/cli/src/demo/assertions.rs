//! Whether what came is what should have come.

use std::fmt::Debug;

use serde_json::Value;

use super::wire::Answer;

/// Something that is not as it should be; the demo ends with it.
#[derive(Debug)]
pub struct AssertionFailure {
    /// What was looked at.
    pub what: String,
    /// What it should have been.
    pub expected: String,
    /// What it was.
    pub actual: String,
}

/// A part of the scenario: all was right, or what was not.
pub type Checked<T = ()> = Result<T, AssertionFailure>;

impl AssertionFailure {
    /// Something is wrong.
    pub fn new(what: &str, expected: impl Into<String>, actual: impl Into<String>) -> Self {
        Self { what: what.to_owned(), expected: expected.into(), actual: actual.into() }
    }
}

/// Two values are equal.
pub fn assert_equal<T: PartialEq + Debug + ?Sized>(what: &str, expected: &T, actual: &T) -> Checked {
    if expected == actual {
        Ok(())
    } else {
        Err(AssertionFailure::new(what, format!("{expected:?}"), format!("{actual:?}")))
    }
}

/// Something that was looked for is there.
pub fn assert_some<T>(what: &str, found: Option<T>) -> Checked<T> {
    found.ok_or_else(|| AssertionFailure::new(what, "it is there", "it is not"))
}

impl Answer {
    /// An answer of this status with JSON in it; the JSON.
    pub fn json(&self, status: u16) -> Checked<Value> {
        self.status(status)?;
        let media_type = if status < 400 { "application/json" } else { "application/problem+json" };
        if !self.media_type.is_empty() {
            assert_equal("the answer's content-type", media_type, &self.media_type)?;
        }
        serde_json::from_str(&self.body).map_err(|_| AssertionFailure::new("the answer's body", "JSON", &self.body))
    }

    /// 204 and nothing else.
    pub fn no_content(&self) -> Checked {
        self.status(204)?;
        assert_equal("the answer's body", "", &self.body)
    }

    /// A refusal of this status whose detail says this.
    pub fn refusal(&self, status: u16, says: &str) -> Checked {
        let problem = self.json(status)?;
        assert_equal("the problem's status", &Value::from(status), problem.get("status").unwrap_or(&Value::Null))?;
        let detail = problem.get("detail").and_then(Value::as_str).unwrap_or_default();
        if detail.contains(says) {
            Ok(())
        } else {
            Err(AssertionFailure::new("the problem's detail", format!("…{says}…"), detail))
        }
    }

    fn status(&self, status: u16) -> Checked {
        let whole = |status: u16, body: &str| format!("{status} {body}").trim_end().to_owned();
        if self.status == status {
            return Ok(());
        }
        Err(AssertionFailure::new("the answer's status", status.to_string(), whole(self.status, &self.body)))
    }
}
