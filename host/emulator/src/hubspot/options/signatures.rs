//! The choice of signatures for webhooks.

use std::fmt;
use std::str::FromStr;

use crate::hubspot::Error;

/// The signatures of a webhook. HubSpot documents v1 for video conferences, but has been observed to add v3.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Signatures {
    /// Only v1.
    V1,
    /// Only v2.
    V2,
    /// Only v3.
    V3,
    /// Both v1 and v3.
    #[default]
    V1V3,
    /// Both v2 and v3.
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
        known
            .map(|(signatures, _)| *signatures)
            .ok_or_else(|| Error::Options("unknown signatures: use `v1`, `v2`, `v3`, `v1+v3` or `v2+v3`".to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_signatures_round_trip() {
        for (signatures, name) in Signatures::NAMES {
            assert_eq!((name.parse(), signatures.to_string()), (Ok(signatures), name.to_owned()));
        }
        assert!("v4".parse::<Signatures>().unwrap_err().to_string().contains("`v1+v3`"));
    }
}
