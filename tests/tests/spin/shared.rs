//! What every host must play alike, played by the gateways as spin.toml composes them: under the host for tests, and,
//! where `spin` is there, under Spin.

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
                #[ignore = "wants `spin` on the PATH"]
                async fn $scenario() {
                    let provider = Provider::start().await;
                    let spin = Up::start(&provider).await;
                    let _ = shared_scenarios::$subject::$scenario(&spin, &provider).await;
                }
            )*
        }

        /// The names of all that are played.
        const LISTED: &[&str] = &[$(concat!(stringify!($subject), "::", stringify!($scenario))),*];
    };
}

shared_scenarios! {
    booking::a_meeting_is_booked_moved_and_cancelled,
    booking::what_is_sent_twice_is_made_once_and_answered_alike,
    booking::what_is_signed_with_another_secret_reaches_nobody,
    booking::what_the_provider_refuses_is_told_to_the_person_who_books,
    failures::each_failure_of_a_provider_has_its_status,
    failures::an_operator_must_renew_refused_credentials,
    failures::what_cannot_be_deleted_is_deleted_for_hubspot,
    failures::what_a_provider_repeats_of_secrets_is_hidden,
    failures::a_secret_is_hidden_however_it_is_written,
    failures::what_never_was_is_unknown,
    failures::users_are_known_or_not,
    failures::nobody_is_judged_while_the_provider_fails,
    input::what_its_sender_got_wrong_is_named,
    input::signed_nonsense_is_refused,
    input::a_body_that_breaks_off_is_none,
    input::odd_meetings_come_to_an_end,
    input::a_topic_cannot_become_another_field,
    input::addresses_are_taken_as_they_are,
    numbers::telephone_numbers_are_the_users,
    numbers::the_help_desk_is_told_a_users_numbers,
    repeats::the_same_request_has_the_same_answer,
    repeats::what_was_deleted_is_not_given_again,
    repeats::a_failure_is_tried_again,
    repeats::equal_creates_at_one_time_are_one,
    repeats::equal_creates_at_one_time_fail_alike,
    repeats::another_meeting_is_another_conference,
    repeats::deletes_at_one_time_are_one,
    schemes::at_once_equal_creates_are_one,
    schemes::after_an_answer_the_same_bytes_are_a_repeat,
    schemes::after_a_lost_answer_an_equal_create_has_the_same_conference,
    schemes::after_a_move_an_equal_create_is_another_meeting,
    schemes::after_a_delete_an_equal_create_is_another_meeting,
    schemes::on_the_next_day_an_equal_create_is_another_meeting,
    senders::what_cannot_be_trusted_is_refused,
    senders::what_can_be_trusted_is_taken,
    senders::what_hubspots_clients_sign_is_hubspots,
    senders::a_head_has_its_limits,
    senders::a_body_is_taken_whole_or_not_at_all,
    senders::an_address_that_leads_nowhere_is_unknown,
    webhooks::an_event_tells_whose_meeting_it_is,
    webhooks::what_came_before_its_conference_is_tied_to_it,
    webhooks::an_alias_leads_to_the_same_conference,
    webhooks::an_alias_of_an_alias_leads_there_whenever_it_comes,
    webhooks::another_connection_cannot_speak_of_our_conferences,
    webhooks::what_is_told_twice_is_kept_once,
    webhooks::where_nothing_else_tells_bytes_do,
    webhooks::an_unknown_kind_of_event_is_kept_for_a_plug_that_knows_it,
    webhooks::a_portals_hooks_are_taken_with_its_key,
    webhooks::each_deleted_meeting_is_an_event,
}

/// A shared scenario that the gateways do not play is found here.
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
            given.contains("served: &impl Served") && given.ends_with(": &Provider")
        });
        there.extend(scenarios.map(|(name, _)| format!("{subject}::{name}")));
    }
    there.sort();
    let mut listed: Vec<_> = LISTED.iter().map(|scenario| (*scenario).to_owned()).collect();
    listed.sort();
    assert_eq!(there, listed);
}
