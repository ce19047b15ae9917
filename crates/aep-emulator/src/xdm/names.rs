//! Two spellings of an id, and the registry's words for kinds.

use crate::state::kind;

const NAMESPACE: &str = "https://ns.adobe.com/";

/// `https://ns.adobe.com/xdm/context/profile` → `_xdm.context.profile`.
pub(crate) fn alt_id(id: &str) -> String {
    let path = id.strip_prefix(NAMESPACE).unwrap_or(id);
    format!("_{}", path.replace('/', "."))
}

/// `$id` from either spelling.
pub(crate) fn id_of(name: &str) -> String {
    match name.strip_prefix('_') {
        Some(path) => format!("{NAMESPACE}{}", path.replace('.', "/")),
        None => name.to_owned(),
    }
}

/// `schema` → `schemas`; field groups still call themselves mixins on the wire.
pub(crate) fn resource_type(kind: &str) -> &'static str {
    match kind {
        kind::SCHEMA => "schemas",
        kind::FIELDGROUP => "mixins",
        kind::CLASS => "classes",
        kind::DATATYPE => "datatypes",
        kind::BEHAVIOR => "behaviors",
        _ => "descriptors",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_go_there_and_back() {
        for (id, alt) in [
            (
                "https://ns.adobe.com/xdm/context/profile",
                "_xdm.context.profile",
            ),
            (
                "https://ns.adobe.com/local/schemas/0a1b",
                "_local.schemas.0a1b",
            ),
        ] {
            assert_eq!(alt_id(id), alt);
            assert_eq!(id_of(alt), id);
            assert_eq!(id_of(id), id);
        }
    }
}
