//! Messages from a JSON array.

use aep_core::{Error, ErrorKind, Result};
use bytes::Bytes;
use futures::Stream;
use futures::stream::try_unfold;
use tokio::io::{AsyncBufRead, AsyncBufReadExt};

/// A longer element is no message: none over 1 MB can be sent.
const LONGEST: usize = 16 << 20;

/// The elements of the JSON array in `reader`, one message each, read as they are asked for. Only what divides the elements
/// is looked at here; whether each is a message shows when it is sent.
///
/// # Errors
/// [`ErrorKind::Io`] if reading fails, [`ErrorKind::Usage`] if it is not one array, or at an element of more than 16 MiB.
pub fn elements<R>(reader: R) -> impl Stream<Item = Result<Bytes>> + Send
where
    R: AsyncBufRead + Unpin + Send,
{
    try_unfold(
        (reader, Cut::default()),
        |(mut reader, mut cut)| async move {
            loop {
                let piece = reader.fill_buf().await;
                let piece = piece.map_err(|error| {
                    Error::new(ErrorKind::Io, "read the messages").because(error)
                })?;
                if piece.is_empty() {
                    return match cut.at {
                        At::After => Ok(None),
                        _ => Err(cut.wrong("the array does not end")),
                    };
                }
                let (used, element) = cut.take(piece)?;
                reader.consume(used);
                if let Some(element) = element {
                    return Ok(Some((element, (reader, cut))));
                }
            }
        },
    )
}

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum At {
    /// Before the array.
    #[default]
    Before,
    /// Where an element, or the end of an empty array, is expected.
    First,
    /// Where an element is expected.
    Next,
    /// In an element.
    Inside,
    /// After the array.
    After,
}

#[derive(Default)]
struct Cut {
    at: At,
    element: Vec<u8>,
    depth: usize,
    in_text: bool,
    escaped: bool,
    number: u64,
}

impl Cut {
    /// Takes bytes until an element is complete; answers how many, and the element.
    fn take(&mut self, piece: &[u8]) -> Result<(usize, Option<Bytes>)> {
        for (index, &byte) in piece.iter().enumerate() {
            match self.at {
                At::Before if byte == b'[' => self.at = At::First,
                // a byte order mark
                At::Before if matches!(byte, 0xef | 0xbb | 0xbf) => {}
                At::First if byte == b']' => self.at = At::After,
                At::Before | At::After if !byte.is_ascii_whitespace() => {
                    return Err(self.wrong("there is something outside of the array"));
                }
                At::Before | At::After => {}
                At::First | At::Next if byte.is_ascii_whitespace() => {}
                At::First | At::Next if matches!(byte, b',' | b']') => {
                    return Err(self.wrong("an element is missing"));
                }
                At::First | At::Next => {
                    self.at = At::Inside;
                    self.number += 1;
                    self.inside(byte);
                }
                At::Inside if !self.in_text && self.depth == 0 && matches!(byte, b',' | b']') => {
                    self.at = if byte == b',' { At::Next } else { At::After };
                    let element = std::mem::take(&mut self.element);
                    return Ok((
                        index + 1,
                        Some(Bytes::copy_from_slice(element.trim_ascii())),
                    ));
                }
                At::Inside => self.inside(byte),
            }
            if self.element.len() > LONGEST {
                return Err(self.wrong("it is longer than 16 MiB"));
            }
        }
        Ok((piece.len(), None))
    }

    fn inside(&mut self, byte: u8) {
        self.element.push(byte);
        if self.in_text {
            match byte {
                _ if self.escaped => self.escaped = false,
                b'\\' => self.escaped = true,
                b'"' => self.in_text = false,
                _ => {}
            }
            return;
        }
        match byte {
            b'"' => self.in_text = true,
            b'{' | b'[' => self.depth += 1,
            b'}' | b']' => self.depth = self.depth.saturating_sub(1),
            _ => {}
        }
    }

    fn wrong(&self, why: &'static str) -> Error {
        Error::new(ErrorKind::Usage, "read the messages")
            .with("element", self.number)
            .because(why)
            .hint("give one JSON array of objects, or one object per line")
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use futures::TryStreamExt;
    use proptest::prelude::*;
    use serde_json::Value;
    use tokio::io::BufReader;

    use super::*;

    async fn cut(text: &[u8], buffer: usize) -> Result<Vec<Bytes>> {
        let reader = BufReader::with_capacity(buffer, text);
        elements(reader).try_collect().await
    }

    #[tokio::test]
    async fn every_element_is_a_message() {
        let text = br#" [ {"a":[1,{"b":"],}\""}]} ,
            {"c":"\\"},3]
        "#;
        for buffer in [1, 2, 7, 1000] {
            let all = cut(text, buffer).await.unwrap();
            assert_eq!(all, [r#"{"a":[1,{"b":"],}\""}]}"#, r#"{"c":"\\"}"#, "3"]);
        }
        assert!(cut(b"[]", 9).await.unwrap().is_empty());
        assert!(cut(b"\xef\xbb\xbf[ ]", 9).await.unwrap().is_empty());
    }

    #[tokio::test]
    async fn what_is_no_array_is_refused() {
        for text in ["", "{}", "[{}", "[{},]", "[,{}]", "[{}] x", "[{}"] {
            let error = cut(text.as_bytes(), 9).await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Usage, "{text}");
        }
    }

    proptest! {
        #[test]
        fn arrays_are_cut_as_a_parser_reads_them(
            texts in proptest::collection::vec("[\\[\\]{},:\"\\\\a é]{0,12}", 0..6), pretty in any::<bool>(), buffer in 1_usize..9
        ) {
            let values: Vec<Value> = texts
                .iter()
                .map(|text| serde_json::json!({"k": text, text.as_str(): [text, {"x": []}]}))
                .collect();
            let text = if pretty {
                serde_json::to_vec_pretty(&values).unwrap()
            } else {
                serde_json::to_vec(&values).unwrap()
            };
            let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
            let all = runtime.block_on(cut(&text, buffer)).unwrap();
            let read: Vec<Value> = all.iter().map(|one| serde_json::from_slice(one).unwrap()).collect();
            prop_assert_eq!(read, values);
        }
    }
}
