//! A local HubSpot, as far as an app for meetings and the help desk sees it.
//!
//! It keeps the app's settings and answers the parts of HubSpot's API that such an app uses (`api`), and it calls the
//! app's webhooks, signed as HubSpot signs ([`webhooks`]), when a meeting is booked, moved or cancelled here
//! (`booking`). People use its page, programs what is under `/emulator` (`control`) or [`HubSpot`] itself.

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
pub use error::{Error, Refusal};
pub use options::{Account, Forward, Options, Rate, Rates, Signatures, User};
pub use state::calls::{Call, CallKind};
pub use state::faults::{Fault, FaultKind};
pub use state::meetings::{Meeting, Source, Status};

use state::State;

/// Faults that are held.
const FAULTS: usize = 16;

/// HubSpot with one app. A clone is the same HubSpot.
#[derive(Clone)]
pub struct HubSpot(Arc<Inner>);

struct Inner {
    options: Options,
    state: State,
    client: webhooks::Client,
}

impl HubSpot {
    /// HubSpot with nothing set and nothing booked.
    ///
    /// # Errors
    /// Where the options do not fit together, or the system gives no HTTP client.
    pub fn new(options: Options) -> Result<Self, Error> {
        options.check()?;
        let client = webhooks::Client::new(options.answer_timeout)?;
        Ok(Self(Arc::new(Inner { state: State::new(&options), options, client })))
    }

    /// What it answers: HubSpot's API, its own endpoints under `/emulator`, and the page at `/`.
    pub fn router(&self) -> Router {
        Router::new()
            .nest("/emulator", control::router())
            .merge(page::router())
            .merge(api::router(self))
            .with_state(self.clone())
    }

    /// What it was made with.
    pub fn options(&self) -> &Options {
        &self.0.options
    }

    /// The calls whose number is above this, oldest first, of the last thousand.
    pub fn calls(&self, after: u64) -> Vec<Call> {
        self.state().calls.after(after)
    }

    /// What is still to go wrong.
    pub fn faults(&self) -> Vec<Fault> {
        self.state().faults.all()
    }

    /// Says what shall go wrong, in place of all that was said before.
    ///
    /// # Errors
    /// Where there are too many, or one that never happens.
    pub fn set_faults(&self, faults: Vec<Fault>) -> Result<(), Refusal> {
        if faults.len() > FAULTS || faults.iter().any(|fault| fault.times == Some(0)) {
            let why = format!("at most {FAULTS} faults are held, each with `times` from 1 or null for until changed");
            return Err(Refusal::Invalid(why));
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
