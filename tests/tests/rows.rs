//! The faults of the other clients, row by row, and the tests that show that ours does not have them.
//!
//! "Reliability S5" in a comment names a row here: S is the Python reference class, O the official Python SDK, T the
//! TypeScript client. A row counts as shown when every test of its names is there, in any crate, and the comment above
//! it names the row.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Rows and the names of their tests.
const ROWS: &[(&str, &[&str])] = &[
    ("S1", &["create_sent_once_on_read_timeout"]),
    ("S2", &["create_sent_once_on_reset"]),
    ("S3", &["create_sent_once_on_garbled_answer"]),
    ("S4", &["every_attempt_takes_a_slot"]),
    ("S5", &["thousand_threads_respect_interval"]),
    ("S6", &["clock_jumps_never_change_spacing"]),
    ("S7", &["no_sleep_after_final_attempt"]),
    ("S8", &["permanent_errors_return_at_once"]),
    ("S9", &["status_and_code_both_judged"]),
    ("S10", &["retry_after_is_a_floor", "backoff_bounded_and_jittered"]),
    ("S11", &["penalty_is_shared", "create_retry_waits_class_window"]),
    ("S12", &["final_error_names_last_cause_and_attempts"]),
    ("S13", &["zero_retries_means_one_attempt"]),
    ("S14", &["any_bytes_yield_typed_result"]),
    ("S15", &["code_decoding_table"]),
    ("S16", &["errors_bounded_and_redacted"]),
    ("S17", &["bad_key_refused_at_construction_without_echo"]),
    ("S18", &["no_redirect_ever_followed"]),
    ("S19", &["total_deadline_holds_on_drip", "decoded_cap_holds_on_bomb"]),
    ("S20", &["currency_is_exact_type", "missing_wallet_is_none_not_zero"]),
    ("S21", &["gpu_match_is_token_exact"]),
    ("S22", &["only_finite_known_prices_compete"]),
    ("S23", &["one_bad_server_among_3500"]),
    ("S24", &["compares_price_of_paying_currency"]),
    ("S25", &["order_id_and_id_both_decode"]),
    ("S26", &["wait_never_outruns_deadline", "wait_survives_transients", "timeout_error_carries_last_order"]),
    ("S27", &["poll_asks_active_first"]),
    ("S28", &["generated_secret_returned_once"]),
    ("S29", &["explicit_empty_kept", "exclusive_fields_rejected_by_type"]),
    ("S30", &["spot_needs_price_by_type"]),
    ("S31", &["rent_quotes_and_caps_price"]),
    ("S32", &["long_issue_is_error_not_cut"]),
    ("S33", &["cancel_confirms_by_reading"]),
    ("S34", &["batch_cancel_reports_each"]),
    ("S35", &["spot_price_outcome_is_three_valued"]),
    ("S36", &["ssh_target_is_parsed_not_split"]),
    ("S38", &["spacing_as_seen_by_server"]),
    ("S39", &["limiter_is_shareable_by_key"]),
    (
        "O1",
        &[
            "create_sent_once_on_read_timeout",
            "create_sent_once_on_reset",
            "create_sent_once_on_garbled_answer",
        ],
    ),
    ("O2", &["permanent_errors_return_at_once", "errors_bounded_and_redacted"]),
    ("O3", &["async_contention_keeps_class_spacing"]),
    ("O4", &["waits_are_exact_on_a_virtual_clock"]),
    ("O5", &["penalty_reaches_sleepers", "penalty_is_max_not_last"]),
    ("O6", &["create_ok_without_order_object"]),
    ("O7", &["any_bytes_yield_typed_result"]),
    ("O8", &["missing_code_is_never_success"]),
    ("O9", &["error_text_preserved"]),
    ("O10", &["code_decoding_table"]),
    ("O11", &["one_bad_server_among_3500", "null_list_is_empty_with_warning"]),
    ("O12", &["order_shapes_union"]),
    ("O13", &["zero_is_a_value"]),
    ("O14", &["unknown_price_shown_as_unknown"]),
    ("O15", &["plain_http_refused_unless_loopback_opt_in"]),
    ("O16", &["bad_key_refused_at_construction_without_echo"]),
    ("O17", &["total_deadline_holds_on_drip"]),
    ("O18", &["the_key_is_taken_from_the_environment_alone_and_kept_nowhere"]),
    ("O19", &["terminal_output_is_inert"]),
    ("O20", &["cli_rejects_malformed_flags"]),
    ("O21", &["cli_never_panics"]),
    ("T1", &["hung_call_does_not_block_others"]),
    ("T2", &["hung_create_does_not_stop_reads"]),
    ("T3", &["no_redirect_ever_followed"]),
    (
        "T4",
        &[
            "no_machine_event_record_or_outcome_shows_a_secret",
            "an_answer_that_plays_a_secret_back_is_not_quoted",
        ],
    ),
    ("T5", &["any_bytes_yield_typed_result", "code_decoding_table", "error_object_rendered_as_json"]),
    ("T6", &["envelope_read_on_any_status"]),
    ("T7", &["throughput_at_limit"]),
    ("T8", &["code5_recovers_within_deadline"]),
    ("T9", &["decoded_cap_holds_on_bomb"]),
    ("T10", &["path_table_is_tested"]),
    ("T11", &["client_drop_leaves_nothing_running"]),
];

/// Rows, or parts of them, without a test by their name yet, and what they wait for.
const LATER: &[(&str, &[&str], &str)] = &[
    ("S37", &["host_key_unknown_is_error"], "our own ssh; the printed line is tested in host_keys.rs"),
    ("O20", &["ssh_exit_status_propagates"], "the command starts no ssh yet"),
    ("O18", &["config_0600_atomic"], "there is no file of settings, and the key is kept in none"),
];

/// Every Rust source of the workspace.
fn sources() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let manifest = std::fs::read_to_string(root.join("Cargo.toml")).unwrap();
    assert!(manifest.contains("[workspace]"));
    let mut folders: Vec<PathBuf> = std::fs::read_dir(root)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.join("Cargo.toml").exists() || path.ends_with("examples"))
        .collect();
    let mut sources = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() && !path.ends_with("target") {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                sources.push(path);
            }
        }
    }
    sources
}

/// The tests that `source` defines, each with the comment above it.
fn tests_of(source: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let (mut comment, mut is_test, mut is_ignored) = (String::new(), false, false);
    for line in source.lines().map(str::trim) {
        if let Some(text) = line.strip_prefix("//") {
            comment += text;
            comment.push(' ');
        } else if line.starts_with("#[") {
            is_test |= line == "#[test]";
            // One that is left out only where a panic ends the process runs wherever the suite is run by default.
            let is_default = line.starts_with("#[cfg_attr(panic = \"abort\", ignore");
            is_ignored |= line.starts_with("#[ignore") || line.starts_with("#[cfg") && !is_default;
        } else {
            if let (Some(rest), true, false) =
                (line.trim_start_matches("pub ").strip_prefix("fn "), is_test, is_ignored)
            {
                let name = rest.split('(').next().unwrap_or_default();
                found.push((name.to_owned(), comment.clone()));
            }
            (is_test, is_ignored) = (false, false);
            comment.clear();
        }
    }
    found
}

/// Names of tests, each with the comments of all tests of that name.
fn tests() -> BTreeMap<String, String> {
    let mut tests = BTreeMap::<String, String>::new();
    for path in sources() {
        for (name, comment) in tests_of(&std::fs::read_to_string(path).unwrap()) {
            *tests.entry(name).or_default() += &comment;
        }
    }
    tests
}

fn names_the_row(comment: &str, row: &str) -> bool {
    comment.split(|c: char| !c.is_ascii_alphanumeric()).any(|word| word == row)
}

#[test]
fn every_row_that_concerns_what_is_built_is_a_test_by_its_name() {
    let tests = tests();
    assert!(tests.len() > 500, "{} tests found: the walk is broken", tests.len());
    let mut missing = Vec::new();
    for (row, names) in ROWS {
        missing.extend(
            names.iter().filter(|name| !tests.contains_key(**name)).map(|name| format!("{row}: {name}")),
        );
    }
    assert!(missing.is_empty(), "{missing:#?}");
}

#[test]
fn a_comment_names_the_row_that_a_test_serves() {
    let tests = tests();
    let unnamed: Vec<_> = ROWS
        .iter()
        .filter(|(row, names)| {
            !names.iter().all(|name| tests.get(*name).is_some_and(|comment| names_the_row(comment, row)))
        })
        .map(|(row, _)| row)
        .collect();
    assert!(unnamed.is_empty(), "{unnamed:?}");
}

#[test]
fn the_rows_are_s1_to_s39_o1_to_o21_and_t1_to_t11_and_each_stands_once() {
    let later = LATER.iter().map(|(row, ..)| *row).filter(|row| ROWS.iter().all(|(shown, _)| shown != row));
    let rows: Vec<&str> = ROWS.iter().map(|(row, _)| *row).chain(later).collect();
    for number in 1..=39 {
        assert_eq!(rows.iter().filter(|row| **row == format!("S{number}")).count(), 1, "S{number}");
    }
    for number in 1..=21 {
        assert_eq!(rows.iter().filter(|row| **row == format!("O{number}")).count(), 1, "O{number}");
    }
    for number in 1..=11 {
        assert_eq!(rows.iter().filter(|row| **row == format!("T{number}")).count(), 1, "T{number}");
    }
    // What was built meanwhile moves up.
    let tests = tests();
    for (row, names, _) in LATER {
        assert!(names.iter().all(|name| !tests.contains_key(*name)), "{row} is shown now");
    }
}

/// Row T10 says that every path is tested, so every call must stand in that table.
#[test]
fn the_table_of_paths_has_every_call() {
    // It has no path of its own: the service tells where it lies.
    const ELSEWHERE: [&str; 1] = ["gigaspot_snapshot"];
    let endpoints = |path: &PathBuf| path.to_string_lossy().contains("core/src/endpoint/");
    let (tables, calls): (Vec<_>, Vec<_>) =
        sources().into_iter().filter(endpoints).partition(|path| path.ends_with("endpoint/tests.rs"));
    let read = |path: &PathBuf| std::fs::read_to_string(path).unwrap();
    let table: String = tables.iter().map(read).collect();
    let mut names = Vec::new();
    for source in calls.iter().map(read) {
        let lines = source.lines().map(str::trim);
        let told =
            lines.filter_map(|line| line.strip_prefix("const NAME: &'static str = \"")?.strip_suffix("\";"));
        names.extend(told.map(str::to_owned));
    }
    assert!(names.len() >= 15, "{names:?}");
    let tested = |name: &str| ELSEWHERE.contains(&name) || table.contains(&format!("/v1/{name}"));
    let untested: Vec<_> = names.iter().filter(|name| !tested(name)).collect();
    assert!(untested.is_empty(), "{untested:?}");
}

#[test]
fn the_walk_reads_sources_as_the_compiler_does() {
    let source = "/// Row S5.\n#[test]\n#[allow(x)]\nfn one() {}\nfn two() {}\n\n    // S6\n    #[test]\n    fn three(\n\
                  #[test]\n#[ignore]\nfn four() {}\n#[test]\n#[cfg(unix)]\nfn five() {}\n// S7\n\n#[test]\nfn six() {}\n\
                  #[test]\n#[cfg_attr(panic = \"abort\", ignore = \"x\")]\nfn seven() {}\n#[test]\n#[cfg_attr(unix, ignore)]\nfn eight() {}\n";
    let found = tests_of(source);
    let names: Vec<_> = found.iter().map(|(name, comment)| (name.as_str(), comment.trim())).collect();
    assert_eq!(names, [("one", "/ Row S5."), ("three", "S6"), ("six", ""), ("seven", "")]);
    assert!(names_the_row("/ Row S5.", "S5") && !names_the_row("S55 xS5", "S5"));
}
