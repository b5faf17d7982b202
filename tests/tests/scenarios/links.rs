//! Our links: they lead to where the conference is now, for as long as it is there.

use cordboard_tests::bridge::House;
use cordboard_tests::http::Request;
use cordboard_tests::hubspot::{self, created, delete, meeting, update};
use cordboard_tests::provider::Provider;

#[tokio::test]
async fn a_link_leads_to_the_present_one() {
    let (house, provider) = (House::new(), Provider::start().await);
    let bridge = house.open(&hubspot::config("conferencing = \"rooms\"", &provider.connection())).await;
    let conference = created(&bridge, &meeting("Talk")).await;
    let ours = format!("/j/{conference}");
    let follow = async |method: &str, target: &str| bridge.send(&Request::new(method, target, "")).await;

    for method in ["GET", "HEAD"] {
        let answer = Request::new(method, &ours, "");
        let mut wire = cordboard_tests::http::Wire::connect(bridge.address).await;
        wire.write(&answer.bytes()).await;
        let answer = wire.answer().await.unwrap();
        assert_eq!((answer.status, answer.header("location")), (302, Some("https://rooms.example/4001")));
        assert_eq!(answer.header("cache-control"), Some("no-store"), "it may lead elsewhere tomorrow");
    }
    provider.move_rooms("https://new-rooms.example");
    assert_eq!(update(&bridge, &conference, meeting("Talk, moved")).await.status, 204);
    let moved = follow("GET", &format!("{ours}?from=mail")).await;
    assert_eq!((moved.status, moved.header("location")), (302, Some("https://new-rooms.example/4001")));

    for target in ["/j/00000000000000000000000000000000", "/j/%2e%2e", "/j/%ff%fe", "/j/", "/j", "/", "/admin/v1/x"] {
        let answer = follow("GET", target).await;
        assert_eq!(answer.status, 404, "{target}");
        assert!(answer.problem().contains("there is no such"), "{target}");
    }
    let posted = follow("POST", &ours).await;
    assert_eq!((posted.status, posted.header("allow")), (405, Some("GET, HEAD")));
    assert!(posted.problem().contains("GET"));

    assert_eq!(delete(&bridge, &conference).await.status, 204);
    assert_eq!(follow("GET", &ours).await.status, 404);
}
