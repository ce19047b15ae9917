//! Patches that make our document like theirs.

use std::fs;
use std::path::Path;
use std::process::Command;

use super::lines;
use crate::codegen::load::Document;
use crate::drift::{operations, propose};

const OURS: &str = r##"openapi: 3.0.3
info: {title: T, version: "1"}
paths:
  # the things
  /things/{id}:
    parameters:
      - {name: id, in: path, required: true, schema: {type: string}}
    get:
      operationId: getThing
      parameters:
        - {name: old, in: query, schema: {type: string}}
        - {name: limit, in: query, description: "Adobe's, not ours", schema: {type: integer, format: int32}}
      responses: &answers
        "200":
          description: a thing   # as it is
          content:
            application/json:
              schema: {$ref: "#/components/schemas/Thing"}
        "404": {description: no such thing}
    put:
      operationId: putThing
      requestBody:
        content:
          application/json:
            schema: {type: object, required: [name], properties: {name: {type: string}}}
      responses: *answers
components:
  schemas:
    Thing:
      type: object
      required: [id]
      properties:
        id: {type: string}
        # how far it is
        state: {type: string, enum: [new, done], description: "how far"}
        gone: {type: string}
        size: {type: integer, format: int64}
        tags:
          type: array
          items: {type: string}

    Other: {type: object, properties: {}}
"##;

const THEIRS: &str = r##"openapi: 3.0.3
info: {title: T, version: "2"}
paths:
  /things/{id}:
    get:
      operationId: getThing
      parameters:
        - {name: id, in: path, required: true, schema: {type: string}}
        - {name: limit, in: query, required: true, schema: {type: integer, format: int64}}
        - {name: kind, in: query, description: words, schema: {type: string, enum: [a, "no"]}}
      responses: &answers
        "200":
          description: words
          content: {application/json: {schema: {$ref: "#/components/schemas/T"}}}
        "409": {description: words, content: {application/json: {schema: {type: object, properties: {why: {type: string}}}}}}
    put:
      operationId: putThing
      parameters:
        - {name: id, in: path, required: true, schema: {type: string}}
      requestBody:
        required: true
        content:
          application/json:
            schema: {type: object, required: [name, kind], properties: {name: {type: string, description: words}, kind: {type: string}}}
      responses: *answers
components:
  schemas:
    T:
      type: object
      properties:
        id: {type: string, description: words}
        state: {type: string, enum: [new, done, lost]}
        size: {type: string}
        tags: {type: array, items: {type: string}}
        owner: {type: object, description: words, properties: {name: {type: string, example: words}, groups: {type: array, items: {type: string}}}}
"##;

#[test]
fn a_patch_makes_our_document_like_theirs() {
    let document = |text: &str| Document::parse("a", Path::new("spec/a.yaml"), text).unwrap();
    let (ours, theirs) = (document(OURS), document(THEIRS));
    let differences = operations::compare(&ours.value, &theirs.value);
    let proposal = propose::propose(&ours, &theirs.value, &Vec::from_iter(&differences));
    assert_eq!(proposal.left, Vec::<String>::new());
    assert!(!proposal.patch.contains("words"), "{}", proposal.patch);

    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("spec")).unwrap();
    fs::write(folder.path().join("spec/a.yaml"), OURS).unwrap();
    fs::write(folder.path().join("a.patch"), &proposal.patch).unwrap();
    let mut command = Command::new("git");
    let applied = command
        .args(["apply", "a.patch"])
        .current_dir(folder.path())
        .output()
        .unwrap();
    assert!(
        applied.status.success(),
        "{}\n{}",
        String::from_utf8_lossy(&applied.stderr),
        proposal.patch
    );

    let text = fs::read_to_string(folder.path().join("spec/a.yaml")).unwrap();
    assert_eq!(
        lines(&document(&text).value, &theirs.value),
        Vec::<String>::new()
    );
    for kept in [
        "  # the things\n",
        "          description: a thing   # as it is\n",
        "        # how far it is\n        state: {type: string, enum: [new, done, lost], description: \"how far\"}\n",
        "\n    Other: {type: object, properties: {}}\n",
    ] {
        assert!(text.contains(kept), "{kept}{text}");
    }
}

#[test]
fn what_would_bring_new_differences_is_left_to_a_person() {
    let shared = OURS.replace(
        "{type: object, required: [name], properties: {name: {type: string}}}",
        "{$ref: \"#/components/schemas/Thing\"}",
    );
    let document = |text: &str| Document::parse("a", Path::new("spec/a.yaml"), text).unwrap();
    let ours = document(&shared);
    let theirs = document(&shared.replace("responses: *answers", "responses: {\"200\": {description: d, content: {application/json: {schema: {type: string}}}}, \"404\": {description: d}}"));
    let differences = operations::compare(&ours.value, &theirs.value);
    assert_eq!(differences.len(), 1);
    let proposal = propose::propose(&ours, &theirs.value, &Vec::from_iter(&differences));
    assert_eq!(proposal.patch, "");
    assert_eq!(proposal.left.len(), 1);
    assert!(
        proposal.left[0].contains("it would bring"),
        "{}",
        proposal.left[0]
    );
}

#[test]
fn an_operation_is_written_by_hand() {
    let document = |text: &str| Document::parse("a", Path::new("spec/a.yaml"), text).unwrap();
    let ours = document("openapi: 3.0.3\npaths: {}\n");
    let theirs = document(OURS);
    let differences = operations::compare(&ours.value, &theirs.value);
    let proposal = propose::propose(&ours, &theirs.value, &Vec::from_iter(&differences));
    assert_eq!(
        proposal.left,
        [
            "GET /things/{id} operation: to be written by hand",
            "PUT /things/{id} operation: to be written by hand",
        ]
    );
}
