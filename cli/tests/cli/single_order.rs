//! `order` and `wait`.

use crate::canned::Canned;
use crate::shell::{Run, Shell, quick};
use std::time::Duration;

#[test]
fn an_order_is_shown_whole() {
    let shell = Shell::new();
    let id = shell.rented().to_string();
    assert_eq!(shell.run(&["wait", &id, "--poll", "0.05", "--timeout", "10"]).code, 0);
    let run = shell.run(&["order", &id]);
    assert_eq!(run.code, 0, "{}", run.err);
    for part in [
        "order:",
        "status:    running (",
        "type:      on-demand",
        "ssh root@",
        "price:",
        "fees:",
        "password:  in ",
    ] {
        assert!(run.out.contains(part), "{part}: {}", run.out);
    }
    let document = shell.run(&["order", &id, "--json"]).json();
    assert_eq!(document["order"]["order_id"].to_string(), id);
    assert!(document["order"]["ssh"]["command"].as_str().unwrap().starts_with("ssh root@"));
    assert!(document["cost"]["first_day_coin"].is_number(), "{document}");
    assert!(document["password_file"].is_string() && document["tcp_ports"]["22"].is_number());
    assert_eq!(shell.run(&["cancel", &id]).code, 0);
    let ended = shell.run(&["order", &id, "--json"]).json();
    assert_ne!(ended["order"]["status"], "running", "{ended}");
}

#[test]
fn an_order_in_neither_list_is_exit_4_and_an_unreadable_one_is_not() {
    let shell = Shell::new();
    shell.run(&["order", "999", "--json"]).failed(4, "no_such_order");
    shell.run(&["order", "x", "--json"]).failed(2, "usage");
    let odd = Canned::new(&[("my_orders", r#"{"orders":[{"id":7,"order_id":8}],"code":0}"#)]);
    assert_ne!(odd.run(&["order", "7", "--json"]).code, 4, "it may be there, and billing");
}

#[test]
fn an_orders_own_fees_are_shown_and_its_secrets_are_not() {
    let service = Canned::new(&[(
        "my_orders",
        r#"{"orders":[{"id":7,"si":5,"currency":"USD-Blockchain","price":2.4,"fee":0.0125,"creation_fee":0.1,"spend":0.42,
        "spot":true,"online":true,"image":"x\u001b[2J","auto_login":"https://canary","ssh_password":"canary",
        "jupyter_token":"canary","pub_cluster":["n1.example.net"],"tcp_ports":["22:10022"],"mrl":259200}],"code":0}"#,
    )]);
    let run = service.run(&["order", "7"]);
    assert_eq!(run.code, 0, "{}", run.err);
    assert!(
        run.out.contains("with the 1.25 % fee $0.101/h, plus a creation fee of 0.1 USD ($0.10)"),
        "{}",
        run.out
    );
    assert!(run.out.contains("ssh root@n1.example.net -p 10022") && run.out.contains("longest:   72 h"));
    let document = service.run(&["order", "7", "--json"]);
    let text = format!("{}{}{}", run.out, document.out, document.err);
    assert!(!text.contains("canary") && !text.contains('\u{1b}'), "{text}");
    assert_eq!(document.json()["cost"]["first_day_usd"].to_string(), "2.53");
    // The row tells its fees, so nobody asks for the list of them.
    assert!(service.seen().iter().all(|call| call == "my_orders"), "{:?}", service.seen());
}

#[test]
fn waiting_prints_the_ssh_line() {
    let shell = Shell::new().with_key();
    let id = shell.rented().to_string();
    let run = shell.run(&["wait", &id, "--poll", "0.05", "--timeout", "10"]);
    assert!(
        run.code == 0 && run.out.starts_with("ssh root@") && run.out.lines().count() == 1,
        "{} {}",
        run.out,
        run.err
    );
    let document = shell.run(&["wait", &id, "--for", "running", "--json"]).json();
    assert_eq!(document["order"]["order_id"].to_string(), id);
    assert_eq!(shell.run(&["cancel", &id]).code, 0);
    let ended = shell.run(&["wait", &id, "--for", "ended", "--timeout", "10"]);
    assert_eq!((ended.code, ended.out.trim()), (0, id.as_str()), "{}", ended.err);
    shell.run(&["wait", &id, "--timeout", "10", "--json"]).failed(1, "order_ended");
}

#[test]
fn an_order_that_is_not_ready_in_time_is_exit_8_and_named() {
    let shell = Shell::with(quick().boot(Duration::from_secs(3600))).with_key();
    let id = shell.rented();
    let run = shell.run(&["wait", &id.to_string(), "--json", "--timeout", "0.4", "--poll", "0.1"]);
    let document = run.failed(8, "wait_timeout");
    assert_eq!(document["error"]["order_ids"][0], id);
    assert_eq!(document["order"]["order_id"], id);
    assert!(run.err.contains(&format!("clore cancel {id}")), "{}", run.err);
    let none = shell.run(&["wait", "999", "--json", "--timeout", "0.3", "--poll", "0.1"]);
    none.failed(8, "wait_timeout");
    assert!(none.err.contains("order 999") && none.err.contains("check the id"), "{}", none.err);
}

#[cfg(unix)]
#[test]
fn an_interrupted_wait_names_the_order_and_changes_nothing() {
    let shell = Shell::with(quick().boot(Duration::from_secs(3600))).with_key();
    let id = shell.rented();
    let before = shell.server.requests().len();
    let child = shell.spawn(&["wait", &id.to_string(), "--json", "--poll", "0.1"]);
    while shell.server.requests().len() < before + 2 {
        std::thread::sleep(Duration::from_millis(5));
    }
    let sent = std::process::Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(sent.success());
    let run = Run::ended(child);
    assert_eq!(run.failed(130, "interrupted")["error"]["order_ids"][0], id);
    assert!(run.err.contains("stays as it is"), "{}", run.err);
    assert_eq!(shell.server.with(|clore| clore.counts().open), 1);
}
