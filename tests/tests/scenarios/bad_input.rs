//! Input that is broken on purpose: each is refused in words, nothing of it is kept that was not signed, and the bridge
//! goes on.

use std::time::Duration;

use cordboard::flow::Limits;
use cordboard::ingress::ServeLimits;
use cordboard::store::Verdict;
use cordboard_tests::bridge::{Bridge, House};
use cordboard_tests::http::{Request, Wire};
use cordboard_tests::hubspot::{self, create, meeting, target};
use cordboard_tests::iotum::{self, INGEST_KEY};
use cordboard_tests::provider::Provider;

async fn scene(limits: Limits, serve_limits: ServeLimits) -> (House, Provider, Bridge) {
    let (house, provider) = (House::new(), Provider::start().await);
    let config = hubspot::config("conferencing = \"rooms\"", &provider.connection());
    let bridge = house.open_with(&config, limits, serve_limits).await;
    (house, provider, bridge)
}

async fn well(limits: Limits) -> (House, Provider, Bridge) {
    scene(limits, ServeLimits::default()).await
}

/// Both ends still do what they are for.
async fn goes_on(bridge: &Bridge) {
    assert_eq!(create(bridge, &meeting("Still here")).await.status, 200);
    assert_eq!(bridge.send(&iotum::started(INGEST_KEY, 1)).await.status, 204);
}

fn booking() -> Request {
    hubspot::request("create-meeting", &meeting("Talk"))
}

fn posted(body: impl Into<Vec<u8>>) -> Request {
    hubspot::signed(Request::post(&target("create-meeting"), body))
}

/// The status, or none where the connection is closed without one.
async fn status(bridge: &Bridge, bytes: &[u8]) -> Option<u16> {
    let mut wire = Wire::connect(bridge.address).await;
    wire.write(bytes).await;
    wire.end().await;
    wire.answer().await.map(|answer| answer.status)
}

#[tokio::test]
async fn a_body_that_breaks_off_is_none() {
    let (_house, provider, bridge) = well(Limits::default()).await;
    let whole = booking();
    let longer = whole.clone().with("content-length", &(whole.body.len() + 1).to_string());
    let framed = whole.clone().header("transfer-encoding", "chunked");
    let body = String::from_utf8(whole.body.clone()).unwrap();
    let chunk = format!("{:x}\r\n{body}\r\n", body.len());
    let cases = [
        ("shorter than announced", longer.bytes()),
        ("no body at all", [longer.head().as_bytes()].concat()),
        ("no last chunk", [framed.head().as_bytes(), chunk.as_bytes()].concat()),
        ("a chunk cut short", [framed.head().as_bytes(), &chunk.as_bytes()[..chunk.len() / 2]].concat()),
        ("a size that is none", [framed.head().as_bytes(), b"zz\r\n", &whole.body, b"\r\n0\r\n\r\n"].concat()),
        ("a negative size", [framed.head().as_bytes(), b"-1\r\n", &whole.body, b"\r\n0\r\n\r\n"].concat()),
        (
            "a size of 2^64",
            [framed.head().as_bytes(), b"10000000000000000\r\n", &whole.body, b"\r\n0\r\n\r\n"].concat(),
        ),
        ("chunks that run on", [framed.head().as_bytes(), chunk.trim_end().as_bytes(), b"xx\r\n0\r\n\r\n"].concat()),
    ];
    for (what, bytes) in cases {
        let status = status(&bridge, &bytes).await;
        assert!(matches!(status, None | Some(400)), "{what}: {status:?}");
    }
    assert_eq!((provider.requests(), bridge.store.committed().len()), (0, 0));
    goes_on(&bridge).await;
}

#[tokio::test]
async fn a_head_that_is_none_is_refused() {
    let (_house, _provider, bridge) = well(Limits::default()).await;
    let many = (0..65).fold(booking(), |request, number| request.header(&format!("x-{number}"), "1"));
    let long = booking().header("x-long", &"a".repeat(64 << 10));
    let far = Request::get(&format!("/{}", "a".repeat(64 << 10)));
    assert_eq!(status(&bridge, &many.bytes()).await, Some(431));
    assert_eq!(status(&bridge, &long.bytes()).await, Some(431));
    assert!(matches!(status(&bridge, &far.bytes()).await, Some(414 | 431)));
    let body = booking().body;
    let lengths = |lengths: &[&str]| {
        let request = lengths.iter().fold(booking(), |request, length| request.header("content-length", length));
        request.bytes()
    };
    let length = body.len().to_string();
    let broken: [(&str, Vec<u8>); 12] = [
        ("two lengths", lengths(&[&length, "1"])),
        ("a length that is none", lengths(&["many"])),
        ("a negative length", lengths(&["-1"])),
        ("a signed length", lengths(&[&format!("+{length}")])),
        ("a length of 2^64", lengths(&["18446744073709551616"])),
        ("another framing", booking().header("transfer-encoding", "gzip").bytes()),
        ("no HTTP", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03".to_vec()),
        ("HTTP of the future", b"GET / HTTP/7.0\r\n\r\n".to_vec()),
        ("no target", b"GET HTTP/1.1\r\n\r\n".to_vec()),
        ("a zero byte", booking().header("x-zero", "a\0b").bytes()),
        ("a name with a blank", booking().header("x zero", "a").bytes()),
        ("a folded line", booking().header("x-fold", "a\r\n b").bytes()),
    ];
    for (what, bytes) in broken {
        let status = status(&bridge, &bytes).await;
        assert!(matches!(status, None | Some(400 | 401 | 413 | 501 | 505)), "{what}: {status:?}");
    }
    assert!(bridge.store.committed().is_empty());
    goes_on(&bridge).await;
}

/// Where two ends disagree on where a body ends, requests are smuggled past a proxy: here chunks end it, whatever length
/// stands beside them, and with it the connection (RFC 9112, section 6.3).
#[tokio::test]
async fn nothing_is_smuggled_in_a_body() {
    let (_house, _provider, bridge) = well(Limits::default()).await;
    let inner = iotum::started(INGEST_KEY, 666).bytes();
    let outer =
        Request::new("POST", "/nowhere", "").header("transfer-encoding", "chunked").header("connection", "keep-alive");
    for length in ["0", "3"] {
        let mut wire = Wire::connect(bridge.address).await;
        wire.write(outer.clone().header("content-length", length).head().as_bytes()).await;
        wire.chunk(&inner).await;
        wire.chunk(b"").await;
        wire.write(&Request::get("/nowhere").bytes()).await;
        let answers = [wire.answer().await, wire.answer().await, wire.answer().await];
        let statuses = answers.map(|answer| answer.map(|answer| answer.status));
        assert_eq!(statuses, [Some(404), None, None], "{length}");
    }
    assert!(bridge.events().await.is_empty());
    goes_on(&bridge).await;
}

#[tokio::test]
async fn requests_one_behind_the_other_are_answered_in_order() {
    let (_house, _provider, bridge) = well(Limits::default()).await;
    let keep = |request: Request| request.header("connection", "keep-alive").bytes();
    let mut wire = Wire::connect(bridge.address).await;
    let bad = booking().with("x-hubspot-signature-v3", "AAAA");
    wire.write(&[keep(booking()), keep(bad), keep(iotum::started(INGEST_KEY, 1)), Request::get("/x").bytes()].concat())
        .await;
    for expected in [200, 401, 204, 404] {
        assert_eq!(wire.answer().await.map(|answer| answer.status), Some(expected));
    }
    assert_eq!(wire.answer().await, None);
}

/// Signed by the real sender, and still not to be believed.
#[tokio::test]
async fn signed_nonsense_is_kept_and_refused() {
    let (_house, provider, bridge) = well(Limits::default()).await;
    let with = |member: &str, value: &str| {
        let mut body = meeting("Talk").to_string();
        body.insert_str(body.len() - 1, &format!(",\"{member}\":{value}"));
        body.into_bytes()
    };
    let number = |value: &str| {
        let body = meeting("Talk").to_string().replace("1760000000000", value);
        body.into_bytes()
    };
    let deep = |depth: usize| [vec![b'['; depth], vec![b']'; depth]].concat();
    let cases: [(&str, Vec<u8>); 15] = [
        ("no UTF-8", b"{\"topic\":\"\xff\xfe\"}".to_vec()),
        ("half a character", b"{\"topic\":\"\xe2\x82\"}".to_vec()),
        ("zero bytes", vec![0; 1000]),
        ("a byte order mark", [b"\xef\xbb\xbf".as_slice(), meeting("Talk").to_string().as_bytes()].concat()),
        ("a trailing word", [meeting("Talk").to_string().as_bytes(), b" x"].concat()),
        ("nested 200 deep", deep(200)),
        ("nested as deep as may be", deep((1 << 20) / 2)),
        ("nested and never closed", vec![b'{'; 1 << 20]),
        ("a field twice", with("topic", "\"Other\"")),
        ("a number beyond 64 bits", number("18446744073709551616")),
        ("a number of 400000 digits", number(&"9".repeat(400_000))),
        ("an exponent without end", number("1e999999999999")),
        ("a fraction of a millisecond", number("1.5")),
        ("a negative time", number("-1")),
        ("no number", number("NaN")),
    ];
    for (what, body) in cases {
        let request = posted(body);
        let answer = bridge.send(&request).await;
        assert_eq!(answer.status, 400, "{what}: {}", answer.text());
        assert!(answer.body.len() < 1000, "{what}: an answer is short");
        assert!(!answer.problem().contains("999999"), "{what}: nothing of the body is repeated");
        let kept = bridge.store.deliveries().await;
        assert_eq!((kept.len(), kept[0].verdict), (1, Verdict::Malformed), "{what}");
        assert!(kept[0].body == request.body, "{what}");
        let told = Request { body: request.body.clone(), ..iotum::started(INGEST_KEY, 1) };
        let answer = bridge.send(&told).await;
        // What is no fault to one is one to the other; and both know.
        assert_eq!(answer.status, 400, "{what}: {}", answer.text());
        bridge.store.committed();
    }
    assert_eq!(provider.requests(), 0);
    goes_on(&bridge).await;
}

fn nested(depth: usize) -> serde_json::Value {
    (0..depth).fold(serde_json::Value::Null, |inner, _| vec![inner].into())
}

/// Odd, and none of our business to refuse: or refused by whoever knows better. Never a crash.
#[tokio::test]
async fn odd_meetings_come_to_an_end() {
    let (_house, _provider, bridge) = well(Limits::default()).await;
    let cases = [
        ("an empty topic", hubspot::with(meeting(""), "userId", 0), 200),
        ("control characters", meeting("a\r\nb\u{0}c\u{1b}[31m\u{202e}"), 200),
        ("a topic of 100000 characters", meeting(&"é".repeat(100_000)), 200),
        ("quotes and braces", meeting(r#""},"auth_token":"x"#), 200),
        ("an end before the start", hubspot::with(meeting("Talk"), "endTime", 1), 422),
        (
            "the year 584556019",
            hubspot::with(hubspot::with(meeting("T"), "startTime", u64::MAX), "endTime", u64::MAX),
            422,
        ),
        ("depths in a field that nobody reads", hubspot::with(meeting("Talk"), "more", nested(100)), 200),
        ("nobody", hubspot::with(meeting("Talk"), "userEmail", ""), 422),
        ("an account of 2^64-1", hubspot::with(meeting("Talk"), "portalId", u64::MAX), 404),
    ];
    for (what, meeting, status) in cases {
        let answer = create(&bridge, &meeting).await;
        assert_eq!(answer.status, status, "{what}: {}", answer.text());
    }
    goes_on(&bridge).await;
}

/// What a topic holds stays a topic on its way to the provider.
#[tokio::test]
async fn a_topic_cannot_become_another_field() {
    let (_house, provider, bridge) = well(Limits::default()).await;
    let topic = r#"x","host_id":1,"subject":"y\"#;
    assert_eq!(create(&bridge, &meeting(topic)).await.status, 200);
    let sent = &provider.bodies("conference/create")[0];
    assert_eq!((&sent["subject"], &sent["host_id"]), (&topic.into(), &501.into()));
}

#[tokio::test]
async fn addresses_are_taken_as_they_are() {
    let (_house, _provider, bridge) = well(Limits::default()).await;
    let told = iotum::started(INGEST_KEY, 1);
    let to = |target: String| Request { target, ..told.clone() };
    for (target, status) in [
        (format!("/in/{INGEST_KEY}/events?x=1"), 204),
        (format!("http://bridge.example.com/in/{INGEST_KEY}/events"), 204),
        (format!("/in/{INGEST_KEY}/events/"), 404),
        (format!("//in/{INGEST_KEY}/events"), 404),
        (format!("/in//{INGEST_KEY}/events"), 404),
        (format!("/IN/{INGEST_KEY}/events"), 404),
        (format!("/in/{INGEST_KEY}%00/events"), 404),
        (format!("/in/{INGEST_KEY}/../{INGEST_KEY}/events"), 404),
        (format!("/in/%ff%fe{INGEST_KEY}/events"), 404),
        ("/in/%ff/%ff".to_owned(), 404),
        ("/hubspot/%ff/create-meeting".to_owned(), 404),
        ("/in/x".to_owned(), 404),
        ("*".to_owned(), 404),
    ] {
        let answer = bridge.send(&to(target.clone())).await;
        assert_eq!(answer.status, status, "{target}: {}", answer.text());
        if status == 404 {
            answer.problem();
        }
    }
}

/// Whoever is slow is told so or left, and costs the others nothing.
#[tokio::test]
async fn the_slow_are_not_waited_for() {
    let limits = Limits { body: Duration::from_millis(500), ..Limits::default() };
    let serve_limits =
        ServeLimits { connections: 2, head_within: Duration::from_millis(500), ..ServeLimits::default() };
    let (_house, _provider, bridge) = scene(limits, serve_limits).await;
    let request = booking();
    let mut wire = Wire::connect(bridge.address).await;
    wire.write(request.head().as_bytes()).await;
    wire.write(&request.body[..10]).await;
    let answer = wire.answer().await.expect("an answer to half a body");
    assert_eq!(answer.status, 408);
    assert!(answer.problem().contains("in time"));
    assert_eq!(bridge.count("crm", "too-slow"), 1);
    drop(wire);

    // Two that never finish a head take both places; then it is the next one's turn.
    let mut silent = Wire::connect(bridge.address).await;
    let mut halting = Wire::connect(bridge.address).await;
    halting.write(b"POST /hubspot/1/create-meeting HTTP/1.1\r\nx-a: ").await;
    goes_on(&bridge).await;
    assert_eq!((silent.answer().await, halting.answer().await), (None, None), "they were left");
}

/// The limit is the owner's.
#[tokio::test]
async fn a_smaller_limit_holds() {
    let house = House::new();
    let bridge = house.open(&format!("body-limit-bytes = 1024\n{}", hubspot::config("", ""))).await;
    assert_eq!(bridge.send(&posted(vec![b' '; 1024])).await.status, 400);
    let refused = bridge.send(&posted(vec![b' '; 1025])).await;
    assert_eq!(refused.status, 413);
    assert!(refused.problem().contains("`body-limit-bytes`"));
}
