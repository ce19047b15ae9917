//! What a table shows of an API object: columns as paths into it.

use std::borrow::Cow;

use serde_json::Value;

/// The columns of a noun, and where its id is.
#[derive(Debug, Clone, Copy)]
pub(crate) struct View {
    /// What a row is, in the plural: `batches`.
    pub(crate) noun: &'static str,
    /// Path of the id, for `-o id`.
    pub(crate) id: &'static str,
    /// Columns of `-o table` and `-o csv` when `--columns` is not given; none means: those of the rows.
    pub(crate) columns: &'static [Column],
}

/// One column.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Column {
    /// Header, and name for `--columns`.
    pub(crate) name: &'static str,
    /// Dotted path into the object.
    pub(crate) path: &'static str,
    /// How the value is shown to people.
    pub(crate) kind: Kind,
}

/// How a value is shown in a table; machine formats show it as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// As it is.
    Text,
    /// Epoch milliseconds.
    Time,
    /// A number of bytes.
    Bytes,
}

/// A text column.
pub(crate) const fn text(name: &'static str, path: &'static str) -> Column {
    Column {
        name,
        path,
        kind: Kind::Text,
    }
}

/// A column of epoch milliseconds.
pub(crate) const fn time(name: &'static str, path: &'static str) -> Column {
    Column {
        name,
        path,
        kind: Kind::Time,
    }
}

/// A column of bytes.
pub(crate) const fn bytes(name: &'static str, path: &'static str) -> Column {
    Column {
        name,
        path,
        kind: Kind::Bytes,
    }
}

/// Rows without a fixed shape: file contents, raw API answers.
pub(crate) const ROWS: View = View {
    noun: "rows",
    id: "id",
    columns: &[],
};

/// The value at a dotted path; a key that itself has dots wins over the path.
pub(crate) fn lookup<'v>(value: &'v Value, path: &str) -> Option<&'v Value> {
    if let Some(direct) = value.get(path) {
        return Some(direct);
    }
    let mut at = value;
    for step in path.split('.') {
        at = match at {
            Value::Object(map) => map.get(step)?,
            Value::Array(items) => items.get(step.parse::<usize>().ok()?)?,
            _ => return None,
        };
    }
    Some(at)
}

/// A chosen column: its header, its path, how it is shown.
#[derive(Debug, Clone)]
pub(crate) struct Chosen {
    pub(crate) name: Cow<'static, str>,
    pub(crate) path: Cow<'static, str>,
    pub(crate) kind: Kind,
}

/// The columns to show: those asked for, else the view's own, else the leaves of the rows.
pub(crate) fn choose(view: &View, asked: &[String], rows: &[Value]) -> Vec<Chosen> {
    if !asked.is_empty() {
        return asked
            .iter()
            .map(
                |name| match view.columns.iter().find(|column| column.name == name) {
                    Some(column) => fixed(column),
                    None => Chosen {
                        name: name.clone().into(),
                        path: name.clone().into(),
                        kind: Kind::Text,
                    },
                },
            )
            .collect();
    }
    if !view.columns.is_empty() {
        return view.columns.iter().map(fixed).collect();
    }
    let mut names = Vec::new();
    for row in rows {
        leaves(row, &mut String::new(), &mut names);
    }
    names
        .into_iter()
        .map(|name| Chosen {
            name: name.clone().into(),
            path: name.into(),
            kind: Kind::Text,
        })
        .collect()
}

fn fixed(column: &Column) -> Chosen {
    Chosen {
        name: column.name.into(),
        path: column.path.into(),
        kind: column.kind,
    }
}

fn leaves(value: &Value, prefix: &mut String, names: &mut Vec<String>) {
    match value {
        Value::Object(map) if !map.is_empty() => {
            for (key, inner) in map {
                let length = prefix.len();
                if length > 0 {
                    prefix.push('.');
                }
                prefix.push_str(key);
                leaves(inner, prefix, names);
                prefix.truncate(length);
            }
        }
        _ => {
            let name = if prefix.is_empty() {
                "value"
            } else {
                prefix.as_str()
            };
            if !names.iter().any(|known| known == name) {
                names.push(name.to_owned());
            }
        }
    }
}

/// The value of a column in a row.
pub(crate) fn pick<'v>(row: &'v Value, column: &Chosen) -> Option<&'v Value> {
    if !row.is_object() && !row.is_array() {
        return (column.name == "value").then_some(row);
    }
    lookup(row, &column.path)
}

/// A cell as plain text: strings bare, nothing for null, the rest as JSON.
pub(crate) fn plain(value: Option<&Value>) -> String {
    match value {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
    }
}

/// A cell for people: times and sizes readable, control characters shown and not obeyed.
pub(crate) fn readable(value: Option<&Value>, kind: Kind, local_time: bool) -> String {
    let number = value.and_then(|value| match value {
        Value::Number(number) => number.as_i64(),
        Value::String(text) => text.parse().ok(),
        _ => None,
    });
    let text = match (kind, number) {
        (Kind::Time, Some(0)) => String::new(),
        (Kind::Time, Some(ms)) => timestamp(ms, local_time),
        (Kind::Bytes, Some(size)) => human_bytes(u64::try_from(size).unwrap_or_default()),
        _ => plain(value),
    };
    visible(&text)
}

/// Text from a server with its control characters made harmless.
pub(crate) fn visible(text: &str) -> String {
    if !text.chars().any(char::is_control) {
        return text.to_owned();
    }
    text.chars()
        .map(|c| match c {
            '\n' => "\\n".to_owned(),
            '\t' => "\\t".to_owned(),
            c if c.is_control() => c.escape_default().to_string(),
            c => c.to_string(),
        })
        .collect()
}

/// Epoch milliseconds as RFC 3339, to the second: UTC, or with the local offset on a terminal.
pub(crate) fn timestamp(ms: i64, local: bool) -> String {
    let Ok(stamp) = jiff::Timestamp::from_millisecond(ms) else {
        return ms.to_string();
    };
    if local {
        return stamp
            .to_zoned(jiff::tz::TimeZone::system())
            .strftime("%Y-%m-%d %H:%M:%S")
            .to_string();
    }
    stamp.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// Bytes in decimal units, as the platform's limits count them.
#[expect(clippy::cast_precision_loss, reason = "one decimal is shown")]
pub(crate) fn human_bytes(size: u64) -> String {
    const UNITS: [&str; 5] = ["kB", "MB", "GB", "TB", "PB"];
    if size < 1000 {
        return format!("{size} B");
    }
    let mut scaled = size as f64 / 1000.0;
    let mut unit = UNITS[0];
    for next in &UNITS[1..] {
        if scaled < 999.95 {
            break;
        }
        scaled /= 1000.0;
        unit = next;
    }
    format!("{scaled:.1} {unit}")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_path_walks_objects_and_arrays() {
        let batch = json!({"relatedObjects": [{"id": "d1"}], "a.b": 1, "a": {"b": 2, "c": 3}});
        assert_eq!(lookup(&batch, "relatedObjects.0.id"), Some(&json!("d1")));
        assert_eq!(lookup(&batch, "a.b"), Some(&json!(1)));
        assert_eq!(lookup(&batch, "a.c"), Some(&json!(3)));
        assert_eq!(lookup(&batch, "a.c.d"), None);
    }

    #[test]
    fn columns_of_free_rows_are_their_leaves_in_order() {
        let rows = [
            json!({"_id": "1", "person": {"name": "Ada"}}),
            json!({"_id": "2", "tags": []}),
        ];
        let names: Vec<_> = choose(&ROWS, &[], &rows)
            .into_iter()
            .map(|column| column.name)
            .collect();
        assert_eq!(names, ["_id", "person.name", "tags"]);
    }

    #[test]
    fn control_characters_are_shown_not_obeyed() {
        assert_eq!(
            readable(Some(&json!("a\u{1b}[31mb\nc")), Kind::Text, false),
            "a\\u{1b}[31mb\\nc"
        );
    }

    #[test]
    fn sizes_and_times_are_readable() {
        assert_eq!(human_bytes(999), "999 B");
        assert_eq!(human_bytes(256_000_000), "256.0 MB");
        assert_eq!(human_bytes(999_999_999), "1.0 GB");
        assert_eq!(timestamp(1_767_225_600_000, false), "2026-01-01T00:00:00Z");
        assert_eq!(
            readable(Some(&json!("249058")), Kind::Bytes, false),
            "249.1 kB"
        );
    }
}
