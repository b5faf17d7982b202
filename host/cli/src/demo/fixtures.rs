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

/// A user of GLOBEX whom iotum does not know: HubSpot's number and e-mail address.
pub const NOBODY: (u64, &str) = (457, "nobody@globex.example");

/// The address under which HubSpot knows the bridge. A proxy that ends TLS would stand there; the stand-in for HubSpot
/// goes past it.
pub const PUBLIC_URL: &str = "https://bridge.example.com";

/// iotum's id of GLOBEX's user, who is a host there.
pub const HOST_ID: u64 = 61803;

/// iotum's id of GLOBEX.
pub const COMPANY_ID: u64 = 7012;
