//! Which test keeps which line of the regression list, and that the test is there.
use std::fs;
use std::path::Path;

const KEPT: &[(u32, &str)] = &[
    (1, "row_fifty_one_is_on_the_second_page"),
    (2, "events_of_one_instant_walk_complete_and_back"),
    (3, "events_of_one_instant_walk_complete_and_back"),
    (4, "a_walk_stays_complete_while_new_events_arrive"),
    (5, "broken_cursors_give_the_first_page_and_a_warning"),
    (6, "broken_cursors_give_the_first_page_and_a_warning"),
    (7, "text_filters_are_literal"),
    (
        8,
        "ignored_filters_warn_without_their_values_and_the_rest_apply",
    ),
    (
        9,
        "ignored_filters_warn_without_their_values_and_the_rest_apply",
    ),
    (10, "unknown_and_invisible_pools_give_the_same_page"),
    (11, "no_problem_repeats_what_was_sent"),
    (13, "days_are_as_long_as_the_zone_says"),
    (14, "days_are_as_long_as_the_zone_says"),
    (15, "counts_equal_walks"),
    (17, "a_person_is_found_under_each_name_they_had"),
    (18, "later_changes_touch_no_stored_byte"),
    (19, "later_changes_touch_no_stored_byte"),
    (20, "each_viewer_sees_their_own_events_only"),
    (21, "each_viewer_sees_their_own_events_only"),
    (22, "empty_pages_say_why"),
    (23, "what_is_not_visible_does_not_exist"),
    (26, "a_delivered_event_says_via_and_links_to_no_record"),
    (28, "a_failure_never_wears_a_success_title"),
    (29, "an_unknown_action_is_stored_listed_and_found"),
    (30, "asking_for_the_present_state_writes_nothing"),
    (
        31,
        "a_refused_change_changes_nothing_and_is_one_failure_event",
    ),
    (
        32,
        "six_failures_pause_the_account_for_strangers_wherever_they_say_they_come_from",
    ),
    (34, "concurrent_set_ups_make_exactly_one_owner"),
    (
        35,
        "the_same_id_is_stored_once_and_answered_with_the_first_receipt",
    ),
    (36, "the_same_id_with_other_content_is_a_conflict"),
    (37, "several_events_of_one_request_are_all_stored"),
    (39, "repeated_keys_are_refused_not_last_wins"),
    (40, "planted_secrets_are_stored_nowhere"),
    (41, "harmless_names_survive_redaction"),
    (42, "no_cell_is_a_formula"),
    (43, "an_export_that_is_cut_short_is_recorded_all_the_same"),
    (
        45,
        "six_failures_pause_the_account_for_strangers_wherever_they_say_they_come_from",
    ),
    (47, "a_locked_database_gives_503_and_loses_nothing"),
    (48, "an_event_a_year_ahead_never_leads_the_first_page"),
    (49, "links_go_only_where_the_viewer_may_go"),
    (50, "one_unreadable_row_says_so_and_the_rest_is_shown"),
];

#[test]
fn every_kept_regression_has_its_test() {
    let mut text = String::new();
    gather(Path::new("tests/it"), &mut text);
    let names: Vec<_> = text.split("#[test]\nfn ").skip(1).collect();
    for (number, name) in KEPT {
        let begins = format!("{name}(");
        let found = names.iter().any(|it| it.starts_with(&begins));
        assert!(found, "line {number}: {name} is gone");
    }
}

fn gather(folder: &Path, text: &mut String) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            gather(&path, text);
        } else {
            text.push_str(&fs::read_to_string(path).unwrap());
        }
    }
}
