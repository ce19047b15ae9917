//! What tells one content from another: XXH3 with 128 bits. Not a defence against somebody who wants two contents to
//! have one hash; it finds files that are sent a second time.

use std::fmt;
use std::str::FromStr;
use std::sync::{Arc, Mutex, PoisonError};

use aep_core::{Body, Error, ErrorKind, Result};
use bytes::Bytes;
use futures::{StreamExt, TryStreamExt};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use twox_hash::xxhash3_128::Hasher;

use crate::plan::{Part, Parts};
use crate::source::{NoMeter, Pool, Source};

/// The hash of a content. Written as 32 hexadecimal digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Hash([u8; 16]);

impl Hash {
    /// Of a file that is sent in parts: the hash of the hashes of its parts, in their order, so that parts may be sent
    /// side by side. A file that is sent whole has the hash of its bytes.
    pub(crate) fn of_parts<'a>(parts: impl IntoIterator<Item = &'a Self>) -> Self {
        let mut all = Hasher::new();
        for part in parts {
            all.write(&part.0);
        }
        Self::done(&all)
    }

    fn done(hash: &Hasher) -> Self {
        Self(hash.finish_128().to_be_bytes())
    }

    #[cfg(test)]
    pub(crate) fn of(bytes: &[u8]) -> Self {
        Self(twox_hash::xxhash3_128::Hasher::oneshot(bytes).to_be_bytes())
    }
}

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", u128::from_be_bytes(self.0))
    }
}

impl FromStr for Hash {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.len() != 32 || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Err("a hash has 32 hexadecimal digits");
        }
        u128::from_str_radix(text, 16)
            .map(|hash| Self(hash.to_be_bytes()))
            .map_err(|_| "a hash has 32 hexadecimal digits")
    }
}

impl Serialize for Hash {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Hash {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// Listens to a body on its way, and begins anew whenever the body is opened again.
#[derive(Clone)]
pub(crate) struct Tap(Arc<Mutex<Heard>>);

struct Heard {
    hash: Hasher,
    bytes: u64,
}

impl Tap {
    /// The body with an ear on it.
    pub(crate) fn on(body: Body) -> (Body, Self) {
        let tap = Self(Arc::new(Mutex::new(Heard::new())));
        let Body::Replay { len, open } = body else {
            if let Body::Bytes(bytes) = &body {
                tap.hear(bytes);
            }
            return (body, tap);
        };
        let listening = tap.clone();
        let body = Body::replay(len, move || {
            *listening.lock() = Heard::new();
            let tap = listening.clone();
            open()
                .inspect(move |piece| {
                    if let Ok(piece) = piece {
                        tap.hear(piece);
                    }
                })
                .boxed()
        });
        (body, tap)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Heard> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn hear(&self, piece: &Bytes) {
        let mut heard = self.lock();
        heard.hash.write(piece);
        heard.bytes += piece.len() as u64;
    }

    /// The hash, if all of the content went by: a server may answer before it has read everything.
    pub(crate) fn hash(&self, len: u64) -> Option<Hash> {
        let heard = self.lock();
        (heard.bytes == len).then(|| Hash::done(&heard.hash))
    }
}

impl Heard {
    fn new() -> Self {
        Self {
            hash: Hasher::new(),
            bytes: 0,
        }
    }
}

/// Reads a part for its hash.
pub(crate) async fn of_part(source: &Source, part: Part, pool: &Arc<Pool>) -> Result<Hash> {
    let body = source.body(part, pool, Arc::new(NoMeter));
    let mut heard = Heard::new();
    match body {
        Body::Empty => {}
        Body::Bytes(bytes) => heard.hash.write(&bytes),
        Body::Replay { open, .. } => {
            let mut pieces = open();
            while let Some(piece) = pieces.try_next().await.map_err(|error| {
                Error::new(ErrorKind::Io, "read the file for its hash").because(error)
            })? {
                heard.hash.write(&piece);
            }
        }
    }
    Ok(Hash::done(&heard.hash))
}

/// Reads a content that is sent in these parts for its hash.
pub(crate) async fn of_content(source: &Source, parts: &Parts, pool: &Arc<Pool>) -> Result<Hash> {
    match parts {
        Parts::Whole(part) => of_part(source, *part, pool).await,
        Parts::Chunks { .. } => {
            let mut hashes = Vec::new();
            for part in parts.iter() {
                hashes.push(of_part(source, part, pool).await?);
            }
            Ok(Hash::of_parts(&hashes))
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

    use super::*;

    async fn send(body: &Body) {
        let Body::Replay { open, .. } = body else {
            panic!("a body that can be opened again")
        };
        open().try_collect::<Vec<_>>().await.unwrap();
    }

    #[tokio::test]
    async fn what_goes_by_is_heard_and_a_second_try_counts_alone() {
        let source = Source::bytes("twelve bytes");
        let whole = Part { start: 0, len: 12 };
        let (body, tap) = Tap::on(source.body(whole, &Pool::new(1), Arc::new(NoMeter)));
        assert_eq!(tap.hash(12), None);
        send(&body).await;
        send(&body).await;
        assert_eq!(tap.hash(12), Some(Hash::of(b"twelve bytes")));
        assert_eq!(
            of_part(&source, whole, &Pool::new(1)).await.unwrap(),
            Hash::of(b"twelve bytes")
        );
    }

    #[tokio::test]
    async fn parts_make_one_hash() {
        let source = Source::bytes("twelve bytes");
        let parts = Parts::Chunks {
            total: 12,
            chunk: 5,
        };
        let expected = Hash::of_parts(&[Hash::of(b"twelv"), Hash::of(b"e byt"), Hash::of(b"es")]);
        assert_eq!(
            of_content(&source, &parts, &Pool::new(1)).await.unwrap(),
            expected
        );
    }

    #[test]
    fn a_hash_is_read_as_it_is_written() {
        let hash = Hash::of(b"x");
        assert_eq!(hash.to_string().parse(), Ok(hash));
        assert_eq!(
            serde_json::from_str::<Hash>(&serde_json::to_string(&hash).unwrap()).unwrap(),
            hash
        );
        for wrong in ["", "12", "zz", &"g".repeat(32), &"+".repeat(32)] {
            assert!(wrong.parse::<Hash>().is_err(), "{wrong}");
        }
    }
}
