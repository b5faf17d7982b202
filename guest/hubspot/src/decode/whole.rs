//! Parses integers in every notation that JSON allows.

/// Parses a JSON number as a non-negative integer. Returns `None` if it has a fraction or does not fit 64 bits.
///
/// Senders that store numbers as floating point write `1534197600000.0` or `1.5341976E12`. Parsing is exact: a detour
/// through `f64` would change large ids.
pub fn whole(text: &str) -> Option<u64> {
    text.parse().ok().or_else(|| scientific(text))
}

fn scientific(text: &str) -> Option<u64> {
    let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
    let (integer, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let all = format!("{integer}{fraction}");
    let significant = all.trim_end_matches('0');
    // A minus sign fails to parse, as intended: ids and times are not negative.
    let digits: u64 = if significant.is_empty() { 0 } else { significant.parse().ok()? };
    let dropped = all.len() - significant.len();
    let zeros = exponent
        .parse::<i64>()
        .ok()?
        .checked_add(i64::try_from(dropped).ok()?)?
        .checked_sub(i64::try_from(fraction.len()).ok()?)?;
    if digits == 0 {
        return Some(0);
    }
    digits.checked_mul(10_u64.checked_pow(u32::try_from(zeros).ok()?)?)
}

#[cfg(test)]
mod tests {
    use super::whole;

    #[test]
    fn integers_are_read_in_every_notation() {
        for (text, number) in [
            ("0", 0),
            ("0.0", 0),
            ("0e7", 0),
            ("0.000e-3", 0),
            ("7", 7),
            ("1534197600000.0", 1_534_197_600_000),
            ("1.5341976E12", 1_534_197_600_000),
            ("1.5341976e+12", 1_534_197_600_000),
            ("15341976000000e-1", 1_534_197_600_000),
            ("100.00", 100),
            ("0.5e1", 5),
            ("9007199254740993.0", 9_007_199_254_740_993),
            ("18446744073709551615", u64::MAX),
            ("18446744073709551615.0", u64::MAX),
        ] {
            assert_eq!(whole(text), Some(number), "{text}");
        }
    }

    #[test]
    fn nothing_is_rounded() {
        for text in [
            "-1",
            "-0.0",
            "1.5",
            "0.1",
            "1e-1",
            "9007199254740992.5",
            "1.00000000000000000001",
            "18446744073709551616",
            "18446744073709551615.5",
            "1e20",
            "1e999999999999999999999999",
            "1e9223372036854775807",
            "1e-9223372036854775808",
            "123456789012345678901234567890",
        ] {
            assert_eq!(whole(text), None, "{text}");
        }
    }
}
