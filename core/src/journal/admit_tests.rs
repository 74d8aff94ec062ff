use super::*;
use crate::journal::record::Resolution;
use crate::journal::text::Line;
use crate::model::{OrderId, ServerId};

const HERE: (&str, &str) = ("https://a", "k");

fn id(name: &str) -> IntentId {
    IntentId::parse(name).unwrap()
}

fn scope((url, key): (&str, &str)) -> Scope {
    Scope::new(url, key)
}

fn intent(name: &str, server: Option<u64>, despite: &[&str]) -> Box<Intent> {
    let mut intent = Intent::new(id(name), "create_order");
    intent.server = server.map(ServerId::new);
    intent.despite = despite.iter().map(|name| id(name)).collect();
    Box::new(intent)
}

fn resolved(name: &str, resolution: Resolution) -> Record {
    Record::Resolved { intent: id(name), resolution, wall: None }
}

const ORDER: Resolution = Resolution::Placed { order: OrderId::new(7), inferred: false };

/// How the intent `a` stands before a record about it comes.
#[derive(Clone, Copy, PartialEq, Debug)]
enum Stands {
    Unknown,
    OwnLive,
    OthersLive,
    Ownerless,
    OtherKeyLive,
    OtherKeyOwnerless,
    OtherBase,
    Resolved,
    ResolvedElsewhere,
}

impl Stands {
    const ALL: [Self; 9] = [
        Self::Unknown,
        Self::OwnLive,
        Self::OthersLive,
        Self::Ownerless,
        Self::OtherKeyLive,
        Self::OtherKeyOwnerless,
        Self::OtherBase,
        Self::Resolved,
        Self::ResolvedElsewhere,
    ];

    fn state(self) -> State {
        let mut state = State::new();
        let of = match self {
            Self::Unknown => return state,
            Self::OtherKeyLive | Self::OtherKeyOwnerless => ("https://a", "other"),
            Self::OtherBase | Self::ResolvedElsewhere => ("https://b", "k"),
            Self::OwnLive | Self::OthersLive | Self::Ownerless | Self::Resolved => HERE,
        };
        state.apply(Line::new(scope(of), Record::Intent(intent("a", Some(1), &[]))));
        if matches!(self, Self::Resolved | Self::ResolvedElsewhere) {
            state.apply(Line::new(scope(of), resolved("a", Resolution::Refused)));
        }
        state
    }

    fn admit(self, record: &Record) -> Admission {
        let alive = matches!(self, Self::OwnLive | Self::OthersLive | Self::OtherKeyLive);
        admit(&self.state(), &scope(HERE), record, &|_| alive, &|_| self == Self::OwnLive)
    }
}

fn told(admission: Admission) -> String {
    let names = |list: &[crate::journal::OpenIntent]| {
        list.iter().map(|open| open.intent.id.to_string()).collect::<Vec<_>>().join("+")
    };
    match admission {
        Admission::Append => "append".into(),
        Admission::Nothing => "nothing".into(),
        Admission::Blocked(b) => {
            format!("blocked live[{}] ownerless[{}]", names(&b.live), names(&b.ownerless))
        }
        Admission::Limited(breach) => format!("limited {}", breach.limit()),
        Admission::Owned => "owned".into(),
        Admission::Gone => "gone".into(),
        Admission::Attributed(to) => format!("attributed {to}"),
        Admission::NameTaken(name) => format!("taken {name}"),
    }
}

#[test]
fn every_record_about_an_intent_is_admitted_as_the_table_says() {
    let table = |stands: Stands| -> [&'static str; 6] {
        //   intent  renew  adopt  sent  resolved without an order  resolved with one
        match stands {
            Stands::Unknown => ["append", "gone", "gone", "gone", "gone", "gone"],
            Stands::OwnLive => ["taken a", "append", "owned", "append", "append", "append"],
            Stands::OthersLive => ["taken a", "owned", "owned", "owned", "owned", "owned"],
            Stands::Ownerless => {
                ["blocked live[] ownerless[a]", "owned", "append", "append", "append", "append"]
            }
            Stands::OtherKeyLive | Stands::OtherKeyOwnerless => {
                ["taken a", "owned", "owned", "owned", "owned", "owned"]
            }
            Stands::OtherBase => ["taken a", "owned", "gone", "gone", "gone", "gone"],
            Stands::Resolved | Stands::ResolvedElsewhere => {
                ["taken a", "gone", "gone", "gone", "gone", "gone"]
            }
        }
    };
    let records = [
        Record::Intent(intent("a", Some(1), &[])),
        Record::Renew(intent("a", Some(1), &[])),
        Record::Adopt(id("a")),
        Record::Sent(id("a")),
        resolved("a", Resolution::NeverSent),
        resolved("a", ORDER),
    ];
    for stands in Stands::ALL {
        let outcomes: Vec<_> = records.iter().map(|record| told(stands.admit(record))).collect();
        assert_eq!(outcomes, table(stands), "{stands:?}");
        for record in [Record::Look, Record::Ended { order: OrderId::new(7), wall: None }] {
            let expected = if record == Record::Look { "nothing" } else { "append" };
            assert_eq!(told(stands.admit(&record)), expected, "{stands:?} {record:?}");
        }
    }
}

#[test]
fn a_name_that_is_open_is_not_passed_by_naming_itself() {
    let again = Record::Intent(intent("a", Some(1), &["a"]));
    assert_eq!(told(Stands::Ownerless.admit(&again)), "taken a");
}

/// An intent `b` (alive or not, for some server, overridden or not) stands before one for server 1 comes.
#[test]
fn other_open_intents_block_as_the_table_says() {
    for (alive, its_server, despite, expected) in [
        (true, Some(1), false, "blocked live[b] ownerless[]"),
        (true, Some(1), true, "blocked live[b] ownerless[]"),
        (true, None, false, "blocked live[b] ownerless[]"),
        (true, None, true, "blocked live[b] ownerless[]"),
        (true, Some(2), false, "append"),
        (true, Some(2), true, "append"),
        (false, Some(1), false, "blocked live[] ownerless[b]"),
        (false, Some(2), false, "blocked live[] ownerless[b]"),
        (false, None, false, "blocked live[] ownerless[b]"),
        (false, Some(1), true, "append"),
        (false, Some(2), true, "append"),
        (false, None, true, "append"),
    ] {
        let named: &[&str] = if despite { &["b"] } else { &[] };
        let mut state = State::new();
        state.apply(Line::new(scope(HERE), Record::Intent(intent("b", its_server, &[]))));
        let fresh = Record::Intent(intent("a", Some(1), named));
        let said = told(admit(&state, &scope(HERE), &fresh, &|_| alive, &|_| false));
        assert_eq!(said, expected, "{alive} {its_server:?} {despite}");

        // The same holds when the own intent is renewed.
        state.apply(Line::new(scope(HERE), Record::Intent(intent("a", Some(1), &[]))));
        let renewed = Record::Renew(intent("a", Some(1), named));
        let (alive, own) = (|of: &IntentId| alive || *of == id("a"), |of: &IntentId| *of == id("a"));
        assert_eq!(
            told(admit(&state, &scope(HERE), &renewed, &alive, &own)),
            expected,
            "{its_server:?} renewed"
        );

        // Intents of another key or base URL block nothing.
        for other in [("https://a", "other"), ("https://b", "k")] {
            let said =
                told(admit(&state, &scope(other), &Record::Intent(intent("c", Some(1), &[])), &alive, &own));
            assert_eq!(said, "append", "{other:?}");
        }
    }
}

#[test]
fn an_intent_without_a_server_waits_for_every_live_one() {
    let mut state = State::new();
    state.apply(Line::new(scope(HERE), Record::Intent(intent("b", Some(2), &[]))));
    let fresh = Record::Intent(intent("a", None, &[]));
    assert_eq!(
        told(admit(&state, &scope(HERE), &fresh, &|_| true, &|_| false)),
        "blocked live[b] ownerless[]"
    );
}

#[test]
fn an_order_is_one_intents_over_all_keys_of_the_base_url() {
    for (of, expected) in
        [(HERE, "attributed b"), (("https://a", "other"), "attributed b"), (("https://b", "k"), "append")]
    {
        let mut state = State::new();
        state.apply(Line::new(scope(of), Record::Intent(intent("b", Some(1), &[]))));
        state.apply(Line::new(scope(of), resolved("b", ORDER)));
        state.apply(Line::new(scope(HERE), Record::Intent(intent("a", Some(1), &[]))));
        for resolution in [ORDER, Resolution::AttributedTo(OrderId::new(7))] {
            let record = resolved("a", resolution);
            assert_eq!(told(admit(&state, &scope(HERE), &record, &|_| true, &|_| true)), expected, "{of:?}");
        }
        let free = resolved("a", Resolution::AttributedTo(OrderId::new(8)));
        assert_eq!(told(admit(&state, &scope(HERE), &free, &|_| true, &|_| true)), "append");
    }
}

#[test]
fn an_end_is_written_once() {
    let mut state = State::new();
    let ended = Record::Ended { order: OrderId::new(7), wall: None };
    state.apply(Line::new(scope(HERE), ended.clone()));
    assert_eq!(told(admit(&state, &scope(HERE), &ended, &|_| true, &|_| true)), "nothing");
    assert_eq!(told(admit(&state, &scope(("https://b", "k")), &ended, &|_| true, &|_| true)), "append");
}

#[test]
fn refusals_become_what_a_journal_answers() {
    assert!(Admission::Append.refusal().is_none() && Admission::Nothing.refusal().is_none());
    assert!(matches!(Admission::Owned.refusal(), Some(Ok(Recorded::Owned))));
    assert!(matches!(Admission::Gone.refusal(), Some(Ok(Recorded::Gone))));
    assert!(matches!(Admission::Attributed(id("a")).refusal(), Some(Ok(Recorded::Attributed(_)))));
    assert!(matches!(Admission::Blocked(Blocked::default()).refusal(), Some(Ok(Recorded::Blocked(_)))));
    assert_eq!(
        Admission::NameTaken(id("a")).refusal().unwrap().unwrap_err(),
        JournalError::NameTaken(id("a"))
    );
}
