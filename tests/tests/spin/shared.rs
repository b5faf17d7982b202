//! The shared scenarios with the gateways, in the host for tests and, if `spin` is installed, under Spin.

macro_rules! shared_scenarios {
    ($($subject:ident::$scenario:ident),* $(,)?) => {
        mod composed {
            use cordboard_tests:: shared_scenarios;
            use cordboard_tests::provider::Provider;
            use cordboard_tests::spin::Spin;

            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $scenario() {
                    let provider = Provider::start().await;
                    let spin = Spin::start(&provider).await;
                    let _ = shared_scenarios::$subject::$scenario(&spin, &provider).await;
                }
            )*
        }

        mod under_spin {
            use cordboard_tests:: shared_scenarios;
            use cordboard_tests::provider::Provider;

            use crate::up::Up;

            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                #[ignore = "needs `spin` on the PATH"]
                async fn $scenario() {
                    let provider = Provider::start().await;
                    let spin = Up::start(&provider).await;
                    let _ = shared_scenarios::$subject::$scenario(&spin, &provider).await;
                }
            )*
        }

        /// The names of all scenarios.
        const LISTED: &[&str] = &[$(concat!(stringify!($subject), "::", stringify!($scenario))),*];
    };
}

shared_scenarios! {
    booking::a_meeting_is_booked_moved_and_canceled,
    booking::a_replayed_request_is_carried_out_once_and_answered_alike,
    booking::requests_signed_with_another_secret_have_no_effect,
    booking::rejections_by_the_provider_reach_the_person_who_books,
    failures::maps_each_provider_failure_to_a_status,
    failures::rejected_credentials_are_reported_and_expired_tokens_renewed,
    failures::deletes_succeed_if_the_provider_cannot_delete,
    failures::secrets_echoed_by_a_provider_are_redacted,
    failures::secrets_are_redacted_in_every_encoding,
    failures::unknown_conferences_are_not_found,
    failures::verifies_users_and_uses_their_provider_ids,
    failures::users_are_neither_known_nor_unknown_while_the_provider_fails,
    input::rejects_malformed_bodies_and_names_the_fault,
    input::rejects_signed_nonsense,
    input::ignores_a_truncated_body,
    input::unusual_meetings_are_accepted_or_rejected_but_never_crash,
    input::a_topic_cannot_inject_another_field,
    input::matches_addresses_literally,
    numbers::returns_the_telephone_numbers_of_the_user,
    numbers::the_help_desk_gets_the_numbers_of_a_user,
    repeats::a_repeated_request_gets_the_same_answer,
    repeats::a_repeat_after_a_delete_creates_another_conference,
    repeats::a_failed_create_is_retried,
    repeats::concurrent_equal_creates_are_one,
    repeats::concurrent_equal_creates_fail_with_the_same_answer,
    repeats::different_meetings_get_different_conferences,
    repeats::concurrent_deletes_are_one,
    schemes::concurrent_equal_creates_are_one_with_every_signature,
    schemes::the_same_bytes_after_an_answer_are_a_repeat,
    schemes::an_equal_create_after_a_lost_answer_gets_the_same_conference,
    schemes::an_equal_create_after_a_move_is_another_meeting,
    schemes::an_equal_create_after_a_delete_is_another_meeting,
    schemes::an_equal_create_on_the_next_day_is_another_meeting,
    senders::rejects_unauthentic_requests,
    senders::accepts_authentic_requests,
    senders::accepts_the_signatures_of_hubspots_clients,
    senders::limits_the_number_and_size_of_headers,
    senders::enforces_the_body_limit_however_the_body_is_framed,
    senders::unknown_addresses_are_not_found,
    webhooks::an_event_names_its_conference_and_user,
    webhooks::events_before_their_conference_are_linked_to_it,
    webhooks::an_alias_resolves_to_its_conference,
    webhooks::a_chain_of_aliases_resolves_in_any_order,
    webhooks::a_connection_cannot_report_on_conferences_of_another,
    webhooks::duplicate_webhooks_are_stored_once,
    webhooks::bodies_without_a_key_are_compared_by_their_bytes,
    webhooks::unknown_kinds_of_events_are_acknowledged,
    webhooks::accepts_each_hook_of_a_portal_with_its_key_only,
    webhooks::each_deleted_meeting_is_an_event,
}

#[test]
fn no_shared_scenario_is_left_out() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/shared_scenarios");
    let mut there = Vec::new();
    for file in std::fs::read_dir(folder).unwrap() {
        let path = file.unwrap().path();
        let subject = path.file_stem().unwrap().to_str().unwrap().to_owned();
        let text = std::fs::read_to_string(&path).unwrap();
        let named = text.split("pub async fn ").skip(1).filter_map(|rest| rest.split_once('('));
        let scenarios = named.filter(|(_, rest)| {
            let given = rest.split(')').next().unwrap();
            given.contains("served: &impl Served") && given.trim_end_matches([',', '\n']).ends_with(": &Provider")
        });
        there.extend(scenarios.map(|(name, _)| format!("{subject}::{name}")));
    }
    there.sort();
    let mut listed: Vec<_> = LISTED.iter().map(|scenario| (*scenario).to_owned()).collect();
    listed.sort();
    assert_eq!(there, listed);
}
