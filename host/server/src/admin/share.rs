//! Parses and formats shares of conferences, such as `10%` or `0.25%`.

use serde_json::Value;

use super::schema;

/// Parses a share. Returns hundredths of a percent.
pub(super) fn parse(text: &str) -> Result<u16, &'static str> {
    const HINT: &str =
        "invalid share: use more than 0% and at most 100%, with up to two decimals, such as 10% or 0.25%";
    let number = text.strip_suffix('%').ok_or(HINT)?;
    let (whole, rest) = number.split_once('.').unwrap_or((number, "0"));
    let digits =
        |part: &str, max: usize| (1..=max).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(whole, 3) || !digits(rest, 2) {
        return Err(HINT);
    }
    let hundredths = format!("{whole}{rest:0<2}").parse().map_err(|_| HINT)?;
    if (1..=10_000).contains(&hundredths) { Ok(hundredths) } else { Err(HINT) }
}

/// Returns the schema of a share that [`parse`] accepts.
pub(super) fn schema(what: &str) -> Value {
    const LESS_THAN_ONE: &str = r"0{1,3}\.(0[1-9]|[1-9][0-9]?)";
    const LESS_THAN_ALL: &str = r"(0?[1-9][0-9]|0{0,2}[1-9])(\.[0-9]{1,2})?";
    const ALL: &str = r"100(\.0{1,2})?";
    schema::matching(&format!("^({LESS_THAN_ONE}|{LESS_THAN_ALL}|{ALL})%$"), what)
}

/// Formats a share in hundredths of a percent.
pub(super) fn text(hundredths: u16) -> String {
    let number = format!("{}.{:02}", hundredths / 100, hundredths % 100);
    format!("{}%", number.trim_end_matches('0').trim_end_matches('.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_round_trip() {
        for (written, hundredths) in [("10%", 1_000), ("0.25%", 25), ("0.01%", 1), ("100%", 10_000), ("12.5%", 1_250)] {
            assert_eq!(parse(written), Ok(hundredths));
            assert_eq!(text(hundredths), written);
        }
        assert_eq!((parse("010%"), parse("100.00%"), parse("5.50%")), (Ok(1_000), Ok(10_000), Ok(550)));
        for wrong in [
            "", "%", "10", "0%", "0.00%", "100.01%", "101%", "1000%", "-1%", "+1%", "1e1%", ".5%", "5.%", "1.234%",
            "٣%",
        ] {
            assert!(parse(wrong).is_err(), "{wrong}");
        }
    }
}
