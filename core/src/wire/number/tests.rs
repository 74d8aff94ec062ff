use super::*;
use proptest::prelude::*;

#[test]
fn integers_are_read_in_every_spelling() {
    for raw in ["5", "5.0", "\"5\"", "5e0", "50e-1", "0.5e1", " 5 ", "\"\\u0035\""] {
        assert_eq!(integer(raw), Some(5), "{raw}");
    }
    assert_eq!(integer("18446744073709551615"), Some(u64::MAX));
    for raw in ["18446744073709551616", "-1", "5.5", "true", "null", "[5]", "{}", "\"\"", "\"5 a\"", "1e999"]
    {
        assert_eq!(integer(raw), None, "{raw}");
    }
    assert_eq!(signed("-3"), Some(-3));
}

#[test]
fn decimals_are_exact_or_unknown() {
    for (raw, shown) in [
        ("1e-7", "0.0000001"),
        ("1E+2", "100"),
        ("0.00006", "0.00006"),
        ("\"1.25\"", "1.25"),
        ("60", "60"),
        ("1.50", "1.50"),
        ("-0.25", "-0.25"),
        ("0", "0"),
        ("0e999", "0"),
        ("0.0000000000000000000000000001", "0.0000000000000000000000000001"),
        ("793.6513633638132", "793.6513633638132"),
        ("79228162514264337593543950335", "79228162514264337593543950335"),
    ] {
        assert_eq!(decimal(raw).map(|d| d.to_string()).as_deref(), Some(shown), "{raw}");
    }
    for raw in [
        "NaN",
        "Infinity",
        "-Infinity",
        "\"nan\"",
        "\"inf\"",
        "1e999",
        "1e99999999999",
        "1e-29",
        "true",
        "[1]",
        "{}",
        "null",
        "\"\"",
        "\".\"",
        ".",
        "-",
        "e5",
        "1e",
        "1_000",
        "0x10",
        "1,5",
        "\"١\"",
        "1..2",
        "--1",
        "0.00000000000000000000000000001",
        "79228162514264337593543950336",
        "1.12345678901234567890123456789012",
    ] {
        assert_eq!(decimal(raw), None, "{raw}");
    }
    assert_eq!(decimal(&"9".repeat(5000)), None);
    assert_eq!(decimal(&format!("\"{}\"", "0".repeat(1_000_000))), None);
}

#[test]
fn listed_zeros_stay_where_they_fit() {
    for listed in ["0.5000", "60.0", "100.00", "0.10", "7"] {
        assert_eq!(decimal(listed).unwrap().to_string(), listed);
    }
    assert_eq!(decimal(&format!("1.5{}", "0".repeat(60))).unwrap().normalize().to_string(), "1.5");
}

#[test]
fn booleans_are_read_in_every_spelling() {
    for (raw, value) in [
        ("true", Some(true)),
        ("\"true\"", Some(true)),
        ("1", Some(true)),
        ("false", Some(false)),
        ("0", Some(false)),
        ("2", None),
        ("null", None),
        ("\"yes\"", None),
        ("[]", None),
    ] {
        assert_eq!(boolean(raw), value, "{raw}");
    }
}

#[test]
fn ratios_lie_between_zero_and_one() {
    assert_eq!(ratio("0.9999").unwrap().to_string(), "0.9999");
    assert!(ratio("1").is_some() && ratio("0").is_some());
    assert!(ratio("1.0001").is_none() && ratio("-0.1").is_none());
}

proptest! {
    #[test]
    fn a_decimal_survives_the_round_trip(mantissa in any::<i64>(), scale in 0_u32..=28) {
        let value = Decimal::from_i128_with_scale(i128::from(mantissa), scale);
        prop_assert_eq!(decimal(&value.to_string()), Some(value));
        let exponent = format!("{mantissa}e-{scale}");
        prop_assert_eq!(decimal(&exponent), Some(value));
    }

    #[test]
    fn any_text_is_a_number_or_none(text in ".{0,200}") {
        let _ = (decimal(&text), integer(&text), signed(&text), boolean(&text));
    }

    #[test]
    fn number_like_text_agrees_with_the_exact_parser(text in "-?[0-9]{1,12}(\\.[0-9]{1,14})?") {
        prop_assert_eq!(decimal(&text), Decimal::from_str_exact(&text).ok());
    }

    /// A blank before it takes the way that reads everything.
    #[test]
    fn plain_digits_are_the_number_that_every_other_way_reads(text in "[0-9]{1,22}") {
        prop_assert_eq!(integer(&text), integer(&format!(" {text}")));
    }
}
