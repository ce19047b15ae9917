//! Where in a YAML text things stand, by line and by byte.

use std::fmt;
use std::path::Path;

use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_saphyr::Spanned;

use super::load::yaml;

/// The line of the place that `pointer` (`#/paths/~1batches/get`) names, or of the nearest place above it that is there.
pub(crate) fn line(text: &str, pointer: &str) -> Option<u64> {
    let root = Node::parse(text).ok()?;
    let mut node = &root;
    let mut line = None;
    for token in tokens(pointer) {
        let Some(found) = node.below(&token) else {
            break;
        };
        line = Some(found.line);
        node = found;
    }
    line
}

fn tokens(pointer: &str) -> impl Iterator<Item = String> {
    let tokens = pointer.trim_start_matches('#').split('/').skip(1);
    tokens.map(|token| token.replace("~1", "/").replace("~0", "~"))
}

/// A value of the text. What stands behind an alias is where its anchor is.
pub(crate) struct Node {
    /// The line of its key, or of itself where it has none.
    line: u64,
    pub(crate) start: usize,
    pub(crate) inner: Inner,
}

pub(crate) enum Inner {
    /// Keys, where they stand, and their values.
    Map(Vec<(String, usize, Node)>),
    Seq(Vec<Node>),
    Leaf,
}

impl Node {
    /// The text as a tree.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let inner: Inner = yaml(Path::new(""), text).map_err(|error| error.to_string())?;
        Ok(Self {
            line: 1,
            start: 0,
            inner,
        })
    }

    fn below(&self, token: &str) -> Option<&Self> {
        match &self.inner {
            Inner::Map(entries) => entries
                .iter()
                .find(|(key, ..)| key == token)
                .map(|(.., node)| node),
            Inner::Seq(elements) => elements.get(token.parse::<usize>().ok()?),
            Inner::Leaf => None,
        }
    }

    /// What a JSON pointer names.
    pub(crate) fn find(&self, pointer: &str) -> Option<&Self> {
        tokens(pointer).try_fold(self, |node, token| node.below(&token))
    }

    /// Where the keys or elements below start; none if they cannot be in the order of the text.
    pub(crate) fn starts(&self) -> Vec<usize> {
        match &self.inner {
            Inner::Map(entries) => entries.iter().map(|(_, at, _)| *at).collect(),
            Inner::Seq(elements) => elements.iter().map(|node| node.start).collect(),
            Inner::Leaf => Vec::new(),
        }
    }
}

impl<'de> Deserialize<'de> for Inner {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Places)
    }
}

fn start<T>(value: &Spanned<T>) -> usize {
    let offset = value.defined.span().byte_offset();
    offset
        .and_then(|offset| usize::try_from(offset).ok())
        .unwrap_or_default()
}

struct Places;

impl<'de> Visitor<'de> for Places {
    type Value = Inner;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("anything")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Inner, A::Error> {
        let mut below = Vec::new();
        while let Some((key, value)) = map.next_entry::<Spanned<String>, Spanned<Inner>>()? {
            let node = Node {
                line: key.referenced.line(),
                start: start(&value),
                inner: value.value,
            };
            let at = start(&key);
            below.push((key.value, at, node));
        }
        Ok(Inner::Map(below))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Inner, A::Error> {
        let mut below = Vec::new();
        while let Some(value) = elements.next_element::<Spanned<Inner>>()? {
            below.push(Node {
                line: value.referenced.line(),
                start: start(&value),
                inner: value.value,
            });
        }
        Ok(Inner::Seq(below))
    }

    fn visit_bool<E>(self, _: bool) -> Result<Inner, E> {
        Ok(Inner::Leaf)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Inner, E> {
        Ok(Inner::Leaf)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Inner, E> {
        Ok(Inner::Leaf)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Inner, E> {
        Ok(Inner::Leaf)
    }

    fn visit_str<E>(self, _: &str) -> Result<Inner, E> {
        Ok(Inner::Leaf)
    }

    fn visit_unit<E>(self) -> Result<Inner, E> {
        Ok(Inner::Leaf)
    }

    fn visit_none<E>(self) -> Result<Inner, E> {
        Ok(Inner::Leaf)
    }

    fn visit_some<D: Deserializer<'de>>(self, inner: D) -> Result<Inner, D::Error> {
        IgnoredAny::deserialize(inner).map(|_| Inner::Leaf)
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
