//! The context of an operation.

use cordboard_core::types::effect;

use crate::http::Http;
use crate::replay::Replay;
use crate::settings::Settings;
use crate::state::State;

/// Everything available to an operation.
pub struct Context<'a> {
    /// The connection's settings.
    pub settings: Settings<'a>,
    /// The time in epoch milliseconds. Constant throughout the operation.
    pub now: u64,
    /// Random bytes for this operation.
    pub random: Random,
    /// HTTP requests.
    pub http: Http<'a>,
    /// State stored for the connection.
    pub state: State<'a>,
}

impl<'a> Context<'a> {
    pub(crate) fn new(raw: &'a effect::Context, replay: &'a Replay<'a>) -> Self {
        Self {
            settings: Settings { open: &raw.settings, secrets: &raw.secrets },
            now: raw.now,
            random: Random::new(&raw.random),
            http: Http { replay },
            state: State { entries: &raw.state, now: raw.now, replay },
        }
    }
}

/// 128 random bits. Constant throughout the operation.
#[derive(Clone, Copy)]
pub struct Random([u8; 16]);

impl Random {
    fn new(bytes: &[u8]) -> Self {
        let mut random = [0; 16];
        for (to, from) in random.iter_mut().zip(bytes) {
            *to = *from;
        }
        Self(random)
    }

    /// The random bytes.
    pub fn bytes(&self) -> [u8; 16] {
        self.0
    }

    /// The random bytes as 32 lower-case hexadecimal digits.
    pub fn hex(&self) -> String {
        cordboard_core::hex(&self.0)
    }
}
