//! The names of rooms, as an operator wants them.

use std::str::FromStr;

use cordboard_plug::template::Template;
use cordboard_plug::{Context, Meeting};

use crate::address::is_unreserved;

/// What XMPP takes as a room's name, in bytes (RFC 7622).
const MAX_NAME_LEN: usize = 1023;

/// A template for names that nobody can guess and that stand in a link as they are.
#[derive(Clone, Debug, PartialEq)]
pub struct Pattern(Template);

impl Pattern {
    /// The name of the room for a meeting.
    pub fn name(&self, context: &Context<'_>, meeting: &Meeting) -> String {
        self.0.fill(context.random, &meeting.topic)
    }
}

impl FromStr for Pattern {
    /// What is wrong with it and how to fix it.
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let template: Template = text.parse()?;
        if !template.has_random() {
            return Err("it makes names that can be guessed, and who knows the name may enter: add `{random}`");
        }
        let longest = template.longest();
        if longest.len() > MAX_NAME_LEN {
            return Err("it makes names of more than 1023 characters: shorten it");
        }
        if !longest.bytes().all(is_unreserved) {
            return Err("it has characters that a link cannot hold: use letters, digits and `-._~`");
        }
        Ok(Self(template))
    }
}
