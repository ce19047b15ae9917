//! Calls with something wrong about them.

use super::call::Sent;
use super::document::{Document, Operation, Parameter};

/// Ways in which a good call can be wrong, and the status that each ought to have where the document knows it.
pub(super) fn ways(
    document: &Document,
    operation: &Operation,
    good: &Sent,
) -> Vec<(String, Sent, Option<u16>)> {
    let mut all = Vec::new();
    let mut add = |what: String, expected: Option<u16>, change: &dyn Fn(&mut Sent)| {
        let mut wrong = good.clone();
        change(&mut wrong);
        all.push((what, wrong, expected));
    };
    for Parameter {
        name,
        place,
        required,
        slashes,
        schema,
    } in &operation.parameters
    {
        let schema = document.follow(schema);
        let choices = schema["enum"].is_array();
        match place.as_str() {
            "path" if choices || *slashes || name == "FIELD" => {}
            "path" if !operation.responses.contains_key(&404) => {}
            "path" => add(
                format!("unknown {name}"),
                (!good.refused).then_some(404),
                &|wrong| {
                    let unknown = "00000000-0000-4000-8000-000000000000";
                    wrong.path.insert(name.clone(), unknown.to_owned());
                },
            ),
            "query" => {
                if *required && schema["default"].is_null() {
                    add(format!("without {name}"), Some(400), &|wrong| {
                        wrong.query.retain(|(key, _)| key != name);
                    });
                }
                if choices || matches!(schema["type"].as_str(), Some("integer" | "boolean")) {
                    add(format!("{name}=wrong"), Some(400), &|wrong| {
                        wrong.query.retain(|(key, _)| key != name);
                        wrong.query.push((name.clone(), "wrong".to_owned()));
                    });
                }
                if schema["minimum"].is_number() {
                    add(format!("{name}=-1"), Some(400), &|wrong| {
                        wrong.query.retain(|(key, _)| key != name);
                        wrong.query.push((name.clone(), "-1".to_owned()));
                    });
                }
            }
            "header" if name == "Accept" => add("with Accept: text/html".into(), None, &|wrong| {
                wrong.headers.retain(|(key, _)| key != name);
                wrong.headers.push((name.clone(), "text/html".into()));
            }),
            // Without a sandbox the default one is meant, which is the emulator's own choice.
            "header" if *required && name != "x-sandbox-name" => {
                let expected = match name.as_str() {
                    "Authorization" => Some(403),
                    "x-api-key" | "x-gw-ims-org-id" => None,
                    _ => Some(400),
                };
                add(format!("without {name}"), expected, &|wrong| {
                    wrong.headers.retain(|(key, _)| key != name);
                    wrong.headers.push((name.clone(), String::new()));
                });
                if name == "Authorization" {
                    add("with a false token".into(), Some(401), &|wrong| {
                        wrong.headers.push((name.clone(), "Bearer nonsense".into()));
                    });
                }
            }
            _ => {}
        }
    }
    if operation
        .request
        .keys()
        .any(|media| media == "application/json")
    {
        for (what, body) in [("broken JSON", "{\"a\":"), ("a number as body", "7")] {
            add(what.into(), Some(400), &|wrong| {
                wrong.body = Some(("application/json".into(), body.into()));
            });
        }
        add("text as body".into(), None, &|wrong| {
            wrong.body = Some(("text/plain".into(), b"x".to_vec()));
        });
    }
    all
}
