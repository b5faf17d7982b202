//! What an answer means, by its status.

use cordboard_plug::{Failure, PhoneNumber, Response};

use crate::list;

/// The numbers of an answer; none where it says that the user has none.
///
/// # Errors
/// What its status means: credentials (401, 403), the rate (429), the question itself (400, 422), or an endpoint that
/// cannot be used as it is (the rest, and a list that cannot be read).
pub fn numbers(response: &Response) -> Result<Vec<PhoneNumber>, Failure> {
    Err(match response.status() {
        200 => return list::read(response.body()).map_err(Failure::Unavailable),
        204 | 404 => return Ok(Vec::new()),
        401 | 403 => Failure::CredentialsRejected,
        429 => Failure::RateLimited(response.retry_after()),
        status @ (400 | 422) => Failure::Invalid(format!(
            "the directory refuses to look this user up ({status}): find out why in its log, and check the setting \
             `url`"
        )),
        status => Failure::Unavailable(format!("the directory answered {status}, {}", meaning(status))),
    })
}

/// What a status says that is none of the documented ones, and the fix.
fn meaning(status: u16) -> &'static str {
    match status {
        300..400 => "a redirect, which is not followed: set `url` to the address that it leads to",
        400..500 => "which says nothing of the user: check the setting `url`, and what the directory's log says",
        500..600 => "an error of its own: find out why in its log, and try again",
        _ => "which is no answer to the question: let it be 200 with the numbers, or 404 where there are none",
    }
}
