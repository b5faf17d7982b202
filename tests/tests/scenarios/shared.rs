//! All shared scenarios on one host, one after another: none minds what came before, so that any host may play them so.

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
        webhooks: an_event_tells_whose_meeting_it_is what_came_before_its_conference_is_tied_to_it
            an_alias_leads_to_the_same_conference an_alias_of_an_alias_leads_there_whenever_it_comes
            another_connection_cannot_speak_of_our_conferences what_is_told_twice_is_kept_once
            where_nothing_else_tells_bytes_do an_unknown_kind_of_event_is_kept_for_a_plug_that_knows_it
            a_portals_hooks_are_taken_with_its_key each_deleted_meeting_is_an_event,
        booking: a_meeting_is_booked_moved_and_cancelled what_is_sent_twice_is_made_once_and_answered_alike
            what_is_signed_with_another_secret_reaches_nobody
            what_the_provider_refuses_is_told_to_the_person_who_books,
        failures: each_failure_of_a_provider_has_its_status an_operator_must_renew_refused_credentials
            what_cannot_be_deleted_is_deleted_for_hubspot what_a_provider_repeats_of_secrets_is_hidden
            a_secret_is_hidden_however_it_is_written what_never_was_is_unknown users_are_known_or_not
            nobody_is_judged_while_the_provider_fails,
        input: what_its_sender_got_wrong_is_named signed_nonsense_is_refused a_body_that_breaks_off_is_none
            odd_meetings_come_to_an_end a_topic_cannot_become_another_field addresses_are_taken_as_they_are,
        numbers: telephone_numbers_are_the_users the_help_desk_is_told_a_users_numbers,
        repeats: the_same_request_has_the_same_answer what_was_deleted_is_not_given_again a_failure_is_tried_again
            equal_creates_at_one_time_are_one equal_creates_at_one_time_fail_alike another_meeting_is_another_conference
            deletes_at_one_time_are_one,
        schemes: at_once_equal_creates_are_one after_an_answer_the_same_bytes_are_a_repeat
            after_a_lost_answer_an_equal_create_has_the_same_conference after_a_move_an_equal_create_is_another_meeting
            after_a_delete_an_equal_create_is_another_meeting on_the_next_day_an_equal_create_is_another_meeting,
        senders: what_cannot_be_trusted_is_refused what_can_be_trusted_is_taken what_hubspots_clients_sign_is_hubspots
            a_head_has_its_limits a_body_is_taken_whole_or_not_at_all an_address_that_leads_nowhere_is_unknown,
    }
}
