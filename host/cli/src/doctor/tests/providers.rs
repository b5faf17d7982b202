//! Whether providers can be reached.

use std::time::{Duration, Instant};

use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::time::timeout;

use super::super::{TIMEOUT, providers};
use super::{Finding, PLUGS, Verdict, assert_found, closed, config, only};

const ABOUT: &str = "connection 123123/portal";

/// What is found of a connection to these hosts.
async fn examined(hosts: &[&str], outbound: &str, within: Duration) -> Vec<Finding> {
    let text = format!(
        "public-url = 'https://bridge.example.com'\n[app.54321]\nplug = 'hubspot'\n[account.123123]\napp = 54321\n\
         [account.123123.connection.portal]\nplug = 'iotum'\nsettings = {{ host = {hosts:?} }}\noutbound = {{ {outbound} }}\n"
    );
    providers::examine(&config(&text), &PLUGS, within).await
}

/// Grants that let these hosts be called, private as they are.
fn private(hosts: &[&str]) -> String {
    format!("allow-private = true, allow = {hosts:?}")
}

#[tokio::test]
async fn a_provider_on_this_machine_is_well_only_where_that_is_meant() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let host = listener.local_addr().unwrap().to_string();
    let finding = only(examined(&[&host], &private(&[&host]), TIMEOUT).await);
    assert_found(&finding, Verdict::Well, ABOUT, &[&format!("{host} can be reached")]);
    let finding = only(examined(&[&host], "", TIMEOUT).await);
    assert_found(
        &finding,
        Verdict::Fault,
        ABOUT,
        &[&host, "set `allow-private = true` in the connection's `outbound`"],
    );
}

#[tokio::test]
async fn plain_http_is_for_private_networks_that_are_allowed() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let host = listener.local_addr().unwrap().to_string();
    let url = format!("http://{host}");
    let finding = only(examined(&[&url], &private(&[&host]), TIMEOUT).await);
    assert_found(&finding, Verdict::Well, ABOUT, &[&format!("{host} can be reached")]);
    let finding = only(examined(&[&url], "", TIMEOUT).await);
    assert_found(&finding, Verdict::Fault, ABOUT, &[&host, "the URL is not https", "set `allow-private = true`"]);
    let finding = only(examined(&["http://8.8.8.8"], &private(&["8.8.8.8:80"]), TIMEOUT).await);
    let says = ["8.8.8.8:80 cannot be reached", "plain http is not permitted: use https"];
    assert_found(&finding, Verdict::Fault, ABOUT, &says);
}

#[tokio::test]
async fn a_provider_that_takes_no_connection_is_a_fault() {
    let host = closed().await.to_string();
    let finding = only(examined(&[&host], &private(&[&host]), TIMEOUT).await);
    let says = ["cannot be reached: ", "see that the provider runs there, and correct the setting if not"];
    assert_found(&finding, Verdict::Fault, ABOUT, &[&host, says[0], says[1]]);
}

#[tokio::test]
async fn an_address_in_brackets_is_tried_and_one_of_no_provider_is_not() {
    let hosts = [format!("[::1]:{}", closed().await.port()), "169.254.169.254".to_owned()];
    let findings = examined(&[&hosts[0], &hosts[1]], &private(&[&hosts[0], &hosts[1]]), TIMEOUT).await;
    assert_eq!(findings.len(), 2);
    assert_found(&findings[0], Verdict::Fault, ABOUT, &[&hosts[0], "see that the provider runs there"]);
    assert_found(&findings[1], Verdict::Fault, ABOUT, &["169.254.169.254:443", "refused even with `allow-private`"]);
}

#[tokio::test]
async fn a_provider_that_does_not_react_is_waited_for_no_longer_than_it_was_said() {
    let (_listener, _waiting, host) = full().await;
    let finding = only(examined(&[&host], &private(&[&host]), Duration::from_secs(1)).await);
    let says = [&format!("{host} takes no connection within 1 s"), "look at name, port and firewall"];
    assert_found(&finding, Verdict::Fault, ABOUT, &says);
}

#[tokio::test]
async fn providers_that_do_not_react_are_waited_for_together() {
    let (one, other, third) = (full().await, full().await, full().await);
    let (within, began) = (Duration::from_secs(3), Instant::now());
    let findings = examined(&[&one.2, &other.2, &third.2], &private(&[&one.2, &other.2, &third.2]), within).await;
    assert!(began.elapsed() < 2 * within, "{:?}", began.elapsed());
    for (finding, host) in findings.iter().zip([&one.2, &other.2, &third.2]) {
        assert_found(finding, Verdict::Fault, ABOUT, &[&format!("{host} takes no connection within 3 s")]);
    }
    assert_eq!(findings.len(), 3);
}

/// A listener whose queue is full, so the system drops all further attempts; what fills it, and its address.
async fn full() -> (TcpListener, Vec<TcpStream>, String) {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let listener = socket.listen(1).unwrap();
    let at = listener.local_addr().unwrap();
    let mut waiting = Vec::new();
    while let Ok(stream) = timeout(Duration::from_millis(500), TcpStream::connect(at)).await {
        waiting.push(stream.unwrap());
        assert!(waiting.len() < 100, "the queue has no end");
    }
    (listener, waiting, at.to_string())
}

#[tokio::test]
async fn a_name_without_address_is_a_fault() {
    // That top-level domain has no names (RFC 6761). A resolver that cannot be reached itself may take its time.
    let finding = only(examined(&["https://portal.invalid"], "", TIMEOUT).await);
    assert_found(&finding, Verdict::Fault, ABOUT, &["portal.invalid:443", "name"]);
}

#[tokio::test]
async fn a_host_that_may_not_be_called_is_not_tried() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let (open, closed) = (listener.local_addr().unwrap().to_string(), closed().await.to_string());
    let outbound = private(&[&open]);
    assert_found(&only(examined(&[&closed, &open], &outbound, TIMEOUT).await), Verdict::Well, ABOUT, &[&open]);
}

#[tokio::test]
async fn a_provider_of_many_is_tried_once_and_told_to_each() {
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
    let findings = providers::examine(&config(&text), &PLUGS, TIMEOUT).await;
    assert_eq!(findings.len(), 2);
    assert_found(&findings[0], Verdict::Well, "connection 123123/one", &["can be reached"]);
    assert_found(&findings[1], Verdict::Well, "connection 123123/other", &["can be reached"]);
    listener.accept().await.unwrap();
    assert!(timeout(Duration::from_millis(50), listener.accept()).await.is_err(), "it was tried twice");
}
