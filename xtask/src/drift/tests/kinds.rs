//! Every kind of difference.

use serde_json::{Value, json};

use super::{body, lines, object, with};

fn operation_lines(ours: &Value, theirs: &Value) -> Vec<String> {
    lines(&with(ours), &with(theirs))
}

fn answer_lines(ours: &Value, theirs: &Value) -> Vec<String> {
    let answer = |schema| json!({"responses": {"200": body(schema)}});
    operation_lines(&answer(ours), &answer(theirs))
}

fn request_lines(ours: &Value, theirs: &Value) -> Vec<String> {
    let request = |schema| json!({"requestBody": body(schema)});
    operation_lines(&request(ours), &request(theirs))
}

#[test]
fn operations_are_matched_by_method_and_path() {
    let ours = json!({"paths": {"/x/{ID}": {"get": {}, "delete": {}}, "/y": {"get": {}}}});
    let theirs =
        json!({"paths": {"/x/{id}": {"get": {}}, "/x/{id}/": {"delete": {}}, "/z": {"post": {}}}});
    assert_eq!(
        lines(&ours, &theirs),
        [
            "changed! DELETE /x/{ID} path /x/{ID} -> /x/{id}/",
            "removed! GET /y operation",
            "added POST /z operation",
        ]
    );
}

#[test]
fn parameters_are_compared_by_place_and_name() {
    let ours = json!({"parameters": [
        {"name": "kept", "in": "query", "schema": {"type": "integer"}},
        {"name": "gone", "in": "query", "schema": {"type": "string"}},
        {"name": "If-Match", "in": "header", "schema": {"type": "string"}},
        {"name": "list", "in": "query", "schema": {"type": "array", "items": {"type": "string"}}}
    ]});
    let theirs = json!({"parameters": [
        {"name": "kept", "in": "query", "schema": {"type": "string"}},
        {"name": "if-match", "in": "header", "required": true, "schema": {"type": "string"}},
        {"name": "list", "in": "query", "explode": false, "schema": {"type": "array", "items": {"type": "string"}}},
        {"name": "new", "in": "query", "schema": {"type": "string"}},
        {"name": "must", "in": "query", "required": true, "schema": {"type": "string"}}
    ]});
    assert_eq!(
        operation_lines(&ours, &theirs),
        [
            "changed! GET /x query kept type integer -> string",
            "removed! GET /x query gone parameter",
            "changed! GET /x header If-Match required optional -> required",
            "changed! GET /x query list list repeated -> in one",
            "added GET /x query new parameter string",
            "added! GET /x query must parameter string",
        ]
    );
}

#[test]
fn placeholders_are_compared_by_position_and_shared_parameters_count() {
    let ours = json!({"paths": {"/x/{ID}": {
        "parameters": [{"name": "ID", "in": "path", "schema": {"type": "string"}}], "get": {}
    }}});
    let theirs = json!({"paths": {"/x/{xId}": {
        "get": {"parameters": [{"name": "xId", "in": "path", "schema": {"type": "integer"}}]}
    }}});
    assert_eq!(
        lines(&ours, &theirs),
        [
            "changed GET /x/{ID} path ID name ID -> xId",
            "changed! GET /x/{ID} path ID type string -> integer",
        ]
    );
}

#[test]
fn fields_are_compared_through_references_and_compositions() {
    let ours = object(
        &json!({"a": {"$ref": "#/components/schemas/A"}, "old": {"type": "string"}}),
        &["a"],
    );
    let theirs = json!({"allOf": [
        object(&json!({"a": object(&json!({"id": {"type": "string"}, "a": {"type": "object", "properties": {
            "id": {"type": "integer"}
        }}}), &[])}), &[]),
        object(&json!({"more": {"type": "array", "items": {"type": "string"}}}), &["more"])
    ]});
    assert_eq!(
        answer_lines(&ours, &theirs),
        [
            "changed GET /x response 200 .a required required -> optional",
            "changed GET /x response 200 .a.id required required -> optional",
            "changed GET /x response 200 .a.a.id required required -> optional",
            "changed! GET /x response 200 .a.a.id type string -> integer",
            "removed! GET /x response 200 .a.a.a field object",
            "added GET /x response 200 .more field array",
            "removed! GET /x response 200 .old field string",
        ]
    );
    assert_eq!(
        request_lines(
            &object(&json!({}), &[]),
            &object(&json!({"must": {"type": "string"}}), &["must"])
        ),
        ["changed GET /x request fields free -> 1 field"]
    );
    let base = json!({"id": {"type": "string"}});
    let more =
        json!({"id": {"type": "string"}, "must": {"type": "string"}, "may": {"type": "string"}});
    assert_eq!(
        request_lines(&object(&base, &[]), &object(&more, &["must", "id"])),
        [
            "changed! GET /x request .id required optional -> required",
            "added! GET /x request .must field string",
            "added GET /x request .may field string",
        ]
    );
}

#[test]
fn a_schema_that_contains_itself_comes_to_an_end() {
    let schema = json!({"$ref": "#/components/schemas/A"});
    assert_eq!(answer_lines(&schema, &schema), Vec::<String>::new());
    let alias = json!({"paths": {"/x": {"get": {"responses": {"200": body(&json!({"$ref": "#/components/schemas/B"}))}}}},
        "components": {"schemas": {"B": {"$ref": "#/components/schemas/B"}}}});
    assert_eq!(lines(&alias, &alias), Vec::<String>::new());
}

#[test]
fn types_break_who_reads_them_when_they_are_wider() {
    let one = json!({"type": "string"});
    let two = json!({"oneOf": [{"type": "string"}, {"type": "integer"}]});
    assert_eq!(
        answer_lines(&one, &json!({"type": "array", "items": {}})),
        ["changed! GET /x response 200 type string -> array"]
    );
    assert_eq!(
        answer_lines(&one, &two),
        ["changed! GET /x response 200 type string -> integer|string"]
    );
    assert_eq!(
        request_lines(&one, &two),
        ["changed GET /x request type string -> integer|string"]
    );
    assert_eq!(
        answer_lines(&json!({}), &one),
        ["changed GET /x response 200 type any -> string"]
    );
    assert_eq!(
        request_lines(&json!({}), &one),
        ["changed! GET /x request type any -> string"]
    );
    // ours knows more kinds, and one of them is theirs
    assert_eq!(
        answer_lines(&two, &one),
        ["changed GET /x response 200 kinds 2 -> 1"]
    );
}

#[test]
fn of_several_kinds_the_one_that_is_most_alike_is_compared() {
    let cat = object(
        &json!({"name": {"type": "string"}, "meows": {"type": "boolean"}}),
        &[],
    );
    let dog = object(
        &json!({"name": {"type": "string"}, "barks": {"type": "boolean"}}),
        &[],
    );
    let theirs = object(
        &json!({"name": {"type": "string"}, "barks": {"type": "string"}}),
        &[],
    );
    assert_eq!(
        answer_lines(&json!({"anyOf": [cat, dog]}), &theirs),
        [
            "changed GET /x response 200 kinds 2 -> 1",
            "changed! GET /x response 200 .barks type boolean -> string",
        ]
    );
}

#[test]
fn formats_matter_when_numbers_get_wider_or_text_becomes_bytes() {
    let with = |format: &str| json!({"type": "integer", "format": format});
    assert_eq!(
        answer_lines(&with("int32"), &with("int64")),
        ["changed! GET /x response 200 format int32 -> int64"]
    );
    assert_eq!(
        request_lines(&with("int32"), &with("int64")),
        ["changed GET /x request format int32 -> int64"]
    );
    assert_eq!(
        request_lines(&with("int64"), &with("int32")),
        ["changed! GET /x request format int64 -> int32"]
    );
    let text = json!({"type": "string"});
    assert_eq!(
        answer_lines(&text, &json!({"type": "string", "format": "date-time"})),
        ["changed GET /x response 200 format none -> date-time"]
    );
    assert_eq!(
        answer_lines(&text, &json!({"type": "string", "format": "binary"})),
        ["changed! GET /x response 200 format none -> binary"]
    );
}

#[test]
fn enums_are_compared_value_by_value() {
    let ours = json!({"$ref": "#/components/schemas/Kind"});
    let theirs = json!({"type": "string", "enum": ["two", "three"]});
    assert_eq!(
        answer_lines(&ours, &theirs),
        [
            "added GET /x response 200 enum value three",
            "removed GET /x response 200 enum value one",
        ]
    );
    assert_eq!(
        request_lines(&ours, &theirs),
        [
            "added GET /x request enum value three",
            "removed! GET /x request enum value one"
        ]
    );
    let text = json!({"type": "string"});
    assert_eq!(
        request_lines(&text, &theirs),
        ["added! GET /x request enum three, two"]
    );
    assert_eq!(
        request_lines(&ours, &text),
        ["removed GET /x request enum one, two"]
    );
}

#[test]
fn maps_and_free_objects_are_told_apart() {
    let map = json!({"type": "object", "additionalProperties": {"type": "string"}});
    let numbers = json!({"type": "object", "additionalProperties": {"type": "integer"}});
    let free = json!({"type": "object", "additionalProperties": {}});
    let list = |items: &Value| json!({"type": "array", "items": items});
    assert_eq!(
        answer_lines(&list(&map), &list(&numbers)),
        ["changed! GET /x response 200 [].{} type string -> integer"]
    );
    assert_eq!(
        answer_lines(&free, &map),
        ["changed GET /x response 200 fields free -> map"]
    );
    assert_eq!(
        answer_lines(&map, &object(&json!({"a": {"type": "string"}}), &[])),
        ["changed GET /x response 200 fields map -> 1 field"]
    );
}

#[test]
fn bodies_statuses_and_media_types_are_compared() {
    let text = json!({"type": "string"});
    let ours = json!({
        "requestBody": {"required": true, "content": {"application/json": {"schema": text}}},
        "responses": {
            "200": {"content": {"application/json; version=1": {"schema": text}, "text/csv": {"schema": text}}},
            "201": {"description": "no body"}, "202": {}, "404": {}
        }
    });
    let theirs = json!({
        "requestBody": {"content": {"application/xml": {"schema": {"type": "integer"}}}},
        "responses": {
            "200": {"content": {"application/json;version=1": {"schema": text}, "text/html": {"schema": text}}},
            "201": body(&text), "204": {}, "409": {}
        }
    });
    assert_eq!(
        operation_lines(&ours, &theirs),
        [
            "changed GET /x request required required -> optional",
            "changed! GET /x request type string -> integer",
            "removed! GET /x request media type application/json",
            "added GET /x request media type application/xml",
            "removed! GET /x response 200 media type text/csv",
            "added GET /x response 200 media type text/html",
            "added GET /x response 201 body string",
            "removed! GET /x response 202 status",
            "removed GET /x response 404 status",
            "added! GET /x response 204 status",
            "added GET /x response 409 status",
        ]
    );
    let none = json!({});
    let must = json!({"requestBody": {"required": true, "content": {}}});
    assert_eq!(
        operation_lines(&none, &must),
        ["added! GET /x request body"]
    );
    assert_eq!(
        operation_lines(&must, &none),
        ["removed! GET /x request body"]
    );
}
