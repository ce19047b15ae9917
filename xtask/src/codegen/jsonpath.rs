//! The part of JSONPath (RFC 9535) that overlays need: names, indices, every child, and one comparison with a text.
//!
//! `$.paths['/flows/{id}'].*.parameters[?@.name == 'filePath']`, `$.components.schemas.Flow.allOf[0]`.

use serde_json::Value;

/// One step down.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Step {
    Name(String),
    Index(usize),
    All,
    /// Children whose field has this text.
    Where(String, String),
}

/// The pointers of all places in `document` that `path` names, in the order of the document.
pub(crate) fn locate(document: &Value, path: &str) -> Result<Vec<String>, String> {
    let mut found = vec![(String::new(), document)];
    for step in parse(path)? {
        let mut below = Vec::new();
        for (place, value) in found {
            children(value, |name, child| {
                let here = match &step {
                    Step::Name(wanted) => value.is_object() && *wanted == name,
                    Step::Index(wanted) => value.is_array() && wanted.to_string() == name,
                    Step::All => true,
                    Step::Where(field, text) => child[field.as_str()] == *text,
                };
                if here {
                    let name = name.replace('~', "~0").replace('/', "~1");
                    below.push((format!("{place}/{name}"), child));
                }
            });
        }
        found = below;
    }
    Ok(found.into_iter().map(|(place, _)| place).collect())
}

fn children<'a>(value: &'a Value, mut each: impl FnMut(&str, &'a Value)) {
    match value {
        Value::Object(fields) => fields.iter().for_each(|(name, child)| each(name, child)),
        Value::Array(elements) => elements
            .iter()
            .enumerate()
            .for_each(|(at, child)| each(&at.to_string(), child)),
        _ => {}
    }
}

fn parse(path: &str) -> Result<Vec<Step>, String> {
    let mut rest = path.strip_prefix('$').ok_or("a path begins with `$`")?;
    let mut steps = Vec::new();
    while !rest.is_empty() {
        let step;
        if let Some(after) = rest.strip_prefix('.') {
            let end = after.find(['.', '[']).unwrap_or(after.len());
            let (name, behind) = after.split_at(end);
            step = match name {
                "" => return Err(format!("a name is missing before `{behind}`")),
                "*" => Step::All,
                name => Step::Name(name.to_owned()),
            };
            rest = behind;
        } else if let Some(after) = rest.strip_prefix('[') {
            let (inner, behind) = bracket(after)?;
            step = inner;
            rest = behind;
        } else {
            return Err(format!("expected `.` or `[` before `{rest}`"));
        }
        steps.push(step);
    }
    Ok(steps)
}

/// What stands in brackets, of which the first is read already; and what is behind them.
fn bracket(text: &str) -> Result<(Step, &str), String> {
    let close = |rest: &'_ str| -> Result<usize, String> {
        rest.starts_with(']')
            .then_some(1)
            .ok_or_else(|| format!("expected `]` before `{rest}`"))
    };
    if text.starts_with('\'') {
        let (name, rest) = quoted(text)?;
        return Ok((Step::Name(name), &rest[close(rest)?..]));
    }
    if let Some(rest) = text.strip_prefix('*') {
        return Ok((Step::All, &rest[close(rest)?..]));
    }
    if let Some(filter) = text.strip_prefix("?@.") {
        let (field, rest) = filter.split_once("==").ok_or("expected `==` in a filter")?;
        let (wanted, rest) = quoted(rest.trim_start())?;
        let rest = rest.trim_start();
        return Ok((
            Step::Where(field.trim().to_owned(), wanted),
            &rest[close(rest)?..],
        ));
    }
    let (index, rest) = text.split_once(']').ok_or("a bracket is not closed")?;
    let index = index
        .parse()
        .map_err(|_| format!("`{index}` is neither a name nor an index"))?;
    Ok((Step::Index(index), rest))
}

/// A text in single quotes, and what is behind it.
fn quoted(text: &str) -> Result<(String, &str), String> {
    let inner = text
        .strip_prefix('\'')
        .ok_or("expected a text in single quotes")?;
    let mut found = String::new();
    let mut characters = inner.char_indices();
    while let Some((at, c)) = characters.next() {
        match c {
            '\'' => return Ok((found, &inner[at + 1..])),
            '\\' => found.extend(characters.next().map(|(_, c)| c)),
            c => found.push(c),
        }
    }
    Err("a text is not closed".to_owned())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    #[test]
    fn every_kind_of_step_finds_its_places() {
        let document = json!({"paths": {
            "/a/{id}": {"get": {"parameters": [{"name": "id"}, {"name": "limit"}]}, "put": {"parameters": [{"name": "id"}]}},
            "it's~": [1, [2]]
        }});
        let found = |path: &str| locate(&document, path).unwrap();
        assert_eq!(
            found("$.paths['/a/{id}'].*.parameters[?@.name == 'id']"),
            [
                "/paths/~1a~1{id}/get/parameters/0",
                "/paths/~1a~1{id}/put/parameters/0"
            ]
        );
        assert_eq!(found("$.paths['it\\'s~'][1][0]"), ["/paths/it's~0/1/0"]);
        assert_eq!(found("$.paths[*]").len(), 2);
        assert_eq!(found("$"), [""]);
        assert!(found("$.paths.nothing.at.all").is_empty());
    }

    #[test]
    fn what_is_no_path_is_said() {
        let of = |path: &str| locate(&Value::Null, path).unwrap_err();
        assert_eq!(of("paths"), "a path begins with `$`");
        assert_eq!(of("$..a"), "a name is missing before `.a`");
        assert_eq!(of("$['a"), "a text is not closed");
        assert_eq!(of("$[a]"), "`a` is neither a name nor an index");
        assert_eq!(of("$[?@.a > 1]"), "expected `==` in a filter");
    }

    proptest! {
        #[test]
        fn no_path_makes_it_panic(path in "[$]?[.\\[\\]'*?@=\\\\a\u{e9}0 ]{0,12}") {
            let _ = locate(&json!({"a": [{"a": "a"}, 0]}), &path);
        }
    }
}
