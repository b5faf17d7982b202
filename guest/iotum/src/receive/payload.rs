//! Reads the payload of a webhook request.

use cordboard_plug::{Document, Rejection};

use crate::address::is_address;

/// A payload, with the marks that distinguish events: the ids and words read from it, in order.
pub struct Payload {
    document: Document,
    marks: Vec<Option<String>>,
}

impl Payload {
    /// Wraps a document that has not been read yet.
    pub fn new(document: Document) -> Self {
        Self { document, marks: Vec::new() }
    }

    /// Reads an optional id and marks it. iotum sends numbers; strings are accepted too.
    pub fn find_id(&mut self, field: &str) -> Option<String> {
        let id = self.document.id(&pointer(field));
        self.marked(id)
    }

    /// Reads a required id and marks it.
    ///
    /// # Errors
    /// Returns `malformed`, naming the field.
    pub fn need_id(&mut self, field: &str) -> Result<String, Rejection> {
        self.find_id(field).ok_or_else(|| missing(field, "neither a string nor a number"))
    }

    /// Reads an optional word and marks it.
    pub fn find_word(&mut self, field: &str) -> Option<String> {
        let word = self.document.text(&pointer(field));
        self.marked(word)
    }

    /// Reads a required word and marks it.
    ///
    /// # Errors
    /// Returns `malformed`, naming the field.
    pub fn need_word(&mut self, field: &str) -> Result<String, Rejection> {
        self.find_word(field).ok_or_else(|| missing(field, "not a string"))
    }

    /// Reads a required text without marking it.
    ///
    /// # Errors
    /// Returns `malformed`, naming the field.
    pub fn need_text(&mut self, field: &str) -> Result<String, Rejection> {
        self.document.text(&pointer(field)).ok_or_else(|| missing(field, "not a string"))
    }

    /// Reads an optional web address. Anything else becomes an extra, since people click on addresses.
    pub fn find_address(&mut self, field: &str) -> Option<String> {
        self.document.take(&pointer(field), |value| {
            value.as_str().filter(|url| is_address(url, &["https", "http"])).map(str::to_owned)
        })
    }

    /// Reads an optional web address and marks it.
    pub fn find_marking_address(&mut self, field: &str) -> Option<String> {
        let address = self.find_address(field);
        self.marked(address)
    }

    /// Reads an optional non-negative integer.
    pub fn find_number(&mut self, field: &str) -> Option<u64> {
        self.document.number(&pointer(field))
    }

    /// Returns the marks, including absent ones.
    pub fn marks(&self) -> &[Option<String>] {
        &self.marks
    }

    /// Returns all members that were not read, with pointers that start with `prefix`.
    pub fn extras_under(&self, prefix: &str) -> Vec<(String, String)> {
        self.document.extras_under(prefix)
    }

    fn marked(&mut self, mark: Option<String>) -> Option<String> {
        self.marks.push(mark.clone());
        mark
    }
}

fn pointer(field: &str) -> String {
    format!("/{field}")
}

fn missing(field: &str, otherwise: &str) -> Rejection {
    Rejection::Malformed(format!("`payload.{field}` is missing, empty or {otherwise}"))
}
