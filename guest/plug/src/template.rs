//! Templates with the placeholders `{random}` and `{topic}`, for room names and links.

use std::str::FromStr;

use crate::Random;

/// Maximum length of a topic's slug in bytes.
const MAX_SLUG_LEN: usize = 48;

/// Text with placeholders, such as `{topic}-{random}`. Can be used as a setting: `Setting<Template>`.
#[derive(Clone, Debug, PartialEq)]
pub struct Template(Vec<Part>);

#[derive(Clone, Debug, PartialEq)]
enum Part {
    Literal(String),
    Random,
    Topic,
}

impl Template {
    /// Whether the template contains `{random}`. Without it, the filled text can be guessed.
    pub fn has_random(&self) -> bool {
        self.0.contains(&Part::Random)
    }

    /// Replaces `{random}` with 32 hexadecimal digits, and `{topic}` with a slug. Both are safe in any part of a URL.
    /// Other text is not changed.
    pub fn fill(&self, random: Random, topic: &str) -> String {
        self.with(&random.hex(), &slug(topic))
    }

    /// Fills the placeholders with values of maximum length. Use it to validate a setting before there is a meeting:
    /// actual values contain only letters, digits and `-`, and are never longer.
    pub fn longest(&self) -> String {
        self.with(&"f".repeat(32), &"m".repeat(MAX_SLUG_LEN))
    }

    fn with(&self, random: &str, topic: &str) -> String {
        let parts = self.0.iter().map(|part| match part {
            Part::Literal(literal) => literal,
            Part::Random => random,
            Part::Topic => topic,
        });
        parts.collect()
    }
}

impl FromStr for Template {
    /// What is wrong with the template and how to fix it.
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut parts = Vec::new();
        let mut rest = text;
        while let Some((literal, behind)) = rest.split_once('{') {
            let (name, after) = behind.split_once('}').ok_or("it has a `{` without a `}`: close it or leave it out")?;
            parts.push(Part::Literal(literal.to_owned()));
            parts.push(match name {
                "random" => Part::Random,
                "topic" => Part::Topic,
                _ => return Err("it has an unknown placeholder: use `{random}` or `{topic}`"),
            });
            rest = after;
        }
        parts.push(Part::Literal(rest.to_owned()));
        Ok(Self(parts))
    }
}

/// Turns `Größe & Preis (2nd call)` into `gr-e-preis-2nd-call`. Returns `meeting` if the topic has no ASCII letter or
/// digit.
fn slug(topic: &str) -> String {
    let mut slug = String::new();
    for character in topic.chars() {
        if slug.len() == MAX_SLUG_LEN {
            break;
        }
        if character.is_ascii_alphanumeric() {
            slug.push(character.to_ascii_lowercase());
        } else if !slug.is_empty() && !slug.ends_with('-') {
            slug.push('-');
        }
    }
    match slug.trim_end_matches('-') {
        "" => "meeting".to_owned(),
        slug => slug.to_owned(),
    }
}
