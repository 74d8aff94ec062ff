//! The `Debug` of public types, the events, the records and the files of a journal.

use crate::spy::{Spy, options, run};
use clore_blocking::Client;
use clore_core::config::Config;
use clore_core::endpoint::create_order::Access;
use clore_core::model::OrderId;
use clore_core::op::WaitForOrder;
use clore_core::op::condition::has_ssh;
use clore_core::op::rent::{Rent, Resume};
use clore_core::secret::Secret;
use clore_core::session::Session;
use clore_journal::FileJournal;
use clore_sandbox::Server;
use clore_tests::canary::{self, KEY, THEIRS, is_clean};
use clore_tests::hostile::{Answer, Hostile};
use clore_tests::{client, hurried};
use core::time::Duration;

/// Reliability T4: the TypeScript client's errors showed the key, and the password of a create.
#[test]
pub fn no_machine_event_record_or_outcome_shows_a_secret() {
    for faults in [
        &[][..],
        &["create_order=lose"],
        &["create_order=hang"],
        &["create_order=garbage"],
        &["create_order=cut:9"],
        &["create_order=status:403"],
        &["create_order=redirect:https://user:word@elsewhere.invalid/?key=Canary-Key-5f1c9e77"],
        &["create_order=code5"],
        &["my_orders=status:502"],
        &["create_order=lose", "my_orders#2=status:500"],
    ] {
        let spy = Spy::new(faults);
        let settings = Config::builder().base_url("http://127.0.0.1:1").key(Secret::new(KEY));
        let session = Session::new(settings.build().unwrap());
        let server = spy.clore.borrow().free().next().unwrap();
        run(&spy, &session, Rent::new(canary::order(server)));
        run(&spy, &session, canary::order(server));
        run(&spy, &session, Rent::new(canary::order(server)));
        run(&spy, &session, Resume::new());
        run(
            &spy,
            &session,
            WaitForOrder::new(OrderId::new(1)).timeout(Duration::from_secs(3)).until(has_ssh()),
        );
        let shown = spy.shown.into_inner();
        assert!(shown.len() > 20, "{faults:?}: {}", shown.len());
        shown.iter().for_each(|text| is_clean(&format!("{faults:?}"), text));
    }
}

#[test]
pub fn no_setting_session_client_or_way_in_shows_a_secret() {
    let builder = Config::builder().key(Secret::new(KEY));
    is_clean("builder of settings", &format!("{builder:?} {builder:#?}"));
    let config = builder.clone().build().unwrap();
    is_clean("settings", &format!("{config:?} {config:#?} {:?}", config.warnings()));
    let session = Session::new(config);
    is_clean("session", &format!("{session:?} {:?}", session.gate()));
    let client = Client::builder().settings(builder);
    is_clean("builder of clients", &format!("{client:?}"));
    let client = client.build().unwrap();
    is_clean("client", &format!("{client:?} {client:#?}"));
    is_clean("order", &format!("{0:?} {0:#?} {1:?}", canary::order(4), canary::order(4).warnings()));
    let access = Access::Password(Secret::new("Canary+Word/8d20aa"));
    is_clean("way in", &format!("{access:?} {:?} {:?}", access.password(), Access::generated([9; 32])));
}

#[test]
pub fn what_the_service_keeps_secret_is_not_shown_either() {
    let [word, token, login, deposit] = THEIRS;
    // Not ready, so that a wait ends with the order in its error.
    let orders = format!(
        r#"{{"orders":[{{"id":1234567,"si":40,"currency":"CLORE-Blockchain","image":"image","price":4,"ct":1790000000,
        "mrl":259200,"online":false,"ssh_password":"{word}","jupyter_token":"{token}","auto_login":"{login}",
        "ssh_pwd":"{word}","password":"{word}","env":{{"A":"{word}"}},"command":"{token}"}}],"code":0}}"#
    );
    let wallets =
        format!(r#"{{"wallets":[{{"name":"bitcoin","balance":1,"deposit":"{deposit}"}}],"code":0}}"#);
    let service = Hostile::start(move |call, _| match call {
        "wallets" => Answer::json(&wallets),
        _ => Answer::json(&orders),
    });
    let client = client(service.url(), KEY);
    let list = client.orders(true).unwrap();
    let order = list.orders.first().unwrap();
    assert_eq!(order.ssh_password.as_ref().map(Secret::expose), Some(word), "it is read");
    assert_eq!(order.jupyter_token.as_ref().map(Secret::expose), Some(token));
    is_clean("orders", &format!("{list:?} {list:#?}"));
    let wallets = client.wallets().unwrap();
    assert_eq!(wallets.wallets.first().unwrap().deposit.as_ref().map(Secret::expose), Some(deposit));
    is_clean("wallets", &format!("{wallets:?} {wallets:#?}"));
    let wait = WaitForOrder::new(order.id).timeout(Duration::from_millis(1_200)).until(has_ssh());
    let error = client.run(wait).unwrap_err();
    assert!(error.last_order().is_some(), "{error:?}");
    is_clean("a wait's error", &format!("{error} {error:?} {error:#?} {:?}", error.last_order()));
}

#[test]
pub fn no_file_of_a_journal_holds_a_secret() {
    for faults in [&[][..], &["create_order=lose", "my_orders#2=status:500"], &["create_order=hang"]] {
        let server = Server::start(options(faults), "127.0.0.1:0").unwrap();
        let folder = tempfile::tempdir().unwrap();
        let journal = FileJournal::open(folder.path(), &server.url(), &Secret::new(KEY)).unwrap();
        is_clean("a journal", &format!("{journal:?} {:?}", journal.look()));
        let settings = hurried(&server.url(), KEY).timeout(Duration::from_secs(1));
        let client = Client::builder().settings(settings).journal(journal).build().unwrap();
        let free = server.with(|clore| clore.free().next()).unwrap();
        let outcome = client.rent(canary::order(free));
        is_clean("outcome", &format!("{outcome:?}"));
        let mut folders = vec![folder.path().to_owned()];
        let mut files = 0;
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                is_clean("a path", &path.display().to_string());
                if path.is_dir() {
                    folders.push(path);
                } else {
                    files += 1;
                    is_clean("a file", &String::from_utf8_lossy(&std::fs::read(&path).unwrap()));
                }
            }
        }
        assert!(files >= 2, "{files}");
    }
}
