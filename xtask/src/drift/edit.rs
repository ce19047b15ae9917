//! Changes of single places in a YAML text that leave everything else as it is: order, comments, spelling.

use serde_json::Value;

use super::difference::Edit;
use super::yaml::{entry, flow, scalar};
use crate::codegen::lines::{Inner, Node};

/// The text after the change, or why it cannot be made.
pub(super) fn apply(text: &str, edit: &Edit) -> Result<String, String> {
    let root = Node::parse(text)?;
    let find = |at: &str| root.find(at).ok_or_else(|| format!("nothing is at `{at}`"));
    match edit {
        Edit::Put { at, key, value } => put(text, find(at)?, key, value),
        Edit::Push { at, value } => push(text, find(at)?, value),
        Edit::Drop { at } => {
            let (above, name) = at.rsplit_once('/').ok_or("the document itself")?;
            remove(
                text,
                find(above)?,
                &name.replace("~1", "/").replace("~0", "~"),
            )
        }
    }
}

fn put(text: &str, node: &Node, key: &str, value: &Value) -> Result<String, String> {
    let Inner::Map(entries) = &node.inner else {
        return Err("it is no mapping".to_owned());
    };
    if let Some(index) = entries.iter().position(|(known, ..)| known == key) {
        let (from, to) = range(text, node, index)?;
        let old = text.get(from..to).unwrap_or_default();
        if is_flow(text, node) {
            let tail = old.trim_end_matches([',', ' ', '\n']).len();
            let new = format!(
                "{}: {}{}",
                scalar(key),
                flow(value),
                old.get(tail..).unwrap_or_default()
            );
            return Ok(replaced(text, from, to, &new));
        }
        return Ok(replaced(
            text,
            from,
            to,
            &entry(key, value, column(text, entries[index].1)),
        ));
    }
    let new = if is_flow(text, node) {
        format!("{}: {}", scalar(key), flow(value))
    } else {
        let first = entries.first().ok_or("the mapping is empty")?;
        entry(key, value, column(text, first.1))
    };
    insert(text, node, &new)
}

fn push(text: &str, node: &Node, value: &Value) -> Result<String, String> {
    let Inner::Seq(elements) = &node.inner else {
        return Err("it is no list".to_owned());
    };
    let new = if is_flow(text, node) {
        flow(value)
    } else {
        let first = elements.first().ok_or("the list is empty")?;
        let dash = dash(text, first.start);
        format!(
            "{:indent$}- {}\n",
            "",
            flow(value),
            indent = column(text, dash)
        )
    };
    insert(text, node, &new)
}

fn remove(text: &str, node: &Node, name: &str) -> Result<String, String> {
    let (index, count) = match &node.inner {
        Inner::Map(entries) => (
            entries.iter().position(|(key, ..)| key == name),
            entries.len(),
        ),
        Inner::Seq(elements) => (
            name.parse().ok().filter(|at| *at < elements.len()),
            elements.len(),
        ),
        Inner::Leaf => (None, 0),
    };
    let index = index.ok_or_else(|| format!("there is no `{name}`"))?;
    let (from, to) = range(text, node, index)?;
    if !is_flow(text, node) {
        if count == 1 {
            return Err("nothing would be left of what it is in".to_owned());
        }
        return Ok(replaced(text, from, to, ""));
    }
    // the comma before the last one goes with it
    let before = text
        .get(..from)
        .unwrap_or_default()
        .trim_end_matches([' ', ',', '\n'])
        .len();
    let from = if index > 0 && index + 1 == count {
        before
    } else {
        from
    };
    Ok(replaced(text, from, to, ""))
}

fn replaced(text: &str, from: usize, to: usize, new: &str) -> String {
    let (head, tail) = (text.get(..from), text.get(to..));
    format!(
        "{}{new}{}",
        head.unwrap_or_default(),
        tail.unwrap_or_default()
    )
}

/// Puts `new` behind the last entry.
fn insert(text: &str, node: &Node, new: &str) -> Result<String, String> {
    let end = end(text, node)?;
    if !is_flow(text, node) {
        return Ok(replaced(text, end, end, new));
    }
    let inside = text.get(..end).unwrap_or_default().trim_end().len();
    let comma = if node.starts().is_empty() { "" } else { ", " };
    Ok(replaced(text, inside, inside, &format!("{comma}{new}")))
}

/// Where an entry stands: up to the next one in a flow mapping, whole lines otherwise.
fn range(text: &str, node: &Node, index: usize) -> Result<(usize, usize), String> {
    let mut starts = node.starts();
    if !starts.is_sorted() {
        return Err("it stands behind an alias".to_owned());
    }
    let end = end(text, node)?;
    if !is_flow(text, node) {
        starts = starts.into_iter().map(|at| line_start(text, at)).collect();
    }
    let from = *starts.get(index).ok_or("it is not there")?;
    let to = *starts.get(index + 1).unwrap_or(&end);
    if is_flow(text, node) {
        return Ok((from, to));
    }
    // comments above the next entry are about that one
    Ok((from, from + content(text.get(from..to).unwrap_or_default())))
}

/// How many bytes of some lines come before comments and empty lines at their end.
fn content(lines: &str) -> usize {
    let (mut at, mut end) = (0, 0);
    for line in lines.split_inclusive('\n') {
        at += line.len();
        if !line.trim().is_empty() && !line.trim_start().starts_with('#') {
            end = at;
        }
    }
    end
}

fn is_flow(text: &str, node: &Node) -> bool {
    opening(text, node).is_some()
}

/// Where the bracket of a flow mapping or list is, behind its anchor if it has one.
fn opening(text: &str, node: &Node) -> Option<usize> {
    let mut rest = text.get(node.start..)?;
    if rest.starts_with('&') {
        rest = rest.split_once([' ', '\n'])?.1.trim_start();
    }
    rest.starts_with(['{', '['])
        .then(|| text.len() - rest.len())
}

/// Where the closing bracket is, or the line behind the last one.
fn end(text: &str, node: &Node) -> Result<usize, String> {
    if let Some(open) = opening(text, node) {
        return closing(text, open).ok_or_else(|| "a bracket is not closed".to_owned());
    }
    let first = *node.starts().first().ok_or("it is empty")?;
    let list = matches!(node.inner, Inner::Seq(_));
    let first = if list { dash(text, first) } else { first };
    let indent = column(text, first);
    let start = line_start(text, first);
    let mut end = start;
    for (number, line) in text
        .get(start..)
        .unwrap_or_default()
        .split_inclusive('\n')
        .enumerate()
    {
        let bare = line.trim_start();
        let depth = line.len() - bare.len();
        let dashed = bare.starts_with("- ");
        let over = depth < indent || (depth == indent && list && !dashed);
        if number > 0 && !bare.is_empty() && !bare.starts_with('#') && over {
            break;
        }
        end += line.len();
    }
    Ok(start + content(text.get(start..end).unwrap_or_default()))
}

/// The bracket that closes the one at `open`.
fn closing(text: &str, open: usize) -> Option<usize> {
    let (mut depth, mut quote, mut before, mut escaped) = (0_usize, None, ' ', false);
    for (at, c) in text.get(open..)?.char_indices() {
        if let Some(open) = quote {
            if escaped {
                escaped = false;
            } else if c == '\\' && open == '"' {
                escaped = true;
            } else if c == open {
                quote = None;
            }
            continue;
        }
        match c {
            // a quote inside of a word is a part of it
            '"' | '\'' if "{[,:".contains(before) => quote = Some(c),
            '{' | '[' => depth += 1,
            '}' | ']' => {
                depth -= 1;
                if depth == 0 {
                    return Some(open + at);
                }
            }
            _ => {}
        }
        if !c.is_whitespace() {
            before = c;
        }
    }
    None
}

fn line_start(text: &str, at: usize) -> usize {
    text.get(..at)
        .and_then(|head| head.rfind('\n'))
        .map_or(0, |end| end + 1)
}

fn column(text: &str, at: usize) -> usize {
    at - line_start(text, at)
}

/// The dash before an element of a list.
fn dash(text: &str, element: usize) -> usize {
    let line = line_start(text, element);
    let head = text.get(line..element).unwrap_or_default();
    head.rfind("- ").map_or(element, |at| line + at)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use serde_json::json;

    use super::*;

    const TEXT: &str = "\
# head
map: {a: 1, b: \"x, } y\", c: don't}  # behind
list: [one, two]
block: &anchor
  a: {type: string}
  # about b
  b:
    - x
    - {y: 1}

  # about c
  c: text
same: *anchor
empty: {}
";

    fn put(at: &str, key: &str, value: Value) -> Result<String, String> {
        let (at, key) = (at.to_owned(), key.to_owned());
        apply(TEXT, &Edit::Put { at, key, value })
    }

    fn push(at: &str, value: Value) -> Result<String, String> {
        let at = at.to_owned();
        apply(TEXT, &Edit::Push { at, value })
    }

    fn drop(at: &str) -> Result<String, String> {
        apply(TEXT, &Edit::Drop { at: at.to_owned() })
    }

    /// The text with one part of it changed.
    #[track_caller]
    fn expect(result: Result<String, String>, old: &str, new: &str) {
        assert_eq!(TEXT.matches(old).count(), 1);
        assert_eq!(result.unwrap(), TEXT.replace(old, new));
    }

    #[test]
    fn entries_of_flow_mappings_come_and_go() {
        expect(
            put("#/map", "d", json!([true])),
            "don't}",
            "don't, d: [true]}",
        );
        expect(
            put("#/map", "b", json!({"e": "no"})),
            "b: \"x, } y\",",
            "b: {e: \"no\"},",
        );
        expect(put("#/empty", "d", json!(1)), "{}", "{d: 1}");
        expect(drop("#/map/a"), "a: 1, ", "");
        expect(drop("#/map/c"), ", c: don't", "");
        expect(push("#/list", json!("three")), "two]", "two, three]");
        expect(drop("#/list/1"), ", two", "");
        expect(drop("#/list/0"), "one, ", "");
    }

    #[test]
    fn entries_of_block_mappings_come_and_go_as_lines() {
        expect(
            put("#/block", "d", json!({"type": "a b"})),
            "  c: text\n",
            "  c: text\n  d: {type: \"a b\"}\n",
        );
        expect(
            put("#/block", "a", json!(1)),
            "  a: {type: string}\n",
            "  a: 1\n",
        );
        expect(
            put("#", "last", json!({})),
            "empty: {}\n",
            "empty: {}\nlast: {}\n",
        );
        expect(
            push("#/block/b", json!("z")),
            "    - {y: 1}\n",
            "    - {y: 1}\n    - z\n",
        );
        expect(drop("#/block/b/0"), "    - x\n", "");
        expect(drop("#/block/b"), "  b:\n    - x\n    - {y: 1}\n", "");
        // behind an alias it is where the anchor is
        expect(
            put("#/same", "d", json!(1)),
            "  c: text\n",
            "  c: text\n  d: 1\n",
        );
    }

    #[test]
    fn what_has_no_place_is_refused() {
        assert_eq!(
            put("#/no", "a", json!(1)).unwrap_err(),
            "nothing is at `#/no`"
        );
        assert_eq!(
            put("#/list", "a", json!(1)).unwrap_err(),
            "it is no mapping"
        );
        assert_eq!(push("#/map", json!(1)).unwrap_err(), "it is no list");
        assert_eq!(drop("#/map/z").unwrap_err(), "there is no `z`");
        assert_eq!(drop("#/list/2").unwrap_err(), "there is no `2`");
    }
}
