//! Texts of an operator in which `{random}` and `{topic}` stand for something else: names of rooms, links.

use std::str::FromStr;

use crate::Random;

/// How much of a topic goes into a text, in bytes.
const MAX_SLUG_LEN: usize = 48;

/// A text with placeholders, such as `{topic}-{random}`; as a setting, `Setting<Template>`.
#[derive(Clone, Debug, PartialEq)]
pub struct Template(Vec<Part>);

#[derive(Clone, Debug, PartialEq)]
enum Part {
    Literal(String),
    Random,
    Topic,
}

impl Template {
    /// Whether `{random}` is in it: without, what it makes can be guessed.
    pub fn has_random(&self) -> bool {
        self.0.contains(&Part::Random)
    }

    /// Puts 32 hexadecimal digits for `{random}`, and for `{topic}` a slug: both are safe in any part of a URL. What
    /// the operator wrote around them is as it was.
    pub fn fill(&self, random: Random, topic: &str) -> String {
        self.with(&random.hex(), &slug(topic))
    }

    /// Filled with placeholders as long as they can be. A setting can be judged by it before there is a meeting: the
    /// fillings differ only in letters, digits and `-`, and none is longer.
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
    /// What is wrong with it and how to fix it.
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut parts = Vec::new();
        let mut rest = text;
        while let Some((literal, behind)) = rest.split_once('{') {
            let (name, after) =
                behind.split_once('}').ok_or("it has a `{` without a `}`: close it, or leave it out")?;
            parts.push(Part::Literal(literal.to_owned()));
            parts.push(match name {
                "random" => Part::Random,
                "topic" => Part::Topic,
                _ => return Err("it has a placeholder that is not known: write `{random}` or `{topic}`"),
            });
            rest = after;
        }
        parts.push(Part::Literal(rest.to_owned()));
        Ok(Self(parts))
    }
}

/// `Größe & Preis (2nd call)` → `gr-e-preis-2nd-call`; `meeting` where no ASCII letter or digit is in the topic.
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
