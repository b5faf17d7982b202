//! Words of others, made fit for a line of ours.

/// How much of others' words a line keeps: a hostile server may have written some of them, into its certificate say.
const MAX_QUOTE_LEN: usize = 200;
/// How much is kept of why something was not taken.
const MAX_DETAIL_LEN: usize = 512;

/// The first `most` characters in one line: every control character is a space.
pub fn line(text: &str, most: usize) -> String {
    text.chars().take(most).map(|char| if char.is_control() { ' ' } else { char }).collect()
}

/// What others say, short enough to be kept and shown on a line.
pub fn short(text: &str) -> String {
    line(text, MAX_DETAIL_LEN)
}

/// Text for one line of a log: of bounded length, without control characters.
pub fn bounded(text: &str) -> String {
    let mut line = line(text, MAX_QUOTE_LEN + 1);
    if line.chars().count() > MAX_QUOTE_LEN {
        line.pop();
        line.push('…');
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_bounded_and_stays_one() {
        assert_eq!(line("a\r\nbc", 4), "a  b");
        assert_eq!(bounded("a\r\nb\u{1b}[0m"), "a  b [0m");
        assert_eq!(bounded(&"é".repeat(MAX_QUOTE_LEN)), "é".repeat(MAX_QUOTE_LEN));
        assert_eq!(bounded(&"é".repeat(MAX_QUOTE_LEN + 1)), format!("{}…", "é".repeat(MAX_QUOTE_LEN)));
    }
}
