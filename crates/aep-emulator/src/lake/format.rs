//! A batch's `inputFormat`.

use serde_json::Value;

/// How the files of a batch are to be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum InputFormat {
    /// Apache Parquet.
    Parquet,
    /// JSON Lines, or one JSON array when `multi_line`.
    Json {
        /// `isMultiLineJson`.
        multi_line: bool,
    },
    /// CSV with a header.
    Csv(CsvOptions),
}

/// CSV dialect; each default is the published one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct CsvOptions {
    pub(crate) delimiter: u8,
    pub(crate) quote: u8,
    pub(crate) escape: u8,
    /// Text that stands for no value.
    pub(crate) null_marker: String,
    pub(crate) charset: Charset,
}

/// Character sets that the platform takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Charset {
    UsAscii,
    Utf8,
    Latin1,
}

impl Default for CsvOptions {
    fn default() -> Self {
        Self {
            delimiter: b',',
            quote: b'"',
            escape: b'\\',
            null_marker: String::new(),
            charset: Charset::Utf8,
        }
    }
}

impl InputFormat {
    /// Reads `inputFormat`; the message of an error is for a 400. Without it the format is Parquet, the context in which
    /// the published examples leave it out (emulator choice).
    pub(crate) fn read(value: &Value) -> Result<Self, String> {
        let fields = match value {
            Value::Null => return Ok(Self::Parquet),
            Value::Object(fields) => fields,
            _ => return Err("inputFormat must be an object".to_owned()),
        };
        let format = fields
            .get("format")
            .and_then(Value::as_str)
            .ok_or("inputFormat.format is missing")?;
        match format.to_ascii_lowercase().as_str() {
            "parquet" => Ok(Self::Parquet),
            "json" => Ok(Self::Json {
                multi_line: flag(fields.get("isMultiLineJson"), "isMultiLineJson")?
                    .unwrap_or(false),
            }),
            "csv" => {
                if flag(fields.get("header"), "header")? == Some(false) {
                    return Err(
                        "inputFormat.header must be true: files without a header are not supported"
                            .to_owned(),
                    );
                }
                let text = |key: &str| field(value, key);
                CsvOptions::read(
                    text("delimiter")?,
                    text("quote")?,
                    text("escape")?,
                    text("nullMarker")?,
                    text("charset")?,
                )
                .map(Self::Csv)
            }
            _ => Err(format!(
                "inputFormat.format {format:?} is not one of json, parquet, csv"
            )),
        }
    }

    /// The name as Catalog has it.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Parquet => "parquet",
            Self::Json { .. } => "json",
            Self::Csv(_) => "csv",
        }
    }
}

fn field<'a>(value: &'a Value, key: &str) -> Result<Option<&'a str>, String> {
    match &value[key] {
        Value::Null => Ok(None),
        Value::String(text) => Ok(Some(text)),
        _ => Err(format!("inputFormat.{key} must be a string")),
    }
}

/// Booleans also come as the strings `"true"` and `"false"`.
fn flag(value: Option<&Value>, key: &str) -> Result<Option<bool>, String> {
    match value {
        None | Some(Value::Null) => Ok(None),
        Some(Value::Bool(flag)) => Ok(Some(*flag)),
        Some(Value::String(text)) if text.eq_ignore_ascii_case("true") => Ok(Some(true)),
        Some(Value::String(text)) if text.eq_ignore_ascii_case("false") => Ok(Some(false)),
        Some(_) => Err(format!("inputFormat.{key} must be a boolean")),
    }
}

impl CsvOptions {
    /// Reads the options by name, absent ones at their defaults.
    pub(crate) fn read(
        delimiter: Option<&str>,
        quote: Option<&str>,
        escape: Option<&str>,
        null_marker: Option<&str>,
        charset: Option<&str>,
    ) -> Result<Self, String> {
        let default = Self::default();
        let read = Self {
            delimiter: one_byte("delimiter", delimiter)?.unwrap_or(default.delimiter),
            quote: one_byte("quote", quote)?.unwrap_or(default.quote),
            escape: one_byte("escape", escape)?.unwrap_or(default.escape),
            null_marker: null_marker.unwrap_or_default().to_owned(),
            charset: charset.map_or(Ok(default.charset), Charset::read)?,
        };
        if read.delimiter == read.quote || read.delimiter == read.escape {
            return Err("the delimiter must differ from quote and escape".to_owned());
        }
        Ok(read)
    }
}

fn one_byte(name: &str, text: Option<&str>) -> Result<Option<u8>, String> {
    match text.map(str::as_bytes) {
        None => Ok(None),
        Some(b"\\t") => Ok(Some(b'\t')),
        Some([byte]) if byte.is_ascii() && !matches!(byte, b'\n' | b'\r' | 0) => Ok(Some(*byte)),
        Some(_) => Err(format!("{name} must be one ASCII character")),
    }
}

impl Charset {
    fn read(name: &str) -> Result<Self, String> {
        match name.to_ascii_uppercase().as_str() {
            "US-ASCII" => Ok(Self::UsAscii),
            "UTF-8" => Ok(Self::Utf8),
            "ISO-8859-1" | "ISO-8869-1" => Ok(Self::Latin1),
            _ => Err(format!(
                "charset {name:?} is not one of US-ASCII, UTF-8, ISO-8859-1"
            )),
        }
    }

    /// The name as it is written.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::UsAscii => "US-ASCII",
            Self::Utf8 => "UTF-8",
            Self::Latin1 => "ISO-8859-1",
        }
    }

    /// Bytes to text, or `None` when they are not of this set.
    pub(crate) fn decode(self, bytes: &[u8]) -> Option<String> {
        match self {
            Self::UsAscii => bytes
                .is_ascii()
                .then(|| bytes.iter().copied().map(char::from).collect()),
            Self::Utf8 => std::str::from_utf8(bytes).ok().map(str::to_owned),
            Self::Latin1 => Some(bytes.iter().copied().map(char::from).collect()),
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use serde_json::json;

    use super::*;

    #[test]
    fn formats_are_read_in_any_case() {
        let read = |value| InputFormat::read(&value);
        assert_eq!(read(json!(null)), Ok(InputFormat::Parquet));
        assert_eq!(read(json!({"format": "Parquet"})), Ok(InputFormat::Parquet));
        assert_eq!(
            read(json!({"format": "JSON"})),
            Ok(InputFormat::Json { multi_line: false })
        );
        assert_eq!(
            read(json!({"format": "json", "isMultiLineJson": "True"})),
            Ok(InputFormat::Json { multi_line: true })
        );
        assert_eq!(
            read(json!({"format": "csv", "header": "true"})),
            Ok(InputFormat::Csv(CsvOptions::default()))
        );
        let Ok(InputFormat::Csv(tab)) =
            read(json!({"format": "csv", "delimiter": "\t", "charset": "iso-8859-1"}))
        else {
            unreachable!()
        };
        assert_eq!((tab.delimiter, tab.charset), (b'\t', Charset::Latin1));
    }

    #[test]
    fn what_can_not_be_read_is_named() {
        for (value, wanted) in [
            (json!("json"), "must be an object"),
            (json!({}), "format is missing"),
            (json!({"format": "avro"}), "avro"),
            (
                json!({"format": "csv", "header": false}),
                "header must be true",
            ),
            (json!({"format": "csv", "delimiter": "ab"}), "delimiter"),
            (json!({"format": "csv", "quote": "é"}), "quote"),
            (json!({"format": "csv", "charset": "UTF-16"}), "UTF-16"),
            (json!({"format": "csv", "delimiter": "\""}), "differ"),
            (json!({"format": "csv", "delimiter": 7}), "string"),
            (json!({"format": "json", "isMultiLineJson": 1}), "boolean"),
        ] {
            let message = InputFormat::read(&value).unwrap_err();
            assert!(message.contains(wanted), "{value}: {message}");
        }
    }
}
