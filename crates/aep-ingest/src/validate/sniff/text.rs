//! Telling JSON, JSON Lines and CSV apart.

use std::io::{self, BufRead, BufReader, Read};

use super::Format;

/// The format of text that begins with `head`; `file` is all of it.
///
/// # Errors
///
/// The inner one says what the text is instead.
pub(super) fn tell(head: &[u8], file: impl Read, more: bool) -> io::Result<Result<Format, String>> {
    if let Err(what) = is_text(head, more) {
        return Ok(Err(what));
    }
    let body = head.strip_prefix(&[0xEF, 0xBB, 0xBF]).unwrap_or(head);
    let Some(first) = body.iter().find(|byte| !byte.is_ascii_whitespace()) else {
        return Ok(Err("it has nothing but blanks".to_owned()));
    };
    Ok(match first {
        b'[' => Ok(Format::Json),
        b'{' => Ok(if ends_on_its_line(file)? {
            Format::NdJson
        } else {
            Format::Json
        }),
        _ if json_scalar(body) => {
            Err("it is a JSON value, but neither an object nor an array".to_owned())
        }
        _ => Ok(Format::Csv),
    })
}

fn is_text(head: &[u8], more: bool) -> Result<(), String> {
    if let Some(at) = memchr::memchr(0, head) {
        let line = head.iter().take(at).filter(|byte| **byte == b'\n').count() + 1;
        return Err(format!("it is binary: there is a zero byte in line {line}"));
    }
    match std::str::from_utf8(head) {
        // A character may be cut at the end of the head.
        Err(error) if error.error_len().is_some() || !more => {
            let good = head.get(..error.valid_up_to()).unwrap_or_default();
            let good = std::str::from_utf8(good).unwrap_or_default();
            let line = good.matches('\n').count() + 1;
            let column = good.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
            Err(format!("it is not UTF-8: see line {line}, column {column}"))
        }
        _ => Ok(()),
    }
}

/// Whether the object that the text begins with is complete at the end of its line. Reads no
/// further than that, and keeps nothing.
fn ends_on_its_line(file: impl Read) -> io::Result<bool> {
    let mut reader = BufReader::with_capacity(super::HEAD, file);
    let (mut depth, mut string, mut escape) = (0_u64, false, false);
    loop {
        let buffer = reader.fill_buf()?;
        if buffer.is_empty() {
            // The end of the file ends the line too; unclosed, either reader will say so.
            return Ok(true);
        }
        for byte in buffer {
            match byte {
                // Before the object nothing is open yet.
                b'\n' if depth > 0 => return Ok(false),
                _ if escape => escape = false,
                b'\\' if string => escape = true,
                b'"' => string = !string,
                b'{' | b'[' if !string => depth += 1,
                b'}' | b']' if !string => {
                    depth = depth.saturating_sub(1);
                    if depth == 0 {
                        return Ok(true);
                    }
                }
                _ => {}
            }
        }
        let count = buffer.len();
        reader.consume(count);
    }
}

/// Whether the text is one number, string or word of JSON and no line more: no CSV begins so and
/// ends so.
fn json_scalar(body: &[u8]) -> bool {
    let text = body.trim_ascii();
    !text.contains(&b'\n')
        && text.len() < 1000
        && std::str::from_utf8(text).is_ok_and(|text| {
            // A lone name in quotes could be a CSV header without rows.
            !text.starts_with('"') && serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok()
        })
}
