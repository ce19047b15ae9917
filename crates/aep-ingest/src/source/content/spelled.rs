//! Paths as text, and byte by byte where they are none.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Spelled<'a> {
    #[serde(borrow)]
    Text(std::borrow::Cow<'a, str>),
    Bytes(Vec<u8>),
}

pub(crate) fn serialize<S: Serializer>(path: &Arc<Path>, to: S) -> Result<S::Ok, S::Error> {
    match path.to_str() {
        Some(text) => Spelled::Text(text.into()),
        None => Spelled::Bytes(path.as_os_str().as_encoded_bytes().to_vec()),
    }
    .serialize(to)
}

pub(crate) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Arc<Path>, D::Error> {
    Ok(match Spelled::deserialize(from)? {
        Spelled::Text(text) => PathBuf::from(text.into_owned()).into(),
        Spelled::Bytes(bytes) => path(bytes).map_err(serde::de::Error::custom)?.into(),
    })
}

#[cfg(unix)]
#[expect(clippy::unnecessary_wraps, reason = "other systems can fail")]
fn path(bytes: Vec<u8>) -> Result<PathBuf, &'static str> {
    use std::os::unix::ffi::OsStringExt;
    Ok(std::ffi::OsString::from_vec(bytes).into())
}

#[cfg(not(unix))]
fn path(_: Vec<u8>) -> Result<PathBuf, &'static str> {
    Err("the path is no text")
}
