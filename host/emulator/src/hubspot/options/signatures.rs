//! Which signatures go with a webhook.

use std::fmt;
use std::str::FromStr;

use crate::hubspot::Error;

/// Which signatures go with a webhook. HubSpot documents v1 for video conferences, and v3 has been seen beside it.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Signatures {
    /// v1 alone.
    V1,
    /// v2 alone.
    V2,
    /// v3 alone.
    V3,
    /// v1, and v3 beside it.
    #[default]
    V1V3,
    /// v2, and v3 beside it.
    V2V3,
}

impl Signatures {
    const NAMES: [(Self, &'static str); 5] =
        [(Self::V1, "v1"), (Self::V2, "v2"), (Self::V3, "v3"), (Self::V1V3, "v1+v3"), (Self::V2V3, "v2+v3")];
}

impl fmt::Display for Signatures {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = Self::NAMES.iter().find(|(signatures, _)| signatures == self).map_or("", |(_, name)| name);
        formatter.write_str(name)
    }
}

impl FromStr for Signatures {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let known = Self::NAMES.iter().find(|(_, name)| *name == text);
        known.map(|(signatures, _)| *signatures).ok_or_else(|| {
            Error::Options("no such signatures: they are `v1`, `v2`, `v3`, `v1+v3` or `v2+v3`".to_owned())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signatures_are_read_as_they_are_written() {
        for (signatures, name) in Signatures::NAMES {
            assert_eq!((name.parse(), signatures.to_string()), (Ok(signatures), name.to_owned()));
        }
        assert!("v4".parse::<Signatures>().unwrap_err().to_string().contains("`v1+v3`"));
    }
}
