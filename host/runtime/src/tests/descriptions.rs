use crate::contract::manifest::{
    Authenticity, Capabilities, Description, IfUnset, Route, Secrecy, Setting, UpdateMode,
};
use crate::description::faults;

fn setting(key: &str, secrecy: Secrecy) -> Setting {
    Setting { key: key.to_owned(), summary: "A setting".to_owned(), secrecy, required: false, default_value: None }
}

fn good() -> Description {
    Description {
        name: "good-1".to_owned(),
        summary: "A plug".to_owned(),
        version: "1.2.3-rc.1+build".to_owned(),
        routes: vec![Route {
            name: "onMeeting".to_owned(),
            summary: "When it meets".to_owned(),
            methods: vec!["POST".to_owned()],
            media_types: vec!["application/json".to_owned()],
            authenticity: Authenticity::SharedSecret("x-token".to_owned()),
            secrets: vec!["token".to_owned()],
            if_unset: IfUnset::Refuse,
            headers: Vec::new(),
        }],
        settings: vec![
            setting("token", Secrecy::Inbound),
            setting("host", Secrecy::Open),
            setting("key", Secrecy::Outbound),
        ],
        capabilities: Capabilities {
            creates: true,
            creates_with: vec!["key".to_owned()],
            updates: UpdateMode::None,
            deletes: false,
            knows_users: false,
        },
        outbound_hosts: vec!["{host}".to_owned()],
    }
}

/// Asserts that the valid description has exactly this fault after a change.
#[track_caller]
fn assert_fault(expected: &str, change: impl FnOnce(&mut Description)) {
    let mut description = good();
    change(&mut description);
    let faults = faults(&description);
    assert_eq!(faults.len(), 1, "{faults:?}");
    assert!(faults[0].contains(expected), "{faults:?}");
}

#[test]
fn a_valid_description_has_no_faults() {
    assert_eq!(faults(&good()), [""; 0]);
    let mut any_key = good();
    any_key.settings = vec![setting("*", Secrecy::Inbound)];
    any_key.outbound_hosts.clear();
    assert_eq!(faults(&any_key), [""; 0]);
}

#[test]
fn names_and_summaries_are_short_and_plain() {
    assert_fault("its name `Good 1` is invalid", |it| it.name = "Good\r1".to_owned());
    assert_fault("its name", |it| it.name = "a".repeat(65));
    assert_fault("its summary is empty", |it| it.summary = " ".to_owned());
    assert_fault("its summary is not a single line", |it| it.summary = "a\u{1b}[0m".to_owned());
    for version in ["1.2", "1.2.3.4", "1..3", "v1.2.3", "1.2.3 ", ""] {
        assert_fault("is not a semantic version", |it| it.version = version.to_owned());
    }
    let summary = "the summary of the route `onMeeting` is not a single line";
    assert_fault(summary, |it| it.routes[0].summary = "a".repeat(401));
    assert_fault("the name of the route", |it| it.routes[0].name = "a".repeat(65));
}

#[test]
fn counts_are_bounded() {
    let routes = "it declares 65 routes: at most 64 are allowed";
    assert_fault(routes, |it| it.routes = vec![it.routes[0].clone(); 65]);
    assert_fault("it declares 129 settings: at most 128", |it| it.settings = vec![it.settings[0].clone(); 129]);
    assert_fault("it declares 33 outbound hosts: at most 32", |it| it.outbound_hosts = vec!["a".to_owned(); 33]);
    let mut many = good();
    many.settings = (0..128).map(|index| setting(&format!("bad key {index}"), Secrecy::Open)).collect();
    assert_eq!(faults(&many).len(), 32);
}

#[test]
fn names_are_unique() {
    assert_fault("the route `onMeeting` is declared twice", |it| it.routes = vec![it.routes[0].clone(); 2]);
    assert_fault("the setting `host` is declared twice", |it| it.settings.push(it.settings[1].clone()));
}

#[test]
fn settings_are_declared_and_secrets_are_not_open() {
    assert_fault("which is an open setting", |it| it.routes[0].secrets = vec!["host".to_owned()]);
    assert_fault("which is not a setting", |it| it.routes[0].secrets = vec!["missing".to_owned()]);
    assert_fault("is secret but has a default", |it| it.settings[0].default_value = Some("x".to_owned()));
    assert_fault("`*` matches any key", |it| {
        it.settings.push(Setting { required: true, ..setting("*", Secrecy::Open) })
    });
    assert_fault("which is not a setting", |it| it.capabilities.creates_with = vec!["missing".to_owned()]);
}

#[test]
fn signature_schemes_and_methods_are_checked() {
    assert_fault("route `onMeeting`", |it| {
        it.routes[0].authenticity = Authenticity::SharedSecret("x token".to_owned())
    });
    assert_fault("accepts the method `BREW`", |it| it.routes[0].methods = vec!["BREW".to_owned()]);
}

#[test]
fn outbound_hosts_are_well_formed() {
    for host in
        ["api.example.org", "api.example.org:8443", "{host}", "{host}.example.org:{host}", "10.0.0.1", "[::1]:80"]
    {
        let mut description = good();
        description.outbound_hosts = vec![host.to_owned()];
        assert_eq!(faults(&description), [""; 0], "{host}");
    }
    let wrong = [
        ("https://api.example.org", "its port"),
        ("api.example.org/v1", "it is not `host`"),
        ("*.example.org", "it is not `host`"),
        ("user@example.org", "it is not `host`"),
        ("example..org", "it is not `host`"),
        ("example.org:0", "its port"),
        ("example.org:65536", "its port"),
        ("[::g]", "it is not `host`"),
        ("{host", "an unclosed `{`"),
        ("{key}", "is secret, but hosts are public"),
        ("{missing}", "`missing` is not a setting"),
        ("", "it must have 1 to 300 bytes"),
    ];
    for (host, fault) in wrong {
        assert_fault(fault, |it| it.outbound_hosts = vec![host.to_owned()]);
    }
}
