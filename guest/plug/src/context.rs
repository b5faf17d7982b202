//! What an operation may know.

use cordboard_core::types::effect;

use crate::http::Http;
use crate::replay::Replay;
use crate::settings::Settings;
use crate::state::State;

/// All that an operation may know, and its ways to ask for more.
pub struct Context<'a> {
    /// The connection's settings.
    pub settings: Settings<'a>,
    /// Epoch milliseconds; the same through the whole operation.
    pub now: u64,
    /// Randomness of this operation.
    pub random: Random,
    /// HTTP requests.
    pub http: Http<'a>,
    /// What the connection keeps between operations.
    pub state: State<'a>,
}

impl<'a> Context<'a> {
    pub(crate) fn new(raw: &'a effect::Context, replay: &'a Replay<'a>) -> Self {
        Self {
            settings: Settings::new(raw),
            now: raw.now,
            random: Random::new(&raw.random),
            http: Http::new(replay),
            state: State::new(&raw.state, raw.now, replay),
        }
    }
}

/// 128 random bits, the same through the whole operation.
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

    /// The bytes.
    pub fn bytes(&self) -> [u8; 16] {
        self.0
    }

    /// 32 lower-case hexadecimal digits.
    pub fn hex(&self) -> String {
        cordboard_core::hex(&self.0)
    }
}
