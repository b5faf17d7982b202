//! Texts in which `{random}` and `{topic}` stand for something else.

use cordboard_plug::Random;

/// How much of a topic goes into a name.
const LONGEST_SLUG: usize = 48;

/// A text with placeholders.
pub struct Template<'a>(Vec<Part<'a>>);

enum Part<'a> {
    Literal(&'a str),
    Random,
    Topic,
}

impl<'a> Template<'a> {
    /// Reads a text such as `{topic}-{random}`.
    ///
    /// # Errors
    /// What is wrong with it and how to mend it, as the end of a sentence.
    pub fn parse(text: &'a str) -> Result<Self, String> {
        let mut parts = Vec::new();
        let mut rest = text;
        while let Some((literal, behind)) = rest.split_once('{') {
            let (name, after) = behind.split_once('}').ok_or("has a `{` without a `}`: close it, or leave it out")?;
            parts.push(Part::Literal(literal));
            parts.push(match name {
                "random" => Part::Random,
                "topic" => Part::Topic,
                _ => return Err("has a placeholder that is not known: write `{random}` or `{topic}`".to_owned()),
            });
            rest = after;
        }
        parts.push(Part::Literal(rest));
        Ok(Self(parts))
    }

    /// Whether `{random}` is in it.
    pub fn has_random(&self) -> bool {
        self.0.iter().any(|part| matches!(part, Part::Random))
    }

    /// Puts 32 hexadecimal digits for `{random}`, and for `{topic}` a slug: both are safe in any part of a URL.
    pub fn fill(&self, random: Random, topic: &str) -> String {
        let mut text = String::new();
        for part in &self.0 {
            match part {
                Part::Literal(literal) => text.push_str(literal),
                Part::Random => text.push_str(&random.hex()),
                Part::Topic => text.push_str(&slug(topic)),
            }
        }
        text
    }
}

/// `Größe & Preis (2nd call)` → `gr-e-preis-2nd-call`; `meeting` where no ASCII letter or digit is in the topic.
fn slug(topic: &str) -> String {
    let mut slug = String::new();
    for character in topic.chars() {
        if slug.len() == LONGEST_SLUG {
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

#[cfg(test)]
mod tests {
    use super::slug;

    #[test]
    fn a_topic_becomes_a_slug() {
        assert_eq!(slug("Größe & Preis (2nd call)"), "gr-e-preis-2nd-call");
        assert_eq!(slug("  ../../etc?x=1#y  "), "etc-x-1-y");
        assert_eq!(slug("会議"), "meeting");
        assert_eq!(slug(""), "meeting");
    }

    #[test]
    fn a_slug_is_short() {
        assert_eq!(slug(&"a".repeat(1_000)), "a".repeat(48));
        assert_eq!(slug(&"ab ".repeat(1_000)), "ab-".repeat(16).trim_end_matches('-'));
    }
}
