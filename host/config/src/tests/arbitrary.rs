//! Property tests of arbitrary text.

use proptest::prelude::*;

use super::parse;

/// Generates texts that look like configurations, so that most get past the TOML parser.
fn lookalike() -> impl Strategy<Value = String> {
    let name = prop_oneof![
        Just("app".to_owned()),
        Just("account".to_owned()),
        Just("admin".to_owned()),
        Just("token".to_owned()),
        Just("sha256".to_owned()),
        Just("connection".to_owned()),
        Just("settings".to_owned()),
        Just("outbound".to_owned()),
        Just("allow".to_owned()),
        Just("plug".to_owned()),
        Just("public-url".to_owned()),
        Just("ingest-key".to_owned()),
        Just("env".to_owned()),
        Just("file".to_owned()),
        "[0-9]{1,20}",
        "\"[^\"\\\\\n\r]{0,9}\"",
    ];
    let value = prop_oneof![
        "'[^'\n\r]{0,40}'",
        "-?[0-9]{1,19}",
        Just("true".to_owned()),
        Just("['a', 1]".to_owned()),
        Just("{ env = 'A' }".to_owned()),
        Just("{ file = '/' }".to_owned()),
        Just("{ plug = 'p', settings = { a = ['b'] } }".to_owned()),
    ];
    let line =
        (prop::collection::vec(name, 1..6), value).prop_map(|(keys, value)| format!("{} = {value}\n", keys.join(".")));
    prop::collection::vec(line, 0..8).prop_map(|lines| lines.concat())
}

proptest! {
    #[test]
    fn any_text_gives_a_configuration_or_faults(text in prop_oneof![any::<String>(), lookalike()]) {
        match parse(&text) {
            Ok(config) => prop_assert!(!config.public_base().is_empty()),
            Err(error) => {
                prop_assert!(!error.faults.is_empty());
                for fault in error.faults {
                    let shown = fault.to_string();
                    prop_assert!(!fault.path.is_empty() && !fault.sentence.is_empty());
                    prop_assert!(!shown.contains(char::is_control), "{:?}", shown);
                }
            }
        }
    }
}
