//! Requests that policy refuses are not sent.

use super::log::logged;
use super::outside_server::OutsideServer;
use super::setup::{REFUSED, Setup, config, private, settings};

pub async fn forbidden_host() {
    let (allowed, other) = (OutsideServer::start().await, OutsideServer::start().await);
    let (here, port) = (allowed.address.to_string(), allowed.address.port());
    let (mapped, named) = (format!("[::ffff:127.0.0.1]:{port}"), format!("localhost:{port}"));
    // Each case has the host that the plug declares, whether private hosts are allowed, the targets, and the reason in
    // the log.
    let cases = [
        // A private host that is not allowed, by address, by another notation, and by name.
        (&*here, false, [format!("http://{here}/"), format!("https://{here}/")].to_vec(), "not https"),
        (&*mapped, false, [format!("https://{mapped}/")].to_vec(), "outbound"),
        (&*named, false, [format!("https://{named}/")].to_vec(), "outbound"),
        ("169.254.169.254", true, ["http://169.254.169.254/latest/meta-data".to_owned()].to_vec(), "169.254.169.254"),
        // A host that the plug does not declare.
        (
            "elsewhere.example",
            true,
            [format!("http://{here}/"), format!("http://elsewhere.example@{here}/")].to_vec(),
            "not among the hosts",
        ),
        (&*here, true, [other.url("/"), format!("ftp://{here}/")].to_vec(), "not among the hosts"),
    ];
    for (url, allow_private, targets, why) in cases {
        let targets: Vec<_> = targets.iter().map(String::as_str).collect();
        let grants = if allow_private { private(url) } else { "allow-private = false".to_owned() };
        let setup = Setup::open(&settings("forbidden_host", url, &targets), &grants).await;
        for seen in setup.seen("Talk").await {
            assert_eq!(seen, REFUSED, "{targets:?}");
        }
        let is_logged = |line: &str| ["WARN", "request_id=", why].iter().all(|part| line.contains(part));
        assert!(logged().lines().any(is_logged), "{why}");
        setup.neighbor_is_served("afterwards").await;
        setup.assert_no_secret();
    }
    assert_eq!((allowed.connections(), other.connections()), (0, 0), "no connection was opened");

    // The operator's list restricts the plug's hosts.
    let narrowed = "allow-private = true, allow = [\"hostile.example\"]";
    let setup = Setup::open(&settings("forbidden_host", &here, &[&allowed.url("/")]), narrowed).await;
    assert_eq!(setup.seen("Talk").await, [REFUSED; 2]);
    assert_eq!(allowed.connections(), 0);

    // An allowed request is sent.
    let setup = Setup::calling("forbidden_host", &here, &[&allowed.url("/in-order")]).await;
    for seen in setup.seen("Talk").await {
        assert!(seen.starts_with("answered 200: GET /in-order "), "{seen}");
    }
    the_bridge_itself().await;
}

/// No request reaches the bridge's own listeners, whatever is allowed.
async fn the_bridge_itself() {
    let setup = Setup::calling("forbidden_host", "127.0.0.1:9", &["http://127.0.0.1:9/"]).await;
    for own in [setup.bridge.address, setup.bridge.operators] {
        for host in ["127.0.0.1", "localhost"] {
            let here = format!("{host}:{}", own.port());
            let targets = [format!("http://{here}/health/live"), format!("https://{here}/metrics")];
            let targets: Vec<_> = targets.iter().map(String::as_str).collect();
            setup.installation.configure(&config(&settings("forbidden_host", &here, &targets), &private(&here)));
            setup.bridge.lifecycle().reload_from_file(&setup.installation.file(), "a test").await.unwrap();
            let booked = setup.book(&here).await;
            assert_eq!((booked.status, booked.member("conferenceDetails").as_str()), (200, REFUSED), "{here}");
        }
    }
    assert!(logged().contains("is an address of this bridge"));
    setup.neighbor_is_served("afterwards").await;
    setup.assert_no_secret();
}

pub async fn forbidden_redirect() {
    let (allowed, other) = (OutsideServer::start().await, OutsideServer::start().await);
    let here = allowed.address.to_string();
    let redirect = allowed.url(&format!("/to/{}", other.url("/loot")));
    let setup = Setup::calling("forbidden_redirect", &here, &[&redirect]).await;
    for seen in setup.seen("Talk").await {
        assert_eq!(seen, format!("answered 302: \n{REFUSED}"), "the redirect is returned, and its host is refused");
    }
    assert_eq!(allowed.requests().len(), 2);
    assert_eq!(other.connections(), 0, "no redirect was followed");
    setup.neighbor_is_served("afterwards").await;
    setup.assert_no_secret();

    // The plug may follow a redirect to the same host with another request.
    let setup =
        Setup::calling("forbidden_redirect", &here, &[&allowed.url(&format!("/to/{}", allowed.url("/x")))]).await;
    assert!(setup.book("Talk").await.member("conferenceDetails").contains("answered 200: GET /x "));
    assert_eq!(allowed.requests().len(), 4);
}

pub async fn header_smuggling() {
    let allowed = OutsideServer::start().await;
    let setup = Setup::calling("header_smuggling", &allowed.address.to_string(), &[&allowed.url("/")]).await;
    for seen in setup.seen("Talk").await {
        assert_eq!(seen, REFUSED, "each of them");
    }
    assert_eq!(allowed.connections(), 0, "nothing was sent");
    let log = logged();
    for why in ["`x-line` contains a line break", "invalid header name", "is set by the host: leave it out"] {
        assert!(log.contains(why), "{why}");
    }
    assert!(!log.lines().any(|line| line.starts_with("x-smuggled")), "it cannot forge a log line");
    setup.neighbor_is_served("afterwards").await;
    setup.assert_no_secret();
}
