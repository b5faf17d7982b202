//! Determines from a response's status whether the request was carried out.

/// The effect of a non-idempotent request at the provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Consequence {
    /// None: the request was rejected.
    Nothing,
    /// The request was carried out.
    Done,
    /// Unknown.
    InDoubt,
}

/// Returns the effect of a request that got this status.
///
/// 408, 409 and 5xx are in doubt: a proxy may give up on a server that is still working, a server may fail after its
/// own commit, and a conflict may be with what this request itself created. So are 302 and 303, which servers send in
/// response to a form that they accepted. 301, 307 and 308 mean that the request belongs elsewhere, and the rest of 4xx
/// that it was rejected.
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
    fn ambiguous_statuses_are_in_doubt() {
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
