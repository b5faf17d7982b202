//! Concurrency: equal requests share work, changes of a conference take turns, no account takes all permits.

mod bulkhead;
mod keyed_mutex;
mod single_flight;

pub use bulkhead::Bulkhead;
pub use keyed_mutex::KeyedMutex;
pub use single_flight::SingleFlight;
