//! Events of one delivery.

use super::MAX_ID;

const MAX_EVENTS: usize = 1000;

/// The longest dedupe key, in bytes; one that is longer does not count.
pub const MAX_DEDUPE_KEY: usize = 256;

/// Checks what a plug made of a delivery: so many events, which name these ids of conferences.
///
/// # Errors
/// Where there are too many, or an id is too long.
pub fn events<'a>(count: usize, ids: impl IntoIterator<Item = &'a str>) -> Result<(), String> {
    if count > MAX_EVENTS {
        return Err(format!("it makes more than {MAX_EVENTS} events of one delivery"));
    }
    // Ids are looked for, so that a long one would cost more than the event that it stands in.
    if ids.into_iter().any(|id| id.len() > MAX_ID) {
        return Err(format!("it gives an id of a conference of more than {MAX_ID} bytes"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_and_their_number_are_bounded() {
        let longest = "i".repeat(MAX_ID);
        assert_eq!(events(MAX_EVENTS, [longest.as_str(), ""]), Ok(()));
        assert!(events(MAX_EVENTS + 1, []).is_err_and(|why| why.contains("1000 events")));
        let longer = "i".repeat(MAX_ID + 1);
        assert!(events(1, ["", &longer]).is_err_and(|why| why.contains("512 bytes")));
    }
}
