//! The parties of the demo.

/// HubSpot's app ID.
pub const APP: u64 = 54321;

/// An account at HubSpot, with the user who books meetings.
#[derive(Clone, Copy)]
pub struct Account {
    /// HubSpot's account ID.
    pub id: u64,
    /// HubSpot's user ID.
    pub user: u64,
    /// The user's e-mail address.
    pub email: &'static str,
    /// The connection that creates its conferences.
    pub conferencing: &'static str,
}

/// Uses Jitsi for conferences and the phonebook for numbers, and receives webhooks from simplex Meeting.
pub const ACME: Account = Account { id: 123_123, user: 123, email: "ada@acme.example", conferencing: "rooms" };

/// Uses iotum for conferences.
pub const GLOBEX: Account = Account { id: 456_456, user: 456, email: "grace@globex.example", conferencing: "iotum" };

/// The connection of [`ACME`] that simplex Meeting calls.
pub const SIMPLEX: &str = "simplex";

/// The administrator who signs in at iotum for [`GLOBEX`].
pub const ADMINISTRATOR: &str = "admin@globex.example";

/// A user of [`GLOBEX`] who does not exist at iotum: HubSpot's user ID and the e-mail address.
pub const NOBODY: (u64, &str) = (457, "nobody@globex.example");

/// The address by which HubSpot knows the bridge. In production, a proxy that terminates TLS listens there; the
/// emulator calls the bridge directly.
pub const PUBLIC_URL: &str = "https://bridge.example.com";

/// iotum's ID of [`GLOBEX`]'s user, who is a host there.
pub const HOST_ID: u64 = 61803;

/// iotum's ID of [`GLOBEX`].
pub const COMPANY_ID: u64 = 7012;
