//! Words of the expression language. The emulator knows them by name; it does not carry them out.

use serde_json::{Value, json};

use crate::gateway::Caller;
use crate::problem::{Problem, catalog};
use crate::routes::Json;

/// Category, name, syntax, what it is.
const FUNCTIONS: [(&str, &str, &str, &str); 12] = [
    (
        "String",
        "concat",
        "String concat(String...)",
        "Joins texts.",
    ),
    (
        "String",
        "lower",
        "String lower(String)",
        "Text in lower case.",
    ),
    (
        "String",
        "upper",
        "String upper(String)",
        "Text in upper case.",
    ),
    (
        "String",
        "trim",
        "String trim(String)",
        "Text without white space around it.",
    ),
    (
        "String",
        "split",
        "String[] split(String, String)",
        "Parts of a text between separators.",
    ),
    (
        "Logical operators",
        "iif",
        "T iif(Boolean, T, T)",
        "The second argument if the first is true, else the third.",
    ),
    (
        "Objects",
        "coalesce",
        "T coalesce(T...)",
        "The first argument that is not null.",
    ),
    (
        "Type conversions",
        "to_integer",
        "Integer to_integer(String)",
        "Text as an integer.",
    ),
    (
        "Type conversions",
        "to_boolean",
        "Boolean to_boolean(String)",
        "Text as a boolean.",
    ),
    (
        "Date / Time",
        "date",
        "ZonedDateTime date(String, String, ZonedDateTime)",
        "Text as a date.",
    ),
    (
        "Date / Time",
        "now",
        "ZonedDateTime now()",
        "The time of the mapping.",
    ),
    (
        "Hierarchies - Arrays",
        "first",
        "T first(T...)",
        "The first element of an array.",
    ),
];

/// Symbol, method, operands, what it is.
const OPERATORS: [(&str, &str, u8, &str); 10] = [
    ("+", "add", 2, "Sum."),
    ("-", "subtract", 2, "Difference."),
    ("*", "multiply", 2, "Product."),
    ("/", "divide", 2, "Quotient."),
    ("%", "mod", 2, "Remainder."),
    ("==", "equals", 2, "Whether both are equal."),
    (">", "greaterThan", 2, "Whether the first is greater."),
    ("&&", "and", 2, "Whether both are true."),
    ("||", "or", 2, "Whether one is true."),
    ("!", "not", 1, "Whether it is false."),
];

/// `GET /languages/el/functions`.
pub(super) async fn functions(_caller: Caller) -> Json {
    let all: Vec<Value> = FUNCTIONS
        .iter()
        .map(|(category, name, syntax, description)| {
            json!({
                "category": category,
                "function": name,
                "description": description,
                "syntax": syntax,
                "params": [],
                "since": 1,
            })
        })
        .collect();
    Json(json!(all))
}

/// `GET /languages/el/operators`.
pub(super) async fn operators(_caller: Caller) -> Json {
    let all: Vec<Value> = OPERATORS
        .iter()
        .map(|(symbol, method, operands, description)| {
            json!({
                "operatorSymbol": symbol,
                "methodName": method,
                "numberOfOperands": operands,
                "description": description,
            })
        })
        .collect();
    Json(json!(all))
}

/// `POST /languages/el/validate`: whether quotes and brackets of the expression close (emulator choice: the language
/// itself is not emulated). The example of Adobe's document wraps the expression twice.
pub(super) async fn validate(_caller: Caller, Json(body): Json) -> Result<Json, Problem> {
    let expression = body["expression"]
        .as_str()
        .or_else(|| body["expression"]["expression"].as_str())
        .ok_or_else(|| catalog::bad_request("expression is missing"))?;
    Ok(Json(json!(closes(expression))))
}

fn closes(expression: &str) -> bool {
    let mut open = Vec::new();
    let mut quote = None;
    let mut chars = expression.chars();
    while let Some(next) = chars.next() {
        match (quote, next) {
            (Some(_), '\\') => {
                chars.next();
            }
            (Some(mark), next) if next == mark => quote = None,
            (None, '"' | '\'') => quote = Some(next),
            (None, '(') => open.push(')'),
            (None, '[') => open.push(']'),
            (None, '{') => open.push('}'),
            (None, ')' | ']' | '}') if open.pop() != Some(next) => return false,
            _ => {}
        }
    }
    !expression.trim().is_empty() && open.is_empty() && quote.is_none()
}

#[cfg(test)]
mod tests {
    use super::closes;

    #[test]
    fn expressions_close() {
        for good in ["a", "concat(\"Hi (\", a[0], ${b c})", "'\\''"] {
            assert!(closes(good), "{good}");
        }
        for bad in ["", " ", "f(", "f)", "(]", "\"a", "'\\'"] {
            assert!(!closes(bad), "{bad}");
        }
    }
}
