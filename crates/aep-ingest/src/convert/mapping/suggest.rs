//! What a path that doesn't exist could have been.

use crate::xdm::{Field, Kind, Schema};

/// Texts less alike than this are no suggestion.
const ALIKE: f64 = 0.75;

/// The path of the schema that is most like this one.
pub(crate) fn nearest(schema: &Schema, path: &str) -> Option<String> {
    let wanted = plain(path);
    let last = plain(last(path));
    let mut best: Option<(f64, String)> = None;
    for (_, field) in schema.walk() {
        let candidate = shown(field);
        let whole = strsim::jaro_winkler(&wanted, &plain(&candidate));
        // The right name in the wrong place beats a similar place.
        let name = strsim::jaro_winkler(&last, &plain(&field.name));
        let likeness = whole.max(if name > 0.9 {
            0.6 * name + 0.4 * whole.max(0.6)
        } else {
            0.0
        });
        if likeness >= ALIKE && best.as_ref().is_none_or(|(most, _)| likeness > *most) {
            best = Some((likeness, candidate));
        }
    }
    best.map(|(_, path)| path)
}

/// The path with an element for each array, as it has to be written in a mapping.
fn shown(field: &Field) -> String {
    let path = field.path.replace("[]", "[0]");
    match field.kind {
        Kind::Map(_) => format!("{path}.KEY"),
        _ => path,
    }
}

fn last(path: &str) -> &str {
    path.rsplit('.').next().unwrap_or(path)
}

/// Letters and digits, in lower case: `first_name`, `First Name` and `firstName` are one.
fn plain(text: &str) -> String {
    text.chars()
        .filter(|c| c.is_alphanumeric() || *c == '.')
        .flat_map(char::to_lowercase)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::nearest;
    use crate::validate::tests::support::members;

    #[test]
    fn the_nearest_path_is_suggested() {
        let schema = members();
        for (wrong, right) in [
            ("person.name.fistName", "person.name.firstName"),
            ("first_name", "person.name.firstName"),
            ("_local.memberID", "_local.memberId"),
            ("local.tier", "_local.tier"),
            ("Member Id", "_local.memberId"),
        ] {
            assert_eq!(nearest(&schema, wrong).as_deref(), Some(right), "{wrong}");
        }
        assert_eq!(nearest(&schema, "xyzzy"), None);
    }
}
