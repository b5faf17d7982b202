//! Telephone numbers for the help desk.

use serde_json::json;

use crate::emulator::{Emulator, USER_ID};
use crate::http::Answer;
use crate::hubspot::{self, ACCOUNT, APP};
use crate::provider::Provider;
use crate::served::Served;

/// Requests a user's numbers, as HubSpot does for an app and an account.
pub async fn ask(served: &impl Served, app: u64, account: u64, user: u64) -> Answer {
    let query = json!({ "appId": app, "portalId": account, "userId": user });
    served.send(&hubspot::request("phone-numbers", &query)).await
}

/// A user has the numbers in the settings, or none. A request for another app or account is refused.
pub async fn returns_the_telephone_numbers_of_the_user(served: &impl Served, _: &Provider) {
    let answer = ask(served, APP, ACCOUNT, USER_ID).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    let number = json!({ "e164PhoneNumber": "+18001231234", "extension": "1", "friendlyName": "Front desk" });
    assert_eq!(answer.json(), json!({ "phoneNumbers": [number] }));
    let nobody = ask(served, APP, ACCOUNT, 9).await;
    assert_eq!((nobody.status, nobody.json()), (200, json!({ "phoneNumbers": [] })));
    for (app, account) in [(1, ACCOUNT), (APP, 1)] {
        let unknown = ask(served, app, account, USER_ID).await;
        assert_eq!(unknown.status, 404, "{unknown:?}");
        assert!(unknown.problem().contains("there is no such"), "{unknown:?}");
    }
}

/// The help desk gets a user's numbers.
pub async fn the_help_desk_gets_the_numbers_of_a_user(served: &impl Served, _: &Provider) {
    let emulator = Emulator::calling(served, |_| ()).await;
    let numbers = emulator.hubspot.phone_numbers(ACCOUNT, USER_ID).await.unwrap();
    assert_eq!((numbers.calls[0].name.as_str(), numbers.calls[0].status), ("phone-numbers", Some(200)));
    let [number] = numbers.phone_numbers.as_slice() else { panic!("{numbers:?}") };
    assert_eq!((number.e164_phone_number.as_str(), number.extension.as_deref()), ("+18001231234", Some("1")));
    assert_eq!(number.friendly_name.as_deref(), Some("Front desk"));
}
