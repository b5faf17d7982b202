//! The inside of a delivery.

use cordboard_plug::{Document, Rejection};

use crate::address::is_address;

/// A payload, and the marks by which two events are told apart: what was read from it as an id or a word, in order.
pub struct Payload {
    document: Document,
    marks: Vec<Option<String>>,
}

impl Payload {
    /// A payload of which nothing was read.
    pub fn new(document: Document) -> Self {
        Self { document, marks: Vec::new() }
    }

    /// An id that may be absent, as a mark: iotum writes numbers, and text is taken too.
    pub fn find_id(&mut self, field: &str) -> Option<String> {
        let id = self.document.id(&pointer(field));
        self.marked(id)
    }

    /// An id without which the event says nothing, as a mark.
    ///
    /// # Errors
    /// `malformed`, naming the field.
    pub fn need_id(&mut self, field: &str) -> Result<String, Rejection> {
        self.find_id(field).ok_or_else(|| missing(field, "neither a string nor a number"))
    }

    /// A word that may be absent, as a mark.
    pub fn find_word(&mut self, field: &str) -> Option<String> {
        let word = self.document.text(&pointer(field));
        self.marked(word)
    }

    /// A word without which the event says nothing, as a mark.
    ///
    /// # Errors
    /// `malformed`, naming the field.
    pub fn need_word(&mut self, field: &str) -> Result<String, Rejection> {
        self.find_word(field).ok_or_else(|| missing(field, "not a string"))
    }

    /// A word without which the event says nothing, and by which events are not told apart.
    ///
    /// # Errors
    /// `malformed`, naming the field.
    pub fn need_text(&mut self, field: &str) -> Result<String, Rejection> {
        self.document.text(&pointer(field)).ok_or_else(|| missing(field, "not a string"))
    }

    /// A web address. What is none stays among the extras: somebody will click on it.
    pub fn find_address(&mut self, field: &str) -> Option<String> {
        self.document.take(&pointer(field), |value| {
            value.as_str().filter(|url| is_address(url, &["https", "http"])).map(str::to_owned)
        })
    }

    /// A web address, as a mark.
    pub fn find_marking_address(&mut self, field: &str) -> Option<String> {
        let address = self.find_address(field);
        self.marked(address)
    }

    /// A whole number.
    pub fn find_number(&mut self, field: &str) -> Option<u64> {
        self.document.number(&pointer(field))
    }

    /// The marks, absent ones too.
    pub fn marks(&self) -> &[Option<String>] {
        &self.marks
    }

    /// All that was not read, with pointers that begin with `prefix`.
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
    Rejection::Malformed(format!("`payload.{field}` is missing, empty, or {otherwise}"))
}
