//! Where in a YAML text things stand, to the byte.

use std::fmt;
use std::path::Path;

use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_saphyr::Spanned;

use crate::codegen::load::yaml;

/// A value of the text. What stands behind an alias is where its anchor is.
pub(super) struct Node {
    pub(super) start: usize,
    pub(super) inner: Inner,
}

pub(super) enum Inner {
    /// Keys, where they stand, and their values.
    Map(Vec<(String, usize, Node)>),
    Seq(Vec<Node>),
    Leaf,
}

impl Node {
    /// The text as a tree.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let inner: Inner = yaml(Path::new(""), text).map_err(|error| error.to_string())?;
        Ok(Self { start: 0, inner })
    }

    /// What a JSON pointer names.
    pub(super) fn find(&self, pointer: &str) -> Option<&Self> {
        let mut found = self;
        for token in pointer.trim_start_matches('#').split('/').skip(1) {
            let token = token.replace("~1", "/").replace("~0", "~");
            found = match &found.inner {
                Inner::Map(entries) => entries
                    .iter()
                    .find(|(key, ..)| *key == token)
                    .map(|(.., node)| node)?,
                Inner::Seq(elements) => elements.get(token.parse::<usize>().ok()?)?,
                Inner::Leaf => return None,
            };
        }
        Some(found)
    }

    /// Where the keys or elements below start; none if they cannot be in the order of the text.
    pub(super) fn starts(&self) -> Vec<usize> {
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
                start: start(&value),
                inner: value.value,
            };
            below.push((key.value.clone(), start(&key), node));
        }
        Ok(Inner::Map(below))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Inner, A::Error> {
        let mut below = Vec::new();
        while let Some(value) = elements.next_element::<Spanned<Inner>>()? {
            below.push(Node {
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
