//! A row that fits a schema: the answer of `GET /rpc/sampledata/{id}`.

use regex_syntax::hir::{Class, Hir, HirKind};
use serde_json::{Map, Value, json};

use super::{Field, Kind, Resolved};

/// A full row, the same for the same schema every time.
pub(crate) fn sample(schema: &Resolved) -> Value {
    let seed = schema
        .id
        .bytes()
        .fold(0xCBF2_9CE4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01B3)
        });
    Maker { state: seed }.field(&schema.root)
}

struct Maker {
    state: u64,
}

impl Maker {
    /// A number below `end`, which must not be 0.
    fn below(&mut self, end: u64) -> u64 {
        self.state = self
            .state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.state >> 33) % end
    }

    fn field(&mut self, field: &Field) -> Value {
        if let Some(allowed) = field.allowed.as_ref().filter(|allowed| !allowed.is_empty()) {
            let count = u64::try_from(allowed.len()).unwrap_or(1);
            let which = usize::try_from(self.below(count)).unwrap_or_default();
            return allowed[which].clone();
        }
        match &field.kind {
            Kind::String => Value::String(self.text(field)),
            Kind::Number => {
                let hundredths = u32::try_from(self.below(90_000)).unwrap_or_default();
                json!(within(field, f64::from(hundredths) / 100.0))
            }
            Kind::Long => self.integer(field, 1_000_000),
            Kind::Int => self.integer(field, 10_000),
            Kind::Short => self.integer(field, 1_000),
            Kind::Byte => self.integer(field, 100),
            Kind::Boolean => json!(self.below(2) == 1),
            Kind::Date => json!(format!(
                "2024-{:02}-{:02}",
                1 + self.below(12),
                1 + self.below(28)
            )),
            Kind::DateTime => json!(format!(
                "2024-{:02}-{:02}T{:02}:{:02}:{:02}Z",
                1 + self.below(12),
                1 + self.below(28),
                self.below(24),
                self.below(60),
                self.below(60),
            )),
            Kind::Array(items) => json!([self.field(items)]),
            Kind::Map(values) => json!({"sample": self.field(values)}),
            Kind::Object(fields) => Value::Object(
                fields
                    .iter()
                    .map(|(name, field)| (name.clone(), self.field(field)))
                    .collect::<Map<_, _>>(),
            ),
        }
    }

    fn integer(&mut self, field: &Field, end: u64) -> Value {
        let value = u32::try_from(self.below(end)).unwrap_or_default();
        let bounded = within(field, f64::from(value));
        // Bounds of integers are whole numbers far inside 53 bits.
        #[allow(
            clippy::cast_possible_truncation,
            reason = "whole and small, see above"
        )]
        let whole = bounded.ceil() as i64;
        json!(whole)
    }

    fn text(&mut self, field: &Field) -> String {
        if let Some(text) = field
            .pattern
            .as_deref()
            .and_then(|pattern| self.matching(pattern))
        {
            return text;
        }
        let text = match field.format.as_deref() {
            Some("email") => format!("sample{}@example.com", self.below(1000)),
            Some("uri") => format!("https://example.com/sample/{}", self.below(100_000)),
            Some("uri-reference") => format!("sample-{:06}", self.below(1_000_000)),
            _ => format!("Sample {}", self.below(1000)),
        };
        let min = usize::try_from(field.min_length.unwrap_or(0)).unwrap_or(0);
        let max = field
            .max_length
            .and_then(|max| usize::try_from(max).ok())
            .unwrap_or(usize::MAX);
        let mut text: String = text.chars().take(max).collect();
        while text.chars().count() < min {
            text.push('x');
        }
        text
    }

    /// A text that a pattern matches, if the pattern can be read.
    fn matching(&mut self, pattern: &str) -> Option<String> {
        let hir = regex_syntax::parse(pattern).ok()?;
        let mut text = String::new();
        self.write(&hir, &mut text);
        Some(text)
    }

    fn write(&mut self, hir: &Hir, text: &mut String) {
        match hir.kind() {
            HirKind::Empty | HirKind::Look(_) => {}
            HirKind::Literal(literal) => text.push_str(&String::from_utf8_lossy(&literal.0)),
            HirKind::Class(Class::Unicode(class)) => {
                // The first range is enough, and keeps to ASCII where the class begins there.
                if let Some(range) = class.ranges().first() {
                    let (low, high) = (u32::from(range.start()), u32::from(range.end()));
                    let step = u32::try_from(self.below(u64::from((high - low).min(94)) + 1))
                        .unwrap_or_default();
                    text.push(char::from_u32(low + step).unwrap_or(range.start()));
                }
            }
            HirKind::Class(Class::Bytes(class)) => {
                text.extend(
                    class
                        .ranges()
                        .first()
                        .map(|range| char::from(range.start())),
                );
            }
            HirKind::Repetition(repetition) => {
                for _ in 0..repetition.min.max(u32::from(repetition.max != Some(0))) {
                    self.write(&repetition.sub, text);
                }
            }
            HirKind::Capture(capture) => self.write(&capture.sub, text),
            HirKind::Concat(parts) => parts.iter().for_each(|part| self.write(part, text)),
            HirKind::Alternation(ways) => {
                if let Some(way) = ways.first() {
                    self.write(way, text);
                }
            }
        }
    }
}

fn within(field: &Field, value: f64) -> f64 {
    let value = field.minimum.map_or(value, |minimum| value.max(minimum));
    field.maximum.map_or(value, |maximum| value.min(maximum))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    fn text(pattern: &str) -> String {
        Maker { state: 5 }.matching(pattern).unwrap()
    }

    #[test]
    fn patterns_are_met() {
        for pattern in [
            "^M[0-9]{8}$",
            "^[A-Z]{2}$",
            "^(a|b)c+d?$",
            r"^\d{3}-[a-f]*$",
            "^$",
        ] {
            let made = text(pattern);
            assert!(
                regex::Regex::new(pattern).unwrap().is_match(&made),
                "{pattern}: {made}"
            );
        }
    }

    #[test]
    fn bounds_and_lists_are_met() {
        let full = json!({"$id": "x", "meta:xdmType": "object", "properties": {
            "low": {"meta:xdmType": "int", "minimum": 20000},
            "high": {"meta:xdmType": "long", "maximum": -3},
            "one": {"meta:xdmType": "string", "enum": ["only"]},
            "long": {"meta:xdmType": "string", "minLength": 40},
            "short": {"meta:xdmType": "string", "maxLength": 2},
        }});
        let row = sample(&Resolved::read(&full));
        assert_eq!(row["low"], 20000);
        assert_eq!(row["high"], -3);
        assert_eq!(row["one"], "only");
        assert_eq!(row["long"].as_str().unwrap().len(), 40);
        assert_eq!(row["short"].as_str().unwrap().len(), 2);
        assert_eq!(row, sample(&Resolved::read(&full)));
    }
}
