use super::*;

fn read(text: &str, numbers: ReasonNumbers) -> Reason {
    Reason::read(text, &Excerpt::new(text, 512), numbers)
}

/// The texts as api-facts 1.4 spells them, each with the variant it must become.
fn spelled() -> Vec<(&'static str, Reason)> {
    vec![
        ("server-already-rented", Reason::ServerAlreadyRented),
        ("server-offline", Reason::ServerOffline),
        ("server-dont-exist", Reason::ServerDontExist),
        ("server_dont_exist", Reason::ServerDontExist),
        ("not_enough_balance", Reason::NotEnoughBalance),
        ("cant_rent_from_yourself", Reason::CantRentFromYourself),
        ("too_low_price", Reason::TooLowPrice { min_price: None }),
        ("you_already_have_spot_order", Reason::AlreadyHaveSpotOrder),
        ("currency-not-allowed", Reason::CurrencyNotAllowed),
        ("machine-is-on-gigaspot", Reason::MachineIsOnGigaspot),
        ("you_dont_own_this_order", Reason::YouDontOwnThisOrder),
        ("order_not_active", Reason::OrderNotActive),
        ("issue_description_too_long", Reason::IssueDescriptionTooLong),
        ("order_dont_exist", Reason::OrderDontExist),
        ("amount_too_low", Reason::AmountTooLow),
        ("can_lower_every_600_seconds", Reason::CanLowerEvery600Seconds { time_to_lowering: None }),
        ("exceeded_max_step", Reason::ExceededMaxStep { max_step: None }),
        ("not_all_parameters_present", Reason::NotAllParametersPresent),
        ("invalid_mrl", Reason::InvalidMrl),
        ("invalid_input", Reason::InvalidInput),
    ]
}

/// A new variant does not compile here until somebody decides whether it has a row.
fn has_a_row(reason: &Reason) -> bool {
    match reason {
        Reason::Other(_) | Reason::Unsaid => false,
        Reason::ServerAlreadyRented
        | Reason::ServerOffline
        | Reason::ServerDontExist
        | Reason::NotYourServer
        | Reason::NotEnoughBalance
        | Reason::CantRentFromYourself
        | Reason::TooLowPrice { .. }
        | Reason::AlreadyHaveSpotOrder
        | Reason::CurrencyNotAllowed
        | Reason::MachineIsOnGigaspot
        | Reason::YouDontOwnThisOrder
        | Reason::OrderNotActive
        | Reason::IssueDescriptionTooLong
        | Reason::OrderDontExist
        | Reason::AmountTooLow
        | Reason::CanLowerEvery600Seconds { .. }
        | Reason::ExceededMaxStep { .. }
        | Reason::NotAllParametersPresent
        | Reason::InvalidMrl
        | Reason::InvalidInput => true,
    }
}

#[test]
fn every_listed_text_is_its_variant_in_either_spelling() {
    for (text, reason) in spelled() {
        for spelling in [text.replace('-', "_"), text.replace('_', "-"), text.to_owned()] {
            assert_eq!(read(&spelling, ReasonNumbers::default()), reason, "{spelling}");
        }
    }
}

#[test]
fn every_row_is_a_variant_of_its_own_with_words_and_calls() {
    for (n, row) in REASONS.iter().enumerate() {
        assert!(has_a_row(&row.reason));
        assert_eq!(row.reason.row().map(|found| found.wire), Some(row.wire), "two rows for one variant");
        assert!(spelled().iter().any(|(_, reason)| *reason == row.reason));
        assert!(REASONS.iter().skip(n + 1).all(|other| other.wire != row.wire));
        assert!(!row.wire.contains('_') && !row.calls.is_empty());
        assert!(!row.meaning.is_empty() && !row.advice.is_empty());
        assert!(!row.reason.to_string().contains('\n'));
    }
}

#[test]
fn a_host_hears_that_the_server_is_not_his() {
    for row in &HOST_REASONS {
        let said = read(row.wire, ReasonNumbers::default());
        assert_ne!(said, row.reason);
        assert_eq!(said.said_to_host(), row.reason);
        assert_eq!((row.reason.row(), row.reason.clone().said_to_host()), (Some(row), row.reason.clone()));
    }
    assert_eq!(Reason::InvalidMrl.said_to_host(), Reason::InvalidMrl);
    let advice = Reason::NotYourServer.advice();
    assert_eq!(
        (Reason::NotYourServer.to_string().as_str(), advice),
        ("this is not one of your servers", Some("`clore servers` lists them"))
    );
}

#[test]
fn numbers_stay_with_their_reason_and_missing_ones_are_none() {
    let numbers = ReasonNumbers {
        min_price: Some(Decimal::new(32, 1)),
        max_step: Some(Decimal::new(5, 0)),
        time_to_lowering: Some(Duration::from_secs(90)),
    };
    assert_eq!(
        read("too_low_price", numbers).to_string(),
        "the bid is below the server's floor (floor 3.2 per day)"
    );
    assert!(read("exceeded_max_step", numbers).to_string().ends_with("(largest step 5 per day)"));
    assert!(read("can-lower-every-600-seconds", numbers).to_string().ends_with("(again in 90 s)"));
    assert_eq!(read("server-offline", numbers), Reason::ServerOffline);
}

#[test]
fn an_unlisted_text_is_kept_and_silence_is_told() {
    let other = read("no-such\u{1b}[2Jthing", ReasonNumbers::default());
    assert_eq!(other.to_string(), "no-such\\u{1b}[2Jthing");
    assert!(other.advice().is_none() && !has_a_row(&other));
    assert_eq!(read("  ", ReasonNumbers::default()), Reason::Unsaid);
    assert!(!has_a_row(&Reason::Unsaid));
}
