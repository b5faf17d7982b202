//! Encryption at rest: the store's files contain nothing readable without the host key.

use std::path::Path;

use cordboard::store::sqlite::Sqlite;
use cordboard::store::{EventFilter, LeftoverFilter, Store};
use cordboard_tests::bridge::{Installation, connection};
use cordboard_tests::hubspot::{self, ACCOUNT, create, created, meeting};
use cordboard_tests::provider::{EMAIL, Fault, PASSWORD, Provider, USER};

/// Returns the words that occur in the store's files.
fn found<'a>(data: &Path, words: &[&'a str]) -> Vec<&'a str> {
    let files = ["cordboard.db", "cordboard.db-wal"].map(|file| std::fs::read(data.join(file)).unwrap_or_default());
    assert!(!files[0].is_empty());
    let occurs = |word: &str| files.iter().any(|file| file.windows(word.len()).any(|window| window == word.as_bytes()));
    words.iter().copied().filter(|word| occurs(word)).collect()
}

#[tokio::test]
async fn the_store_is_unreadable_without_the_host_key() {
    let (installation, provider) = (Installation::new(), Provider::start().await);
    let config = hubspot::config("conferencing = \"rooms\"", &provider.connection());
    let bridge = installation.open(&config).await;
    let id = created(&bridge, &meeting("Xyzzy plans")).await;
    provider.fail("conference/create", Fault::CloseAfterwards);
    assert_eq!(create(&bridge, &meeting("Plugh plans")).await.status, 503);
    bridge.idle().await;

    let words = [
        "Xyzzy",
        "Plugh",
        "room_url",
        "rooms.example",
        "conference_id",
        "auth_token",
        "token-0",
        USER,
        EMAIL,
        PASSWORD,
        hubspot::SECRET,
    ];
    assert_eq!(found(&installation.data(), &words), [""; 0]);
    assert_eq!(
        found(&installation.data(), &[id.as_str()]),
        [id.as_str()],
        "ids are not encrypted, because they are searched"
    );

    // With the key, another process can read the store.
    let reader = Sqlite::open_read_only(&installation.data()).unwrap();
    let recorded = reader.recorded(&connection(ACCOUNT, "rooms"), 10).await.unwrap();
    assert!(recorded.iter().any(|journal| journal.operation.input.contains("Xyzzy") && !journal.exchanges.is_empty()));
    let leftovers = reader.leftovers(&LeftoverFilter::newest(10)).await.unwrap();
    assert!(leftovers.iter().any(|left| left.why.contains("Plugh")), "{leftovers:?}");
    assert!(reader.events(&EventFilter { limit: 1, ..EventFilter::default() }).await.unwrap().is_empty());
    drop(reader);

    bridge.close().await;
    assert_eq!(found(&installation.data(), &words), [""; 0]);
}

#[tokio::test]
async fn a_bridge_does_not_start_without_the_key_of_its_store() {
    let installation = Installation::new();
    let config =
        hubspot::config("conferencing = \"rooms\"", &format!("[account.{ACCOUNT}.connection.rooms]\nplug = \"jitsi\""));
    let bridge = installation.open(&config).await;
    created(&bridge, &meeting("Talk")).await;
    bridge.close().await;
    let key = installation.data().join("host.key");
    let bytes = std::fs::read(&key).unwrap();
    std::fs::remove_file(&key).unwrap();

    let config = installation.config(&config);
    let error = cordboard::Bridge::start(&config).await.err().unwrap().to_string();
    assert!(error.contains("restore the `host.key`") && !key.exists(), "{error}");
    let other = Installation::new();
    drop(Sqlite::open(&other.data()).unwrap());
    std::fs::copy(other.data().join("host.key"), &key).unwrap();
    let error = cordboard::Bridge::start(&config).await.err().unwrap().to_string();
    assert!(error.contains("encrypted with a different key"), "{error}");

    std::fs::write(&key, bytes).unwrap();
    cordboard::Bridge::start(&config).await.unwrap_or_else(|error| panic!("{error}")).stop().await;
}
