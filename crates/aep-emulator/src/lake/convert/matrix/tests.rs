#![allow(clippy::unwrap_used, reason = "tests")]

use super::*;
use crate::lake::column::{Column, Rules};

const COLUMNS: [&str; 12] = [
    "String", "Byte", "Short", "Integer", "Long", "Double", "Date", "DateTime", "Boolean",
    "Object", "Array", "Map",
];

/// The published table, + = converted.
const TABLE: [(&str, &str); 12] = [
    ("String", "++++++++...."),
    ("Byte", "++++++......"),
    ("Short", "++++++......"),
    ("Integer", "++++++......"),
    ("Long", "++++++++...."),
    ("Double", "++++++......"),
    ("Date", "......+....."),
    ("DateTime", ".......+...."),
    ("Boolean", "........+..."),
    ("Object", ".........+.+"),
    ("Array", "..........+."),
    ("Map", ".........+.+"),
];

fn kind(name: &str) -> Kind {
    let inner = || Column {
        name: "x".into(),
        kind: Kind::String,
        required: false,
        rules: Rules::default(),
    };
    match name {
        "String" => Kind::String,
        "Byte" => Kind::Byte,
        "Short" => Kind::Short,
        "Integer" => Kind::Integer,
        "Long" => Kind::Long,
        "Double" => Kind::Double,
        "Date" => Kind::Date,
        "DateTime" => Kind::DateTime,
        "Boolean" => Kind::Boolean,
        "Object" => Kind::Object(vec![inner()]),
        "Array" => Kind::Array(Box::new(inner())),
        _ => Kind::Map(Box::new(inner())),
    }
}

/// A value of each type, such that every conversion of the table succeeds for it.
fn example(name: &str, to: &str) -> Datum {
    match name {
        "String" if to == "Date" => Datum::String("1970-01-02".into()),
        "String" if to == "DateTime" => Datum::String("1970-01-01T00:00:01Z".into()),
        "String" => Datum::String("7".into()),
        "Byte" => Datum::Byte(7),
        "Short" => Datum::Short(7),
        "Integer" => Datum::Integer(7),
        "Long" if to == "Date" => Datum::Long(86_400_000),
        "Long" if to == "DateTime" => Datum::Long(1000),
        "Long" => Datum::Long(7),
        "Double" => Datum::Double(7.0),
        "Date" => Datum::Date(1),
        "DateTime" => Datum::DateTime(1000),
        "Boolean" => Datum::Boolean(true),
        "Object" => Datum::Object(vec![]),
        "Array" => Datum::Array(vec![]),
        _ => Datum::Map(vec![]),
    }
}

fn seven(to: &str) -> Cell {
    match to {
        "String" => Cell::String("7".into()),
        "Byte" => Cell::Byte(7),
        "Short" => Cell::Short(7),
        "Integer" => Cell::Integer(7),
        "Long" => Cell::Long(7),
        "Double" => Cell::Double(7.0),
        "Date" => Cell::Date(1),
        "DateTime" => Cell::DateTime(1000),
        _ => Cell::Boolean(true),
    }
}

#[test]
fn all_144_cells_of_the_published_table() {
    for (from, row) in TABLE {
        for (to, mark) in COLUMNS.iter().zip(row.chars()) {
            let target = kind(to);
            assert_eq!(allows(from, &target), mark == '+', "{from} to {to}");
            let nested = matches!(from, "Object" | "Array" | "Map");
            let answer = scalar(&example(from, to), &target);
            match mark {
                '+' if nested => {}
                '+' if (from, *to) == ("Double", "String") => {
                    assert_eq!(answer, Ok(Cell::String("7.0".into())));
                }
                '+' => assert_eq!(answer, Ok(seven(to)), "{from} to {to}"),
                _ => assert_eq!(answer, Err(Refusal::Types), "{from} to {to}"),
            }
        }
    }
}

#[test]
fn no_value_fits_everywhere() {
    for to in COLUMNS {
        assert_eq!(scalar(&Datum::Null, &kind(to)), Ok(Cell::Null), "{to}");
    }
}

#[test]
fn exact_values_pass_at_the_edges() {
    let text = |text: &str| Datum::String(text.into());
    for (value, to, cell) in [
        (Datum::Long(127), "Byte", Cell::Byte(127)),
        (Datum::Long(-128), "Byte", Cell::Byte(-128)),
        (Datum::Integer(32_767), "Short", Cell::Short(32_767)),
        (
            Datum::Long(-2_147_483_648),
            "Integer",
            Cell::Integer(i32::MIN),
        ),
        (
            Datum::Double(2_147_483_647.0),
            "Integer",
            Cell::Integer(i32::MAX),
        ),
        (Datum::Double(-0.0), "Long", Cell::Long(0)),
        (Datum::Double(1e3), "Short", Cell::Short(1000)),
        (
            Datum::Long(9_007_199_254_740_992),
            "Double",
            Cell::Double(9_007_199_254_740_992.0),
        ),
        (
            Datum::Huge("18446744073709551616".into()),
            "Double",
            Cell::Double(18_446_744_073_709_551_616.0),
        ),
        (
            Datum::Huge("18446744073709551617".into()),
            "String",
            Cell::String("18446744073709551617".into()),
        ),
        (text("-12"), "Byte", Cell::Byte(-12)),
        (text("007"), "Integer", Cell::Integer(7)),
        (text("12.00"), "Integer", Cell::Integer(12)),
        (text("1.5e3"), "Double", Cell::Double(1500.0)),
        (text("-.5"), "Double", Cell::Double(-0.5)),
        (text(""), "String", Cell::String(String::new())),
        (Datum::Double(0.1), "String", Cell::String("0.1".into())),
        (
            Datum::Long(1_531_263_959_000),
            "DateTime",
            Cell::DateTime(1_531_263_959_000),
        ),
        (
            Datum::Text("true".into()),
            "String",
            Cell::String("true".into()),
        ),
        (
            Datum::Text("1531263959000".into()),
            "DateTime",
            Cell::DateTime(1_531_263_959_000),
        ),
        (Datum::Text("2018-07-10".into()), "Date", Cell::Date(17_722)),
        (Datum::Text("12".into()), "Long", Cell::Long(12)),
    ] {
        assert_eq!(scalar(&value, &kind(to)), Ok(cell), "{value:?} to {to}");
    }
}

#[test]
fn nothing_is_rounded_cut_or_guessed() {
    let text = |text: &str| Datum::String(text.into());
    for (value, to) in [
        (Datum::Long(128), "Byte"),
        (Datum::Long(-129), "Byte"),
        (Datum::Long(300), "Byte"),
        (Datum::Integer(32_768), "Short"),
        (Datum::Long(2_147_483_648), "Integer"),
        (Datum::Double(1.5), "Integer"),
        (Datum::Double(1e19), "Long"),
        (Datum::Double(f64::NAN), "Long"),
        (Datum::Double(f64::INFINITY), "Byte"),
        (Datum::Long(9_007_199_254_740_993), "Double"),
        (Datum::Huge("18446744073709551617".into()), "Double"),
        (Datum::Huge("1e999".into()), "Double"),
        (Datum::Huge("9223372036854775808".into()), "Long"),
        (text("abc"), "Integer"),
        (text(""), "Integer"),
        (text("1.5"), "Integer"),
        (text("1e3"), "Integer"),
        (text("0x10"), "Integer"),
        (text(" 1"), "Integer"),
        (text("+1"), "Integer"),
        (text("-"), "Integer"),
        (text("300"), "Byte"),
        (text("99999999999999999999"), "Long"),
        (text("NaN"), "Double"),
        (text("inf"), "Double"),
        (text("1e999"), "Double"),
        (text("1.2.3"), "Double"),
        (text("1,5"), "Double"),
        (text("9007199254740993"), "Double"),
        (Datum::Long(1_531_263_959_000), "Date"),
        (Datum::Long(i64::MAX), "DateTime"),
        (Datum::Text("1531263959000".into()), "Date"),
    ] {
        assert!(
            matches!(scalar(&value, &kind(to)), Err(Refusal::Value(_))),
            "{value:?} to {to}"
        );
    }
    assert!(matches!(
        scalar(&text("2018-7-1"), &Kind::Date),
        Err(Refusal::Form(_))
    ));
    assert!(matches!(
        scalar(&text("2018-07-10"), &Kind::DateTime),
        Err(Refusal::Form(_))
    ));
    assert!(matches!(
        scalar(&text("1531263959000"), &Kind::DateTime),
        Err(Refusal::Form(_))
    ));
    assert!(matches!(
        scalar(&text("2018-07-10 15:05:59Z"), &Kind::DateTime),
        Err(Refusal::Spaced(_))
    ));
    for to in ["Boolean", "Object", "Array", "Map"] {
        assert_eq!(
            scalar(&Datum::Text("x".into()), &kind(to)),
            Err(Refusal::Types),
            "{to}"
        );
    }
}
