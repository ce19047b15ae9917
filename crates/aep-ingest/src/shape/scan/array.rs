//! Elements of a JSON array.

use memchr::memchr2;

use super::{MARK, Odd, Rows};

/// Tells the elements of the outermost array apart.
#[derive(Debug, Default)]
pub(in crate::shape) struct Elements {
    next: Next,
    start: u64,
    /// Brackets open in the element.
    open: u64,
    string: bool,
    escape: bool,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Next {
    #[default]
    Document,
    /// An element, or the end.
    First,
    /// An element: a comma went before.
    Element,
    /// The rest of an element with brackets or quotes around it.
    Rest,
    /// The rest of a number or a word.
    Bare,
    /// A comma or the end.
    Comma,
    /// Nothing: all is read.
    Nothing,
}

impl Elements {
    /// Goes over the inside of an element; how many bytes that were.
    fn inside(&mut self, bytes: &[u8]) -> usize {
        let mut index = 0;
        while let Some(rest) = bytes.get(index..).filter(|rest| !rest.is_empty()) {
            if self.escape {
                self.escape = false;
                index += 1;
                continue;
            }
            if self.string {
                let Some(found) = memchr2(b'"', b'\\', rest) else {
                    return bytes.len();
                };
                index += found + 1;
                if rest.get(found) == Some(&b'\\') {
                    self.escape = true;
                } else {
                    self.string = false;
                    if self.open == 0 {
                        self.next = Next::Comma;
                        return index;
                    }
                }
                continue;
            }
            for byte in rest {
                index += 1;
                match byte {
                    b'"' => {
                        self.string = true;
                        break;
                    }
                    b'{' | b'[' => self.open += 1,
                    b'}' | b']' => {
                        self.open -= 1;
                        if self.open == 0 {
                            self.next = Next::Comma;
                            return index;
                        }
                    }
                    _ => {}
                }
            }
        }
        index
    }
}

impl Rows for Elements {
    fn more(&mut self, bytes: &[u8], at: u64, row: &mut impl FnMut(u64, u64)) -> Result<(), Odd> {
        let mut index = 0;
        if at == 0 && bytes.starts_with(MARK) {
            index = MARK.len();
        }
        while let Some(byte) = bytes.get(index).copied() {
            let here = at + index as u64;
            let blank = matches!(byte, b' ' | b'\t' | b'\n' | b'\r');
            match (self.next, byte) {
                (Next::Rest, _) => {
                    index += self.inside(bytes.get(index..).unwrap_or_default());
                    if self.next == Next::Comma {
                        row(self.start, at + index as u64);
                    }
                    continue;
                }
                (Next::Bare, byte) if blank || matches!(byte, b',' | b']') => {
                    row(self.start, here);
                    self.next = Next::Comma;
                    continue;
                }
                (Next::Bare, _) => {}
                _ if blank => {}
                (Next::Document, b'[') => self.next = Next::First,
                (Next::Document, _) => {
                    return Err("it is one object, not an array of rows".to_owned());
                }
                (Next::First | Next::Comma, b']') => self.next = Next::Nothing,
                (Next::Comma, b',') => self.next = Next::Element,
                (Next::First | Next::Element, b'{' | b'[' | b'"') => {
                    self.start = here;
                    self.next = Next::Rest;
                    continue;
                }
                (Next::First | Next::Element, byte)
                    if !matches!(byte, b',' | b']' | b'}' | b':') =>
                {
                    self.start = here;
                    self.next = Next::Bare;
                }
                _ => {
                    return Err(format!(
                        "it is no JSON: `{}` at byte {here}",
                        char::from(byte)
                    ));
                }
            }
            index += 1;
        }
        Ok(())
    }

    fn end(&mut self, _: u64, _: &mut impl FnMut(u64, u64)) -> Result<(), Odd> {
        if self.next == Next::Nothing {
            Ok(())
        } else {
            Err("its array has no end".to_owned())
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use proptest::prelude::*;
    use serde_json::Value;

    use super::super::tests::rows_of;
    use super::*;

    #[test]
    fn elements_are_found() {
        let text = "\u{feff}\n[ {\"a\": [1, \"]\\\"}\"]} ,\n{}, 7,\"x,]\" , [[]],null ]\n ";
        for step in 3..text.len() {
            assert_eq!(
                rows_of(Elements::default(), text.as_bytes(), step).unwrap(),
                [
                    "{\"a\": [1, \"]\\\"}\"]}",
                    "{}",
                    "7",
                    "\"x,]\"",
                    "[[]]",
                    "null"
                ]
            );
        }
        assert!(rows_of(Elements::default(), b"[]", 1).unwrap().is_empty());
    }

    #[test]
    fn what_is_no_array_is_said() {
        for text in [
            "",
            "{}",
            "7",
            "[{}",
            "[{},",
            "[{},]",
            "[,{}]",
            "[{} {}]",
            "[{}]\n[]",
            "[{\"a\":[}",
            "[{\"a",
            "[}",
        ] {
            assert!(
                rows_of(Elements::default(), text.as_bytes(), 3).is_err(),
                "{text}"
            );
        }
    }

    proptest! {
        #[test]
        fn written_elements_are_found(texts in proptest::collection::vec("[a\\\\\"{}\\[\\],:é]{0,8}", 0..20), pretty in any::<bool>(), step in 1_usize..9) {
            let rows: Vec<Value> = texts.into_iter().enumerate().map(|(number, text)| match number % 4 {
                0 => serde_json::json!({ "t": text, "n": [number, { "x": null }] }),
                1 => Value::String(text),
                2 => Value::from(number),
                _ => serde_json::json!([text, []]),
            }).collect();
            let text = if pretty { serde_json::to_string_pretty(&rows) } else { serde_json::to_string(&rows) }.unwrap();
            let found: Vec<Value> = rows_of(Elements::default(), text.as_bytes(), step).unwrap()
                .iter().map(|row| serde_json::from_str(row).unwrap()).collect();
            prop_assert_eq!(found, rows);
        }
    }
}
