//! Interprets the endpoint's answer by its status.

use cordboard_plug::{Failure, PhoneNumber, Response};

use crate::list;

/// Returns the numbers in an answer, which are empty if the user has none.
///
/// # Errors
/// Maps the status to a failure: rejected credentials (401, 403), a rate limit (429), an invalid request (400, 422), or
/// an unavailable endpoint (any other status, or an invalid list).
pub fn numbers(response: &Response) -> Result<Vec<PhoneNumber>, Failure> {
    Err(match response.status() {
        200 => return list::read(response.body()).map_err(Failure::Unavailable),
        204 | 404 => return Ok(Vec::new()),
        401 | 403 => Failure::CredentialsRejected,
        429 => Failure::RateLimited(response.retry_after()),
        status @ (400 | 422) => Failure::Invalid(format!(
            "the directory rejected the request for this user ({status}): see its log for the reason, and check the \
             setting `url`"
        )),
        status => Failure::Unavailable(format!("the directory answered {status}, {}", meaning(status))),
    })
}

/// Describes an undocumented status and its fix.
fn meaning(status: u16) -> &'static str {
    match status {
        300..400 => "a redirect, which is not followed: set `url` to the target of the redirect",
        400..500 => "which does not mean that the user has no numbers: check the setting `url` and the directory's log",
        500..600 => "an internal error: see its log for the reason, and try again",
        _ => "an unexpected status: it must answer 200 with the numbers, or 404 if there are none",
    }
}
