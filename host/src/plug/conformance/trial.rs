//! A plug on trial: what it does in all weathers, and with all that a sender may send.

use std::cell::OnceCell;

use super::ask::Gave;
use super::bodies::{self, Delivery};
use super::course::{Course, End, follow};
use super::inputs;
use super::operation::Operation;
use super::setup::Setup;
use super::weather::{WEATHERS, Weather};
use crate::contract::conference::Conference;
use crate::contract::effect::{Context, Exchange, OutboundRequest, OutboundResponse};
use crate::contract::http::WebhookRequest;
use crate::plug::{CallError, Plug, Role, rules};

/// Calls that are answered well before the weather changes, at most.
const MAX_FINE: usize = 4;
/// A plug that broke so often in one operation breaks again, and may take its time.
const ENOUGH_BROKEN: usize = 3;

/// A plug on trial. What several checks look at is had once.
pub struct Trial<'a> {
    pub(super) plug: &'a Plug,
    pub(super) setup: &'a Setup,
    pub(super) context: Context,
    conference: OnceCell<Conference>,
    courses: OnceCell<Vec<Tried>>,
    deliveries: OnceCell<Vec<Tried>>,
    broken: OnceCell<bool>,
}

/// An operation that was tried.
pub(super) struct Tried {
    pub operation: &'static str,
    /// How, for the begin of a sentence.
    pub says: String,
    /// What the last calls were answered, and how many were answered well before; none where all were.
    pub weather: Option<(usize, Weather)>,
    pub course: Course,
}

impl<'a> Trial<'a> {
    /// Begins one.
    pub fn new(plug: &'a Plug, setup: &'a Setup) -> Self {
        Self {
            plug,
            setup,
            context: setup.context(plug.description()),
            conference: OnceCell::new(),
            courses: OnceCell::new(),
            deliveries: OnceCell::new(),
            broken: OnceCell::new(),
        }
    }

    /// All operations of the contract, with plain inputs.
    pub(super) fn operations(&self) -> Vec<Operation> {
        match self.plug.role() {
            Role::Provider => {
                let made = || self.conference().clone();
                let mut operations = vec![
                    Operation::create(inputs::meeting()),
                    Operation::update(made(), inputs::moved()),
                    Operation::delete(made()),
                    Operation::verify_user(inputs::EMAIL.to_owned()),
                ];
                operations.extend(self.plain_requests().into_iter().map(Operation::receive));
                operations
            }
            Role::Crm => {
                let mut operations: Vec<_> = self.plain_requests().into_iter().map(Operation::decode).collect();
                operations.extend(inputs::outcomes().into_iter().map(|(_, outcome)| Operation::encode(outcome)));
                if self.plug.has_settings() {
                    operations.extend(Operation::of_settings());
                }
                operations
            }
            Role::Telephony => [7, 0, u64::MAX].map(Operation::phone_numbers).into(),
        }
    }

    /// The samples, and an empty object to each route that has none.
    fn plain_requests(&self) -> Vec<WebhookRequest> {
        bodies::plain(self.plug.description(), &self.setup.samples)
    }

    /// Follows an operation while its vendor answers as in the samples.
    pub(super) fn fine(&self, context: &Context, operation: &Operation) -> Course {
        follow(self.plug, context, operation, |_, request| self.well(request))
    }

    /// As the samples have it. What they have not is not there.
    pub(super) fn well(&self, request: &OutboundRequest) -> Exchange {
        let unknown = OutboundResponse { status: 404, headers: Vec::new(), body: b"{}".to_vec() };
        Exchange::Answered(self.setup.samples.answer(request).cloned().unwrap_or(unknown))
    }

    /// A conference that the plug made, or one that it might have made.
    pub(super) fn conference(&self) -> &Conference {
        self.conference.get_or_init(|| {
            let course = self.fine(&self.context, &Operation::create(inputs::meeting()));
            match course.end {
                End::Gave(Gave::Conference(made)) if rules::conference(&made).is_ok() => made,
                _ => inputs::conference(),
            }
        })
    }

    /// Whether plain inputs already break it: then nothing else is worth looking at.
    pub(super) fn is_broken(&self) -> bool {
        *self
            .broken
            .get_or_init(|| self.operations().iter().any(|operation| operation.ask(self.plug, &self.context).is_err()))
    }

    /// All operations with plain inputs in all weathers: first as the connection is at the beginning, then with what it
    /// remembers.
    pub(super) fn courses(&self) -> &[Tried] {
        self.courses.get_or_init(|| self.operations().iter().flat_map(|operation| self.weathered(operation)).collect())
    }

    fn weathered(&self, operation: &Operation) -> Vec<Tried> {
        let mut tried = self.in_all_weathers(&self.context, operation, "");
        let state = tried.first().map(|fine| fine.course.state.clone()).unwrap_or_default();
        if state != self.context.state {
            let later = Context { state, ..self.context.clone() };
            tried.extend(self.in_all_weathers(&later, operation, " and what it remembered at hand"));
        }
        tried
    }

    /// First the one in which all is well.
    fn in_all_weathers(&self, context: &Context, operation: &Operation, with: &str) -> Vec<Tried> {
        let name = operation.name;
        let course = self.fine(context, operation);
        let calls = course.calls().count();
        // One that does not end by itself is tried once in each weather.
        let most_fine = if matches!(course.end, End::Endless) { 1 } else { MAX_FINE };
        let mut broken = usize::from(matches!(course.end, End::Broken(_)));
        let mut tried =
            vec![Tried { operation: name, says: format!("`{name}` with plain input{with}"), weather: None, course }];
        for fine in 0..calls.min(most_fine) {
            for weather in WEATHERS {
                if broken == ENOUGH_BROKEN {
                    return tried;
                }
                let course = follow(self.plug, context, operation, |number, request| {
                    if number < fine { self.well(request) } else { weather.exchange() }
                });
                broken += usize::from(matches!(course.end, End::Broken(_)));
                let calls = match fine {
                    0 => "all calls".to_owned(),
                    1 => "all calls after the first".to_owned(),
                    _ => format!("all calls after the first {fine}"),
                };
                let says = format!("`{name}` with {calls} answered {}{with}", weather.words());
                tried.push(Tried { operation: name, says, weather: Some((fine, weather)), course });
            }
        }
        tried
    }

    /// What became of all that a sender may send.
    pub(super) fn deliveries(&self) -> &[Tried] {
        self.deliveries.get_or_init(|| {
            let mut broken = 0;
            let mut tried = Vec::new();
            for Delivery { says, request } in bodies::all(self.plug.description(), &self.setup.samples) {
                let operation = match self.plug.role() {
                    Role::Crm => Operation::decode(request),
                    Role::Provider => Operation::receive(request),
                    // Its contract takes none.
                    Role::Telephony => break,
                };
                let course = self.fine(&self.context, &operation);
                broken += usize::from(matches!(course.end, End::Broken(_)));
                tried.push(Tried { operation: operation.name, says, weather: None, course });
                if broken > ENOUGH_BROKEN {
                    break;
                }
            }
            tried
        })
    }
}

/// How a call broke, for the author: a clause.
pub(super) fn broke(error: &CallError) -> String {
    match error {
        CallError::Trapped(how) => format!("it breaks off ({how})"),
        CallError::OutOfTime => "it takes longer than a call may".to_owned(),
        CallError::OutOfMemory => "it wants more memory than a call may have".to_owned(),
        CallError::TooMuchData => "it gives a longer result than it may".to_owned(),
        CallError::ContractBroken(how) => format!("it breaks its contract ({how})"),
        CallError::WrongRole | CallError::Busy | CallError::Unavailable(_) => error.to_string(),
    }
}
