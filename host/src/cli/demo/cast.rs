//! Who has a part in the demo.

/// HubSpot's number of the app.
pub const APP: u64 = 54321;

/// An account at HubSpot, and the one user of it who books meetings.
#[derive(Clone, Copy)]
pub struct Account {
    /// HubSpot's number of the account.
    pub id: u64,
    /// HubSpot's number of the user.
    pub user: u64,
    /// The user's e-mail address.
    pub email: &'static str,
    /// The connection that makes its conferences.
    pub conferencing: &'static str,
}

/// Books rooms at a Jitsi server, has numbers in the phonebook, and is told of meetings by simplex Meeting.
pub const ACME: Account = Account { id: 123_123, user: 123, email: "ada@acme.example", conferencing: "rooms" };

/// Books conferences at iotum.
pub const GLOBEX: Account = Account { id: 456_456, user: 456, email: "grace@globex.example", conferencing: "iotum" };

/// The connection of ACME that simplex Meeting calls.
pub const SIMPLEX: &str = "simplex";

/// Who signs in at iotum for GLOBEX.
pub const ADMINISTRATOR: &str = "admin@globex.example";

/// iotum's id of GLOBEX's user, who is a host there.
pub const HOST_ID: u64 = 61803;

/// iotum's id of GLOBEX.
pub const COMPANY_ID: u64 = 7012;
