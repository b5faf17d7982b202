//! What a request has done at its provider, as far as the status of its answer tells.

/// What a request that must not be repeated has done at its provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Consequence {
    /// Nothing: it was refused.
    Nothing,
    /// What it asked for.
    Done,
    /// Nobody can tell.
    InDoubt,
}

/// What a request that was answered with this status has done.
///
/// 408, 409 and 5xx do not say that nothing was done: a proxy gives up on a server that goes on working, a server fails
/// after its own commit, and a conflict may be with what this very request made. Nor do 302 and 303, with which servers
/// answer a form that they have accepted. 301, 307 and 308 say that the request belongs elsewhere, and the rest of 4xx that
/// it was refused.
pub fn consequence(status: u16) -> Consequence {
    match status {
        200..300 => Consequence::Done,
        302 | 303 | 408 | 409 | 500.. => Consequence::InDoubt,
        _ => Consequence::Nothing,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_that_says_nothing_of_the_work_leaves_it_in_doubt() {
        for (statuses, expected) in [
            ([200, 201, 204, 299].as_slice(), Consequence::Done),
            (&[302, 303, 408, 409, 500, 502, 503, 504, 599, 999], Consequence::InDoubt),
            (&[100, 300, 301, 304, 307, 308, 400, 401, 403, 404, 410, 422, 425, 429, 499], Consequence::Nothing),
        ] {
            for status in statuses {
                assert_eq!(consequence(*status), expected, "{status}");
            }
        }
    }
}
