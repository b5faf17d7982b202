//! Tests the plug's description.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

use cordboard_directory::Directory;
use cordboard_plug::Telephony;
use cordboard_plug::core::render::host_allowed;
use cordboard_plug::manifest::Secrecy;

#[test]
fn the_description_lists_the_settings() {
    let description = Directory::describe();
    assert_eq!((description.name.as_str(), description.version.as_str()), ("directory", env!("CARGO_PKG_VERSION")));
    assert_eq!(description.routes, []);
    let settings: Vec<_> = description
        .settings
        .iter()
        .map(|setting| (setting.key.as_str(), setting.secrecy, setting.required, setting.default_value.as_deref()))
        .collect();
    assert_eq!(
        settings,
        [
            ("url", Secrecy::Open, true, None),
            ("key", Secrecy::Outbound, false, None),
            ("key-header", Secrecy::Open, false, Some("authorization")),
        ]
    );
}

fn may_call(url: &str, host: &str, port: u16) -> bool {
    let settings =
        [("url", url), ("key-header", "evil.example")].map(|(key, value)| (key.to_owned(), value.to_owned()));
    host_allowed(host, port, &Directory::describe().outbound_hosts, &settings)
}

#[test]
fn the_host_of_the_url_may_be_called() {
    for (url, host, port) in [
        ("https://pbx.example.com/users/{user-id}/numbers", "pbx.example.com", 443),
        ("https://PBX.example.com:8443/users/{user-id}", "pbx.example.com", 8443),
        ("https://pbx.example.com?user={user-id}", "pbx.example.com", 443),
        ("http://127.0.0.1:9000/{user-id}", "127.0.0.1", 9000),
        ("http://pbx.example.com/{user-id}", "pbx.example.com", 80),
        ("https://[::1]:9000/{user-id}?next=https://evil.example", "::1", 9000),
    ] {
        assert!(may_call(url, host, port), "{url}");
    }
}

#[test]
fn no_other_host_may_be_called() {
    let url = "https://pbx.example.com/users/{user-id}/numbers?next=https://evil.example/";
    for (host, port) in [
        ("evil.example", 443),
        ("example.com", 443),
        ("x.pbx.example.com", 443),
        ("pbx.example.com.evil.example", 443),
        ("pbx.example.com", 80),
        ("pbx.example.com", 8443),
        ("users", 443),
        ("{user-id}", 443),
        ("", 443),
    ] {
        assert!(!may_call(url, host, port), "{host}:{port}");
    }
    for url in ["https://pbx.example.com@evil.example/{user-id}", "https://{user-id}.evil.example/", "{user-id}", ""] {
        assert!(!may_call(url, "evil.example", 443) && !may_call(url, "123.evil.example", 443), "{url}");
    }
}
