//! Generates room names from the operator's pattern.

use std::str::FromStr;

use cordboard_plug::template::Template;
use cordboard_plug::{Context, Meeting};

use crate::address::is_unreserved;

/// XMPP's limit for the length of a room name, in bytes (RFC 7622).
const MAX_NAME_LEN: usize = 1023;

/// A template for unguessable names that need no escaping in a link.
#[derive(Clone, Debug, PartialEq)]
pub struct Pattern(Template);

impl Pattern {
    /// Returns the room name for a meeting.
    pub fn name(&self, context: &Context<'_>, meeting: &Meeting) -> String {
        self.0.fill(context.random, &meeting.topic)
    }
}

impl FromStr for Pattern {
    /// The problem and its fix.
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let template: Template = text.parse()?;
        if !template.has_random() {
            return Err("its names can be guessed, and anyone who knows a room's name may enter: add `{random}`");
        }
        let longest = template.longest();
        if longest.len() > MAX_NAME_LEN {
            return Err("its names can be longer than 1023 characters: shorten it");
        }
        if !longest.bytes().all(is_unreserved) {
            return Err("it has characters that are invalid in a link: use letters, digits and `-._~`");
        }
        Ok(Self(template))
    }
}
