//! Suggestions for misspelled names.

/// Maximum length of a name to find a suggestion for; longer ones are not typos.
const MAX_NAME_LEN: usize = 64;

/// Returns the known name closest to an unknown one, if at most a third of its letters differ. Ignores case, and treats
/// `_` as `-`.
pub fn nearest<'a>(unknown: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    if unknown.len() > MAX_NAME_LEN {
        return None;
    }
    let unknown = folded(unknown);
    known
        .into_iter()
        .map(|name| (strsim::osa_distance(&unknown, &folded(name)), name))
        .filter(|(distance, name)| {
            *distance <= (name.chars().count() / 3).max(1) && *distance < unknown.chars().count()
        })
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, name)| name)
}

/// Suggests known names in place of an unknown one, as a clause.
pub(super) fn hint<'a>(unknown: &str, known: impl Iterator<Item = &'a str> + Clone) -> String {
    match nearest(unknown, known.clone()) {
        Some(name) => format!("did you mean `{}`?", name.escape_debug()),
        None => format!("use one of {}", listed(known)),
    }
}

fn folded(name: &str) -> String {
    name.to_lowercase().replace('_', "-")
}

/// Lists names as `` `a`, `b` ``. Truncates a long list.
pub(super) fn listed<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    const MAX_LISTED: usize = 20;
    let mut names: Vec<String> =
        names.into_iter().take(MAX_LISTED + 1).map(|name| format!("`{}`", name.escape_debug())).collect();
    if names.len() > MAX_LISTED {
        names.truncate(MAX_LISTED);
        names.push("…".to_owned());
    }
    names.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn close_names_are_suggested() {
        let known = ["listen", "admin-listen", "settings", "plug", "app"];
        for (unknown, expected) in [
            ("lisen", Some("listen")),
            ("Admin_Listen", Some("admin-listen")),
            ("setings", Some("settings")),
            ("settnigs", Some("settings")),
            ("plugs", Some("plug")),
            ("apps", Some("app")),
            ("a", None),
            ("", None),
            ("host", None),
        ] {
            assert_eq!(nearest(unknown, known), expected, "{unknown}");
        }
        assert_eq!(nearest(&"listen".repeat(1_000_000), known), None);
    }

    #[test]
    fn long_lists_are_truncated() {
        assert_eq!(listed(["a", "b"]), "`a`, `b`");
        assert!(listed(["a"; 1000]).ends_with("`a`, …"));
    }
}
