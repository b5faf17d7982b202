//! Tests phone numbers for the help desk.

use reqwest::Method;
use serde_json::json;

use super::receiver::Receiver;
use super::running::{ACME, APP, options};

#[tokio::test]
async fn a_user_gets_the_apps_numbers() {
    let (emulator, receiver) = Receiver::behind("https://bridge.example.com", options()).await;
    let ask = || {
        let caller = Some(json!({ "accountId": ACME, "userId": 123 }));
        emulator.ask(Method::POST, "/emulator/phone-numbers", caller)
    };
    let path = format!("/crm/v3/extensions/calling/{APP}/settings/channel-connection");
    let nothing = ask().await;
    let create = "`cordboard hubspot calling create --from-config --is-ready true`";
    assert!(nothing.status == 409 && nothing.text.contains(create), "{}", nothing.text);
    let channel = json!({ "url": "https://bridge.example.com/numbers", "isReady": false });
    emulator.develop(Method::POST, &path, Some(channel)).await;
    let unready = ask().await;
    assert!(unready.status == 409 && unready.text.contains("calling update --is-ready true"), "{}", unready.text);
    emulator.develop(Method::PATCH, &path, Some(json!({ "isReady": true }))).await;
    assert_eq!(receiver.paths(), Vec::<String>::new());

    let numbers = json!({ "phoneNumbers": [{ "e164PhoneNumber": "+18001231234", "friendlyName": "Front desk" }] });
    receiver.answers("/numbers", 200, &numbers.to_string());
    let answer = ask().await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    assert_eq!(answer.json()["phoneNumbers"][0]["e164PhoneNumber"], "+18001231234");
    assert_eq!(answer.json()["calls"][0]["name"], "phone-numbers");
    let received = receiver.received().remove(0);
    let body = format!("{{\"appId\":{APP},\"portalId\":{ACME},\"userId\":123}}");
    assert_eq!(String::from_utf8(received.body).unwrap(), body);

    for (status, body) in [(500, "down"), (200, "{}"), (200, "{\"phoneNumbers\":[{\"e164PhoneNumber\":\"0800\"}]}")] {
        receiver.answers("/numbers", status, body);
        let failed = ask().await;
        assert_eq!((failed.status, &failed.json()["phoneNumbers"]), (502, &json!([])));
        assert!(failed.json()["problem"].as_str().unwrap().contains("phone-numbers"));
    }
    assert_eq!(
        emulator
            .ask(Method::POST, "/emulator/phone-numbers", Some(json!({ "accountId": 1, "userId": 1 })))
            .await
            .status,
        404
    );
}
