//! Tests of requests that are refused.

use super::*;

const NO_CONTENT: &str = "HTTP/1.1 204 No Content\n\n";

#[tokio::test]
async fn only_declared_and_allowed_hosts_are_called() {
    let mut server = Server::that(Does::answer("HTTP/1.1 204 No Content\n\n")).await;
    let here = format!("127.0.0.1:{}", server.port);
    let request = get(server.url("/"));
    refused(&request, &local(&[]), "not among the hosts").await;
    refused(&request, &local(&["127.0.0.1", "api.example.org"]), "not among the hosts").await;
    let allowing = |host: &str| Grants { allow: vec![host.to_owned()], ..local(&[&here]) };
    refused(&request, &allowing("api.example.org"), "outbound.allow").await;
    // Allowed but not declared: the operator can restrict the declared hosts, but not extend them.
    refused(&request, &Grants { declared: vec!["api.example.org".to_owned()], ..allowing(&here) }, "description").await;
    assert_eq!(server.request(), None);
    let sent = send(&request, &allowing(&here)).await;
    assert_eq!(sent.result.unwrap().status, 204);
    assert!(server.request().is_some());
}

#[tokio::test]
async fn a_setting_can_name_the_host() {
    let mut server = Server::that(Does::answer("HTTP/1.1 204 No Content\n\n")).await;
    let settings = vec![("host".to_owned(), format!("http://127.0.0.1:{}/x", server.port))];
    let allow = vec![format!("127.0.0.1:{}", server.port)];
    let sent = send(&get(server.url("/")), &Grants { settings, allow, ..local(&["{host}"]) }).await;
    assert_eq!(sent.result.unwrap().status, 204);
    assert!(server.request().is_some());
}

#[tokio::test]
async fn a_private_address_is_refused_in_every_spelling() {
    for host in [
        "127.0.0.1",
        "127.1",
        "2130706433",
        "0x7f000001",
        "0177.0.0.1",
        "10.0.0.1",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "[64:ff9b::10.0.0.1]",
        "[fd00::1]",
        "192.168.1.1",
        "100.64.0.1",
    ] {
        let url = format!("https://{host}/");
        let declared = url::Url::parse(&url).unwrap().host_str().unwrap().to_owned();
        refused(&get(text(&url)), &public(&[&declared]), "private address").await;
    }
}

#[tokio::test]
async fn a_forbidden_address_is_refused_even_with_allow_private() {
    for host in ["169.254.169.254", "[::ffff:a9fe:a9fe]", "0.0.0.0", "[fd00:ec2::254]", "255.255.255.255", "[ff02::1]"]
    {
        let url = format!("https://{host}/");
        let declared = url::Url::parse(&url).unwrap().host_str().unwrap().to_owned();
        refused(&get(text(&url)), &local(&[&declared]), "cannot be a provider's address").await;
    }
}

#[tokio::test]
async fn a_name_with_a_private_address_is_refused() {
    let mut server = Server::that(Does::answer("HTTP/1.1 204 No Content\n\n")).await;
    let declared = format!("localhost:{}", server.port);
    let url = |scheme: &str| text(&format!("{scheme}://{declared}/"));
    refused(&get(url("https")), &public(&[&declared]), "private address").await;
    assert_eq!(server.request(), None);
    let sent = send(&get(url("http")), &local(&[&declared])).await;
    assert_eq!(sent.result.unwrap().status, 204);
    assert!(server.request().is_some());
}

#[tokio::test]
async fn plain_http_requires_a_private_address_and_a_named_host() {
    let server = Server::that(Does::answer("HTTP/1.1 204 No Content\n\n")).await;
    let here = format!("127.0.0.1:{}", server.port);
    refused(&get(server.url("/")), &public(&[&here]), "not https").await;
    // `allow-private` has no effect on hosts that `allow` does not name.
    let nothing_named = || Grants { allow: Vec::new(), ..local(&[&here]) };
    refused(&get(server.url("/")), &nothing_named(), "name the host in its `allow`").await;
    refused(&get(text(&format!("https://{here}/"))), &nothing_named(), "name the host in its `allow`").await;
    refused(&get(text("http://1.1.1.1/")), &local(&["1.1.1.1:80"]), "use https").await;
    refused(&get(text("http://[2606:4700::1111]/")), &local(&["[2606:4700::1111]:80"]), "use https").await;
}

#[tokio::test]
async fn listeners_of_this_process_are_refused() {
    let (mut own, mut other) =
        (Server::that(Does::answer(NO_CONTENT)).await, Server::that(Does::answer(NO_CONTENT)).await);
    let egress = small();
    egress.refuse_own(SocketAddr::from(([127, 0, 0, 1], own.port)));
    let deadline = || Instant::now() + Duration::from_secs(5);
    for host in ["127.0.0.1", "localhost", "[::ffff:127.0.0.1]", "127.1", "2130706433"] {
        for scheme in ["http", "https"] {
            let url = format!("{scheme}://{host}:{}/", own.port);
            let declared = url::Url::parse(&url).unwrap().host_str().unwrap().to_owned();
            let grants = local(&[&format!("{declared}:{}", own.port)]);
            let sent = egress.send(&get(text(&url)), &Settings, &grants, deadline()).await;
            failed(&sent, OutboundFailure::RefusedByPolicy, false);
            assert!(sent.reason.contains("is an address of this bridge"), "{url}: {}", sent.reason);
        }
    }
    assert_eq!(own.request(), None);
    // Other listeners on this machine are not refused.
    let here = format!("127.0.0.1:{}", other.port);
    let sent = egress.send(&get(other.url("/")), &Settings, &local(&[&here]), deadline()).await;
    assert_eq!(sent.result.unwrap().status, 204);
    assert!(other.request().is_some());
}

#[tokio::test]
async fn a_provider_at_another_address_may_have_the_port_of_a_listener() {
    let mut server = Server::that(Does::answer(NO_CONTENT)).await;
    let egress = small();
    egress.refuse_own(SocketAddr::from(([127, 0, 0, 9], server.port)));
    for host in ["127.0.0.1", "localhost"] {
        let here = format!("{host}:{}", server.port);
        let request = get(text(&format!("http://{here}/")));
        let sent = egress.send(&request, &Settings, &local(&[&here]), Instant::now() + Duration::from_secs(5)).await;
        assert_eq!(sent.result.unwrap().status, 204);
        assert!(server.request().is_some());
    }
}

#[tokio::test]
async fn a_request_that_exceeds_a_limit_is_refused() {
    let mut server = Server::that(Does::answer("HTTP/1.1 204 No Content\n\n")).await;
    let grants = local(&[&format!("127.0.0.1:{}", server.port)]);
    let url = || server.url("/");
    refused(&post(url(), text(&"x".repeat(1001))), &grants, "the body is longer").await;
    refused(&post(url(), vec![secret("long", Escape::None)]), &grants, "the body is longer").await;
    refused(&post(url(), text(&"x".repeat(100_000))), &grants, "bytes of text").await;
    refused(&get(server.url(&"x".repeat(8192))), &grants, "the URL is longer").await;
    refused(&with_header(get(url()), "x-long", vec![secret("long", Escape::None)]), &grants, "the headers are").await;
    let many = OutboundRequest { headers: vec![("x".to_owned(), text("y")); 65], ..get(url()) };
    refused(&many, &grants, "65 headers").await;
    refused(&post(url(), vec![secret("long", Escape::Json); 65]), &grants, "65 secrets and signatures").await;
    assert_eq!(server.request(), None);
}

#[test]
fn an_extra_root_must_be_a_certificate() {
    let broken = ["", "no certificate", include_str!("sign-rfc7515-a2.pem")];
    for root in broken {
        let error = Egress::new(Limits::default(), &[root.to_owned()]).err().unwrap();
        assert_eq!(error, BuildError::Root(1));
        assert!(error.to_string().contains("PEM"));
    }
}
