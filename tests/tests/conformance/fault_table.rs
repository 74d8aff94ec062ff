//! The fault table through every adapter; no row of it is missing.

use clore_tests::conformance::Adapter;
use clore_tests::conformance::adapters::{AsyncStd, Blocking, Own, Tokio};
use clore_tests::conformance::planted::{Bug, Overclaiming, Planted, Talkative};
use clore_tests::conformance::table::{ELSEWHERE, Row, failures, rows};
use std::net::TcpListener;
use std::path::Path;
use std::thread::scope;

/// What does not come out as the table says.
fn wrong(adapter: &impl Adapter, rows: &[Row]) -> Vec<String> {
    let (ran, wrong) = failures(adapter, rows);
    assert!(ran > 250, "{ran} cells");
    #[allow(clippy::print_stderr, reason = "how many ran is told by `--nocapture`")]
    {
        eprintln!("{}: {ran} cells", adapter.name());
    }
    wrong
}

/// Also the redirects in 30 forms: nobody comes to the sink.
#[test]
fn every_cell_of_the_fault_table_holds_through_every_adapter() {
    let sink = TcpListener::bind("127.0.0.1:0").unwrap();
    sink.set_nonblocking(true).unwrap();
    let rows = rows(sink.local_addr().unwrap().port());
    let wrong = scope(|scope| {
        let threads = [
            scope.spawn(|| wrong(&Blocking, &rows)),
            scope.spawn(|| wrong(&Tokio::default(), &rows)),
            scope.spawn(|| wrong(&AsyncStd, &rows)),
            scope.spawn(|| wrong(&Own, &rows)),
        ];
        threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect::<Vec<_>>()
    });
    assert!(wrong.is_empty(), "{} cells:\n{}", wrong.len(), wrong.join("\n"));
    assert!(sink.accept().is_err(), "a redirect was followed");
}

#[test]
fn there_are_thirty_forms_of_redirects() {
    let redirects = rows(1).into_iter().filter(|row| row.row.starts_with("301/"));
    assert_eq!(redirects.count(), 30);
}

/// The table lies outside of this repository; elsewhere its rows cannot be counted.
#[test]
fn no_row_of_the_fault_table_is_missing() {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/reliability.md");
    let Ok(text) = std::fs::read_to_string(page) else {
        #[allow(clippy::print_stderr, reason = "a check that did not run must say so")]
        {
            eprintln!("skipped: there is no ../shared here");
        }
        return;
    };
    let (_, table) = text.split_once("### 3.3 Table").unwrap();
    let (table, _) = table.split_once("\n---\n").unwrap();
    let names: Vec<&str> = table
        .lines()
        .filter_map(|line| line.strip_prefix("| ")?.split(" |").next())
        .filter(|name| *name != "Fault")
        .collect();
    assert!(names.len() > 80, "{names:?}");
    let run = rows(1);
    for name in &names {
        let is_there = run.iter().any(|row| row.row == *name) || ELSEWHERE.iter().any(|(row, _)| row == name);
        assert!(is_there, "{name}");
    }
    for row in run.iter().map(|row| row.row).chain(ELSEWHERE.iter().map(|(row, _)| *row)) {
        assert!(names.contains(&row), "{row} is no row of the table");
    }
}

/// The table is an oracle only if it says no: to one who sends creates again, and to one who invents answers.
#[test]
fn the_fault_table_catches_planted_faults() {
    let rows = rows(1);
    let of = |names: &[&str]| rows.iter().filter(|row| names.contains(&row.row)).cloned().collect::<Vec<_>>();
    let heads = of(&["reset / EOF mid-headers"]);
    let cuts = of(&["reset / EOF mid-body, short Content-Length, chunk cut"]);
    let planted = |bug| Planted { inner: Blocking, bug };
    let twice = |wrong: &[String]| {
        let twice = wrong.iter().filter(|line| line.contains("Money") && line.contains("sent 2"));
        assert_eq!(twice.count(), heads.len(), "{wrong:#?}");
    };
    scope(|scope| {
        scope.spawn(|| twice(&failures(&Overclaiming, &heads).1));
        scope.spawn(|| twice(&failures(&planted(Bug::Retries), &heads).1));
        scope.spawn(|| {
            let (_, wrong) = failures(&Talkative(Blocking), &heads);
            assert!(wrong.iter().any(|line| line.contains("is shown by its error or events")), "{wrong:#?}");
        });
        scope.spawn(|| {
            let (_, wrong) = failures(&planted(Bug::InventsStatus), &heads);
            assert!(wrong.iter().any(|line| line.contains("Read")), "{wrong:#?}");
        });
        scope.spawn(|| {
            let (_, wrong) = failures(&planted(Bug::CutPassesForWhole), &cuts);
            let whole = |line: &String| line.contains("more was declared") && line.contains("ok");
            assert!(wrong.iter().any(whole), "{wrong:#?}");
        });
    });
}
