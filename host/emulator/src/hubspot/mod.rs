//! A local HubSpot for apps that handle meetings and the help desk.
//!
//! It stores the app's settings and implements the parts of HubSpot's API that such an app uses (`api`). When a meeting
//! is booked, changed or canceled here (`booking`), it calls the app's webhooks, signed like HubSpot's ([`webhooks`]).
//! People use its page; programs use the endpoints under `/emulator` (`control`) or [`HubSpot`] itself.

mod api;
mod booking;
mod clock;
mod control;
mod error;
mod options;
mod page;
mod path;
mod random;
mod request_body;
mod state;
mod text;
pub mod webhooks;

use std::fmt;
use std::sync::Arc;

use axum::Router;

pub use booking::{Booking, Change, NewMeeting, Numbers, PhoneNumber};
pub use error::{Error, RequestError};
pub use options::{Account, Forward, Options, Rate, Rates, Signatures, User};
pub use state::calls::{Call, CallKind};
pub use state::faults::{Fault, FaultKind};
pub use state::meetings::{Meeting, Source, Status};

use state::State;

/// The maximum number of faults.
const MAX_FAULTS: usize = 16;

/// HubSpot with one app. Clones share their state.
#[derive(Clone)]
pub struct HubSpot(Arc<Inner>);

struct Inner {
    options: Options,
    state: State,
    client: webhooks::Client,
}

impl HubSpot {
    /// Creates a HubSpot without settings or meetings.
    ///
    /// # Errors
    /// Returns an error if the options are invalid or the HTTP client cannot be created.
    pub fn new(options: Options) -> Result<Self, Error> {
        options.check()?;
        let client = webhooks::Client::new(options.answer_timeout)?;
        Ok(Self(Arc::new(Inner { state: State::new(&options), options, client })))
    }

    /// Routes HubSpot's API, the emulator's own endpoints under `/emulator`, and the page at `/`.
    pub fn router(&self) -> Router {
        Router::new()
            .nest("/emulator", control::router())
            .merge(page::router())
            .merge(api::router(self))
            .with_state(self.clone())
    }

    /// Returns its options.
    pub fn options(&self) -> &Options {
        &self.0.options
    }

    /// Returns the calls with a number above this, oldest first, out of the last thousand.
    pub fn calls(&self, after: u64) -> Vec<Call> {
        self.state().calls.after(after)
    }

    /// Returns the remaining faults.
    pub fn faults(&self) -> Vec<Fault> {
        self.state().faults.all()
    }

    /// Replaces all faults.
    ///
    /// # Errors
    /// Returns an error if there are too many faults, or one has `times` 0.
    pub fn set_faults(&self, faults: Vec<Fault>) -> Result<(), RequestError> {
        if faults.len() > MAX_FAULTS || faults.iter().any(|fault| fault.times == Some(0)) {
            let why = format!("set at most {MAX_FAULTS} faults, each with `times` of at least 1, or null for no limit");
            return Err(RequestError::Invalid(why));
        }
        self.state().faults.set(faults);
        Ok(())
    }

    fn state(&self) -> &State {
        &self.0.state
    }

    fn client(&self) -> &webhooks::Client {
        &self.0.client
    }
}

impl fmt::Debug for HubSpot {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("HubSpot").field("options", self.options()).finish_non_exhaustive()
    }
}
