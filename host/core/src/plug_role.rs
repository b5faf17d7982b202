//! The role of a plug: the contract that it implements.

use std::fmt;

/// The contract that a plug implements.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// `cordboard:provider`: a conferencing system.
    Provider,
    /// `cordboard:crm`: a CRM that requests conferences.
    Crm,
    /// `cordboard:telephony`: a telephony system.
    Telephony,
}

impl fmt::Display for Role {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Provider => "provider",
            Self::Crm => "crm",
            Self::Telephony => "telephony",
        })
    }
}
