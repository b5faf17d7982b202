//! All shared scenarios on one host, one after another, to show that they are independent.

use cordboard_tests::bridge::Installation;
use cordboard_tests::provider::Provider;
use cordboard_tests::shared_scenarios::{
    booking, config, failures, input, numbers, repeats, schemes, senders, webhooks,
};

#[tokio::test]
async fn shared_scenarios_do_not_disturb_each_other() {
    let (installation, provider) = (Installation::new(), Provider::start().await);
    let bridge = installation.open(&config(&provider)).await;
    macro_rules! each {
        ($($subject:ident: $($scenario:ident)*,)*) => { $($($subject::$scenario(&bridge, &provider).await;)*)* };
    }
    each! {
        webhooks: an_event_names_its_conference_and_user events_before_their_conference_are_linked_to_it
            an_alias_resolves_to_its_conference a_chain_of_aliases_resolves_in_any_order
            a_connection_cannot_report_on_conferences_of_another duplicate_webhooks_are_stored_once
            bodies_without_a_key_are_compared_by_their_bytes unknown_kinds_of_events_are_acknowledged
            accepts_each_hook_of_a_portal_with_its_key_only each_deleted_meeting_is_an_event,
        booking: a_meeting_is_booked_moved_and_canceled a_replayed_request_is_carried_out_once_and_answered_alike
            requests_signed_with_another_secret_have_no_effect rejections_by_the_provider_reach_the_person_who_books,
        failures: maps_each_provider_failure_to_a_status rejected_credentials_are_reported_and_expired_tokens_renewed
            deletes_succeed_if_the_provider_cannot_delete secrets_echoed_by_a_provider_are_redacted
            secrets_are_redacted_in_every_encoding unknown_conferences_are_not_found
            verifies_users_and_uses_their_provider_ids users_are_neither_known_nor_unknown_while_the_provider_fails,
        input: rejects_malformed_bodies_and_names_the_fault rejects_signed_nonsense ignores_a_truncated_body
            unusual_meetings_are_accepted_or_rejected_but_never_crash a_topic_cannot_inject_another_field
            matches_addresses_literally,
        numbers: returns_the_telephone_numbers_of_the_user the_help_desk_gets_the_numbers_of_a_user,
        repeats: a_repeated_request_gets_the_same_answer a_repeat_after_a_delete_creates_another_conference
            a_failed_create_is_retried concurrent_equal_creates_are_one
            concurrent_equal_creates_fail_with_the_same_answer different_meetings_get_different_conferences
            concurrent_deletes_are_one,
        schemes: concurrent_equal_creates_are_one_with_every_signature the_same_bytes_after_an_answer_are_a_repeat
            an_equal_create_after_a_lost_answer_gets_the_same_conference an_equal_create_after_a_move_is_another_meeting
            an_equal_create_after_a_delete_is_another_meeting an_equal_create_on_the_next_day_is_another_meeting,
        senders: rejects_unauthentic_requests accepts_authentic_requests accepts_the_signatures_of_hubspots_clients
            limits_the_number_and_size_of_headers enforces_the_body_limit_however_the_body_is_framed
            unknown_addresses_are_not_found,
    }
}
