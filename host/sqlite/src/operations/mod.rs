//! Operations: their journal, and queries about finished and unfinished ones.

mod answers;
mod finished;
mod journal;
mod unfinished;

pub(super) use answers::{acknowledge_answer, lose_answer, reopen_answer, repeat_answer};
pub(super) use finished::{
    OPERATIONS, finished_request, is_unacknowledged, unacknowledged_create, unacknowledged_creates, unacknowledged_rule,
};
pub(super) use journal::{account_and_bytes, begin, delete, finish, record_effect, record_exchange};
pub(super) use unfinished::{recorded, unfinished};
