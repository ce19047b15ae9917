//! Documents that nobody writes on purpose.

use std::path::Path;

use serde_json::{Value, json};

use super::*;
use crate::codegen::load::Document;
use crate::codegen::{load, normal};

/// Documents that are wrong in every way that has been thought of: an error that names the file, or a result.
#[test]
fn no_document_makes_the_task_panic_or_hang() {
    let deep: String = (0..10_000)
        .flat_map(|at| [" ".repeat(at), "a:\n".to_owned()])
        .collect();
    let flow = format!("openapi: {}{}\n", "[".repeat(10_000), "]".repeat(10_000));
    let aliases = "a: &a [x, x, x, x, x, x, x, x, x]\nb: &b [*a, *a, *a, *a, *a, *a, *a, *a, *a]\n\
                   c: &c [*b, *b, *b, *b, *b, *b, *b, *b, *b]\nd: [*c, *c, *c, *c, *c, *c, *c, *c, *c]\n";
    let laughs: String = (0..12)
        .map(|at| match at {
            0 => "a0: &a0 [x, x, x, x, x, x, x, x]\n".to_owned(),
            at => {
                let above = format!("*a{}", at - 1);
                format!("a{at}: &a{at} [{}]\n", vec![above; 8].join(", "))
            }
        })
        .collect();
    for text in [
        deep.as_str(),
        flow.as_str(),
        aliases,
        "",
        "\0",
        "a: b: c",
        "a: *nothing",
        "openapi: 3.0.3\nopenapi: 3.0.3\n",
        "openapi: 3.0.3\npaths: 5\n",
        "swagger: \"2.0\"\npaths: {/x: {get: 5}}\n",
        "openapi: 3.0.3\npaths: {/x: {get: {operationId: getX, responses: {\"200\": {$ref: \"#/paths\"}}}}}\n",
        laughs.as_str(),
    ] {
        let message = Workshop::new(text)
            .run(&[], false)
            .err()
            .map(|error| error.to_string());
        if let Some(message) = message {
            assert!(message.starts_with("spec/toys.yaml"), "{message}");
        }
    }
}

#[test]
fn a_document_of_ten_megabytes_is_read_and_checked() {
    use std::fmt::Write;
    let mut text = DOCUMENT.to_owned();
    for at in 0..60_000 {
        let _ = writeln!(
            text,
            "    Unused{at}:\n      type: object\n      description: {}\n      properties: {{a: {{type: string}}}}",
            "nobody needs this one ".repeat(4)
        );
    }
    assert!(text.len() > 10_000_000);
    let shop = Workshop::new(&text);
    shop.run(&[], false).unwrap();
    assert!(!shop.read("generated/toys/types.rs").contains("Unused"));
}

#[test]
fn names_that_are_no_identifiers_become_some() {
    let odd = DOCUMENT
        .replace("operationId: getToy", "operationId: type")
        .replace("operationId: putToy", "operationId: 2nd toy's größe")
        .replace("{name: colour,", "{name: \"$self\",")
        .replace("        state: {type", "        fn: {type")
        .replace("Toy:\n", "\"toy-{x}\":\n")
        .replace("schemas/Toy\"", "schemas/toy-{x}\"");
    let shop = Workshop::new(&odd);
    shop.run(&[], false).unwrap();
    let ops = shop.read("generated/toys/ops.rs");
    assert!(ops.contains("pub async fn type_<"), "{ops}");
    assert!(ops.contains("pub async fn _2nd_toys_größe<"), "{ops}");
    let types = shop.read("generated/toys/types.rs");
    assert!(
        types.contains("pub fn_:") && types.contains("fields.take(\"fn\")"),
        "{types}"
    );
}

/// Schemas that lead on to each other: none of these ways is gone down by recursion, or more than once.
#[test]
fn chains_of_schemas_are_as_long_as_somebody_likes() {
    const LONG: usize = 5_000;
    let chain = |link: fn(String) -> Value, end: Value| {
        let mut document: Value = load::yaml(Path::new("a"), DOCUMENT).unwrap();
        let schemas = &mut document["components"]["schemas"];
        for at in 0..LONG {
            let next = format!("#/components/schemas/Link{}", at + 1);
            schemas[format!("Link{at}")] = link(next);
        }
        schemas[format!("Link{LONG}")] = end;
        schemas["Toy"]["properties"]["link"] = json!({"$ref": "#/components/schemas/Link0"});
        let mut schemas = normal::normalise(
            Document::parse("toys", Path::new("spec/toys.yaml"), &document.to_string()).unwrap(),
            None,
        )
        .unwrap()
        .document
        .value["components"]["schemas"]
            .take();
        let count = schemas.as_object().unwrap().len();
        (count, schemas["Toy"]["properties"]["link"].take())
    };
    let string = || json!({"type": "string"});
    // one name for another
    let alias = chain(|next| json!({"$ref": next}), string());
    assert_eq!(alias, (1, string()));
    // structs in structs
    let structs = chain(
        |next| json!({"type": "object", "required": ["a"], "properties": {"a": {"$ref": next}}}),
        string(),
    );
    assert_eq!(structs.0, LONG + 1);
    // lists of lists: at some depth nobody looks any further
    let lists = chain(
        |next| json!({"type": "array", "items": {"$ref": next}}),
        string(),
    );
    assert_eq!(lists.0, 1);
    assert_eq!(lists.1["type"], "array");
    // compositions of compositions
    let composed = chain(
        |next| json!({"allOf": [{"$ref": next}, {"type": "object", "properties": {"a": {"type": "string"}}}]}),
        json!({"type": "object"}),
    );
    assert!(composed.1.is_object());
}

#[test]
fn a_reference_into_the_middle_of_something_is_followed() {
    let into = DOCUMENT.replace(
        "$ref: \"#/components/schemas/Toy\"}}}\n        \"404\"",
        "$ref: \"#/components/schemas/Toy/properties/parts\"}}}\n        \"404\"",
    );
    assert_ne!(into, DOCUMENT);
    let shop = Workshop::new(&into);
    shop.run(&[], false).unwrap();
    let ops = shop.read("generated/toys/ops.rs");
    assert!(
        ops.contains("crate::Keyed<::std::string::String, types::Toy>"),
        "{ops}"
    );
}
