//! Ids that are made of columns.

use sha2::{Digest, Sha256};

use super::Builder;
use crate::convert::cells::Value;
use crate::convert::mapping::{Feed, IdForm, Step};
use crate::convert::shape::with_place;
use crate::validate::findings::Rule;

impl Builder<'_, '_, '_> {
    /// The ids of all rows; none where a column of it is null.
    pub(super) fn ids(
        &mut self,
        feed: &Feed,
        columns: &[usize],
        form: &IdForm,
        path: &[Step],
    ) -> Vec<Option<String>> {
        let mut ids = Vec::with_capacity(self.count);
        let mut parts: Vec<&str> = Vec::with_capacity(columns.len());
        for row in 0..self.count {
            parts.clear();
            for column in columns {
                match self.rows.read(row, *column, &feed.input) {
                    Value::Null => break,
                    value => parts.push(value.shown()),
                }
            }
            if parts.len() == columns.len() {
                ids.push(Some(id(&parts, form)));
                continue;
            }
            ids.push(None);
            if !self.rows.is_dead(row) {
                let expected = || format!("a value in each of the columns {}", feed.name);
                with_place(path, |at| {
                    self.judge
                        .value(row, true, at, Rule::Required, expected, "null");
                });
            }
        }
        ids
    }
}

/// The same parts give the same id, and other parts another one: their lengths go into the hash.
fn id(parts: &[&str], form: &IdForm) -> String {
    if let IdForm::Text(separator) = form {
        return parts.join(separator);
    }
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part.as_bytes());
    }
    let hash: [u8; 32] = hash.finalize().into();
    if *form == IdForm::Hash {
        let mut text = String::with_capacity(64);
        for byte in hash {
            for digit in [byte >> 4, byte & 15] {
                text.extend(char::from_digit(digit.into(), 16));
            }
        }
        return text;
    }
    let mut bytes = [0; 16];
    for (to, from) in bytes.iter_mut().zip(hash) {
        *to = from;
    }
    uuid::Builder::from_custom_bytes(bytes)
        .into_uuid()
        .to_string()
}

#[cfg(test)]
mod tests {
    use super::{IdForm, id};

    #[test]
    fn ids_tell_parts_apart() {
        for form in [IdForm::Uuid, IdForm::Hash] {
            assert_eq!(id(&["a", "bc"], &form), id(&["a", "bc"], &form));
            assert_ne!(id(&["a", "bc"], &form), id(&["ab", "c"], &form));
        }
        assert_eq!(id(&["a", "b"], &IdForm::Text("/".into())), "a/b");
        assert_eq!(id(&["a"], &IdForm::Uuid).as_bytes().get(14), Some(&b'8'));
    }
}
