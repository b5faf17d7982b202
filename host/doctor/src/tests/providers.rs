//! Tests of the provider check.

use std::time::{Duration, Instant};

use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::time::timeout;

use super::super::{TIMEOUT, providers};
use super::{Finding, PLUGS, Verdict, assert_found, closed, config, only};

const ABOUT: &str = "connection 123123/portal";

/// Checks a connection with these hosts.
async fn examined(hosts: &[&str], outbound: &str, within: Duration) -> Vec<Finding> {
    let text = format!(
        "public-url = 'https://bridge.example.com'\n[app.54321]\nplug = 'hubspot'\n[account.123123]\napp = 54321\n\
         [account.123123.connection.portal]\nplug = 'iotum'\nsettings = {{ host = {hosts:?} }}\noutbound = {{ {outbound} }}\n"
    );
    providers::check(&config(&text), &PLUGS, within).await
}

/// Returns grants for these private hosts.
fn private(hosts: &[&str]) -> String {
    format!("allow-private = true, allow = {hosts:?}")
}

#[tokio::test]
async fn a_private_provider_must_be_allowed() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let host = listener.local_addr().unwrap().to_string();
    let finding = only(examined(&[&host], &private(&[&host]), TIMEOUT).await);
    assert_found(&finding, Verdict::Ok, ABOUT, &[&format!("{host} can be reached")]);
    let finding = only(examined(&[&host], "", TIMEOUT).await);
    assert_found(
        &finding,
        Verdict::Fault,
        ABOUT,
        &[&host, "set `allow-private = true` in the connection's `outbound`"],
    );
}

#[tokio::test]
async fn plain_http_is_only_for_allowed_private_networks() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let host = listener.local_addr().unwrap().to_string();
    let url = format!("http://{host}");
    let finding = only(examined(&[&url], &private(&[&host]), TIMEOUT).await);
    assert_found(&finding, Verdict::Ok, ABOUT, &[&format!("{host} can be reached")]);
    let finding = only(examined(&[&url], "", TIMEOUT).await);
    assert_found(&finding, Verdict::Fault, ABOUT, &[&host, "the URL is not https", "set `allow-private = true`"]);
    let finding = only(examined(&["http://8.8.8.8"], &private(&["8.8.8.8:80"]), TIMEOUT).await);
    let says = ["8.8.8.8:80 cannot be reached", "plain http is not permitted: use https"];
    assert_found(&finding, Verdict::Fault, ABOUT, &says);
}

#[tokio::test]
async fn a_provider_that_refuses_connections_is_a_fault() {
    let host = closed().await.to_string();
    let finding = only(examined(&[&host], &private(&[&host]), TIMEOUT).await);
    let says = ["cannot be reached: ", "check that the provider is running there, or correct the setting"];
    assert_found(&finding, Verdict::Fault, ABOUT, &[&host, says[0], says[1]]);
}

#[tokio::test]
async fn an_ipv6_address_is_tried_and_a_link_local_one_is_not() {
    let hosts = [format!("[::1]:{}", closed().await.port()), "169.254.169.254".to_owned()];
    let findings = examined(&[&hosts[0], &hosts[1]], &private(&[&hosts[0], &hosts[1]]), TIMEOUT).await;
    assert_eq!(findings.len(), 2);
    assert_found(&findings[0], Verdict::Fault, ABOUT, &[&hosts[0], "check that the provider is running there"]);
    assert_found(&findings[1], Verdict::Fault, ABOUT, &["169.254.169.254:443", "refused even with `allow-private`"]);
}

#[tokio::test]
async fn an_unresponsive_provider_is_waited_for_until_the_time_limit() {
    let (_listener, _waiting, host) = full().await;
    let finding = only(examined(&[&host], &private(&[&host]), Duration::from_secs(1)).await);
    let says = [&format!("{host} accepts no connection within 1 s"), "check the name, the port and the firewall"];
    assert_found(&finding, Verdict::Fault, ABOUT, &says);
}

#[tokio::test]
async fn unresponsive_providers_are_tried_concurrently() {
    let (one, other, third) = (full().await, full().await, full().await);
    let (within, began) = (Duration::from_secs(3), Instant::now());
    let findings = examined(&[&one.2, &other.2, &third.2], &private(&[&one.2, &other.2, &third.2]), within).await;
    assert!(began.elapsed() < 2 * within, "{:?}", began.elapsed());
    for (finding, host) in findings.iter().zip([&one.2, &other.2, &third.2]) {
        assert_found(finding, Verdict::Fault, ABOUT, &[&format!("{host} accepts no connection within 3 s")]);
    }
    assert_eq!(findings.len(), 3);
}

/// Returns a listener whose backlog is full, so that the system drops further attempts, the streams that fill it, and
/// its address.
async fn full() -> (TcpListener, Vec<TcpStream>, String) {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let listener = socket.listen(1).unwrap();
    let at = listener.local_addr().unwrap();
    let mut waiting = Vec::new();
    while let Ok(stream) = timeout(Duration::from_millis(500), TcpStream::connect(at)).await {
        waiting.push(stream.unwrap());
        assert!(waiting.len() < 100, "the backlog does not fill up");
    }
    (listener, waiting, at.to_string())
}

#[tokio::test]
async fn an_unresolvable_name_is_a_fault() {
    // `.invalid` has no names (RFC 6761). An unreachable resolver may take until the time limit.
    let finding = only(examined(&["https://portal.invalid"], "", TIMEOUT).await);
    assert_found(&finding, Verdict::Fault, ABOUT, &["portal.invalid:443", "name"]);
}

#[tokio::test]
async fn a_disallowed_host_is_not_tried() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let (open, closed) = (listener.local_addr().unwrap().to_string(), closed().await.to_string());
    let outbound = private(&[&open]);
    assert_found(&only(examined(&[&closed, &open], &outbound, TIMEOUT).await), Verdict::Ok, ABOUT, &[&open]);
}

#[tokio::test]
async fn a_shared_provider_is_tried_once_and_reported_for_each_connection() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let host = listener.local_addr().unwrap();
    let connection = |name| {
        format!(
            "[account.123123.connection.{name}]\nplug = 'iotum'\nsettings = {{ host = '{host}' }}\n\
             outbound = {{ allow-private = true, allow = ['{host}'] }}\n"
        )
    };
    let text = format!(
        "public-url = 'https://bridge.example.com'\n[app.54321]\nplug = 'hubspot'\n[account.123123]\napp = 54321\n{}{}",
        connection("one"),
        connection("other")
    );
    let findings = providers::check(&config(&text), &PLUGS, TIMEOUT).await;
    assert_eq!(findings.len(), 2);
    assert_found(&findings[0], Verdict::Ok, "connection 123123/one", &["can be reached"]);
    assert_found(&findings[1], Verdict::Ok, "connection 123123/other", &["can be reached"]);
    listener.accept().await.unwrap();
    assert!(timeout(Duration::from_millis(50), listener.accept()).await.is_err(), "it was tried twice");
}
