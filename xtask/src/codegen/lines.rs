//! On which line of a YAML text a place is, for messages.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_saphyr::Spanned;

/// The line of the place that `pointer` (`#/paths/~1batches/get`) names, or of the nearest place above it that is there.
pub(crate) fn line(text: &str, pointer: &str) -> Option<u64> {
    let root: Node = super::load::yaml(std::path::Path::new(""), text).ok()?;
    let mut line = None;
    let mut node = &root;
    for token in pointer.trim_start_matches('#').split('/').skip(1) {
        let token = token.replace("~1", "/").replace("~0", "~");
        let Node::Below(below) = node else { break };
        let Some((at, found)) = below.get(&token) else {
            break;
        };
        line = Some(*at);
        node = found;
    }
    line
}

/// A document of which only the lines are kept.
enum Node {
    Below(BTreeMap<String, (u64, Node)>),
    Leaf,
}

impl<'de> Deserialize<'de> for Node {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Places;

        impl<'de> Visitor<'de> for Places {
            type Value = Node;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("anything")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Node, A::Error> {
                let mut below = BTreeMap::new();
                while let Some((key, value)) = map.next_entry::<Spanned<String>, Node>()? {
                    below.insert(key.value, (key.referenced.line(), value));
                }
                Ok(Node::Below(below))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Node, A::Error> {
                let mut below = BTreeMap::new();
                while let Some(value) = elements.next_element::<Spanned<Node>>()? {
                    let at = value.referenced.line();
                    below.insert(below.len().to_string(), (at, value.value));
                }
                Ok(Node::Below(below))
            }

            fn visit_bool<E>(self, _: bool) -> Result<Node, E> {
                Ok(Node::Leaf)
            }

            fn visit_i64<E>(self, _: i64) -> Result<Node, E> {
                Ok(Node::Leaf)
            }

            fn visit_u64<E>(self, _: u64) -> Result<Node, E> {
                Ok(Node::Leaf)
            }

            fn visit_f64<E>(self, _: f64) -> Result<Node, E> {
                Ok(Node::Leaf)
            }

            fn visit_str<E>(self, _: &str) -> Result<Node, E> {
                Ok(Node::Leaf)
            }

            fn visit_unit<E>(self) -> Result<Node, E> {
                Ok(Node::Leaf)
            }

            fn visit_none<E>(self) -> Result<Node, E> {
                Ok(Node::Leaf)
            }

            fn visit_some<D: Deserializer<'de>>(self, inner: D) -> Result<Node, D::Error> {
                IgnoredAny::deserialize(inner).map(|_| Node::Leaf)
            }
        }

        deserializer.deserialize_any(Places)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_is_that_of_the_place_or_of_what_is_above_it() {
        let text = "openapi: 3.0.3\npaths:\n  /x/{id}:\n    get:\n      tags: [a,\n        b]\n";
        assert_eq!(line(text, "#/openapi"), Some(1));
        assert_eq!(line(text, "#/paths/~1x~1{id}/get/tags/1"), Some(6));
        assert_eq!(line(text, "#/paths/~1x~1{id}/get/responses/200"), Some(4));
        assert_eq!(line(text, "#"), None);
        assert_eq!(line("[", "#/a"), None);
    }
}
